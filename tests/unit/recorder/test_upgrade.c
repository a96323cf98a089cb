/* test_upgrade - a database that another release filled, and records that it
 * wrote, taken over by this one */
#include "tests/unit/recorder/database.h"

enum { NEW_FIELDS = 13 }; /* Of opportunity: used and all behind it. */

/* As a release wrote it that did not have the last fields. */
static void
make_old(void)
{
    static struct kept again[FACTS_CAP];
    static uint8_t old_bytes[sizeof bytes];
    static struct opportunity m;
    struct schema old = opportunity_schema;
    uint32_t at = 0;

    old.fields_count -= NEW_FIELDS;
    for (uint32_t i = 0; i < facts; i++) {
        assert_true(opportunity_unpack(&m, bytes + kept[i].offset,
                                       kept[i].size));
        again[i] = kept[i];
        again[i].offset = at;
        again[i].size = (uint32_t)schema_pack(&old, &m, old_bytes + at,
                                              sizeof old_bytes - at);
        assert_true(again[i].size > 0);
        again[i].crc = crc32c(0, old_bytes + at, again[i].size);
        at += again[i].size;
    }
    memcpy(kept, again, sizeof kept);
    memcpy(bytes, old_bytes, sizeof bytes);
}

/* The tables of that release, filled by it. */
static void
fill_old_release(void)
{
    uint64_t committed[OWNERS];
    char folder[64];

    empty_tables();
    shell("rm -rf $V/sql && mkdir $V/sql && "
          "cp recorder/migrations/00[12]_*.sql $V/sql");
    snprintf(folder, sizeof folder, "%s/sql", var);
    struct store *s = open_store_at(folder, committed);
    executor_facts();
    store_all(s, OWNER_executor, 1000);
    scanner_facts();
    make_old();
    store_old_scans();
    store_old_riskd(s);
    store_close(&s);
    admin("ALTER TYPE row_opportunity DROP ATTRIBUTE used, "
          "DROP ATTRIBUTE left_out, DROP ATTRIBUTE locked, "
          "DROP ATTRIBUTE capital, DROP ATTRIBUTE conversion, "
          "DROP ATTRIBUTE exposed, DROP ATTRIBUTE at_risk, "
          "DROP ATTRIBUTE hit, DROP ATTRIBUTE break_even, "
          "DROP ATTRIBUTE annual, DROP ATTRIBUTE excess, "
          "DROP ATTRIBUTE pays, DROP ATTRIBUTE frame");
}

static void
a_filled_database_is_taken_over_row_by_row(void **state)
{
    char before[64], after[64];
    uint64_t committed[OWNERS];

    (void)state;
    fill_old_release();
    digest_tables(before);
    struct store *s = open_store(committed);
    store_close(&s);
    digest_tables(after);
    assert_string_equal(after, before);
    assert_int_equal(committed[OWNER_scanner], 3);
    shell("test $(deploy/pg.sh psql $V -qAtc 'SELECT count(*) FROM "
          "schema_migration') = $(ls recorder/migrations/*.sql | wc -l)");
    assert_answer("SELECT book_snapshot IS NULL AND annualized_pct IS NULL "
                  "FROM fact_arb_scan", "t");
}

static void
what_is_written_after_it_has_levels_and_yield(void **state)
{
    uint64_t committed[OWNERS];
    static struct opportunity m;
    struct why why;

    (void)state;
    fill_old_release();
    struct store *s = open_store(committed);
    scanner_facts();
    assert_true(opportunity_unpack(&m, bytes + kept[1].offset, kept[1].size));
    m.scan_id = id(5);
    facts = 3;
    fact(&opportunity_schema, &m);
    struct batch b = { OWNER_scanner, 4, 4, 1, kept + 3, bytes };
    if (store_batch(s, &b, &why) != STORED)
        fail_msg("%s", why.s);
    store_close(&s);
    assert_answer("SELECT count(*) || ' ' || count(annualized_pct) || ' ' || "
                  "count(book_snapshot) FROM fact_arb_scan", "2 1 1");
    assert_answer("SELECT book_snapshot->'7'->'bids'->0->>0 FROM "
                  "fact_arb_scan WHERE book_snapshot IS NOT NULL", "0.52");
}

/* Dropped and built again from the journals, old records and all. */
static void
old_records_build_the_rows_they_built_then(void **state)
{
    char before[64], after[64];
    uint64_t committed[OWNERS];

    (void)state;
    fill_old_release();
    digest_tables(before);
    empty_tables();
    struct store *s = open_store(committed);
    executor_facts();
    store_all(s, OWNER_executor, 2);
    scanner_facts();
    make_old();
    store_all(s, OWNER_scanner, 2);
    riskd_facts();
    store_all(s, OWNER_riskd, 2);
    store_close(&s);
    digest_tables(after);
    assert_string_equal(after, before);
}

static void
a_yield_is_not_told_for_less_than_a_day_nor_for_an_unknown_end(void **state)
{
    static const struct { int64_t locked; const char *pct; } rows[] = {
        { 0, "" }, { 60000, "" }, { 86399999, "" }, { 86400000, "450.5925" },
        { INT64_C(86400000) * 365, "1.2345" }, { INT64_MAX, "0.0000" },
        { -1, "" },
    };
    static struct opportunity m;
    struct why why;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t committed[OWNERS];

        empty_tables();
        struct store *s = open_store(committed);
        scanner_facts();
        assert_true(opportunity_unpack(&m, bytes, kept[0].size));
        m.locked.ms = rows[i].locked;
        facts = used = 0;
        fact(&opportunity_schema, &m);
        struct batch b = cut(OWNER_scanner, 0, 1);
        if (store_batch(s, &b, &why) != STORED)
            fail_msg("%s", why.s);
        store_close(&s);
        assert_answer("SELECT annualized_pct FROM fact_arb_scan",
                      rows[i].pct);
    }
}

static void
the_largest_opportunities_are_written_whole(void **state)
{
    static struct opportunity m;
    uint64_t committed[OWNERS];

    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    scanner_facts();
    assert_true(opportunity_unpack(&m, bytes, kept[0].size));
    facts = used = 0;
    m.legs.count = legs_cap;
    m.used.count = used_levels_cap;
    for (uint32_t i = 0; i < legs_cap; i++) {
        memset(m.legs.at[i].token.b, 0xff, sizeof m.legs.at[i].token.b);
        m.legs.at[i].token.b[31] = (uint8_t)i;
        m.legs.at[i].side = SIDE_buy;
    }
    for (uint32_t i = 0; i < used_levels_cap; i++)
        m.used.at[i] = (struct used_level){
            i / 8, { 999999 - (int64_t)i }, { INT64_MAX }
        };
    for (uint8_t i = 0; i < FACTS_CAP / 2; i++) {
        m.scan_id = id(i);
        fact(&opportunity_schema, &m);
    }
    store_all(s, OWNER_scanner, FACTS_CAP);
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan, "
                  "jsonb_each(book_snapshot) WHERE "
                  "jsonb_array_length(value->'asks') = 8", "1024");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filled_database_is_taken_over_row_by_row),
        cmocka_unit_test(what_is_written_after_it_has_levels_and_yield),
        cmocka_unit_test(old_records_build_the_rows_they_built_then),
        cmocka_unit_test(
            a_yield_is_not_told_for_less_than_a_day_nor_for_an_unknown_end),
        cmocka_unit_test(the_largest_opportunities_are_written_whole),
    };
    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
