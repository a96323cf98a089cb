/* drill - the kill switch tried on the running pipeline, and written down */
#ifndef DEPLOY_ARB_DRILL_H
#define DEPLOY_ARB_DRILL_H

struct conf;

/* Kill by command, a clear too early (must be refused), the healthy checks,
 * the clear, probation; riskd is told which kill that was.  Refused where
 * live is in force.  The record is <var>/drills/<time>.json; an exit code. */
int drill(const struct conf *conf, const char *operator_key,
          const char *admin_key);

#endif /* DEPLOY_ARB_DRILL_H */
