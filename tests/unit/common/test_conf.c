/* test_conf - settings: what is taken, what is complained of, and where */

/* Each test writes YAML into a folder of its own and looks at the values or
 * at the exact complaint. */

#include "tests/unit/common/toy.h"

static void
without_a_file_the_defaults_hold(void **state)
{
    (void)state;
    struct toy_conf c;
    struct conf *conf = try_file(NULL);

    assert_non_null(conf);
    memset(&c, 0xff, sizeof c);
    conf_fill(conf, &toy, &c);
    assert_int_equal(c.levels, 10);
    assert_true(c.on);
    assert_int_equal(c.most.micros, 250000000);
    assert_int_equal(c.floor_.micros, 900000);
    assert_int_equal(c.size.micros, 12500000);
    assert_int_equal(c.edge.ppm, 30000);
    assert_int_equal(c.wait.ms, 500);
    assert_string_equal(c.name.s, "");
    assert_string_equal(c.place.s, "var/x");
    assert_int_equal(c.ids.count, 2);
    assert_string_equal(c.ids.at[0].s, "a");
    assert_string_equal(c.ids.at[1].s, "7");
    assert_int_equal(c.mode, MODE_shadow);
    conf_destroy(&conf);
    assert_null(conf);
}

static void
a_file_sets_every_kind(void **state)
{
    (void)state;
    struct toy_conf c;
    struct conf *conf = take("# a comment\n"
                             "toy:\n"
                             "  levels: 1000\n"
                             "  on: false\n"
                             "  most: 0.000001\n"
                             "  floor_: 1\n"
                             "  size: 1000000.25\n"
                             "  edge: -0.5\n"
                             "  wait: 60000\n"
                             "  name: \"a b: #\"\n"
                             "  place: /var/tmp/x\n"
                             "  ids:\n"
                             "    - '0012'\n"
                             "    - x\n"
                             "    - \"\"\n"
                             "  mode: live\n"
                             "other:\n"
                             "  anything: 0500\n");

    conf_fill(conf, &toy, &c);
    assert_int_equal(c.levels, 1000);
    assert_false(c.on);
    assert_int_equal(c.most.micros, 1);
    assert_int_equal(c.size.micros, 1000000250000);
    assert_int_equal(c.edge.ppm, -500000);
    assert_string_equal(c.name.s, "a b: #");
    assert_string_equal(c.place.s, "/var/tmp/x");
    assert_int_equal(c.ids.count, 3);
    assert_string_equal(c.ids.at[0].s, "0012");
    assert_string_equal(c.ids.at[2].s, "");
    assert_int_equal(c.mode, MODE_live);
    conf_destroy(&conf);
}

static void
empty_files_and_sections_are_defaults(void **state)
{
    (void)state;
    static const char *const yamls[] = { "", "# nothing\n", "toy:\n",
                                         "toy: {}\n",
                                         "---\ntoy: {levels: 3}\n" };

    for (size_t i = 0; i < sizeof yamls / sizeof yamls[0]; i++) {
        struct conf *conf = take(yamls[i]);
        conf_destroy(&conf);
    }
}

/* What lenient readers turn into a number, and a limit, nobody meant. */
static void
almost_numbers_are_complaints_with_their_place(void **state)
{
    (void)state;
    refuse("toy:\n  levels: 5oo\n",
           "t.yaml:2: toy.levels: expected an integer from 1 to 1000, got "
           "'5oo'\n");
    refuse("toy:\n\n  most: 0,0125\n",
           "t.yaml:3: toy.most: expected an "
           "amount in dollars from 0 to 1000, got '0,0125'\n");
    refuse("toy:\n  levels: 0500\n", "got '0500'");
    refuse("toy:\n  most: 0500\n", "got '0500'");
    refuse("toy:\n  most: 00.5\n", "got '00.5'");
    refuse("toy:\n  most: 1e3\n", "got '1e3'");
    refuse("toy:\n  most: nan\n", "got 'nan'");
    refuse("toy:\n  most: .inf\n", "got '.inf'");
    refuse("toy:\n  most: 1.\n", "got '1.'");
    refuse("toy:\n  most: .5\n", "got '.5'");
    refuse("toy:\n  most: +5\n", "got '+5'");
    refuse("toy:\n  most: 1_000\n", "got '1_000'");
    refuse("toy:\n  most: $5\n", "got '$5'");
    refuse("toy:\n  most: 0.0000001\n", "got '0.0000001'");
    refuse("toy:\n  most: 99999999999999999999\n", "expected an amount");
    refuse("toy:\n  levels: 99999999999999999999\n", "expected an integer");
    refuse("toy:\n  levels: 0x10\n", "got '0x10'");
    refuse("toy:\n  levels: -1\n", "got '-1'");
    refuse("toy:\n  levels: 5.0\n", "got '5.0'");
    refuse("toy:\n  wait: 5s\n", "expected milliseconds, an integer from 1 "
                                 "to 60000, got '5s'");
    refuse("toy:\n  on: maybe\n", "expected true or false, got 'maybe'");
    refuse("toy:\n  on: yes\n", "expected true or false, got 'yes'");
    refuse("toy:\n  on: True\n", "expected true or false, got 'True'");
    refuse("toy:\n  mode: LIVE\n",
           "expected halted, shadow, paper or live, got 'LIVE'");
}

static void
a_word_is_one_of_those_there_are(void **state)
{
    (void)state;
    static const char *const wrong[] = { "Hard", "har", "hards", "soft hard",
                                         "\"\"", "\" hard\"", "o" };
    struct toy_conf c;
    char yaml[64];

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(yaml, sizeof yaml, "toy:\n  kind: %s\n", wrong[i]);
        refuse(yaml, "t.yaml:2: toy.kind: expected soft, hard or no, got '");
    }
    struct conf *conf = take("toy:\n  kind: \"no\"\n");
    conf_fill(conf, &toy, &c);
    assert_string_equal(c.kind.s, "no");
    conf_destroy(&conf);
}

static void
bounds_hold_at_both_ends(void **state)
{
    (void)state;
    refuse("toy:\n  levels: 0\n", "from 1 to 1000, got '0'");
    refuse("toy:\n  levels: 1001\n", "got '1001'");
    refuse("toy:\n  most: 1000.000001\n", "got '1000.000001'");
    refuse("toy:\n  most: -0.000001\n", "got '-0.000001'");
    refuse("toy:\n  edge: -1.000001\n", "got '-1.000001'");
    refuse("toy:\n  size: -1\n", "a number of shares of at least 0");
    refuse("toy:\n  name: ninechars\n",
           "expected a text of at most 8 bytes, got 'ninechars'");
    refuse("toy:\n  place: ''\n", "expected a path from 1 to 255 bytes");
    refuse("toy:\n  ids: [thirteenbytes]\n", "a list of at most 64 texts");
    struct conf *conf = take("toy:\n  levels: 1\n  most: 1000\n  edge: -1\n"
                             "  name: eight888\n");
    conf_destroy(&conf);
}

static void
unknown_and_double_names_are_named(void **state)
{
    (void)state;
    refuse("toy:\n  level: 5\n",
           "t.yaml:2: toy.level: expected a key of section toy, got "
           "'level'\n");
    refuse("toi:\n  levels: 5\n",
           "t.yaml:2: toi: expected a section (toy, other), got 'toi'\n");
    refuse("toy:\n  levels: 5\n  on: true\n  levels: 6\n",
           "t.yaml:4: expected each key once, got 'levels' again\n");
    refuse("toy:\n  levels: 5\ntoy:\n  on: true\n",
           "t.yaml:3: expected each section once, got 'toy' again\n");
    refuse("other:\n  a: 5\n  a: 5\n", "expected each key once");
    refuse("toy:\n  <<: {levels: 5}\n", "toy.<<");
}

static void
every_mistake_of_a_file_is_told_at_once(void **state)
{
    (void)state;
    refuse("toy:\n  levels: x\n  on: 1\n  what: 2\nnope:\n  a: 1\n",
           "t.yaml:2: ");
    assert_int_equal(bad.count, 4);
    assert_non_null(strstr(bad.text, "t.yaml:3: toy.on"));
    assert_non_null(strstr(bad.text, "t.yaml:4: toy.what"));
    assert_non_null(strstr(bad.text, "t.yaml:6: nope"));
}

static void
wrong_shapes_are_refused(void **state)
{
    (void)state;
    refuse("- toy\n", "t.yaml:1: expected sections");
    refuse("toy\n", "expected sections");
    refuse("toy: 5\n", "t.yaml:1: toy: expected keys with values");
    refuse("toy: [levels]\n", "toy: expected keys with values");
    refuse("toy:\n  levels:\n", "toy.levels: expected a value");
    refuse("toy:\n  name:\n", "toy.name: expected a value");
    refuse("toy:\n  levels: {a: 1}\n", "toy.levels: expected a value");
    refuse("toy:\n  levels: [5]\n", "got a list of 1");
    refuse("toy:\n  ids: a\n", "expected a list of at most 64 texts, got "
                               "'a'");
    refuse("toy:\n  ids: [[a]]\n", "toy.ids: expected a value or a list");
    refuse("toy:\n  ? [levels]\n  : 5\n", "expected the name of a key");
    refuse("toy:\n  '': 5\n", "expected the name of a key");
    refuse("toy:\n  name: \"a\\0b\"\n", "without control characters");
    refuse("toy:\n  name: \"a\\nb\"\n", "without control characters");
    refuse("toy:\n  name: |\n    a\n", "without control characters");
    refuse("toy:\n  ids: [\"\\0\"]\n", "without control characters");
    refuse("base: [a]\ntoy:\n", "base: expected a file name");
    refuse("base:\ntoy:\n", "base: expected a file name");
}

static void
yaml_tricks_are_refused(void **state)
{
    (void)state;
    refuse("toy: &a\n  levels: 5\n", "t.yaml:1: expected no anchor");
    refuse("toy:\n  levels: &a 5\n  wait: *a\n", "t.yaml:2: expected no "
                                                 "anchor");
    refuse("toy:\n  levels: *a\n", "t.yaml:2: expected no alias");
    refuse("toy:\n  levels: !!int 5\n", "t.yaml:2: expected no tag");
    refuse("toy: !x\n  levels: 5\n", "expected no tag");
    refuse("toy:\n  levels: 5\n---\ntoy:\n", "t.yaml:3: expected one "
                                             "document");
    refuse("toy:\n\tlevels: 5\n", "t.yaml:2: expected YAML");
    refuse("toy: {levels: 5\n", "expected YAML");
    refuse("toy:\n  name: \"a\n", "expected YAML");
    refuse("toy:\n  name: \xff\n", "expected YAML");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_file_the_defaults_hold),
        cmocka_unit_test(a_file_sets_every_kind),
        cmocka_unit_test(empty_files_and_sections_are_defaults),
        cmocka_unit_test(almost_numbers_are_complaints_with_their_place),
        cmocka_unit_test(a_word_is_one_of_those_there_are),
        cmocka_unit_test(bounds_hold_at_both_ends),
        cmocka_unit_test(unknown_and_double_names_are_named),
        cmocka_unit_test(every_mistake_of_a_file_is_told_at_once),
        cmocka_unit_test(wrong_shapes_are_refused),
        cmocka_unit_test(yaml_tricks_are_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
