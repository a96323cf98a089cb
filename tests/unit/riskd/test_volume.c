/* test_volume - an order against what is traded of its market in a day */
#include "tests/unit/riskd/ruling_desk.h"

static void
list(uint32_t n, int64_t volume)
{
    struct input was = d->in;
    struct market k = { .yes = desk_token(2 * n), .no = desk_token(2 * n + 1),
                        .open = true, .fee_known = true, .rev = 1,
                        .volume = { volume } };
    (void)snprintf(k.market.s, sizeof k.market.s, "m%u", n);
    (void)text_set(&k.event, "an event");
    d->in.src = SOURCE_feed;
    d->in.peer = 0;
    HEAR(d, market, &k);
    d->in = was;
}

/* By the rule; other checks know less of these markets than they want. */
static bool
is_refused(uint32_t legs, uint32_t first)
{
    static uint32_t n;
    struct authorize m = desk_ask(++n, legs, first, 450000, 10);
    bool ruled = false;
    HEAR(d, authorize, &m);
    for (uint32_t i = 0; d->said[TYPE_denial] > 0 &&
                         i < d->denial.reasons.count; i++) {
        ruled = ruled || d->denial.reasons.at[i].code == REASON_RULE;
    }
    return ruled;
}

/* $9 of one market, or $4.50 of each of two, and 5 % of a day. */
static void
an_order_is_a_part_of_what_is_traded_of_its_market_in_a_day(void **state)
{
    (void)state;
    open_with_rules();
    list(0, 0);
    assert_false(is_refused(2, 0)); /* No limit, no need to know. */
    desk_free(d);

    add(RULE_limit, METRIC_notional_over_adv, RULE_gt, MICROS / 20,
        ACTION_deny);
    open_with_rules();
    assert_true(is_refused(2, 0)); /* Nobody told of its market, */
    list(0, 0);
    assert_true(is_refused(2, 0)); /* or of its volume. */
    list(0, 180 * MICROS - 1);
    assert_true(is_refused(2, 0));
    list(0, 180 * MICROS);
    assert_false(is_refused(2, 0));
    list(1, 90 * MICROS); /* One leg of each. */
    assert_false(is_refused(2, 1));
    list(1, 90 * MICROS - 1);
    assert_true(is_refused(2, 1));
    list(1, 0);
    assert_true(is_refused(2, 1));
    list(1, 1000 * MICROS);
    list(0, 90 * MICROS - 1);
    assert_true(is_refused(2, 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(
            an_order_is_a_part_of_what_is_traded_of_its_market_in_a_day, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
