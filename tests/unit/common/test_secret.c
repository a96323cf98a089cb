/* test_secret - files others may read are refused, memory stays ours */

#include "common/secret.h"

#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct scratch scratch;
static char path[128];

static int
make_file(void **state)
{
    (void)state;
    scratch_open(&scratch);
    snprintf(path, sizeof path, "%s/key", scratch.path);
    assert_true(secret_write(path, "hello", 5, NULL));
    return 0;
}

static int
remove_file(void **state)
{
    (void)state;
    scratch_remove(scratch.path);
    return 0;
}

static void
refuse(const char *file, size_t cap, const char *words)
{
    uint8_t b[64];
    size_t size = 77;
    struct why why = { "" };

    assert_false(secret_read(file, b, cap, &size, &why));
    assert_int_equal(size, 77);
    if (!strstr(why.s, words))
        fail_msg("\"%s\" does not say \"%s\"", why.s, words);
}

static void
what_is_written_is_read_and_is_ours_alone(void **state)
{
    (void)state;
    uint8_t b[64];
    size_t size;
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_true(secret_read(path, b, 5, &size, NULL));
    assert_int_equal(size, 5);
    assert_memory_equal(b, "hello", 5);
    assert_int_equal(chmod(path, 0400), 0);
    assert_true(secret_read(path, b, sizeof b, &size, NULL));
    refuse(path, 4, "more than 4 bytes");
    assert_int_equal(chmod(path, 0600), 0);
}

static void
every_mode_but_0600_and_0400_is_refused(void **state)
{
    (void)state;
    for (unsigned mode = 0; mode < 01000; mode++) {
        if ((mode & 0177) == 0)
            continue;
        assert_int_equal(chmod(path, mode), 0);
        /* Without the right to read it is not even opened; root may. */
        if (mode & 0400 || geteuid() == 0)
            refuse(path, 64, "expected 0600");
    }
    assert_int_equal(chmod(path, 0600), 0);
}

static void
what_is_no_file_of_ours_is_refused(void **state)
{
    (void)state;
    char other[160];

    snprintf(other, sizeof other, "%s/link", scratch.path);
    assert_int_equal(symlink(path, other), 0);
    refuse(other, 64, "symbolic link");
    snprintf(other, sizeof other, "%s/fifo", scratch.path);
    assert_int_equal(mkfifo(other, 0600), 0);
    refuse(other, 64, "regular file");
    refuse(scratch.path, 64, "regular file");
    snprintf(other, sizeof other, "%s/none", scratch.path);
    refuse(other, 64, "No such file");
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 12345, 12345), 0);
        refuse(path, 64, "belongs to user 12345");
        assert_int_equal(chown(path, 0, 0), 0);
    }
}

static void
a_file_that_exists_is_never_overwritten(void **state)
{
    (void)state;
    char other[160];
    struct why why = { "" };
    uint8_t b[64];
    size_t size;

    assert_false(secret_write(path, "other", 5, &why));
    assert_non_null(strstr(why.s, "never overwritten"));
    assert_true(secret_read(path, b, sizeof b, &size, NULL));
    assert_memory_equal(b, "hello", 5);
    /* Nor what a link points to, be it there or not. */
    snprintf(other, sizeof other, "%s/dangling", scratch.path);
    assert_int_equal(symlink("nowhere", other), 0);
    assert_false(secret_write(other, "other", 5, &why));
    snprintf(other, sizeof other, "%s/no/such/folder", scratch.path);
    assert_false(secret_write(other, "other", 5, &why));
}

static int
how_child_ended(pid_t pid)
{
    int status = -1;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void
a_forked_child_finds_nothing_in_it(void **state)
{
    (void)state;
    void *p = secret_take(100, NULL);
    const uint8_t *b = p;

    assert_non_null(p);
    for (int i = 0; i < 100; i++)
        assert_int_equal(b[i], 0);
    memset(p, 0xa5, 100);
    pid_t pid = fork_child();
    if (pid == 0) {
        uint8_t all = 0;
        for (int i = 0; i < 100; i++)
            all |= b[i];
        _exit(all);
    }
    assert_int_equal(how_child_ended(pid), 0);
    assert_int_equal(b[99], 0xa5);
    secret_drop(&p, 100);
    assert_null(p);
    secret_drop(&p, 100);
}

static void
reading_beyond_its_pages_ends_the_reader(void **state)
{
    (void)state;
    void *p = secret_take(1, NULL);
    long page = sysconf(_SC_PAGESIZE);

    assert_non_null(p);
    for (int side = 0; side < 2; side++) {
        pid_t pid = fork_child();
        if (pid == 0) {
            signal(SIGSEGV, SIG_DFL); /* cmocka would catch it. */
            const volatile uint8_t *b = p;
            _exit(b[side ? page : -1] & 0);
        }
        assert_true(WIFSIGNALED(how_child_ended(pid)));
    }
    secret_drop(&p, 1);
}

static void
randomness_does_not_repeat(void **state)
{
    (void)state;
    uint8_t a[32], b[32];

    secret_random(a, sizeof a);
    secret_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    secret_wipe(a, sizeof a);
    memset(b, 0, sizeof b);
    assert_memory_equal(a, b, sizeof a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_and_is_ours_alone),
        cmocka_unit_test(every_mode_but_0600_and_0400_is_refused),
        cmocka_unit_test(what_is_no_file_of_ours_is_refused),
        cmocka_unit_test(a_file_that_exists_is_never_overwritten),
        cmocka_unit_test(a_forked_child_finds_nothing_in_it),
        cmocka_unit_test(reading_beyond_its_pages_ends_the_reader),
        cmocka_unit_test(randomness_does_not_repeat),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
