/* test_marks - riskd asks feed what its shares would bring, and remembers how
 * the day began */
#include "tests/unit/riskd/desk_trade.h"

#include <stdio.h>

enum { FEED_RUN = 3 };

/* From feed: told to all (req 0), or as an answer. */
static void
from_feed(struct desk *d, uint64_t req)
{
    d->in.src = SOURCE_feed;
    d->in.run = FEED_RUN;
    d->in.peer = 0;
    d->in.req = req;
}

static void
from_executor(struct desk *d)
{
    d->in.src = SOURCE_executor;
    d->in.run = RUN;
    d->in.peer = 3;
    d->in.req = 5;
}

static void
hear_end(struct desk *d, enum asked what, uint64_t req)
{
    struct snapshot_end m = { .what = what };
    from_feed(d, req);
    HEAR(d, snapshot_end, &m);
}

/* Market n has tokens 2n and 2n + 1; the first ask of a run is number 1. */
static void
tell_markets(struct desk *d)
{
    for (uint32_t n = 0; n < 4; n++) {
        struct market m = { .yes = desk_token(2 * n),
                            .no = desk_token(2 * n + 1),
                            .event_size = 1, .open = true,
                            .fee_known = true,
                            .ends = { NOON } };
        (void)snprintf(m.market.s, sizeof m.market.s, "m%u", n);
        (void)text_set(&m.event, "an event");
        from_feed(d, 0);
        HEAR(d, market, &m);
    }
    hear_end(d, ASKED_universe, 1);
    from_executor(d);
}

static struct desk *
marked_desk(void)
{
    struct desk *d = desk_new();
    tell_markets(d);
    return d;
}

static void
quote(struct desk *d, uint32_t token, int64_t bid, uint64_t req)
{
    struct book_snapshot *m = calloc(1, sizeof *m);
    assert_non_null(m);
    m->token = desk_token(token);
    m->parts = 1;
    m->bids.count = bid > 0;
    m->bids.at[0].price.micros = bid;
    from_feed(d, req);
    HEAR(d, book_snapshot, m);
    free(m);
}

/* The next round of looking, with one bid for each of tokens 0 and 1. */
static struct mark
look(struct desk *d, uint64_t req, int64_t bid, int64_t other)
{
    from_executor(d);
    desk_pass(d, 60000);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 1);
    quote(d, 0, bid, req);
    quote(d, 1, other, req);
    hear_end(d, ASKED_books, req);
    from_executor(d);
    desk_lease(d);
    return d->mark;
}

/* Of market 0, 100 of yes, or of both tokens. */
static void
buy(struct desk *d, uint32_t tokens, int64_t price)
{
    struct authorize m = desk_ask(1, 2, 0, price, 100);
    m.strategy = STRATEGY_B;
    struct grant g = granted(d, &m);
    for (uint32_t i = 0; i < tokens; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "f%u", i);
        struct fill f = desk_fill(&g, i, id, price, 100 * MICROS);
        f.fee.micros = 0;
        HEAR(d, fill, &f);
        assert_true(d->ack.ok);
    }
    release_all(d, &g);
}

static void
what_feed_told_before_it_was_ready_is_asked_for_again(void **state)
{
    (void)state;
    struct desk *d = marked_desk();
    for (int i = 0; i < 2; i++) { /* The second says nothing new. */
        from_feed(d, 0);
        HEAR(d, heartbeat, &((struct heartbeat){ .ready = true }));
        from_executor(d);
        desk_pass(d, 1000);
        desk_tick(d);
        assert_int_equal(d->said[TYPE_snapshot_request], i == 0);
        hear_end(d, ASKED_universe, 2);
        from_executor(d);
    }
    desk_free(d);
}

static void
the_universe_is_asked_for_until_it_is_told(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 1);
    desk_pass(d, 4999);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 0);
    desk_pass(d, 1);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 1);
    hear_end(d, ASKED_universe, 1); /* Of the first ask: too late. */
    desk_pass(d, 5000);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 1);
    hear_end(d, ASKED_universe, 3);
    desk_pass(d, 5000);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 0);
    HEAR(d, gap, &((struct gap){ .src = SOURCE_feed }));
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 1);
    desk_free(d);
}

static void
the_day_begins_where_the_last_one_ended_also_over_a_restart(void **state)
{
    (void)state;
    struct desk *d = marked_desk();
    buy(d, 1, 400000);
    struct mark m = look(d, 2, 500000, 0);
    assert_int_equal(m.equity.micros, 5010LL * MICROS);
    assert_int_equal(m.open.micros, 5000LL * MICROS);
    assert_int_equal(m.high.micros, 5010LL * MICROS);
    assert_int_equal(m.day, 20000);
    m = look(d, 3, 450000, 0);
    assert_int_equal(m.high.micros, 5010LL * MICROS);
    assert_int_equal(desk_state(d).marked.micros, 5005LL * MICROS);
    assert_int_equal(desk_state(d).equity.micros, 5000LL * MICROS);
    desk_assert_recalls(d);
    desk_pass(d, 86400000);
    m = look(d, 4, 300000, 0);
    assert_int_equal(m.day, 20001);
    assert_int_equal(m.open.micros, 5005LL * MICROS);
    assert_int_equal(m.high.micros, 5005LL * MICROS);
    assert_int_equal(m.best.micros, 5010LL * MICROS);
    assert_int_equal(m.equity.micros, 4990LL * MICROS);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
what_the_shares_lose_halts_the_day_at_its_limit(void **state)
{
    (void)state;
    for (int beyond = 0; beyond < 2; beyond++) {
        struct desk *d = marked_desk();
        d->conf.daily_loss_max = USD(10);
        desk_restart(d);
        from_executor(d);
        buy(d, 1, 400000);
        desk_tick(d); /* A new run: it asks for the universe. */
        tell_markets(d);
        struct mark m = look(d, 2, beyond ? 299999 : 300000, 0);
        assert_int_equal(m.open.micros - m.equity.micros,
                         10 * MICROS + (beyond ? 100 : 0));
        assert_int_equal(desk_state(d).state,
                         beyond ? RISK_MODE_halt_day : RISK_MODE_run);
        desk_assert_recalls(d);
        desk_restart(d);
        assert_int_equal(desk_state(d).state,
                         beyond ? RISK_MODE_halt_day : RISK_MODE_run);
        desk_pass(d, 86400000);
        assert_int_equal(desk_state(d).state, RISK_MODE_run);
        desk_free(d);
    }
}

static void
capital_is_what_the_shares_would_bring_when_that_is_less(void **state)
{
    (void)state;
    struct desk *d = marked_desk();
    d->conf.daily_loss_max = USD(1000);
    d->conf.unsettled_max.ppm = 20000; /* 100 of 5000. */
    desk_restart(d);
    from_executor(d);
    desk_tick(d);
    tell_markets(d);
    buy(d, 1, 400000);
    struct authorize m = desk_ask(2, 2, 6, 280000, 100); /* 57.42. */
    m.strategy = STRATEGY_B;
    struct grant g = granted(d, &m);
    release_leg(d, &g, legs_cap, EVIDENCE_never_sent);
    struct mark now = look(d, 2, 0, 0); /* 4960: 99.2 of it. */
    assert_int_equal(now.equity.micros, 4960LL * MICROS);
    m.attempt = 2; /* 40 held and, allowance included, 59.199999. */
    m.legs.at[0].fee.micros = m.legs.at[1].fee.micros = 878048;
    g = granted(d, &m);
    release_leg(d, &g, legs_cap, EVIDENCE_never_sent);
    m.attempt = 3;
    m.legs.at[0].fee.micros = m.legs.at[1].fee.micros = 878049;
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, REASON_UNSETTLED_LIMIT);
    desk_free(d);
}

static void
feed_that_does_not_answer_leaves_the_last_quotes(void **state)
{
    (void)state;
    struct desk *d = marked_desk();
    buy(d, 1, 400000);
    (void)look(d, 2, 500000, 0);
    desk_pass(d, 60000);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_snapshot_request], 1);
    desk_pass(d, 5000);
    d->mark.equity.micros = 0;
    desk_tick(d);
    hear_end(d, ASKED_books, 3); /* Late: nothing waits for it. */
    from_executor(d);
    assert_int_equal(desk_state(d).marked.micros, 5010LL * MICROS);
    desk_free(d);
}

static struct settle
resolve(uint32_t ref, uint32_t token, int64_t cash)
{
    struct settle m = { .ref = desk_uuid(700 + ref), .mode = MODE_paper,
                        .kind = SETTLE_KIND_resolve,
                        .token = desk_token(token),
                        .qty = { 100 * MICROS }, .cash = { cash } };
    (void)text_set(&m.market, "m0");
    return m;
}

static void
a_market_in_dispute_pays_nobody_until_it_is_final(void **state)
{
    (void)state;
    struct desk *d = marked_desk();
    buy(d, 1, 400000);
    struct resolution r = { .payout_yes = { MICROS } };
    (void)text_set(&r.market, "m0");
    from_feed(d, 0);
    HEAR(d, resolution, &r);
    from_executor(d);
    struct settle s = resolve(1, 0, 100 * MICROS);
    HEAR(d, settle, &s);
    assert_int_equal(d->said[TYPE_ack], 0); /* Ask again. */
    assert_int_equal(desk_state(d).realised.micros, 0);
    r.final = true;
    from_feed(d, 0);
    HEAR(d, resolution, &r);
    from_executor(d);
    HEAR(d, settle, &s);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).realised.micros, 60 * MICROS);
    desk_free(d);
}

static void
a_market_that_ends_half_and_half_pays_half(void **state)
{
    (void)state;
    struct desk *d = marked_desk();
    buy(d, 2, 400000);
    struct settle yes = resolve(1, 0, 50 * MICROS);
    struct settle no = resolve(2, 1, 50 * MICROS);
    HEAR(d, settle, &yes);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).realised.micros, 10 * MICROS);
    HEAR(d, settle, &no);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).realised.micros, 20 * MICROS);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    assert_int_equal(desk_state(d).cash.micros, 5020LL * MICROS);
    desk_assert_recalls(d);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_feed_told_before_it_was_ready_is_asked_for_again),
        cmocka_unit_test(the_universe_is_asked_for_until_it_is_told),
        cmocka_unit_test(
            the_day_begins_where_the_last_one_ended_also_over_a_restart),
        cmocka_unit_test(what_the_shares_lose_halts_the_day_at_its_limit),
        cmocka_unit_test(
            capital_is_what_the_shares_would_bring_when_that_is_less),
        cmocka_unit_test(feed_that_does_not_answer_leaves_the_last_quotes),
        cmocka_unit_test(a_market_in_dispute_pays_nobody_until_it_is_final),
        cmocka_unit_test(a_market_that_ends_half_and_half_pays_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
