/* database - the facts of some_facts.h in a PostgreSQL of the test's own */
#ifndef TESTS_UNIT_RECORDER_DATABASE_H
#define TESTS_UNIT_RECORDER_DATABASE_H

#include "recorder/rows.h"
#include "recorder/store.h"
#include "tests/unit/recorder/some_facts.h"

#include "common/pg.h"
#include "tests/unit/common/postgres.h"

static inline struct pg *
open_admin(void)
{
    struct why why;
    struct pg *pg = pg_open(conninfo, &why);
    if (pg == NULL)
        fail_msg("%s", why.s);
    return pg;
}

static inline void
ask(const char *sql, char *out, size_t cap)
{
    struct pg *pg = open_admin();
    struct why why;
    struct pg_rows *rows = pg_query(pg, sql, NULL, 0, &why);
    if (rows == NULL)
        fail_msg("%s", why.s);
    const char *cell = pg_count(rows) > 0 ? pg_cell(rows, 0, 0) : NULL;
    snprintf(out, cap, "%s", cell == NULL ? "" : cell);
    pg_free(&rows);
    pg_close(&pg);
}

static inline void
assert_answer(const char *sql, const char *expected)
{
    char got[256];
    ask(sql, got, sizeof got);
    assert_string_equal(got, expected);
}

static inline void
admin(const char *sql)
{
    struct pg *pg = open_admin();
    struct why why;
    if (!pg_exec(pg, sql, &why))
        fail_msg("%s", why.s);
    pg_close(&pg);
}

/* The server may take a moment to let go of a lock: tried for 5 s. */
static inline struct store *
open_store_at(const char *migrations, uint64_t committed[OWNERS])
{
    struct why why;
    for (int i = 0; i < 500; i++) {
        struct store *s = store_open(conninfo, migrations, committed, &why);
        if (s != NULL)
            return s;
        if (strstr(why.s, "another recorder") == NULL)
            break;
        usleep(10000);
    }
    fail_msg("%s", why.s);
    return NULL;
}

static inline struct store *
open_store(uint64_t committed[OWNERS])
{
    return open_store_at("recorder/migrations", committed);
}

/* A release before migration 011 had no partitions to ask for. */
static inline void
store_old_riskd(struct store *s)
{
    struct why why;
    struct batch b;
    riskd_facts();
    b = cut(OWNER_riskd, 0, facts);
    admin("CREATE FUNCTION make_part(text, date) RETURNS boolean LANGUAGE sql "
          "AS 'SELECT true'");
    if (store_batch(s, &b, &why) != STORED)
        fail_msg("%s", why.s);
    admin("DROP FUNCTION make_part(text, date)");
}

/* What scanner wrote, as a release before migration 011 wrote it. */
static inline void
store_old_scans(void)
{
    static struct opportunity m;
    struct why why;
    size_t size;
    char oid[24], sql[160];
    ask("SELECT to_regtype('row_opportunity')::oid", oid, sizeof oid);
    struct rows *rows = rows_new();
    rows_begin(rows, &opportunity_schema, (uint32_t)strtoul(oid, NULL, 10));
    for (uint32_t i = 0; i < facts; i++) {
        const struct row_head head = { "scanner", kept[i].n, kept[i].crc,
                                       kept[i].wall };
        const char *bad;
        assert_true(schema_unpack_kept(&opportunity_schema, &m,
                                       bytes + kept[i].offset, kept[i].size,
                                       &bad));
        assert_true(rows_add(rows, &head, &m));
    }
    struct pg *pg = open_admin();
    const char *array = rows_end(rows, &size);
    snprintf(sql, sizeof sql, "UPDATE journal_cursor SET committed = %u WHERE "
             "src = 'scanner'", facts);
    if (!pg_give(pg, "SELECT project_opportunity($1)", array, size, &why) ||
        !pg_end(pg, sql, &why))
        fail_msg("%s", why.s);
    rows_destroy(&rows);
    pg_close(&pg);
}

static inline void
store_all(struct store *s, unsigned owner, uint32_t piece)
{
    struct why why;
    for (uint32_t at = 0; at < facts; at += piece) {
        uint32_t count = facts - at < piece ? facts - at : piece;
        struct batch b = cut(owner, at, count);
        if (store_batch(s, &b, &why) != STORED)
            fail_msg("%s", why.s);
    }
}

/* Everything three owners wrote, in pieces of this many records. */
static inline void
store_everything(uint32_t piece)
{
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    executor_facts();
    store_all(s, OWNER_executor, piece);
    scanner_facts();
    store_all(s, OWNER_scanner, piece);
    riskd_facts();
    store_all(s, OWNER_riskd, piece);
    store_close(&s);
}

static inline void
empty_tables(void)
{
    admin("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

/* One text of every row of every fact table.  What a later release added is
 * left out: empty, or 0 in one case. */
#define ROWS(letter, table)                                                 \
    "SELECT '" letter "' || (jsonb_strip_nulls(to_jsonb(f)) - "             \
    "'naked_dollars' - 'unit')::text AS t FROM " table " f "

static inline void
digest_tables(char out[64])
{
    ask("SELECT md5(string_agg(t, '|' ORDER BY t)) FROM ("
        ROWS("s", "fact_arb_scan") "UNION ALL "
        ROWS("e", "fact_arb_execution") "UNION ALL "
        ROWS("o", "fact_arb_order") "UNION ALL "
        ROWS("f", "fact_arb_fill") "UNION ALL "
        ROWS("d", "fact_arb_decision") "UNION ALL "
        ROWS("l", "fact_arb_ledger") "UNION ALL "
        ROWS("r", "fact_arb_risk_event") "UNION ALL "
        ROWS("p", "fact_arb_daily_pnl") "UNION ALL "
        ROWS("c", "fact_arb_command") ") all_rows", out, 64);
}

#endif /* TESTS_UNIT_RECORDER_DATABASE_H */
