/* test_latch - the kill switch as a file: in doubt it is on */

/* Records are flipped, cut and forged; the lock is test_gate's. */

#include "tests/unit/common/holders.h"

#include "common/digest.h"

#include <sys/stat.h>

enum { RECORD_SIZE = 208 };

static void
a_latch_never_pulled_is_off(void **state)
{
    (void)state;
    struct latch l;

    memset(&l, 0xff, sizeof l);
    latch_read(var, &l);
    assert_false(l.latched);
    assert_int_equal(l.kill_gen, 0);
    assert_string_equal(l.actor.s, "");
}

/* faults: F-045 */
static void
a_pull_latches_and_counts(void **state)
{
    (void)state;
    struct latch l, read;

    pull(&l);
    assert_true(l.latched);
    assert_int_equal(l.kill_gen, 1);
    pull(&l);
    assert_int_equal(l.kill_gen, 2);
    latch_read(var, &read);
    assert_true(read.latched);
    assert_int_equal(read.kill_gen, 2);
    assert_int_equal(read.clear_gen, 0);
    assert_string_equal(read.actor.s, "tester");
    assert_string_equal(read.reason.s, "because");
    assert_true(read.since.ns == now.ns);
}

/* faults: F-047 */
static void
a_clear_must_name_the_last_kill(void **state)
{
    (void)state;
    struct latch l;
    struct why why;

    pull(&l);
    pull(&l);
    assert_false(latch_clear(var, 1, "admin", "x", now, &l, &why));
    assert_true(l.latched);
    assert_non_null(strstr(why.s, "kill 1 is not the last one, 2 is"));
    assert_false(latch_clear(var, 3, "admin", "x", now, &l, &why));
    assert_true(latch_clear(var, 2, "admin", "all well", now, &l, &why));
    assert_false(l.latched);
    assert_int_equal(l.clear_gen, 2);
    assert_string_equal(l.actor.s, "admin");
    assert_true(latch_clear(var, 2, "again", "x", now, &l, &why));
    assert_string_equal(l.actor.s, "admin");
    pull(&l);
    assert_true(l.latched);
    assert_int_equal(l.kill_gen, 3);
    assert_int_equal(l.clear_gen, 2);
}

static void
get_record(uint8_t r[RECORD_SIZE])
{
    FILE *f = fopen(in_var("latch"), "rb");

    assert_non_null(f);
    assert_int_equal(fread(r, 1, RECORD_SIZE, f), RECORD_SIZE);
    assert_int_equal(fgetc(f), EOF);
    fclose(f);
}

static void
expect_doubt(void)
{
    struct latch l;

    latch_read(var, &l);
    assert_true(l.latched);
    assert_string_equal(l.actor.s, "?");
    assert_non_null(strstr(l.reason.s, "cannot be believed"));
}

/* faults: F-051 */
static void
every_flipped_bit_and_every_cut_is_on(void **state)
{
    (void)state;
    uint8_t r[RECORD_SIZE + 1] = { 0 };
    struct latch l;
    struct why why;

    pull(&l);
    assert_true(latch_clear(var, 1, "admin", "x", now, &l, &why));
    get_record(r);
    for (size_t bit = 0; bit < RECORD_SIZE * 8; bit++) {
        r[bit / 8] ^= (uint8_t)(1 << bit % 8);
        put_file("latch", r, RECORD_SIZE);
        expect_doubt();
        r[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 0; size < RECORD_SIZE; size++) {
        put_file("latch", r, size);
        expect_doubt();
    }
    put_file("latch", r, RECORD_SIZE + 1);
    expect_doubt();
    put_file("latch", r, RECORD_SIZE);
    latch_read(var, &l);
    assert_false(l.latched);
}

static void
sign_record(uint8_t r[RECORD_SIZE])
{
    uint32_t crc = crc32c(0, r, RECORD_SIZE - 4);

    for (int i = 0; i < 4; i++)
        r[RECORD_SIZE - 4 + i] = (uint8_t)(crc >> 8 * i);
    put_file("latch", r, RECORD_SIZE);
}

/* faults: F-051 */
static void
a_forged_record_with_a_good_checksum_is_on(void **state)
{
    (void)state;
    uint8_t r[RECORD_SIZE], good[RECORD_SIZE];
    struct latch l;

    pull(&l);
    get_record(good);
    memcpy(r, good, sizeof r);
    r[8] = 2; /* Version. */
    sign_record(r);
    expect_doubt();
    memcpy(r, good, sizeof r);
    r[24] = 9; /* Clears more than was killed. */
    sign_record(r);
    expect_doubt();
    memcpy(r, good, sizeof r);
    memset(r + 40, 'x', 81); /* A text without an end. */
    sign_record(r);
    expect_doubt();
    memcpy(r, good, sizeof r);
    memset(r + 16, 0xff, 8); /* No kill can follow. */
    sign_record(r);
    struct why why;
    assert_false(latch_pull(var, "a", "b", now, brief, &l, &why));
    assert_true(l.latched);
}

/* faults: F-051 */
static void
a_latch_that_is_no_file_is_on(void **state)
{
    (void)state;
    assert_int_equal(mkdir(in_var("latch"), 0700), 0);
    expect_doubt();
    rmdir(in_var("latch"));
    assert_int_equal(symlink("/dev/null", in_var("latch")), 0);
    expect_doubt();
    unlink(in_var("latch"));
    assert_int_equal(mkfifo(in_var("latch"), 0600), 0);
    expect_doubt();
}

static void
a_damaged_latch_can_be_pulled_again_but_not_cleared(void **state)
{
    (void)state;
    struct latch l;
    struct why why;

    put_file("latch", "rubbish", 7);
    assert_false(latch_clear(var, 0, "admin", "x", now, &l, &why));
    assert_true(l.latched);
    assert_non_null(strstr(why.s, "kill again"));
    pull(&l);
    assert_true(l.latched);
    assert_int_equal(l.kill_gen, 1700000001); /* Above any count before. */
    assert_true(latch_clear(var, l.kill_gen, "admin", "x", now, &l, &why));
    assert_false(l.latched);
}

static void
long_words_are_cut(void **state)
{
    (void)state;
    char s[500];
    struct latch l;
    struct why why;

    memset(s, 'w', sizeof s - 1);
    s[sizeof s - 1] = '\0';
    assert_true(latch_pull(var, s, s, now, brief, &l, &why));
    assert_int_equal(strlen(l.actor.s), 80);
    assert_int_equal(strlen(l.reason.s), 80);
}

/* A folder where the new record would be written stands for a full disk. */
/* faults: F-043 F-110 */
static void
a_kill_that_finds_no_room_takes_the_spare(void **state)
{
    (void)state;
    char tmp[256];
    struct latch l;
    struct why why;

    snprintf(tmp, sizeof tmp, "%s/latch.%ld.tmp", var, (long)getpid());
    assert_int_equal(mkdir(tmp, 0700), 0);
    assert_false(latch_pull(var, "tester", "no room", now,
                            (struct ms){ 500 }, &l, &why));
    assert_false(l.latched);
    assert_int_equal(rmdir(tmp), 0);
    assert_true(latch_reserve(var, &why));
    assert_true(latch_reserve(var, &why));
    assert_int_equal(mkdir(tmp, 0700), 0);
    assert_true(latch_pull(var, "tester", "no room", now,
                           (struct ms){ 500 }, &l, &why));
    assert_int_equal(rmdir(tmp), 0);
    latch_read(var, &l);
    assert_true(l.latched);
    assert_int_equal(l.kill_gen, 1);
    assert_string_equal(l.reason.s, "no room");
}

#define TEST(f) cmocka_unit_test_setup(f, fresh_var)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_latch_never_pulled_is_off),
        TEST(a_pull_latches_and_counts),
        TEST(a_clear_must_name_the_last_kill),
        TEST(a_kill_that_finds_no_room_takes_the_spare),
        TEST(every_flipped_bit_and_every_cut_is_on),
        TEST(a_forged_record_with_a_good_checksum_is_on),
        TEST(a_latch_that_is_no_file_is_on),
        TEST(a_damaged_latch_can_be_pulled_again_but_not_cleared),
        TEST(long_words_are_cut),
    };

    return cmocka_run_group_tests(tests, make_var, remove_var);
}
