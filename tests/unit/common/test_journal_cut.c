/* test_journal_cut - old segments go: only those that are acked, only those
 * that are old, and what is left is a journal */
#include "tests/unit/common/journal_kit.h"

#include <stdlib.h>
#include <sys/stat.h>

static const struct nanos long_ago = { INT64_C(1700000000000000000) };
static const struct nanos now = { INT64_C(1700000100000000000) };

/* A journal of many segments, all last written long ago. */
static struct journal *
old_journal(struct segments *list)
{
    struct why why;
    char path[SEGMENT_PATH_CAP];
    uint64_t cut;
    struct journal *j = open_in(scratch.path, 1, &cut);

    for (int i = 0; i < 300; i++)
        append_batch(j, 1 + (unsigned)i % 3);
    assert_true(segments_list(scratch.path, list, &why));
    assert_true(list->count > 6);
    for (size_t i = 0; i < list->count; i++) {
        struct timespec times[2] = { { .tv_sec = long_ago.ns / 1000000000 },
                                     { .tv_sec = long_ago.ns / 1000000000 } };

        assert_true(segment_path(path, scratch.path, list->first[i], &why));
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    return j;
}

static uint64_t
first_of(void)
{
    struct segments list;
    struct why why;
    uint64_t first;

    assert_true(segments_list(scratch.path, &list, &why));
    first = list.first[0];
    free(list.first);
    return first;
}

static void
a_segment_goes_only_when_its_last_record_is_acked(void **state)
{
    struct segments list;
    struct journal *j = old_journal(&list);

    (void)state;
    assert_int_equal(journal_cut(j, 0, now), 0);
    assert_int_equal(journal_cut(j, list.first[1] - 2, now), 0);
    assert_int_equal(first_of(), 1);
    assert_int_equal(journal_cut(j, list.first[1] - 1, now), 1);
    assert_int_equal(first_of(), list.first[1]);
    assert_int_equal(journal_cut(j, list.first[3], now), 2);
    assert_int_equal(first_of(), list.first[3]);
    assert_int_equal(journal_cut(j, list.first[3], now), 0);
    journal_close(&j);
    free(list.first);
}

static void
one_that_is_young_stays_and_so_does_what_follows(void **state)
{
    struct segments list;
    struct journal *j = old_journal(&list);
    struct why why;
    char path[SEGMENT_PATH_CAP];

    (void)state;
    assert_int_equal(journal_cut(j, UINT64_MAX, long_ago), 0);
    assert_true(segment_path(path, scratch.path, list.first[2], &why));
    assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
    assert_int_equal(journal_cut(j, UINT64_MAX, now), 2);
    assert_int_equal(first_of(), list.first[2]);
    journal_close(&j);
    free(list.first);
}

static void
the_one_being_written_stays(void **state)
{
    struct segments list;
    struct journal *j = old_journal(&list);

    (void)state;
    assert_int_equal(journal_cut(j, UINT64_MAX, now), list.count - 1);
    assert_int_equal(first_of(), list.first[list.count - 1]);
    append_batch(j, 3);
    journal_close(&j);
    free(list.first);
}

static void
what_is_left_is_a_journal_read_from_its_oldest_record(void **state)
{
    struct segments list;
    struct journal *j = old_journal(&list);
    uint64_t head = journal_head(j), first = list.first[4], cut;
    struct why why;
    struct record rec;

    (void)state;
    assert_int_equal(journal_cut(j, first, now), 4);
    assert_int_equal(read_all(scratch.path, first, &why), head - first + 1);
    assert_int_equal(read_all(scratch.path, 1, &why), -1);
    assert_non_null(strstr(why.s, "no longer kept"));
    struct journal_reader *r = journal_read(scratch.path, 0, &why);
    assert_non_null(r);
    assert_int_equal(journal_next(r, &rec, &why), 1);
    assert_int_equal(rec.n, first);
    journal_reader_close(&r);
    journal_close(&j);
    j = open_in(scratch.path, 2, &cut);
    assert_int_equal(journal_head(j), head);
    append_batch(j, 1);
    assert_int_equal(read_all(scratch.path, first, &why), head - first + 2);
    journal_close(&j);
    free(list.first);
}

static void
the_oldest_record_of_a_journal_to_come_is_its_first(void **state)
{
    struct why why;
    struct record rec;
    uint64_t cut;
    struct journal_reader *r = journal_read(scratch.path, 0, &why);

    (void)state;
    assert_non_null(r);
    assert_int_equal(journal_next(r, &rec, &why), 0);
    struct journal *j = open_in(scratch.path, 1, &cut);
    append_batch(j, 2);
    assert_int_equal(journal_next(r, &rec, &why), 1);
    assert_int_equal(rec.n, 1);
    journal_reader_close(&r);
    journal_close(&j);
}

/* Who has read a segment to its end goes on with the next, though the first
 * is gone. */
static void
a_reader_that_is_ahead_of_the_cut_reads_on(void **state)
{
    struct segments list;
    struct journal *j = old_journal(&list);
    struct why why;
    struct record rec;
    struct journal_reader *r = journal_read(scratch.path, 1, &why);

    (void)state;
    for (uint64_t n = 1; n < list.first[2]; n++)
        assert_int_equal(journal_next(r, &rec, &why), 1);
    assert_int_equal(journal_cut(j, rec.n, now), 2);
    for (uint64_t n = list.first[2]; n <= journal_head(j); n++) {
        assert_int_equal(journal_next(r, &rec, &why), 1);
        assert_int_equal(rec.n, n);
    }
    journal_reader_close(&r);
    journal_close(&j);
    free(list.first);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_segment_goes_only_when_its_last_record_is_acked),
        TEST(one_that_is_young_stays_and_so_does_what_follows),
        TEST(the_one_being_written_stays),
        TEST(what_is_left_is_a_journal_read_from_its_oldest_record),
        TEST(the_oldest_record_of_a_journal_to_come_is_its_first),
        TEST(a_reader_that_is_ahead_of_the_cut_reads_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
