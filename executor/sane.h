/* sane - what can be meant: opportunities heard, and facts read back */
#ifndef EXECUTOR_SANE_H
#define EXECUTOR_SANE_H

#include "executor/state.h"

/* Two to legs_cap legs of one side, each with a price inside (0, 1), shares
 * and a token of its own. */
bool sane_legs(enum strategy strategy, const struct legs *legs);

/* Sets a group can be for: 0.01 to a million. */
bool sane_target(struct qty q);

/* Whether a fact of our journal is one that was said in the state the engine
 * is in: by its own values, and by those of the group (g, NULL when it is not
 * open) and the order (p) that it is about. */
bool sane_group(const struct group_slot *g, const struct group *m);
bool sane_intent(const struct group_slot *g, const struct intent *m);
bool sane_fill(const struct group_slot *g, const struct placed *p,
               const struct fill *m);
/* The same of a trade at a live venue, which may give more than was asked. */
bool sane_trade(const struct intent *i, const struct fill *m);
/* What was on its way to the chain when its group ended. */
bool sane_errand(const struct settle *meant, const struct settle *m);
bool sane_settle(const struct executor *x, const struct group_slot *g,
                 const struct settle *m);
bool sane_execution(const struct group_slot *g, const struct execution *m);

#endif /* EXECUTOR_SANE_H */
