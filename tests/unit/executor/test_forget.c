/* test_forget - runs that last: markets that are over make room, those of what
 * is held stay until it is paid */
#include "tests/unit/executor/floor.h"

enum { ROOM = 16, ENDED = 10 * ROOM };

/* The floor's ten markets nearly fill it. */
static struct floor *
small_floor(void)
{
    struct floor *f = floor_new();

    f->conf.markets_max = ROOM;
    floor_again(f);
    assert_true(executor_is_ready(f->x));
    return f;
}

static void
end_market(struct floor *f, const struct market *m, int64_t payout,
               bool final)
{
    struct resolution r = { .market = m->market, .payout_yes = { payout },
                            .final = final };

    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
}

/* Others come and go, far more than there is room for. */
static void
others_pass(struct floor *f, uint32_t first)
{
    for (uint32_t n = first; n < first + ENDED; n++)
        floor_other(f, n);
    assert_int_equal(floor_counter(f, EXECUTOR_full), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_bad_in), 0);
}

static void
assert_at_rest(struct floor *f)
{
    floor_run(f, 3000);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_refused), 0);
}

static void
what_is_held_is_paid_after_ten_times_its_room_passed(void **state)
{
    struct floor *f = small_floor();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    assert_int_equal(f->token[0].shares, 100 * MICROS);
    for (uint32_t i = 0; i < 4; i++) /* Over, but not the last word. */
        end_market(f, &f->market[i], 0, false);
    others_pass(f, 0);
    assert_true(floor_counter(f, EXECUTOR_forgotten) > ENDED - ROOM);
    assert_int_equal(f->settles, 0);
    for (uint32_t i = 0; i < 4; i++)
        end_market(f, &f->market[i], i == 2 ? MICROS : 0, true);
    floor_run(f, 100);
    assert_int_equal(f->settles, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(f->token[2 * i].shares, 0);
    assert_at_rest(f);
    floor_destroy(f);
}

static void
what_was_paid_is_forgotten_and_the_rest_is_traded(void **state)
{
    struct floor *f = small_floor();
    uint32_t asked;

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    for (uint32_t i = 0; i < 4; i++) {
        f->unlisted[i] = f->resolved[i] = true;
        f->market[i].open = false;
        end_market(f, &f->market[i], i == 2 ? MICROS : 0, true);
    }
    floor_run(f, 100);
    assert_int_equal(f->settles, 4);
    others_pass(f, 0);
    floor_run(f, 11000);
    floor_open(f, 2, 'a'); /* Nobody knows it any more. */
    floor_run(f, 500);
    assert_int_not_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    asked = f->auths;
    floor_open(f, 3, 'c');
    floor_run(f, 500);
    assert_int_equal(f->auths, asked + 1);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->token[10].shares, 100 * MICROS);
    assert_at_rest(f);
    floor_destroy(f);
}

static void
a_market_of_an_open_group_stays(void **state)
{
    struct floor *f = small_floor();

    (void)state;
    floor_book(f, 8, 0, 45, 60);
    floor_book(f, 9, 0, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    assert_int_equal(executor_open(f->x), 1);
    f->market[4].open = false; /* Closed before anything was filled. */
    floor_now(f, SOURCE_feed, 0, &market_schema, &f->market[4]);
    others_pass(f, 0);
    floor_run(f, 2000);
    assert_int_equal(f->token[8].shares, f->token[9].shares);
    others_pass(f, ENDED);
    assert_at_rest(f);
    floor_destroy(f);
}

static void
what_feed_does_not_list_makes_room_unless_held(void **state)
{
    struct floor *f = small_floor();
    struct heartbeat beat = { .ready = true };

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    for (uint32_t i = 0; i < 9; i++)
        f->unlisted[i] = true; /* All but "d", though open. */
    f->feed_run++;
    floor_now(f, SOURCE_feed, 0, &heartbeat_schema, &beat);
    floor_run(f, 100);
    for (uint32_t n = 0; n < 11; n++) { /* 4 + 1 + 11 = ROOM. */
        struct market m = f->market[4];

        m.market.s[0] = (char)('A' + n);
        m.event.s[0] = (char)('A' + n);
        m.yes = floor_hash(1000 + 2 * n);
        m.no = floor_hash(1001 + 2 * n);
        floor_now(f, SOURCE_feed, 0, &market_schema, &m);
    }
    assert_int_equal(floor_counter(f, EXECUTOR_full), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_forgotten), 5);
    end_market(f, &f->market[3], MICROS, true);
    floor_run(f, 100);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->token[6].shares, 0);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_is_paid_after_ten_times_its_room_passed),
        cmocka_unit_test(what_was_paid_is_forgotten_and_the_rest_is_traded),
        cmocka_unit_test(a_market_of_an_open_group_stays),
        cmocka_unit_test(what_feed_does_not_list_makes_room_unless_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
