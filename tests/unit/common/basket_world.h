/* basket_world - legs with books made by hand, for the tests of baskets */
#ifndef TESTS_UNIT_COMMON_BASKET_WORLD_H
#define TESTS_UNIT_COMMON_BASKET_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/basket.h"

struct world {
    struct book *books;
    struct basket_leg legs[legs_cap + 1];
    uint32_t count;
    struct basket_terms terms;
    struct basket out;
};

static inline struct world *
make_world(void)
{
    struct world *w = calloc(1, sizeof *w);

    assert_non_null(w);
    w->books = calloc(legs_cap + 1, sizeof *w->books);
    assert_non_null(w->books);
    w->terms = (struct basket_terms){
        .gross_min = { 30000 },
        .sets_min = { 0 },
        .sets_max = { INT64_C(500) * MICROS },
        .whole_cents = true,
    };
    return w;
}

static inline void
drop_world(struct world *w)
{
    free(w->books);
    free(w);
}

static inline struct qty
shares(int64_t n)
{
    return (struct qty){ n * MICROS };
}

/* Adds a leg whose book is ready and has no levels. */
static inline struct book *
add_leg(struct world *w, enum side side)
{
    struct book *b = &w->books[w->count];

    b->whole = b->usable = true;
    b->tick.micros = 1000;
    w->legs[w->count] = (struct basket_leg){
        .book = b, .side = side, .fees = { true, { 0 }, 1 },
    };
    w->legs[w->count].token.b[31] = (uint8_t)(w->count + 1);
    w->count++;
    return b;
}

static inline struct book *
add_buy(struct world *w, int64_t price, int64_t size)
{
    struct book *b = add_leg(w, SIDE_buy);

    book_set(&b->asks, false, (struct price){ price }, shares(size));
    return b;
}

static inline struct book *
add_sell(struct world *w, int64_t price, int64_t size)
{
    struct book *b = add_leg(w, SIDE_sell);

    book_set(&b->bids, true, (struct price){ price }, shares(size));
    return b;
}

static inline enum reason
size_up(struct world *w)
{
    return basket_size(w->legs, w->count, &w->terms,
                       (struct nanos){ INT64_C(1000000000) }, &w->out);
}

#endif /* TESTS_UNIT_COMMON_BASKET_WORLD_H */
