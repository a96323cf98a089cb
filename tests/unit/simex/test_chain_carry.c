/* test_chain_carry - a Safe and a proxy do what their owner says, and nobody
 * else; a Safe says whether it went well */
#include "tests/unit/simex/wallet.h"

#define FACTORY "0xaB45c5A4B0c941a2F231C04C3f49182e1A254052"
#define AT "0x5afe00000000000000000000000000000000aaaa"
#define EXEC "execTransaction(address,uint256,bytes,uint8,uint256,uint256,"   \
             "uint256,address,address,bytes)"

enum { BY_SENDING, BY_HASH, BY_MESSAGE };

static struct customer owner, other;
static uint32_t wallet;
static char at[43];

static void
enter(uint8_t type)
{
    struct address a;

    customer_enter(&owner, 1);
    customer_enter(&other, 2);
    assert_true(address_read(AT, &a));
    (void)address_text(&a, at);
    wallet = desk_open_wallet(d, desk_person(d, &owner.address), &a, type,
                              1000 * MICROS);
    assert_int_not_equal(wallet, DESK_NONE);
}

static int64_t
shares(uint32_t market)
{
    return desk_shares(d, d->wallets[wallet].who, market, 0);
}

static void
add_bytes(struct text_call *t, const uint8_t *b, size_t size)
{
    add_number(t, size);
    memset(t->b + t->size, 0, (size + 31) / 32 * 32);
    memcpy(t->b + t->size, b, size);
    t->size += (size + 31) / 32 * 32;
}

/* gas: of the call inside, 0 = whatever there is. */
static struct text_call
to_safe(enum place to, const struct text_call *in, uint64_t gas,
        const uint8_t signature[65])
{
    struct text_call t;

    begin(&t, EXEC);
    add_place(&t, to);
    add_number(&t, 0);
    add_number(&t, 320);
    add_number(&t, 0);
    add_number(&t, gas);
    for (int i = 0; i < 4; i++)
        add_number(&t, 0);
    add_number(&t, 320 + 32 + (in->size + 31) / 32 * 32);
    add_bytes(&t, in->b, in->size);
    add_bytes(&t, signature, 65);
    return t;
}

static struct text_call
by_sending(const struct customer *who, enum place to,
           const struct text_call *in, uint64_t gas)
{
    uint8_t signature[65] = { 0 };

    memcpy(signature + 12, who->address.b, 20);
    signature[64] = 1;
    return to_safe(to, in, gas, signature);
}

static struct text_call
approval(void)
{
    struct text_call t;

    begin(&t, "approve(address,uint256)");
    add_place(&t, PLACE_PLAIN);
    memset(t.b + t.size, 0xff, 32);
    t.size += 32;
    return t;
}

static void
a_safe_calls_what_its_owner_sends(void **state)
{
    uint32_t m = plain_market();
    struct text_call split = position_call(SPLIT, m, 10 * MICROS);
    struct text_call give = approval(), t;

    (void)state;
    enter(2);
    t = by_sending(&owner, PLACE_PLAIN, &split, 0);
    assert_string_equal(try_to(&owner, at, &t), "execution reverted: GS013");
    t = by_sending(&owner, PLACE_CASH, &give, 0);
    assert_string_equal(try_to(&owner, at, &t), "");
    assert_true(do_to(&owner, 0, at, &t));
    t = by_sending(&owner, PLACE_PLAIN, &split, 0);
    assert_true(do_to(&owner, 1, at, &t));
    assert_int_equal(shares(m), 10 * MICROS);
    const struct json_value *log = NULL;
    for (const struct json_value *v =
             json_first(json_get(get("result"), "logs"));
         v; v = json_next(v))
        log = v;
    assert_string_equal(text_of(log, "address"), at);
    assert_string_equal(json_string(json_first(json_get(log, "topics"))),
                        "0x442e715f626346e8c54381002da614f62bee8d27386535b2"
                        "521ec8540898556e"); /* ExecutionSuccess */
    assert_int_equal(chain_account(c, wallet)->nonce, 2);
    do_script("at 0 chain_reorg\n");
    assert_int_equal(shares(m), 0);
    assert_int_equal(chain_account(c, wallet)->nonce, 1);
    pass(500);
    assert_int_equal(shares(m), 10 * MICROS);
}

static void
a_safe_obeys_nobody_else(void **state)
{
    struct text_call give = approval(), t;
    uint8_t none[65] = { 0 };

    (void)state;
    enter(2);
    t = by_sending(&other, PLACE_CASH, &give, 0);
    assert_string_equal(try_to(&other, at, &t), "execution reverted: GS026");
    t = by_sending(&owner, PLACE_CASH, &give, 0);
    assert_string_equal(try_to(&other, at, &t), "execution reverted: GS025");
    assert_false(do_to(&other, 0, at, &t));
    t = to_safe(PLACE_CASH, &give, 0, none);
    assert_string_equal(try_to(&owner, at, &t), "execution reverted: GS026");
    t = by_sending(&owner, PLACE_CASH, &give, 0);
    t.b[4 + 14 * 32 + 31] = 64; /* The signature is too short. */
    assert_string_equal(try_to(&owner, at, &t), "execution reverted: GS020");
    memset(t.b + 4 + 9 * 32, 0xff, 32);
    assert_string_equal(try_to(&owner, at, &t), "execution reverted");
    t = by_sending(&owner, PLACE_CASH, &give, 0);
    t.b[4 + 3 * 32 + 31] = 1; /* A delegatecall. */
    assert_string_equal(try_to(&owner, at, &t), "execution reverted");
    assert_int_equal(chain_account(c, wallet)->nonce, 0);
}

/* Its digest is the one that the effect carries. */
static void
a_signature_of_the_owner_is_good_once(void **state)
{
    struct text_call give = approval(), t;
    uint8_t sig[65] = { 0 }, text[60], sum[32];
    struct effect e;

    (void)state;
    enter(2);
    for (int how = BY_HASH; how <= BY_MESSAGE; how++) {
        uint32_t sender = desk_wallet(d, &other.address);
        sig[64] = 1;
        memcpy(sig + 12, other.address.b, 20);
        t = to_safe(PLACE_CASH, &give, 0, sig);
        (void)carry_try(c, sender, &d->wallets[wallet].address, t.b, t.size,
                        &e);
        memcpy(text, "\x19" "Ethereum Signed Message:\n32", 28);
        memcpy(text + 28, e.safe_tx, 32);
        sponge256(text, sizeof text, sum);
        sign(owner.secret, how == BY_HASH ? e.safe_tx : sum, sig);
        if (how == BY_MESSAGE)
            sig[64] = (uint8_t)(sig[64] + 4);
        t = to_safe(PLACE_CASH, &give, 0, sig);
        assert_true(do_to(&other, (uint64_t)(how - BY_HASH), at, &t));
        assert_string_equal(try_to(&other, at, &t),
                            "execution reverted: GS026");
        memset(sig, 0, sizeof sig);
    }
}

static void
what_fails_inside_is_said_where_gas_was_set_aside(void **state)
{
    uint32_t m = plain_market();
    struct text_call split = position_call(SPLIT, m, 10 * MICROS), t;

    (void)state;
    enter(2);
    t = by_sending(&owner, PLACE_PLAIN, &split, 100000);
    assert_string_equal(try_to(&owner, at, &t), "");
    assert_string_equal(json_string(get("result")),
                        "0x0000000000000000000000000000000000000000000000"
                        "000000000000000000");
    assert_true(do_to(&owner, 0, at, &t));
    const struct json_value *log =
        json_first(json_get(get("result"), "logs"));
    assert_string_equal(json_string(json_first(json_get(log, "topics"))),
                        "0x23428b18acfb3ea64b08dc0c1d296ea9c09702c09083ca52"
                        "72e64d115b687d23"); /* ExecutionFailure */
    assert_int_equal(shares(m), 0);
    assert_int_equal(chain_account(c, wallet)->nonce, 1);
}

static void
a_factory_finds_the_proxy_by_who_sends(void **state)
{
    uint32_t m = plain_market();
    struct text_call split = position_call(SPLIT, m, 10 * MICROS);
    struct text_call give = approval(), t;
    const struct text_call *all[] = { &give, &split };
    const enum place to[] = { PLACE_CASH, PLACE_PLAIN };

    (void)state;
    enter(1);
    for (uint64_t i = 0; i < 2; i++) {
        begin(&t, "proxy((uint8,address,uint256,bytes)[])");
        add_number(&t, 32);
        add_number(&t, 1);
        add_number(&t, 32);
        add_number(&t, 1);
        add_place(&t, to[i]);
        add_number(&t, 0);
        add_number(&t, 128);
        add_bytes(&t, all[i]->b, all[i]->size);
        assert_string_equal(try_to(&other, FACTORY, &t),
                            "execution reverted");
        assert_string_equal(try_to(&owner, FACTORY, &t), "");
        assert_true(do_to(&owner, i, FACTORY, &t));
    }
    assert_int_equal(shares(m), 10 * MICROS);
    split = position_call(SPLIT, m, 2000 * MICROS);
    memcpy(t.b + 4 + 8 * 32, split.b, split.size);
    assert_string_equal(try_to(&owner, FACTORY, &t),
                        "execution reverted: TRANSFER_FROM_FAILED");
    memset(t.b + 4 + 7 * 32, 0xff, 32); /* Longer than there is. */
    assert_string_equal(try_to(&owner, FACTORY, &t), "execution reverted");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_chain, close_chain)
    const struct CMUnitTest tests[] = {
        TEST(a_safe_calls_what_its_owner_sends),
        TEST(a_safe_obeys_nobody_else),
        TEST(a_signature_of_the_owner_is_good_once),
        TEST(what_fails_inside_is_said_where_gas_was_set_aside),
        TEST(a_factory_finds_the_proxy_by_who_sends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
