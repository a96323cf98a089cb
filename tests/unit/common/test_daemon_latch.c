/* test_daemon_latch - what a gated process knows of the kill switch */

#include "common/journal.h"
#include "common/latch.h"
#include "tests/unit/common/small.h"

enum { LATCH_SIZE = 208 };

static void
expect_latch(struct fixture *f, enum risk_mode mode, uint64_t kill_gen)
{
    struct bus_in in;
    struct risk_state m;

    do { /* The first may be from before the guest was there. */
        expect(f, SOURCE_riskd, TYPE_risk_state, &in);
        assert_true(risk_state_unpack(&m, in.e.body, in.e.body_size));
    } while (m.kill_gen != kill_gen);
    assert_int_equal(m.state, mode);
}

static void
a_gated_process_knows_the_latch_at_once(void **state)
{
    struct fixture *f = *state;
    struct bus_in in;
    struct latch latch;
    struct why why;
    struct record r;
    char dir[128];
    pid_t riskd = start(f, &small_riskd);

    open_guest(f);
    expect(f, SOURCE_riskd, TYPE_heartbeat, &in);
    for (uint64_t gen = 1; gen <= 3; gen++) {
        bool pulled = latch_pull(f->var, "tester", "to see", clock_wall(),
                                 (struct ms){ 500 }, &latch, &why);
        assert_true(pulled);
        expect_latch(f, RISK_MODE_latched, gen);
    }
    /* A file that is gone is no word that the switch is off: it is on, and
     * soon there is a file again that says so. */
    snprintf(dir, sizeof dir, "%s/latch", f->var);
    assert_int_equal(unlink(dir), 0);
    expect_latch(f, RISK_MODE_latched, 3);
    expect_latch(f, RISK_MODE_latched, 4);
    latch_read(f->var, &latch);
    assert_true(latch.latched && latch.kill_gen == 4);
    assert_string_equal(latch.actor.s, "riskd");
    assert_int_equal(stop(riskd, SIGTERM), 0);
    /* At the start it was told too, and all of it is in its facts. */
    snprintf(dir, sizeof dir, "%s/journal/riskd/facts", f->var);
    struct journal_reader *reader = journal_read(dir, 1, &why);
    assert_non_null(reader);
    for (int64_t told = 0; told <= 5; told++) {
        int64_t gen = told <= 3 ? told : told - 1;
        struct ledger_entry m;
        assert_int_equal(journal_next(reader, &r, &why), 1);
        assert_int_equal(r.type, TYPE_ledger_entry);
        assert_true(ledger_entry_unpack(&m, r.body, r.body_size));
        assert_int_equal(m.amount.micros, gen);
        assert_int_equal(journal_next(reader, &r, &why), 1);
        assert_int_equal(r.type, TYPE_risk_state);
    }
    assert_int_equal(journal_next(reader, &r, &why), 0);
    journal_reader_close(&reader);
}

/* The record as it was copied, or none. */
static void
put_latch(const struct fixture *f, const void *record, size_t size)
{
    char path[128];

    snprintf(path, sizeof path, "%s/latch", f->var);
    assert_int_equal(unlink(path), 0);
    if (size == 0)
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_int_equal(write(fd, record, size), size);
    close(fd);
}

/* The last state it told, as its facts have it. */
static struct risk_state
last_told(const struct fixture *f)
{
    struct risk_state m = { 0 };
    struct record r;
    struct why why;
    char dir[128];

    snprintf(dir, sizeof dir, "%s/journal/riskd/facts", f->var);
    struct journal_reader *reader = journal_read(dir, 1, &why);
    assert_non_null(reader);
    while (journal_next(reader, &r, &why) > 0)
        if (r.type == TYPE_risk_state)
            assert_true(risk_state_unpack(&m, r.body, r.body_size));
    journal_reader_close(&reader);
    return m;
}

/* Starts the gated process, which looks at the latch in its first turn, and
 * stops it when the file says what is expected, and its log that it knows. */
static void
look_at_latch(struct fixture *f, enum risk_mode mode, uint64_t kill_gen)
{
    struct latch now;
    char word[40] = "up: ";
    pid_t riskd = start(f, &small_riskd);

    if (mode == RISK_MODE_latched)
        snprintf(word, sizeof word, "on (generation %d,", (int)kill_gen);
    for (int i = 0; i < 1000; i++) {
        usleep(10000);
        latch_read(f->var, &now);
        if (text_of(f, "run/riskd.ready")[0] && now.kill_gen == kill_gen
            && strstr(text_of(f, "riskd.log"), word))
            break;
    }
    assert_int_equal(stop(riskd, SIGTERM), 0);
    assert_int_equal(now.kill_gen, kill_gen);
    assert_int_equal(now.latched, mode == RISK_MODE_latched);
    assert_int_equal(last_told(f).state, mode);
}

/* With nobody alive to remember: the facts do. */
/* faults: F-051 F-052 */
static void
a_kill_outlives_its_file_and_every_process(void **state)
{
    struct fixture *f = *state;
    struct latch latch;
    struct why why;
    char old[LATCH_SIZE];

    look_at_latch(f, RISK_MODE_run, 0);
    assert_true(latch_pull(f->var, "tester", "to see", clock_wall(),
                           (struct ms){ 500 }, &latch, &why));
    assert_true(latch_clear(f->var, 1, "tester", "well", clock_wall(), &latch,
                            &why));
    memcpy(old, text_of(f, "latch"), sizeof old);
    assert_true(latch_pull(f->var, "tester", "again", clock_wall(),
                           (struct ms){ 500 }, &latch, &why));
    look_at_latch(f, RISK_MODE_latched, 2);
    put_latch(f, NULL, 0);
    look_at_latch(f, RISK_MODE_latched, 3);
    put_latch(f, old, sizeof old); /* Off, but of before. */
    look_at_latch(f, RISK_MODE_latched, 4);
    assert_true(latch_clear(f->var, 4, "tester", "well", clock_wall(), &latch,
                            &why));
    look_at_latch(f, RISK_MODE_run, 4);
    put_latch(f, NULL, 0); /* And so is none at all. */
    look_at_latch(f, RISK_MODE_latched, 5);
}

int
main(int argc, char **argv)
{
    small_begins(argc, argv);
    const struct CMUnitTest tests[] = {
        TEST(a_gated_process_knows_the_latch_at_once),
        TEST(a_kill_outlives_its_file_and_every_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
