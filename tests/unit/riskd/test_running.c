/* test_running - the metrics of processes, connections, orders and signals */
#include "tests/unit/riskd/metric_desk.h"

#define MINUTE (60LL * 1000000000)

/* So long later it is told that all were up for so many seconds of it. */
static void
up(int64_t seconds, int64_t of_seconds)
{
    view.wall.ns += of_seconds * 1000000000;
    metrics_count(m, &(struct occurrence){ .kind = OCCURRENCE_KIND_uptime,
                                           .at = view.wall,
                                           .what = (uint64_t)seconds * 1000 });
}

static void
number(enum occurrence_kind kind, uint64_t what)
{
    metrics_count(m, &(struct occurrence){ .kind = kind, .at = view.wall,
                                           .what = what });
}

static void
links(enum occurrence_kind kind, int64_t run, uint64_t what)
{
    metrics_count(m, &(struct occurrence){ .kind = kind, .at = view.wall,
                                           .what = what,
                                           .money = { run } });
}

static void
crashes_are(enum source src, uint64_t count)
{
    metrics_count(m, &(struct occurrence){ .kind = OCCURRENCE_KIND_crash,
                                           .at = view.wall, .src = src,
                                           .what = count });
}

static void
all_are_told(uint64_t count)
{
    for (uint32_t i = SOURCE_feed; i <= SOURCE_recorder; i++) {
        crashes_are((enum source)i, count);
    }
}

static void
uptime_is_what_all_were_up_since_the_last_crash(void **state)
{
    (void)state;
    due(); /* A phase. */
    is_nodata(uptime_without_crash_days);
    up(0, 0);
    is_nodata(uptime_without_crash_days); /* Of crashes nobody told. */
    all_are_told(5);
    is(uptime_without_crash_days, 0);
    for (int hour = 0; hour < 7 * 24; hour++) {
        is_below(uptime_without_crash_days, 7 * MICROS);
        up(3600, 3600);
    }
    is(uptime_without_crash_days, 7 * MICROS);
    up(0, 3600); /* Nobody crashed; one was away. */
    is(uptime_without_crash_days, 7 * MICROS);
    crashes_are(SOURCE_recorder, 5); /* Told again. */
    is(uptime_without_crash_days, 7 * MICROS);
    crashes_are(SOURCE_recorder, 6);
    is(uptime_without_crash_days, 0);
    up(3600 * 24, 3600 * 24);
    is(uptime_without_crash_days, MICROS);
    crashes_are(SOURCE_feed, 4); /* Its count was lost: maybe one. */
    is(uptime_without_crash_days, 0);
}

static void
crashes_are_of_the_utc_day_and_of_the_phase(void **state)
{
    (void)state;
    due(); /* A phase, at noon. */
    is_nodata(crashes_today);
    is_nodata(crashes_total);
    all_are_told(5); /* Before anybody counted. */
    is(crashes_today, 0);
    is(crashes_total, 0);
    crashes_are(SOURCE_feed, 6);
    crashes_are(SOURCE_recorder, 7);
    is(crashes_today, 3 * MICROS);
    crashes_are(SOURCE_recorder, 7); /* Told again. */
    crashes_are(SOURCE_riskd, 2);    /* Its count was lost: maybe one. */
    is(crashes_today, 4 * MICROS);
    view.crashes_forgiven = 3;
    is(crashes_today, MICROS);
    is(crashes_total, MICROS);
    view.crashes_forgiven = 5;
    is(crashes_total, 0);
    view.crashes_forgiven = 0;
    view.wall.ns += 12 * HOUR - 1;
    is(crashes_today, 4 * MICROS);
    view.wall.ns++; /* Midnight. */
    is(crashes_today, 0);
    is(crashes_total, 4 * MICROS);
    crashes_are(SOURCE_scanner, 6);
    is(crashes_today, MICROS);
    is(crashes_total, 5 * MICROS);
    view.stage = 1;
    due();
    is(crashes_today, MICROS);
    is(crashes_total, 0);
}

static void
no_more_is_up_than_time_went_by_nor_before_the_phase(void **state)
{
    (void)state;
    due();
    up(0, 0);
    all_are_told(0);
    up(7200, 3600);
    is(availability_frac, MICROS);
    is(uptime_without_crash_days, MICROS / 24);
    view.stage = 1; /* Half an hour into what is told next. */
    view.wall.ns += 30 * MINUTE;
    due();
    is(uptime_without_crash_days, 0);
    view.at_gate = true;
    is_few(availability_frac);
    up(3600, 1800);
    is(uptime_without_crash_days, MICROS / 48);
    is(availability_frac, MICROS);
}

static void
availability_is_the_share_of_the_time_at_a_gate_of_the_phase(void **state)
{
    (void)state;
    due();
    is_few(availability_frac);
    up(0, 0);
    is_few(availability_frac);
    up(999, 1000);
    is(availability_frac, 999000);
    up(0, 9000); /* Riskd was not there to look. */
    is(availability_frac, 99900);
    view.wall.ns += 3 * DAY;
    up(0, 0);
    view.at_gate = true;
    struct value v = answer(METRIC_availability_frac);
    assert_int_equal(v.num, 999000);
    assert_int_equal(v.den, 10000000 + 3LL * 86400000);
}

static void
what_is_due_is_told_once(void **state)
{
    struct occurrence out[METRICS_DUE_CAP];
    (void)state;
    due();
    assert_int_equal(metrics_due(m, &view, out), 0);
    view.up_every.ms = 60000;
    view.up.ms = 7;
    view.link_run = 1;
    view.reconnects = 3;
    view.resyncs = 2;
    view.ended[SOURCE_feed].known = true;
    assert_int_equal(metrics_due(m, &view, out), 4);
    assert_int_equal(out[0].kind, OCCURRENCE_KIND_uptime);
    assert_int_equal(out[0].what, 7);
    assert_int_equal(out[1].kind, OCCURRENCE_KIND_crash);
    assert_int_equal(out[1].src, SOURCE_feed);
    due();
    assert_int_equal(metrics_due(m, &view, out), 0);
    view.wall.ns += MINUTE - 1;
    assert_int_equal(metrics_due(m, &view, out), 0);
    view.wall.ns++;
    assert_int_equal(metrics_due(m, &view, out), 1);
    view.ended[SOURCE_feed].crashes = 1;
    view.link_run = 2; /* Which has told the same so far. */
    assert_int_equal(metrics_due(m, &view, out), 4);
}

static void
reconnections_count_from_the_fifth_on(void **state)
{
    (void)state;
    due();
    is_few(ws_reconnect_success_frac);
    links(OCCURRENCE_KIND_reconnect, 1, 4);
    links(OCCURRENCE_KIND_resync, 1, 4);
    is_few(ws_reconnect_success_frac);
    links(OCCURRENCE_KIND_reconnect, 1, 5);
    is(ws_reconnect_success_frac, 800000);
    links(OCCURRENCE_KIND_resync, 1, 5);
    is(ws_reconnect_success_frac, MICROS);
    /* A new run of feed counts from 0. */
    links(OCCURRENCE_KIND_reconnect, 2, 15);
    links(OCCURRENCE_KIND_resync, 2, 14);
    is(ws_reconnect_success_frac, 950000); /* 19 of 20: not above 0.95. */
    view.wall.ns += 2 * DAY;
    is_few(ws_reconnect_success_frac);
    view.at_gate = true;
    is(ws_reconnect_success_frac, 950000);
}

static void
an_order_that_is_not_as_booked_or_overdue_is_not_accurate(void **state)
{
    (void)state;
    due();
    is_few(order_accuracy_frac);
    for (int i = 0; i < 199; i++) {
        happen((struct occurrence){ .kind = OCCURRENCE_KIND_order_end });
    }
    is(order_accuracy_frac, MICROS);
    happen((struct occurrence){ .kind = OCCURRENCE_KIND_order_end,
                                .what = 1 });
    is(order_accuracy_frac, 995000);
    happen((struct occurrence){ .kind = OCCURRENCE_KIND_unknown });
    is(order_accuracy_frac, 995000);
    view.wall.ns += MINUTE + 1;
    due();
    is(order_accuracy_frac, 199 * MICROS / 201);
}

static void
signals_are_believed_for_a_day_and_within_their_phase(void **state)
{
    (void)state;
    due();
    is_nodata(signal_consistency_frac);
    number(OCCURRENCE_KIND_signals_same, 49);
    is_nodata(signal_consistency_frac);
    number(OCCURRENCE_KIND_signals, 50);
    is(signal_consistency_frac, 980000);
    view.wall.ns += DAY;
    is(signal_consistency_frac, 980000);
    view.wall.ns++;
    is_nodata(signal_consistency_frac);
    number(OCCURRENCE_KIND_signals_same, 0);
    number(OCCURRENCE_KIND_signals, 0);
    is_few(signal_consistency_frac);
    number(OCCURRENCE_KIND_signals_same, 2);
    number(OCCURRENCE_KIND_signals, 1); /* Cannot be. */
    is_nodata(signal_consistency_frac);
    number(OCCURRENCE_KIND_signals_same, 19);
    number(OCCURRENCE_KIND_signals, 19);
    is_few(signal_consistency_frac); /* A journal that has just begun. */
    number(OCCURRENCE_KIND_signals_same, 20);
    number(OCCURRENCE_KIND_signals, 20);
    is(signal_consistency_frac, MICROS);
    view.stage = 1;
    due();
    is_nodata(signal_consistency_frac);
}

static void
took(enum mode mode, int64_t ms, int times)
{
    for (int i = 0; i < times; i++) {
        happen((struct occurrence){ .kind = OCCURRENCE_KIND_order,
                                    .mode = mode, .took = { ms } });
    }
}

static void
at_a_gate_latency_is_of_the_phase_and_of_paper_too(void **state)
{
    (void)state;
    due();
    took(MODE_paper, 491, 19);
    is_few(latency_p95_ms); /* Nothing to act on now. */
    view.at_gate = true;
    is_few(latency_p95_ms);
    took(MODE_paper, 496, 1);
    is(latency_p95_ms, 495 * MICROS); /* Up to the end of its cell. */
    took(MODE_paper, 496, 1); /* The rank is that of the 20th of 21. */
    is(latency_p95_ms, 500 * MICROS);
    view.wall.ns += 20 * DAY;
    is(latency_p95_ms, 500 * MICROS);
    took(MODE_live, 100000, 2);
    is(latency_p95_ms, 1005 * MICROS); /* Longer than any cell. */
    view.stage = 1;
    due();
    is_few(latency_p95_ms);
    took(MODE_live, 0, 20);
    is(latency_p95_ms, 5 * MICROS);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(uptime_is_what_all_were_up_since_the_last_crash),
        T(crashes_are_of_the_utc_day_and_of_the_phase),
        T(no_more_is_up_than_time_went_by_nor_before_the_phase),
        T(availability_is_the_share_of_the_time_at_a_gate_of_the_phase),
        T(what_is_due_is_told_once),
        T(reconnections_count_from_the_fifth_on),
        T(an_order_that_is_not_as_booked_or_overdue_is_not_accurate),
        T(signals_are_believed_for_a_day_and_within_their_phase),
        T(at_a_gate_latency_is_of_the_phase_and_of_paper_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
