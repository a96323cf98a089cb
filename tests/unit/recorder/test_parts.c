/* test_parts - the tables that grow, a partition a day; and the seams of the
 * way on which opportunities come into theirs */
#include "tests/unit/recorder/database.h"

#define DAY INT64_C(86400)
/* The day some_facts.h is of, 2023-11-14, by its seconds. */
#define THEN (INT64_C(1700000000) / DAY * DAY)

/* An opportunity, some_facts.h's last revision of it: opened then. */
static void
opened(uint8_t last, uint64_t rev, int64_t seconds)
{
    static struct opportunity o;
    memset(&o, 0, sizeof o);
    o.scan_id = id(last);
    o.rev = rev;
    o.state = rev == 1 ? OPP_STATE_opened : OPP_STATE_updated;
    o.strategy = STRATEGY_A;
    o.opened.ns = seconds * 1000000000;
    o.profit.micros = (int64_t)rev * MICROS;
    fact(&opportunity_schema, &o);
}

static void
store_from(struct store *s, uint32_t from)
{
    struct why why;
    struct batch b = cut(OWNER_scanner, from, facts - from);
    if (store_batch(s, &b, &why) != STORED)
        fail_msg("%s", why.s);
}

static const char revisions[] =
    "SELECT string_agg(rev || ':' || est_profit_usd::int, ' ' ORDER BY "
    "scan_id) FROM fact_arb_scan";

static void
openings_and_revisions_in_one_batch_each_take_their_way(void **state)
{
    uint64_t committed[OWNERS];
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    facts = used = 0;
    opened(1, 1, THEN);
    opened(2, 1, THEN);
    opened(2, 2, THEN);
    store_from(s, 0);
    assert_answer(revisions, "1:1 2:2");
    /* One of before, one that opens and changes, one whose opening is not
     * kept. */
    opened(1, 2, THEN);
    opened(3, 1, THEN + DAY);
    opened(1, 3, THEN);
    opened(3, 2, THEN + DAY);
    opened(4, 7, THEN + 2 * DAY);
    store_from(s, 3);
    assert_answer(revisions, "3:3 2:2 2:2 7:7");
    assert_answer("SELECT count(DISTINCT tableoid) || ' ' || min(tableoid::"
                  "regclass::text) FROM fact_arb_scan",
                  "3 fact_arb_scan_20231114");
    store_close(&s);
}

/* The cursor was set back, as by a backup of it alone: nothing is there twice,
 * and what is newer stays. */
static void
openings_that_are_there_against_the_cursors_word_are_merged(void **state)
{
    char before[64], after[64];
    uint64_t committed[OWNERS];
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    facts = used = 0;
    for (uint8_t i = 1; i <= 9; i++)
        opened(i, 1, THEN);
    opened(4, 2, THEN);
    store_from(s, 0);
    digest_tables(before);
    admin("UPDATE journal_cursor SET committed = 0");
    /* New ones among them. */
    opened(10, 1, THEN);
    for (uint32_t at = 0; at < 10; at += 5) {
        struct why why;
        struct batch b = cut(OWNER_scanner, at, 5);
        assert_int_equal(store_batch(s, &b, &why), STORED);
    }
    digest_tables(after);
    assert_string_equal(after, before);
    store_from(s, 10);
    assert_answer("SELECT count(*) || ' ' || max(rev) FROM fact_arb_scan",
                  "10 2");
    /* Another content under the same number stops it, on this way too. */
    admin("UPDATE journal_cursor SET committed = 0");
    kept[9].crc ^= 1;
    struct batch b = cut(OWNER_scanner, 0, facts);
    struct why why;
    assert_int_equal(store_batch(s, &b, &why), STORED_REFUSED);
    assert_non_null(strstr(why.s, "other content"));
    store_close(&s);
}

/* The server goes away under the copy, after it, and before its end: a trigger
 * ends the session at the row it is asked to. */
static void
a_server_that_dies_in_the_copy_loses_and_doubles_nothing(void **state)
{
    uint64_t committed[OWNERS];
    struct why why;
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    facts = used = 0;
    for (uint8_t i = 1; i <= 60; i++)
        opened(i, 1, THEN);
    admin("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
          "IF NEW.n = 40 THEN PERFORM pg_terminate_backend(pg_backend_pid()); "
          "PERFORM pg_sleep(5); END IF; RETURN NEW; END$$");
    admin("CREATE TRIGGER die BEFORE INSERT ON fact_arb_scan FOR EACH ROW "
          "EXECUTE FUNCTION die()");
    struct batch b = cut(OWNER_scanner, 0, facts);
    assert_int_equal(store_batch(s, &b, &why), STORED_UNSURE);
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan", "0");
    /* At the commit: rows and cursor are of one transaction. */
    admin("DROP TRIGGER die ON fact_arb_scan; "
          "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON fact_arb_scan "
          "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");
    s = open_store(committed);
    assert_int_equal(committed[OWNER_scanner], 0);
    assert_int_equal(store_batch(s, &b, &why), STORED_UNSURE);
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan", "0");
    admin("DROP TRIGGER die ON fact_arb_scan");
    s = open_store(committed);
    assert_int_equal(committed[OWNER_scanner], 0);
    assert_int_equal(store_batch(s, &b, &why), STORED);
    store_close(&s);
    assert_answer("SELECT count(*) || ' ' || (SELECT committed FROM "
                  "journal_cursor WHERE src = 'scanner') FROM fact_arb_scan",
                  "60 60");
}

/* Their tokens' markets: remembered once known, asked for until then. */
static void
markets_are_named_as_soon_as_they_are_known(void **state)
{
    static struct opportunity o;
    static struct heard h;
    uint64_t committed[OWNERS];
    struct why why;
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    for (uint8_t round = 1; round <= 3; round++) {
        scanner_facts();
        assert_true(opportunity_unpack(&o, bytes, kept[0].size));
        facts = round - 1U;
        used = 0;
        o.scan_id = id(round);
        fact(&opportunity_schema, &o);
        store_from(s, round - 1U);
        h.src = SOURCE_feed;
        text_set(&h.market.market, "0xabc");
        text_set(&h.market.event, "31");
        h.market.yes.b[31] = 7;
        h.market.no.b[31] = 8;
        if (round == 2 &&
            !store_heard(s, HEARSAY_market, &h, 1, &why))
            fail_msg("%s", why.s);
    }
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan WHERE market_ids = "
                  "'{0xabc}'", "3");
}

/* So many days ago, by the server's clock. */
static int64_t
ago(int64_t days)
{
    char text[32];
    ask("SELECT extract(epoch FROM now())::bigint", text, sizeof text);
    return strtoll(text, NULL, 10) - days * DAY;
}

static void
days_are_made_ahead_and_dropped_only_when_all_of_them_is_old(void **state)
{
    uint64_t committed[OWNERS];
    uint32_t dropped;
    struct why why;
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    assert_true(store_keep(s, 0, &dropped, &why));
    assert_answer("SELECT count(*) FROM pg_class WHERE relispartition "
                  "AND relkind = 'r'", "20");
    facts = used = 0;
    opened(1, 1, ago(12));
    opened(2, 1, ago(11));
    opened(3, 1, ago(10));
    opened(4, 1, ago(9));
    opened(5, 1, ago(0));
    store_from(s, 0);
    assert_true(store_keep(s, 0, &dropped, &why));
    assert_int_equal(dropped, 0);
    /* The day 10 days ago is only in part as old as that. */
    assert_true(store_keep(s, 10, &dropped, &why));
    assert_int_equal(dropped, 2);
    assert_answer("SELECT string_agg(right(scan_id::text, 1), '' ORDER BY "
                  "scan_id) FROM fact_arb_scan", "345");
    assert_answer("SELECT now()::date - upto FROM arb_dropped", "10");
    assert_true(store_keep(s, 10, &dropped, &why));
    assert_int_equal(dropped, 0);
    /* What is told of it again has a place again. */
    opened(2, 2, ago(11));
    store_from(s, 5);
    assert_answer("SELECT count(*) FROM fact_arb_scan_rest", "0");
    store_close(&s);
}

static void
whoever_reads_for_long_stops_no_writing_and_days_go_bit_by_bit(void **state)
{
    uint64_t committed[OWNERS];
    uint32_t dropped;
    struct why why;
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    assert_true(store_keep(s, 0, &dropped, &why));
    admin("DO $$ BEGIN EXECUTE 'DROP TABLE fact_arb_scan_' || "
          "to_char(now()::date + 3, 'YYYYMMDD'); END $$");
    struct pg *backup = open_admin();
    assert_true(pg_exec(backup, "BEGIN; LOCK TABLE fact_arb_scan IN ACCESS "
                                "SHARE MODE", &why));
    if (!store_keep(s, 10, &dropped, &why))
        fail_msg("%s", why.s);
    facts = used = 0;
    for (uint8_t i = 1; i <= 6; i++)
        opened(i, 1, ago(0));
    store_from(s, 0);
    pg_close(&backup);
    for (uint8_t i = 7; i <= 12; i++)
        opened(i, 1, ago(20 + i));
    store_from(s, 6);
    assert_true(store_keep(s, 10, &dropped, &why));
    assert_int_equal(dropped, 4);
    assert_true(store_keep(s, 10, &dropped, &why));
    assert_int_equal(dropped, 2);
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan", "6");
    assert_answer("SELECT count(*) FROM pg_class WHERE relispartition "
                  "AND relkind = 'r'", "20");
}

static void
a_clock_that_jumped_drops_nothing_and_the_ledger_is_kept(void **state)
{
    uint64_t committed[OWNERS];
    uint32_t dropped;
    struct why why;
    (void)state;
    empty_tables();
    store_everything(1000);
    struct store *s = open_store(committed);
    /* To the server's clock all of it is years old; nothing is newer. */
    assert_true(store_keep(s, 30, &dropped, &why));
    assert_int_equal(dropped, 0);
    scanner_facts();
    opened(7, 1, ago(0));
    store_from(s, 3);
    assert_true(store_keep(s, 30, &dropped, &why));
    assert_int_equal(dropped, 1);
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan", "1");
    assert_answer("SELECT count(*) > 0 FROM fact_arb_ledger", "t");
    /* An execution of a time the scans of which were dropped is no orphan. */
    assert_answer("SELECT count(*) FROM arb_orphan", "0");
}

static void
what_is_of_no_day_of_ours_is_written_and_said(void **state)
{
    uint64_t committed[OWNERS];
    uint32_t dropped;
    struct why why;
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    facts = used = 0;
    opened(1, 1, 86400);
    opened(2, 1, ago(-400));
    store_from(s, 0);
    assert_int_equal(store_stray(s), 2);
    assert_int_equal(store_stray(s), 0);
    assert_answer("SELECT count(*) FROM fact_arb_scan_rest", "2");
    assert_answer("SELECT count(*) FROM arb_orphan WHERE what = 'scan of no "
                  "day of ours'", "2");
    /* When its day has come, it moves there. */
    admin("UPDATE fact_arb_scan SET scanned_at = scanned_at - interval '400 "
          "days' WHERE rev = 1 AND scanned_at > now()");
    assert_answer("SELECT count(*) FROM fact_arb_scan_rest", "2");
    assert_true(store_keep(s, 0, &dropped, &why));
    assert_answer("SELECT count(*) FROM fact_arb_scan_rest", "1");
    assert_answer("SELECT count(*) FROM fact_arb_scan", "2");
    store_close(&s);
}

static void
partitions_are_read_by_their_index_and_no_more_of_them_than_asked(
    void **state)
{
    uint64_t committed[OWNERS];
    char plan[2048] = "";
    struct why why;
    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    facts = used = 0;
    for (uint8_t i = 0; i < 60; i++)
        opened(i, 1, THEN + i % 20 * DAY);
    store_from(s, 0);
    store_close(&s);
    struct pg *pg = open_admin();
    struct pg_rows *rows = pg_query(
        pg, "EXPLAIN SELECT count(*) FROM fact_arb_scan WHERE scanned_at >= "
            "'2023-11-16T03:00Z' AND scanned_at < '2023-11-16T04:00Z'", NULL,
        0, &why);
    for (int i = 0; i < pg_count(rows); i++)
        strncat(plan, pg_cell(rows, i, 0), sizeof plan - strlen(plan) - 1);
    pg_free(&rows);
    pg_close(&pg);
    assert_non_null(strstr(plan, "fact_arb_scan_20231116_scanned_at"));
    assert_null(strstr(plan, "Append"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            openings_and_revisions_in_one_batch_each_take_their_way),
        cmocka_unit_test(
            openings_that_are_there_against_the_cursors_word_are_merged),
        cmocka_unit_test(
            a_server_that_dies_in_the_copy_loses_and_doubles_nothing),
        cmocka_unit_test(markets_are_named_as_soon_as_they_are_known),
        cmocka_unit_test(
            days_are_made_ahead_and_dropped_only_when_all_of_them_is_old),
        cmocka_unit_test(
            a_clock_that_jumped_drops_nothing_and_the_ledger_is_kept),
        cmocka_unit_test(
            whoever_reads_for_long_stops_no_writing_and_days_go_bit_by_bit),
        cmocka_unit_test(what_is_of_no_day_of_ours_is_written_and_said),
        cmocka_unit_test(
            partitions_are_read_by_their_index_and_no_more_of_them_than_asked),
    };
    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
