/* test_signer - what is signed, and everything that is not */

#include "executor/signer.h"

#include "tests/unit/executor/signer_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct key *key;
static struct kit kit;
static struct signer *s;
static struct signer_batch batch;

static int
set_up(void **state)
{
    (void)state;
    key = key_of_hex(ANVIL_0);
    kit_begin(&kit, key);
    s = signer_new(&kit.terms);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    signer_destroy(&s);
    key_destroy(&key);
    return 0;
}

static enum signer_no
ask(uint32_t first, uint32_t count)
{
    batch = (struct signer_batch){ .grant = &kit.grant,
                                   .intents = &kit.intent[first],
                                   .count = count,
                                   .wall = { KIT_NOW_MS * 1000000 } };
    return signer_check(s, &batch);
}

static void
remember_all(void)
{
    for (uint32_t i = 0; i < batch.fresh; i++)
        assert_int_equal(signer_remember(s, &batch.facts[i]),
                         SIGNER_NO_none);
}

static void
orders_that_fit_their_grant_get_their_drafts(void **state)
{
    (void)state;
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    assert_int_equal(batch.fresh, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_true(hash_equal(&batch.drafts[i].id, &kit.intent[i].order));
        assert_true(hash_equal(&batch.facts[i].order, &kit.intent[i].order));
        assert_int_equal(batch.facts[i].leg, i);
        assert_int_equal(batch.facts[i].epoch, 4);
    }
}

/* The draft made from an intent is the one that the builder makes. */
static void
an_intent_names_the_order_that_was_built(void **state)
{
    struct order_terms t = { .chain = 137, .version = 2, .side = SIDE_buy,
                             .tif = TIF_FAK, .price = { 400000 },
                             .tick = { 10000 },
                             .size = { 100 * (int64_t)MICROS },
                             .salt = 1000, .timestamp = KIT_NOW_MS };
    struct order_draft d;
    struct why why;

    (void)state;
    t.token = kit.intent[0].token;
    assert_true(order_build(&t, &kit.terms.wallet, &d, &why));
    assert_true(hash_equal(&d.id, &kit.intent[0].order));
    assert_int_equal(d.amounts.cash.micros, kit.intent[0].maker);
}

static void
a_grant_that_is_not_riskds_or_is_over_signs_nothing(void **state)
{
    struct kit whole = kit;

    (void)state;
    kit.grant.mode = MODE_paper;
    kit_mark(&kit);
    assert_int_equal(ask(0, 1), SIGNER_NO_mode);
    kit = whole;
    kit.grant.mac.b[31] ^= 1;
    assert_int_equal(ask(0, 1), SIGNER_NO_mac);
    kit = whole;
    kit.grant.legs.at[1].size.micros++; /* Any field is under the mark. */
    assert_int_equal(ask(0, 1), SIGNER_NO_mac);
    kit = whole;
    kit.grant.legs.count = 33;
    assert_int_equal(ask(0, 1), SIGNER_NO_asked);
    kit = whole;
    assert_int_equal(ask(0, 0), SIGNER_NO_asked);
    assert_int_equal(ask(0, 16), SIGNER_NO_asked);
    struct signed_order later = { .auth = kit_uuid(1), .epoch = 4,
                                  .kill_gen = 3 };
    assert_int_equal(signer_remember(s, &later), SIGNER_NO_none);
    assert_int_equal(ask(0, 1), SIGNER_NO_kill_gen);
    later.epoch = 5;
    later.kill_gen = 2;
    assert_int_equal(signer_remember(s, &later), SIGNER_NO_none);
    assert_int_equal(ask(0, 1), SIGNER_NO_epoch);
}

/* One field is changed, the id made to fit, and asked. */
static enum signer_no
ask_changed(uint32_t leg, void (*change)(struct intent *m))
{
    struct intent before = kit.intent[leg];
    enum signer_no no;

    change(&kit.intent[leg]);
    kit_name(&kit, &kit.intent[leg]);
    no = ask(leg, 1);
    kit.intent[leg] = before;
    return no;
}

#define CHANGE(name, statement)                                             \
    static void name(struct intent *m)                                      \
    {                                                                       \
        statement;                                                          \
    }
CHANGE(other_auth, m->auth.b[3]++)
CHANGE(other_group, m->group.b[3]++)
CHANGE(other_attempt, m->attempt++)
CHANGE(paper, m->mode = MODE_paper)
CHANGE(no_leg, m->leg = 2)
CHANGE(huge_leg, m->leg = UINT64_MAX)
CHANGE(other_leg, m->leg ^= 1)
CHANGE(other_token, m->token.b[31]++)
CHANGE(other_side, m->side = m->side == SIDE_buy ? SIDE_sell : SIDE_buy)
CHANGE(dearer, m->price.micros += 10000)
CHANGE(cheaper, m->price.micros -= 10000)
CHANGE(no_price, m->price.micros = 0)
CHANGE(whole_price, m->price.micros = MICROS)
CHANGE(larger, m->qty.micros++)
CHANGE(nothing, m->qty.micros = 0)
CHANGE(negative, m->qty.micros = -5)
CHANGE(gives_more, m->maker++)
CHANGE(gives_much, m->maker = UINT64_MAX)
CHANGE(gives_none, m->maker = 0)
CHANGE(wants_less, m->taker -= 1000)
CHANGE(wants_none, m->taker = 0)
CHANGE(wants_most, m->taker = UINT64_MAX)
CHANGE(long_salt, m->salt = UINT64_C(1) << 53)
CHANGE(first_version, m->version = 1)
CHANGE(old, m->stamp -= 60001)
CHANGE(young, m->stamp += 60001)
CHANGE(ageless, m->stamp = UINT64_MAX)

static void
an_order_beyond_its_leg_is_refused(void **state)
{
    static const struct {
        uint32_t leg;
        void (*change)(struct intent *m);
        enum signer_no no;
    } cases[] = {
        { 0, other_auth, SIGNER_NO_grant },
        { 0, other_group, SIGNER_NO_grant },
        { 0, other_attempt, SIGNER_NO_grant },
        { 0, paper, SIGNER_NO_grant },
        { 0, no_leg, SIGNER_NO_leg },
        { 0, huge_leg, SIGNER_NO_leg },
        { 0, other_leg, SIGNER_NO_token },
        { 0, other_token, SIGNER_NO_token },
        { 0, other_side, SIGNER_NO_side },
        { 1, other_side, SIGNER_NO_side },
        { 0, dearer, SIGNER_NO_price },
        { 1, cheaper, SIGNER_NO_price },
        { 0, no_price, SIGNER_NO_price },
        { 1, whole_price, SIGNER_NO_price },
        { 0, larger, SIGNER_NO_size },
        { 1, larger, SIGNER_NO_size },
        { 0, nothing, SIGNER_NO_size },
        { 1, negative, SIGNER_NO_size },
        { 0, gives_more, SIGNER_NO_amounts },
        { 1, gives_more, SIGNER_NO_amounts },
        { 0, gives_much, SIGNER_NO_amounts },
        { 0, gives_none, SIGNER_NO_amounts },
        { 0, wants_less, SIGNER_NO_amounts },
        { 1, wants_less, SIGNER_NO_amounts },
        { 1, wants_none, SIGNER_NO_amounts },
        { 0, wants_most, SIGNER_NO_amounts },
        { 0, long_salt, SIGNER_NO_salt },
        { 0, first_version, SIGNER_NO_contract },
        { 0, old, SIGNER_NO_stamp },
        { 0, young, SIGNER_NO_stamp },
        { 0, ageless, SIGNER_NO_stamp },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (ask_changed(cases[i].leg, cases[i].change) != cases[i].no)
            fail_msg("case %zu: %s", i,
                     signer_words(ask_changed(cases[i].leg,
                                              cases[i].change)));
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    kit.intent[0].order.b[0] ^= 1; /* Its id is of other fields. */
    assert_int_equal(ask(0, 2), SIGNER_NO_order);
    assert_int_equal(batch.bad, 0);
}

CHANGE(better, (m->price.micros = 390000, m->maker = 39000000))
CHANGE(smaller, (m->qty.micros /= 2, m->maker /= 2, m->taker /= 2))
CHANGE(neg_risk, m->neg_risk = true)
CHANGE(third, m->version = 3)

static void
an_order_within_its_leg_is_signed(void **state)
{
    static void (*const all[])(struct intent *m) = { better, smaller,
                                                     neg_risk, third };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_int_equal(ask_changed(0, all[i]), SIGNER_NO_none);
    assert_int_equal(ask_changed(1, smaller), SIGNER_NO_none);
}

/* faults: F-024 */
static void
a_leg_has_one_order_for_ever(void **state)
{
    (void)state;
    assert_int_equal(ask(0, 1), SIGNER_NO_none);
    remember_all();
    assert_int_equal(ask_changed(0, smaller), SIGNER_NO_second);
    /* The same again is no second order, and needs no writing down, at any
     * time later. */
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    assert_int_equal(batch.fresh, 1);
    assert_int_equal(batch.facts[0].leg, 1);
    batch.wall.ns += INT64_C(600000000000);
    batch.count = 1;
    assert_int_equal(signer_check(s, &batch), SIGNER_NO_none);
    assert_int_equal(batch.fresh, 0);
    /* Nor may one batch hold two for a leg. */
    signer_destroy(&s);
    s = signer_new(&kit.terms);
    kit.intent[1] = kit.intent[0];
    smaller(&kit.intent[1]);
    kit_name(&kit, &kit.intent[1]);
    assert_int_equal(ask(0, 2), SIGNER_NO_second);
    assert_int_equal(batch.bad, 1);
    kit.intent[1] = kit.intent[0];
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    assert_int_equal(batch.fresh, 1);
}

static void
what_cannot_be_remembered_is_not_signed(void **state)
{
    struct signed_order m = { .epoch = 4 };

    (void)state;
    for (uint8_t i = 0; i < 15; i++) {
        m.auth = kit_uuid((uint8_t)(100 + i));
        assert_int_equal(signer_remember(s, &m), SIGNER_NO_none);
    }
    assert_int_equal(ask(0, 2), SIGNER_NO_full);
    assert_int_equal(ask(0, 1), SIGNER_NO_none);
    remember_all();
    assert_int_equal(signer_count(s), 16);
    assert_int_equal(ask(1, 1), SIGNER_NO_full);
    m.auth = kit_uuid(99);
    assert_int_equal(signer_remember(s, &m), SIGNER_NO_full);
    /* The next epoch begins with all the room. */
    kit.grant.epoch = 5;
    kit_mark(&kit);
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    remember_all();
    assert_int_equal(signer_count(s), 2);
}

/* faults: F-025 */
static void
what_was_signed_reads_back_or_is_seen_to_be_damaged(void **state)
{
    struct signed_order m = { .auth = kit_uuid(77), .leg = 31,
                              .epoch = UINT64_MAX - 1, .kill_gen = 12 }, n;
    uint8_t b[SIGNED_SIZE];

    (void)state;
    memset(m.order.b, 0xab, sizeof m.order.b);
    signed_pack(&m, b);
    assert_true(signed_unpack(&n, b));
    assert_true(uuid_equal(&m.auth, &n.auth));
    assert_true(hash_equal(&m.order, &n.order));
    assert_int_equal(n.leg, 31);
    assert_true(n.epoch == m.epoch && n.kill_gen == 12);
    for (size_t i = 0; i < sizeof b; i++) {
        b[i] ^= 0x10;
        assert_false(signed_unpack(&n, b));
        b[i] ^= 0x10;
    }
    memset(b, 0, sizeof b);
    assert_false(signed_unpack(&n, b));
}

static void
only_requests_of_the_account_are_signed(void **state)
{
    (void)state;
    assert_true(signer_may_request("POST", "/order"));
    assert_true(signer_may_request("DELETE", "/cancel-all"));
    assert_true(signer_may_request("GET", "/data/order/0xab"));
    assert_true(signer_may_request("GET", "/balance-allowance/update"));
    assert_false(signer_may_request("DELETE", "/auth/api-key"));
    assert_false(signer_may_request("POST", "/order/"));
    assert_false(signer_may_request("GET", "/order"));
    assert_false(signer_may_request("post", "/order"));
    assert_false(signer_may_request("GET", "/data/order/0xab?x=1"));
    assert_false(signer_may_request("GET", "/data/order/0xab\r\nx"));
    assert_false(signer_may_request("GET", "/data/order/../../auth/x"));
    assert_false(signer_may_request("GET", "/data/order/%2e%2e/x"));
    assert_false(signer_may_request("GET", ""));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(orders_that_fit_their_grant_get_their_drafts),
        TEST(an_intent_names_the_order_that_was_built),
        TEST(a_grant_that_is_not_riskds_or_is_over_signs_nothing),
        TEST(an_order_beyond_its_leg_is_refused),
        TEST(an_order_within_its_leg_is_signed),
        TEST(a_leg_has_one_order_for_ever),
        TEST(what_cannot_be_remembered_is_not_signed),
        TEST(what_was_signed_reads_back_or_is_seen_to_be_damaged),
        TEST(only_requests_of_the_account_are_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
