/* test_recovery - baskets that resolve leg by leg: in whatever order, no
 * profit before the cost is back, and no loss before it is certain */
#include "tests/unit/riskd/desk_trade.h"

#include "riskd/recovery.h"

enum { LEGS = 5, ORDERS = 120 };

/* The i-th order of five legs. */
static void
order_of(uint32_t i, uint32_t order[LEGS])
{
    uint32_t left[LEGS] = { 0, 1, 2, 3, 4 };
    for (uint32_t n = LEGS; n > 0; n--) {
        uint32_t k = i % n;
        i /= n;
        order[LEGS - n] = left[k];
        for (; k + 1 < n; k++) {
            left[k] = left[k + 1];
        }
    }
}

/* Buys shares of leg i of the grant at price. */
static void
buy(struct desk *d, const struct grant *g, uint32_t i, int64_t price,
    int64_t shares)
{
    char id[] = { 'a', (char)('0' + i), 0 };
    fill_leg(d, g, i, id, price, shares * MICROS);
    assert_true(d->ack.ok);
}

static struct grant
ask_basket(struct desk *d, uint32_t legs, int64_t limit, int64_t shares)
{
    struct authorize m = desk_ask(1, legs, 0, limit, shares);
    return granted(d, &m);
}

static void
resolve(struct desk *d, uint32_t token, int64_t shares, int64_t cash)
{
    struct settle m = { .ref = desk_uuid(600 + token),
                        .mode = MODE_paper,
                        .kind = SETTLE_KIND_resolve,
                        .token = desk_token(token),
                        .qty = { shares * MICROS },
                        .cash = { cash * MICROS } };
    HEAR(d, settle, &m);
    assert_true(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_none);
    desk_assert_recalls(d);
}

/* 400 sets for 0.96 and five fees: the losing legs cost 256 at least, five
 * times what halts a day. */
static void
a_complete_basket_is_never_at_a_loss_on_its_way(void **state)
{
    (void)state;
    static const int64_t price[LEGS] = { 160000, 160000, 160000, 160000,
                                         320000 };
    for (uint32_t i = 0; i < ORDERS; i++) {
        struct desk *d = desk_new();
        struct grant g = ask_basket(d, LEGS, 192000, 400);
        uint32_t order[LEGS], winner = i % LEGS;
        for (uint32_t n = 0; n < LEGS; n++) {
            buy(d, &g, n, price[n], 400);
        }
        release_all(d, &g);
        order_of(i, order);
        for (uint32_t n = 0; n < LEGS; n++) {
            resolve(d, order[n], 400, order[n] == winner ? 400 : 0);
            assert_true(desk_state(d).day_pnl.micros >= 0);
            assert_int_equal(desk_state(d).state, RISK_MODE_run);
        }
        struct risk_state s = desk_state(d);
        assert_int_equal(s.exposure.micros, 0);
        assert_int_equal(s.realised.micros, 16 * MICROS - 5 * 5000);
        assert_int_equal(s.cash.micros, 5000LL * MICROS + s.realised.micros);
        assert_int_equal(s.high_water.micros, s.cash.micros);
        desk_free(d);
    }
}

static void
a_naked_leg_that_loses_is_a_loss_at_once(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct grant g = ask_basket(d, LEGS, 192000, 400);
    buy(d, &g, 0, 192000, 400);
    release_all(d, &g);
    resolve(d, 0, 400, 0);
    assert_int_equal(desk_state(d).realised.micros, -76805000);
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    desk_free(d);
}

static void
what_the_other_legs_cannot_pay_any_more_is_a_loss_at_once(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct grant g = ask_basket(d, LEGS, 192000, 400);
    buy(d, &g, 0, 192000, 400); /* 76.805 */
    buy(d, &g, 1, 192000, 400);
    buy(d, &g, 2, 192000, 30); /* 5.765 */
    release_all(d, &g);
    resolve(d, 0, 400, 0);
    assert_int_equal(desk_state(d).realised.micros, 0); /* 159.375 < 400 */
    assert_int_equal(desk_state(d).exposure.micros, 159375000);
    resolve(d, 1, 400, 0);
    assert_int_equal(desk_state(d).exposure.micros, 30 * MICROS);
    assert_int_equal(desk_state(d).realised.micros, -129375000);
    resolve(d, 2, 30, 30);
    assert_int_equal(desk_state(d).realised.micros, -129375000);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    desk_free(d);
}

static void
once_the_winner_is_known_the_rest_can_pay_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct grant g = ask_basket(d, LEGS, 192000, 400);
    buy(d, &g, 0, 192000, 400);
    buy(d, &g, 1, 192000, 30);
    release_all(d, &g);
    resolve(d, 1, 30, 30); /* 30 of 82.57 came back. */
    assert_int_equal(desk_state(d).realised.micros, -52570000);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    resolve(d, 0, 400, 0);
    assert_int_equal(desk_state(d).realised.micros, -52570000);
    desk_free(d);
}

static struct text
event_of(const char *name)
{
    struct text t = { { 0 } };
    (void)text_set(&t, name);
    return t;
}

static void
put_lot(struct ledger *l, uint32_t token, enum strategy strategy,
        const char *name, int64_t shares, int64_t cost)
{
    struct batch b;
    struct uuid ref = desk_uuid(token + 1000 * (uint32_t)strategy);
    struct hash t = desk_token(token);
    struct text event = event_of(name);
    enum reason why;
    batch_start(&b, MODE_paper, &ref, NULL, (struct nanos){ NOON });
    batch_owner(&b, strategy, &event);
    batch_add(&b, ACCOUNT_cash, &t, -cost);
    batch_add(&b, ACCOUNT_position, &t, cost);
    batch_add(&b, ACCOUNT_shares, &t, shares);
    assert_true(ledger_can(l, &b, &why));
    for (uint32_t i = 0; i < b.count; i++) {
        assert_true(ledger_apply(l, &b.at[i]));
    }
}

static uint32_t refs;

static void
settle_lot(struct ledger *l, uint32_t token, enum strategy strategy,
           int64_t part, int64_t cash)
{
    struct batch b;
    struct uuid ref = desk_uuid(100000 + refs++);
    struct hash t = desk_token(token);
    const struct lot *lot = ledger_lot(l, &t, strategy);
    enum reason why;
    int64_t before = ledger_equity(l).micros;
    batch_start(&b, MODE_paper, &ref, NULL, (struct nanos){ NOON });
    batch_owner(&b, strategy, &lot->event);
    recovery_lines(l, &b, lot, (struct qty){ part }, (struct money){ cash });
    batch_add(&b, ACCOUNT_shares, &t, -part);
    assert_true(ledger_can(l, &b, &why));
    int64_t high = before;
    for (uint32_t i = 0; i < b.count; i++) {
        assert_true(ledger_apply(l, &b.at[i]));
        int64_t now = ledger_equity(l).micros;
        high = now > high ? now : high;
    }
    assert_true(ledger_balanced(l));
    int64_t after = ledger_equity(l).micros;
    assert_int_equal(high, after > before ? after : before);
}

static int64_t
cost_of(const struct ledger *l, uint32_t token, enum strategy strategy)
{
    struct hash t = desk_token(token);
    const struct lot *lot = ledger_lot(l, &t, strategy);
    return lot == NULL ? 0 : lot->cost.micros;
}

static void
more_is_shared_by_quantity_less_is_taken_by_cost(void **state)
{
    (void)state;
    struct ledger *l = ledger_new(&(struct ledger_caps){ 8, 4, 32 });
    for (uint32_t i = 0; i < 4; i++) {
        put_lot(l, i, STRATEGY_A, "e", 1000, i == 0 ? 100 : 10 * i);
    }
    settle_lot(l, 0, STRATEGY_A, 1000, 0);
    assert_int_equal(cost_of(l, 1, STRATEGY_A), 10 + 33); /* Of 100 by 3, */
    assert_int_equal(cost_of(l, 2, STRATEGY_A), 20 + 33); /* of 67 by 2, */
    assert_int_equal(cost_of(l, 3, STRATEGY_A), 30 + 34); /* the rest. */
    settle_lot(l, 1, STRATEGY_A, 1000, 100); /* 57 more than it cost. */
    assert_int_equal(cost_of(l, 2, STRATEGY_A), 53 - 25); /* 57 * 53 / 117 */
    assert_int_equal(cost_of(l, 3, STRATEGY_A), 64 - 32);
    assert_int_equal(ledger_pnl(l).micros, 0);
    ledger_destroy(&l);
}

static void
other_strategies_and_other_events_are_left_alone(void **state)
{
    (void)state;
    struct ledger *l = ledger_new(&(struct ledger_caps){ 8, 4, 32 });
    put_lot(l, 0, STRATEGY_A, "e", 1000, 100);
    put_lot(l, 1, STRATEGY_A, "e", 1000, 100);
    put_lot(l, 2, STRATEGY_A, "f", 1000, 100);
    put_lot(l, 0, STRATEGY_B, "e", 1000, 100);
    put_lot(l, 1, STRATEGY_B, "e", 1000, 100);
    settle_lot(l, 0, STRATEGY_A, 1000, 0);
    assert_int_equal(ledger_pnl(l).micros, 0);
    assert_int_equal(cost_of(l, 1, STRATEGY_A), 200);
    assert_int_equal(cost_of(l, 2, STRATEGY_A), 100);
    assert_int_equal(cost_of(l, 0, STRATEGY_B), 100);
    settle_lot(l, 0, STRATEGY_B, 1000, 0); /* Leg by leg. */
    assert_int_equal(ledger_pnl(l).micros, -100);
    assert_int_equal(cost_of(l, 1, STRATEGY_B), 100);
    ledger_destroy(&l);
}

static void
a_basket_too_large_is_booked_leg_by_leg(void **state)
{
    (void)state;
    struct ledger *l = ledger_new(&(struct ledger_caps){ 64, 4, 128 });
    for (uint32_t i = 0; i < RECOVERY_LOTS + 2; i++) {
        put_lot(l, i, STRATEGY_A, "e", 1000, 10);
    }
    settle_lot(l, 0, STRATEGY_A, 1000, 0); /* One too many are left. */
    assert_int_equal(ledger_pnl(l).micros, -10);
    settle_lot(l, 1, STRATEGY_A, 1000, 0);
    assert_int_equal(ledger_pnl(l).micros, -10);
    put_lot(l, 0, STRATEGY_A, "e", INT64_MAX / 64, 10);
    settle_lot(l, 2, STRATEGY_A, 1000, 0); /* Too large a sum. */
    assert_true(ledger_pnl(l).micros < -10);
    ledger_destroy(&l);
}

struct lots {
    int64_t qty[12];
    uint32_t count;
    uint64_t seed;
};

static int64_t
pick(struct lots *k, int64_t least, int64_t most)
{
    k->seed = k->seed * 6364136223846793005u + 1442695040888963407u;
    return least + (int64_t)((k->seed >> 20) % (uint64_t)(most - least + 1));
}

/* By trying each outcome: a token pays price of what its shares can bring
 * again, one of the others what is left of the dollar. */
static int64_t
still_to_come(const struct lots *k, uint32_t token, int64_t price)
{
    int64_t best = 0;
    for (uint32_t i = 0; i < k->count; i++) {
        int64_t pays = i == token ? 0 : k->qty[i] * (MICROS - price) / MICROS;
        best = pays > best ? pays : best;
    }
    return best + k->qty[token] * price / MICROS;
}

/* One settlement; a price of 0, of a dollar, or between. */
static int64_t
settle_some(struct ledger *l, struct lots *k, int64_t price, uint32_t token)
{
    int64_t part = pick(k, 0, 3) == 0 ? pick(k, 1, k->qty[token])
                                      : k->qty[token];
    part = part < k->qty[token] ? (part + 999) / 1000 * 1000 : part;
    part = part > k->qty[token] ? k->qty[token] : part;
    int64_t cash = part * price / MICROS;
    struct text event = event_of("e");
    int64_t cost = ledger_event(l, &event).micros;
    int64_t pnl = ledger_pnl(l).micros;
    k->qty[token] -= part;
    settle_lot(l, token, STRATEGY_A, part, cash);
    int64_t after = ledger_event(l, &event).micros;
    int64_t most = still_to_come(k, token, price);
    int64_t won = ledger_pnl(l).micros - pnl;
    assert_int_equal(after, cost - cash + won);
    assert_true(after <= most);
    assert_true(won <= 0 || after == 0);                 /* Late. */
    assert_true(won >= 0 || after >= most - 2);          /* Certain. */
    return cash;
}

static void
in_whatever_order_the_basket_s_result_is_its_cash(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct ledger *l = ledger_new(&(struct ledger_caps){ 16, 4, 512 });
        struct lots k = { .seed = seed };
        int64_t paid = 0, got = 0, price[12], even = pick(&k, 0, 1);
        k.count = (uint32_t)pick(&k, 1, 12);
        uint32_t winner = (uint32_t)pick(&k, 0, 14);
        for (uint32_t i = 0; i < k.count; i++) {
            k.qty[i] = even ? 200000 : pick(&k, 1, 300) * 1000;
            int64_t cost = pick(&k, 0, k.qty[i] / (even ? k.count : 1));
            put_lot(l, i, STRATEGY_A, "e", k.qty[i], cost);
            paid += cost;
            price[i] = i == winner ? MICROS : 0;
        }
        if (k.count > 1 && pick(&k, 0, 4) == 0) { /* Split in the end. */
            price[0] = pick(&k, 0, MICROS / 1000) * 1000;
            price[1] = MICROS - price[0];
        }
        for (uint32_t open = k.count; open > 0;) {
            uint32_t i = (uint32_t)pick(&k, 0, k.count - 1);
            if (k.qty[i] > 0) {
                got += settle_some(l, &k, price[i], i);
                open -= k.qty[i] == 0;
            }
        }
        assert_int_equal(ledger_pnl(l).micros, got - paid);
        assert_int_equal(ledger_account(l, ACCOUNT_position).micros, 0);
        ledger_destroy(&l);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_basket_is_never_at_a_loss_on_its_way),
        cmocka_unit_test(a_naked_leg_that_loses_is_a_loss_at_once),
        cmocka_unit_test(
            what_the_other_legs_cannot_pay_any_more_is_a_loss_at_once),
        cmocka_unit_test(once_the_winner_is_known_the_rest_can_pay_nothing),
        cmocka_unit_test(more_is_shared_by_quantity_less_is_taken_by_cost),
        cmocka_unit_test(other_strategies_and_other_events_are_left_alone),
        cmocka_unit_test(a_basket_too_large_is_booked_leg_by_leg),
        cmocka_unit_test(in_whatever_order_the_basket_s_result_is_its_cash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
