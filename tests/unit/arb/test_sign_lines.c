/* test_sign_lines - defaults, wrong fields and hostile lines
 *
 * A line is answered by one JSON object whatever it is; a mistake is named
 * with what was expected. */

#include "tests/unit/arb/sign_kit.h"

#define TOKEN                                                               \
    "\"tokenId\":\"7132104567925221259462638553270691275033272857194253228963" \
    "1379312455583992563\""
#define REST                                                                \
    ",\"side\":\"BUY\",\"price\":\"0.5\",\"size\":\"100\","                 \
    "\"tickSize\":\"0.1\",\"orderType\":\"GTC\",\"salt\":\"5\","            \
    "\"timestamp\":\"7\""
#define LINE "{" TOKEN REST "}"

static void
what_is_null_or_absent_has_its_default(void **state)
{
    (void)state;
    struct json *a = ask(sign_order_line, LINE), *b;
    char digest[80];

    snprintf(digest, sizeof digest, "%s", text_at(json_root(a), "digest"));
    assert_non_null(strstr(text_at(json_root(a), "body"),
                           "\"owner\":\"\",\"orderType\":\"GTC\""));
    json_destroy(&a);
    b = ask(sign_order_line,
            "{\"version\":2,\"chainId\":137,\"negRisk\":false,"
            "\"amount\":null,\"postOnly\":false,\"deferExec\":false,"
            "\"signatureType\":0,\"funder\":null,\"expiration\":\"0\","
            "\"metadata\":null,\"builder\":null,\"owner\":null," TOKEN REST
            "}");
    assert_string_equal(text_at(json_root(b), "digest"), digest);
    json_destroy(&b);
    /* Numbers as numbers. */
    b = ask(sign_order_line,
            "{" TOKEN ",\"side\":\"BUY\",\"price\":0.5,\"size\":100,"
            "\"tickSize\":0.1,\"orderType\":\"GTC\",\"salt\":5,"
            "\"timestamp\":7}");
    assert_string_equal(text_at(json_root(b), "digest"), digest);
    json_destroy(&b);
}

static void
refuse(sign_line *fn, const char *line, const char *words)
{
    struct json *j = ask(fn, line);
    const char *error = json_string(json_get(json_root(j), "error"));

    if (!error || !strstr(error, words))
        fail_msg("%s\nanswers %s, expected %s", line, out, words);
    assert_int_equal(json_size(json_root(j)), 1);
    json_destroy(&j);
}

/* LINE with one field given another value. */
static void
refuse_field(const char *name, const char *value, const char *words)
{
    char line[2000];
    const char *at_name = strstr(LINE, name);

    if (!at_name) {
        snprintf(line, sizeof line, "{%s:%s,%s", name, value, LINE + 1);
    } else {
        const char *rest = at_name + strcspn(at_name, ",}");
        snprintf(line, sizeof line, "%.*s%s:%s%s", (int)(at_name - LINE),
                 LINE, name, value, rest);
    }
    refuse(sign_order_line, line, words);
}

static void
a_wrong_field_is_named_with_what_was_expected(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        { "\"tokenId\"", "null", "tokenId: expected the decimal digits" },
        { "\"tokenId\"", "\"0\"", "tokenId" },
        { "\"tokenId\"", "\"0x12\"", "tokenId" },
        { "\"tokenId\"", "\"-1\"", "tokenId" },
        { "\"tokenId\"", "{}", "tokenId" },
        { "\"side\"", "\"buy\"", "side: expected BUY or SELL" },
        { "\"side\"", "0", "side" },
        { "\"price\"", "null", "price: expected a value" },
        { "\"price\"", "\"0.55\"", "price 0.55: expected a multiple" },
        { "\"price\"", "\"NaN\"", "price: expected a number" },
        { "\"price\"", "\"1e-1\"", "price: expected a number" },
        { "\"price\"", "\"0.5000001\"", "price: expected a number" },
        { "\"price\"", "\"-0.5\"", "price -0.5" },
        { "\"price\"", "[0.5]", "price: expected a number" },
        { "\"price\"", "true", "price: expected a number" },
        { "\"tickSize\"", "\"0.02\"", "tick size 0.02" },
        { "\"tickSize\"", "null", "tickSize: expected a value" },
        { "\"size\"", "null", "expected either size or amount" },
        { "\"size\"", "\"0\"", "expected either size or amount" },
        { "\"size\"", "\"-5\"", "size: expected more than 0" },
        { "\"size\"", "\"0.009\"", "size: nothing is left" },
        { "\"size\"", "99999999999999999999", "size: expected a number" },
        { "\"amount\"", "5", "expected either size or amount" },
        { "\"orderType\"", "\"IOC\"", "orderType: expected FAK or FOK" },
        { "\"orderType\"", "\"GTD\"", "expiration" },
        { "\"salt\"", "9007199254740992", "salt: expected less than 2^53" },
        { "\"salt\"", "\"-1\"", "salt: expected a whole number" },
        { "\"salt\"", "1.0", "salt: expected a whole number" },
        { "\"salt\"", "\"\"", "salt: expected a whole number" },
        { "\"salt\"", "null", "salt: expected a value" },
        { "\"timestamp\"", "\"01\"", "timestamp: expected a whole number" },
        { "\"timestamp\"", "18446744073709551616", "timestamp" },
        { "\"version\"", "1", "version 1 orders" },
        { "\"chainId\"", "1", "chain 1" },
        { "\"negRisk\"", "\"false\"", "negRisk: expected true or false" },
        { "\"postOnly\"", "0", "postOnly: expected true or false" },
        { "\"signatureType\"", "4", "signatureType: expected 0 to 3" },
        { "\"signatureType\"", "1", "funder: expected the address" },
        { "\"funder\"", "\"0x12\"", "funder: expected 0x and 40" },
        { "\"funder\"", "\"0x70997970C51812dc3A010C7d01b50e0d17dc79c8\"",
          "funder: expected 0x and 40" },
        { "\"funder\"", "\"0x70997970C51812dc3A010C7d01b50e0d17dc79C8\"",
          "funder: an account of signature type 0" },
        { "\"expiration\"", "\"5\"", "expiration: only for GTD" },
        { "\"metadata\"", "\"0x12\"", "metadata: expected 0x and 64" },
        { "\"builder\"", "12", "builder: expected 0x and 64" },
        { "\"owner\"", "\"a\\\"b\"", "owner: expected an API key" },
        { "\"owner\"", "7", "owner: expected a text" },
        { "\"postonly\"", "true", "postonly: no such field" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refuse_field(rows[i][0], rows[i][1], rows[i][2]);
}

static void
a_line_that_is_no_object_is_refused(void **state)
{
    (void)state;
    sign_line *const all[] = { sign_order_line, sign_auth_line,
                               sign_request_line, sign_tx_line };
    static const char *const lines[] = {
        "", " ", "x", "[]", "[" LINE "]", "3", "null", "\"text\"", "{", "{}x",
        "{\"a\":1}", "{\"salt\":1,\"salt\":1}", "{\"\\u0000\":1}",
        "{\"\xff\":1}", LINE LINE, "{\"nonce\":NaN}", "{}",
    };
    char deep[400];

    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    for (size_t k = 0; k < 4; k++) {
        for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
            refuse(all[k], lines[i], "");
        refuse(all[k], deep, "JSON");
        struct json *j = ask_bytes(all[k], "{}\0{}", 5);
        assert_non_null(json_get(json_root(j), "error"));
        json_destroy(&j);
    }
}

/* Every byte of a good line left out, and the line cut after it. */
static void
a_bent_line_is_answered_in_any_case(void **state)
{
    (void)state;
    size_t size = strlen(LINE);
    char line[2000];

    for (size_t i = 0; i < size; i++) {
        struct json *j = ask_bytes(sign_order_line, LINE, i);
        assert_non_null(json_get(json_root(j), "error"));
        json_destroy(&j);
        memcpy(line, LINE, i);
        memcpy(line + i, LINE + i + 1, size - i - 1);
        j = ask_bytes(sign_order_line, line, size - 1);
        json_destroy(&j);
    }
}

static void
requests_and_transactions_are_checked_too(void **state)
{
    (void)state;
#define TX(to, data, rest)                                                  \
    "{\"chainId\":137,\"nonce\":0,\"maxPriorityFeePerGas\":\"1\","          \
    "\"maxFeePerGas\":\"2\",\"gasLimit\":21000,\"to\":" to ",\"data\":" data \
    rest "}"
#define TO "\"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512\""
    refuse(sign_tx_line, TX("null", "null", ""), "to: expected 0x and 40");
    refuse(sign_tx_line, TX(TO, "\"0x1\"", ""), "data: expected 0x");
    refuse(sign_tx_line, TX(TO, "\"12\"", ""), "data: expected 0x");
    refuse(sign_tx_line, TX(TO, "7", ""), "data: expected a text");
    refuse(sign_tx_line, TX(TO, "\"0x\"", ",\"accessList\":[1]"),
           "accessList: expected []");
    refuse(sign_tx_line, TX(TO, "\"0x\"", ",\"type\":0"), "type: expected 2");
    refuse(sign_tx_line, TX(TO, "\"0x\"", ",\"value\":\"-1\""), "value");
    refuse(sign_tx_line, TX(TO, "\"0x\"", ",\"gasPrice\":1"),
           "gasPrice: no such field");
    refuse(sign_tx_line, "{\"chainId\":137}", "nonce: expected a value");
    refuse(sign_auth_line, "{\"nonce\":0}", "timestamp: expected a value");
    refuse(sign_auth_line, "{\"timestamp\":\"x\"}", "timestamp");
    refuse(sign_request_line,
           "{\"secret\":\"!\",\"timestamp\":1,\"method\":\"GET\","
           "\"path\":\"/\"}", "secret: expected base64");
    refuse(sign_request_line,
           "{\"secret\":\"AAAA\",\"timestamp\":1,\"method\":\"GET\","
           "\"path\":\"/\",\"body\":{}}", "body: expected a text");
    struct json *j = ask(sign_tx_line, TX(TO, "\"0x\"", ",\"value\":\"0x0\""));
    assert_non_null(json_get(json_root(j), "raw"));
    json_destroy(&j);
    j = ask(sign_request_line,
            "{\"secret\":\"AAAA\",\"timestamp\":1,\"method\":\"GET\","
            "\"path\":\"/data/orders?next_cursor=MA==\"}");
    assert_non_null(strstr(text_at(json_root(j), "note"), "query"));
    json_destroy(&j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_null_or_absent_has_its_default),
        cmocka_unit_test(a_wrong_field_is_named_with_what_was_expected),
        cmocka_unit_test(a_line_that_is_no_object_is_refused),
        cmocka_unit_test(a_bent_line_is_answered_in_any_case),
        cmocka_unit_test(requests_and_transactions_are_checked_too),
    };

    return cmocka_run_group_tests(tests, make_key, drop_key);
}
