/* test_storm - seeded chance: books, kills, silences, crashes, over a road that
 * loses, repeats and reorders; then calm, and the audit.  SEEDS=300 for a long
 * one. */
#include "tests/unit/executor/audit.h"

/* What a token is worth in cents, so that baskets pay more often than not. */
static int64_t
worth(uint32_t token)
{
    if (token / 2 == 4)
        return token % 2 == 0 ? 45 : 50;
    if (token / 2 == 9)
        return token % 2 == 0 ? 51 : 60; /* Asks; sold a few cents lower. */
    return token % 2 == 0 ? 23 : 76;
}

static void
shake_book(struct floor *f, uint32_t token)
{
    int64_t ask = worth(token) + (floor_chance(f, 60) ? 2 : 0);
    int64_t bid = ask - 1 - (int64_t)(floor_random(f) % 3);

    floor_book(f, token, floor_chance(f, 50) ? 0 : bid, ask,
               40 + (int64_t)(floor_random(f) % 100));
    floor_level(&f->token[token].asks, (ask + 1) * 10000,
                10 + (int64_t)(floor_random(f) % 100));
    f->token[token].down = floor_chance(f, 10);
    f->token[token].age.ms = floor_chance(f, 10) ? 6000 : 10;
}

static void
shake_event(struct floor *f, char event)
{
    uint32_t first = event == 'a' ? 0 : event == 'b' ? 8
                     : event == 'c' ? 10 : 18;

    for (uint32_t i = 0; i < (first % 10 == 8 ? 2u : 8u); i++)
        shake_book(f, first + i);
}

static void
shake_kill(struct floor *f)
{
    f->latched = !f->latched;
    f->kill_gen += f->latched;
    floor_say_latch(f);
}

static void
shake_peers(struct floor *f)
{
    switch (floor_random(f) % 6) {
    case 0:
        if (floor_chance(f, 300))
            f->crash_at = f->turns + 1 + floor_random(f) % 30;
        f->crash_journalled = floor_chance(f, 500);
        return;
    case 1:
        f->risk_silent = floor_chance(f, 200);
        return;
    case 2:
        f->feed_silent = floor_chance(f, 200);
        return;
    case 3:
        if (f->latched || floor_chance(f, 100))
            shake_kill(f);
        return;
    case 4:
        floor_flatten(f, floor_chance(f, 100));
        return;
    default:
        f->risk_run++;
        floor_now(f, SOURCE_riskd, 0, &heartbeat_schema,
                  &(struct heartbeat){ .ready = true });
        return;
    }
}

static void
shake(struct floor *f, uint64_t *scan)
{
    uint64_t dice = floor_random(f) % 40;
    char event = (char)('a' + floor_random(f) % 4);

    if (dice == 0) {
        shake_peers(f);
    } else if (dice < 8) {
        /* Now and then one that had its group. */
        uint64_t n = floor_chance(f, 100) && *scan > 0 ? *scan : ++*scan;
        struct opportunity m;

        shake_event(f, event);
        m = floor_opportunity(f, n, event);
        floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    } else {
        shake_book(f, (uint32_t)(floor_random(f) % (2 * f->markets)));
    }
}

/* Everything works again, and everything can be sold. */
static void
calm(struct floor *f)
{
    f->lose_permille = f->repeat_permille = 0;
    f->deny_permille = f->shrink_permille = 0;
    f->risk_silent = f->feed_silent = false;
    f->crash_at = 0;
    if (f->latched)
        shake_kill(f);
    for (uint32_t i = 0; i < 2 * f->markets; i++) {
        f->token[i].down = false;
        f->token[i].age.ms = 10;
        floor_book(f, i, 60, 61, 100000);
    }
    floor_run(f, 60000);
}

/* Fills come late, cost more, and every fifth fails afterwards. */
static void
harsh(struct executor_conf *c)
{
    c->fill_model_ghost.ppm = 200000;
    c->fill_model_latencies.count = c->fill_model_slippage.count =
        c->fill_model_impact.count = 2;
    text_set(&c->fill_model_latencies.at[0], "0:20");
    text_set(&c->fill_model_latencies.at[1], "0.8:900");
    text_set(&c->fill_model_slippage.at[0], "0:0");
    text_set(&c->fill_model_slippage.at[1], "0.02:20");
    text_set(&c->fill_model_impact.at[0], "0.3:10");
    text_set(&c->fill_model_impact.at[1], "0.9:200");
}

enum kind { USUAL, HARSH, WAITING };

/* Orders wait for the trades of others, and what a held group misses rests. */
static void
waiting(struct executor_conf *c)
{
    text_set(&c->fill_model_price_basis, "next_trade");
    text_set(&c->hold_type, "GTC");
    c->fill_model_wait.ms = 1500;
    c->fill_model_ghost.ppm = 100000;
    c->naked_max.micros = INT64_C(1000000) * MICROS;
}

/* Somebody buys or sells, near what is displayed. */
static void
others_trade(struct floor *f)
{
    const struct floor_token *t = &f->token[floor_random(f) % 20];
    bool buys = floor_random(f) % 2 > 0;
    const struct levels *side = buys ? &t->asks : &t->bids;
    struct trade m = {
        .token = t->token, .side = buys ? SIDE_buy : SIDE_sell,
        .size = { (int64_t)(floor_random(f) % 200 + 1) * MICROS },
        .venue_time = f->wall,
    };

    if (side->count == 0)
        return;
    m.price = side->at[0].price;
    floor_tell(f, SOURCE_feed, 0, &trade_schema, &m);
}

static struct floor *
storm(uint64_t seed, enum kind kind)
{
    struct floor *f = floor_new();
    uint64_t scan = 0;

    f->seed = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    f->delay_most.ms = (int64_t)(floor_random(f) % (seed % 2 ? 20 : 150));
    f->lose_permille = (unsigned)(floor_random(f) % (seed % 3 ? 15 : 100));
    f->repeat_permille = (unsigned)(floor_random(f) % 100);
    f->deny_permille = (unsigned)(floor_random(f) % 100);
    f->shrink_permille = (unsigned)(floor_random(f) % 200);
    f->conf.markets_max = 16; /* Others pass through the rest of it. */
    f->conf.rest.ms = 500;
    f->conf.hold.ms = 3000;
    f->conf.hold_retry.ms = 100;
    if (kind == HARSH)
        harsh(&f->conf);
    if (kind == WAITING)
        waiting(&f->conf);
    floor_new_engine(f);
    for (int i = 0; i < 3000; i++) {
        shake(f, &scan);
        floor_other(f, (uint32_t)i);
        for (int n = 0; kind == WAITING && n < 4; n++)
            others_trade(f);
        floor_run(f, (int64_t)(floor_random(f) % 5) * 10);
    }
    calm(f);
    return f;
}

static void
count_ends(const struct floor *f, uint64_t ended[2][exec_status_end_])
{
    for (uint32_t i = 0; i < f->facts; i++) {
        const struct execution *e = f->fact[i].m;

        if (f->fact[i].schema == &execution_schema)
            ended[e->event.s[0] == 'd'][e->status]++;
    }
}

/* faults: F-010 F-012 F-013 F-079 */
static void
whatever_happens_everything_is_finished_once(void **state)
{
    uint64_t ended[2][exec_status_end_] = { { 0 } }, restarts = 0;
    const char *text = getenv("SEEDS");
    uint64_t seeds = text != NULL ? strtoull(text, NULL, 10) : 16;

    (void)state;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct floor *f = storm(seed, USUAL);

        audit(f);
        restarts += f->restarts;
        count_ends(f, ended);
        floor_destroy(f);
    }
    for (int i = 0; i < exec_status_end_; i++)
        print_message("%s %llu and %llu, ",
                      enum_word(&exec_status_words, (uint32_t)i),
                      (unsigned long long)ended[0][i],
                      (unsigned long long)ended[1][i]);
    print_message("%llu starts\n", (unsigned long long)restarts);
    /* The storm must have been everywhere to say anything, with what is
     * bought and with what is split and sold. */
    for (int i = 0; i < exec_status_end_; i++)
        assert_true((ended[0][i] > 0 && ended[1][i] > 0) ||
                    i == EXEC_STATUS_SKIP_CAPITAL ||
                    i == EXEC_STATUS_SHADOWED);
    assert_true(restarts > 2 * seeds);
}

static uint64_t
orders_that(const struct floor *f, enum order_state state, enum reason why)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < f->facts; i++) {
        const struct order *o = f->fact[i].m;

        count += f->fact[i].schema == &order_schema && o->state == state &&
                 o->reason == why;
    }
    return count;
}

static void
whatever_is_assumed_of_fills_everything_is_finished_once(void **state)
{
    const char *text = getenv("SEEDS");
    uint64_t seeds = text != NULL ? strtoull(text, NULL, 10) : 6, ghosts = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct floor *f = storm(seed, HARSH);

        audit(f);
        ghosts += orders_that(f, ORDER_STATE_cancelled, REASON_NOT_SETTLED);
        floor_destroy(f);
    }
    assert_true(ghosts > 0);
}

static void
whatever_waits_for_others_is_finished_once(void **state)
{
    const char *text = getenv("SEEDS");
    uint64_t seeds = text != NULL ? strtoull(text, NULL, 10) : 30;
    uint64_t waited = 0, full = 0, rested = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct floor *f = storm(seed, WAITING);

        audit(f);
        waited += orders_that(f, ORDER_STATE_live, REASON_none);
        full += orders_that(f, ORDER_STATE_filled, REASON_none);
        for (uint32_t i = 0; i < f->facts; i++)
            rested += f->fact[i].schema == &intent_schema &&
                      ((const struct intent *)f->fact[i].m)->post_only;
        floor_destroy(f);
    }
    print_message("%llu orders waited, %llu were filled, %llu rested\n",
                  (unsigned long long)waited, (unsigned long long)full,
                  (unsigned long long)rested);
    assert_true(waited > full && full > 0 && rested > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_waits_for_others_is_finished_once),
        cmocka_unit_test(whatever_happens_everything_is_finished_once),
        cmocka_unit_test(
            whatever_is_assumed_of_fills_everything_is_finished_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
