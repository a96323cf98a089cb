/* test_chain - the chain under the exchange does what an EVM would
 *
 * The words of a refusal are those of ConditionalTokens on a real EVM
 * (tests/chain/run.mjs hears the same). */
#include "tests/unit/simex/wallet.h"

/* From the recorded flows of a real node. */
static const char recorded[] =
    "0x02f9015381890b8506fc23ac00852e90edd000832dc6c0945fbdb2315678afec"
    "b367f032d93f642f64180aa380b8e401b7037c000000000000000000000000e7f1"
    "725e7734ce288f8367e1bb143e90bb3f0512000000000000000000000000000000"
    "0000000000000000000000000000000000fd91a1a7b01418a3a7b868a079c153c0"
    "5ee068c57fab114defe07ca03761be380000000000000000000000000000000000"
    "000000000000000000000000000080000000000000000000000000000000000000"
    "000000000000000000000000000200000000000000000000000000000000000000"
    "000000000000000000000000010000000000000000000000000000000000000000"
    "000000000000000000000002c080a066c2a7b38556b48a74041293ba4e37a7ad73"
    "bd61807bd83098548a683c660506a07bc03ed9c8564ea97be4726d97fdd969d40b"
    "a7c8f2c4a306244d5d4b852a40b5";

static void
a_recorded_transaction_is_taken_apart(void **state)
{
    uint8_t bytes[CHAIN_RAW], bad[CHAIN_RAW];
    size_t size;
    struct raw_tx tx;
    const char *why;
    char text[65], who[43];
    (void)state;
    assert_true(hex_data_parse(recorded, strlen(recorded), bytes,
                               sizeof bytes, &size));
    assert_true(raw_read(bytes, size, &tx, &why));
    assert_string_equal(address_text(&tx.from, who),
                        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    assert_string_equal(address_text(&tx.to, who),
                        "0x5FbDB2315678afecb367f032d93F642f64180aa3");
    assert_true(tx.chain == 137 && tx.nonce == 11 && tx.gas == 3000000 &&
                tx.priority == 30 * GWEI && tx.fee == 200 * GWEI &&
                tx.size == 228);
    hex_format(tx.hash, 32, text);
    assert_string_equal(text, "b89b86e3b77ca5d51ff1becc3aa46e7c"
                        "613874e83e123ea216358df2a6ca6324");
    for (size_t cut = 0; cut < size; cut++)
        assert_false(raw_read(bytes, cut, &tx, &why));
    for (size_t i = 0; i < size; i++) { /* Never as the one it was. */
        struct address was;
        assert_true(address_read("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
                                 &was));
        memcpy(bad, bytes, size);
        bad[i] ^= 1;
        assert_false(raw_read(bad, size, &tx, &why) &&
                     address_same(&tx.from, &was));
    }
    bytes[size] = 0;
    assert_false(raw_read(bytes, size + 1, &tx, &why));
}

static void
what_an_evm_refuses_is_refused_in_its_words(void **state)
{
    struct customer who;
    uint32_t m = plain_market();
    uint64_t q1 = 10 * MICROS;
    struct text_call split = position_call(SPLIT, m, q1);
    struct text_call merge = position_call(MERGE, m, q1);
    struct text_call much = position_call(SPLIT, m, 2000 * q1);
    struct text_call redeem = position_call(REDEEM, m, 0);
    (void)state;
    customer_enter(&who, 1);
    assert_string_equal(try_call(&who, PLACE_PLAIN, &split),
                        "execution reverted: TRANSFER_FROM_FAILED");
    assert_string_equal(try_call(&who, PLACE_PLAIN, &merge),
                        "execution reverted: ERC1155: need operator approval "
                        "for 3rd party transfers.");
    allow(&who, 0, PLACE_PLAIN);
    assert_string_equal(try_call(&who, PLACE_PLAIN, &split), "");
    assert_string_equal(try_call(&who, PLACE_PLAIN, &much),
                        "execution reverted: TRANSFER_FROM_FAILED");
    assert_string_equal(try_call(&who, PLACE_PLAIN, &merge),
                        "execution reverted: SafeMath: subtraction overflow");
    assert_string_equal(try_call(&who, PLACE_PLAIN, &redeem),
                        "execution reverted: result for condition not "
                        "received yet");
    split.b[80] ^= 1;
    assert_string_equal(try_call(&who, PLACE_PLAIN, &split),
                        "execution reverted: condition not prepared yet");
    assert_int_equal(looked(&who, m, -1), 1000 * (int64_t)MICROS);
    assert_false(do_tx(&who, 2, PLACE_PLAIN, &merge)); /* Gas is gone. */
    assert_true(chain_account(c, 0)->wei < c->terms.wei);
    assert_int_equal(chain_account(c, 0)->nonce, 3);
}

static void
sets_are_made_unmade_and_redeemed(void **state)
{
    struct customer who;
    uint32_t m = plain_market(), e = x->listing->markets[m].event;
    (void)state;
    customer_enter(&who, 1);
    allow(&who, 0, PLACE_PLAIN);
    struct text_call t = position_call(SPLIT, m, 30 * MICROS + 1);
    assert_true(do_tx(&who, 2, PLACE_PLAIN, &t));
    assert_int_equal(looked(&who, m, 0), 30 * MICROS + 1);
    assert_int_equal(looked(&who, m, 1), 30 * MICROS + 1);
    assert_int_equal(looked(&who, m, -1), 970 * (int64_t)MICROS - 1);
    t = position_call(MERGE, m, 10 * MICROS);
    assert_true(do_tx(&who, 3, PLACE_PLAIN, &t));
    assert_int_equal(looked(&who, m, 1), 20 * MICROS + 1);
    simex_close(x, e);
    simex_resolve(x, e, SIMEX_HALF);
    t = position_call(MERGE, m, 4 * MICROS); /* Still a dollar a set. */
    assert_true(do_tx(&who, 4, PLACE_PLAIN, &t));
    assert_int_equal(looked(&who, m, -1), 984 * (int64_t)MICROS - 1);
    t = position_call(REDEEM, m, 0);
    assert_true(do_tx(&who, 5, PLACE_PLAIN, &t));
    assert_int_equal(looked(&who, m, 0), 0); /* Both odd micros are lost. */
    assert_int_equal(looked(&who, m, -1), 1000 * (int64_t)MICROS - 1);
    assert_true(do_tx(&who, 6, PLACE_PLAIN, &t)); /* Nothing, and good. */
    assert_int_equal(looked(&who, m, -1), 1000 * (int64_t)MICROS - 1);
}

static void
what_came_is_not_traded_before_the_exchange_looks(void **state)
{
    struct customer who;
    uint32_t m = find_market(true, false, false);
    enum place by = listing_is_neg_risk(x->listing, m) ? PLACE_NEG
                                                       : PLACE_PLAIN;
    struct text_call t = position_call(SPLIT, m, 30 * MICROS);
    struct draft sell = { .market = m, .maker = 20 * MICROS,
                          .taker = 19 * MICROS };
    (void)state;
    customer_enter(&who, 1);
    allow(&who, 0, by);
    assert_true(do_tx(&who, 2, by, &t));
    assert_int_equal(balance(&who, m, 0), 0);
    must_refuse(&who, &sell, 400, "not enough balance / allowance");
    assert_int_equal(looked(&who, m, 0), 30 * MICROS);
    assert_int_equal(post(&who, &sell), 200);
}

static void
a_node_refuses_what_nodes_refuse(void **state)
{
    struct customer who, poor;
    struct text_call none = { .size = 0 };
    struct sending s = sending(0);
    char first[67];
    (void)state;
    customer_enter(&who, 1);
    customer_init(&poor, 9);
    s.chain = 1;
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, NULL),
                        "invalid chain id for signer");
    s = sending(0);
    assert_non_null(strstr(send_tx(&poor, &s, chain_places[0], &none, NULL),
                           "insufficient funds"));
    s.fee = 100000 * GWEI;
    assert_non_null(strstr(send_tx(&who, &s, chain_places[0], &none, NULL),
                           "insufficient funds"));
    s = sending(0);
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, first), "");
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, NULL),
                        "already known");
    s.fee++;
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, NULL),
                        "replacement transaction underpriced");
    s.fee = 220 * GWEI;
    s.priority = 33 * GWEI;
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, NULL), "");
    pass(500);
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, NULL),
                        "already known");
    s.fee++;
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, NULL),
                        "nonce too low");
    assert_int_equal(post_to(1, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                                "\"eth_mystery\",\"params\":[]}"), 200);
    assert_string_equal(words(), "the method does not exist");
    assert_int_equal(post_to(3, "{}"), 404);
    assert_int_equal(post_to(1, "]"), 200);
    assert_int_equal(post_to(2, "[1,2]"), 200);
}

static void
a_block_that_is_undone_gives_back_and_takes_again(void **state)
{
    struct customer who;
    uint32_t m = plain_market();
    struct text_call t = position_call(SPLIT, m, MICROS);
    (void)state;
    customer_enter(&who, 1);
    allow(&who, 0, PLACE_PLAIN);
    assert_true(do_tx(&who, 2, PLACE_PLAIN, &t));
    char was[80];
    snprintf(was, sizeof was, "%s", text_of(get("result"), "blockHash"));
    do_script("at 0 chain_reorg\n");
    assert_int_equal(looked(&who, m, 0), 0);
    pass(500);
    assert_int_equal(looked(&who, m, 0), MICROS);
    const struct block *b = chain_block(c, chain_head(c));
    char now_is[67];
    write_hex(b->hash, 32, now_is);
    assert_string_not_equal(was, now_is);
}

static void
what_goes_wrong_goes_wrong_as_it_is_told(void **state)
{
    struct customer who;
    struct text_call none = { .size = 0 };
    struct sending s = sending(0);
    (void)state;
    customer_enter(&who, 1);
    assert_string_equal(ask_node("eth_chainId", ""), "0x89");
    do_script("at 0 chain_wrong 1 1\n");
    assert_string_equal(ask_node("eth_chainId", ""), "0x13882");
    do_script("at 0 chain_away all 1\n");
    (void)ask_node("eth_chainId", "");
    assert_true(answer.cut);
    pass(1000);
    do_script("at 0 chain_drop 1\nat 0 chain_behind 1 1\n");
    char head[32];
    snprintf(head, sizeof head, "%s", ask_node("eth_blockNumber", ""));
    assert_string_equal(send_tx(&who, &s, chain_places[0], &none, NULL), "");
    pass(500);
    assert_string_equal(ask_node("eth_blockNumber", ""), head);
    pass(500);
    assert_int_equal(chain_account(c, 0)->nonce, 0);
    do_script("at 0 chain_lose 1\nat 0 chain_stall 1\n");
    (void)send_tx(&who, &s, chain_places[0], &none, NULL);
    assert_true(answer.cut);
    pass(500);
    assert_int_equal(chain_account(c, 0)->nonce, 0);
    do_script("at 0 chain_steal\n");
    assert_int_equal(chain_account(c, 0)->nonce, 1);
    pass(500);
    assert_int_equal(chain_account(c, 0)->nonce, 1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_chain, close_chain)
    const struct CMUnitTest tests[] = {
        TEST(a_recorded_transaction_is_taken_apart),
        TEST(what_an_evm_refuses_is_refused_in_its_words),
        TEST(sets_are_made_unmade_and_redeemed),
        TEST(what_came_is_not_traded_before_the_exchange_looks),
        TEST(a_node_refuses_what_nodes_refuse),
        TEST(a_block_that_is_undone_gives_back_and_takes_again),
        TEST(what_goes_wrong_goes_wrong_as_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
