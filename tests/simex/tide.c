/* tide - the crowd: quotes around a hidden fair value, trades, drift
 *
 * One update at a time, each on one market: mostly a quote placed or taken
 * back, sometimes a trade, sometimes a move of the fair value.  A move first
 * takes away the quotes it would make wrong, so the promise of tide.h holds
 * at every single frame, not only in the end. */
#include "tests/simex/tide.h"

#include "tests/simex/simex.h"

#include "common/must.h"

#include <stdlib.h>

#define SIDE_LEVELS_LEAST 3  /* Below, a side is mended. */
#define SIDE_LEVELS_MOST 10  /* Above, quotes are rather taken back. */
#define UPDATES_A_CALL 5000  /* More than that behind: let it go. */
#define FAIR_LEAST 12000
#define FAIR_MOST 960000
#define FINE_ABOVE 960000    /* The venue refines the tick beyond. */
#define DRIFT_MOST 975000

void
tide_new(struct simex *x)
{
    const struct listing *l = x->listing;
    x->tide.fair = calloc(l->markets_count, sizeof *x->tide.fair);
    x->tide.held = calloc(l->events_count, sizeof *x->tide.held);
    must(x->tide.fair != NULL && x->tide.held != NULL);
    for (uint32_t i = 0; i < l->markets_count; i++)
        x->tide.fair[i] = l->markets[i].fair;
    for (uint32_t e = 11; e < l->events_count && !l->events[e].stage; e += 20)
        x->tide.fair[l->events[e].first] = 945000; /* Will drift up. */
    x->tide.next_us = x->terms.start_ms * 1000;
}

void
tide_clear(struct simex *x)
{
    free(x->tide.fair);
    free(x->tide.held);
}

static uint32_t
tick_levels(const struct simex *x, uint32_t market)
{
    return (uint32_t)(match_rules(x->match, market)->tick / GRID_STEP);
}

static int64_t
fair_of(const struct simex *x, uint32_t market, uint32_t ladder)
{
    int64_t fair = x->tide.fair[market];
    return ladder == 0 ? fair : MICROS - fair;
}

uint32_t
tide_inside(const struct simex *x, uint32_t market, uint32_t ladder,
            enum ladder_side side)
{
    uint32_t step = tick_levels(x, market);
    int64_t fair = fair_of(x, market, ladder);
    if (side == ASKS)
        return ((uint32_t)(fair / GRID_STEP) / step + 1) * step;
    return (uint32_t)((fair - 1) / GRID_STEP) / step * step;
}

/* A level n ticks worse than another; 0 when that leaves (0, 1). */
static uint32_t
worse_by(const struct simex *x, uint32_t market, enum ladder_side side,
         uint32_t level, uint32_t n)
{
    uint32_t off = n * tick_levels(x, market);
    if (side == BIDS)
        return level > off ? level - off : 0;
    return level + off < GRID ? level + off : 0;
}

static int64_t
draw_size(struct simex *x)
{
    uint32_t shape = chance_below(&x->chance, 100);
    if (shape < 25)
        return chance_between(&x->chance, 1, 12) * 100 * MICROS;
    if (shape < 60)
        return chance_between(&x->chance, 5, 300) * MICROS;
    return chance_between(&x->chance, 500, 60000) * (MICROS / 100);
}

static uint32_t
draw_maker(struct simex *x)
{
    return WHO_MAKER + chance_below(&x->chance, MAKERS);
}

static bool
quote_somewhere(struct simex *x, uint32_t market, uint32_t ladder,
                enum ladder_side side, uint32_t spread)
{
    uint32_t n = chance_below(&x->chance, spread);
    uint32_t start = tide_inside(x, market, ladder, side);
    /* Fine ticks leave a wider gap in the middle. */
    if (tick_levels(x, market) == 1)
        n = n * 2 + market % 4;
    uint32_t level = worse_by(x, market, side, start, n);
    if (start == 0 || start >= GRID || level == 0)
        return false;
    return simex_quote(x, draw_maker(x), market, ladder, side, level,
                       draw_size(x));
}

void
tide_mend(struct simex *x, uint32_t market)
{
    for (uint32_t ladder = 0; ladder < simex_ladders(x, market); ladder++) {
        for (int s = 0; s < 2; s++) {
            enum ladder_side side = (enum ladder_side)s;
            for (uint32_t tries = 0; tries < 8; tries++) {
                if (match_levels(x->match, market, ladder, side) >=
                    SIDE_LEVELS_LEAST)
                    break;
                quote_somewhere(x, market, ladder, side, 4);
            }
        }
    }
}

void
tide_fill(struct simex *x, uint32_t market)
{
    for (uint32_t ladder = 0; ladder < simex_ladders(x, market); ladder++) {
        for (uint32_t i = 0; i < 16; i++)
            quote_somewhere(x, market, ladder, i % 2 ? ASKS : BIDS, 9);
    }
    tide_mend(x, market);
}

void
tide_set_fair(struct simex *x, uint32_t market, int64_t fair)
{
    must(fair > 0 && fair < MICROS);
    x->tide.fair[market] = fair;
    for (uint32_t ladder = 0; ladder < simex_ladders(x, market); ladder++) {
        int64_t f = fair_of(x, market, ladder);
        uint32_t ask, bid;
        while ((ask = match_best(x->match, market, ladder, ASKS)) !=
                   NO_LEVEL && (int64_t)ask * GRID_STEP <= f)
            simex_sweep(x, market, ladder, ASKS, ask);
        while ((bid = match_best(x->match, market, ladder, BIDS)) !=
                   NO_LEVEL && (int64_t)bid * GRID_STEP >= f)
            simex_sweep(x, market, ladder, BIDS, bid);
    }
}

bool
tide_deep(struct simex *x, uint32_t market, uint32_t ladder,
          enum ladder_side side)
{
    uint32_t start = tide_inside(x, market, ladder, side);
    uint32_t best = match_best(x->match, market, ladder, side);
    uint32_t other = match_best(x->match, market, ladder,
                                side == BIDS ? ASKS : BIDS);
    if (side == BIDS) {
        start = best != NO_LEVEL && best < start ? best : start;
        start = other != NO_LEVEL && other < start ? other : start;
    } else {
        start = best != NO_LEVEL && best > start ? best : start;
        start = other != NO_LEVEL && other > start ? other : start;
    }
    uint32_t level = worse_by(x, market, side, start,
                              2 + chance_below(&x->chance, 6));
    if (level == 0)
        level = worse_by(x, market, side, start, 1);
    if (start == 0 || start >= GRID || level == 0)
        return false;
    return simex_quote(x, draw_maker(x), market, ladder, side, level,
                       draw_size(x));
}

void
tide_hold(struct simex *x, uint32_t event, bool hold)
{
    must(event < x->listing->events_count);
    must(hold ? x->tide.held[event] < 200 : x->tide.held[event] > 0);
    if (hold)
        x->tide.held[event]++;
    else
        x->tide.held[event]--;
}

/* Takes back a level that is not the best. */
static bool
clear_worst(struct simex *x, uint32_t market, uint32_t ladder,
            enum ladder_side side)
{
    uint32_t worst = match_worst(x->match, market, ladder, side);
    if (worst == NO_LEVEL ||
        worst == match_best(x->match, market, ladder, side) ||
        match_levels(x->match, market, ladder, side) <= SIDE_LEVELS_LEAST)
        return false;
    return simex_clear(x, market, ladder, side, worst);
}

static void
take_back(struct simex *x, uint32_t market, uint32_t ladder,
          enum ladder_side side)
{
    uint32_t level = match_best(x->match, market, ladder, side);
    uint32_t skip = chance_below(&x->chance, 6);
    for (; skip > 0 && level != NO_LEVEL; skip--) {
        uint32_t worse = match_worse(x->match, market, ladder, side, level);
        if (worse == NO_LEVEL)
            break;
        level = worse;
    }
    if (level != NO_LEVEL &&
        match_levels(x->match, market, ladder, side) > SIDE_LEVELS_LEAST)
        simex_clear(x, market, ladder, side, level);
    else
        quote_somewhere(x, market, ladder, side, 9);
}

/* Somebody takes a part of the best level, by buying one token or selling
 * the other. */
static void
take(struct simex *x, uint32_t market, uint32_t ladder, enum ladder_side hit)
{
    uint32_t level = match_best(x->match, market, ladder, hit);
    if (level == NO_LEVEL)
        return;
    bool mirrored = simex_ladders(x, market) == 1;
    struct match_order o = {
        .who = WHO_TAKER + chance_below(&x->chance, TAKERS),
        .market = market, .token = ladder, .buy = hit == ASKS,
        .life = LIFE_FAK, .price = (int64_t)level * GRID_STEP,
    };
    int64_t there = match_size(x->match, market, ladder, hit, level);
    int64_t hundredths = there / (MICROS / 100);
    int64_t least = 5 * 100 < hundredths ? 5 * 100 : hundredths;
    if (hundredths == 0)
        return;
    o.qty = chance_between(&x->chance, least, hundredths) * (MICROS / 100);
    if (mirrored && !o.buy &&
        (chance_of(&x->chance, 60) ||
         accounts_free_shares(x->accounts, o.who, market, 0) < o.qty)) {
        o.token = 1;
        o.buy = true;
        o.price = MICROS - o.price;
    }
    if (simex_order(x, &o).filled > 0)
        tide_mend(x, market);
}

static int64_t
draw_step(struct simex *x, uint32_t market)
{
    return tick_levels(x, market) == 1
               ? chance_between(&x->chance, 1, 6) * GRID_STEP
               : chance_between(&x->chance, 5, 10) * GRID_STEP;
}

static void
drift_one(struct simex *x, uint32_t market)
{
    bool drifter = x->listing->markets[market].event % 20 == 11;
    bool up = chance_of(&x->chance, drifter ? 85 : 50);
    int64_t fair = x->tide.fair[market];
    fair += up ? draw_step(x, market) : -draw_step(x, market);
    if (fair < FAIR_LEAST * 4 ||
        fair > (drifter ? DRIFT_MOST : FAIR_MOST - 40000))
        return;
    tide_set_fair(x, market, fair);
    if (fair > FINE_ABOVE && tick_levels(x, market) > 1)
        simex_change_tick(x, market, GRID_STEP);
    tide_mend(x, market);
}

/* Something becomes likelier, and something else of the event less so. */
static void
drift(struct simex *x, uint32_t market)
{
    const struct listed_event *e =
        &x->listing->events[x->listing->markets[market].event];
    if (e->stage)
        return;
    if (e->count == 1) {
        drift_one(x, market);
        return;
    }
    uint32_t other = e->first + chance_below(&x->chance, e->count);
    int64_t step = draw_step(x, market);
    if (other == market || x->tide.fair[market] - step < FAIR_LEAST ||
        x->tide.fair[other] + step > FAIR_MOST)
        return;
    tide_set_fair(x, other, x->tide.fair[other] + step);
    tide_set_fair(x, market, x->tide.fair[market] - step);
    tide_mend(x, other);
    tide_mend(x, market);
}

static void
update(struct simex *x, uint32_t market)
{
    uint32_t ladder = chance_below(&x->chance, simex_ladders(x, market));
    enum ladder_side side = chance_of(&x->chance, 50) ? BIDS : ASKS;
    uint32_t levels = match_levels(x->match, market, ladder, side);
    uint32_t what = chance_below(&x->chance, 100);
    x->tide.updates++;
    if (x->tide.all_held > 0 ||
        x->tide.held[x->listing->markets[market].event] > 0) {
        if (levels > SIDE_LEVELS_MOST || what < 40)
            clear_worst(x, market, ladder, side);
        else
            tide_deep(x, market, ladder, side);
    } else if (what < 10) {
        take(x, market, ladder, side);
    } else if (what < 24) {
        drift(x, market);
    } else if (what < 45 || levels > SIDE_LEVELS_MOST) {
        take_back(x, market, ladder, side);
    } else {
        quote_somewhere(x, market, ladder, side, 9);
    }
}

static uint32_t
draw_market(struct simex *x)
{
    uint32_t count = x->listing->markets_count;
    uint32_t market = chance_below(&x->chance, count);
    /* Every fifth market is busier than the others. */
    return chance_of(&x->chance, 30) ? market - market % 5 : market;
}

void
tide_run(struct simex *x, int64_t now_ms)
{
    int64_t mean_us = 1000000 / (x->terms.rate ? x->terms.rate : 1);
    for (uint32_t n = 0; x->tide.next_us <= now_ms * 1000; n++) {
        if (n == UPDATES_A_CALL || x->terms.rate == 0) {
            x->tide.next_us = now_ms * 1000 + mean_us;
            break;
        }
        if (x->tide.next_us / 1000 > x->now_ms)
            x->now_ms = x->tide.next_us / 1000;
        x->tide.next_us += chance_between(&x->chance, mean_us / 5,
                                          mean_us * 9 / 5);
        uint32_t market = draw_market(x);
        const struct listed_event *e =
            &x->listing->events[x->listing->markets[market].event];
        if (simex_is_open(x, market) && !e->hidden)
            update(x, market);
    }
}
