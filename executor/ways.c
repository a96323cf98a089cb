/* ways - the ways out of a group that filled in part, by what they are worth */

/* Completing makes full sets.  Going back keeps the sets there
 * are and takes the surplus off: sold at no less than -5 % of what was paid,
 * or made whole by its other half at no more than what is left to a dollar by
 * -5 % of what was meant (riskd knows that price, not what was paid).  What a
 * way leaves uncovered counts as nothing.  Shares may be gone before it is
 * known that they never came; then they, or what was bought to close them,
 * stand alone, and what is owed is bought first of all.
 *
 * A group that sells split pairs is naked in what it still holds of one side:
 * completing sells all of that at the price meant or 5 % below, going back
 * sells what there is a bid for, or buys the side that was sold. */

#include "executor/ways.h"

#include "common/basket.h"
#include "common/must.h"
#include "executor/policy.h"

/* The levels a limit allows. */
static struct levels
within(const struct levels *all, bool is_bids, struct price limit)
{
    struct levels side = *all;
    uint32_t count = 0;

    while (count < side.count &&
           (is_bids ? side.at[count].price.micros >= limit.micros
                    : side.at[count].price.micros <= limit.micros))
        count++;
    side.count = count;
    return side;
}

static bool
is_usable(const struct way_book *b, bool buys)
{
    return b->book != NULL && b->book->usable && !book_is_crossed(b->book) &&
           b->tick.micros > 0 && (b->young || !buys);
}

/* What trading up to want within a limit gives; false when that is nothing
 * the venue takes, or less than all of it.  Where part is welcome a sale
 * stays at its limit: the book may give way meanwhile.  in: money that comes
 * in, negative when it goes out. */
static bool
trade(const struct way_book *b, enum side side, struct price limit,
      struct qty want, bool all, struct nanos wall, struct leg *l,
      int64_t *in)
{
    bool buys = side == SIDE_buy;
    struct levels levels;
    struct walk walk;
    struct money worth;

    if (!is_usable(b, buys))
        return false;
    levels = within(buys ? &b->book->asks : &b->book->bids, !buys, limit);
    walk = book_walk(&levels, want);
    if (walk.took.micros <= 0 || (all && walk.took.micros < want.micros))
        return false;
    *l = (struct leg){
        .token = b->token,
        .side = side,
        .limit = buys || all ? walk.worst : limit,
        .size = buys ? policy_buy_size(walk.took, walk.worst)
                     : policy_sell_size(walk.took),
        .depth = walk.took,
        .book_run = b->book->run,
        .book_seq = b->book->seq,
        .epoch = b->book->epoch,
        .book_hash = b->book->hash,
        .age = book_age(b->book, wall),
    };
    if (l->size.micros == 0 || !cost_down(l->limit, l->size, &worth) ||
        (buys && worth.micros < BASKET_LEG_MIN) ||
        !fee_walk_up(&b->fees, &levels, l->size, &l->fee))
        return false;
    if (buys)
        must(muldiv_up(walk.cost_up.micros, MICROS, walk.took.micros,
                       &l->avg.micros));
    else
        must(muldiv_down(walk.cost_down.micros, MICROS, walk.took.micros,
                         &l->avg.micros));
    walk = book_walk(&levels, l->size);
    *in = (buys ? -walk.cost_up.micros : walk.cost_down.micros) -
          l->fee.micros;
    return true;
}

static void
add(struct way *w, const struct leg *l)
{
    must(w->legs.count < legs_cap);
    w->legs.at[w->legs.count++] = *l;
}

/* False when what is missing cannot be had. */
static bool
complete_leg(const struct way_ask *a, const struct way_leg *leg,
             struct way *w, int64_t *held)
{
    bool buys = leg->side == SIDE_buy;
    struct leg l;
    int64_t in;

    if (policy_is_dust(leg->missing, leg->meant))
        return true;
    if (!leg->own.young || leg->own.tick.micros <= 0 ||
        !trade(&leg->own, leg->side,
               buys ? policy_patch_price(leg->meant, a->more, leg->own.tick)
                    : policy_unwind_price(leg->meant, a->more,
                                          leg->own.tick),
               leg->missing, true, a->wall, &l, &in))
        return false;
    add(w, &l);
    w->worth += in;
    *held += buys ? l.size.micros : -l.size.micros;
    return true;
}

/* Of so many sets. */
static int64_t
worth_of(const struct way_ask *a, int64_t sets)
{
    int64_t worth;

    must(muldiv_down(sets, a->set.micros, MICROS, &worth));
    return worth;
}

void
ways_complete(const struct way_ask *a, struct way *w)
{
    int64_t sets = INT64_MAX;

    *w = (struct way){ .kind = GRANT_KIND_patch, .possible = true };
    for (uint32_t i = 0; i < a->count && w->possible; i++) {
        int64_t held = a->leg[i].held.micros;

        w->possible = complete_leg(a, &a->leg[i], w, &held);
        if (held < sets)
            sets = held;
    }
    w->possible = w->possible && w->legs.count > 0;
    w->worth += worth_of(a, sets);
}

/* Paid for the other half it leaves of a dollar what a sale would bring. */
static bool
hedge(const struct way_ask *a, const struct way_leg *leg, struct leg *l,
      int64_t *in)
{
    struct price tick = leg->other.tick, least;

    if (tick.micros <= 0)
        return false;
    least = policy_unwind_price(leg->meant, a->less, tick);
    if (!trade(&leg->other, SIDE_buy, (struct price){ MICROS - least.micros },
               leg->surplus, false, a->wall, l, in))
        return false;
    *in += l->size.micros;
    return true;
}

static bool
sell(const struct way_ask *a, const struct way_leg *leg, struct leg *l,
     int64_t *in)
{
    struct price tick = leg->own.tick;

    return tick.micros > 0 &&
           trade(&leg->own, SIDE_sell,
                 policy_unwind_price(leg->paid, a->less, tick), leg->surplus,
                 false, a->wall, l, in);
}

/* False where it buys, and sells on a book too old for anything that does. */
static bool
go_back(const struct way_ask *a, bool may_hedge, struct way *w)
{
    bool old = false;

    *w = (struct way){ .kind = GRANT_KIND_unwind,
                       .worth = worth_of(a, a->sets.micros) };
    for (uint32_t i = 0; i < a->count; i++) {
        const struct way_leg *leg = &a->leg[i];
        struct leg sold, bought;
        int64_t by_sale = INT64_MIN, by_hedge = INT64_MIN;

        if (policy_is_dust(leg->surplus, leg->meant))
            continue;
        (void)sell(a, leg, &sold, &by_sale);
        if (may_hedge)
            (void)hedge(a, leg, &bought, &by_hedge);
        if (by_sale == INT64_MIN && by_hedge == INT64_MIN)
            continue;
        w->possible = true;
        if (by_hedge > by_sale)
            w->kind = GRANT_KIND_hedge;
        add(w, by_hedge > by_sale ? &bought : &sold);
        w->worth += by_hedge > by_sale ? by_hedge : by_sale;
        old |= by_hedge <= by_sale && !leg->own.young;
    }
    return w->kind != GRANT_KIND_hedge || !old;
}

/* A leg of which less than nothing is held, by at least an order. */
static bool
owes(const struct way_ask *a)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const struct way_leg *leg = &a->leg[i];
        struct money worth;

        if (leg->surplus.micros < 0 &&
            cost_down(leg->meant, (struct qty){ -leg->surplus.micros },
                      &worth) &&
            worth.micros >= BASKET_LEG_MIN)
            return true;
    }
    return false;
}

/* At what completing would pay. */
static void
buy_again(const struct way_ask *a, struct way *w)
{
    *w = (struct way){ .kind = GRANT_KIND_patch,
                       .worth = worth_of(a, a->sets.micros) };
    for (uint32_t i = 0; i < a->count; i++) {
        const struct way_leg *leg = &a->leg[i];
        struct qty owed = { -leg->surplus.micros };
        struct leg l;
        int64_t in;

        if (policy_is_dust(owed, leg->meant) || leg->own.tick.micros <= 0 ||
            !trade(&leg->own, SIDE_buy,
                   policy_patch_price(leg->meant, a->more, leg->own.tick),
                   owed, false, a->wall, &l, &in))
            continue;
        w->possible = true;
        add(w, &l);
        w->worth += in;
    }
}

void
ways_back(const struct way_ask *a, struct way *w)
{
    *w = (struct way){ .possible = false };
    if (a->settled && owes(a))
        buy_again(a, w);
    if (!w->possible && !go_back(a, a->may_hedge, w))
        (void)go_back(a, false, w);
}

const struct way *
ways_better(const struct way *a, const struct way *b)
{
    if (!a->possible || !b->possible)
        return a->possible ? a : b;
    return b->worth > a->worth ? b : a;
}
