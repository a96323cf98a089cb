/* control - one word to riskd over its guarded socket, said and answered */
#ifndef DEPLOY_ARB_CONTROL_H
#define DEPLOY_ARB_CONTROL_H

#include "common/ctl_keys.h"

/* Commands that are one word and at most one argument. */
int control_run(int argc, char **argv);
/* Says m with that key (NULL: the weakest that may), prints the answer; the
 * exit code.  file: the configuration. */
int control_say(const char *name, const char *file, const char *key,
                struct command *m, bool json);

#endif /* DEPLOY_ARB_CONTROL_H */
