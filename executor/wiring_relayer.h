/* wiring_relayer - the line to Polymarket's relayer: its login, and one
 * question at a time over HTTPS */
#ifndef EXECUTOR_WIRING_RELAYER_H
#define EXECUTOR_WIRING_RELAYER_H

#include "executor/executor.h"
#include "executor/relayer.h"

struct http;
struct relayer_line;

typedef void relayer_fn(void *arg, const struct relayer_answer *a);

/* NULL and why: its file is not as it must be.  http outlives it. */
MUST_CHECK struct relayer_line *relayer_open(const struct executor_conf *conf,
                                             struct http *http, relayer_fn *f,
                                             void *arg, struct why *why);
void relayer_close(struct relayer_line **l);
/* f hears the answer, later.  False: too much is under way, nothing was sent
 * and f is not called. */
MUST_CHECK bool relayer_ask(struct relayer_line *l,
                            const struct relayer_question *q);

#endif /* EXECUTOR_WIRING_RELAYER_H */
