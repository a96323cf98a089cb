/* collar - no leg's price went too far within the last minute */
/*
 * As feed saw the middle of each book, from message to message; a move is over
 * once the minute has gone by without it, on books fetched anew.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t moved = a->m->moved.micros, most = a->conf->collar_max.micros;
    return moved <= most || refuse(f, REASON_JUMPED, moved, most);
}

const struct check check_collar = { "collar", FOR_NORMAL, passes };
