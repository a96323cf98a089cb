/* test_rows - the binary form of rows, byte by byte: what PostgreSQL's own
 * COPY ... BINARY writes for the same values, and where the array ends. */
#include "recorder/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARRAY_HEAD = 20, OID = 16385 };

static const struct row_head head = { "riskd", 7, 0x89abcdef,
                                      { 1700000000000000999 } };

static uint64_t
get(const uint8_t *at, unsigned size)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < size; i++)
        v = v << 8 | at[i];
    return v;
}

/* Where the value of a column begins, behind its type and size. */
static const uint8_t *
value(const uint8_t *array, unsigned column, uint32_t *oid, int32_t *size)
{
    const uint8_t *at = array + ARRAY_HEAD + 8;
    for (;; column--) {
        *oid = (uint32_t)get(at, 4);
        *size = (int32_t)get(at + 4, 4);
        at += 8;
        if (column == 0)
            return at;
        at += *size > 0 ? *size : 0;
    }
}

static unsigned
column_of(const struct schema *sc, const char *name)
{
    for (unsigned i = 0; i < sc->fields_count; i++)
        if (strcmp(sc->fields[i].name, name) == 0)
            return i + 4;
    fail_msg("no field %s", name);
    return 0;
}

static const uint8_t *
one_row(struct rows *r, const struct schema *sc, const void *msg)
{
    size_t size;
    rows_begin(r, sc, OID);
    assert_true(rows_add(r, &head, msg));
    const char *array = rows_end(r, &size);
    assert_int_equal(get((const uint8_t *)array + ARRAY_HEAD, 4),
                     size - ARRAY_HEAD - 4);
    return (const uint8_t *)array;
}

static void
a_row_begins_with_where_it_comes_from(void **state)
{
    struct rows *r = *state;
    struct ack m = { 0 };
    const uint8_t *a = one_row(r, &ack_schema, &m), *at;
    uint32_t oid;
    int32_t size;
    assert_int_equal(get(a, 4), 1);
    assert_int_equal(get(a + 8, 4), OID);
    assert_int_equal(get(a + 12, 4), 1);
    at = value(a, 0, &oid, &size);
    assert_int_equal(oid, 25);
    assert_memory_equal(at, "riskd", 5);
    assert_int_equal(get(value(a, 1, &oid, &size), 8), 7);
    assert_int_equal(get(value(a, 2, &oid, &size), 8), 0x89abcdef);
    /* 2023-11-14 22:13:20 in microseconds since 2000. */
    assert_int_equal(get(value(a, 3, &oid, &size), 8), 753315200000000);
    assert_int_equal(oid, 1184);
}

static void
an_amount_is_digits_to_the_base_ten_thousand(void **state)
{
    static const struct {
        int64_t micros;
        unsigned digits, weight, sign, first, last;
    } cases[] = {
        { 0, 0, 0xffff - 2, 0, 0, 0 },
        { 1, 1, 0xfffe, 0, 100, 100 },
        { 480000, 1, 0xffff, 0, 4800, 4800 },
        { -1500000, 2, 0, 0x4000, 1, 5000 },
        { 10000000000, 1, 1, 0, 1, 1 },
        { 20000000001, 4, 1, 0, 2, 100 },
        { INT64_MAX, 6, 3, 0, 9, 700 },
        { INT64_MIN, 6, 3, 0x4000, 9, 800 },
    };
    struct rows *r = *state;
    unsigned column = column_of(&ledger_entry_schema, "amount");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ledger_entry m = { .amount = { cases[i].micros } };
        uint32_t oid;
        int32_t size;
        const uint8_t *at = value(one_row(r, &ledger_entry_schema, &m),
                                  column, &oid, &size);
        unsigned n = cases[i].digits;
        assert_int_equal(oid, 1700);
        assert_int_equal(size, 8 + 2 * n);
        assert_int_equal(get(at, 2), n);
        assert_int_equal(get(at + 4, 2), cases[i].sign);
        assert_int_equal(get(at + 6, 2), 6);
        if (n == 0)
            continue;
        assert_int_equal(get(at + 2, 2), cases[i].weight);
        assert_int_equal(get(at + 8, 2), cases[i].first);
        assert_int_equal(get(at + 6 + 2 * n, 2), cases[i].last);
    }
}

static void
what_is_not_there_is_null(void **state)
{
    struct rows *r = *state;
    struct ledger_entry m = { .mode = MODE_paper };
    const uint8_t *a = one_row(r, &ledger_entry_schema, &m);
    uint32_t oid;
    int32_t size;
    value(a, column_of(&ledger_entry_schema, "token"), &oid, &size);
    assert_int_equal(size, -1);
    value(a, column_of(&ledger_entry_schema, "booked"), &oid, &size);
    assert_int_equal(size, -1);
    m.token.b[31] = 10;
    a = one_row(r, &ledger_entry_schema, &m);
    const uint8_t *at = value(a, column_of(&ledger_entry_schema, "token"),
                              &oid, &size);
    assert_int_equal(size, 2);
    assert_memory_equal(at, "10", 2);
}

static void
a_count_beyond_a_bigint_is_the_largest_one(void **state)
{
    struct rows *r = *state;
    struct counter m = { .value = UINT64_MAX };
    uint32_t oid;
    int32_t size;
    const uint8_t *at = value(one_row(r, &counter_schema, &m),
                              column_of(&counter_schema, "value"), &oid,
                              &size);
    assert_int_equal(get(at, 8), INT64_MAX);
}

static void
a_full_array_takes_no_more_and_an_empty_one_takes_anything(void **state)
{
    struct rows *r = *state;
    static struct opportunity m;
    uint32_t count = 0;
    m.legs.count = legs_cap;
    for (int i = 0; i < legs_cap; i++)
        m.legs.at[i].token.b[0] = 0xff;
    for (int round = 0; round < 2; round++) {
        rows_begin(r, &opportunity_schema, OID);
        for (count = 0; rows_add(r, &head, &m); count++)
            assert_true(count < 1000);
        assert_true(count > 10);
        assert_int_equal(rows_count(r), count);
    }
}

/* Every message has a row, though not all of them are ever projected. */
static void
every_message_has_columns(void **state)
{
    struct rows *r = *state;
    char text[ROWS_COLUMNS_CAP];
    size_t most = 0;
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > most)
            most = schema_all[i]->size;
    void *msg = calloc(1, most);
    assert_non_null(msg);
    for (size_t i = 0; i < schema_all_count; i++) {
        rows_columns(schema_all[i], ROWS_ALTER, text, sizeof text);
        assert_memory_equal(text, "ADD ATTRIBUTE \"src\" text, ", 26);
        one_row(r, schema_all[i], msg);
    }
    rows_columns(&counter_schema, ROWS_CREATE, text, sizeof text);
    assert_string_equal(text, "\"src\" text, \"n\" bigint, \"crc\" bigint, "
                              "\"wall\" timestamptz, \"name\" text, "
                              "\"value\" bigint");
    rows_columns(&counter_schema, ROWS_KNOWN, text, sizeof text);
    assert_string_equal(text, "\"src\" 25, \"n\" 20, \"crc\" 20, \"wall\" "
                              "1184, \"name\" 25, \"value\" 20");
    free(msg);
}

static int
make_rows(void **state)
{
    *state = rows_new();
    return 0;
}

static int
drop_rows(void **state)
{
    struct rows *r = *state;
    rows_destroy(&r);
    return 0;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_rows, drop_rows)
    const struct CMUnitTest tests[] = {
        TEST(a_row_begins_with_where_it_comes_from),
        TEST(an_amount_is_digits_to_the_base_ten_thousand),
        TEST(what_is_not_there_is_null),
        TEST(a_count_beyond_a_bigint_is_the_largest_one),
        TEST(a_full_array_takes_no_more_and_an_empty_one_takes_anything),
        TEST(every_message_has_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
