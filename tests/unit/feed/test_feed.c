/* test_feed - what frames make the engine say, and when it says nothing */
#include "tests/unit/feed/kit.h"

static void
a_listed_market_is_told_and_subscribed_once(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_start(k);
    assert_true(kit_page(k, PAGE(EVENT("77",
                         MARKET(COND_A, YES_A, NO_A, ""), ""))));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_string_equal(k->market.event.s, "77");
    assert_int_equal(k->market.rev, 1);
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.kind, FEED_ASK_CONNECT);
    assert_false(kit_ask(k, &ask));
    kit_link(k, LINK_STATE_up);
    assert_int_equal(kit_said(k, TYPE_venue_status), 1);
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.kind, FEED_ASK_SEND);
    assert_string_equal(k->text, "{\"assets_ids\":[\"" YES_A "\",\"" NO_A
        "\"],\"type\":\"market\",\"custom_feature_enabled\":true}");
    assert_false(kit_ask(k, &ask));
    /* Read again, unchanged: nothing is told or asked. */
    kit_forget(k);
    assert_true(kit_page(k, PAGE(EVENT("77",
                         MARKET(COND_A, YES_A, NO_A, ""), ""))));
    assert_int_equal(k->said, 0);
    assert_false(kit_ask(k, &ask));
    kit_close(k);
}

static void
a_proved_book_is_told_best_first_with_its_epoch(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS + 5, BIDS_1, ASKS_1, true));
    assert_int_equal(k->said, 1);
    assert_int_equal(k->snapshot.bids.count, 2);
    assert_int_equal(k->snapshot.bids.at[0].price.micros, 450000);
    assert_int_equal(k->snapshot.asks.at[0].price.micros, 500000);
    assert_int_equal(k->snapshot.tick.micros, 10000);
    assert_true(k->snapshot.proved);
    assert_false(k->snapshot.more);
    assert_int_equal(k->snapshot.epoch >> 24, 3);
    assert_int_equal(k->snapshot.book_seq, 2);
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 0);
    kit_close(k);
}

static void
a_change_becomes_a_delta_one_further_in_the_sequence(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, BUY("0.46", "9"),
                            BIDS_1 "," L("0.46", "9"), ASKS_1, true));
    assert_int_equal(k->said, 1);
    assert_int_equal(k->delta.book_seq, 2);
    assert_int_equal(k->delta.side, SIDE_buy);
    assert_int_equal(k->delta.size.micros, 9 * MICROS);
    assert_int_equal(k->delta.venue_time.ns, (START_MS + 7) * 1000000);
    assert_true(k->delta.proved && !k->delta.more);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 8, BUY("0.46", "0"),
                            BIDS_1, ASKS_1, true));
    assert_int_equal(k->delta.book_seq, 3);
    assert_int_equal(k->delta.size.micros, 0);
    /* Removing what is not there changes nothing and is still proved. */
    kit_forget(k);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 9, BUY("0.46", "0"),
                            BIDS_1, ASKS_1, true));
    assert_int_equal(k->said, 0);
    assert_int_equal(kit_count(k, FEED_hash_checked), 5);
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 0);
    kit_close(k);
}

static void
messages_of_one_frame_say_that_more_follows(void **state)
{
    struct kit *k = kit_open(false);
    char s[2048], yes[41], no[41];

    (void)state;
    kit_live(k);
    kit_hash(COND_A, YES_A, START_MS + 7, BIDS_1 "," L("0.46", "9"), ASKS_1,
             "0.5", yes);
    kit_hash(COND_A, NO_A, START_MS + 7, "", L("0.54", "9"), "0.5", no);
    snprintf(s, sizeof s, "{\"event_type\":\"price_change\",\"market\":\""
             COND_A "\",\"timestamp\":\"%lld\",\"price_changes\":["
             "{\"asset_id\":\"" YES_A "\"," BUY("0.46", "9")
             ",\"hash\":\"%s\"},{\"asset_id\":\"" NO_A "\","
             SELL("0.54", "9") ",\"hash\":\"%s\"}]}",
             (long long)(START_MS + 7), yes, no);
    kit_frame(k, s);
    assert_int_equal(k->said, 2);
    assert_true(k->at[0].more);
    assert_false(k->at[1].more);
    kit_close(k);
}

static void
of_several_changes_of_a_token_the_last_hash_counts(void **state)
{
    struct kit *k = kit_open(false);
    char s[2048], both[41];

    (void)state;
    kit_live(k);
    kit_hash(COND_A, YES_A, START_MS + 7,
             BIDS_1 "," L("0.46", "9") "," L("0.47", "3"), ASKS_1, "0.5",
             both);
    snprintf(s, sizeof s, "{\"event_type\":\"price_change\",\"market\":\""
             COND_A "\",\"timestamp\":\"%lld\",\"price_changes\":["
             "{\"asset_id\":\"" YES_A "\"," BUY("0.46", "9")
             ",\"hash\":\"%s\"},{\"asset_id\":\"" YES_A "\","
             BUY("0.47", "3") ",\"hash\":\"%s\"}]}",
             (long long)(START_MS + 7), both, both);
    kit_frame(k, s);
    assert_int_equal(kit_said(k, TYPE_book_delta), 2);
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 0);
    kit_close(k);
}

static void
what_is_older_than_the_books_last_is_dropped(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS - 1, "", "", true));
    kit_frame(k, kit_change(COND_A, YES_A, START_MS - 1, BUY("0.01", "1"),
                            "", "", true));
    assert_int_equal(k->said, 0);
    assert_int_equal(kit_count(k, FEED_stale_dropped), 2);
    /* The same time again is harmless: sizes are absolute. */
    kit_frame(k, kit_change(COND_A, YES_A, START_MS, BUY("0.45", "20.50"),
                            BIDS_1, ASKS_1, true));
    assert_int_equal(kit_said(k, TYPE_book_delta), 1);
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 0);
    kit_close(k);
}

static void
a_trade_shows_in_the_hash_before_it_is_told(void **state)
{
    struct kit *k = kit_open(false);
    char s[1024], hex[41];

    (void)state;
    kit_live(k);
    /* The hashed text has the trade's price already: the level's. */
    kit_hash(COND_A, YES_A, START_MS + 3, BIDS_1, L("0.60", "30"), "0.5",
             hex);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 3, SELL("0.5", "0"),
                            BIDS_1, L("0.60", "30"), true));
    kit_hash(COND_A, YES_A, START_MS + 4, L("0.40", "100"), L("0.60", "30"),
             "0.45", hex);
    snprintf(s, sizeof s, "{\"event_type\":\"price_change\",\"market\":\""
             COND_A "\",\"timestamp\":\"%lld\",\"price_changes\":["
             "{\"asset_id\":\"" YES_A "\"," BUY("0.45", "0")
             ",\"hash\":\"%s\"}]}", (long long)(START_MS + 4), hex);
    kit_frame(k, s);
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 0);
    assert_int_equal(kit_said(k, TYPE_book_delta), 2);
    snprintf(s, sizeof s, "{\"event_type\":\"last_trade_price\",\"market\":\""
             COND_A "\",\"asset_id\":\"" YES_A "\",\"price\":\"0.45\","
             "\"size\":\"20.50\",\"side\":\"SELL\",\"timestamp\":\"%lld\"}",
             (long long)(START_MS + 4));
    kit_frame(k, s);
    assert_int_equal(kit_said(k, TYPE_trade), 1);
    kit_close(k);
}

static void
bad_input_voids_the_book_it_is_about_and_no_other(void **state)
{
    static const char *const bad[] = {
        "{\"event_type\":\"price_change\",\"market\":\"" COND_A "\","
        "\"timestamp\":\"1790000000001\",\"price_changes\":[{\"asset_id\":\""
        YES_A "\",\"price\":\"7\",\"size\":\"1\",\"side\":\"BUY\"}]}",
        /* Off the grid of 0.01. */
        "{\"event_type\":\"price_change\",\"market\":\"" COND_A "\","
        "\"timestamp\":\"1790000000001\",\"price_changes\":[{\"asset_id\":\""
        YES_A "\",\"price\":\"0.455\",\"size\":\"1\",\"side\":\"BUY\"}]}",
        /* Another market's token. */
        "{\"event_type\":\"price_change\",\"market\":\"" COND_B "\","
        "\"timestamp\":\"1790000000001\",\"price_changes\":[{\"asset_id\":\""
        YES_A "\",\"price\":\"0.45\",\"size\":\"1\",\"side\":\"BUY\"}]}",
        /* Ten minutes ahead of our clock. */
        "{\"event_type\":\"price_change\",\"market\":\"" COND_A "\","
        "\"timestamp\":\"1790000600000\",\"price_changes\":[{\"asset_id\":\""
        YES_A "\",\"price\":\"0.45\",\"size\":\"1\",\"side\":\"BUY\"}]}",
        "{\"event_type\":\"book\",\"market\":\"" COND_A "\",\"asset_id\":\""
        YES_A "\",\"timestamp\":\"1790000000001\",\"bids\":[],\"asks\":"
        "[{\"price\":\"0.5\",\"size\":\"-1\"}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct kit *k = kit_open(false);
        kit_live(k);
        kit_frame(k, bad[i]);
        assert_int_equal(k->said, 1);
        assert_int_equal(k->status.state, BOOK_STATE_resync);
        assert_int_equal(k->status.reason, REASON_BAD_INPUT);
        assert_int_equal(k->status.token.b[31], 1001 & 0xff);
        kit_frame(k, kit_book(COND_A, NO_A, START_MS + 1, "", "", true));
        assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
        kit_close(k);
    }
}

static void
frames_of_tokens_nobody_follows_are_counted_and_forgotten(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_frame(k, kit_book(COND_B, YES_B, START_MS, BIDS_1, ASKS_1, true));
    kit_frame(k, "not json");
    kit_frame(k, "[]");
    assert_int_equal(k->said, 0);
    assert_int_equal(kit_count(k, FEED_unknown_token), 1);
    assert_int_equal(kit_count(k, FEED_bad_json), 1);
    kit_close(k);
}

static void
a_new_tick_voids_the_book_until_a_fresh_one_comes(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_frame(k, "{\"event_type\":\"tick_size_change\",\"market\":\"" COND_A
        "\",\"asset_id\":\"" YES_A "\",\"old_tick_size\":\"0.01\","
        "\"new_tick_size\":\"0.001\",\"timestamp\":\"1790000000005\"}");
    assert_int_equal(kit_said(k, TYPE_tick_size), 1);
    assert_int_equal(k->tick.new_tick.micros, 1000);
    assert_int_equal(k->status.epoch, k->tick.epoch);
    uint64_t epoch = k->tick.epoch;
    kit_forget(k);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 6, BUY("0.46", "9"),
                            BIDS_1 "," L("0.46", "9"), ASKS_1, true));
    assert_int_equal(k->said, 0);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS + 7, BIDS_1, ASKS_1, true));
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    assert_int_equal(k->snapshot.epoch, epoch);
    kit_wait(k, 10000);
    while (kit_ask(k, &ask))
        assert_int_equal(ask.kind, FEED_ASK_BOOKS);
    kit_close(k);
}

static void
a_resolution_closes_the_market_and_ends_its_books(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_frame(k, "{\"event_type\":\"market_resolved\",\"market\":\"" COND_A
        "\",\"winning_asset_id\":\"" NO_A "\",\"timestamp\":"
        "\"1790000000005\"}");
    assert_int_equal(kit_said(k, TYPE_resolution), 1);
    assert_int_equal(k->resolution.payout_yes.micros, 0);
    assert_true(k->resolution.final);
    assert_false(k->market.open);
    assert_int_equal(k->status.state, BOOK_STATE_closed);
    assert_true(k->status.epoch > k->snapshot.epoch);
    assert_true(kit_ask(k, &ask));
    assert_non_null(strstr(k->text, "unsubscribe"));
    /* Told once. */
    kit_forget(k);
    kit_frame(k, "{\"event_type\":\"market_resolved\",\"market\":\"" COND_A
        "\",\"winning_asset_id\":\"" NO_A "\",\"timestamp\":"
        "\"1790000000006\"}");
    assert_int_equal(k->said, 0);
    kit_close(k);
}

static void
a_book_deeper_than_a_message_is_told_in_parts(void **state)
{
    struct kit *k = kit_open(false);
    static char bids[65536], s[80000];
    size_t n = 0;

    (void)state;
    k->conf.require_proof = false;
    kit_live(k);
    for (int i = 1; i <= 600; i++)
        n += (size_t)snprintf(bids + n, sizeof bids - n, "%s" L("0.%04d", "1"),
                              i > 1 ? "," : "", i);
    snprintf(s, sizeof s, "{\"event_type\":\"book\",\"market\":\"" COND_A
             "\",\"asset_id\":\"" YES_A "\",\"timestamp\":\"1790000000005\","
             "\"tick_size\":\"0.0001\",\"bids\":[%s],\"asks\":[]}", bids);
    kit_frame(k, s);
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 2);
    assert_true(k->at[0].more);
    assert_int_equal(k->snapshot.part, 1);
    assert_int_equal(k->snapshot.parts, 2);
    assert_int_equal(k->snapshot.bids.count, 600 - 512);
    assert_int_equal(k->snapshot.bids.at[0].price.micros, 8800);
    assert_false(k->snapshot.proved);
    kit_close(k);
}

static void
a_book_without_a_hash_is_not_usable_when_proof_is_required(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_frame(k, "{\"event_type\":\"book\",\"market\":\"" COND_A "\","
        "\"asset_id\":\"" YES_A "\",\"timestamp\":\"1790000000005\","
        "\"tick_size\":\"0.01\",\"bids\":[],\"asks\":[]}");
    assert_int_equal(k->said, 1);
    assert_int_equal(k->status.reason, REASON_UNPROVED);
    assert_int_equal(kit_count(k, FEED_hash_skipped), 1);
    kit_close(k);
}

static void
when_the_room_for_levels_is_used_up_the_book_is_given_up(void **state)
{
    struct kit *k = kit_open(false);
    static char bids[65536], s[80000];
    size_t n = 0;

    (void)state;
    k->conf.max_levels = 1000;
    kit_live(k);
    for (int i = 1; i <= 1200; i++)
        n += (size_t)snprintf(bids + n, sizeof bids - n, "%s" L("0.%04d", "1"),
                              i > 1 ? "," : "", i);
    snprintf(s, sizeof s, "{\"event_type\":\"book\",\"market\":\"" COND_A
             "\",\"asset_id\":\"" YES_A "\",\"timestamp\":\"1790000000005\","
             "\"tick_size\":\"0.0001\",\"bids\":[%s],\"asks\":[]}", bids);
    kit_frame(k, s);
    assert_int_equal(k->status.reason, REASON_OVERFLOW);
    assert_int_equal(kit_count(k, FEED_levels_full), 1);
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listed_market_is_told_and_subscribed_once),
        cmocka_unit_test(a_proved_book_is_told_best_first_with_its_epoch),
        cmocka_unit_test(a_change_becomes_a_delta_one_further_in_the_sequence),
        cmocka_unit_test(messages_of_one_frame_say_that_more_follows),
        cmocka_unit_test(of_several_changes_of_a_token_the_last_hash_counts),
        cmocka_unit_test(what_is_older_than_the_books_last_is_dropped),
        cmocka_unit_test(a_trade_shows_in_the_hash_before_it_is_told),
        cmocka_unit_test(bad_input_voids_the_book_it_is_about_and_no_other),
        cmocka_unit_test(
            frames_of_tokens_nobody_follows_are_counted_and_forgotten),
        cmocka_unit_test(a_new_tick_voids_the_book_until_a_fresh_one_comes),
        cmocka_unit_test(a_resolution_closes_the_market_and_ends_its_books),
        cmocka_unit_test(a_book_deeper_than_a_message_is_told_in_parts),
        cmocka_unit_test(
            a_book_without_a_hash_is_not_usable_when_proof_is_required),
        cmocka_unit_test(
            when_the_room_for_levels_is_used_up_the_book_is_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
