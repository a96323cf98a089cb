/* set - what is bought is a whole set, so that it pays what it must */
/*
 * A buys one yes of every outcome of an event that can have no other; B deals
 * in the two tokens of one market; C buys no and sells yes, of one outcome one
 * of them, in an event like A's; E buys of other markets each, and tells how
 * many dollars that pays at least: no relation is known here, but never are
 * those as many as the tokens, nor more than can be paid at once, where at most
 * one outcome of an event is yes.  Only where all markets are known: those that
 * are not, `market` refuses.
 */
#include "riskd/check.h"

#include "common/must.h"

static bool
all_are_known(const struct question *a)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        if (a->leg[i].market == NULL) {
            return false;
        }
    }
    return true;
}

static bool
is_closed_event(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct market *m = a->leg[i].market;
        if (!m->neg_risk) {
            return refuse(f, REASON_NOT_NEG_RISK, i + 1, 0);
        }
        if (m->augmented) {
            return refuse(f, REASON_AUGMENTED, i + 1, 0);
        }
    }
    return true;
}

static bool
is_whole_event(const struct question *a, struct finding *f)
{
    uint32_t count = a->m->legs.count;
    if (!is_closed_event(a, f)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct market *m = a->leg[i].market;
        if (!a->leg[i].yes || m->event_size != count) {
            return refuse(f, REASON_INCOMPLETE, count,
                          (int64_t)(m->event_size & INT64_MAX));
        }
    }
    return true;
}

/* Every outcome once: what is bought is no, what is sold is yes. */
static bool
is_conversion(const struct question *a, struct finding *f)
{
    if (!is_closed_event(a, f)) {
        return false;
    }
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        if (a->leg[i].yes != (a->m->legs.at[i].side == SIDE_sell) ||
            a->m->legs.at[i].size.micros != a->m->legs.at[0].size.micros) {
            return refuse(f, REASON_BAD_INPUT, i + 1, 0);
        }
        for (uint32_t k = 0; k < i; k++) {
            if (a->leg[k].market == a->leg[i].market) {
                return refuse(f, REASON_INCOMPLETE, i + 1, k + 1);
            }
        }
    }
    return true;
}

/* Whether at most one of the yes tokens of two legs can pay. */
static bool
exclude(const struct question *a, uint32_t i, uint32_t k)
{
    const struct market *x = a->leg[i].market, *y = a->leg[k].market;
    return a->leg[i].yes && a->leg[k].yes && x->neg_risk && y->neg_risk &&
           text_equal(&x->event, &y->event);
}

/* Legs that can pay at once, as far as is known here. */
static bool
can_pay(const struct question *a, struct finding *f)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        bool other = false;
        for (uint32_t k = 0; k < i; k++) {
            other |= exclude(a, i, k);
        }
        most += !other;
    }
    return a->m->pays <= most ||
           refuse(f, REASON_BAD_INPUT, (int64_t)a->m->pays, (int64_t)most);
}

static bool
are_other_markets(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (a->leg[k].market == a->leg[i].market) {
                return refuse(f, REASON_INCOMPLETE, i + 1, k + 1);
            }
        }
    }
    return true;
}

static bool
passes(const struct question *a, struct finding *f)
{
    const struct legs *legs = &a->m->legs;
    enum shape shape = shape_of(a->m->strategy, legs);
    if (a->m->mode == MODE_live && shape == SHAPE_RELATED) {
        return refuse(f, REASON_MODE, legs->count, 0);
    }
    if (!shape_is_sane(shape, legs, a->m->pays)) {
        return refuse(f, REASON_BAD_INPUT, (int64_t)(a->m->pays & INT64_MAX),
                      legs->count);
    }
    if (!all_are_known(a)) {
        return true;
    }
    switch (shape) {
    case SHAPE_WHOLE: return is_whole_event(a, f);
    case SHAPE_MERGE:
    case SHAPE_SPLIT:
        return a->leg[0].market == a->leg[1].market ||
               refuse(f, REASON_INCOMPLETE, legs->count, 2);
    case SHAPE_CONVERT:
    case SHAPE_MINT: return is_conversion(a, f);
    case SHAPE_SINGLE: return true;
    case SHAPE_RELATED: return are_other_markets(a, f) && can_pay(a, f);
    case SHAPE_NONE:
        return refuse(f, REASON_INCOMPLETE, legs->count, 0);
    }
    unreachable();
}

const struct check check_set = { "set", FOR_NORMAL, passes };
