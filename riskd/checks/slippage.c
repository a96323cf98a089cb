/* slippage - no limit is far from the price it was meant at */
/*
 * A new live order may pay slippage_max beyond the average of the levels it
 * was meant to walk; completing a group patch_max beyond the limit the group
 * began with, and a group that riskd does not know cannot be judged.  What
 * hedges leaves of a dollar no less than the other half was meant to cost,
 * less patch_max: as selling that would.
 */
#include "riskd/check.h"

static bool
is_beyond(const struct leg *leg, int64_t base, struct ppm most)
{
    wide room = (wide)base * most.ppm;
    wide away = leg->side == SIDE_buy ? (wide)leg->limit.micros - base
                                      : (wide)base - leg->limit.micros;
    return away * MICROS > room;
}

static bool
hedge_passes(const struct question *a, uint32_t i, struct finding *f)
{
    int64_t base = a->leg[i].base.micros;
    struct leg sale = { .side = SIDE_sell,
                        .limit = { MICROS - a->m->legs.at[i].limit.micros } };
    if (!hedges(a, i)) {
        return true; /* A sale: the rules bound it, as any unwinding. */
    }
    if (base == 0) {
        return refuse(f, REASON_NOT_FOUND, i + 1, 0);
    }
    return !is_beyond(&sale, base, a->conf->patch_max) ||
           refuse(f, REASON_SLIPPAGE, sale.limit.micros, base);
}

static bool
passes(const struct question *a, struct finding *f)
{
    bool patch = a->m->kind == GRANT_KIND_patch;
    bool hedge = a->m->kind == GRANT_KIND_hedge;
    struct ppm most = patch ? a->conf->patch_max : a->conf->slippage_max;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        if (hedge) {
            if (!hedge_passes(a, i, f)) {
                return false;
            }
            continue;
        }
        int64_t base = patch ? a->leg[i].base.micros : leg->avg.micros;
        if (patch && base == 0) {
            return refuse(f, REASON_NOT_FOUND, i + 1, 0);
        }
        if (base == 0 || (!patch && a->m->mode != MODE_live)) {
            continue;
        }
        if (is_beyond(leg, base, most)) {
            return refuse(f, REASON_SLIPPAGE, leg->limit.micros, base);
        }
    }
    return true;
}

const struct check check_slippage = { "slippage", FOR_NEW, passes };
