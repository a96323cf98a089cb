/* test_ledger - batches and lines on bare books: what may be written, what
 * the sums are, and that full or wrong is refused before it is written */
#include "tests/unit/riskd/desk.h"

#include "common/digest.h"
#include "riskd/ledger.h"

static struct ledger *
make_ledger(void)
{
    struct ledger_caps caps = { 4, 3, 6 };
    return ledger_new(&caps);
}

static void
start(struct batch *b, uint32_t ref)
{
    struct uuid id = desk_uuid(ref);
    struct text event = { "e" };
    batch_start(b, MODE_paper, &id, NULL, (struct nanos){ NOON });
    batch_owner(b, STRATEGY_A, &event);
}

static enum reason
can(const struct ledger *l, const struct batch *b)
{
    enum reason why = REASON_none;
    return ledger_can(l, b, &why) ? REASON_none : why;
}

static void
write_down(struct ledger *l, const struct batch *b)
{
    assert_int_equal(can(l, b), REASON_none);
    for (uint32_t i = 0; i < b->count; i++) {
        assert_true(ledger_apply(l, &b->at[i]));
    }
    assert_true(ledger_balanced(l));
}

static void
put_in(struct ledger *l, struct batch *b, int64_t dollars)
{
    start(b, 1);
    batch_add(b, ACCOUNT_capital, NULL, -dollars * MICROS);
    batch_add(b, ACCOUNT_cash, NULL, dollars * MICROS);
    write_down(l, b);
}

static void
buy(struct ledger *l, struct batch *b, uint32_t ref, uint32_t token,
    int64_t shares, int64_t cost)
{
    struct hash t = desk_token(token);
    start(b, ref);
    batch_add(b, ACCOUNT_cash, &t, -cost);
    batch_add(b, ACCOUNT_position, &t, cost);
    batch_add(b, ACCOUNT_shares, &t, shares);
    write_down(l, b);
}

static void
lines_that_do_not_sum_to_zero_are_refused(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct batch b;
    start(&b, 1);
    batch_add(&b, ACCOUNT_capital, NULL, -100);
    batch_add(&b, ACCOUNT_cash, NULL, 99);
    assert_int_equal(can(l, &b), REASON_CONFLICT);
    batch_add(&b, ACCOUNT_shares, &(struct hash){ { 5 } }, 1);
    assert_int_equal(can(l, &b), REASON_CONFLICT); /* Shares do not count. */
    batch_add(&b, ACCOUNT_fees, NULL, 1);
    assert_int_equal(can(l, &b), REASON_CONFLICT); /* Nor do fees. */
    batch_add(&b, ACCOUNT_realised, NULL, 1);
    assert_int_equal(can(l, &b), REASON_none);
    ledger_destroy(&l);
}

static void
too_many_lines_are_refused(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct batch b;
    start(&b, 1);
    for (int i = 0; i <= BATCH_CAP; i++) {
        batch_add(&b, ACCOUNT_cash, NULL, i % 2 == 0 ? 1 : -1);
    }
    assert_int_equal(b.count, BATCH_CAP);
    assert_int_equal(can(l, &b), REASON_OVERFLOW);
    ledger_destroy(&l);
}

static void
numbers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct batch b;
    start(&b, 1);
    batch_add(&b, ACCOUNT_capital, NULL, -INT64_MAX);
    batch_add(&b, ACCOUNT_cash, NULL, INT64_MAX);
    assert_int_equal(can(l, &b), REASON_OVERFLOW);
    start(&b, 1);
    struct hash t = desk_token(1);
    batch_add(&b, ACCOUNT_shares, &t, INT64_MAX);
    assert_int_equal(can(l, &b), REASON_OVERFLOW);
    ledger_destroy(&l);
}

static void
neither_lots_nor_reservations_fall_below_zero(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct batch b;
    struct hash t = desk_token(1);
    put_in(l, &b, 100);
    start(&b, 2);
    batch_add(&b, ACCOUNT_reserved, NULL, -1);
    batch_add(&b, ACCOUNT_cash, NULL, 1);
    assert_int_equal(can(l, &b), REASON_CONFLICT);
    buy(l, &b, 3, 1, 10, 400);
    start(&b, 4);
    batch_add(&b, ACCOUNT_shares, &t, -11);
    assert_int_equal(can(l, &b), REASON_NOT_HELD);
    start(&b, 4);
    batch_add(&b, ACCOUNT_shares, &t, -10);
    batch_add(&b, ACCOUNT_position, &t, -401);
    batch_add(&b, ACCOUNT_cash, &t, 401);
    assert_int_equal(can(l, &b), REASON_NOT_HELD);
    ledger_destroy(&l);
}

static void
full_books_refuse_and_room_comes_back(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct batch b;
    put_in(l, &b, 100);
    for (uint32_t i = 0; i < 4; i++) {
        buy(l, &b, 10 + i, i, 10, 400);
    }
    struct hash t = desk_token(0), fresh = desk_token(9);
    start(&b, 20);
    batch_add(&b, ACCOUNT_cash, &fresh, -1);
    batch_add(&b, ACCOUNT_position, &fresh, 1);
    assert_int_equal(can(l, &b), REASON_OVERFLOW); /* A fifth lot. */
    start(&b, 20);
    batch_add(&b, ACCOUNT_position, &t, -400);
    batch_add(&b, ACCOUNT_cash, &t, 400);
    batch_add(&b, ACCOUNT_shares, &t, -10);
    write_down(l, &b);
    assert_null(ledger_lot(l, &t, STRATEGY_A));
    start(&b, 21); /* The seventh ref. */
    batch_add(&b, ACCOUNT_realised, NULL, 1);
    batch_add(&b, ACCOUNT_cash, NULL, -1);
    assert_int_equal(can(l, &b), REASON_OVERFLOW);
    assert_int_equal(ledger_refs_percent(l), 100);
    ledger_destroy(&l);
}

static void
a_fourth_event_finds_no_room(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct batch b;
    put_in(l, &b, 100);
    const char *names[] = { "a", "b", "c", "d" };
    for (uint32_t i = 0; i < 4; i++) {
        struct uuid auth = desk_uuid(i);
        struct text event = { { 0 } };
        (void)text_set(&event, names[i]);
        batch_start(&b, MODE_paper, &auth, &auth, (struct nanos){ NOON });
        batch_owner(&b, STRATEGY_B, &event);
        batch_add(&b, ACCOUNT_cash, NULL, -5);
        batch_add(&b, ACCOUNT_reserved, NULL, 5);
        if (i == 3) {
            assert_int_equal(can(l, &b), REASON_OVERFLOW);
            continue;
        }
        write_down(l, &b);
        assert_int_equal(ledger_event(l, &event).micros, 5);
    }
    assert_int_equal(ledger_strategy(l, STRATEGY_B).micros, 15);
    assert_null(ledger_ref(l, &(struct uuid){ { 9 } }));
    ledger_destroy(&l);
}

static void
the_basis_rounds_up_and_the_last_share_takes_the_rest(void **state)
{
    (void)state;
    struct lot lot = { .qty = { 3 }, .cost = { 100 } };
    assert_int_equal(lot_basis(&lot, (struct qty){ 0 }).micros, 0);
    assert_int_equal(lot_basis(&lot, (struct qty){ 1 }).micros, 34);
    assert_int_equal(lot_basis(&lot, (struct qty){ 2 }).micros, 67);
    assert_int_equal(lot_basis(&lot, (struct qty){ 3 }).micros, 100);
}

static void
a_ref_remembers_what_its_lots_gave(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct batch b;
    struct uuid ref = desk_uuid(3);
    put_in(l, &b, 100);
    assert_null(ledger_ref(l, &ref));
    buy(l, &b, 3, 1, 10, 400);
    assert_non_null(ledger_ref(l, &ref));
    assert_int_equal(ledger_ref(l, &ref)->basis, -400);
    assert_int_equal(ledger_ref(l, &ref)->open, 0);
    ledger_destroy(&l);
}

static void
days_are_utc_and_begin_at_midnight(void **state)
{
    (void)state;
    assert_int_equal(utc_day((struct nanos){ 0 }), 0);
    assert_int_equal(utc_day((struct nanos){ DAY_NS - 1 }), 0);
    assert_int_equal(utc_day((struct nanos){ DAY_NS }), 1);
    assert_int_equal(utc_day((struct nanos){ -1 }), -1);
    assert_int_equal(utc_day((struct nanos){ -DAY_NS }), -1);
    assert_int_equal(utc_day((struct nanos){ -DAY_NS - 1 }), -2);
}

static void
a_wild_line_is_refused_and_nothing_crashes(void **state)
{
    (void)state;
    struct ledger *l = make_ledger();
    struct ledger_entry e = { .account = ACCOUNT_cash,
                              .amount = { INT64_MAX } };
    assert_true(ledger_apply(l, &e));
    assert_false(ledger_apply(l, &e));
    e.account = (enum account)99;
    assert_false(ledger_apply(l, &e));
    e.account = ACCOUNT_position;
    e.strategy = (enum strategy)99;
    assert_false(ledger_apply(l, &e));
    e.strategy = STRATEGY_A;
    e.amount.micros = -1;
    assert_false(ledger_apply(l, &e)); /* Below zero. */
    e.account = ACCOUNT_shares;
    e.amount.micros = INT64_MIN;
    assert_false(ledger_apply(l, &e));
    ledger_destroy(&l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_do_not_sum_to_zero_are_refused),
        cmocka_unit_test(too_many_lines_are_refused),
        cmocka_unit_test(numbers_that_do_not_fit_are_refused),
        cmocka_unit_test(neither_lots_nor_reservations_fall_below_zero),
        cmocka_unit_test(full_books_refuse_and_room_comes_back),
        cmocka_unit_test(a_fourth_event_finds_no_room),
        cmocka_unit_test(the_basis_rounds_up_and_the_last_share_takes_the_rest),
        cmocka_unit_test(a_ref_remembers_what_its_lots_gave),
        cmocka_unit_test(days_are_utc_and_begin_at_midnight),
        cmocka_unit_test(a_wild_line_is_refused_and_nothing_crashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
