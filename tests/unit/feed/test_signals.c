/* test_signals - the file that says which counts are followed, the pages of
 * counters, and what is told of them */
#include "tests/unit/feed/kit.h"

#include "feed/signals_file.h"
#include "feed/wiring_signals.h"
#include "tests/unit/common/scratch_file.h"

#include <limits.h>
#include <unistd.h>

static bool
reads(const char *text, struct signal_specs *specs, struct complaints *bad)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    memset(bad, 0, sizeof *bad);
    return signals_file_read(path, specs, bad);
}

#define GOOD                                       \
    "posts:\n  event: \"257217\"\n"                 \
    "  url: \"https://counter.example/a?b=1\"\n"    \
    "  starts: \"2026-03-05 12:00\"\n"              \
    "  ends: \"2026-03-12 12:00\"\n"

static void
a_window_is_of_new_yorks_clock(void **state)
{
    struct signal_specs s;
    struct complaints bad;

    (void)state;
    if (!reads(GOOD "more:\n  event: x\n  file: counts/a.json\n"
                    "  starts: 2026-07-01 00:00\n  ends: 2026-08-01 00:00\n",
               &s, &bad))
        fail_msg("%s", bad.text);
    assert_int_equal(s.count, 2);
    assert_string_equal(s.at[0].name.s, "posts");
    assert_string_equal(s.at[0].event.s, "257217");
    assert_string_equal(s.at[0].url.s, "https://counter.example/a?b=1");
    assert_string_equal(s.at[0].file.s, "");
    /* An hour less than a week: the clock jumped on March 8. */
    assert_int_equal(s.at[0].starts.ns / 1000000000, 1772730000);
    assert_int_equal(s.at[0].ends.ns / 1000000000,
                     1772730000 + 7 * 86400 - 3600);
    assert_string_equal(s.at[1].file.s, "counts/a.json");
}

static void
the_shipped_file_is_good(void **state)
{
    struct signal_specs s;
    struct complaints bad = { 0, "" };

    (void)state;
    if (!signals_file_read("deploy/signals.yaml", &s, &bad))
        fail_msg("%s", bad.text);
    assert_int_equal(s.count, 1);
}

static void
mistakes_are_told_with_their_place(void **state)
{
    static const struct { const char *text, *says; } all[] = {
        { "a:\n  event: e\n  colour: red\n",
          ":3: a.colour: expected event, url, file, query, database, starts "
          "or ends, got 'red'" },
        { "a:\n  event: \"a b\"\n",
          ":2: a.event: expected the id of an event" },
        { "a:\n  query: \"\"\n", ":2: a.query: expected a query" },
        { "a:\n  database: \"\"\n",
          ":2: a.database: expected libpq's connection text" },
        { "a:\n  event: e\n  query: SELECT 1\n",
          ":2: a: expected a database with its query" },
        { "a:\n  event: e\n  file: x\n  database: y\n",
          ":2: a: expected a database with its query, and none without" },
        { "a:\n  event: e\n  query: SELECT 1\n  file: x\n",
          ":2: a: expected either url, or file, or query" },
        { "a:\n  event: \"\"\n", ":2: a.event: expected the id of an event" },
        { "a:\n  event: [e]\n", ":2: a.event: expected one text" },
        { "a:\n  url: ftp://x\n", ":2: a.url: expected https://" },
        { "a:\n  url: \"https://x y\"\n", ":2: a.url: expected https://" },
        { "a:\n  file: \"\"\n", ":2: a.file: expected a path" },
        { "a:\n  starts: 2026-03-08 02:30\n",
          ":2: a.starts: expected a time of New York's clock that is there "
          "once" },
        { "a:\n  ends: 2026-11-01 01:30\n", ":2: a.ends: expected a time" },
        { "a:\n  ends: tomorrow\n", ":2: a.ends: expected a time" },
        { "a:\n  url: https://x\n", ":2: a: expected an event" },
        { "a:\n  event: e\n", ":2: a: expected either url, or file, or query" },
        { "a:\n  event: e\n  url: https://x\n  file: y\n",
          ":2: a: expected either url, or file, or query" },
        { "a:\n  event: e\n  url: https://x\n  starts: 2026-03-05 12:00\n",
          ":2: a: expected starts, and ends after it" },
        { "a:\n  event: e\n  url: https://x\n  starts: 2026-03-05 12:00\n"
          "  ends: 2026-03-05 12:00\n",
          ":2: a: expected starts, and ends after it" },
        { GOOD "b:\n  event: \"257217\"\n  file: x\n"
          "  starts: 2026-03-05 12:00\n  ends: 2026-03-12 12:00\n",
          ":7: b: expected an event that no other signal has" },
        { "base: x.yaml\n", "base: expected signals, no other file" },
        { "- a\n", ":" },
        { "a: [", ":" },
    };
    struct signal_specs s;
    struct complaints bad;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (reads(all[i].text, &s, &bad))
            fail_msg("read: %s", all[i].text);
        if (strstr(bad.text, all[i].says) == NULL)
            fail_msg("of %s: %s", all[i].text, bad.text);
    }
    assert_false(signals_file_read("/nowhere", &s, &bad));
}

static void
too_many_are_refused(void **state)
{
    struct signal_specs s;
    struct complaints bad;
    char text[8192];
    size_t size = 0;

    (void)state;
    for (int i = 0; i < SIGNALS_CAP + 1; i++)
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "a%d:\n  event: e%d\n  file: x\n"
                                 "  starts: 2026-03-05 12:00\n"
                                 "  ends: 2026-03-12 12:00\n", i, i);
    assert_false(reads(text, &s, &bad));
    assert_non_null(strstr(bad.text, "expected at most 32 signals"));
}

/* --- pages -------------------------------------------------------------- */

/* START_MS is 2026-09-21 14:13:20 UTC. */
#define HOURS                                                        \
    "[{\"date\":\"2026-09-21T12:00:00.000Z\",\"count\":2},"           \
    "{\"date\":\"2026-09-21T13:00:00.000Z\",\"count\":3},"            \
    "{\"date\":\"2026-09-21T14:00:00.000Z\",\"count\":9}]"
#define COUNTED(count, time, hours)                                     \
    "{\"count\":" count ",\"time\":\"" time "\",\"hours\":" hours ","  \
    "\"mine\":[1]}"
#define NOW "2026-09-21T14:13:00Z"

static struct kit *
open_kit(struct signal_specs *specs)
{
    struct kit *k = kit_open(false);

    memset(specs, 0, sizeof *specs);
    specs->count = 1;
    text_set(&specs->at[0].name, "posts");
    text_set(&specs->at[0].event, "an event");
    specs->at[0].starts.ns = k->in.wall.ns - INT64_C(86400000000000);
    specs->at[0].ends.ns = k->in.wall.ns + INT64_C(86400000000000);
    k->opt.signals = specs;
    kit_start(k);
    return k;
}

static void
page(struct kit *k, const char *s)
{
    kit_forget(k);
    feed_on_signal(k->f, 0, s, s ? strlen(s) : 0, &k->in, k->out);
    kit_hear(k);
}

static void
a_page_is_told_with_its_window(void **state)
{
    struct signal_specs specs;
    struct kit *k = open_kit(&specs);
    const struct signal *m = &k->signal;

    (void)state;
    page(k, NULL); /* There was none before. */
    assert_int_equal(k->said, 0);
    page(k, COUNTED("165", NOW, HOURS));
    assert_int_equal(kit_said(k, TYPE_signal), 1);
    assert_string_equal(m->name.s, "posts");
    assert_string_equal(m->event.s, "an event");
    assert_int_equal(m->starts.ns, specs.at[0].starts.ns);
    assert_int_equal(m->ends.ns, specs.at[0].ends.ns);
    assert_int_equal(m->count, 165);
    assert_int_equal(m->highest, 165);
    assert_int_equal(m->time.ns, (START_MS - 20000) * 1000000);
    /* The hour under way is left out. */
    assert_int_equal(m->hours.count, 2);
    assert_int_equal(m->hours.at[0].n, 2);
    assert_int_equal(m->hours.at[1].n, 3);
    assert_int_equal(m->hours_end.ns, (START_MS - 800000) * 1000000);
    page(k, NULL); /* The same once more. */
    assert_int_equal(kit_said(k, TYPE_signal), 1);
    assert_int_equal(m->count, 165);
    assert_int_equal(kit_count(k, FEED_signals), 2);
    kit_close(k);
}

static void
what_was_taken_back_stays_known(void **state)
{
    struct signal_specs specs;
    struct kit *k = open_kit(&specs);

    (void)state;
    page(k, COUNTED("165", NOW, HOURS));
    page(k, COUNTED("164", "2026-09-21T14:13:01Z", HOURS));
    assert_int_equal(k->signal.count, 164);
    assert_int_equal(k->signal.highest, 165);
    page(k, COUNTED("166", "2026-09-21T14:13:02Z", HOURS));
    assert_int_equal(k->signal.highest, 166);
    kit_close(k);
}

static void
what_was_taken_back_stays_known_to_the_next_run(void **state)
{
    struct signal_specs specs;
    struct kit *k = open_kit(&specs);

    (void)state;
    feed_recall_highest(k->f, 0, 165);
    page(k, NULL); /* A number alone is no page. */
    assert_int_equal(k->said, 0);
    page(k, COUNTED("164", NOW, HOURS));
    assert_int_equal(k->signal.count, 164);
    assert_int_equal(k->signal.highest, 165);
    assert_int_equal(feed_highest(k->f, 0), 165);
    kit_close(k);
}

static void
relative_paths_begin_where_all_others_do(void **state)
{
    struct feed_conf own;
    struct signal_specs specs;
    char here[PATH_MAX];

    (void)state;
    memset(&own, 0, sizeof own);
    assert_non_null(getcwd(here, sizeof here));
    snprintf(own.signals_file.s, sizeof own.signals_file.s,
             "deploy/signals.yaml");
    assert_int_equal(chdir("/"), 0); /* This test stands in no checkout: */
    bool read = wiring_signals_read(&own, &specs);
    assert_int_equal(chdir(here), 0);
    assert_false(read);              /* then it is the working directory. */
    assert_true(wiring_signals_read(&own, &specs));
    assert_int_equal(specs.count, 1);
    own.signals_file.s[0] = '\0';
    assert_true(wiring_signals_read(&own, &specs));
    assert_int_equal(specs.count, 0);
}

static void
a_page_of_before_or_of_tomorrow_is_not_used(void **state)
{
    struct signal_specs specs;
    struct kit *k = open_kit(&specs);

    (void)state;
    page(k, COUNTED("165", "2026-09-22T14:13:00Z", HOURS));
    assert_int_equal(k->said, 0);
    assert_int_equal(kit_count(k, FEED_bad_time), 1);
    page(k, COUNTED("165", NOW, HOURS));
    page(k, COUNTED("170", "2026-09-21T14:12:59Z", HOURS));
    assert_int_equal(k->said, 0);
    page(k, NULL);
    assert_int_equal(k->signal.count, 165);
    kit_close(k);
}

static void
more_hours_than_fit_are_the_last_ones(void **state)
{
    static char text[65536];
    struct signal_specs specs;
    struct kit *k = open_kit(&specs);
    size_t size = (size_t)snprintf(text, sizeof text,
                                   "{\"count\":1,\"time\":\"" NOW "\","
                                   "\"hours\":[");

    (void)state;
    for (int i = 0; i < 400; i++) { /* September 5, 0:00, to 21, 16:00. */
        int day = 5 + i / 24;
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "%s{\"date\":\"2026-09-%02dT%02d:00:00Z\","
                                 "\"count\":%d}", i > 0 ? "," : "", day,
                                 i % 24, i);
    }
    snprintf(text + size, sizeof text - size, "]}");
    page(k, text);
    assert_int_equal(k->signal.hours.count, hours_cap);
    assert_int_equal(k->signal.hours.at[hours_cap - 1].n, 16 * 24 + 13);
    assert_int_equal(k->signal.hours.at[0].n, 16 * 24 + 14 - hours_cap);
    kit_close(k);
}

static void
pages_that_are_none_are_counted_by_what_is_wrong(void **state)
{
    static const struct { const char *text; enum feed_counter bad; } all[] = {
        { "", FEED_bad_json },
        { "{\"count\":1", FEED_bad_json },
        { COUNTED("1", "\xff\xfe", HOURS), FEED_bad_json },
        { COUNTED("NaN", NOW, HOURS), FEED_bad_json },
        { "{\"count\":1,\"count\":2}", FEED_bad_json },
        { "7", FEED_bad_shape },
        { "[]", FEED_bad_shape },
        { "{}", FEED_bad_shape },
        { COUNTED("-1", NOW, HOURS), FEED_bad_shape },
        { COUNTED("1.5", NOW, HOURS), FEED_bad_shape },
        { COUNTED("1e3", NOW, HOURS), FEED_bad_shape },
        { COUNTED("1000001", NOW, HOURS), FEED_bad_shape },
        { COUNTED("99999999999999999999", NOW, HOURS), FEED_bad_shape },
        { COUNTED("[1]", NOW, HOURS), FEED_bad_shape },
        { "{\"count\":1,\"hours\":" HOURS "}", FEED_bad_time },
        { COUNTED("1", "yesterday", HOURS), FEED_bad_time },
        { COUNTED("1", "1969-09-21T14:13:00Z", HOURS), FEED_bad_time },
        { "{\"count\":1,\"time\":1790000000,\"hours\":" HOURS "}",
          FEED_bad_time },
        { "{\"count\":1,\"time\":\"" NOW "\"}", FEED_bad_list },
        { COUNTED("1", NOW, "{}"), FEED_bad_list },
        { COUNTED("1", NOW, "[]"), FEED_bad_list },
        { COUNTED("1", NOW, "[7]"), FEED_bad_list },
        { COUNTED("1", NOW, "[{\"date\":\"2026-09-21T12:00:01Z\","
                  "\"count\":1}]"), FEED_bad_list },
        { COUNTED("1", NOW, "[{\"date\":\"2026-09-21T12:00:00Z\","
                  "\"count\":-1}]"), FEED_bad_list },
        { COUNTED("1", NOW, "[{\"date\":\"2026-09-21T12:00:00Z\"}]"),
          FEED_bad_list },
        /* An hour is missing; one is there twice; they go backwards. */
        { COUNTED("1", NOW, "[{\"date\":\"2026-09-21T10:00:00Z\",\"count\":1},"
               "{\"date\":\"2026-09-21T12:00:00Z\",\"count\":1}]"),
          FEED_bad_list },
        { COUNTED("1", NOW, "[{\"date\":\"2026-09-21T12:00:00Z\",\"count\":1},"
               "{\"date\":\"2026-09-21T12:00:00Z\",\"count\":1}]"),
          FEED_bad_list },
        { COUNTED("1", NOW, "[{\"date\":\"2026-09-21T12:00:00Z\",\"count\":1},"
               "{\"date\":\"2026-09-21T11:00:00Z\",\"count\":1}]"),
          FEED_bad_list },
    };
    struct signal_specs specs;
    struct kit *k = open_kit(&specs);

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        uint64_t before = kit_count(k, all[i].bad);

        page(k, all[i].text);
        if (k->said > 0 || kit_count(k, all[i].bad) != before + 1)
            fail_msg("taken, or not told why: %s", all[i].text);
    }
    page(k, NULL);
    assert_int_equal(k->said, 0);
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_of_new_yorks_clock),
        cmocka_unit_test(the_shipped_file_is_good),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(a_page_is_told_with_its_window),
        cmocka_unit_test(what_was_taken_back_stays_known),
        cmocka_unit_test(what_was_taken_back_stays_known_to_the_next_run),
        cmocka_unit_test(relative_paths_begin_where_all_others_do),
        cmocka_unit_test(a_page_of_before_or_of_tomorrow_is_not_used),
        cmocka_unit_test(more_hours_than_fit_are_the_last_ones),
        cmocka_unit_test(pages_that_are_none_are_counted_by_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, open_scratch, drop_scratch);
}
