/* test_lookup - markets asked for by their tokens, followed or not */
#include "tests/unit/feed/lookup_kit.h"

static const char *const b_no[] = { NO_B, NULL };
static const char *const b_yes[] = { YES_B, NULL };

static void
what_is_followed_is_answered_at_once_from_memory(void **state)
{
    static const char *const tokens[] = { NO_A, NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    ask_for(k, tokens, 41);
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_int_equal(k->market.rev, 1);
    assert_int_equal(kit_said(k, TYPE_resolution), 0);
    assert_int_equal(k->end.what, ASKED_universe);
    assert_int_equal(k->end.sent, 1);
    assert_int_equal(k->end.missing, 0);
    kit_frame(k, "{\"event_type\":\"market_resolved\",\"market\":\"" COND_A
        "\",\"winning_asset_id\":\"" YES_A "\",\"timestamp\":"
        "\"1790000000005\"}");
    kit_forget(k);
    ask_for(k, tokens, 42);
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_int_equal(kit_said(k, TYPE_resolution), 1);
    assert_int_equal(k->end.sent, 2);
    for (uint32_t i = 0; i < k->said; i++) {
        assert_int_equal(k->at[i].routes, ROUTE_REPLY);
        assert_int_equal(k->at[i].req, 42);
    }
    assert_int_equal(kit_count(k, FEED_lookups), 0);
    kit_close(k);
}

static void
what_resolved_while_nobody_listened_is_looked_up(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    ask_for(k, b_no, 43);
    assert_int_equal(k->said, 0);
    assert_asks(k, "limit=100&closed=true&position_ids=" NO_B);
    assert_asks(k, "");
    answer(k, list_of(paid(COND_B, YES_B, NO_B, "0", "1")));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_string_equal(k->market.market.s, COND_B);
    assert_string_equal(k->market.event.s, "78");
    assert_false(k->market.open);
    assert_int_equal(k->market.rev, 0);
    assert_int_equal(kit_said(k, TYPE_resolution), 1);
    assert_string_equal(k->resolution.market.s, COND_B);
    assert_int_equal(k->resolution.payout_yes.micros, 0);
    assert_true(k->resolution.final);
    assert_int_equal(k->end.sent, 2);
    assert_int_equal(k->end.missing, 0);
    for (uint32_t i = 0; i < k->said; i++) {
        assert_int_equal(k->at[i].routes, ROUTE_REPLY);
        assert_int_equal(k->at[i].req, 43);
    }
    /* It was told and forgotten. */
    assert_int_equal(kit_count(k, FEED_markets), 1);
    kit_forget(k);
    ask_for(k, b_yes, 44);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    answer(k, list_of(paid(COND_B, YES_B, NO_B, "0.5", "0.5")));
    assert_int_equal(k->resolution.payout_yes.micros, MICROS / 2);
    kit_close(k);
}

static void
what_is_not_among_the_closed_is_looked_for_among_the_open(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    ask_for(k, b_yes, 45);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    answer(k, "[]");
    assert_int_equal(k->said, 0);
    assert_asks(k, "limit=100&closed=false&position_ids=" YES_B);
    answer(k, "[" MARKET(COND_B, YES_B, NO_B, "") "]");
    assert_true(k->market.open);
    /* No event is said: it is one of its own. */
    assert_string_equal(k->market.event.s, COND_B);
    assert_int_equal(k->end.sent, 1);
    assert_int_equal(k->end.missing, 0);
    assert_asks(k, "");
    kit_close(k);
}

static void
what_the_venue_does_not_know_is_missing(void **state)
{
    static const char *const tokens[] = { YES_A, YES_B, NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    ask_for(k, tokens, 46);
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 0);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    answer(k, "[]");
    assert_asks(k, "limit=100&closed=false&position_ids=" YES_B);
    answer(k, "{\"markets\":[]}");
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_int_equal(k->end.sent, 1);
    assert_int_equal(k->end.missing, 1);
    kit_close(k);
}

static void
an_answer_that_was_cut_is_asked_for_its_rest(void **state)
{
    static const char *const tokens[] = { "31", "33", NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    ask_for(k, tokens, 47);
    assert_asks(k, "limit=100&closed=true&position_ids=31"
                   "&position_ids=33");
    answer(k, list_of(paid("0xd1", "33", "34", "1", "0")));
    assert_asks(k, "limit=100&closed=true&position_ids=31");
    answer(k, list_of(paid("0xd0", "32", "31", "1", "0")));
    assert_int_equal(k->end.sent, 4);
    assert_int_equal(k->end.missing, 0);
    kit_close(k);
}

static void
a_request_that_failed_leaves_its_tokens_missing(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    ask_for(k, b_yes, 48);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    feed_on_no_markets(k->f);
    kit_wait(k, 50);
    assert_int_equal(k->end.missing, 1);
    assert_int_equal(k->at[k->said - 1].req, 48);
    assert_asks(k, "");
    ask_for(k, b_yes, 49);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    kit_close(k);
}

static void
no_answer_is_waited_for_longer_than_allowed(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    ask_for(k, b_yes, 50);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    kit_wait(k, 4900);
    assert_false(feed_owes(k->f));
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 0);
    kit_wait(k, 150);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 1);
    assert_int_equal(k->end.missing, 1);
    /* Somebody else asks; what comes late is not for him. */
    kit_forget(k);
    ask_for(k, b_no, 51);
    assert_asks(k, "");
    answer(k, list_of(paid(COND_B, YES_B, NO_B, "1", "0")));
    assert_int_equal(k->said, 0);
    assert_asks(k, "limit=100&closed=true&position_ids=" NO_B);
    answer(k, list_of(paid(COND_B, YES_B, NO_B, "1", "0")));
    assert_int_equal(k->end.sent, 2);
    kit_close(k);
}

static void
nothing_is_looked_up_before_the_listing_was_read(void **state)
{
    static const char *const tokens[] = { YES_A, YES_B, NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_start(k);
    ask_for(k, tokens, 52);
    assert_asks(k, "");
    kit_wait(k, 1000);
    assert_int_equal(k->said, 0);
    assert_true(kit_page(k, PAGE(EVENT("77", MARKET(COND_A, YES_A, NO_A, ""),
                                       ""))));
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    answer(k, list_of(paid(COND_B, YES_B, NO_B, "1", "0")));
    assert_int_equal(k->end.sent, 3);
    assert_int_equal(k->end.missing, 0);
    kit_close(k);
}

static void
many_tokens_are_asked_for_a_few_at_a_time_and_askers_take_turns(void **state)
{
    static char texts[tokens_cap][8];
    const char *tokens[tokens_cap + 1] = { NULL };
    struct kit *k = kit_open(false);
    struct feed_ask ask;
    uint32_t asked = 0;

    (void)state;
    kit_live(k);
    for (uint32_t i = 0; i < tokens_cap; i++) {
        snprintf(texts[i], sizeof texts[i], "%u", 5000 + 2 * i);
        tokens[i] = texts[i];
    }
    ask_for(k, tokens, 53);
    ask_for(k, tokens, 54);
    while (kit_ask(k, &ask)) {
        static char s[65536];
        size_t n = 0;
        if (ask.kind != FEED_ASK_MARKETS)
            continue;
        asked++;
        assert_true(ask.size < 2000);
        for (const char *at = k->text; (at = strstr(at, "ids=")); at += 4) {
            unsigned id = (unsigned)strtoul(at + 4, NULL, 10);
            char market[16], yes[8], no[8];
            snprintf(market, sizeof market, "0xe%u", id);
            snprintf(yes, sizeof yes, "%u", id);
            snprintf(no, sizeof no, "%u", id + 1);
            n += (size_t)snprintf(s + n, sizeof s - n, "%s%s", n ? "," : "[",
                                  paid(market, yes, no, "1", "0"));
        }
        snprintf(s + n, sizeof s - n, "]");
        answer(k, s);
    }
    assert_int_equal(asked, 8);
    assert_int_equal(kit_said(k, TYPE_resolution), 2 * tokens_cap);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 2);
    assert_int_equal(k->end.sent, 2 * tokens_cap);
    kit_close(k);
}

static void
markets_nobody_asked_for_and_seen_twice_are_not_told(void **state)
{
    struct kit *k = kit_open(false);
    static char s[8192];

    (void)state;
    kit_live(k);
    ask_for(k, b_yes, 55);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    size_t n = (size_t)snprintf(s, sizeof s, "[%s,",
                                paid("0xf0", "91", "92", "1", "0"));
    n += (size_t)snprintf(s + n, sizeof s - n, "%s,",
                          paid(COND_B, YES_B, NO_B, "1", "0"));
    snprintf(s + n, sizeof s - n, "%s]",
             paid("0xf1", YES_B, "93", "0", "1"));
    answer(k, s);
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_string_equal(k->market.market.s, COND_B);
    assert_int_equal(k->resolution.payout_yes.micros, MICROS);
    assert_int_equal(kit_count(k, FEED_ignored), 2);
    kit_close(k);
}

static void
ids_of_the_newer_protocol_are_asked_for_by_their_name(void **state)
{
    struct hash tokens[3] = { { { [0] = 2, [1] = 9, [31] = 1 } },
                              { { [0] = 3, [18] = 7 } },
                              { { [0] = 9, [22] = 7 } } };
    char out[1024];
    uint32_t count = 3;

    (void)state;
    assert_true(venue_polymarket.write_named(tokens, &count, true, out,
                                             sizeof out) > 0);
    assert_int_equal(count, 2);
    assert_non_null(strstr(out, "&position_ids="));
    assert_null(strstr(out, "clob"));
    count = 1;
    assert_true(venue_polymarket.write_named(tokens + 2, &count, false, out,
                                             sizeof out) > 0);
    assert_int_equal(count, 1);
    assert_non_null(strstr(out, "closed=false&clob_token_ids="));
    assert_int_equal(venue_polymarket.write_named(tokens, &count, true, out,
                                                  20), 0);
    assert_true(venue_polymarket.write_named_url("http://x", "closed=true",
                                                 out, sizeof out) > 0);
    assert_string_equal(out, "http://x/markets?closed=true");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_followed_is_answered_at_once_from_memory),
        cmocka_unit_test(what_resolved_while_nobody_listened_is_looked_up),
        cmocka_unit_test(
            what_is_not_among_the_closed_is_looked_for_among_the_open),
        cmocka_unit_test(what_the_venue_does_not_know_is_missing),
        cmocka_unit_test(an_answer_that_was_cut_is_asked_for_its_rest),
        cmocka_unit_test(a_request_that_failed_leaves_its_tokens_missing),
        cmocka_unit_test(no_answer_is_waited_for_longer_than_allowed),
        cmocka_unit_test(nothing_is_looked_up_before_the_listing_was_read),
        cmocka_unit_test(
            many_tokens_are_asked_for_a_few_at_a_time_and_askers_take_turns),
        cmocka_unit_test(markets_nobody_asked_for_and_seen_twice_are_not_told),
        cmocka_unit_test(
            ids_of_the_newer_protocol_are_asked_for_by_their_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
