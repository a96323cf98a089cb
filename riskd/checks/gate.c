/* gate - the data can be trusted: feed, scanner and venue are there */
/*
 * Shadow sends nothing and is not asked.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->m->mode == MODE_shadow || !a->conf->gate_data ||
           a->data_fault == NULL || refuse(f, REASON_FEED_DOWN, 0, 0);
}

const struct check check_gate = { "gate", FOR_NEW, passes };
