/* wiring_signals - asks the counters of signals, again and again */
#ifndef FEED_WIRING_SIGNALS_H
#define FEED_WIRING_SIGNALS_H

#include "feed/feed.h"
#include "feed/signals_file.h"

struct http;
struct wiring_signals;

/* What feed.signals_file says, its paths as home_path has them.  False, and
 * said: somebody must change something first. */
MUST_CHECK bool wiring_signals_read(const struct feed_conf *own,
                                    struct signal_specs *out);
/* What they were at most before this run.  False, and said, likewise. */
MUST_CHECK bool wiring_signals_recall(struct daemon *d, struct feed *f,
                                      const struct signal_specs *specs);
/* NULL when there are none. */
struct wiring_signals *wiring_signals_new(struct daemon *d, struct feed *f,
                                          const struct feed_conf *own,
                                          const struct signal_specs *specs,
                                          struct http *http);
/* After the http it uses. */
void wiring_signals_destroy(struct wiring_signals **w);

#endif /* FEED_WIRING_SIGNALS_H */
