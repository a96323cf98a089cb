/* conversion - strategy C: NO of some outcomes becomes YES of all others */

/* In a neg-risk event at most one outcome is YES, so NO of k outcomes is worth
 * k - 1 dollars and a YES of each other outcome, and the venue converts the
 * one into the other.  k = 0 is a dollar split into a YES and a NO whose NO is
 * converted: a YES of every outcome.  So a set of one share of each outcome
 * earns, whatever is chosen,
 *
 *     sum over outcomes of what that one brings, less 1 dollar,
 *
 * where an outcome brings 1 - (NO ask) when its NO is bought, the YES bid when
 * the YES it turns into is sold, and nothing when that is kept: a YES that
 * nobody bids for is worth nothing here, named or not.
 *
 * Which outcomes' NO to buy is exact, over depth: for a given number of sets
 * the sum is best when each outcome does the best it can by itself, so 2^n
 * sets need no looking at.  But the number is not given, and the best choice
 * changes with it.  What an outcome brings is its better book, added up; where
 * no book runs out of a level, both grow in straight lines, so the better of
 * them, and the sum over outcomes, is convex there: over such a stretch it is
 * largest at an end.  So the best choice at the best number of sets is the
 * best choice at some end of a stretch, and all of them are looked at, as long
 * as the prices clear.  (A hill-climb would stop before the second hill: a sum
 * of maxima has several.)  Each choice found is then sized like any other
 * basket, lots, minimum and capital included, and the best one is taken.
 *
 * Where both ways bring the same, as in every market whose two books are one,
 * NO is bought: NO of all outcomes becomes collateral at once, and nothing has
 * to be sold afterwards.  What is sold stands naked until the conversion is
 * done: `exposed` says how long, at_risk how much is lost then at most. */

#include "scanner/strategy.h"

#include "common/must.h"

#include <string.h>

enum { BUY_NO, SELL_YES, BOOKS, REMEMBERED = 64 };

/* What a book would bring, for all sets walked so far. */
struct way {
    const struct levels *side;
    bool buys;
    uint32_t at;
    int64_t inside;      /* Sets taken of that level. */
    int64_t whole;       /* Brought by the levels above. */
    struct fee_schedule fees;
};

struct walker {
    uint32_t count;
    int64_t low, most;
    struct way ways[legs_cap][BOOKS];
};

/* A bit for each outcome; neither: it is kept. */
struct choice {
    uint32_t bought, sold;
};

static bool
has_level(const struct way *w)
{
    return w->at < w->side->count;
}

/* What a share brings at the level a book is at; 0 where there is none. */
static int64_t
price_of(const struct way *w)
{
    int64_t p;

    if (!has_level(w))
        return 0;
    p = w->side->at[w->at].price.micros;
    return w->buys ? MICROS - p : p;
}

/* What so many shares of a level bring, net of the fee and against us. */
static int64_t
part_of(const struct way *w, int64_t sets)
{
    const struct level *l = &w->side->at[w->at];
    wide cost = (wide)l->price.micros * sets;
    struct money fee;

    must(fee_up(&w->fees, l->price, (struct qty){ sets }, &fee));
    return w->buys ? sets - (int64_t)((cost + MICROS - 1) / MICROS) -
                         fee.micros
                   : (int64_t)(cost / MICROS) - fee.micros;
}

/* All of them, up to low. */
static int64_t
brings(const struct way *w)
{
    return w->whole + (w->inside > 0 ? part_of(w, w->inside) : 0);
}

/* What one more set would bring at most. */
static int64_t
best_price(const struct walker *k)
{
    int64_t sum = -MICROS;

    for (uint32_t i = 0; i < k->count; i++) {
        int64_t buy = price_of(&k->ways[i][BUY_NO]);
        int64_t sell = price_of(&k->ways[i][SELL_YES]);

        sum += buy > sell ? buy : sell;
    }
    return sum;
}

static int64_t
stretch(const struct walker *k)
{
    int64_t step = k->most - k->low;

    for (uint32_t i = 0; i < k->count; i++)
        for (uint32_t b = 0; b < BOOKS; b++) {
            const struct way *w = &k->ways[i][b];
            int64_t left;

            if (!has_level(w))
                continue;
            left = w->side->at[w->at].size.micros - w->inside;
            if (left < step)
                step = left;
        }
    return step;
}

/* The better way of each outcome for all sets so far; a book that had not so
 * many is none, at its very end it still is. */
static struct choice
choose(const struct walker *k)
{
    struct choice c = { 0, 0 };

    for (uint32_t i = 0; i < k->count; i++) {
        const struct way *buy = &k->ways[i][BUY_NO];
        const struct way *sell = &k->ways[i][SELL_YES];
        int64_t bought = has_level(buy) ? brings(buy) : INT64_MIN;
        int64_t sold = has_level(sell) ? brings(sell) : 0;

        if (bought >= sold && bought >= 0)
            c.bought |= UINT32_C(1) << i;
        else if (sold > 0)
            c.sold |= UINT32_C(1) << i;
    }
    return c;
}

static void
step_on(struct walker *k, int64_t step)
{
    k->low += step;
    for (uint32_t i = 0; i < k->count; i++)
        for (uint32_t b = 0; b < BOOKS; b++)
            if (has_level(&k->ways[i][b]))
                k->ways[i][b].inside += step;
}

/* Books whose level is used up go on to the next. */
static void
turn_over(struct walker *k)
{
    for (uint32_t i = 0; i < k->count; i++)
        for (uint32_t b = 0; b < BOOKS; b++) {
            struct way *w = &k->ways[i][b];

            if (!has_level(w) ||
                w->inside < w->side->at[w->at].size.micros)
                continue;
            w->whole += part_of(w, w->inside);
            w->inside = 0;
            w->at++;
        }
}

static const struct universe_market *
market_at(const struct sight *s, const struct universe_event *e, uint32_t i)
{
    return universe_market(s->universe, e->markets[i]);
}

static struct way
way_of(const struct sight *s, const struct universe_market *m, bool buys)
{
    return (struct way){
        .side = buys ? &s->books[m->no].asks : &s->books[m->yes].bids,
        .buys = buys,
        .fees = fee_of(&m->m),
    };
}

/* Both books of every market must be good, and be one where they are one: a
 * stale one is the commonest reason why such a thing seems to be there. */
static enum reason
check_books(const struct sight *s, const struct universe_event *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        const struct universe_market *m = market_at(s, e, i);
        const struct book *yes = &s->books[m->yes], *no = &s->books[m->no];

        if (!yes->usable || !no->usable)
            return REASON_BOOK_UNUSABLE;
        if (book_is_crossed(yes) || book_is_crossed(no))
            return REASON_BOOK_CROSSED;
        if (m->m.mirrored && !book_is_mirror(yes, no))
            return REASON_MIRROR_BROKEN;
    }
    return REASON_none;
}

static uint32_t
legs_of(const struct sight *s, const struct universe_event *e,
        const struct choice *c, struct basket_leg *legs)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < e->count; i++) {
        const struct universe_market *m = market_at(s, e, i);

        if ((c->bought >> i & 1) != 0)
            legs[count++] = strategy_leg(s, m, m->no, SIDE_buy);
    }
    for (uint32_t i = 0; i < e->count; i++) {
        const struct universe_market *m = market_at(s, e, i);

        if ((c->sold >> i & 1) != 0)
            legs[count++] = strategy_leg(s, m, m->yes, SIDE_sell);
    }
    return count;
}

/* Which way, and what is lost where nothing can be sold: all that was spent,
 * less the dollars of the conversion. */
static void
tell(const struct sight *s, const struct choice *c, struct basket *b)
{
    int64_t back = (int64_t)__builtin_popcount(c->bought) - 1;
    int64_t lost = b->cost.micros + b->fees.micros;

    b->outlook.conversion = c->bought == 0 ? CONVERSION_mint
                            : c->sold == 0 ? CONVERSION_all
                                           : CONVERSION_some;
    b->outlook.exposed = s->conf->c_time;
    if (back > 0)
        lost -= back * b->sets.micros;
    if (c->sold != 0 && lost > 0)
        b->outlook.at_risk.micros = lost;
}

static enum reason
glance(const struct sight *s, uint32_t place, uint32_t way)
{
    const struct universe_event *e = universe_event(s->universe, place);
    int64_t sum = -MICROS;

    (void)way;
    for (uint32_t i = 0; i < e->count; i++) {
        const struct top *yes = &s->tops[2 * e->markets[i]], *no = yes + 1;
        int64_t buy = no->ask > 0 ? MICROS - no->ask : 0;

        sum += buy > yes->bid ? buy : yes->bid;
    }
    return sum < s->conf->gross_min.ppm ? REASON_BELOW_GROSS : REASON_none;
}

/* The best basket so far; the reason of the last choice when none earns
 * anything. */
struct best {
    const struct sight *s;
    const struct universe_event *e;
    struct basket_terms terms;
    struct choice seen[REMEMBERED];
    uint32_t choices;
    enum reason why;
    struct basket *out;
};

static bool
was_seen(const struct best *b, const struct choice *c)
{
    for (uint32_t i = 0; i < REMEMBERED && i < b->choices; i++)
        if (b->seen[i].bought == c->bought && b->seen[i].sold == c->sold)
            return true;
    return false;
}

static void
size_choice(struct best *b, const struct choice *c)
{
    struct basket_leg legs[legs_cap];
    struct basket got;
    enum reason why;

    if ((c->bought | c->sold) == 0 || was_seen(b, c))
        return;
    b->seen[b->choices++ % REMEMBERED] = *c;
    why = basket_size(legs, legs_of(b->s, b->e, c, legs), &b->terms,
                      b->s->wall, &got);
    if (why != REASON_none) {
        b->why = why;
    } else if (b->out->legs.count == 0 ||
               got.profit.micros > b->out->profit.micros) {
        tell(b->s, c, &got);
        *b->out = got;
    }
}

/* Every choice that is best at some number of sets, as long as the prices
 * clear: as many as the books have levels, at most.  One that was sized a
 * while ago may be sized again, which changes nothing. */
static void
walk_choices(struct walker *k, int64_t least, struct best *b)
{
    while (k->low < k->most && best_price(k) >= least) {
        struct choice c;

        step_on(k, stretch(k));
        c = choose(k);
        size_choice(b, &c);
        turn_over(k);
    }
}

static enum reason
look(const struct sight *s, uint32_t place, uint32_t way, struct basket *out)
{
    const struct universe_event *e = universe_event(s->universe, place);
    struct best b = { .s = s, .e = e, .why = REASON_BELOW_SHARES, .out = out,
                      .terms = terms_of_conversion(s->conf, s->cash_rate) };
    struct walker k = { .count = e->count };
    enum reason why = check_books(s, e);

    (void)way;
    if (why != REASON_none)
        return why;
    k.most = s->conf->sets_max.micros;
    for (uint32_t i = 0; i < e->count; i++) {
        k.ways[i][BUY_NO] = way_of(s, market_at(s, e, i), true);
        k.ways[i][SELL_YES] = way_of(s, market_at(s, e, i), false);
    }
    out->legs.count = 0;
    walk_choices(&k, s->conf->gross_min.ppm, &b);
    return out->legs.count > 0 ? REASON_none : b.why;
}

const struct strategy_slot strategy_conversion = {
    .id = STRATEGY_C,
    .scope = SCOPE_EVENT,
    .ways = 1,
    .gate = neg_risk_gate,
    .glance = glance,
    .look = look,
};
