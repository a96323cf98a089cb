/* metric_desk - metrics on a desk: what happens goes in, answers come out */
#ifndef TESTS_RISKD_METRIC_DESK_H
#define TESTS_RISKD_METRIC_DESK_H

#include "tests/unit/riskd/rules_desk.h"

#define HOUR (3600LL * 1000000000)
#define DAY (24 * HOUR)
#define DOLLARS(v) ((struct money){ (int64_t)((v) * MICROS) })

static struct metrics *m;
static struct metric_view view;
static uint32_t refs;

static inline int
start(void **state)
{
    (void)state;
    m = metrics_new(3);
    refs = 0;
    view = (struct metric_view){ .wall = { RULES_NOON },
                                 .mode_max = MODE_paper,
                                 .equity = DOLLARS(1000),
                                 .sound = true };
    return 0;
}

static inline int
stop(void **state)
{
    (void)state;
    metrics_destroy(&m);
    return 0;
}

static inline void
due(void)
{
    struct occurrence out[METRICS_DUE_CAP];
    uint32_t count = metrics_due(m, &view, out);
    for (uint32_t i = 0; i < count; i++) {
        metrics_count(m, &out[i]);
    }
}

static inline void
worth(double dollars)
{
    view.equity = DOLLARS(dollars);
    due();
}

static inline void
happen(struct occurrence s)
{
    s.at = s.at.ns == 0 ? view.wall : s.at;
    if (uuid_is_zero(&s.ref)) {
        refs++;
        memcpy(s.ref.b, &refs, sizeof refs);
        s.ref.b[15] = 1;
    }
    metrics_count(m, &s);
}

static inline void
orders(uint32_t filled, uint32_t rejected, uint32_t not_filled)
{
    for (uint32_t i = 0; i < filled + rejected + not_filled; i++) {
        happen((struct occurrence){ .kind = OCCURRENCE_KIND_order,
                                .what = i < filled              ? 0
                                        : i < filled + rejected ? 3
                                                                : 2,
                                .took = { (int64_t)i + 1 } });
    }
}

static inline void
ended(enum exec_status how, double pnl)
{
    happen((struct occurrence){ .kind = OCCURRENCE_KIND_execution, .what = how,
                            .money = DOLLARS(pnl) });
}

static inline struct value
answer(enum metric_id id)
{
    return metric_answer(m, &view, id);
}

#define is(id, micros)                                                      \
    do {                                                                    \
        struct value v_ = answer(METRIC_##id);                              \
        assert_int_equal(v_.state, VALUE_known);                            \
        assert_int_equal(value_micros(&v_), (micros));                      \
    } while (0)
#define is_below(id, micros)                                                \
    do {                                                                    \
        struct value v_ = answer(METRIC_##id);                              \
        assert_int_equal(v_.state, VALUE_known);                            \
        assert_true(value_micros(&v_) < (micros));                          \
    } while (0)
#define is_few(id) assert_int_equal(answer(METRIC_##id).state, VALUE_few)
#define is_nodata(id) \
    assert_int_equal(answer(METRIC_##id).state, VALUE_nodata)

#endif /* TESTS_RISKD_METRIC_DESK_H */
