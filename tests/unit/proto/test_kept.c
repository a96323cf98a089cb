/* test_kept - records of journals that older releases wrote: fields are only
 * ever appended, so theirs are there and the others are zero */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "proto/proto.h"
#include "tests/unit/proto/generate.h"

static union {
    struct log_record largest;
    uint8_t b[sizeof(struct log_record)];
} msg, back, zero;
static uint8_t packed[PACKED_CAP];

static struct schema
older(const struct schema *sc, uint32_t fields)
{
    struct schema old = *sc;

    old.fields_count = fields;
    return old;
}

static void
every_message_of_fewer_fields_comes_back_with_zeros(void **state)
{
    uint64_t seed = 11;

    (void)state;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];

        assert_true(sc->size <= sizeof msg.b);
        for (uint32_t n = 1; n <= sc->fields_count; n++) {
            struct schema old = older(sc, n);
            const struct schema rest = {
                .name = sc->name, .fields = sc->fields + n,
                .fields_count = sc->fields_count - n, .size = sc->size,
            };
            const char *bad = "(none)";

            memset(back.b, 0xa5, sc->size);
            generate(sc, msg.b, 4, &seed);
            size_t size = schema_pack(&old, msg.b, packed, sizeof packed);
            if (!schema_unpack_kept(sc, back.b, packed, size, &bad))
                fail_msg("%s of %u fields: %s", sc->name, n, bad);
            assert_true(same(&old, msg.b, back.b));
            assert_true(same(&rest, zero.b, back.b));
            assert_true(schema_unpack(sc, back.b, packed, size, &bad) ==
                        (n == sc->fields_count));
        }
    }
}

static void
a_record_in_a_list_may_be_older_too(void **state)
{
    static struct authorize m, got;
    uint32_t count = leg_schema.fields_count;
    struct schema old_leg = older(&leg_schema, count - 1);
    struct field fields[32];
    struct schema old = authorize_schema;

    (void)state;
    assert_true(old.fields_count <= 32);
    memcpy(fields, old.fields, old.fields_count * sizeof fields[0]);
    for (uint32_t i = 0; i < old.fields_count; i++)
        if (strcmp(fields[i].kind, "legs") == 0)
            fields[i].record = &old_leg;
    old.fields = fields;
    m.legs.count = 2;
    m.legs.at[1].size.micros = 7;
    memset(m.legs.at[1].book_hash.b, 9, sizeof m.legs.at[1].book_hash.b);
    memset(&got, 0xa5, sizeof got);
    size_t size = schema_pack(&old, &m, packed, sizeof packed);
    assert_true(size > 0);
    assert_false(authorize_unpack(&got, packed, size));
    assert_true(schema_unpack_kept(&authorize_schema, &got, packed, size,
                                   NULL));
    assert_int_equal(got.legs.count, 2);
    assert_int_equal(got.legs.at[1].size.micros, 7);
    assert_int_equal(got.legs.at[1].book_hash.b[0], 0);
    assert_int_equal(got.legs.at[1].book_hash.b[31], 0);
}

/* faults: F-086 */
static void
more_fields_than_there_are_and_none_at_all_are_refused(void **state)
{
    struct ack m = { .ok = true };
    const char *bad = NULL;

    (void)state;
    size_t size = ack_pack(&m, packed, sizeof packed);
    assert_int_equal(packed[0], 0x92);
    packed[0] = 0x93;
    packed[size] = 0;
    assert_false(schema_unpack_kept(&ack_schema, &m, packed, size + 1, &bad));
    assert_string_equal(bad, "(array)");
    packed[0] = 0x90;
    assert_false(schema_unpack_kept(&ack_schema, &m, packed, 1, &bad));
    assert_string_equal(bad, "(array)");
}

static void
every_truncation_is_refused_here_as_well(void **state)
{
    uint64_t seed = 12;

    (void)state;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];

        generate(sc, msg.b, 3, &seed);
        size_t size = schema_pack(sc, msg.b, packed, sizeof packed);
        for (size_t cut = 0; cut < size; cut++) {
            uint8_t *part = malloc(cut + (cut == 0));

            memcpy(part, packed, cut);
            assert_false(schema_unpack_kept(sc, back.b, part, cut, NULL));
            free(part);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_of_fewer_fields_comes_back_with_zeros),
        cmocka_unit_test(a_record_in_a_list_may_be_older_too),
        cmocka_unit_test(
            more_fields_than_there_are_and_none_at_all_are_refused),
        cmocka_unit_test(every_truncation_is_refused_here_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
