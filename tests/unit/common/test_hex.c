/* test_hex - every byte value as a digit, and round trips */

#include "common/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
exactly_the_hex_digits_are_digits(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        const char pair[2][2] = { { (char)c, '0' }, { '0', (char)c } };
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *at = c ? memchr(digits, c, 32) : NULL;
        for (int i = 0; i < 2; i++) {
            uint8_t b = 0;
            bool ok = hex_parse(pair[i], 2, &b, 1);
            assert_int_equal(ok, at != NULL);
            if (at)
                assert_int_equal(b, (at - digits) % 16 << (i ? 0 : 4));
        }
    }
}

static void
what_is_formatted_parses_to_itself(void **state)
{
    (void)state;
    uint8_t b[256], back[256];
    char text[513];

    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (uint8_t)(i * 31);
    for (size_t n = 0; n <= sizeof b; n++) {
        char *end = hex_format(b, n, text);
        assert_int_equal(end - text, 2 * n);
        assert_int_equal(*end, 0);
        assert_true(hex_parse(text, 2 * n, back, n));
        assert_memory_equal(b, back, n);
    }
}

static void
wrong_lengths_are_refused(void **state)
{
    (void)state;
    uint8_t b[4];
    size_t count = 77;

    assert_false(hex_parse("abc", 3, b, 1));
    assert_false(hex_parse("abc", 3, b, 2));
    assert_false(hex_parse("abcd", 4, b, 1));
    assert_false(hex_parse("", 0, b, 1));
    assert_true(hex_parse("", 0, b, 0));
    assert_false(hex_data_parse("", 0, b, 4, &count));
    assert_false(hex_data_parse("0", 1, b, 4, &count));
    assert_false(hex_data_parse("0X12", 4, b, 4, &count));
    assert_false(hex_data_parse("0x123", 5, b, 4, &count));
    assert_false(hex_data_parse("0x1234567890", 12, b, 4, &count));
    assert_false(hex_data_parse("0x12g4", 6, b, 4, &count));
    assert_int_equal(count, 77);
    assert_true(hex_data_parse("0x", 2, b, 4, &count));
    assert_int_equal(count, 0);
    assert_true(hex_data_parse("0x12fF", 6, b, 4, &count));
    assert_int_equal(count, 2);
    assert_int_equal(b[1], 0xff);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_the_hex_digits_are_digits),
        cmocka_unit_test(what_is_formatted_parses_to_itself),
        cmocka_unit_test(wrong_lengths_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
