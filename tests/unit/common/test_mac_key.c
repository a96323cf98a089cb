/* test_mac_key - the key two processes share, and the mark it makes */

/* The mark is checked against libcrypto's own HMAC. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/mac_key.h"
#include "tests/unit/common/scratch.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct scratch at;
static char path[128];

static int
open_one(void **state)
{
    (void)state;
    scratch_open(&at);
    snprintf(path, sizeof path, "%s/keys/grant.mac", at.path);
    return 0;
}

static int
close_one(void **state)
{
    (void)state;
    scratch_remove(at.path);
    return 0;
}

static struct mac_key
load(void)
{
    struct mac_key key;
    struct why why = { "" };

    bool ok = mac_key_load(at.path, &key, &why);
    if (!ok)
        fail_msg("%s", why.s);
    return key;
}

static void
refuses(const char *words)
{
    struct mac_key key;
    struct why why = { "" };

    assert_false(mac_key_load(at.path, &key, &why));
    assert_non_null(strstr(why.s, words));
}

static void
the_first_makes_it_and_the_second_reads_it(void **state)
{
    (void)state;
    struct stat st;
    static const struct mac_key none;

    struct mac_key one = load(), two = load();
    assert_memory_equal(&one, &two, sizeof one);
    assert_memory_not_equal(&one, &none, sizeof one);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    mac_key_wipe(&one);
    assert_memory_equal(&one, &none, sizeof one);
}

static void
many_that_start_at_once_end_with_one_key(void **state)
{
    (void)state;
    enum { MANY = 12 };
    int pipes[2];

    assert_int_equal(pipe(pipes), 0);
    for (int i = 0; i < MANY; i++) {
        if (fork_child() == 0) {
            struct mac_key key;
            bool ok = mac_key_load(at.path, &key, NULL) &&
                      write(pipes[1], key.b, sizeof key.b) == sizeof key.b;
            _exit(ok ? 0 : 1);
        }
    }
    for (int i = 0; i < MANY; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    struct mac_key key = load(), other;
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(read(pipes[0], other.b, sizeof other.b),
                         sizeof other.b);
        assert_memory_equal(&key, &other, sizeof key);
    }
    close(pipes[0]);
    close(pipes[1]);
}

static void
a_key_that_others_could_have_is_refused(void **state)
{
    (void)state;
    char other[160];

    (void)load();
    assert_int_equal(chmod(path, 0640), 0);
    refuses("0600");
    assert_int_equal(chmod(path, 0600), 0);
    (void)load();
    assert_int_equal(truncate(path, 31), 0);
    refuses("32 bytes");
    assert_int_equal(unlink(path), 0);
    snprintf(other, sizeof other, "%s/elsewhere", at.path);
    assert_int_equal(symlink(other, path), 0);
    refuses(path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    refuses("plain file");
    if (geteuid() == 0) {
        assert_int_equal(unlink(path), 0);
        (void)load();
        assert_int_equal(chown(path, 12345, 0), 0);
        refuses("another user");
    }
}

static struct grant
make_grant(void)
{
    struct grant g = { .attempt = 3, .epoch = 7, .kind = GRANT_KIND_normal,
                       .mode = MODE_live, .strategy = STRATEGY_B,
                       .reserved = { 9 }, .ttl = { 2000 } };

    g.legs.count = 2;
    g.legs.at[1].size.micros = 5;
    return g;
}

static void
the_mark_is_hmac_sha256_of_the_grant_without_it(void **state)
{
    (void)state;
    static uint8_t packed[PACKED_CAP];
    struct mac_key key = load();
    struct grant g = make_grant();
    uint8_t right[32];
    unsigned size = 0;

    size_t n = grant_pack(&g, packed, sizeof packed);
    assert_non_null(HMAC(EVP_sha256(), key.b, sizeof key.b, packed, n, right,
                         &size));
    grant_mac(&key, &g, &g.mac);
    assert_memory_equal(g.mac.b, right, sizeof right);
    assert_true(grant_mac_fits(&key, &g));
    g.legs.at[2].size.micros = 1; /* Not used: not said, not signed. */
    assert_true(grant_mac_fits(&key, &g));
}

static void
any_other_grant_or_key_does_not_fit(void **state)
{
    (void)state;
    struct mac_key key = load();
    struct grant g = make_grant(), other;

    grant_mac(&key, &g, &g.mac);
    other = g;
    other.legs.at[1].size.micros++;
    assert_false(grant_mac_fits(&key, &other));
    other = g;
    other.ttl.ms++;
    assert_false(grant_mac_fits(&key, &other));
    for (size_t i = 0; i < sizeof g.mac.b * 8; i++) {
        other = g;
        other.mac.b[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_false(grant_mac_fits(&key, &other));
    }
    key.b[31] ^= 1;
    assert_false(grant_mac_fits(&key, &g));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_one, close_one)
    const struct CMUnitTest tests[] = {
        T(the_first_makes_it_and_the_second_reads_it),
        T(many_that_start_at_once_end_with_one_key),
        T(a_key_that_others_could_have_is_refused),
        T(the_mark_is_hmac_sha256_of_the_grant_without_it),
        T(any_other_grant_or_key_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
