/* test_reports - days told by themselves: when, once, and what goes wrong */
#include "recorder/reports.h"
#include "tests/unit/recorder/database.h"

#include "common/clock.h"

#include <sys/stat.h>

static struct recorder_conf conf;

static void
set_conf(const char *at, const char *zone)
{
    memset(&conf, 0, sizeof conf);
    text_set(&conf.report_at, at);
    text_set(&conf.report_zone, zone);
}

/* A program that tells days: writes what it was given, as the script goes
 * on. */
static void
tell_by(const char *script)
{
    char path[128];

    snprintf(path, sizeof path, "%s/arb", var);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\necho \"$@\" >>%s/given\n%s\n", var, script);
    fclose(f);
    assert_int_equal(chmod(path, 0700), 0);
}

static struct reports *
new_reports(void)
{
    char path[128];

    snprintf(path, sizeof path, "%s/arb", var);
    struct reports *r = reports_new(&conf, var, path, "/etc/some.yaml");
    assert_non_null(r);
    return r;
}

static int
lines_given(void)
{
    char path[128], line[512];
    int count = 0;

    snprintf(path, sizeof path, "%s/given", var);
    FILE *f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        count++;
    if (f != NULL)
        fclose(f);
    return count;
}

/* Its clock goes by so many seconds each time. */
static void
look_once(struct reports *r, struct store *s, int64_t seconds)
{
    static int64_t offset;
    struct why why;

    offset += seconds;
    struct nanos mono = { clock_mono().ns + offset * 1000000000 };
    if (!reports_look(r, s, mono, &why))
        fail_msg("%s", why.s);
    clock_rest((struct ms){ 20 });
}

/* Until the program was begun so often; generous, and bounded. */
static void
look_until(struct reports *r, struct store *s, int count, int64_t seconds)
{
    for (int i = 0; i < 3000 && lines_given() < count; i++)
        look_once(r, s, seconds);
    assert_int_equal(lines_given(), count);
}

static void
look_on(struct reports *r, struct store *s)
{
    for (int i = 0; i < 20; i++)
        look_once(r, s, 0);
}

static struct store *
begin(void)
{
    uint64_t committed[OWNERS];

    shell("rm -rf $V/reports $V/given");
    empty_tables();
    return open_store(committed);
}

static void
nothing_is_told_unless_a_time_is_set(void **state)
{
    (void)state;
    set_conf("", "UTC");
    assert_null(reports_new(&conf, var, "/bin/true", NULL));
}

static void
assert_told(struct store *s, const char *at, const char *instant,
            const char *expected)
{
    char day[16];
    struct why why;

    if (!store_day_told(s, "Europe/Berlin", at, instant, day, &why))
        fail_msg("%s", why.s);
    assert_string_equal(day, expected);
}

static void
a_day_is_due_from_that_local_time_on_whatever_clocks_do(void **state)
{
    struct store *s = begin();

    (void)state;
    assert_told(s, "06:30", "2026-01-10 05:29:59+00", "2026-01-08");
    assert_told(s, "06:30", "2026-01-10 05:30:00+00", "2026-01-09");
    assert_told(s, "06:30", "2026-07-10 04:30:00+00", "2026-07-09");
    /* 02:30 is not there on that day: 01:59:59 is followed by 03:00. */
    assert_told(s, "02:30", "2026-03-29 00:59:59+00", "2026-03-27");
    assert_told(s, "02:30", "2026-03-29 01:00:00+00", "2026-03-28");
    /* And twice on that one: the first counts. */
    assert_told(s, "02:30", "2026-10-25 00:29:59+00", "2026-10-23");
    assert_told(s, "02:30", "2026-10-25 00:30:00+00", "2026-10-24");
    assert_told(s, "02:30", "2026-10-25 01:30:00+00", "2026-10-24");
    store_close(&s);
}

static void
the_day_before_is_told_once_and_its_folder_is_whole(void **state)
{
    char day[32], whole[128];
    struct store *s = begin();

    (void)state;
    set_conf("00:00", "UTC");
    tell_by("while [ $# -gt 1 ]; do [ $1 != --out ] || out=$2; shift; done\n"
            "mkdir $out; echo all >$out/report.md");
    struct reports *r = new_reports();
    look_until(r, s, 1, 0);
    ask("SELECT (now() AT TIME ZONE 'UTC')::date - 1", day, sizeof day);
    snprintf(whole, sizeof whole, "%s/reports/%s", var, day);
    for (int i = 0; i < 3000 && access(whole, F_OK) != 0; i++)
        look_once(r, s, 0);
    setenv("D", day, 1);
    shell("[ all = \"$(cat $V/reports/$D/report.md)\" ]");
    shell("! ls $V/reports | grep part");
    shell("grep -qx \"report --day $D --tz UTC --out $V/reports/$D.part "
          "-c /etc/some.yaml\" $V/given");
    /* A recorder that is started again finds it there. */
    reports_destroy(&r);
    r = new_reports();
    look_on(r, s);
    assert_int_equal(lines_given(), 1);
    reports_destroy(&r);
    store_close(&s);
}

static void
one_that_fails_is_tried_again_later_and_leaves_no_folder(void **state)
{
    struct store *s = begin();

    (void)state;
    set_conf("00:00", "UTC");
    tell_by("exit 1");
    struct reports *r = new_reports();
    look_until(r, s, 1, 0);
    look_on(r, s);
    assert_int_equal(lines_given(), 1);
    shell("[ -z \"$(ls $V/reports)\" ]");
    look_until(r, s, 2, 60);
    reports_destroy(&r);
    store_close(&s);
}

static void
one_that_hangs_is_ended_and_nothing_waits_for_it(void **state)
{
    struct store *s = begin();
    int64_t began = clock_mono().ns;

    (void)state;
    set_conf("00:00", "UTC");
    tell_by("exec sleep 6000");
    struct reports *r = new_reports();
    look_until(r, s, 1, 0);
    look_until(r, s, 2, 60);
    /* And so is one that is under way when the recorder stops. */
    reports_destroy(&r);
    assert_true(clock_mono().ns - began < INT64_C(600) * 1000000000);
    store_close(&s);
}

static void
one_that_hangs_is_ended_while_the_database_is_away(void **state)
{
    struct store *s = begin();

    (void)state;
    set_conf("00:00", "UTC");
    tell_by("echo $$ >$V/pid; exec sleep 6000");
    struct reports *r = new_reports();
    look_until(r, s, 1, 0);
    shell("for i in $(seq 600); do [ -s $V/pid ] && exit; sleep 0.1; done; "
          "exit 1");
    store_close(&s);
    for (int i = 0; i < 3000; i++) {
        look_once(r, NULL, i == 0 ? 601 : 0);
        if (system("kill -0 $(cat $V/pid) 2>/dev/null") != 0)
            break;
    }
    shell("! kill -0 $(cat $V/pid) 2>/dev/null");
    /* And none is begun. */
    look_once(r, NULL, 601);
    assert_int_equal(lines_given(), 1);
    reports_destroy(&r);
}

static void
a_zone_or_time_that_is_none_is_said(void **state)
{
    struct store *s = begin();
    struct why why;

    (void)state;
    tell_by("exit 0");
    set_conf("25:00", "UTC");
    struct reports *r = new_reports();
    assert_false(reports_look(r, s, clock_mono(), &why));
    assert_non_null(strstr(why.s, "report_at"));
    reports_destroy(&r);
    set_conf("06:00", "Nowhere/No");
    r = new_reports();
    assert_false(reports_look(r, s, clock_mono(), &why));
    assert_non_null(strstr(why.s, "Nowhere"));
    reports_destroy(&r);
    store_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_unless_a_time_is_set),
        cmocka_unit_test(
            a_day_is_due_from_that_local_time_on_whatever_clocks_do),
        cmocka_unit_test(the_day_before_is_told_once_and_its_folder_is_whole),
        cmocka_unit_test(
            one_that_fails_is_tried_again_later_and_leaves_no_folder),
        cmocka_unit_test(one_that_hangs_is_ended_and_nothing_waits_for_it),
        cmocka_unit_test(one_that_hangs_is_ended_while_the_database_is_away),
        cmocka_unit_test(a_zone_or_time_that_is_none_is_said),
    };

    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
