/* test_polytalk_place - every answer a place can get, and what it proves:
 * single orders, batches, errors by their texts, pages of an edge, nothing. */
#include "tests/unit/executor/heard.h"

static void
expect_one(int status, const char *body, enum call_end end,
           enum order_state state, enum reason why)
{
    struct heard h = heard_begin(VENUE_OP_place, 1);

    heard_answer(&h, status, body);
    if (h.orders != 1 || h.done.end != end || h.order[0].state != state ||
        h.order[0].reason != why)
        print_message("%d %s: %s, %s %s\n", status, body != NULL ? body : "",
                      enum_word(&call_end_words, h.done.end),
                      enum_word(&order_state_words, h.order[0].state),
                      enum_word(&reason_words, h.order[0].reason));
    assert_int_equal(h.orders, 1);
    assert_int_equal(h.done.end, end);
    assert_int_equal(h.order[0].state, state);
    assert_int_equal(h.order[0].reason, why);
    assert_true(hash_equal(&h.order[0].order, &h.call.orders.at[0].token));
}

static void
only_an_acceptance_in_every_field_is_one(void **state)
{
    static const struct {
        const char *body;
        enum order_state state;
        enum reason why;
    } rows[] = {
        { "{\"success\":true,\"orderID\":\"" ID_A "\",\"status\":\"live\","
          "\"errorMsg\":\"\"}", ORDER_STATE_live, REASON_none },
        { "{\"success\":true,\"orderID\":\"" ID_A "\",\"status\":\"delayed\","
          "\"errorMsg\":\"\"}", ORDER_STATE_live, REASON_none },
        { "{\"success\":true,\"orderID\":\"" ID_A "\",\"status\":\"matched\","
          "\"errorMsg\":\"\",\"makingAmount\":\"4.9\",\"takingAmount\":"
          "\"5.12\"}", ORDER_STATE_matched, REASON_none },
        { "{\"success\":true,\"orderID\":\"" ID_A "\",\"status\":\"new word\","
          "\"errorMsg\":\"\"}", ORDER_STATE_unknown, REASON_none },
        { "{\"success\":true,\"orderID\":\"" ID_A "\"}",
          ORDER_STATE_unknown, REASON_BAD_INPUT },
        { "{\"success\":false,\"orderID\":\"" ID_A "\",\"status\":\"live\"}",
          ORDER_STATE_unknown, REASON_BAD_INPUT },
        { "{\"success\":true,\"orderID\":\"" ID_A "\",\"status\":\"live\","
          "\"errorMsg\":\"odd\"}", ORDER_STATE_unknown, REASON_BAD_INPUT },
        { "{\"success\":true,\"orderID\":\"" ID_X "\",\"status\":\"live\"}",
          ORDER_STATE_unknown, REASON_FOREIGN },
        { "{\"success\":true,\"orderID\":\"\",\"errorMsg\":"
          "\"not enough balance / allowance\"}",
          ORDER_STATE_rejected, REASON_BALANCE },
        { "{\"success\":false,\"errorMsg\":\"something nobody knows\"}",
          ORDER_STATE_rejected, REASON_REFUSED },
        { "{\"success\":true,\"orderID\":\"\",\"errorMsg\":\"\"}",
          ORDER_STATE_unknown, REASON_BAD_INPUT },
        { "{\"success\":true,\"orderID\":\"\",\"errorMsg\":\"order is "
          "invalid. Duplicated.\"}", ORDER_STATE_unknown, REASON_DUPLICATE },
        { "[]", ORDER_STATE_unknown, REASON_BAD_INPUT },
        { "7", ORDER_STATE_unknown, REASON_BAD_INPUT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_one(200, rows[i].body,
                   rows[i].body[0] == '{' ? CALL_END_answered
                                          : CALL_END_unknown,
                   rows[i].state, rows[i].why);
}

static void
a_200_that_is_no_json_proves_nothing(void **state)
{
    (void)state;
    expect_one(200, "", CALL_END_unknown, ORDER_STATE_unknown,
               REASON_BAD_INPUT);
    expect_one(200, "{\"success\":tr", CALL_END_unknown, ORDER_STATE_unknown,
               REASON_BAD_INPUT);
    expect_one(200, "<html>hello</html>", CALL_END_unknown,
               ORDER_STATE_unknown, REASON_BAD_INPUT);
}

static void
known_errors_free_the_order_and_say_why(void **state)
{
    static const struct {
        int status;
        const char *text;
        enum reason why;
    } rows[] = {
        { 400, "order_version_mismatch", REASON_SCHEMA },
        { 400, "invalid order version", REASON_SCHEMA },
        { 400, "invalid signature", REASON_SIGNATURE },
        { 400, "not enough balance / allowance", REASON_BALANCE },
        { 400, "the 0xE1 allowance is not enough", REASON_BALANCE },
        { 400, "the order owner has to be the owner of the API KEY",
          REASON_SIGNATURE },
        { 400, "the order signer address has to be the address of the API "
               "KEY", REASON_SIGNATURE },
        { 400, "maker address not allowed", REASON_FORBIDDEN },
        { 400, "'0xaa' address banned", REASON_FORBIDDEN },
        { 400, "'0xaa' address in closed only mode", REASON_FORBIDDEN },
        { 400, "order 0x12 is invalid. Price (0.98039) breaks minimum tick "
               "size rule: 0.01", REASON_TICK },
        { 400, "invalid amounts, the market buy orders maker amount supports "
               "a max accuracy of 2 decimals, taker amount a max of 4 "
               "decimals", REASON_TICK },
        { 400, "invalid post-only order: order crosses book",
          REASON_CROSSES },
        { 400, "order couldn't be fully filled. FOK orders are fully filled "
               "or killed.", REASON_NO_FILL },
        { 400, "no orders found to match with FAK order. FAK orders are "
               "partially filled or killed if no match is found.",
          REASON_NO_FILL },
        { 400, "invalid nonce", REASON_REFUSED },
        { 400, "invalid expiration", REASON_REFUSED },
        { 400, "the market is not yet ready to process new orders",
          REASON_CLOSED },
        { 400, "invalid amount for a marketable BUY order ($0.5), min size: "
               "$1", REASON_BELOW_MINIMUM },
        { 400, "Too many orders in payload: 20, max allowed: 15",
          REASON_REFUSED },
        { 400, "Invalid order payload", REASON_REFUSED },
        { 401, "Unauthorized/Invalid api key", REASON_SIGNATURE },
        { 401, "Invalid L1 Request headers", REASON_SIGNATURE },
        { 401, "new words", REASON_SIGNATURE },
        { 403, "new words", REASON_FORBIDDEN },
        { 404, "No orderbook exists for the requested token id",
          REASON_CLOSED },
        { 425, "new words", REASON_VENUE_DOWN },
        { 429, "new words", REASON_THROTTLED },
        { 503, "Trading is currently disabled. Check status page",
          REASON_VENUE_DOWN },
        { 503, "Trading is currently cancel-only", REASON_VENUE_DOWN },
        { 503, "post-only mode: only post-only orders and cancels are "
               "allowed", REASON_VENUE_DOWN },
    };
    char body[512];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)snprintf(body, sizeof body, "{\"error\":\"%s\"}", rows[i].text);
        expect_one(rows[i].status, body, CALL_END_refused,
                   ORDER_STATE_rejected, rows[i].why);
    }
    expect_one(425, "", CALL_END_refused, ORDER_STATE_rejected,
               REASON_VENUE_DOWN);
    expect_one(429, "", CALL_END_refused, ORDER_STATE_rejected,
               REASON_THROTTLED);
}

static void
what_is_not_known_or_not_the_apis_word_is_unknown(void **state)
{
    static const char html[] = "<html>error code: 1020</html>";

    (void)state;
    expect_one(400, "{\"error\":\"new words\"}", CALL_END_unknown,
               ORDER_STATE_unknown, REASON_REFUSED);
    expect_one(400, "{\"error\":\"order 0x11 is invalid. Duplicated.\"}",
               CALL_END_unknown, ORDER_STATE_unknown, REASON_DUPLICATE);
    expect_one(500, "{\"error\":\"could not insert order\"}",
               CALL_END_unknown, ORDER_STATE_unknown, REASON_UNANSWERED);
    expect_one(500, "{\"error\":\"could not run the execution\"}",
               CALL_END_unknown, ORDER_STATE_unknown, REASON_UNANSWERED);
    expect_one(500, "{\"error\":\"invalid signature\"}", CALL_END_unknown,
               ORDER_STATE_unknown, REASON_SIGNATURE);
    expect_one(400, html, CALL_END_unknown, ORDER_STATE_unknown,
               REASON_BAD_INPUT);
    expect_one(403, html, CALL_END_unknown, ORDER_STATE_unknown,
               REASON_FORBIDDEN);
    expect_one(429, html, CALL_END_unknown, ORDER_STATE_unknown,
               REASON_THROTTLED);
    expect_one(502, html, CALL_END_unknown, ORDER_STATE_unknown,
               REASON_UNANSWERED);
    expect_one(503, html, CALL_END_unknown, ORDER_STATE_unknown,
               REASON_VENUE_DOWN);
    expect_one(504, "", CALL_END_unknown, ORDER_STATE_unknown,
               REASON_UNANSWERED);
    expect_one(0, NULL, CALL_END_unknown, ORDER_STATE_unknown,
               REASON_UNANSWERED);
    expect_one(302, "", CALL_END_unknown, ORDER_STATE_unknown,
               REASON_UNANSWERED);
}

static void
without_a_byte_nothing_was_sent(void **state)
{
    struct heard h = heard_begin(VENUE_OP_place, 2);
    struct talk_answer a = { 0 };
    struct talk_sink sink = heard_sink(&h);

    (void)state;
    talk_polymarket.read_answer(&h.call, &h.account, &a, &h.memory, &sink,
                                &h.done);
    assert_int_equal(h.done.end, CALL_END_not_sent);
    assert_int_equal(h.orders, 2);
    assert_int_equal(h.order[1].state, ORDER_STATE_rejected);
    assert_int_equal(h.order[1].reason, REASON_NOT_SENT);
}

static void
a_batch_is_read_leg_by_leg(void **state)
{
    struct heard h = heard_begin(VENUE_OP_place, 3);

    (void)state;
    heard_answer(&h, 200,
                 "[{\"success\":true,\"orderID\":\"" ID_A "\",\"status\":"
                 "\"live\",\"errorMsg\":\"\"},"
                 "{\"success\":true,\"orderID\":\"\",\"errorMsg\":"
                 "\"invalid signature\"},"
                 "{\"success\":true,\"orderID\":\"" ID_A "\",\"status\":"
                 "\"live\",\"errorMsg\":\"\"}]");
    assert_int_equal(h.done.end, CALL_END_answered);
    assert_int_equal(h.done.found, 3);
    assert_int_equal(h.order[0].state, ORDER_STATE_live);
    assert_int_equal(h.order[1].state, ORDER_STATE_rejected);
    assert_int_equal(h.order[1].reason, REASON_SIGNATURE);
    assert_int_equal(h.order[2].state, ORDER_STATE_unknown);
    assert_int_equal(h.order[2].reason, REASON_FOREIGN);
    assert_int_equal(h.done.reason, REASON_FOREIGN);
    assert_int_equal(h.bad, 1);
}

static void
a_batch_of_another_length_is_unknown_whole(void **state)
{
    struct heard h = heard_begin(VENUE_OP_place, 2);

    (void)state;
    heard_answer(&h, 200, "[{\"success\":true,\"orderID\":\"" ID_A
                          "\",\"status\":\"live\",\"errorMsg\":\"\"}]");
    assert_int_equal(h.done.end, CALL_END_unknown);
    assert_int_equal(h.orders, 2);
    assert_int_equal(h.order[0].state, ORDER_STATE_unknown);
    assert_int_equal(h.order[1].state, ORDER_STATE_unknown);
}

static void
an_error_about_one_order_proves_nothing_of_the_others(void **state)
{
    struct heard h = heard_begin(VENUE_OP_place, 2);

    (void)state;
    heard_answer(&h, 400, "{\"error\":\"order " ID_B " is invalid. Price "
                          "(0.5) breaks minimum tick size rule\"}");
    assert_int_equal(h.done.end, CALL_END_unknown);
    assert_int_equal(h.order[0].state, ORDER_STATE_unknown);
    assert_int_equal(h.order[1].state, ORDER_STATE_rejected);
    heard_answer(&h, 400, "{\"error\":\"invalid signature\"}");
    assert_int_equal(h.order[0].state, ORDER_STATE_unknown);
    assert_int_equal(h.order[1].state, ORDER_STATE_unknown);
    heard_answer(&h, 400, "{\"error\":\"Invalid order payload\"}");
    assert_int_equal(h.done.end, CALL_END_refused);
    assert_int_equal(h.order[0].state, ORDER_STATE_rejected);
}

static void
the_wait_asked_for_is_bounded(void **state)
{
    struct heard h = heard_begin(VENUE_OP_place, 1);
    struct talk_sink sink = heard_sink(&h);
    struct talk_answer a = { true, 429, "{}", 2, 7 };

    (void)state;
    talk_polymarket.read_answer(&h.call, &h.account, &a, &h.memory, &sink,
                                &h.done);
    assert_int_equal(h.done.retry.ms, 7000);
    heard_answer(&h, 503, "{\"error\":\"post-only mode\",\"code\":"
                          "\"post_only_mode\",\"retry_after_seconds\":99999}");
    assert_int_equal(h.done.retry.ms, 3600000);
    heard_answer(&h, 503, "{\"error\":\"x\",\"retry_after_seconds\":-5}");
    assert_int_equal(h.done.retry.ms, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_an_acceptance_in_every_field_is_one),
        cmocka_unit_test(a_200_that_is_no_json_proves_nothing),
        cmocka_unit_test(known_errors_free_the_order_and_say_why),
        cmocka_unit_test(what_is_not_known_or_not_the_apis_word_is_unknown),
        cmocka_unit_test(without_a_byte_nothing_was_sent),
        cmocka_unit_test(a_batch_is_read_leg_by_leg),
        cmocka_unit_test(a_batch_of_another_length_is_unknown_whole),
        cmocka_unit_test(
            an_error_about_one_order_proves_nothing_of_the_others),
        cmocka_unit_test(the_wait_asked_for_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
