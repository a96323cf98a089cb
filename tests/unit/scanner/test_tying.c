/* test_tying - relations that are read again while scanner runs */
#include "tests/unit/scanner/world.h"

#include "scanner/tying.h"
#include "tests/unit/scanner/related_kit.h"

/* Two markets, NO of 0 at 48 and YES of 1 at 46 cents; nothing ties them. */
static struct world *
open_untied(void)
{
    struct world *w = world_open();

    w->strategy.A = w->strategy.B = false;
    w->strategy.E = true;
    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < 2; i++) {
        struct market m = world_market(i, i == 0 ? "e0" : "e1", 0, 1);

        m.rules = kit_text(i);
        WORLD_SAY(w, market, &m);
    }
    world_book(w, 0, 520000, 550000, 100);
    world_book(w, 1, 450000, 480000, 100);
    world_book(w, 2, 430000, 460000, 100);
    world_book(w, 3, 540000, 570000, 100);
    return w;
}

static struct tie_row
row(uint32_t place)
{
    struct tie_row m = { .kind = TIE_implies, .count = 2, .place = place,
                         .text = kit_text(place) };

    text_set(&m.tie, "a tie");
    text_set(&m.market, place == 0 ? "m000" : "m001");
    return m;
}

static void
say_end(struct world *w, uint64_t count)
{
    struct ties_read m = { count };

    WORLD_SAY(w, ties_read, &m);
    world_tick(w);
}

static void
say_tie(struct world *w)
{
    for (uint32_t i = 0; i < 2; i++) {
        struct tie_row m = row(i);

        WORLD_SAY(w, tie_row, &m);
    }
}

static void
what_is_read_holds_at_once_and_as_long_as_it_is_there(void **state)
{
    struct world *w = open_untied();

    (void)state;
    assert_int_equal(w->told, 0);
    say_tie(w);
    world_tick(w);
    assert_int_equal(w->told, 0); /* Not before the end. */
    say_end(w, 1);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].strategy, STRATEGY_E);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_opened);
    /* Read again, the same: it ends, and opens anew. */
    say_tie(w);
    say_end(w, 1);
    assert_int_equal(w->opportunity[1].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[1].reason, REASON_TEXT_CHANGED);
    assert_int_equal(w->opportunity[2].state, OPP_STATE_opened);
    /* Taken out of the file. */
    say_end(w, 0);
    assert_int_equal(w->told, 4);
    assert_int_equal(w->opportunity[3].state, OPP_STATE_closed);
    assert_int_equal(scanner_open_count(w->x), 0);
    world_book(w, 2, 420000, 450000, 100);
    assert_int_equal(w->told, 4);
    world_close(w);
}

static void
a_text_that_is_not_the_one_that_was_read_ties_nothing(void **state)
{
    struct world *w = open_untied();
    struct tie_row a = row(0), b = row(1);

    (void)state;
    b.text = kit_text(7);
    WORLD_SAY(w, tie_row, &a);
    WORLD_SAY(w, tie_row, &b);
    say_end(w, 1);
    assert_int_equal(w->told, 0);
    world_close(w);
}

static void
what_is_not_whole_changes_nothing(void **state)
{
    enum { COUNT, PLACE, KIND, NAME, MARKET, MANY, FEW, HALF, WRONGS };

    (void)state;
    for (int wrong = 0; wrong < WRONGS; wrong++) {
        struct world *w = open_untied();
        struct tie_row a = row(0), b = row(1);

        say_tie(w);
        say_end(w, 1);
        assert_int_equal(w->told, 1);
        a.count = wrong == COUNT ? 9 : wrong == FEW ? 1 : a.count;
        b.place = wrong == PLACE ? 2 : b.place;
        b.kind = wrong == KIND ? 99 : b.kind;
        if (wrong == NAME)
            text_set(&b.tie, "another");
        if (wrong == MARKET)
            b.market.s[0] = '\0';
        WORLD_SAY(w, tie_row, &a);
        if (wrong != HALF)
            WORLD_SAY(w, tie_row, &b);
        say_end(w, wrong == MANY ? 2 : 1);
        assert_int_equal(w->told, 1);
        assert_int_equal(world_count(w, SCANNER_bad_input), 1);
        /* And the next one is none the worse for it. */
        say_tie(w);
        say_end(w, 1);
        assert_int_equal(world_count(w, SCANNER_bad_input), 1);
        assert_int_equal(w->told, 3);
        world_close(w);
    }
}

static void
more_markets_tied_to_each_other_than_fit_are_refused(void **state)
{
    struct world *w = open_untied();

    (void)state;
    for (uint32_t i = 0; i < TIE_MARKETS; i++) {
        struct tie_row a = row(0), b = row(1);

        snprintf(a.market.s, sizeof a.market.s, "m%03u", i);
        snprintf(b.market.s, sizeof b.market.s, "m%03u", i + 1);
        WORLD_SAY(w, tie_row, &a);
        WORLD_SAY(w, tie_row, &b);
    }
    say_end(w, TIE_MARKETS);
    assert_int_equal(world_count(w, SCANNER_bad_input), 1);
    assert_int_equal(w->told, 0);
    world_close(w);
}

static void
a_row_says_all_that_a_tie_is(void **state)
{
    struct tie tie = { .kind = TIE_nested, .count = 2 };
    struct tie_row m;

    (void)state;
    text_set(&tie.id, "name");
    text_set(&tie.market[1], "m1");
    tie.text[1] = kit_text(1);
    tying_row(&tie, 1, &m);
    assert_string_equal(m.tie.s, "name");
    assert_int_equal(m.kind, TIE_nested);
    assert_int_equal(m.count, 2);
    assert_int_equal(m.place, 1);
    assert_string_equal(m.market.s, "m1");
    assert_true(hash_equal(&m.text, &tie.text[1]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_holds_at_once_and_as_long_as_it_is_there),
        cmocka_unit_test(a_text_that_is_not_the_one_that_was_read_ties_nothing),
        cmocka_unit_test(what_is_not_whole_changes_nothing),
        cmocka_unit_test(more_markets_tied_to_each_other_than_fit_are_refused),
        cmocka_unit_test(a_row_says_all_that_a_tie_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
