/* match - price-time matching, with minting and merging across YES and NO
 *
 * Money never appears or vanishes: of every trade one side's part is rounded
 * against the taker and the other side gets or pays exactly the remainder.
 * With prices on the grid and sizes of two decimals nothing is rounded at
 * all.  What a resting order may still cost is bound in its account. */
#include "tests/simex/match.h"

#include "tests/simex/match_own.h"

#include "common/must.h"
#include "proto/units.h"

#include <stdlib.h>

#define SHARE_STEP_GTC 10000  /* Two decimals of a share. */
#define SHARE_STEP_NOW 100    /* Four, for orders that never rest. */
#define MARKETABLE_MIN MICROS /* The venue's "min size: $1". */

/* What is left to do for an incoming order. */
struct taking {
    const struct match_order *o;
    struct ladder *ladder;
    uint32_t ladder_index, level;
    enum ladder_side side;
    int64_t left, budget;     /* Shares, or dollars of a budget. */
    int64_t bound;            /* Cash bound for what is left. */
    uint32_t group, makers;   /* The trade under way, */
    int64_t group_price, group_qty, group_fee; /* and what it came to. */
    struct match_answer *answer;
};

struct match *
match_new(struct accounts *a, uint32_t orders_cap)
{
    struct match *m = calloc(1, sizeof *m);
    must(m != NULL);
    m->accounts = a;
    m->rules = calloc(a->markets, sizeof *m->rules);
    m->ladders = calloc((size_t)a->markets * 2, sizeof *m->ladders);
    must(m->rules != NULL && m->ladders != NULL);
    for (uint32_t i = 0; i < a->markets * 2; i++)
        ladder_init(&m->ladders[i]);
    pool_init(&m->pool, orders_cap);
    return m;
}

void
match_destroy(struct match **m)
{
    if (!*m)
        return;
    pool_clear(&(*m)->pool);
    free((*m)->rules);
    free((*m)->ladders);
    free(*m);
    *m = NULL;
}

static int64_t
cost_of(int64_t price, int64_t qty, bool up)
{
    wide x = (wide)price * qty;
    return (int64_t)((x + (up ? MICROS - 1 : 0)) / MICROS);
}

/* The fee is largest where the price is nearest to a half.  Each fill may
 * round a micro up, so room for a thousand of them is bound besides. */
static int64_t
fee_most(const struct match_rules *r, int64_t limit, int64_t qty)
{
    int64_t worst = limit < MICROS / 2 ? limit : MICROS / 2;
    return match_fee(r, worst, qty) + 1000;
}

static bool
crosses(enum ladder_side side, uint32_t level, uint32_t best)
{
    if (best == NO_LEVEL)
        return false;
    return side == BIDS ? best <= level : best >= level;
}

static enum ladder_side
other_side(enum ladder_side side)
{
    return side == BIDS ? ASKS : BIDS;
}

static enum match_word
refusal(const struct match *m, const struct match_order *o)
{
    const struct match_rules *r = &m->rules[o->market];
    int64_t step = o->life == LIFE_GTC ? SHARE_STEP_GTC : SHARE_STEP_NOW;
    if (!r->open)
        return MATCH_CLOSED;
    if (o->price < r->tick || o->price > MICROS - r->tick ||
        o->price % r->tick != 0)
        return MATCH_BAD_PRICE;
    if (o->qty <= 0 || o->qty % step != 0 || o->qty > INT64_C(1) << 50)
        return MATCH_BAD_SIZE;
    if (o->life == LIFE_GTC && o->qty < r->min_size)
        return MATCH_TOO_SMALL;
    return MATCH_LIVE;
}

/* What a level is as a price of the order's own token. */
static int64_t
price_at(const struct taking *t, uint32_t level)
{
    bool flip = (t->side == BIDS) != t->o->buy;
    return (int64_t)(flip ? GRID - level : level) * GRID_STEP;
}

/* Whether enough rests within the limit of an order to fill it whole. */
static bool
can_fill(const struct match *m, const struct taking *t)
{
    enum ladder_side other = other_side(t->side);
    uint32_t level = ladder_best(t->ladder, other);
    int64_t shares = 0, dollars = 0;
    while (crosses(t->side, t->level, level)) {
        int64_t size = match_size(m, t->o->market, t->ladder_index, other,
                                  level);
        shares += size;
        dollars += cost_of(price_at(t, level), size, false);
        if (t->o->budget ? dollars >= t->o->budget : shares >= t->o->qty)
            return true;
        level = ladder_worse(t->ladder, other, level);
    }
    return false;
}

/* The most a buy may cost in fees: none when it only rests. */
static int64_t
taker_fees(const struct match *m, const struct taking *t)
{
    const struct match_rules *r = &m->rules[t->o->market];
    uint32_t best = ladder_best(t->ladder, other_side(t->side));
    if (!crosses(t->side, t->level, best))
        return 0;
    if (t->o->budget == 0)
        return fee_most(r, t->o->price, t->o->qty);
    wide rest = (wide)t->o->budget * (MICROS - price_at(t, best)) / MICROS;
    return (int64_t)(rest * r->fee_ppm / MICROS) + 1000;
}

static bool
bind_taker(struct match *m, struct taking *t)
{
    const struct match_order *o = t->o;
    struct accounts *a = m->accounts;
    if (!o->buy) {
        if (accounts_free_shares(a, o->who, o->market, o->token) < o->qty)
            return false;
        *accounts_offered(a, o->who, o->market, o->token) += o->qty;
        return true;
    }
    t->bound = (o->budget ? o->budget : cost_of(o->price, o->qty, true)) +
               taker_fees(m, t);
    if (accounts_free_cash(a, o->who) < t->bound)
        return false;
    a->purses[o->who].bound += t->bound;
    return true;
}

/* Pays or is paid `part` for qty of the order's own token. */
static void
settle_side(struct accounts *a, const struct match_trade *t, uint32_t who,
            uint32_t token, bool buy, int64_t part)
{
    int64_t *shares = accounts_shares(a, who, t->market, token);
    if (buy) {
        a->purses[who].cash -= part;
        *shares += t->qty;
    } else {
        a->purses[who].cash += part;
        *shares -= t->qty;
    }
}

/* How much of a resting order is taken: 0 when the budget buys no more. */
static int64_t
part_of(const struct taking *t, const struct resting *r, int64_t price)
{
    int64_t qty = t->left < r->left ? t->left : r->left;
    if (t->o->budget == 0)
        return qty;
    qty = (int64_t)((wide)t->budget * MICROS / price);
    return qty < r->left ? qty : r->left;
}

/* The fee of one more fill, so that those of a trade sum to its own. */
static int64_t
fee_of(const struct match *m, struct taking *t, int64_t price, int64_t qty)
{
    if (t->group_price != price || t->makers == MATCH_GROUP) {
        t->group++;
        t->makers = 0;
        t->group_price = price;
        t->group_qty = t->group_fee = 0;
    }
    t->makers++;
    t->group_qty += qty;
    int64_t fee = match_fee(&m->rules[t->o->market], price, t->group_qty) -
                  t->group_fee;
    t->group_fee += fee;
    return fee;
}

/* Moves shares and money of a trade; what was bound for it is the caller's. */
static void
move(struct accounts *a, const struct match_trade *t, bool maker_buys,
     uint32_t maker_token)
{
    settle_side(a, t, t->maker, maker_token, maker_buys, t->maker_part);
    settle_side(a, t, t->taker, t->token, t->buy, t->taker_part);
    if (t->kind != TRADE_TRANSFER)
        a->sets[t->market] += t->buy ? t->qty : -t->qty;
    a->purses[t->taker].cash -= t->fee;
    a->fees += t->fee;
}

/* False when the budget is spent. */
static bool
trade_with(struct match *m, struct taking *t, uint32_t order, match_fn *f,
           void *arg)
{
    struct accounts *a = m->accounts;
    const struct match_order *o = t->o;
    struct resting *r = &m->pool.orders[order];
    bool same = r->token == o->token;
    int64_t price = same ? r->price : MICROS - r->price;
    int64_t qty = part_of(t, r, price);
    if (qty == 0)
        return false;
    struct match_trade tr = {
        .market = o->market, .token = o->token, .buy = o->buy,
        .kind = same ? TRADE_TRANSFER : o->buy ? TRADE_MINT : TRADE_MERGE,
        .taker = o->who, .maker = r->who, .qty = qty, .price = price,
        .maker_id = pool_id(&m->pool, order),
    };
    tr.fee = fee_of(m, t, price, qty);
    tr.group = t->group;
    tr.taker_part = cost_of(price, qty, o->buy);
    tr.maker_part = same ? tr.taker_part : qty - tr.taker_part;

    if (r->buy) /* What is bound follows what is left. */
        a->purses[r->who].bound -= cost_of(r->price, r->left, true) -
                                   cost_of(r->price, r->left - qty, true);
    else
        *accounts_offered(a, r->who, o->market, r->token) -= qty;
    if (!o->buy)
        *accounts_offered(a, o->who, o->market, o->token) -= qty;
    move(a, &tr, r->buy, r->token);
    if (qty == r->left)
        ladder_remove(t->ladder, &m->pool, order);
    else
        ladder_reduce(t->ladder, &m->pool, order, qty);
    t->left -= qty;
    t->budget -= tr.taker_part;
    t->answer->filled += qty;
    t->answer->cost += tr.taker_part;
    t->answer->fee += tr.fee;
    if (o->buy) { /* Unbind what was just spent, so it is never bound twice. */
        t->bound -= tr.taker_part + tr.fee;
        a->purses[o->who].bound -= tr.taker_part + tr.fee;
    }
    if (f)
        f(arg, &tr);
    return true;
}

/* Leaves the rest on the ladder, or lets go of what was bound for it. */
static void
rest_or_drop(struct match *m, struct taking *t)
{
    const struct match_order *o = t->o;
    struct accounts *a = m->accounts;
    uint32_t order = NO_ORDER;
    if (t->left > 0 && o->life == LIFE_GTC) {
        struct resting r = {
            .who = o->who, .market = o->market, .token = o->token,
            .ladder = t->ladder_index, .level = t->level, .side = t->side,
            .buy = o->buy, .price = o->price, .left = t->left,
        };
        order = ladder_add(t->ladder, &m->pool, &r);
        if (order == NO_ORDER)
            t->answer->word = MATCH_NO_ROOM;
    }
    int64_t keep = order == NO_ORDER ? 0 : t->left;
    if (o->buy)
        a->purses[o->who].bound -= t->bound - cost_of(o->price, keep, true);
    else
        *accounts_offered(a, o->who, o->market, o->token) -= t->left - keep;
    if (order != NO_ORDER) {
        t->answer->word = MATCH_LIVE;
        t->answer->id = pool_id(&m->pool, order);
    }
}

struct match_answer
match_place(struct match *m, const struct match_order *o, match_fn *f,
            void *arg)
{
    must(o->who < m->accounts->count && o->market < m->accounts->markets);
    must(o->token < 2);
    must(o->budget == 0 || (o->buy && o->life != LIFE_GTC));
    struct match_answer answer = { .word = refusal(m, o) };
    if (answer.word != MATCH_LIVE)
        return answer;
    bool flip = m->rules[o->market].mirrored && o->token == 1;
    uint32_t at = (uint32_t)(o->price / GRID_STEP);
    struct taking t = {
        .o = o, .left = o->qty, .budget = o->budget, .answer = &answer,
        .ladder_index = m->rules[o->market].mirrored ? 0 : o->token,
        .level = flip ? GRID - at : at,
        .side = o->buy != flip ? BIDS : ASKS,
    };
    t.ladder = match_ladder(m, o->market, t.ladder_index);
    enum ladder_side other = other_side(t.side);
    bool takes = crosses(t.side, t.level, ladder_best(t.ladder, other));
    answer.word = MATCH_DONE;
    if (takes && o->post_only)
        answer.word = MATCH_CROSSES;
    else if (!takes && o->life != LIFE_GTC)
        answer.word = MATCH_KILLED;
    else if (o->life == LIFE_FOK && !can_fill(m, &t))
        answer.word = MATCH_KILLED;
    else if ((takes || o->life != LIFE_GTC) && o->buy &&
             (o->budget ? o->budget : cost_of(o->price, o->qty, false)) <
                 MARKETABLE_MIN)
        answer.word = MATCH_TOO_SMALL;
    else if (!bind_taker(m, &t))
        answer.word = MATCH_NO_BALANCE;
    if (answer.word != MATCH_DONE)
        return answer;
    while (o->budget ? t.budget > 0 : t.left > 0) {
        uint32_t best = ladder_best(t.ladder, other);
        if (!crosses(t.side, t.level, best) ||
            !trade_with(m, &t, t.ladder->at[other][best].head, f, arg))
            break;
    }
    rest_or_drop(m, &t);
    return answer;
}

static void
cancel_order(struct match *m, uint32_t order)
{
    struct resting *r = &m->pool.orders[order];
    struct accounts *a = m->accounts;
    uint64_t id = pool_id(&m->pool, order);
    if (r->buy)
        a->purses[r->who].bound -= cost_of(r->price, r->left, true);
    else
        *accounts_offered(a, r->who, r->market, r->token) -= r->left;
    ladder_remove(match_ladder(m, r->market, r->ladder), &m->pool, order);
    if (m->gone)
        m->gone(m->gone_arg, id);
}

bool
match_cancel(struct match *m, uint64_t id)
{
    uint32_t order = pool_find(&m->pool, id);
    if (order == NO_ORDER)
        return false;
    cancel_order(m, order);
    return true;
}

uint32_t
match_cancel_level(struct match *m, uint32_t market, uint32_t ladder,
                   enum ladder_side side, uint32_t level, uint32_t below)
{
    must(level > 0 && level < GRID);
    struct ladder *l = match_ladder(m, market, ladder);
    uint32_t count = 0, next;
    for (uint32_t i = l->at[side][level].head; i != NO_ORDER; i = next) {
        next = m->pool.orders[i].next;
        if (m->pool.orders[i].who >= below)
            continue;
        cancel_order(m, i);
        count++;
    }
    return count;
}

void
match_undo(struct match *m, const struct match_trade *t)
{
    struct match_trade back = *t;
    bool same = t->kind == TRADE_TRANSFER;
    back.qty = -t->qty;
    back.fee = -t->fee;
    back.taker_part = -t->taker_part;
    back.maker_part = -t->maker_part;
    move(m->accounts, &back, same ? !t->buy : t->buy,
         same ? t->token : 1 - t->token);
}

void
match_resolve(struct match *m, uint32_t market, uint32_t winner)
{
    uint32_t ladders = match_rules(m, market)->mirrored ? 1 : 2;
    for (uint32_t ladder = 0; ladder < ladders; ladder++) {
        for (int side = 0; side < 2; side++) {
            struct ladder *l = match_ladder(m, market, ladder);
            enum ladder_side s = (enum ladder_side)side;
            for (uint32_t best; (best = ladder_best(l, s)) != NO_LEVEL;)
                match_cancel_level(m, market, ladder, s, best, UINT32_MAX);
        }
    }
    m->rules[market].open = false;
    accounts_resolve(m->accounts, market, winner);
}
