/* test_journal_read - many segments, and readers while somebody writes */

/* A writer in a process of its own is followed record by record, and killed
 * at odd moments; every record says what it must be and how many of its
 * batch come after it. */

#include "tests/unit/common/journal_kit.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

/* Many segments, by writing more than one holds. */
static uint64_t
fill_segments(const char *dir, uint64_t run, unsigned batches)
{
    uint64_t cut;
    struct journal *j = open_in(dir, run, &cut);

    for (unsigned i = 0; i < batches; i++)
        append_batch(j, i % 3 + 1);
    uint64_t head = journal_head(j);
    journal_close(&j);
    return head;
}

static void
numbers_are_dense_over_segments_and_runs(void **state)
{
    (void)state;
    struct segments list;
    struct why why;
    uint64_t head = 0;

    for (uint64_t run = 1; run <= 3; run++) {
        uint64_t before = head;
        head = fill_segments(scratch.path, run, 100);
        assert_int_equal(head, before + 199);
    }
    assert_int_equal(read_all(scratch.path, 1, &why), head);
    assert_int_equal(read_all(scratch.path, head / 2, &why),
                     head - head / 2 + 1);
    assert_true(segments_list(scratch.path, &list, &why));
    assert_true(list.count > 5);
    free(list.first);
}

/* faults: F-114 */
static void
a_segment_missing_in_the_middle_is_refused(void **state)
{
    (void)state;
    struct segments list;
    struct why why;
    char path[SEGMENT_PATH_CAP];
    uint64_t cut;

    fill_segments(scratch.path, 1, 100);
    assert_true(segments_list(scratch.path, &list, &why));
    assert_true(segment_path(path, scratch.path, list.first[2], &why));
    assert_int_equal(unlink(path), 0);
    assert_null(journal_open(scratch.path, SOURCE_riskd, 2, SEGMENT, &cut,
                             &why));
    assert_non_null(strstr(why.s, "does not follow"));
    free(list.first);
}

/* faults: F-114 */
static void
a_segment_cut_in_the_middle_of_the_journal_is_refused(void **state)
{
    (void)state;
    struct segments list;
    struct why why;
    struct stat st;
    char path[SEGMENT_PATH_CAP];
    uint64_t cut;

    fill_segments(scratch.path, 1, 100);
    assert_true(segments_list(scratch.path, &list, &why));
    assert_true(segment_path(path, scratch.path, list.first[1], &why));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size - 1), 0);
    assert_null(journal_open(scratch.path, SOURCE_riskd, 2, SEGMENT, &cut,
                             &why));
    assert_non_null(strstr(why.s, "offset "));
    assert_int_equal(read_all(scratch.path, 1, &why), -1);
    free(list.first);
}

/* faults: F-112 */
static void
a_segment_without_its_head_in_the_middle_is_refused(void **state)
{
    (void)state;
    struct segments list;
    struct why why;
    char path[SEGMENT_PATH_CAP];

    fill_segments(scratch.path, 1, 100);
    assert_true(segments_list(scratch.path, &list, &why));
    assert_true(segment_path(path, scratch.path, list.first[1], &why));
    assert_int_equal(truncate(path, 10), 0);
    assert_int_equal(read_all(scratch.path, 1, &why), -1);
    assert_non_null(strstr(why.s, "shorter than its head"));
    assert_int_equal(read_all(scratch.path, list.first[1], &why), -1);
    free(list.first);
}

static void
a_new_segment_that_never_got_its_head_is_made_again(void **state)
{
    (void)state;
    struct why why;
    uint64_t head = fill_segments(scratch.path, 1, 50), cut;
    char path[SEGMENT_PATH_CAP];

    for (int size = 0; size < SEGMENT_HEAD; size += 9) {
        assert_true(segment_path(path, scratch.path, head + 1, &why));
        int fd = open(path, O_WRONLY | O_CREAT, 0600);
        assert_int_equal(ftruncate(fd, size), 0);
        close(fd);
        assert_int_equal(read_all(scratch.path, 1, &why), head);
        struct journal *j = open_in(scratch.path, 2, &cut);
        append_batch(j, 1);
        journal_close(&j);
        head++;
        assert_int_equal(read_all(scratch.path, 1, &why), head);
    }
}

/* faults: F-114 */
static void
another_processes_journal_is_refused(void **state)
{
    (void)state;
    struct why why;
    uint64_t cut;

    fill_segments(scratch.path, 1, 5);
    assert_null(journal_open(scratch.path, SOURCE_executor, 2, SEGMENT, &cut,
                             &why));
    assert_non_null(strstr(why.s, "another process"));
}

static void
old_segments_go_when_only_some_are_kept(void **state)
{
    (void)state;
    struct segments list;
    struct why why;
    uint64_t cut, head = fill_segments(scratch.path, 1, 200);
    struct journal *j = open_in(scratch.path, 2, &cut);

    journal_keep(j, 3);
    assert_true(segments_list(scratch.path, &list, &why));
    assert_int_equal(list.count, 3);
    uint64_t first = list.first[0];
    free(list.first);
    assert_int_equal(read_all(scratch.path, first, &why), head - first + 1);
    assert_int_equal(read_all(scratch.path, 1, &why), -1);
    assert_non_null(strstr(why.s, "no longer kept"));
    for (unsigned i = 0; i < 200; i++)
        append_batch(j, 2);
    journal_close(&j);
    assert_true(segments_list(scratch.path, &list, &why));
    assert_int_equal(list.count, 3);
    free(list.first);
    j = open_in(scratch.path, 3, &cut);
    assert_int_equal(journal_head(j), head + 400);
    journal_close(&j);
}

static void
files_with_other_names_are_left_alone(void **state)
{
    (void)state;
    struct why why;
    char path[200];
    static const char *const names[] = {
        "0000000000000001.seg.bak", "000000000000001.seg",
        "00000000000000zz.seg", "notes", "0000000000000001.SEG",
    };

    uint64_t head = fill_segments(scratch.path, 1, 4);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        path_in(path, scratch.path, names[i]);
        close(open(path, O_WRONLY | O_CREAT, 0600));
    }
    assert_int_equal(read_all(scratch.path, 1, &why), head);
}

static void
a_record_of_the_largest_size_is_taken(void **state)
{
    (void)state;
    static uint8_t body[RECORD_BODY_MAX];
    struct record r;
    struct why why;
    uint64_t cut;
    struct journal *j = open_in(scratch.path, 1, &cut);

    memset(body, 0xa5, sizeof body);
    for (int i = 0; i < 60; i++) /* More than the buffers hold. */
        journal_append(j, 1, (struct nanos){ 1 }, (struct nanos){ 1 }, 0,
                       body, sizeof body, i < 59);
    journal_sync(j);
    struct journal_reader *rd = journal_read(scratch.path, 1, &why);
    for (int i = 0; i < 60; i++) {
        assert_int_equal(journal_next(rd, &r, &why), 1);
        assert_int_equal(r.body_size, sizeof body);
        assert_memory_equal(r.body, body, sizeof body);
    }
    assert_int_equal(journal_next(rd, &r, &why), 0);
    journal_reader_close(&rd);
    journal_close(&j);
}

/* --- somebody else writes ------------------------------------------------ */

/* Batches of one to five records, for ever or until `last`. */
static void
write_on(const char *dir, uint64_t run, uint64_t last)
{
    uint64_t cut;
    struct why why;
    struct journal *j = journal_open(dir, SOURCE_riskd, run, SEGMENT, &cut,
                                     &why);
    if (!j)
        _exit(1);
    while (journal_head(j) < last) {
        unsigned count = (unsigned)(journal_head(j) * 7 % 5 + 1);
        for (unsigned i = 0; i < count; i++) {
            append(j, count - 1 - i);
            /* A batch leaves in pieces now and then. */
            if (i == 1)
                journal_flush(j);
        }
        journal_flush(j);
    }
    journal_close(&j);
    _exit(0);
}

static pid_t
start_writer(const char *dir, uint64_t run, uint64_t last)
{
    pid_t pid = fork_child();

    if (pid == 0)
        write_on(dir, run, last);
    assert_true(pid > 0);
    return pid;
}

static void
nap(long us)
{
    nanosleep(&(struct timespec){ 0, us * 1000 }, NULL);
}

/* Takes what there is; whole batches only. */
static void
follow(struct journal_reader *r, uint64_t *n)
{
    struct record rec;
    struct why why = { "" };
    unsigned after = 0;
    int got;

    while ((got = journal_next(r, &rec, &why)) > 0) {
        assert_int_equal(rec.n, *n + 1);
        *n = rec.n;
        after = check_record(&rec);
    }
    if (got < 0)
        fail_msg("%s", why.s);
    assert_int_equal(after, 0);
}

static void
a_reader_keeps_up_with_a_writer_over_many_segments(void **state)
{
    (void)state;
    struct why why;
    uint64_t n = 0, head = fill_segments(scratch.path, 1, 1);
    struct journal_reader *r = journal_read(scratch.path, 1, &why);
    pid_t pid = start_writer(scratch.path, 2, 20000);

    (void)head;
    assert_non_null(r);
    for (int i = 0; n < 20000 && i < 100000; i++) {
        follow(r, &n);
        nap(100);
    }
    assert_true(n >= 20000);
    journal_reader_close(&r);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* faults: F-029 F-112 */
static void
a_writer_killed_anywhere_leaves_whole_batches(void **state)
{
    (void)state;
    struct why why;
    uint64_t n = 0, cut, before = fill_segments(scratch.path, 1, 1);
    struct journal_reader *r = journal_read(scratch.path, 1, &why);

    assert_non_null(r);
    for (uint64_t run = 2; run < 32; run++) {
        pid_t pid = start_writer(scratch.path, run, UINT64_MAX);
        /* The reader looks in while it writes, and after it died. */
        for (uint64_t i = 0; i < run % 7; i++) {
            nap(300 + (long)(run * 37 % 500));
            follow(r, &n);
        }
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        follow(r, &n);
        struct journal *j = open_in(scratch.path, run, &cut);
        assert_int_equal(journal_head(j), n);
        journal_close(&j);
    }
    assert_true(n > before + 100);
    journal_reader_close(&r);
    assert_int_equal(read_all(scratch.path, 1, &why), n);
}

static void
a_journal_that_is_not_there_cannot_be_read(void **state)
{
    (void)state;
    struct why why = { "" };
    char dir[100];

    snprintf(dir, sizeof dir, "%s/none", scratch.path);
    assert_null(journal_read(dir, 1, &why));
    assert_non_null(strstr(why.s, dir));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_are_dense_over_segments_and_runs),
        TEST(a_segment_missing_in_the_middle_is_refused),
        TEST(a_segment_cut_in_the_middle_of_the_journal_is_refused),
        TEST(a_segment_without_its_head_in_the_middle_is_refused),
        TEST(a_new_segment_that_never_got_its_head_is_made_again),
        TEST(another_processes_journal_is_refused),
        TEST(old_segments_go_when_only_some_are_kept),
        TEST(files_with_other_names_are_left_alone),
        TEST(a_record_of_the_largest_size_is_taken),
        TEST(a_reader_keeps_up_with_a_writer_over_many_segments),
        TEST(a_writer_killed_anywhere_leaves_whole_batches),
        TEST(a_journal_that_is_not_there_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
