/* orders - how the venue answers: rates, and the time it takes */
#include "riskd/metric_own.h"

#include <string.h>

#define SECOND_NS (1000LL * 1000 * 1000)
enum { FILLED, PARTLY, NOT, REJECTED };

struct value
metric_fill_rate(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return share_of_all(t.filled, t.sent);
}

/* Of the last seconds. */
struct seen {
    uint64_t sent, filled, rejected;
    uint32_t timed;
    int64_t ms[RECENT];
    int64_t last_ms;
};

static void
look(const struct metrics *m, const struct metric_view *v, int64_t seconds,
     struct seen *s)
{
    *s = (struct seen){ .last_ms = -1 };
    for (uint32_t i = 1; i <= m->orders.count; i++) {
        const struct recent *r =
            &m->orders.at[(m->orders.next + RECENT - i) % RECENT];
        if (v->wall.ns - r->at > seconds * SECOND_NS || r->at > v->wall.ns) {
            continue;
        }
        s->sent++;
        s->filled += r->what == FILLED || r->what == PARTLY;
        s->rejected += r->what == REJECTED;
        if (r->took_ms >= 0) {
            s->last_ms = s->last_ms < 0 ? r->took_ms : s->last_ms;
            s->ms[s->timed++] = r->took_ms;
        }
    }
}

struct value
metric_reject_rate(const struct metrics *m, const struct metric_view *v)
{
    struct seen s;
    look(m, v, 300, &s);
    return share_of_all(s.rejected, s.sent);
}

struct value
metric_no_fills(const struct metrics *m, const struct metric_view *v)
{
    struct seen s;
    if (v->mode_max != MODE_live) {
        return not_asked();
    }
    look(m, v, 60, &s);
    return flag_of(s.sent > 0 && s.filled == 0);
}

struct value
metric_latency_last(const struct metrics *m, const struct metric_view *v)
{
    struct seen s;
    look(m, v, 60, &s);
    return s.last_ms < 0 ? too_few() : ratio_of(s.last_ms, 1, s.timed);
}

/* How many are below, and how many not above. */
static bool
is_rank(const struct seen *s, int64_t ms, uint32_t rank)
{
    uint32_t below = 0, up_to = 0;
    for (uint32_t i = 0; i < s->timed; i++) {
        below += s->ms[i] < ms;
        up_to += s->ms[i] <= ms;
    }
    return below < rank && rank <= up_to;
}

/* Nearest rank in cells, and the end of its cell: never less than it was. */
static struct value
latency_of_phase(const struct metrics *m)
{
    uint64_t all = 0, up_to = 0;
    for (uint32_t i = 0; i < CELLS; i++) {
        all += m->took[i];
    }
    for (uint32_t i = 0; i < CELLS; i++) {
        up_to += m->took[i];
        if (up_to > 0 && up_to >= (all * 95 + 99) / 100) {
            int64_t ms = (int64_t)(i + 1) * CELL_MS;
            return ratio_of(ms, 1, all);
        }
    }
    return too_few();
}

/* Nearest rank, of the very times: there are few of them. */
struct value
metric_latency_p95(const struct metrics *m, const struct metric_view *v)
{
    struct seen s;
    if (v->at_gate) {
        return latency_of_phase(m);
    }
    look(m, v, 300, &s);
    uint32_t rank = (s.timed * 95 + 99) / 100;
    for (uint32_t i = 0; i < s.timed; i++) {
        if (is_rank(&s, s.ms[i], rank)) {
            return ratio_of(s.ms[i], 1, s.timed);
        }
    }
    return too_few();
}

struct value
metric_anomaly(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return share_of_all(m->phase.overdue, m->phase.sent + m->phase.overdue);
}

struct value
metric_link_up(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->links_known ? flag_of(v->links_up) : no_data();
}
