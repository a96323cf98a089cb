/* test_chain_past - transactions as facts: what is open, done, in the way; and
 * facts that make no sense. */
#include "executor/chain_past.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct chain_tx tx;

static struct chain_record
record(uint8_t ref, uint64_t nonce, uint8_t hash, enum chain_state state)
{
    struct chain_record r = {
        .of = { .ref = { { ref } }, .op = VENUE_OP_merge,
                .market = { "m" }, .qty = { 5 } },
        .purpose = CHAIN_PURPOSE_merge, .state = state, .nonce = nonce,
        .fee_max = 1, .tx = { { hash } },
    };

    if (state == CHAIN_STATE_signed) {
        r.raw_size = 3;
        memcpy(r.raw, "raw", 3);
    }
    return r;
}

static uint32_t
open_count(const struct chain_past *p)
{
    uint32_t i = 0, count = 0;

    while (chain_past_open(p, &i))
        count++;
    return count;
}

static void
put(struct chain_past *p, struct chain_record r)
{
    assert_true(chain_past_put(p, &r));
}

static void
a_record_is_said_and_understood(void **state)
{
    struct chain_record r = record(1, 9, 2, CHAIN_STATE_signed), back;

    (void)state;
    r.fee_max = 7;
    r.priority = 3;
    chain_record_say(&r, &tx);
    assert_int_equal(tx.size, 3);
    assert_int_equal(tx.raw.count, 1);
    assert_true(chain_record_of(&tx, &back));
    assert_true(uuid_equal(&r.of.ref, &back.of.ref));
    assert_true(hash_equal(&r.tx, &back.tx));
    assert_string_equal(back.of.market.s, "m");
    assert_int_equal(back.of.qty.micros, 5);
    assert_int_equal(back.nonce, 9);
    assert_int_equal(back.fee_max * 10 + back.priority, 73);
    assert_int_equal(back.raw_size, 3);
    assert_memory_equal(back.raw, "raw", 3);
    r.state = CHAIN_STATE_confirmed;
    chain_record_say(&r, &tx);
    assert_int_equal(tx.size + tx.raw.count, 0); /* They may be sent no more. */
}

static void
facts_that_make_no_sense_are_none(void **state)
{
    struct chain_record r = record(1, 9, 2, CHAIN_STATE_signed);

    (void)state;
#define BAD(change)                                                         \
    do {                                                                    \
        struct chain_record back_;                                          \
        chain_record_say(&r, &tx);                                          \
        assert_true(chain_record_of(&tx, &back_));                          \
        change;                                                             \
        assert_false(chain_record_of(&tx, &back_));                         \
    } while (0)
    BAD(tx.size = 0);
    BAD(tx.raw.count = 0);
    BAD(tx.raw.count = 2);
    BAD(tx.size = 33);
    BAD(tx.size = CHAIN_RAW_CAP + 1);
    BAD(tx.size = UINT64_MAX);
    BAD(tx.size = UINT64_MAX; tx.raw.count = 0);
    BAD(tx.size = CHAIN_RAW_CAP + 1; tx.raw.count = 33);
    BAD(tx.op = VENUE_OP_place);
    BAD(tx.op = (enum venue_op)99);
    BAD(tx.purpose = chain_purpose_end_);
    BAD(tx.state = (enum chain_state)77);
    BAD(tx.state = CHAIN_STATE_confirmed);
    BAD(tx.nonce = UINT64_MAX);
    BAD(tx.qty.micros = -1);
    BAD(memset(&tx.tx, 0, sizeof tx.tx));
    BAD(memset(&tx.ref, 0, sizeof tx.ref));
}

static void
of_one_nonce_at_most_one_is_open(void **state)
{
    struct chain_past *p = chain_past_new(16);

    (void)state;
    put(p, record(1, 9, 1, CHAIN_STATE_signed));
    put(p, record(1, 9, 2, CHAIN_STATE_signed));
    assert_int_equal(open_count(p), 2);
    put(p, record(1, 9, 1, CHAIN_STATE_confirmed));
    assert_int_equal(open_count(p), 0);
    assert_int_equal(chain_past_nonce(p, false), 10);
    put(p, record(2, 10, 3, CHAIN_STATE_signed));
    put(p, record(2, 10, 3, CHAIN_STATE_gone));
    assert_int_equal(open_count(p), 0);
    assert_int_equal(chain_past_nonce(p, false), 10); /* Free again. */
    put(p, record(2, 10, 4, CHAIN_STATE_signed));
    assert_int_equal(open_count(p), 1);
    chain_past_destroy(&p);
}

/* One wallet's number says nothing of the account's that owns it. */
static void
nonces_of_relayed_batches_are_counted_apart(void **state)
{
    struct chain_past *p = chain_past_new(16);
    struct chain_record r = record(1, 70, 1, CHAIN_STATE_signed);

    (void)state;
    r.fee_max = 0;
    put(p, r);
    put(p, record(2, 9, 2, CHAIN_STATE_confirmed));
    assert_int_equal(chain_past_nonce(p, true), 71);
    assert_int_equal(chain_past_nonce(p, false), 10);
    r.state = CHAIN_STATE_gone;
    put(p, r);
    assert_int_equal(chain_past_nonce(p, true), 70);
    chain_past_destroy(&p);
}

static void
done_is_what_was_for_it_and_confirmed(void **state)
{
    struct chain_past *p = chain_past_new(16);
    struct chain_record r = record(1, 9, 1, CHAIN_STATE_confirmed);
    const struct uuid one = { { 1 } }, two = { { 2 } };

    (void)state;
    r.purpose = CHAIN_PURPOSE_approve;
    put(p, r);
    assert_null(chain_past_done(p, &one));
    r.purpose = CHAIN_PURPOSE_cancel;
    r.tx.b[0] = 2;
    put(p, r);
    assert_null(chain_past_done(p, &one));
    put(p, record(1, 10, 3, CHAIN_STATE_reverted));
    assert_null(chain_past_done(p, &one));
    put(p, record(1, 11, 4, CHAIN_STATE_confirmed));
    assert_non_null(chain_past_done(p, &one));
    assert_null(chain_past_done(p, &two));
    chain_past_destroy(&p);
}

/* Of a version that did not say: a restart may have come before it booked. */
static void
an_older_fact_of_a_redeem_took_what_was_asked_for(void **state)
{
    struct chain_record r = record(3, 12, 5, CHAIN_STATE_confirmed), back;

    (void)state;
    r.purpose = CHAIN_PURPOSE_redeem;
    r.of.op = VENUE_OP_redeem;
    for (int64_t cash = 3; cash < 9; cash += 4) {
        r.cash.micros = cash;
        chain_record_say(&r, &tx);
        assert_true(chain_record_of(&tx, &back));
        assert_int_equal(back.taken[0].qty.micros, 5);
        assert_int_equal(back.taken[0].cash.micros, cash < 5 ? cash : 5);
        assert_int_equal(back.taken[1].qty.micros, 0);
    }
    r.cash.micros = 0; /* Nothing was left when it was done, or unknown. */
    chain_record_say(&r, &tx);
    assert_true(chain_record_of(&tx, &back));
    assert_int_equal(back.taken[0].qty.micros, 0);
}

static void
what_a_redeem_took_is_there_until_it_is_booked(void **state)
{
    struct chain_past *p = chain_past_new(8);
    struct chain_record r = record(3, 12, 5, CHAIN_STATE_confirmed), back;
    const struct hash yes = { { 1 } }, no = { { 2 } }, other = { { 3 } };
    struct chain_taken t;

    (void)state;
    r.purpose = CHAIN_PURPOSE_redeem;
    r.of.op = VENUE_OP_redeem;
    r.of.token = yes;
    r.of.pair = no;
    r.cash.micros = 6;
    r.taken[0] = (struct chain_taken){ { 9 }, { 4 } };
    r.taken[1] = (struct chain_taken){ { 5 }, { 2 } };
    chain_record_say(&r, &tx);
    assert_true(chain_record_of(&tx, &back));
    assert_memory_equal(&r.taken, &back.taken, sizeof r.taken);
    put(p, back);
    assert_null(chain_past_taken(p, &other, &t));
    chain_past_booked(p, &r.tx, &yes, &(struct chain_taken){ { 7 }, { 3 } });
    put(p, back); /* Said twice: it stays booked. */
    assert_non_null(chain_past_taken(p, &yes, &t));
    assert_int_equal(t.qty.micros, 2);
    assert_int_equal(t.cash.micros, 1);
    chain_past_booked(p, &other, &yes, &t);
    assert_non_null(chain_past_taken(p, &yes, &t));
    chain_past_booked(p, &r.tx, &yes, &t);
    assert_null(chain_past_taken(p, &yes, &t));
    assert_non_null(chain_past_taken(p, &no, &t));
    assert_int_equal(t.qty.micros, 5);
    assert_int_equal(t.cash.micros, 2);
    chain_past_destroy(&p);
}

static void
what_was_replaced_does_not_open_again_for_want_of_room(void **state)
{
    struct chain_past *p = chain_past_new(3);
    const struct uuid one = { { 1 } };

    (void)state;
    put(p, record(1, 9, 1, CHAIN_STATE_signed));
    put(p, record(1, 9, 2, CHAIN_STATE_signed));
    put(p, record(1, 9, 1, CHAIN_STATE_confirmed)); /* The first one was. */
    put(p, record(2, 10, 3, CHAIN_STATE_confirmed));
    put(p, record(3, 11, 4, CHAIN_STATE_confirmed));
    assert_int_equal(open_count(p), 0);
    assert_non_null(chain_past_done(p, &one));
    put(p, record(4, 12, 5, CHAIN_STATE_confirmed));
    assert_null(chain_past_done(p, &one)); /* Now it may go. */
    chain_past_destroy(&p);
}

static void
what_is_final_makes_room_and_what_is_open_does_not(void **state)
{
    struct chain_past *p = chain_past_new(3);
    struct chain_record r;

    (void)state;
    put(p, record(1, 1, 1, CHAIN_STATE_signed));
    put(p, record(2, 2, 2, CHAIN_STATE_confirmed));
    put(p, record(3, 3, 3, CHAIN_STATE_signed));
    put(p, record(4, 4, 4, CHAIN_STATE_signed));
    assert_int_equal(open_count(p), 3);
    r = record(5, 5, 5, CHAIN_STATE_signed);
    assert_false(chain_past_put(p, &r));
    assert_int_equal(open_count(p), 3);
    chain_past_destroy(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_said_and_understood),
        cmocka_unit_test(facts_that_make_no_sense_are_none),
        cmocka_unit_test(of_one_nonce_at_most_one_is_open),
        cmocka_unit_test(nonces_of_relayed_batches_are_counted_apart),
        cmocka_unit_test(done_is_what_was_for_it_and_confirmed),
        cmocka_unit_test(what_a_redeem_took_is_there_until_it_is_booked),
        cmocka_unit_test(an_older_fact_of_a_redeem_took_what_was_asked_for),
        cmocka_unit_test(
            what_was_replaced_does_not_open_again_for_want_of_room),
        cmocka_unit_test(what_is_final_makes_room_and_what_is_open_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
