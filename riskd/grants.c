/* grants - what was promised, leg by leg, and what of it is left */
/*
 * The ledger knows how much is reserved; this table knows for what.  Both
 * are moved by the same lines, at once and at every start, so they cannot
 * disagree.  A token stands in a grant once, so (auth, token) names the leg;
 * lines without a token are about the patch allowance.
 */
#include "riskd/grants.h"

#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/map.h"
#include "common/must.h"
#include "common/shape.h"
#include "riskd/image.h"

struct key {
    uint8_t b[sizeof(struct uuid) + 1 + sizeof(uint64_t)];
};

/* What a search needs of a promise, side by side. */
struct brief {
    uint64_t serial;
    struct uuid group;
    bool open;
    uint32_t pending;   /* Of all legs. */
};

struct grants {
    struct promise *at;
    struct brief *brief;
    uint32_t cap, open_cap, open;
    uint32_t kept;      /* Ended, but some fill is not confirmed. */
    uint64_t serial;
    struct map *keys;
    struct map *auths;
};

struct grants *
grants_new(uint32_t cap, uint32_t open_cap)
{
    must(cap > 0 && open_cap > 0 && open_cap <= cap);
    struct grants *g = calloc(1, sizeof *g);
    must(g != NULL);
    g->cap = cap;
    g->open_cap = open_cap;
    g->at = calloc(cap, sizeof *g->at);
    g->brief = calloc(cap, sizeof *g->brief);
    must(g->at != NULL && g->brief != NULL);
    g->keys = map_new(sizeof(struct key), cap);
    g->auths = map_new(sizeof(struct uuid), cap);
    return g;
}

void
grants_destroy(struct grants **g)
{
    if (*g == NULL) {
        return;
    }
    map_destroy(&(*g)->keys);
    map_destroy(&(*g)->auths);
    free((*g)->at);
    free((*g)->brief);
    free(*g);
    *g = NULL;
}

static void
add_number(struct digest *d, int64_t v)
{
    digest_add(d, &v, sizeof v);
}

struct hash
grants_content(struct digest *sha, enum grant_kind kind, enum mode mode,
               enum strategy strategy, const struct text *event,
               const struct legs *legs)
{
    struct hash out;
    digest_start(sha);
    add_number(sha, kind);
    add_number(sha, mode);
    add_number(sha, strategy);
    size_t size = strnlen(event->s, sizeof event->s);
    add_number(sha, (int64_t)size);
    digest_add(sha, event->s, size);
    for (uint32_t i = 0; i < legs->count && i < legs_cap; i++) {
        const struct leg *leg = &legs->at[i];
        digest_add(sha, leg->token.b, sizeof leg->token.b);
        add_number(sha, leg->side);
        add_number(sha, leg->limit.micros);
        add_number(sha, leg->size.micros);
        add_number(sha, leg->fee.micros);
    }
    digest_end(sha, out.b);
    return out;
}

static struct key
make_key(const struct uuid *group, enum grant_kind kind, uint64_t attempt)
{
    struct key key;
    memcpy(key.b, group->b, sizeof group->b);
    key.b[sizeof group->b] = (uint8_t)kind;
    memcpy(key.b + sizeof group->b + 1, &attempt, sizeof attempt);
    return key;
}

static struct key
key_of(const struct grant *grant)
{
    return make_key(&grant->group, grant->kind, grant->attempt);
}

/* An unused slot, else that of the oldest ended grant. */
static struct promise *
choose_slot(const struct grants *g)
{
    const struct brief *best = NULL;
    for (uint32_t i = 0; i < g->cap; i++) {
        const struct brief *p = &g->brief[i];
        if (p->serial == 0) {
            return &g->at[i];
        }
        if (!p->open && p->pending == 0 &&
            (best == NULL || p->serial < best->serial)) {
            best = p;
        }
    }
    return best == NULL ? NULL : &g->at[best - g->brief];
}

bool
grants_has_room(const struct grants *g)
{
    return g->open < g->open_cap && g->open + g->kept < g->cap;
}

struct promise *
grants_enter(struct grants *g, const struct grant *grant,
             const struct hash *content, struct nanos granted)
{
    struct key key = key_of(grant);
    struct promise *p = choose_slot(g);
    if (p == NULL || grant->legs.count > legs_cap ||
        map_find(g->auths, &grant->auth) != MAP_NONE ||
        map_find(g->keys, &key) != MAP_NONE) {
        return NULL;
    }
    if (p->serial != 0) {
        struct key old = key_of(&p->grant);
        must(map_remove(g->keys, &old));
        must(map_remove(g->auths, &p->grant.auth));
    }
    memset(p, 0, sizeof *p);
    p->grant = *grant;
    p->content = *content;
    p->granted = granted;
    p->serial = ++g->serial;
    p->open = true;
    for (uint32_t i = 0; i < grant->legs.count; i++) {
        p->legs[i].shares = grant->legs.at[i].size;
    }
    uint32_t slot = (uint32_t)(p - g->at);
    g->brief[slot] = (struct brief){ p->serial, grant->group, true, 0 };
    must(map_put(g->keys, &key, slot));
    must(map_put(g->auths, &grant->auth, slot));
    g->open++;
    return p;
}

static struct held_leg *
find_leg(struct promise *p, const struct hash *token, enum side *side)
{
    for (uint32_t i = 0; i < p->grant.legs.count; i++) {
        if (hash_equal(&p->grant.legs.at[i].token, token)) {
            *side = p->grant.legs.at[i].side;
            return &p->legs[i];
        }
    }
    return NULL;
}

bool
grant_splits(enum grant_kind kind, enum strategy strategy,
             const struct legs *legs)
{
    if (kind != GRANT_KIND_normal ||
        !shape_makes(shape_of(strategy, legs))) {
        return false;
    }
    for (uint32_t i = 0; i < legs->count; i++) {
        if (legs->at[i].size.micros != legs->at[0].size.micros) {
            return false;
        }
        for (uint32_t k = 0; k < i; k++) {
            if (hash_equal(&legs->at[i].token, &legs->at[k].token)) {
                return false;
            }
        }
    }
    return true;
}

/* Shares came (bought) or went (sold): that much less is to come.  The other
 * sign is a split, or a fill undone: its order stays dead, so nothing is
 * given back. */
static void
take_shares(struct held_leg *leg, enum side side, int64_t amount)
{
    int64_t filled = side == SIDE_buy ? amount : -amount;
    if (filled < 0) {
        return;
    }
    leg->filled = true;
    leg->shares.micros =
        filled > leg->shares.micros ? 0 : leg->shares.micros - filled;
}

/* A fill not confirmed opens, and closes when it is, or when it fails. */
static bool
follow(struct grants *g, const struct promise *p, struct held_leg *leg,
       bool opens)
{
    struct brief *brief = &g->brief[p - g->at];
    if (!opens && leg->pending == 0) {
        return false;
    }
    leg->pending += opens ? 1u : -1u;
    brief->pending += opens ? 1u : -1u;
    if (!p->open && brief->pending == (opens ? 1u : 0u)) {
        g->kept += opens ? 1u : -1u;
    }
    return true;
}

/* A fill that failed takes back what it brought. */
static void
count_paid(struct held_leg *leg, const struct ledger_entry *e)
{
    struct money shares = { leg->bought.micros };
    bool ok = true;
    if (e->account == ACCOUNT_position) { /* Fees are in it. */
        ok = money_add(leg->paid, e->amount, &leg->paid);
    } else if (e->account == ACCOUNT_fees) {
        ok = money_sub(leg->paid, e->amount, &leg->paid);
    } else if (e->account == ACCOUNT_shares) {
        ok = money_add(shares, e->amount, &shares);
    }
    leg->bought.micros = ok ? shares.micros : 0; /* Not known any more. */
}

bool
grants_apply(struct grants *g, const struct ledger_entry *e)
{
    if (uuid_is_zero(&e->auth)) {
        return e->account != ACCOUNT_reserved;
    }
    struct promise *p = grants_find(g, &e->auth);
    enum side side = SIDE_buy;
    bool bare = hash_is_zero(&e->token);
    struct held_leg *leg = p == NULL ? NULL : find_leg(p, &e->token, &side);
    if (p == NULL || (!bare && leg == NULL)) {
        return false;
    }
    if (e->account == ACCOUNT_shares && leg != NULL) {
        take_shares(leg, side, e->amount.micros);
        p->first = leg->filled && p->first.ns == 0 ? e->booked : p->first;
    }
    if (e->account == ACCOUNT_provisional && leg != NULL) {
        return follow(g, p, leg, (side == SIDE_buy) == (e->amount.micros > 0));
    }
    if (leg != NULL && side == SIDE_buy) {
        count_paid(leg, e);
    }
    /* Beyond what was reserved; or back, of a fill that failed. */
    if (e->account == ACCOUNT_cash && leg != NULL && side == SIDE_buy &&
        !uuid_equal(&e->ref, &e->auth)) {
        return money_sub(p->spent, e->amount, &p->spent);
    }
    if (e->account != ACCOUNT_reserved) {
        return true;
    }
    struct money *left = bare ? &p->allowance : &leg->left;
    if (!uuid_equal(&e->ref, &e->auth) &&
        !money_sub(p->spent, e->amount, &p->spent)) {
        return false;
    }
    return money_add(*left, e->amount, left) && left->micros >= 0;
}

void
grants_close(struct grants *g, struct promise *p, uint64_t leg)
{
    must(leg <= legs_cap);
    bool any = false;
    for (uint32_t i = 0; i < p->grant.legs.count; i++) {
        p->legs[i].closed = p->legs[i].closed || leg == legs_cap || leg == i;
        any = any || !p->legs[i].closed;
    }
    if (p->open && !any) {
        p->open = false;
        g->brief[p - g->at].open = false;
        g->open--;
        g->kept += g->brief[p - g->at].pending > 0;
    }
}

struct promise *
grants_find(const struct grants *g, const struct uuid *auth)
{
    uint32_t i = map_find(g->auths, auth);
    return i == MAP_NONE ? NULL : &g->at[i];
}

const struct promise *
grants_find_key(const struct grants *g, const struct uuid *group,
                enum grant_kind kind, uint64_t attempt)
{
    struct key key = make_key(group, kind, attempt);
    uint32_t i = map_find(g->keys, &key);
    return i == MAP_NONE ? NULL : &g->at[i];
}

struct promise *
grants_at(const struct grants *g, uint32_t i)
{
    return i < g->cap ? &g->at[i] : NULL;
}

uint32_t
grants_open(const struct grants *g)
{
    return g->open;
}

struct money
grants_group(const struct grants *g, const struct uuid *group)
{
    wide sum = 0;
    for (uint32_t i = 0; i < g->cap; i++) {
        const struct brief *brief = &g->brief[i];
        const struct promise *p = &g->at[i];
        if (brief->serial == 0 || !uuid_equal(&brief->group, group)) {
            continue;
        }
        sum += (wide)p->spent.micros + p->allowance.micros;
        for (uint32_t k = 0; k < p->grant.legs.count; k++) {
            sum += p->legs[k].left.micros;
        }
    }
    /* The clamp leaves room to add one more grant. */
    sum = sum > INT64_MAX / 4 ? INT64_MAX / 4 : sum < 0 ? 0 : sum;
    return (struct money){ (int64_t)sum };
}

/* Shares of leg k that its order may still sell.  What is converted is sold
 * under grants of its own, once it is there. */
static int64_t
promised(const struct promise *p, uint32_t k)
{
    int64_t shares = p->legs[k].shares.micros;
    enum shape shape = shape_of(p->grant.strategy, &p->grant.legs);
    if (p->grant.kind == GRANT_KIND_normal &&
        (shape == SHAPE_CONVERT || shape == SHAPE_MINT)) {
        return 0;
    }
    if (!grant_splits(p->grant.kind, p->grant.strategy, &p->grant.legs)) {
        return shares;
    }
    int64_t sold = p->grant.legs.at[k].size.micros - shares;
    int64_t rest = p->spent.micros - sold; /* A dollar a share. */
    return rest < 0 ? 0 : rest < shares ? rest : shares;
}

struct qty
grants_selling(const struct grants *g, bool live, const struct hash *token,
               enum strategy strategy)
{
    wide sum = 0;
    for (uint32_t i = 0; i < g->cap; i++) {
        const struct promise *p = &g->at[i];
        if (!g->brief[i].open || (p->grant.mode == MODE_live) != live ||
            p->grant.strategy != strategy) {
            continue;
        }
        for (uint32_t k = 0; k < p->grant.legs.count; k++) {
            const struct leg *leg = &p->grant.legs.at[k];
            if (leg->side == SIDE_sell && !p->legs[k].closed &&
                hash_equal(&leg->token, token)) {
                sum += promised(p, k);
            }
        }
    }
    return (struct qty){ sum > INT64_MAX ? INT64_MAX : (int64_t)sum };
}

void
grants_digest(const struct grants *g, struct digest *d)
{
    digest_add(d, &g->open, sizeof g->open);
    digest_add(d, &g->kept, sizeof g->kept);
    digest_add(d, &g->serial, sizeof g->serial);
    for (uint32_t i = 0; i < g->cap; i++) {
        const struct promise *p = &g->at[i];
        if (p->serial == 0) {
            continue;
        }
        uint8_t open = p->open;
        digest_add(d, &p->serial, sizeof p->serial);
        digest_add(d, &p->grant.auth, sizeof p->grant.auth);
        digest_add(d, &p->content, sizeof p->content);
        digest_add(d, &open, sizeof open);
        digest_add(d, &p->allowance, sizeof p->allowance);
        digest_add(d, &p->spent, sizeof p->spent);
        digest_add(d, &p->first, sizeof p->first);
        for (uint32_t k = 0; k < p->grant.legs.count; k++) {
            uint8_t flags[2] = { p->legs[k].filled, p->legs[k].closed };
            digest_add(d, &p->legs[k].left, sizeof p->legs[k].left);
            digest_add(d, &p->legs[k].shares, sizeof p->legs[k].shares);
            digest_add(d, flags, sizeof flags);
            digest_add(d, &p->legs[k].pending, sizeof p->legs[k].pending);
        }
    }
}

void
grants_image(struct grants *g, struct image *i)
{
    image_count(i, &g->open, g->cap);
    image_count(i, &g->kept, g->cap);
    IMAGE(i, g->serial);
    for (uint32_t k = 0; k < g->cap && !i->bad; k++) {
        IMAGE(i, g->brief[k]);
        if (g->brief[k].serial == 0 || i->bad) {
            continue;
        }
        IMAGE(i, g->at[k]);
        if (i->loads && !i->bad) {
            struct key key = key_of(&g->at[k].grant);
            i->bad = g->at[k].grant.legs.count > legs_cap ||
                     !map_put(g->keys, &key, k) ||
                     !map_put(g->auths, &g->at[k].grant.auth, k);
        }
    }
}
