/* metric_due - what the passing of time makes worth counting */
/*
 * Samples nobody sends: an hour that began, a new best and worst, a phase, an
 * order unknown for too long; and how processes and connections did, as far
 * as that is not written down yet.
 */
#include "riskd/metric_own.h"

/* Beyond this an order with unknown outcome counts as failed. */
#define OVERDUE_NS (60LL * 1000 * 1000 * 1000)

/* Deeper: (p - e) / p by cross-multiplication. */
static bool
is_deeper(int64_t equity, int64_t peak, int64_t than, int64_t than_peak)
{
    return peak > 0 && than_peak > 0 &&
           (wide)(peak - equity) * than_peak > (wide)(than_peak - than) * peak;
}

static void
add_due(struct occurrence *out, uint32_t *count, const struct metric_view *v,
        enum occurrence_kind kind, int64_t money)
{
    if (*count < METRICS_DUE_CAP) {
        out[(*count)++] = (struct occurrence){ .kind = kind, .at = v->wall,
                                           .what = v->stage,
                                           .money = { money } };
    }
}

static void
add_number(struct occurrence *out, uint32_t *count,
           const struct metric_view *v, enum occurrence_kind kind,
           uint64_t what)
{
    if (*count < METRICS_DUE_CAP) {
        out[(*count)++] = (struct occurrence){ .kind = kind, .at = v->wall,
                                               .what = what };
    }
}

static void
add_links(const struct link_count *seen, const struct metric_view *v,
          enum occurrence_kind kind, uint64_t what, struct occurrence *out,
          uint32_t *count)
{
    uint64_t before = v->link_run == seen->run ? seen->count : 0;
    if (v->link_run != 0 && what != before && *count < METRICS_DUE_CAP) {
        add_number(out, count, v, kind, what);
        out[*count - 1].money.micros = (int64_t)v->link_run;
    }
}

/* What was cut comes first: the crashes, told of a process for the first time,
 * make what is known of it whole. */
static void
add_ended(const struct ended_runs *seen, const struct metric_view *v,
          enum source src, struct occurrence *out, uint32_t *count)
{
    const struct ended_runs *now = &v->ended[src];
    if (now->known && now->cuts != seen->cuts && *count < METRICS_DUE_CAP) {
        add_number(out, count, v, OCCURRENCE_KIND_cut, now->cuts);
        out[*count - 1].src = src;
        out[*count - 1].money.micros = (int64_t)now->boot;
    }
    if (now->known && (!seen->known || now->crashes != seen->crashes) &&
        *count < METRICS_DUE_CAP) {
        add_number(out, count, v, OCCURRENCE_KIND_crash, now->crashes);
        out[*count - 1].src = src;
    }
}

/* How the processes and the connections do: what is not written down yet. */
static void
add_running(const struct metrics *m, const struct metric_view *v,
            struct occurrence *out, uint32_t *count)
{
    if (v->up_every.ms > 0 &&
        (m->uptime_at == 0 ||
         v->wall.ns - m->uptime_at >= v->up_every.ms * 1000000)) {
        add_number(out, count, v, OCCURRENCE_KIND_uptime,
                   (uint64_t)v->up.ms);
    }
    for (uint32_t i = 0; i < source_end_ && *count < METRICS_DUE_CAP; i++) {
        add_ended(&m->ended[i], v, (enum source)i, out, count);
    }
    if (v->host_known && *count < METRICS_DUE_CAP &&
        (!m->secluded.known || m->secluded.ok != v->host.secluded)) {
        add_number(out, count, v, OCCURRENCE_KIND_secluded, v->host.secluded);
    }
    add_links(&m->reconnects, v, OCCURRENCE_KIND_reconnect, v->reconnects,
              out, count);
    add_links(&m->resyncs, v, OCCURRENCE_KIND_resync, v->resyncs, out, count);
}

uint32_t
metrics_due(const struct metrics *m, const struct metric_view *v,
            struct occurrence out[METRICS_DUE_CAP])
{
    uint32_t count = 0;
    int64_t equity = v->equity.micros;
    bool begins = !m->phased || m->stage != v->stage;
    if (begins) {
        add_due(out, &count, v, OCCURRENCE_KIND_phase, equity);
    }
    if (m->last_hour < v->wall.ns / HOUR_NS) {
        add_due(out, &count, v, OCCURRENCE_KIND_equity, equity);
    }
    if (!begins && equity > m->peak) {
        add_due(out, &count, v, OCCURRENCE_KIND_peak, equity);
    }
    if (!begins &&
        is_deeper(equity, m->peak, m->worst_equity, m->worst_peak)) {
        add_due(out, &count, v, OCCURRENCE_KIND_trough, equity);
        out[count - 1].cost.micros = m->peak;
    }
    add_running(m, v, out, &count);
    for (uint32_t i = 0; i < UNKNOWNS && count < METRICS_DUE_CAP; i++) {
        if (!uuid_is_zero(&m->unknown[i].ref) &&
            v->wall.ns - m->unknown[i].since > OVERDUE_NS) {
            add_due(out, &count, v, OCCURRENCE_KIND_overdue, 0);
            out[count - 1].ref = m->unknown[i].ref;
        }
    }
    return count;
}
