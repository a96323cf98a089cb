/* test_daemon_start - flags, configuration, locks and what is refused */

#include "common/journal_own.h"
#include "tests/unit/common/small.h"

/* The exit code with these flags, output in feed.log. */
static int
code_of(struct fixture *f, char *const *extra)
{
    return end_of(start_with(f->var, &small_feed, extra));
}

static void
flags_that_only_look_end_at_once(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(code_of(f, (char *[]){ "-n", NULL }), 0);
    assert_string_equal(text_of(f, "feed.log"), "");
    assert_int_equal(code_of(f, (char *[]){ "-V", NULL }), 0);
    assert_non_null(strstr(text_of(f, "feed.log"), "schema"));
    assert_int_equal(code_of(f, (char *[]){ "--help", NULL }), 0);
    assert_non_null(strstr(text_of(f, "feed.log"), "usage: feed"));
    /* None of them was a run. */
    assert_string_equal(text_of(f, "run/feed.run"), "");
}

static void
the_effective_configuration_reads_back_to_itself(void **state)
{
    struct fixture *f = *state;
    char path[128], copy[16384];

    assert_int_equal(code_of(f, (char *[]){ "-nv", NULL }), 0);
    snprintf(copy, sizeof copy, "%s", text_of(f, "feed.log"));
    assert_non_null(strstr(copy, "tick: 5"));
    snprintf(path, sizeof path, "%s/feed.yaml", f->var);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, copy, strlen(copy)), (ssize_t)strlen(copy));
    close(fd);
    snprintf(path, sizeof path, "%s/feed.log", f->var);
    unlink(path);
    snprintf(path, sizeof path, "%s/feed.yaml", f->var);
    assert_int_equal(code_of(f, (char *[]){ "-nv", "-c", path, NULL }), 0);
    assert_string_equal(text_of(f, "feed.log"), copy);
}

static void
mistakes_of_the_operator_end_with_two_and_are_named(void **state)
{
    struct fixture *f = *state;
    static char *const cases[][4] = {
        { "-s", "common.tick=soon", NULL, "common.tick" },
        { "-s", "common.tock=5", NULL, "tock" },
        { "-s", "feed.size=10", NULL, "feed.size" },
        { "-s", "common.log_level=loud", NULL, "log_level" },
        { "-c", "/nowhere/at/all.yaml", NULL, "/nowhere/at/all.yaml" },
        { "-v", NULL, NULL, "-n" },
        { "--wrong", NULL, NULL, "usage" },
        { "word", NULL, NULL, "usage" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/feed.log", f->var);
        unlink(path);
        assert_int_equal(code_of(f, cases[i]), 2);
        if (!strstr(text_of(f, "feed.log"), cases[i][3]))
            fail_msg("%s is not in: %s", cases[i][3], text_of(f, "feed.log"));
    }
}

static void
wait_until_ready(struct fixture *f)
{
    for (int i = 0; i < 1000 && !text_of(f, "run/feed.ready")[0]; i++)
        usleep(10000);
}

/* faults: F-033 */
static void
a_second_process_on_the_same_var_is_refused(void **state)
{
    struct fixture *f = *state;
    char ready[64];
    pid_t first = start(f, &small_feed);

    wait_until_ready(f);
    snprintf(ready, sizeof ready, "%d 1\n", (int)first);
    assert_string_equal(text_of(f, "run/feed.ready"), ready);
    assert_int_equal(code_of(f, NULL), 2);
    assert_non_null(strstr(text_of(f, "feed.log"), "another feed is running"));
    /* The first was not disturbed. */
    assert_string_equal(text_of(f, "run/feed.ready"), ready);
    assert_int_equal(kill(first, SIGHUP), 0);
    usleep(50000);
    assert_int_equal(stop(first, SIGTERM), 0);
    assert_string_equal(text_of(f, "run/feed.ready"), "");
    assert_string_equal(text_of(f, "run/feed.run"), "00000000000000000001\n");
}

/* faults: F-077 */
static void
the_run_number_grows_and_is_never_guessed(void **state)
{
    struct fixture *f = *state;
    char path[128];

    for (int run = 1; run <= 3; run++) {
        char text[32];
        pid_t pid = start(f, &small_feed);
        wait_until_ready(f);
        assert_int_equal(stop(pid, run % 2 ? SIGKILL : SIGTERM),
                         run % 2 ? -SIGKILL : 0);
        snprintf(path, sizeof path, "%s/run/feed.ready", f->var);
        unlink(path);
        snprintf(text, sizeof text, "%020d\n", run);
        assert_string_equal(text_of(f, "run/feed.run"), text);
    }
    snprintf(path, sizeof path, "%s/run/feed.run", f->var);
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, "many\n", 5), 5);
    close(fd);
    assert_int_equal(code_of(f, NULL), 2);
    assert_non_null(strstr(text_of(f, "feed.log"), "run number"));
}

/* faults: F-113 */
static void
a_damaged_journal_is_not_gone_on_with(void **state)
{
    struct fixture *f = *state;
    struct opportunity o;
    struct bus_in in;
    char path[160];
    pid_t feed = start(f, &small_feed), scanner = start(f, &small_scanner);

    open_guest(f);
    do
        expect_opportunity(f, &in, &o);
    while (o.rev < 20);
    assert_int_equal(stop(scanner, SIGTERM), 0);
    assert_int_equal(stop(feed, SIGTERM), 0);
    snprintf(path, sizeof path,
             "%s/journal/scanner/facts/0000000000000001.seg", f->var);
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "\xff", 1, SEGMENT_HEAD + RECORD_HEAD + 9), 1);
    close(fd);
    assert_int_equal(end_of(start(f, &small_scanner)), 2);
    const char *log = text_of(f, "scanner.log");
    assert_non_null(strstr(log, "0000000000000001.seg, offset 64"));
    assert_non_null(strstr(log, "last good record 0"));
    /* That run ended as it had to, and is no crash. */
    assert_memory_equal(text_of(f, "run/scanner.ends"), "2 0 ", 4);
}

#define LONG_NAME "a-folder-with-a-name-that-is-much-longer-than-it-must-be-" \
                  "or-anybody-would-like"

static void
a_var_too_deep_for_a_sockets_path_is_no_hindrance(void **state)
{
    struct fixture *f = *state;
    char deep[160];

    snprintf(deep, sizeof deep, "%s/%s", f->var, LONG_NAME);
    assert_int_equal(mkdir(deep, 0700), 0);
    pid_t pid = start_with(deep, &small_feed, NULL);
    for (int i = 0; i < 1000 && !text_of(f, LONG_NAME "/run/feed.ready")[0];
         i++)
        usleep(10000);
    strcat(deep, "/run/feed.pub.sock");
    assert_int_equal(access(deep, F_OK), 0);
    assert_int_equal(stop(pid, SIGTERM), 0);
}

/* supervisord retries whatever ends within its first second. */
static void
a_mistake_lasts_long_enough_for_supervision_to_see_its_code(void **state)
{
    struct fixture *f = *state;

    setenv("SUPERVISOR_ENABLED", "1", 1);
    struct nanos from = clock_mono();
    int code = code_of(f, (char *[]){ "-s", "common.tick=soon", NULL });
    unsetenv("SUPERVISOR_ENABLED");
    assert_int_equal(code, 2);
    assert_true(clock_mono().ns - from.ns > 1100 * INT64_C(1000000));
}

/* The parent here stands for a supervisord that was killed. */
/* faults: F-030 */
static void
a_supervised_process_stops_when_its_supervisor_is_gone(void **state)
{
    struct fixture *f = *state;
    pid_t parent = fork_child();

    if (parent == 0) {
        setenv("SUPERVISOR_ENABLED", "1", 1);
        /* start() asks for SIGKILL first; the program's own wish counts. */
        (void)start(f, &small_feed);
        pause();
        _exit(1);
    }
    wait_until_ready(f);
    assert_int_equal(kill(parent, SIGKILL), 0);
    for (int i = 0; i < 500 && text_of(f, "run/feed.ready")[0]; i++)
        usleep(10000);
    assert_string_equal(text_of(f, "run/feed.ready"), "");
    assert_non_null(strstr(text_of(f, "feed.log"), "asked to stop"));
    waitpid(parent, NULL, 0);
}

int
main(int argc, char **argv)
{
    small_begins(argc, argv);
    const struct CMUnitTest tests[] = {
        TEST(flags_that_only_look_end_at_once),
        TEST(the_effective_configuration_reads_back_to_itself),
        TEST(mistakes_of_the_operator_end_with_two_and_are_named),
        TEST(a_second_process_on_the_same_var_is_refused),
        TEST(the_run_number_grows_and_is_never_guessed),
        TEST(a_damaged_journal_is_not_gone_on_with),
        TEST(a_var_too_deep_for_a_sockets_path_is_no_hindrance),
        TEST(a_mistake_lasts_long_enough_for_supervision_to_see_its_code),
        TEST(a_supervised_process_stops_when_its_supervisor_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
