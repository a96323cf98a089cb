/* fields - every number of the request is in its range */
/*
 * The only check that reads a request nobody has looked at yet.  What passes
 * here can be multiplied and added without a thought of overflow: at most 32
 * legs of at most 1,000,000 shares at at most $1.
 */
#include "riskd/check.h"

#include <string.h>

/* Of a group; an executor that patches more often than this is lost. */
#define ATTEMPT_MAX 1000

static bool
leg_is_sane(const struct leg *leg)
{
    return !hash_is_zero(&leg->token) && leg->limit.micros > 0 &&
           leg->limit.micros <= MICROS && leg->avg.micros >= 0 &&
           leg->avg.micros <= MICROS && leg->size.micros > 0 &&
           leg->size.micros <= SIZE_MAX_MICROS && leg->depth.micros >= 0 &&
           leg->fee.micros >= 0 && leg->fee.micros <= leg->size.micros &&
           leg->age.ms >= 0 &&
           (leg->side == SIDE_buy || leg->side == SIDE_sell);
}

static bool
kind_fits(const struct authorize *m, const struct leg *leg)
{
    return m->kind != GRANT_KIND_unwind || leg->side == SIDE_sell;
}

/* A token stands in a request once: it names the leg afterwards. */
static bool
is_repeated(const struct legs *legs, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++) {
        if (hash_equal(&legs->at[k].token, &legs->at[i].token)) {
            return true;
        }
    }
    return false;
}

static bool
head_is_sane(const struct authorize *m)
{
    return !uuid_is_zero(&m->group) && m->attempt >= 1 &&
           m->attempt <= ATTEMPT_MAX && (unsigned)m->kind < grant_kind_end_ &&
           m->mode >= MODE_shadow && m->mode <= MODE_live &&
           m->strategy > STRATEGY_none && m->strategy < strategy_end_ &&
           m->event.s[0] != '\0' &&
           memchr(m->event.s, '\0', sizeof m->event.s) != NULL &&
           m->legs.count >= 1 && m->legs.count <= legs_cap;
}

static bool
passes(const struct question *a, struct finding *f)
{
    if (!head_is_sane(a->m)) {
        return refuse(f, REASON_BAD_INPUT, 0, 0);
    }
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        if (!leg_is_sane(leg) || !kind_fits(a->m, leg) ||
            is_repeated(&a->m->legs, i)) {
            return refuse(f, REASON_BAD_INPUT, i + 1, 0);
        }
    }
    return true;
}

const struct check check_fields = { "fields", FOR_ALL, passes };
