/* test_codec - every message there and back, and every way to be damaged
 *
 * The messages are those of the tables, filled by generate.h, so that a new
 * message or field is tested without a line here.  Since a message has exactly
 * one spelling, whatever is accepted must pack to the same bytes again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <msgpack.h>
#include <stdlib.h>

#include "proto/proto.h"
#include "tests/unit/proto/generate.h"

/* Room for any message, with a pattern that shows what was not written. */
struct room {
    void *msg;
    void *back;
    uint8_t *packed;
    uint8_t *again;
};

static size_t
largest_struct(void)
{
    size_t most = 0;
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > most)
            most = schema_all[i]->size;
    return most;
}

static int
make_room(void **state)
{
    struct room *r = malloc(sizeof *r);
    r->msg = malloc(largest_struct());
    r->back = malloc(largest_struct());
    r->packed = malloc(PACKED_CAP);
    r->again = malloc(PACKED_CAP);
    *state = r;
    return 0;
}

static int
free_room(void **state)
{
    struct room *r = *state;
    free(r->msg);
    free(r->back);
    free(r->packed);
    free(r->again);
    free(r);
    return 0;
}

static void
every_message_comes_back_as_it_went(void **state)
{
    struct room *r = *state;
    uint64_t seed = 1;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        for (int round = 0; round < 200; round++) {
            memset(r->msg, 0x5a, sc->size);
            memset(r->back, 0xa5, sc->size);
            generate(sc, r->msg, round < 190 ? 8 : 40000, &seed);
            size_t size = schema_pack(sc, r->msg, r->packed, PACKED_CAP);
            assert_true(size > 0);
            const char *bad = "(none)";
            if (!schema_unpack(sc, r->back, r->packed, size, &bad))
                fail_msg("%s.%s refused", sc->name, bad);
            assert_true(same(sc, r->msg, r->back));
        }
    }
}

static void
a_message_packs_only_where_it_fits(void **state)
{
    struct room *r = *state;
    uint64_t seed = 2;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        generate(sc, r->msg, 4, &seed);
        size_t size = schema_pack(sc, r->msg, r->packed, PACKED_CAP);
        for (size_t cap = 0; cap < size; cap++) {
            memset(r->again, 0x77, size + 1);
            assert_true(schema_pack(sc, r->msg, r->again, cap) == 0);
            assert_true(r->again[cap] == 0x77);
        }
        assert_true(schema_pack(sc, r->msg, r->again, size) == size);
        assert_memory_equal(r->again, r->packed, size);
    }
}

/* Bytes of the longest spelling of one record. */
static size_t
worst_size(const struct schema *sc)
{
    size_t sum = 3; /* An array of up to 65535. */
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        switch (f->form) {
        case FORM_INT:
        case FORM_COUNT: sum += 9; break;
        case FORM_FLAG: sum += 1; break;
        case FORM_ENUM: sum += 5; break;
        case FORM_TOKEN:
        case FORM_HASH: sum += 2 + 32; break;
        case FORM_UUID: sum += 2 + 16; break;
        case FORM_TEXT: sum += 2 + 80; break;
        case FORM_TITLE: sum += 2 + 200; break;
        case FORM_BYTES: sum += 3 + BYTES_CAP; break;
        case FORM_LIST: sum += 3 + f->cap * worst_size(f->record); break;
        }
    }
    return sum;
}

static void
the_largest_message_fits_in_the_buffers_of_everyone(void **state)
{
    (void)state;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        if (worst_size(sc) > PACKED_CAP)
            fail_msg("%s may take %zu bytes", sc->name, worst_size(sc));
        /* A record of a journal is never itself put into a journal. */
        if (sc != &log_record_schema && worst_size(sc) > BYTES_CAP)
            fail_msg("%s does not fit in a log_record", sc->name);
    }
}

/* faults: F-083 */
static void
every_truncation_is_refused(void **state)
{
    struct room *r = *state;
    uint64_t seed = 3;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        for (int round = 0; round < 10; round++) {
            generate(sc, r->msg, 5, &seed);
            size_t size = schema_pack(sc, r->msg, r->packed, PACKED_CAP);
            for (size_t cut = 0; cut < size; cut++) {
                /* Of its exact size, so that ASan sees a read beyond. */
                uint8_t *part = malloc(cut + (cut == 0));
                memcpy(part, r->packed, cut);
                const char *bad = NULL;
                assert_false(schema_unpack(sc, r->back, part, cut, &bad));
                assert_non_null(bad);
                free(part);
            }
        }
    }
}

/* faults: F-083 */
static void
every_flipped_bit_is_refused_or_means_what_it_says(void **state)
{
    struct room *r = *state;
    uint64_t seed = 4;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        for (int round = 0; round < 4; round++) {
            generate(sc, r->msg, 4, &seed);
            size_t size = schema_pack(sc, r->msg, r->packed, PACKED_CAP);
            for (size_t bit = 0; bit < 8 * size; bit++) {
                r->packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
                if (schema_unpack(sc, r->back, r->packed, size, NULL)) {
                    assert_true(
                        schema_pack(sc, r->back, r->again, PACKED_CAP) == size);
                    assert_memory_equal(r->again, r->packed, size);
                }
                r->packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
            }
        }
    }
}

/* faults: F-083 */
static void
a_byte_too_many_is_refused(void **state)
{
    struct room *r = *state;
    uint64_t seed = 5;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        generate(sc, r->msg, 3, &seed);
        size_t size = schema_pack(sc, r->msg, r->packed, PACKED_CAP - 1);
        r->packed[size] = 0;
        const char *bad = NULL;
        assert_false(schema_unpack(sc, r->back, r->packed, size + 1, &bad));
        assert_string_equal(bad, "(trailing)");
    }
}

static void
one_messages_bytes_are_not_anothers(void **state)
{
    struct room *r = *state;
    uint64_t seed = 6;
    for (size_t i = 0; i < schema_all_count; i++) {
        generate(schema_all[i], r->msg, 3, &seed);
        size_t size = schema_pack(schema_all[i], r->msg, r->packed, PACKED_CAP);
        for (size_t k = 0; k < schema_all_count; k++)
            if (schema_all[k]->fields_count != schema_all[i]->fields_count)
                assert_false(schema_unpack(schema_all[k], r->back, r->packed,
                                           size, NULL));
    }
}

/* What is said to be bad in these bytes. */
static const char *
refusal(const struct schema *sc, const void *bytes, size_t size)
{
    static struct log_record any; /* No message is larger. */
    const char *bad = "(accepted)";
    assert_true(sc->size <= sizeof any);
    if (schema_unpack(sc, &any, bytes, size, &bad))
        return "(accepted)";
    return bad;
}

#define REFUSAL(sc, bytes) refusal(sc, bytes, sizeof(bytes) - 1)

static void
a_refusal_names_the_field(void **state)
{
    (void)state;
    assert_string_equal(REFUSAL(&ack_schema, "\x92\xc3\x00"), "(accepted)");
    assert_string_equal(REFUSAL(&ack_schema, "\x92\x01\x00"), "ok");
    assert_string_equal(REFUSAL(&ack_schema, "\x92\xc3\xc0"), "reason");
    /* A reason this build does not know. */
    assert_string_equal(REFUSAL(&ack_schema, "\x92\xc3\xcc\xff"), "reason");
    /* A number in a longer form than it needs. */
    assert_string_equal(REFUSAL(&ack_schema, "\x92\xc3\xcc\x00"), "reason");
    assert_string_equal(REFUSAL(&ack_schema, "\x91\xc3"), "(array)");
    assert_string_equal(REFUSAL(&ack_schema, "\x93\xc3\x00\x00"), "(array)");
    assert_string_equal(REFUSAL(&ack_schema, "\x82\xc3\x00\xc3\x00"),
                        "(array)");
    assert_string_equal(REFUSAL(&ack_schema, ""), "(array)");
    /* snapshot_request: a token of 31 bytes, a list that is none. */
    assert_string_equal(REFUSAL(&snapshot_request_schema,
                                "\x93\x00\x91\x91\xc4\x1f"
                                "0123456789012345678901234567890\xc2"),
                        "token_ref.token");
    assert_string_equal(REFUSAL(&snapshot_request_schema, "\x93\x00\x05\xc2"),
                        "tokens");
    /* More tokens than its cap of 64, were they there or not. */
    assert_string_equal(
        REFUSAL(&snapshot_request_schema, "\x93\x00\xdc\x00\x41\xc2"),
        "tokens");
}

/* faults: F-084 */
static void
counts_that_promise_gigabytes_are_refused(void **state)
{
    (void)state;
    assert_string_equal(REFUSAL(&market_schema, "\xdd\x07\xff\xff\xff"),
                        "(array)");
    assert_string_equal(
        REFUSAL(&snapshot_request_schema, "\x93\x00\xdd\xff\xff\xff\xff"),
        "tokens");
    assert_string_equal(
        REFUSAL(&counter_schema, "\x92\xdb\xff\xff\xff\xff\x00"), "name");
    assert_string_equal(REFUSAL(&log_record_schema,
                                "\x96\x01\x01\x01\x01\x01\xc6\xff\xff\xff\xff"),
                        "body");
    /* Nesting does not recurse: a list's element has to be its record. */
    uint8_t deep[2000];
    memset(deep, 0x91, sizeof deep);
    assert_string_equal(refusal(&list_open_schema, deep, sizeof deep), "epoch");
}

static void
a_text_is_whole_utf8_without_nul(void **state)
{
    (void)state;
    const struct schema *sc = &counter_schema;
    assert_string_equal(REFUSAL(sc, "\x92\xa3x\xc3\xa9\x01"), "(accepted)");
    assert_string_equal(REFUSAL(sc, "\x92\xa3x\x00y\x01"), "name");
    assert_string_equal(REFUSAL(sc, "\x92\xa2x\xc3\x01"), "name");
    assert_string_equal(REFUSAL(sc, "\x92\xa2\xc0\x80\x01"), "name");
    assert_string_equal(REFUSAL(sc, "\x92\xa3\xed\xa0\x80\x01"), "name");
    assert_string_equal(REFUSAL(sc, "\x92\xa4\xf4\x90\x80\x80\x01"), "name");
    uint8_t message[90] = { 0x92, 0xd9, 80 };
    memset(message + 3, 'a', 81);
    message[83] = 1;
    assert_string_equal(refusal(sc, message, 84), "(accepted)");
    message[2] = 81;
    message[83] = 'a';
    message[84] = 1;
    assert_string_equal(refusal(sc, message, 85), "name");
}

static void
an_overfull_list_never_reads_past_its_end(void **state)
{
    struct room *r = *state;
    struct denial *m = r->msg;
    memset(m, 0, sizeof *m);
    m->reasons.count = 4000000000u;
    size_t size = denial_pack(m, r->packed, PACKED_CAP);
    struct denial *back = r->back;
    assert_true(denial_unpack(back, r->packed, size));
    assert_true(back->reasons.count == reasons_cap);
}

static void
unpacking_writes_only_what_was_sent(void **state)
{
    struct room *r = *state;
    struct book_snapshot *m = r->msg, *back = r->back;
    memset(m, 0, sizeof *m);
    memset(back, 0xa5, sizeof *back);
    m->bids.count = 1;
    size_t size = book_snapshot_pack(m, r->packed, PACKED_CAP);
    assert_true(book_snapshot_unpack(back, r->packed, size));
    assert_true(back->bids.at[0].price.micros == 0);
    assert_true((uint64_t)back->bids.at[1].price.micros == 0xa5a5a5a5a5a5a5a5);
}

/* What msgpack-c read is what the message says, field by field. */
static void
compare(const struct schema *sc, const void *msg, const msgpack_object *o)
{
    assert_true(o->type == MSGPACK_OBJECT_ARRAY);
    assert_true(o->via.array.size == sc->fields_count);
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        const msgpack_object *v = &o->via.array.ptr[i];
        const char *p = (const char *)msg + f->offset;
        uint32_t count;
        switch (f->form) {
        case FORM_INT: assert_true(v->via.i64 == *(const int64_t *)p); break;
        case FORM_COUNT:
            assert_true(v->type == MSGPACK_OBJECT_POSITIVE_INTEGER);
            assert_true(v->via.u64 == *(const uint64_t *)p);
            break;
        case FORM_ENUM: assert_true(v->via.u64 == *(const uint32_t *)p); break;
        case FORM_FLAG:
            assert_true(v->type == MSGPACK_OBJECT_BOOLEAN);
            assert_true(v->via.boolean == *(const bool *)p);
            break;
        case FORM_TOKEN:
        case FORM_HASH:
        case FORM_UUID:
            assert_true(v->type == MSGPACK_OBJECT_BIN);
            assert_true(v->via.bin.size == plain_size(f));
            assert_memory_equal(v->via.bin.ptr, p, plain_size(f));
            break;
        case FORM_TEXT:
        case FORM_TITLE:
            assert_true(v->type == MSGPACK_OBJECT_STR);
            assert_true(v->via.str.size == strlen(p));
            assert_memory_equal(v->via.str.ptr, p, strlen(p));
            break;
        case FORM_BYTES:
            assert_true(v->type == MSGPACK_OBJECT_BIN);
            assert_memory_equal(v->via.bin.ptr,
                                ((const struct bytes *)(const void *)p)->b,
                                v->via.bin.size);
            break;
        case FORM_LIST:
            memcpy(&count, p, sizeof count);
            assert_true(v->via.array.size == count);
            for (uint32_t k = 0; k < count; k++)
                compare(f->record, p + f->at + k * f->record->size,
                        &v->via.array.ptr[k]);
            break;
        }
    }
}

static void
msgpack_c_reads_the_same(void **state)
{
    struct room *r = *state;
    uint64_t seed = 7;
    for (size_t i = 0; i < schema_all_count; i++)
        for (int round = 0; round < 20; round++) {
            generate(schema_all[i], r->msg, 40, &seed);
            size_t size =
                schema_pack(schema_all[i], r->msg, r->packed, PACKED_CAP);
            msgpack_unpacked u;
            msgpack_unpacked_init(&u);
            size_t off = 0;
            assert_true(msgpack_unpack_next(&u, (const char *)r->packed, size,
                                            &off) == MSGPACK_UNPACK_SUCCESS);
            assert_true(off == size);
            compare(schema_all[i], r->msg, &u.data);
            msgpack_unpacked_destroy(&u);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_back_as_it_went),
        cmocka_unit_test(a_message_packs_only_where_it_fits),
        cmocka_unit_test(the_largest_message_fits_in_the_buffers_of_everyone),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_bit_is_refused_or_means_what_it_says),
        cmocka_unit_test(a_byte_too_many_is_refused),
        cmocka_unit_test(one_messages_bytes_are_not_anothers),
        cmocka_unit_test(a_refusal_names_the_field),
        cmocka_unit_test(counts_that_promise_gigabytes_are_refused),
        cmocka_unit_test(a_text_is_whole_utf8_without_nul),
        cmocka_unit_test(an_overfull_list_never_reads_past_its_end),
        cmocka_unit_test(unpacking_writes_only_what_was_sent),
        cmocka_unit_test(msgpack_c_reads_the_same),
    };
    return cmocka_run_group_tests(tests, make_room, free_room);
}
