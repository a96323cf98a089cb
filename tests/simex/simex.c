/* simex - the simulated exchange's core: a market place under one seed
 *
 * The deeds (quote, clear, order, ...) wrap the matching engine: they do one
 * thing to the books and tell it.  Tide and plan act only through them, so
 * no change of a book can go untold. */
#include "tests/simex/simex.h"

#include "tests/simex/stage.h"

#include "common/must.h"

#include <stdlib.h>

#define MAKER_CASH (INT64_C(1000000000) * MICROS)
#define MAKER_SETS (INT64_C(1000000) * MICROS) /* In unmirrored markets. */

static void
set_rules(struct simex *x, uint32_t market)
{
    const struct listed_market *lm = &x->listing->markets[market];
    *match_rules(x->match, market) = (struct match_rules){
        .mirrored = lm->mirrored, .open = true, .tick = lm->first_tick,
        .min_size = 5 * MICROS, .fee_ppm = lm->fee_ppm, .fee_exponent = 1,
    };
}

static void
fund(struct simex *x)
{
    for (uint32_t who = 0; who < WHO_USER; who++)
        accounts_deposit(x->accounts, who, MAKER_CASH);
    for (uint32_t i = 0; i < x->listing->markets_count; i++) {
        for (uint32_t who = 0; who < WHO_USER; who++) {
            if (!x->listing->markets[i].mirrored)
                must(accounts_split(x->accounts, who, i, MAKER_SETS));
        }
    }
}

static void
on_gone(void *arg, uint64_t id)
{
    const struct simex *x = arg;
    if (x->ears.gone)
        x->ears.gone(x->ears.arg, id);
}

struct simex *
simex_new(const struct simex_terms *terms)
{
    struct simex *x = calloc(1, sizeof *x);
    must(x != NULL);
    x->terms = *terms;
    x->now_ms = terms->start_ms;
    chance_start(&x->chance, terms->seed);
    x->listing = listing_new(&x->chance, terms->events, terms->start_ms);
    if (terms->delay_pairs)
        listing_delay_pairs(x->listing);
    if (terms->counts_ms > 0)
        listing_count(x->listing, terms->start_ms + terms->counts_ms);
    if (terms->plant_more)
        stage_list(x->listing, terms->start_ms);
    uint32_t markets = x->listing->markets_count;
    x->accounts = accounts_new(WHO_COUNT, markets);
    x->accounts->users = WHO_USER;
    x->match = match_new(x->accounts, markets * 256);
    match_watch(x->match, on_gone, x);
    for (uint32_t i = 0; i < markets; i++)
        set_rules(x, i);
    fund(x);
    tide_new(x);
    plan_new(x);
    for (uint32_t i = 0; i < markets; i++)
        tide_fill(x, i);
    return x;
}

void
simex_destroy(struct simex **x)
{
    if (!*x)
        return;
    plan_clear(*x);
    tide_clear(*x);
    match_destroy(&(*x)->match);
    accounts_destroy(&(*x)->accounts);
    listing_destroy(&(*x)->listing);
    free(*x);
    *x = NULL;
}

void
simex_listen(struct simex *x, news_fn *say, void *arg)
{
    x->say = say;
    x->say_arg = arg;
}

void
simex_start(struct simex *x, int64_t now_ms)
{
    must(x->t0_ms == 0 && now_ms >= x->now_ms);
    x->t0_ms = now_ms;
}

void
simex_tick(struct simex *x, int64_t now_ms)
{
    if (now_ms < x->now_ms)
        return; /* The wall clock was set back: wait for it. */
    tide_run(x, now_ms);
    x->now_ms = now_ms;
    plan_run(x, now_ms);
}

uint32_t
simex_ladders(const struct simex *x, uint32_t market)
{
    return x->listing->markets[market].mirrored ? 1 : 2;
}

bool
simex_is_open(const struct simex *x, uint32_t market)
{
    return match_rules(x->match, market)->open;
}

static void
tell(struct simex *x, struct news *n)
{
    n->now_ms = x->now_ms;
    if (x->say)
        x->say(x->say_arg, n);
}

/* Remembers the best levels, so that the news can say whether they moved. */
static void
watch_top(struct simex *x, uint32_t market)
{
    for (uint32_t l = 0; l < simex_ladders(x, market); l++) {
        x->top[l][BIDS] = match_best(x->match, market, l, BIDS);
        x->top[l][ASKS] = match_best(x->match, market, l, ASKS);
    }
}

static bool
top_moved(const struct simex *x, uint32_t market)
{
    bool moved = false;
    for (uint32_t l = 0; l < simex_ladders(x, market); l++) {
        moved |= x->top[l][BIDS] != match_best(x->match, market, l, BIDS);
        moved |= x->top[l][ASKS] != match_best(x->match, market, l, ASKS);
    }
    return moved;
}

static void
touch(struct simex *x, uint32_t market)
{
    x->listing->markets[market].changed_ms = x->now_ms;
    x->listing->markets[market].version++;
}

static void
tell_level(struct simex *x, uint32_t market, uint32_t ladder,
           enum ladder_side side, uint32_t level)
{
    struct news n = {
        .what = NEWS_LEVEL, .market = market, .ladder = ladder,
        .side = side, .level = level, .top = top_moved(x, market),
        .skip = x->skip, .spoil = x->spoil,
    };
    touch(x, market);
    tell(x, &n);
}

static void
tell_books(struct simex *x, uint32_t market)
{
    struct news n = { .what = NEWS_BOOKS, .market = market,
                      .top = top_moved(x, market) };
    touch(x, market);
    tell(x, &n);
}

bool
simex_quote(struct simex *x, uint32_t who, uint32_t market, uint32_t ladder,
            enum ladder_side side, uint32_t level, int64_t qty)
{
    must(level > 0 && level < GRID);
    struct match_order o = {
        .who = who, .market = market, .token = ladder, .buy = side == BIDS,
        .post_only = true, .life = LIFE_GTC, .qty = qty,
        .price = (int64_t)level * GRID_STEP,
    };
    if (!o.buy && simex_ladders(x, market) == 1 &&
        accounts_free_shares(x->accounts, who, market, 0) < qty) {
        o.token = 1; /* No YES to sell: buy NO at the other price. */
        o.buy = true;
        o.price = MICROS - o.price;
    }
    watch_top(x, market);
    if (match_place(x->match, &o, NULL, NULL).word != MATCH_LIVE)
        return false;
    tell_level(x, market, ladder, side, level);
    return true;
}

bool
simex_clear(struct simex *x, uint32_t market, uint32_t ladder,
            enum ladder_side side, uint32_t level)
{
    watch_top(x, market);
    if (match_cancel_level(x->match, market, ladder, side, level,
                           WHO_USER) == 0)
        return false;
    tell_level(x, market, ladder, side, level);
    return true;
}

void
simex_sweep(struct simex *x, uint32_t market, uint32_t ladder,
            enum ladder_side side, uint32_t level)
{
    (void)simex_clear(x, market, ladder, side, level);
    int64_t left = match_size(x->match, market, ladder, side, level);
    if (left == 0)
        return;
    struct match_order o = {
        .who = WHO_TAKER, .market = market, .token = ladder,
        .buy = side == ASKS, .life = LIFE_FAK,
        .price = (int64_t)level * GRID_STEP,
    };
    if (simex_ladders(x, market) == 1 && !o.buy) {
        o.token = 1; /* The crowd has no YES: it buys NO. */
        o.buy = true;
        o.price = MICROS - o.price;
    }
    /* At least a dollar's worth, in whole hundredths. */
    int64_t dollar = MICROS * INT64_C(1000000) / o.price;
    o.qty = left > dollar ? left : dollar;
    o.qty += MICROS / 100 - o.qty % (MICROS / 100);
    if (!o.buy)
        (void)accounts_split(x->accounts, o.who, market, o.qty);
    (void)simex_order(x, &o);
    must(match_size(x->match, market, ladder, side, level) == 0);
}

static void
on_trade(void *arg, const struct match_trade *t)
{
    struct simex *x = arg;
    struct news n = { .what = NEWS_TRADE, .market = t->market,
                      .token = t->token, .buy = t->buy, .price = t->price,
                      .qty = t->qty };
    x->listing->markets[t->market].last_trade = t->price;
    x->listing->markets[t->market].volume += t->qty;
    tell(x, &n);
    if (x->ears.traded)
        x->ears.traded(x->ears.arg, t);
}

/* Where an order stands, or would. */
static void
tell_place(struct simex *x, const struct match_order *o)
{
    bool mirrored = simex_ladders(x, o->market) == 1;
    bool flip = mirrored && o->token == 1;
    uint32_t at = (uint32_t)(o->price / GRID_STEP);
    tell_level(x, o->market, mirrored ? 0 : o->token,
               o->buy != flip ? BIDS : ASKS, flip ? GRID - at : at);
}

bool
simex_cancel(struct simex *x, const struct match_order *o, uint64_t id)
{
    watch_top(x, o->market);
    if (!match_cancel(x->match, id))
        return false;
    tell_place(x, o);
    return true;
}

struct match_answer
simex_order(struct simex *x, const struct match_order *o)
{
    watch_top(x, o->market);
    struct match_answer a = match_place(x->match, o, on_trade, x);
    if (a.filled > 0) {
        tell_books(x, o->market);
    } else if (a.word == MATCH_LIVE) {
        tell_place(x, o);
    }
    return a;
}

void
simex_change_tick(struct simex *x, uint32_t market, int64_t tick)
{
    struct match_rules *r = match_rules(x->match, market);
    struct news n = { .what = NEWS_TICK, .market = market,
                      .old_tick = r->tick };
    watch_top(x, market);
    r->tick = tick;
    tell(x, &n);
    tell_books(x, market);
}

void
simex_close(struct simex *x, uint32_t event)
{
    struct listed_event *e = &x->listing->events[event];
    must(e->state == LISTED_OPEN);
    e->state = LISTED_CLOSED;
    e->closed_ms = x->now_ms;
    for (uint32_t i = e->first; i < e->first + e->count; i++) {
        watch_top(x, i);
        for (uint32_t l = 0; l < simex_ladders(x, i); l++) {
            for (int s = 0; s < 2; s++) {
                enum ladder_side side = (enum ladder_side)s;
                uint32_t at = match_best(x->match, i, l, side);
                for (; at != NO_LEVEL;
                     at = match_best(x->match, i, l, side))
                    match_cancel_level(x->match, i, l, side, at,
                                       UINT32_MAX);
            }
        }
        match_rules(x->match, i)->open = false;
        tell_books(x, i);
    }
}

void
simex_resolve(struct simex *x, uint32_t event, uint32_t winner)
{
    struct listed_event *e = &x->listing->events[event];
    must(e->state == LISTED_CLOSED);
    must(winner <= e->count || winner == SIMEX_HALF);
    if (x->ears.settle)
        x->ears.settle(x->ears.arg, event);
    e->state = LISTED_RESOLVED;
    for (uint32_t i = 0; i < e->count; i++) {
        struct listed_market *m = &x->listing->markets[e->first + i];
        /* The token that pays. */
        m->winner = winner == SIMEX_HALF ? BOTH_WIN : i == winner ? 0 : 1;
        match_resolve(x->match, e->first + i, m->winner);
        struct news n = { .what = NEWS_RESOLVED, .market = e->first + i };
        tell(x, &n);
    }
}

int64_t
simex_payout(const struct simex *x, uint32_t market, uint32_t token)
{
    uint32_t winner = x->listing->markets[market].winner;
    return winner == BOTH_WIN ? MICROS / 2 : winner == token ? MICROS : 0;
}

void
simex_list(struct simex *x, uint32_t event)
{
    struct listed_event *e = &x->listing->events[event];
    e->hidden = false;
    for (uint32_t i = e->first; i < e->first + e->count; i++) {
        struct news n = { .what = NEWS_LISTED, .market = i };
        touch(x, i);
        tell(x, &n);
    }
}

/* Something small changes where it cannot matter. */
static bool
stir(struct simex *x, uint32_t market)
{
    return tide_deep(x, market, 0, BIDS) || tide_deep(x, market, 0, ASKS);
}

bool
simex_wrong_hash(struct simex *x, uint32_t market)
{
    if (!simex_is_open(x, market))
        return false;
    x->spoil = 1;
    bool done = stir(x, market);
    x->spoil = 0;
    return done;
}

bool
simex_gap(struct simex *x, uint32_t market)
{
    if (!simex_is_open(x, market))
        return false;
    x->skip = 1;
    bool done = tide_deep(x, market, 0, BIDS);
    x->skip = 0;
    /* On the other side: sizes are absolute, so a second change of the same
     * level would mend what was not told. */
    return done && tide_deep(x, market, 0, ASKS);
}

int64_t
simex_bid(const struct simex *x, uint32_t market, uint32_t token)
{
    bool flip = simex_ladders(x, market) == 1 && token == 1;
    uint32_t level = match_best(x->match, market, flip ? 0 : token,
                                flip ? ASKS : BIDS);
    if (level == NO_LEVEL)
        return 0;
    return (int64_t)(flip ? GRID - level : level) * GRID_STEP;
}

int64_t
simex_ask(const struct simex *x, uint32_t market, uint32_t token)
{
    bool flip = simex_ladders(x, market) == 1 && token == 1;
    uint32_t level = match_best(x->match, market, flip ? 0 : token,
                                flip ? BIDS : ASKS);
    if (level == NO_LEVEL)
        return 0;
    return (int64_t)(flip ? GRID - level : level) * GRID_STEP;
}
