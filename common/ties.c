/* ties - the relations between markets that a person approved */

/* A component is small (TIE_MARKETS), so its outcomes are not derived from its
 * ties but all tried. */

#include "common/ties.h"

#include "common/digest.h"

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
