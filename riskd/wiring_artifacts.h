/* wiring_artifacts - riskd's journal, followed into the auditors' files */
#ifndef RISKD_WIRING_ARTIFACTS_H
#define RISKD_WIRING_ARTIFACTS_H

#include "common/why.h"

#include <stddef.h>
#include <stdint.h>

struct artifacts;
struct daemon;

/* facts: the journal's folder; dir: where the files are, made when it is not
 * there.  Goes on after the last record that is in them; a line cut short by
 * a crash is taken away first.  A file is set aside as NAME.1, .2, ... once
 * it is longer than rotate bytes; nine are kept. */
struct artifacts *artifacts_open(const char *facts, const char *dir,
                                 size_t rotate, struct why *why);
/* Writes the lines of at most so many records; how many there were, or -1
 * with the reason. */
int artifacts_follow(struct artifacts *a, uint32_t most, struct why *why);
void artifacts_close(struct artifacts **a);

/* The same for a daemon, once a second. */
struct wiring_artifacts;
struct wiring_artifacts *wiring_artifacts_new(struct daemon *d);
void wiring_artifacts_destroy(struct wiring_artifacts **w);

#endif /* RISKD_WIRING_ARTIFACTS_H */
