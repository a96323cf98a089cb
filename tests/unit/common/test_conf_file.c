/* test_conf_file - files, bases, overrides; printing; digests */

/* What happens to settings as files: which are refused, how they stand on
 * each other, and that what is printed reads back. */

#include "tests/unit/common/toy.h"

#include <sys/stat.h>

static void
files_that_are_no_files_are_refused(void **state)
{
    (void)state;
    char *big = malloc((1 << 20) + 1);

    assert_non_null(big);
    memset(big, '#', (1 << 20) + 1);
    assert_null(try_file(put_bytes("big.yaml", big, (1 << 20) + 1)));
    assert_non_null(strstr(bad.text, "1 MiB"));
    struct conf *conf = try_file(put_bytes("big.yaml", big, 1 << 20));
    assert_non_null(conf);
    conf_destroy(&conf);
    free(big);
    assert_null(try_file("/nonexistent/x.yaml"));
    assert_non_null(strstr(bad.text, "No such file"));
    assert_null(try_file(folder));
    assert_non_null(strstr(bad.text, "regular file"));
    assert_null(try_file("/dev/zero"));
    assert_null(try_file(put_bytes("nul.yaml", "toy:\0", 5)));
}

static void
hostile_nesting_and_size_stay_cheap(void **state)
{
    (void)state;
    size_t size = 900000;
    char *s = malloc(size + 1);

    assert_non_null(s);
    memset(s, '[', size);
    assert_null(try_file(put_bytes("deep.yaml", s, size)));
    assert_non_null(strstr(bad.text, "deep.yaml:1: expected fewer levels"));
    size_t used = (size_t)sprintf(s, "toy:\n");
    for (int i = 0; used + 20 < size; i++)
        used += (size_t)sprintf(s + used, " k%d: 1\n", i);
    assert_null(try_file(put_bytes("wide.yaml", s, used)));
    assert_non_null(strstr(bad.text, "expected at most 1000 keys"));
    used = (size_t)sprintf(s, "toy:\n  ids: [");
    while (used + 4 < size)
        used += (size_t)sprintf(s + used, "a,");
    used += (size_t)sprintf(s + used, "]\n");
    assert_null(try_file(put_bytes("long.yaml", s, used)));
    used = (size_t)sprintf(s, "toy:\n");
    for (int i = 0; i < 999; i++)
        used += (size_t)sprintf(s + used, " k%d: 1\n", i);
    assert_null(try_file(put_bytes("many.yaml", s, used)));
    assert_int_equal(bad.count, 999);
    assert_true(strlen(bad.text) < sizeof bad.text);
    free(s);
}

static void
a_base_is_read_first_and_overridden(void **state)
{
    (void)state;
    struct toy_conf c;
    char sub[128];

    snprintf(sub, sizeof sub, "%s/sub", folder);
    mkdir(sub, 0700);
    put("base.yaml", "toy:\n  levels: 3\n  wait: 77\n");
    put("sub/mid.yaml", "base: ../base.yaml\ntoy:\n  levels: 4\n");
    struct conf *conf = take("toy:\n  name: top\nbase: sub/mid.yaml\n");
    conf_fill(conf, &toy, &c);
    assert_int_equal(c.levels, 4);
    assert_int_equal(c.wait.ms, 77);
    assert_string_equal(c.name.s, "top");
    conf_destroy(&conf);
    put("base.yaml", "toy:\n  levels: x\n");
    refuse("base: sub/mid.yaml\n", "sub/../base.yaml:2: toy.levels");
}

static void
circles_and_towers_of_bases_are_refused(void **state)
{
    (void)state;
    put("a.yaml", "base: b.yaml\n");
    put("b.yaml", "base: a.yaml\n");
    assert_null(try_file(put("x.yaml", "base: a.yaml\n")));
    assert_non_null(strstr(bad.text, "expected no circle"));
    assert_null(try_file(put("self.yaml", "base: ./self.yaml\n")));
    assert_non_null(strstr(bad.text, "expected no circle"));
    put("t0.yaml", "toy:\n");
    for (int i = 1; i <= 5; i++) {
        char name[32], text[64];
        snprintf(name, sizeof name, "t%d.yaml", i);
        snprintf(text, sizeof text, "base: t%d.yaml\n", i - 1);
        struct conf *conf = try_file(put(name, text));
        assert_int_equal(conf != NULL, i <= 4);
        conf_destroy(&conf);
    }
    assert_non_null(strstr(bad.text, "at most 4 bases"));
    assert_null(try_file(put("gone.yaml", "base: nowhere.yaml\n")));
    assert_non_null(strstr(bad.text, "nowhere.yaml: No such file"));
}

static void
overrides_come_last_and_are_checked_the_same(void **state)
{
    (void)state;
    struct toy_conf c;
    const char *file = put("t.yaml", "toy:\n  levels: 3\n");
    const char *const good[] = { "toy.levels=4", "toy.levels=5", "toy.name=a=b",
                                 "toy.ids=[x, y]", "other.thing=1" };
    struct conf *conf = conf_read(file, good, 5, sections, 2, &bad);

    assert_non_null(conf);
    conf_fill(conf, &toy, &c);
    assert_int_equal(c.levels, 5);
    assert_string_equal(c.name.s, "a=b");
    assert_int_equal(c.ids.count, 2);
    conf_destroy(&conf);
    static const char *const wrong[] = { "toy.levels=0",
                                         "toy.nope=1",
                                         "nope.levels=1",
                                         "toy.levels",
                                         "toy",
                                         "=",
                                         ".=",
                                         "toy.levels=",
                                         "toy.levels=[1]",
                                         "toy.ids=x",
                                         "",
                                         "toy.name=\x01" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_null(conf_read(file, &wrong[i], 1, sections, 2, &bad));
        assert_int_equal(bad.count, 1);
        assert_int_equal(strncmp(bad.text, "-s ", 3), 0);
    }
    assert_null(conf_read(file, wrong, 1, sections, 2, &bad));
    assert_string_equal(bad.text, "-s toy.levels: toy.levels: expected an "
                                  "integer from 1 to 1000, got '0'\n");
}

static void
what_is_printed_reads_back_to_itself(void **state)
{
    (void)state;
    static char first[8192], second[8192];
    struct conf *conf =
        take("toy:\n  name: 'q\"\\'\n  ids: ['a,b', ' ', \"]\", '', '# x', 5]\n"
             "  size: 1.500000\n  place: 'wss://x: y'\n"
             "other:\n  'odd key:': 'x # y'\n  list: [a, '1,2']\n  n: 0.50\n");

    for (int help = 0; help < 2; help++) {
        size_t size = conf_print(conf, help, first, sizeof first);
        assert_true(size > 0);
        assert_int_equal(size, strlen(first));
        struct conf *again = take(first);
        assert_int_equal(conf_print(again, help, second, sizeof second), size);
        assert_string_equal(first, second);
        struct toy_conf a, b;
        memset(&a, 0, sizeof a);
        memset(&b, 0, sizeof b);
        conf_fill(conf, &toy, &a);
        conf_fill(again, &toy, &b);
        assert_memory_equal(&a, &b, sizeof a);
        conf_destroy(&again);
    }
    assert_non_null(strstr(first, "# how many (an integer from 1 to 1000; "
                                  "default 10)"));
    assert_non_null(strstr(first, "# A section to test with.\ntoy:\n"));
    size_t size = strlen(first);
    assert_int_equal(conf_print(conf, true, first, size), 0);
    assert_int_equal(conf_print(conf, true, first, size + 1), size);
    conf_destroy(&conf);
}

/* Two processes that were given the same must agree, though each knows the
 * rows of its own section only. */
static void
a_digest_is_of_what_was_given_whoever_reads(void **state)
{
    (void)state;
    static const struct conf_section toy_shut = { "toy", "", NULL, 0 };
    static const struct conf_section *const reversed[] = { &other, &toy_shut };
    const char *const set[] = { "toy.levels=6" };
    const char *file = put("d.yaml", "toy:\n  wait: 9\n  levels: 5\n"
                                     "other:\n  b: [x, y]\n  a: 1\n");
    const char *moved = put("e.yaml", "other:\n  a: 1\n  b: [x, y]\n"
                                      "toy:\n  levels: 5\n  wait: 9\n");
    struct conf *a = try_file(file);
    struct conf *b = conf_read(moved, NULL, 0, reversed, 2, &bad);
    struct conf *c = conf_read(file, set, 1, sections, 2, &bad);

    assert_true(conf_digest(a, NULL) == conf_digest(b, NULL));
    assert_true(conf_digest(a, "toy") == conf_digest(b, "toy"));
    assert_true(conf_digest(a, "toy") != conf_digest(a, "other"));
    assert_true(conf_digest(a, NULL) != conf_digest(c, NULL));
    assert_true(conf_digest(a, "toy") != conf_digest(c, "toy"));
    assert_true(conf_digest(a, "other") == conf_digest(c, "other"));
    conf_destroy(&a);
    conf_destroy(&b);
    conf_destroy(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_no_files_are_refused),
        cmocka_unit_test(hostile_nesting_and_size_stay_cheap),
        cmocka_unit_test(a_base_is_read_first_and_overridden),
        cmocka_unit_test(circles_and_towers_of_bases_are_refused),
        cmocka_unit_test(overrides_come_last_and_are_checked_the_same),
        cmocka_unit_test(what_is_printed_reads_back_to_itself),
        cmocka_unit_test(a_digest_is_of_what_was_given_whoever_reads),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
