/* check_bench - one check at a time, on plain numbers */
#ifndef TESTS_RISKD_CHECK_BENCH_H
#define TESTS_RISKD_CHECK_BENCH_H

#include "tests/unit/riskd/desk.h"

#include "riskd/check.h"

struct bench {
    struct authorize m;
    struct riskd_conf conf;
    struct market market[2];
    struct question q;
    struct finding f;
};

/* A basket of two, and the limits that both kinds of tests begin with; the
 * question is what the rest of it says. */
static inline struct bench *
bench_new(struct question q)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->m = desk_ask(1, 2, 0, 450000, 100);
    b->conf.shares_max.micros = 500 * MICROS;
    b->conf.depth_share.ppm = MICROS;
    b->conf.slippage_max.ppm = 25000;
    b->conf.patch_max.ppm = 50000;
    b->conf.order_min = USD(1);
    b->conf.gate_data = true;
    b->conf.trade_max.ppm = 300000;
    b->q = q;
    b->q.m = &b->m;
    b->q.conf = &b->conf;
    b->q.size.ppm = MICROS;
    b->q.equity = USD(5000);
    for (uint32_t i = 0; i < b->m.legs.count; i++) {
        b->q.leg[i].counted = true;
        b->q.leg[i].missed = b->m.legs.at[i].size;
    }
    return b;
}

static inline bool
passes(struct bench *b, const struct check *c)
{
    b->f = (struct finding){ REASON_none, 0, 0 };
    bool ok = c->passes(&b->q, &b->f);
    assert_true(ok == (b->f.reason == REASON_none));
    return ok;
}

#define PASSES(b, name) assert_true(passes(b, &check_##name))
#define REFUSES(b, name, why)                          \
    do {                                               \
        assert_false(passes(b, &check_##name));        \
        assert_int_equal((b)->f.reason, REASON_##why); \
    } while (0)

#endif /* TESTS_RISKD_CHECK_BENCH_H */
