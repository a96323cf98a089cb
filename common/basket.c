/* basket - equal shares on every leg: how many pay, and what they pay */

/* Scanner finds with it, executor checks again with it on fresher books, so
 * both mean the same.  Here is the entrance, which refuses cheaply (a sum of
 * top prices, before anything is walked), and the result; the search for the
 * best number of sets is basket_search.c. */

#include "common/basket.h"

#include "common/basket_search.h"
#include "common/must.h"

/* Longer than any date in ns; with the rest bounded, products fit. */
static const int64_t lock_most_ms = INT64_C(10000000000000);

static const struct levels *
side_of(const struct basket_leg *leg)
{
    return leg->side == SIDE_buy ? &leg->book->asks : &leg->book->bids;
}

/* Checks what the search relies on; what is sold less what is bought at the
 * top prices as well. */
static enum reason
check(const struct basket_leg *legs, uint32_t count,
      const struct basket_terms *t, int64_t *sum)
{
    if (count == 0 || t->lock.ms < 0 || t->lock_rate_year.ppm < 0 ||
        t->lock_rate_year.ppm > 10 * MICROS || t->cost_max.micros < 0 ||
        t->fixed.micros < 0 || t->convert_fee.ppm < 0 ||
        t->convert_fee.ppm > MICROS || t->risk.ppm < 0 ||
        t->risk.ppm > MICROS || t->yield_min.ppm < 0 || t->pays > legs_cap)
        return REASON_BAD_INPUT;
    if (t->lock.ms > lock_most_ms)
        return REASON_OVERFLOW;
    if (count > legs_cap)
        return REASON_TOO_MANY_LEGS;
    *sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct book *book = legs[i].book;
        const struct level *top;

        if (legs[i].side >= side_end_ ||
            (t->kind == BASKET_SET && legs[i].side != legs[0].side))
            return REASON_BAD_INPUT;
        if (!book->usable)
            return REASON_BOOK_UNUSABLE;
        top = book_best(side_of(&legs[i]));
        if (top == NULL)
            return legs[i].side == SIDE_buy ? REASON_NO_ASK : REASON_NO_BID;
        if (book_is_crossed(book))
            return REASON_BOOK_CROSSED;
        if (!fee_is_known(&legs[i].fees))
            return REASON_FEE_UNKNOWN;
        *sum += legs[i].side == SIDE_buy ? -top->price.micros
                                         : top->price.micros;
    }
    return REASON_none;
}

/* Shares of a leg in the levels that sets still cleared on, as far as the
 * search went: never less than the sets_min it found. */
static int64_t
depth_of(const struct cursor *c)
{
    return c->within + (c->inside > 0 ? level_of(c)->size.micros : 0);
}

static void
fill_leg(const struct search *s, uint32_t i, struct nanos wall,
         struct leg *out)
{
    const struct basket_leg *leg = &s->legs[i];
    const struct cursor *c = &s->best[i];
    const struct level *l = level_of(c);
    int64_t cost = c->cost + search_cost(leg->side, l->price, c->inside);
    int64_t avg = 0;
    struct money fee;

    must(fee_up(&leg->fees, l->price, (struct qty){ c->inside }, &fee));
    must(leg->side == SIDE_buy
             ? muldiv_up(cost, MICROS, s->sets, &avg)
             : muldiv_down(cost, MICROS, s->sets, &avg));
    *out = (struct leg){
        .token = leg->token,
        .side = leg->side,
        .limit = l->price,
        .avg = { avg },
        .size = { s->sets },
        .depth = { depth_of(&s->at[i]) },
        .fee = { c->fee + fee.micros },
        .book_run = leg->book->run,
        .book_seq = leg->book->seq,
        .epoch = leg->book->epoch,
        .age = book_age(leg->book, wall),
        .book_hash = leg->book->hash,
    };
}

static void
fill_basket(const struct search *s, struct nanos wall, struct basket *out)
{
    const struct worth *w = &s->worth;

    out->sets.micros = s->sets;
    out->locked = s->terms->lock;
    out->cost.micros = w->cost;
    out->fees.micros = w->fees;
    out->lock.micros = w->lock;
    out->profit.micros = w->profit;
    out->outlay.micros = w->outlay;
    must(muldiv_down(w->gain, MICROS, s->sets * s->dollars,
                     &out->gross.ppm));
    must(muldiv_down(w->profit, MICROS, s->sets * s->dollars,
                     &out->net.ppm));
    out->legs.count = s->count;
    for (uint32_t i = 0; i < s->count; i++) {
        fill_leg(s, i, wall, &out->legs.at[i]);
        out->depths[i] = (struct basket_depth){ s->best[i].side,
                                                s->best[i].at };
    }
}

static void
make_empty(struct basket *out)
{
    out->legs.count = 0;
    out->sets.micros = 0;
    out->gross.ppm = out->net.ppm = 0;
    out->cost.micros = out->fees.micros = out->lock.micros = 0;
    out->profit.micros = out->outlay.micros = 0;
    out->locked.ms = 0;
    out->outlook = (struct outlook){ .conversion = CONVERSION_none };
}

/* The most levels a leg may show so that those of all legs fit: as many for
 * each, and what one does not need is for the others. */
static uint32_t
room_of_each(const struct basket *b)
{
    uint32_t room = 0, sum = 0;

    while (room < levels_cap) {
        uint32_t more = 0;

        for (uint32_t i = 0; i < b->legs.count; i++)
            more += b->depths[i].worst + 1 > room;
        if (more == 0 || sum + more > used_levels_cap)
            break;
        sum += more;
        room++;
    }
    return room;
}

void
basket_used(const struct basket *b, struct used_levels *out,
            uint64_t *left_out)
{
    must(b->legs.count <= legs_cap);
    uint32_t room = room_of_each(b);
    out->count = 0;
    *left_out = 0;
    for (uint32_t i = 0; i < b->legs.count; i++) {
        const struct basket_depth *d = &b->depths[i];
        uint32_t levels = d->worst + 1;

        for (uint32_t at = 0; at < levels && at < room; at++) {
            /* The last place is the worst one's. */
            uint32_t from = at + 1 == room ? d->worst : at;
            const struct level *l = &d->side->at[from];

            out->at[out->count++] =
                (struct used_level){ i, l->price, l->size };
        }
        *left_out += levels > room ? levels - room : 0;
    }
}

static int64_t
bounded(struct qty q)
{
    return q.micros < BOOK_SIZE_MAX ? q.micros : BOOK_SIZE_MAX;
}

static int64_t
dollars_of(const struct basket_terms *terms)
{
    return terms->pays > 0 ? terms->pays : 1;
}

static int64_t
payout_of(const struct basket_leg *legs, uint32_t count,
          const struct basket_terms *terms)
{
    uint32_t bought = 0;

    for (uint32_t i = 0; i < count; i++)
        bought += legs[i].side == SIDE_buy;
    if (terms->kind == BASKET_SET)
        return bought > 0 ? dollars_of(terms) : -1;
    return (int64_t)bought - 1;
}

enum reason
basket_size(const struct basket_leg *legs, uint32_t count,
            const struct basket_terms *terms, struct nanos wall,
            struct basket *out)
{
    struct search s;
    int64_t sum;
    enum reason why;

    make_empty(out);
    why = check(legs, count, terms, &sum);
    if (why != REASON_none)
        return why;
    s.legs = legs;
    s.terms = terms;
    s.count = count;
    s.payout = payout_of(legs, count, terms);
    s.dollars = dollars_of(terms);
    if (!search_clears(&s, sum))
        return REASON_BELOW_GROSS;
    s.sets_max = bounded(terms->sets_max);
    s.sets_min = bounded(terms->sets_min);
    s.low = s.sets = 0;
    s.short_of_money = s.short_of_net = s.falling = false;
    for (uint32_t i = 0; i < count; i++)
        s.at[i] = (struct cursor){ .side = side_of(&legs[i]) };
    if (!search_run(&s))
        return REASON_BELOW_SHARES;
    if (s.sets > 0) {
        fill_basket(&s, wall, out);
        return REASON_none;
    }
    if (s.short_of_net)
        return REASON_BELOW_NET;
    return s.short_of_money ? REASON_CAPITAL : REASON_BELOW_MINIMUM;
}
