/* test_held - what became of the markets of what is held, though nobody told */
#include "tests/unit/executor/floor.h"

/* The market resolves while feed is down: it is not listed any more. */
static void
end_market(struct floor *f, uint32_t i, int64_t payout)
{
    f->unlisted[i] = true;
    f->resolved[i] = true;
    f->market[i].open = false;
    f->resolution[i] = (struct resolution){
        .market = f->market[i].market, .payout_yes = { payout },
        .final = true };
}

static void
feed_again(struct floor *f)
{
    struct heartbeat beat = { .ready = true };

    f->feed_run++;
    floor_now(f, SOURCE_feed, 0, &heartbeat_schema, &beat);
}

static void
assert_books_agree(struct floor *f)
{
    floor_run(f, 3000);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(f->said_fills, f->fills);
    assert_int_equal(floor_counter(f, EXECUTOR_refused), 0);
}

/* A pair of which one token has 20 of the 60 wanted, and nobody bids. */
static void
fill_half(struct floor *f, uint32_t short_of)
{
    floor_book(f, 8, 0, 45, 60);
    floor_book(f, 9, 0, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    floor_book(f, short_of, 0, short_of == 8 ? 45 : 50, 20);
    floor_run(f, 200);
    floor_book(f, short_of, 0, 99, 20);
}

/* A group whose pair half failed: 40 shares of one token (8 yes, 9 no) stay,
 * as nobody bids for them. */
static void
hold_one_side(struct floor *f, uint32_t token)
{
    fill_half(f, token ^ 1);
    floor_run(f, 150000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->token[token].shares, 40 * MICROS);
    assert_int_equal(f->token[token ^ 1].shares, 0);
}

static void
what_resolved_while_feed_was_down_is_paid_once_it_is_back(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    end_market(f, 0, MICROS);
    end_market(f, 1, 0);
    f->feed_silent = true;
    floor_run(f, 20000);
    assert_int_equal(f->settles, 0);
    f->feed_silent = false;
    feed_again(f);
    floor_run(f, 100);
    assert_int_equal(f->settles, 2);
    assert_int_equal(f->last_settle.cash.micros, 0);
    assert_int_equal(f->token[0].shares, 0);
    assert_int_equal(f->token[1].shares, 0);
    assert_int_equal(f->token[4].shares, 100 * MICROS);
    feed_again(f);
    floor_run(f, 1000);
    floor_again(f);
    floor_run(f, 200000);
    assert_int_equal(f->settles, 2);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
no_shares_are_paid_what_yes_is_not(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    hold_one_side(f, 9);
    uint32_t before = f->settles;
    end_market(f, 4, 0);
    feed_again(f);
    floor_run(f, 100);
    assert_int_equal(f->settles, before + 1);
    assert_true(hash_equal(&f->last_settle.token, &f->market[4].no));
    assert_int_equal(f->last_settle.cash.micros, 40 * MICROS);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
half_a_dollar_is_paid_for_either_answer(void **state)
{
    static const uint32_t sides[] = { 8, 9 };

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct floor *f = floor_new();
        hold_one_side(f, sides[i]);
        uint32_t before = f->settles;
        end_market(f, 4, MICROS / 2);
        floor_again(f); /* Executor was down as well. */
        assert_int_equal(f->settles, before + 1);
        assert_true(hash_equal(&f->last_settle.token,
                               &f->token[sides[i]].token));
        assert_int_equal(f->last_settle.cash.micros, 20 * MICROS);
        assert_string_equal(f->last_settle.market.s, "market-4");
        floor_again(f);
        floor_run(f, 100000);
        assert_int_equal(f->settles, before + 1);
        assert_books_agree(f);
        floor_destroy(f);
    }
}

static void
what_feed_does_not_know_is_asked_for_again_with_growing_pauses(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    end_market(f, 2, MICROS);
    f->unknown = true;
    feed_again(f);
    f->named = 0;
    floor_run(f, 10000); /* 0, 0.5, 1, 2, 4 s after the one before. */
    assert_in_range(f->named, 4, 6);
    f->named = 0;
    floor_run(f, 600000); /* At least every minute. */
    assert_in_range(f->named, 10, 15);
    assert_true(floor_counter(f, EXECUTOR_held_missing) > 10);
    assert_int_equal(f->settles, 0);
    f->unknown = false;
    floor_run(f, 60000);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->last_settle.cash.micros, 100 * MICROS);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
a_question_without_an_answer_is_asked_again(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    end_market(f, 3, MICROS);
    f->feed_silent = true;
    feed_again(f);
    f->named = 0;
    floor_run(f, 30000); /* 8 s for an answer, then 0.5, 1, 2 s. */
    assert_in_range(f->named, 3, 4);
    f->feed_silent = false;
    floor_run(f, 12000);
    assert_int_equal(f->settles, 1);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
an_answer_with_a_hole_is_asked_for_again(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    end_market(f, 3, MICROS);
    f->resolutions_lost = true;
    feed_again(f);
    floor_run(f, 2000);
    f->resolutions_lost = false;
    floor_run(f, 5000);
    assert_int_equal(f->settles, 1);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
all_that_is_held_is_asked_about_now_and_then(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_run(f, 130000);
    assert_int_equal(f->named, 0); /* Nothing is. */
    floor_open(f, 1, 'a');
    floor_run(f, 60000);
    assert_int_equal(f->named, 1);
    assert_int_equal(f->last_named.what, ASKED_universe);
    assert_int_equal(f->last_named.tokens.count, 4);
    /* Told by nobody, and not even feed restarted. */
    end_market(f, 0, 0);
    floor_run(f, 60000);
    assert_int_equal(f->settles, 1);
    floor_run(f, 60000);
    assert_int_equal(f->last_named.tokens.count, 3);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
a_gap_of_feed_is_a_reason_to_ask_but_not_for_ever(void **state)
{
    struct floor *f = floor_new();
    struct gap gap = { SOURCE_feed, 3 };

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    end_market(f, 0, MICROS);
    floor_now(f, SOURCE_executor, 0, &gap_schema, &gap);
    floor_run(f, 100);
    assert_int_equal(f->settles, 1);
    f->named = 0;
    for (int i = 0; i < 1000; i++) {
        floor_now(f, SOURCE_executor, 0, &gap_schema, &gap);
        floor_run(f, 10);
    }
    assert_in_range(f->named, 10, 30);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
tokens_of_open_groups_are_named_before_they_are_held(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->delay_least.ms = f->delay_most.ms = 2000;
    floor_open(f, 1, 'c');
    floor_run(f, 50);
    assert_int_equal(executor_open(f->x), 1);
    feed_again(f);
    floor_run(f, 20);
    assert_int_equal(f->last_named.tokens.count, 4);
    assert_true(hash_equal(&f->last_named.tokens.at[0].token,
                           &f->market[5].yes));
    floor_destroy(f);
}

static void
an_open_group_learns_that_its_market_resolved(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    fill_half(f, 9);
    floor_run(f, 5000);
    assert_int_equal(executor_open(f->x), 1);
    end_market(f, 4, MICROS);
    feed_again(f);
    floor_run(f, 40000);
    assert_int_equal(f->last_execution.reason, REASON_RESOLVED);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_resolve);
    assert_int_equal(f->last_settle.cash.micros, 40 * MICROS);
    assert_books_agree(f);
    floor_destroy(f);
}

static void
a_record_looked_up_does_not_replace_one_that_is_followed(void **state)
{
    struct floor *f = floor_new();
    struct market m = f->market[0];

    (void)state;
    m.rev = 0;
    m.event_size = 0;
    floor_now(f, SOURCE_feed, 0, &market_schema, &m);
    floor_open(f, 1, 'a'); /* Four of four: still known to be all. */
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    floor_destroy(f);
}

/* Looked up, its event has another id than the group knows. */
static void
shares_of_an_open_group_are_not_paid_under_another_event_either(void **state)
{
    struct floor *f = floor_new();
    struct resolution r = { .market = f->market[4].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    text_set(&f->market[4].event, "another");
    floor_again(f);
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    floor_book(f, 9, 43, 50, 20);
    f->delay_least.ms = f->delay_most.ms = 400;
    floor_run(f, 600);
    assert_int_equal(f->last_group.state, GROUP_STATE_preflight);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 50);
    assert_int_equal(executor_open(f->x), 1); /* It waits for books. */
    assert_int_equal(floor_counter(f, EXECUTOR_resolves), 0);
    f->delay_least.ms = f->delay_most.ms = 0;
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.reason, REASON_RESOLVED);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_resolve);
    assert_books_agree(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_resolved_while_feed_was_down_is_paid_once_it_is_back),
        cmocka_unit_test(no_shares_are_paid_what_yes_is_not),
        cmocka_unit_test(half_a_dollar_is_paid_for_either_answer),
        cmocka_unit_test(
            what_feed_does_not_know_is_asked_for_again_with_growing_pauses),
        cmocka_unit_test(a_question_without_an_answer_is_asked_again),
        cmocka_unit_test(an_answer_with_a_hole_is_asked_for_again),
        cmocka_unit_test(all_that_is_held_is_asked_about_now_and_then),
        cmocka_unit_test(a_gap_of_feed_is_a_reason_to_ask_but_not_for_ever),
        cmocka_unit_test(tokens_of_open_groups_are_named_before_they_are_held),
        cmocka_unit_test(an_open_group_learns_that_its_market_resolved),
        cmocka_unit_test(
            a_record_looked_up_does_not_replace_one_that_is_followed),
        cmocka_unit_test(
            shares_of_an_open_group_are_not_paid_under_another_event_either),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
