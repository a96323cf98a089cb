/* starts - how often a process was started lately, and did not end as asked */
#ifndef COMMON_STARTS_H
#define COMMON_STARTS_H

#include <stdint.h>

#include "proto/units.h"

enum { STARTS_KEPT = 64 }; /* More are not told apart. */

/* Writes down a start in <var>/run/<name>.starts; how many there were within
 * so long, this one among them.  0 when that cannot be read or written. */
uint32_t starts_count(const char *var, const char *name, struct ms within,
                      struct nanos wall);
/* It ended as asked: what was before no longer counts. */
void starts_forget(const char *var, const char *name);

#endif /* COMMON_STARTS_H */
