/* test_json - what a strict reader takes, and everything it refuses */

/* The refusals are the point: each is a text some lenient parser accepts. */

#include "common/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct json *
parse(const char *s)
{
    struct why why;
    struct json *j = json_parse(s, strlen(s), &why);

    if (!j)
        fail_msg("%s: %s", s, why.s);
    return j;
}

static void
refuse_bytes(const char *s, size_t size, const char *said)
{
    struct why why = { "" };
    char *exact = malloc(size ? size : 1); /* So that ASan sees the end. */

    assert_non_null(exact);
    memcpy(exact, s, size);
    struct json *j = json_parse(exact, size, &why);
    free(exact);
    if (j)
        fail_msg("accepted: %.*s", (int)size, s);
    if (!strstr(why.s, said))
        fail_msg("%.*s: said \"%s\", not \"%s\"", (int)size, s, why.s, said);
}

static void
refuse(const char *s, const char *said)
{
    refuse_bytes(s, strlen(s), said);
}

static void
a_book_frame_reads(void **state)
{
    (void)state;
    struct json *j = parse(
        "[{\"event_type\":\"book\",\"asset_id\":\"1234\",\"timestamp\":"
        "\"1700000000123\",\"bids\":[{\"price\":\".48\",\"size\":\"30\"},"
        "{\"price\":\"0.49\",\"size\":\"20.5\"}],\"live\":true,\"x\":null}]");
    const struct json_value *frame = json_first(json_root(j));
    const struct json_value *bids = json_get(frame, "bids");
    int64_t n = 0;
    bool live = false;

    assert_true(json_is_array(json_root(j)));
    assert_int_equal(json_size(json_root(j)), 1);
    assert_true(json_is_object(frame));
    assert_string_equal(json_string(json_get(frame, "event_type")), "book");
    assert_string_equal(json_key(json_first(frame)), "event_type");
    assert_int_equal(json_size(bids), 2);
    assert_true(json_micros(json_get(json_next(json_first(bids)), "size"), &n));
    assert_int_equal(n, 20500000);
    assert_true(json_int(json_get(frame, "timestamp"), &n));
    assert_int_equal(n, 1700000000123);
    assert_true(json_bool(json_get(frame, "live"), &live));
    assert_true(live);
    assert_true(json_is_null(json_get(frame, "x")));
    assert_null(json_get(frame, "EVENT_TYPE"));
    assert_null(json_next(json_next(json_first(bids))));
    json_destroy(&j);
    assert_null(j);
}

static void
a_number_keeps_its_text(void **state)
{
    (void)state;
    struct json *j = parse(
        "[0.1, 9007199254740993, -0, 1e3, 1.50, \"1.5\","
        "71321045679252212594626385532706912750332728571942532289631379312455"
        "583992563]");
    const struct json_value *v = json_first(json_root(j));
    static const char *const texts[] = {
        "0.1",
        "9007199254740993",
        "-0",
        "1e3",
        "1.50",
        "1.5",
        "71321045679252212594626385532706912750332728571942532289631379312455"
        "583992563"
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_non_null(v);
        assert_string_equal(json_scalar(v), texts[i]);
        assert_int_equal(json_is_number(v), i != 5);
        assert_int_equal(json_is_string(v), i == 5);
        if (i != 5)
            assert_null(json_string(v));
        v = json_next(v);
    }
    json_destroy(&j);
}

static void
amounts_are_exact_or_refused(void **state)
{
    (void)state;
    struct json *j = parse(
        "{\"a\":0.000001,\"b\":0.0000001,\"c\":1e3,\"d\":\"nan\",\"e\":\"\","
        "\"f\":true,\"g\":9223372036854,\"h\":99999999999999999999,"
        "\"i\":\" 1\",\"j\":\"0,5\",\"k\":-0.5,\"l\":[1]}");
    const struct json_value *o = json_root(j);
    int64_t n = 77;

    assert_true(json_micros(json_get(o, "a"), &n));
    assert_int_equal(n, 1);
    assert_true(json_micros(json_get(o, "k"), &n));
    assert_int_equal(n, -500000);
    assert_true(json_micros(json_get(o, "g"), &n));
    assert_int_equal(n, 9223372036854000000);
    n = 77;
    for (const char *k = "bcdefhijlz"; *k; k++) {
        char key[2] = { *k, '\0' };
        assert_false(json_micros(json_get(o, key), &n));
        assert_int_equal(n, 77);
    }
    json_destroy(&j);
}

static void
integers_are_whole_and_fit(void **state)
{
    (void)state;
    struct json *j = parse(
        "{\"a\":9223372036854775807,\"b\":-9223372036854775808,"
        "\"c\":9223372036854775808,\"d\":5.0,\"e\":5.5,\"f\":\"007\","
        "\"g\":\"5.\",\"h\":\"-\",\"i\":\"\",\"j\":1e2,\"k\":\"1700000000\","
        "\"l\":\"0\",\"m\":\"+1\",\"n\":null}");
    const struct json_value *o = json_root(j);
    int64_t n = 77;

    assert_true(json_int(json_get(o, "a"), &n));
    assert_true(n == INT64_MAX);
    assert_true(json_int(json_get(o, "b"), &n));
    assert_true(n == INT64_MIN);
    assert_true(json_int(json_get(o, "d"), &n));
    assert_int_equal(n, 5);
    assert_true(json_int(json_get(o, "k"), &n));
    assert_int_equal(n, 1700000000);
    assert_true(json_int(json_get(o, "l"), &n));
    assert_int_equal(n, 0);
    n = 77;
    for (const char *k = "cefghijmnz"; *k; k++) {
        char key[2] = { *k, '\0' };
        assert_false(json_int(json_get(o, key), &n));
        assert_int_equal(n, 77);
    }
    json_destroy(&j);
}

static void
a_string_cannot_pretend_to_be_a_number(void **state)
{
    (void)state;
    struct json *j = parse("[\"\\u00ff5\", \"\\u00015\", \"\xc3\xbf"
                           "5\"]");

    for (const struct json_value *v = json_first(json_root(j)); v;
         v = json_next(v)) {
        assert_true(json_is_string(v));
        assert_false(json_is_number(v));
    }
    json_destroy(&j);
    refuse("[\"\xff"
           "5\"]",
           "UTF-8");
}

static void
escapes_and_utf8_arrive(void **state)
{
    (void)state;
    struct json *j = parse("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\","
                           "\"\\u20ac\\ud83d\\ude00\",\"\xf0\x9f\x98\x80\"]");
    const struct json_value *v = json_first(json_root(j));

    assert_string_equal(json_string(v), "\"\\/\b\f\n\r\t");
    v = json_next(v);
    assert_string_equal(json_string(v), "\xe2\x82\xac\xf0\x9f\x98\x80");
    v = json_next(v);
    assert_string_equal(json_string(v), "\xf0\x9f\x98\x80");
    json_destroy(&j);
}

static void
lenient_grammar_is_refused(void **state)
{
    (void)state;
    refuse("", "a value");
    refuse(" ", "a value");
    refuse("{} x", "the end");
    refuse("[1] [2]", "the end");
    refuse("[1,]", "a value");
    refuse("{\"a\":1,}", "a string");
    refuse("{a:1}", "a string");
    refuse("{'a':1}", "a string");
    refuse("{\"a\" 1}", "':'");
    refuse("[1 2]", "','");
    refuse("{\"a\":1]", "','");
    refuse("[1}", "','");
    refuse("[01]", "','");
    refuse("[1.]", "a digit");
    refuse("[.5]", "a value");
    refuse("[+1]", "a value");
    refuse("[-]", "a digit");
    refuse("[1e]", "a digit");
    refuse("[NaN]", "a value");
    refuse("[Infinity]", "a value");
    refuse("[-Infinity]", "a digit");
    refuse("[True]", "a value");
    refuse("[nul]", "a value");
    refuse("[tru", "a value");
    refuse("// x\n[]", "a value");
    refuse("[0x10]", "','");
    refuse("\xef\xbb\xbf[]", "a value");
}

static void
bad_strings_are_refused(void **state)
{
    (void)state;
    refuse("[\"a", "the end of a string");
    refuse("[\"a\\", "escape");
    refuse("[\"\\x41\"]", "a known escape");
    refuse("[\"\\u12g4\"]", "four hex");
    refuse("[\"\\u0000\"]", "\\u0000");
    refuse("{\"a\\u0000b\":1}", "\\u0000");
    refuse("[\"\\ud83d\"]", "second half");
    refuse("[\"\\ud83d\\u0041\"]", "second half");
    refuse("[\"\\ude00\"]", "first half");
    refuse("[\"a\nb\"]", "control");
    refuse_bytes("[\"a\0b\"]", 7, "control");
    refuse("[\"\x80\"]", "UTF-8");
    refuse("[\"\xc0\xaf\"]", "UTF-8");
    refuse("[\"\xe0\x80\xaf\"]", "UTF-8");
    refuse("[\"\xed\xa0\x80\"]", "UTF-8");
    refuse("[\"\xf4\x90\x80\x80\"]", "UTF-8");
    refuse("[\"\xe2\x82\"]", "UTF-8");
    refuse("[\"\xe2\x82", "UTF-8");
}

static void
a_key_twice_is_refused_however_it_is_written(void **state)
{
    (void)state;
    refuse("{\"a\":1,\"a\":2}", "twice");
    refuse("{\"a\":1,\"\\u0061\":2}", "twice");
    refuse("[[{\"x\":{\"k\":1,\"b\":2,\"k\":1}}]]", "twice");
    refuse("{\"\":1,\"\":2}", "twice");
    refuse("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,"
           "\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"c\":1}",
           "twice");
    struct json *j = parse("{\"a\":1,\"A\":2,\"b\":{\"a\":1}}");
    json_destroy(&j);
}

static void
depth_is_bounded(void **state)
{
    (void)state;
    char s[2 * 65 + 1];

    memset(s, '[', 64);
    memset(s + 64, ']', 64);
    s[128] = '\0';
    struct json *j = parse(s);
    json_destroy(&j);
    memset(s, '[', 65);
    memset(s + 65, ']', 65);
    s[130] = '\0';
    refuse(s, "64 levels");
    char deep[100000];
    memset(deep, '[', sizeof deep);
    refuse_bytes(deep, sizeof deep, "64 levels");
    for (size_t i = 0; i + 5 <= sizeof deep; i += 5)
        memcpy(deep + i, "{\"a\":", 5);
    refuse_bytes(deep, sizeof deep, "64 levels");
}

static void
size_and_count_are_bounded(void **state)
{
    (void)state;
    size_t size = ((size_t)8 << 20) + 1;
    char *s = malloc(size);
    struct why why;

    assert_non_null(s);
    memset(s, ' ', size);
    s[0] = '1';
    assert_null(json_parse(s, size, &why));
    assert_non_null(strstr(why.s, "8 MiB"));
    struct json *j = json_parse(s, size - 1, &why);
    assert_non_null(j);
    json_destroy(&j);
    for (size_t i = 0; i < size; i++)
        s[i] = i % 2 ? '1' : ',';
    s[0] = '[';
    assert_null(json_parse(s, size - 1, &why));
    assert_non_null(strstr(why.s, "fewer values"));
    free(s);
}

static void
every_truncation_of_a_frame_is_refused(void **state)
{
    (void)state;
    const char *s = "{\"a\":[{\"p\":\"0.5\\u20ac\",\"s\":-1.5e+3},true,null],"
                    "\"b\":\"\xe2\x82\xac\"}";

    for (size_t n = 0; n < strlen(s); n++)
        refuse_bytes(s, n, "expected");
    struct json *j = parse(s);
    json_destroy(&j);
}

static void
looking_at_nothing_says_no(void **state)
{
    (void)state;
    int64_t n = 77;
    bool yes = true;
    struct json *none = NULL;

    assert_null(json_root(NULL));
    assert_false(json_is_object(NULL));
    assert_false(json_is_array(NULL));
    assert_false(json_is_string(NULL));
    assert_false(json_is_number(NULL));
    assert_false(json_is_null(NULL));
    assert_null(json_get(NULL, "a"));
    assert_null(json_first(NULL));
    assert_null(json_next(NULL));
    assert_null(json_key(NULL));
    assert_int_equal(json_size(NULL), 0);
    assert_null(json_string(NULL));
    assert_null(json_scalar(NULL));
    assert_false(json_bool(NULL, &yes));
    assert_false(json_micros(NULL, &n));
    assert_false(json_int(NULL, &n));
    json_destroy(&none);
    struct json *j = parse("[1]");
    assert_null(json_get(json_root(j), "a"));
    assert_null(json_first(json_first(json_root(j))));
    assert_null(json_key(json_first(json_root(j))));
    json_destroy(&j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_frame_reads),
        cmocka_unit_test(a_number_keeps_its_text),
        cmocka_unit_test(amounts_are_exact_or_refused),
        cmocka_unit_test(integers_are_whole_and_fit),
        cmocka_unit_test(a_string_cannot_pretend_to_be_a_number),
        cmocka_unit_test(escapes_and_utf8_arrive),
        cmocka_unit_test(lenient_grammar_is_refused),
        cmocka_unit_test(bad_strings_are_refused),
        cmocka_unit_test(a_key_twice_is_refused_however_it_is_written),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(size_and_count_are_bounded),
        cmocka_unit_test(every_truncation_of_a_frame_is_refused),
        cmocka_unit_test(looking_at_nothing_says_no),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
