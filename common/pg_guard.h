/* pg_guard - cuts a connection whose server does not say a word any more
 *
 * libpq waits for an answer for ever, and statement_timeout is the server's
 * own: one that is frozen, or behind a line that swallows everything, would
 * hold its client until somebody comes.  A thread looks once in a while
 * whether a call has waited for too long, and shuts its socket; the call then
 * fails like any that lost its server. */
#ifndef COMMON_PG_GUARD_H
#define COMMON_PG_GUARD_H

#include "proto/units.h"

struct pg_guard;

struct pg_guard *pg_guard_new(int socket, struct ms silence);
void pg_guard_destroy(struct pg_guard **g);
void pg_guard_silence(struct pg_guard *g, struct ms silence);
/* A call begins to wait, or has heard something and waits on; it is over. */
void pg_guard_wait(struct pg_guard *g);
void pg_guard_over(struct pg_guard *g);

#endif /* COMMON_PG_GUARD_H */
