/* report - the daily report beside its HTML: Markdown, JSON, CSV */
#ifndef DEPLOY_ARB_REPORT_H
#define DEPLOY_ARB_REPORT_H

#include "deploy/arb/look.h"

/* The day as people write it, and where it stood. */
MUST_CHECK bool report_markdown(FILE *out, const struct board *b,
                                const struct scope *s, const char *day,
                                struct pg *pg, struct why *why);
/* Its panels alone. */
MUST_CHECK bool report_panels(FILE *out, const struct board *b,
                              const struct scope *s, struct pg *pg,
                              struct why *why);
/* {"day":..,"zone":..,"panels":[{"id":..,"title":..,"rows":[{..}]}]} */
MUST_CHECK bool report_json(FILE *out, const struct board *b,
                            const struct scope *s, const char *day,
                            struct pg *pg, struct why *why);
/* One file of the kind csv or jsonl. */
MUST_CHECK bool report_file(FILE *out, const struct panel *p,
                            const struct scope *s, struct pg *pg,
                            struct why *why);

#endif /* DEPLOY_ARB_REPORT_H */
