/* test_markup - words and numbers from outside, as pages and files show them */
#include "deploy/arb/markup.h"

#include "deploy/arb/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void put_text(FILE *, const char *);

static void
assert_put(put_text *put, const char *in, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    put(out, in);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void
nothing_in_html_is_markup(void **state)
{
    (void)state;
    assert_put(put_html, "<b a='1' c=\"2\">&amp;</b>",
               "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;&lt;/b&gt;");
    assert_put(put_html, "a\x01" "b\x1b[31mc\x7f", "a\xef\xbf\xbd" "b"
               "\xef\xbf\xbd[31mc\xef\xbf\xbd");
    assert_put(put_html, "\xff\xc0\xafz\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"
               "\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd");
    assert_put(put_html, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\xb2",
               "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\xb2");
}

static void
nothing_in_a_markdown_cell_ends_it(void **state)
{
    (void)state;
    assert_put(put_markdown, "a|b\nc <i>*x*</i> ](http://x) `q` $y$",
               "a\\|b c &lt;i&gt;\\*x\\*&lt;/i&gt; \\]\\(http://x\\) \\`q\\` "
               "\\$y\\$");
}

static void
a_csv_field_is_one_field_and_no_formula(void **state)
{
    (void)state;
    assert_put(put_csv, "plain text", "plain text");
    assert_put(put_csv, "a,\"b\"\r\nc", "\"a,\"\"b\"\"\r\nc\"");
    assert_put(put_csv, "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
    assert_put(put_csv, "@x", "\"'@x\"");
    assert_put(put_csv, "+1+cmd", "\"'+1+cmd\"");
    assert_put(put_csv, "-12.500000", "-12.500000");
    assert_put(put_csv, "-12.5x", "\"'-12.5x\"");
}

static void
terminal_text(FILE *out, const char *text)
{
    assert_true(table_put(out, text, 12) <= 12);
}

static void
nothing_in_a_terminals_table_drives_it(void **state)
{
    (void)state;
    assert_put(terminal_text, "a\x1b]0;x\x07 b", "a?]0;x? b");
    assert_put(terminal_text, "\xc2\x9b" "31m\xff", "?31m?");
    assert_put(terminal_text, "\xc3\xa9\xc3\xa9 twelve letters",
               "\xc3\xa9\xc3\xa9 twelve le");
}

static void
what_postgresql_calls_a_number_is_read_to_the_micro(void **state)
{
    static const struct { const char *cell; int64_t micros; } good[] = {
        { "0", 0 }, { "-1.5", -1500000 }, { "12.3456789", 12345678 },
        { "1780000000.25", 1780000000250000 },
    };
    static const char *const bad[] = { "NaN", "", "1e5", "12-3", "Infinity",
                                       "99999999999999999999", "1.2.3", "-" };
    int64_t v;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(number_of(good[i].cell, &v));
        assert_int_equal(v, good[i].micros);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(number_of(bad[i], &v));
    assert_false(number_of(NULL, &v));
}

static void
numbers_are_shown_with_sign_unit_and_commas(void **state)
{
    static const struct {
        int64_t micros;
        enum unit unit;
        bool brief;
        const char *shown;
    } rows[] = {
        { 1234567890000, UNIT_usd, false, "$1,234,567.89" },
        { -3100000, UNIT_usd, false, "\xe2\x88\x92$3.10" },
        { 4200, UNIT_usd, false, "$0.0042" },
        { 1500000000, UNIT_usd, true, "$1.5k" },
        { 0, UNIT_usd, false, "$0.00" },
        { 918000, UNIT_percent, false, "91.8 %" },
        { 1000000, UNIT_percent, false, "100 %" },
        { 1234, UNIT_percent, false, "0.12 %" },
        { 175000000, UNIT_ms, false, "175 ms" },
        { 4222000000, UNIT_ms, false, "4.22 s" },
        { 0, UNIT_ms, false, "0" },
        { 189812500000, UNIT_us, false, "190 ms" },
        { 370700000, UNIT_us, false, "371 \xc2\xb5s" },
        { 10500000, UNIT_bps, false, "10.5 bps" },
        { 57615000000, UNIT_count, false, "57,615" },
        { 7000000, UNIT_count, true, "7" },
        { 999999, UNIT_usd, false, "$1.00" },
        { INT64_MAX, UNIT_usd, false, "$9,223,372,036,854.78" },
        { INT64_MIN, UNIT_none, false, "\xe2\x88\x92" "9,223,372,036,854.78" },
    };
    char text[SHOWN_TEXT_CAP];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(number_show(rows[i].micros, rows[i].unit,
                                        rows[i].brief, text),
                            rows[i].shown);
}

static void
assert_expands(const char *sql, const char *expected)
{
    struct scope s = { .from = 1774742400, .to = 1774828800, .interval = 900,
                       .zone = "Europe/Zurich", .mode = "paper,li've",
                       .stage = "", .strategy = "A" };
    char out[400];
    struct why why = { "" };

    if (expected == NULL) {
        assert_false(scope_expand(&s, sql, out, sizeof out, &why));
        assert_true(why.s[0] != '\0');
        return;
    }
    if (!scope_expand(&s, sql, out, sizeof out, &why))
        fail_msg("%s", why.s);
    assert_string_equal(out, expected);
}

static void
macros_become_what_grafana_makes_of_them(void **state)
{
    (void)state;
    assert_expands("$__timeFilter(a.b)", "a.b BETWEEN '2026-03-29T00:00:00Z' "
                   "AND '2026-03-30T00:00:00Z'");
    assert_expands("$__timeGroup(at, $__interval) AS time",
                   "floor(extract(epoch from at)/900)*900 AS time");
    assert_expands("x IN (${mode:sqlstring})", "x IN ('paper','li''ve')");
    assert_expands("x IN (${stage:sqlstring})", "x IN ('')");
    assert_expands("AT TIME ZONE ${tz:sqlstring}",
                   "AT TIME ZONE 'Europe/Zurich'");
    assert_expands("$__timeGroup(f(x), $__interval)", NULL);
    assert_expands("$__other(x)", NULL);
    assert_expands("${mode}", NULL);
    assert_expands("$1", NULL);
    assert_expands("$__timeFilter(", NULL);
}

static void
assert_board(const char *text, const char *complaint)
{
    static struct board b;
    char path[] = "/tmp/dutchbook-board.XXXXXX";
    struct why why = { "" };
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    bool ok = board_read(path, &b, &why);
    remove(path);
    if (complaint == NULL && !ok)
        fail_msg("%s", why.s);
    if (complaint != NULL && (ok || strstr(why.s, complaint) == NULL))
        fail_msg("'%s' is not in '%s'", complaint, why.s);
}

static void
a_mistake_in_a_dashboard_is_named_with_its_line(void **state)
{
    (void)state;
    assert_board("--| dashboard a A\n--| panel 1 stat 4x4 usd T\nSELECT 1;\n",
                 NULL);
    assert_board("--| panel 1 stat 4x4 usd T\nSELECT 1\n", "no line");
    assert_board("--| dashboard a A\n\n--| panel 1 star 4x4 usd T\n",
                 ":3: star usd");
    assert_board("--| dashboard a A\n--| panel 1 stat 25x4 usd T\n", ":2: 25");
    assert_board("--| dashboard a A\n--| panel 1 stat 4x4 usd\n", ":2: exp");
    assert_board("--| dashboard a A\n--| panel 1 stat 4x4 usd T\n",
                 "no query");
    assert_board("--| dashboard a A\n--| panel 1 stat 4x4 usd T\nSELECT 1\n"
                 "--| panel 1 stat 4x4 usd U\nSELECT 1\n", "twice");
    assert_board("--| dashboard a A\n--| nonsense\n", ":2: expected");
    assert_board("--| note before any panel\n", ":1: expected");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_html_is_markup),
        cmocka_unit_test(nothing_in_a_markdown_cell_ends_it),
        cmocka_unit_test(a_csv_field_is_one_field_and_no_formula),
        cmocka_unit_test(nothing_in_a_terminals_table_drives_it),
        cmocka_unit_test(what_postgresql_calls_a_number_is_read_to_the_micro),
        cmocka_unit_test(numbers_are_shown_with_sign_unit_and_commas),
        cmocka_unit_test(macros_become_what_grafana_makes_of_them),
        cmocka_unit_test(a_mistake_in_a_dashboard_is_named_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
