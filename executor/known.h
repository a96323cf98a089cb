/* known - ids seen lately: a bounded set that forgets the oldest */
#ifndef EXECUTOR_KNOWN_H
#define EXECUTOR_KNOWN_H

#include "proto/units.h"

struct known;
struct known *known_new(uint32_t cap);
void known_destroy(struct known **k);
bool known_has(const struct known *k, const struct uuid *id);
void known_add(struct known *k, const struct uuid *id);

#endif /* EXECUTOR_KNOWN_H */
