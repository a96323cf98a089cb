/* ties - the relations between markets that a person approved */

/* A component is small (TIE_MARKETS), so its outcomes are not derived from its
 * ties but all tried. */

#include "common/ties.h"

#include "common/digest.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

const char *const tie_words[tie_kind_end_] = { "equivalent", "implies",
                                               "exclusive", "exhaustive",
                                               "nested" };

void
ties_destroy(struct ties **t)
{
    free(*t);
    *t = NULL;
}

struct hash
ties_text(const char *question, const char *description, const char *source)
{
    const char *parts[] = { question, description, source };
    struct hash h = { { 0 } };
    struct digest *d;

    if (description == NULL)
        return h;
    d = digest_sha256();
    digest_start(d);
    for (uint32_t i = 0; i < 3; i++) {
        const char *s = parts[i] != NULL ? parts[i] : "";

        digest_add(d, s, strlen(s) + 1);
    }
    digest_end(d, h.b);
    digest_destroy(&d);
    return h;
}

bool
ties_find(const struct ties *t, const struct text *market,
          uint32_t *component, uint32_t *bit)
{
    for (uint32_t c = 0; c < t->components; c++)
        for (uint32_t i = 0; i < t->component[c].count; i++)
            if (text_equal(&t->component[c].market[i], market)) {
                *component = c;
                *bit = i;
                return true;
            }
    return false;
}

/* --- components ---------------------------------------------------------- */

/* Puts the markets of one into the other, and leaves it empty. */
static bool
join(struct ties *t, uint32_t into, uint32_t from)
{
    struct component *a = &t->component[into], *b = &t->component[from];

    if (a->count + b->count > TIE_MARKETS)
        return false;
    for (uint32_t i = 0; i < b->count; i++)
        a->market[a->count++] = b->market[i];
    b->count = 0;
    return true;
}

static bool
add_market(struct ties *t, uint32_t component, const struct text *market)
{
    struct component *c = &t->component[component];
    uint32_t other, bit;

    if (ties_find(t, market, &other, &bit))
        return other == component || join(t, component, other);
    if (c->count == TIE_MARKETS)
        return false;
    c->market[c->count++] = *market;
    return true;
}

/* Those that were joined to others are empty: the rest closes ranks, and every
 * tie learns where its markets are. */
void
ties_end(struct ties *t)
{
    uint32_t kept = 0;

    for (uint32_t c = 0; c < t->components; c++)
        if (t->component[c].count > 0)
            t->component[kept++] = t->component[c];
    t->components = kept;
    for (uint32_t i = 0; i < t->count; i++) {
        struct tie *tie = &t->at[i];

        for (uint32_t k = 0; k < tie->count; k++) {
            uint32_t bit;

            must(ties_find(t, &tie->market[k], &tie->component, &bit));
            tie->bit[k] = (uint8_t)bit;
        }
    }
}

bool
ties_add(struct ties *t, const struct tie *tie)
{
    if (t->count == TIES_CAP)
        return false;
    t->components = t->count + 1;
    for (uint32_t i = 0; i < tie->count; i++)
        if (!add_market(t, t->count, &tie->market[i]))
            return false;
    t->at[t->count++] = *tie;
    return true;
}

/* --- outcomes ------------------------------------------------------------ */

static bool
is_yes(const struct tie *tie, uint32_t i, uint32_t outcome)
{
    return (outcome >> tie->bit[i] & 1) != 0;
}

static bool
allows(const struct tie *tie, uint32_t outcome)
{
    uint32_t yes = 0;
    bool rises = true;

    for (uint32_t i = 0; i < tie->count; i++) {
        yes += is_yes(tie, i, outcome);
        rises &= i == 0 || !is_yes(tie, i - 1, outcome) ||
                 is_yes(tie, i, outcome);
    }
    switch (tie->kind) {
    case TIE_equivalent: return yes == 0 || yes == tie->count;
    case TIE_implies:
    case TIE_nested: return rises;
    case TIE_exclusive: return yes <= 1;
    case TIE_exhaustive: return yes >= 1;
    case tie_kind_end_: break;
    }
    return true;
}

uint32_t
ties_outcomes(const struct ties *t, uint32_t component, const bool *holds,
              uint8_t out[TIE_OUTCOMES])
{
    uint32_t all = UINT32_C(1) << t->component[component].count, count = 0;

    for (uint32_t outcome = 0; outcome < all; outcome++) {
        bool ok = true;

        for (uint32_t i = 0; ok && i < t->count; i++)
            ok = t->at[i].component != component ||
                 (holds != NULL && !holds[i]) || allows(&t->at[i], outcome);
        if (ok)
            out[count++] = (uint8_t)outcome;
    }
    return count;
}
