/* test_highest_file - what counts were at most outlives a run, or is refused */
#include "feed/highest_file.h"
#include "tests/unit/common/scratch_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
the_highest_are_kept_by_event_and_window(void **state)
{
    struct signal_specs specs, other;
    uint64_t n[SIGNALS_CAP] = { 165, 7 }, read[SIGNALS_CAP];
    struct why why;

    (void)state;
    memset(&specs, 0, sizeof specs);
    specs.count = 2;
    text_set(&specs.at[0].event, "257217");
    text_set(&specs.at[1].event, "another");
    assert_true(highest_file_read(path, &specs, read, &why)); /* None yet. */
    assert_int_equal(read[0] + read[1], 0);
    assert_true(highest_file_write(path, &specs, n, &why));
    assert_true(highest_file_read(path, &specs, read, &why));
    assert_int_equal(read[0], 165);
    assert_int_equal(read[1], 7);
    other = specs;
    other.at[0] = specs.at[1];
    other.at[1].ends.ns++; /* Next week's. */
    assert_true(highest_file_read(path, &other, read, &why));
    assert_int_equal(read[0], 7);
    assert_int_equal(read[1], 0);
}

static void
a_damaged_file_of_the_highest_is_refused(void **state)
{
    static const char *const all[] = {
        "x", "e 1 2\n", "e 1 2 3", "e 1 2 3 4\n", "e 1 2 x\n", "\n",
        "e 1 2 3\ne 1",
    };
    struct signal_specs specs = { .count = 0 };
    uint64_t read[SIGNALS_CAP];
    struct why why;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        FILE *f = fopen(path, "w");

        assert_non_null(f);
        assert_true(fputs(all[i], f) >= 0);
        assert_int_equal(fclose(f), 0);
        if (highest_file_read(path, &specs, read, &why))
            fail_msg("read: %s", all[i]);
    }
    assert_int_equal(remove(path), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_are_kept_by_event_and_window),
        cmocka_unit_test(a_damaged_file_of_the_highest_is_refused),
    };
    return cmocka_run_group_tests(tests, open_scratch, drop_scratch);
}
