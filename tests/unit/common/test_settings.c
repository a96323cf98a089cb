/* test_settings - the configurations that runs began with, found again */

#include "common/settings.h"
#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

static void
touch(const char *dir, const char *name)
{
    char path[600];

    snprintf(path, sizeof path, "%s/settings/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static void
settings_of_a_run_are_the_last_kept_before_it(void **state)
{
    const char *dir = *state;
    char path[600];

    assert_false(settings_path(dir, 7, path, sizeof path));
    snprintf(path, sizeof path, "%s/settings", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    touch(dir, "0000000000000002.yaml");
    touch(dir, "000000000000000a.yaml");
    touch(dir, "0000000000000005.yaml.new");
    assert_false(settings_path(dir, 1, path, sizeof path));
    assert_true(settings_path(dir, 2, path, sizeof path));
    assert_non_null(strstr(path, "/0000000000000002.yaml"));
    assert_true(settings_path(dir, 9, path, sizeof path));
    assert_non_null(strstr(path, "/0000000000000002.yaml"));
    assert_true(settings_path(dir, UINT64_MAX, path, sizeof path));
    assert_non_null(strstr(path, "/000000000000000a.yaml"));
}

static void
settings_name_the_build_that_ran_with_them(void **state)
{
    const char *dir = *state;
    struct settings_by by;
    char path[600];

    snprintf(path, sizeof path, "%s/some.yaml", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("# configuration 00000000000000ff of build v1-2-gabc\ncommon:\n",
          file);
    fclose(file);
    assert_true(settings_by(path, &by));
    assert_int_equal(by.config, 255);
    assert_string_equal(by.build.s, "v1-2-gabc");
    file = fopen(path, "w");
    fputs("common:\n", file);
    fclose(file);
    assert_false(settings_by(path, &by));
}

static int
setup(void **state)
{
    static struct scratch scratch;

    scratch_open(&scratch);
    *state = scratch.path;
    return 0;
}

static int
teardown(void **state)
{
    scratch_remove(*state);
    return 0;
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(settings_of_a_run_are_the_last_kept_before_it),
        T(settings_name_the_build_that_ran_with_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
