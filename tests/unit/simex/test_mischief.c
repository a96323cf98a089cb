/* test_mischief - scripts are read as written, or refused with their line */
#include "tests/simex/mischief.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct mischief m;
static struct why why;

static bool
read_text(const char *text)
{
    why.s[0] = '\0';
    return mischief_read(&m, text, strlen(text), &why);
}

static void
every_act_is_understood(void **state)
{
    (void)state;
    assert_true(read_text("# a script\n\nat 1 drop 0\nat 1.5 drop all\n"
                          "  at 2 freeze any 6 # six seconds\n"
                          "at 3\tsilence 0.25\r\nat 4 wrong_hash 30001\n"
                          "at 5 gap 123\nat 6 duplicate\nat 7 reorder\n"
                          "at 8 latency 60 4\nat 9 status 429 2\n"
                          "at 10 slow 250 3"));
    assert_int_equal(m.count, 11);
    assert_int_equal(m.acts[1].at_ms, 1500);
    assert_string_equal(m.acts[1].target, "all");
    assert_int_equal(m.acts[2].length_ms, 6000);
    assert_int_equal(m.acts[3].length_ms, 250);
    assert_int_equal(m.acts[8].number, 60);
    assert_int_equal(m.acts[8].length_ms, 4000);
    assert_int_equal(m.acts[9].number, 429);
    for (int kind = ACT_DROP; kind <= ACT_SLOW; kind++) {
        bool there = false;
        for (uint32_t i = 0; i < m.count; i++)
            there |= (int)m.acts[i].kind == kind;
        assert_true(there);
    }
}

static void
anything_else_is_refused_with_its_line(void **state)
{
    static const char *const bad[] = {
        "at", "at 1", "at x drop 0", "at -1 drop 0", "at 1 explode",
        "in 1 drop 0", "at 1 drop", "at 1 drop 0 0", "at 1 freeze any",
        "at 1 status 429", "at 1 status x 2", "at 1e3 duplicate",
        "at 1 duplicate 5", "at 1 silence NaN", "at 99999999999999 reorder",
    };
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "at 1 reorder\n%s\n", bad[i]);
        assert_false(read_text(text));
        assert_string_equal(why.s, "line 2: not understood");
    }
}

static void
a_target_or_a_script_too_long_is_refused(void **state)
{
    static char text[32768];
    size_t n = (size_t)snprintf(text, sizeof text, "at 1 gap ");
    (void)state;
    memset(text + n, '7', 200);
    assert_false(read_text(text));
    text[0] = '\0';
    for (n = 0; n < 257; n++)
        strcat(text, "at 1 reorder\n");
    assert_false(read_text(text));
    assert_non_null(strstr(why.s, "line 257"));
}

static void
the_demos_script_is_valid(void **state)
{
    char text[8192];
    FILE *f = fopen("tests/simex/demo.mischief", "r");
    uint32_t counts[ACT_SLOW + 1] = { 0 };
    (void)state;
    assert_non_null(f);
    size_t size = fread(text, 1, sizeof text, f);
    fclose(f);
    assert_true(mischief_read(&m, text, size, &why));
    for (uint32_t i = 0; i < m.count; i++)
        counts[m.acts[i].kind]++;
    assert_true(counts[ACT_DROP] >= 2 && counts[ACT_FREEZE] >= 1);
    assert_true(counts[ACT_WRONG_HASH] >= 3 && counts[ACT_GAP] >= 1);
    assert_true(counts[ACT_STATUS] >= 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_act_is_understood),
        cmocka_unit_test(anything_else_is_refused_with_its_line),
        cmocka_unit_test(a_target_or_a_script_too_long_is_refused),
        cmocka_unit_test(the_demos_script_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
