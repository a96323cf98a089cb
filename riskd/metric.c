/* metric - the numbers rules are about, from what happened */
/*
 * What happened is kept by the hour for a month, by the piece for the last
 * minutes, and summed for the phase.  A sample with a ref is counted once,
 * however often it is heard; so are the hours, for a clock that was put back
 * finds them taken.
 */
#include "riskd/metric.h"

#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "riskd/image.h"
#include "riskd/metric_own.h"

/* More than an hour has; keeps sums far from their ends. */
#define LOOKS_MOST (3600ULL * 1000)
/* More than a price can move; keeps sums far from their ends. */
#define SLIP_MOST 1000000

enum { ORDER_FILLED, ORDER_PARTLY, ORDER_NOT, ORDER_REJECTED };

const struct metric_row metric_rows[METRICS] = {
#define METRIC(name, unit, least, answer, help)                             \
    { #name, UNIT_##unit, least, help },
#include "riskd/metrics.def"
};

static metric_fn *const answers[METRICS] = {
#define METRIC(name, unit, least, answer, help) metric_##answer,
#include "riskd/metrics.def"
};

const char *
metric_unit_word(uint32_t metric)
{
    static const char *const words[] = {
        [UNIT_usd] = "usd", [UNIT_frac] = "frac", [UNIT_ratio] = "ratio",
        [UNIT_s] = "s", [UNIT_ms] = "ms", [UNIT_hours] = "hours",
        [UNIT_days] = "days", [UNIT_gb] = "gb", [UNIT_count] = "count",
        [UNIT_shares] = "shares", [UNIT_price] = "price",
        [UNIT_flag] = "flag"
    };
    must(metric < METRICS);
    return words[metric_rows[metric].unit];
}

uint32_t
metric_find(const char *name)
{
    uint32_t i = 0;
    while (i < METRICS && strcmp(metric_rows[i].name, name) != 0) {
        i++;
    }
    return i;
}

bool
metric_is_heard(uint32_t metric)
{
    return answers[metric] != metric_none;
}

struct metrics *
metrics_new(uint64_t failures_max)
{
    struct metrics *m = calloc(1, sizeof *m);
    must(m != NULL);
    m->failures_max = failures_max;
    return m;
}

void
metrics_destroy(struct metrics **m)
{
    free(*m);
    *m = NULL;
}

struct value
metric_none(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    (void)v;
    return no_data();
}

static uint32_t
slot_of(int64_t hour)
{
    return (uint32_t)(hour % HOURS);
}

const struct hour *
metrics_hour(const struct metrics *m, int64_t hour)
{
    const struct hour *h = hour > 0 ? &m->hours[slot_of(hour)] : NULL;
    return h != NULL && h->hour == hour ? h : NULL;
}

/* The hour's own, made anew when its place holds an older one; NULL when a
 * newer one is there. */
static struct hour *
hour_for(struct metrics *m, int64_t wall)
{
    int64_t hour = wall / HOUR_NS;
    struct hour *h = &m->hours[slot_of(hour)];
    if (h->hour > hour) {
        return NULL;
    }
    if (h->hour < hour) {
        memset(h, 0, sizeof *h);
        h->hour = hour;
    }
    return h;
}

static void
add_tally(struct tally *to, const struct tally *t)
{
    to->sent += t->sent;
    to->filled += t->filled;
    to->rejected += t->rejected;
    to->overdue += t->overdue;
    to->fills += t->fills;
    to->slip_in_limit += t->slip_in_limit;
    to->slip_over += t->slip_over;
    to->slip_sum += t->slip_sum;
    to->turnover += t->turnover;
    to->attempts += t->attempts;
    to->failures += t->failures;
    to->trades += t->trades;
    to->results += t->results;
    to->wins += t->wins;
    to->gains += t->gains;
    to->losses += t->losses;
    to->worst_loss =
        t->worst_loss > to->worst_loss ? t->worst_loss : to->worst_loss;
    to->openings += t->openings;
    to->looks += t->looks;
    to->looks_bad += t->looks_bad;
    to->up_ms += t->up_ms;
    to->all_ms += t->all_ms;
    to->reconnects += t->reconnects;
    to->resyncs += t->resyncs;
    to->ends += t->ends;
    to->ends_wrong += t->ends_wrong;
    to->crashes += t->crashes;
    to->kills += t->kills;
    to->drills += t->drills;
    to->found_a += t->found_a;
    to->found_fg += t->found_fg;
}

struct tally
metrics_window(const struct metrics *m, const struct metric_view *v,
               uint32_t hours)
{
    struct tally sum = { 0 };
    int64_t now = v->wall.ns / HOUR_NS;
    if (v->at_gate) {
        return m->phase;
    }
    must(hours < HOURS);
    for (uint32_t i = 0; i < hours; i++) {
        const struct hour *h = metrics_hour(m, now - i);
        if (h != NULL) {
            add_tally(&sum, &h->tally);
        }
    }
    return sum;
}

static void
add_recent(struct recents *r, const struct occurrence *s)
{
    /* On paper it is the fill model's, and nothing to act on at once. */
    int64_t took = s->mode == MODE_paper ? -1 : s->took.ms;
    r->at[r->next] = (struct recent){ s->at.ns, took, s->what };
    r->next = (r->next + 1) % RECENT;
    r->count += r->count < RECENT;
}

bool
metrics_counted(const struct metrics *m, const struct occurrence *s)
{
    for (uint32_t i = 0; !uuid_is_zero(&s->ref) && i < REFS; i++) {
        if (uuid_equal(&m->refs[i], &s->ref)) {
            return true;
        }
    }
    return false;
}

static void
forget_unknown(struct metrics *m, const struct uuid *ref)
{
    for (uint32_t i = 0; i < UNKNOWNS; i++) {
        if (uuid_equal(&m->unknown[i].ref, ref)) {
            memset(&m->unknown[i], 0, sizeof m->unknown[i]);
        }
    }
}

/* No room: it is not waited for, and never overdue. */
static void
remember_unknown(struct metrics *m, const struct occurrence *s)
{
    for (uint32_t i = 0; i < UNKNOWNS; i++) {
        if (uuid_equal(&m->unknown[i].ref, &s->ref)) {
            return; /* Told again: it waits since the first time. */
        }
    }
    for (uint32_t i = 0; i < UNKNOWNS; i++) {
        if (uuid_is_zero(&m->unknown[i].ref)) {
            m->unknown[i].ref = s->ref;
            m->unknown[i].since = s->at.ns;
            return;
        }
    }
}

static void
count_order(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    t->sent = 1;
    t->filled = s->what == ORDER_FILLED;
    t->rejected = s->what == ORDER_REJECTED;
    forget_unknown(m, &s->ref);
    add_recent(&m->orders, s);
    if (s->took.ms >= 0) {
        int64_t cell = s->took.ms == 0 ? 0 : (s->took.ms - 1) / CELL_MS;
        m->took[cell < CELLS - 1 ? cell : CELLS - 1]++;
    }
}

static void
count_fill(const struct occurrence *s, struct tally *t)
{
    int64_t slip = s->slip.bps;
    slip = slip > SLIP_MOST ? SLIP_MOST : slip < -SLIP_MOST ? -SLIP_MOST : slip;
    t->fills = 1;
    t->slip_sum = slip;
    t->slip_in_limit = slip < 250;
    t->slip_over = slip > 500;
    t->turnover = s->money.micros;
}

/* What sent nothing was no attempt. */
static void
count_execution(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    bool worked =
        s->what == EXEC_STATUS_FILLED || s->what == EXEC_STATUS_PATCHED;
    bool failed = s->what == EXEC_STATUS_ERROR;
    if (!worked && !failed && s->what != EXEC_STATUS_UNWOUND) {
        return;
    }
    t->attempts = 1;
    t->trades = worked;
    t->failures = failed;
    t->results = s->money.micros != 0;
    t->wins = s->money.micros > 0;
    if (s->money.micros > 0) {
        t->gains = s->money.micros;
    } else {
        t->losses = t->worst_loss = -s->money.micros;
    }
    if (failed) { /* Opened: it begins again, as the breaker does. */
        bool full = m->failures_row >= m->failures_max;
        m->failures_row = full ? 1 : m->failures_row + 1;
        t->openings = m->failures_row == m->failures_max;
    } else if (worked) {
        m->failures_row = 0;
    }
    add_recent(&m->executions, s);
}

static void
begin_phase(struct metrics *m, const struct occurrence *s)
{
    m->phased = true;
    m->stage = s->what;
    m->began = s->at.ns;
    m->began_equity = m->peak = s->money.micros;
    m->worst_equity = m->worst_peak = s->money.micros;
    m->phase = (struct tally){ 0 };
    memset(m->took, 0, sizeof m->took);
    memset(&m->signals, 0, sizeof m->signals);
    m->clean_ms = 0;
}

static bool
is_sane(const struct occurrence *s)
{
    const int64_t most = INT64_MAX / 4096;
    return s->at.ns > 0 && s->money.micros < most && s->money.micros > -most &&
           s->cost.micros < most && s->cost.micros > -most &&
           s->took.ms < most && s->took.ms > -most;
}

void
metrics_count(struct metrics *m, const struct occurrence *s)
{
    struct tally t = { 0 };
    struct hour *h = is_sane(s) ? hour_for(m, s->at.ns) : NULL;
    if (h == NULL || metrics_counted(m, s)) {
        return;
    }
    switch (s->kind) {
    case OCCURRENCE_KIND_order: count_order(m, s, &t); break;
    case OCCURRENCE_KIND_unknown: remember_unknown(m, s); return;
    case OCCURRENCE_KIND_overdue:
        t.overdue = 1;
        forget_unknown(m, &s->ref);
        add_tally(&h->tally, &t);
        add_tally(&m->phase, &t);
        return;
    case OCCURRENCE_KIND_fill: count_fill(s, &t); break;
    case OCCURRENCE_KIND_execution: count_execution(m, s, &t); break;
    case OCCURRENCE_KIND_equity:
        h->has_equity = true;
        h->equity = s->money.micros;
        m->last_hour = h->hour;
        return;
    case OCCURRENCE_KIND_peak: m->peak = s->money.micros; return;
    case OCCURRENCE_KIND_trough:
        m->worst_equity = s->money.micros;
        m->worst_peak = s->cost.micros;
        return;
    case OCCURRENCE_KIND_phase: begin_phase(m, s); return;
    case OCCURRENCE_KIND_data_good:
    case OCCURRENCE_KIND_data_bad:
        if (s->what > LOOKS_MOST) {
            return;
        }
        t.looks = s->what;
        t.looks_bad = s->kind == OCCURRENCE_KIND_data_bad ? s->what : 0;
        add_tally(&h->tally, &t);
        add_tally(&m->phase, &t);
        return;
    case OCCURRENCE_KIND_uptime:
    case OCCURRENCE_KIND_crash:
    case OCCURRENCE_KIND_cut:
    case OCCURRENCE_KIND_reconnect:
    case OCCURRENCE_KIND_resync:
    case OCCURRENCE_KIND_order_end:
    case OCCURRENCE_KIND_signals:
    case OCCURRENCE_KIND_signals_same:
    case OCCURRENCE_KIND_found: running_count(m, s, &t); break;
    case OCCURRENCE_KIND_kill:
    case OCCURRENCE_KIND_drill:
    case OCCURRENCE_KIND_secluded: switch_count(m, s, &t); break;
    case occurrence_kind_end_: return;
    }
    add_tally(&h->tally, &t);
    add_tally(&m->phase, &t);
    if (!uuid_is_zero(&s->ref)) {
        m->refs[m->refs_next] = s->ref;
        m->refs_next = (m->refs_next + 1) % REFS;
    }
}

struct nanos
metrics_phase(const struct metrics *m)
{
    return (struct nanos){ m->phased ? m->began : 0 };
}

struct value
metric_answer(const struct metrics *m, const struct metric_view *v,
              uint32_t metric)
{
    must(metric < METRICS);
    struct value a = answers[metric](m, v);
    if (a.state == VALUE_known && a.sample < metric_rows[metric].least) {
        a.state = VALUE_few;
    }
    return a;
}

void
metrics_all(const struct metrics *m, const struct metric_view *v,
            struct value out[METRICS])
{
    for (uint32_t i = 0; i < METRICS; i++) {
        out[i] = metric_answer(m, v, i);
    }
}

void
metrics_digest(const struct metrics *m, struct digest *d)
{
    digest_add(d, m, sizeof *m);
}

void
metrics_image(struct metrics *m, struct image *i)
{
    uint64_t failures_max = m->failures_max; /* Is configuration. */
    image_bytes(i, m, sizeof *m);
    m->failures_max = failures_max;
    i->bad = i->bad || m->refs_next >= REFS || m->orders.next >= RECENT ||
             m->executions.next >= RECENT || m->orders.count > RECENT ||
             m->executions.count > RECENT;
}
