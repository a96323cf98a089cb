/* plant_stage - situations on the stage: put into its books
 *
 * A few tokens at prices whose sum is the scene's, in proportion to
 * their fair values.  Of a mirrored market NO is bought where YES is bid for,
 * so its price is put as that bid. */
#include "tests/simex/plant.h"

#include "tests/simex/simex.h"
#include "tests/simex/stage.h"

#include "common/must.h"

/* No order rests that is below the venue's least, 5 shares; what is left of
 * one that somebody took a part of does.  An ask is a price only where somebody
 * bids about as much: what is bought is worth its bid from then on. */
enum { LEAST_SHARES = 80, MOST_SHARES = 200, SMALL_SHARES = 9,
       TAKEN_SHARES = 5, A_CENT = 10000 / GRID_STEP };

static int64_t
fair_of(const struct simex *x, const struct stage_leg *leg)
{
    int64_t yes = x->tide.fair[leg->market];
    return leg->token == 0 ? yes : MICROS - yes;
}

/* Prices of its legs, on the grid, that sum to `sum`. */
static void
split(const struct simex *x, const struct scene *scene, int64_t sum,
      int64_t price[STAGE_LEGS])
{
    int64_t fairs = 0, left = sum;
    for (uint32_t i = 0; i < scene->count; i++)
        fairs += fair_of(x, &scene->leg[i]);
    for (uint32_t i = 1; i < scene->count; i++) {
        price[i] = fair_of(x, &scene->leg[i]) * sum / fairs;
        price[i] -= price[i] % GRID_STEP;
        left -= price[i];
    }
    price[0] = left;
}

bool
plant_stage_fits(struct simex *x, enum situation_kind kind, uint32_t event,
                 int64_t *gross)
{
    struct situation s = { .kind = kind, .event = event,
                           .nth = x->plan.opened[kind] };
    struct scene scene;
    uint32_t events[STAGE_LEGS];
    if (!stage_scene(x->listing, kind, s.nth, &scene) ||
        x->listing->markets[scene.leg[0].market].event != event)
        return false;
    uint32_t count = stage_events(x->listing, &s, events);
    for (uint32_t i = 0; i < count; i++) {
        if (x->tide.held[events[i]] > 0 ||
            x->plan.free_ms[events[i]] > x->now_ms)
            return false;
    }
    int64_t steps = (scene.most - scene.least) / GRID_STEP / scene.pays;
    *gross = MICROS - scene.least / scene.pays -
             chance_between(&x->chance, 0, steps) * GRID_STEP;
    return true;
}

/* Told with a hash that cannot fit, and taken back without a word: who does
 * not prove books believes that it stands. */
static void
tease(struct simex *x, const struct stage_leg *leg, uint32_t ladder,
      enum ladder_side side, uint32_t level)
{
    uint8_t bit = (uint8_t)(1u << leg->token);
    plant_put(x, leg->market, ladder, side, level, LEAST_SHARES * MICROS,
              bit);
    x->skip = bit;
    must(simex_clear(x, leg->market, ladder, side, level));
    x->skip = 0;
}

static void
take_part(struct simex *x, const struct stage_leg *leg, int64_t price)
{
    struct match_order o = {
        .who = WHO_TAKER, .market = leg->market, .token = leg->token,
        .buy = true, .life = LIFE_FAK, .price = price,
        .qty = TAKEN_SHARES * MICROS,
    };
    must(simex_order(x, &o).filled == o.qty);
}

void
plant_stage_open(struct simex *x, struct situation *s)
{
    enum flaw flaw = situation_types[s->kind].flaw;
    struct scene scene;
    uint32_t events[STAGE_LEGS];
    uint32_t count = stage_events(x->listing, s, events);
    int64_t price[STAGE_LEGS];
    int64_t shares = flaw == FLAW_shallow
                         ? SMALL_SHARES
                         : 10 * chance_between(&x->chance, LEAST_SHARES / 10,
                                               MOST_SHARES / 10);
    must(stage_scene(x->listing, s->kind, s->nth, &scene));
    split(x, &scene, scene.pays * (MICROS - s->gross), price);
    for (uint32_t i = 0; i < count; i++)
        tide_hold(x, events[i], true);
    for (uint32_t i = 0; i < scene.count; i++) {
        const struct stage_leg *leg = &scene.leg[i];
        bool mirrored = simex_ladders(x, leg->market) == 1;
        bool flip = mirrored && leg->token == 1;
        uint32_t level = (uint32_t)(price[i] / GRID_STEP);
        uint32_t ladder = mirrored ? 0 : leg->token;
        enum ladder_side side = flip ? BIDS : ASKS;
        level = flip ? GRID - level : level;
        if (situation_types[s->kind].strategy[0] != 'B')
            plant_put(x, leg->market, ladder, flip ? ASKS : BIDS,
                      flip ? level + A_CENT : level - A_CENT,
                      shares * MICROS, 0);
        if (flaw == FLAW_stale && i == 0)
            tease(x, leg, ladder, side, level);
        else
            plant_put(x, leg->market, ladder, side, level, shares * MICROS,
                      0);
        if (flaw == FLAW_shallow)
            take_part(x, leg, price[i]);
    }
}
