/* test_address - EIP-55's examples, and addresses that were mistyped */

#include "common/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const examples[] = {
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

static void
examples_of_the_eip_keep_their_case(void **state)
{
    (void)state;
    for (int i = 0; i < EXAMPLES; i++) {
        struct address a, lower;
        char text[ADDRESS_TEXT_CAP], low[ADDRESS_TEXT_CAP];
        assert_true(address_parse(examples[i], 42, &a));
        assert_string_equal(address_format(&a, text), examples[i]);
        for (size_t k = 0; k < sizeof low; k++)
            low[k] = (char)(text[k] >= 'A' && text[k] <= 'F' ? text[k] + 32
                                                             : text[k]);
        assert_true(address_parse(low, 42, &lower));
        assert_true(address_equal(&a, &lower));
    }
}

static void
a_letter_of_the_wrong_case_is_refused(void **state)
{
    (void)state;
    for (size_t k = 2; k < 42; k++) {
        struct address a;
        char text[ADDRESS_TEXT_CAP];
        memcpy(text, examples[4], sizeof text);
        if (text[k] < 'A')
            continue;
        text[k] ^= 32;
        assert_false(address_parse(text, 42, &a));
    }
}

static void
what_is_no_address_is_refused(void **state)
{
    (void)state;
    struct address a;
    const char *s = examples[2];

    for (size_t size = 0; size < 42; size++)
        assert_false(address_parse(s, size, &a));
    assert_false(address_parse(s + 2, 40, &a));
    assert_false(address_parse("0Xde709f2102306220921060314715629080e2fb77",
                               42, &a));
    assert_false(address_parse("0xde709f2102306220921060314715629080e2fb7g",
                               42, &a));
    assert_false(address_parse("0xde709f2102306220921060314715629080e2fb770",
                               43, &a));
    assert_true(address_parse("0x0000000000000000000000000000000000000000",
                              42, &a));
    assert_true(address_is_zero(&a));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_eip_keep_their_case),
        cmocka_unit_test(a_letter_of_the_wrong_case_is_refused),
        cmocka_unit_test(what_is_no_address_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
