/* ledger - the double-entry books of one mode: money, lots, exposure, P&L */
/*
 * riskd keeps one of these for paper and one for live.  It knows no grants
 * and no rules: it adds up lines.  A batch is judged whole by ledger_can
 * before its first line is written anywhere; after that, ledger_apply runs
 * on each line, at once and again at every start, from the journal.  Lots
 * are kept per token and strategy, so that what one strategy holds to
 * resolution is not merged away under another's name.
 */
#include "riskd/ledger_own.h"

#include <stdlib.h>

#include "common/must.h"

struct ledger *
ledger_new(const struct ledger_caps *caps)
{
    must(caps->lots > 0 && caps->events > 0 && caps->refs > 0);
    struct ledger *l = calloc(1, sizeof *l);
    must(l != NULL);
    l->day = INT64_MIN;
    l->lots_cap = caps->lots;
    l->events_cap = caps->events;
    l->refs_cap = caps->refs;
    l->lots = calloc(caps->lots, sizeof *l->lots);
    l->events = calloc(caps->events, sizeof *l->events);
    l->refs = calloc(caps->refs, sizeof *l->refs);
    must(l->lots != NULL && l->events != NULL && l->refs != NULL);
    l->lots_map = map_new(sizeof(struct lot_key), caps->lots);
    l->events_map = map_new(sizeof(struct event_key), caps->events);
    l->refs_map = map_new(sizeof(struct uuid), caps->refs);
    return l;
}

void
ledger_destroy(struct ledger **l)
{
    if (*l == NULL) {
        return;
    }
    map_destroy(&(*l)->lots_map);
    map_destroy(&(*l)->events_map);
    map_destroy(&(*l)->refs_map);
    free((*l)->lots);
    free((*l)->events);
    free((*l)->refs);
    free(*l);
    *l = NULL;
}

/* Stops at the first free slot: entries alone decide which one, so a replay
 * puts everything where it was. */
static struct lot *
take_lot(struct ledger *l, const struct ledger_entry *e)
{
    struct lot_key key = make_lot_key(&e->token, e->strategy);
    uint32_t i = map_find(l->lots_map, &key);
    if (i != MAP_NONE) {
        return &l->lots[i];
    }
    for (i = l->lots_from; i < l->lots_cap && l->lots[i].used; i++) {
    }
    l->lots_from = i;
    if (i == l->lots_cap || !map_put(l->lots_map, &key, i)) {
        return NULL;
    }
    l->lots[i] = (struct lot){ .used = true,
                               .token = e->token,
                               .strategy = e->strategy,
                               .event = e->event };
    return &l->lots[i];
}

static void
drop_lot_if_empty(struct ledger *l, struct lot *lot)
{
    if (lot->qty.micros != 0 || lot->cost.micros != 0) {
        return;
    }
    struct lot_key key = make_lot_key(&lot->token, lot->strategy);
    must(map_remove(l->lots_map, &key));
    memset(lot, 0, sizeof *lot);
    uint32_t i = (uint32_t)(lot - l->lots);
    l->lots_from = i < l->lots_from ? i : l->lots_from;
}

static bool
add(int64_t *to, int64_t amount)
{
    return !__builtin_add_overflow(*to, amount, to);
}

static bool
add_to_event(struct ledger *l, const struct text *event, int64_t amount)
{
    struct event_key key = make_event_key(event);
    uint32_t i = map_find(l->events_map, &key);
    if (i == MAP_NONE) {
        for (i = l->events_from; i < l->events_cap && l->events[i].used; i++) {
        }
        l->events_from = i;
        if (i == l->events_cap || !map_put(l->events_map, &key, i)) {
            return false;
        }
        l->events[i] = (struct event_sum){ true, *event, 0 };
    }
    if (!add(&l->events[i].sum, amount)) {
        return false;
    }
    if (l->events[i].sum == 0) {
        must(map_remove(l->events_map, &key));
        memset(&l->events[i], 0, sizeof l->events[i]);
        l->events_from = i < l->events_from ? i : l->events_from;
    }
    return true;
}

static bool
follow(struct ledger *l, struct booked *r, int64_t amount)
{
    bool opens = r->open == 0;
    bool bought = opens ? amount > 0 : r->open > 0;
    int64_t moved = bought ? amount : -amount;
    if (!opens && amount != -r->open) {
        return false;
    }
    r->open = opens ? amount : 0;
    return add(&l->provisional[bought ? SIDE_buy : SIDE_sell], moved);
}

static bool
add_up(struct ledger *l, struct booked *r, const struct ledger_entry *e)
{
    if (hash_is_zero(&r->token)) {
        r->token = e->token;
    }
    switch (e->account) {
    case ACCOUNT_position:
        return !__builtin_sub_overflow(r->basis, e->amount.micros, &r->basis);
    case ACCOUNT_shares: return add(&r->qty, e->amount.micros);
    case ACCOUNT_fees: return add(&r->fee, e->amount.micros);
    case ACCOUNT_due: return add(&r->due, e->amount.micros);
    case ACCOUNT_provisional: return follow(l, r, e->amount.micros);
    case ACCOUNT_capital:
    case ACCOUNT_cash:
    case ACCOUNT_reserved:
    case ACCOUNT_realised: return true;
    case account_end_: break;
    }
    unreachable();
}

/* A fill's or settlement's ref is remembered for good; a grant's own lines
 * (ref = auth) are known by the grant. */
static bool
remember_ref(struct ledger *l, const struct ledger_entry *e)
{
    if (uuid_is_zero(&e->ref) || uuid_equal(&e->ref, &e->auth)) {
        return true;
    }
    uint32_t i = map_find(l->refs_map, &e->ref);
    if (i == MAP_NONE) {
        i = l->refs_count;
        if (i == l->refs_cap || !map_put(l->refs_map, &e->ref, i)) {
            return false;
        }
        l->refs[i] = (struct booked){ .ref = e->ref, .auth = e->auth };
        l->refs_count++;
    }
    return add_up(l, &l->refs[i], e);
}

static bool
apply_money(struct ledger *l, const struct ledger_entry *e)
{
    int64_t day = utc_day(e->booked);
    if (e->account == ACCOUNT_realised && day > l->day) {
        l->day_base = ledger_pnl(l).micros;
        l->day = day;
    }
    if (!add(&l->account[e->account], e->amount.micros)) {
        return false;
    }
    int64_t equity = ledger_equity(l).micros;
    if (equity > l->high_water) {
        l->high_water = equity;
    }
    return true;
}

static bool
apply_exposure(struct ledger *l, const struct ledger_entry *e)
{
    return add(&l->strategy[e->strategy], e->amount.micros) &&
           add_to_event(l, &e->event, e->amount.micros);
}

static bool
apply_lot(struct ledger *l, const struct ledger_entry *e)
{
    struct lot *lot = take_lot(l, e);
    if (lot == NULL) {
        return false;
    }
    int64_t *part =
        e->account == ACCOUNT_shares ? &lot->qty.micros : &lot->cost.micros;
    bool ok = add(part, e->amount.micros) && *part >= 0;
    drop_lot_if_empty(l, lot);
    return ok;
}

bool
ledger_apply(struct ledger *l, const struct ledger_entry *e)
{
    if ((unsigned)e->account >= account_end_ ||
        (unsigned)e->strategy >= strategy_end_ || !remember_ref(l, e)) {
        return false;
    }
    switch (e->account) {
    case ACCOUNT_capital:
    case ACCOUNT_cash:
    case ACCOUNT_realised: return apply_money(l, e);
    case ACCOUNT_fees:
    case ACCOUNT_provisional:
        return add(&l->account[e->account], e->amount.micros);
    case ACCOUNT_due:
    case ACCOUNT_reserved: return apply_exposure(l, e) && apply_money(l, e);
    case ACCOUNT_position:
        return apply_exposure(l, e) && apply_lot(l, e) && apply_money(l, e);
    case ACCOUNT_shares: return apply_lot(l, e);
    case account_end_: break;
    }
    unreachable();
}
