/* executions - how groups end, what they cost, how far from the price meant */
#include "riskd/metric_own.h"

enum { ASSUMED_BPS = 3 };

struct value
metric_trade_loss(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return micros_of(t.worst_loss);
}

struct value
metric_failures_row(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return count_of(m->failures_row);
}

/* Opened for the second time in a day: the first is only a pause. */
struct value
metric_breaker_open(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return flag_of(t.openings >= 2);
}

static struct value
failed_of(const struct tally *t)
{
    uint64_t failed = t->failures + t->overdue;
    uint64_t all = t->attempts > failed ? t->attempts : failed;
    return share_of_all(failed, all);
}

struct value
metric_fail_rate(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return failed_of(&m->phase);
}

struct value
metric_fail_rate_window(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 2);
    return failed_of(&t);
}

struct value
metric_trades(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return m->phased ? count_of(m->phase.trades) : too_few();
}

struct value
metric_win_rate(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return share_of_all(m->phase.wins, m->phase.results);
}

/* Nothing lost is no factor. */
struct value
metric_profit_factor(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return ratio_of(m->phase.gains, m->phase.losses, m->phase.results);
}

struct value
metric_slip_over(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return count_of(m->phase.slip_over);
}

struct value
metric_slip_in_limit(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return share_of_all(m->phase.slip_in_limit, m->phase.fills);
}

struct value
metric_slip_ratio(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return t.fills == 0
               ? too_few()
               : ratio_of(t.slip_sum, (int64_t)t.fills * ASSUMED_BPS, t.fills);
}

struct value
metric_turnover(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return ratio_of(t.turnover, v->equity.micros, 1);
}
