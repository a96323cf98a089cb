/* desk_trade - trades, from matched to mined and confirmed, or back
 *
 * A user's order makes one trade for each price it meets (and for each
 * MATCH_GROUP makers there); a user's resting order one for each taker.
 * What was got is bound until it is mined.  The crowd's part of a trade that
 * fails is found even if the crowd has long spent it: it has money to make
 * the shares anew. */
#include "tests/simex/desk.h"

#include "common/digest.h"
#include "common/map.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct desk_trade *
desk_trade_at(const struct desk *d, uint32_t number)
{
    return &d->trades[number % DESK_TRADES_CAP];
}

static bool
is_user(uint32_t who)
{
    return who >= WHO_USER;
}

static bool
maker_buys(const struct match_trade *t)
{
    return t->kind == TRADE_TRANSFER ? !t->buy : t->buy;
}

static uint32_t
maker_token(const struct match_trade *t)
{
    return t->kind == TRADE_TRANSFER ? t->token : 1 - t->token;
}

/* Binds (+1) or frees (-1) what one side of a fill got. */
static void
hold_side(struct accounts *a, const struct match_trade *t, uint32_t who,
          bool buys, uint32_t token, int64_t cash, int sign)
{
    if (!is_user(who))
        return;
    if (buys)
        *accounts_offered(a, who, t->market, token) += sign * t->qty;
    else
        a->purses[who].bound += sign * cash;
}

static void
hold(struct accounts *a, const struct match_trade *t, int sign)
{
    hold_side(a, t, t->taker, t->buy, t->token, t->taker_part - t->fee, sign);
    hold_side(a, t, t->maker, maker_buys(t), maker_token(t), t->maker_part,
              sign);
}

static void
let_go(struct desk *d, struct desk_trade *t)
{
    for (uint32_t i = 0; t->held && i < t->fills_count; i++)
        hold(d->x->accounts, &t->fills[i].t, -1);
    t->held = false;
}

/* The crowd gives back shares it may have sold since. */
static void
provide(struct accounts *a, const struct match_trade *t, uint32_t who,
        bool bought, uint32_t token)
{
    int64_t have = accounts_free_shares(a, who, t->market, token);
    if (bought && !is_user(who) && have < t->qty)
        must(accounts_split(a, who, t->market, t->qty - have));
}

static void
undo(struct desk *d, struct desk_trade *t)
{
    struct accounts *a = d->x->accounts;
    let_go(d, t);
    for (uint32_t i = 0; i < t->fills_count; i++) {
        const struct match_trade *m = &t->fills[i].t;
        provide(a, m, m->taker, m->buy, m->token);
        provide(a, m, m->maker, maker_buys(m), maker_token(m));
        match_undo(d->x->match, m);
    }
    t->undone = true;
}

static enum trade_fate
draw_fate(struct desk *d)
{
    struct desk_faults *f = &d->faults;
    uint32_t *counts[] = { &f->fail, &f->retry, &f->stuck };
    static const enum trade_fate fates[] = { FATE_FAIL, FATE_RETRY,
                                             FATE_STUCK };
    for (uint32_t i = 0; i < 3; i++) {
        if (*counts[i] > 0) {
            --*counts[i];
            return fates[i];
        }
    }
    return FATE_GOOD;
}

static struct desk_party
party_of(const struct desk *d, uint32_t slot)
{
    struct desk_party p = { .order = DESK_NONE };
    if (slot != DESK_NONE) {
        const struct desk_order *o = &d->orders[slot];
        p = (struct desk_party){ slot, o->wallet, o->key, o->id };
    }
    return p;
}

static struct desk_trade *
new_trade(struct desk *d, uint32_t taker, const struct match_trade *m)
{
    uint32_t number = d->next_trade++;
    struct desk_trade *t = desk_trade_at(d, number);
    char text[64];
    uint8_t sum[32];
    /* Still open after so many others: it keeps what it has by now. */
    if (t->used)
        let_go(d, t);
    *t = (struct desk_trade){
        .used = true, .taker = party_of(d, taker), .held = true,
        .group = m->group, .matched_ms = d->x->now_ms,
        .changed_ms = d->x->now_ms, .fate = draw_fate(d),
    };
    t->next_ms = d->x->now_ms + (t->fate == FATE_STUCK ? d->faults.stuck_ms
                                                       : d->terms.mined_ms);
    int n = snprintf(text, sizeof text, "trade:%" PRIu64 ":%u",
                     d->x->terms.seed, number);
    sha256(text, (size_t)n, sum);
    memcpy(t->id.b, sum, sizeof t->id.b);
    t->id.b[6] = (uint8_t)((t->id.b[6] & 15) | 0x40);
    t->id.b[8] = (uint8_t)((t->id.b[8] & 63) | 0x80);
    if (d->first_open + DESK_TRADES_CAP < d->next_trade)
        d->first_open = d->next_trade - DESK_TRADES_CAP;
    return t;
}

static void
note(struct desk *d, uint32_t slot, uint32_t number)
{
    struct desk_order *o = &d->orders[slot];
    if (o->trades_count < ORDER_TRADES)
        o->trades[o->trades_count++] = number;
}

void
desk_traded(struct desk *d, const struct match_trade *m)
{
    uint32_t taker = is_user(m->taker) ? d->taking : DESK_NONE;
    uint32_t maker = is_user(m->maker) ? map_find(d->resting, &m->maker_id)
                                       : MAP_NONE;
    if (taker == DESK_NONE && maker == MAP_NONE)
        return;
    struct desk_trade *t = NULL;
    if (d->next_trade > 0)
        t = desk_trade_at(d, d->next_trade - 1);
    if (!t || t->told || taker == DESK_NONE || t->taker.order != taker ||
        t->group != m->group || t->fills_count == MATCH_GROUP) {
        t = new_trade(d, taker, m);
        if (taker != DESK_NONE)
            note(d, taker, d->next_trade - 1);
    }
    t->fills[t->fills_count++] = (struct desk_fill){
        party_of(d, maker == MAP_NONE ? DESK_NONE : maker), *m
    };
    t->qty += m->qty;
    t->fee += m->fee;
    hold(d->x->accounts, m, 1);
    if (maker != MAP_NONE) {
        d->orders[maker].filled += m->qty;
        d->orders[maker].cost += m->maker_part;
        note(d, maker, d->next_trade - 1);
    }
}

static bool
is_of(const struct desk *d, const struct desk_party *p, uint32_t person)
{
    return p->order != DESK_NONE && d->wallets[p->wallet].person == person;
}

uint32_t
desk_part(const struct desk *d, const struct desk_trade *t, uint32_t person)
{
    if (is_of(d, &t->taker, person))
        return 0;
    for (uint32_t i = 0; i < t->fills_count; i++) {
        if (is_of(d, &t->fills[i].maker, person))
            return 1 + i;
    }
    return DESK_NONE;
}

static void
tell(struct desk *d, uint32_t number)
{
    const struct desk_trade *t = desk_trade_at(d, number);
    for (uint32_t p = 0; p < d->people_count; p++) {
        struct desk_event e = { DESK_TRADE, p, DESK_NONE, number };
        if (d->tell && desk_part(d, t, p) != DESK_NONE)
            d->tell(d->tell_arg, &e);
    }
}

/* A resting order was hit: tells its owner, and ends it when it is done. */
static void
tell_maker(struct desk *d, uint32_t slot)
{
    struct desk_order *o = &d->orders[slot];
    struct desk_event e = { DESK_UPDATE, d->wallets[o->wallet].person, slot,
                            DESK_NONE };
    if (o->state == DESK_LIVE && o->resting &&
        match_left(d->x->match, o->resting) == 0)
        desk_end_matched(d, slot);
    if (d->tell)
        d->tell(d->tell_arg, &e);
}

void
desk_tell_trades(struct desk *d)
{
    uint32_t number = d->next_trade;
    while (number > d->first_open && !desk_trade_at(d, number - 1)->told)
        number--;
    for (; number < d->next_trade; number++) {
        struct desk_trade *t = desk_trade_at(d, number);
        t->told = true;
        tell(d, number);
        for (uint32_t i = 0; i < t->fills_count; i++) {
            if (t->fills[i].maker.order != DESK_NONE)
                tell_maker(d, t->fills[i].maker.order);
        }
    }
}

static void
mine(struct desk *d, struct desk_trade *t)
{
    struct hash h;
    let_go(d, t);
    sha256(t->id.b, sizeof t->id.b, h.b);
    hash_format(&h, t->tx);
    t->state = STEP_MINED;
    t->next_ms = d->x->now_ms + d->terms.confirmed_ms;
}

/* The next state of a trade whose time has come. */
static void
advance(struct desk *d, struct desk_trade *t)
{
    bool bad = t->fate == FATE_FAIL || t->fate == FATE_STUCK;
    t->changed_ms = d->x->now_ms;
    switch (t->state) {
    case STEP_MATCHED:
        if (t->fate == FATE_GOOD) {
            mine(d, t);
        } else {
            t->state = STEP_RETRYING;
            t->next_ms = d->x->now_ms + d->terms.mined_ms;
        }
        break;
    case STEP_RETRYING:
        if (!bad) {
            mine(d, t);
            break;
        }
        if (!t->undone)
            undo(d, t);
        t->state = STEP_FAILED;
        break;
    case STEP_MINED:
        t->state = STEP_CONFIRMED;
        break;
    case STEP_CONFIRMED:
    case STEP_FAILED:
        break;
    }
}

static bool
has_ended(const struct desk_trade *t)
{
    return t->state == STEP_CONFIRMED || t->state == STEP_FAILED;
}

void
desk_settle(struct desk *d)
{
    for (uint32_t n = d->first_open; n < d->next_trade; n++) {
        struct desk_trade *t = desk_trade_at(d, n);
        if (has_ended(t)) {
            d->first_open += n == d->first_open;
            continue;
        }
        if (!t->told || d->x->now_ms < t->next_ms)
            continue;
        advance(d, t);
        tell(d, n);
    }
}

void
desk_settle_event(struct desk *d, uint32_t event)
{
    const struct listing *l = d->x->listing;
    for (uint32_t n = d->first_open; n < d->next_trade; n++) {
        struct desk_trade *t = desk_trade_at(d, n);
        if (has_ended(t) || l->markets[t->fills[0].t.market].event != event)
            continue;
        if (t->fate == FATE_FAIL || t->fate == FATE_STUCK) {
            if (!t->undone)
                undo(d, t);
        } else {
            let_go(d, t);
        }
    }
}

int64_t
desk_pending_cash(const struct desk *d, uint32_t who)
{
    int64_t sum = 0;
    for (uint32_t n = d->first_open; n < d->next_trade; n++) {
        const struct desk_trade *t = desk_trade_at(d, n);
        for (uint32_t i = 0; t->held && i < t->fills_count; i++) {
            const struct match_trade *m = &t->fills[i].t;
            if (m->taker == who && !m->buy)
                sum += m->taker_part - m->fee;
            if (m->maker == who && !maker_buys(m))
                sum += m->maker_part;
        }
    }
    return sum;
}

int64_t
desk_pending_shares(const struct desk *d, uint32_t who, uint32_t market,
                    uint32_t token)
{
    int64_t sum = 0;
    for (uint32_t n = d->first_open; n < d->next_trade; n++) {
        const struct desk_trade *t = desk_trade_at(d, n);
        for (uint32_t i = 0; t->held && i < t->fills_count; i++) {
            const struct match_trade *m = &t->fills[i].t;
            if (m->market != market)
                continue;
            if (m->taker == who && m->buy && m->token == token)
                sum += m->qty;
            if (m->maker == who && maker_buys(m) && maker_token(m) == token)
                sum += m->qty;
        }
    }
    return sum;
}
