/* scratch_file - a file in a folder of a test's own, made once for all of it */
#ifndef TESTS_UNIT_COMMON_SCRATCH_FILE_H
#define TESTS_UNIT_COMMON_SCRATCH_FILE_H

#include "tests/unit/common/scratch.h"

static struct scratch scratch;
static char path[96];

static inline int
open_scratch(void **state)
{
    (void)state;
    scratch_open(&scratch);
    snprintf(path, sizeof path, "%s/file", scratch.path);
    return 0;
}

static inline int
drop_scratch(void **state)
{
    (void)state;
    scratch_remove(scratch.path);
    return 0;
}

#endif /* TESTS_UNIT_COMMON_SCRATCH_FILE_H */
