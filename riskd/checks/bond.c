/* bond - a bond's price is one, and it is not too much like the others */
/*
 * Of what is bought alone and held.  What is like it: of its event, of its
 * tag, ending on its day; and all of them leave some capital to the others.
 * More of it is asked the same, whatever it is called; its other half, which
 * ends a loss, is not.
 */
#include "riskd/check.h"

static bool
is_within(const struct question *a, struct money before, struct ppm most,
          struct finding *f)
{
    int64_t after = before.micros + a->worst.micros;
    return !is_above_share(after, most, a->equity) ||
           refuse(f, REASON_EVENT_LIMIT, after, share_of(most, a->equity));
}

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t limit = a->m->legs.at[0].limit.micros;
    if (shape_of(a->m->strategy, &a->m->legs) != SHAPE_SINGLE) {
        return true;
    }
    if (a->m->strategy == STRATEGY_F &&
        (limit < a->bond_least.micros || limit > a->bond_most.micros)) {
        return refuse(f, REASON_BELOW_GROSS, limit, a->bond_most.micros);
    }
    return is_within(a, a->bonds, a->conf->bond_max, f) &&
           is_within(a, a->bond_event, a->conf->bond_event_max, f) &&
           is_within(a, a->bond_tag, a->conf->bond_tag_max, f) &&
           is_within(a, a->bond_day, a->conf->bond_day_max, f);
}

const struct check check_bond = { "bond", FOR_NORMAL | FOR_PATCH, passes };
