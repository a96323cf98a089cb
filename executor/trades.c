/* trades - every trade of ours the venue told of: once, states forward only */

/* The user stream and the looks tell of the same trades, in any order and more
 * than once; after a restart the journal does too.  The name is the trade's id
 * and the order's, because one trade can hold several of ours. */

#include "executor/trades.h"

#include "common/digest.h"
#include "common/must.h"
#include "common/planted.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { ID_MOST = 62 }; /* Of a trade: with the order's part it fits a text. */

bool
fill_is_settled(enum fill_state s)
{
    return s == FILL_STATE_confirmed || s == FILL_STATE_failed ||
           (PLANTED(matched_is_final) && s == FILL_STATE_matched);
}

static bool
has_settled(const void *record)
{
    const struct fill *m = record;

    return fill_is_settled(m->state);
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
trades_find(const struct recent *t, const struct text *name)
{
    return recent_find(t, name->s);
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
trades_judge(const struct recent *t, const struct text *name,
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
        return PLANTED(trade_twice) ? TRADE_NEW : TRADE_SAME;
    if (fill_is_settled(old->state))
        return fill_is_settled(m->state) ? TRADE_CONFLICT : TRADE_SAME;
    if (rank(m->state) < rank(old->state))
        return TRADE_SAME;
    return m->state == FILL_STATE_failed ? TRADE_FAILED : TRADE_FORWARD;
}

struct recent *
trades_new(uint32_t cap)
{
    static const struct recent_kind kind = {
        .size = sizeof(struct fill),
        .key_at = offsetof(struct fill, fill_id),
        .key_size = sizeof(struct text),
        .may_go = has_settled,
    };

    return recent_new(&kind, cap);
}

bool
trades_put(struct recent *t, const struct fill *m)
{
    return recent_put(t, m);
}

struct qty
trades_unsettled(const struct recent *t, const struct hash *token)
{
    struct qty sum = { 0 };
    const struct fill *m;

    for (uint32_t i = 0; (m = recent_next(t, &i)) != NULL;)
        if (!fill_is_settled(m->state) && m->side == SIDE_buy &&
            hash_equal(&m->token, token))
            sum.micros += m->qty.micros;
    return sum;
}
