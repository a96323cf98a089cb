/* test_relayer - what Polymarket's relayer is asked, and what of its answers is
 * believed */

#include "executor/relayer.h"

#include "common/clock.h"
#include "common/secret.h"
#include "executor/encode/auth.h"
#include "tests/unit/executor/anvil_key.h"
#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct wallet wallet;
static struct relay_batch batch;
static uint8_t data[RELAY_DATA_CAP];
static struct relayer_question q;
static struct relayer_words words;
static struct relayer_answer a;
static char signature[2 * RELAY_SIGNATURE_SIZE + 3];

/* The batch of the vectors, signed by its key. */
static int
read_vector(void **state)
{
    struct json *j = vectors_open("chain_relayer");
    const struct json_value *v = at(json_root(j), "depositWallet");
    const struct json_value *call = json_first(at(v, "message.calls"));
    struct address funder = address_at(v, "domain.verifyingContract");
    struct key *key = key_of_hex(ANVIL_0);
    const char *text = text_at(call, "data");
    struct signature made;

    (void)state;
    assert_true(wallet_make(WALLET_DEPOSIT, key_address(key), &funder,
                            &wallet, NULL));
    batch = (struct relay_batch){ .nonce = count_at(v, "message.nonce"),
                                  .deadline = count_at(v,
                                                       "message.deadline"),
                                  .to = address_at(call, "target"),
                                  .data = data };
    assert_true(hex_data_parse(text, strlen(text), data, sizeof data,
                               &batch.size));
    struct hash digest = relay_batch_hash(137, &funder, &batch);
    char hex[HASH_TEXT_CAP];
    assert_string_equal(hash_format(&digest, hex), text_at(v, "hash"));
    key_sign(key, &digest, &made);
    q = (struct relayer_question){ .id = 7, .wallet = &wallet,
                                   .batch = &batch };
    relay_signature(&made, q.signature);
    snprintf(signature, sizeof signature, "%s", text_at(v, "signature"));
    key_destroy(&key);
    json_destroy(&j);
    return 0;
}

static void
ask(enum relayer_method method)
{
    q.method = method;
    relayer_write(&q, &words);
}

static void
hear(enum relayer_method method, int status, const char *body)
{
    q.method = method;
    relayer_read(&q, status, body, strlen(body), &a);
    assert_int_equal(a.id, 7);
}

static void
a_batch_is_submitted_byte_for_byte(void **state)
{
    char want[RELAYER_BODY_CAP], hex[2 * RELAY_DATA_CAP + 1];

    (void)state;
    ask(RELAYER_submit);
    (void)hex_format(data, batch.size, hex);
    snprintf(want, sizeof want,
             "{\"depositWalletParams\":{\"calls\":[{\"data\":\"0x%s\","
             "\"target\":\"0xAdA100Db00Ca00073811820692005400218FcE1f\","
             "\"value\":\"0\"}],\"deadline\":\"1795219800\","
             "\"depositWallet\":"
             "\"0x2000000000000000000000000000000000000002\"},"
             "\"from\":\"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\","
             "\"nonce\":\"3\",\"signature\":\"%s\","
             "\"to\":\"0x00000000000Fb5C9ADea0298D729A0CB3823Cc07\","
             "\"type\":\"WALLET\"}", hex, signature);
    assert_string_equal(words.body, want);
    assert_int_equal(words.size, strlen(want));
    assert_string_equal(words.method, "POST");
    assert_string_equal(words.path, "/submit");
    assert_string_equal(words.query, "");
}

static void
everything_else_is_got(void **state)
{
    (void)state;
    ask(RELAYER_nonce);
    assert_string_equal(words.method, "GET");
    assert_string_equal(words.path, "/v1/account/transactions/params");
    assert_string_equal(words.query,
                        "?address=0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
                        "&type=WALLET");
    assert_int_equal(words.size, 0);
    ask(RELAYER_recent);
    assert_string_equal(words.path, "/transactions");
    assert_true(text_set(&q.place, "0190b317-a1d3"));
    ask(RELAYER_look);
    assert_string_equal(words.path, "/v1/account/transactions/0190b317-a1d3");
}

static void
a_batch_comes_back_from_its_fact(void **state)
{
    uint8_t raw[RELAY_DATA_CAP], sig[RELAY_SIGNATURE_SIZE];
    struct relay_batch back;
    size_t size = relay_batch_pack(&batch, q.signature, raw, sizeof raw);

    (void)state;
    assert_int_equal(size, RELAY_BATCH_HEAD + batch.size);
    assert_true(relay_batch_unpack(raw, size, &back, sig));
    assert_int_equal(back.deadline, batch.deadline);
    assert_int_equal(back.size, batch.size);
    assert_memory_equal(back.data, data, batch.size);
    assert_memory_equal(back.to.b, batch.to.b, sizeof back.to.b);
    assert_memory_equal(sig, q.signature, sizeof sig);
    assert_int_equal(relay_batch_pack(&batch, q.signature, raw, size - 1), 0);
    assert_false(relay_batch_unpack(raw, RELAY_BATCH_HEAD, &back, sig));
    raw[0] = 2; /* A transaction of EIP-1559. */
    assert_false(relay_batch_unpack(raw, size, &back, sig));
}

static void
answers_are_read(void **state)
{
    char text[400];

    (void)state;
    hear(RELAYER_nonce, 200, "{\"address\":\"0x12\",\"nonce\":\"7\"}");
    assert_int_equal(a.end, RELAYER_END_said);
    assert_int_equal(a.nonce, 7);
    hear(RELAYER_submit, 200,
         "{\"transactionID\":\"0190b317-a1d3-7bec\",\"state\":\"STATE_NEW\"}");
    assert_int_equal(a.end, RELAYER_END_said);
    assert_string_equal(a.place.s, "0190b317-a1d3-7bec");
    hear(RELAYER_look, 200, "{\"state\":\"STATE_NEW\","
                            "\"transaction_hash\":\"\",\"error_msg\":\"\"}");
    assert_int_equal(a.end, RELAYER_END_said);
    assert_int_equal(a.state, RELAYER_STATE_new);
    assert_true(hash_is_zero(&a.tx));
    snprintf(text, sizeof text, "[{\"state\":\"STATE_MINED\","
             "\"transactionHash\":\"0x%064d\"}]", 11);
    hear(RELAYER_look, 200, text);
    assert_int_equal(a.state, RELAYER_STATE_mined);
    assert_int_equal(a.tx.b[31], 0x11);
    hear(RELAYER_look, 200, "{\"state\":\"STATE_FAILED\","
                            "\"error_msg\":\"it \\u001b[2J failed\"}");
    assert_string_equal(a.words.s, "it ?[2J failed"); /* For a log. */
    hear(RELAYER_look, 200, "{\"state\":\"STATE_FAILED\","
                            "\"error_msg\":\"gas is short\"}");
    assert_int_equal(a.state, RELAYER_STATE_failed);
    assert_string_equal(a.words.s, "gas is short");
    hear(RELAYER_look, 200, "{\"state\":\"STATE_OF_MIND\"}");
    assert_int_equal(a.state, RELAYER_STATE_other);
    hear(RELAYER_look, 404, "{\"error\":\"no such transaction\"}");
    assert_int_equal(a.end, RELAYER_END_nothing);
}

/* One that is not in what was read of a list may be in the rest. */
static void
a_list_that_is_too_long_proves_nothing(void **state)
{
    static char text[200000];
    size_t n = 0;

    (void)state;
    for (int many = 999; many < 1003; many += 3) {
        n = (size_t)snprintf(text, sizeof text, "[");
        for (int i = 0; i < many; i++)
            n += (size_t)snprintf(text + n, sizeof text - n,
                                  "{\"signature\":\"0x%0130d\"},", i);
        (void)snprintf(text + n - 1, sizeof text - n + 1, "]");
        hear(RELAYER_recent, 200, text);
        assert_int_equal(a.end, many > 1000 ? RELAYER_END_lost
                                            : RELAYER_END_nothing);
        if (many > 1000)
            assert_string_equal(a.words.s, "1002 recent transactions, and ours "
                                           "is none of the first 1000");
    }
}

/* It is ours when its signature is, whatever else is the same. */
static void
ours_is_found_among_the_recent(void **state)
{
    char text[1200];

    (void)state;
    snprintf(text, sizeof text,
             "[{\"transactionID\":\"a1\",\"nonce\":\"3\",\"signature\":"
             "\"0x%0130d\",\"state\":\"STATE_CONFIRMED\","
             "\"transactionHash\":\"0x%064d\"},"
             "{\"transactionID\":\"a2\",\"nonce\":\"3\",\"signature\":\"%s\","
             "\"state\":\"STATE_EXECUTED\",\"transactionHash\":\"0x%064d\"}]",
             1, 22, signature, 33);
    hear(RELAYER_recent, 200, text);
    assert_int_equal(a.end, RELAYER_END_said);
    assert_string_equal(a.place.s, "a2");
    assert_int_equal(a.tx.b[31], 0x33);
    q.signature[3] ^= 1;
    hear(RELAYER_recent, 200, text);
    q.signature[3] ^= 1;
    assert_int_equal(a.end, RELAYER_END_nothing);
    hear(RELAYER_recent, 200, "[]");
    assert_int_equal(a.end, RELAYER_END_nothing);
    hear(RELAYER_recent, 404, "{}"); /* It has no such list: no proof. */
    assert_int_equal(a.end, RELAYER_END_refused);
}

static void
a_submission_is_refused_only_by_what_says_so(void **state)
{
    static const struct { int status; const char *body;
                          enum relayer_end end; } all[] = {
        { 400, "{\"error\":\"wallet busy: it has an active action\"}",
          RELAYER_END_busy },
        { 400, "{\"error\":\"wallet has in-flight action\"}",
          RELAYER_END_busy },
        { 429, "{\"error\":\"slow down\"}", RELAYER_END_busy },
        { 429, "<html>", RELAYER_END_busy },
        { 400, "{\"error\":\"batch nonce 3 does not match on-chain nonce 4\"}",
          RELAYER_END_used },
        { 400, "{\"error\":\"batch nonce 5 does not match on-chain nonce 4\"}",
          RELAYER_END_busy },
        { 400, "{\"error\":\"invalid signature\"}", RELAYER_END_refused },
        { 401, "{\"error\":\"invalid authorization\"}", RELAYER_END_refused },
        { 403, "<html>no</html>", RELAYER_END_refused },
        { 400, "{\"error\":\"\"}", RELAYER_END_refused },
        { 409, "{\"error\":\"there is one\"}", RELAYER_END_lost },
        { 500, "{\"error\":\"oops\"}", RELAYER_END_lost },
        { 503, "", RELAYER_END_lost },
        { 0, "", RELAYER_END_lost },
        { 302, "", RELAYER_END_lost },
        { 200, "{\"error\":\"no\"}", RELAYER_END_lost },
        { 200, "{\"transactionID\":\"\"}", RELAYER_END_lost },
        { 200, "{\"transactionID\":\"../params\"}", RELAYER_END_lost },
        { 200, "{\"transactionID\":\"a b\"}", RELAYER_END_lost },
        { 200, "{\"transactionID\":7}", RELAYER_END_lost },
        { 200, "{\"transactionID\":\"a\",\"transactionID\":\"b\"}",
          RELAYER_END_lost },
        { 200, "{\"transactionID\":\"a\"", RELAYER_END_lost },
        { 200, "", RELAYER_END_lost },
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        hear(RELAYER_submit, all[i].status, all[i].body);
        assert_int_equal(a.end, all[i].end);
        assert_true(a.end == RELAYER_END_said || a.words.s[0] != '\0');
    }
}

static void
nonsense_is_lost(void **state)
{
    static const struct { enum relayer_method method; const char *body; }
    all[] = {
        { RELAYER_nonce, "{\"nonce\":\"-1\"}" },
        { RELAYER_nonce, "{\"nonce\":\"9223372036854775808\"}" },
        { RELAYER_nonce, "{\"nonce\":\"1e3\"}" },
        { RELAYER_nonce, "{\"nonce\":1.5}" },
        { RELAYER_nonce, "{\"nonce\":null}" },
        { RELAYER_nonce, "{\"nonce\":\"7\",\"nonce\":\"8\"}" },
        { RELAYER_nonce, "[7]" },
        { RELAYER_look, "{}" },
        { RELAYER_look, "{\"state\":5}" },
        { RELAYER_look, "[[]]" },
        { RELAYER_look, "{\"state\":\"STATE_MINED\","
                        "\"transaction_hash\":\"0x12\"}" },
        { RELAYER_recent, "{}" },
        { RELAYER_recent, "\"\"" },
    };
    char *deep = malloc(2001);

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        hear(all[i].method, 200, all[i].body);
        assert_int_equal(a.end, RELAYER_END_lost);
    }
    memset(deep, '[', 2000);
    deep[2000] = '\0';
    hear(RELAYER_recent, 200, deep);
    assert_int_equal(a.end, RELAYER_END_lost);
    hear(RELAYER_look, 200, "{\"state\":\"\xff\"}");
    assert_int_equal(a.end, RELAYER_END_lost);
    free(deep);
}

/* --- who asks ------------------------------------------------------------- */
static bool
login_of(const char *text, int mode, struct relayer_login *login,
         struct why *why)
{
    char path[] = "/tmp/test_relayer_XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, (mode_t)mode), 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    bool ok = relayer_login_read(path, login, why);
    unlink(path);
    return ok;
}

static void
a_relayer_key_goes_with_its_address(void **state)
{
    struct relayer_login login;
    struct relayer_headers h;
    struct why why;

    (void)state;
    assert_true(login_of("# of the settings page\nkey: 0190b317-a1d3\n",
                         0600, &login, &why));
    ask(RELAYER_submit);
    relayer_headers(&login, NULL, &wallet, 5, &words, &h);
    assert_int_equal(h.count, 2);
    assert_string_equal(h.at[0].name, "RELAYER_API_KEY");
    assert_string_equal(h.at[0].value, "0190b317-a1d3");
    assert_string_equal(h.at[1].name, "RELAYER_API_KEY_ADDRESS");
    assert_string_equal(h.at[1].value, wallet.owner_text);
}

/* By the venue's own vectors: the same HMAC over the same text. */
static void
a_builder_signs_each_request(void **state)
{
    struct relayer_login login;
    struct relayer_headers h;
    char want[L2_SIGNATURE_CAP];
    struct why why;

    (void)state;
    assert_true(login_of("builder_key: b-1\nsecret: "
                         "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
                         "passphrase: p1\n", 0600, &login, &why));
    struct hmac *secret = l2_secret(login.secret, &why);
    ask(RELAYER_submit);
    relayer_headers(&login, secret, &wallet, 1795219800, &words, &h);
    (void)l2_sign(secret, 1795219800, "POST", "/submit", words.body,
                  words.size, want);
    assert_int_equal(h.count, 4);
    assert_string_equal(h.at[0].name, "POLY_BUILDER_API_KEY");
    assert_string_equal(h.at[0].value, "b-1");
    assert_string_equal(h.at[1].value, "p1");
    assert_string_equal(h.at[2].value, "1795219800");
    assert_string_equal(h.at[3].name, "POLY_BUILDER_SIGNATURE");
    assert_string_equal(h.at[3].value, want);
    ask(RELAYER_nonce); /* Its query is not signed. */
    relayer_headers(&login, secret, &wallet, 1795219800, &words, &h);
    (void)l2_sign(secret, 1795219800, "GET",
                  "/v1/account/transactions/params", NULL, 0, want);
    assert_string_equal(h.at[3].value, want);
    hmac_destroy(&secret);
}

static void
half_a_login_is_refused_in_words(void **state)
{
    static const struct { const char *text; int mode; const char *part; }
    all[] = {
        { "", 0600, "expected one of" },
        { "key: a\nbuilder_key: b\nsecret: AAAA\npassphrase: c\n", 0600,
          "expected one of" },
        { "builder_key: b\nsecret: AAAA\n", 0600, "go together" },
        { "key: a\nsecret: AAAA\n", 0600, "go together" },
        { "builder_key: b\nsecret: ?\npassphrase: c\n", 0600, "letter" },
        { "builder_key: b\nsecret: A\npassphrase: c\n", 0600, "secret" },
        { "key: a\nkey: b\n", 0600, ":2: expected key:" },
        { "name: a\n", 0600, ":1: expected key:" },
        { "key: a\n", 0644, "mode" },
    };
    struct relayer_login login;
    struct why why;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        why.s[0] = '\0';
        assert_false(login_of(all[i].text, all[i].mode, &login, &why));
        if (!strstr(why.s, all[i].part))
            fail_msg("%s: %s", all[i].part, why.s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_submitted_byte_for_byte),
        cmocka_unit_test(everything_else_is_got),
        cmocka_unit_test(a_batch_comes_back_from_its_fact),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(ours_is_found_among_the_recent),
        cmocka_unit_test(a_list_that_is_too_long_proves_nothing),
        cmocka_unit_test(a_submission_is_refused_only_by_what_says_so),
        cmocka_unit_test(nonsense_is_lost),
        cmocka_unit_test(a_relayer_key_goes_with_its_address),
        cmocka_unit_test(a_builder_signs_each_request),
        cmocka_unit_test(half_a_login_is_refused_in_words),
    };

    return cmocka_run_group_tests(tests, read_vector, NULL);
}
