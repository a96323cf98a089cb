/* test_ids - tokens, digests, uuids and short texts, to and from text
 *
 * Tokens are checked against numbers worked out elsewhere and by going there
 * and back; uuids for what makes them unique; texts for staying whole UTF-8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/units.h"
#include "proto/utf8.h"
#include "tests/unit/proto/generate.h"

/* 2^256 - 1. */
#define TOKEN_MAX                                                           \
    "115792089237316195423570985008687907853269984665640564039457584007913" \
    "129639935"

static void
tokens_survive_their_text(void **state)
{
    (void)state;
    uint64_t seed = 1;
    char s[TOKEN_TEXT_CAP];
    for (int i = 0; i < 20000; i++) {
        struct hash token = { { 0 } }, back;
        size_t size = chance(&seed) % 33;
        generate_bytes(token.b + 32 - size, size, &seed);
        token_format(&token, s);
        assert_true(token_parse(s, strlen(s), &back));
        assert_true(hash_equal(&token, &back));
    }
}

static void
tokens_are_big_endian_numbers(void **state)
{
    (void)state;
    char s[TOKEN_TEXT_CAP];
    struct hash token = { { 0 } };
    assert_string_equal(token_format(&token, s), "0");
    token.b[31] = 10;
    assert_string_equal(token_format(&token, s), "10");
    token.b[0] = 0x80; /* 2^255 + 10. */
    assert_string_equal(
        token_format(&token, s),
        "578960446186580977117854925043439539266349923328202820197287920039565"
        "64819978");
    memset(&token, 0xff, sizeof token);
    assert_string_equal(token_format(&token, s), TOKEN_MAX);
}

static void
tokens_of_the_newer_protocol_show_it_by_64_bits(void **state)
{
    (void)state;
    struct hash token;

    memset(&token, 0xff, sizeof token);
    memset(token.b + 19, 0, 8);
    assert_true(token_is_position(&token));
    for (int i = 40; i < 104; i++) {
        struct hash one = token;
        one.b[31 - i / 8] |= (uint8_t)(1 << i % 8);
        assert_false(token_is_position(&one));
    }
}

static bool
is_token(const char *s)
{
    struct hash token;
    return token_parse(s, strlen(s), &token);
}

static void
what_is_no_256_bit_number_is_no_token(void **state)
{
    (void)state;
    assert_true(is_token("0"));
    assert_true(is_token(TOKEN_MAX));
    char one_more[] = TOKEN_MAX;
    one_more[sizeof one_more - 2] = '6';
    assert_false(is_token(one_more));
    assert_false(is_token("9" TOKEN_MAX));
    assert_false(is_token("999999999999999999999999999999999999999999999999"
                          "999999999999999999999999999999"));
    assert_false(is_token(""));
    assert_false(is_token("01"));
    assert_false(is_token("-1"));
    assert_false(is_token("+1"));
    assert_false(is_token("1.0"));
    assert_false(is_token("12a"));
    assert_false(is_token("0x12"));
    assert_false(is_token(" 1"));
}

static void
digests_survive_their_text_and_nothing_else_is_one(void **state)
{
    (void)state;
    uint64_t seed = 3;
    char s[HASH_TEXT_CAP];
    struct hash hash, back;
    for (int i = 0; i < 1000; i++) {
        generate_bytes(hash.b, sizeof hash.b, &seed);
        hash_format(&hash, s);
        assert_true(hash_parse(s, strlen(s), &back));
        assert_true(hash_equal(&hash, &back));
    }
    assert_false(hash_parse(s, strlen(s) - 1, &back));
    assert_false(hash_parse(s + 2, strlen(s) - 2, &back));
    assert_false(hash_parse(s, 0, &back));
    s[5] = 'A'; /* Lower case only: one digest, one text. */
    assert_false(hash_parse(s, strlen(s), &back));
    s[5] = 'g';
    assert_false(hash_parse(s, strlen(s), &back));
    s[5] = 'a';
    s[1] = 'X';
    assert_false(hash_parse(s, strlen(s), &back));
    memset(&hash, 0, sizeof hash);
    assert_true(hash_is_zero(&hash));
    hash.b[31] = 1;
    assert_false(hash_is_zero(&hash));
}

static void
uuids_survive_their_text_and_nothing_else_is_one(void **state)
{
    (void)state;
    uint64_t seed = 4;
    char s[UUID_TEXT_CAP];
    struct uuid uuid, back;
    for (int i = 0; i < 1000; i++) {
        generate_bytes(uuid.b, sizeof uuid.b, &seed);
        uuid_format(&uuid, s);
        assert_true(uuid_parse(s, strlen(s), &back));
        assert_true(uuid_equal(&uuid, &back));
    }
    assert_false(uuid_parse(s, strlen(s) - 1, &back));
    s[8] = '_';
    assert_false(uuid_parse(s, strlen(s), &back));
    s[8] = '-';
    s[0] = 'F';
    assert_false(uuid_parse(s, strlen(s), &back));
    memset(&uuid, 0, sizeof uuid);
    assert_true(uuid_is_zero(&uuid));
    uuid.b[0] = 1;
    assert_false(uuid_is_zero(&uuid));
}

static void
a_uuid_says_when_and_differs_by_who_and_how_many(void **state)
{
    (void)state;
    struct nanos wall = { 1763700000123456789 };
    struct uuid u = uuid_make(wall, 2, 5, 9);
    char s[UUID_TEXT_CAP];
    /* 1763700000123 = 0x19aa4b6457b; version 7; variant 8..b. */
    assert_string_equal(uuid_format(&u, s),
                        "019aa4b6-457b-7200-8001-400000000009");
    struct uuid other = uuid_make(wall, 3, 5, 9);
    assert_false(uuid_equal(&u, &other));
    other = uuid_make(wall, 2, 6, 9);
    assert_false(uuid_equal(&u, &other));
    other = uuid_make(wall, 2, 5, 10);
    assert_false(uuid_equal(&u, &other));
    other = uuid_make((struct nanos){ wall.ns + 1000000 }, 2, 5, 9);
    assert_true(memcmp(&u, &other, sizeof u) < 0);
    other = uuid_make(wall, 2, 5, 9);
    assert_true(uuid_equal(&u, &other));
}

static void
a_text_too_long_is_cut_between_characters(void **state)
{
    (void)state;
    struct text t;
    char s[100];
    memset(s, 'a', sizeof s);
    s[80] = 0;
    assert_true(text_set(&t, s));
    assert_string_equal(t.s, s);
    s[80] = 'b';
    s[81] = 0;
    assert_false(text_set(&t, s));
    assert_int_equal(strlen(t.s), 80);
    memcpy(s + 78, "\xe2\x82\xac", 4); /* A euro sign in 79, 80, 81. */
    assert_false(text_set(&t, s));
    assert_int_equal(strlen(t.s), 78);
    struct title title;
    assert_true(title_set(&title, s));
    assert_string_equal(title.s, s);
}

static void
a_text_is_zero_beyond_its_end(void **state)
{
    (void)state;
    struct text t, u;
    memset(&t, 0x55, sizeof t);
    memset(&u, 0xaa, sizeof u);
    assert_true(text_set(&t, "rain") && text_set(&u, "rain"));
    assert_memory_equal(&t, &u, sizeof t);
    assert_true(text_equal(&t, &u));
    assert_true(text_set(&u, "rain "));
    assert_false(text_equal(&t, &u));
}

/* faults: F-108 */
static void
bytes_that_are_no_character_become_question_marks(void **state)
{
    (void)state;
    struct text t;
    assert_true(text_set(&t, "a\xff\xc3(\xed\xa0\x80z\xc3"));
    assert_string_equal(t.s, "a?"
                             "?("
                             "???z?");
    assert_true(utf8_is_valid(t.s, strlen(t.s)));
}

/* Every code point in its one right spelling, and each neighbour of it. */
static void
utf8_is_what_the_standard_says(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char s[4];
        size_t n = 0;
        if (c < 0x80) {
            s[n++] = (char)c;
        } else if (c < 0x800) {
            s[n++] = (char)(0xc0 | c >> 6);
        } else {
            if (c < 0x10000) {
                s[n++] = (char)(0xe0 | c >> 12);
            } else {
                s[n++] = (char)(0xf0 | c >> 18);
                s[n++] = (char)(0x80 | (c >> 12 & 0x3f));
            }
            s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        }
        if (c >= 0x80)
            s[n++] = (char)(0x80 | (c & 0x3f));
        bool surrogate = c >= 0xd800 && c < 0xe000;
        assert_true(utf8_step(s, n) == (surrogate ? 0 : n));
        assert_true(utf8_is_valid(s, n) == !surrogate);
        if (c >= 0x80)
            assert_true(utf8_step(s, n - 1) == 0);
    }
    assert_false(utf8_is_valid("\xc0\x80", 2));
    assert_false(utf8_is_valid("\xe0\x80\x80", 3));
    assert_false(utf8_is_valid("\xf0\x80\x80\x80", 4));
    assert_false(utf8_is_valid("\xf4\x90\x80\x80", 4));
    assert_false(utf8_is_valid("\x80", 1));
    assert_false(utf8_is_valid("01234567\x80", 9));
    assert_false(utf8_is_valid("0123456\xc3", 8));
    assert_true(utf8_is_valid("0123456\xc3\xa9"
                              "01234567",
                              17));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_survive_their_text),
        cmocka_unit_test(tokens_are_big_endian_numbers),
        cmocka_unit_test(tokens_of_the_newer_protocol_show_it_by_64_bits),
        cmocka_unit_test(what_is_no_256_bit_number_is_no_token),
        cmocka_unit_test(digests_survive_their_text_and_nothing_else_is_one),
        cmocka_unit_test(uuids_survive_their_text_and_nothing_else_is_one),
        cmocka_unit_test(a_uuid_says_when_and_differs_by_who_and_how_many),
        cmocka_unit_test(a_text_too_long_is_cut_between_characters),
        cmocka_unit_test(a_text_is_zero_beyond_its_end),
        cmocka_unit_test(bytes_that_are_no_character_become_question_marks),
        cmocka_unit_test(utf8_is_what_the_standard_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
