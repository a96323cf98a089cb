/* ctl - one command said to riskd over its guarded socket, and its answer */
#ifndef DEPLOY_ARB_CTL_H
#define DEPLOY_ARB_CTL_H

#include "common/ctl_keys.h"

enum { CTL_LINES_CAP = 128 };

/* What was answered, line by line. */
struct ctl_answer {
    bool ok;
    enum reason reason;
    uint64_t kill_gen, open, unknown;
    unsigned count;
    struct title line[CTL_LINES_CAP];
};

struct ctl;

/* key: a file of `arb keys role`; NULL: that of the weakest role in
 * <var>/keys/ctl that may say verb. */
struct ctl *ctl_open(const char *var, const char *key, enum verb verb,
                     struct why *why);
void ctl_close(struct ctl **c);
/* Fills in number and time of m.  False: riskd did not answer. */
MUST_CHECK bool ctl_ask(struct ctl *c, struct command *m, struct ms patience,
                        struct ctl_answer *out, struct why *why);

void ctl_print(const struct ctl_answer *a, bool json);

#endif /* DEPLOY_ARB_CTL_H */
