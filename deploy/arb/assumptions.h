/* assumptions - what paper's fills assume, written beside a report */
#ifndef DEPLOY_ARB_ASSUMPTIONS_H
#define DEPLOY_ARB_ASSUMPTIONS_H

#include "common/conf.h"
#include "deploy/arb/board.h"

/* The fill model's settings, as a configuration that can be read. */
MUST_CHECK bool assumptions_spec(FILE *out, const struct conf *conf,
                                 const char *day, struct why *why);
/* In words: the settings, what is fixed, and, panel by panel, what the day
 * says of them. */
MUST_CHECK bool assumptions_words(FILE *out, const struct conf *conf,
                                  const struct board *b,
                                  const struct scope *s, const char *day,
                                  struct pg *pg, struct why *why);

#endif /* DEPLOY_ARB_ASSUMPTIONS_H */
