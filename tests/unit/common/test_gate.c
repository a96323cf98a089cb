/* test_gate - the kill switch as a lock, and holders that die */

/* Holders are real processes: they sign, go inside the gate, and then hang,
 * leave, or are already dead. */

#include "tests/unit/common/holders.h"

#include "common/clock.h"

static void
the_gate_nests_and_lets_others_in(void **state)
{
    (void)state;
    struct why why;
    struct latch l;
    struct gate *a = gate_open(var, &why), *b = gate_open(var, &why);

    assert_non_null(a);
    assert_non_null(b);
    gate_enter(a);
    gate_enter(b);
    gate_enter(a);
    gate_leave(a);
    gate_leave(b);
    /* a is still inside, and did not sign: the latch is raised, but that is
     * said to be no fence. */
    assert_false(latch_pull(var, "t", "r", now, (struct ms){ 20 }, &l, &why));
    assert_non_null(strstr(why.s, "latched, but not fenced"));
    assert_true(l.latched);
    latch_read(var, &l);
    assert_true(l.latched);
    gate_leave(a);
    pull(&l);
    assert_int_equal(l.kill_gen, 2);
    gate_enter(a); /* A killer lets go again. */
    gate_leave(a);
    gate_close(&a);
    gate_close(&b);
    assert_null(a);
}

static void
a_holder_that_leaves_in_time_lives(void **state)
{
    (void)state;
    struct latch l;
    struct why why;
    pid_t pid = hold(true, 150);

    assert_true(latch_pull(var, "t", "r", now, (struct ms){ 5000 }, &l, &why));
    assert_true(is_alive(pid));
    reap(pid);
}

/* faults: F-041 */
static void
a_holder_that_hangs_is_killed_and_the_gate_is_free(void **state)
{
    (void)state;
    struct latch l;
    pid_t pid = hold(true, 60000);
    int64_t before = clock_mono().ns;
    int status;

    pull(&l);
    assert_true(l.latched);
    assert_in_range((clock_mono().ns - before) / 1000000, 95, 5000);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

/* faults: F-034 F-041 */
static void
a_stopped_holder_is_killed_too(void **state)
{
    (void)state;
    struct latch l;
    pid_t pid = hold(true, 60000);
    int status;

    kill(pid, SIGSTOP);
    pull(&l);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

/* The signer is gone and its number belongs to another process now, which
 * must not pay for it. */
static void
a_process_with_the_number_but_not_the_start_time_lives(void **state)
{
    (void)state;
    struct latch l;
    struct why why;
    char line[64];
    pid_t bystander = hold(false, 0);
    pid_t holder = hold(false, 60000);

    snprintf(line, sizeof line, "%d 1\nrubbish\n-5 5\n0 0\n1 1\n",
             (int)bystander);
    put_file("run/gate.holder", line, strlen(line));
    assert_false(latch_pull(var, "t", "r", now, brief, &l, &why));
    assert_non_null(strstr(why.s, "not fenced"));
    assert_true(l.latched);
    assert_true(is_alive(bystander));
    assert_true(is_alive(holder));
    reap(bystander);
    reap(holder);
    pull(&l); /* The dead hold nothing. */
}

static void
several_may_sign_and_the_dead_drop_out(void **state)
{
    (void)state;
    struct latch l;
    struct why why;
    char s[256] = "";
    pid_t idle = hold(true, 0), dead = hold(true, 0);

    reap(dead);
    pid_t hung = hold(true, 60000);
    FILE *f = fopen(in_var("run/gate.holder"), "r");
    assert_non_null(f);
    size_t size = fread(s, 1, sizeof s - 1, f);
    fclose(f);
    assert_true(size > 0);
    unsigned lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += s[i] == '\n';
    assert_int_equal(lines, 2);
    assert_int_equal(atoi(s), idle);
    assert_true(latch_pull(var, "t", "r", now, brief, &l, &why));
    assert_false(is_alive(hung));
    reap(idle);
}

static void
a_puller_never_kills_itself(void **state)
{
    (void)state;
    struct latch l;
    struct why why;
    struct gate *g = gate_open(var, &why);

    assert_true(gate_sign(var, &why));
    assert_true(gate_sign(var, &why));
    gate_enter(g);
    assert_false(latch_pull(var, "t", "r", now, brief, &l, &why));
    assert_true(l.latched);
    gate_leave(g);
    gate_close(&g);
}

/* Many senders in and out without a pause; a killer still gets its turn. */
/* faults: F-040 */
static void
busy_senders_do_not_starve_a_killer(void **state)
{
    (void)state;
    struct latch l;
    struct why why;
    pid_t pids[4];

    for (int i = 0; i < 4; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            struct gate *g = gate_open(var, &why);
            for (;;) {
                gate_enter(g);
                usleep(2000);
                gate_leave(g);
            }
        }
    }
    usleep(50000);
    for (int i = 0; i < 5; i++)
        assert_true(
            latch_pull(var, "t", "r", now, (struct ms){ 2000 }, &l, &why));
    for (int i = 0; i < 4; i++)
        reap(pids[i]);
    assert_int_equal(l.kill_gen, 5);
}

static void
a_folder_that_is_not_there_is_a_reason(void **state)
{
    (void)state;
    struct latch l;
    struct why why;

    assert_null(gate_open("/nonexistent", &why));
    assert_non_null(strstr(why.s, "No such file"));
    assert_false(gate_sign("/nonexistent", &why));
    assert_false(latch_pull("/nonexistent", "t", "r", now, brief, &l, &why));
    assert_false(latch_clear("/nonexistent", 0, "t", "r", now, &l, &why));
}

#define TEST(f) cmocka_unit_test_setup(f, fresh_var)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_gate_nests_and_lets_others_in),
        TEST(a_holder_that_leaves_in_time_lives),
        TEST(a_holder_that_hangs_is_killed_and_the_gate_is_free),
        TEST(a_stopped_holder_is_killed_too),
        TEST(a_process_with_the_number_but_not_the_start_time_lives),
        TEST(several_may_sign_and_the_dead_drop_out),
        TEST(a_puller_never_kills_itself),
        TEST(busy_senders_do_not_starve_a_killer),
        TEST(a_folder_that_is_not_there_is_a_reason),
    };

    return cmocka_run_group_tests(tests, make_var, remove_var);
}
