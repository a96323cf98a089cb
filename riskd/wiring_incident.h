/* wiring_incident - a stage taken back is written down, with the state */
#ifndef RISKD_WIRING_INCIDENT_H
#define RISKD_WIRING_INCIDENT_H

#include "common/why.h"
#include "riskd/riskd.h"

/* <var>/incidents/<UTC time>-stage<from>/: `incident.json`, `incident.md`, and
 * `state/`, the latch and the facts of riskd and executor as they are at that
 * moment.  Once only: what is there already is left alone.  *made: it was not
 * there. */
MUST_CHECK bool incident_write(const char *var, const struct riskd_rollback *r,
                               const struct risk_state *state, bool *made,
                               struct why *why);

/* The same for a daemon: before the loop sleeps, whenever the engine knows of
 * a rollback that has no incident, also of a run that crashed in between. */
struct wiring_incident;
struct daemon;
struct wiring_incident *wiring_incident_new(struct daemon *d,
                                            const struct riskd *x);
void wiring_incident_destroy(struct wiring_incident **w);

#endif /* RISKD_WIRING_INCIDENT_H */
