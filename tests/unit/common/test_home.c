/* test_home - relative paths begin at the checkout, wherever one stands */

/* This test's own executable stands in build/<variant>/unit/common/, two
 * levels deeper than a program, so a checkout is made around a link to it. */

#include "common/home.h"
#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct scratch scratch;
static char program[PATH_MAX];

static const char *
below(const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", scratch.path, name);
    return path;
}

static void
put_folder(const char *name)
{
    assert_int_equal(mkdir(below(name), 0700), 0);
}

static void
put_file(const char *name)
{
    int fd = open(below(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    close(fd);
}

/* This program, copied to there and run in `/`: what home_path makes of
 * "var" in it. */
static const char *
var_of(const char *place)
{
    static char text[PATH_MAX];
    char command[2 * PATH_MAX];

    snprintf(command, sizeof command, "cp '%s' '%s' && cd / && '%s' --var",
             program, below(place), below(place));
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t size = fread(text, 1, sizeof text - 1, f);
    text[size] = '\0';
    assert_int_equal(pclose(f), 0);
    return text;
}

static void
a_program_of_a_checkout_finds_its_var_from_anywhere(void **state)
{
    (void)state;
    char want[PATH_MAX];

    snprintf(want, sizeof want, "%s", below("var"));
    assert_string_equal(var_of("arb"), want);
    put_folder("build");
    put_folder("build/release");
    assert_string_equal(var_of("build/release/arb"), want);
}

static void
a_program_of_no_checkout_begins_where_it_stands(void **state)
{
    (void)state;
    assert_int_equal(unlink(below("deploy/dutchbook.yaml")), 0);
    assert_string_equal(var_of("arb"), "//var");
}

static void
an_absolute_path_is_left_alone_and_a_long_one_refused(void **state)
{
    (void)state;
    struct path p = { "/somewhere/var" };
    struct why why = { "" };

    assert_true(home_path(&p, "common.var", &why));
    assert_string_equal(p.s, "/somewhere/var");
    memset(p.s, 'v', sizeof p.s - 1);
    p.s[sizeof p.s - 1] = '\0';
    assert_false(home_path(&p, "common.var", &why));
    assert_non_null(strstr(why.s, "common.var"));
    assert_non_null(strstr(why.s, "255"));
}

static int
set_up(void **state)
{
    (void)state;
    scratch_open(&scratch);
    put_folder("deploy");
    put_file("deploy/dutchbook.yaml");
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    scratch_remove(scratch.path);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_program_of_a_checkout_finds_its_var_from_anywhere),
        TEST(a_program_of_no_checkout_begins_where_it_stands),
        TEST(an_absolute_path_is_left_alone_and_a_long_one_refused),
    };

    if (argc == 2 && strcmp(argv[1], "--var") == 0) {
        struct path p = { "var" };
        struct why why;
        if (!home_path(&p, "common.var", &why))
            return 1;
        fputs(p.s, stdout);
        return 0;
    }
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    must(size > 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
