/* related - which followed markets are tied, and what of them always pays */

/* All of it is worked out anew when a text or a market of the component
 * changes, which is seldom, and only looked up when a book does.  A market
 * that is not followed still ties the others: what was reviewed of it is not
 * known to be its text any more, so its relations do not hold. */

#include "scanner/related.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

struct related {
    struct ties ties;
    struct kin *kin;     /* By component. */
    uint32_t *of;        /* Component by market. */
    uint32_t markets;
    /* Of the component in work, what each set pays. */
    uint8_t pays[TIE_OUTCOMES * TIE_OUTCOMES];
};

static uint32_t
count_bits(uint32_t bits)
{
    return (uint32_t)__builtin_popcount(bits);
}

uint32_t
related_pays(const struct kin *k, struct related_set set)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < k->outcomes && least > 0; i++) {
        uint32_t yes = k->outcome[i];
        uint32_t pays = count_bits((set.yes & yes) | (set.no & ~yes));

        if (pays < least)
            least = pays;
    }
    return k->outcomes > 0 ? least : 0;
}

/* What every set pays, by its bits. */
static uint8_t *
pays_at(struct related *r, struct related_set set)
{
    return &r->pays[set.yes << TIE_MARKETS | set.no];
}

/* It pays more than any two parts of it do together: what can be had in parts
 * is had so, each where it is cheap. */
static bool
is_whole(struct related *r, struct related_set set)
{
    uint32_t in = set.yes | set.no;

    if (set.pays == 0)
        return false;
    for (uint32_t part = (in - 1) & in; part > 0; part = (part - 1) & in) {
        struct related_set one = { set.yes & (uint8_t)part,
                                   set.no & (uint8_t)part, 0 };
        struct related_set other = { set.yes & (uint8_t)~part,
                                     set.no & (uint8_t)~part, 0 };

        if (*pays_at(r, one) + *pays_at(r, other) >= set.pays)
            return false;
    }
    return true;
}

static void
add_set(struct related *r, struct kin *k, struct related_set set)
{
    set.pays = (uint8_t)related_pays(k, set);
    *pays_at(r, set) = set.pays;
    if (count_bits(set.yes | set.no) < 2 || !is_whole(r, set))
        return;
    if (k->sets < RELATED_SETS)
        k->set[k->sets++] = set;
    else
        k->sets_left_out++;
}

/* Of markets that are known.  Parts come before what they are parts of.  A
 * single token that always pays needs no other, and says that the relations
 * are odd. */
static void
find_sets(struct related *r, struct kin *k)
{
    uint32_t known = 0;

    for (uint32_t i = 0; i < k->count; i++)
        known |= (uint32_t)(k->market[i] != MAP_NONE) << i;
    k->sets = k->sets_left_out = 0;
    for (uint32_t size = 1; size <= k->count; size++)
        for (uint32_t in = 0; in < TIE_OUTCOMES; in++) {
            if ((in & ~known) != 0 || count_bits(in) != size)
                continue;
            /* Every part of it as its YES. */
            for (uint32_t yes = in;; yes = (yes - 1) & in) {
                add_set(r, k, (struct related_set){ (uint8_t)yes,
                                                    (uint8_t)(in & ~yes),
                                                    0 });
                if (yes == 0)
                    break;
            }
        }
}

static void
work_out(struct related *r, uint32_t component)
{
    struct kin *k = &r->kin[component];
    bool holds[TIES_CAP] = { false };

    k->suspended = 0;
    for (uint32_t i = 0; i < r->ties.count; i++) {
        const struct tie *tie = &r->ties.at[i];
        bool known = tie->component == component, same = true;

        for (uint32_t m = 0; known && m < tie->count; m++) {
            uint32_t bit = tie->bit[m];

            known = k->market[bit] != MAP_NONE;
            same &= hash_equal(&k->text[bit], &tie->text[m]);
        }
        holds[i] = known && same;
        k->suspended += known && !same;
    }
    k->outcomes = ties_outcomes(&r->ties, component, holds, k->outcome);
    find_sets(r, k);
}

struct related *
related_new(uint32_t markets_cap)
{
    struct related *r = calloc(1, sizeof *r);

    must(r != NULL);
    r->markets = markets_cap;
    r->kin = calloc(TIES_CAP, sizeof *r->kin);
    r->of = calloc(markets_cap, sizeof *r->of);
    must(r->kin != NULL && r->of != NULL);
    for (uint32_t i = 0; i < r->markets; i++)
        r->of[i] = MAP_NONE;
    return r;
}

void
related_tie(struct related *r, const struct ties *ties)
{
    r->ties = *ties;
    for (uint32_t i = 0; i < r->markets; i++)
        r->of[i] = MAP_NONE;
    for (uint32_t c = 0; c < r->ties.components; c++) {
        r->kin[c] = (struct kin){ .count = r->ties.component[c].count };
        for (uint32_t i = 0; i < TIE_MARKETS; i++)
            r->kin[c].market[i] = MAP_NONE;
    }
}

void
related_destroy(struct related **r)
{
    if (*r == NULL)
        return;
    free((*r)->kin);
    free((*r)->of);
    free(*r);
    *r = NULL;
}

uint32_t
related_count(const struct related *r)
{
    return r->ties.components;
}

const struct kin *
related_kin(const struct related *r, uint32_t component)
{
    must(component < r->ties.components);
    return &r->kin[component];
}

uint32_t
related_of(const struct related *r, uint32_t market)
{
    return r->of[market];
}

uint32_t
related_renew(struct related *r, const struct universe *u, uint32_t market)
{
    const struct market *m = &universe_market(u, market)->m;
    uint32_t component, bit;
    struct kin *k;

    must(market < r->markets);
    if (r->ties.components == 0 ||
        !ties_find(&r->ties, &m->market, &component, &bit))
        return MAP_NONE;
    k = &r->kin[component];
    if (k->market[bit] != market || !hash_equal(&k->text[bit], &m->rules)) {
        k->market[bit] = market;
        k->text[bit] = m->rules;
        r->of[market] = component;
        work_out(r, component);
    }
    return component;
}

uint32_t
related_forget(struct related *r, uint32_t market)
{
    uint32_t component = r->of[market];

    if (component == MAP_NONE)
        return MAP_NONE;
    r->of[market] = MAP_NONE;
    for (uint32_t i = 0; i < TIE_MARKETS; i++)
        if (r->kin[component].market[i] == market)
            r->kin[component].market[i] = MAP_NONE;
    work_out(r, component);
    return component;
}
