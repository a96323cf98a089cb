/* grafana - the dashboards as Grafana reads them from a folder */
#ifndef DEPLOY_ARB_GRAFANA_H
#define DEPLOY_ARB_GRAFANA_H

#include "deploy/arb/board.h"

/* Writes to/dashboards/NAME.json for each board, and from alerts/rules.sql of
 * the folder they were read from to/provisioning/alerting/rules.json. */
MUST_CHECK bool grafana_write(const struct boards *boards, const char *folder,
                              const char *to, struct why *why);

#endif /* DEPLOY_ARB_GRAFANA_H */
