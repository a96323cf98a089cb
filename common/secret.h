/* secret - memory and files that hold what nobody else may see */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include "proto/units.h"
#include "common/why.h"

/* Zeroed memory that is never swapped out, not part of a core dump, empty in
 * a forked child, and between two pages that fault.  NULL and why when the
 * system does not lock it (RLIMIT_MEMLOCK). */
MUST_CHECK void *secret_take(size_t size, struct why *why);
/* Wipes and gives back what secret_take gave for that size. */
void secret_drop(void **memory, size_t size);
/* Overwrites; no compiler leaves it out. */
void secret_wipe(void *p, size_t size);
/* From the kernel's generator; never fails. */
void secret_random(void *p, size_t size);
/* This process can be neither dumped nor traced by its own user. */
void secret_process(void);

/* Reads a whole file of at most cap bytes.  Refused, with the reason: what is
 * not a regular file of this user with mode 0600 or 0400, and symlinks. */
MUST_CHECK bool secret_read(const char *path, uint8_t *b, size_t cap,
                            size_t *size, struct why *why);
/* Makes a new file with mode 0600, on disk when this returns.  A file that
 * exists is left alone and refused; after an error there is none. */
MUST_CHECK bool secret_write(const char *path, const void *b, size_t size,
                             struct why *why);

#endif /* COMMON_SECRET_H */
