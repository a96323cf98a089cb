/* test_recorder - the recorder's engine: asks, keeps, acknowledges, and asks
 * again after whatever went wrong; driven by messages, without sockets. */
#include "recorder/recorder.h"

#include "common/digest.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct recorder *r;
    struct outbox *out;
    struct input in;
};

static const struct recorder_conf conf = {
    .batch_rows = 4, .answer_wait = { 100 }, .retry = { 100 },
    .sample = { 1000 },
};

static int
set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->r = recorder_new(&conf);
    w->out = outbox_new(SOURCE_recorder, 1 << 20, 64);
    w->in.mono.ns = 1000000000;
    w->in.own_run = 1;
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *w = *state;
    recorder_destroy(&w->r);
    outbox_destroy(&w->out);
    free(w);
    return 0;
}

static void
tick(struct world *w, int64_t ms)
{
    static const struct tick t = { 0 };
    w->in.mono.ns += ms * 1000000;
    w->in.src = SOURCE_recorder;
    outbox_clear(w->out);
    recorder_on_tick(w->r, &t, &w->in, w->out);
}

static void
beat(struct world *w, enum source src, uint64_t head)
{
    struct heartbeat m = { .facts_head = head };
    w->in.src = src;
    w->in.run = 1;
    recorder_on_heartbeat(w->r, &m, &w->in, w->out);
}

static void
record(struct world *w, enum source src, uint64_t n)
{
    static struct log_record m;
    m.n = n;
    m.type = TYPE_risk_event;
    m.body.size = 3;
    memcpy(m.body.b, "abc", 3);
    w->in.src = src;
    recorder_on_log_record(w->r, &m, &w->in, w->out);
}

/* The log_request said since the last tick, NULL when none. */
static const struct log_request *
asked(const struct world *w, enum source of)
{
    for (size_t i = 0; i < outbox_count(w->out); i++) {
        const struct said *s = outbox_at(w->out, i);
        if (s->schema == &log_request_schema && s->to.peer == of)
            return s->msg;
    }
    return NULL;
}

static void
resume_at(struct world *w, uint64_t committed)
{
    uint64_t at[OWNERS] = { committed, committed, committed };
    recorder_resume(w->r, at);
}

/* More than one answer holds: the rest is asked for as soon as it came, not
 * when the owner has been silent for answer_wait. */
static void
a_large_batch_is_asked_for_answer_by_answer(void **state)
{
    struct world *w = *state;
    struct recorder_conf large = conf;
    struct batch b;

    recorder_destroy(&w->r);
    large.batch_rows = 1200;
    w->r = recorder_new(&large);
    resume_at(w, 0);
    beat(w, SOURCE_riskd, 5000);
    tick(w, 50);
    for (uint64_t n = 1; n <= 1200; n++) {
        if (n == 1 || n == 501 || n == 1001) {
            const struct log_request *m = asked(w, SOURCE_riskd);
            assert_non_null(m);
            assert_int_equal(m->from, n);
            assert_int_equal(m->max, n == 1001 ? 200 : 500);
            outbox_clear(w->out);
        }
        assert_false(recorder_batch(w->r, &b));
        record(w, SOURCE_riskd, n);
    }
    assert_true(recorder_batch(w->r, &b));
    assert_int_equal(b.count, 1200);
    assert_null(asked(w, SOURCE_riskd));
}

/* Who has not been heard may have a day nobody told of; so may the last few
 * records, which in a quiet night are hours. */
static void
it_is_level_when_every_owner_is_heard_and_written(void **state)
{
    struct world *w = *state;
    struct batch b;

    resume_at(w, 7);
    assert_false(recorder_is_level(w->r));
    beat(w, SOURCE_scanner, 7);
    beat(w, SOURCE_executor, 7);
    assert_false(recorder_is_level(w->r));
    beat(w, SOURCE_riskd, 8);
    assert_false(recorder_is_level(w->r));
    tick(w, 50);
    record(w, SOURCE_riskd, 8);
    assert_true(recorder_batch(w->r, &b));
    assert_false(recorder_is_level(w->r));
    recorder_committed(w->r, &b, w->out);
    assert_true(recorder_is_level(w->r));
}

static void
nothing_is_asked_before_the_cursors_are_known(void **state)
{
    struct world *w = *state;
    beat(w, SOURCE_riskd, 10);
    tick(w, 50);
    assert_null(asked(w, SOURCE_riskd));
    resume_at(w, 7);
    tick(w, 50);
    assert_non_null(asked(w, SOURCE_riskd));
    assert_int_equal(asked(w, SOURCE_riskd)->from, 8);
}

static void
a_full_batch_is_ready_and_moves_the_cursor_once_committed(void **state)
{
    struct world *w = *state;
    struct batch b;
    resume_at(w, 0);
    beat(w, SOURCE_riskd, 9);
    tick(w, 50);
    for (uint64_t n = 1; n <= 4; n++) {
        assert_false(recorder_batch(w->r, &b));
        record(w, SOURCE_riskd, n);
    }
    assert_true(recorder_batch(w->r, &b));
    assert_int_equal(b.first, 1);
    assert_int_equal(b.last, 4);
    assert_int_equal(b.at[2].crc, crc32c(0, "abc", 3));
    outbox_clear(w->out);
    recorder_committed(w->r, &b, w->out);
    assert_int_equal(outbox_count(w->out), 1);
    const struct log_ack *ack = outbox_at(w->out, 0)->msg;
    assert_int_equal(ack->committed, 4);
    tick(w, 50);
    assert_int_equal(asked(w, SOURCE_riskd)->from, 5);
}

static void
a_partial_answer_is_written_after_the_wait(void **state)
{
    struct world *w = *state;
    struct batch b;
    resume_at(w, 0);
    beat(w, SOURCE_scanner, 3);
    tick(w, 50);
    record(w, SOURCE_scanner, 1);
    tick(w, 50);
    assert_false(recorder_batch(w->r, &b));
    tick(w, 60);
    assert_true(recorder_batch(w->r, &b));
    assert_int_equal(b.last, 1);
}

/* faults: F-094 */
static void
a_lost_request_is_asked_again(void **state)
{
    struct world *w = *state;
    resume_at(w, 0);
    beat(w, SOURCE_executor, 2);
    tick(w, 50);
    assert_non_null(asked(w, SOURCE_executor));
    tick(w, 50);
    assert_null(asked(w, SOURCE_executor));
    tick(w, 60);
    assert_non_null(asked(w, SOURCE_executor));
}

/* faults: F-094 */
/* Facts wait on their owners' disks: here nothing grows with them. */
static void
an_outage_takes_no_memory_however_many_facts_wait(void **state)
{
    struct world *w = *state;
    resume_at(w, 0);
    beat(w, SOURCE_riskd, 1);
    tick(w, 50);
    recorder_suspend(w->r);
    size_t before = mallinfo2().uordblks;
    for (uint64_t n = 1; n <= 1000000; n++) {
        if (n % 1000 == 1) {
            beat(w, SOURCE_riskd, n + 1000000);
            tick(w, 50);
            assert_null(asked(w, SOURCE_riskd));
        }
        record(w, SOURCE_riskd, n);
    }
    assert_int_equal(mallinfo2().uordblks, before);
    resume_at(w, 0);
    tick(w, 50);
    assert_int_equal(asked(w, SOURCE_riskd)->from, 1);
}

static void
holes_and_repetitions_never_reach_a_batch(void **state)
{
    struct world *w = *state;
    struct batch b;
    resume_at(w, 0);
    beat(w, SOURCE_riskd, 4);
    tick(w, 50);
    record(w, SOURCE_riskd, 1);
    record(w, SOURCE_riskd, 1);
    record(w, SOURCE_riskd, 3);
    record(w, SOURCE_riskd, 2);
    record(w, SOURCE_riskd, 3);
    record(w, SOURCE_riskd, 4);
    assert_true(recorder_batch(w->r, &b));
    for (uint32_t i = 0; i < b.count; i++)
        assert_int_equal(b.at[i].n, i + 1);
    const uint64_t *c = recorder_counters(w->r);
    assert_int_equal(c[RECORDER_records_again], 1);
    assert_int_equal(c[RECORDER_records_hole], 1);
}

/* faults: F-105 */
static void
a_suspended_recorder_forgets_and_starts_from_the_new_cursors(void **state)
{
    struct world *w = *state;
    struct batch b;
    resume_at(w, 0);
    beat(w, SOURCE_riskd, 8);
    tick(w, 50);
    for (uint64_t n = 1; n <= 4; n++)
        record(w, SOURCE_riskd, n);
    recorder_suspend(w->r);
    assert_false(recorder_batch(w->r, &b));
    record(w, SOURCE_riskd, 5);
    resume_at(w, 4); /* The commit had happened after all. */
    assert_int_equal(recorder_counters(w->r)[RECORDER_failures], 1);
    assert_int_equal(recorder_counters(w->r)[RECORDER_reconnects], 2);
    tick(w, 50);
    assert_int_equal(asked(w, SOURCE_riskd)->from, 5);
}

static void
a_stopped_stream_stays_stopped_and_the_others_go_on(void **state)
{
    struct world *w = *state;
    resume_at(w, 0);
    recorder_stop(w->r, OWNER_riskd);
    assert_int_equal(recorder_counters(w->r)[RECORDER_records_bad], 1);
    beat(w, SOURCE_riskd, 8);
    beat(w, SOURCE_scanner, 8);
    tick(w, 50);
    assert_null(asked(w, SOURCE_riskd));
    assert_non_null(asked(w, SOURCE_scanner));
    resume_at(w, 0);
    tick(w, 500);
    assert_null(asked(w, SOURCE_riskd));
}

static void
a_batch_never_outgrows_its_memory(void **state)
{
    struct world *w = *state;
    static struct log_record m;
    struct batch b;
    resume_at(w, 0);
    beat(w, SOURCE_riskd, 1000);
    tick(w, 50);
    m.type = TYPE_risk_event;
    m.body.size = BYTES_CAP;
    w->in.src = SOURCE_riskd;
    for (m.n = 1; m.n <= 4; m.n++)
        recorder_on_log_record(w->r, &m, &w->in, w->out);
    assert_true(recorder_batch(w->r, &b));
    assert_true(b.count >= 1 && b.count < 4);
}

/* The id of the request for the universe said since the last tick, 0 = none. */
static uint64_t
universe_asked(const struct world *w)
{
    for (size_t i = 0; i < outbox_count(w->out); i++)
        if (outbox_at(w->out, i)->schema == &snapshot_request_schema)
            return outbox_at(w->out, i)->to.req;
    return 0;
}

/* So many of the markets (and one resolution) that feed says it sent. */
static void
answer_universe(struct world *w, uint64_t req, uint64_t markets,
                uint64_t sent)
{
    static struct market m;
    const struct resolution resolved = { .final = true };
    const struct snapshot_end end = { ASKED_universe, sent, 0, 1 };
    w->in.src = SOURCE_feed;
    w->in.req = req;
    for (uint64_t i = 0; i < markets; i++)
        recorder_on_market(w->r, &m, &w->in, w->out);
    recorder_on_resolution(w->r, &resolved, &w->in, w->out);
    recorder_on_snapshot_end(w->r, &end, &w->in, w->out);
    w->in.req = 0;
}

/* With a request for the universe under way. */
static uint64_t
ask_universe(struct world *w)
{
    beat(w, SOURCE_feed, 0);
    resume_at(w, 0);
    tick(w, 50);
    uint64_t req = universe_asked(w);
    assert_true(req > 0);
    return req;
}

static void
a_whole_universe_is_not_asked_for_again(void **state)
{
    struct world *w = *state;
    answer_universe(w, ask_universe(w), 3, 4);
    for (int i = 0; i < 20; i++) {
        tick(w, 1000);
        assert_int_equal(universe_asked(w), 0);
    }
    assert_int_equal(recorder_counters(w->r)[RECORDER_universe_short], 0);
}

static void
a_universe_that_lost_a_market_on_the_way_is_asked_for_again(void **state)
{
    struct world *w = *state;
    const struct market published = { .rev = 2 };
    uint64_t req = ask_universe(w);
    /* One that everybody hears is none of the answer. */
    w->in.src = SOURCE_feed;
    recorder_on_market(w->r, &published, &w->in, w->out);
    answer_universe(w, req, 2, 4);
    assert_int_equal(recorder_counters(w->r)[RECORDER_universe_short], 1);
    tick(w, 4000);
    assert_int_equal(universe_asked(w), 0);
    tick(w, 1000);
    req = universe_asked(w);
    assert_true(req > 0);
    answer_universe(w, req, 3, 4);
    tick(w, 6000);
    assert_int_equal(universe_asked(w), 0);
}

static void
a_universe_that_found_no_room_is_asked_for_again(void **state)
{
    struct world *w = *state;
    answer_universe(w, ask_universe(w), 5000, 5001);
    recorder_heard_done(w->r, HEARSAY_market);
    tick(w, 5000);
    assert_true(universe_asked(w) > 0);
}

static void
lost_messages_of_feed_cost_a_new_universe(void **state)
{
    struct world *w = *state;
    answer_universe(w, ask_universe(w), 3, 4);
    const struct gap of_riskd = { SOURCE_riskd, 1 },
                     of_feed = { SOURCE_feed, 1 };
    recorder_on_gap(w->r, &of_riskd, &w->in, w->out);
    tick(w, 50);
    assert_int_equal(universe_asked(w), 0);
    recorder_on_gap(w->r, &of_feed, &w->in, w->out);
    tick(w, 50);
    assert_true(universe_asked(w) > 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_asked_before_the_cursors_are_known),
        TEST(it_is_level_when_every_owner_is_heard_and_written),
        TEST(a_full_batch_is_ready_and_moves_the_cursor_once_committed),
        TEST(a_large_batch_is_asked_for_answer_by_answer),
        TEST(a_partial_answer_is_written_after_the_wait),
        TEST(a_lost_request_is_asked_again),
        TEST(an_outage_takes_no_memory_however_many_facts_wait),
        TEST(holes_and_repetitions_never_reach_a_batch),
        TEST(a_suspended_recorder_forgets_and_starts_from_the_new_cursors),
        TEST(a_stopped_stream_stays_stopped_and_the_others_go_on),
        TEST(a_batch_never_outgrows_its_memory),
        cmocka_unit_test_setup_teardown(
            a_whole_universe_is_not_asked_for_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_universe_that_lost_a_market_on_the_way_is_asked_for_again,
            set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_universe_that_found_no_room_is_asked_for_again, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            lost_messages_of_feed_cost_a_new_universe, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
