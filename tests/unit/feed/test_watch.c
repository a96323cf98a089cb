/* test_watch - REST books beside the channel's: what was forgotten, and what
 * is only late */
#include "tests/unit/feed/kit.h"

/* Answers an ask for books with one book of YES_A. */
static void
answer_books(struct kit *k, int64_t ms, const char *bids, const char *asks)
{
    static char s[20000];

    snprintf(s, sizeof s, "[%s]",
             kit_book(COND_A, YES_A, ms, bids, asks, true));
    feed_on_books(k->f, s, strlen(s), &k->in, k->out);
    kit_hear(k);
}

static void
a_quiet_token_is_sampled_and_an_equal_rest_book_keeps_it_young(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_wait(k, 7000);
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.kind, FEED_ASK_BOOKS);
    assert_string_equal(k->text, "[{\"token_id\":\"" YES_A "\"},"
                                 "{\"token_id\":\"" NO_A "\"}]");
    answer_books(k, START_MS, BIDS_1, ASKS_1);
    assert_int_equal(kit_count(k, FEED_rest_equal), 1);
    kit_wait(k, 1000);
    assert_true(kit_ask(k, &ask));
    assert_string_equal(k->text, "[{\"token_id\":\"" NO_A "\"}]");
    assert_int_equal(kit_count(k, FEED_frozen), 0);
    kit_close(k);
}

static void
an_older_rest_book_says_nothing(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    kit_wait(k, 7000);
    answer_books(k, START_MS - 1000, L("0.01", "1"), "");
    kit_wait(k, 5000);
    assert_int_equal(kit_count(k, FEED_rest_old), 1);
    assert_int_equal(kit_count(k, FEED_frozen), 0);
    kit_close(k);
}

/* faults: F-130 */
static void
a_newer_rest_book_that_the_channel_passed_over_means_frozen(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_wait(k, 7000);
    kit_asks_none(k);
    answer_books(k, START_MS + 3000, L("0.01", "1"), "");
    kit_frame(k, kit_book(COND_A, NO_A, START_MS + 3001, "", "", true));
    kit_forget(k);
    kit_wait(k, 1000);
    assert_int_equal(k->said, 0);
    kit_wait(k, 1000);
    assert_int_equal(kit_count(k, FEED_frozen), 1);
    assert_int_equal(k->status.reason, REASON_GAP);
    assert_true(kit_ask(k, &ask));
    assert_non_null(strstr(k->text, "unsubscribe"));
    /* The one asked for may come by REST first. */
    kit_asks_none(k);
    kit_forget(k);
    answer_books(k, START_MS + 3000, L("0.01", "1"), "");
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    kit_close(k);
}

static void
a_channel_that_is_behind_is_no_channel_that_forgets(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    answer_books(k, START_MS + 3000, BIDS_1 "," L("0.46", "9"), ASKS_1);
    for (int i = 1; i <= 4; i++) { /* What it brings is older. */
        kit_wait(k, 800);
        kit_frame(k, kit_book(COND_A, NO_A, START_MS + i * 700, "", "",
                              true));
    }
    assert_int_equal(kit_count(k, FEED_frozen), 0);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 3000, BUY("0.46", "9"),
                            BIDS_1 "," L("0.46", "9"), ASKS_1, true));
    kit_wait(k, 6000);
    assert_int_equal(kit_count(k, FEED_frozen), 0);
    kit_close(k);
}

static void
a_channel_that_brings_nothing_new_is_judged_in_the_end(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    answer_books(k, START_MS + 3000, L("0.01", "1"), "");
    kit_wait(k, 4000);
    assert_int_equal(kit_count(k, FEED_frozen), 0);
    kit_wait(k, 1000);
    assert_int_equal(kit_count(k, FEED_frozen), 1);
    kit_close(k);
}

static void
after_a_standstill_of_our_own_what_waits_is_heard_before_we_judge(
    void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;
    const char *awaited = NULL;

    (void)state;
    kit_live(k);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, BUY("0.46", "9"),
                            BIDS_1, ASKS_1, false));
    kit_wait(k, 600);
    while (kit_ask(k, &ask))
        if (strstr(k->text, "\"operation\":\"subscribe\""))
            awaited = YES_A;
    assert_non_null(awaited);
    k->in.mono.ns += INT64_C(20000000000);
    k->in.wall.ns += INT64_C(20000000000);
    kit_wait(k, 50);
    assert_int_equal(kit_count(k, FEED_resync_late), 0);
    while (kit_ask(k, &ask))
        assert_int_not_equal(ask.kind, FEED_ASK_RECONNECT);
    kit_forget(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS + 9, BIDS_1, ASKS_1, true));
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 2); /* NO was stale. */
    kit_close(k);
}

static void
a_rest_book_ahead_is_forgiven_when_the_channel_catches_up(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    answer_books(k, START_MS + 7, BIDS_1 "," L("0.46", "9"), ASKS_1);
    kit_wait(k, 500);
    kit_frame(k, kit_change(COND_A, YES_A, START_MS + 7, BUY("0.46", "9"),
                            BIDS_1 "," L("0.46", "9"), ASKS_1, true));
    kit_wait(k, 3000);
    assert_int_equal(kit_count(k, FEED_frozen), 0);
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_quiet_token_is_sampled_and_an_equal_rest_book_keeps_it_young),
        cmocka_unit_test(an_older_rest_book_says_nothing),
        cmocka_unit_test(
            a_newer_rest_book_that_the_channel_passed_over_means_frozen),
        cmocka_unit_test(a_channel_that_is_behind_is_no_channel_that_forgets),
        cmocka_unit_test(
            a_channel_that_brings_nothing_new_is_judged_in_the_end),
        cmocka_unit_test(
            after_a_standstill_of_our_own_what_waits_is_heard_before_we_judge),
        cmocka_unit_test(
            a_rest_book_ahead_is_forgiven_when_the_channel_catches_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
