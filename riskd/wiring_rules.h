/* wiring_rules - the rules from disk into the engine */
#ifndef RISKD_WIRING_RULES_H
#define RISKD_WIRING_RULES_H

#include "riskd/riskd.h"

/* Reads riskd.rules and hands them over; every complaint is logged.  False:
 * the operator has to mend them, and nothing changed. */
MUST_CHECK bool wiring_rules(struct riskd *x, const struct riskd_conf *conf);

/* Tells the engine what the folder holds, now and at every SIGHUP; those that
 * ask the same go on where they were.  conf must outlive it. */
struct daemon;
struct wiring_rules;
struct wiring_rules *wiring_rules_again(struct daemon *d,
                                        const struct riskd_conf *conf);
void wiring_rules_forget(struct wiring_rules **w);

#endif /* RISKD_WIRING_RULES_H */
