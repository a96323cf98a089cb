/* test_schema - the tables hang together, and say what the golden file says
 *
 * `test_schema --write` writes tests/golden/schema.txt instead: `make golden`.
 * A diff of that file is a change of what is said, and wants a review.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "proto/render.h"

#define GOLDEN "tests/golden/schema.txt"

static void
the_schema_is_the_golden_one(void **state)
{
    (void)state;
    static char now[SCHEMA_TEXT_CAP], golden[SCHEMA_TEXT_CAP];
    size_t size = schema_print(now, sizeof now);
    assert_true(size > 0);
    FILE *f = fopen(GOLDEN, "r");
    assert_non_null(f);
    size_t read = fread(golden, 1, sizeof golden - 1, f);
    assert_int_equal(fclose(f), 0);
    golden[read] = 0;
    char *line = now, *want = golden;
    for (int n = 1; *line != 0 || *want != 0; n++) {
        size_t a = strcspn(line, "\n"), b = strcspn(want, "\n");
        if (a != b || memcmp(line, want, a) != 0)
            fail_msg("%s:%d: is \"%.*s\" now; if that is meant, run "
                     "`make golden`",
                     GOLDEN, n, (int)a, line);
        line += a + (line[a] == '\n');
        want += b + (want[b] == '\n');
    }
}

static void
types_grow_and_find_their_schema(void **state)
{
    (void)state;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        assert_ptr_equal(schema_find(sc->type), sc);
        assert_true(sc->type > 0 && sc->type < TYPE_end_);
        if (i > 0)
            assert_true(sc->type > schema_all[i - 1]->type);
    }
    assert_null(schema_find(0));
    assert_null(schema_find(TYPE_end_));
    assert_null(schema_find(UINT32_MAX));
    assert_ptr_equal(schema_find(TYPE_fill), &fill_schema);
}

static void
check_fields(const struct schema *sc)
{
    char path[100];
    size_t end = 0;
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        assert_true(f->offset >= end && f->offset < sc->size);
        end = f->offset + 1;
        snprintf(path, sizeof path, "%s.%s", sc->name, f->name);
        assert_string_equal(f->path, path);
        assert_true(strlen(f->help) > 0 && strlen(f->sql) > 0);
        assert_true((f->words != NULL) == (f->form == FORM_ENUM));
        assert_true((f->record != NULL) == (f->form == FORM_LIST));
        assert_true((f->cap != 0) == (f->form == FORM_LIST));
        if (f->form != FORM_LIST)
            continue;
        /* Records hold no lists: the codec's depth is two. */
        for (uint32_t k = 0; k < f->record->fields_count; k++)
            assert_true(f->record->fields[k].form != FORM_LIST);
        assert_true(f->record->type == 0);
        assert_true(f->offset + f->at + f->cap * f->record->size <= sc->size);
        check_fields(f->record);
    }
}

static void
every_field_is_described_and_inside_its_struct(void **state)
{
    (void)state;
    for (size_t i = 0; i < schema_all_count; i++)
        check_fields(schema_all[i]);
}

static void
a_field_knows_its_words_and_its_record(void **state)
{
    (void)state;
    const struct field *side = &book_delta_schema.fields[3];
    assert_string_equal(side->name, "side");
    assert_ptr_equal(side->words, &side_words);
    assert_true(side->offset == offsetof(struct book_delta, side));
    const struct field *legs = &opportunity_schema.fields[5];
    assert_string_equal(legs->kind, "legs");
    assert_true(legs->record->fields == leg_schema.fields);
    assert_true(legs->cap == legs_cap);
    assert_true(legs->at == offsetof(struct legs, at));
}

static void
words_and_values_are_one_to_one(void **state)
{
    (void)state;
    assert_string_equal(enum_word(&side_words, SIDE_sell), "sell");
    assert_string_equal(enum_word(&side_words, side_end_), "?");
    assert_string_equal(enum_word(&side_words, UINT32_MAX), "?");
    uint32_t value = 77;
    assert_true(enum_parse(&mode_words, "paper", &value));
    assert_true(value == MODE_paper);
    value = 77;
    assert_false(enum_parse(&mode_words, "Paper", &value));
    assert_false(enum_parse(&mode_words, "", &value));
    assert_true(value == 77);
    for (uint32_t v = 0; v < reason_end_; v++) {
        assert_true(
            enum_parse(&reason_words, enum_word(&reason_words, v), &value));
        assert_true(value == v);
    }
}

static void
the_fingerprint_is_of_the_printed_schema(void **state)
{
    (void)state;
    uint64_t first = schema_fingerprint();
    assert_true(first != 0);
    assert_true(schema_fingerprint() == first);
    static char text[SCHEMA_TEXT_CAP];
    size_t size = schema_print(text, sizeof text);
    assert_true(size == strlen(text));
    assert_true(schema_print(text, size) == 0);
    assert_true(schema_print(text, size + 1) == size);
}

/* Exit codes are main's: 0 written, 1 not. */
static int
write_golden(void)
{
    static char text[SCHEMA_TEXT_CAP];
    size_t size = schema_print(text, sizeof text);
    FILE *f = fopen(GOLDEN, "w");
    if (f == NULL || fwrite(text, 1, size, f) != size || fclose(f) != 0) {
        perror(GOLDEN);
        return 1;
    }
    printf("%s: %zu bytes\n", GOLDEN, size);
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--write") == 0)
        return write_golden();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schema_is_the_golden_one),
        cmocka_unit_test(types_grow_and_find_their_schema),
        cmocka_unit_test(every_field_is_described_and_inside_its_struct),
        cmocka_unit_test(a_field_knows_its_words_and_its_record),
        cmocka_unit_test(words_and_values_are_one_to_one),
        cmocka_unit_test(the_fingerprint_is_of_the_printed_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
