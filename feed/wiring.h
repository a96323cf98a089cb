/* wiring - venue sockets and REST around the engine */
#ifndef FEED_WIRING_H
#define FEED_WIRING_H

#include "feed/feed.h"

struct wiring;

/* Everything runs on the daemon's loop from here on.  All of them must outlive
 * it. */
struct wiring *wiring_new(struct daemon *d, struct feed *f,
                          const struct feed_conf *own,
                          const struct signal_specs *signals);
void wiring_destroy(struct wiring **w);

#endif /* FEED_WIRING_H */
