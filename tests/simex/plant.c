/* plant - how a situation is put into the books, and taken out again
 *
 * All quotes of one situation are placed within one tick of the clock, so
 * its opening is one moment.  Legs stand exactly `depth` deep at one price;
 * behind that the tide's own quotes are, whose sum is above a dollar. */
#include "tests/simex/plant.h"

#include "tests/simex/simex.h"
#include "tests/simex/stage.h"

#include "common/must.h"

#define DAY_MS INT64_C(86400000)
#define NET_LEAST 10000      /* What is planted pays at least 1 %. */
#define GROSS_LEAST 40000
#define GROSS_MOST 60000
#define SMALL_LEAST 30000    /* A decoy the 3 % rule alone lets through. */
#define SMALL_MOST 34000
#define ENDS_MS 10000        /* What ends sooner is no place to plant. */
#define LOSS_LEAST 1500      /* And that loses at least so much. */
#define DEPTH_SHALLOW (30 * INT64_C(1000000))
#define DEPTH_LEAST 80       /* Shares of what is to be found. */

/* Bids are raised, not asks lowered. */
static bool
is_conversion(enum situation_kind kind)
{
    return situation_types[kind].strategy[0] == 'C';
}

static bool
is_set(enum situation_kind kind)
{
    return situation_types[kind].strategy[0] != 'B';
}

static int64_t
tick_of(const struct simex *x, uint32_t event)
{
    return match_rules(x->match, x->listing->events[event].first)->tick;
}

bool
plant_levels(const struct simex *x, uint32_t event, uint32_t without,
             int64_t sum, uint32_t *levels)
{
    const struct listed_event *e = &x->listing->events[event];
    uint32_t step = (uint32_t)(tick_of(x, event) / GRID_STEP);
    int64_t ticks = sum / GRID_STEP / step, fairs = 0, given = 0;
    uint32_t best = MAP_NONE;
    for (uint32_t i = 0; i < e->count; i++) {
        if (i != without)
            fairs += x->tide.fair[e->first + i];
    }
    for (uint32_t i = 0; i < e->count; i++) {
        levels[i] = 0;
        if (i == without)
            continue;
        int64_t share = x->tide.fair[e->first + i] * ticks / fairs;
        levels[i] = (uint32_t)(share > 1 ? share : 1);
        given += levels[i];
        if (best == MAP_NONE || levels[i] > levels[best])
            best = i;
    }
    must(best != MAP_NONE);
    for (; given > ticks; given--) {
        if (levels[best]-- <= 1)
            return false;
    }
    for (uint32_t i = best; given < ticks; i = (i + 1) % e->count) {
        levels[i] += i != without;
        given += i != without;
    }
    for (uint32_t i = 0; i < e->count; i++)
        levels[i] *= step;
    return true;
}

int64_t
plant_fees(const struct simex *x, const uint32_t *levels, uint32_t first,
           uint32_t count)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += match_fee(match_rules(x->match, first + i),
                         (int64_t)levels[i] * GRID_STEP, 100 * MICROS);
    return sum / 100 + (int64_t)count;
}

int64_t
plant_lock(const struct simex *x, uint32_t event)
{
    int64_t ms = x->listing->events[event].ends_ms - x->now_ms;
    return ms <= 0 ? 0 : 40000 * (ms / 60000) / (365 * 24 * 60);
}

/* The levels of both books of an unmirrored market. */
static void
pair_levels(const struct simex *x, uint32_t event, int64_t sum,
            uint32_t levels[2])
{
    uint32_t market = x->listing->events[event].first;
    uint32_t step = (uint32_t)(tick_of(x, event) / GRID_STEP);
    uint32_t all = (uint32_t)(sum / GRID_STEP) / step;
    int64_t yes = x->tide.fair[market] * all / MICROS;
    levels[0] = (uint32_t)(yes > 1 ? yes : 1);
    levels[1] = (all - levels[0]) * step;
    levels[0] *= step;
}

/* Each leg at its full depth is worth the dollar an order must be worth. */
static bool
is_tradable(const uint32_t *levels, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if ((int64_t)levels[i] * GRID_STEP * DEPTH_LEAST < MICROS)
            return false;
    }
    return true;
}

/* The same of NO at these bids. */
static bool
is_convertible(const uint32_t *levels, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (levels[i] >= GRID ||
            (int64_t)(GRID - levels[i]) * GRID_STEP * DEPTH_LEAST < MICROS)
            return false;
    }
    return true;
}

static bool
net_of(const struct simex *x, enum situation_kind kind, uint32_t event,
       int64_t gross, int64_t *net)
{
    const struct listed_event *e = &x->listing->events[event];
    uint32_t levels[LISTED_EVENT_MARKETS];
    bool found = plan_found(&(struct situation){ .kind = kind });
    if (is_conversion(kind)) {
        if (!plant_levels(x, event, MAP_NONE, MICROS + gross, levels) ||
            !is_convertible(levels, e->count))
            return false;
        *net = gross - plant_fees(x, levels, e->first, e->count);
        return true;
    }
    if (is_set(kind)) {
        if (!plant_levels(x, event, MAP_NONE, MICROS - gross, levels) ||
            (found && !is_tradable(levels, e->count)))
            return false;
        *net = gross - plant_lock(x, event) -
               plant_fees(x, levels, e->first, e->count);
        return true;
    }
    pair_levels(x, event, kind == PLANT_B ? MICROS - gross : MICROS + gross,
                levels);
    *net = gross - plant_fees(x, &levels[0], e->first, 1) -
           plant_fees(x, &levels[1], e->first, 1);
    return levels[0] < GRID && levels[1] < GRID && is_tradable(levels, 2);
}

static bool
right_event(const struct simex *x, enum situation_kind kind, uint32_t event)
{
    const struct listed_event *e = &x->listing->events[event];
    const struct listed_market *m = &x->listing->markets[e->first];
    if (e->state != LISTED_OPEN || e->hidden || x->tide.held[event] > 0 ||
        e->ends_ms < x->now_ms + ENDS_MS)
        return false;
    if (situation_types[kind].flaw == FLAW_unnamed)
        return e->kind == EVENT_AUGMENTED;
    if (is_set(kind))
        return e->kind == EVENT_NEG_RISK &&
               m->fee_known == (situation_types[kind].flaw != FLAW_no_fees);
    return e->kind == EVENT_SEPARATE && m->fee_known;
}

/* A stale decoy needs one leg with room beyond its best price, and others to
 * lower; of a conversion, to raise. */
static bool
stale_fits(const struct simex *x, enum situation_kind kind, uint32_t event,
           uint32_t *leg, uint32_t *levels)
{
    const struct listed_event *e = &x->listing->events[event];
    uint32_t top = 0;
    for (uint32_t i = 1; i < e->count; i++) {
        if (x->tide.fair[e->first + i] > x->tide.fair[e->first + top])
            top = i;
    }
    *leg = top;
    if (is_conversion(kind)) {
        int64_t bid = simex_bid(x, e->first + top, 0);
        return bid > 200000 && bid < 800000 &&
               plant_levels(x, event, top,
                            MICROS + GROSS_LEAST + 10000 - bid, levels) &&
               is_convertible(levels, e->count);
    }
    int64_t ask = simex_ask(x, e->first + top, 0);
    int64_t rest = MICROS - GROSS_LEAST - 10000 - ask;
    return ask > 0 && ask < 750000 &&
           rest >= tick_of(x, event) * e->count &&
           plant_levels(x, event, top, rest, levels);
}

/* A decoy that the 3 % rule alone would let through. */
static bool
small_fits(struct simex *x, enum situation_kind kind, uint32_t event,
           int64_t *gross)
{
    int64_t net, step = tick_of(x, event);
    int64_t g = SMALL_LEAST + chance_between(&x->chance, 0, 4) * 1000;
    *gross = g - g % step;
    return net_of(x, kind, event, *gross, &net) && net <= -LOSS_LEAST;
}

bool
plant_fits(struct simex *x, enum situation_kind kind, uint32_t event,
           int64_t *gross)
{
    uint32_t leg, levels[LISTED_EVENT_MARKETS];
    int64_t net;
    enum flaw flaw = situation_types[kind].flaw;
    if (x->listing->events[event].stage)
        return plant_stage_fits(x, kind, event, gross);
    if (kind >= FIRST_STAGED || !right_event(x, kind, event))
        return false;
    if (flaw == FLAW_fees)
        return small_fits(x, kind, event, gross);
    if (flaw == FLAW_under) {
        *gross = SMALL_LEAST - tick_of(x, event);
        return net_of(x, kind, event, *gross, &net);
    }
    if (flaw == FLAW_stale &&
        !stale_fits(x, kind, event, &leg, levels))
        return false;
    for (*gross = GROSS_LEAST; *gross <= GROSS_MOST;
         *gross += tick_of(x, event)) {
        if (!net_of(x, kind, event, *gross, &net))
            return false;
        if (net >= NET_LEAST) {
            int64_t step = tick_of(x, event);
            int64_t more = step * chance_between(
                &x->chance, 0, (GROSS_MOST - *gross) / step);
            if (net_of(x, kind, event, *gross + more, &net))
                *gross += more;
            return true;
        }
    }
    *gross = GROSS_MOST; /* Good enough for what is not to be found. */
    return !plan_found(&(struct situation){ .kind = kind });
}

void
plant_put(struct simex *x, uint32_t market, uint32_t ladder,
          enum ladder_side side, uint32_t level, int64_t qty, uint8_t spoil)
{
    enum ladder_side other = side == ASKS ? BIDS : ASKS;
    uint32_t best;
    while ((best = match_best(x->match, market, ladder, other)) != NO_LEVEL &&
           (other == BIDS ? best >= level : best <= level))
        simex_sweep(x, market, ladder, other, best);
    x->spoil = spoil;
    must(simex_quote(x, WHO_PLANTER, market, ladder, side, level, qty));
    x->spoil = 0;
}

/* One leg's price rises, but its YES book is told too late; meanwhile the
 * others fall.  Who trusts the old ask of that leg sees a basket below a
 * dollar; there is none.  Of a conversion the same the other way, of bids. */
static void
open_stale(struct simex *x, struct situation *s)
{
    const struct listed_event *e = &x->listing->events[s->event];
    bool bids = is_conversion(s->kind);
    uint32_t leg, levels[LISTED_EVENT_MARKETS];
    must(stale_fits(x, s->kind, s->event, &leg, levels));
    int64_t half = tick_of(x, s->event) / 2 * (bids ? 1 : -1), rest = MICROS;
    for (uint32_t i = 0; i < e->count; i++) {
        if (i != leg)
            rest -= (int64_t)levels[i] * GRID_STEP + half;
    }
    s->gross = GROSS_LEAST + 10000;
    x->skip = 1;
    tide_set_fair(x, e->first + leg, rest);
    tide_mend(x, e->first + leg);
    x->skip = 0;
    must(tide_deep(x, e->first + leg, 0, bids ? ASKS : BIDS));
    for (uint32_t i = 0; i < e->count; i++) {
        if (i == leg)
            continue;
        int64_t fair = (int64_t)levels[i] * GRID_STEP + half;
        tide_set_fair(x, e->first + i, fair);
        simex_quote(x, WHO_PLANTER, e->first + i, 0, bids ? BIDS : ASKS,
                    levels[i], 100 * MICROS);
    }
}

void
plant_open(struct simex *x, struct situation *s)
{
    const struct listed_event *e = &x->listing->events[s->event];
    uint32_t levels[LISTED_EVENT_MARKETS];
    enum flaw flaw = situation_types[s->kind].flaw;
    if (e->stage) {
        plant_stage_open(x, s);
        return;
    }
    int64_t depth = flaw == FLAW_shallow
                        ? DEPTH_SHALLOW
                        : 10 * MICROS * chance_between(
                              &x->chance, DEPTH_LEAST / 10, 20);
    tide_hold(x, s->event, true);
    if (flaw == FLAW_stale) {
        open_stale(x, s);
        return;
    }
    if (is_conversion(s->kind)) {
        must(plant_levels(x, s->event, MAP_NONE, MICROS + s->gross, levels));
        s->gross = -MICROS;
        for (uint32_t i = 0; i < e->count; i++) {
            plant_put(x, e->first + i, 0, BIDS, levels[i], depth, 0);
            s->gross += simex_bid(x, e->first + i, 0);
        }
        return;
    }
    if (!is_set(s->kind)) {
        bool sell = s->kind == PLANT_B_SPLIT;
        pair_levels(x, s->event, sell ? MICROS + s->gross : MICROS - s->gross,
                    levels);
        for (uint32_t l = 0; l < 2; l++)
            plant_put(x, e->first, l, sell ? BIDS : ASKS, levels[l], depth,
                      0);
        s->gross = sell ? simex_bid(x, e->first, 0) +
                              simex_bid(x, e->first, 1) - MICROS
                        : MICROS - simex_ask(x, e->first, 0) -
                              simex_ask(x, e->first, 1);
        return;
    }
    must(plant_levels(x, s->event, MAP_NONE, MICROS - s->gross, levels));
    s->gross = MICROS;
    for (uint32_t i = 0; i < e->count; i++) {
        plant_put(x, e->first + i, 0, ASKS, levels[i], depth, 0);
        s->gross -= simex_ask(x, e->first + i, 0);
    }
}

static void
close_event(struct simex *x, const struct listed_event *e)
{
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        tide_set_fair(x, i, x->tide.fair[i]);
    tide_hold(x, (uint32_t)(e - x->listing->events), false);
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        tide_mend(x, i);
}

void
plant_close(struct simex *x, const struct situation *s)
{
    uint32_t events[STAGE_LEGS];
    uint32_t count = stage_events(x->listing, s, events);
    for (uint32_t i = 0; i < count; i++)
        close_event(x, &x->listing->events[events[i]]);
}
