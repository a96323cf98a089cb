/* test_order_rules - what is refused, what an id covers, who signed
 *
 * Beside test_order's vectors: the rules that hold for any order. */

#include "executor/encode/order.h"

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

static struct order_terms
some_terms(void)
{
    return (struct order_terms){
        .chain = CHAIN_POLYGON, .version = 2, .side = SIDE_buy,
        .tif = TIF_GTC, .token = { { 1 } }, .price = { 500000 },
        .tick = { 10000 }, .size = { 5000000 }, .salt = 1, .timestamp = 1,
    };
}

static struct wallet
own_wallet(void)
{
    struct wallet w;

    assert_true(wallet_make(WALLET_EOA, key_address(key), NULL, &w, NULL));
    return w;
}

static void
refuse(const struct order_terms *t, const char *words)
{
    struct wallet w = own_wallet();
    struct order_draft d;
    struct why why = { "" };

    assert_false(order_build(t, &w, &d, &why));
    if (!strstr(why.s, words))
        fail_msg("\"%s\" does not say \"%s\"", why.s, words);
}

static void
orders_the_venue_would_refuse_are_not_built(void **state)
{
    (void)state;
    const struct order_terms good = some_terms();
    struct order_terms t = good;

    t.salt = ORDER_SALT_MAX + 1;
    refuse(&t, "salt");
    t = good;
    t.version = 1;
    refuse(&t, "version 1 orders");
    t.version = 4;
    refuse(&t, "version 4 orders");
    t = good;
    t.chain = 1;
    refuse(&t, "chain 1");
    t = good;
    t.post_only = true;
    t.tif = TIF_FAK;
    refuse(&t, "postOnly");
    t = good;
    t.expiration = 1795305600;
    refuse(&t, "expiration: only for GTD");
    t.expiration = 0;
    t.tif = TIF_GTD;
    refuse(&t, "expiration: a GTD order needs one");
    t = good;
    t.price.micros = 505000;
    refuse(&t, "price 0.505");
}

static void
a_wallet_names_who_holds_the_money(void **state)
{
    (void)state;
    struct address funder = { { 7 } }, none = { { 0 } };
    const struct address *own = key_address(key);
    struct wallet w;

    assert_true(wallet_make(0, own, own, &w, NULL));
    assert_false(wallet_make(0, own, &funder, &w, NULL));
    assert_false(wallet_make(4, own, &funder, &w, NULL));
    assert_false(wallet_make(UINT64_MAX, own, &funder, &w, NULL));
    for (uint64_t type = 1; type <= 3; type++) {
        assert_false(wallet_make(type, own, NULL, &w, NULL));
        assert_false(wallet_make(type, own, &none, &w, NULL));
        assert_true(wallet_make(type, own, &funder, &w, NULL));
        assert_string_equal(w.funder_text,
                            "0x0700000000000000000000000000000000000000");
    }
}

/* Whatever changes in what is signed changes the id; what is not signed does
 * not. */
static void
the_id_covers_exactly_what_is_signed(void **state)
{
    (void)state;
    struct address funder = { { 7 } };
    struct wallet own = own_wallet(), proxy;
    struct order_terms t = some_terms();
    struct order_draft base, d;

    assert_true(wallet_make(1, key_address(key), &funder, &proxy, NULL));
    assert_true(order_build(&t, &own, &base, NULL));
    assert_true(order_build(&t, &proxy, &d, NULL));
    assert_false(hash_equal(&d.id, &base.id));
#define CHANGED(assignment, differs)                                        \
    do {                                                                    \
        t = some_terms();                                                   \
        assignment;                                                         \
        assert_true(order_build(&t, &own, &d, NULL));                       \
        assert_int_equal(!hash_equal(&d.id, &base.id), differs);            \
    } while (0)
    CHANGED(t.salt = 2, true);
    CHANGED(t.timestamp = 2, true);
    CHANGED(t.token.b[31] = 1, true);
    CHANGED(t.side = SIDE_sell, true);
    CHANGED(t.price.micros = 510000, true);
    CHANGED(t.size.micros = 5010000, true);
    CHANGED(t.metadata.b[0] = 1, true);
    CHANGED(t.builder.b[31] = 1, true);
    CHANGED(t.neg_risk = true, true);
    CHANGED(t.version = 3, true);
    CHANGED(t.chain = CHAIN_AMOY, true);
    CHANGED(t.post_only = true, false);
    CHANGED(t.defer = true, false);
    CHANGED((t.tif = TIF_GTD, t.expiration = 9), false);
    CHANGED(t.tif = TIF_FAK, false);
#undef CHANGED
}

/* By the library, and by the key it recovers from the text that is sent. */
static void
a_signature_leads_back_to_its_owner(void **state)
{
    (void)state;
    struct address funder = { { 9 } }, who;

    for (uint64_t type = 0; type < WALLET_END_; type++) {
        struct order_terms t = some_terms();
        struct order_draft d;
        struct order_signature sig;
        struct signature inner;
        struct wallet w;
        assert_true(wallet_make(type, key_address(key),
                                type ? &funder : NULL, &w, NULL));
        assert_true(order_build(&t, &w, &d, NULL));
        order_sign(&d, key, &sig);
        assert_int_equal(sig.size, type == WALLET_DEPOSIT ? 317 : 65);
        memcpy(inner.r, sig.b, 32);
        memcpy(inner.s, sig.b + 32, 32);
        inner.parity = (uint8_t)(sig.b[64] - 27);
        struct hash digest = order_digest(&d);
        assert_int_equal(hash_equal(&digest, &d.id), type != WALLET_DEPOSIT);
        assert_true(key_recover(key, &digest, &inner, &who));
        assert_true(address_equal(&who, key_address(key)));
    }
}

static void
an_owner_is_an_api_key_and_nothing_that_breaks_json(void **state)
{
    (void)state;
    char long_one[ORDER_OWNER_MAX + 2];

    assert_true(order_owner_is_valid(""));
    assert_true(order_owner_is_valid("00000000-0000-4000-8000-000000000001"));
    assert_false(order_owner_is_valid("a\"b"));
    assert_false(order_owner_is_valid("a\\"));
    assert_false(order_owner_is_valid("a b"));
    assert_false(order_owner_is_valid("\xc3\xa4"));
    memset(long_one, 'a', sizeof long_one);
    long_one[ORDER_OWNER_MAX + 1] = '\0';
    assert_false(order_owner_is_valid(long_one));
    assert_true(order_owner_is_valid(long_one + 1));
}

/* The largest of everything still has room. */
static void
the_longest_body_fits(void **state)
{
    (void)state;
    struct address funder;
    struct order_terms t = some_terms();
    struct order_draft d;
    struct order_signature sig;
    struct wallet w;
    char body[ORDER_BODY_CAP], owner[ORDER_OWNER_MAX + 1];

    memset(&funder, 0xff, sizeof funder);
    memset(&t.token, 0xff, sizeof t.token);
    memset(owner, 'z', sizeof owner);
    owner[ORDER_OWNER_MAX] = '\0';
    t.salt = ORDER_SALT_MAX;
    t.timestamp = t.expiration = UINT64_MAX;
    t.tif = TIF_GTD;
    t.size.micros = INT64_MAX;
    assert_true(wallet_make(3, key_address(key), &funder, &w, NULL));
    assert_true(order_build(&t, &w, &d, NULL));
    order_sign(&d, key, &sig);
    assert_in_range(order_body(&d, &sig, owner, body), 1300,
                    ORDER_BODY_CAP - 1);
    struct json *j = json_parse(body, strlen(body), NULL);
    assert_non_null(j);
    assert_string_equal(text_at(json_root(j), "order.salt"),
                        "9007199254740991");
    json_destroy(&j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_the_venue_would_refuse_are_not_built),
        cmocka_unit_test(a_wallet_names_who_holds_the_money),
        cmocka_unit_test(the_id_covers_exactly_what_is_signed),
        cmocka_unit_test(a_signature_leads_back_to_its_owner),
        cmocka_unit_test(an_owner_is_an_api_key_and_nothing_that_breaks_json),
        cmocka_unit_test(the_longest_body_fits),
    };

    return cmocka_run_group_tests(tests, make_key, drop_key);
}
