/* place_books - the exchange's own word on books and payouts */
#include "tests/world/place.h"

#include "common/book.h"
#include "common/map.h"
#include "common/must.h"
#include "scanner/scanner.h"

/* Price and size of the nth best level of a token's side; false = none. */
struct walker {
    const struct simex *x;
    uint32_t market, ladder, level;
    enum ladder_side side;
    bool flip;
};

static struct walker
walk(const struct simex *x, uint32_t market, uint32_t token,
     enum ladder_side side)
{
    bool flip = simex_ladders(x, market) == 1 && token == 1;
    struct walker v = {
        .x = x, .market = market, .ladder = flip ? 0 : token, .flip = flip,
        .side = !flip ? side : side == BIDS ? ASKS : BIDS,
    };
    v.level = match_best(x->match, market, v.ladder, v.side);
    return v;
}

static bool
next(struct walker *v, struct level *out)
{
    if (v->level == NO_LEVEL)
        return false;
    uint32_t at = v->flip ? GRID - v->level : v->level;
    out->price.micros = (int64_t)at * GRID_STEP;
    out->size.micros = match_size(v->x->match, v->market, v->ladder, v->side,
                                  v->level);
    v->level = match_worse(v->x->match, v->market, v->ladder, v->side,
                           v->level);
    return true;
}

static bool
is_same(const struct world *w, uint32_t token, enum ladder_side side,
        const struct levels *ours)
{
    const struct simex *x = w->place->simex;
    struct walker v = walk(x, token / 2, token % 2, side);
    struct level theirs;
    uint32_t i = 0;
    while (next(&v, &theirs)) {
        const struct level *our = i < ours->count ? &ours->at[i] : NULL;
        if (our == NULL || our->price.micros != theirs.price.micros ||
            our->size.micros != theirs.size.micros)
            return false;
        i++;
    }
    return i == ours->count;
}

const char *
place_odd_book(const struct world *w, const char **why)
{
    const struct simex *x = w->place->simex;
    const struct scanner *s = w->nodes[SOURCE_scanner].engine;
    const struct universe *u = scanner_universe(s);
    uint32_t followed = 0;
    for (uint32_t token = 0; token < 2 * x->listing->markets_count; token++) {
        const struct listed_market *m = &x->listing->markets[token / 2];
        uint32_t i = universe_token(u, &m->key[token % 2]);
        if (i == MAP_NONE || !simex_is_open(x, token / 2))
            continue;
        const struct book *b = scanner_book(s, i);
        followed++;
        *why = !b->usable ? enum_word(&reason_words, b->why_not)
               : !is_same(w, token, BIDS, &b->bids) ? "other bids"
               : !is_same(w, token, ASKS, &b->asks) ? "other asks" : NULL;
        if (*why != NULL)
            return m->id;
    }
    *why = "no book";
    return followed == 0 ? "none" : NULL;
}

int64_t
place_payout(const struct world *w, const struct hash *token)
{
    const struct listing *l = w->place->simex->listing;
    uint32_t t = map_find(l->tokens, token);
    if (t == MAP_NONE)
        return -1;
    const struct listed_market *m = &l->markets[t / 2];
    if (l->events[m->event].state != LISTED_RESOLVED)
        return -1;
    return simex_payout(w->place->simex, t / 2, t % 2);
}

bool
place_is_no(const struct world *w, const struct hash *token)
{
    uint32_t t = map_find(w->place->simex->listing->tokens, token);
    return t != MAP_NONE && t % 2 == 1;
}

bool
place_was_missed(const struct world *w, const struct hash *token)
{
    const struct listing *l = w->place->simex->listing;
    uint32_t t = map_find(l->tokens, token);
    return t != MAP_NONE &&
           w->nodes[SOURCE_feed].started / 1000000 >=
               l->events[l->markets[t / 2].event].closed_ms;
}

const char *
place_event(const struct world *w, const struct hash *token)
{
    const struct listing *l = w->place->simex->listing;
    uint32_t t = map_find(l->tokens, token);
    must(t != MAP_NONE);
    return l->events[l->markets[t / 2].event].id;
}

bool
place_is_pair(const struct world *w, const struct hash *a,
              const struct hash *b)
{
    const struct listing *l = w->place->simex->listing;
    uint32_t i = map_find(l->tokens, a), k = map_find(l->tokens, b);
    return i != MAP_NONE && k != MAP_NONE && (i ^ k) == 1;
}
