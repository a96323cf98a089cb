/* ledger_view - what a ledger says when it is asked */
/*
 * Nothing here changes anything.  Sums are taken in 128 bits; what does not
 * fit is shown as the largest number that does.
 */
#include "riskd/image.h"
#include "riskd/ledger_own.h"

#include "common/digest.h"
#include "common/must.h"

#define DAY_NS (86400LL * 1000 * 1000 * 1000)

int64_t
utc_day(struct nanos wall)
{
    int64_t day = wall.ns / DAY_NS;
    return wall.ns % DAY_NS < 0 ? day - 1 : day;
}

bool
ledger_balanced(const struct ledger *l)
{
    wide sum = 0;
    for (int a = 0; a < account_end_; a++) {
        sum += account_is_memo((enum account)a) ? 0 : l->account[a];
    }
    return sum == 0;
}

struct money
ledger_account(const struct ledger *l, enum account account)
{
    return (struct money){ l->account[account] };
}

static struct money
clamp(wide v)
{
    v = v > INT64_MAX ? INT64_MAX : v < INT64_MIN ? INT64_MIN : v;
    return (struct money){ (int64_t)v };
}

struct money
ledger_used(const struct ledger *l)
{
    return clamp((wide)l->account[ACCOUNT_reserved] +
                 l->account[ACCOUNT_position] + l->account[ACCOUNT_due]);
}

struct money
ledger_equity(const struct ledger *l)
{
    return clamp((wide)l->account[ACCOUNT_cash] + ledger_used(l).micros);
}

struct money
ledger_pnl(const struct ledger *l)
{
    return clamp(-(wide)l->account[ACCOUNT_realised]);
}

struct money
ledger_day_pnl(const struct ledger *l, struct nanos wall)
{
    if (utc_day(wall) > l->day) {
        return (struct money){ 0 };
    }
    return clamp((wide)ledger_pnl(l).micros - l->day_base);
}

int64_t
ledger_day(const struct ledger *l)
{
    return l->day;
}

struct money
ledger_high_water(const struct ledger *l)
{
    return (struct money){ l->high_water };
}

struct money
ledger_provisional(const struct ledger *l, enum side side)
{
    must((unsigned)side < side_end_);
    return (struct money){ l->provisional[side] };
}

struct money
ledger_event(const struct ledger *l, const struct text *event)
{
    struct event_key key = make_event_key(event);
    uint32_t i = map_find(l->events_map, &key);
    return (struct money){ i == MAP_NONE ? 0 : l->events[i].sum };
}

struct money
ledger_strategy(const struct ledger *l, enum strategy strategy)
{
    must((unsigned)strategy < strategy_end_);
    return (struct money){ l->strategy[strategy] };
}

const struct lot *
ledger_lot(const struct ledger *l, const struct hash *token,
           enum strategy strategy)
{
    struct lot_key key = make_lot_key(token, strategy);
    uint32_t i = map_find(l->lots_map, &key);
    return i == MAP_NONE ? NULL : &l->lots[i];
}

const struct lot *
ledger_lots(const struct ledger *l, uint32_t *count)
{
    *count = l->lots_cap;
    return l->lots;
}

struct money
lot_basis(const struct lot *lot, struct qty qty)
{
    must(qty.micros >= 0 && qty.micros <= lot->qty.micros);
    if (qty.micros == lot->qty.micros) {
        return lot->cost;
    }
    int64_t basis;
    must(muldiv_up(lot->cost.micros, qty.micros, lot->qty.micros, &basis));
    return (struct money){ basis };
}

const struct booked *
ledger_ref(const struct ledger *l, const struct uuid *ref)
{
    uint32_t i = map_find(l->refs_map, ref);
    return i == MAP_NONE ? NULL : &l->refs[i];
}

bool
ledger_has_room(const struct ledger *l, const struct batch *b, uint32_t lots)
{
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        const struct ledger_entry *e = &b->at[i];
        struct event_key key = make_event_key(&e->event);
        bool counts =
            e->account == ACCOUNT_reserved ||
            e->account == ACCOUNT_position || e->account == ACCOUNT_due;
        fresh += counts && map_find(l->events_map, &key) == MAP_NONE;
    }
    /* Lines of one new event count once each: early, never late. */
    return (l->refs_count < l->refs_cap ||
            ledger_ref(l, &b->head.ref) != NULL) &&
           (lots == 0 || map_count(l->lots_map) + lots <= l->lots_cap) &&
           (fresh == 0 || map_count(l->events_map) + fresh <= l->events_cap);
}

unsigned
ledger_refs_percent(const struct ledger *l)
{
    return (unsigned)((uint64_t)l->refs_count * 100 / l->refs_cap);
}

void
ledger_digest(const struct ledger *l, struct digest *d)
{
    digest_add(d, l->account, sizeof l->account);
    digest_add(d, l->strategy, sizeof l->strategy);
    digest_add(d, &l->day, sizeof l->day);
    digest_add(d, &l->day_base, sizeof l->day_base);
    digest_add(d, &l->high_water, sizeof l->high_water);
    digest_add(d, l->provisional, sizeof l->provisional);
    for (uint32_t i = 0; i < l->lots_cap; i++) {
        const struct lot *lot = &l->lots[i];
        if (lot->used) {
            uint8_t strategy = (uint8_t)lot->strategy;
            digest_add(d, &i, sizeof i);
            digest_add(d, &lot->token, sizeof lot->token);
            digest_add(d, &strategy, sizeof strategy);
            digest_add(d, lot->event.s, strlen(lot->event.s));
            digest_add(d, &lot->qty, sizeof lot->qty);
            digest_add(d, &lot->cost, sizeof lot->cost);
        }
    }
    for (uint32_t i = 0; i < l->events_cap; i++) {
        if (l->events[i].used) {
            digest_add(d, &i, sizeof i);
            digest_add(d, l->events[i].event.s, strlen(l->events[i].event.s));
            digest_add(d, &l->events[i].sum, sizeof l->events[i].sum);
        }
    }
    digest_add(d, l->refs, l->refs_count * sizeof *l->refs);
}

/* The maps are made again from what they lead to. */
static void
index_lots(struct ledger *l, struct image *i)
{
    for (uint32_t k = 0; k < l->lots_cap; k++) {
        struct lot_key key = make_lot_key(&l->lots[k].token,
                                          l->lots[k].strategy);
        i->bad = i->bad || (l->lots[k].used &&
                            !map_put(l->lots_map, &key, k));
    }
    for (uint32_t k = 0; k < l->events_cap; k++) {
        struct event_key key = make_event_key(&l->events[k].event);
        i->bad = i->bad || (l->events[k].used &&
                            !map_put(l->events_map, &key, k));
    }
    for (uint32_t k = 0; k < l->refs_count; k++) {
        i->bad = i->bad || !map_put(l->refs_map, &l->refs[k].ref, k);
    }
}

void
ledger_image(struct ledger *l, struct image *i)
{
    IMAGE(i, l->account);
    IMAGE(i, l->strategy);
    IMAGE(i, l->day);
    IMAGE(i, l->day_base);
    IMAGE(i, l->high_water);
    IMAGE(i, l->provisional);
    image_bytes(i, l->lots, l->lots_cap * sizeof *l->lots);
    image_count(i, &l->lots_from, l->lots_cap);
    image_bytes(i, l->events, l->events_cap * sizeof *l->events);
    image_count(i, &l->events_from, l->events_cap);
    image_count(i, &l->refs_count, l->refs_cap);
    image_bytes(i, l->refs, l->refs_count * sizeof *l->refs);
    if (i->loads && !i->bad) {
        index_lots(l, i);
    }
}
