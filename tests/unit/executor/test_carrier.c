/* test_carrier - what owners send for their wallets to call: as ethers has it,
 * and nothing else is taken for it */

#include "executor/encode/carrier.h"

#include "executor/encode/eip712.h"
#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 4096 };

struct data {
    uint8_t b[ROOM];
    size_t size;
};

static void
read_bytes(const struct json_value *v, struct data *b)
{
    const char *s = text_at(v, "data");

    assert_true(hex_data_parse(s, strlen(s), b->b, sizeof b->b, &b->size));
}

static struct wallet
wallet_of(enum wallet_type type)
{
    struct json *j = vectors_open("chain_carrier");
    struct address owner = address_at(json_root(j), "owner"), at = owner;
    struct wallet w;

    if (type == WALLET_SAFE)
        at = address_at(json_root(j), "wallets.safe");
    if (type == WALLET_PROXY)
        at = address_at(json_root(j), "wallets.proxy");
    if (type == WALLET_DEPOSIT)
        at.b[0] ^= 1;
    must(wallet_make(type, &owner, type == WALLET_EOA ? NULL : &at, &w,
                     NULL));
    json_destroy(&j);
    return w;
}

static void
envelopes_are_as_others_make_them(void **state)
{
    static const char *const names[] = { NULL, "proxy", "safe" };
    struct json *j = vectors_open("chain_carrier");
    struct data inner, outer;
    struct call made;
    struct address to;

    (void)state;
    for (enum wallet_type t = WALLET_PROXY; t <= WALLET_SAFE; t++) {
        struct wallet w = wallet_of(t);
        for (const struct json_value *v =
                 json_first(json_get(json_root(j), "calls"));
             v; v = json_next(v)) {
            struct carried in = { .to = address_at(v, "to") }, out;
            read_bytes(v, &inner);
            read_bytes(at(v, names[t]), &outer);
            in.data = inner.b;
            in.size = inner.size;
            assert_true(carrier_wrap(&w, &in, &to, &made));
            struct address want = address_at(at(v, names[t]), "to");
            assert_true(address_equal(&to, &want));
            assert_int_equal(made.size, outer.size);
            assert_memory_equal(made.b, outer.b, outer.size);
            struct carried sent = { to, outer.b, outer.size };
            assert_true(carrier_unwrap(&w, &sent, &out));
            assert_true(address_equal(&out.to, &in.to));
            assert_int_equal(out.size, in.size);
            assert_memory_equal(out.data, in.data, in.size);
        }
    }
    json_destroy(&j);
}

static void
wallets_are_where_their_makers_put_them(void **state)
{
    struct wallet safe = wallet_of(WALLET_SAFE);
    struct wallet proxy = wallet_of(WALLET_PROXY);
    struct address a;

    (void)state;
    assert_true(carrier_wallet(2, CHAIN_POLYGON, &safe.owner, &a));
    assert_true(address_equal(&a, &safe.funder));
    assert_true(carrier_wallet(2, CHAIN_AMOY, &safe.owner, &a));
    assert_true(address_equal(&a, &safe.funder));
    assert_true(carrier_wallet(1, CHAIN_POLYGON, &proxy.owner, &a));
    assert_true(address_equal(&a, &proxy.funder));
    assert_false(carrier_wallet(1, CHAIN_AMOY, &proxy.owner, &a));
    assert_false(carrier_wallet(2, 1, &proxy.owner, &a));
    assert_false(carrier_wallet(0, CHAIN_POLYGON, &proxy.owner, &a));
    assert_false(carrier_wallet(3, CHAIN_POLYGON, &proxy.owner, &a));
    assert_false(carrier_wallet(UINT64_MAX, CHAIN_POLYGON, &proxy.owner,
                                &a));
}

static void
wallets_that_would_not_obey_are_barred(void **state)
{
    const uint8_t nothing[4] = { 0 };
    struct carried in = { { { 9 } }, nothing, sizeof nothing };
    struct call made;
    struct address to;

    (void)state;
    for (enum wallet_type t = WALLET_EOA; t < WALLET_END_; t++) {
        struct wallet w = wallet_of(t);
        assert_int_equal(carrier_barred(&w, CHAIN_POLYGON), 0);
        assert_int_equal(carrier_relayed(&w), t == WALLET_DEPOSIT);
        assert_true(carrier_wrap(&w, &in, &to, &made));
        if (t == WALLET_DEPOSIT) /* Its owner sends nothing for it. */
            assert_false(carrier_unwrap(&w, &in, &in));
    }
    struct wallet w = wallet_of(WALLET_PROXY);
    assert_non_null(carrier_barred(&w, CHAIN_AMOY));
    w.funder.b[7] ^= 1; /* Its factory would act for another. */
    assert_non_null(carrier_barred(&w, CHAIN_POLYGON));
    w = wallet_of(WALLET_DEPOSIT);
    assert_non_null(carrier_barred(&w, CHAIN_AMOY));
    w.funder = w.owner;
    assert_non_null(carrier_barred(&w, CHAIN_POLYGON));
    w = wallet_of(WALLET_SAFE);
    w.funder = w.owner; /* Takes any call, and does nothing. */
    assert_non_null(carrier_barred(&w, CHAIN_POLYGON));
}

/* Every bit of it counts, and its length. */
static void
nothing_else_is_taken_for_an_envelope(void **state)
{
    struct data inner;
    struct json *j = vectors_open("chain_carrier");
    const struct json_value *v = json_first(json_get(json_root(j), "calls"));
    struct carried in = { .to = address_at(v, "to") }, out;
    static struct call made;
    struct address to;

    (void)state;
    read_bytes(v, &inner);
    in.data = inner.b;
    in.size = inner.size;
    for (enum wallet_type t = WALLET_PROXY; t <= WALLET_SAFE; t++) {
        struct wallet w = wallet_of(t);
        assert_true(carrier_wrap(&w, &in, &to, &made));
        for (size_t size = 0; size < made.size; size++) {
            struct carried sent = { to, made.b, size };
            assert_false(carrier_unwrap(&w, &sent, &out));
        }
        struct carried more = { to, made.b, made.size + 1 };
        assert_false(carrier_unwrap(&w, &more, &out));
        for (size_t i = 0; i < 8 * made.size; i++) {
            struct carried sent = { to, made.b, made.size };
            made.b[i / 8] ^= (uint8_t)(1 << i % 8);
            /* Another target or call inside is looked at as such. */
            assert_true(!carrier_unwrap(&w, &sent, &out) ||
                        !address_equal(&out.to, &in.to) ||
                        out.size != in.size ||
                        memcmp(out.data, in.data, in.size) != 0);
            made.b[i / 8] ^= (uint8_t)(1 << i % 8);
        }
        struct carried other = { to, made.b, made.size };
        other.to.b[3] ^= 1;
        assert_false(carrier_unwrap(&w, &other, &out));
        memset(made.b + 4, 0xff, made.size - 4); /* Lengths without end. */
        struct carried wild = { to, made.b, made.size };
        assert_false(carrier_unwrap(&w, &wild, &out));
    }
    json_destroy(&j);
}

static void
a_call_that_is_too_long_is_not_made(void **state)
{
    static uint8_t data[ROOM + 32];
    struct carried in = { { { 9 } }, data, ROOM - 32 };
    struct wallet own = wallet_of(WALLET_EOA), safe = wallet_of(WALLET_SAFE);
    struct wallet proxy = wallet_of(WALLET_PROXY);
    static struct call made;
    struct address to;

    (void)state;
    assert_true(carrier_wrap(&own, &in, &to, &made));
    assert_int_equal(made.size, in.size);
    assert_false(carrier_wrap(&safe, &in, &to, &made));
    assert_false(carrier_wrap(&proxy, &in, &to, &made));
    in.size = sizeof data;
    assert_false(carrier_wrap(&own, &in, &to, &made));
    assert_false(carrier_wrap(&proxy, &in, &to, &made));
}

static void
a_safe_says_whether_it_went_well(void **state)
{
    struct wallet own = wallet_of(WALLET_EOA), safe = wallet_of(WALLET_SAFE);
    struct wallet proxy = wallet_of(WALLET_PROXY);
    struct hash yes = word_of_count(1), no = word_of_count(0), failure;

    (void)state;
    assert_true(carrier_went_well(&safe, 1, &yes));
    assert_false(carrier_went_well(&safe, 1, &no));
    assert_false(carrier_went_well(&safe, 0, &no)); /* It is not there. */
    assert_false(carrier_went_well(&safe, 2, &yes));
    assert_true(carrier_went_well(&proxy, 4, &no));
    assert_false(carrier_went_well(&proxy, 0, &no));
    failure = carrier_failure(&safe);
    assert_false(hash_is_zero(&failure));
    failure = carrier_failure(&proxy);
    assert_true(hash_is_zero(&failure));
    failure = carrier_failure(&own);
    assert_true(hash_is_zero(&failure));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(envelopes_are_as_others_make_them),
        cmocka_unit_test(wallets_are_where_their_makers_put_them),
        cmocka_unit_test(wallets_that_would_not_obey_are_barred),
        cmocka_unit_test(nothing_else_is_taken_for_an_envelope),
        cmocka_unit_test(a_call_that_is_too_long_is_not_made),
        cmocka_unit_test(a_safe_says_whether_it_went_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
