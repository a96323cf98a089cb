/* test_scanner - the engine around the strategies: frames, lost messages, a
 * feed that comes and goes */
#include "tests/unit/scanner/world.h"

static void
a_frame_is_looked_at_once_when_it_ends(void **state)
{
    struct world *w = world_open_pair();
    struct book_delta yes, no;
    uint64_t looks;

    (void)state;
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 610000, 100);
    assert_int_equal(w->told, 0);
    looks = world_count(w, SCANNER_looks);
    no = world_delta(w, 1, SIDE_sell, 570000, 100);
    yes = world_delta(w, 0, SIDE_sell, 400000, 0);
    no.more = true;
    WORLD_SAY(w, book_delta, &no); /* In between it would pay. */
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_looks), looks);
    WORLD_SAY(w, book_delta, &yes);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_looks), looks + 2);
    world_close(w);
}

static void
an_answer_in_the_middle_of_a_frame_does_not_end_it(void **state)
{
    struct world *w = world_open_pair();
    struct book_delta no;

    (void)state;
    world_event(w, "other", 1, 1);
    world_tick(w);
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 610000, 100);
    no = world_delta(w, 1, SIDE_sell, 570000, 100);
    no.more = true;
    WORLD_SAY(w, book_delta, &no);
    world_answer_book(w, w->req[1], 2, 500000);
    world_tick(w);
    assert_int_equal(w->told, 0);
    world_change(w, 0, SIDE_sell, 400000, 0);
    assert_int_equal(w->told, 0);
    world_close(w);
}

/* Of two messages of it the first, however late they are looked at; of what
 * was asked for there is none. */
static void
an_opportunity_knows_when_its_frame_was_received(void **state)
{
    struct world *w = world_open_pair();
    struct book_delta no, yes;
    int64_t wall = w->in.wall.ns;

    (void)state;
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 610000, 100);
    no = world_delta(w, 1, SIDE_sell, 570000, 100);
    yes = world_delta(w, 0, SIDE_sell, 399000, 100);
    no.received.ns = wall - 150000000;
    no.more = true;
    WORLD_SAY(w, book_delta, &no);
    WORLD_SAY(w, book_delta, &yes);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].frame.ns, wall - 150000000);
    assert_int_equal(w->opportunity[0].opened.ns, wall);
    world_close(w);

    w = world_open_pair();
    world_tick(w);
    world_answer_book(w, w->req[w->asked - 1], 0, 400000);
    world_answer_book(w, w->req[w->asked - 1], 1, 570000);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].frame.ns, 0);
    world_close(w);
}

static void
only_the_event_that_was_touched_is_looked_at(void **state)
{
    struct world *w = world_open();
    uint64_t looks;

    (void)state;
    world_start(w);
    world_heartbeat(w);
    world_event(w, "e1", 0, 3);
    world_event(w, "e2", 3, 3);
    looks = world_count(w, SCANNER_looks);
    world_book(w, 2, 100000, 200000, 100);
    /* A once, B both ways of the one market. */
    assert_int_equal(world_count(w, SCANNER_looks), looks + 3);
    world_close(w);
}

/* faults: F-071 */
static void
lost_messages_void_every_book_and_close_everything(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_fill_pair(w);
    assert_int_equal(w->told, 1);
    world_forget(w);
    world_lose(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_GAP);
    assert_false(scanner_book(w->x, 0)->usable);
    assert_false(scanner_book(w->x, 1)->usable);
    assert_false(scanner_is_ready(w->x));
    world_tick(w);
    assert_int_equal(w->asked, 2);
    assert_int_equal(w->request[0].what, ASKED_universe);
    assert_int_equal(w->request[1].tokens.count, 2);
    /* Nothing opens from changes behind the hole; books bring it back. */
    world_change(w, 0, SIDE_sell, 400000, 90);
    world_change(w, 1, SIDE_sell, 570000, 90);
    assert_int_equal(w->told, 1);
    world_fill_pair(w);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[1].state, OPP_STATE_opened);
    world_close(w);
}

static void
a_gap_of_somebody_else_is_none_of_ours(void **state)
{
    struct world *w = world_open_pair();
    struct gap m = { .src = SOURCE_riskd, .lost = 9 };

    (void)state;
    world_fill_pair(w);
    WORLD_SAY(w, gap, &m);
    assert_true(scanner_book(w->x, 0)->usable);
    world_close(w);
}

/* faults: F-076 F-077 */
static void
a_new_run_of_feed_starts_over_and_the_old_one_is_not_heard(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    w->in.run = 6;
    w->epoch = UINT64_C(6) << 24;
    world_heartbeat(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_GAP);
    world_forget(w);
    w->in.run = 5;
    world_fill_pair(w);
    assert_int_equal(w->told, 0);
    assert_false(scanner_book(w->x, 0)->usable);
    w->in.run = 6;
    memset(w->seq, 0, sizeof w->seq);
    world_fill_pair(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].legs.at[0].book_run, 6);
    world_close(w);
}

/* faults: F-027 F-090 */
static void
a_silent_feed_closes_everything_and_nothing_opens_until_it_is_back(
    void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    world_wait(w, 1500);
    world_tick(w);
    assert_int_equal(w->told, 0);
    world_wait(w, 1);
    world_tick(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_FEED_DOWN);
    assert_false(scanner_is_ready(w->x));
    world_tick(w);
    assert_int_equal(w->told, 1);
    /* Back without a loss: the books still hold, one pass finds it. */
    world_heartbeat(w);
    assert_int_equal(w->told, 1);
    world_tick(w);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[1].state, OPP_STATE_opened);
    assert_int_equal(world_count(w, SCANNER_sweep_found), 0);
    world_close(w);
}

static void
the_slow_pass_looks_at_every_event_once_in_its_time(void **state)
{
    struct world *w = world_open();
    uint64_t passes, looks;

    (void)state;
    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < 60; i++) {
        char name[8] = { 'e', (char)('0' + i / 10), (char)('0' + i % 10) };

        world_event(w, name, i, 1);
    }
    world_tick(w);
    passes = world_count(w, SCANNER_sweeps);
    assert_int_equal(passes, 1); /* The fast one. */
    looks = world_count(w, SCANNER_looks);
    for (int i = 0; i <= 600; i++) {
        world_wait(w, 50);
        world_heartbeat(w);
        world_tick(w);
        assert_true(world_count(w, SCANNER_looks) - looks <=
                    2 * ((uint64_t)i / 10 + 2));
    }
    assert_int_equal(world_count(w, SCANNER_sweeps), passes + 1);
    assert_int_equal(world_count(w, SCANNER_looks), looks + 120);
    assert_int_equal(world_count(w, SCANNER_sweep_found), 0);
    world_close(w);
}

static void
more_openings_than_fit_a_turn_follow_at_the_next(void **state)
{
    struct world *w = world_open();

    (void)state;
    w->own.opportunities_max = 200;
    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < 100; i++) {
        char name[8] = { 'e', (char)('0' + i / 10), (char)('0' + i % 10) };

        world_event(w, name, i, 1);
    }
    for (uint32_t token = 0; token < 200; token++) {
        struct book_snapshot m = world_snapshot(w, token, 0, 480000, 100);

        m.more = token < 199;
        WORLD_SAY(w, book_snapshot, &m);
    }
    assert_in_range(w->told, 1, 99);
    for (int i = 0; i < 10; i++)
        world_tick(w);
    assert_int_equal(w->told, 100);
    assert_int_equal(scanner_open_count(w->x), 100);
    assert_int_equal(world_count(w, SCANNER_not_opened), 0);
    world_forget(w);
    world_lose(w);
    for (int i = 0; i < 10; i++)
        world_tick(w);
    assert_int_equal(w->told, 100);
    assert_int_equal(scanner_open_count(w->x), 0);
    world_close(w);
}

static void
closing_all_takes_as_many_calls_as_it_needs(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    assert_false(scanner_rest(w->x, &w->in, w->out));
    assert_false(scanner_close_all(w->x, REASON_FEED_DOWN, &w->in, w->out));
    world_take(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
    world_close(w);
}

/* faults: F-028 */
static void
what_was_open_before_a_restart_is_closed_at_the_first_tick(void **state)
{
    struct world *w = world_open();
    struct opportunity m = { .rev = 2, .state = OPP_STATE_updated };

    (void)state;
    m.scan_id.b[3] = 1;
    world_start(w);
    scanner_recall_opportunity(w->x, &m, &w->in);
    world_tick(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_RESTARTED);
    assert_int_equal(w->opportunity[0].rev, 3);
    world_close(w);
}

static void
strangers_are_counted_and_change_nothing(void **state)
{
    struct world *w = world_open_pair();
    struct resolution r = { .final = true };
    struct market m = world_market(0, "elsewhere", 0, 1);

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    world_change(w, 400, SIDE_buy, 500000, 1);
    world_book(w, 401, 400000, 500000, 1);
    assert_int_equal(world_count(w, SCANNER_unknown_token), 2);
    text_set(&r.market, "nobody");
    WORLD_SAY(w, resolution, &r);
    assert_int_equal(world_count(w, SCANNER_bad_input), 1);
    assert_int_equal(w->told, 0);
    /* A market that turns into another one is no longer traded. */
    WORLD_SAY(w, market, &m);
    assert_int_equal(world_count(w, SCANNER_markets_refused), 1);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_CLOSED);
    world_close(w);
}

/* Any messages whatever, in any order: nothing breaks, nothing overflows. */
static void
noise_is_survived(void **state)
{
    struct world *w = world_open();
    static const int64_t odd[] = { 0, 1, -1, 400000, 999999, MICROS,
                                   INT64_MAX, INT64_MIN, 570000 };
    uint64_t seed = 3;

    (void)state;
    world_start(w);
    for (int i = 0; i < 30000; i++) {
        uint32_t r[6];

        for (int k = 0; k < 6; k++) {
            seed = seed * UINT64_C(6364136223846793005) +
                   UINT64_C(1442695040888963407);
            r[k] = (uint32_t)(seed >> 33);
        }
        struct hash token = world_token(r[1] % 12);
        struct market market = world_market(r[1] % 6, "e", r[2] % 5, r[3] % 5);
        struct book_delta d = { .token = token, .epoch = r[2] % 4,
            .book_seq = r[3] % 8, .side = r[4] % 3,
            .price = { odd[r[5] % 9] }, .size = { odd[r[2] % 9] },
            .received = { odd[r[3] % 9] }, .more = r[4] % 5 == 0 };
        struct book_snapshot s = { .token = token, .epoch = r[2] % 4,
            .book_seq = r[3] % 8, .parts = r[4] % 3, .part = r[5] % 3,
            .received = { odd[r[3] % 9] }, .more = r[4] % 5 == 0 };
        struct book_status b = { .token = token, .epoch = r[2] % 4,
            .state = r[3] % 5, .reason = r[4] % 20 };

        s.asks.count = 1;
        s.asks.at[0] = (struct level){ { odd[r[5] % 9] }, { 1 } };
        market.ends.ns = odd[r[4] % 9];
        market.liquidity.micros = odd[r[5] % 9];
        market.fee_rate.ppm = odd[r[2] % 9];
        w->in.run = 5 + (r[0] >> 8) % 100 / 98;
        w->in.req = r[5] % 9 == 0 ? r[4] % 5 : 0;
        world_wait(w, r[1] % 40);
        switch (r[0] % 8) {
        case 0: WORLD_SAY(w, market, &market); break;
        case 1: WORLD_SAY(w, book_status, &b); break;
        case 2: world_tick(w); break;
        case 7: world_heartbeat(w); break;
        case 3: case 4: WORLD_SAY(w, book_snapshot, &s); break;
        default: WORLD_SAY(w, book_delta, &d); break;
        }
        world_forget(w);
    }
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_looked_at_once_when_it_ends),
        cmocka_unit_test(an_answer_in_the_middle_of_a_frame_does_not_end_it),
        cmocka_unit_test(an_opportunity_knows_when_its_frame_was_received),
        cmocka_unit_test(only_the_event_that_was_touched_is_looked_at),
        cmocka_unit_test(lost_messages_void_every_book_and_close_everything),
        cmocka_unit_test(a_gap_of_somebody_else_is_none_of_ours),
        cmocka_unit_test(
            a_new_run_of_feed_starts_over_and_the_old_one_is_not_heard),
        cmocka_unit_test(
            a_silent_feed_closes_everything_and_nothing_opens_until_it_is_back),
        cmocka_unit_test(the_slow_pass_looks_at_every_event_once_in_its_time),
        cmocka_unit_test(more_openings_than_fit_a_turn_follow_at_the_next),
        cmocka_unit_test(closing_all_takes_as_many_calls_as_it_needs),
        cmocka_unit_test(
            what_was_open_before_a_restart_is_closed_at_the_first_tick),
        cmocka_unit_test(strangers_are_counted_and_change_nothing),
        cmocka_unit_test(noise_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
