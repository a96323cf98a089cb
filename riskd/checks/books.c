/* books - our own ledger is sound, and has room */
/*
 * Books that do not add up, or could not be recalled, promise nothing to
 * anybody.  Room is for the grant itself and for the fills it will bring.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    if (!a->sound) {
        return refuse(f, REASON_CONFLICT, 0, 0);
    }
    return a->room || refuse(f, REASON_OVERFLOW, 0, 0);
}

const struct check check_books = { "books", FOR_ALL, passes };
