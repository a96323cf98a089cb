/* test_signer_tx - transactions that are signed, and all others */

#include "executor/signer_tx.h"

#include "common/must.h"
#include "executor/encode/calls.h"
#include "executor/encode/carrier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct signer_contracts c;
static struct call call;
static struct tx tx;
static const struct hash condition = { { 5 } };
static const struct address self = { { 7, 7, 7 } };
static struct wallet wallet;

static int
set_up(void **state)
{
    struct why why;

    (void)state;
    must(signer_contracts_parse(
        "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB",
        "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045",
        "0xAdA100Db00Ca00073811820692005400218FcE1f",
        "0xadA2005600Dec949baf300f4C6120000bDB6eAab", &c, &why));
    must(wallet_make(WALLET_EOA, &self, NULL, &wallet, NULL));
    tx = (struct tx){ .chain = CHAIN_POLYGON, .gas_limit = 300000,
                      .fee_max = 100, .priority_max = 30 };
    return 0;
}

static bool
may(const struct address *to)
{
    tx.to = *to;
    tx.data = call.b;
    tx.data_size = call.size;
    return signer_may_send(&c, CHAIN_POLYGON, &wallet, &tx);
}

static void
sets_are_made_and_unmade_through_the_adapters(void **state)
{
    const struct money one = { 1000000 };
    const struct address *adapters[] = { &c.adapter, &c.neg_adapter };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        call_split(&call, &c.collateral, &condition, one);
        assert_true(may(adapters[i]));
        assert_false(may(&c.positions)); /* That takes another collateral. */
        assert_false(may(&c.collateral));
        call_merge(&call, &c.collateral, &condition, one);
        assert_true(may(adapters[i]));
        call_redeem(&call, &c.collateral, &condition);
        assert_true(may(adapters[i]));
    }
    call_convert(&call, &condition, &condition, (struct qty){ 5 });
    assert_true(may(&c.neg_adapter));
    assert_false(may(&c.adapter));
}

static void
approvals_are_for_exchanges_and_adapters_only(void **state)
{
    struct address other = { { 1, 2, 3 } };
    struct hash all;

    (void)state;
    memset(all.b, 0xff, sizeof all.b);
    for (size_t i = 0; i < exchange_all_count; i++) {
        bool here = exchange_all[i].chain == CHAIN_POLYGON;
        bool shared = false; /* Both chains have some in common. */
        for (size_t k = 0; k < exchange_all_count; k++)
            shared |= exchange_all[k].chain == CHAIN_POLYGON &&
                      address_equal(&exchange_all[k].at,
                                    &exchange_all[i].at);
        call_approve(&call, &exchange_all[i].at, &all);
        assert_int_equal(may(&c.collateral), here || shared);
        call_approve_all(&call, &exchange_all[i].at, true);
        assert_int_equal(may(&c.positions), here || shared);
    }
    call_approve(&call, &c.adapter, &all);
    assert_true(may(&c.collateral));
    assert_false(may(&c.positions));
    call.b[4] = 1; /* Dirt above the address. */
    assert_false(may(&c.collateral));
    call_approve(&call, &other, &all);
    assert_false(may(&c.collateral));
    call_approve_all(&call, &other, true);
    assert_false(may(&c.positions));
    call_approve(&call, &c.adapter, &all);
    call.size = 4;
    assert_false(may(&c.collateral));
}

static void
nothing_else_is_sent(void **state)
{
    (void)state;
    call_wrap(&call, &c.collateral, &c.adapter, (struct money){ 1 });
    assert_false(may(&c.collateral));
    /* transfer(address,uint256) */
    memcpy(call.b, "\xa9\x05\x9c\xbb", 4);
    call.size = 68;
    assert_false(may(&c.collateral));
    call.size = 0;
    assert_false(may(&c.adapter));
    call_merge(&call, &c.collateral, &condition, (struct money){ 1 });
    assert_true(may(&c.adapter));
    tx.value.b[31] = 1;
    assert_false(may(&c.adapter));
    tx.value.b[31] = 0;
    tx.chain = 1;
    assert_false(may(&c.adapter));
    tx.chain = CHAIN_POLYGON;
    tx.gas_limit = SIGNER_GAS_MAX + 1;
    assert_false(may(&c.adapter));
    tx.gas_limit = 1;
    tx.fee_max = SIGNER_FEE_MAX + 1;
    assert_false(may(&c.adapter));
    tx.fee_max = tx.priority_max - 1;
    assert_false(may(&c.adapter));
    tx.fee_max = 100;
    call.size--;
    assert_false(may(&c.adapter));
    struct address none = { { 0 } };
    call.size++;
    assert_false(may(&none));
}

/* Of a deposit wallet: the same list, in a batch that does not last. */
static struct relay_batch batch;

static bool
may_relay(enum wallet_type type, uint64_t chain)
{
    struct address funder = { { 9, 9 } };
    struct wallet w;
    const struct nanos now = { INT64_C(1795219200) * 1000000000 };

    must(wallet_make(type, &self, type == WALLET_EOA ? NULL : &funder, &w,
                     NULL));
    batch.data = call.b;
    batch.size = call.size;
    return signer_may_relay(&c, chain, &w, &batch, now);
}

static bool
is_relayed(const struct address *to)
{
    batch.to = *to;
    batch.deadline = 1795219800;
    return may_relay(WALLET_DEPOSIT, CHAIN_POLYGON);
}

static void
what_the_relayer_brings_is_of_the_same_list(void **state)
{
    const struct money one = { 1000000 };
    struct address other = { { 1, 2, 3 } };
    struct hash all;

    (void)state;
    memset(all.b, 0xff, sizeof all.b);
    call_approve(&call, &other, &all);
    assert_false(is_relayed(&c.collateral));
    call_approve(&call, &c.adapter, &all);
    assert_true(is_relayed(&c.collateral));
    call_wrap(&call, &c.collateral, &c.adapter, one);
    assert_false(is_relayed(&c.collateral));
    memcpy(call.b, "\xa9\x05\x9c\xbb", 4); /* transfer(address,uint256) */
    call.size = 68;
    assert_false(is_relayed(&c.collateral));
    call.size = 0;
    assert_false(is_relayed(&self));
    call_merge(&call, &c.collateral, &condition, one);
    assert_false(is_relayed(&c.positions));
    assert_true(is_relayed(&c.neg_adapter));
    call.size--;
    assert_false(is_relayed(&c.adapter));
    call.size++;
    assert_true(is_relayed(&c.adapter));
}

static void
a_batch_is_of_a_deposit_wallet_and_ends_soon(void **state)
{
    struct address funder = { { 9, 9 } };

    (void)state;
    call_merge(&call, &c.collateral, &condition, (struct money){ 1000000 });
    assert_true(is_relayed(&c.adapter));
    for (enum wallet_type t = WALLET_EOA; t < WALLET_DEPOSIT; t++)
        assert_false(may_relay(t, CHAIN_POLYGON));
    assert_false(may_relay(WALLET_DEPOSIT, CHAIN_AMOY));
    batch.deadline = 1795219200; /* Now. */
    assert_false(may_relay(WALLET_DEPOSIT, CHAIN_POLYGON));
    batch.deadline = 1795219200 + SIGNER_RELAY_MAX;
    assert_true(may_relay(WALLET_DEPOSIT, CHAIN_POLYGON));
    batch.deadline++;
    assert_false(may_relay(WALLET_DEPOSIT, CHAIN_POLYGON));
    batch.deadline = UINT64_MAX;
    assert_false(may_relay(WALLET_DEPOSIT, CHAIN_POLYGON));
    /* And its owner sends nothing for it. */
    assert_true(may(&c.adapter));
    must(wallet_make(WALLET_DEPOSIT, &self, &funder, &wallet, NULL));
    assert_false(may(&c.adapter));
}

static void
nothing_at_all_goes_to_the_account_itself(void **state)
{
    (void)state;
    call.size = 0;
    assert_true(may(&self));
    assert_false(may(&c.collateral));
    tx.value.b[0] = 1;
    assert_false(may(&self));
    tx.value.b[0] = 0;
    call_merge(&call, &c.collateral, &condition, (struct money){ 1 });
    assert_false(may(&self));
    call.size = 1;
    assert_false(may(&self));
}

/* What the owner of a contract wallet sends for it to call. */
static bool
may_carry(const struct address *to)
{
    const struct carried in = { *to, call.b, call.size };
    static struct call outer;

    must(carrier_wrap(&wallet, &in, &tx.to, &outer));
    tx.data = outer.b;
    tx.data_size = outer.size;
    return signer_may_send(&c, CHAIN_POLYGON, &wallet, &tx);
}

static void
a_wallet_calls_what_its_owner_might(void **state)
{
    struct address other = { { 1, 2, 3 } }, at;
    const uint64_t types[] = { WALLET_PROXY, WALLET_SAFE };
    struct hash all;

    (void)state;
    memset(all.b, 0xff, sizeof all.b);
    for (size_t i = 0; i < 2; i++) {
        assert_true(carrier_wallet(types[i], CHAIN_POLYGON, &self, &at));
        must(wallet_make(types[i], &self, &at, &wallet, NULL));
        call_merge(&call, &c.collateral, &condition, (struct money){ 1 });
        assert_true(may_carry(&c.adapter));
        assert_false(may_carry(&c.collateral));
        assert_false(may_carry(&at));
        assert_false(may(&c.adapter)); /* The owner's own sets. */
        call_approve(&call, &c.adapter, &all);
        assert_true(may_carry(&c.collateral));
        call_approve(&call, &other, &all);
        assert_false(may_carry(&c.collateral));
        memcpy(call.b, "\xa9\x05\x9c\xbb", 4); /* transfer */
        assert_false(may_carry(&c.collateral));
        call.size = 0;
        assert_false(may_carry(&self)); /* It takes no nonce from within. */
        assert_true(may(&self));
        assert_false(may(&at));
    }
    other = at;
    call_merge(&call, &c.collateral, &condition, (struct money){ 1 });
    assert_true(may_carry(&c.adapter));
    tx.to.b[0] ^= 1; /* Of another Safe. */
    assert_false(signer_may_send(&c, CHAIN_POLYGON, &wallet, &tx));
    must(wallet_make(WALLET_PROXY, &self, &other, &wallet, NULL));
    assert_false(may_carry(&c.adapter)); /* Not the factory's. */
    must(wallet_make(WALLET_DEPOSIT, &self, &other, &wallet, NULL));
    assert_false(may(&c.adapter));
}

static void
an_address_that_is_none_is_named(void **state)
{
    struct why why;

    (void)state;
    assert_false(signer_contracts_parse(
        "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB", "", "x", "y", &c,
        &why));
    assert_non_null(strstr(why.s, "executor.positions"));
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sets_are_made_and_unmade_through_the_adapters),
        TEST(approvals_are_for_exchanges_and_adapters_only),
        TEST(nothing_else_is_sent),
        TEST(what_the_relayer_brings_is_of_the_same_list),
        TEST(a_batch_is_of_a_deposit_wallet_and_ends_soon),
        TEST(nothing_at_all_goes_to_the_account_itself),
        TEST(a_wallet_calls_what_its_owner_might),
        TEST(an_address_that_is_none_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
