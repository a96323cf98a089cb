/* test_hmac - the examples of RFC 4231, one key used again and again */

#include "common/hmac.h"

#include "common/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
expect(struct hmac *h, const char *data, const char *hex)
{
    uint8_t out[32];
    char text[65];
    size_t half = strlen(data) / 2;

    hmac_start(h);
    hmac_add(h, data, half);
    hmac_add(h, data + half, strlen(data) - half);
    hmac_end(h, out);
    (void)hex_format(out, sizeof out, text);
    assert_string_equal(text, hex);
}

static void
examples_of_the_rfc_come_out(void **state)
{
    (void)state;
    uint8_t key[131];
    struct hmac *h = hmac_new("Jefe", 4);

    for (int again = 0; again < 3; again++)
        expect(h, "what do ya want for nothing?",
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38"
               "43");
    hmac_destroy(&h);
    assert_null(h);
    hmac_destroy(&h);
    memset(key, 0xaa, sizeof key);
    h = hmac_new(key, sizeof key);
    expect(h, "Test Using Larger Than Block-Size Key - Hash Key First",
           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    hmac_destroy(&h);
}

/* HMAC-SHA256 of nothing under nothing. */
static void
an_empty_key_is_a_key(void **state)
{
    (void)state;
    struct hmac *h = hmac_new(NULL, 0);

    expect(h, "",
           "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    hmac_destroy(&h);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_rfc_come_out),
        cmocka_unit_test(an_empty_key_is_a_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
