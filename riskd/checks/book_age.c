/* book_age - every leg rests on a book younger than the limit */
/*
 * At the limit a book is too old.  An unwind is not asked: its limit price
 * protects it, and selling late is better than not at all.
 */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        int64_t age = a->m->legs.at[i].age.ms;
        if (age >= a->age_max.ms && !PLANTED(age_unchecked)) {
            return refuse(f, REASON_BOOK_OLD, age, a->age_max.ms);
        }
    }
    return true;
}

const struct check check_book_age = { "book_age", FOR_NEW, passes };
