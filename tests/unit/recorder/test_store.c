/* test_store - batches into a real PostgreSQL, started for this test by
 * deploy/pg.sh: once, again, in pieces, contradicted, cut off. */
#include "tests/unit/recorder/database.h"

#include "common/clock.h"
#include "recorder/migrate.h"

static void
every_fact_becomes_the_row_it_should(void **state)
{
    (void)state;
    empty_tables();
    store_everything(1000);
    assert_answer("SELECT count(*) FROM fact_arb_execution", "2");
    assert_answer("SELECT status || shares_filled || total_cost FROM "
                  "fact_arb_execution WHERE exec_id::text LIKE '%01'",
                  "FILLED50.00000072.0000");
    assert_answer("SELECT event_id FROM fact_arb_execution LIMIT 1",
                  "31\t\\ 'x'\n\"q\"");
    assert_answer("SELECT jsonb_array_length(legs_result) FROM "
                  "fact_arb_execution WHERE status = 'FILLED'", "3");
    assert_answer("SELECT string_agg(state, ',') FROM fact_arb_order",
                  "filled,filled,filled");
    assert_answer("SELECT string_agg(DISTINCT state, ',') || count(*) FROM "
                  "fact_arb_fill", "confirmed3");
    assert_answer("SELECT state || lifetime_ms || executed || peak_usd FROM "
                  "fact_arb_scan", "closed3500true0.900000");
    assert_answer("SELECT total_ask || ' ' || discount_pct || ' ' || "
                  "net_profit_pct FROM fact_arb_scan",
                  "0.950000 5.000000 1.234500");
    /* 1.2345 % in 73 days. */
    assert_answer("SELECT annualized_pct FROM fact_arb_scan", "6.1725");
    assert_answer("SELECT book_snapshot FROM fact_arb_scan",
                  "{\"7\": {\"bids\": [[\"0.52\", \"70\"]]}, "
                  "\"left_out\": 3, "
                  "\"115792089237316195423570985008687907853269984665640564039"
                  "457584007913129639935\": {\"asks\": [[\"0.4\", "
                  "\"30.5\"], [\"0.43\", \"40\"]]}}");
    assert_answer("SELECT count(*) FROM fact_arb_decision WHERE granted",
                  "1");
    assert_answer("SELECT sum(amount) FROM fact_arb_ledger "
                  "WHERE account = 'cash' OR account = 'capital'",
                  "0.000000");
    assert_answer("SELECT sum(shares) FROM fact_arb_position", "150.000000");
    assert_answer("SELECT realised FROM fact_arb_daily_pnl", "1.500000");
    assert_answer("SELECT verb FROM fact_arb_command", "kill");
    assert_answer("SELECT count(*) FROM arb_orphan", "0");
}

static void
marks_audits_and_alerts_become_rows(void **state)
{
    (void)state;
    empty_tables();
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    riskd_words();
    store_all(s, OWNER_riskd, 2);
    store_close(&s);
    assert_answer("SELECT day || ' ' || equity || ' ' || missing FROM "
                  "fact_arb_mark", "2024-10-04 4999.500000 1");
    assert_answer("SELECT audit_no || verb || role || accepted || nonce || "
                  "(expires_at IS NULL) || left(chain, 4) FROM "
                  "fact_arb_audit",
                  "1ackoperatortrue9223372036854775807true0xab");
    assert_answer("SELECT count(*) FROM fact_arb_alert", "2");
    assert_answer("SELECT alert_no || key || level || step || acked || actor "
                  "FROM arb_alert", "3failures paperyellowackedtrueann");
}

static void
pieces_of_any_size_give_equal_rows(void **state)
{
    (void)state;
    char whole[64], pieces[64];
    empty_tables();
    store_everything(1000);
    digest_tables(whole);
    for (uint32_t piece = 1; piece <= 5; piece++) {
        empty_tables();
        store_everything(piece);
        digest_tables(pieces);
        assert_string_equal(pieces, whole);
    }
}

/* faults: F-104 F-105 */
static void
a_batch_written_twice_changes_nothing(void **state)
{
    (void)state;
    char before[64], after[64];
    empty_tables();
    store_everything(1000);
    digest_tables(before);
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    executor_facts();
    assert_int_equal(committed[OWNER_executor], facts);
    struct batch b = cut(OWNER_executor, 0, facts);
    struct why why;
    /* The cursor is past it: not written, and said so. */
    assert_int_equal(store_batch(s, &b, &why), STORED_UNSURE);
    store_close(&s);
    admin("UPDATE journal_cursor SET committed = 0");
    store_everything(7);
    digest_tables(after);
    assert_string_equal(after, before);
}

static void
a_batch_larger_than_an_array_of_rows_is_written_whole(void **state)
{
    (void)state;
    uint64_t committed[OWNERS];
    empty_tables();
    struct store *s = open_store(committed);
    large_facts();
    store_all(s, OWNER_scanner, FACTS_CAP);
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan WHERE "
                  "jsonb_array_length(legs) = 32", "64");
}

static void
row_types_of_another_release_are_changed(void **state)
{
    (void)state;
    char before[64], after[64];
    empty_tables();
    store_everything(1000);
    digest_tables(before);
    admin("ALTER TYPE row_fill DROP ATTRIBUTE fee, ADD ATTRIBUTE old text; "
          "DELETE FROM fact_arb_fill; UPDATE journal_cursor SET committed = "
          "0 WHERE src = 'executor'");
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    executor_facts();
    store_all(s, OWNER_executor, 1000);
    store_close(&s);
    digest_tables(after);
    assert_string_equal(after, before);
}

/* faults: F-107 */
static void
the_same_index_with_other_content_is_refused(void **state)
{
    (void)state;
    char before[64], after[64];
    empty_tables();
    store_everything(1000);
    digest_tables(before);
    admin("UPDATE journal_cursor SET committed = 0");
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    scanner_facts();
    kept[2].crc ^= 1;
    struct batch b = cut(OWNER_scanner, 0, facts);
    struct why why;
    assert_int_equal(store_batch(s, &b, &why), STORED_REFUSED);
    assert_non_null(strstr(why.s, "other content"));
    /* The connection is still good for the other streams. */
    executor_facts();
    b = cut(OWNER_executor, 0, facts);
    assert_int_equal(store_batch(s, &b, &why), STORED);
    store_close(&s);
    digest_tables(after);
    assert_string_equal(after, before);
}

/* A trigger stands for a full disk, which has that code. */
/* faults: F-103 F-106 */
static void
a_server_without_room_refuses_nothing_for_good(void **state)
{
    (void)state;
    empty_tables();
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    admin("CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
          "$$BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; "
          "END$$; CREATE TRIGGER no_room BEFORE INSERT ON fact_arb_scan "
          "EXECUTE FUNCTION no_room()");
    scanner_facts();
    struct batch b = cut(OWNER_scanner, 0, facts);
    struct why why;
    assert_int_equal(store_batch(s, &b, &why), STORED_UNSURE);
    assert_non_null(strstr(why.s, "no room"));
    store_close(&s);
    admin("DROP FUNCTION no_room CASCADE");
    s = open_store(committed);
    assert_int_equal(committed[OWNER_scanner], 0);
    assert_int_equal(store_batch(s, &b, &why), STORED);
    store_close(&s);
}

static void
a_record_that_does_not_unpack_is_refused_by_name(void **state)
{
    (void)state;
    empty_tables();
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    scanner_facts();
    kept[1].size -= 3;
    struct batch b = cut(OWNER_scanner, 0, facts);
    struct why why;
    assert_int_equal(store_batch(s, &b, &why), STORED_REFUSED);
    assert_non_null(strstr(why.s, "scanner record 2: opportunity"));
    store_close(&s);
    assert_answer("SELECT count(*) FROM fact_arb_scan", "0");
    assert_answer("SELECT sum(committed) FROM journal_cursor", "0");
}

/* faults: F-026 F-104 */
static void
a_connection_cut_off_loses_nothing(void **state)
{
    (void)state;
    empty_tables();
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    executor_facts();
    struct batch b = cut(OWNER_executor, 0, 5);
    struct why why;
    assert_int_equal(store_batch(s, &b, &why), STORED);
    admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
          "WHERE pid <> pg_backend_pid() AND backend_type = "
          "'client backend'");
    b = cut(OWNER_executor, 5, 5);
    assert_int_equal(store_batch(s, &b, &why), STORED_UNSURE);
    store_close(&s);
    s = open_store(committed);
    assert_int_equal(committed[OWNER_executor], 5);
    assert_int_equal(store_batch(s, &b, &why), STORED);
    store_close(&s);
}

/* faults: F-106 */
static void
a_second_recorder_is_refused_at_once_and_may_come_back(void **state)
{
    (void)state;
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    struct why why;
    int64_t began = clock_mono().ns;
    assert_null(store_open(conninfo, "recorder/migrations", committed, &why));
    /* It waits for nothing: the process has other things to do. */
    assert_true(clock_mono().ns - began < INT64_C(5000000000));
    assert_non_null(strstr(why.s, "another recorder"));
    store_close(&s);
    s = open_store(committed);
    store_close(&s);
}

/* faults: F-109 */
static void
a_migration_changed_after_it_was_applied_is_refused(void **state)
{
    (void)state;
    char folder[64];
    snprintf(folder, sizeof folder, "%s/sql", var);
    shell("cp -r recorder/migrations $V/sql && "
          "echo '-- x' >>$V/sql/001_facts.sql");
    uint64_t committed[OWNERS];
    struct why why;
    for (int i = 0; i < 500; i++) {
        assert_null(store_open(conninfo, folder, committed, &why));
        if (strstr(why.s, "another recorder") == NULL)
            break;
        usleep(10000);
    }
    assert_non_null(strstr(why.s, "001_facts.sql was changed"));
}

static void
a_migration_may_take_longer_than_a_silence(void **state)
{
    (void)state;
    char folder[64];
    struct why why;
    struct pg *pg = open_admin();
    snprintf(folder, sizeof folder, "%s/slow", var);
    shell("mkdir -p $V/slow && "
          "echo 'SELECT pg_sleep(1.2)' >$V/slow/001_slow.sql");
    pg_silence(pg, (struct ms){ 300 });
    if (!migrate(pg, folder, &why))
        fail_msg("%s", why.s);
    pg_close(&pg);
    admin("DELETE FROM schema_migration WHERE name = '001_slow.sql'");
}

static void
markets_counters_and_latencies_keep_their_latest_value(void **state)
{
    (void)state;
    empty_tables();
    uint64_t committed[OWNERS];
    struct store *s = open_store(committed);
    scanner_facts();
    store_all(s, OWNER_scanner, 10);
    static struct heard h[2];
    h[0].src = h[1].src = SOURCE_feed;
    h[0].run = h[1].run = 1;
    struct why why;
    for (int i = 0; i < 2; i++) {
        text_set(&h[i].counter.name, "frames");
        h[i].counter.value = (uint64_t)(10 * (i + 1));
    }
    assert_true(store_heard(s, HEARSAY_counter, h, 2, &why));
    memset(h, 0, sizeof h);
    h[0].src = SOURCE_feed;
    text_set(&h[0].market.market, "0xabc");
    text_set(&h[0].market.event, "31");
    h[0].market.fee_known = true;
    h[0].market.fee_rate.ppm = 40000;
    h[0].market.yes.b[31] = 7;
    h[0].market.no.b[31] = 8;
    assert_true(store_heard(s, HEARSAY_market, h, 1, &why));
    store_close(&s);
    assert_answer("SELECT value FROM arb_counter", "20");
    assert_answer("SELECT fee_rate FROM dim_market", "0.040000");
    /* The scan written before its market was known got its market id. */
    assert_answer("SELECT market_ids::text FROM fact_arb_scan", "{0xabc}");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fact_becomes_the_row_it_should),
        cmocka_unit_test(marks_audits_and_alerts_become_rows),
        cmocka_unit_test(pieces_of_any_size_give_equal_rows),
        cmocka_unit_test(a_batch_written_twice_changes_nothing),
        cmocka_unit_test(
            a_batch_larger_than_an_array_of_rows_is_written_whole),
        cmocka_unit_test(row_types_of_another_release_are_changed),
        cmocka_unit_test(the_same_index_with_other_content_is_refused),
        cmocka_unit_test(a_server_without_room_refuses_nothing_for_good),
        cmocka_unit_test(a_record_that_does_not_unpack_is_refused_by_name),
        cmocka_unit_test(a_connection_cut_off_loses_nothing),
        cmocka_unit_test(
            a_second_recorder_is_refused_at_once_and_may_come_back),
        cmocka_unit_test(a_migration_changed_after_it_was_applied_is_refused),
        cmocka_unit_test(a_migration_may_take_longer_than_a_silence),
        cmocka_unit_test(
            markets_counters_and_latencies_keep_their_latest_value),
    };
    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
