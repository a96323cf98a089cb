/* test_map - the fixed map against a plain array that does the same */

#include "common/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t
next(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

static void
an_empty_map_finds_nothing(void **state)
{
    (void)state;
    uint8_t key[32] = { 0 };
    struct map *m = map_new(sizeof key, 1);

    assert_int_equal(map_find(m, key), MAP_NONE);
    assert_false(map_remove(m, key));
    assert_int_equal(map_count(m), 0);
    map_destroy(&m);
    assert_null(m);
    map_destroy(&m);
}

static void
a_key_keeps_its_last_value(void **state)
{
    (void)state;
    uint8_t key[32] = { 7 };
    struct map *m = map_new(sizeof key, 2);

    assert_true(map_put(m, key, 0));
    assert_int_equal(map_find(m, key), 0);
    assert_true(map_put(m, key, UINT32_MAX - 1));
    assert_int_equal(map_find(m, key), UINT32_MAX - 1);
    assert_int_equal(map_count(m), 1);
    assert_true(map_remove(m, key));
    assert_int_equal(map_find(m, key), MAP_NONE);
    map_destroy(&m);
}

static void
a_full_map_refuses_new_keys_only(void **state)
{
    (void)state;
    uint32_t key;
    struct map *m = map_new(sizeof key, 100);

    for (key = 0; key < 100; key++)
        assert_true(map_put(m, &key, key));
    assert_false(map_put(m, &key, 1));
    assert_int_equal(map_find(m, &key), MAP_NONE);
    key = 50;
    assert_true(map_put(m, &key, 1234));
    assert_int_equal(map_find(m, &key), 1234);
    key = 3;
    assert_true(map_remove(m, &key));
    key = 100;
    assert_true(map_put(m, &key, 5));
    assert_int_equal(map_count(m), 100);
    map_clear(m);
    assert_int_equal(map_count(m), 0);
    assert_int_equal(map_find(m, &key), MAP_NONE);
    assert_true(map_put(m, &key, 6));
    map_destroy(&m);
}

static void
keys_differ_in_every_byte_of_every_size(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 96; size++) {
        uint8_t key[96] = { 0 };
        struct map *m = map_new(size, 97);
        assert_true(map_put(m, key, 500));
        for (size_t i = 0; i < size; i++) {
            key[i] = 1;
            assert_int_equal(map_find(m, key), MAP_NONE);
            assert_true(map_put(m, key, (uint32_t)i));
            key[i] = 0;
        }
        for (size_t i = 0; i < size; i++) {
            key[i] = 1;
            assert_int_equal(map_find(m, key), i);
            key[i] = 0;
        }
        assert_int_equal(map_find(m, key), 500);
        assert_int_equal(map_count(m), size + 1);
        map_destroy(&m);
    }
}

/* Removals shift what follows back; the plain array never errs. */
static void
a_long_life_of_puts_and_removals_agrees_with_an_array(void **state)
{
    (void)state;
    static uint32_t plain[1000];
    uint64_t random = 88172645463325252;
    uint32_t count = 0;
    uint8_t key[32] = { 0 };
    struct map *m = map_new(sizeof key, 700);

    memset(plain, 0xff, sizeof plain);
    for (int step = 0; step < 300000; step++) {
        uint32_t which = (uint32_t)(next(&random) % 1000);
        uint32_t value = (uint32_t)(next(&random) % 1000000);
        memcpy(key + 5, &which, sizeof which);
        assert_int_equal(map_find(m, key), plain[which]);
        if (next(&random) % 5 < 3) {
            bool fits = plain[which] != MAP_NONE || count < 700;
            assert_int_equal(map_put(m, key, value), fits);
            count += fits && plain[which] == MAP_NONE;
            if (fits)
                plain[which] = value;
        } else {
            assert_int_equal(map_remove(m, key), plain[which] != MAP_NONE);
            count -= plain[which] != MAP_NONE;
            plain[which] = MAP_NONE;
        }
        assert_int_equal(map_count(m), count);
    }
    map_destroy(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_finds_nothing),
        cmocka_unit_test(a_key_keeps_its_last_value),
        cmocka_unit_test(a_full_map_refuses_new_keys_only),
        cmocka_unit_test(keys_differ_in_every_byte_of_every_size),
        cmocka_unit_test(a_long_life_of_puts_and_removals_agrees_with_an_array),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
