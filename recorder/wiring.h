/* wiring - the recorder's engine and its database, brought together */
#ifndef RECORDER_WIRING_H
#define RECORDER_WIRING_H

#include "recorder/recorder.h"

struct wiring;

struct wiring *wiring_new(struct daemon *d, struct recorder *r,
                          const struct recorder_conf *conf);
void wiring_destroy(struct wiring **w);

#endif /* RECORDER_WIRING_H */
