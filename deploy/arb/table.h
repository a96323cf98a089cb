/* table - rows of a query as aligned text, or as JSON lines */
#ifndef DEPLOY_ARB_TABLE_H
#define DEPLOY_ARB_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct pg_rows;

void table_text(const struct pg_rows *rows);
void table_json(const struct pg_rows *rows);
void table_json_row(const struct pg_rows *rows, int row); /* No line end. */
/* Text for a terminal, at most so many characters; returns how many.  out may
 * be NULL: only counted. */
size_t table_put(FILE *out, const char *text, size_t most);

#endif /* DEPLOY_ARB_TABLE_H */
