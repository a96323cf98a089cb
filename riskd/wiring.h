/* wiring - how a kill command reaches the latch, and state the heartbeat */
#ifndef RISKD_WIRING_H
#define RISKD_WIRING_H

#include <stdbool.h>

struct daemon;
struct riskd;
struct wiring;

/* Where live is wanted: the key that grants are marked with.  False after a
 * complaint. */
bool wiring_key(struct daemon *d, struct riskd *x);

struct wiring *wiring_new(struct daemon *d);
void wiring_destroy(struct wiring **w);

#endif /* RISKD_WIRING_H */
