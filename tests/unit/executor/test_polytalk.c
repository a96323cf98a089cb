/* test_polytalk - requests byte by byte, looks, cancels, balances, heartbeats,
 * both vocabularies of the user stream, and texts meant to harm. */
#include "tests/unit/executor/heard.h"

static struct talk_request request;

static bool
write(const struct heard *h, const struct talk_order *orders, uint32_t count)
{
    return talk_polymarket.write_request(&h->call, orders, count, &h->account,
                                         &h->memory, &request);
}

static struct intent
intent_of(const struct heard *h, uint32_t i)
{
    struct intent m = {
        .order = h->call.orders.at[i].token, .salt = 647499628554,
        .side = SIDE_buy, .tif = TIF_FAK, .version = 2,
        .stamp = 1795220426740, .maker = 11782400, .taker = 21040000,
    };

    m.token.b[31] = 77;
    return m;
}

static void
an_order_is_written_as_the_venue_wants_it(void **state)
{
    struct heard h = heard_begin(VENUE_OP_place, 1);
    struct intent i = intent_of(&h, 0);
    struct order_signature sig = { 2, { 0xab, 0xcd } };
    struct talk_order o = { &i, &sig };

    (void)state;
    assert_true(write(&h, &o, 1));
    assert_string_equal(request.method, "POST");
    assert_string_equal(request.path, "/order");
    assert_string_equal(request.query, "");
    assert_true(request.secured);
    assert_string_equal(
        request.body,
        "{\"deferExec\":false,\"postOnly\":false,\"order\":{\"salt\":"
        "647499628554,\"maker\":\"" MAKER "\",\"signer\":\"" MAKER
        "\",\"tokenId\":\"77\",\"makerAmount\":\"11782400\",\"takerAmount\":"
        "\"21040000\",\"side\":\"BUY\",\"signatureType\":0,\"timestamp\":"
        "\"1795220426740\",\"expiration\":\"0\",\"metadata\":\"0x00000000000"
        "00000000000000000000000000000000000000000000000000000\",\"builder\":"
        "\"0x0000000000000000000000000000000000000000000000000000000000000000"
        "\",\"signature\":\"0xabcd\"},\"owner\":\"" KEY
        "\",\"orderType\":\"FAK\"}");
    assert_int_equal(request.body_size, strlen(request.body));
    i.tif = TIF_GTD;
    i.expires.ns = INT64_C(1795220999) * 1000000000;
    i.post_only = true;
    i.side = SIDE_sell;
    assert_true(write(&h, &o, 1));
    assert_non_null(strstr(request.body, "\"postOnly\":true"));
    assert_non_null(strstr(request.body, "\"side\":\"SELL\""));
    assert_non_null(strstr(request.body, "\"expiration\":\"1795220999\""));
    i.salt = UINT64_C(1) << 53;
    assert_false(write(&h, &o, 1));
}

/* A deposit wallet signs for itself: both addresses are its own. */
static void
each_kind_of_wallet_names_its_maker_and_signer(void **state)
{
    static const char *const names[] = {
        "\"maker\":\"" MAKER "\",\"signer\":\"" MAKER "\"",
        "\"maker\":\"" OTHER "\",\"signer\":\"" MAKER "\"",
        "\"maker\":\"" OTHER "\",\"signer\":\"" MAKER "\"",
        "\"maker\":\"" OTHER "\",\"signer\":\"" OTHER "\"",
    };
    struct heard h = heard_begin(VENUE_OP_place, 1);
    struct intent i = intent_of(&h, 0);
    struct order_signature sig = { 2, { 0xab, 0xcd } };
    struct talk_order o = { &i, &sig };

    (void)state;
    for (int type = WALLET_EOA; type < WALLET_END_; type++) {
        h.account.id = heard_identity((enum wallet_type)type);
        assert_true(write(&h, &o, 1));
        assert_non_null(strstr(request.body, names[type]));
    }
}

static void
fifteen_orders_of_the_longest_signature_fit_one_request(void **state)
{
    struct heard h = heard_begin(VENUE_OP_place, TALK_ORDERS);
    struct intent i[TALK_ORDERS];
    struct talk_order o[TALK_ORDERS];
    struct order_signature signature = { .size = ORDER_SIGNATURE_CAP };

    (void)state;
    memset(signature.b, 0xff, ORDER_SIGNATURE_CAP);
    h.account.id = heard_identity(WALLET_DEPOSIT);
    for (uint32_t k = 0; k < TALK_ORDERS; k++) {
        i[k] = intent_of(&h, k);
        memset(i[k].token.b, 0xff, 32);
        i[k].maker = i[k].taker = INT64_MAX;
        o[k] = (struct talk_order){ &i[k], &signature };
    }
    assert_true(write(&h, o, TALK_ORDERS));
    assert_string_equal(request.path, "/orders");
    assert_int_equal(request.body[0], '[');
    assert_int_equal(request.body[request.body_size - 1], ']');
    assert_false(write(&h, o, TALK_ORDERS - 1));
    i[3].order.b[0]++;
    assert_false(write(&h, o, TALK_ORDERS));
}

static void
expect_request(struct heard *h, const char *method, const char *path,
               const char *query, const char *body)
{
    assert_true(write(h, NULL, 0));
    assert_string_equal(request.method, method);
    assert_string_equal(request.path, path);
    assert_string_equal(request.query, query);
    assert_string_equal(request.body, body);
    assert_int_equal(request.body_size, strlen(body));
}

static void
cancels_and_looks_are_written(void **state)
{
    struct heard h = heard_begin(VENUE_OP_cancel, 1);

    (void)state;
    expect_request(&h, "DELETE", "/order", "", "{\"orderID\":\"" ID_A "\"}");
    h = heard_begin(VENUE_OP_cancel, 2);
    expect_request(&h, "DELETE", "/orders", "",
                   "[\"" ID_A "\",\"" ID_B "\"]");
    h = heard_begin(VENUE_OP_cancel_all, 0);
    expect_request(&h, "DELETE", "/cancel-all", "", "");
    h = heard_begin(VENUE_OP_cancel_market, 0);
    h.call.token.b[31] = 9;
    expect_request(&h, "DELETE", "/cancel-market-orders", "",
                   "{\"asset_id\":\"9\"}");
    h = heard_begin(VENUE_OP_look_order, 1);
    expect_request(&h, "GET", "/data/order/" ID_A, "", "");
    h = heard_begin(VENUE_OP_look_open, 0);
    expect_request(&h, "GET", "/data/orders", "", "");
    text_set(&h.call.cursor, "MTAw+/=");
    expect_request(&h, "GET", "/data/orders",
                   "?next_cursor=MTAw%2B%2F%3D", "");
    h = heard_begin(VENUE_OP_look_trades, 0);
    h.call.since.ns = INT64_C(1795220426) * 1000000000 + 5;
    expect_request(&h, "GET", "/data/trades", "?after=1795220426", "");
    text_set(&h.call.cursor, "MTAw");
    expect_request(&h, "GET", "/data/trades",
                   "?after=1795220426&next_cursor=MTAw", "");
    h = heard_begin(VENUE_OP_look_balance, 0);
    expect_request(&h, "GET", "/balance-allowance",
                   "?asset_type=COLLATERAL&signature_type=0", "");
    memset(h.call.token.b, 0, 32);
    h.call.token.b[20] = 1;
    h.account.id = heard_identity(WALLET_SAFE);
    assert_true(write(&h, NULL, 0));
    assert_non_null(strstr(request.query, "asset_type=CONDITIONAL&token_id="));
    h.call.token.b[20] = 0;
    h.call.token.b[0] = 1;
    assert_true(write(&h, NULL, 0));
    assert_non_null(strstr(request.query, "=CONDITIONAL-V2&token_id="));
    h = heard_begin(VENUE_OP_merge, 0);
    assert_false(write(&h, NULL, 0));
}

static void
heartbeats_carry_the_id_they_were_given(void **state)
{
    struct heard h = heard_begin(VENUE_OP_heartbeat, 0);

    (void)state;
    expect_request(&h, "POST", "/v1/heartbeats", "",
                   "{\"heartbeat_id\":\"\"}");
    heard_answer(&h, 200, "{\"heartbeat_id\":\"hb-1\",\"error_msg\":\"\"}");
    assert_int_equal(h.done.end, CALL_END_answered);
    expect_request(&h, "POST", "/v1/heartbeats", "",
                   "{\"heartbeat_id\":\"hb-1\"}");
    heard_answer(&h, 400, "{\"error\":\"invalid heartbeat id\"}");
    assert_int_equal(h.done.end, CALL_END_refused);
    expect_request(&h, "POST", "/v1/heartbeats", "",
                   "{\"heartbeat_id\":\"\"}");
    h.account.heartbeat_ids = false;
    expect_request(&h, "POST", "/heartbeats", "", "");
    heard_answer(&h, 200, "{\"status\":\"ok\"}");
    assert_int_equal(h.done.end, CALL_END_answered);
}

static void
a_cancel_names_what_it_did_and_did_not(void **state)
{
    struct heard h = heard_begin(VENUE_OP_cancel, 2);

    (void)state;
    heard_answer(&h, 200, "{\"canceled\":[\"" ID_A "\"],\"not_canceled\":{\""
                          ID_B "\":\"already canceled or matched\"}}");
    assert_int_equal(h.done.end, CALL_END_answered);
    assert_int_equal(h.done.found, 1);
    assert_int_equal(h.orders, 2);
    assert_int_equal(h.order[0].state, ORDER_STATE_cancelled);
    assert_int_equal(h.order[1].state, ORDER_STATE_unknown);
    assert_int_equal(h.order[1].reason, REASON_NOT_FOUND);
    assert_string_equal(h.order[1].words.s, "already canceled or matched");
    heard_answer(&h, 200, "{}");
    assert_int_equal(h.done.end, CALL_END_unknown);
    heard_answer(&h, 429, "{\"error\":\"slow down\"}");
    assert_int_equal(h.done.end, CALL_END_refused);
    assert_int_equal(h.done.reason, REASON_THROTTLED);
}

static void
an_order_looked_up_is_said_in_either_vocabulary(void **state)
{
    static const struct {
        const char *word;
        enum order_state state;
    } rows[] = {
        { "ORDER_STATUS_LIVE", ORDER_STATE_live },
        { "live", ORDER_STATE_live },
        { "ORDER_STATUS_MATCHED", ORDER_STATE_matched },
        { "MATCHED", ORDER_STATE_matched },
        { "ORDER_STATUS_DELAYED", ORDER_STATE_live },
        { "ORDER_STATUS_UNMATCHED", ORDER_STATE_live },
        { "ORDER_STATUS_INVALID", ORDER_STATE_rejected },
        { "ORDER_STATUS_CANCELED", ORDER_STATE_cancelled },
        { "ORDER_STATUS_CANCELED_MARKET_RESOLVED", ORDER_STATE_cancelled },
        { "ORDER_STATUS_SYSTEM_CLEARED", ORDER_STATE_cancelled },
        { "CANCELED_no orders found to match", ORDER_STATE_cancelled },
        { "a new word", ORDER_STATE_unknown },
    };
    char body[512];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct heard h = heard_begin(VENUE_OP_look_order, 1);

        (void)snprintf(body, sizeof body,
                       "{\"id\":\"%s\",\"status\":\"%s\",\"asset_id\":\"77\","
                       "\"side\":\"SELL\",\"original_size\":\"5.25\","
                       "\"size_matched\":\"5.1\",\"price\":\".48\","
                       "\"associate_trades\":null}",
                       ID_A, rows[i].word);
        heard_answer(&h, 200, body);
        assert_int_equal(h.done.end, CALL_END_answered);
        assert_int_equal(h.done.found, 1);
        assert_int_equal(h.order[0].state, rows[i].state);
        assert_int_equal(h.order[0].size.micros, 5250000);
        assert_int_equal(h.order[0].matched.micros, 5100000);
        assert_int_equal(h.order[0].price.micros, 480000);
        assert_int_equal(h.order[0].side, SIDE_sell);
    }
}

static void
an_order_that_is_not_there_is_answered_with_none(void **state)
{
    struct heard h = heard_begin(VENUE_OP_look_order, 1);
    static const struct { int status; const char *body; } rows[] = {
        { 200, "" }, { 200, "null" }, { 200, "{}" }, { 404, "" },
        { 404, "{\"error\":\"not found\"}" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        heard_answer(&h, rows[i].status, rows[i].body);
        assert_int_equal(h.done.end, CALL_END_answered);
        assert_int_equal(h.done.found, 0);
        assert_int_equal(h.orders, 0);
    }
    heard_answer(&h, 404, "<html>");
    assert_int_equal(h.done.end, CALL_END_unknown);
    heard_answer(&h, 200, "{\"id\":\"" ID_B "\",\"status\":\"LIVE\"}");
    assert_int_equal(h.done.end, CALL_END_unknown);
    assert_int_equal(h.orders, 0);
}

#define TRADE(status, role)                                                 \
    "{\"id\":\"t-1\",\"taker_order_id\":\"" ID_A "\",\"asset_id\":\"77\","  \
    "\"side\":\"BUY\",\"size\":\"5.051019\",\"price\":\"0.98\","           \
    "\"fee_rate_bps\":\"10\",\"status\":"                                 \
    "\"" status "\",\"match_time\":\"1795220426\",\"owner\":\"" KEY "\","    \
    "\"trader_side\":\"" role "\",\"transaction_hash\":\"" ID_X "\","       \
    "\"maker_orders\":[{\"order_id\":\"" ID_B "\",\"owner\":\"other\","     \
    "\"maker_address\":\"" MAKER "\",\"matched_amount\":\"3\","             \
    "\"fee_rate_bps\":\"\",\"price\":"                                  \
    "\"0.02\",\"asset_id\":\"78\",\"side\":\"BUY\"},{\"order_id\":\"" ID_X  \
    "\",\"owner\":\"x\",\"maker_address\":\"0x1\",\"matched_amount\":\"2\"," \
    "\"price\":\"0.02\",\"asset_id\":\"78\"}]}"

static void
trades_are_said_of_each_of_our_orders(void **state)
{
    struct heard h = heard_begin(VENUE_OP_look_trades, 0);

    (void)state;
    heard_answer(&h, 200, "{\"limit\":100,\"count\":2,\"next_cursor\":"
                          "\"MTAw\",\"data\":["
                          TRADE("TRADE_STATUS_MINED", "TAKER") ","
                          TRADE("TRADE_STATUS_FAILED", "MAKER") "]}");
    assert_int_equal(h.done.end, CALL_END_answered);
    assert_string_equal(h.done.cursor.s, "MTAw");
    assert_int_equal(h.done.found, 3);
    assert_int_equal(h.trades, 3);
    assert_true(h.trade[0].order.b[0] == 0x11 && !h.trade[0].maker);
    assert_int_equal(h.trade[0].qty.micros, 5051019);
    assert_int_equal(h.trade[0].price.micros, 980000);
    assert_true(h.trade[0].fee_rate.bps == 10 && h.trade[1].fee_rate.bps == 0);
    assert_int_equal(h.trade[0].state, FILL_STATE_mined);
    assert_int_equal(h.trade[0].matched.ns,
                     INT64_C(1795220426) * 1000000000);
    assert_true(h.trade[1].order.b[0] == 0x22 && h.trade[1].maker);
    assert_int_equal(h.trade[1].qty.micros, 3000000);
    assert_int_equal(h.trade[1].price.micros, 20000);
    assert_int_equal(h.trade[2].state, FILL_STATE_failed);
    heard_answer(&h, 200, "{\"next_cursor\":\"LTE=\",\"data\":[]}");
    assert_int_equal(h.done.end, CALL_END_answered);
    assert_string_equal(h.done.cursor.s, "");
}

static void
a_page_with_a_hole_is_no_answer(void **state)
{
    struct heard h = heard_begin(VENUE_OP_look_open, 0);

    (void)state;
    heard_answer(&h, 200, "{\"next_cursor\":\"LTE=\",\"data\":[{\"id\":\""
                          ID_A "\",\"status\":\"LIVE\"},{\"id\":\"0x1\"}]}");
    assert_int_equal(h.orders, 1);
    assert_int_equal(h.done.end, CALL_END_unknown);
    heard_answer(&h, 200, "{\"data\":[]}");
    assert_int_equal(h.done.end, CALL_END_unknown);
    heard_answer(&h, 200, "{\"next_cursor\":\"LTE=\",\"data\":[{\"id\":\""
                          ID_A "\",\"original_size\":\"1e3\"}]}");
    assert_int_equal(h.done.end, CALL_END_unknown);
    heard_answer(&h, 200, "{\"next_cursor\":\"LTE=\",\"data\":[{\"id\":\""
                          ID_A "\",\"size_matched\":\"-1\"}]}");
    assert_int_equal(h.done.end, CALL_END_unknown);
}

static void
a_balance_says_the_least_allowance(void **state)
{
    struct heard h = heard_begin(VENUE_OP_look_balance, 0);

    (void)state;
    heard_answer(&h, 200,
                 "{\"balance\":\"123456789\",\"allowances\":{\"0x1\":\"11579"
                 "2089237316195423570985008687907853269984665640564039457\","
                 "\"0x2\":\"5\"}}");
    assert_int_equal(h.done.end, CALL_END_answered);
    assert_int_equal(h.balance.held.micros, 123456789);
    assert_int_equal(h.balance.allowance.micros, 5);
    heard_answer(&h, 200, "{\"balance\":\"-1\",\"allowances\":{}}");
    assert_int_equal(h.done.end, CALL_END_unknown);
    heard_answer(&h, 200, "{\"balance\":\"1.5\",\"allowances\":{}}");
    assert_int_equal(h.done.end, CALL_END_unknown);
    assert_int_equal(h.balances, 0);
}

static void
the_user_stream_speaks_of_orders_and_trades(void **state)
{
    struct heard h = heard_begin(VENUE_OP_look_open, 0);
    char first[TALK_TEXT_CAP];

    (void)state;
    text_set(&h.account.secret, "c2VjcmV0");
    text_set(&h.account.passphrase, "pass");
    assert_true(talk_polymarket.write_subscribe(&h.account, first,
                                                sizeof first) > 0);
    assert_string_equal(first, "{\"auth\":{\"apiKey\":\"" KEY
                               "\",\"secret\":\"c2VjcmV0\",\"passphrase\":"
                               "\"pass\"},\"type\":\"user\"}");
    assert_int_equal(talk_polymarket.write_subscribe(&h.account, first, 20),
                     0);
    assert_true(heard_frame(&h, "PONG"));
    assert_int_equal(h.orders + h.trades + h.bad, 0);
    assert_true(heard_frame(&h, TRADE("CONFIRMED", "TAKER")));
    assert_int_equal(h.trades, 0); /* Says no type: left alone. */
    assert_true(heard_frame(
        &h, "[{\"event_type\":\"order\",\"type\":\"CANCELLATION\",\"id\":\""
            ID_A "\",\"status\":\"LIVE\",\"size_matched\":\"2\"},"
            "{\"type\":\"UPDATE\",\"id\":\"" ID_B "\",\"status\":\"MATCHED\","
            "\"size_matched\":\"2\"},{\"event_type\":\"news\"}]"));
    assert_int_equal(h.orders, 2);
    assert_int_equal(h.order[0].state, ORDER_STATE_cancelled);
    assert_int_equal(h.order[1].state, ORDER_STATE_matched);
    assert_int_equal(h.order[1].matched.micros, 2000000);
    assert_int_equal(h.order[0].call, 0);
    assert_true(heard_frame(&h, "{\"event_type\":\"trade\",\"id\":\"t\","
                                "\"status\":\"odd\"}"));
    assert_int_equal(h.trades, 0);
    assert_true(h.bad > 0);
}

static void
texts_meant_to_harm_are_refused(void **state)
{
    static const char *const texts[] = {
        "", "{", "[[[[", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "NaN",
        "[{\"event_type\":\"order\",\"id\":7}]",
        "[{\"event_type\":\"trade\",\"id\":\"\"}]",
        "[{\"event_type\":\"trade\",\"id\":\"t\",\"status\":\"MINED\","
        "\"side\":\"BUY\",\"size\":\"1e9\",\"price\":\"0.5\"}]",
        "[{\"event_type\":\"trade\",\"id\":\"t\",\"status\":\"MINED\","
        "\"side\":\"BUY\",\"size\":\"99999999999999999999\","
        "\"price\":\"0.5\",\"asset_id\":\"1\"}]",
        "[{\"event_type\":\"trade\",\"id\":\"t\",\"status\":\"MINED\","
        "\"side\":\"BUY\",\"size\":\"5\",\"price\":\"1\",\"asset_id\":\"1\"}]",
        "[{\"event_type\":\"trade\",\"id\":\"t\",\"status\":\"MINED\","
        "\"side\":\"BUY\",\"size\":\"5\",\"price\":\"-0.5\","
        "\"asset_id\":\"1\"}]",
        "[7]", "\xff\xfe",
    };
    struct heard h = heard_begin(VENUE_OP_look_open, 0);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        (void)heard_frame(&h, texts[i]);
        assert_int_equal(h.orders + h.trades, 0);
        assert_true(h.bad > 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_written_as_the_venue_wants_it),
        cmocka_unit_test(each_kind_of_wallet_names_its_maker_and_signer),
        cmocka_unit_test(
            fifteen_orders_of_the_longest_signature_fit_one_request),
        cmocka_unit_test(cancels_and_looks_are_written),
        cmocka_unit_test(heartbeats_carry_the_id_they_were_given),
        cmocka_unit_test(a_cancel_names_what_it_did_and_did_not),
        cmocka_unit_test(an_order_looked_up_is_said_in_either_vocabulary),
        cmocka_unit_test(an_order_that_is_not_there_is_answered_with_none),
        cmocka_unit_test(trades_are_said_of_each_of_our_orders),
        cmocka_unit_test(a_page_with_a_hole_is_no_answer),
        cmocka_unit_test(a_balance_says_the_least_allowance),
        cmocka_unit_test(the_user_stream_speaks_of_orders_and_trades),
        cmocka_unit_test(texts_meant_to_harm_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
