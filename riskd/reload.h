/* reload - the rules as files gave them, word by word, and who wanted that */
#ifndef RISKD_RELOAD_H
#define RISKD_RELOAD_H

#include "riskd/rule.h"

struct reload *reload_new(void);

/* A rule as the shell tells it, and back: false when it is none. */
void reload_row(const struct rule *r, struct rule_row *out);
MUST_CHECK bool reload_rule(const struct rule_row *m, struct rule *out);

#endif /* RISKD_RELOAD_H */
