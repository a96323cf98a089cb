/* test_front - the private REST, asked as its clients ask: keys, seals,
 * queries, cancels, limits, heartbeats, windows */
#include "tests/unit/simex/customer.h"

static void
a_key_is_made_once_and_derived_again(void **state)
{
    struct customer c;
    char id[64];
    (void)state;
    customer_enter(&c, 1);
    assert_int_equal(ask_l1(&c, "/auth/api-key", true, 0, 0), 400);
    assert_string_equal(text("error"), "Could not create api key");
    assert_int_equal(ask_l1(&c, "/auth/derive-api-key", false, 0, 0), 200);
    assert_string_equal(text("apiKey"), c.id);
    assert_string_equal(text("secret"), c.key);
    assert_int_equal(ask_l1(&c, "/auth/derive-api-key", false, 7, 0), 400);
    assert_int_equal(ask_l1(&c, "/auth/api-key", true, 7, 0), 200);
    assert_string_not_equal(text("apiKey"), c.id);
    assert_int_equal(ask(&c, GETS, "/auth/api-keys", "", NULL), 200);
    assert_int_equal(json_size(get("apiKeys")), 2);
    assert_int_equal(ask(&c, DELETES, "/auth/api-key", "", NULL), 200);
    assert_string_equal(q.s, "\"OK\"");
    assert_int_equal(ask(&c, GETS, "/auth/api-keys", "", NULL), 401);
    assert_int_equal(ask_l1(&c, "/auth/api-key", true, 0, 0), 200);
    snprintf(id, sizeof id, "%s", text("apiKey"));
    assert_string_not_equal(id, c.id);
}

static void
only_the_signer_gets_a_key_and_only_now(void **state)
{
    struct customer c, other;
    (void)state;
    customer_init(&c, 1);
    customer_init(&other, 2);
    assert_int_equal(ask_l1(&c, "/auth/api-key", true, 0, -61), 401);
    assert_string_equal(text("error"), "Invalid L1 Request headers");
    assert_int_equal(ask_l1(&c, "/auth/api-key", true, 0, 62), 401);
    c.address = other.address;
    assert_int_equal(ask_l1(&c, "/auth/api-key", true, 0, 0), 401);
    struct front_request bare = {
        .rest = { .post = true, .path = "/auth/api-key", .query = "",
                  .body = "" },
    };
    assert_int_equal(send_request(&bare), 401);
}

static void
a_request_without_its_seal_is_refused(void **state)
{
    struct customer c, bad;
    (void)state;
    customer_enter(&c, 1);
    assert_int_equal(ask(&c, GETS, "/data/orders", "next_cursor=MA==", NULL),
                     200);
    bad = c;
    bad.key[3] ^= 1;
    assert_int_equal(ask(&bad, GETS, "/data/orders", "", NULL), 401);
    assert_string_equal(text("error"), "Unauthorized/Invalid api key");
    bad = c;
    bad.passphrase[0] ^= 1;
    assert_int_equal(ask(&bad, GETS, "/data/orders", "", NULL), 401);
    bad = c;
    bad.address.b[0] ^= 1;
    assert_int_equal(ask(&bad, GETS, "/data/orders", "", NULL), 401);
    bad = c;
    bad.id[0] = 'x';
    assert_int_equal(ask(&bad, GETS, "/data/orders", "", NULL), 401);
    d->faults.clock_until = now + 100000; /* Their clock is off. */
    d->faults.clock_ms = -62000;
    assert_int_equal(ask(&c, GETS, "/data/orders", "", NULL), 401);
    d->faults.clock_ms = 59000;
    assert_int_equal(ask(&c, GETS, "/data/orders", "", NULL), 200);
    assert_int_equal(ask(&c, GETS, "/time", "", NULL), 200);
    assert_int_equal(strtoll(q.s, NULL, 10), now / 1000 + 59);
}

static void
an_order_rests_is_seen_and_is_cancelled(void **state)
{
    struct customer c;
    char id[80], path[120], body[200];
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    struct draft a = { .market = m, .buy = true, .maker = MICROS,
                       .taker = 10 * MICROS };
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "live");
    assert_string_equal(text("makingAmount"), "");
    snprintf(id, sizeof id, "%s", text("orderID"));
    snprintf(path, sizeof path, "/data/order/%s", id);
    assert_int_equal(ask(&c, GETS, path, "", NULL), 200);
    assert_string_equal(text("status"), "ORDER_STATUS_LIVE");
    assert_string_equal(text("price"), "0.1");
    assert_string_equal(text("original_size"), "10");
    assert_int_equal(match_size(x->match, m, 0, BIDS, 100), 10 * MICROS);
    assert_int_equal(accounts_free_cash(x->accounts, WHO_USER),
                     999 * (int64_t)MICROS);
    snprintf(body, sizeof body, "{\"orderID\":\"%s\"}", id);
    assert_int_equal(ask(&c, DELETES, "/order", "", body), 200);
    assert_string_equal(json_string(json_first(get("canceled"))), id);
    assert_int_equal(ask(&c, DELETES, "/order", "", body), 200);
    assert_int_equal(json_size(get("canceled")), 0);
    assert_string_equal(text_of(get("not_canceled"), id),
                        "already canceled or matched");
    assert_int_equal(ask(&c, GETS, path, "", NULL), 404);
    assert_int_equal(accounts_free_cash(x->accounts, WHO_USER),
                     1000 * (int64_t)MICROS);
}

static void
orders_and_trades_come_in_pages(void **state)
{
    struct customer c;
    uint32_t seen = 0;
    char query[200] = "next_cursor=MA%3D%3D";
    (void)state;
    d->terms.orders_rate = d->terms.cancels_rate = 0;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    struct draft a = { .market = m, .buy = true, .maker = MICROS / 4,
                       .taker = 25 * MICROS };
    for (int i = 0; i < 203; i++)
        assert_int_equal(post(&c, &a), 200);
    for (int page = 0; page < 3; page++) {
        assert_int_equal(ask(&c, GETS, "/data/orders", query, NULL), 200);
        seen += (uint32_t)json_size(get("data"));
        snprintf(query, sizeof query, "next_cursor=%s", text("next_cursor"));
    }
    assert_int_equal(seen, 203);
    assert_string_equal(query, "next_cursor=LTE=");
    assert_int_equal(ask(&c, GETS, "/data/orders", "next_cursor=!!", NULL),
                     400);
    snprintf(query, sizeof query, "market=%s&asset_id=%s",
             x->listing->markets[m].condition,
             x->listing->markets[m].token[1]);
    assert_int_equal(ask(&c, GETS, "/data/orders", query, NULL), 200);
    assert_int_equal(json_size(get("data")), 0);
    snprintf(query, sizeof query, "{\"market\":\"%s\",\"asset_id\":\"\"}",
             x->listing->markets[m].condition);
    assert_int_equal(ask(&c, DELETES, "/cancel-market-orders", "", query),
                     200);
    assert_int_equal(json_size(get("canceled")), 203);
    assert_int_equal(d->live_count, 0);
    assert_int_equal(ask(&c, DELETES, "/cancel-market-orders", "", "{}"),
                     400);
}

static void
nobody_sees_or_cancels_what_is_anothers(void **state)
{
    struct customer c, other;
    char id[80], text_room[120];
    (void)state;
    customer_enter(&c, 1);
    customer_enter(&other, 2);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS };
    assert_int_equal(post(&c, &a), 200);
    snprintf(id, sizeof id, "%s", text("orderID"));
    snprintf(text_room, sizeof text_room, "/data/order/%s", id);
    assert_int_equal(ask(&other, GETS, text_room, "", NULL), 404);
    snprintf(text_room, sizeof text_room, "[\"%s\"]", id);
    assert_int_equal(ask(&other, DELETES, "/orders", "", text_room), 200);
    assert_string_equal(text_of(get("not_canceled"), id),
                        "Order not found or already canceled");
    assert_int_equal(ask(&other, DELETES, "/cancel-all", "", NULL), 200);
    assert_int_equal(ask(&other, GETS, "/data/orders", "", NULL), 200);
    assert_int_equal(json_size(get("data")), 0);
    assert_int_equal(d->live_count, 1);
}

static void
a_bucket_holds_orders_and_cancels_apart(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS };
    for (int i = 0; i < 60; i++)
        assert_int_equal(post(&c, &a), 200);
    assert_int_equal(answer.remaining, 0);
    must_refuse(&c, &a, 429, "Too Many Requests");
    pass(100);
    assert_int_equal(post(&c, &a), 200); /* 40 a second: four more. */
    assert_int_equal(answer.remaining, 3);
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    assert_int_equal(answer.remaining, 120 - 1 - 61);
    for (int i = 0; i < 58; i++)
        assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 429);
}

static void
without_heartbeats_everything_is_cancelled(void **state)
{
    struct customer c;
    char body[80];
    (void)state;
    customer_enter(&c, 1);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS };
    assert_int_equal(post(&c, &a), 200);
    pass(100000);
    assert_int_equal(d->live_count, 1); /* Not asked for: not needed. */
    assert_int_equal(ask(&c, POSTS, "/v1/heartbeats", "",
                         "{\"heartbeat_id\":\"\"}"), 200);
    for (int i = 0; i < 4; i++) {
        snprintf(body, sizeof body, "{\"heartbeat_id\":\"%s\"}",
                 text("heartbeat_id"));
        pass(5000);
        assert_int_equal(ask(&c, POSTS, "/v1/heartbeats", "", body), 200);
    }
    assert_int_equal(ask(&c, POSTS, "/v1/heartbeats", "", body), 400);
    assert_string_equal(text("error_msg"), "Invalid Heartbeat ID");
    snprintf(body, sizeof body, "{\"heartbeat_id\":\"%s\"}",
             text("heartbeat_id"));
    assert_int_equal(ask(&c, POSTS, "/v1/heartbeats", "", body), 200);
    pass(14999);
    assert_int_equal(d->live_count, 1);
    pass(1);
    assert_int_equal(d->live_count, 0);
    assert_int_equal(ask(&c, POSTS, "/heartbeats", "", NULL), 200);
    assert_string_equal(text("status"), "ok");
    assert_int_equal(ask(&c, POSTS, "/v1/heartbeats", "", "{}"), 400);
}

static void
windows_close_what_they_say(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS };
    d->faults.cancel_only = now + 1000;
    must_refuse(&c, &a, 503, "Trading is currently cancel-only");
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    d->faults.disabled = now + 1000;
    must_refuse(&c, &a, 503, "Trading is currently disabled");
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 503);
    pass(1000);
    d->faults.post_only = now + 1000;
    must_refuse(&c, &a, 503, "post_only_mode");
    assert_int_equal(strtol(text("retry_after_seconds"), NULL, 10), 1);
    a.post_only = true;
    assert_int_equal(post(&c, &a), 200);
    pass(1000);
    a.post_only = false;
    assert_int_equal(post(&c, &a), 200);
}

static void
other_methods_and_paths_are_told_apart(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    assert_int_equal(ask(&c, GETS, "/order", "", NULL), 405);
    assert_int_equal(ask(&c, DELETES, "/book", "", NULL), 405);
    assert_int_equal(ask(&c, GETS, "/data/order/0x12", "", NULL), 400);
    assert_string_equal(text("error"), "Invalid orderID");
    assert_int_equal(ask(&c, GETS, "/balance-allowance", "asset_type=X",
                         NULL), 400);
    assert_int_equal(ask(&c, GETS, "/balance-allowance/update",
                         "asset_type=COLLATERAL", NULL), 200);
    assert_int_equal(ask(&c, GETS, "/auth/ban-status/closed-only", "", NULL),
                     200);
    assert_int_equal(ask(&c, GETS, "/data/pre-migration-orders", "", NULL),
                     200);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_key_is_made_once_and_derived_again),
        T(only_the_signer_gets_a_key_and_only_now),
        T(a_request_without_its_seal_is_refused),
        T(an_order_rests_is_seen_and_is_cancelled),
        T(orders_and_trades_come_in_pages),
        T(nobody_sees_or_cancels_what_is_anothers),
        T(a_bucket_holds_orders_and_cancels_apart),
        T(without_heartbeats_everything_is_cancelled),
        T(windows_close_what_they_say),
        T(other_methods_and_paths_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
