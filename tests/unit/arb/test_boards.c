/* test_boards - every panel's query on a filled database, as the role that
 * Grafana has; the page made of them; and Grafana's JSON */
#include "tests/unit/arb/board_kit.h"

#include "common/json.h"
#include "deploy/arb/chart.h"
#include "deploy/arb/sheet.h"

static const char *const folders[] = { "deploy/dashboards",
                                       "deploy/dashboards/report",
                                       "deploy/dashboards/alerts" };

static void
each_panel(void (*look)(const struct panel *, const struct scope *),
           const struct scope *s)
{
    struct why why;

    for (size_t f = 0; f < sizeof folders / sizeof folders[0]; f++) {
        struct boards *b = boards_read(folders[f], &why);
        if (b == NULL)
            fail_msg("%s", why.s);
        for (uint32_t i = 0; i < b->count; i++)
            for (uint32_t k = 0; k < b->at[i].count; k++)
                look(&b->at[i].at[k], s);
        boards_free(&b);
    }
}

static int64_t answered;

static void
asks_well(const struct panel *p, const struct scope *s)
{
    struct why why;
    struct pg_rows *rows = panel_ask(p, s, reader, &why);

    if (rows == NULL || !panel_fits(p, rows, &why))
        fail_msg("%s", why.s);
    answered += pg_count(rows) > 0;
    pg_free(&rows);
}

static void
every_panel_answers_with_the_columns_it_needs(void **state)
{
    struct scope day = look_at("2026-03-28 12:00", "2026-03-29 18:00");
    struct scope weeks = look_at("2026-03-10", "2026-03-30");
    struct scope nothing = look_at("2020-01-01", "2020-01-02");

    (void)state;
    each_panel(asks_well, &day);
    assert_true(answered > 60);
    each_panel(asks_well, &weeks);
    each_panel(asks_well, &nothing);
    day.from = day.to - 3600;
    day.mode = day.stage = day.strategy = "'); DROP TABLE fact_arb_fill; --";
    each_panel(asks_well, &day);
}

/* The tables that grow must be read by their time.  Days of these tests hold a
 * few pages each, which a plan may read whole: of days it counts that an
 * index would serve. */
static bool days;

static void
reads_an_index(const struct panel *p, const struct scope *s)
{
    static const char *const grow[] = {
        "fact_arb_scan ", "fact_arb_order ", "fact_arb_fill ",
        "fact_arb_decision ", "fact_arb_risk_state ", "fact_arb_heartbeat ",
        "arb_counter_minute ", "arb_latency_minute ",
    };
    static const char *const of_days[] = {
        "fact_arb_scan_2", "fact_arb_decision_2", "fact_arb_heartbeat_2",
        "fact_arb_ledger_2",
    };
    const char *const *names = days ? of_days : grow;
    size_t count = days ? sizeof of_days / sizeof of_days[0]
                        : sizeof grow / sizeof grow[0];
    struct why why;

    if (strstr(p->sql, "$__timeFilter") == NULL ||
        strstr(p->sql, "arb_orphan") != NULL)
        return;
    struct pg_rows *rows = panel_plan(p, s, reader, &why);
    if (rows == NULL)
        fail_msg("%s", why.s);
    for (int r = 0; r < pg_count(rows); r++)
        for (size_t i = 0; i < count; i++) {
            const char *line = pg_cell(rows, r, 0);
            if (strstr(line, "Seq Scan on ") != NULL &&
                strncmp(strstr(line, " on ") + 4, names[i],
                        strlen(names[i])) == 0)
                fail_msg("panel %u (%s): %s", p->id, p->title, line);
        }
    pg_free(&rows);
}

static void
an_hour_is_read_by_the_index_of_its_time(void **state)
{
    struct scope hour = look_at("2026-03-29 20:00", "2026-03-29 21:00");

    (void)state;
    each_panel(reads_an_index, &hour);
    struct why why;
    days = true;
    assert_true(pg_exec(reader, "SET enable_seqscan = off", &why));
    each_panel(reads_an_index, &hour);
    assert_true(pg_exec(reader, "RESET enable_seqscan", &why));
}

static char *
read_text(const char *path)
{
    enum { CAP = 4 << 20 };
    char *text = malloc(CAP);
    FILE *f = fopen(path, "re");

    assert_non_null(f);
    assert_non_null(text);
    size_t size = fread(text, 1, CAP - 1, f);
    fclose(f);
    text[size] = '\0';
    return text;
}

static char *
draw_page(const char *from, const char *to)
{
    struct scope s = look_at(from, to);
    struct ticks ticks;
    struct why why;
    struct boards *b = boards_read(folders[0], &why);
    char path[64];

    assert_non_null(b);
    snprintf(path, sizeof path, "%s/page.html", var);
    struct sheet p = { .out = sheet_open(path, &why), .pg = reader, .scope = &s,
                      .ticks = &ticks };
    assert_non_null(p.out);
    bool ok = ticks_read(&ticks, &s, reader, 8, &why) &&
              sheet_begin(&p, "Page", "deploy/dashboards/page.css", b, &why);
    for (uint32_t i = 0; ok && i < b->count; i++)
        ok = sheet_board(&p, &b->at[i], &why);
    sheet_end(&p);
    if (!ok || !sheet_close(p.out, path, &why))
        fail_msg("%s", why.s);
    boards_free(&b);
    return read_text(path);
}

static void
words_from_outside_are_only_words_on_the_page(void **state)
{
    char *page = draw_page("2026-03-10", "2026-03-30");

    (void)state;
    assert_non_null(strstr(page, "&lt;script&gt;alert(&quot;1&quot;)"));
    assert_non_null(strstr(page, "&lt;i&gt;looking&lt;/i&gt;"));
    assert_non_null(strstr(page, ">recording<")); /* It samples, unheard. */
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "<i>looking"));
    assert_null(strstr(page, "src="));
    assert_null(strstr(page, "url("));
    assert_non_null(strstr(page, "default-src 'none'"));
    free(page);
}

static void
a_time_in_which_nothing_happened_says_so(void **state)
{
    char *page = draw_page("2020-01-01", "2020-01-02");

    (void)state;
    assert_non_null(strstr(page, "No executions in this time."));
    assert_non_null(strstr(page, "No opportunity opened in this time."));
    assert_non_null(strstr(page, "Every process heard was ready."));
    free(page);
}

static void
a_day_without_an_hour_has_its_ticks_at_local_hours(void **state)
{
    struct scope s = look_at("2026-03-29 00:00", "2026-03-30 00:00");
    struct ticks t;
    struct why why;

    (void)state;
    assert_int_equal(s.to - s.from, 23 * 3600);
    assert_true(ticks_read(&t, &s, reader, 8, &why));
    assert_string_equal(t.at[0].words, "00:00");
    assert_string_equal(t.at[1].words, "03:00");
    assert_int_equal(t.at[1].at - t.at[0].at, 2 * 3600);
    assert_int_equal(t.at[2].at - t.at[1].at, 3 * 3600);
}

/* The number of a panel of Grafana's. */
static int64_t
number(const struct json_value *v, const char *of, const char *name)
{
    int64_t n = -1;

    assert_true(json_int(json_get(of ? json_get(v, of) : v, name), &n));
    return n;
}

static void
check_dashboard(const struct json_value *root, const struct boards *all)
{
    const struct json_value *panels = json_get(root, "panels"), *p, *q;
    const char *link = "/d/dutchbook-";

    assert_true(json_size(panels) > 3);
    for (p = json_first(panels); p; p = json_next(p)) {
        for (q = json_first(panels); q != p; q = json_next(q)) {
            assert_int_not_equal(number(p, NULL, "id"),
                                 number(q, NULL, "id"));
            /* Right of it, or below it. */
            assert_true(number(p, "gridPos", "x") >=
                            number(q, "gridPos", "x") +
                                number(q, "gridPos", "w") ||
                        number(p, "gridPos", "y") >=
                            number(q, "gridPos", "y") +
                                number(q, "gridPos", "h"));
        }
        assert_true(number(p, "gridPos", "x") + number(p, "gridPos", "w") <=
                    GRID);
        const char *url = json_string(
            json_get(json_first(json_get(p, "links")), "url"));
        bool leads = url == NULL;
        for (uint32_t i = 0; url && i < all->count; i++)
            leads = leads ||
                    strncmp(url + strlen(link), all->at[i].name,
                            strlen(all->at[i].name)) == 0;
        assert_true(leads);
    }
}

static void
grafanas_json_is_valid_with_ids_once_and_links_that_lead(void **state)
{
    struct why why;
    struct boards *b = boards_read(folders[0], &why);
    char path[64];

    (void)state;
    assert_non_null(b);
    for (uint32_t i = 0; i < b->count; i++) {
        snprintf(path, sizeof path, "deploy/grafana/dashboards/%s.json",
                 b->at[i].name);
        char *text = read_text(path);
        struct json *j = json_parse(text, strlen(text), &why);
        if (j == NULL)
            fail_msg("%s: %s", path, why.s);
        check_dashboard(json_root(j), b);
        json_destroy(&j);
        free(text);
    }
    boards_free(&b);
    char *text = read_text("deploy/grafana/provisioning/alerting/rules.json");
    struct json *j = json_parse(text, strlen(text), &why);
    assert_non_null(j);
    const struct json_value *rules = json_get(
        json_first(json_get(json_root(j), "groups")), "rules");
    assert_true(json_size(rules) >= 4);
    json_destroy(&j);
    free(text);
}

static void
alert_rules_are_quiet_only_when_all_is_well(void **state)
{
    static struct board rules;
    struct scope s = look_at("2026-03-29 11:00", "2026-03-29 12:00");
    struct why why;

    (void)state;
    assert_true(board_read("deploy/dashboards/alerts/rules.sql", &rules,
                           &why));
    for (int round = 0; round < 2; round++) {
        struct pg_rows *rows = panel_ask(&rules.at[0], &s, reader, &why);
        assert_string_equal(pg_cell(rows, 0, 0), round == 0 ? "1" : "0");
        pg_free(&rows);
        rows = panel_ask(&rules.at[3], &s, reader, &why);
        assert_string_equal(pg_cell(rows, 0, 0), round == 0 ? "0" : "1");
        pg_free(&rows);
        admin("INSERT INTO fact_arb_heartbeat SELECT now(), 'feed', 9, false, "
              "'paper', '', '', 0, 0 WHERE NOT EXISTS (SELECT 1 FROM "
              "fact_arb_heartbeat WHERE run = 9)");
    }
    admin("DELETE FROM fact_arb_heartbeat WHERE run = 9");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_panel_answers_with_the_columns_it_needs),
        cmocka_unit_test(an_hour_is_read_by_the_index_of_its_time),
        cmocka_unit_test(words_from_outside_are_only_words_on_the_page),
        cmocka_unit_test(a_time_in_which_nothing_happened_says_so),
        cmocka_unit_test(a_day_without_an_hour_has_its_ticks_at_local_hours),
        cmocka_unit_test(
            grafanas_json_is_valid_with_ids_once_and_links_that_lead),
        cmocka_unit_test(alert_rules_are_quiet_only_when_all_is_well),
    };
    return cmocka_run_group_tests(tests, fill_days, drop_days);
}
