/* test_daemon_cut - the shell throws away old facts of a program that can do
 * without, below the recorder's ack and no others */

#include "common/journal.h"
#include "common/daemon_own.h"
#include "common/journal_own.h"
#include "common/loop.h"
#include "tests/unit/common/small.h"

#include <errno.h>

enum { FACTS = 600, SMALL_SEGMENT = 4096 };

/* Also makes it. */
static void
facts_dir(const struct fixture *f, const char *name, char dir[200])
{
    snprintf(dir, 200, "%s/journal", f->var);
    must(mkdir(dir, 0700) == 0 || errno == EEXIST);
    snprintf(dir, 200, "%s/journal/%s", f->var, name);
    must(mkdir(dir, 0700) == 0 || errno == EEXIST);
    snprintf(dir, 200, "%s/journal/%s/facts", f->var, name);
    must(mkdir(dir, 0700) == 0 || errno == EEXIST);
}

/* Facts of an earlier run, in small segments, written long ago; acked up to
 * that number. */
static void
earlier_facts(const struct fixture *f, const char *name, enum source src,
              const char *acked)
{
    static uint8_t body[PACKED_CAP];
    char dir[200], path[SEGMENT_PATH_CAP];
    struct segments list;
    struct why why;
    uint64_t cut;

    facts_dir(f, name, dir);
    struct journal *j = journal_open(dir, src, 0, SMALL_SEGMENT, &cut, &why);
    assert_non_null(j);
    for (uint64_t n = 1; n <= FACTS; n++) {
        struct opportunity o = { .rev = n };
        size_t size = opportunity_pack(&o, body, sizeof body);

        journal_append(j, TYPE_opportunity, (struct nanos){ 1 },
                       (struct nanos){ 1 }, 0, body, size, false);
        journal_flush(j);
    }
    journal_close(&j);
    assert_true(segments_list(dir, &list, &why));
    assert_true(list.count > 10);
    for (size_t i = 0; i < list.count; i++) {
        struct timespec times[2] = { { .tv_sec = 1700000000 },
                                     { .tv_sec = 1700000000 } };

        must(segment_path(path, dir, list.first[i], &why));
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    free(list.first);
    snprintf(path, sizeof path, "%s/journal/%s/facts.acked", f->var, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, acked, strlen(acked)), strlen(acked));
    close(fd);
}

static uint64_t
first_of(const struct fixture *f, const char *name)
{
    char dir[200];
    struct segments list;
    struct why why;
    uint64_t first;

    facts_dir(f, name, dir);
    assert_true(segments_list(dir, &list, &why));
    first = list.first[0];
    free(list.first);
    return first;
}

static char *const keep_a_little[] = { "-s", "common.journal_keep=400", NULL };

/* Runs it for long enough to cut several times, and until it is so. */
static void
run_until(struct fixture *f, const struct program *p, char *const *extra,
          bool (*met)(const struct fixture *f))
{
    char ready[32];
    pid_t pid = start_with(f->var, p, extra);

    snprintf(ready, sizeof ready, "run/%s.ready", p->name);
    for (int i = 0; i < 1000 && !text_of(f, ready)[0]; i++)
        usleep(10000);
    usleep(700000);
    for (int i = 0; i < 1000 && met && !met(f); i++)
        usleep(10000);
    assert_int_equal(stop(pid, SIGTERM), 0);
}

static void
run_a_while(struct fixture *f, const struct program *p, char *const *extra)
{
    run_until(f, p, extra, NULL);
}

static bool
has_cut(const struct fixture *f)
{
    return first_of(f, "scanner") > 100;
}

static bool
has_packed(const struct fixture *f)
{
    char dir[200];

    facts_dir(f, "scanner", dir);
    return journal_unpacked(dir) == 0;
}

static void
acked_facts_go_and_the_next_start_recalls_the_others(void **state)
{
    struct fixture *f = *state;
    char log[40], expected[64];

    earlier_facts(f, "scanner", SOURCE_scanner, "200\n");
    run_until(f, &small_scanner, keep_a_little, has_cut);
    uint64_t first = first_of(f, "scanner");
    assert_true(first > 100 && first <= 201);
    snprintf(log, sizeof log, "scanner.log");
    assert_non_null(strstr(text_of(f, log), "recalled 600 facts"));
    assert_non_null(strstr(text_of(f, log), "thrown away"));
    /* Its handler insists on an unbroken row of them. */
    run_a_while(f, &small_scanner, keep_a_little);
    snprintf(expected, sizeof expected, "recalled %d facts",
             (int)(FACTS - first + 1));
    assert_non_null(strstr(text_of(f, log), expected));
    assert_int_equal(first_of(f, "scanner"), first);
}

/* All but the one that is written, and what is packed is recalled. */
static void
complete_segments_are_packed(void **state)
{
    struct fixture *f = *state;
    char dir[200];

    earlier_facts(f, "scanner", SOURCE_scanner, "0\n");
    facts_dir(f, "scanner", dir);
    assert_int_equal(journal_unpacked(dir), 1);
    run_until(f, &small_scanner, keep_a_little, has_packed);
    assert_int_equal(journal_unpacked(dir), 0);
    run_a_while(f, &small_scanner, keep_a_little);
    assert_non_null(strstr(text_of(f, "scanner.log"), "recalled 600 facts"));
}

/* The one under way is finished; the others wait for the next start. */
static void
a_stop_does_not_wait_for_all_to_be_packed(void **state)
{
    struct fixture *f = *state;
    char dir[200];
    uint64_t cut;
    struct why why;
    struct daemon d = { .program = &small_riskd };

    earlier_facts(f, "riskd", SOURCE_riskd, "0\n");
    facts_dir(f, "riskd", dir);
    d.common.journal_pack = true;
    d.facts = journal_open(dir, SOURCE_riskd, 1, SMALL_SEGMENT, &cut, &why);
    assert_non_null(d.facts);
    snprintf(d.journal_dir, sizeof d.journal_dir, "%s/journal/riskd",
             f->var);
    d.loop = loop_new();
    daemon_cut(&d);
    loop_destroy(&d.loop); /* As it stops: its bus is closed. */
    uint64_t next = journal_unpacked(dir);
    assert_true(next > 1);
    journal_close(&d.facts);
    struct segments list;
    assert_true(segments_list(dir, &list, &why));
    assert_int_equal(next, list.first[1]);
    free(list.first);
}

static void
nothing_goes_when_all_is_to_be_kept(void **state)
{
    struct fixture *f = *state;
    char *const never[] = { "-s", "common.journal_keep=0", NULL };

    earlier_facts(f, "scanner", SOURCE_scanner, "600\n");
    run_a_while(f, &small_scanner, never);
    assert_int_equal(first_of(f, "scanner"), 1);
}

static void
an_ack_of_more_than_there_is_is_not_believed(void **state)
{
    struct fixture *f = *state;

    earlier_facts(f, "scanner", SOURCE_scanner, "100000\n");
    run_a_while(f, &small_scanner, keep_a_little);
    assert_int_equal(first_of(f, "scanner"), 1);
    assert_non_null(strstr(text_of(f, "scanner.log"), "not believed"));
}

static void
a_program_that_needs_all_its_facts_keeps_them(void **state)
{
    struct fixture *f = *state;

    earlier_facts(f, "riskd", SOURCE_riskd, "600\n");
    run_a_while(f, &small_riskd, keep_a_little);
    assert_int_equal(first_of(f, "riskd"), 1);
}

/* And does not begin without. */
static void
such_a_program_refuses_a_journal_that_was_cut(void **state)
{
    struct fixture *f = *state;
    char dir[200], path[SEGMENT_PATH_CAP];
    struct why why;

    earlier_facts(f, "riskd", SOURCE_riskd, "0\n");
    facts_dir(f, "riskd", dir);
    must(segment_path(path, dir, 1, &why));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(end_of(start(f, &small_riskd)), 2);
    assert_non_null(strstr(text_of(f, "riskd.log"), "no longer kept"));
}

/* The recorder acks, the file says so, and the next run believes it. */
static void
an_ack_that_is_heard_outlives_the_process(void **state)
{
    struct fixture *f = *state;
    static uint8_t body[64];
    struct bus_in in;

    earlier_facts(f, "scanner", SOURCE_scanner, "0\n");
    pid_t pid = start_with(f->var, &small_scanner, keep_a_little);
    open_guest(f);
    for (uint64_t committed = 50; committed <= 100000; committed *= 2000) {
        struct log_ack ack = { JOURNAL_facts, committed };
        size_t size = log_ack_pack(&ack, body, sizeof body);

        bus_ask(f->guest, f->log_line, &(struct bus_out){
            .type = TYPE_log_ack, .req = 1, .body = body,
            .body_size = size });
        for (int i = 0; i < 20; i++)
            (void)await(f, SOURCE_scanner, TYPE_opportunity, &in, 20);
    }
    for (int i = 0; i < 1000 && first_of(f, "scanner") == 1; i++)
        usleep(10000);
    assert_int_equal(stop(pid, SIGTERM), 0);
    assert_string_equal(text_of(f, "journal/scanner/facts.acked"),
                        "00000000000000000050\n");
    uint64_t first = first_of(f, "scanner");
    assert_true(first > 1 && first <= 51);
    run_a_while(f, &small_scanner, keep_a_little);
    assert_int_equal(first_of(f, "scanner"), first);
}

int
main(int argc, char **argv)
{
    small_begins(argc, argv);
    const struct CMUnitTest tests[] = {
        TEST(acked_facts_go_and_the_next_start_recalls_the_others),
        TEST(complete_segments_are_packed),
        TEST(a_stop_does_not_wait_for_all_to_be_packed),
        TEST(nothing_goes_when_all_is_to_be_kept),
        TEST(an_ack_of_more_than_there_is_is_not_believed),
        TEST(a_program_that_needs_all_its_facts_keeps_them),
        TEST(such_a_program_refuses_a_journal_that_was_cut),
        TEST(an_ack_that_is_heard_outlives_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
