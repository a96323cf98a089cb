/* test_evidence - which journal of the scanner says anything of today */
#include "tests/unit/arb/replay_kit.h"

static void
write_opportunity(struct fixture *f, int64_t wall)
{
    static const struct opportunity m = { .rev = 1 };
    struct tape *t = &f->tapes[0];

    t->facts = open_one(f, t, "facts");
    size_t size = opportunity_pack(&m, t->packed, PACKED_CAP);
    assert_true(size > 0);
    journal_append(t->facts, TYPE_opportunity, t->mono,
                   (struct nanos){ wall }, 0, t->packed, size, false);
    journal_close(&t->facts);
}

static void
a_journal_that_nobody_writes_any_more_is_no_evidence(void **state)
{
    struct fixture *f = *state;
    const int64_t hour = INT64_C(3600) * 1000000000;
    struct signals_found found;
    struct why why = { "" };

    record(f, TICKS, false);
    struct nanos last = { f->tapes[0].wall.ns - TICK_NS };
    struct nanos now = { last.ns + hour };
    assert_true(verify_signals(f->dir, NULL, last, &found, &why));
    assert_true(verify_signals(f->dir, NULL, now, &found, &why));
    assert_int_equal(found.all, 0);
    now.ns++;
    assert_false(verify_signals(f->dir, NULL, now, &found, &why));
    assert_non_null(strstr(why.s, "60 minutes ago"));
    now.ns = last.ns - hour;
    assert_false(verify_signals(f->dir, NULL, now, &found, &why));
    assert_non_null(strstr(why.s, "-60 minutes ago"));
}

static void
signals_of_more_than_a_day_ago_do_not_count(void **state)
{
    struct fixture *f = *state;
    const int64_t day = INT64_C(86400) * 1000000000;
    struct signals_found found;
    struct why why = { "" };

    record(f, TICKS, false);
    int64_t last = f->tapes[0].wall.ns - TICK_NS;
    write_opportunity(f, last - day - 1);
    write_opportunity(f, last - day);
    write_opportunity(f, last);
    assert_true(verify_signals(f->dir, NULL, (struct nanos){ last }, &found,
                               &why));
    assert_int_equal(found.all, 2);
    assert_int_equal(found.same, 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_journal_that_nobody_writes_any_more_is_no_evidence),
        T(signals_of_more_than_a_day_ago_do_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
