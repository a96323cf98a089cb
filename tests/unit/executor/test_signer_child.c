/* test_signer_child - what else the signer's process signs: requests, L1,
 * transactions */

#include "executor/encode/calls.h"
#include "tests/unit/executor/signer_line.h"

static void
requests_are_signed_once_there_is_a_secret(void **state)
{
    char text[L2_SIGNATURE_CAP];
    struct l1_headers l1;

    (void)state;
    begin();
    assert_int_equal(signer_ask_l1(line, 1795219200, 0, &l1),
                     SIGNER_NO_none);
    assert_string_equal(l1.address,
                        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    assert_int_equal(signer_ask_l2(line, 1795219200, "GET", "/data/orders",
                                   NULL, 0, text), SIGNER_NO_credentials);
    assert_int_equal(signer_give_secret(line, "not base64!"),
                     SIGNER_NO_credentials);
    assert_int_equal(
        signer_give_secret(
            line, "c2VjcmV0LWtleS1mb3ItdGVzdC12ZWN0b3JzLW9ubHkhIQ=="),
        SIGNER_NO_none);
    assert_int_equal(signer_ask_l2(line, 1795219200, "GET", "/data/orders",
                                   NULL, 0, text), SIGNER_NO_none);
    assert_string_equal(text, "v3wU9_j0Rpo0WtOPtQ8DT-hdmy6PziEkUuw6sJzFFgk=");
    assert_int_equal(signer_ask_l2(line, 1795219200, "DELETE",
                                   "/auth/api-key", NULL, 0, text),
                     SIGNER_NO_path);
}

static void
a_transaction_of_the_list_is_signed_and_no_other(void **state)
{
    struct signer_contracts contracts = { .collateral = { { 1 } },
                                          .positions = { { 2 } },
                                          .adapter = { { 3 } },
                                          .neg_adapter = { { 4 } } };
    struct tx t = { .chain = CHAIN_POLYGON, .gas_limit = 200000,
                    .fee_max = 100, .to = contracts.adapter };
    const struct hash condition = { { 5 } };
    static struct call call;
    struct signature sig;
    struct address who;
    struct hash digest;
    struct why why;

    (void)state;
    call_merge(&call, &contracts.collateral, &condition,
               (struct money){ 1000000 });
    t.data = call.b;
    t.data_size = call.size;
    setup.contracts = &contracts;
    begin();
    assert_int_equal(signer_ask_tx(line, &t, &sig), SIGNER_NO_none);
    assert_true(tx_digest(&t, &digest, &why));
    assert_true(key_recover(key, &digest, &sig, &who));
    assert_true(address_equal(&who, key_address(key)));
    t.to = contracts.collateral;
    assert_int_equal(signer_ask_tx(line, &t, &sig), SIGNER_NO_call);
    signer_stop(&line);
    setup.contracts = NULL;
    begin();
    t.to = contracts.adapter;
    assert_int_equal(signer_ask_tx(line, &t, &sig), SIGNER_NO_call);
}

static void
a_batch_is_signed_for_a_deposit_wallet_only(void **state)
{
    struct signer_contracts contracts = { .collateral = { { 1 } },
                                          .positions = { { 2 } },
                                          .adapter = { { 3 } },
                                          .neg_adapter = { { 4 } } };
    const char *funder = "0x2000000000000000000000000000000000000002";
    struct relay_batch b = { .nonce = 3, .to = contracts.adapter };
    const struct hash condition = { { 5 } };
    static struct call call;
    struct signature sig;
    struct address who, at;

    (void)state;
    call_merge(&call, &contracts.collateral, &condition,
               (struct money){ 1000000 });
    b.data = call.b;
    b.size = call.size;
    b.deadline = (uint64_t)(clock_wall().ns / 1000000000) + 600;
    setup.contracts = &contracts;
    begin();
    assert_int_equal(signer_ask_batch(line, &b, &sig), SIGNER_NO_call);
    signer_stop(&line);
    setup.signature_type = WALLET_DEPOSIT;
    setup.funder = funder;
    begin();
    assert_int_equal(signer_ask_batch(line, &b, &sig), SIGNER_NO_none);
    assert_true(address_parse(funder, strlen(funder), &at));
    struct hash digest = relay_batch_hash(CHAIN_POLYGON, &at, &b);
    assert_true(key_recover(key, &digest, &sig, &who));
    assert_true(address_equal(&who, key_address(key)));
    b.to = contracts.collateral;
    assert_int_equal(signer_ask_batch(line, &b, &sig), SIGNER_NO_call);
    b.to = contracts.adapter;
    b.size = RELAY_DATA_CAP + 1;
    assert_int_equal(signer_ask_batch(line, &b, &sig), SIGNER_NO_asked);
    setup.contracts = NULL;
    setup.signature_type = WALLET_EOA;
    setup.funder = "";
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(requests_are_signed_once_there_is_a_secret),
        TEST(a_transaction_of_the_list_is_signed_and_no_other),
        TEST(a_batch_is_signed_for_a_deposit_wallet_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
