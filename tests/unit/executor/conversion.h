/* conversion - NO of some outcomes bought and converted, for tests of it */
#ifndef TESTS_EXECUTOR_CONVERSION_H
#define TESTS_EXECUTOR_CONVERSION_H

#include "tests/unit/executor/audit.h"

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

/* NO of the first k of event "a" bought at 72 cents, YES of the others sold
 * at a bid in cents. */
static inline struct opportunity
conversion(struct floor *f, uint64_t n, uint32_t k, int64_t bid)
{
    struct opportunity m = floor_opportunity(f, n, 'a');

    m.strategy = STRATEGY_C;
    for (uint32_t i = 0; i < 4; i++) {
        struct leg *l = &m.legs.at[i];

        floor_book(f, 2 * i, i < k ? 20 : bid, i < k ? 30 : bid + 2, 100);
        floor_book(f, 2 * i + 1, 70, 72, 100);
        l->side = i < k ? SIDE_buy : SIDE_sell;
        l->token = f->token[2 * i + (i < k)].token;
        l->limit.micros = i < k ? 720000 : bid * 10000;
    }
    return m;
}

static inline void
go(struct floor *f, const struct opportunity *m)
{
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, m);
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

static inline void
assert_ended(const struct floor *f, enum exec_status status,
             enum reason reason)
{
    assert_int_equal(f->last_execution.status, status);
    assert_int_equal(f->last_execution.reason, reason);
}

#endif /* TESTS_EXECUTOR_CONVERSION_H */
