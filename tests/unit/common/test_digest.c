/* test_digest - published vectors, and pieces that add up to the whole */

#include "common/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
expect_hex(const uint8_t *b, size_t size, const char *hex)
{
    char s[65];

    for (size_t i = 0; i < size; i++)
        snprintf(s + 2 * i, 3, "%02x", b[i]);
    assert_string_equal(s, hex);
}

/* FIPS 180-4 examples. */
static void
sha_vectors_come_out(void **state)
{
    (void)state;
    const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnop"
                      "nopq";
    uint8_t out[32];
    struct digest *one = digest_sha1(), *big = digest_sha256();

    digest_add(one, "abc", 3);
    digest_end(one, out);
    expect_hex(out, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
    digest_start(one); /* The context is used again. */
    digest_add(one, two, strlen(two));
    digest_end(one, out);
    expect_hex(out, 20, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    digest_add(big, "abc", 3);
    digest_end(big, out);
    expect_hex(out, 32,
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410"
               "ff61f20015ad");
    sha256("", 0, out);
    expect_hex(out, 32,
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495"
               "991b7852b855");
    digest_destroy(&one);
    digest_destroy(&big);
    assert_null(one);
    digest_destroy(&one);
}

static void
pieces_give_the_digest_of_the_whole(void **state)
{
    (void)state;
    uint8_t data[300], whole[32], parts[32];
    struct digest *d = digest_sha256();

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    sha256(data, sizeof data, whole);
    for (size_t cut = 0; cut <= sizeof data; cut += 13) {
        digest_start(d);
        digest_add(d, data, cut);
        digest_add(d, data + cut, sizeof data - cut);
        digest_end(d, parts);
        assert_memory_equal(whole, parts, 32);
    }
    digest_destroy(&d);
}

/* RFC 3720 appendix B.4. */
static void
crc_vectors_come_out(void **state)
{
    (void)state;
    uint8_t b[32];

    assert_int_equal(crc32c(0, "", 0), 0);
    assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
    memset(b, 0, sizeof b);
    assert_int_equal(crc32c(0, b, sizeof b), 0x8a9136aa);
    memset(b, 0xff, sizeof b);
    assert_int_equal(crc32c(0, b, sizeof b), 0x62a8ab43);
    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (uint8_t)i;
    assert_int_equal(crc32c(0, b, sizeof b), 0x46dd794e);
    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (uint8_t)(31 - i);
    assert_int_equal(crc32c(0, b, sizeof b), 0x113fdb5c);
}

/* Bit by bit, as the polynomial says: the oracle for both fast ways. */
static uint32_t
crc_slow(const uint8_t *p, size_t size)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < size; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    }
    return ~crc;
}

static void
every_size_and_every_cut_agrees_with_the_slow_way(void **state)
{
    (void)state;
    uint8_t b[200];

    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (uint8_t)(i * i + 3);
    for (size_t size = 0; size <= sizeof b; size++) {
        uint32_t crc = crc_slow(b, size);
        assert_int_equal(crc32c(0, b, size), crc);
        for (size_t cut = 0; cut <= size; cut += 5)
            assert_int_equal(crc32c(crc32c(0, b, cut), b + cut, size - cut),
                             crc);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha_vectors_come_out),
        cmocka_unit_test(pieces_give_the_digest_of_the_whole),
        cmocka_unit_test(crc_vectors_come_out),
        cmocka_unit_test(every_size_and_every_cut_agrees_with_the_slow_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
