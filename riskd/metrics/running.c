/* running - how the processes, the connections and the signals do */
/*
 * For the gates: of the whole phase there, of a day else.
 */
#include "riskd/metric_own.h"

#define DAY_MS (86400LL * 1000)
#define DAY_NS (DAY_MS * 1000 * 1000)
/* More than an hour can have. */
#define FOUND_MOST 1000000000

/* The time since the one before that nobody was up for counts too: riskd may
 * have been away itself. */
static void
count_uptime(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    int64_t from = m->uptime_at > m->began ? m->uptime_at : m->began;
    if (m->uptime_at != 0 && s->at.ns > from) {
        t->all_ms = (uint64_t)(s->at.ns - from) / 1000000;
        t->up_ms = s->what < t->all_ms ? s->what : t->all_ms;
    }
    m->clean_ms += t->up_ms;
    m->uptime_at = s->at.ns;
}

/* What there was before it was first told is nobody's; a count that became
 * less says nothing of those in between, but that there may be some: one. */
static void
count_crash(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    if ((unsigned)s->src >= source_end_) {
        return;
    }
    uint64_t before = m->ended[s->src].crashes;
    if (m->ended[s->src].known && before != s->what) {
        m->clean_ms = 0;
        t->crashes = s->what > before ? s->what - before : 1;
    }
    m->ended[s->src].known = true;
    m->ended[s->src].crashes = s->what;
}

/* The machine went down under all of them, and each tells it when it is there
 * again: of what one start of the machine tells, the most that one of them
 * does is counted. */
static void
count_cut(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    uint64_t boot = (uint64_t)s->money.micros;
    if ((unsigned)s->src >= source_end_) {
        return;
    }
    uint64_t before = m->ended[s->src].cuts;
    uint64_t more = s->what > before ? s->what - before : 0;
    m->ended[s->src].cuts = s->what;
    if (!m->ended[s->src].known) {
        return;
    }
    if (boot == 0 || boot != m->cut.boot) {
        m->cut.boot = boot;
        m->cut.counted = 0;
    }
    if (more > m->cut.counted) {
        t->crashes = more - m->cut.counted;
        m->cut.counted = more;
        m->clean_ms = 0;
    }
}

/* What is new of it; a run of feed begins at 0, and never says less. */
static uint64_t
count_more(struct link_count *seen, const struct occurrence *s)
{
    uint64_t run = (uint64_t)s->money.micros;
    uint64_t before = run == seen->run ? seen->count : 0;
    *seen = (struct link_count){ run, s->what };
    return s->what > before ? s->what - before : 0;
}

static void
count_signals(struct metrics *m, const struct occurrence *s)
{
    if (s->kind == OCCURRENCE_KIND_signals_same) {
        m->signals.same = s->what;
        m->signals.at = 0; /* Of how many comes next. */
        return;
    }
    m->signals.all = s->what;
    m->signals.at = s->at.ns;
}

void
running_count(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    if (s->kind == OCCURRENCE_KIND_uptime) {
        count_uptime(m, s, t);
    } else if (s->kind == OCCURRENCE_KIND_crash) {
        count_crash(m, s, t);
    } else if (s->kind == OCCURRENCE_KIND_cut) {
        count_cut(m, s, t);
    } else if (s->kind == OCCURRENCE_KIND_reconnect) {
        t->reconnects = count_more(&m->reconnects, s);
    } else if (s->kind == OCCURRENCE_KIND_resync) {
        t->resyncs = count_more(&m->resyncs, s);
    } else if (s->kind == OCCURRENCE_KIND_order_end) {
        t->ends = 1;
        t->ends_wrong = s->what != 0;
    } else if (s->kind == OCCURRENCE_KIND_found) {
        uint64_t what = s->what <= FOUND_MOST ? s->what : 0;
        bool fg = s->strategy == STRATEGY_F || s->strategy == STRATEGY_G;
        t->found_a = s->strategy == STRATEGY_A ? what : 0;
        t->found_fg = fg ? what : 0;
    } else {
        count_signals(m, s);
    }
}

/* Each of the five has told of its crashes. */
static bool
is_told(const struct metrics *m)
{
    bool told = true;
    for (uint32_t i = SOURCE_feed; i <= SOURCE_recorder; i++) {
        told = told && m->ended[i].known;
    }
    return told;
}

/* Time that somebody was away, or that nobody measured, is not counted. */
struct value
metric_clean_days(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return !is_told(m) || m->uptime_at == 0
               ? no_data()
               : ratio_of((int64_t)m->clean_ms, DAY_MS, 1);
}

static struct value
crashes_of(const struct metrics *m, const struct metric_view *v,
           const struct tally *t)
{
    uint64_t more =
        t->crashes > v->crashes_forgiven ? t->crashes - v->crashes_forgiven : 0;
    return is_told(m) ? count_of(more) : no_data();
}

struct value
metric_crashes_day(const struct metrics *m, const struct metric_view *v)
{
    uint32_t hour = (uint32_t)(v->wall.ns / HOUR_NS % 24);
    struct metric_view now = *v;
    now.at_gate = false;
    struct tally t = metrics_window(m, &now, hour + 1);
    return crashes_of(m, v, &t);
}

struct value
metric_crashes_phase(const struct metrics *m, const struct metric_view *v)
{
    return m->phased ? crashes_of(m, v, &m->phase) : no_data();
}

struct value
metric_available(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return share_of_all(t.up_ms, t.all_ms);
}

struct value
metric_resynced(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return share_of_all(t.resyncs < t.reconnects ? t.resyncs : t.reconnects,
                        t.reconnects);
}

/* What is unknown for a minute is an order, and none that is as booked. */
struct value
metric_accuracy(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = metrics_window(m, v, 24);
    return share_of_all(t.ends - t.ends_wrong, t.ends + t.overdue);
}

/* A replay tells it; one that is older than a day tells nothing. */
struct value
metric_signals_same(const struct metrics *m, const struct metric_view *v)
{
    int64_t age = v->wall.ns - m->signals.at;
    if (m->signals.at == 0 || age < 0 || age > DAY_NS ||
        m->signals.same > m->signals.all) {
        return no_data();
    }
    return share_of_all(m->signals.same, m->signals.all);
}

/* The seconds it was watched for are its sample. */
struct value
metric_stability(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return !v->links_known ? no_data()
           : v->link_all.ms == 0
               ? too_few()
               : ratio_of(v->link_up.ms, v->link_all.ms,
                          (uint64_t)v->link_all.ms / 1000);
}

struct value
metric_link_failures(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->links_known ? count_of(v->link_failures) : no_data();
}

struct value
metric_nodes_failed(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->nodes_known ? share_of_all(v->nodes_failed, v->nodes_asked)
                          : no_data();
}

/* Where nobody was asked nothing failed, and nothing is known. */
struct value
metric_nodes_errors(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return !v->nodes_known       ? no_data()
           : v->nodes_asked == 0 ? too_few()
                                 : count_of(v->nodes_errors);
}

struct value
metric_partial(const struct metrics *m, const struct metric_view *v)
{
    int64_t since = v->wall.ns - v->partial.ns;
    (void)m;
    return !v->looked ? no_data()
                      : ratio_of(v->partial.ns == 0 || since < 0 ? 0 : since,
                                 1000000000, 1);
}

/* Of the last day, whatever asks. */
static struct tally
of_a_day(const struct metrics *m, const struct metric_view *v)
{
    struct metric_view now = *v;
    now.at_gate = false;
    return metrics_window(m, &now, 24);
}

/* What was opened since the hour began is not written down yet. */
struct value
metric_found_a(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = of_a_day(m, v);
    return v->looks_for_a ? count_of(t.found_a + v->found_a) : not_asked();
}

struct value
metric_found_fg(const struct metrics *m, const struct metric_view *v)
{
    struct tally t = of_a_day(m, v);
    return v->looks_for_fg ? count_of(t.found_fg + v->found_fg) : not_asked();
}

struct value
metric_detect(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->detect.ms < 0 ? too_few() : ratio_of(v->detect.ms, 1, 1);
}
