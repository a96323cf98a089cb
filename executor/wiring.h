/* wiring - what the engine measured reaches the shell */
#ifndef EXECUTOR_WIRING_H
#define EXECUTOR_WIRING_H

#include "executor/executor.h"

struct wiring;
struct wiring *wiring_new(struct daemon *d, struct executor *x);
void wiring_destroy(struct wiring **w);

#endif /* EXECUTOR_WIRING_H */
