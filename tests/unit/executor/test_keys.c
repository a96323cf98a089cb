/* test_keys - keys from files, and signatures an independent library believes
 *
 * OpenSSL's elliptic curves derive the account again and verify what
 * libsecp256k1 signed; they share no code. */

#include "executor/keys.h"

#include "common/secret.h"
#include "tests/unit/common/scratch.h"
#include "tests/unit/executor/anvil_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

static struct scratch scratch;

static int
open_scratch(void **state)
{
    (void)state;
    scratch_open(&scratch);
    return 0;
}

static int
remove_scratch(void **state)
{
    (void)state;
    scratch_remove(scratch.path);
    return 0;
}

/* A file of this mode with this text; its path stays until the next. */
static const char *
file_with(const char *name, const char *text, unsigned mode)
{
    static char path[4][128];
    static int next;
    char *p = path[next++ % 4];

    snprintf(p, sizeof path[0], "%s/%s", scratch.path, name);
    unlink(p);
    must(secret_write(p, text, strlen(text), NULL));
    must(chmod(p, mode) == 0);
    return p;
}

static void
expect_account(struct key *k, const char *address)
{
    char text[ADDRESS_TEXT_CAP];

    assert_non_null(k);
    assert_string_equal(address_format(key_address(k), text), address);
    key_destroy(&k);
    assert_null(k);
}

#define ACCOUNT_0 "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"

static void
a_key_file_is_hex_with_or_without_its_trimmings(void **state)
{
    (void)state;
    static const char *const texts[] = { ANVIL_0, ANVIL_0 "\n", "0x" ANVIL_0,
                                         "0x" ANVIL_0 "\r\n" };
    char upper[] = ANVIL_0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expect_account(key_read(file_with("k", texts[i], 0600), NULL, NULL),
                       ACCOUNT_0);
    for (char *p = upper; *p; p++)
        if (*p >= 'a')
            *p = (char)(*p - 32);
    expect_account(key_read(file_with("k", upper, 0400), NULL, NULL),
                   ACCOUNT_0);
    expect_account(key_of_hex(ANVIL_1),
                   "0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    expect_account(key_of_hex(ANVIL_2),
                   "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
}

static void
refuse(const char *text, unsigned mode, const char *words)
{
    struct why why = { "" };

    assert_null(key_read(file_with("bad", text, mode), NULL, &why));
    if (!strstr(why.s, words))
        fail_msg("\"%s\" does not say \"%s\"", why.s, words);
    /* Nothing of what was in the file is told. */
    assert_null(strstr(why.s, "ac0974"));
}

static void
what_is_no_key_file_is_refused_without_telling_it(void **state)
{
    (void)state;
    char nul[70] = ANVIL_0;

    refuse("", 0600, "64 hex digits");
    refuse("\n", 0600, "64 hex digits");
    refuse("0x", 0600, "64 hex digits");
    refuse("ac0974bec3", 0600, "64 hex digits");
    refuse(ANVIL_0 "0", 0600, "64 hex digits");
    refuse(ANVIL_0 "00", 0600, "64 hex digits");
    refuse(" " ANVIL_0, 0600, "64 hex digits");
    refuse(ANVIL_0 " ", 0600, "64 hex digits");
    refuse("0x0x" ANVIL_0, 0600, "64 hex digits");
    refuse(ANVIL_0 "\n\n", 0600, "one line");
    refuse(ANVIL_0 "\n" ANVIL_0, 0600, "one line");
    nul[63] = 'g';
    refuse(nul, 0600, "64 hex digits");
    refuse(ANVIL_0, 0640, "expected 0600");
    refuse(ANVIL_0, 0604, "expected 0600");
    refuse(ANVIL_0, 0700, "expected 0600");
    refuse("00000000000000000000000000000000"
           "00000000000000000000000000000000", 0600, "not a key");
    refuse("fffffffffffffffffffffffffffffffe"
           "baaedce6af48a03bbfd25e8cd0364141", 0600, "not a key");
    refuse("ffffffffffffffffffffffffffffffff"
           "ffffffffffffffffffffffffffffffff", 0600, "not a key");
    refuse("{}", 0600, "keystore: version");
}

static void
a_new_key_is_read_again_and_never_overwritten(void **state)
{
    (void)state;
    char path[128];
    struct address made, again;
    struct why why = { "" };

    snprintf(path, sizeof path, "%s/new", scratch.path);
    assert_true(key_create(path, NULL, &made, NULL));
    struct key *k = key_read(path, NULL, NULL);
    assert_non_null(k);
    assert_true(address_equal(key_address(k), &made));
    key_destroy(&k);
    assert_false(key_create(path, NULL, &again, &why));
    assert_non_null(strstr(why.s, "never overwritten"));
    snprintf(path, sizeof path, "%s/new2", scratch.path);
    assert_true(key_create(path, NULL, &again, NULL));
    assert_false(address_equal(&made, &again));
}

static void
a_new_keystore_opens_with_its_passphrase_only(void **state)
{
    (void)state;
    char path[128];
    struct address made;
    struct why why = { "" };
    const char *right = file_with("right", "correct horse\nsecond line", 0600);
    const char *wrong = file_with("wrong", "Correct horse", 0600);
    const char *open = file_with("open", "correct horse", 0644);

    snprintf(path, sizeof path, "%s/store", scratch.path);
    assert_false(key_create(path, open, &made, &why));
    assert_non_null(strstr(why.s, "expected 0600"));
    assert_true(key_create(path, right, &made, NULL));
    struct key *k = key_read(path, right, NULL);
    assert_non_null(k);
    assert_true(address_equal(key_address(k), &made));
    key_destroy(&k);
    assert_null(key_read(path, wrong, &why));
    assert_non_null(strstr(why.s, "wrong passphrase"));
    assert_null(key_read(path, NULL, &why));
    assert_non_null(strstr(why.s, "passphrase"));
    assert_null(key_read(path, file_with("empty", "\nx", 0600), &why));
    assert_non_null(strstr(why.s, "first line"));
}

/* The public key by OpenSSL, 04 x y. */
static void
point_of(const uint8_t secret[32], uint8_t out[65])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp256k1);
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *n = BN_bin2bn(secret, 32, NULL);

    must(group && point && n);
    must(EC_POINT_mul(group, point, n, NULL, NULL, NULL) == 1);
    must(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
                            65, NULL) == 65);
    BN_free(n);
    EC_POINT_free(point);
    EC_GROUP_free(group);
}

static EVP_PKEY *
public_key(uint8_t point[65])
{
    static char curve[] = "secp256k1";
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve,
                                         0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
                                          65),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *key = NULL;

    must(ctx && EVP_PKEY_fromdata_init(ctx) == 1);
    must(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static bool
openssl_believes(EVP_PKEY *key, const struct hash *digest,
                 const struct signature *sig)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    uint8_t *der = NULL;

    must(pair && ctx);
    must(ECDSA_SIG_set0(pair, BN_bin2bn(sig->r, 32, NULL),
                        BN_bin2bn(sig->s, 32, NULL)) == 1);
    int size = i2d_ECDSA_SIG(pair, &der);
    must(size > 0 && EVP_PKEY_verify_init(ctx) == 1);
    int ok = EVP_PKEY_verify(ctx, der, (size_t)size, digest->b, 32);
    OPENSSL_free(der);
    EVP_PKEY_CTX_free(ctx);
    ECDSA_SIG_free(pair);
    return ok == 1;
}

/* Half the order of the curve, rounded down. */
static const uint8_t half[32] = {
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
    0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
};

static void
openssl_agrees_about_accounts_and_signatures(void **state)
{
    (void)state;
    for (int round = 0; round < 40; round++) {
        uint8_t secret[32], point[65];
        struct hash digest, other;
        struct signature sig, again;
        struct address who;
        secret_random(secret, sizeof secret);
        secret_random(digest.b, sizeof digest.b);
        struct key *k = key_new(secret, NULL);
        assert_non_null(k);
        point_of(secret, point);
        struct address account = address_of_key(point + 1);
        assert_true(address_equal(&account, key_address(k)));
        EVP_PKEY *pub = public_key(point);
        key_sign(k, &digest, &sig);
        assert_true(openssl_believes(pub, &digest, &sig));
        assert_true(memcmp(sig.s, half, 32) <= 0);
        assert_true(key_recover(k, &digest, &sig, &who));
        assert_true(address_equal(&who, &account));
        key_sign(k, &digest, &again);
        assert_memory_equal(&sig, &again, sizeof sig);
        other = digest;
        other.b[round % 32] ^= 1;
        assert_false(openssl_believes(pub, &other, &sig));
        assert_true(!key_recover(k, &other, &sig, &who) ||
                    !address_equal(&who, &account));
        EVP_PKEY_free(pub);
        key_destroy(&k);
    }
}

static void
a_signature_that_is_none_is_nobodys(void **state)
{
    (void)state;
    struct key *k = key_of_hex(ANVIL_0);
    struct hash digest = { { 1 } };
    struct signature sig, bad;
    struct address who;
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *order = NULL, *s;

    key_sign(k, &digest, &sig);
    bad = sig;
    bad.parity = 2;
    assert_false(key_recover(k, &digest, &bad, &who));
    bad = sig;
    memset(bad.r, 0xff, 32);
    assert_false(key_recover(k, &digest, &bad, &who));
    bad = sig;
    memset(bad.s, 0, 32);
    assert_false(key_recover(k, &digest, &bad, &who));
    /* The high twin of s is the same signature to the curve, not to us. */
    assert_true(BN_hex2bn(&order, "fffffffffffffffffffffffffffffffebaaedce6af4"
                                  "8a03bbfd25e8cd0364141") > 0);
    s = BN_bin2bn(sig.s, 32, NULL);
    assert_true(BN_sub(s, order, s) && BN_bn2binpad(s, bad.s, 32) == 32);
    memcpy(bad.r, sig.r, 32);
    bad.parity = sig.parity ^ 1;
    assert_false(key_recover(k, &digest, &bad, &who));
    BN_free(s);
    BN_free(order);
    BN_CTX_free(ctx);
    key_destroy(&k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_file_is_hex_with_or_without_its_trimmings),
        cmocka_unit_test(what_is_no_key_file_is_refused_without_telling_it),
        cmocka_unit_test(a_new_key_is_read_again_and_never_overwritten),
        cmocka_unit_test(a_new_keystore_opens_with_its_passphrase_only),
        cmocka_unit_test(openssl_agrees_about_accounts_and_signatures),
        cmocka_unit_test(a_signature_that_is_none_is_nobodys),
    };

    return cmocka_run_group_tests(tests, open_scratch, remove_scratch);
}
