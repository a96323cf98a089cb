/* wiring_host - riskd's engine is told how the machine is */
#ifndef RISKD_WIRING_HOST_H
#define RISKD_WIRING_HOST_H

struct daemon;
struct wiring_host;
struct wiring_host *wiring_host_new(struct daemon *d);
void wiring_host_destroy(struct wiring_host **w);

#endif /* RISKD_WIRING_HOST_H */
