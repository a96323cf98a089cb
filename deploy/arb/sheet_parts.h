/* sheet_parts - what is not a chart: numbers, bars with names, tables */
#ifndef DEPLOY_ARB_SHEET_PARTS_H
#define DEPLOY_ARB_SHEET_PARTS_H

#include "deploy/arb/chart.h"

/* Each is false when the rows hold nothing to show. */
bool part_stat(FILE *out, const struct panel *p, const struct pg_rows *rows);
bool part_categories(FILE *out, const struct panel *p,
                     const struct pg_rows *rows);
bool part_table(FILE *out, const struct pg_rows *rows);
/* Names and colours of a chart's series, and their last value or sum. */
void part_legend(FILE *out, const struct chart *c);

#endif /* DEPLOY_ARB_SHEET_PARTS_H */
