/* test_tape - arb capture on journals, whole, packed and damaged */

#include "deploy/arb/cmd.h"
#include "tests/unit/common/journal_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char dir[100], said[8192];

/* arb capture VERB DIR [MORE...], and what it says; its exit code. */
static int
capture(const char *verb, const char *const *more)
{
    const char *argv[16] = { "capture", verb, dir };
    int argc = 3;
    char path[200];

    while (more != NULL && *more != NULL)
        argv[argc++] = *more++;
    path_in(path, scratch.path, "said");
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    assert_non_null(freopen(path, "w", stdout));
    int code = cmd_capture.run(argc, (char **)(uintptr_t)argv);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    fclose(f);
    return code;
}

static int
make_dir(void **state)
{
    char path[200];

    set_up(state);
    path_in(path, scratch.path, "riskd");
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(dir, sizeof dir, "%s/riskd/facts", scratch.path);
    return 0;
}

/* Facts of riskd, in small segments. */
static void
write_facts(unsigned count)
{
    uint8_t body[PACKED_CAP];
    uint64_t cut;
    struct journal *j = open_in(dir, 1, &cut);

    for (unsigned n = 1; n <= count; n++) {
        struct risk_event m = { .value = n, .severity = SEVERITY_warning };
        text_set(&m.rule, n == 2 ? "a \"b\", \\c" : "R-001");
        size_t size = risk_event_pack(&m, body, sizeof body);
        journal_append(j, TYPE_risk_event, (struct nanos){ n },
                       (struct nanos){ 1800000000000000000 + n }, 0, body,
                       size, false);
    }
    journal_close(&j);
}

static void
info_counts_what_is_there(void **state)
{
    (void)state;
    write_facts(300);
    assert_int_equal(capture("info", NULL), 0);
    assert_non_null(strstr(said, "facts of riskd: records 1 to 300, 1 runs, "
                                 "2027-01-15T08:00:00.000Z"));
    assert_non_null(strstr(said, "       300  risk_event of riskd"));
}

static void
verify_says_what_can_be_read_before_and_behind_damage(void **state)
{
    struct segments list;
    struct why why;
    char path[SEGMENT_PATH_CAP], expected[600];

    (void)state;
    write_facts(300);
    assert_int_equal(capture("verify", NULL), 0);
    assert_non_null(strstr(said, "records 1 to 300: every sum"));
    assert_true(segments_list(dir, &list, &why));
    assert_true(list.count > 4);
    assert_true(segment_path(path, dir, list.first[2], &why));
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "bent", 4, 2000), 4);
    close(fd);
    assert_int_equal(capture("verify", NULL), 1);
    assert_non_null(strstr(said, "records 1 to "));
    snprintf(expected, sizeof expected, "segment %s, offset ", path);
    assert_non_null(strstr(said, expected));
    assert_non_null(strstr(said, "last good record "));
    snprintf(expected, sizeof expected, "records %llu to 300: every sum",
             (unsigned long long)list.first[3]);
    assert_non_null(strstr(said, expected));
    free(list.first);
}

static void
damage_in_the_very_first_record_is_told_once(void **state)
{
    char path[200];

    (void)state;
    write_facts(5);
    path_in(path, dir, "0000000000000001.seg");
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "bent", 4, 66), 4);
    close(fd);
    assert_int_equal(capture("verify", NULL), 1);
    const char *once = strstr(said, "last good record 0");
    assert_non_null(once);
    assert_null(strstr(once + 1, "last good record"));
}

static void
csv_quotes_what_needs_it(void **state)
{
    const char *const more[] = { "--type", "risk_event", "--csv", "--from",
                                 "1", "--to", "2", NULL };

    (void)state;
    write_facts(5);
    assert_int_equal(capture("export", more), 0);
    assert_non_null(strstr(said, "n,run,wall_ns,mono_ns,src,rule,metric,"));
    assert_non_null(strstr(said, "\n1,1,1800000000000000001,1,riskd,R-001,"));
    assert_non_null(strstr(said, "\n2,1,1800000000000000002,2,riskd,"
                                 "\"a \"\"b\"\", \\c\","));
    assert_null(strstr(said, "\n3,"));
}

static void
json_lines_are_all_types_or_one(void **state)
{
    const char *const other[] = { "--type", "fill", NULL };
    const char *const unknown[] = { "--type", "nonsense", NULL };

    (void)state;
    write_facts(5);
    assert_int_equal(capture("export", NULL), 0);
    assert_int_equal(strncmp(said, "{\"n\":1,\"run\":1,", 15), 0);
    assert_non_null(strstr(said, "\"type\":\"risk_event\""));
    assert_int_equal(capture("export", other), 0);
    assert_string_equal(said, "");
    assert_int_equal(capture("export", unknown), 2);
}

static void
what_is_cut_out_is_a_journal(void **state)
{
    char out[200];
    struct why why;
    struct record r;

    (void)state;
    path_in(out, scratch.path, "piece");
    const char *const more[] = { "--out", out, "--from", "10", "--to", "19",
                                 NULL };
    write_facts(30);
    assert_int_equal(capture("cut", more), 0);
    assert_non_null(strstr(said, "10 records"));
    struct journal_reader *j = journal_read(out, 1, &why);
    assert_non_null(j);
    for (int64_t n = 10; n <= 19; n++) {
        assert_int_equal(journal_next(j, &r, &why), 1);
        assert_int_equal(r.mono.ns, n);
        assert_int_equal(r.run, 1);
    }
    assert_int_equal(journal_next(j, &r, &why), 0);
    journal_reader_close(&j);
    assert_int_equal(capture("cut", more), 2); /* It is there now. */
}

static void
another_folder_is_refused(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "%s", scratch.path);
    assert_int_equal(capture("info", NULL), 1);
    assert_int_equal(capture("nonsense", NULL), 2);
}

int
main(void)
{
#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_dir, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(info_counts_what_is_there),
        TEST(verify_says_what_can_be_read_before_and_behind_damage),
        TEST(damage_in_the_very_first_record_is_told_once),
        TEST(csv_quotes_what_needs_it),
        TEST(json_lines_are_all_types_or_one),
        TEST(what_is_cut_out_is_a_journal),
        TEST(another_folder_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
