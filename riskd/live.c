/* live - breakers of live trading: a slow venue, refused orders, ghost fills */
/*
 * Measured on live orders only: a paper order's delay is the fill model's.
 *
 *   slow      one answer later than latency_max, or the 95th percentile of
 *             latency_window (20 at least): shadow, for latency_hold and until
 *             that percentile is at most latency_clear, or too few are left to
 *             tell.  Forgotten by a restart: the next orders measure again.
 *   refused   more than reject_max of reject_window (20 at least): a pause.
 *             What the venue refuses because it is busy or down is no fault.
 *   ghosts    more than ghost_max of the last ended fills (10 at least) failed
 *             on chain: a pause.
 *
 * A pause is like that for failures: failures_pause long, kept over a
 * restart, ended early by an operator's resume.  Counting begins anew then.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/must.h"

enum { ORDERS_LEAST = 20, FILLS_LEAST = 10 };

/* order names no mode: its group's grant does. */
static bool
is_live_group(const struct riskd *x, const struct uuid *group)
{
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (p->serial != 0 && p->grant.mode == MODE_live &&
            uuid_equal(&p->grant.group, group)) {
            return true;
        }
    }
    return false;
}

static struct nanos
before(const struct input *in, struct ms time)
{
    return (struct nanos){ in->mono.ns - time.ms * 1000000 };
}

static void
say_slow(struct riskd *x, int64_t ms, struct outbox *out)
{
    struct risk_event_says says = {
        .rule = "latency",
        .metric = "api_latency",
        .scope = "live",
        .unit = "ms",
        .value = riskd_whole((uint64_t)ms),
        .threshold = riskd_whole((uint64_t)x->conf.latency_max.ms),
        .severity = SEVERITY_warning,
        .action = ACTION_monitor,
    };
    x->counters[RISKD_slow]++;
    riskd_say_event(x, out, &says);
}

bool
riskd_is_slow(const struct riskd *x, struct nanos mono)
{
    return x->live.lagging || mono.ns < x->slow_until.ns;
}

/* The percentile, with its hysteresis. */
static void
watch_percentile(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct nanos since = before(in, x->conf.latency_window);
    uint32_t some;
    bool enough =
        rate_count(&x->live.delays, since, &some) >= ORDERS_LEAST;
    int64_t p95 = enough ? rate_percentile(&x->live.delays, since, 95) : 0;
    bool was = riskd_is_slow(x, in->mono);
    if (p95 > x->conf.latency_max.ms) {
        x->live.lagging = true;
    } else if (p95 <= x->conf.latency_clear.ms) {
        x->live.lagging = false;
    }
    if (x->live.lagging && !was) {
        say_slow(x, p95, out);
    }
}

void
riskd_watch_live(struct riskd *x, const struct input *in, struct outbox *out)
{
    if (x->live.lagging) {
        watch_percentile(x, in, out);
    }
}

static void
open_breaker(struct riskd *x, const char *rule, const char *metric,
             int64_t share, struct ppm most, const struct input *in,
             struct outbox *out)
{
    struct risk_event_says says = {
        .rule = rule,
        .metric = metric,
        .scope = "live",
        .unit = "frac",
        .value = share,
        .threshold = most.ppm,
        .severity = SEVERITY_high,
        .action = ACTION_pause,
    };
    x->books[1].paused_until.ns =
        in->wall.ns + x->conf.failures_pause.ms * 1000000;
    x->counters[RISKD_pauses]++;
    riskd_say_event(x, out, &says);
}

/* True when too many were bad, by cross-multiplication. */
static bool
is_too_many(uint32_t bad, uint32_t all, struct ppm most)
{
    return (wide)bad * MICROS > (wide)all * most.ppm;
}

static int64_t
share(uint32_t bad, uint32_t all)
{
    return (int64_t)bad * MICROS / all;
}

static bool
is_venues_own(enum reason reason)
{
    return reason == REASON_THROTTLED || reason == REASON_VENUE_DOWN ||
           reason == REASON_NOT_SENT || reason == REASON_CROSSES;
}

static void
count_refusal(struct riskd *x, const struct order *m, const struct input *in,
              struct outbox *out)
{
    bool refused = m->state == ORDER_STATE_rejected;
    uint32_t bad;
    if (refused && is_venues_own(m->reason)) {
        return;
    }
    rate_add(&x->live.refusals, in->mono, refused);
    uint32_t all = rate_count(&x->live.refusals,
                              before(in, x->conf.reject_window), &bad);
    if (all >= ORDERS_LEAST && is_too_many(bad, all, x->conf.reject_max)) {
        open_breaker(x, "reject_rate", "reject_rate", share(bad, all),
                     x->conf.reject_max, in, out);
        memset(&x->live.refusals, 0, sizeof x->live.refusals);
    }
}

/* An order is told again and again; its answer counts once. */
static bool
is_measured(struct riskd *x, const struct hash *order)
{
    uint64_t id;
    memcpy(&id, order->b, sizeof id);
    for (uint32_t i = 0; i < RATE_CAP; i++) {
        if (x->live.measured[i] == id) {
            return true;
        }
    }
    x->live.measured[x->live.measured_next] = id;
    x->live.measured_next = (x->live.measured_next + 1) % RATE_CAP;
    return false;
}

static void
measure(struct riskd *x, int64_t ns, const struct input *in,
        struct outbox *out)
{
    int64_t ms = (ns + 999999) / 1000000;
    rate_add(&x->live.delays, in->mono, ms);
    if (ms > x->conf.latency_max.ms) {
        bool was = riskd_is_slow(x, in->mono);
        x->slow_until.ns = in->mono.ns + x->conf.latency_hold.ms * 1000000;
        if (!was) {
            say_slow(x, ms, out);
        }
    }
    watch_percentile(x, in, out);
}

void
riskd_on_order(struct riskd *x, const struct order *m, const struct input *in,
               struct outbox *out)
{
    int64_t delay;
    x->counters[RISKD_orders]++;
    riskd_ack(in, out, true, REASON_none);
    riskd_count_order(x, m, in, out);
    if (m->sent.ns <= 0 || m->answered.ns <= m->sent.ns ||
        __builtin_sub_overflow(m->answered.ns, m->sent.ns, &delay) ||
        !is_live_group(x, &m->group) || is_measured(x, &m->order)) {
        return;
    }
    measure(x, delay, in, out);
    count_refusal(x, m, in, out);
}

void
riskd_count_ghost(struct riskd *x, const struct fill *m, bool failed,
                  const struct input *in, struct outbox *out)
{
    uint32_t bad;
    if (m->mode != MODE_live) {
        return;
    }
    rate_add(&x->live.ghosts, in->mono, failed);
    uint32_t all = rate_count(&x->live.ghosts, (struct nanos){ INT64_MIN },
                              &bad);
    if (all >= FILLS_LEAST && is_too_many(bad, all, x->conf.ghost_max)) {
        open_breaker(x, "ghost_rate", "fills_failed_on_chain",
                     share(bad, all), x->conf.ghost_max, in, out);
        memset(&x->live.ghosts, 0, sizeof x->live.ghosts);
    }
}
