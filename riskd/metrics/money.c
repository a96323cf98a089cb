/* money - the day, the phase, the peak and what is below it */
#include "riskd/metric_own.h"

#define DAY_HOURS 24

struct value
metric_daily_loss(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return micros_of(v->day_loss.micros > 0 ? v->day_loss.micros : 0);
}

/* What the day began with is what is there and what it lost. */
struct value
metric_daily_loss_share(const struct metrics *m, const struct metric_view *v)
{
    int64_t loss = v->day_loss.micros;
    (void)m;
    return ratio_of(loss > 0 ? loss : 0, v->equity.micros + loss, 1);
}

struct value
metric_day_move(const struct metrics *m, const struct metric_view *v)
{
    int64_t loss = v->day_loss.micros;
    (void)m;
    return ratio_of(loss < 0 ? -loss : loss, v->equity.micros + loss, 1);
}

struct value
metric_pnl_cum(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return micros_of(v->pnl.micros);
}

struct value
metric_pnl_phase(const struct metrics *m, const struct metric_view *v)
{
    return m->phased ? micros_of(v->equity.micros - m->began_equity)
                     : too_few();
}

struct value
metric_cum_loss(const struct metrics *m, const struct metric_view *v)
{
    int64_t loss = m->began_equity - v->equity.micros;
    return m->phased ? ratio_of(loss > 0 ? loss : 0, m->began_equity, 1)
                     : too_few();
}

struct value
metric_drawdown(const struct metrics *m, const struct metric_view *v)
{
    int64_t below = m->peak - v->equity.micros;
    return m->phased ? ratio_of(below > 0 ? below : 0, m->peak, 1) : too_few();
}

/* The one now may be it, before it was written down. */
struct value
metric_worst_drawdown(const struct metrics *m, const struct metric_view *v)
{
    struct value now = metric_drawdown(m, v);
    if (now.state != VALUE_known || m->worst_peak <= 0) {
        return now;
    }
    int64_t worst = m->worst_peak - m->worst_equity;
    return (wide)now.num * m->worst_peak > (wide)worst * now.den
               ? now
               : ratio_of(worst, m->worst_peak, 1);
}

struct value
metric_deepening(const struct metrics *m, const struct metric_view *v)
{
    const struct hour *h =
        metrics_hour(m, v->wall.ns / HOUR_NS - DAY_HOURS);
    if (!m->phased || h == NULL || !h->has_equity) {
        return too_few();
    }
    return flag_of(v->equity.micros < m->peak &&
                   v->equity.micros < h->equity);
}

struct value
metric_usage(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->most.micros > 0 ? ratio_of(v->used.micros, v->most.micros, 1)
                              : not_asked();
}

struct value
metric_unsound(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return flag_of(!v->sound);
}
