/* row_types - PostgreSQL's composite types for rows of messages
 *
 * What a message carries is said in proto, and only there: the types are made
 * from it, before the migrations, whose functions take them.  After an
 * upgrade that added a field they are found different and changed; the
 * functions name the columns they want and do not mind. */
#include "recorder/row_types.h"

#include "recorder/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Its number, its columns, and the words that would drop them. */
static const char known_type[] =
    "SELECT t.oid, "
    "string_agg(format('\"%s\" %s', attname, atttypid::oid), ', ' ORDER BY "
    "attnum), string_agg(format('DROP ATTRIBUTE %I, ', attname), '') "
    "FROM pg_type t JOIN pg_attribute ON attrelid = typrelid AND NOT "
    "attisdropped WHERE t.oid = to_regtype('row_' || $1) GROUP BY t.oid";

static bool
change(struct pg *pg, const struct schema *sc, const struct pg_rows *known,
       struct why *why)
{
    char columns[ROWS_COLUMNS_CAP], sql[2 * ROWS_COLUMNS_CAP + 64];
    bool there = pg_count(known) == 1;
    rows_columns(sc, there ? ROWS_ALTER : ROWS_CREATE, columns,
                 sizeof columns);
    if (there)
        snprintf(sql, sizeof sql, "ALTER TYPE row_%s %.*s%s", sc->name,
                 ROWS_COLUMNS_CAP, pg_cell(known, 0, 2), columns);
    else
        snprintf(sql, sizeof sql, "CREATE TYPE row_%s AS (%s)", sc->name,
                 columns);
    return pg_exec(pg, sql, why);
}

bool
row_type_make(struct pg *pg, const struct schema *sc, uint32_t *oid,
              struct why *why)
{
    char wanted[ROWS_COLUMNS_CAP];
    const char *params[] = { sc->name };
    bool ok = true;
    rows_columns(sc, ROWS_KNOWN, wanted, sizeof wanted);
    *oid = 0;
    for (int i = 0; ok && *oid == 0 && i < 2; i++) {
        struct pg_rows *known = pg_query(pg, known_type, params, 1, why);
        if (known == NULL)
            return false;
        if (pg_count(known) == 1 && strcmp(pg_cell(known, 0, 1), wanted) == 0)
            *oid = (uint32_t)strtoul(pg_cell(known, 0, 0), NULL, 10);
        else
            ok = change(pg, sc, known, why);
        pg_free(&known);
    }
    return ok && (*oid != 0 || why_set(why, "row_%s: cannot be made to fit",
                                       sc->name));
}
