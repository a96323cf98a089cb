/* test_relay - what contract wallets have signed, equal to the definitions */

#include "executor/encode/relay.h"

#include "tests/unit/executor/anvil_key.h"
#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct given {
    struct relay_call call;
    uint8_t data[1024];
};

static void
read_call(const struct json_value *v, const char *to, struct given *g)
{
    const char *data = text_at(v, "data");

    memset(g, 0, sizeof *g);
    g->call.to = address_at(v, to);
    g->call.data = g->data;
    if (json_get(v, "value"))
        g->call.value = token_at(v, "value");
    assert_true(hex_data_parse(data, strlen(data), g->data, sizeof g->data,
                               &g->call.data_size));
}

static void
expect(const struct hash *hash, const uint8_t *sig,
       const struct json_value *v, const char *hash_name,
       const char *signature_name)
{
    char text[2 * RELAY_SIGNATURE_SIZE + 3] = "0x", hex[HASH_TEXT_CAP];

    assert_string_equal(hash_format(hash, hex), text_at(v, hash_name));
    (void)hex_format(sig, RELAY_SIGNATURE_SIZE, text + 2);
    assert_string_equal(text, text_at(v, signature_name));
}

static void
all_three_wallets_sign_as_defined(void **state)
{
    (void)state;
    struct json *j = vectors_open("chain_relayer");
    struct key *key = key_of_hex(ANVIL_0);
    uint8_t sig[RELAY_SIGNATURE_SIZE];
    struct given g;
    const struct json_value *v = at(json_root(j), "safe");
    struct address wallet = address_at(v, "domain.verifyingContract");

    read_call(at(v, "message"), "to", &g);
    struct hash h = relay_safe_hash(137, &wallet, &g.call,
                                    count_at(v, "message.operation"),
                                    count_at(v, "message.nonce"));
    relay_sign_safe(key, &h, sig);
    expect(&h, sig, v, "safeTxHash", "packedSignature");

    v = at(json_root(j), "depositWallet");
    wallet = address_at(v, "domain.verifyingContract");
    read_call(json_first(at(v, "message.calls")), "target", &g);
    h = relay_wallet_hash(137, &wallet, count_at(v, "message.nonce"),
                          count_at(v, "message.deadline"), &g.call, 1);
    relay_sign_wallet(key, &h, sig);
    expect(&h, sig, v, "hash", "signature");

    v = at(json_root(j), "proxy");
    read_call(at(v, "fields"), "to", &g);
    struct relay_proxy p = {
        .from = address_at(v, "fields.from"),
        .hub = address_at(v, "fields.relayHub"),
        .relay = address_at(v, "fields.relay"),
        .fee = count_at(v, "fields.relayerFee"),
        .gas_price = count_at(v, "fields.gasPrice"),
        .gas_limit = count_at(v, "fields.gasLimit"),
        .nonce = count_at(v, "fields.nonce"),
    };
    h = relay_proxy_hash(&p, &g.call);
    relay_sign_proxy(key, &h, sig);
    expect(&h, sig, v, "hash", "signature");
    key_destroy(&key);
    json_destroy(&j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_three_wallets_sign_as_defined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
