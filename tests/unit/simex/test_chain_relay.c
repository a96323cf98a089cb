/* test_chain_relay - the relayer brings what a deposit wallet's owner signed,
 * once, and says what became of it */
#include "tests/unit/simex/wallet.h"

#define AT "0xde9051700000000000000000000000000000a11e"
#define FACTORY "0x00000000000Fb5C9ADea0298D729A0CB3823Cc07"
#define BATCH "Batch(address wallet,uint256 nonce,uint256 deadline,"          \
              "Call[] calls)Call(address target,uint256 value,bytes data)"
#define DOMAIN "EIP712Domain(string name,string version,uint256 chainId,"     \
               "address verifyingContract)"

static struct customer owner, other;
static uint32_t wallet;

static void
enter(void)
{
    struct address a;

    customer_enter(&owner, 1);
    customer_enter(&other, 2);
    assert_true(address_read(AT, &a));
    wallet = desk_open_wallet(d, desk_person(d, &owner.address), &a, 3,
                              1000 * MICROS);
    assert_int_not_equal(wallet, DESK_NONE);
    c->terms.relayer_key = "good";
}

/* What the owner signs, spelt out. */
static void
digest_of(const struct text_call *t, enum place to, uint64_t nonce,
          uint64_t deadline, uint8_t digest[32])
{
    uint8_t call[4][32], words[5][32], domain[5][32], all[66] = { 25, 1 };
    uint8_t one[32];
    struct address at, target;

    assert_true(address_read(AT, &at));
    assert_true(address_read(chain_places[to], &target));
    abi_topic("Call(address target,uint256 value,bytes data)", call[0]);
    word_address(&target, call[1]);
    word_number(0, call[2]);
    sponge256(t->b, t->size, call[3]);
    sponge256(call, sizeof call, one);
    abi_topic(BATCH, words[0]);
    word_address(&at, words[1]);
    word_number(nonce, words[2]);
    word_number(deadline, words[3]);
    sponge256(one, sizeof one, words[4]);
    abi_topic(DOMAIN, domain[0]);
    abi_topic("DepositWallet", domain[1]);
    abi_topic("1", domain[2]);
    word_number(137, domain[3]);
    word_address(&at, domain[4]);
    sponge256(domain, sizeof domain, all + 2);
    sponge256(words, sizeof words, all + 34);
    sponge256(all, sizeof all, digest);
}

static int
ask_relayer(bool post, const char *path, const char *query, const char *body)
{
    char address[43];
    struct front_request r = {
        .rest = { .post = post, .path = path, .query = query, .body = body,
                  .body_size = strlen(body) },
    };

    r.headers[FRONT_RELAYER_KEY] = c->terms.relayer_key;
    r.headers[FRONT_RELAYER_ADDRESS] = address_text(&owner.address, address);
    return send_request(&r);
}

static int
hand_in(const struct customer *by, const struct text_call *t, enum place to,
        uint64_t nonce, int64_t seconds)
{
    uint64_t deadline = (uint64_t)(now / 1000 + seconds);
    uint8_t digest[32], signature[65];
    char data[2 * CHAIN_DATA + 1], sig[131], from[43];
    static char body[8192];

    digest_of(t, to, nonce, deadline, digest);
    sign(by->secret, digest, signature);
    hex_format(t->b, t->size, data);
    hex_format(signature, sizeof signature, sig);
    snprintf(body, sizeof body,
             "{\"type\":\"WALLET\",\"from\":\"%s\",\"to\":\"" FACTORY "\","
             "\"nonce\":\"%" PRIu64 "\",\"signature\":\"0x%s\","
             "\"depositWalletParams\":{\"depositWallet\":\"" AT "\","
             "\"deadline\":\"%" PRIu64 "\",\"calls\":[{\"target\":\"%s\","
             "\"value\":\"0\",\"data\":\"0x%s\"}]}}",
             address_text(&by->address, from), nonce, sig, deadline,
             chain_places[to], data);
    return ask_relayer(true, "/submit", "", body);
}

static const char *
refused_with(void)
{
    const char *s = json_string(get("error"));

    return s ? s : "";
}

/* For the plain adapter, without an end. */
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
let_it(void)
{
    struct text_call t = approval();

    assert_int_equal(hand_in(&owner, &t, PLACE_CASH, 0, 600), 200);
    pass(2000);
    assert_true(chain_account(c, wallet)->allowance[0] > 0);
}

static const char *
state_of_it(void)
{
    static char path[120];
    char id[64];

    snprintf(id, sizeof id, "%s", json_string(get("transactionID")));
    snprintf(path, sizeof path, "/v1/account/transactions/%s", id);
    assert_int_equal(ask_relayer(false, path, "", ""), 200);
    return json_string(get("state"));
}

static uint64_t
nonce_now(void)
{
    char query[80] = "type=WALLET&address=", at[43];
    int64_t n = -1;

    strcat(query, address_text(&owner.address, at));
    assert_int_equal(ask_relayer(false, "/v1/account/transactions/params",
                                 query, ""), 200);
    assert_true(json_int(get("nonce"), &n));
    return (uint64_t)n;
}

static void
what_the_owner_signed_is_done_once_and_costs_him_nothing(void **state)
{
    (void)state;
    enter();
    let_it();
    struct text_call t = position_call(SPLIT, plain_market(), 5 * MICROS);
    int64_t had = desk_cash(d, d->wallets[wallet].who);
    assert_int_equal(nonce_now(), 1);
    assert_int_equal(hand_in(&owner, &t, PLACE_PLAIN, 1, 600), 200);
    assert_int_equal(hand_in(&owner, &t, PLACE_PLAIN, 1, 600), 400);
    assert_non_null(strstr(refused_with(), "wallet busy"));
    pass(3000);
    assert_int_equal(desk_cash(d, d->wallets[wallet].who),
                     had - 5 * MICROS);
    assert_int_equal(nonce_now(), 2);
    assert_int_equal(hand_in(&owner, &t, PLACE_PLAIN, 1, 600), 400);
    assert_string_equal(refused_with(), "batch nonce 1 does not match "
                                        "on-chain nonce 2");
    assert_int_equal(ask_relayer(false, "/transactions", "", ""), 200);
    assert_int_equal(json_size(json_root(j)), 2);
    assert_int_equal(chain_account(c, wallet)->wei, c->terms.wei);
}

static void
its_state_goes_from_new_to_confirmed(void **state)
{
    (void)state;
    enter();
    struct text_call t = approval();
    assert_int_equal(hand_in(&owner, &t, PLACE_CASH, 0, 600), 200);
    char keep[400];
    snprintf(keep, sizeof keep, "%s", q.s);
    assert_string_equal(state_of_it(), "STATE_NEW");
    pass(250);
    assert_int_equal(ask_relayer(false, "/transactions", "", ""), 200);
    const struct json_value *one = json_first(json_root(j));
    assert_string_equal(text_of(one, "state"), "STATE_EXECUTED");
    assert_int_equal(strlen(text_of(one, "transactionHash")), 66);
    pass(600);
    assert_int_equal(ask_relayer(false, "/transactions", "", ""), 200);
    assert_string_equal(text_of(json_first(json_root(j)), "state"),
                        "STATE_MINED");
    pass(500);
    pass(500);
    pass(500);
    assert_int_equal(ask_relayer(false, "/transactions", "", ""), 200);
    assert_string_equal(text_of(json_first(json_root(j)), "state"),
                        "STATE_CONFIRMED");
}

static void
nobody_else_is_obeyed(void **state)
{
    (void)state;
    enter();
    struct text_call t = approval();
    assert_int_equal(hand_in(&other, &t, PLACE_CASH, 0, 600), 400);
    assert_string_equal(refused_with(), "invalid signature");
    assert_int_equal(hand_in(&owner, &t, PLACE_CASH, 0, 0), 400);
    assert_non_null(strstr(refused_with(), "deadline"));
    c->terms.relayer_key = "";
    assert_int_equal(hand_in(&owner, &t, PLACE_CASH, 0, 600), 401);
    assert_int_equal(ask_relayer(false, "/transactions", "", ""), 401);
    c->terms.relayer_key = "good";
    assert_int_equal(ask_relayer(true, "/submit", "", "{}"), 400);
    assert_int_equal(ask_relayer(true, "/submit", "", "["), 400);
    assert_int_equal(ask_relayer(false, "/submit", "", ""), 405);
    assert_int_equal(ask_relayer(false, "/v1/account/transactions/x", "", ""),
                     404);
    assert_int_equal(nonce_now(), 0);
}

/* What is reverted leaves the wallet's nonce, and so does what never was. */
static void
what_fails_uses_no_nonce(void **state)
{
    (void)state;
    enter();
    struct text_call t = approval();
    c->faults.revert = 1;
    assert_int_equal(hand_in(&owner, &t, PLACE_CASH, 0, 600), 200);
    pass(1500);
    assert_int_equal(nonce_now(), 0);
    c->faults.relay_fail = 1;
    assert_int_equal(hand_in(&owner, &t, PLACE_CASH, 0, 601), 200);
    assert_string_equal(state_of_it(), "STATE_FAILED");
    struct text_call much = position_call(SPLIT, plain_market(), 5 * MICROS);
    assert_int_equal(hand_in(&owner, &much, PLACE_PLAIN, 0, 602), 200);
    assert_string_equal(state_of_it(), "STATE_INVALID"); /* Not allowed. */
    pass(1500);
    assert_int_equal(nonce_now(), 0);
    c->faults.relay_lose = 1;
    (void)hand_in(&owner, &t, PLACE_CASH, 0, 603);
    assert_true(answer.cut);
    pass(1500);
    assert_int_equal(nonce_now(), 1); /* It was taken. */
    c->faults.relay_drop = 1;
    (void)hand_in(&owner, &much, PLACE_PLAIN, 1, 604);
    assert_true(answer.cut);
    pass(1500);
    assert_int_equal(nonce_now(), 1); /* It was not. */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_chain, close_chain)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_owner_signed_is_done_once_and_costs_him_nothing),
        TEST(its_state_goes_from_new_to_confirmed),
        TEST(nobody_else_is_obeyed),
        TEST(what_fails_uses_no_nonce),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
