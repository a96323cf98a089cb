/* test_rebuild - the tables once more from journals, of which scanner's lacks
 * its first segments */
#include "tests/unit/recorder/database.h"

#include "common/journal.h"

#include <sys/stat.h>

/* The facts there are, as their owner's journal would hold them; a segment a
 * record, so that the first of them can be thrown away. */
static void
write_journal(enum source src, uint64_t without)
{
    char dir[128];
    uint64_t cut_off;
    struct why why = { "" };
    snprintf(dir, sizeof dir, "%s/journal/%s", var,
             enum_word(&source_words, src));
    setenv("D", dir, 1);
    shell("mkdir -p $D");
    snprintf(dir + strlen(dir), sizeof dir - strlen(dir), "/facts");
    struct journal *j = journal_open(dir, src, 1, 128, &cut_off, &why);
    if (j == NULL)
        fail_msg("%s", why.s);
    for (uint32_t i = 0; i < facts; i++) {
        journal_append(j, kept[i].type, kept[i].wall, kept[i].wall, 0,
                       bytes + kept[i].offset, kept[i].size, false);
        journal_sync(j);
    }
    if (without > 0)
        assert_true(journal_cut(j, without,
                                (struct nanos){ INT64_MAX }) > 0);
    journal_close(&j);
}

/* The server may take a moment to let go of the lock of the one before. */
static void
rebuild(struct rebuilt *done)
{
    struct why why = { "" };
    for (int i = 0; i < 6000; i++) {
        if (recorder_rebuild(conninfo, "recorder/migrations", "again", var,
                             done, &why))
            return;
        if (strstr(why.s, "another recorder") == NULL)
            break;
        usleep(10000);
    }
    fail_msg("%s", why.s);
}

static void
assert_equal_tables(const char *tables)
{
    char sql[512], name[64];
    for (const char *at = tables; *at != '\0'; at += strspn(at, " ")) {
        size_t size = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)size, at);
        snprintf(sql, sizeof sql,
                 "SELECT (SELECT count(*) FROM (TABLE public.%s EXCEPT ALL "
                 "TABLE again.%s) x) || ' ' || (SELECT count(*) FROM (TABLE "
                 "again.%s EXCEPT ALL TABLE public.%s) x) || ' ' || (SELECT "
                 "count(*) > 0 FROM again.%s)", name, name, name, name, name);
        assert_answer(sql, "0 0 true");
        at += size;
    }
}

/* A bond bought long ago: its row says when it should pay, which only its
 * opportunity knew. */
static void
trades_whose_opportunity_no_journal_keeps_are_equal(void **state)
{
    static struct opportunity o;
    struct execution e = { .exec_id = id(1), .scan_id = id(2),
                           .strategy = STRATEGY_F, .mode = MODE_paper,
                           .status = EXEC_STATUS_FILLED,
                           .target = { 50000000 }, .filled = { 50000000 },
                           .started = { 1700000000000000000 } };
    struct fill f = { .group = id(1), .mode = MODE_paper,
                      .price = { 970000 }, .qty = { 50000000 },
                      .state = FILL_STATE_confirmed };
    struct rebuilt done;
    uint64_t committed[OWNERS];

    (void)state;
    empty_tables();
    struct store *s = open_store(committed);
    facts = used = 0;
    o.strategy = STRATEGY_F;
    o.opened.ns = 1700000000000000000;
    o.locked.ms = INT64_C(90) * 86400000;
    for (uint8_t i = 2; i < 6; i++) {
        o.scan_id = id(i);
        o.rev = 1;
        fact(&opportunity_schema, &o);
    }
    store_all(s, OWNER_scanner, 10);
    write_journal(SOURCE_scanner, 2);
    facts = used = 0;
    f.token.b[31] = 7;
    text_set(&f.fill_id, "t-1");
    fact(&fill_schema, &f);
    fact(&execution_schema, &e);
    store_all(s, OWNER_executor, 10);
    write_journal(SOURCE_executor, 0);
    riskd_facts();
    store_all(s, OWNER_riskd, 100);
    write_journal(SOURCE_riskd, 0);
    store_close(&s);
    assert_answer("SELECT expected_resolve::date FROM fact_arb_bond_position",
                  "2024-02-12");
    for (int i = 0; i < 2; i++) /* And when it is begun again. */
        rebuild(&done);
    assert_int_equal(done.first[OWNER_scanner], 3);
    assert_equal_tables("fact_arb_bond_position fact_arb_execution "
                        "fact_arb_fill fact_arb_ledger fact_arb_decision");
    /* The one that was tried came along, the one that nobody took did not. */
    assert_answer("SELECT string_agg(right(scan_id::text, 1), '' ORDER BY "
                  "scan_id) FROM again.fact_arb_scan", "245");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_whose_opportunity_no_journal_keeps_are_equal),
    };
    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
