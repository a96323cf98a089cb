/* test_tx - transactions that a real EVM took, byte for byte, and RLP */

#include "executor/encode/rlp.h"
#include "executor/encode/tx.h"

#include "tests/unit/executor/anvil_key.h"
#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct given {
    struct tx tx;
    uint8_t data[4096];
};

static void
read_fields(const struct json_value *v, struct given *g)
{
    const char *data = text_at(v, "data");

    assert_true(hex_data_parse(data, strlen(data), g->data, sizeof g->data,
                               &g->tx.data_size));
    g->tx.chain = count_at(v, "chainId");
    g->tx.nonce = count_at(v, "nonce");
    g->tx.gas_limit = count_at(v, "gasLimit");
    g->tx.fee_max = count_at(v, "maxFeePerGas");
    g->tx.priority_max = count_at(v, "maxPriorityFeePerGas");
    g->tx.to = address_at(v, "to");
    g->tx.value = token_at(v, "value");
    g->tx.data = g->data;
}

static void
expect_bytes(const uint8_t *b, size_t size, const char *text)
{
    char *hex = malloc(2 * size + 3);

    must(hex);
    hex[0] = '0';
    hex[1] = 'x';
    (void)hex_format(b, size, hex + 2);
    assert_string_equal(hex, text);
    free(hex);
}

static void
transactions_equal_those_that_were_mined(void **state)
{
    (void)state;
    struct json *j = vectors_open("chain_transactions");
    struct key *keys[] = { key_of_hex(ANVIL_0), key_of_hex(ANVIL_1),
                           key_of_hex(ANVIL_2) };
    int count = 0, odd = 0;

    for each(v, at(json_root(j), "vectors")) {
        struct given g;
        uint8_t raw[TX_RAW_CAP];
        struct hash digest, hash, want = hash_at(v, "signingHash");
        struct address from = address_at(v, "from");
        struct signature sig;
        int who = 0;
        read_fields(at(v, "fields"), &g);
        expect_bytes(raw, tx_unsigned(&g.tx, raw), text_at(v, "unsignedRlp"));
        assert_true(tx_digest(&g.tx, &digest, NULL));
        assert_true(hash_equal(&digest, &want));
        while (!address_equal(key_address(keys[who]), &from))
            assert_true(++who < 3);
        key_sign(keys[who], &digest, &sig);
        assert_int_equal(sig.parity, count_at(v, "yParity"));
        expect_bytes(sig.r, 32, text_at(v, "r"));
        expect_bytes(sig.s, 32, text_at(v, "s"));
        size_t size = tx_signed(&g.tx, &sig, raw, &hash);
        expect_bytes(raw, size, text_at(v, "raw"));
        want = hash_at(v, "hash");
        assert_true(hash_equal(&hash, &want));
        odd += sig.parity;
        count++;
    }
    assert_int_equal(count, 27);
    assert_true(odd > 0 && odd < count);
    for (int i = 0; i < 3; i++)
        key_destroy(&keys[i]);
    json_destroy(&j);
}

static void
what_is_no_transaction_is_refused(void **state)
{
    (void)state;
    static uint8_t data[TX_DATA_CAP + 1], raw[TX_RAW_CAP];
    struct tx t = { .chain = 137, .fee_max = 10, .priority_max = 10,
                    .data = data, .data_size = TX_DATA_CAP };
    struct signature sig = { .parity = 1 };
    struct hash h;
    struct why why = { "" };

    memset(&t.value, 0xff, sizeof t.value);
    memset(sig.r, 0xff, 32);
    memset(sig.s, 0xff, 32);
    t.nonce = t.gas_limit = t.chain = UINT64_MAX;
    t.fee_max = t.priority_max = UINT64_MAX;
    assert_true(tx_digest(&t, &h, NULL)); /* The largest fits. */
    assert_true(tx_signed(&t, &sig, raw, &h) > TX_DATA_CAP);
    t.data_size++;
    assert_false(tx_digest(&t, &h, &why));
    assert_non_null(strstr(why.s, "data"));
    assert_int_equal(tx_unsigned(&t, raw), 0);
    assert_int_equal(tx_signed(&t, &sig, raw, &h), 0);
    t.data_size = 0;
    t.data = NULL;
    assert_true(tx_digest(&t, &h, NULL));
    t.priority_max = 11;
    t.fee_max = 10;
    assert_false(tx_digest(&t, &h, &why));
    assert_non_null(strstr(why.s, "maxPriorityFeePerGas"));
}

static void
expect_rlp(const struct rlp *r, const char *hex)
{
    char text[4096];

    assert_false(r->full);
    (void)hex_format(r->b, r->used, text);
    assert_string_equal(text, hex);
}

/* Examples of the Yellow Paper's appendix and the Ethereum wiki. */
static void
rlp_examples_come_out(void **state)
{
    (void)state;
    uint8_t b[2048], ones[1024];
    struct rlp r = rlp_to(b, sizeof b);

    rlp_string(&r, "dog", 3);
    expect_rlp(&r, "83646f67");
    r = rlp_to(b, sizeof b);
    rlp_string(&r, "cat", 3);
    rlp_string(&r, "dog", 3);
    rlp_list(&r, 0);
    expect_rlp(&r, "c88363617483646f67");
    r = rlp_to(b, sizeof b);
    rlp_string(&r, "", 0);
    rlp_count(&r, 0);
    rlp_list(&r, r.used);
    rlp_count(&r, 15);
    rlp_count(&r, 127);
    rlp_count(&r, 128);
    rlp_count(&r, 1024);
    expect_rlp(&r, "8080c00f7f8180820400");
    r = rlp_to(b, sizeof b);
    rlp_string(&r, "Lorem ipsum dolor sit amet, consectetur adipisicing elit",
               56);
    assert_int_equal(b[0], 0xb8);
    assert_int_equal(b[1], 56);
    memset(ones, 1, sizeof ones);
    r = rlp_to(b, sizeof b);
    rlp_string(&r, ones, 1024);
    rlp_list(&r, 0);
    assert_int_equal(r.used, 3 + 3 + 1024);
    assert_memory_equal(b, "\xf9\x04\x03\xb9\x04\x00\x01", 7);
}

/* What does not fit is said, and nothing is written past the end. */
static void
a_full_buffer_is_never_overrun(void **state)
{
    (void)state;
    for (size_t cap = 0; cap < 80; cap++) {
        uint8_t *b = malloc(cap + 1);
        struct rlp r = rlp_to(b, cap);
        char text[64];
        must(b);
        memset(text, 'x', sizeof text);
        rlp_count(&r, UINT64_MAX);
        rlp_string(&r, text, 60);
        rlp_list(&r, 0);
        assert_int_equal(r.full, cap < 2 + 9 + 2 + 60);
        assert_true(r.used <= cap);
        free(b);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transactions_equal_those_that_were_mined),
        cmocka_unit_test(what_is_no_transaction_is_refused),
        cmocka_unit_test(rlp_examples_come_out),
        cmocka_unit_test(a_full_buffer_is_never_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
