/* rebuild - arb rebuild: the tables once more, from the journals alone */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"

#include "common/daemon.h"
#include "common/home.h"
#include "common/pg.h"
#include "recorder/recorder.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What comes from the bus and not from a journal is not compared; days are
 * parts of their tables.  Beside each, from when on both must have it, and
 * when l and t are the same row. */
static const char tables_sql[] =
    "SELECT relname, (SELECT format('%I >= %L', part_column, upto) FROM "
    "public.part_column('public.' || relname), public.arb_dropped "
    "WHERE name = relname), coalesce((SELECT string_agg("
    "format('l.%1$I = t.%1$I', attname), ' AND ') "
    "FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND "
    "attnum = ANY (indkey) WHERE indisprimary AND "
    "indrelid = to_regclass('public.' || relname)), 'false') "
    "FROM pg_class WHERE relnamespace = "
    "to_regnamespace($1) AND relkind IN ('r', 'p') AND NOT relispartition "
    "AND relname LIKE 'fact\\_arb\\_%' "
    "AND relname <> 'fact_arb_heartbeat' ORDER BY 1";

/* Rows of either side that the other lacks, told by a number of 64 bits made
 * of the whole row: each table is read once, and what is kept of a row is
 * small, however large it is.  Those of records that scanner no longer keeps,
 * of what came meanwhile (a day's profit is one row, written again and again),
 * and of days that were dropped count for nothing. */
static const char compare_sql[] =
    "SELECT coalesce(sum(b), 0), coalesce(sum(greatest(a - b, 0)), 0), "
    "coalesce(sum(greatest(b - a, 0)), 0) FROM ("
    "SELECT sum(a) AS a, sum(b) AS b FROM ("
    "SELECT hash_record_extended(t, 0) AS row, 1 AS a, 0 AS b "
    "FROM public.%s t WHERE %s AND %s UNION ALL "
    "SELECT hash_record_extended(t, 0), 0, 1 "
    "FROM %s.%s t WHERE %s AND %s AND NOT EXISTS (SELECT FROM "
    "(SELECT * FROM public.%s t WHERE %s) l WHERE %s)"
    ") rows GROUP BY row) sides";

/* Only rows made of records first[] to last[]: WHERE of those that name them,
 * otherwise those of tables that name none. */
static void
write_filter(const uint64_t *first, const uint64_t *last, const char *otherwise,
             char *out, size_t cap)
{
    size_t used = 0;
    for (unsigned o = 0; otherwise == NULL && o < OWNERS && used < cap; o++) {
        int n = snprintf(out + used, cap - used,
                         "%s(t.src = '%s' AND t.n BETWEEN %" PRIu64
                         " AND %" PRIu64 ")", o > 0 ? " OR " : "(",
                         enum_word(&source_words, owner_source(o)),
                         first[o], last[o]);
        used += n > 0 ? (size_t)n : 0;
    }
    snprintf(out + used, cap - used, "%s", otherwise ? otherwise : ")");
}

static int
has_column_n(struct pg *pg, const char *schema, const char *table,
             struct why *why)
{
    const char *params[] = { schema, table };
    struct pg_rows *rows = pg_query(
        pg, "SELECT count(*) FROM information_schema.columns WHERE "
            "table_schema = $1 AND table_name = $2 AND column_name IN "
            "('src', 'n')", params, 2, why);
    if (rows == NULL)
        return -1;
    int both = strcmp(pg_cell(rows, 0, 0), "2") == 0;
    pg_free(&rows);
    return both;
}

/* 1 equal, 0 not, -1 no answer. */
static int
compare_table(struct pg *pg, const char *schema, const char *table,
              const char *since, const char *same_row, const struct rebuilt *r,
              struct why *why)
{
    char filter[512], later[512], sql[4096];
    uint64_t next[OWNERS], end[OWNERS];
    for (unsigned o = 0; o < OWNERS; o++) {
        next[o] = r->last[o] + 1;
        end[o] = INT64_MAX;
    }
    int has_n = has_column_n(pg, schema, table, why);
    if (has_n < 0)
        return -1;
    write_filter(r->first, r->last, has_n ? NULL : "true", filter,
                 sizeof filter);
    write_filter(next, end, has_n ? NULL : "false", later, sizeof later);
    since = since == NULL ? "true" : since;
    snprintf(sql, sizeof sql, compare_sql, table, filter, since, schema,
             table, filter, since, table, later, same_row);
    struct pg_rows *rows = pg_query(pg, sql, NULL, 0, why);
    if (rows == NULL)
        return -1;
    const char *gone = pg_cell(rows, 0, 1), *new = pg_cell(rows, 0, 2);
    bool same = strcmp(gone, "0") == 0 && strcmp(new, "0") == 0;
    printf("%-26s %8s rows", table, pg_cell(rows, 0, 0));
    if (same)
        printf(", equal\n");
    else
        printf(", %s differ from the rebuilt, %s from the recorded\n", gone,
               new);
    pg_free(&rows);
    return same;
}

static int
compare_all(const char *conninfo, const char *schema, const struct rebuilt *r,
            struct why *why)
{
    struct pg *pg = pg_open(conninfo, why);
    struct pg_rows *rows = NULL;
    if (pg != NULL) { /* Tables of months take their time. */
        pg_silence(pg, (struct ms){ PG_PATIENCE_MS });
        if (pg_exec(pg, "SET statement_timeout = 0", why))
            rows = pg_query(pg, tables_sql, &schema, 1, why);
    }
    int all = rows != NULL ? 1 : -1;
    for (int i = 0; all >= 0 && i < pg_count(rows); i++) {
        int same = compare_table(pg, schema, pg_cell(rows, i, 0),
                                 pg_cell(rows, i, 1), pg_cell(rows, i, 2), r,
                                 why);
        all = same < all ? same : all;
    }
    if (rows != NULL)
        pg_free(&rows);
    pg_close(&pg);
    return all;
}

static bool
is_name(const char *s)
{
    size_t size = strlen(s);
    for (size_t i = 0; i < size; i++)
        if (!islower((unsigned char)s[i]) && s[i] != '_' &&
            (i == 0 || !isdigit((unsigned char)s[i])))
            return false;
    return size > 0 && size <= 60 && strcmp(s, "public") != 0;
}

static int
rebuild(const struct conf *conf, const char *schema)
{
    struct recorder_conf r;
    struct common_conf common = cmd_common(conf);
    struct rebuilt done;
    struct why why = { "" };
    char database[1024];
    conf_fill(conf, &recorder_section, &r);
    cmd_database(conf, database, sizeof database);
    if (!home_path(&r.migrations, "recorder.migrations", &why) ||
        !recorder_rebuild(database, r.migrations.s, schema, common.var.s,
                          &done, &why)) {
        fprintf(stderr, "arb rebuild: %s\n", why.s);
        return EXIT_WORLD;
    }
    for (unsigned o = 0; o < OWNERS; o++)
        printf("%-10s records %" PRIu64 " to %" PRIu64 "\n",
               enum_word(&source_words, owner_source(o)), done.first[o],
               done.last[o]);
    int same = compare_all(database, schema, &done, &why);
    if (same < 0)
        fprintf(stderr, "arb rebuild: %s\n", why.s);
    return same == 1 ? EXIT_OK : EXIT_WORLD;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *schema = NULL;
    const struct arg table[] = {
        { "-c", NULL, &file }, { "--schema", NULL, &schema },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    if (schema == NULL || !is_name(schema)) {
        fprintf(stderr, "arb rebuild: --schema: expected a name of small "
                        "letters, digits and _, not public\n");
        return EXIT_USAGE;
    }
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    int code = rebuild(conf, schema);
    conf_destroy(&conf);
    return code;
}

const struct cmd cmd_rebuild = {
    .name = "rebuild",
    .about = "the tables once more, from the journals alone, and compared",
    .help = "usage: arb rebuild --schema NAME [-c FILE]\n\n"
            "Writes every fact of the journals into tables of schema NAME,\n"
            "beside those the recorder keeps, and compares the two row by\n"
            "row.  Interrupted, it goes on where it was.  What is heard on\n"
            "the bus (heartbeats, counters, latencies) is in no journal.\n"
            "Exit codes: 0 equal, 1 not, or the world failed, 2 bad usage.\n",
    .run = run,
};
