/* bench_book - one change of a full book, against moving the bytes
 *
 * 512 levels a side.  Of four changes two give a level another size, one
 * takes a level away and one puts it back; every second is among the best
 * eight, as at the venue, the others anywhere.  The floor knows each place in
 * advance and moves the same bytes: it neither searches nor checks. */
#include "tests/bench/bench.h"

#include "common/book.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES = 4096, NEAR = 8, TICK = 100, TOP = 500000,
       MANY = 10 * CHANGES };

struct place {
    bool asks;
    uint32_t i;
    enum { RESIZE, REMOVE, INSERT } how;
    struct price price;
};

struct full {
    struct book book, bare;
    int64_t changes, moves;  /* So far; each gives another size. */
    struct place places[CHANGES];
};

static void
fill_book(struct book *b)
{
    static struct book_snapshot s;
    s.epoch = s.book_seq = s.parts = 1;
    s.tick.micros = TICK;
    s.bids.count = s.asks.count = levels_cap;
    for (int k = 0; k < levels_cap; k++) {
        s.asks.at[k] = (struct level){ { TOP + (k + 1) * TICK }, { 1000000 } };
        s.bids.at[k] = (struct level){ { TOP - k * TICK }, { 1000000 } };
    }
    must(book_snapshot_apply(b, &s, 1));
}

static void
plan(struct full *f)
{
    uint64_t seed = 1;
    for (uint32_t c = 0; c < CHANGES; c++) {
        struct place *p = &f->places[c];
        bool near = (c + c / 4) % 2 == 0;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        if (c % 4 == 3) {
            *p = f->places[c - 1];
            p->how = INSERT;
            continue;
        }
        p->asks = seed >> 63;
        p->i = (uint32_t)(seed >> 40) % (near ? NEAR : levels_cap);
        p->how = c % 4 == 2 ? REMOVE : RESIZE;
        p->price.micros = p->asks ? TOP + ((int64_t)p->i + 1) * TICK
                                  : TOP - (int64_t)p->i * TICK;
    }
}

static void
change(void *arg, uint64_t n)
{
    struct full *f = arg;
    for (uint64_t i = 0; i < n; i++) {
        const struct place *p = &f->places[i % CHANGES];
        struct book_delta d = { .epoch = 1, .book_seq = f->book.seq + 1,
                                .side = p->asks ? SIDE_sell : SIDE_buy,
                                .price = p->price,
                                .size = { ++f->changes } };
        if (p->how == REMOVE)
            d.size.micros = 0;
        must(book_delta_apply(&f->book, &d, 1) == BOOK_CHANGED);
    }
}

static void
move(void *arg, uint64_t n)
{
    struct full *f = arg;
    for (uint64_t k = 0; k < n; k++) {
        const struct place *p = &f->places[k % CHANGES];
        struct levels *side = p->asks ? &f->bare.asks : &f->bare.bids;
        struct level *at = &side->at[p->i];
        size_t after = (levels_cap - 1 - p->i) * sizeof *at;
        f->moves++;
        if (p->how == REMOVE)
            memmove(at, at + 1, after);
        if (p->how == INSERT)
            memmove(at + 1, at, after);
        if (p->how != REMOVE)
            *at = (struct level){ p->price, { f->moves } };
        bench_use(at);
    }
}

void
bench_book(const char *dir)
{
    struct full *f = calloc(1, sizeof *f);
    (void)dir;
    must(f != NULL);
    fill_book(&f->book);
    fill_book(&f->bare);
    plan(f);
    bench_ns("book_update", MANY, change, move, f);
    must(memcmp(&f->book.asks, &f->bare.asks, sizeof f->book.asks) == 0);
    free(f);
}
