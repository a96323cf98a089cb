/* wiring_query - a counter's page, from PostgreSQL */

/* Connected anew each time: it is asked seldom, and a connection that is kept
 * has to be found broken first. */

#include "feed/wiring_query.h"

#include "common/must.h"
#include "common/pg.h"

#include <stdlib.h>
#include <string.h>

static char *
take(const struct pg_rows *rows, struct why *why)
{
    const char *cell = NULL;
    char *page = NULL;

    if (pg_count(rows) == 1 && pg_columns(rows) == 1)
        cell = pg_cell(rows, 0, 0);
    if (cell == NULL) {
        (void)why_set(why, "expected one row of one cell, got %d of %d",
                      pg_count(rows), pg_columns(rows));
    } else if (strlen(cell) > WIRING_QUERY_CAP) {
        (void)why_set(why, "more than %d bytes", WIRING_QUERY_CAP);
    } else {
        page = strdup(cell);
        must(page != NULL);
    }
    return page;
}

char *
wiring_query(const char *database, const char *query, struct why *why)
{
    struct pg *pg = pg_open(database, why);
    struct pg_rows *rows = NULL;
    char *page = NULL;

    if (pg != NULL &&
        pg_exec(pg, "SET default_transaction_read_only = on", why))
        rows = pg_query(pg, query, NULL, 0, why);
    if (rows != NULL) {
        page = take(rows, why);
        pg_free(&rows);
    }
    pg_close(&pg);
    return page;
}
