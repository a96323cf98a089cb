/* test_silence - a server that does not say a word any more is given up */
#include "tests/unit/recorder/database.h"

#include "common/clock.h"

#include <signal.h>

static pid_t
session_of(struct pg *pg)
{
    struct why why;
    struct pg_rows *rows = pg_query(pg, "SELECT pg_backend_pid()", NULL, 0,
                                    &why);
    assert_non_null(rows);
    pid_t pid = (pid_t)atoi(pg_cell(rows, 0, 0));
    pg_free(&rows);
    return pid;
}

static void
a_call_to_a_frozen_server_fails_after_its_silence(void **state)
{
    struct pg *pg = open_admin();
    pid_t pid = session_of(pg);
    struct why why;
    struct nanos began = clock_mono();

    (void)state;
    pg_silence(pg, (struct ms){ 300 });
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_false(pg_exec(pg, "SELECT 1", &why));
    assert_true(clock_mono().ns - began.ns > 300000000);
    assert_false(pg_alive(pg));
    assert_int_equal(kill(pid, SIGCONT), 0);
    pg_close(&pg);
}

static void
what_was_given_to_a_frozen_server_is_of_unknown_outcome(void **state)
{
    enum { SIZE = 4 << 20 }; /* More than the line holds. */
    struct pg *pg = open_admin();
    pid_t pid = session_of(pg);
    char *big = calloc(1, SIZE);
    struct why why;

    (void)state;
    pg_silence(pg, (struct ms){ 300 });
    assert_int_equal(kill(pid, SIGSTOP), 0);
    bool ok = pg_give(pg, "SELECT length($1::bytea)", big, SIZE, &why) &&
              pg_end(pg, "COMMIT", &why);
    assert_false(ok);
    assert_false(pg_refused(pg));
    assert_int_equal(kill(pid, SIGCONT), 0);
    free(big);
    pg_close(&pg);
}

static void
one_that_takes_its_time_or_is_not_asked_is_left_alone(void **state)
{
    struct pg *pg = open_admin();
    struct why why;

    (void)state;
    assert_true(pg_exec(pg, "SELECT pg_sleep(1.2)", &why));
    pg_silence(pg, (struct ms){ 1 });
    usleep(1200000);
    pg_silence(pg, (struct ms){ 20000 });
    assert_true(pg_exec(pg, "SELECT 1", &why));
    pg_close(&pg);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_to_a_frozen_server_fails_after_its_silence),
        cmocka_unit_test(
            what_was_given_to_a_frozen_server_is_of_unknown_outcome),
        cmocka_unit_test(
            one_that_takes_its_time_or_is_not_asked_is_left_alone),
    };

    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
