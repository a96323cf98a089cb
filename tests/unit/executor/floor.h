/* floor - an executor between a small riskd and a small feed
 *
 * Tests include this.  The riskd here reserves, books fills once and frees,
 * and checks what it is told; the feed answers with the books a test set.
 * Messages between them travel with a delay, and may be lost or repeated;
 * what the executor said for its journal is kept, so that a new one can be
 * made of it at any time. */
#ifndef TESTS_EXECUTOR_FLOOR_H
#define TESTS_EXECUTOR_FLOOR_H

#include "tests/unit/executor/floor_turns.h"

static inline void
floor_level(struct levels *side, int64_t price, int64_t shares)
{
    side->at[side->count++] = (struct level){ { price },
                                              { shares * MICROS } };
}

/* One level a side: bid and ask in cents, shares of both. */
static inline void
floor_book(struct floor *f, uint32_t token, int64_t bid, int64_t ask,
           int64_t shares)
{
    struct floor_token *t = &f->token[token];

    t->bids.count = t->asks.count = 0;
    if (bid > 0)
        floor_level(&t->bids, bid * 10000, shares);
    if (ask > 0)
        floor_level(&t->asks, ask * 10000, shares);
    t->seq++;
}

/* Markets 0..3 are an exhaustive event "a"; market 4 is "b", alone; 5..8 are
 * event "c"; market 9 is "d", alone, its pairs worth more than a dollar. */
static inline void
floor_markets(struct floor *f)
{
    static const char *const events[] = { "a", "a", "a", "a", "b",
                                          "c", "c", "c", "c", "d" };

    f->markets = sizeof events / sizeof events[0];
    for (uint32_t i = 0; i < f->markets; i++) {
        struct market *m = &f->market[i];
        char name[24];

        memset(m, 0, sizeof *m);
        (void)snprintf(name, sizeof name, "market-%u", i);
        text_set(&m->market, name);
        text_set(&m->event, events[i]);
        m->yes = floor_hash(2 * i + 1);
        m->no = floor_hash(2 * i + 2);
        m->event_size = i == 4 || i == 9 ? 1 : 4;
        m->rev = 1;
        m->neg_risk = i != 4 && i != 9;
        m->event_index = m->neg_risk ? i % 5 : 0;
        m->neg_risk_id.b[0] = m->neg_risk ? (uint8_t)events[i][0] : 0;
        m->open = true;
        m->fee_known = true;
        m->order_version = 2;
        m->tick.micros = 10000;
        m->min_size.micros = 5 * MICROS;
        m->liquidity.micros = INT64_C(5000) * MICROS;
        m->ends.ns = f->wall.ns + INT64_C(3600) * 1000000000;
        f->token[2 * i].token = m->yes;
        f->token[2 * i + 1].token = m->no;
        floor_book(f, 2 * i, 22, 23, 200);
        floor_book(f, 2 * i + 1, 70, 80, 200);
    }
    floor_book(f, 18, 45, 47, 60);
    floor_book(f, 19, 60, 62, 60);
}

static inline void
floor_defaults(struct floor *f)
{
    f->conf = (struct executor_conf){
        .max_groups = 8, .rest = { 10000 }, .fill_wait = { 30000 },
        .hold = { 30000 }, .hold_retry = { 1000 }, .unwind_tries = 3,
        .patch_limit = { 50000 }, .unwind_limit = { 50000 },
        .lease_every = { 500 }, .books_wait = { 3000 },
        .books_resend = { 500 }, .authorize_wait = { 1000 },
        .authorize_resend = { 250 }, .resend = { 500 },
        .held_every = { 60000 }, .held_wait = { 8000 },
        .markets_max = 64, .positions_max = 256,
        .fill_model_latency = { 150 }, .fill_model_share = { MICROS },
        .fill_model_memory = { 60000 },
        .settle_wait = { 60000 }, .look_first = { 500 },
        .look_most = { 5000 }, .quiet = { 300000 }, .call_wait = { 30000 },
        .reconcile_every = { 60000 }, .heartbeat_every = { 5000 },
        .heartbeat_lost = { 15000 }, .cancel_every = { 1000 },
        .trades_margin = { 60000 }, .orders_rate = 40, .orders_burst = 60,
        .cancels_rate = 80, .cancels_burst = 120, .reads_rate = 20,
        .reads_burst = 60, .requests_rate = 60, .requests_burst = 120,
        .cancel_reserve = 20, .cash_slack = { 50000 },
        .naked_max = { INT64_C(100000) * MICROS },
        .chain_rpc = { "https://node" }, .pol_price = { 300000 },
        .naked_ms = { 600000 }, .hedge = true,
    };
    text_set(&f->conf.fill_model_price_basis, "book");
    text_set(&f->conf.order_type, "FAK");
    text_set(&f->conf.hold_type, "FAK");
    f->strategy = (struct strategy_conf){
        .gross_min = { 30000 }, .depth_min = { 50 * MICROS },
        .sets_max = { 100 * MICROS }, .a_min_sum = { 850000 },
        .book_age_max = { 5000 }, .merge_time = { 60000 },
        .ttl = { 2000 }, .A = true, .B = true,
        .b_split_live = true,
    };
    f->capital = (struct capital_conf){
        .initial_usd = { INT64_C(5000) * MICROS },
        .cash_rate_year = { 40000 },
    };
    f->mode = MODE_paper;
    f->lease_mode = MODE_paper;
    f->seed = 88172645463325252ULL;
    f->feed_run = f->risk_run = 1;
    f->mono.ns = INT64_C(1000) * 1000000000;
    f->wall.ns = INT64_C(1800000000) * 1000000000;
}

/* Ready to trade, in paper. */
static inline struct floor *
floor_new(void)
{
    struct floor *f = calloc(1, sizeof *f);

    must(f != NULL);
    floor_defaults(f);
    floor_markets(f);
    f->out = outbox_new(SOURCE_executor, EXECUTOR_OUTBOX_BYTES,
                        EXECUTOR_OUTBOX_COUNT);
    floor_new_engine(f);
    floor_run(f, 100);
    assert_true(executor_is_ready(f->x));
    return f;
}

/* Ready to trade, live. */
static inline struct floor *
floor_live(void)
{
    struct floor *f = floor_new();

    f->mode = f->lease_mode = MODE_live;
    f->identity = floor_identity();
    f->check_release = floor_check_release;
    f->venue.on = f->venue.stream = true;
    f->venue.settle.ms = 200;
    f->conf.quiet.ms = 20000;
    floor_new_engine(f);
    floor_run(f, 3000);
    assert_true(executor_is_ready(f->x));
    return f;
}

/* As before, under another configuration. */
static inline void
floor_again(struct floor *f)
{
    floor_new_engine(f);
    floor_run(f, 100);
}

static inline void
floor_destroy(struct floor *f)
{
    executor_destroy(&f->x);
    outbox_destroy(&f->out);
    for (uint32_t i = 0; i < FLOOR_POST; i++)
        free(f->post[i].m);
    for (uint32_t i = 0; i < f->facts; i++)
        free(f->fact[i].m);
    free(f);
}

/* What the scanner would say about event "a", "c" (A), "b" (B) or "d" (B, to
 * sell). */
static inline struct opportunity
floor_opportunity(struct floor *f, uint64_t n, char event)
{
    struct opportunity m = {
        .scan_id = uuid_make((struct nanos){ 1 }, SOURCE_scanner, 1, n),
        .rev = 1, .state = OPP_STATE_opened,
        .strategy = event == 'b' || event == 'd' ? STRATEGY_B : STRATEGY_A,
        .sets = { 100 * MICROS }, .opened = f->wall, .ttl = { 2000 },
    };
    uint32_t first = event == 'a' ? 0 : event == 'b' ? 8
                     : event == 'c' ? 10 : 18;
    uint32_t step = m.strategy == STRATEGY_B ? 1 : 2;
    bool sell = event == 'd';

    m.event.s[0] = event;
    m.legs.count = m.strategy == STRATEGY_B ? 2 : 4;
    for (uint32_t i = 0; i < m.legs.count; i++) {
        const struct floor_token *t = &f->token[first + i * step];
        const struct levels *side = sell ? &t->bids : &t->asks;

        m.legs.at[i] = (struct leg){
            .token = t->token, .side = sell ? SIDE_sell : SIDE_buy,
            .size = m.sets,
            .limit = side->count > 0 ? side->at[0].price
                                     : (struct price){ 230000 },
        };
    }
    return m;
}

static inline void
floor_open(struct floor *f, uint64_t n, char event)
{
    struct opportunity m = floor_opportunity(f, n, event);

    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
}

/* riskd's state: all that is held is to be sold, or no longer. */
static inline void
floor_flatten(struct floor *f, bool flatten)
{
    struct risk_state m = { .mode = MODE_shadow, .state = RISK_MODE_paused,
                            .flatten = flatten };

    floor_now(f, SOURCE_riskd, 0, &risk_state_schema, &m);
}

/* A market of nobody's comes, resolves and is over. */
static inline void
floor_other(struct floor *f, uint32_t n)
{
    struct market m = f->market[4];
    struct resolution r = { .payout_yes = { MICROS }, .final = true };
    char name[24];

    (void)snprintf(name, sizeof name, "other-%u", n);
    text_set(&m.market, name);
    text_set(&m.event, name);
    r.market = m.market;
    m.yes = floor_hash(1000 + 2 * n);
    m.no = floor_hash(1001 + 2 * n);
    floor_now(f, SOURCE_feed, 0, &market_schema, &m);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
}

static inline uint64_t
floor_counter(const struct floor *f, enum executor_counter c)
{
    return executor_counters(f->x)[c];
}

static inline uint32_t
floor_open_auths(const struct floor *f)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < f->auths; i++)
        count += f->auth[i].open;
    return count;
}

#endif /* TESTS_EXECUTOR_FLOOR_H */
