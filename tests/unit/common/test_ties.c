/* test_ties - relations.yaml as it should be, and every way it should not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/scanner/related_kit.h"

#define GOOD_HEAD "up:\n  kind: implies\n  markets: [m0, m1]\n"
#define H1 "0x1111111111111111111111111111111111111111111111111111111111111111"
#define H0 "0x0000000000000000000000000000000000000000000000000000000000000000"
#define GOOD_TEXTS "  texts: [" H1 ", " H1 "]\n"
#define GOOD_TAIL                                                        \
    "  source: s\n  cutoff: c\n  void: v\n  reviewed_by: ada\n"          \
    "  reviewed_at: \"2026-11-22T01:00:00Z\"\n"

static void
a_reviewed_relation_is_read_whole(void **state)
{
    struct complaints bad = { 0 };
    struct ties *t = kit_read(GOOD_HEAD GOOD_TEXTS GOOD_TAIL, &bad);
    uint32_t component, bit;
    struct text m1 = { "m1" }, m2 = { "m2" };

    (void)state;
    assert_non_null(t);
    assert_int_equal(t->count, 1);
    assert_int_equal(t->components, 1);
    assert_string_equal(t->at[0].id.s, "up");
    assert_string_equal(t->at[0].by.s, "ada");
    assert_string_equal(t->at[0].when.s, "2026-11-22T01:00:00Z");
    assert_string_equal(t->at[0].voided.s, "v");
    assert_int_equal(t->at[0].text[1].b[31], 0x11);
    assert_true(ties_find(t, &m1, &component, &bit));
    assert_int_equal(bit, 1);
    assert_false(ties_find(t, &m2, &component, &bit));
    ties_destroy(&t);
}

static void
a_file_without_relations_is_fine(void **state)
{
    struct complaints bad = { 0 };
    struct ties *t = kit_read("# nothing yet\n", &bad);

    (void)state;
    assert_non_null(t);
    assert_int_equal(t->count, 0);
    ties_destroy(&t);
}

static void
every_mistake_is_told_with_its_place(void **state)
{
    static const struct { const char *text, *said; } all[] = {
        { "up:\n  kind: follows\n  markets: [m0, m1]\n" GOOD_TEXTS GOOD_TAIL,
          ":2: up.kind: expected equivalent, implies, exclusive" },
        { "up:\n  kind: implies\n  markets: [m0, m0]\n" GOOD_TEXTS GOOD_TAIL,
          ":3: up.markets: expected a list of 2 to 8 market ids, each once" },
        { "up:\n  kind: implies\n  markets: m0\n" GOOD_TEXTS GOOD_TAIL,
          ":3: up.markets: expected a list" },
        { "up:\n  kind: exclusive\n  markets: [a, b, c, d, e, f, g, h, i]\n"
          GOOD_TEXTS GOOD_TAIL, ":3: up.markets: expected a list of 2 to 8" },
        { GOOD_HEAD "  texts: [" H1 "]\n" GOOD_TAIL, ":4: up.texts: expected" },
        { GOOD_HEAD "  texts: [" H1 ", " H0 "]\n" GOOD_TAIL,
          ":4: up.texts: expected a list of the texts' hashes" },
        { GOOD_HEAD "  texts: [" H1 ", 0x12]\n" GOOD_TAIL,
          ":4: up.texts: expected" },
        { GOOD_HEAD "  texts: [" H1 ", " H1 ", " H1 "]\n" GOOD_TAIL,
          "up: expected as many texts as markets" },
        { GOOD_HEAD GOOD_TEXTS, "up: expected key reviewed_by" },
        { GOOD_HEAD GOOD_TEXTS GOOD_TAIL "  sure: true\n",
          ":10: up.sure: expected a key of a relation" },
        { GOOD_HEAD GOOD_TEXTS "  source: s\n  cutoff: c\n  void: v\n"
          "  reviewed_by: ada\n  reviewed_at: yesterday\n",
          ":9: up.reviewed_at: expected a time in UTC" },
        { GOOD_HEAD GOOD_TEXTS "  source: \"\"\n  cutoff: c\n  void: v\n"
          "  reviewed_by: ada\n  reviewed_at: \"2026-11-22T01:00:00Z\"\n",
          ":5: up.source: expected whose word decides" },
        { "up:\n  kind: implies\n  markets: [a, b, c]\n  texts: [" H1 ", " H1
          ", " H1 "]\n" GOOD_TAIL,
          "up: expected two markets of implies" },
        { "base: other.yaml\n", ":1: base: expected relations" },
        { "- a\n", "expected sections" },
        { "up: &x\n  kind: implies\n", "no anchor" },
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct complaints bad = { 0 };

        assert_null(kit_read(all[i].text, &bad));
        assert_true(bad.count > 0);
        if (strstr(bad.text, all[i].said) == NULL)
            fail_msg("%s\nis not in:\n%s", all[i].said, bad.text);
    }
}

static void
what_is_tied_is_one_component_of_at_most_eight(void **state)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct complaints bad = { 0 };
    struct ties *ties;

    (void)state;
    kit_tie(t, "implies", (const int[]){ 0, 1, -1 });
    kit_tie(t, "implies", (const int[]){ 5, 6, -1 });
    kit_tie(t, "exclusive", (const int[]){ 2, 3, -1 });
    kit_tie(t, "nested", (const int[]){ 1, 2, 4, -1 });
    ties = kit_ties(t);
    assert_int_equal(ties->components, 2);
    assert_int_equal(ties->at[0].component, ties->at[3].component);
    assert_int_equal(ties->at[2].component, ties->at[3].component);
    assert_int_not_equal(ties->at[1].component, ties->at[3].component);
    assert_int_equal(ties->component[ties->at[0].component].count, 5);
    ties_destroy(&ties);
    kit_tie(t, "exclusive", (const int[]){ 4, 5, 7, 8, -1 });
    assert_null(kit_read(t->s, &bad));
    assert_non_null(strstr(bad.text, "at most 8 markets tied"));
    free(t);
}

static void
what_contradicts_itself_is_refused(void **state)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct complaints bad = { 0 };

    (void)state;
    kit_tie(t, "exhaustive", (const int[]){ 0, 1, -1 });
    kit_tie(t, "equivalent", (const int[]){ 0, 1, -1 });
    kit_tie(t, "exclusive", (const int[]){ 0, 1, -1 });
    assert_null(kit_read(t->s, &bad));
    assert_non_null(strstr(bad.text, "expected some outcome"));
    free(t);
}

static void
fewer_relations_never_forbid_more(void **state)
{
    static const uint32_t outcomes[] = { 2, 3, 3, 3, 3 };
    uint8_t out[TIE_OUTCOMES];

    (void)state;
    for (uint32_t kind = 0; kind < tie_kind_end_; kind++) {
        struct ties_text *t = calloc(1, sizeof *t);
        bool none[1] = { false };
        struct ties *ties;

        kit_tie(t, tie_words[kind], (const int[]){ 0, 1, -1 });
        ties = kit_ties(t);
        assert_int_equal(ties_outcomes(ties, 0, NULL, out), outcomes[kind]);
        assert_int_equal(ties_outcomes(ties, 0, none, out), 4);
        ties_destroy(&ties);
        free(t);
    }
}

static void
no_bytes_make_it_stumble(void **state)
{
    static const char good[] = GOOD_HEAD GOOD_TEXTS GOOD_TAIL;
    char text[sizeof good];

    (void)state;
    for (size_t i = 0; i + 1 < sizeof good; i += 3) {
        struct complaints bad = { 0 };
        struct ties *t;

        memcpy(text, good, sizeof good);
        text[i] = (char)(i % 2 == 0 ? 0xff : '\0');
        t = kit_read(text, &bad); /* Read to the NUL, if there is one. */
        assert_true((t == NULL) == (bad.count > 0));
        ties_destroy(&t);
        memcpy(text, good, i);
        text[i] = '\0';
        bad.count = 0;
        t = kit_read(text, &bad);
        assert_true((t == NULL) == (bad.count > 0));
        ties_destroy(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reviewed_relation_is_read_whole),
        cmocka_unit_test(a_file_without_relations_is_fine),
        cmocka_unit_test(every_mistake_is_told_with_its_place),
        cmocka_unit_test(what_is_tied_is_one_component_of_at_most_eight),
        cmocka_unit_test(what_contradicts_itself_is_refused),
        cmocka_unit_test(fewer_relations_never_forbid_more),
        cmocka_unit_test(no_bytes_make_it_stumble),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
