/* test_journal_pack - complete segments in less room: the same records, cut
 * as ever, and damage named as ever */
#include "tests/unit/common/journal_kit.h"

#include <stdlib.h>
#include <sys/stat.h>

static const struct nanos long_ago = { INT64_C(1700000000000000000) };
static const struct nanos now = { INT64_C(1700000100000000000) };

static uint64_t
pack_all(void)
{
    struct why why = { "" };
    uint64_t first, count = 0;

    while ((first = journal_unpacked(scratch.path)) != 0) {
        assert_true(journal_pack(scratch.path, first, &why));
        assert_true(journal_packed(scratch.path, first, &why));
        count++;
    }
    return count;
}

/* Many segments, last written long ago; how many. */
static size_t
fill(struct journal *j)
{
    struct segments list;
    struct why why;
    char path[SEGMENT_PATH_CAP];
    struct timespec old[2] = { { .tv_sec = long_ago.ns / 1000000000 },
                               { .tv_sec = long_ago.ns / 1000000000 } };

    for (int i = 0; i < 300; i++)
        append_batch(j, 1 + (unsigned)i % 3);
    assert_true(segments_list(scratch.path, &list, &why));
    for (size_t i = 0; i < list.count; i++)
        if (segment_path(path, scratch.path, list.first[i], &why))
            (void)utimensat(AT_FDCWD, path, old, 0);
    free(list.first);
    return list.count;
}

static size_t
count_segments(void)
{
    struct segments list;
    struct why why;

    assert_true(segments_list(scratch.path, &list, &why));
    free(list.first);
    return list.count;
}

static void
what_is_packed_reads_as_before_and_is_gone_on_with(void **state)
{
    uint64_t cut;
    struct why why = { "" };
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    size_t count = fill(j);
    assert_int_equal(pack_all(), count - 1);
    assert_int_equal(count_segments(), count);
    assert_int_equal(read_all(scratch.path, 1, &why), journal_head(j));
    assert_int_equal(read_all(scratch.path, 77, &why), journal_head(j) - 76);
    uint64_t head = journal_head(j);
    journal_close(&j);
    j = open_in(scratch.path, 2, &cut);
    assert_int_equal(cut, 0);
    assert_int_equal(journal_head(j), head);
    fill(j);
    assert_true(pack_all() > 0);
    assert_int_equal(read_all(scratch.path, 1, &why), journal_head(j));
    journal_close(&j);
}

static void
a_journal_whose_last_segment_is_packed_goes_on_in_a_new_one(void **state)
{
    uint64_t cut;
    struct why why = { "" };
    struct segments list;
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    size_t count = fill(j);
    uint64_t head = journal_head(j);
    journal_close(&j);
    pack_all();
    assert_true(segments_list(scratch.path, &list, &why));
    assert_true(journal_pack(scratch.path, list.first[count - 1], &why));
    assert_true(journal_packed(scratch.path, list.first[count - 1], &why));
    free(list.first);
    j = open_in(scratch.path, 2, &cut);
    assert_int_equal(cut, 0);
    assert_int_equal(journal_head(j), head);
    assert_int_equal(count_segments(), count + 1);
    append_batch(j, 3);
    assert_int_equal(journal_head(j), head + 3);
    journal_close(&j);
    j = open_in(scratch.path, 3, &cut);
    assert_int_equal(read_all(scratch.path, 1, &why), head + 3);
    journal_close(&j);
}

static void
a_reader_reads_on_while_all_around_it_is_packed(void **state)
{
    uint64_t cut;
    struct why why;
    struct record rec;
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    fill(j);
    struct journal_reader *r = journal_read(scratch.path, 1, &why);
    for (uint64_t n = 1; n <= 50; n++)
        assert_int_equal(journal_next(r, &rec, &why), 1);
    pack_all();
    for (uint64_t n = 51; n <= journal_head(j); n++) {
        assert_int_equal(journal_next(r, &rec, &why), 1);
        assert_int_equal(rec.n, n);
    }
    assert_int_equal(journal_next(r, &rec, &why), 0);
    journal_reader_close(&r);
    journal_close(&j);
}

static void
a_packed_segment_keeps_its_age_and_is_thrown_away_by_it(void **state)
{
    uint64_t cut;
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    size_t count = fill(j);
    pack_all();
    assert_int_equal(journal_cut(j, UINT64_MAX, long_ago), 0);
    assert_int_equal(journal_cut(j, UINT64_MAX, now), count - 1);
    assert_int_equal(count_segments(), 1);
    journal_close(&j);
}

static void
more_than_are_kept_are_thrown_away_packed_or_not(void **state)
{
    uint64_t cut;
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    fill(j);
    pack_all();
    journal_keep(j, 3);
    assert_int_equal(count_segments(), 3);
    fill(j);
    assert_int_equal(count_segments(), 3);
    journal_close(&j);
}

/* Death between the two names, and in the middle of a copy. */
static void
a_pack_that_was_interrupted_is_done_again(void **state)
{
    uint64_t cut;
    struct why why = { "" };
    char path[SEGMENT_PATH_CAP], other[SEGMENT_PATH_CAP + 8];
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    size_t count = fill(j);
    assert_true(journal_pack(scratch.path, 1, &why));
    assert_true(segment_path(path, scratch.path, 1, &why));
    snprintf(other, sizeof other, "%s.new", path);
    char twin[SEGMENT_PATH_CAP + 8];
    snprintf(twin, sizeof twin, "%s.zst", path);
    assert_int_equal(rename(other, twin), 0);
    assert_int_equal(count_segments(), count);
    assert_int_equal(read_all(scratch.path, 1, &why), journal_head(j));
    int fd = open(other, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "half", 4), 4);
    close(fd);
    assert_int_equal(pack_all(), count - 1);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(access(other, F_OK), -1);
    assert_int_equal(read_all(scratch.path, 1, &why), journal_head(j));
    journal_close(&j);
}

/* One byte that is another: up to where it shows it is read, and its owner
 * does not go on. */
static void
a_damaged_packed_segment_is_refused_by_name(void **state)
{
    struct segments list;
    struct why why = { "" };
    char path[SEGMENT_PATH_CAP], packed[SEGMENT_PATH_CAP + 8];
    struct stat st;
    uint64_t cut;
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    fill(j);
    pack_all();
    assert_true(segments_list(scratch.path, &list, &why));
    assert_true(segment_path(path, scratch.path, list.first[2], &why));
    snprintf(packed, sizeof packed, "%s.zst", path);
    assert_int_equal(stat(packed, &st), 0);
    int fd = open(packed, O_RDWR);
    uint8_t b;
    assert_int_equal(pread(fd, &b, 1, st.st_size / 2), 1);
    b ^= 0x55;
    assert_int_equal(pwrite(fd, &b, 1, st.st_size / 2), 1);
    close(fd);
    journal_close(&j);
    assert_int_equal(read_all(scratch.path, 1, &why), -1);
    assert_non_null(strstr(why.s, ".seg.zst"));
    assert_non_null(strstr(why.s, "last good record "));
    assert_null(journal_open(scratch.path, SOURCE_riskd, 2, SEGMENT, &cut,
                             &why));
    assert_non_null(strstr(why.s, ".seg.zst"));
    free(list.first);
}

static void
a_segment_thrown_away_meanwhile_does_not_come_back(void **state)
{
    uint64_t cut;
    struct why why = { "" };
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    size_t count = fill(j);
    assert_true(journal_pack(scratch.path, 1, &why));
    assert_int_equal(journal_cut(j, UINT64_MAX, now), count - 1);
    assert_true(journal_packed(scratch.path, 1, &why));
    assert_int_equal(count_segments(), 1);
    journal_close(&j);
}

/* Nor is anything left of a copy that was never finished. */
static void
a_segment_thrown_away_takes_its_half_copy_along(void **state)
{
    uint64_t cut;
    struct why why = { "" };
    char path[SEGMENT_PATH_CAP], half[SEGMENT_PATH_CAP + 8];
    struct journal *j = open_in(scratch.path, 1, &cut);

    (void)state;
    size_t count = fill(j);
    assert_true(journal_pack(scratch.path, 1, &why));
    assert_true(segment_path(path, scratch.path, 1, &why));
    snprintf(half, sizeof half, "%s.new", path);
    assert_int_equal(access(half, F_OK), 0);
    journal_close(&j); /* And a death. */
    j = open_in(scratch.path, 2, &cut);
    assert_int_equal(journal_cut(j, UINT64_MAX, now), count - 1);
    assert_int_equal(access(half, F_OK), -1);
    journal_close(&j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_packed_reads_as_before_and_is_gone_on_with),
        TEST(a_journal_whose_last_segment_is_packed_goes_on_in_a_new_one),
        TEST(a_reader_reads_on_while_all_around_it_is_packed),
        TEST(a_packed_segment_keeps_its_age_and_is_thrown_away_by_it),
        TEST(more_than_are_kept_are_thrown_away_packed_or_not),
        TEST(a_pack_that_was_interrupted_is_done_again),
        TEST(a_damaged_packed_segment_is_refused_by_name),
        TEST(a_segment_thrown_away_meanwhile_does_not_come_back),
        TEST(a_segment_thrown_away_takes_its_half_copy_along),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
