/* world - a scanner with small events around it, for its tests
 *
 * Everything goes in as messages and comes out of the outbox: the world plays
 * feed, with one run, dense sequences and a clock moved by hand. */
#ifndef TESTS_UNIT_SCANNER_WORLD_H
#define TESTS_UNIT_SCANNER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/book.h"
#include "common/must.h"
#include "scanner/scanner.h"
#include "scanner/tying.h"

enum { WORLD_TOKENS = 512, WORLD_TOLD = 512 };

struct world {
    struct scanner *x;
    struct outbox *out;
    struct scanner_conf own;
    struct strategy_conf strategy;
    const struct ties *ties;
    struct input in;
    uint64_t epoch, seq[WORLD_TOKENS];
    /* What was said since the last forget(). */
    uint32_t told, asked;
    struct opportunity opportunity[WORLD_TOLD];
    struct snapshot_request request[64];
    uint64_t req[64];
};

static inline struct world *
world_open(void)
{
    struct world *w = calloc(1, sizeof *w);

    must(w != NULL);
    w->own = (struct scanner_conf){
        .markets_max = 200, .opportunities_max = 20, .pending_max = 16,
        .ask_timeout = { 2000 }, .ask_pause_min = { 100 },
        .ask_pause_max = { 3000 }, .update_every = { 200 },
        .update_by = { 100000 }, .sweep = { 30000 }, .lag_max = { 1000 },
    };
    w->strategy = (struct strategy_conf){
        .gross_min = { 30000 }, .depth_min = { 50 * MICROS },
        .sets_max = { 500 * (int64_t)MICROS }, .a_min_sum = { 900000 },
        .liquidity_min = { 1000 * (int64_t)MICROS },
        .book_age_max = { 5000 }, .merge_time = { 60000 }, .ttl = { 2000 },
        .A = true, .B = true,
    };
    w->in = (struct input){
        .mono = { INT64_C(1000000000000) },
        .wall = { INT64_C(1790000000000000000) },
        .src = SOURCE_feed, .run = 5, .own_run = 9,
    };
    w->epoch = UINT64_C(5) << 24;
    w->out = outbox_new(SOURCE_scanner, SCANNER_OUTBOX_BYTES,
                        SCANNER_OUTBOX_COUNT);
    return w;
}

static inline void
world_close(struct world *w)
{
    scanner_destroy(&w->x);
    outbox_destroy(&w->out);
    free(w);
}

/* Takes what was said; nothing else may be. */
static inline void
world_take(struct world *w)
{
    for (size_t i = 0; i < outbox_count(w->out); i++) {
        const struct said *said = outbox_at(w->out, i);

        if (said->schema == &opportunity_schema) {
            assert_true(w->told < WORLD_TOLD);
            memcpy(&w->opportunity[w->told++], said->msg,
                   sizeof(struct opportunity));
        } else {
            assert_ptr_equal(said->schema, &snapshot_request_schema);
            assert_true(w->asked < 64);
            memcpy(&w->request[w->asked], said->msg,
                   sizeof(struct snapshot_request));
            w->req[w->asked++] = said->to.req;
        }
    }
    outbox_clear(w->out);
}

static inline void
world_forget(struct world *w)
{
    w->told = w->asked = 0;
}

#define WORLD_SAY(w, msg, m)                                  \
    do {                                                      \
        (w)->in.said = (w)->in.mono;                          \
        scanner_on_##msg((w)->x, m, &(w)->in, (w)->out);      \
        world_take(w);                                        \
    } while (0)

/* Makes the engine of the settings as they are now; it hears of ties. */
static inline void
world_start(struct world *w)
{
    w->x = scanner_new(&(struct scanner_options){
        .own = &w->own, .strategy = &w->strategy, .cash_rate = { 40000 },
        .heartbeat_miss = { 1500 },
    });
    if (w->ties == NULL)
        return;
    struct ties_read end = { w->ties->count };
    for (uint32_t i = 0; i < w->ties->count; i++)
        for (uint32_t place = 0; place < w->ties->at[i].count; place++) {
            struct tie_row row;

            tying_row(&w->ties->at[i], place, &row);
            WORLD_SAY(w, tie_row, &row);
        }
    WORLD_SAY(w, ties_read, &end);
}

static inline void
world_wait(struct world *w, int64_t ms)
{
    w->in.mono.ns += ms * 1000000;
    w->in.wall.ns += ms * 1000000;
}

static inline void
world_heartbeat(struct world *w)
{
    struct heartbeat m = { .ready = true };

    WORLD_SAY(w, heartbeat, &m);
}

static inline void
world_tick(struct world *w)
{
    struct tick m = { 1 };

    WORLD_SAY(w, tick, &m);
}

/* Markets are numbered from 0; token = 2 * market for yes, + 1 for no. */
static inline struct hash
world_token(uint32_t token)
{
    struct hash h = { { 0 } };

    h.b[0] = 7;
    h.b[30] = (uint8_t)(token >> 8);
    h.b[31] = (uint8_t)token;
    return h;
}

static inline struct market
world_market(uint32_t i, const char *event, uint32_t index, uint32_t size)
{
    struct market m = {
        .yes = world_token(2 * i), .no = world_token(2 * i + 1),
        .event_index = index, .event_size = size, .fee_exponent = 1,
        .order_version = 2, .neg_risk = size > 1, .open = true,
        .fee_known = true, .tick = { 1000 }, .min_size = { 5 * MICROS },
        .liquidity = { 5000 * (int64_t)MICROS },
        .ends = { INT64_C(1790000000000000000) + INT64_C(86400000000000) },
    };

    m.market.s[0] = 'm';
    m.market.s[1] = (char)('0' + i / 100);
    m.market.s[2] = (char)('0' + i / 10 % 10);
    m.market.s[3] = (char)('0' + i % 10);
    text_set(&m.event, event);
    return m;
}

/* An event of n outcomes, markets first, first + 1, ... */
static inline void
world_event(struct world *w, const char *event, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct market m = world_market(first + i, event, i, n);

        WORLD_SAY(w, market, &m);
    }
}

/* A whole book of one level a side; a price of 0 = none. */
static inline struct book_snapshot
world_snapshot(struct world *w, uint32_t token, int64_t bid, int64_t ask,
               int64_t shares)
{
    struct book_snapshot m = {
        .token = world_token(token), .epoch = w->epoch,
        .book_seq = ++w->seq[token], .parts = 1, .tick = { 1000 },
        .venue_time = w->in.wall, .received = w->in.wall,
    };

    if (bid > 0) {
        m.bids.count = 1;
        m.bids.at[0] = (struct level){ { bid }, { shares * MICROS } };
    }
    if (ask > 0) {
        m.asks.count = 1;
        m.asks.at[0] = (struct level){ { ask }, { shares * MICROS } };
    }
    return m;
}

static inline void
world_book(struct world *w, uint32_t token, int64_t bid, int64_t ask,
           int64_t shares)
{
    struct book_snapshot m = world_snapshot(w, token, bid, ask, shares);

    WORLD_SAY(w, book_snapshot, &m);
}

static inline struct book_delta
world_delta(struct world *w, uint32_t token, enum side side, int64_t price,
            int64_t shares)
{
    return (struct book_delta){
        .token = world_token(token), .epoch = w->epoch,
        .book_seq = ++w->seq[token], .side = side, .price = { price },
        .size = { shares * MICROS }, .venue_time = w->in.wall,
        .received = w->in.wall,
    };
}

static inline void
world_change(struct world *w, uint32_t token, enum side side, int64_t price,
             int64_t shares)
{
    struct book_delta m = world_delta(w, token, side, price, shares);

    WORLD_SAY(w, book_delta, &m);
}

/* A market whose two books cost 97 cents together. */
static inline struct world *
world_open_pair(void)
{
    struct world *w = world_open();

    world_start(w);
    world_heartbeat(w);
    world_event(w, "pair", 0, 1);
    return w;
}

static inline void
world_fill_pair(struct world *w)
{
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 570000, 100);
}

static inline void
world_answer_end(struct world *w, uint64_t req, enum asked what)
{
    struct snapshot_end m = { .what = what };

    w->in.req = req;
    WORLD_SAY(w, snapshot_end, &m);
    w->in.req = 0;
}

static inline void
world_answer_book(struct world *w, uint64_t req, uint32_t token, int64_t ask)
{
    struct book_snapshot m = world_snapshot(w, token, 0, ask, 100);

    w->in.req = req;
    WORLD_SAY(w, book_snapshot, &m);
    w->in.req = 0;
}

static inline void
world_lose(struct world *w)
{
    struct gap m = { .src = SOURCE_feed, .lost = 1 };

    WORLD_SAY(w, gap, &m);
}

static inline uint64_t
world_count(const struct world *w, enum scanner_counter counter)
{
    return scanner_counters(w->x)[counter];
}

#endif /* TESTS_UNIT_SCANNER_WORLD_H */
