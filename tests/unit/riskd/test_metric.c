/* test_metric - each formula by hand, at its smallest sample and below it */
#include "tests/unit/riskd/metric_desk.h"

#include <stdio.h>

static void
what_nobody_hears_is_no_data_by_its_name(void **state)
{
    uint32_t heard = 0;
    (void)state;
    for (uint32_t i = 0; i < METRICS; i++) {
        assert_int_equal(metric_find(metric_rows[i].name), i);
        heard += metric_is_heard(i);
        if (!metric_is_heard(i)) {
            assert_int_equal(metric_answer(m, &view, i).state, VALUE_nodata);
        }
    }
    printf("metrics: %d, of which %u have their inputs\n", METRICS, heard);
    assert_int_equal(metric_find("no such"), METRICS);
}

static void
the_day_is_what_it_began_with_less_what_is_there(void **state)
{
    (void)state;
    view.day_loss = DOLLARS(50);
    view.equity = DOLLARS(950);
    is(daily_loss_usd, 50 * MICROS);
    is(daily_loss_frac, 50000);
    is(daily_pnl_frac_abs, 50000);
    view.day_loss = DOLLARS(-50); /* Won. */
    view.equity = DOLLARS(1050);
    is(daily_loss_usd, 0);
    is(daily_loss_frac, 0);
    is(daily_pnl_frac_abs, 50000);
}

static void
the_drawdown_is_below_the_peak_of_the_phase(void **state)
{
    (void)state;
    is_few(drawdown_frac); /* No phase has begun. */
    worth(1000);
    is(drawdown_frac, 0);
    worth(1200);
    worth(900);
    is(drawdown_frac, 250000);
    worth(1140);
    is(drawdown_frac, 50000);
    is(max_drawdown_frac, 250000);
    is(cum_loss_frac, 0);
    is(pnl_phase_usd, 140 * MICROS);
    worth(980);
    is(cum_loss_frac, 20000);
    view.stage = 1; /* A new phase begins with what is there. */
    worth(980);
    is(drawdown_frac, 0);
    is(max_drawdown_frac, 0);
    is(pnl_phase_usd, 0);
    is(phase_days, 0);
    view.wall.ns += 36 * HOUR;
    is(phase_days, 1500000);
}

static void
a_boundary_is_not_rounded_away(void **state)
{
    struct rule r = { .op = RULE_gt, .threshold = 120000 };
    (void)state;
    worth(1000);
    view.equity.micros = 880 * MICROS; /* 12 % is not more than 12 %. */
    struct value v = answer(METRIC_drawdown_frac);
    assert_false(rule_holds(&r, &v));
    view.equity.micros--; /* A micro-dollar more is. */
    v = answer(METRIC_drawdown_frac);
    assert_int_equal(value_micros(&v), 120000);
    assert_true(rule_holds(&r, &v));
}

static void
rates_have_their_smallest_samples(void **state)
{
    (void)state;
    due();
    orders(5, 0, 4);
    is_few(fill_rate);
    orders(0, 0, 1);
    is(fill_rate, 500000);
    is_few(reject_rate); /* 20. */
    orders(0, 1, 9);
    is(reject_rate, 50000);
    view.wall.ns += 300LL * 1000000000 + 1; /* All of them too old. */
    is_few(reject_rate);
    is(fill_rate, 250000);
    view.wall.ns += DAY;
    is_few(fill_rate);
    view.at_gate = true; /* There it is of the phase. */
    is(fill_rate, 250000);
}

static void
executions_that_sent_nothing_are_no_attempts(void **state)
{
    (void)state;
    due();
    for (int i = 0; i < 98; i++) {
        ended(EXEC_STATUS_FILLED, 0.5);
        ended(EXEC_STATUS_DENIED, 0);
        ended(EXEC_STATUS_STALE, 0);
        ended(EXEC_STATUS_SHADOWED, 0);
    }
    ended(EXEC_STATUS_UNWOUND, -2.5);
    is_few(exec_fail_rate); /* 99 attempts. */
    ended(EXEC_STATUS_ERROR, 0);
    is(exec_fail_rate, 10000);
    is(trades_in_phase, 98 * MICROS);
    is(trade_loss_usd, 2500000);
    is(profit_factor, 19600000); /* 49 by 2.5. */
    is(win_rate, 989898);        /* 98 of 99 with a result. */
    is(consecutive_exec_failures, MICROS);
    ended(EXEC_STATUS_PATCHED, 0);
    is(consecutive_exec_failures, 0);
}

/* faults: F-102 */
static void
the_machine_is_as_the_shell_told(void **state)
{
    (void)state;
    is_nodata(disk_free_gb);
    is_nodata(cpu_frac);
    view.host_known = true;
    view.host = (struct host_state){ .disk_free = UINT64_C(1) << 60,
                                     .mem_free = 1500000000,
                                     .mem_total = 6000000000,
                                     .cpu = { 250000 },
                                     .spooled = { 21600001 } };
    is(disk_free_gb, INT64_C(1152921504606000));
    is(mem_free_gb, 1500000);
    is(mem_frac, 750000);
    is(cpu_frac, 250000);
    is(facts_spooled_s, 21600001000);
    is(process_down_s, 0);
    view.away.ms = 300001;
    is(process_down_s, 300001000);
    view.away.ms = -1;
    is_nodata(process_down_s);
}

static void
no_losses_are_no_profit_factor(void **state)
{
    (void)state;
    due();
    ended(EXEC_STATUS_FILLED, 1);
    is_nodata(profit_factor);
}

static void
the_second_opening_of_the_breaker_in_a_day_is_one_too_many(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        ended(EXEC_STATUS_ERROR, 0);
        is(consecutive_exec_failures, (i % 3 + 1) * MICROS);
        is(circuit_breaker_open, 0);
    }
    ended(EXEC_STATUS_ERROR, 0);
    is(circuit_breaker_open, MICROS);
    view.wall.ns += DAY;
    is(circuit_breaker_open, 0);
}

static void
an_order_unknown_for_a_minute_counts_as_failed(void **state)
{
    struct occurrence s = { .kind = OCCURRENCE_KIND_unknown, .ref = { { 7 } } };
    (void)state;
    due();
    for (int i = 0; i < 100; i++) {
        ended(EXEC_STATUS_FILLED, 0);
    }
    orders(19, 0, 0);
    happen(s);
    view.wall.ns += 60LL * 1000000000;
    due();
    is(exec_fail_rate, 0);
    view.wall.ns++;
    due();
    is(exec_fail_rate, 10000);
    is(order_anomaly_frac, 50000);
    due(); /* Once. */
    is(exec_fail_rate, 10000);
    s.ref.b[0] = 8; /* One that is known in time. */
    happen(s);
    s.kind = OCCURRENCE_KIND_order;
    happen(s);
    view.wall.ns += 61LL * 1000000000;
    due();
    is(exec_fail_rate, 10000);
}

static void
what_was_counted_is_not_counted_again(void **state)
{
    struct occurrence s = { .kind = OCCURRENCE_KIND_execution,
                        .what = EXEC_STATUS_ERROR,
                        .ref = { { 5 } } };
    (void)state;
    happen(s);
    happen(s);
    is(consecutive_exec_failures, MICROS);
    s.at = view.wall;
    assert_true(metrics_counted(m, &s));
}

/* However long ago: what was counted is remembered for so many. */
static void
a_drill_that_is_told_again_is_still_the_same(void **state)
{
    struct occurrence kill = { .kind = OCCURRENCE_KIND_kill, .what = 2 };
    struct occurrence drill = { .kind = OCCURRENCE_KIND_drill, .what = 1,
                                .ref = { { OCCURRENCE_KIND_drill, 2 } } };
    (void)state;
    happen(kill);
    happen(drill);
    is(kill_warnings_30d, MICROS);
    orders(5000, 0, 0);
    view.wall.ns += 8 * DAY;
    happen(drill);
    is(kill_warnings_30d, MICROS);
    is_nodata(kill_drill_passed);
    drill.ref.b[1] = 3;
    happen(drill);
    is(kill_drill_passed, MICROS);
}

static void
slippage_is_a_mean_of_what_was_assumed(void **state)
{
    (void)state;
    due();
    for (int i = 0; i < 10; i++) {
        if (i == 9) {
            is_few(realized_slippage_ratio);
        }
        happen((struct occurrence){ .kind = OCCURRENCE_KIND_fill,
                                .money = DOLLARS(20),
                                .slip = { i == 0   ? 501
                                          : i == 1 ? 500
                                          : i == 2 ? 250
                                          : i == 3 ? 249
                                                   : -15 } });
    }
    is(realized_slippage_ratio, 47000000); /* 1410 by 10 by 3. */
    is(trades_slippage_over_5pct, MICROS); /* 500 is not over. */
    is(slippage_in_limit_frac, 700000);    /* 250 is not within. */
    is(turnover_day_frac, 200000);
}

static void
latency_is_the_nearest_rank(void **state)
{
    (void)state;
    is_few(api_latency_ms);
    orders(19, 0, 0);
    is_few(latency_p95_ms);
    orders(0, 0, 1); /* 1 .. 19, and 1 again: sorted, the 19th is 18. */
    is(latency_p95_ms, 18 * MICROS);
    is(api_latency_ms, 1 * MICROS);
    view.wall.ns += 60LL * 1000000000 + 1;
    is_few(api_latency_ms);
    is(latency_p95_ms, 18 * MICROS);
}

static void
a_drawdown_deepens_while_it_is_below_yesterday(void **state)
{
    (void)state;
    worth(1000);
    is_few(drawdown_deepening);
    view.wall.ns += DAY;
    worth(999);
    is(drawdown_deepening, MICROS);
    worth(1000);
    is(drawdown_deepening, 0);
}

static void
samples_counted_again_are_the_same_metrics(void **state)
{
    static struct occurrence kept[4096];
    struct occurrence out[METRICS_DUE_CAP];
    uint32_t count = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        view.equity = DOLLARS(1000 + (i * 7919 % 101) - 50);
        uint32_t n = metrics_due(m, &view, out);
        for (uint32_t k = 0; k < n; k++) {
            kept[count++] = out[k];
        }
        struct occurrence s = {
            .kind = i % 3 == 0   ? OCCURRENCE_KIND_order
                    : i % 3 == 1 ? OCCURRENCE_KIND_execution
                                 : OCCURRENCE_KIND_fill,
            .at = view.wall,
            .what = (uint64_t)(i % 5),
            .money = DOLLARS(i % 7 - 3),
            .slip = { i % 11 },
        };
        memcpy(s.ref.b, &i, sizeof i);
        s.ref.b[9] = 3;
        kept[count++] = s;
        for (uint32_t k = count - n - 1; k < count; k++) {
            metrics_count(m, &kept[k]);
        }
        view.wall.ns += HOUR / 3;
    }
    struct metrics *again = metrics_new(3);
    struct value one[METRICS], two[METRICS];
    for (uint32_t k = 0; k < count; k++) {
        metrics_count(again, &kept[k]);
    }
    metrics_all(m, &view, one);
    metrics_all(again, &view, two);
    for (uint32_t i = 0; i < METRICS; i++) {
        assert_int_equal(one[i].state, two[i].state);
        assert_int_equal(one[i].num, two[i].num);
        assert_int_equal(one[i].den, two[i].den);
    }
    metrics_destroy(&again);
}

static void
senseless_samples_change_nothing(void **state)
{
    (void)state;
    happen((struct occurrence){ .kind = OCCURRENCE_KIND_execution,
                            .what = EXEC_STATUS_ERROR,
                            .money = { INT64_MIN } });
    happen((struct occurrence){ .kind = OCCURRENCE_KIND_execution,
                            .what = EXEC_STATUS_ERROR, .at = { -5 } });
    happen((struct occurrence){ .kind = occurrence_kind_end_ });
    is(consecutive_exec_failures, 0);
    happen((struct occurrence){ .kind = OCCURRENCE_KIND_fill,
                            .slip = { INT64_MIN } });
    is_few(realized_slippage_ratio);
}

static struct value
of_order(const struct metric_order *o, enum metric_id id)
{
    view.order = o;
    return metric_answer(m, &view, id);
}

static void
a_bond_is_asked_for_its_price_its_wait_and_its_yield(void **state)
{
    struct authorize a = { .kind = GRANT_KIND_normal,
                           .strategy = STRATEGY_F };
    struct metric_order o = { .m = &a, .bond = true,
                              .bond_wait = { 3 * 43200000 },
                              .bond_annual = { 123456 } };
    (void)state;
    a.legs.count = 1;
    a.legs.at[0].limit.micros = 951000;
    assert_int_equal(of_order(&o, METRIC_bond_price).num, 951000);
    assert_int_equal(value_micros(&(struct value[]){
                         of_order(&o, METRIC_bond_days) }[0]), 1500000);
    assert_int_equal(of_order(&o, METRIC_annualized_frac).num, 123456);
    assert_int_equal(of_order(&o, METRIC_tail_hours).state, VALUE_unasked);
    o.bond = false; /* Of a market nobody knows: a limit denies. */
    assert_int_equal(of_order(&o, METRIC_bond_days).state, VALUE_nodata);
    a.kind = GRANT_KIND_unwind;
    assert_int_equal(of_order(&o, METRIC_bond_days).state, VALUE_unasked);
    a.kind = GRANT_KIND_normal;
    a.strategy = STRATEGY_A;
    assert_int_equal(of_order(&o, METRIC_bond_price).state, VALUE_unasked);
    a.strategy = STRATEGY_G;
    assert_int_equal(of_order(&o, METRIC_tail_hours).state, VALUE_nodata);
    view.order = NULL;
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(what_nobody_hears_is_no_data_by_its_name),
        T(a_bond_is_asked_for_its_price_its_wait_and_its_yield),
        T(the_day_is_what_it_began_with_less_what_is_there),
        T(the_drawdown_is_below_the_peak_of_the_phase),
        T(a_boundary_is_not_rounded_away),
        T(rates_have_their_smallest_samples),
        T(executions_that_sent_nothing_are_no_attempts),
        T(the_machine_is_as_the_shell_told),
        T(no_losses_are_no_profit_factor),
        T(the_second_opening_of_the_breaker_in_a_day_is_one_too_many),
        T(an_order_unknown_for_a_minute_counts_as_failed),
        T(what_was_counted_is_not_counted_again),
        T(a_drill_that_is_told_again_is_still_the_same),
        T(slippage_is_a_mean_of_what_was_assumed),
        T(latency_is_the_nearest_rank),
        T(a_drawdown_deepens_while_it_is_below_yesterday),
        T(samples_counted_again_are_the_same_metrics),
        T(senseless_samples_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
