/* planted - which of the bugs of common/planted.def is in */
#ifndef TESTS_WORLD_PLANTED_H
#define TESTS_WORLD_PLANTED_H

#include "common/planted.h"

#include <stdbool.h>
#include <stdint.h>

/* 0 is none. */
uint32_t planted_count(void);
const char *planted_name(uint32_t i);
const char *planted_words(uint32_t i);
/* False when there is none of that name in this build. */
bool planted_choose(const char *name);

#endif /* TESTS_WORLD_PLANTED_H */
