/* test_artifacts - the auditors' files: complete, rotated, and made again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "common/journal.h"
#include "proto/proto.h"
#include "riskd/artifact.h"
#include "riskd/wiring_artifacts.h"

static char dir[64], facts[80], files[80];
static struct journal *journal;
static int64_t wall;

/* $F: the files' folder. */
static void
shell(const char *command)
{
    setenv("F", files, 1);
    assert_int_equal(system(command), 0);
}

static int
start(void **state)
{
    uint64_t cut;
    struct why why;
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/artifacts-XXXXXX");
    assert_non_null(mkdtemp(dir));
    (void)snprintf(facts, sizeof facts, "%s/facts", dir);
    (void)snprintf(files, sizeof files, "%s/files", dir);
    journal = journal_open(facts, SOURCE_riskd, 1, 1 << 20, &cut, &why);
    assert_non_null(journal);
    wall = 1700000000000000000;
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    journal_close(&journal);
    shell("rm -rf ${F%/*}");
    return 0;
}

static void
put(uint16_t type, const void *msg)
{
    uint8_t bytes[8192];
    size_t size = schema_pack(schema_find(type), msg, bytes, sizeof bytes);
    assert_true(size > 0);
    wall++;
    journal_append(journal, type, (struct nanos){ wall },
                   (struct nanos){ wall }, 0, bytes, size, false);
}

static void
put_event(const char *rule, enum severity severity, enum action action)
{
    struct risk_event m = { .severity = severity, .action = action };
    (void)text_set(&m.rule, rule);
    put(TYPE_risk_event, &m);
}

static void
put_some(void)
{
    struct denial denial = { .attempt = 1 };
    struct command kill = { .verb = VERB_kill };
    struct ledger_entry line = { .mode = MODE_paper };
    struct alert alert = { .n = 1, .level = ALERT_LEVEL_red };
    put_event("A-1", SEVERITY_warning, ACTION_notify);
    put_event("A-2", SEVERITY_low, ACTION_log);
    put_event("kill", SEVERITY_critical, ACTION_kill);
    put_event("clear", SEVERITY_info, ACTION_log);
    put(TYPE_denial, &denial);
    put(TYPE_command, &kill);
    put(TYPE_ledger_entry, &line);
    put(TYPE_alert, &alert);
    journal_sync(journal);
}

static struct artifacts *
open_files(size_t rotate)
{
    struct why why = { "" };
    struct artifacts *a = artifacts_open(facts, files, rotate, &why);
    assert_string_equal(why.s, "");
    assert_non_null(a);
    return a;
}

static void
follow_all(size_t rotate)
{
    struct artifacts *a = open_files(rotate);
    struct why why;
    while (artifacts_follow(a, 3, &why) > 0) {
    }
    artifacts_close(&a);
}

static int
lines(enum artifact i)
{
    char path[160];
    int count = 0, c;
    (void)snprintf(path, sizeof path, "%s/%s", files, artifact_names[i]);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while ((c = fgetc(f)) != EOF) {
        count += c == '\n';
    }
    fclose(f);
    return count;
}

static void
assert_some(int times)
{
    assert_int_equal(lines(ARTIFACT_events), 7 * times);
    assert_int_equal(lines(ARTIFACT_alerts), times);
    assert_int_equal(lines(ARTIFACT_gates), times);
    assert_int_equal(lines(ARTIFACT_kills), 2 * times);
    assert_int_equal(lines(ARTIFACT_clears), times);
}

static void
every_record_is_in_the_files_it_belongs_to(void **state)
{
    (void)state;
    put_some();
    follow_all(1 << 20);
    assert_some(1);
}

static void
a_restart_goes_on_where_the_files_end(void **state)
{
    (void)state;
    put_some();
    follow_all(1 << 20);
    follow_all(1 << 20);
    assert_some(1);
    put_some();
    follow_all(1 << 20);
    assert_some(2);
}

/* Cut anywhere: as many bytes of every file as a crash may have left. */
static void
after_a_crash_they_are_what_they_would_have_been(void **state)
{
    (void)state;
    put_some();
    put_some();
    follow_all(1 << 20);
    shell("cp -r $F $F.whole");
    for (int cut = 1; cut < 400; cut += 13) {
        char command[300];
        (void)snprintf(command, sizeof command,
                       "truncate -s -%d %s/events.jsonl", cut, files);
        assert_int_equal(system(command), 0);
        follow_all(1 << 20);
        shell("diff -r $F $F.whole");
    }
    shell("rm -r $F/*"); /* And from nothing. */
    follow_all(1 << 20);
    shell("diff -r $F $F.whole");
}

/* faults: F-118 */
static void
a_long_file_is_set_aside_and_nothing_is_lost(void **state)
{
    (void)state;
    put_some();
    follow_all(1 << 20);
    shell("cp $F/events.jsonl $F.all");
    shell("rm -r $F/*");
    follow_all(500); /* A line or two. */
    shell("cat $(ls -r $F/events.jsonl*) | cmp - $F.all");
    follow_all(500);
    shell("cat $(ls -r $F/events.jsonl*) | cmp - $F.all");
}

static void
what_cannot_be_written_is_told(void **state)
{
    struct why why = { "" };
    (void)state;
    assert_null(artifacts_open(facts, "/proc/nowhere", 1, &why));
    assert_string_not_equal(why.s, "");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(every_record_is_in_the_files_it_belongs_to),
        T(a_restart_goes_on_where_the_files_end),
        T(after_a_crash_they_are_what_they_would_have_been),
        T(a_long_file_is_set_aside_and_nothing_is_lost),
        T(what_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
