/* work - how the orders of a group are worked, by mode */

#include "executor/work.h"

#include "common/must.h"

const struct order_work *
work_of(enum mode mode)
{
    switch (mode) {
    case MODE_live: return &work_live;
    case MODE_paper:
    case MODE_shadow:
    case MODE_halted: return &work_paper;
    case mode_end_: break;
    }
    unreachable();
}
