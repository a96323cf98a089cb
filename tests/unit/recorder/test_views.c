/* test_views - what people ask of the tables, on filled ones: the migrations
 * of views over what another release wrote, and what they answer */
#include "tests/unit/recorder/database.h"

/* The release before the views, filled; the migrations since then: here. */
static void
upgrade_filled(void)
{
    uint64_t committed[OWNERS];
    char folder[64];

    empty_tables();
    shell("rm -rf $V/sql && mkdir $V/sql && "
          "cp recorder/migrations/00[1-4]_*.sql $V/sql");
    snprintf(folder, sizeof folder, "%s/sql", var);
    struct store *s = open_store_at(folder, committed);
    executor_facts();
    store_all(s, OWNER_executor, 1000);
    scanner_facts();
    store_old_scans();
    store_old_riskd(s);
    store_close(&s);
    s = open_store(committed);
    store_close(&s);
}

static void
views_answer_for_rows_of_the_release_before_them(void **state)
{
    (void)state;
    upgrade_filled();
    assert_answer("SELECT opened || ' ' || tried || ' ' || traded FROM "
                  "arb_hit_ratio_day", "1 1 1");
    assert_answer("SELECT submitted || ' ' || filled || ' ' || order_rate "
                  "FROM arb_fill_rate_day", "3 3 1.0000");
    assert_answer("SELECT fills || ' ' || turnover_usd::numeric(9,2) FROM "
                  "arb_turnover_day", "3 72.00");
    assert_answer("SELECT executions || ' ' || trades || ' ' || "
                  "(stage IS NULL) FROM arb_trade_day", "2 1 true");
    assert_answer("SELECT p50_ms FROM arb_lifetime_day", "3500");
    assert_answer("SELECT reason FROM arb_block", "CAPITAL");
}

static void
every_table_view_and_column_says_what_it_means(void **state)
{
    (void)state;
    upgrade_filled();
    assert_answer("SELECT string_agg(relname || '.' || attname, ' ') FROM "
                  "pg_class c JOIN pg_attribute ON attrelid = c.oid WHERE "
                  "relnamespace = 'public'::regnamespace AND relkind IN "
                  "('r', 'p') AND NOT relispartition AND "
                  "attnum > 0 AND NOT attisdropped AND "
                  "col_description(c.oid, attnum) IS NULL", "");
    assert_answer("SELECT string_agg(relname, ' ') FROM pg_class c WHERE "
                  "relnamespace = 'public'::regnamespace AND relkind IN "
                  "('r', 'p', 'v') AND NOT relispartition AND "
                  "obj_description(c.oid) IS NULL", "");
}

/* n records of riskd's state: a second apart from 12:00:30, the stage of
 * each as its digit in stages. */
static void
states(const char *stages)
{
    struct risk_state s = { .mode = MODE_paper, .state = RISK_MODE_run };

    facts = used = 0;
    for (; *stages != '\0'; stages++) {
        s.stage = (uint64_t)(*stages - '0');
        s.cash.micros += 1000000;
        fact(&risk_state_schema, &s);
        kept[facts - 1].wall.ns =
            INT64_C(1700000000000000000) / 60000000000 * 60000000000 +
            (30 + facts) * INT64_C(1000000000);
    }
}

static void
a_state_is_kept_when_it_changes_and_once_a_minute(void **state)
{
    static const char kept_rows[] =
        "SELECT string_agg(n || ':' || stage, ' ' ORDER BY n) FROM "
        "fact_arb_risk_state";
    uint64_t committed[OWNERS];

    (void)state;
    /* Wherever batches begin and end, and when one comes again. */
    for (uint32_t piece = 1; piece <= 40; piece += 13) {
        empty_tables();
        struct store *s = open_store(committed);
        states("0000011100000000000000000000000000000000");
        store_all(s, OWNER_riskd, piece);
        store_close(&s);
        assert_answer(kept_rows, "1:0 6:1 9:0 30:0");
        admin("UPDATE journal_cursor SET committed = 0");
        s = open_store(committed);
        store_all(s, OWNER_riskd, 40);
        store_close(&s);
        assert_answer(kept_rows, "1:0 6:1 9:0 30:0");
    }
    assert_answer("SELECT stage_at(seen_at + interval '1 s') FROM "
                  "fact_arb_risk_state WHERE n = 6", "1");
    assert_answer("SELECT stage_at('2020-01-01') IS NULL", "t");
}

static void
hear_counter(struct store *s, uint64_t value, int64_t seconds)
{
    struct heard h = { .src = SOURCE_feed, .run = 1,
                       .wall = { seconds * 1000000000 } };
    struct why why;

    text_set(&h.counter.name, "frames");
    h.counter.value = value;
    if (!store_heard(s, HEARSAY_counter, &h, 1, &why))
        fail_msg("%s", why.s);
}

static void
what_a_minute_added_is_counted_and_what_is_old_is_dropped(void **state)
{
    uint64_t committed[OWNERS];
    struct why why;
    char now[32];

    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    ask("SELECT floor(extract(epoch FROM now()) / 60)::bigint * 60", now,
        sizeof now);
    int64_t minute = strtoll(now, NULL, 10);
    hear_counter(s, 5, minute - 32 * 86400);
    hear_counter(s, 7, minute - 120);
    hear_counter(s, 9, minute - 100);
    hear_counter(s, 9, minute - 50);
    hear_counter(s, 20, minute);
    assert_answer("SELECT string_agg(n::text, ' ' ORDER BY minute) FROM "
                  "arb_counter_minute", "4 11");
    struct heard h = { .src = SOURCE_executor, .run = 1,
                       .wall = { minute * 1000000000 } };
    text_set(&h.latency.hop, "tick_intent");
    h.latency.buckets.count = 64;
    h.latency.buckets.at[0].n = 10;
    h.latency.buckets.at[3].n = 90;
    if (!store_heard(s, HEARSAY_latency, &h, 1, &why))
        fail_msg("%s", why.s);
    store_close(&s);
    assert_answer("SELECT string_agg(bucket || ':' || n, ' ' ORDER BY bucket)"
                  " FROM arb_latency_step", "1:10 4:90");
    /* As common/stats.h has it: between 2.048 and 2.896 us. */
    assert_answer("SELECT p50_us || ' ' || p99_us FROM arb_latency_summary",
                  "2.4 2.9");
}

static void
the_reader_reads_and_cannot_write(void **state)
{
    struct pg_rows *rows;
    struct why why;

    (void)state;
    upgrade_filled();
    shell("sed -i 's/user=dutchbook/user=dutchbook_reader/' "
          "$V/run/pg.conninfo");
    struct pg *pg = pg_open(conninfo, &why);
    shell("sed -i 's/user=dutchbook_reader/user=dutchbook/' "
          "$V/run/pg.conninfo");
    assert_non_null(pg);
    rows = pg_query(pg, "SELECT count(*) FROM arb_trade", NULL, 0, &why);
    assert_non_null(rows);
    assert_string_equal(pg_cell(rows, 0, 0), "2");
    pg_free(&rows);
    assert_false(pg_exec(pg, "DELETE FROM fact_arb_fill", &why));
    assert_non_null(strstr(why.s, "read-only transaction"));
    assert_true(pg_exec(pg, "SET default_transaction_read_only = off", &why));
    assert_false(pg_exec(pg, "DELETE FROM fact_arb_fill", &why));
    assert_non_null(strstr(why.s, "permission denied"));
    pg_close(&pg);
    /* Also what the next migration makes. */
    admin("CREATE TABLE later (a int); SET ROLE dutchbook_reader; "
          "SELECT * FROM later");
}

/* A bond of 50 at 0.97, bought in one order. */
static void
bond_facts(const struct hash *other)
{
    struct fill f = { .group = id(1), .mode = MODE_paper,
                      .price = { 970000 }, .qty = { 50000000 },
                      .state = FILL_STATE_confirmed };
    struct execution e = { .exec_id = id(1), .scan_id = id(2),
                           .strategy = STRATEGY_F, .mode = MODE_paper,
                           .status = EXEC_STATUS_FILLED,
                           .target = { 50000000 }, .filled = { 50000000 },
                           .started = { 1700000000000000000 } };

    facts = used = 0;
    f.token.b[31] = 7;
    f.order.b[31] = 1;
    text_set(&f.fill_id, "t-1");
    fact(&fill_schema, &f);
    f.token = *other;
    f.qty.micros = 1000000;
    f.order.b[31] = 2;
    text_set(&f.fill_id, "t-2");
    fact(&fill_schema, &f);
    fact(&execution_schema, &e);
}

static void
hear_market(struct store *s, const char *name)
{
    static struct heard h;
    struct why why;

    memset(&h, 0, sizeof h);
    h.src = SOURCE_feed;
    text_set(&h.market.market, name);
    text_set(&h.market.event, "31");
    h.market.yes.b[31] = 7;
    h.market.no.b[31] = 8;
    if (!store_heard(s, HEARSAY_market, &h, 1, &why))
        fail_msg("%s", why.s);
}

/* Its other half was bought as well, and two markets claim its token. */
static void
an_execution_is_one_bond_whatever_its_fills_and_markets_say(void **state)
{
    struct hash other = { { 0 } };
    uint64_t committed[OWNERS];

    (void)state;
    other.b[31] = 8;
    for (uint32_t piece = 1; piece <= 3; piece++) {
        empty_tables();
        struct store *s = open_store(committed);
        hear_market(s, "0xabc");
        hear_market(s, "0xabd");
        bond_facts(&other);
        store_all(s, OWNER_executor, piece);
        store_close(&s);
        assert_answer("SELECT string_agg(token_id || ' ' || shares || ' ' || "
                      "market_id || ' ' || status, ',') FROM "
                      "fact_arb_bond_position", "7 50.000000 0xabc OPEN");
    }
}

static void
a_bond_gets_its_market_as_soon_as_that_is_known(void **state)
{
    struct hash same = { { 0 } };
    uint64_t committed[OWNERS];

    (void)state;
    same.b[31] = 7;
    empty_tables();
    struct store *s = open_store(committed);
    bond_facts(&same);
    store_all(s, OWNER_executor, 3);
    assert_answer("SELECT market_id || shares FROM fact_arb_bond_position",
                  "51.000000");
    hear_market(s, "0xabc");
    store_close(&s);
    assert_answer("SELECT market_id FROM fact_arb_bond_position", "0xabc");
}

/* What pays within a minute: more a year than its column holds. */
static void
a_yield_beyond_all_measure_does_not_stop_the_facts(void **state)
{
    static struct opportunity m;
    uint64_t committed[OWNERS];

    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    scanner_facts();
    assert_true(opportunity_unpack(&m, bytes, kept[0].size));
    m.strategy = STRATEGY_F;
    m.hit.ppm = 990000;
    m.annual.ppm = INT64_MAX;
    m.excess.ppm = INT64_MIN;
    facts = used = 0;
    fact(&opportunity_schema, &m);
    store_all(s, OWNER_scanner, 1);
    store_close(&s);
    assert_answer("SELECT annualized_pct || ' ' || excess_pct FROM "
                  "fact_arb_scan", "999999.0000 -999999.0000");
}

/* What its legs do not say, and its worth does. */
static void
what_a_set_of_related_markets_pays_is_kept(void **state)
{
    static struct opportunity m;
    uint64_t committed[OWNERS];

    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    scanner_facts();
    assert_true(opportunity_unpack(&m, bytes, kept[0].size));
    facts = used = 0;
    fact(&opportunity_schema, &m);
    m.strategy = STRATEGY_E;
    m.pays = 1;
    m.scan_id.b[15]++;
    fact(&opportunity_schema, &m);
    m.pays = 2; /* The same opening, told again. */
    m.rev++;
    fact(&opportunity_schema, &m);
    store_all(s, OWNER_scanner, 1);
    store_close(&s);
    assert_answer("SELECT string_agg(coalesce(set_pays_usd::text, 'none'), "
                  "' ' ORDER BY set_pays_usd) FROM fact_arb_scan", "2 none");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_set_of_related_markets_pays_is_kept),
        cmocka_unit_test(views_answer_for_rows_of_the_release_before_them),
        cmocka_unit_test(every_table_view_and_column_says_what_it_means),
        cmocka_unit_test(a_state_is_kept_when_it_changes_and_once_a_minute),
        cmocka_unit_test(
            what_a_minute_added_is_counted_and_what_is_old_is_dropped),
        cmocka_unit_test(the_reader_reads_and_cannot_write),
        cmocka_unit_test(
            an_execution_is_one_bond_whatever_its_fills_and_markets_say),
        cmocka_unit_test(a_bond_gets_its_market_as_soon_as_that_is_known),
        cmocka_unit_test(a_yield_beyond_all_measure_does_not_stop_the_facts),
    };
    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
