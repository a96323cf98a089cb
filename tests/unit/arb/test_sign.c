/* test_sign - arb's sign commands line by line, equal to the clients
 *
 * Lines are written from the inputs of tests/vectors as a person would write
 * them; what is answered must hold the official client's bytes. */

#include "tests/unit/arb/sign_kit.h"

#include "proto/render.h"

static const char *
null_or_quoted(const struct json_value *object, const char *name,
               char room[80])
{
    const char *s = json_string(json_get(object, name));

    if (!s)
        return "null";
    snprintf(room, 80, "\"%s\"", s);
    return room;
}

static void
write_order_line(const struct json_value *v, char *line, size_t cap)
{
    const struct json_value *in = at(v, "inputs"), *u = at(in, "userOrder");
    char funder[80], metadata[80], builder[80], size[40], amount[40];
    bool market = strcmp(text_at(in, "kind"), "market") == 0;
    bool buy = strcmp(text_at(u, "side"), "BUY") == 0;
    const char *given = text_at(u, market ? "amount" : "size");

    snprintf(size, sizeof size, market && buy ? "null" : "\"%s\"", given);
    snprintf(amount, sizeof amount, market && buy ? "\"%s\"" : "null", given);
    snprintf(line, cap,
             "{\"version\":%s,\"chainId\":%s,\"negRisk\":%s,\"tokenId\":"
             "\"%s\",\"side\":\"%s\",\"price\":\"%s\",\"size\":%s,"
             "\"amount\":%s,\"tickSize\":\"%s\",\"orderType\":\"%s\","
             "\"postOnly\":%s,\"deferExec\":%s,\"signatureType\":%s,"
             "\"funder\":%s,\"salt\":\"%s\",\"timestamp\":\"%s\","
             "\"expiration\":\"%s\",\"metadata\":%s,\"builder\":%s,"
             "\"owner\":\"00000000-0000-4000-8000-000000000001\"}",
             text_at(in, "orderVersion"), text_at(in, "chainId"),
             flag_at(in, "negRisk") ? "true" : "false",
             text_at(u, "tokenID"), text_at(u, "side"), text_at(u, "price"),
             size, amount, text_at(in, "tickSize"), text_at(in, "orderType"),
             flag_at(in, "postOnly") ? "true" : "false",
             flag_at(in, "deferExec") ? "true" : "false",
             text_at(in, "signatureType"),
             null_or_quoted(in, "funder", funder), text_at(v, "order.salt"),
             text_at(v, "order.timestamp"), text_at(v, "order.expiration"),
             null_or_quoted(u, "metadata", metadata),
             null_or_quoted(u, "builderCode", builder));
}

static void
expect_order(const struct json_value *v, const struct json_value *answer)
{
    for each(field, at(v, "order")) {
        const struct json_value *ours =
            json_get(at(answer, "order"), json_key(field));
        assert_non_null(json_scalar(ours));
        assert_string_equal(json_scalar(ours), json_scalar(field));
    }
    assert_string_equal(text_at(answer, "digest"),
                        text_at(v, "eip712.digest"));
    assert_string_equal(text_at(answer, "signature"),
                        text_at(v, "signature"));
    assert_string_equal(text_at(answer, "body"), text_at(v, "http.body"));
}

/* The four that the official client gets wrong (see test_order). */
static bool
venue_refuses(const char *id)
{
    return strstr("pm-v2-039 pm-v2-043 pm-v2-047 pm-v3-051", id) != NULL;
}

static void
orders_from_lines_equal_the_clients(void **state)
{
    (void)state;
    static const char *const files[] = { "polymarket_orders_v2",
                                         "polymarket_orders_v3" };
    int same = 0;

    for (int i = 0; i < 2; i++) {
        struct json *j = vectors_open(files[i]);
        for each(v, at(json_root(j), "vectors")) {
            char line[2000];
            write_order_line(v, line, sizeof line);
            struct json *answer = ask(sign_order_line, line);
            if (json_get(json_root(answer), "error"))
                fail_msg("%s: %s", text_at(v, "id"), out);
            if (!venue_refuses(text_at(v, "id"))) {
                expect_order(v, json_root(answer));
                same++;
            }
            json_destroy(&answer);
        }
        json_destroy(&j);
    }
    assert_int_equal(same, 14);
}

static void
headers_from_lines_equal_the_clients(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_l1_auth");

    for each(v, at(json_root(j), "vectors")) {
        char line[200];
        snprintf(line, sizeof line,
                 "{\"timestamp\":\"%s\",\"nonce\":%s,\"chainId\":%s}",
                 text_at(v, "inputs.timestamp"), text_at(v, "inputs.nonce"),
                 text_at(v, "inputs.chainId"));
        struct json *answer = ask(sign_auth_line, line);
        for each(h, at(v, "headers"))
            assert_string_equal(
                json_string(json_get(at(json_root(answer), "headers"),
                                     json_key(h))),
                json_string(h));
        json_destroy(&answer);
    }
    json_destroy(&j);
}

static void
requests_from_lines_equal_the_clients(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_l2_hmac");

    for each(v, at(json_root(j), "vectors")) {
        const struct json_value *in = at(v, "inputs");
        const char *body = json_string(at(in, "body"));
        char line[8000], quoted[6000] = "null";
        if (body)
            quoted[json_quote(body, strlen(body), quoted, 5999)] = '\0';
        snprintf(line, sizeof line,
                 "{\"secret\":\"%s\",\"timestamp\":%s,\"method\":\"%s\","
                 "\"path\":\"%s\",\"body\":%s}",
                 text_at(in, "secret"), text_at(in, "timestamp"),
                 text_at(in, "method"), text_at(in, "requestPath"), quoted);
        struct json *answer = ask(sign_request_line, line);
        assert_string_equal(text_at(json_root(answer), "signature"),
                            text_at(v, "headers.POLY_SIGNATURE"));
        json_destroy(&answer);
    }
    json_destroy(&j);
}

/* The fields as they stand in the file are a line. */
static void
transactions_from_lines_equal_those_mined(void **state)
{
    (void)state;
    struct json *j = vectors_open("chain_transactions");
    int count = 0;

    for each(v, at(json_root(j), "vectors")) {
        char line[8000];
        const struct json_value *f = at(v, "fields");
        if (strcmp(text_at(v, "from"),
                   "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266") != 0)
            continue;
        snprintf(line, sizeof line,
                 "{\"type\":2,\"chainId\":%s,\"nonce\":%s,"
                 "\"maxPriorityFeePerGas\":\"%s\",\"maxFeePerGas\":\"%s\","
                 "\"gasLimit\":\"%s\",\"to\":\"%s\",\"value\":\"%s\","
                 "\"data\":\"%s\",\"accessList\":[]}",
                 text_at(f, "chainId"), text_at(f, "nonce"),
                 text_at(f, "maxPriorityFeePerGas"),
                 text_at(f, "maxFeePerGas"), text_at(f, "gasLimit"),
                 text_at(f, "to"), text_at(f, "value"), text_at(f, "data"));
        struct json *answer = ask(sign_tx_line, line);
        assert_string_equal(text_at(json_root(answer), "raw"),
                            text_at(v, "raw"));
        assert_string_equal(text_at(json_root(answer), "hash"),
                            text_at(v, "hash"));
        json_destroy(&answer);
        count++;
    }
    assert_true(count > 10);
    json_destroy(&j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_from_lines_equal_the_clients),
        cmocka_unit_test(headers_from_lines_equal_the_clients),
        cmocka_unit_test(requests_from_lines_equal_the_clients),
        cmocka_unit_test(transactions_from_lines_equal_those_mined),
    };

    return cmocka_run_group_tests(tests, make_key, drop_key);
}
