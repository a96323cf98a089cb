/* alike - pairs of markets whose titles are alike, by PostgreSQL's trigrams */

/* What the words of titles show (candidates.c) needs their forms to be the
 * same; what is alike need not.  Of such a pair the words are asked, too; where
 * they show nothing, it is for a person to read.  pg_trgm compares every title
 * with those that share trigrams with it, by an index, some hundred at a time,
 * so that no statement takes long.  It lives in a schema of its own: nothing
 * else in the database knows of it. */

#include "deploy/arb/relate/candidates.h"

#include "deploy/arb/cmd.h"
#include "deploy/arb/relate/relation.h"

#include "common/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 200 };

static const char begin[] =
    "CREATE SCHEMA IF NOT EXISTS trigram;"
    "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA trigram;"
    "SET search_path = public, trigram;"
    "CREATE TEMP TABLE open_market AS"
    " SELECT row_number() OVER (ORDER BY market_id) AS n, market_id, question,"
    " event_id, neg_risk FROM dim_market WHERE open;"
    "CREATE INDEX ON open_market USING gin (question gin_trgm_ops);"
    "CREATE INDEX ON open_market (n);"
    "ANALYZE open_market;"
    "CREATE TEMP TABLE alike (a text, question_a text, b text,"
    " question_b text, same real)";

/* That at most one outcome of a neg-risk event is yes, the venue says. */
static const char compare[] =
    "INSERT INTO alike SELECT x.market_id, x.question, y.market_id,"
    " y.question, similarity(x.question, y.question)"
    " FROM open_market x JOIN open_market y"
    " ON y.question % x.question AND y.n > x.n"
    " WHERE x.n BETWEEN $1::bigint AND $2::bigint"
    " AND NOT (x.neg_risk AND x.event_id = y.event_id)";

static bool
compare_all(struct pg *pg, const char *least, struct why *why)
{
    const char *threshold[] = { least };
    struct pg_rows *rows = pg_query(
        pg, "SELECT set_config('pg_trgm.similarity_threshold', $1, false),"
            " (SELECT count(*) FROM open_market)", threshold, 1, why);
    long count;

    if (rows == NULL)
        return false;
    count = strtol(pg_cell(rows, 0, 1), NULL, 10);
    pg_free(&rows);
    for (long from = 1; from <= count; from += BATCH) {
        char first[24], last[24];
        const char *range[] = { first, last };

        snprintf(first, sizeof first, "%ld", from);
        snprintf(last, sizeof last, "%ld", from + BATCH - 1);
        rows = pg_query(pg, compare, range, 2, why);
        if (rows == NULL)
            return false;
        pg_free(&rows);
    }
    return true;
}

static void
print_row(const struct pg_rows *rows, int row, bool json)
{
    const char *cells[4], *why;
    struct question_text a, b;
    enum relation r = RELATION_none;
    char alike[64];

    for (int i = 0; i < 4; i++)
        cells[i] = pg_cell(rows, row, i);
    snprintf(alike, sizeof alike, "alike by %s, no more is in the words",
             pg_cell(rows, row, 4));
    if (question_read(cells[1], &a) && question_read(cells[3], &b))
        r = relation_of(&a, &b, &why);
    relations_print(cells, r, r == RELATION_none ? alike : why, json);
}

int
relations_alike(const char *database, const char *least, uint32_t most,
                bool json)
{
    struct why why;
    struct pg *pg = pg_open(database, &why);
    struct pg_rows *rows = NULL;
    char limit[16];
    const char *params[] = { limit };
    int code = EXIT_WORLD;

    snprintf(limit, sizeof limit, "%u", most);
    if (pg != NULL && pg_exec(pg, begin, &why) &&
        compare_all(pg, least, &why))
        rows = pg_query(pg, "SELECT a, question_a, b, question_b,"
                            " round(same::numeric, 2) FROM alike"
                            " ORDER BY same DESC, a, b LIMIT $1::int",
                        params, 1, &why);
    for (int row = 0; rows != NULL && row < pg_count(rows); row++)
        print_row(rows, row, json);
    if (rows != NULL) {
        code = EXIT_OK;
        pg_free(&rows);
    } else {
        fprintf(stderr, "arb relations: %s\n", why.s);
    }
    pg_close(&pg);
    return code;
}
