/* wiring - how a kill command reaches the latch, and state the heartbeat */
#ifndef RISKD_WIRING_H
#define RISKD_WIRING_H

struct daemon;
struct wiring;

struct wiring *wiring_new(struct daemon *d);
void wiring_destroy(struct wiring **w);

#endif /* RISKD_WIRING_H */
