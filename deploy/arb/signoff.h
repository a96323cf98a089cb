/* signoff - a sign-off read back and judged once more */
#ifndef DEPLOY_ARB_SIGNOFF_H
#define DEPLOY_ARB_SIGNOFF_H

#include "common/conf.h"
#include "common/why.h"

/* The sign-off of that stage in dir, as `arb go-no-go --write` left it: a GO,
 * of this configuration, these rules (NULL = riskd.rules) and this build, of
 * today, and the same verdict once more from the same records.  Its line for
 * riskd, or false with the reason. */
MUST_CHECK bool signoff_line(const struct conf *conf, const char *rules,
                             const char *dir, unsigned stage,
                             struct nanos now, struct text *line,
                             struct why *why);

#endif /* DEPLOY_ARB_SIGNOFF_H */
