/* test_trades - trades known once, their states forward only */
#include "executor/trades.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct venue_trade
trade(const char *id, uint8_t order, enum fill_state s)
{
    struct venue_trade m = { .order = { { order } }, .qty = { MICROS },
                             .price = { 500000 }, .state = s };

    text_set(&m.trade, id);
    return m;
}

static struct fill
fill(const struct venue_trade *m)
{
    return (struct fill){ .fill_id = trades_name(m), .order = m->order,
                          .qty = m->qty, .price = m->price,
                          .state = m->state };
}

static enum trade_news
judge(const struct recent *t, const struct venue_trade *m)
{
    struct text name = trades_name(m);

    return trades_judge(t, &name, m);
}

static void
states_only_go_forward(void **state)
{
    static const enum trade_news news[4][5] = {
        [FILL_STATE_matched] = { TRADE_SAME, TRADE_FORWARD, TRADE_FORWARD,
                                 TRADE_FORWARD, TRADE_FAILED },
        [FILL_STATE_mined] = { TRADE_SAME, TRADE_SAME, TRADE_FORWARD,
                               TRADE_FORWARD, TRADE_FAILED },
        [FILL_STATE_retrying] = { TRADE_SAME, TRADE_SAME, TRADE_SAME,
                                  TRADE_FORWARD, TRADE_FAILED },
        [FILL_STATE_confirmed] = { TRADE_SAME, TRADE_SAME, TRADE_SAME,
                                   TRADE_SAME, TRADE_CONFLICT },
    };

    (void)state;
    for (int from = 0; from < 4; from++)
        for (int to = 0; to < fill_state_end_; to++) {
            struct recent *t = trades_new(4);
            struct venue_trade m = trade("t", 1, (enum fill_state)from);
            struct fill f = fill(&m);

            assert_int_equal(judge(t, &m), TRADE_NEW);
            assert_true(trades_put(t, &f));
            m.state = (enum fill_state)to;
            assert_int_equal(judge(t, &m), news[from][to]);
            recent_destroy(&t);
        }
}

static void
other_numbers_under_a_known_name_are_a_conflict(void **state)
{
    struct recent *t = trades_new(4);
    struct venue_trade m = trade("t", 1, FILL_STATE_matched);
    struct fill f = fill(&m);

    (void)state;
    assert_true(trades_put(t, &f));
    m.qty.micros++;
    assert_int_equal(judge(t, &m), TRADE_CONFLICT);
    m.qty.micros--;
    m.price.micros++;
    assert_int_equal(judge(t, &m), TRADE_CONFLICT);
    recent_destroy(&t);
}

/* One trade can hold two orders of ours; ids may be as long as a text. */
static void
a_name_is_of_the_trade_and_of_the_order(void **state)
{
    struct venue_trade a = trade("t", 1, FILL_STATE_matched);
    struct venue_trade b = trade("t", 2, FILL_STATE_matched);
    struct venue_trade c = a, d = a;
    struct text names[4];

    (void)state;
    memset(c.trade.s, 'x', 80);
    memset(d.trade.s, 'x', 79);
    names[0] = trades_name(&a);
    names[1] = trades_name(&b);
    names[2] = trades_name(&c);
    names[3] = trades_name(&d);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            assert_false(text_equal(&names[i], &names[k]));
}

static void
when_full_only_what_has_settled_is_forgotten(void **state)
{
    struct recent *t = trades_new(3);
    struct venue_trade m;
    struct fill f;
    char id[8];

    (void)state;
    for (int i = 0; i < 5; i++) {
        (void)snprintf(id, sizeof id, "t%d", i);
        m = trade(id, 1, i == 1 ? FILL_STATE_confirmed : FILL_STATE_mined);
        f = fill(&m);
        assert_int_equal(trades_put(t, &f), i < 4);
    }
    m = trade("t1", 1, FILL_STATE_confirmed);
    assert_int_equal(judge(t, &m), TRADE_NEW);
    m = trade("t0", 1, FILL_STATE_mined);
    assert_int_equal(judge(t, &m), TRADE_SAME);
    recent_destroy(&t);
}

static void
what_was_bought_and_has_not_settled_adds_up(void **state)
{
    struct recent *t = trades_new(8);
    struct hash token = { { 5 } };
    struct venue_trade m = trade("a", 1, FILL_STATE_matched);
    struct fill f = fill(&m);

    (void)state;
    f.token = token;
    assert_true(trades_put(t, &f));
    assert_int_equal(trades_unsettled(t, &token).micros, MICROS);
    f.state = FILL_STATE_confirmed;
    assert_true(trades_put(t, &f));
    assert_int_equal(trades_unsettled(t, &token).micros, 0);
    recent_destroy(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_only_go_forward),
        cmocka_unit_test(other_numbers_under_a_known_name_are_a_conflict),
        cmocka_unit_test(a_name_is_of_the_trade_and_of_the_order),
        cmocka_unit_test(when_full_only_what_has_settled_is_forgotten),
        cmocka_unit_test(what_was_bought_and_has_not_settled_adds_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
