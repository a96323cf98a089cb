/* convert_kit - the opportunity whose NO is converted, for paper and live */
#ifndef TESTS_UNIT_EXECUTOR_CONVERT_KIT_H
#define TESTS_UNIT_EXECUTOR_CONVERT_KIT_H

#include "tests/unit/executor/floor.h"

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

static inline void
assert_ended(const struct floor *f, enum exec_status status,
             enum reason reason)
{
    assert_int_equal(f->last_execution.status, status);
    assert_int_equal(f->last_execution.reason, reason);
}

#endif /* TESTS_UNIT_EXECUTOR_CONVERT_KIT_H */
