/* bench_scanner - book updates through the scanner, 2,000 events loaded
 *
 * An update is one change of one level, as one frame of the venue: the book
 * is changed, and every strategy looks at the event and the market it is of.
 *
 *   scanner_updates   all over 2,000 events of 10 outcomes, so that most of
 *                     the memory touched is cold; the floor is the same
 *                     changes on as many bare books, and no looking
 *   evaluate_A, _B    one event, one market over and over, nothing to find by
 *                     any strategy; the floor is the change on bare books, and
 *                     their best prices summed and compared by hand
 *   evaluate_A_found  an event that pays: the basket is sized anew each time;
 *                     the floor is the change, and one walk through each of
 *                     the ten books by hand, sized in advance
 *   evaluate_C_found  the same of an event whose NO converts: the best set is
 *                     looked for, and sized
 *   sweep_10000       10,000 tokens of a pass over all of them; the floor is
 *                     the best prices of their yes books, summed */
#include "tests/bench/bench.h"

#include "common/book.h"
#include "common/must.h"
#include "scanner/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    EVENTS = 2000, OUTCOMES = 10, DEPTH = 50,
    FOUND = EVENTS * OUTCOMES,  /* First market of the event that pays. */
    CONVERTS = FOUND + OUTCOMES, /* Of the one whose NO does. */
    BINARY = CONVERTS + OUTCOMES, /* A market alone. */
    MARKETS = BINARY + 1,
    NEAR = 8,                   /* Levels that change. */
    STEP = 10000, GROSS_MIN = 30000,
    MANY = 20000,
    SWEEP_TOKENS = 10000, SWEEP_MS = 30000,
};

struct load {
    struct scanner *scanner;
    struct outbox *out;
    struct input in;
    struct book *bare;          /* Of each market the yes book, and then of
                                   the last the no book. */
    uint64_t seq[MARKETS], bare_seq[MARKETS];
    uint64_t n;                 /* Updates so far. */
    uint32_t first, count;      /* Markets that are updated. */
    int64_t found;              /* By the floors; keeps them honest. */
};

static struct hash
token_of(uint32_t market, uint8_t side)
{
    struct hash h = { { 1 } };
    memcpy(h.b + 24, &market, sizeof market);
    h.b[31] = side;
    return h;
}

/* Asks sum to 1.2 where nothing is to be found, and to 0.93. */
static int64_t
ask_of(uint32_t market)
{
    if (market == BINARY)
        return 600000;
    if (market >= CONVERTS) /* Bids 2 cents below: 1.06 in all. */
        return 126000;
    return market < FOUND ? 120000 : 93000;
}

static void
give_market(struct load *l, uint32_t i)
{
    struct market m = { .yes = token_of(i, 0), .no = token_of(i, 1),
                        .mirrored = i < CONVERTS,
                        .open = true, .fee_known = true,
                        .fee_exponent = 1, .fee_rate = { 40000 },
                        .tick = { 1000 }, .min_size = { 5000000 },
                        .liquidity = { 5000000000 },
                        .ends = { l->in.wall.ns + 86400000000000 } };
    bool single = i == BINARY;
    snprintf(m.market.s, sizeof m.market.s, "m%u", i);
    snprintf(m.event.s, sizeof m.event.s, "e%u", i / OUTCOMES);
    m.neg_risk = !single;
    m.event_index = single ? 0 : i % OUTCOMES;
    m.event_size = single ? 1 : OUTCOMES;
    scanner_on_market(l->scanner, &m, &l->in, l->out);
    outbox_clear(l->out);
}

static void
make_snapshot(struct book_snapshot *s, uint32_t market, uint8_t side,
              struct nanos wall)
{
    int64_t ask = side == 0 ? ask_of(market)
                            : MICROS - ask_of(market) + 2 * STEP;
    memset(s, 0, sizeof *s);
    s->token = token_of(market, side);
    s->epoch = 1;
    s->book_seq = 1;
    s->parts = 1;
    s->tick.micros = 1000;
    s->received = s->venue_time = wall;
    s->proved = true;
    for (int k = 0; k < DEPTH; k++) {
        int64_t up = ask + k * STEP, down = ask - (k + 2) * STEP;
        if (up < MICROS)
            s->asks.at[s->asks.count++] =
                (struct level){ { up }, { 100000000 } };
        if (down > 0)
            s->bids.at[s->bids.count++] =
                (struct level){ { down }, { 100000000 } };
    }
}

static void
load_all(struct load *l)
{
    static struct book_snapshot s;
    for (uint32_t i = 0; i < MARKETS; i++)
        give_market(l, i);
    for (uint32_t i = 0; i < MARKETS; i++) {
        l->seq[i] = l->bare_seq[i] = 1;
        for (uint8_t side = 0; side < 2; side++) {
            make_snapshot(&s, i, side, l->in.wall);
            scanner_on_book_snapshot(l->scanner, &s, &l->in, l->out);
            outbox_clear(l->out);
            must((side == 1 && i != BINARY) ||
                 book_snapshot_apply(&l->bare[i + side], &s, 1));
        }
    }
}

/* The size of one of a yes book's near asks, now this and then that. */
static struct book_delta
next_delta(struct load *l, uint64_t *seq, uint32_t *market)
{
    uint64_t n = l->n++;
    *market = l->first + (uint32_t)(n * 7919 % l->count);
    return (struct book_delta){
        .token = token_of(*market, 0), .epoch = 1,
        .book_seq = ++seq[*market], .side = SIDE_sell,
        .price = { ask_of(*market) + (int64_t)(n * 31 % NEAR) * STEP },
        .size = { 100000000 + (int64_t)(n % 9973 + 1) * 1000 },
        .received = l->in.wall, .venue_time = l->in.wall, .proved = true
    };
}

static void
update_scanner(void *arg, uint64_t n)
{
    struct load *l = arg;
    uint32_t market;
    for (uint64_t i = 0; i < n; i++) {
        struct book_delta d = next_delta(l, l->seq, &market);
        scanner_on_book_delta(l->scanner, &d, &l->in, l->out);
        outbox_clear(l->out);
    }
}

static void
change_bare(struct load *l)
{
    uint32_t market;
    struct book_delta d = next_delta(l, l->bare_seq, &market);
    must(book_delta_apply(&l->bare[market], &d, 1) == BOOK_CHANGED);
}

static void
update_bare(void *arg, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        change_bare(arg);
}

static int64_t
best(const struct levels *side)
{
    return side->at[0].price.micros;
}

static void
sum_event(void *arg, uint64_t n)
{
    struct load *l = arg;
    for (uint64_t i = 0; i < n; i++) {
        int64_t sum = 0;
        change_bare(l);
        for (uint32_t k = 0; k < OUTCOMES; k++)
            sum += best(&l->bare[l->first + k].asks);
        l->found += MICROS - sum >= GROSS_MIN;
    }
}

static void
sum_pair(void *arg, uint64_t n)
{
    struct load *l = arg;
    const struct book *yes = &l->bare[BINARY], *no = yes + 1;
    for (uint64_t i = 0; i < n; i++) {
        change_bare(l);
        int64_t buy = best(&yes->asks) + best(&no->asks);
        int64_t sell = best(&yes->bids) + best(&no->bids);
        l->found += MICROS - buy >= GROSS_MIN || sell - MICROS >= GROSS_MIN;
    }
}

static void
walk_event(void *arg, uint64_t n)
{
    struct load *l = arg;
    struct qty want = { 120000000 };
    for (uint64_t i = 0; i < n; i++) {
        int64_t cost = 0;
        change_bare(l);
        for (uint32_t k = 0; k < OUTCOMES; k++)
            cost += book_walk(&l->bare[l->first + k].asks, want).cost_up
                        .micros;
        l->found += cost < want.micros;
    }
}

/* n counts 10,000 tokens each; a pass is begun by one tick and, a pass's time
 * later, finished by another. */
static void
sweep(void *arg, uint64_t n)
{
    struct load *l = arg;
    struct tick t = { 0 };
    for (uint64_t i = 0; i < n; i += 2 * FOUND / SWEEP_TOKENS)
        for (int k = 0; k < 2; k++) {
            l->in.mono.ns += (int64_t)SWEEP_MS * 1000000;
            l->in.said = l->in.mono;
            scanner_on_tick(l->scanner, &t, &l->in, l->out);
            outbox_clear(l->out);
        }
}

static void
sum_all(void *arg, uint64_t n)
{
    struct load *l = arg;
    for (uint64_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < SWEEP_TOKENS / 2; k++)
            l->found += best(&l->bare[k].asks) == 0;
}

static struct scanner *
make_scanner(void)
{
    const char *overrides[] = { "scanner.markets_max=20500",
                                "strategy.E=true", "strategy.F=true",
                                "strategy.G=true" };
    const struct conf_section *const sections[] = {
        &common_section, &capital_section, &strategy_section,
        &scanner_section,
    };
    struct complaints bad = { 0 };
    struct conf *conf = conf_read(NULL, overrides, 4, sections, 4, &bad);
    must(conf != NULL);
    struct scanner_conf own;
    struct strategy_conf strategy;
    conf_fill(conf, &scanner_section, &own);
    conf_fill(conf, &strategy_section, &strategy);
    conf_destroy(&conf);
    struct scanner_options o = { .own = &own, .strategy = &strategy,
                                 .cash_rate = { 40000 },
                                 .heartbeat_miss = { INT32_MAX } };
    return scanner_new(&o);
}

static void
measure(struct load *l)
{
    l->first = 0;
    l->count = EVENTS * OUTCOMES;
    bench_rate("scanner_updates", "updates/s", MANY, update_scanner,
               update_bare, l);
    l->count = OUTCOMES;
    bench_ns("evaluate_A", MANY, update_scanner, sum_event, l);
    l->first = BINARY;
    l->count = 1;
    bench_ns("evaluate_B", MANY, update_scanner, sum_pair, l);
    must(l->found == 0 && scanner_open_count(l->scanner) == 2);
    l->first = FOUND;
    l->count = OUTCOMES;
    bench_ns("evaluate_A_found", MANY / 10, update_scanner, walk_event, l);
    l->first = CONVERTS;
    bench_ns("evaluate_C_found", MANY / 10, update_scanner, walk_event, l);
    must(scanner_open_count(l->scanner) == 2);
    bench_ns("sweep_10000", 8, sweep, sum_all, l);
    must(scanner_counters(l->scanner)[SCANNER_sweeps] > 0);
    must(scanner_counters(l->scanner)[SCANNER_sweep_found] == 0);
}

void
bench_scanner(const char *dir)
{
    struct load *l = calloc(1, sizeof *l);
    size_t size = (MARKETS + 1) * sizeof *l->bare;
    (void)dir;
    must(l != NULL);
    l->scanner = make_scanner();
    /* In the same kind of memory as the scanner's. */
    l->bare = aligned_alloc(1 << 21, (size + (1 << 21) - 1) >> 21 << 21);
    must(l->bare != NULL);
    (void)madvise(l->bare, size, MADV_HUGEPAGE);
    memset(l->bare, 0, size);
    l->out = outbox_new(SOURCE_scanner, SCANNER_OUTBOX_BYTES,
                        SCANNER_OUTBOX_COUNT);
    l->in = (struct input){ .mono = { 1000000000 }, .said = { 1000000000 },
                            .wall = { 1700000000000000000 },
                            .src = SOURCE_feed, .run = 1, .own_run = 1 };
    struct heartbeat beat = { .ready = true };
    scanner_on_heartbeat(l->scanner, &beat, &l->in, l->out);
    outbox_clear(l->out);
    load_all(l);
    measure(l);
    scanner_destroy(&l->scanner);
    outbox_destroy(&l->out);
    free(l->bare);
    free(l);
}
