/* test_keystore - the definition's own examples, and texts that lie
 *
 * The two examples are those of the Web3 Secret Storage definition. */

#include "executor/keystore.h"

#include "common/hex.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSPHRASE "testpassword"
#define SECRET \
    "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"

#define PBKDF2                                                              \
    "{\"crypto\":{\"cipher\":\"aes-128-ctr\",\"cipherparams\":{\"iv\":"     \
    "\"6087dab2f9fdbbfaddc31a909735c1e6\"},\"ciphertext\":"                 \
    "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46\"," \
    "\"kdf\":\"pbkdf2\",\"kdfparams\":{\"c\":262144,\"dklen\":32,"          \
    "\"prf\":\"hmac-sha256\",\"salt\":"                                     \
    "\"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd\"}" \
    ",\"mac\":"                                                             \
    "\"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2\"}" \
    ",\"id\":\"3198bc9c-6672-5ab3-d995-4942343ae5b6\",\"version\":3}"
#define SCRYPT                                                              \
    "{\"crypto\":{\"cipher\":\"aes-128-ctr\",\"cipherparams\":{\"iv\":"     \
    "\"83dbcc02d8ccb40e466191a123791e0e\"},\"ciphertext\":"                 \
    "\"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c\"," \
    "\"kdf\":\"scrypt\",\"kdfparams\":{\"dklen\":32,\"n\":262144,\"p\":8,"  \
    "\"r\":1,\"salt\":"                                                     \
    "\"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19\"}" \
    ",\"mac\":"                                                             \
    "\"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097\"}" \
    ",\"id\":\"3198bc9c-6672-5ab3-d995-4942343ae5b6\",\"version\":3}"

static bool
open_text(const char *text, const char *passphrase, uint8_t secret[32],
          struct address *claimed, struct why *why)
{
    struct keystore ks;

    if (!keystore_read(text, strlen(text), &ks, why))
        return false;
    *claimed = ks.address;
    return keystore_open(&ks, (const uint8_t *)passphrase,
                         strlen(passphrase), secret, why);
}

static void
expect_secret(const char *text)
{
    uint8_t secret[32];
    char hex[65];
    struct address claimed;
    struct why why = { "" };

    if (!open_text(text, PASSPHRASE, secret, &claimed, &why))
        fail_msg("%s", why.s);
    (void)hex_format(secret, sizeof secret, hex);
    assert_string_equal(hex, SECRET);
    assert_true(address_is_zero(&claimed));
}

static void
the_definitions_examples_open(void **state)
{
    (void)state;
    expect_secret(PBKDF2);
    expect_secret(SCRYPT);
}

/* The text with its first `from` replaced; freed by the caller. */
static char *
changed(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    size_t size = strlen(text) + strlen(to) + 1;
    char *made = malloc(size);

    assert_non_null(at);
    assert_non_null(made);
    snprintf(made, size, "%.*s%s%s", (int)(at - text), text, to,
             at + strlen(from));
    return made;
}

static void
refuse(const char *text, const char *from, const char *to, const char *words)
{
    char *bad = changed(text, from, to);
    uint8_t secret[32];
    struct address claimed;
    struct why why = { "" };

    assert_false(open_text(bad, PASSPHRASE, secret, &claimed, &why));
    if (!strstr(why.s, words))
        fail_msg("%s -> %s: \"%s\" does not say \"%s\"", from, to, why.s,
                 words);
    free(bad);
}

static void
texts_that_lie_are_refused_before_any_work(void **state)
{
    (void)state;
    refuse(PBKDF2, "\"version\":3", "\"version\":1", "version");
    refuse(PBKDF2, ",\"version\":3", "", "version");
    refuse(PBKDF2, "\"version\":3", "\"version\":3,\"version\":3", "twice");
    refuse(PBKDF2, "\"crypto\":{", "\"krypto\":{", "crypto");
    refuse(PBKDF2, "aes-128-ctr", "aes-128-cbc", "cipher");
    refuse(PBKDF2, "6087dab2", "6087dab", "iv");
    refuse(PBKDF2, "6087dab2", "6087dabg", "iv");
    refuse(PBKDF2, "5318b4d5", "5318b4", "ciphertext");
    refuse(PBKDF2, "517ead92", "517ead9200", "mac");
    refuse(PBKDF2, "\"517ead", "null,\"m\":\"517ead", "mac");
    refuse(PBKDF2, "pbkdf2", "argon2id", "kdf");
    refuse(PBKDF2, "hmac-sha256", "hmac-sha1", "prf");
    refuse(PBKDF2, "262144", "0", "kdfparams.c");
    refuse(PBKDF2, "262144", "-1", "kdfparams.c");
    refuse(PBKDF2, "262144", "10000001", "kdfparams.c");
    refuse(PBKDF2, "262144", "1e9", "kdfparams.c");
    refuse(PBKDF2, "262144", "\"262144\"", "kdfparams.c");
    refuse(PBKDF2, "262144", "99999999999999999999", "kdfparams.c");
    refuse(PBKDF2, "\"dklen\":32", "\"dklen\":16", "dklen");
    refuse(PBKDF2, "\"dklen\":32", "\"dklen\":65", "dklen");
    refuse(PBKDF2, "\"dklen\":32", "\"dklen\":4294967328", "dklen");
    refuse(PBKDF2, "\"ae3cd4e7", "\"ae3cd4e", "salt");
    refuse(PBKDF2, "\"salt\":\"", "\"salt\":\"zz", "salt");
    refuse(SCRYPT, "262144", "262143", "power of two");
    refuse(SCRYPT, "262144", "1", "power of two");
    refuse(SCRYPT, "262144", "16777216", "1 GiB");
    refuse(SCRYPT, "262144", "33554432", "kdfparams.n");
    refuse(SCRYPT, "\"r\":1,", "\"r\":1024,", "1 GiB");
    refuse(SCRYPT, "\"r\":1,", "\"r\":0,", "kdfparams.r");
    refuse(SCRYPT, "\"p\":8", "\"p\":17", "kdfparams.p");
    refuse(SCRYPT, ",\"version\"", ",\"address\":\"12\",\"version\"",
           "address");
}

static void
changed_contents_are_not_taken_for_a_key(void **state)
{
    (void)state;
    refuse(PBKDF2, "5318b4d5", "5318b4d4", "wrong passphrase");
    refuse(PBKDF2, "517ead92", "517ead93", "wrong passphrase");
    refuse(PBKDF2, "ae3cd4e7", "ae3cd4e8", "wrong passphrase");
    refuse(PBKDF2, "262144", "262143", "wrong passphrase");
}

/* Every end, and no object at all. */
static void
a_text_cut_anywhere_is_refused(void **state)
{
    (void)state;
    uint8_t secret[32];
    struct address claimed;
    struct keystore ks;

    for (size_t size = 0; size < strlen(SCRYPT); size++)
        assert_false(keystore_read(SCRYPT, size, &ks, NULL));
    assert_false(open_text("[]", "x", secret, &claimed, NULL));
    assert_false(open_text("3", "x", secret, &claimed, NULL));
    assert_false(open_text("{\"version\":3,\"crypto\":[]}", "x", secret,
                           &claimed, NULL));
    assert_false(open_text("{\"version\":3,\"crypto\":{}}", "x", secret,
                           &claimed, NULL));
}

/* RFC 7914, and libcrypto wherever it takes the cost. */
static void
our_scrypt_is_everybodys(void **state)
{
    (void)state;
    static const struct scrypt_cost costs[] = {
        { 2, 1, 1 },  { 16, 1, 1 },    { 1024, 8, 16 }, { 4096, 8, 1 },
        { 64, 3, 5 }, { 32768, 1, 2 }, { 2, 1024, 1 },
    };
    uint8_t ours[64], theirs[64];

    for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
        const struct scrypt_cost *c = &costs[i];
        size_t size = 20 + i * 6;
        assert_true(scrypt(c, (const uint8_t *)"password", 8,
                           (const uint8_t *)"NaCl", 4, ours, size));
        assert_int_equal(EVP_PBE_scrypt("password", 8,
                                        (const uint8_t *)"NaCl", 4, c->n,
                                        c->r, c->p, 1 << 30, theirs, size),
                         1);
        assert_memory_equal(ours, theirs, size);
    }
    assert_true(scrypt(&costs[2], (const uint8_t *)"password", 8,
                       (const uint8_t *)"NaCl", 4, ours, sizeof ours));
    assert_memory_equal(ours, "\xfd\xba\xbe\x1c\x9d\x34\x72\x00", 8);
}

static void
what_is_made_opens_again(void **state)
{
    (void)state;
    uint8_t secret[32], back[32];
    struct address address, claimed;
    char text[KEYSTORE_TEXT_CAP];

    memset(secret, 0x42, sizeof secret);
    memset(&address, 0x17, sizeof address);
    size_t size = keystore_make(secret, &address, (const uint8_t *)"pw", 2,
                                1024, text, sizeof text, NULL);
    assert_true(size > 0 && size == strlen(text));
    assert_true(open_text(text, "pw", back, &claimed, NULL));
    assert_memory_equal(secret, back, sizeof secret);
    assert_true(address_equal(&address, &claimed));
    assert_false(open_text(text, "pW", back, &claimed, NULL));
    assert_int_equal(keystore_make(secret, &address, (const uint8_t *)"pw",
                                   2, 1024, text, 400, NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_definitions_examples_open),
        cmocka_unit_test(texts_that_lie_are_refused_before_any_work),
        cmocka_unit_test(changed_contents_are_not_taken_for_a_key),
        cmocka_unit_test(a_text_cut_anywhere_is_refused),
        cmocka_unit_test(our_scrypt_is_everybodys),
        cmocka_unit_test(what_is_made_opens_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
