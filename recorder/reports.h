/* reports - each day told by itself once it is over, by another process */
#ifndef RECORDER_REPORTS_H
#define RECORDER_REPORTS_H

#include "recorder/store.h"

struct reports;

/* arb is the program that tells a day, file the configuration it is given
 * (NULL: none).  NULL when there are none to be made; never a failure. */
struct reports *reports_new(const struct recorder_conf *conf, const char *var,
                            const char *arb, const char *file);
/* One that is under way is ended. */
void reports_destroy(struct reports **r);
/* Now and then: begins the one that is due, or looks whether it is done.
 * Without a store none is begun; one that takes too long is ended.  False when
 * the database gave no answer. */
MUST_CHECK bool reports_look(struct reports *r, struct store *s,
                             struct nanos mono, struct why *why);

#endif /* RECORDER_REPORTS_H */
