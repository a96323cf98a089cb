/* test_base64 - RFC 4648's examples, round trips, and what is refused */

#include "common/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
examples_of_the_rfc_come_out(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "", "" },           { "f", "Zg==" },      { "fo", "Zm8=" },
        { "foo", "Zm9v" },    { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[16];
        uint8_t back[8];
        size_t size = strlen(pairs[i][0]), count = 99;
        base64_format(BASE64_standard, (const uint8_t *)pairs[i][0], size,
                      text);
        assert_string_equal(text, pairs[i][1]);
        assert_true(base64_parse(BASE64_standard, text, strlen(text), back,
                                 sizeof back, &count));
        assert_int_equal(count, size);
        assert_memory_equal(back, pairs[i][0], size);
    }
}

static void
any_bytes_survive_both_alphabets(void **state)
{
    (void)state;
    uint8_t b[100], back[100];
    char text[BASE64_SIZE(100) + 1];
    uint64_t seed = 1;

    for (size_t n = 0; n <= sizeof b; n++) {
        for (size_t i = 0; i < n; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            b[i] = (uint8_t)(seed >> 56);
        }
        for (int kind = BASE64_standard; kind <= BASE64_url; kind++) {
            size_t count = 0, size;
            base64_format((enum base64)kind, b, n, text);
            size = strlen(text);
            assert_int_equal(size, BASE64_SIZE(n));
            assert_true(base64_parse((enum base64)kind, text, size, back, n,
                                     &count));
            assert_int_equal(count, n);
            assert_memory_equal(b, back, n);
            /* Either, and without its padding. */
            while (size > 0 && text[size - 1] == '=')
                size--;
            assert_true(base64_parse(BASE64_any, text, strlen(text), back, n,
                                     &count));
            assert_true(base64_parse(BASE64_any, text, size, back, n,
                                     &count));
            assert_int_equal(count, n);
            if (n > 0)
                assert_false(base64_parse((enum base64)kind, text,
                                          strlen(text), back, n - 1,
                                          &count));
        }
    }
}

static void
refuse(enum base64 kind, const char *text)
{
    uint8_t b[64];
    size_t count = 99;

    assert_false(base64_parse(kind, text, strlen(text), b, sizeof b,
                              &count));
    assert_int_equal(count, 99);
}

static void
anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const never[] = {
        "A", "AAAAA", "=", "==", "====", "A===", "Zg=", "Zg===", "Zm8==",
        "Z=g=", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm 9", "Zm9\xc3", "Zh==",
        "Zm9=", "Zg=A", "Zm9v=", "Zm9v====",
    };

    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        for (int kind = BASE64_standard; kind <= BASE64_any; kind++)
            refuse((enum base64)kind, never[i]);
    refuse(BASE64_standard, "-_-_");
    refuse(BASE64_url, "+/+/");
    refuse(BASE64_standard, "Zg");
    refuse(BASE64_url, "Zm8");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_rfc_come_out),
        cmocka_unit_test(any_bytes_survive_both_alphabets),
        cmocka_unit_test(anything_else_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
