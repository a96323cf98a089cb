/* wiring_pages - reads the whole listing, page by page, again and again */
#ifndef FEED_WIRING_PAGES_H
#define FEED_WIRING_PAGES_H

#include "feed/feed.h"

struct http;
struct wiring_pages;

struct wiring_pages *wiring_pages_new(struct daemon *d, struct feed *f,
                                      const struct feed_conf *own,
                                      const struct venue_slot *venue,
                                      struct http *http);
/* A new pass soon; nothing when one is under way or just ended. */
void wiring_pages_hasten(struct wiring_pages *p);
/* After the http it uses. */
void wiring_pages_destroy(struct wiring_pages **p);

#endif /* FEED_WIRING_PAGES_H */
