/* book_world - books and what is said of them, for the tests of books */
#ifndef TESTS_UNIT_COMMON_BOOK_WORLD_H
#define TESTS_UNIT_COMMON_BOOK_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/book.h"

enum { RUN = 3, EPOCH = 10 };

static inline struct book *
make_book(void)
{
    struct book *b = calloc(1, sizeof *b);

    assert_non_null(b);
    book_clear(b, REASON_BOOK_UNUSABLE);
    return b;
}

/* Two levels a side around 40 cents, ten shares each. */
static inline struct book_snapshot
snapshot(uint64_t epoch, uint64_t seq)
{
    struct book_snapshot m = {
        .epoch = epoch, .book_seq = seq, .parts = 1, .tick = { 10000 },
        .received = { 1000 }, .proved = true,
    };

    m.bids.count = m.asks.count = 2;
    m.bids.at[0] = (struct level){ { 390000 }, { 10 * MICROS } };
    m.bids.at[1] = (struct level){ { 380000 }, { 10 * MICROS } };
    m.asks.at[0] = (struct level){ { 400000 }, { 10 * MICROS } };
    m.asks.at[1] = (struct level){ { 410000 }, { 10 * MICROS } };
    return m;
}

static inline struct book_delta
delta(uint64_t seq, enum side side, int64_t price, int64_t size)
{
    return (struct book_delta){
        .epoch = EPOCH, .book_seq = seq, .side = side, .price = { price },
        .size = { size }, .received = { 2000 },
    };
}

static inline struct book *
whole_book(void)
{
    struct book *b = make_book();
    struct book_snapshot m = snapshot(EPOCH, 1);

    assert_true(book_snapshot_apply(b, &m, RUN));
    assert_true(b->usable);
    return b;
}

#endif /* TESTS_UNIT_COMMON_BOOK_WORLD_H */
