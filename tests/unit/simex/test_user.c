/* test_user - the user channel: who hears what, and what goes wrong there */
#include "tests/unit/simex/customer.h"

static uint32_t
listen(const struct customer *c, const char *markets)
{
    char first[600];
    uint32_t conn = hub_open_user(h);
    assert_int_not_equal(conn, HUB_NONE);
    snprintf(first, sizeof first, "{\"auth\":{\"apiKey\":\"%s\","
             "\"secret\":\"%s\",\"passphrase\":\"%s\"},\"type\":\"user\"%s}",
             c->id, c->key, c->passphrase, markets);
    hub_hear(h, conn, first, strlen(first));
    return conn;
}

/* The n-th frame, parsed into j. */
static const struct json_value *
frame(uint32_t n)
{
    if (n >= frames_count)
        fail_msg("only %u frames", frames_count);
    json_destroy(&j);
    quill_start(&q, room, FACE_ROOM);
    quill_text(&q, frames[n].text);
    j = json_parse(frames[n].text, strlen(frames[n].text), NULL);
    assert_non_null(j);
    return json_root(j);
}

static void
must_be(uint32_t n, const char *type, const char *status)
{
    const struct json_value *v = frame(n);
    if (strcmp(text_of(v, "type"), type) != 0 ||
        strcmp(text_of(v, "status"), status) != 0)
        fail_msg("frame %u: not %s %s: %.300s", n, type, status, q.s);
}

static void
an_order_is_placed_traded_and_settled_on_the_channel(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t conn = listen(&c, "");
    struct draft a = taking();
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames_count, 3);
    must_be(0, "PLACEMENT", "LIVE");
    assert_string_equal(text_of(frame(0), "size_matched"), "0");
    assert_string_equal(text_of(frame(0), "order_owner"), c.id);
    must_be(1, "TRADE", "MATCHED");
    assert_string_equal(text_of(frame(1), "trader_side"), "TAKER");
    assert_string_equal(text_of(frame(1), "trade_owner"), c.id);
    must_be(2, "UPDATE", "MATCHED");
    pass(1000);
    must_be(3, "TRADE", "MINED");
    pass(2000);
    must_be(4, "TRADE", "CONFIRMED");
    assert_int_equal(frames[4].conn, conn);
    assert_int_equal(frames_count, 5);
}

static void
cancelled_and_killed_orders_say_so(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    (void)listen(&c, "");
    struct draft a = resting();
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    must_be(0, "PLACEMENT", "LIVE");
    must_be(1, "CANCELLATION", "CANCELED");
    a.life = "FOK";
    assert_int_equal(post(&c, &a), 400);
    must_be(2, "CANCELLATION", "CANCELED_order couldn't be fully filled. FOK "
            "orders are fully filled or killed.");
}

static void
only_who_says_his_key_hears_and_only_his_own(void **state)
{
    struct customer c, other, liar;
    (void)state;
    customer_enter(&c, 1);
    customer_enter(&other, 2);
    liar = c;
    liar.key[0] ^= 1;
    (void)listen(&liar, "");
    assert_int_equal(drops, 1);
    (void)listen(&other, "");
    struct draft a = resting();
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames_count, 0);
    uint32_t silent = hub_open_user(h);
    hub_hear(h, silent, "{\"type\":\"user\"}", 15);
    assert_int_equal(drops, 2);
    hub_hear(h, silent, "PING", 4);
    assert_string_equal(frames[0].text, "PONG");
}

static void
markets_are_chosen_and_changed(void **state)
{
    struct customer c;
    char list[200];
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting();
    const char *mine = x->listing->markets[a.market].condition;
    snprintf(list, sizeof list, ",\"markets\":[\"%s\"]",
             x->listing->markets[a.market + 1].condition);
    uint32_t conn = listen(&c, list);
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames_count, 0);
    snprintf(list, sizeof list,
             "{\"markets\":[\"%s\"],\"operation\":\"subscribe\"}", mine);
    hub_hear(h, conn, list, strlen(list));
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames_count, 1);
    snprintf(list, sizeof list,
             "{\"markets\":[\"%s\"],\"operation\":\"unsubscribe\"}", mine);
    hub_hear(h, conn, list, strlen(list));
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames_count, 1);
}

static void
what_nobody_heard_is_not_told_again(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t conn = listen(&c, "");
    struct draft a = taking();
    do_script("at 0 user_drop");
    assert_int_equal(drops, 1);
    hub_close(h, conn);
    assert_int_equal(post(&c, &a), 200);
    conn = listen(&c, "");
    assert_int_equal(frames_count, 0);
    do_script("at 0 user_freeze 1.5");
    pass(1000); /* Mined, untold. */
    assert_int_equal(frames_count, 0);
    hub_hear(h, conn, "PING", 4);
    assert_string_equal(frames[0].text, "PONG");
    pass(2000);
    must_be(1, "TRADE", "CONFIRMED");
}

static void
events_come_twice_again_and_late(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    (void)listen(&c, "");
    struct draft a = resting();
    do_script("at 0 user_twice 1");
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames_count, 2);
    assert_string_equal(frames[0].text, frames[1].text);
    do_script("at 0 user_again 1 5");
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames_count, 3);
    pass(4999);
    assert_int_equal(frames_count, 3);
    pass(1);
    assert_int_equal(frames_count, 4);
    assert_string_equal(frames[2].text, frames[3].text);
    do_script("at 0 user_late 700 10");
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(frames[4].due, now + 700);
}

static void
strangers_orders_appear_and_the_venue_sweeps(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    (void)listen(&c, "");
    do_script("at 0 foreign");
    must_be(0, "PLACEMENT", "LIVE");
    assert_int_equal(ask(&c, GETS, "/data/orders", "", NULL), 200);
    assert_int_equal(json_size(get("data")), 1);
    do_script("at 0 sweep");
    must_be(1, "CANCELLATION", "CANCELED");
    assert_int_equal(d->live_count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_order_is_placed_traded_and_settled_on_the_channel),
        T(cancelled_and_killed_orders_say_so),
        T(only_who_says_his_key_hears_and_only_his_own),
        T(markets_are_chosen_and_changed),
        T(what_nobody_heard_is_not_told_again),
        T(events_come_twice_again_and_late),
        T(strangers_orders_appear_and_the_venue_sweeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
