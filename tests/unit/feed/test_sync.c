/* test_sync - books that went wrong, and how they become right again */
#include "tests/unit/feed/kit.h"

static void
a_wrong_hash_is_told_at_once_and_asked_for_again_when_nothing_mends_it(
    void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, BUY("0.46", "9"),
                            BIDS_1 "," L("0.46", "9"), ASKS_1, false));
    assert_int_equal(k->said, 1);
    assert_int_equal(k->status.state, BOOK_STATE_resync);
    assert_int_equal(k->status.reason, REASON_HASH_MISMATCH);
    uint64_t epoch = k->status.epoch;
    assert_false(kit_ask(k, &ask));
    kit_wait(k, 500);
    assert_true(kit_ask(k, &ask));
    assert_string_equal(k->text, "{\"assets_ids\":[\"" YES_A "\"],"
                                 "\"operation\":\"unsubscribe\"}");
    assert_true(kit_ask(k, &ask));
    assert_non_null(strstr(k->text, "\"operation\":\"subscribe\""));
    assert_false(kit_ask(k, &ask));
    kit_forget(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS + 9, BIDS_1, ASKS_1, true));
    assert_int_equal(k->said, 1);
    assert_int_equal(k->snapshot.epoch, epoch);
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 1);
    assert_int_equal(kit_count(k, FEED_resyncs), 1);
    kit_close(k);
}

static void
the_rest_of_a_batch_heals_a_wrong_hash(void **state)
{
    struct kit *k = kit_open(false);
    char s[1024], both[41];
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    /* Two frames of one batch: both carry the hash after both. */
    kit_hash(COND_A, YES_A, START_MS + 7,
             BIDS_1 "," L("0.46", "9") "," L("0.47", "3"), ASKS_1, "0.5",
             both);
    static const char *const entries[] = { BUY("0.46", "9"),
                                           BUY("0.47", "3") };
    for (int i = 0; i < 2; i++) {
        snprintf(s, sizeof s, "{\"event_type\":\"price_change\",\"market\":"
                 "\"" COND_A "\",\"timestamp\":\"%lld\",\"price_changes\":["
                 "{\"asset_id\":\"" YES_A "\",%s,\"hash\":\"%s\"}]}",
                 (long long)(START_MS + 7), entries[i], both);
        kit_frame(k, s);
    }
    assert_int_equal(kit_said(k, TYPE_book_status), 1);
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    assert_int_equal(k->snapshot.bids.count, 4);
    assert_int_equal(kit_count(k, FEED_hash_healed), 1);
    kit_wait(k, 1000);
    assert_false(kit_ask(k, &ask));
    kit_close(k);
}

/* A book of REST had both changes of its millisecond; they come after it. */
static void
what_a_book_from_rest_already_had_is_no_wrong_hash(void **state)
{
    static const char *const entries[] = { BUY("0.46", "9"),
                                           BUY("0.47", "3") };
    static const char *const bids[] = {
        BIDS_1 "," L("0.46", "9"),
        BIDS_1 "," L("0.46", "9") "," L("0.47", "3")
    };
    struct kit *k = kit_open(false);

    (void)state;
    kit_start(k);
    must(kit_page(k, PAGE(EVENT("77", MARKET(COND_A, YES_A, NO_A, ""), ""))));
    kit_asks_none(k);
    kit_link(k, LINK_STATE_up);
    kit_asks_none(k);
    const char *s = kit_book(COND_A, YES_A, START_MS + 7, bids[1], ASKS_1,
                             true);
    feed_on_books(k->f, s, strlen(s), &k->in, k->out);
    kit_hear(k);
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, entries[0], bids[0],
                            ASKS_1, true));
    assert_int_equal(k->status.state, BOOK_STATE_resync);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, entries[1], bids[1],
                            ASKS_1, true));
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 2);
    assert_int_equal(k->snapshot.bids.count, 4);
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 0);
    /* Later ones are what they always were. */
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 8, BUY("0.48", "1"),
                            bids[1], ASKS_1, true));
    assert_int_equal(kit_count(k, FEED_hash_mismatch), 1);
    kit_close(k);
}

static void
three_fresh_books_with_a_wrong_hash_exclude_the_token_alone(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    for (int i = 1; i <= 3; i++) {
        kit_frame(k, kit_book(COND_A, YES_A, START_MS + i, BIDS_1, ASKS_1,
                              false));
        kit_wait(k, 5000);
        kit_asks_none(k);
    }
    assert_int_equal(kit_count(k, FEED_excluded), 1);
    assert_int_equal(k->status.state, BOOK_STATE_closed);
    assert_int_equal(k->status.reason, REASON_EXCLUDED);
    assert_true(k->status.epoch > k->snapshot.epoch);
    kit_forget(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS + 9, BIDS_1, ASKS_1, true));
    assert_int_equal(k->said, 0);
    kit_frame(k, kit_book(COND_A, NO_A, START_MS + 9, "", "", true));
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    kit_close(k);
}

/* Both books of market A come again. */
static void
books_again(struct kit *k)
{
    kit_asks_none(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1, true));
    kit_frame(k, kit_book(COND_A, NO_A, START_MS, "", "", true));
    kit_wait(k, 100);
}

static void
a_connection_tried_anew_is_in_sync_with_all_its_books_in_time(
    void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_wait(k, 100);
    assert_int_equal(k->link.reconnects, 0); /* The first one is none. */
    kit_link(k, LINK_STATE_down);
    kit_link(k, LINK_STATE_connecting);
    kit_link(k, LINK_STATE_down);
    kit_link(k, LINK_STATE_connecting);
    assert_int_equal(k->link.reconnects, 1); /* One try that failed. */
    kit_link(k, LINK_STATE_up);
    kit_asks_none(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1, true));
    kit_wait(k, 100);
    assert_int_equal(k->link.reconnects, 1); /* A book is missing. */
    books_again(k);
    assert_int_equal(k->link.reconnects, 2);
    assert_int_equal(k->link.resyncs, 1);
    kit_wait(k, 60000);
    assert_int_equal(k->link.reconnects, 2);
    /* Up, and no books for too long: once, whatever comes then. */
    kit_link(k, LINK_STATE_down);
    kit_link(k, LINK_STATE_up);
    kit_wait(k, 30000);
    assert_int_equal(k->link.reconnects, 2);
    kit_wait(k, 100);
    assert_int_equal(k->link.reconnects, 3);
    books_again(k);
    assert_int_equal(k->link.reconnects, 3);
    assert_int_equal(k->link.resyncs, 1);
    /* Lost again before its books were there. */
    kit_link(k, LINK_STATE_down);
    kit_link(k, LINK_STATE_connecting);
    kit_link(k, LINK_STATE_up);
    kit_link(k, LINK_STATE_down);
    assert_int_equal(k->link.reconnects, 4);
    assert_int_equal(k->link.resyncs, 1);
    kit_close(k);
}

static void
a_lost_connection_voids_its_books_until_each_comes_anew(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_link(k, LINK_STATE_down);
    assert_int_equal(k->link.state, LINK_STATE_down);
    assert_int_equal(kit_said(k, TYPE_book_status), 2);
    kit_wait(k, 2000);
    assert_false(kit_ask(k, &ask));
    kit_link(k, LINK_STATE_up);
    assert_true(kit_ask(k, &ask));
    assert_non_null(strstr(k->text, "\"type\":\"market\""));
    kit_forget(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1, true));
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    kit_close(k);
}

static void
books_of_a_silent_connection_are_stale_until_it_speaks(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_wait(k, 14000);
    feed_on_alive(k->f, 0, &k->in);
    kit_wait(k, 14000);
    assert_int_equal(kit_said(k, TYPE_book_status), 0);
    kit_wait(k, 2000);
    assert_int_equal(kit_said(k, TYPE_book_status), 2);
    assert_int_equal(k->status.state, BOOK_STATE_stale);
    assert_int_equal(k->link.state, LINK_STATE_connecting);
    /* A status that comes late must not be of a book that was told. */
    uint64_t epoch = k->status.epoch;
    assert_true(epoch > k->snapshot.epoch);
    kit_forget(k);
    kit_frame(k, "[]");
    assert_int_equal(k->snapshot.epoch, epoch);
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 2);
    assert_int_equal(k->link.state, LINK_STATE_up);
    kit_close(k);
}

static void
a_connection_that_brings_nothing_while_books_are_awaited_is_renewed(
    void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;
    bool renewed = false;

    (void)state;
    kit_live(k);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, BUY("0.46", "9"),
                            BIDS_1, ASKS_1, false));
    for (int i = 0; i < 20 && !renewed; i++) {
        kit_wait(k, 1000);
        feed_on_alive(k->f, 0, &k->in);
        while (kit_ask(k, &ask))
            renewed = renewed || ask.kind == FEED_ASK_RECONNECT;
    }
    assert_true(renewed);
    assert_true(kit_count(k, FEED_resync_late) >= 1);
    kit_close(k);
}

static void
a_book_that_keeps_failing_is_asked_for_ever_more_rarely(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;
    unsigned asked[2] = { 0, 0 };

    (void)state;
    kit_live(k);
    for (int half = 0; half < 2; half++)
        for (int i = 0; i < 400; i++) {
            kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7 + i,
                                    BUY("0.46", "9"), "", "", false));
            kit_forget(k);
            kit_wait(k, 100);
            while (kit_ask(k, &ask))
                if (strstr(k->text, "\"operation\":\"subscribe\"")) {
                    asked[half]++;
                    kit_frame(k, kit_book(COND_A, YES_A, START_MS + 7 + i,
                                          BIDS_1, ASKS_1, true));
                }
            kit_forget(k);
        }
    assert_true(asked[0] >= 4);
    assert_true(asked[1] <= asked[0]);
    assert_true(asked[1] <= 4);
    kit_close(k);
}

static void
new_tokens_go_to_a_second_connection_when_the_first_is_full(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    k->conf.assets_per_connection = 2;
    kit_live(k);
    assert_true(kit_page(k, PAGE(
        EVENT("77", MARKET(COND_A, YES_A, NO_A, ""), "") ","
        EVENT("78", MARKET(COND_B, YES_B, NO_B, ""), ""))));
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.kind, FEED_ASK_CONNECT);
    assert_int_equal(ask.connection, 1);
    feed_on_link(k->f, 1, LINK_STATE_up, &k->in, k->out);
    kit_hear(k);
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.connection, 1);
    assert_string_equal(k->text, "{\"assets_ids\":[\"" YES_B "\",\"" NO_B
        "\"],\"type\":\"market\",\"custom_feature_enabled\":true}");
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
  a_wrong_hash_is_told_at_once_and_asked_for_again_when_nothing_mends_it),
        cmocka_unit_test(what_a_book_from_rest_already_had_is_no_wrong_hash),
        cmocka_unit_test(the_rest_of_a_batch_heals_a_wrong_hash),
        cmocka_unit_test(
            three_fresh_books_with_a_wrong_hash_exclude_the_token_alone),
        cmocka_unit_test(
            a_connection_tried_anew_is_in_sync_with_all_its_books_in_time),
        cmocka_unit_test(
            a_lost_connection_voids_its_books_until_each_comes_anew),
        cmocka_unit_test(
            books_of_a_silent_connection_are_stale_until_it_speaks),
        cmocka_unit_test(
            a_connection_that_brings_nothing_while_books_are_awaited_is_renewed
        ),
        cmocka_unit_test(
            a_book_that_keeps_failing_is_asked_for_ever_more_rarely),
        cmocka_unit_test(
            new_tokens_go_to_a_second_connection_when_the_first_is_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
