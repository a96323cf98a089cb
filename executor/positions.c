/* positions - what is held of each token, by mode */

/* riskd's ledger decides about money; this table says what there is to sell,
 * merge and settle, and is rebuilt from our own facts at every start.  Cost
 * leaves with the shares in proportion, rounded up, so that what is realised
 * is never flattered.  Whose the shares are is counted as riskd's lots are:
 * who sells gives its own, a settlement takes one's first, then in the order of
 * the strategies.  Of what nothing is left the entry stays, for what it
 * realised, until another needs its place. */

#include "executor/positions.h"

#include "common/map.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 33 };

struct positions {
    struct map *map;
    uint32_t cap, count;
    uint32_t empty;        /* Of count, those without shares. */
    uint32_t hand;         /* Where the next of them is looked for. */
    struct position *at;
    struct parts { int64_t of[strategy_end_]; } *parts; /* Shares, of each. */
};

struct positions *
positions_new(uint32_t cap)
{
    struct positions *p = calloc(1, sizeof *p);

    must(p != NULL && cap > 0);
    p->cap = cap;
    p->map = map_new(KEY_SIZE, cap);
    p->at = calloc(cap, sizeof *p->at);
    p->parts = calloc(cap, sizeof *p->parts);
    must(p->map != NULL && p->at != NULL && p->parts != NULL);
    return p;
}

void
positions_destroy(struct positions **p)
{
    if (*p == NULL)
        return;
    map_destroy(&(*p)->map);
    free((*p)->at);
    free((*p)->parts);
    free(*p);
    *p = NULL;
}

uint32_t
positions_room(const struct positions *p)
{
    return p->cap - p->count + p->empty;
}

uint32_t
positions_count(const struct positions *p)
{
    return p->count;
}

const struct position *
positions_at(const struct positions *p, uint32_t i)
{
    must(i < p->count);
    return &p->at[i];
}

static struct parts *
parts_of(struct positions *p, const struct position *at)
{
    return &p->parts[at - p->at];
}

struct qty
positions_part(const struct positions *p, uint32_t i, enum strategy strategy)
{
    must(i < p->count && strategy < strategy_end_);
    int64_t part = p->parts[i].of[strategy];

    if (part > p->at[i].qty.micros)
        part = p->at[i].qty.micros;
    return (struct qty){ part > 0 ? part : 0 };
}

static void
set_key(uint8_t key[KEY_SIZE], enum mode mode, const struct hash *token)
{
    key[0] = (uint8_t)mode;
    memcpy(key + 1, token->b, sizeof token->b);
}

static struct position *
find(const struct positions *p, enum mode mode, const struct hash *token)
{
    uint8_t key[KEY_SIZE];
    uint32_t i;

    set_key(key, mode, token);
    i = map_find(p->map, key);
    return i == MAP_NONE ? NULL : &p->at[i];
}

/* The place of one without shares, in turns; there is one. */
static uint32_t
take_empty(struct positions *p)
{
    uint8_t key[KEY_SIZE];
    uint32_t i = p->hand;

    while (p->at[i].qty.micros > 0)
        i = (i + 1) % p->count;
    p->hand = (i + 1) % p->count;
    set_key(key, p->at[i].mode, &p->at[i].token);
    must(map_remove(p->map, key));
    p->empty--;
    return i;
}

static struct position *
find_or_make(struct positions *p, enum mode mode, const struct hash *token)
{
    struct position *at = find(p, mode, token);
    uint8_t key[KEY_SIZE];
    uint32_t i;

    if (at != NULL || positions_room(p) == 0)
        return at;
    i = p->count < p->cap ? p->count++ : take_empty(p);
    set_key(key, mode, token);
    must(map_put(p->map, key, i));
    at = &p->at[i];
    memset(at, 0, sizeof *at);
    p->parts[i] = (struct parts){ { 0 } };
    at->mode = mode;
    at->token = *token;
    p->empty++;
    return at;
}

const struct position *
positions_find(const struct positions *p, enum mode mode,
               const struct hash *token)
{
    return find(p, mode, token);
}

static void
take_part(int64_t *part, int64_t *rest)
{
    int64_t taken = *part < *rest ? *part : *rest;

    if (taken <= 0)
        return;
    *part -= taken;
    *rest -= taken;
}

/* Shares leave, cash comes. */
static bool
take(struct positions *p, struct position *at, struct qty qty,
     struct money cash, enum strategy first)
{
    struct parts *parts = parts_of(p, at);
    struct money basis, gain, realised;
    struct qty rest;

    if (qty.micros <= 0 || qty.micros > at->qty.micros ||
        !muldiv_up(at->cost.micros, qty.micros, at->qty.micros,
                   &basis.micros) ||
        !qty_sub(at->qty, qty, &rest) || !money_sub(cash, basis, &gain) ||
        !money_add(at->realised, gain, &realised))
        return false;
    at->qty = rest;
    p->empty += rest.micros == 0;
    at->cost.micros -= basis.micros;
    at->realised = realised;
    take_part(&parts->of[first], &qty.micros);
    for (uint32_t i = 0; i < strategy_end_; i++)
        take_part(&parts->of[i], &qty.micros);
    return true;
}

static bool
give(struct positions *p, struct position *at, struct qty qty,
     struct money cost, enum strategy strategy)
{
    bool was_empty = at->qty.micros <= 0;
    struct money sum;

    if (qty.micros <= 0 || !money_add(at->cost, cost, &sum) ||
        !qty_add(at->qty, qty, &at->qty))
        return false;
    at->cost = sum;
    parts_of(p, at)->of[strategy] += qty.micros;
    p->empty += at->qty.micros <= 0;
    p->empty -= was_empty;
    return true;
}

static void
own(struct position *at, enum strategy strategy, const struct text *event,
    const struct text *market)
{
    if (strategy != STRATEGY_none)
        at->strategy = strategy;
    if (event != NULL && event->s[0] != '\0')
        at->event = *event;
    if (market != NULL && market->s[0] != '\0')
        at->market = *market;
}

const struct position *
positions_fill(struct positions *p, const struct fill *f,
               enum strategy strategy, const struct text *event,
               const struct text *market)
{
    struct position *at = find_or_make(p, f->mode, &f->token);
    struct money cash;

    if (at == NULL)
        return NULL;
    if (f->side == SIDE_buy) {
        if (!cost_up(f->price, f->qty, &cash) ||
            !give(p, at, f->qty, cash, strategy))
            return NULL;
    } else if (!cost_down(f->price, f->qty, &cash) ||
               !take(p, at, f->qty, cash, strategy)) {
        return NULL;
    }
    own(at, strategy, event, market);
    return at;
}

/* A sale undone costs what it brought: what it realised stays. */
const struct position *
positions_unfill(struct positions *p, const struct fill *f,
                 enum strategy strategy)
{
    struct position *at = find(p, f->mode, &f->token);
    struct money cash;
    bool was_empty;

    if (at == NULL)
        return NULL;
    was_empty = at->qty.micros <= 0;
    if (f->side == SIDE_buy) {
        if (!cost_up(f->price, f->qty, &cash))
            return NULL;
        at->qty.micros -= f->qty.micros;
        at->cost.micros -= cash.micros;
        parts_of(p, at)->of[strategy] -= f->qty.micros;
    } else {
        if (!cost_down(f->price, f->qty, &cash))
            return NULL;
        at->qty.micros += f->qty.micros;
        at->cost.micros += cash.micros;
        parts_of(p, at)->of[strategy] += f->qty.micros;
    }
    p->empty += at->qty.micros <= 0;
    p->empty -= was_empty;
    return at;
}

const struct position *
positions_give(struct positions *p, const struct settle *m, struct qty qty,
               const struct hash *token, struct money cost,
               enum strategy strategy, const struct text *event)
{
    struct position *at = find_or_make(p, m->mode, token);

    if (at == NULL || !give(p, at, qty, cost, strategy))
        return NULL;
    own(at, strategy, event, &m->market);
    return at;
}

const struct position *
positions_take(struct positions *p, enum mode mode, const struct hash *token,
               struct qty qty, struct money cash, enum strategy first)
{
    struct position *at = find(p, mode, token);

    return at != NULL && take(p, at, qty, cash, first) ? at : NULL;
}
