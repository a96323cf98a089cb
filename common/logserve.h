/* logserve - hands a process's journals to whoever pulls them */
#ifndef COMMON_LOGSERVE_H
#define COMMON_LOGSERVE_H

#include "common/bus.h"
#include "common/journal.h"

enum { LOGSERVE_MOST = 500 }; /* Records of an answer: a queue holds it. */

struct logserve;

/* dir holds the folders inputs and facts; facts (may be NULL) is synced
 * before any of it is served. */
struct logserve *logserve_new(const char *dir, struct journal *facts);
void logserve_destroy(struct logserve **s);
/* A log_request or log_ack from a peer: answers with up to `max` (at most
 * LOGSERVE_MOST) log_records of the same request; past the head nothing is
 * said.
 * False when it could not be read, or acks what there is not. */
bool logserve_hear(struct logserve *s, struct bus *b, const struct bus_in *in);
/* The last facts the recorder said are in the database, also by an earlier
 * run. */
uint64_t logserve_acked(const struct logserve *s);

#endif /* COMMON_LOGSERVE_H */
