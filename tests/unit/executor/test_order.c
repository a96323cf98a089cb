/* test_order - orders equal to the official client's, byte for byte
 *
 * Every order of tests/vectors is built from its inputs and must give the
 * client's amounts, struct hash, id, signature and body.  Where the client
 * breaks the venue's precision rule for FOK and FAK (four vectors), our amounts
 * must keep it, and the rest is checked with the client's. */

#include "executor/encode/order.h"

#include "executor/encode/eip712.h"
#include "tests/unit/executor/anvil_key.h"
#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct key *key;

static int
make_key(void **state)
{
    (void)state;
    key = key_of_hex(ANVIL_0);
    return 0;
}

static int
drop_key(void **state)
{
    (void)state;
    key_destroy(&key);
    return 0;
}

/* Optional 32 bytes of a userOrder. */
static struct hash
word_or_zero(const struct json_value *v, const char *name)
{
    static const struct hash zero;

    return json_get(v, name) ? hash_at(v, name) : zero;
}

static struct order_terms
terms_of(const struct json_value *v)
{
    const struct json_value *in = at(v, "inputs"), *u = at(in, "userOrder");
    bool market = strcmp(text_at(in, "kind"), "market") == 0;
    struct order_terms t = {
        .chain = count_at(in, "chainId"),
        .version = count_at(in, "orderVersion"),
        .neg_risk = flag_at(in, "negRisk"),
        .post_only = flag_at(in, "postOnly"),
        .defer = flag_at(in, "deferExec"),
        .token = token_at(u, "tokenID"),
        .side = strcmp(text_at(u, "side"), "BUY") ? SIDE_sell : SIDE_buy,
        .price = { micros_at(u, "price") },
        .tick = { micros_at(in, "tickSize") },
        .salt = count_at(v, "order.salt"),
        .timestamp = count_at(v, "order.timestamp"),
        .expiration = count_at(v, "order.expiration"),
        .metadata = word_or_zero(u, "metadata"),
        .builder = word_or_zero(u, "builderCode"),
    };
    uint32_t tif;

    assert_true(enum_parse(&tif_words, text_at(in, "orderType"), &tif));
    t.tif = (enum tif)tif;
    if (market && t.side == SIDE_buy)
        t.budget.micros = micros_at(u, "amount");
    else
        t.size.micros = micros_at(u, market ? "amount" : "size");
    return t;
}

static struct wallet
wallet_of(const struct json_value *v)
{
    const struct json_value *in = at(v, "inputs");
    struct address funder;
    struct wallet w;
    bool given = json_string(at(in, "funder")) != NULL;

    if (given)
        funder = address_at(in, "funder");
    assert_true(wallet_make(count_at(in, "signatureType"), key_address(key),
                            given ? &funder : NULL, &w, NULL));
    return w;
}

static bool
venue_refuses(const char *id)
{
    static const char *const known[] = { "pm-v2-039", "pm-v2-043",
                                         "pm-v2-047", "pm-v3-051" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(id, known[i]) == 0)
            return true;
    return false;
}

static struct amounts
client_amounts(const struct json_value *v, enum side side)
{
    int64_t maker = (int64_t)count_at(v, "order.makerAmount");
    int64_t taker = (int64_t)count_at(v, "order.takerAmount");

    return side == SIDE_buy ? (struct amounts){ { maker }, { taker } }
                            : (struct amounts){ { taker }, { maker } };
}

/* Of an order of theirs that the venue refuses. */
static void
expect_rule_kept(const struct order_draft *d, const struct amounts *theirs)
{
    bool buy = d->terms.side == SIDE_buy;
    int64_t cash = d->amounts.cash.micros, shares = d->amounts.shares.micros;

    assert_int_equal(cash % (buy ? 10000 : 100), 0);
    assert_int_equal(shares % (buy ? 100 : 10000), 0);
    assert_true(buy ? cash == theirs->cash.micros &&
                          shares < theirs->shares.micros
                    : shares == theirs->shares.micros &&
                          cash < theirs->cash.micros);
}

static void
expect_hashes(const struct json_value *v, const struct order_draft *d)
{
    struct hash type = hash_of_text(text_at(v, "eip712.encodeType"));
    struct hash want = hash_at(v, "eip712.typeHash");

    assert_true(hash_equal(&type, &want));
    want = hash_at(v, "eip712.domainSeparator");
    assert_true(hash_equal(&d->exchange->domain, &want));
    want = hash_at(v, "eip712.structHash");
    assert_true(hash_equal(&d->structure, &want));
    want = hash_at(v, "eip712.digest");
    assert_true(hash_equal(&d->id, &want));
    if (d->wallet.type == WALLET_DEPOSIT) {
        struct hash digest = order_digest(d);
        want = hash_at(v, "erc1271.innerDigest");
        assert_true(hash_equal(&digest, &want));
    }
}

static void
expect_posted(const struct json_value *v, const struct order_draft *d)
{
    struct order_signature sig;
    char body[ORDER_BODY_CAP], text[2 * ORDER_SIGNATURE_CAP + 3] = "0x";

    order_sign(d, key, &sig);
    (void)hex_format(sig.b, sig.size, text + 2);
    assert_string_equal(text, text_at(v, "signature"));
    size_t size = order_body(d, &sig, "00000000-0000-4000-8000-000000000001",
                             body);
    assert_int_equal(size, strlen(body));
    assert_string_equal(body, text_at(v, "http.body"));
}

static void
check_vectors(const char *file)
{
    struct json *j = vectors_open(file);
    int refused = 0, same = 0;

    for each(v, at(json_root(j), "vectors")) {
        struct order_terms t = terms_of(v);
        struct wallet w = wallet_of(v);
        struct amounts theirs = client_amounts(v, t.side);
        struct order_draft d;
        struct why why = { "" };
        if (!order_build(&t, &w, &d, &why))
            fail_msg("%s: %s", text_at(v, "id"), why.s);
        if (venue_refuses(text_at(v, "id"))) {
            expect_rule_kept(&d, &theirs);
            d.amounts = theirs;
            order_hash(&d);
            refused++;
        } else {
            assert_int_equal(d.amounts.cash.micros, theirs.cash.micros);
            assert_int_equal(d.amounts.shares.micros, theirs.shares.micros);
            same++;
        }
        expect_hashes(v, &d);
        expect_posted(v, &d);
    }
    assert_true(same > 0 && refused > 0);
    json_destroy(&j);
}

static void
version_2_orders_equal_the_clients(void **state)
{
    (void)state;
    check_vectors("polymarket_orders_v2");
}

static void
version_3_orders_equal_the_clients(void **state)
{
    (void)state;
    check_vectors("polymarket_orders_v3");
}

static void
every_exchange_has_the_domain_of_its_address(void **state)
{
    (void)state;
    assert_int_equal(exchange_all_count, 6);
    for (size_t i = 0; i < exchange_all_count; i++) {
        const struct exchange *e = &exchange_all[i];
        struct hash domain =
            domain_hash("Polymarket CTF Exchange", e->version == 2 ? "2" : "3",
                        e->chain, &e->at);
        assert_true(hash_equal(&domain, &e->domain));
        assert_ptr_equal(exchange_find(e->chain, e->version, e->neg_risk), e);
    }
    assert_ptr_equal(exchange_find(137, 3, true),
                     exchange_find(137, 3, false));
    assert_null(exchange_find(137, 1, false));
    assert_null(exchange_find(1, 2, false));
}

static void
positions_of_the_newer_protocol_are_told_by_their_bits(void **state)
{
    (void)state;
    static const char *const files[] = { "polymarket_orders_v2",
                                         "polymarket_orders_v3" };

    for (uint64_t version = 2; version <= 3; version++) {
        struct json *j = vectors_open(files[version - 2]);
        for each(v, at(json_root(j), "vectors")) {
            struct hash token = token_at(v, "order.tokenId");
            assert_int_equal(order_version_of(&token), version);
        }
        json_destroy(&j);
    }
    for (unsigned bit = 0; bit < 256; bit++) {
        struct hash token = { { 0 } };
        token.b[31 - bit / 8] = (uint8_t)(1u << bit % 8);
        assert_int_equal(order_version_of(&token),
                         bit >= 40 && bit <= 103 ? 2 : 3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_2_orders_equal_the_clients),
        cmocka_unit_test(version_3_orders_equal_the_clients),
        cmocka_unit_test(every_exchange_has_the_domain_of_its_address),
        cmocka_unit_test(
            positions_of_the_newer_protocol_are_told_by_their_bits),
    };

    return cmocka_run_group_tests(tests, make_key, drop_key);
}
