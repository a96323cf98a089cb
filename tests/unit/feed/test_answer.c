/* test_answer - requests for the universe and for books */
#include "tests/unit/feed/kit.h"

static void
ask_for(struct kit *k, enum asked what, bool prove, const char *const *tokens,
        uint64_t req)
{
    static struct snapshot_request m;

    memset(&m, 0, sizeof m);
    m.what = what;
    m.prove = prove;
    for (; tokens && *tokens; tokens++)
        must(token_parse(*tokens, strlen(*tokens),
                         &m.tokens.at[m.tokens.count++].token));
    k->in.peer = 9;
    k->in.req = req;
    feed_on_snapshot_request(k->f, &m, &k->in, k->out);
    k->in.peer = 0;
    k->in.req = 0;
    kit_hear(k);
}

static void
the_universe_is_answered_whole_to_whom_asked(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    assert_true(kit_page(k, PAGE(EVENT("78", MARKET(COND_B, YES_B, NO_B, ""),
                                       ""))));
    kit_frame(k, "{\"event_type\":\"market_resolved\",\"market\":\"" COND_B
        "\",\"winning_asset_id\":\"" YES_B "\",\"timestamp\":"
        "\"1790000000005\"}");
    kit_forget(k);
    ask_for(k, ASKED_universe, false, NULL, 41);
    assert_int_equal(kit_said(k, TYPE_market), 2);
    assert_int_equal(kit_said(k, TYPE_resolution), 1);
    assert_int_equal(kit_said(k, TYPE_venue_status), 1);
    assert_int_equal(k->at[k->said - 1].type, TYPE_snapshot_end);
    assert_int_equal(k->end.sent, 3); /* Of its markets and what paid. */
    for (uint32_t i = 0; i < k->said; i++) {
        assert_int_equal(k->at[i].routes, ROUTE_REPLY);
        assert_int_equal(k->at[i].req, 41);
    }
    kit_close(k);
}

static void
books_are_answered_with_the_sequence_that_was_published(void **state)
{
    static const char *const tokens[] = { YES_A, NO_A, YES_B, NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, BUY("0.46", "9"),
                            BIDS_1 "," L("0.46", "9"), ASKS_1, true));
    uint64_t epoch = k->delta.epoch, seq = k->delta.book_seq;
    kit_frame(k, kit_book(COND_A, NO_A, START_MS + 7, "", "", false));
    kit_forget(k);
    ask_for(k, ASKED_books, false, tokens, 42);
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    assert_int_equal(k->snapshot.epoch, epoch);
    assert_int_equal(k->snapshot.book_seq, seq);
    assert_int_equal(k->snapshot.bids.count, 3);
    /* One void, one unknown. */
    assert_int_equal(kit_said(k, TYPE_book_status), 2);
    assert_int_equal(k->end.sent, 1);
    assert_int_equal(k->end.missing, 2);
    kit_close(k);
}

static void
proof_of_a_young_book_is_not_waited_for(void **state)
{
    static const char *const tokens[] = { YES_A, NULL };
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    ask_for(k, ASKED_books, true, tokens, 43);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 1);
    assert_false(kit_ask(k, &ask));
    kit_close(k);
}

static void
proof_of_a_quiet_book_is_fetched_and_then_answered(void **state)
{
    static const char *const tokens[] = { YES_A, NULL };
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_wait(k, 3000);
    kit_asks_none(k);
    ask_for(k, ASKED_books, true, tokens, 44);
    assert_int_equal(k->said, 0);
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.kind, FEED_ASK_BOOKS);
    assert_string_equal(k->text, "[{\"token_id\":\"" YES_A "\"}]");
    const char *book = kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1,
                                true);
    feed_on_books(k->f, book, strlen(book), &k->in, k->out);
    kit_hear(k);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 1);
    assert_int_equal(k->snapshot.received.ns, k->in.wall.ns);
    assert_int_equal(k->end.sent, 1);
    kit_close(k);
}

static void
proof_that_does_not_come_is_waited_for_no_longer_than_allowed(void **state)
{
    static const char *const tokens[] = { YES_A, NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_wait(k, 3000);
    int64_t seen = k->in.wall.ns - INT64_C(3000000000);
    ask_for(k, ASKED_books, true, tokens, 45);
    kit_asks_none(k);
    kit_wait(k, 1900);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 0);
    feed_on_books(k->f, NULL, 0, &k->in, k->out);
    kit_hear(k);
    kit_wait(k, 150);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 1);
    /* It says how old the book then is. */
    assert_int_equal(k->snapshot.received.ns, seen);
    kit_close(k);
}

static void
too_many_requests_are_refused_and_answered_as_missing(void **state)
{
    static const char *const tokens[] = { YES_A, NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_wait(k, 3000);
    kit_forget(k);
    for (uint64_t i = 0; i < 65; i++)
        ask_for(k, ASKED_books, true, tokens, 100 + i);
    assert_int_equal(kit_count(k, FEED_requests_full), 1);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 1);
    assert_int_equal(k->end.missing, 1);
    kit_wait(k, 2100);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 65);
    kit_close(k);
}

static void
answers_that_do_not_fit_a_turn_go_on_at_once(void **state)
{
    struct kit *k = kit_open(false);
    struct snapshot_request *m = calloc(1, sizeof *m);

    (void)state;
    must(m != NULL);
    kit_live(k);
    m->what = ASKED_books;
    m->tokens.count = tokens_cap;
    for (uint32_t i = 0; i < tokens_cap; i++)
        must(token_parse(YES_A, strlen(YES_A), &m->tokens.at[i].token));
    k->in.peer = 9;
    for (k->in.req = 50; k->in.req < 55; k->in.req++) {
        assert_int_equal(feed_owes(k->f), k->in.req > 51);
        feed_on_snapshot_request(k->f, m, &k->in, k->out);
    }
    k->in.req = k->in.peer = 0;
    kit_hear(k);
    for (int turns = 0; feed_owes(k->f); turns++) {
        assert_true(turns < 3);
        feed_rest(k->f, &k->in, k->out);
        kit_hear(k);
    }
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 5 * tokens_cap);
    assert_int_equal(kit_said(k, TYPE_snapshot_end), 5);
    free(m);
    kit_close(k);
}

static void
an_answer_that_waits_for_proof_is_not_owed(void **state)
{
    static const char *const tokens[] = { YES_A, NULL };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_wait(k, 3000);
    ask_for(k, ASKED_books, true, tokens, 46);
    assert_false(feed_owes(k->f));
    kit_close(k);
}

static void
an_event_is_taken_whole_or_not_at_all(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    k->conf.max_markets = 3;
    k->conf.max_tokens = 4;
    kit_live(k);
    assert_true(kit_page(k, PAGE(EVENT("78",
        MARKET("0xc1", "11", "12", "") "," MARKET("0xc2", "13", "14", ""),
        ""))));
    assert_int_equal(kit_said(k, TYPE_market), 0);
    assert_int_equal(kit_count(k, FEED_universe_full), 1);
    assert_true(kit_page(k, PAGE(EVENT("79", MARKET("0xc3", "15", "16", ""),
                                       ""))));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    kit_close(k);
}

static void
filters_keep_events_out_and_lists_overrule_them(void **state)
{
    struct kit *k = kit_open(false);
    static const char *const poor =
        "[{\"id\":\"5\",\"slug\":\"poor\",\"liquidity\":1,\"markets\":["
        MARKET("0xc5", "51", "52", "") "]}]";
    static const char *const closed =
        "[{\"id\":\"6\",\"closed\":true,\"liquidity\":99999,\"markets\":["
        MARKET("0xc6", "61", "62", "") "]}]";

    (void)state;
    k->conf.include.count = 1;
    text_set(&k->conf.include.at[0], "slug-71");
    k->conf.exclude.count = 1;
    text_set(&k->conf.exclude.at[0], "event-9");
    kit_start(k);
    assert_true(kit_page(k, poor));
    assert_true(kit_page(k, closed));
    assert_true(kit_page(k, PAGE(EVENT("9", MARKET("0xc9", "91", "92", ""),
                                       ""))));
    assert_int_equal(kit_said(k, TYPE_market), 0);
    assert_int_equal(kit_count(k, FEED_filtered), 3);
    assert_true(kit_page(k, "[{\"id\":\"7\",\"liquidity\":1,\"markets\":["
                            MARKET("0xc7", "71", "72", "") "]}]"));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    kit_close(k);
}

static void
an_event_that_left_the_listing_is_asked_for_and_its_end_learnt(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    assert_true(kit_page(k, "{\"events\":[]}"));
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.kind, FEED_ASK_EVENT);
    assert_string_equal(k->text, "77");
    const char *s = EVENT("77", "{\"conditionId\":\"" COND_A "\","
        "\"clobTokenIds\":\"[\\\"" YES_A "\\\",\\\"" NO_A "\\\"]\",\"closed\""
        ":true,\"umaResolutionStatus\":\"resolved\",\"outcomePrices\":"
        "\"[\\\"1\\\",\\\"0\\\"]\"}", "");
    feed_on_event(k->f, s, strlen(s), &k->in, k->out);
    kit_hear(k);
    assert_int_equal(kit_said(k, TYPE_resolution), 1);
    assert_int_equal(k->resolution.payout_yes.micros, MICROS);
    assert_false(k->market.open);
    /* Long closed and unsubscribed, it makes room. */
    kit_asks_none(k);
    k->in.wall.ns += INT64_C(3700) * 1000000000;
    assert_true(kit_page(k, "{\"events\":[]}"));
    kit_forget(k);
    ask_for(k, ASKED_universe, false, NULL, 1);
    assert_int_equal(kit_said(k, TYPE_market), 0);
    assert_true(kit_page(k, PAGE(EVENT("77",
                         MARKET(COND_A, YES_A, NO_A, ""), ""))));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    kit_close(k);
}

static void
a_listing_cannot_move_a_token_to_another_market(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    assert_true(kit_page(k, PAGE(EVENT("78", MARKET(COND_B, YES_A, "33", ""),
                                       ""))));
    assert_true(kit_page(k, PAGE(EVENT("77", MARKET(COND_A, YES_A, "33", ""),
                                       ""))));
    assert_int_equal(kit_said(k, TYPE_market), 0);
    assert_int_equal(kit_count(k, FEED_bad_list), 2);
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_universe_is_answered_whole_to_whom_asked),
        cmocka_unit_test(
            books_are_answered_with_the_sequence_that_was_published),
        cmocka_unit_test(proof_of_a_young_book_is_not_waited_for),
        cmocka_unit_test(proof_of_a_quiet_book_is_fetched_and_then_answered),
        cmocka_unit_test(
            proof_that_does_not_come_is_waited_for_no_longer_than_allowed),
        cmocka_unit_test(
            too_many_requests_are_refused_and_answered_as_missing),
        cmocka_unit_test(answers_that_do_not_fit_a_turn_go_on_at_once),
        cmocka_unit_test(an_answer_that_waits_for_proof_is_not_owed),
        cmocka_unit_test(an_event_is_taken_whole_or_not_at_all),
        cmocka_unit_test(filters_keep_events_out_and_lists_overrule_them),
        cmocka_unit_test(
            an_event_that_left_the_listing_is_asked_for_and_its_end_learnt),
        cmocka_unit_test(a_listing_cannot_move_a_token_to_another_market),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
