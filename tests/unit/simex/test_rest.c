/* test_rest - requests, their answers, and the venue's words for refusals */
#include "tests/unit/simex/face_stage.h"

static void
pages_are_cut_short_and_lose_nothing(void **state)
{
    char query[128] = "limit=500";
    uint32_t pages = 0, events = 0;
    (void)state;
    for (;; pages++) {
        assert_int_equal(ask("/events/keyset", query, NULL, 7), 200);
        assert_true(json_size(get("events")) <= 7);
        events += (uint32_t)json_size(get("events"));
        if (!get("next_cursor"))
            break;
        snprintf(query, sizeof query, "limit=500&after_cursor=at%%3D%s",
                 json_string(get("next_cursor")) + 3);
    }
    assert_int_equal(events, 49); /* One is listed later. */
    assert_int_equal(pages, 6);
    assert_int_equal(ask("/events/keyset", "offset=20", NULL, 7), 422);
    assert_int_equal(ask("/events/keyset", "after_cursor=x", NULL, 7), 422);
    assert_int_equal(ask("/events/keyset", "after_cursor=at%3D-1", NULL, 7),
                     422);
}

static void
markets_can_be_asked_for_by_their_ids(void **state)
{
    const struct listed_market *m = &x->listing->markets[40];
    char query[256];
    (void)state;
    snprintf(query, sizeof query, "condition_ids=0x00&condition_ids=%s",
             m->condition);
    assert_int_equal(ask("/markets/keyset", query, NULL, 20), 200);
    assert_int_equal(json_size(get("markets")), 1);
    snprintf(query, sizeof query, "clob_token_ids=%s", m->token[1]);
    assert_int_equal(ask("/markets/keyset", query, NULL, 20), 200);
    assert_string_equal(text(json_first(get("markets")), "id"), m->id);
    snprintf(query, sizeof query, "/markets/%s", m->id);
    assert_int_equal(ask(query, "", NULL, 20), 200);
    snprintf(query, sizeof query, "/events/slug/%s",
             x->listing->events[3].slug);
    assert_int_equal(ask(query, "", NULL, 20), 200);
    assert_string_equal(json_string(get("id")), x->listing->events[3].id);
    assert_int_equal(ask("/events/1", "", NULL, 20), 404);
}

/* As GET /markets has it: without a word only what is not closed. */
static void
closed_markets_are_listed_by_their_tokens_when_asked_for(void **state)
{
    const struct listed_event *e = &x->listing->events[0];
    const struct listed_market *m = &x->listing->markets[e->first];
    char by_token[600], query[700];
    (void)state;
    simex_close(x, 0);
    simex_resolve(x, 0, 0);
    snprintf(by_token, sizeof by_token, "clob_token_ids=%s&clob_token_ids=%s"
             "&clob_token_ids=%s", m[0].token[1], m[1].token[0],
             m[e->count].token[0]);
    snprintf(query, sizeof query, "limit=100&closed=true&%s", by_token);
    assert_int_equal(ask("/markets", query, NULL, 20), 200);
    assert_true(json_is_array(json_root(j)));
    assert_int_equal(json_size(json_root(j)), 2);
    const struct json_value *first = json_first(json_root(j));
    assert_string_equal(text(first, "conditionId"), m->condition);
    assert_true(flag(first, "closed"));
    assert_string_equal(text(first, "umaResolutionStatus"), "resolved");
    assert_string_equal(text(first, "outcomePrices"), "[\"1\", \"0\"]");
    assert_string_equal(text(json_first(json_get(first, "events")), "id"),
                        e->id);
    assert_int_equal(ask("/markets", by_token, NULL, 20), 200);
    assert_int_equal(json_size(json_root(j)), 1);
    snprintf(query, sizeof query, "closed=false&%s", by_token);
    ask("/markets", query, NULL, 20);
    assert_int_equal(json_size(json_root(j)), 1);
    snprintf(query, sizeof query, "closed=true&limit=1&offset=1&%s",
             by_token);
    ask("/markets", query, NULL, 20);
    assert_int_equal(json_size(json_root(j)), 1);
    assert_string_equal(text(json_first(json_root(j)), "conditionId"),
                        m[1].condition);
    assert_int_equal(ask("/markets", "clob_token_ids=7", NULL, 20), 200);
    assert_string_equal(q.s, "[]");
    /* Cut where the page ends, whatever is asked. */
    ask("/markets", "limit=100", NULL, 7);
    assert_int_equal(json_size(json_root(j)), 7);
}

static void
the_small_requests_are_answered_exactly(void **state)
{
    const struct listed_market *m = &x->listing->markets[0];
    char query[200], want[400];
    (void)state;
    snprintf(query, sizeof query, "token_id=%s", m->token[0]);
    ask("/time", "", NULL, 20);
    assert_string_equal(q.s, "1795271585");
    ask("/ok", "", NULL, 20);
    assert_string_equal(q.s, "\"OK\"");
    ask("/version", "", NULL, 20);
    assert_string_equal(q.s, "{\"version\":2}");
    ask("/tick-size", query, NULL, 20);
    assert_string_equal(q.s, "{\"minimum_tick_size\":0.001}");
    ask("/neg-risk", query, NULL, 20);
    assert_string_equal(q.s, "{\"neg_risk\":true}");
    ask("/fee-rate", query, NULL, 20);
    assert_string_equal(q.s, "{\"base_fee\":0}");
    assert_int_equal(ask("/midpoint", query, NULL, 20), 200);
    assert_true(json_is_string(get("mid")));
    assert_int_equal(ask("/spread", query, NULL, 20), 200);
    assert_true(json_is_string(get("spread")));
    assert_int_equal(ask("/last-trade-price", query, NULL, 20), 200);
    assert_true(json_is_string(get("price")));
    snprintf(want, sizeof want, "/markets-by-token/%s", m->token[1]);
    ask(want, "", NULL, 20);
    snprintf(want, sizeof want, "{\"condition_id\":\"%s\","
             "\"primary_token_id\":\"%s\",\"secondary_token_id\":\"%s\"}",
             m->condition, m->token[0], m->token[1]);
    assert_string_equal(q.s, want);
    snprintf(want, sizeof want, "/clob-markets/%s", m->condition);
    assert_int_equal(ask(want, "", NULL, 20), 200);
    assert_true(flag(json_root(j), "nr"));
    assert_number(json_root(j), "mts");
    strcat(query, "&side=BUY");
    assert_int_equal(ask("/price", query, NULL, 20), 200);
    int64_t price;
    assert_true(json_micros(get("price"), &price));
    assert_int_equal(price, simex_bid(x, 0, 0));
}

static void
what_is_not_there_is_said_in_the_venues_words(void **state)
{
    const char *none = "{\"error\":\"No orderbook exists for the requested "
                       "token id\"}";
    char query[200];
    (void)state;
    assert_int_equal(ask("/book", "token_id=12", NULL, 20), 404);
    assert_string_equal(q.s, none);
    assert_int_equal(ask("/book", "", NULL, 20), 404);
    assert_int_equal(ask("/book", "token_id=%zz", NULL, 20), 404);
    snprintf(query, sizeof query, "token_id=%s",
             x->listing->markets[x->listing->events[24].first].token[0]);
    assert_true(x->listing->events[24].hidden);
    assert_int_equal(ask("/book", query, NULL, 20), 404);
    assert_int_equal(ask("/nowhere", "", NULL, 20), 404);
    assert_int_equal(ask("/book", "", "[]", 20), 405);
    assert_int_equal(ask("/price", "side=HOLD", NULL, 20), 400);
}

static void
many_books_come_in_one_answer_up_to_a_limit(void **state)
{
    static char body[65536];
    size_t n = 0;
    (void)state;
    n += (size_t)snprintf(body, sizeof body, "[{\"token_id\":\"5\"}");
    for (uint32_t t = 0; t < 300; t++)
        n += (size_t)snprintf(body + n, sizeof body - n,
                              ",{\"token_id\":\"%s\"}",
                              x->listing->markets[t / 2].token[t % 2]);
    snprintf(body + n, sizeof body - n, "]");
    assert_int_equal(ask("/books", "", body, 20), 200);
    assert_in_range(json_size(json_root(j)), 298, 300); /* One is hidden. */
    n = 1;
    for (uint32_t t = 0; t < 501; t++)
        n += (size_t)snprintf(body + n, sizeof body - n,
                              "%s{\"token_id\":\"1\"}", t ? "," : "");
    snprintf(body + n, sizeof body - n, "]");
    assert_int_equal(ask("/books", "", body, 20), 400);
    assert_string_equal(q.s, "{\"error\":\"Payload exceeds the limit\"}");
    assert_int_equal(ask("/books", "", "{", 20), 400);
    assert_int_equal(ask("/books", "", "[[[[1e999,null]]]]", 20), 200);
    assert_int_equal(ask("/books", "", "{\"token_id\":\"1\"}", 20), 400);
}

static void
queries_are_decoded_strictly(void **state)
{
    char s[8];
    (void)state;
    assert_true(rest_query("a=1&b=%41+b", "b", 0, s, sizeof s));
    assert_string_equal(s, "A b");
    assert_true(rest_query("a=1&a=2", "a", 1, s, sizeof s));
    assert_string_equal(s, "2");
    assert_true(rest_query("a=", "a", 0, s, sizeof s));
    assert_string_equal(s, "");
    assert_false(rest_query("ab=1", "a", 0, s, sizeof s));
    assert_false(rest_query("a=%4", "a", 0, s, sizeof s));
    assert_false(rest_query("a=%", "a", 0, s, sizeof s));
    assert_false(rest_query("a=%00", "a", 0, s, sizeof s));
    assert_false(rest_query("a=%g1", "a", 0, s, sizeof s));
    assert_false(rest_query("a=12345678", "a", 0, s, sizeof s));
    assert_true(rest_query("&&a&=&a=7", "a", 0, s, sizeof s));
    assert_string_equal(s, "7");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(pages_are_cut_short_and_lose_nothing),
        STAGED(markets_can_be_asked_for_by_their_ids),
        STAGED(closed_markets_are_listed_by_their_tokens_when_asked_for),
        STAGED(the_small_requests_are_answered_exactly),
        STAGED(what_is_not_there_is_said_in_the_venues_words),
        STAGED(many_books_come_in_one_answer_up_to_a_limit),
        STAGED(queries_are_decoded_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
