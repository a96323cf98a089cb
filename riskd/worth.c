/* worth - what the shares of a ledger would bring, as the books stand */
/*
 * Shares of all strategies lie together here: a pair is a pair, whoever
 * bought its halves.  Sets are taken off first, dearest kind first, and what
 * is left is marked one by one.  Everything rounds against us.
 */
#include "riskd/worth.h"

#include <stdlib.h>
#include <string.h>

#include "common/must.h"
#include "common/shape.h"

#define YEAR_MS (365LL * 24 * 60 * 60 * 1000)
#define LOCK_MOST_MS (100 * YEAR_MS)

struct pile {
    int64_t qty, cost, left; /* left: not in a set yet. */
    int64_t alone;           /* Of qty: for no set that is known here. */
};

struct worth_desk {
    uint32_t cap;            /* Tokens. */
    struct pile *piles;      /* By token index. */
    uint32_t *touched;
    uint32_t count;
    uint64_t *looked;        /* By event: the round it was looked at in. */
    uint64_t round;
};

struct worth_desk *
worth_desk_new(uint32_t markets_cap)
{
    struct worth_desk *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->cap = 2 * markets_cap;
    w->piles = calloc(w->cap, sizeof *w->piles);
    w->touched = calloc(w->cap, sizeof *w->touched);
    w->looked = calloc(markets_cap, sizeof *w->looked);
    must(w->piles != NULL && w->touched != NULL && w->looked != NULL);
    return w;
}

void
worth_desk_destroy(struct worth_desk **w)
{
    if (*w == NULL) {
        return;
    }
    free((*w)->piles);
    free((*w)->touched);
    free((*w)->looked);
    free(*w);
    *w = NULL;
}

struct money
worth_lock_cost(struct money amount, struct ppm cash_rate, struct ms lock)
{
    int64_t ms = lock.ms > LOCK_MOST_MS ? LOCK_MOST_MS : lock.ms;
    int64_t year;
    if (amount.micros <= 0 || ms <= 0 || cash_rate.ppm <= 0) {
        return (struct money){ 0 };
    }
    if (!muldiv_up(amount.micros, cash_rate.ppm, MICROS, &year)) {
        return amount;
    }
    return muldiv_up(year, ms, YEAR_MS, &year) ? (struct money){ year }
                                               : amount;
}

static int64_t
until(const struct market *m, struct nanos wall)
{
    if (m->ends.ns <= 0) {
        return YEAR_MS;
    }
    wide left = (wide)m->ends.ns - wall.ns;
    return left <= 0 ? 0 : (int64_t)((left + 999999) / 1000000);
}

struct ms
worth_lock(const struct universe *u, const struct hash *token,
           struct nanos wall)
{
    uint32_t i = universe_token(u, token);
    if (i == MAP_NONE) {
        return (struct ms){ YEAR_MS };
    }
    return (struct ms){ until(&universe_market(u, i / 2)->m, wall) };
}

/* Everything the work in hand needs. */
struct work {
    struct worth_desk *w;
    const struct universe *u;
    const struct worth_terms *terms;
    struct nanos wall;
    struct worth *out;
};

/* A bond or a tail is one token; which markets are tied only the scanner
 * knows, and the executor bounds what of those is naked. */
static bool
stands_alone(enum strategy s)
{
    return !shape_is_set(s) || !shape_has_one_event(s);
}

static void
gather(struct work *k, const struct ledger *l)
{
    struct worth_desk *w = k->w;
    uint32_t cap;
    const struct lot *lots = ledger_lots(l, &cap);
    for (uint32_t i = 0; i < cap; i++) {
        const struct lot *lot = &lots[i];
        uint32_t t = lot->used ? universe_token(k->u, &lot->token) : MAP_NONE;
        if (!lot->used) {
            continue;
        }
        if (t == MAP_NONE || t >= w->cap || lot->qty.micros == 0) {
            k->out->positions += lot->cost.micros;
            k->out->missing++;
            continue;
        }
        struct pile *p = &w->piles[t];
        if (p->qty == 0) {
            w->touched[w->count++] = t;
        }
        p->qty += lot->qty.micros;
        p->alone += stands_alone(lot->strategy) ? lot->qty.micros : 0;
        p->cost += lot->cost.micros;
        p->left += lot->qty.micros;
    }
}

/* So many sets pay dollars each, after lock. */
static void
add_sets(struct work *k, int64_t sets, int64_t dollars, int64_t lock_ms)
{
    int64_t value = sets * dollars;
    int64_t cost = worth_lock_cost((struct money){ value },
                                   k->terms->cash_rate,
                                   (struct ms){ lock_ms }).micros;
    k->out->positions += value - cost;
    k->out->lock += cost;
}

static int64_t
share_of_cost(const struct pile *p, int64_t shares)
{
    int64_t cost;
    must(muldiv_down(p->cost, shares, p->qty, &cost));
    return cost;
}

/* Resolved, or said to be. */
static void
take_resolved(struct work *k, const bool *disputed, uint32_t t)
{
    const struct universe_market *m = universe_market(k->u, t / 2);
    struct pile *p = &k->w->piles[t];
    int64_t pays = t % 2 == 0 ? m->payout_yes.micros
                              : MICROS - m->payout_yes.micros;
    if (!m->resolved && !disputed[t / 2]) {
        return;
    }
    int64_t value;
    must(muldiv_down(p->left, pays, MICROS, &value));
    k->out->positions += m->resolved || value < p->cost ? value : p->cost;
    p->left = 0;
}

static void
take_pair(struct work *k, uint32_t market)
{
    struct pile *yes = &k->w->piles[2 * market];
    struct pile *no = &k->w->piles[2 * market + 1];
    int64_t n = yes->left < no->left ? yes->left : no->left;
    if (n > 0) {
        yes->left -= n;
        no->left -= n;
        add_sets(k, n, 1, k->terms->merge_time.ms);
    }
}

static bool
is_exhaustive(const struct work *k, const struct universe_event *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        const struct market *m = &universe_market(k->u, e->markets[i])->m;
        if (!m->neg_risk || m->augmented || m->event_size != e->count) {
            return false;
        }
    }
    return e->count > 0;
}

static void
take_all_yes(struct work *k, const struct universe_event *e)
{
    int64_t n = INT64_MAX, lock = 0;
    if (!is_exhaustive(k, e)) {
        return;
    }
    for (uint32_t i = 0; i < e->count; i++) {
        int64_t left = k->w->piles[2 * e->markets[i]].left;
        int64_t ms = until(&universe_market(k->u, e->markets[i])->m, k->wall);
        n = left < n ? left : n;
        lock = ms > lock ? ms : lock;
    }
    for (uint32_t i = 0; i < e->count && n > 0; i++) {
        k->w->piles[2 * e->markets[i]].left -= n;
    }
    if (n > 0) {
        add_sets(k, n, 1, lock);
    }
}

/* NO of k markets pays k - 1 at least, when at most one ends YES.  Each pass
 * uses up one market's. */
static void
take_no_sets(struct work *k, const struct universe_event *e)
{
    for (uint32_t pass = 0; pass < e->count; pass++) {
        int64_t n = INT64_MAX, many = 0, lock = 0;
        for (uint32_t i = 0; i < e->count; i++) {
            const struct market *m = &universe_market(k->u, e->markets[i])->m;
            int64_t left = k->w->piles[2 * e->markets[i] + 1].left;
            if (left > 0 && m->neg_risk) {
                int64_t ms = until(m, k->wall);
                n = left < n ? left : n;
                lock = ms > lock ? ms : lock;
                many++;
            }
        }
        if (many < 2) {
            return;
        }
        for (uint32_t i = 0; i < e->count; i++) {
            const struct market *m = &universe_market(k->u, e->markets[i])->m;
            struct pile *p = &k->w->piles[2 * e->markets[i] + 1];
            p->left -= p->left > 0 && m->neg_risk ? n : 0;
        }
        add_sets(k, n, many - 1, lock);
    }
}

static void
take_rest(struct work *k, const struct quote *quotes, uint32_t t)
{
    const struct pile *p = &k->w->piles[t];
    int64_t value;
    if (p->left == 0) {
        return;
    }
    if (p->left > p->alone) {
        k->out->naked += share_of_cost(p, p->left - p->alone);
    }
    if (!quotes[t].known) {
        k->out->positions += share_of_cost(p, p->left);
        k->out->missing++;
        return;
    }
    must(muldiv_down(p->left, quotes[t].bid.micros, MICROS, &value));
    k->out->positions += value;
}

void
worth_of(struct worth_desk *w, const struct universe *u,
         const struct quote *quotes, const bool *disputed,
         const struct ledger *l, const struct worth_terms *terms,
         struct nanos wall, struct worth *out)
{
    struct work k = { w, u, terms, wall, out };
    *out = (struct worth){ .positions = 0 };
    w->round++;
    gather(&k, l);
    for (uint32_t i = 0; i < w->count; i++) {
        take_resolved(&k, disputed, w->touched[i]);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        take_pair(&k, w->touched[i] / 2);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t e = universe_market(u, w->touched[i] / 2)->event;
        if (w->looked[e] != w->round) {
            w->looked[e] = w->round;
            take_all_yes(&k, universe_event(u, e));
            take_no_sets(&k, universe_event(u, e));
        }
    }
    for (uint32_t i = 0; i < w->count; i++) {
        take_rest(&k, quotes, w->touched[i]);
        memset(&w->piles[w->touched[i]], 0, sizeof w->piles[0]);
    }
    w->count = 0;
}
