/* test_log - lines, reasons and times as people read them */

/* stderr is turned into a pipe for the time of a line. */

#include "common/clock.h"
#include "common/log.h"
#include "common/why.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int ends[2], before;

static void catch (void)
{
    assert_int_equal(pipe(ends), 0);
    before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
}

static size_t
caught(char *s, size_t cap)
{
    dup2(before, STDERR_FILENO);
    close(before);
    close(ends[1]);
    ssize_t n = read(ends[0], s, cap - 1);
    close(ends[0]);
    assert_true(n >= 0);
    s[n] = '\0';
    return (size_t)n;
}

static void
a_line_has_time_name_level_and_words(void **state)
{
    (void)state;
    char s[4096];

    log_open("scanner", LOG_INFO);
    catch ();
    log_debug("not %s", "this");
    log_info("%d books", 3);
    caught(s, sizeof s);
    assert_non_null(strstr(s, "Z scanner INFO 3 books\n"));
    assert_int_equal(s[4], '-');
    assert_int_equal(s[10], 'T');
    assert_null(strstr(s, "not this"));
}

static void
what_a_peer_sent_cannot_forge_a_line(void **state)
{
    (void)state;
    char s[4096];

    log_open("feed", LOG_DEBUG);
    catch ();
    log_warn("bad: %s", "x\n2025 feed ERROR \x1b[2J\r\x7f");
    caught(s, sizeof s);
    assert_non_null(strstr(s, "feed WARN bad: x?2025 feed ERROR ?[2J??\n"));
    assert_ptr_equal(strchr(s, '\n') + 1, s + strlen(s));
}

static void
a_line_too_long_is_cut_and_ends(void **state)
{
    (void)state;
    char s[4096], big[3000];

    memset(big, 'b', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    catch ();
    log_error("%s", big);
    size_t size = caught(s, sizeof s);
    assert_in_range(size, 2000, 2048);
    assert_int_equal(s[size - 1], '\n');
    assert_int_equal(s[size - 2], 'b');
}

static void
repeated_complaints_are_kept_back_and_counted(void **state)
{
    (void)state;
    struct log_limit limit = { 0 };
    unsigned dropped = 9;
    long long start = 5000000000;

    assert_true(log_may(&limit, start, &dropped));
    assert_int_equal(dropped, 0);
    for (int i = 1; i <= 10; i++)
        assert_false(log_may(&limit, start + i, &dropped));
    assert_true(log_may(&limit, start + 1000000000, &dropped));
    assert_int_equal(dropped, 10);
    assert_true(log_may(&limit, start, &dropped)); /* Another clock. */
}

static void
reasons_grow_towards_the_front_and_never_over(void **state)
{
    (void)state;
    struct why why;
    char big[600];

    assert_false(why_set(&why, "%d is odd", 3));
    assert_string_equal(why.s, "3 is odd");
    assert_false(why_in(&why, "leg %d", 2));
    assert_string_equal(why.s, "leg 2: 3 is odd");
    assert_false(why_set(NULL, "x"));
    assert_false(why_in(NULL, "x"));
    memset(big, 'y', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    why_in(&why, "%s", big);
    assert_int_equal(strlen(why.s), sizeof why.s - 1);
    why_set(&why, "%s", big);
    assert_int_equal(strlen(why.s), sizeof why.s - 1);
    why_in(&why, "front");
    assert_int_equal(strlen(why.s), sizeof why.s - 1);
    assert_memory_equal(why.s, "front: yyy", 10);
    why_set(&why, "%s", "");
    why_in(&why, "alone");
    assert_string_equal(why.s, "alone");
}

static void
times_are_written_in_utc(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        { 0, "1970-01-01T00:00:00.000000Z" },
        { -1, "1969-12-31T23:59:59.999999Z" },
        { 1709164800000000000, "2024-02-29T00:00:00.000000Z" },
        { 1735689599999999999, "2024-12-31T23:59:59.999999Z" },
        { 4102444800000001000, "2100-01-01T00:00:00.000001Z" },
        { 4107542399000000000, "2100-02-28T23:59:59.000000Z" },
        { 4107542400000000000, "2100-03-01T00:00:00.000000Z" },
    };
    char s[CLOCK_TEXT_CAP];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(clock_format((struct nanos){ cases[i].ns }, s),
                            cases[i].text);
    clock_format((struct nanos){ INT64_MAX }, s);
    clock_format((struct nanos){ INT64_MIN }, s);
}

static void
the_clocks_go_forward(void **state)
{
    (void)state;
    struct nanos a = clock_mono(), w = clock_wall();

    usleep(2000);
    assert_true(clock_mono().ns - a.ns >= 2000000);
    assert_true(w.ns > 1700000000000000000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_name_level_and_words),
        cmocka_unit_test(what_a_peer_sent_cannot_forge_a_line),
        cmocka_unit_test(a_line_too_long_is_cut_and_ends),
        cmocka_unit_test(repeated_complaints_are_kept_back_and_counted),
        cmocka_unit_test(reasons_grow_towards_the_front_and_never_over),
        cmocka_unit_test(times_are_written_in_utc),
        cmocka_unit_test(the_clocks_go_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
