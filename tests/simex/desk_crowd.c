/* desk_crowd - what the crowd does to our orders when mischief asks for it
 *
 * All of it are deeds that a venue's crowd does any day: it takes what rests,
 * or it was faster. */
#include "tests/simex/desk.h"

#define SHARE_LEFT 65     /* Percent of what an order is to get. */
#define MORE (500 * INT64_C(1000000))

/* Where an order of a token stands in its ladder. */
struct spot { uint32_t ladder, level; enum ladder_side side; };

static struct spot
spot_of(const struct desk *d, uint32_t market, uint32_t token, bool buy,
        int64_t price)
{
    bool mirrored = simex_ladders(d->x, market) == 1;
    bool flip = mirrored && token == 1;
    uint32_t level = (uint32_t)(price / GRID_STEP);
    return (struct spot){ .ladder = mirrored ? 0 : token,
                          .level = flip ? GRID - level : level,
                          .side = buy != flip ? BIDS : ASKS };
}

/* Everything as good as that or better goes. */
static void
sweep(struct simex *x, uint32_t market, const struct spot *s)
{
    uint32_t best;
    while ((best = match_best(x->match, market, s->ladder, s->side)) !=
               NO_LEVEL &&
           (s->side == BIDS ? best >= s->level : best <= s->level))
        simex_sweep(x, market, s->ladder, s->side, best);
}

void
desk_race(struct desk *d, uint32_t slot)
{
    const struct desk_order *o = &d->orders[slot];
    if (!o->used || o->state != DESK_LIVE)
        return;
    struct spot s = spot_of(d, o->market, o->token, o->buy, o->price);
    sweep(d->x, o->market, &s);
    desk_tell_trades(d);
}

void
desk_meet(struct desk *d, uint32_t person)
{
    for (uint32_t i = d->live_count; i-- > 0;) {
        if (i >= d->live_count)
            continue; /* They stood at one level. */
        const struct desk_order *o = &d->orders[d->live[i]];
        if (d->wallets[o->wallet].person == person)
            desk_race(d, d->live[i]);
    }
}

/* More of every other leg of an event, so that it pays as before. */
static void
deepen(struct simex *x, uint32_t event, uint32_t market, uint32_t ladder)
{
    const struct listed_event *e = &x->listing->events[event];
    for (uint32_t m = e->first; m < e->first + e->count; m++) {
        for (uint32_t l = 0; l < simex_ladders(x, m); l++) {
            uint32_t best = match_best(x->match, m, l, ASKS);
            if ((m != market || l != ladder) && best != NO_LEVEL)
                (void)simex_quote(x, WHO_PLANTER, m, l, ASKS, best, MORE);
        }
    }
}

void
desk_skim(struct desk *d, const struct desk_ask *a)
{
    struct simex *x = d->x;
    uint32_t event = x->listing->markets[a->market].event;
    uint32_t tick = (uint32_t)(match_rules(x->match, a->market)->tick /
                               GRID_STEP);
    int64_t qty = a->budget ? a->budget * MICROS / a->price : a->size;
    struct spot s = spot_of(d, a->market, a->token, false, a->price);
    uint32_t best = match_best(x->match, a->market, s.ladder, ASKS);
    if (s.side != ASKS || s.level + tick >= GRID || best == NO_LEVEL ||
        best > s.level)
        return; /* It would get nothing anyway. */
    qty = qty * SHARE_LEFT / 100;
    qty -= qty % (MICROS / 100);
    /* At each step the event pays: what it is planted for goes on. */
    deepen(x, event, a->market, s.ladder);
    (void)simex_quote(x, WHO_PLANTER, a->market, s.ladder, ASKS,
                      s.level + tick, MORE);
    sweep(x, a->market, &s);
    (void)simex_quote(x, WHO_PLANTER, a->market, s.ladder, ASKS, s.level,
                      qty);
    desk_tell_trades(d);
}
