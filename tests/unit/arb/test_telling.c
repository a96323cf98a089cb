/* test_telling - arb report, dashboards and history as they are typed, on
 * three weeks of made-up trading */
#include "tests/unit/arb/board_kit.h"

#include "common/json.h"
#include "deploy/arb/cmd.h"
#include "executor/executor.h"

#include <fcntl.h>

enum { TEXT_CAP = 4 << 20 };

static char *
text_of(const char *path)
{
    char whole[128], *text = malloc(TEXT_CAP);

    snprintf(whole, sizeof whole, "%s/%s", var, path);
    FILE *f = fopen(whole, "re");
    if (f == NULL)
        fail_msg("%s is not there", whole);
    assert_non_null(text);
    text[fread(text, 1, TEXT_CAP - 1, f)] = '\0';
    fclose(f);
    return text;
}

/* Runs a command with what is typed behind its name, and -c; what it says on
 * stdout into the file out of the test's folder. */
static int
typed(const struct cmd *c, const char *rest)
{
    char words[512], path[128], conf[64], *argv[32];
    int argc = 0;

    snprintf(conf, sizeof conf, "%s/arb.yaml", var);
    FILE *f = fopen(conf, "we");
    assert_non_null(f);
    fprintf(f, "recorder:\n  database: \"%s/reader\"\n", var);
    fclose(f);
    snprintf(words, sizeof words, "%s|%s|-c|%s", c->name, rest, conf);
    for (char *word = words; word != NULL && argc < 32; argc++) {
        argv[argc] = word;
        word = strchr(word, '|');
        if (word != NULL)
            *word++ = '\0';
    }
    snprintf(path, sizeof path, "%s/out", var);
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    int code = c->run(argc, argv);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    close(fd);
    return code;
}

static void
report_of(const char *day)
{
    char rest[256];

    snprintf(rest, sizeof rest, "--day|%s|--tz|Europe/Zurich|--out|%s/day",
             day, var);
    assert_int_equal(typed(&cmd_report, rest), EXIT_OK);
}

static void
assert_has(const char *path, const char *words)
{
    char *text = text_of(path);
    if (strstr(text, words) == NULL)
        fail_msg("'%s' is not in %s", words, path);
    free(text);
}

static void
assert_lacks(const char *path, const char *words)
{
    char *text = text_of(path);
    if (strstr(text, words) != NULL)
        fail_msg("'%s' is in %s", words, path);
    free(text);
}

static struct json *
parsed(const char *text, size_t size)
{
    struct why why;
    struct json *j = json_parse(text, size, &why);
    if (j == NULL)
        fail_msg("%s: %.60s", why.s, text);
    return j;
}

static void
a_report_is_a_page_a_text_and_json(void **state)
{
    (void)state;
    report_of("2026-03-29");
    assert_has("day/report.html", "Sunday, 29 Mar 2026, 00:00:00");
    assert_has("day/report.md", "# Dutchbook, 2026-03-29");
    assert_has("day/report.md", "| paper | A |");
    assert_has("day/report.md", "0xc0ffee0000000001");
    char *text = text_of("day/report.json");
    struct json *j = parsed(text, strlen(text) - 1);
    int64_t from = 0, to = 0;
    assert_true(json_int(json_get(json_root(j), "from"), &from));
    assert_true(json_int(json_get(json_root(j), "to"), &to));
    assert_int_equal(to - from, 23 * 3600);
    assert_int_equal(json_size(json_get(json_root(j), "panels")), 21);
    json_destroy(&j);
    free(text);
}

static void
what_stands_out_is_said_in_words(void **state)
{
    (void)state;
    report_of("2026-03-21");
    assert_has("day/report.md", "| anomaly | ");
    assert_has("day/report.md", "trades stood naked, the longest for");
    assert_has("day/report.md", "trades of strategy A in a day");
    assert_has("day/report.md", "no process was heard all day");
    report_of("2026-03-29");
    assert_lacks("day/report.md", "no process was heard all day");
    assert_lacks("day/report.md", "do not fit together");
    report_of("2020-01-01");
    assert_has("day/report.md", "no opportunity was found");
    assert_has("day/report.md", "No trades that day.");
    assert_has("day/report.html", "No trades that day.");
}

/* What it was filled by is beside it, and is a configuration by itself. */
static void
what_paper_assumed_is_beside_the_report(void **state)
{
    struct executor_conf executor;
    char path[128];

    (void)state;
    report_of("2026-03-28");
    assert_has("day/execution_assumptions.md",
               "| `fill_model_latency` | `150` | paper: from sending");
    assert_has("day/execution_assumptions.md", "## What fills cost that day");
    assert_has("day/execution_assumptions.md", "| paper | ");
    assert_has("day/execution_assumptions.md", "## Configurations in force");
    assert_has("day/fill_model_spec.yaml", "fill_model_price_basis: book");
    snprintf(path, sizeof path, "%s/day/fill_model_spec.yaml", var);
    struct conf *conf = cmd_conf(path, NULL, 0);
    assert_non_null(conf);
    conf_fill(conf, &executor_section, &executor);
    assert_int_equal(executor.fill_model_latency.ms, 150);
    assert_int_equal(executor.fill_model_latencies.count, 0);
    conf_destroy(&conf);
}

/* Fields of the CSV's lines, outside of quotes. */
static void
assert_rectangular(const char *path)
{
    char *text = text_of(path);
    int commas = 0, expected = -1;
    bool quoted = false;

    for (const char *s = text; *s != '\0'; s++) {
        quoted = quoted != (*s == '"');
        commas += !quoted && *s == ',';
        if (quoted || *s != '\n')
            continue;
        if (expected >= 0)
            assert_int_equal(commas, expected);
        expected = commas;
        commas = 0;
    }
    assert_false(quoted);
    assert_true(expected > 3);
    free(text);
}

static void
the_files_beside_it_hold_the_day_and_no_formula(void **state)
{
    static const char *const files[] = {
        "day/paper_orders.csv", "day/paper_fills.csv",
        "day/paper_positions.csv", "day/paper_daily_pnl.csv",
    };

    (void)state;
    report_of("2026-03-28");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_rectangular(files[i]);
    assert_has("day/paper_fills.csv", "\n\"'=cmd|");
    assert_lacks("day/paper_fills.csv", "\n=cmd|");
    assert_has("day/paper_positions.csv", "\"\"http://x\"\"");
    assert_lacks("day/report.html", "<script");
    assert_lacks("day/report.md", "<script");
    report_of("2026-03-25");
    assert_has("day/paper_daily_pnl.csv", "\n2026-03-25,");
    assert_lacks("day/paper_daily_pnl.csv", "\n2026-03-26,");
}

static void
the_run_log_has_a_line_an_execution(void **state)
{
    char expected[16];
    int lines = 0;

    (void)state;
    report_of("2026-03-28");
    ask("SELECT count(*) FROM fact_arb_execution WHERE mode = 'paper' AND "
        "(executed_at AT TIME ZONE 'Europe/Zurich')::date = '2026-03-28'",
        expected, sizeof expected);
    char *text = text_of("day/paper_run_log.jsonl");
    for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
        struct json *j = parsed(at, (size_t)(end - at));
        assert_non_null(json_string(json_get(json_root(j), "trace_id")));
        assert_true(json_is_object(json_get(json_root(j), "result")));
        json_destroy(&j);
        lines++;
    }
    assert_int_equal(lines, atoi(expected));
    free(text);
}

static void
a_day_that_is_none_is_refused(void **state)
{
    char rest[128];

    (void)state;
    snprintf(rest, sizeof rest, "--day|2026-02-30|--out|%s/none", var);
    assert_int_equal(typed(&cmd_report, rest), EXIT_WORLD);
    snprintf(rest, sizeof rest, "--day|'; DROP TABLE x|--out|%s/none", var);
    assert_int_equal(typed(&cmd_report, rest), EXIT_WORLD);
    assert_int_equal(typed(&cmd_report, "--day|today"), EXIT_USAGE);
    snprintf(rest, sizeof rest, "--html|%s/p.html|--tz|Nowhere/No", var);
    assert_int_equal(typed(&cmd_dashboards, rest), EXIT_WORLD);
    snprintf(rest, sizeof rest, "%s/p.html", var);
    assert_int_not_equal(access(rest, F_OK), 0);
}

static void
history_is_chosen_by_what_was_typed(void **state)
{
    (void)state;
    assert_int_equal(typed(&cmd_history, "-n|100000|--strategy|B|--mode|live|"
                           "--status|PATCHED|--from|2026-03-28|--to|"
                           "2026-03-29|--json"), EXIT_OK);
    char *text = text_of("out");
    int lines = 0;
    for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
        struct json *j = parsed(at, (size_t)(end - at));
        assert_string_equal(json_string(json_get(json_root(j), "status")),
                            "PATCHED");
        lines++;
        json_destroy(&j);
    }
    free(text);
    char expected[16];
    ask("SELECT count(*) FROM fact_arb_execution WHERE mode = 'live' AND "
        "strategy = 'B' AND status = 'PATCHED' AND executed_at >= "
        "'2026-03-28' AND executed_at < '2026-03-29'", expected,
        sizeof expected);
    assert_int_equal(lines, atoi(expected));
    assert_true(lines > 0);
    assert_int_equal(typed(&cmd_history, "--event|' OR true --"), EXIT_OK);
    assert_has("out", "(0 rows)");
    assert_int_equal(typed(&cmd_history, "scans|--mode|live"), EXIT_USAGE);
    assert_int_equal(typed(&cmd_history, "--from|never"), EXIT_WORLD);
    assert_int_equal(typed(&cmd_history, "nothing"), EXIT_USAGE);
}

static void
an_execution_is_told_whole_by_how_its_id_begins(void **state)
{
    char id[64], rest[96];

    (void)state;
    ask("SELECT exec_id FROM fact_arb_execution WHERE status = 'ERROR' AND "
        "mode = 'paper' LIMIT 1", id, sizeof id);
    snprintf(rest, sizeof rest, "%.12s", id);
    assert_int_equal(typed(&cmd_history, rest), EXIT_OK);
    assert_has("out", id);
    assert_has("out", "rejected");
    assert_has("out", "riskd granted");
    /* Its error would colour the terminal. */
    assert_has("out", "?[31m");
    assert_lacks("out", "\x1b");
    snprintf(rest, sizeof rest, "%s|--json", id);
    assert_int_equal(typed(&cmd_history, rest), EXIT_OK);
    char *text = text_of("out");
    struct json *j = parsed(text, strlen(text) - 1);
    assert_true(json_size(json_get(json_root(j), "legs")) >= 2);
    assert_true(json_size(json_get(json_root(j), "timeline")) >= 6);
    json_destroy(&j);
    free(text);
    assert_int_equal(typed(&cmd_history, "000000000000"), EXIT_WORLD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_a_page_a_text_and_json),
        cmocka_unit_test(what_stands_out_is_said_in_words),
        cmocka_unit_test(what_paper_assumed_is_beside_the_report),
        cmocka_unit_test(the_files_beside_it_hold_the_day_and_no_formula),
        cmocka_unit_test(the_run_log_has_a_line_an_execution),
        cmocka_unit_test(a_day_that_is_none_is_refused),
        cmocka_unit_test(history_is_chosen_by_what_was_typed),
        cmocka_unit_test(an_execution_is_told_whole_by_how_its_id_begins),
    };
    return cmocka_run_group_tests(tests, fill_days, drop_days);
}
