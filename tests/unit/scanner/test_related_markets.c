/* test_related_markets - strategy E through the engine: what is tied pays, and
 * what is nearly so does not */
#include "tests/unit/scanner/related_world.h"

/* 0 implies 1: NO of 0 at 48, YES of 1 at 46 cents. */
static struct world *
open_pair(struct ties **ties)
{
    struct world *w;

    *ties = one_tie("implies", (const int[]){ 0, 1, -1 });
    w = open_e(*ties, 2);
    set_asks(w, 0, 550000, 480000);
    return w;
}

static void
an_implication_priced_apart_is_bought_from_both_ends(void **state)
{
    struct ties *ties;
    struct world *w = open_pair(&ties);
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    set_asks(w, 1, 460000, 570000);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->strategy, STRATEGY_E);
    assert_string_equal(m->event.s, "e0");
    assert_int_equal(m->legs.count, 2);
    assert_memory_equal(m->legs.at[0].token.b, world_token(1).b, 32);
    assert_memory_equal(m->legs.at[1].token.b, world_token(2).b, 32);
    assert_int_equal(m->legs.at[0].side, SIDE_buy);
    assert_int_equal(m->sets.micros, SHARES * MICROS);
    assert_int_equal(m->cost.micros, 94 * MICROS);
    assert_int_equal(m->gross.ppm, 60000);
    assert_true(m->lock.micros > 0);
    assert_int_equal(m->profit.micros,
                     6 * MICROS - m->lock.micros - m->fees.micros);
    close_e(w, ties);
}

static void
gas_and_the_premium_come_off_the_profit(void **state)
{
    struct ties *ties = one_tie("implies", (const int[]){ 0, 1, -1 });
    int64_t profit[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world *w = world_e(ties);

        w->strategy.e_gas.micros = i * 20000;
        w->strategy.e_risk.ppm = i * 5000;
        start_e(w, 2);
        set_asks(w, 0, 550000, 480000);
        set_asks(w, 1, 460000, 570000);
        assert_int_equal(w->told, 1);
        profit[i] = w->opportunity[0].profit.micros;
        world_close(w);
    }
    /* Two markets redeemed, and half a cent of each of a hundred dollars. */
    assert_int_equal(profit[0] - profit[1], 40000 + 500000);
    ties_destroy(&ties);
}

static void
one_micro_below_the_threshold_is_nothing(void **state)
{
    struct ties *ties;
    struct world *w = open_pair(&ties);

    (void)state;
    set_asks(w, 1, 490001, 570000);
    assert_int_equal(w->told, 0);
    set_asks(w, 1, 490000, 570000);
    assert_int_equal(w->told, 1);
    close_e(w, ties);
}

static void
the_other_direction_is_no_arbitrage(void **state)
{
    struct ties *ties;
    struct world *w = open_pair(&ties);

    (void)state;
    /* YES of 0 and NO of 1 cost 94 cents, and both can be worthless: 0 no,
     * 1 yes. */
    set_asks(w, 0, 470000, 600000);
    set_asks(w, 1, 580000, 470000);
    assert_int_equal(w->told, 0);
    close_e(w, ties);
}

static void
a_changed_text_suspends_the_relation(void **state)
{
    struct ties *ties;
    struct world *w = open_pair(&ties);
    struct market m = tied_market(1);

    (void)state;
    set_asks(w, 1, 460000, 570000);
    assert_int_equal(w->told, 1);
    m.rules.b[5] = 9;
    WORLD_SAY(w, market, &m);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[1].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[1].reason, REASON_TEXT_CHANGED);
    assert_true(world_count(w, SCANNER_blocked_TEXT_CHANGED) > 0);
    world_change(w, 2, SIDE_sell, 450000, SHARES);
    assert_int_equal(w->told, 2);
    /* The text that was read is back. */
    m = tied_market(1);
    WORLD_SAY(w, market, &m);
    world_change(w, 2, SIDE_sell, 440000, SHARES);
    assert_int_equal(w->told, 3);
    close_e(w, ties);
}

static void
a_text_nobody_told_is_no_reviewed_one(void **state)
{
    struct ties *ties = one_tie("implies", (const int[]){ 0, 1, -1 });
    struct world *w = open_e(ties, 1);
    struct market m = tied_market(1);

    (void)state;
    memset(&m.rules, 0, sizeof m.rules);
    WORLD_SAY(w, market, &m);
    set_asks(w, 0, 550000, 480000);
    set_asks(w, 1, 460000, 570000);
    assert_int_equal(w->told, 0);
    close_e(w, ties);
}

static void
what_nobody_approved_is_never_priced(void **state)
{
    struct world *w = open_e(NULL, 2);

    (void)state;
    set_asks(w, 0, 550000, 300000);
    set_asks(w, 1, 300000, 570000);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_opened), 0);
    world_close(w);
}

static void
the_gates_say_what_stands_in_the_way(void **state)
{
    static const struct { int what; enum scanner_counter counter; } all[] = {
        { 0, SCANNER_blocked_CLOSED }, { 1, SCANNER_blocked_LOW_LIQUIDITY },
        { 2, SCANNER_blocked_FEE_UNKNOWN }, { 3, SCANNER_blocked_AUGMENTED },
        { 4, SCANNER_blocked_PROPOSED },
    };

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct ties *ties;
        struct world *w = open_pair(&ties);
        struct market m = tied_market(1);

        m.open = all[i].what != 0;
        m.liquidity.micros = all[i].what == 1 ? 999 * (int64_t)MICROS
                                              : m.liquidity.micros;
        m.fee_known = all[i].what != 2;
        m.other = all[i].what == 3;
        m.proposed = all[i].what == 4;
        WORLD_SAY(w, market, &m);
        set_asks(w, 1, 460000, 570000);
        assert_int_equal(w->told, 0);
        assert_true(world_count(w, all[i].counter) > 0);
        close_e(w, ties);
    }
}

static void
near_misses_say_why(void **state)
{
    struct ties *ties;
    struct world *w = open_pair(&ties);
    struct book_status stale = { .token = world_token(1), .epoch = w->epoch + 1,
                                 .state = BOOK_STATE_stale,
                                 .reason = REASON_BOOK_OLD };
    struct market m = tied_market(1);

    (void)state;
    /* Fees take all of it. */
    m.fee_rate.ppm = 250000;
    WORLD_SAY(w, market, &m);
    set_asks(w, 1, 460000, 570000);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_BELOW_NET) > 0);
    /* Too little of one leg. */
    world_book(w, 2, 430000, 460000, 49);
    m = tied_market(1);
    WORLD_SAY(w, market, &m);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_BELOW_SHARES) > 0);
    /* No ask, or a book that is not to be used. */
    world_book(w, 2, 430000, 0, SHARES);
    assert_true(world_count(w, SCANNER_blocked_NO_ASK) > 0);
    WORLD_SAY(w, book_status, &stale);
    world_book(w, 2, 430000, 460000, SHARES);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_BOOK_UNUSABLE) > 0);
    close_e(w, ties);
}

static void
each_kind_has_its_sets(void **state)
{
    /* Which tokens (2 x market, + 1 for no) are bought at 45 cents each. */
    static const struct {
        const char *kind;
        uint32_t cheap[2];
    } all[] = {
        { "equivalent", { 0, 3 } }, { "equivalent", { 1, 2 } },
        { "implies", { 1, 2 } },    { "exclusive", { 1, 3 } },
        { "exhaustive", { 0, 2 } }, { "nested", { 1, 2 } },
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct ties *ties = one_tie(all[i].kind, (const int[]){ 0, 1, -1 });

        for (uint32_t a = 0; a < 2; a++)
            for (uint32_t b = 2; b < 4; b++) {
                bool expected = a == all[i].cheap[0] && b == all[i].cheap[1];
                bool both = strcmp(all[i].kind, "equivalent") == 0 &&
                            (a == 0) != (b == 2);
                struct world *w = open_e(ties, 2);

                for (uint32_t t = 0; t < 4; t++)
                    world_book(w, t, 400000,
                               t == a || t == b ? 450000 : 600000, SHARES);
                assert_int_equal(w->told > 0, expected || both);
                world_close(w);
            }
        ties_destroy(&ties);
    }
}

static void
nested_intervals_pay_across_their_ends(void **state)
{
    struct ties *ties = one_tie("nested", (const int[]){ 0, 1, 2, 3, -1 });
    struct world *w = open_e(ties, 4);

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        set_asks(w, i, 600000, 600000);
    assert_int_equal(w->told, 0);
    set_asks(w, 0, 600000, 300000);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].legs.count, 2);
    assert_memory_equal(w->opportunity[0].legs.at[0].token.b,
                        world_token(1).b, 32);
    /* The widest for less than the others. */
    set_asks(w, 3, 400000, 700000);
    world_wait(w, 300);
    world_heartbeat(w);
    world_tick(w);
    assert_int_equal(w->told, 2);
    assert_memory_equal(w->opportunity[1].legs.at[0].token.b,
                        world_token(1).b, 32);
    assert_memory_equal(w->opportunity[1].legs.at[1].token.b,
                        world_token(6).b, 32);
    close_e(w, ties);
}

static void
three_that_exhaust_need_all_three(void **state)
{
    struct ties *ties = one_tie("exhaustive", (const int[]){ 0, 1, 2, -1 });
    struct world *w = open_e(ties, 3);

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        set_asks(w, i, i == 2 ? 330000 : 300000, 900000);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].legs.count, 3);
    assert_int_equal(w->opportunity[0].gross.ppm, 70000);
    close_e(w, ties);
}

static void
markets_may_come_and_go(void **state)
{
    struct ties *ties = one_tie("implies", (const int[]){ 0, 1, -1 });
    struct world *w = open_e(ties, 1);
    struct market m = tied_market(1);

    (void)state;
    set_asks(w, 0, 550000, 480000);
    assert_int_equal(w->told, 0);
    WORLD_SAY(w, market, &m);
    set_asks(w, 1, 460000, 570000);
    assert_int_equal(w->told, 1);
    m.open = false;
    WORLD_SAY(w, market, &m);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[1].reason, REASON_CLOSED);
    close_e(w, ties);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_implication_priced_apart_is_bought_from_both_ends),
        cmocka_unit_test(gas_and_the_premium_come_off_the_profit),
        cmocka_unit_test(one_micro_below_the_threshold_is_nothing),
        cmocka_unit_test(the_other_direction_is_no_arbitrage),
        cmocka_unit_test(a_changed_text_suspends_the_relation),
        cmocka_unit_test(a_text_nobody_told_is_no_reviewed_one),
        cmocka_unit_test(what_nobody_approved_is_never_priced),
        cmocka_unit_test(the_gates_say_what_stands_in_the_way),
        cmocka_unit_test(near_misses_say_why),
        cmocka_unit_test(each_kind_has_its_sets),
        cmocka_unit_test(nested_intervals_pay_across_their_ends),
        cmocka_unit_test(three_that_exhaust_need_all_three),
        cmocka_unit_test(markets_may_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
