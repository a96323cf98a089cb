/* test_keccak - known hashes, every size around a block, pieces in any cut
 *
 * The chain of hashes was made by another implementation, which libcrypto's
 * SHA3-256 agreed with (same permutation, other padding). */

#include "common/keccak.h"

#include "common/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
expect(const void *data, size_t size, const char *hex)
{
    uint8_t out[32];
    char text[65];

    keccak256(data, size, out);
    (void)hex_format(out, sizeof out, text);
    assert_string_equal(text, hex);
}

static void
known_hashes_come_out(void **state)
{
    (void)state;
    expect("", 0,
           "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    expect("abc", 3,
           "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    expect("transfer(address,uint256)", 25,
           "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b");
}

static void
fill(uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        b[i] = (uint8_t)(i * 7 + size);
}

static void
six_hundred_sizes_hash_as_elsewhere(void **state)
{
    (void)state;
    struct keccak all;
    uint8_t data[600], out[32];
    char text[65];

    keccak_start(&all);
    for (size_t size = 0; size < 600; size++) {
        fill(data, size);
        keccak256(data, size, out);
        keccak_add(&all, out, sizeof out);
    }
    keccak_end(&all, out);
    (void)hex_format(out, sizeof out, text);
    assert_string_equal(text, "d045375b2f068865c1466bbbfc1dadba09dc70edf3a5de"
                              "29763b4e92910e16ac");
}

static void
pieces_give_the_hash_of_the_whole(void **state)
{
    (void)state;
    uint8_t data[500], whole[32], parts[32];
    struct keccak k;

    fill(data, sizeof data);
    keccak256(data, sizeof data, whole);
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        size_t rest = sizeof data - cut, half = rest / 3;
        keccak_start(&k);
        keccak_add(&k, data, cut);
        keccak_add(&k, data + cut, half);
        keccak_add(&k, data + cut + half, rest - half);
        keccak_end(&k, parts);
        assert_memory_equal(whole, parts, 32);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_hashes_come_out),
        cmocka_unit_test(six_hundred_sizes_hash_as_elsewhere),
        cmocka_unit_test(pieces_give_the_hash_of_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
