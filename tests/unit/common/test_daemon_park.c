/* test_daemon_park - what dies too often stays down, in sight, until somebody
 * has seen to it */

#include "common/starts.h"
#include "tests/unit/common/small.h"

static const struct ms within = { 600000 };

static struct nanos
at(int64_t s)
{
    return (struct nanos){ (1800000000 + s) * INT64_C(1000000000) };
}

static void
write_starts(struct fixture *f, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/run/feed.starts", f->var);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void
starts_are_counted_while_they_are_recent(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 6; i++)
        assert_int_equal(starts_count(f->var, "feed", within, at(100 * i)),
                         i + 1);
    assert_int_equal(starts_count(f->var, "feed", within, at(600)), 6);
    assert_int_equal(starts_count(f->var, "riskd", within, at(600)), 1);
    assert_int_equal(starts_count(f->var, "feed", within, at(2000)), 1);
    assert_int_equal(starts_count(f->var, "feed", within, at(2001)), 2);
    starts_forget(f->var, "feed");
    assert_int_equal(starts_count(f->var, "feed", within, at(2002)), 1);
    for (int i = 0; i < 3 * STARTS_KEPT; i++)
        assert_in_range(starts_count(f->var, "feed", within, at(2003)), 1,
                        STARTS_KEPT);
    assert_int_equal(starts_count(f->var, "feed", within, at(2003)),
                     STARTS_KEPT);
}

static void
lines_that_make_no_sense_do_not_count(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = {
        "", "\n", "many\n", "01800000000000000000", /* No newline. */
        "99999999999999999999\n", "-1800000000000000000\n",
        "01900000000000000000\n", /* Ahead of the clock. */
        "                    \n", "0180000000000000000x\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_starts(f, texts[i]);
        assert_int_equal(starts_count(f->var, "feed", within, at(1)), 1);
        assert_int_equal(starts_count(f->var, "feed", within, at(2)), 2);
    }
    assert_int_equal(starts_count("/nowhere/at/all", "feed", within, at(1)),
                     0);
}

/* Starts it, until it is up; whether its log says that it is parked. */
static bool
parks(struct fixture *f, char *const *extra, pid_t *pid)
{
    char path[128];

    snprintf(path, sizeof path, "%s/feed.log", f->var);
    unlink(path);
    snprintf(path, sizeof path, "%s/run/feed.ready", f->var);
    unlink(path);
    *pid = start_with(f->var, &small_feed, extra);
    for (int i = 0; i < 1000 && !text_of(f, "run/feed.ready")[0]; i++)
        usleep(10000);
    assert_string_not_equal(text_of(f, "run/feed.ready"), "");
    return strstr(text_of(f, "feed.log"), "parked") != NULL;
}

/* faults: F-031 */
static void
what_dies_too_often_is_parked_until_it_is_stopped_as_asked(void **state)
{
    static char max_flag[] = "-s", max[] = "common.starts_max=2";
    static char *const twice[] = { max_flag, max, NULL };
    struct fixture *f = *state;
    pid_t pid;

    for (int i = 0; i < 2; i++) {
        assert_false(parks(f, twice, &pid));
        assert_int_equal(stop(pid, SIGKILL), -SIGKILL);
    }
    assert_true(parks(f, twice, &pid));
    assert_int_equal(stop(pid, SIGKILL), -SIGKILL);
    assert_true(parks(f, twice, &pid)); /* Dying again is no way out. */
    assert_int_equal(stop(pid, SIGTERM), 0);
    for (int i = 0; i < 4; i++) { /* However often, as asked. */
        assert_false(parks(f, twice, &pid));
        assert_int_equal(stop(pid, SIGTERM), 0);
    }
}

static void
with_0_it_is_never_parked(void **state)
{
    static char max_flag[] = "-s", max[] = "common.starts_max=0";
    static char *const never[] = { max_flag, max, NULL };
    struct fixture *f = *state;
    pid_t pid;

    for (int i = 0; i < 8; i++) {
        assert_false(parks(f, never, &pid));
        assert_int_equal(stop(pid, SIGKILL), -SIGKILL);
    }
}

static void
a_parked_process_says_so_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct heartbeat hb;
    struct bus_in in;
    pid_t pid;

    for (int i = 0; i < 5; i++) {
        assert_false(parks(f, NULL, &pid));
        assert_int_equal(stop(pid, SIGKILL), -SIGKILL);
    }
    assert_true(parks(f, NULL, &pid));
    open_guest(f);
    for (int i = 0; i < 3; i++) {
        expect(f, SOURCE_feed, TYPE_heartbeat, &in);
        assert_true(heartbeat_unpack(&hb, in.e.body, in.e.body_size));
        assert_false(hb.ready);
        assert_int_equal(hb.mode, MODE_halted);
    }
    assert_false(await(f, SOURCE_feed, TYPE_book_delta, &in, 300));
    assert_int_equal(stop(pid, SIGTERM), 0);
}

int
main(int argc, char **argv)
{
    small_begins(argc, argv);
    const struct CMUnitTest tests[] = {
        TEST(starts_are_counted_while_they_are_recent),
        TEST(lines_that_make_no_sense_do_not_count),
        TEST(what_dies_too_often_is_parked_until_it_is_stopped_as_asked),
        TEST(with_0_it_is_never_parked),
        TEST(a_parked_process_says_so_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
