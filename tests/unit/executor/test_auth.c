/* test_auth - headers equal to the official client's */

#include "executor/encode/auth.h"

#include "tests/unit/executor/anvil_key.h"
#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
l1_headers_equal_the_clients(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_l1_auth");
    struct key *key = key_of_hex(ANVIL_0);
    int count = 0;

    for each(v, at(json_root(j), "vectors")) {
        uint64_t chain = count_at(v, "inputs.chainId");
        uint64_t timestamp = count_at(v, "inputs.timestamp");
        uint64_t nonce = count_at(v, "inputs.nonce");
        struct hash digest = l1_digest(chain, key_address(key), timestamp,
                                       nonce);
        struct hash want = hash_at(v, "digest");
        struct l1_headers h;
        assert_true(hash_equal(&digest, &want));
        l1_sign(key, chain, timestamp, nonce, &h);
        assert_string_equal(h.address, text_at(v, "headers.POLY_ADDRESS"));
        assert_string_equal(h.signature,
                            text_at(v, "headers.POLY_SIGNATURE"));
        assert_string_equal(h.timestamp,
                            text_at(v, "headers.POLY_TIMESTAMP"));
        assert_string_equal(h.nonce, text_at(v, "headers.POLY_NONCE"));
        count++;
    }
    assert_int_equal(count, 3);
    key_destroy(&key);
    json_destroy(&j);
}

static void
expect_signature(const struct json_value *v, const char *secret)
{
    const struct json_value *in = at(v, "inputs");
    const char *body = json_string(at(in, "body"));
    char sig[L2_SIGNATURE_CAP];
    struct hmac *h = l2_secret(secret, NULL);

    assert_non_null(h);
    (void)l2_sign(h, count_at(in, "timestamp"), text_at(in, "method"),
                  text_at(in, "requestPath"), body,
                  body ? strlen(body) : 0, sig);
    assert_string_equal(sig, text_at(v, "headers.POLY_SIGNATURE"));
    hmac_destroy(&h);
}

/* With the secret as given, without padding, and in the other alphabet. */
static void
l2_signatures_equal_the_clients_however_the_secret_is_written(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_l2_hmac");
    int count = 0;

    for each(v, at(json_root(j), "vectors")) {
        char secret[200];
        const char *given = text_at(v, "inputs.secret");
        expect_signature(v, given);
        snprintf(secret, sizeof secret, "%s", given);
        for (char *p = secret; *p; p++)
            *p = (char)(*p == '-' ? '+' : *p == '_' ? '/' :
                        *p == '+' ? '-' : *p == '/' ? '_' : *p);
        expect_signature(v, secret);
        secret[strcspn(secret, "=")] = '\0';
        expect_signature(v, secret);
        count++;
    }
    assert_int_equal(count, 18);
    json_destroy(&j);
}

/* What was posted with every order of the vectors, too. */
static void
l2_signatures_of_posted_orders_equal_the_clients(void **state)
{
    (void)state;
    static const char *const files[] = { "polymarket_orders_v2",
                                         "polymarket_orders_v3" };

    for (int i = 0; i < 2; i++) {
        struct json *j = vectors_open(files[i]);
        const struct json_value *root = json_root(j);
        struct hmac *h = l2_secret(text_at(root, "meta.apiCreds.secret"),
                                   NULL);
        for each(v, at(root, "vectors")) {
            const char *body = text_at(v, "http.body");
            char sig[L2_SIGNATURE_CAP];
            (void)l2_sign(h, count_at(v, "http.headers.poly_timestamp"),
                          text_at(v, "http.method"), text_at(v, "http.path"),
                          body, strlen(body), sig);
            assert_string_equal(sig,
                                text_at(v, "http.headers.poly_signature"));
        }
        hmac_destroy(&h);
        json_destroy(&j);
    }
}

static void
what_is_no_secret_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "=", "A", "secret!", "AAAA AAAA",
                                       "c2Vj=cmV0" };
    char longest[300];
    struct why why;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        why.s[0] = '\0';
        assert_null(l2_secret(bad[i], &why));
        assert_non_null(strstr(why.s, "secret"));
    }
    memset(longest, 'A', sizeof longest);
    longest[176] = '\0'; /* 132 bytes. */
    assert_null(l2_secret(longest, &why));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(l1_headers_equal_the_clients),
        cmocka_unit_test(
            l2_signatures_equal_the_clients_however_the_secret_is_written),
        cmocka_unit_test(l2_signatures_of_posted_orders_equal_the_clients),
        cmocka_unit_test(what_is_no_secret_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
