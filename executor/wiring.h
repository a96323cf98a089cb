/* wiring - what reaches the engine, and what it wants done outside */
#ifndef EXECUTOR_WIRING_H
#define EXECUTOR_WIRING_H

#include "executor/executor.h"
#include "executor/identity.h"
#include "executor/signer_ask.h"

/* The signer of a configuration, NULL when it names no key.  Call it between
 * daemon_configure and daemon_open; exits with 2 when the key or what belongs
 * to it is not as it must be. */
struct signer_line *wiring_signer(const char *var,
                                  const struct executor_conf *c);
/* Who signs, for the engine. */
struct order_identity wiring_identity(const struct signer_line *l);

struct wiring;
/* c and signer (NULL: nothing live) outlive it. */
struct wiring *wiring_new(struct daemon *d, struct executor *x,
                          const struct executor_conf *c,
                          struct signer_line *signer);
void wiring_destroy(struct wiring **w);

#endif /* EXECUTOR_WIRING_H */
