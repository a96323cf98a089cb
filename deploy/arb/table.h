/* table - rows of a query as aligned text, or as JSON lines */
#ifndef DEPLOY_ARB_TABLE_H
#define DEPLOY_ARB_TABLE_H

struct pg_rows;

void table_text(const struct pg_rows *rows);
void table_json(const struct pg_rows *rows);

#endif /* DEPLOY_ARB_TABLE_H */
