/* bench_replay - a recorded market through three engines in one process
 *
 * The file is what a scanner would have written down: markets, books, and
 * changes of them, a heartbeat every 500 and a tick every 50 ms of a market
 * with 10,000 changes a second.  The floor reads the same file, sums and
 * chain checked, and unpacks every message; nobody hears it. */
#include "tests/bench/bench.h"

#include "common/must.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/replay/desk.h"
#include "scanner/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARKETS = 2000, OUTCOMES = 10, DEPTH = 20, CHANGES = 400000,
       ROUNDS = 5, CHANGE_NS = 100000 };

struct tape {
    struct journal *journal;
    struct nanos mono, wall;
    uint64_t seq[3], tseq;
    uint64_t count;
    uint8_t packed[PACKED_CAP], wrapped[ENVELOPE_CAP];
};

static void
put(struct tape *t, enum source src, const struct schema *sc, const void *msg)
{
    struct envelope e = {
        .ver = (uint8_t)schema_fingerprint(), .type = sc->type, .src = src,
        .run = 1, .seq = ++t->seq[src], .mono = t->mono, .wall = t->wall,
        .tseq = src == SOURCE_feed ? ++t->tseq : 0, .body = t->packed,
    };
    e.body_size = schema_pack(sc, msg, t->packed, PACKED_CAP);
    size_t size = envelope_pack(&e, t->wrapped, ENVELOPE_CAP);
    must(size > 0);
    journal_append(t->journal, sc->type, t->mono, t->wall, 0, t->wrapped,
                   size, false);
    t->count++;
}

static struct hash
token_of(uint32_t market, uint8_t side)
{
    struct hash h = { { 1 } };
    memcpy(h.b + 24, &market, sizeof market);
    h.b[31] = side;
    return h;
}

static void
put_market(struct tape *t, uint32_t i)
{
    struct market m = { .yes = token_of(i, 0), .no = token_of(i, 1),
                        .mirrored = true, .open = true, .fee_known = true,
                        .fee_exponent = 1, .tick = { 1000 },
                        .min_size = { 5000000 }, .neg_risk = true,
                        .liquidity = { 5000000000 },
                        .event_index = i % OUTCOMES, .event_size = OUTCOMES,
                        .ends = { t->wall.ns + 86400000000000 } };
    snprintf(m.market.s, sizeof m.market.s, "m%u", i);
    snprintf(m.event.s, sizeof m.event.s, "e%u", i / OUTCOMES);
    put(t, SOURCE_feed, &market_schema, &m);
}

static void
put_book(struct tape *t, uint32_t i, uint8_t side)
{
    static struct book_snapshot b;
    int64_t ask = side == 0 ? 120000 : 910000;
    b = (struct book_snapshot){ .token = token_of(i, side), .epoch = 1,
                                .book_seq = 1, .parts = 1, .tick = { 1000 },
                                .received = t->wall, .proved = true };
    b.bids.count = b.asks.count = DEPTH;
    for (int k = 0; k < DEPTH; k++) {
        b.asks.at[k] = (struct level){ { ask + k * 1000 }, { 100000000 } };
        b.bids.at[k] = (struct level){ { ask - 30000 - k * 1000 },
                                       { 100000000 } };
    }
    put(t, SOURCE_feed, &book_snapshot_schema, &b);
}

static void
put_change(struct tape *t, uint64_t n)
{
    uint32_t i = (uint32_t)(n * 7919 % MARKETS);
    struct book_delta m = {
        .token = token_of(i, 0), .epoch = 1, .book_seq = n / MARKETS + 2,
        .side = SIDE_sell, .price = { 120000 + (int64_t)(n % 8) * 1000 },
        .size = { 50000000 + (int64_t)(n % 977) * 10000 },
        .received = t->wall, .venue_time = t->wall, .proved = true,
    };
    if (n % 500 == 0)
        put(t, SOURCE_scanner, &tick_schema, &(struct tick){ n / 500 });
    if (n % 5000 == 0)
        put(t, SOURCE_feed, &heartbeat_schema,
            &(struct heartbeat){ .ready = true });
    put(t, SOURCE_feed, &book_delta_schema, &m);
    t->mono.ns += CHANGE_NS;
    t->wall.ns += CHANGE_NS;
}

static uint64_t
write_tape(const char *dir)
{
    struct tape *t = calloc(1, sizeof *t);
    struct why why;
    uint64_t cut;
    must(t != NULL);
    t->mono.ns = 1000000000;
    t->wall.ns = INT64_C(1800000000000000000);
    t->journal = journal_open(dir, SOURCE_scanner, 1, 64 << 20, &cut, &why);
    must(t->journal != NULL);
    put(t, SOURCE_scanner, &tick_schema, &(struct tick){ 0 });
    put(t, SOURCE_feed, &heartbeat_schema,
        &(struct heartbeat){ .ready = true });
    for (uint32_t i = 0; i < MARKETS; i++)
        put_market(t, i);
    for (uint32_t i = 0; i < MARKETS; i++)
        for (uint8_t side = 0; side < 2; side++)
            put_book(t, i, side);
    for (uint64_t n = 0; n < CHANGES; n++)
        put_change(t, n);
    journal_close(&t->journal);
    uint64_t count = t->count;
    free(t);
    return count;
}

/* Seconds to play it, or only to read it, without the making of engines. */
static double
play(const char *dir, struct conf *conf, bool heard_by_none)
{
    static struct desk desk;
    struct record r;
    struct heard h;
    struct why why;
    struct core bare;
    struct nanos mono = { 1000000000 }, late = { 200000 };
    struct nanos wall = { INT64_C(1800000000000000000) };
    core_begin(&bare, SOURCE_scanner);
    if (!heard_by_none)
        must(desk_begin(&desk, conf, mono, wall, late, &why));
    int64_t from = bench_cpu();
    struct journal_reader *reader = journal_read(dir, 0, &why);
    must(reader != NULL);
    while (journal_next(reader, &r, &why) > 0) {
        must(heard_of(&h, SOURCE_scanner, &r, &why));
        if (heard_by_none)
            must(schema_unpack_kept(schema_find(h.e.type), bare.msg,
                                    h.e.body, h.e.body_size, NULL));
        else
            must(desk_hear(&desk, &h));
    }
    double took = (double)(bench_cpu() - from) / 1e9;
    journal_reader_close(&reader);
    if (!heard_by_none) {
        const uint64_t *counters = scanner_counters(desk.scanner.engine);
        must(counters[SCANNER_deltas] == CHANGES);
        must(counters[SCANNER_looks] >= CHANGES);
        desk_end(&desk);
    }
    core_end(&bare);
    return took;
}

void
bench_replay(const char *dir)
{
    static const char *const sets[] = {
        "common.mode=paper", "scanner.markets_max=4000",
        "feed.max_markets=4000",
    };
    double ours[ROUNDS], bare[ROUNDS];
    char path[300];
    snprintf(path, sizeof path, "%s/inputs", dir);
    uint64_t count = write_tape(path);
    struct conf *conf = cmd_conf(NULL, sets, 3);
    must(conf != NULL);
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = (double)count / play(path, conf, false);
        bare[i] = (double)count / play(path, conf, true);
    }
    conf_destroy(&conf);
    bench_line("replay_messages", "messages/s", bench_median(ours, ROUNDS),
               bench_median(bare, ROUNDS));
}
