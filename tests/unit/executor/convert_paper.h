/* convert_paper - a floor where strategy C trades on paper, and its end */
#ifndef TESTS_UNIT_EXECUTOR_CONVERT_PAPER_H
#define TESTS_UNIT_EXECUTOR_CONVERT_PAPER_H

#include "tests/unit/executor/audit.h"
#include "tests/unit/executor/convert_kit.h"

static inline struct floor *
open_c(void)
{
    struct floor *f = floor_new();

    f->strategy.C = true;
    f->strategy.c_time.ms = 1000;
    f->strategy.sets_max.micros = 100 * MICROS;
    floor_again(f);
    return f;
}

static inline int64_t
all_shares(const struct floor *f)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < 8; i++)
        sum += f->token[i].shares;
    return sum;
}

static inline void
finish(struct floor *f)
{
    floor_run(f, 3000);
    audit(f);
    assert_int_equal(floor_open_auths(f), 0);
    floor_destroy(f);
}

#endif /* TESTS_UNIT_EXECUTOR_CONVERT_PAPER_H */
