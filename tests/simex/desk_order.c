/* desk_order - the life of an order, from its placing to its end
 *
 * What comes here is signed, well formed and within the market's rules; what
 * is left to find out is whether the money is there and what it meets. */
#include "tests/simex/desk.h"

#include "common/digest.h"
#include "common/map.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FOK_KILLED \
    "order couldn't be fully filled. FOK orders are fully filled or killed."
#define FAK_KILLED \
    "no orders found to match with FAK order. FAK orders are partially " \
    "filled or killed if no match is found."

bool
desk_is_live(const struct desk_order *o)
{
    return o->state == DESK_LIVE || o->state == DESK_DELAYED;
}

static void __attribute__((format(printf, 3, 4)))
refuse(struct desk_reply *r, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->error, sizeof r->error, format, args);
    va_end(args);
    r->status = status;
}

static void
tell(struct desk *d, enum desk_what what, uint32_t slot)
{
    const struct desk_order *o = &d->orders[slot];
    struct desk_event e = { .what = what, .order = slot, .trade = DESK_NONE,
                            .person = d->wallets[o->wallet].person };
    if (d->tell)
        d->tell(d->tell_arg, &e);
}

uint32_t
desk_find_order(const struct desk *d, const struct hash *id)
{
    uint32_t slot = map_find(d->ids, id->b);
    return slot == MAP_NONE ? DESK_NONE : slot;
}

static void
forget(struct desk *d, uint32_t slot)
{
    (void)map_remove(d->ids, d->orders[slot].id.b);
    d->orders[slot].used = false;
}

/* A place for one more: that of the oldest, which must have ended. */
static uint32_t
take_slot(struct desk *d)
{
    for (uint32_t tries = 0; tries < DESK_ORDERS_CAP; tries++) {
        uint32_t slot = d->next_order++ % DESK_ORDERS_CAP;
        if (d->orders[slot].used && desk_is_live(&d->orders[slot]))
            continue;
        if (d->orders[slot].used)
            forget(d, slot);
        return slot;
    }
    return DESK_NONE;
}

static void
begin_life(struct desk *d, uint32_t slot, enum desk_state state)
{
    struct desk_order *o = &d->orders[slot];
    must(d->live_count < DESK_LIVE_CAP);
    o->state = state;
    o->live_at = d->live_count;
    d->live[d->live_count++] = slot;
}

static void
end_life(struct desk *d, uint32_t slot, enum desk_state state)
{
    struct desk_order *o = &d->orders[slot];
    must(desk_is_live(o) && d->live[o->live_at] == slot);
    uint32_t last = d->live[--d->live_count];
    d->live[o->live_at] = last;
    d->orders[last].live_at = o->live_at;
    if (o->resting)
        (void)map_remove(d->resting, &o->resting);
    o->resting = 0;
    o->state = state;
}

void
desk_end_matched(struct desk *d, uint32_t slot)
{
    end_life(d, slot, DESK_MATCHED);
}

static struct match_order
as_match(const struct desk *d, const struct desk_order *o)
{
    return (struct match_order){
        .who = d->wallets[o->wallet].who, .market = o->market,
        .token = o->token, .buy = o->buy, .post_only = o->post_only,
        .life = o->life == DESK_FOK ? LIFE_FOK
                : o->life == DESK_FAK ? LIFE_FAK : LIFE_GTC,
        .price = o->price, .qty = o->size, .budget = o->budget,
    };
}

static void
explain(const struct desk *d, const struct desk_order *o,
        enum match_word word, struct desk_reply *r)
{
    char id[HASH_TEXT_CAP], size[MICROS_TEXT_CAP], least[MICROS_TEXT_CAP];
    const struct match_rules *rules = match_rules(d->x->match, o->market);
    int64_t cost = o->budget ? o->budget
                             : (int64_t)((wide)o->price * o->size / MICROS);
    switch (word) {
    case MATCH_LIVE:
    case MATCH_DONE:
        break;
    case MATCH_CLOSED:
        refuse(r, 400, "the market is not yet ready to process new orders");
        break;
    case MATCH_BAD_PRICE:
    case MATCH_BAD_SIZE:
        refuse(r, 400, "Invalid order payload");
        break;
    case MATCH_TOO_SMALL:
        if (o->life <= DESK_GTD && o->size < rules->min_size)
            refuse(r, 400, "order %s is invalid. Size (%s) lower than the "
                   "minimum: %s", hash_format(&o->id, id),
                   micros_format(o->size, size),
                   micros_format(rules->min_size, least));
        else
            refuse(r, 400, "invalid amount for a marketable BUY order ($%s), "
                   "min size: $1", micros_format(cost, size));
        break;
    case MATCH_NO_BALANCE:
        refuse(r, 400, "not enough balance / allowance");
        break;
    case MATCH_CROSSES:
        refuse(r, 400, "invalid post-only order: order crosses book");
        break;
    case MATCH_KILLED:
        refuse(r, 400, "%s", o->life == DESK_FOK ? FOK_KILLED : FAK_KILLED);
        break;
    case MATCH_NO_ROOM:
        refuse(r, 500, "could not insert order");
        break;
    }
}

/* An order meets the book.  It is LIVE by now; its end, if this was it, is
 * told after its trades. */
static struct match_answer
meet(struct desk *d, uint32_t slot)
{
    struct desk_order *o = &d->orders[slot];
    struct match_order m = as_match(d, o);
    must(d->taking == DESK_NONE);
    d->taking = slot;
    struct match_answer a = simex_order(d->x, &m);
    d->taking = DESK_NONE;
    o->filled += a.filled;
    o->cost += a.cost;
    if (a.word == MATCH_LIVE) {
        o->resting = a.id;
        must(map_put(d->resting, &o->resting, slot));
    } else if (a.word == MATCH_DONE || a.filled > 0) {
        end_life(d, slot, a.filled > 0 ? DESK_MATCHED : DESK_CANCELED);
    }
    return a;
}

static void
tell_met(struct desk *d, uint32_t slot)
{
    const struct desk_order *o = &d->orders[slot];
    desk_tell_trades(d);
    if (o->filled > 0)
        tell(d, DESK_UPDATE, slot);
}

/* Would it take something, now? */
static bool
is_marketable(const struct desk *d, const struct desk_ask *a)
{
    int64_t other = a->buy ? simex_ask(d->x, a->market, a->token)
                           : simex_bid(d->x, a->market, a->token);
    if (other == 0)
        return false;
    return a->buy ? other <= a->price : other >= a->price;
}

/* Killed, or refused by the book: nothing of it is there. */
static void
kill(struct desk *d, uint32_t slot, enum match_word word,
     struct desk_reply *r)
{
    struct desk_order *o = &d->orders[slot];
    explain(d, o, word, r);
    if (word == MATCH_KILLED) { /* It is known: not to be sent again. */
        end_life(d, slot, DESK_CANCELED);
        o->reason = o->life == DESK_FOK ? FOK_KILLED : FAK_KILLED;
        tell(d, DESK_CANCELLATION, slot);
        return;
    }
    end_life(d, slot, DESK_INVALID);
    forget(d, slot);
}

static uint32_t
write_order(struct desk *d, const struct desk_ask *a)
{
    uint32_t slot = d->live_count < DESK_LIVE_CAP ? take_slot(d) : DESK_NONE;
    if (slot == DESK_NONE)
        return slot;
    d->orders[slot] = (struct desk_order){
        .used = true, .id = a->id, .key = a->key, .wallet = a->wallet,
        .market = a->market, .token = a->token, .buy = a->buy,
        .post_only = a->post_only, .life = a->life, .price = a->price,
        .size = a->size, .budget = a->budget, .expires_s = a->expires_s,
        .created_ms = d->x->now_ms,
    };
    must(map_put(d->ids, a->id.b, slot));
    return slot;
}

/* Dollars an order to buy may still take. */
static int64_t
takes(int64_t budget, int64_t price, int64_t size)
{
    return budget ? budget : (int64_t)((wide)price * size / MICROS);
}

/* What came on chain is not known to the exchange until it was told to look. */
static bool
is_short(const struct desk *d, const struct desk_ask *a)
{
    uint32_t who = d->wallets[a->wallet].who;
    int64_t cost = takes(a->budget, a->price, a->size);
    int64_t missed = desk_unseen(d, a->wallet,
                                 a->buy ? 0 : 1 + 2 * a->market + a->token);
    return missed > 0 &&
           (a->buy ? accounts_free_cash(d->x->accounts, who) - missed < cost
                   : accounts_free_shares(d->x->accounts, who, a->market,
                                          a->token) - missed < a->size);
}

/* The exchanges may take so much of a wallet, for all its orders together. */
static bool
is_beyond_allowance(const struct desk *d, const struct desk_ask *a)
{
    int64_t sum = takes(a->budget, a->price, a->size);
    if (!a->buy || d->terms.allowance == 0)
        return false;
    for (uint32_t i = 0; i < d->live_count; i++) {
        const struct desk_order *o = &d->orders[d->live[i]];
        if (o->buy && o->wallet == a->wallet)
            sum += takes(o->budget ? o->budget - o->cost : 0, o->price,
                         o->size - o->filled);
    }
    return sum > d->terms.allowance;
}

void
desk_place(struct desk *d, const struct desk_ask *a, struct desk_reply *r)
{
    char id[HASH_TEXT_CAP];
    *r = (struct desk_reply){ .status = 200, .order = DESK_NONE };
    if (desk_find_order(d, &a->id) != DESK_NONE) {
        refuse(r, 400, "order %s is invalid. Duplicated.",
               hash_format(&a->id, id));
        return;
    }
    if (is_short(d, a) || is_beyond_allowance(d, a)) {
        refuse(r, 400, "not enough balance / allowance");
        return;
    }
    uint32_t slot = write_order(d, a);
    if (slot == DESK_NONE) {
        refuse(r, 500, "could not insert order");
        return;
    }
    struct desk_order *o = &d->orders[slot];
    int64_t delay = d->x->listing->markets[a->market].delayed
                        ? d->terms.delay_ms : 0;
    r->order = slot;
    if (a->defer || (delay > 0 && is_marketable(d, a))) {
        begin_life(d, slot, DESK_DELAYED);
        o->due_ms = d->x->now_ms + delay;
        tell(d, DESK_PLACEMENT, slot);
        return;
    }
    begin_life(d, slot, DESK_LIVE);
    struct match_answer m = meet(d, slot);
    if (m.word != MATCH_LIVE && m.word != MATCH_DONE && m.filled == 0) {
        kill(d, slot, m.word, r);
        return;
    }
    enum desk_state state = o->state;
    int64_t filled = o->filled;
    o->state = DESK_LIVE; /* As it was placed, for who hears of it. */
    o->filled = 0;
    tell(d, DESK_PLACEMENT, slot);
    o->state = state;
    o->filled = filled;
    tell_met(d, slot);
}

void
desk_lost(struct desk *d, uint32_t slot, const char *reason)
{
    end_life(d, slot, DESK_CANCELED);
    d->orders[slot].reason = reason;
    tell(d, DESK_CANCELLATION, slot);
}

bool
desk_cancel(struct desk *d, uint32_t slot, const char *reason)
{
    struct desk_order *o = &d->orders[slot];
    if (!o->used || o->state != DESK_LIVE)
        return false;
    struct match_order m = as_match(d, o);
    must(!d->cancelling);
    d->cancelling = true;
    bool rested = simex_cancel(d->x, &m, o->resting);
    d->cancelling = false;
    if (!rested) { /* Somebody took it in this very moment. */
        desk_tell_trades(d);
        return false;
    }
    desk_lost(d, slot, reason);
    return true;
}

void
desk_cancel_all(struct desk *d, uint32_t person, const char *reason)
{
    for (uint32_t i = d->live_count; i-- > 0;) {
        const struct desk_order *o = &d->orders[d->live[i]];
        if (d->wallets[o->wallet].person == person)
            (void)desk_cancel(d, d->live[i], reason);
    }
}

/* The delay is over.  What meets nothing now rests, or is UNMATCHED. */
static void
run_delayed(struct desk *d, uint32_t slot)
{
    struct desk_order *o = &d->orders[slot];
    struct desk_reply r = { .order = slot };
    o->state = DESK_LIVE;
    struct match_answer m = meet(d, slot);
    if (m.word == MATCH_LIVE || m.word == MATCH_DONE || m.filled > 0) {
        tell_met(d, slot);
        if (m.filled == 0)
            tell(d, DESK_UPDATE, slot);
        return;
    }
    explain(d, o, m.word, &r);
    end_life(d, slot, m.word == MATCH_KILLED ? DESK_UNMATCHED
                                             : DESK_INVALID);
    tell(d, DESK_CANCELLATION, slot);
}

void
desk_run(struct desk *d)
{
    int64_t now = d->x->now_ms;
    for (uint32_t i = d->live_count; i-- > 0;) {
        uint32_t slot = d->live[i];
        struct desk_order *o = &d->orders[slot];
        int64_t ends = o->expires_s * 1000 - d->terms.early_ms;
        if (o->state == DESK_DELAYED && now >= o->due_ms)
            run_delayed(d, slot);
        else if (o->state == DESK_LIVE && o->expires_s && now >= ends)
            (void)desk_cancel(d, slot, NULL);
    }
}

bool
desk_shows(const struct desk *d, int64_t happened_ms)
{
    return d->x->now_ms >= d->faults.lag_until ||
           happened_ms < d->faults.lag_from;
}

bool
desk_plant_foreign(struct desk *d, uint32_t person)
{
    uint32_t wallet = 0;
    while (wallet < d->wallets_count && d->wallets[wallet].person != person)
        wallet++;
    uint32_t key = 0;
    while (key < d->keys_count && d->keys[key].person != person)
        key++;
    if (wallet == d->wallets_count || key == d->keys_count)
        return false;
    struct desk_ask a = { .key = key, .wallet = wallet, .buy = true,
                          .size = 5 * MICROS };
    char text[64];
    int n = snprintf(text, sizeof text, "foreign:%" PRIu64 ":%u",
                     d->x->terms.seed, d->next_order);
    sha256(text, (size_t)n, a.id.b);
    for (; a.market < d->x->listing->markets_count; a.market++) {
        struct desk_reply r;
        a.price = match_rules(d->x->match, a.market)->tick;
        if (!simex_is_open(d->x, a.market) || is_marketable(d, &a))
            continue;
        desk_place(d, &a, &r);
        if (r.error[0] == '\0') {
            d->orders[r.order].foreign = true;
            return true;
        }
    }
    return false;
}
