/* trades - every trade of ours the venue told of: once, states forward only */

/* The user stream and the looks tell of the same trades, in any order and more
 * than once; after a restart the journal does too.  The name is the trade's id
 * and the order's, because one trade can hold several of ours. */

#include "executor/trades.h"

#include "common/digest.h"
#include "common/map.h"
#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MOST = 62 }; /* Of a trade: with the order's part it fits a text. */

struct trades {
    struct map *map;
    uint32_t cap, count, next;
    struct fill *ring;
};

struct trades *
trades_new(uint32_t cap)
{
    struct trades *t = calloc(1, sizeof *t);

    must(t != NULL && cap > 0);
    t->cap = cap;
    t->map = map_new(sizeof(struct text), cap);
    t->ring = calloc(cap, sizeof *t->ring);
    must(t->map != NULL && t->ring != NULL);
    return t;
}

void
trades_destroy(struct trades **t)
{
    if (*t == NULL)
        return;
    map_destroy(&(*t)->map);
    free((*t)->ring);
    free(*t);
    *t = NULL;
}

bool
fill_is_settled(enum fill_state s)
{
    return s == FILL_STATE_confirmed || s == FILL_STATE_failed;
}

struct text
trades_name(const struct venue_trade *m)
{
    const uint8_t *o = m->order.b;
    struct text name = { { 0 } };
    char id[65] = { 0 };

    if (strlen(m->trade.s) <= ID_MOST) {
        memcpy(id, m->trade.s, strlen(m->trade.s));
    } else {
        uint8_t hash[32];

        sha256(m->trade.s, strlen(m->trade.s), hash);
        for (int i = 0; i < ID_MOST / 2; i++)
            (void)snprintf(id + 2 * i, 3, "%02x", hash[i]);
    }
    (void)snprintf(name.s, sizeof name.s,
                   "%.62s-%02x%02x%02x%02x%02x%02x%02x%02x", id, o[0], o[1],
                   o[2], o[3], o[4], o[5], o[6], o[7]);
    return name;
}

const struct fill *
trades_find(const struct trades *t, const struct text *name)
{
    uint32_t i = map_find(t->map, name->s);

    return i == MAP_NONE ? NULL : &t->ring[i];
}

/* How far: retrying comes after mined, as a block may be undone. */
static int
rank(enum fill_state s)
{
    switch (s) {
    case FILL_STATE_matched: return 0;
    case FILL_STATE_mined: return 1;
    case FILL_STATE_retrying: return 2;
    case FILL_STATE_confirmed: return 3;
    case FILL_STATE_failed: return 3;
    case fill_state_end_: break;
    }
    unreachable();
}

enum trade_news
trades_judge(const struct trades *t, const struct text *name,
             const struct venue_trade *m)
{
    const struct fill *old = trades_find(t, name);

    if (old == NULL)
        return TRADE_NEW;
    if (!hash_equal(&old->order, &m->order) ||
        old->qty.micros != m->qty.micros ||
        old->price.micros != m->price.micros)
        return TRADE_CONFLICT;
    if (old->state == m->state)
        return TRADE_SAME;
    if (fill_is_settled(old->state))
        return fill_is_settled(m->state) ? TRADE_CONFLICT : TRADE_SAME;
    if (rank(m->state) < rank(old->state))
        return TRADE_SAME;
    return m->state == FILL_STATE_failed ? TRADE_FAILED : TRADE_FORWARD;
}

/* The place of the oldest settled one, now free; cap when there is none. */
static uint32_t
forget(struct trades *t)
{
    for (uint32_t k = 0; k < t->cap; k++) {
        uint32_t i = (t->next + k) % t->cap;

        if (!fill_is_settled(t->ring[i].state))
            continue;
        must(map_remove(t->map, t->ring[i].fill_id.s));
        t->next = (i + 1) % t->cap;
        return i;
    }
    return t->cap;
}

bool
trades_put(struct trades *t, const struct fill *m)
{
    uint32_t i = map_find(t->map, m->fill_id.s);

    if (i == MAP_NONE) {
        i = t->count < t->cap ? t->count++ : forget(t);
        if (i == t->cap)
            return false;
        must(map_put(t->map, m->fill_id.s, i));
    }
    t->ring[i] = *m;
    return true;
}

struct qty
trades_unsettled(const struct trades *t, const struct hash *token)
{
    struct qty sum = { 0 };

    for (uint32_t i = 0; i < t->count; i++) {
        const struct fill *m = &t->ring[i];

        if (!fill_is_settled(m->state) && m->side == SIDE_buy &&
            hash_equal(&m->token, token))
            sum.micros += m->qty.micros;
    }
    return sum;
}
