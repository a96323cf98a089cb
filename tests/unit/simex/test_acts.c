/* test_acts - the private side's mischief, by script, and broken orders */
#include "tests/unit/simex/customer.h"

static void
answers_are_lost_before_or_after_the_deed(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting();
    do_script("at 0 cut_before 1\nat 0 cut_after 1");
    (void)post(&c, &a);
    assert_true(answer.cut);
    assert_int_equal(d->live_count, 0);
    (void)post(&c, &a);
    assert_true(answer.cut);
    assert_int_equal(d->live_count, 1);
    do_script("at 0 fail_after 1");
    must_refuse(&c, &a, 500, "{\"error\":\"could not run the execution\"}");
    assert_int_equal(d->live_count, 2);
    do_script("at 0 keep 1\nat 0 cut_cancel 1");
    (void)ask(&c, DELETES, "/cancel-all", "", NULL);
    assert_true(answer.cut);
    assert_int_equal(d->live_count, 1);
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    assert_false(answer.cut);
    assert_int_equal(d->live_count, 0);
}

static void
answers_are_other_than_what_was_done(void **state)
{
    struct customer c;
    struct hash id;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting();
    do_script("at 0 wrong_id 1");
    assert_int_equal(post(&c, &a), 200);
    assert_true(hash_parse(text("orderID"), 66, &id));
    assert_int_equal(desk_find_order(d, &id), DESK_NONE);
    do_script("at 0 no_id 1");
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("orderID"), "");
    assert_string_equal(text("status"), "live");
    do_script("at 0 new_word 1");
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "newe");
    do_script("at 0 torn 1");
    assert_int_equal(post(&c, &a), 200);
    assert_null(j);
    assert_int_equal(d->live_count, 4);
    a.maker = 50000 * (int64_t)MICROS / 10;
    a.taker = 50000 * (int64_t)MICROS;
    do_script("at 0 soft 1");
    assert_int_equal(post(&c, &a), 200);
    bool success = true;
    assert_true(json_bool(get("success"), &success));
    assert_false(success);
    assert_string_equal(text("errorMsg"), "not enough balance / allowance");
}

static void
a_cancel_loses_the_race_against_a_fill(void **state)
{
    struct customer c;
    char id[80];
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting();
    assert_int_equal(post(&c, &a), 200);
    snprintf(id, sizeof id, "%s", text("orderID"));
    do_script("at 0 race 1");
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    assert_string_equal(text_of(get("not_canceled"), id),
                        "already canceled or matched");
    assert_int_equal(d->orders[0].filled, 10 * MICROS);
    assert_int_equal(d->live_count, 0);
}

static void
the_crowd_takes_what_rests_and_nothing_else(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting(), b = resting();
    b.maker = 2 * MICROS;
    b.taker = 20 * MICROS;
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(post(&c, &b), 200);
    assert_int_equal(d->live_count, 2);
    do_script("at 0 meet");
    assert_int_equal(d->orders[0].filled, 10 * MICROS);
    assert_int_equal(d->orders[1].filled, 20 * MICROS);
    assert_int_equal(d->live_count, 0);
}

static void
the_crowd_is_faster_and_leaves_two_thirds(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = taking();
    int64_t price = simex_ask(x, a.market, 0);
    a.maker *= 5; /* Whole dollars for shares cut to four decimals. */
    a.taker = a.maker * INT64_C(1000000) / price / 100 * 100;
    do_script("at 0 skim 1");
    assert_int_equal(post(&c, &a), 200);
    assert_in_range(d->orders[0].filled, a.taker * 6 / 10,
                    a.taker * 7 / 10);
    assert_true(simex_ask(x, a.market, 0) > price);
    assert_int_equal(post(&c, &a), 400); /* At that price nothing is left. */
}

static void
queries_lag_behind(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting(), b = taking();
    assert_int_equal(post(&c, &a), 200);
    pass(1);
    do_script("at 0 lag 40");
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(post(&c, &b), 200);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ask(&c, GETS, "/data/orders", "", NULL), 200);
        assert_int_equal(json_size(get("data")), 1 + i);
        assert_int_equal(ask(&c, GETS, "/data/trades", "", NULL), 200);
        assert_int_equal(json_size(get("data")), i);
        pass(40000);
    }
}

static void
a_tick_is_refined(void **state)
{
    struct customer c;
    char script[120];
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting();
    a.maker = MICROS / 10 * 10 + 10000; /* 0.101 */
    must_refuse(&c, &a, 400, "breaks minimum tick size rule: 0.01");
    uint32_t market = hub_open(h);
    snprintf(script, sizeof script,
             "{\"assets_ids\":[\"%s\"],\"type\":\"market\"}",
             x->listing->markets[a.market].token[0]);
    hub_hear(h, market, script, strlen(script));
    snprintf(script, sizeof script, "at 0 tick %s",
             x->listing->markets[a.market].token[0]);
    do_script(script);
    assert_int_equal(post(&c, &a), 200);
}

static void
the_venue_is_away_in_every_known_way(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = resting();
    do_script("at 0 status 425 1");
    must_refuse(&c, &a, 425, "service not ready");
    pass(1000);
    do_script("at 0 status 429 1");
    must_refuse(&c, &a, 429, "Too Many Requests");
    pass(1000);
    do_script("at 0 edge 1");
    must_refuse(&c, &a, 403, "<!DOCTYPE html>");
    assert_true(answer.html);
    pass(1000);
    do_script("at 0 cancel_only 1");
    must_refuse(&c, &a, 503, "cancel-only");
    pass(1000);
    do_script("at 0 post_only 1");
    must_refuse(&c, &a, 503, "post_only_mode");
    pass(1000);
    do_script("at 0 disabled 1");
    must_refuse(&c, &a, 503, "currently disabled");
    pass(1000);
    do_script("at 0 refuse balance 2");
    must_refuse(&c, &a, 400, "not enough balance / allowance");
    must_refuse(&c, &a, 400, "not enough balance / allowance");
    do_script("at 0 refuse closed_only 1");
    must_refuse(&c, &a, 400, "address in closed only mode");
    do_script("at 0 slow 300 1");
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(answer.delay_ms, 300);
    pass(1000);
    do_script("at 0 drain orders");
    must_refuse(&c, &a, 429, "Too Many Requests");
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    assert_int_equal(d->live_count, 0);
}

static void
clock_and_allowance_are_wrong_for_a_while(void **state)
{
    struct customer c;
    struct draft a;
    (void)state;
    customer_enter(&c, 1);
    a = resting();
    do_script("at 0 clock -90000 5");
    must_refuse(&c, &a, 401, "Unauthorized/Invalid api key");
    assert_int_equal(ask(&c, GETS, "/time", "", NULL), 200);
    assert_int_equal(strtoll(q.s, NULL, 10), now / 1000 - 90);
    pass(5000);
    do_script("at 0 allowance 2");
    must_refuse(&c, &a, 400, "not enough balance / allowance");
    assert_int_equal(ask(&c, GETS, "/balance-allowance",
                         "asset_type=COLLATERAL&signature_type=0", NULL),
                     200);
    assert_string_equal(
        json_string(json_first(get("allowances"))), "0");
    pass(2000);
    assert_int_equal(post(&c, &a), 200);
}

static uint64_t
placed(struct customer *c)
{
    int64_t n = -1;
    assert_int_equal(ask(c, GETS, "/simex/placed", "", NULL), 200);
    assert_true(json_int(get("placed"), &n));
    return (uint64_t)n;
}

static void
every_request_to_place_is_counted_whatever_comes_of_it(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    assert_int_equal(placed(&c), 0);
    struct draft a = resting();
    assert_int_equal(post(&c, &a), 200);
    assert_int_equal(placed(&c), 1);
    (void)ask(&c, POSTS, "/orders", "", "nonsense");
    (void)ask(&c, DELETES, "/cancel-all", "", NULL);
    assert_int_equal(placed(&c), 2);
    do_script("at 0 cut_before 1");
    (void)post(&c, &a);
    do_script("at 0 status 503 9");
    (void)post(&c, &a);
    assert_int_equal(placed(&c), 4);
}

static void
a_posted_script_is_timed_from_then(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    pass(50000);
    assert_int_equal(ask(&c, POSTS, "/simex/mischief", "",
                         "at 2 cut_after 1\nat 3 fail 2\n"), 200);
    pass(1999);
    assert_int_equal(d->faults.cut_after, 0);
    pass(1);
    assert_int_equal(d->faults.cut_after, 1);
    pass(1000);
    assert_int_equal(d->faults.fail, 2);
    assert_int_equal(ask(&c, POSTS, "/simex/mischief", "", "at 2 nonsense"),
                     400);
    for (int i = 0; i < 300; i++) /* Those that are done make room. */
        assert_int_equal(ask(&c, POSTS, "/simex/mischief", "",
                             "at 0 retry 1"), 200);
}

/* Not one answers 2xx or breaks anything. */
static void
broken_orders_are_refused(void **state)
{
    static const char *const bodies[] = {
        "", "{", "[]", "null", "1", "\"x\"", "{}", "{\"order\":1}",
        "{\"order\":{}}", "{\"order\":{},\"order\":{}}",
        "{\"order\":{\"salt\":\"1\"}}", "{\"order\":{\"salt\":-1}}",
        "{\"order\":{\"salt\":1e400}}", "{\"order\":{\"salt\":NaN}}",
        "{\"order\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}",
        "{\"order\":{\"nonce\":\"0\"},\"owner\":\"x\"}", "{\"order\":null}",
        "{\"\xff\":1}", "{\"order\":{\"maker\":\"0x\\u0000\"}}",
    };
    static const char *const cuts[] = {
        "\"salt\":", "\"maker\":\"0x", "\"signer\":\"0x", "\"tokenId\":\"",
        "\"makerAmount\":\"", "\"takerAmount\":\"", "\"side\":\"",
        "\"signatureType\":", "\"timestamp\":\"", "\"expiration\":\"",
        "\"metadata\":\"", "\"builder\":\"", "\"signature\":\"",
        "\"owner\":\"", "\"orderType\":\"",
    };
    static const char *const values[] = {
        "-1", "x", "99999999999999999999999999999999999999999999999999999",
        "", "0.5", "1e9", "0x", "\xc3\xa9", " 1",
    };
    struct customer c;
    char whole[8192], broken[8192];
    (void)state;
    d->terms.orders_rate = 0;
    customer_enter(&c, 1);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        assert_int_equal(ask(&c, POSTS, "/order", "", bodies[i]), 400);
        assert_int_equal(ask(&c, POSTS, "/orders", "", bodies[i]), 400);
        int status = ask(&c, DELETES, "/orders", "", bodies[i]);
        assert_true(status == 400 || strcmp(bodies[i], "[]") == 0);
        assert_int_equal(ask(&c, DELETES, "/order", "", bodies[i]), 400);
        assert_int_equal(ask(&c, DELETES, "/cancel-market-orders", "",
                             bodies[i]), 400);
    }
    struct draft a = resting();
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
            draft_write(&c, &a, whole, sizeof whole);
            char *at = strstr(whole, cuts[i]);
            assert_non_null(at);
            at += strlen(cuts[i]);
            snprintf(broken, sizeof broken, "%.*s%s%s", (int)(at - whole),
                     whole, values[k], at + strcspn(at, "\",}"));
            int status = ask(&c, POSTS, "/order", "", broken);
            if (status != 400 && status != 404)
                fail_msg("%d for %s", status, broken);
        }
    }
    draft_write(&c, &a, whole, sizeof whole);
    for (size_t size = strlen(whole); size-- > 0;) { /* Truncated. */
        memcpy(broken, whole, size);
        broken[size] = '\0';
        assert_int_equal(ask(&c, POSTS, "/order", "", broken), 400);
    }
    assert_int_equal(d->live_count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(answers_are_lost_before_or_after_the_deed),
        T(answers_are_other_than_what_was_done),
        T(a_cancel_loses_the_race_against_a_fill),
        T(the_crowd_takes_what_rests_and_nothing_else),
        T(the_crowd_is_faster_and_leaves_two_thirds),
        T(queries_lag_behind),
        T(a_tick_is_refined),
        T(the_venue_is_away_in_every_known_way),
        T(clock_and_allowance_are_wrong_for_a_while),
        T(a_posted_script_is_timed_from_then),
        T(every_request_to_place_is_counted_whatever_comes_of_it),
        T(broken_orders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
