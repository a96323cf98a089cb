/* test_hostile - fields nobody sends, in messages riskd knows: refused, never
 * worse */
#include "tests/unit/riskd/play.h"

/* Overwrites a few of the message's words with numbers nobody sends. */
static void
spoil(struct play *p, void *msg, size_t size)
{
    static const int64_t wild[] = { 0,         1,         -1,
                                    INT64_MAX, INT64_MIN, INT32_MAX,
                                    INT32_MIN, 1000001,   1LL << 40 };
    for (int64_t n = pick(p, 1, 3); n > 0; n--) {
        int64_t value =
            pick(p, 0, 3) == 0 ? (int64_t)draw(p) : wild[pick(p, 0, 8)];
        size_t at = (size_t)pick(p, 0, (int64_t)(size / 8) - 1) * 8;
        /* Half of them where it hurts: before the fourth leg. */
        at = pick(p, 0, 1) ? at % (size < 640 ? size & ~7u : 640) : at;
        memcpy((uint8_t *)msg + at, &value, sizeof value);
    }
}

static void
hear_something_hostile(struct play *p)
{
    uint32_t cap = p->past_count < PAST ? p->past_count : PAST;
    if (cap == 0) {
        return;
    }
    struct past bad = p->past[pick(p, 0, cap - 1)];
    static const size_t sizes[] = { sizeof bad.m.authorize, sizeof bad.m.fill,
                                    sizeof bad.m.release, sizeof bad.m.settle };
    if (bad.kind == HEARD_authorize) {
        bad.m.authorize.group = desk_uuid(8000000 + ++p->serial);
    }
    spoil(p, &bad.m, sizes[bad.kind]);
    say_past(p->d, &bad);
    if (bad.kind == HEARD_authorize) {
        assert_int_equal(p->d->said[TYPE_grant] + p->d->said[TYPE_denial], 1);
    } else if (bad.kind != HEARD_settle) {
        assert_int_equal(p->d->said[TYPE_ack], 1);
    }
    struct order order = { .state = ORDER_STATE_live };
    struct execution execution = { .mode = MODE_paper };
    struct command command = { .verb = VERB_status };
    spoil(p, &order, sizeof order);
    spoil(p, &execution, sizeof execution);
    spoil(p, &command, sizeof command);
    HEAR(p->d, order, &order);
    HEAR(p->d, execution, &execution);
    HEAR(p->d, command, &command);
}

static void
hostile_fields_never_break_the_books(void **state)
{
    (void)state;
    uint64_t bad = 0;
    for (uint64_t seed = 200; seed < 216; seed++) {
        struct play *p = open_play(seed);
        for (int i = 0; i < 250; i++) {
            if (i % 5 == 0) {
                ask(p);
                desk_lease(p->d);
            }
            hear_something_hostile(p);
            struct risk_state s = desk_state(p->d);
            assert_true(s.reserved.micros >= 0);
            assert_true(s.exposure.micros >= 0);
            assert_int_equal(s.equity.micros, p->d->capital.initial_usd.micros +
                                                  s.realised.micros);
        }
        desk_assert_recalls(p->d);
        bad += riskd_counters(p->d->x)[RISKD_bad_input];
        close_play(p);
    }
    print_message("%llu refused as bad input\n", (unsigned long long)bad);
    assert_true(bad > 500);
}

/* Whatever its own journal says: it goes on with what is open and grants
 * nothing. */
static void
books_that_do_not_balance_are_booked_on_and_grant_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    const struct input past = { .wall = { NOON } };
    struct ledger_entry half = { .mode = MODE_paper, .booked = { NOON },
                                 .account = ACCOUNT_cash,
                                 .amount = { 5 * MICROS } };
    riskd_destroy(&d->x);
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    riskd_recall_ledger_entry(d->x, &half, &past);
    struct tick tick = { 0 };
    HEAR(d, tick, &tick); /* Books the opening capital. */
    desk_latch(d, false, 0);
    desk_lease(d);
    assert_int_equal(d->lease.mode, MODE_shadow);
    assert_int_equal(d->state.reasons.at[0].code, REASON_CONFLICT);
    desk_free(d);
}

/* What is walked says how much more may be bought, and so what fee. */
static void
the_largest_fees_there_can_be_are_added_up_and_refused(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, legs_cap, 1, MICROS, 1000000);
    desk_latch(d, false, 0);
    desk_lease(d);
    for (uint32_t i = 0; i < m.legs.count; i++) {
        m.legs.at[i].avg.micros = 1;
        m.legs.at[i].fee = (struct money){ m.legs.at[i].size.micros };
    }
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_grant], 0);
    assert_int_equal(d->said[TYPE_denial], 1);
    bool cash = false;
    for (uint32_t i = 0; i < d->denial.reasons.count; i++) {
        cash = cash || d->denial.reasons.at[i].code == REASON_CAPITAL;
    }
    assert_true(cash);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            books_that_do_not_balance_are_booked_on_and_grant_nothing),
        cmocka_unit_test(
            the_largest_fees_there_can_be_are_added_up_and_refused),
        cmocka_unit_test(hostile_fields_never_break_the_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
