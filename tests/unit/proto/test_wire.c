/* test_wire - the strict reader against msgpack-c's packer, and against lies
 *
 * Right answers come from msgpack-c: every number near a power of two, packed
 * by it, must be read back; the same number in any longer form must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <msgpack.h>
#include <stdlib.h>

#include "proto/wire.h"

/* A reader over bytes of their exact size, so that ASan sees a step beyond. */
struct tape {
    uint8_t *bytes;
    struct wire w;
};

static struct tape
tape_of(const void *bytes, size_t size)
{
    struct tape t = { .bytes = malloc(size + (size == 0)) };
    memcpy(t.bytes, bytes, size);
    t.w = (struct wire){ t.bytes, t.bytes + size };
    return t;
}

static bool
reads_int(const void *bytes, size_t size, int64_t *value)
{
    struct tape t = tape_of(bytes, size);
    bool ok = wire_get_int(&t.w, value) && t.w.at == t.w.end;
    free(t.bytes);
    return ok;
}

static bool
reads_uint(const void *bytes, size_t size, uint64_t *value)
{
    struct tape t = tape_of(bytes, size);
    bool ok = wire_get_uint(&t.w, value) && t.w.at == t.w.end;
    free(t.bytes);
    return ok;
}

static void
check_int(int64_t v)
{
    msgpack_sbuffer b;
    msgpack_packer pk;
    msgpack_sbuffer_init(&b);
    msgpack_packer_init(&pk, &b, msgpack_sbuffer_write);
    msgpack_pack_int64(&pk, v);
    int64_t back = ~v;
    assert_true(reads_int(b.data, b.size, &back));
    assert_true(back == v);
    for (size_t cut = 0; cut < b.size; cut++)
        assert_false(reads_int(b.data, cut, &back));
    uint64_t u = 0;
    assert_true(reads_uint(b.data, b.size, &u) == (v >= 0));
    if (v >= 0)
        assert_true(u == (uint64_t)v);
    msgpack_sbuffer_destroy(&b);
}

/* faults: F-087 */
static void
numbers_near_every_power_of_two_are_read_back(void **state)
{
    (void)state;
    for (unsigned power = 0; power < 63; power++)
        for (int64_t off = -2; off <= 2; off++) {
            check_int(((int64_t)1 << power) + off);
            check_int(-((int64_t)1 << power) + off);
        }
    check_int(INT64_MAX);
    check_int(INT64_MIN);
}

static void
the_largest_unsigned_number_is_no_int(void **state)
{
    (void)state;
    const char max[] = "\xcf\xff\xff\xff\xff\xff\xff\xff\xff";
    uint64_t u = 0;
    int64_t v;
    assert_true(reads_uint(max, 9, &u));
    assert_true(u == UINT64_MAX);
    assert_false(reads_int(max, 9, &v));
    assert_false(reads_int("\xcf\x80\0\0\0\0\0\0\0", 9, &v));
}

/* The number in 1, 2, 4 and 8 bytes: read only if it needs as many. */
static void
longer_forms_of_a_number_are_refused(void **state)
{
    (void)state;
    const int64_t tried[] = { 0,
                              1,
                              127,
                              128,
                              255,
                              256,
                              65535,
                              65536,
                              UINT32_MAX,
                              (int64_t)UINT32_MAX + 1,
                              -1,
                              -32,
                              -33,
                              -128,
                              -129,
                              -32768,
                              -32769,
                              INT32_MIN,
                              (int64_t)INT32_MIN - 1 };
    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        int64_t v = tried[i], back;
        int accepted = 0;
        if (v >= -32 && v < 128) { /* Fits in its tag: nothing else will do. */
            uint8_t tag = (uint8_t)v;
            assert_true(reads_int(&tag, 1, &back));
            accepted++;
        }
        for (unsigned power = 0; power < 4; power++) {
            unsigned n = 1u << power;
            uint8_t b[9] = { (uint8_t)((v < 0 ? 0xd0 : 0xcc) + power) };
            for (unsigned k = 0; k < n; k++)
                b[1 + k] = (uint8_t)((uint64_t)v >> 8 * (n - 1 - k));
            if (reads_int(b, 1 + n, &back) && back == v)
                accepted++;
        }
        assert_int_equal(accepted, 1);
    }
    /* A number that is not negative, in a form for negative ones. */
    int64_t v;
    assert_false(reads_int("\xd0\x05", 2, &v));
    assert_false(reads_int("\xd1\x7f\xff", 3, &v));
    assert_false(reads_int("\xd3\0\0\0\0\0\0\0\1", 9, &v));
}

static void
only_what_was_asked_for_is_read(void **state)
{
    (void)state;
    for (unsigned tag = 0; tag < 256; tag++) {
        uint8_t bytes[64] = { (uint8_t)tag, 1 };
        bool is_uint = tag < 0x80 || (tag >= 0xcc && tag <= 0xcf);
        struct tape t = tape_of(bytes, sizeof bytes);
        uint64_t u;
        bool flag;
        if (!is_uint)
            assert_false(wire_get_uint(&t.w, &u));
        t.w.at = t.bytes;
        assert_true(wire_get_bool(&t.w, &flag) == (tag == 0xc2 || tag == 0xc3));
        uint32_t size;
        const char *s;
        t.w.at = t.bytes;
        bool is_str = (tag & 0xe0) == 0xa0;
        if (!is_str && tag != 0xd9 && tag != 0xda && tag != 0xdb)
            assert_false(wire_get_str(&t.w, &s, &size));
        t.w.at = t.bytes;
        if ((tag & 0xf0) != 0x90 && tag != 0xdc && tag != 0xdd)
            assert_false(wire_get_array(&t.w, &size));
        const uint8_t *b;
        t.w.at = t.bytes;
        if (tag < 0xc4 || tag > 0xc6)
            assert_false(wire_get_bin(&t.w, &b, &size));
        free(t.bytes);
    }
}

static bool
reads_str(const void *bytes, size_t size, uint32_t *count)
{
    struct tape t = tape_of(bytes, size);
    const char *s;
    bool ok = wire_get_str(&t.w, &s, count) && t.w.at == t.w.end;
    free(t.bytes);
    return ok;
}

static bool
reads_bin(const void *bytes, size_t size, uint32_t *count)
{
    struct tape t = tape_of(bytes, size);
    const uint8_t *b;
    bool ok = wire_get_bin(&t.w, &b, count) && t.w.at == t.w.end;
    free(t.bytes);
    return ok;
}

static void
strings_and_bytes_of_every_size_are_read_back(void **state)
{
    (void)state;
    const uint32_t sizes[] = { 0, 1, 31, 32, 255, 256, 65535, 65536, 70000 };
    char *body = calloc(1, 70000);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int bin = 0; bin < 2; bin++) {
            msgpack_sbuffer b;
            msgpack_packer pk;
            msgpack_sbuffer_init(&b);
            msgpack_packer_init(&pk, &b, msgpack_sbuffer_write);
            if (bin == 0)
                msgpack_pack_str_with_body(&pk, body, sizes[i]);
            else
                msgpack_pack_bin_with_body(&pk, body, sizes[i]);
            uint32_t n = 0;
            assert_true(bin == 0 ? reads_str(b.data, b.size, &n)
                                 : reads_bin(b.data, b.size, &n));
            assert_true(n == sizes[i]);
            assert_false(bin == 0 ? reads_str(b.data, b.size - 1, &n)
                                  : reads_bin(b.data, b.size - 1, &n));
            msgpack_sbuffer_destroy(&b);
        }
    }
    free(body);
}

static void
longer_forms_of_a_size_are_refused(void **state)
{
    (void)state;
    uint32_t n;
    assert_true(reads_str("\xa1x", 2, &n));
    assert_false(reads_str("\xd9\x01x", 3, &n));
    assert_false(reads_str("\xda\x00\x01x", 4, &n));
    assert_false(reads_str("\xdb\x00\x00\x00\x01x", 6, &n));
    assert_true(reads_bin("\xc4\x01x", 3, &n));
    assert_false(reads_bin("\xc5\x00\x01x", 4, &n));
    assert_false(reads_bin("\xc6\x00\x00\x00\x01x", 6, &n));
    struct tape t = tape_of("\xdc\x00\x01\x00", 4);
    assert_false(wire_get_array(&t.w, &n));
    free(t.bytes);
    t = tape_of("\xdd\x00\x00\x00\x01\x00", 6);
    assert_false(wire_get_array(&t.w, &n));
    free(t.bytes);
}

static void
no_count_beyond_the_bytes_left_is_believed(void **state)
{
    (void)state;
    uint32_t n;
    struct tape t = tape_of("\xdd\x07\xff\xff\xff", 5);
    assert_false(wire_get_array(&t.w, &n));
    free(t.bytes);
    t = tape_of("\x93\x00\x00", 3);
    assert_false(wire_get_array(&t.w, &n));
    free(t.bytes);
    assert_false(reads_str("\xdb\xff\xff\xff\xff", 5, &n));
    assert_false(reads_bin("\xc6\xff\xff\xff\xff", 5, &n));
    assert_false(reads_bin("\xc4", 1, &n));
    assert_false(reads_bin("", 0, &n));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_near_every_power_of_two_are_read_back),
        cmocka_unit_test(the_largest_unsigned_number_is_no_int),
        cmocka_unit_test(longer_forms_of_a_number_are_refused),
        cmocka_unit_test(only_what_was_asked_for_is_read),
        cmocka_unit_test(strings_and_bytes_of_every_size_are_read_back),
        cmocka_unit_test(longer_forms_of_a_size_are_refused),
        cmocka_unit_test(no_count_beyond_the_bytes_left_is_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
