/* breakers - layer 4: failures in a row, the day's loss */
/*
 * What a breaker remembers is in the risk events it said, so a restart keeps
 * both its count and its deadline (wall time, as the facts have it).
 * What live orders and fills show is live.c's.
 */
#include "riskd/engine.h"

#include <stdio.h>

#include "common/must.h"

bool
riskd_is_paused(const struct books *b, struct nanos wall)
{
    return wall.ns < b->paused_until.ns;
}

/* Of the shares' worth since the day began; a mark of another day says
 * nothing. */
static int64_t
marked_loss(const struct books *b, struct nanos wall)
{
    if (b->mark.day == 0 || (int64_t)b->mark.day != utc_day(wall)) {
        return 0;
    }
    return b->mark.open.micros - b->mark.equity.micros;
}

int64_t
riskd_day_loss(const struct books *b, struct nanos wall)
{
    int64_t booked = -ledger_day_pnl(b->ledger, wall).micros;
    int64_t marked = marked_loss(b, wall);
    return marked > booked ? marked : booked;
}

void
riskd_end_pauses(struct riskd *x)
{
    for (int i = 0; i < 2; i++) {
        x->books[i].paused_until.ns = INT64_MIN;
    }
}

bool
riskd_is_halted(const struct riskd *x, const struct books *b, struct nanos wall)
{
    return utc_day(wall) <= b->halt_day ||
           riskd_day_loss(b, wall) > x->conf.daily_loss_max.micros;
}

/* After every booking and every mark.  The day halted is the one that the
 * ledger counts, or the mark: a restart reads it off them. */
void
riskd_watch_loss(struct riskd *x, struct books *b, const struct input *in,
                 struct outbox *out)
{
    int64_t loss = -ledger_day_pnl(b->ledger, in->wall).micros;
    int64_t day = ledger_day(b->ledger);
    bool marked = loss <= x->conf.daily_loss_max.micros;
    if (marked) {
        loss = marked_loss(b, in->wall);
        day = (int64_t)b->mark.day;
    }
    if (b->halt_day == day || loss <= x->conf.daily_loss_max.micros) {
        return;
    }
    struct risk_event_says says = {
        .rule = marked ? "daily_loss_marked" : "daily_loss",
        .metric = "daily_loss",
        .unit = "usd",
        .scope = enum_word(&mode_words, (uint32_t)b->mode),
        .value = loss,
        .threshold = x->conf.daily_loss_max.micros,
        .severity = SEVERITY_critical,
        .action = ACTION_halt_day,
    };
    b->halt_day = day;
    x->counters[RISKD_halts]++;
    riskd_say_event(x, out, &says);
}

/* "paper 0190...": whose books, and which execution counted last. */
static struct text
make_scope(const struct books *b, const struct uuid *exec_id)
{
    struct text scope = { { 0 } };
    char id[UUID_TEXT_CAP];
    (void)snprintf(scope.s, sizeof scope.s, "%s %s",
                   enum_word(&mode_words, (uint32_t)b->mode),
                   uuid_format(exec_id, id));
    return scope;
}

static void
say_failures(struct riskd *x, struct books *b, const struct text *scope,
             bool opens, struct outbox *out)
{
    struct risk_event_says says = {
        .rule = "failures",
        .metric = "consecutive_exec_failures",
        .scope = scope->s,
        .unit = "failures",
        .value = riskd_whole(b->failures),
        .threshold = riskd_whole(x->conf.failures_max),
        .severity = opens             ? SEVERITY_critical
                    : b->failures > 0 ? SEVERITY_warning
                                      : SEVERITY_info,
        .action = opens ? ACTION_pause : ACTION_log,
    };
    riskd_say_event(x, out, &says);
}

/* Offered because everything is to be sold, and not taken. */
static void
say_unsold(struct riskd *x, const struct execution *m, struct outbox *out)
{
    char scope[128];
    (void)snprintf(scope, sizeof scope, "%s %.70s",
                   enum_word(&mode_words, (uint32_t)m->mode), m->event.s);
    struct risk_event_says says = {
        .rule = "unsold",
        .metric = "shares_left",
        .scope = scope,
        .unit = "shares",
        .value = m->target.micros - m->filled.micros,
        .severity = SEVERITY_warning,
        .action = ACTION_flatten_all,
    };
    riskd_say_event(x, out, &says);
}

/* A sale of what is held is not what a strategy tried: it counts nowhere.
 * ERROR counts; FILLED and PATCHED begin again at 0; the rest (nothing sent,
 * nothing there, unwound as meant) is neither.  Opening the breaker begins
 * again at 0 too, so that after the pause it takes as many as before. */
void
riskd_on_execution(struct riskd *x, const struct execution *m,
                   const struct input *in, struct outbox *out)
{
    bool failed = m->status == EXEC_STATUS_ERROR;
    bool worked =
        m->status == EXEC_STATUS_FILLED || m->status == EXEC_STATUS_PATCHED;
    if (m->mode != MODE_paper && m->mode != MODE_live) {
        return;
    }
    if (uuid_equal(&m->exec_id, &m->scan_id)) {
        if (m->filled.micros >= 0 && m->filled.micros < m->target.micros) {
            say_unsold(x, m, out);
        }
        return;
    }
    riskd_count_probation(x, m);
    riskd_count_execution(x, m, in, out);
    struct books *b = books_of(x, m->mode);
    struct text scope = make_scope(b, &m->exec_id);
    if ((!failed && !worked) || (worked && b->failures == 0) ||
        (failed && text_equal(&scope, &b->last_failure))) {
        return;
    }
    if (worked) {
        b->failures = 0;
        say_failures(x, b, &scope, false, out);
        return;
    }
    b->failures++;
    b->last_failure = scope;
    x->counters[RISKD_failures]++;
    bool opens = b->failures >= x->conf.failures_max;
    say_failures(x, b, &scope, opens, out);
    if (opens) {
        b->failures = 0;
        b->paused_until.ns = in->wall.ns + x->conf.failures_pause.ms * 1000000;
        x->counters[RISKD_pauses]++;
    }
}
