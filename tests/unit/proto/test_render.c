/* test_render - messages as JSON
 *
 * A few are compared letter by letter; all of them, with awkward values, are
 * read back by cJSON, which must find every field and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <stdlib.h>

#include "proto/render.h"
#include "proto/utf8.h"
#include "tests/unit/proto/generate.h"

#define JSON_CAP 1048576

static void
a_message_is_one_object_with_the_words_of_the_tables(void **state)
{
    (void)state;
    struct denial m = { .attempt = 2, .value = 7, .limit = UINT64_MAX };
    char out[1024];
    m.reasons.count = 2;
    m.reasons.at[0].code = REASON_CAPITAL;
    m.reasons.at[1].code = REASON_MODE;
    (void)text_set(&m.rule, "say \"no\"\\\n");
    size_t size = schema_json(&denial_schema, &m, out, sizeof out);
    assert_string_equal(
        out, "{\"type\":\"denial\","
             "\"group\":\"00000000-0000-0000-0000-000000000000\","
             "\"attempt\":2,"
             "\"reasons\":[{\"code\":\"CAPITAL\"},{\"code\":\"MODE\"}],"
             "\"rule\":\"say \\\"no\\\"\\\\\\u000a\",\"value\":7,"
             "\"limit\":18446744073709551615}");
    assert_true(size == strlen(out));
}

static void
amounts_are_decimal_text_and_times_are_numbers(void **state)
{
    (void)state;
    struct trade m = { .price = { 430000 },
                       .size = { -1500000 },
                       .side = SIDE_sell,
                       .venue_time = { 1763700000000 } };
    char out[1024];
    m.token.b[31] = 9;
    assert_true(schema_json(&trade_schema, &m, out, sizeof out) > 0);
    assert_string_equal(out, "{\"type\":\"trade\",\"token\":\"9\","
                             "\"price\":\"0.43\",\"size\":\"-1.5\","
                             "\"side\":\"sell\","
                             "\"venue_time\":1763700000000}");
    /* A number that is no side shows as such: renderers must not fail. */
    m.side = (enum side)17;
    assert_true(schema_json(&trade_schema, &m, out, sizeof out) > 0);
    assert_non_null(strstr(out, "\"side\":\"?\""));
}

/* Every field of the table is in the object, in its order. */
static void
check_object(const struct schema *sc, const void *msg, const cJSON *o)
{
    const cJSON *item = o->child;
    if (sc->type != 0) {
        assert_string_equal(item->string, "type");
        assert_string_equal(item->valuestring, sc->name);
        item = item->next;
    }
    for (uint32_t i = 0; i < sc->fields_count; i++, item = item->next) {
        const struct field *f = &sc->fields[i];
        const char *p = (const char *)msg + f->offset;
        assert_non_null(item);
        assert_string_equal(item->string, f->name);
        if (f->form == FORM_TEXT || f->form == FORM_TITLE)
            assert_string_equal(item->valuestring, p);
        if (f->form == FORM_FLAG)
            assert_true(cJSON_IsTrue(item) == *(const bool *)p);
        if (f->form != FORM_LIST)
            continue;
        uint32_t count;
        memcpy(&count, p, sizeof count);
        assert_int_equal(cJSON_GetArraySize(item), count);
        const cJSON *element = item->child;
        for (uint32_t k = 0; k < count; k++, element = element->next)
            check_object(f->record, p + f->at + k * f->record->size, element);
    }
    assert_null(item);
}

static void
every_message_is_json_that_others_read(void **state)
{
    (void)state;
    uint64_t seed = 1;
    void *msg = malloc(sizeof(struct log_record));
    char *out = malloc(JSON_CAP);
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        for (int round = 0; round < 30; round++) {
            memset(msg, 0, sc->size);
            generate(sc, msg, round == 0 ? 600 : 5, &seed);
            size_t size = schema_json(sc, msg, out, JSON_CAP);
            assert_true(size > 0 && size == strlen(out));
            assert_null(strchr(out, '\n'));
            cJSON *o = cJSON_ParseWithOpts(out, NULL, true);
            assert_non_null(o);
            check_object(sc, msg, o);
            cJSON_Delete(o);
        }
    }
    free(out);
    free(msg);
}

static void
what_does_not_fit_is_0_and_stays_inside(void **state)
{
    (void)state;
    struct ack m = { .ok = true, .reason = REASON_CONFLICT };
    char whole[200], part[200];
    size_t size = schema_json(&ack_schema, &m, whole, sizeof whole);
    for (size_t cap = 0; cap <= size; cap++) {
        memset(part, 0x77, sizeof part);
        assert_true(schema_json(&ack_schema, &m, part, cap) == 0);
        assert_true(part[cap] == 0x77);
        memset(part, 0x77, sizeof part);
        assert_true(json_quote(whole, size, part, cap) == 0);
        assert_true(part[cap] == 0x77);
    }
    assert_true(schema_json(&ack_schema, &m, part, size + 1) == size);
    assert_string_equal(part, whole);
}

static void
quoted_text_is_always_valid_utf8(void **state)
{
    (void)state;
    char out[64];
    assert_true(json_quote("a\xff"
                           "b",
                           3, out, sizeof out) == 7);
    assert_string_equal(out, "\"a\xef\xbf\xbd"
                             "b\"");
    (void)json_quote("\0\x1f\x7f", 3, out, sizeof out);
    assert_string_equal(out, "\"\\u0000\\u001f\x7f\"");
    uint64_t seed = 2;
    for (int i = 0; i < 20000; i++) {
        uint8_t noise[24];
        char quoted[200];
        generate_bytes(noise, sizeof noise, &seed);
        size_t size =
            json_quote((char *)noise, sizeof noise, quoted, sizeof quoted);
        assert_true(size > 0 && utf8_is_valid(quoted, size));
        cJSON *o = cJSON_ParseWithLengthOpts(quoted, size + 1, NULL, true);
        /* cJSON refuses a NUL inside a text, whatever its spelling. */
        assert_true(o != NULL || memchr(noise, 0, sizeof noise) != NULL);
        cJSON_Delete(o);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_one_object_with_the_words_of_the_tables),
        cmocka_unit_test(amounts_are_decimal_text_and_times_are_numbers),
        cmocka_unit_test(every_message_is_json_that_others_read),
        cmocka_unit_test(what_does_not_fit_is_0_and_stays_inside),
        cmocka_unit_test(quoted_text_is_always_valid_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
