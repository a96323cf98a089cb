/* alerting - riskd's alerts: when they are said, who answers, what is shown */
/*
 * Events come to alerts.c where they are said (riskd_say_event); once a tick
 * what has to be said of them is said, as `alert`.  Telling people is not
 * riskd's: `arb herald` reads the journal, so nobody's mail server is ever
 * waited for here.
 */
#include "riskd/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/event_number.h"
#include "common/must.h"

/* A turn says at most so many steps; the rest follow with the next. */
enum { STEPS_A_TICK = 2 * ALERTS_CAP, SHOWN_MOST = 100 };

void
riskd_alert_init(struct riskd *x)
{
    const struct riskd_conf *c = &x->conf;
    x->alerts.times = (struct alert_times){
        .window = c->alert_window.ms * 1000000,
        .yellow = c->alert_yellow.ms * 1000000,
        .orange = c->alert_orange.ms * 1000000,
        .red = c->alert_red.ms * 1000000,
        .calm = c->alert_calm.ms * 1000000,
        .quiet = c->alert_quiet.ms * 1000000,
    };
}

static void
count_blind(struct riskd *x)
{
    enum mode now = riskd_mode_max(x);
    for (uint32_t mode = 0; mode < mode_end_; mode++) {
        alerts_blind(&x->alerts, (enum mode)mode,
                     mode == (uint32_t)now ? riskd_rules_blind(x) : 0);
    }
}

void
riskd_alert_on_tick(struct riskd *x, const struct input *in,
                    struct outbox *out)
{
    struct alert m;
    x->alerts.now = in->wall.ns;
    count_blind(x);
    for (int i = 0; i < STEPS_A_TICK && alerts_step(&x->alerts, in->wall, &m);
         i++) {
        x->counters[RISKD_alerts] += m.step == ALERT_STEP_raised;
        say_alert(out, &m, NULL);
    }
    x->counters[RISKD_alerts_lost] = x->alerts.lost;
}

void
riskd_recall_alert(struct riskd *x, const struct alert *m,
                   const struct input *in)
{
    (void)in;
    alerts_recall(&x->alerts, m);
}

bool
riskd_alert_fits(const struct riskd *x, const struct command *m,
                 enum reason *why, const char **text)
{
    uint64_t n;
    if (!alerts_target(&m->target, &n)) {
        *why = REASON_BAD_INPUT;
        *text = "the number of an alert (arb alerts), or all";
        return false;
    }
    if (n != 0 && !alerts_has(&x->alerts, n)) {
        *why = REASON_NOT_FOUND;
        *text = "no alert of that number, or it is over";
        return false;
    }
    return true;
}

void
riskd_alert_ack(struct riskd *x, const struct command *m,
                const struct input *in, struct outbox *out)
{
    struct alert said;
    uint64_t n;
    must(alerts_target(&m->target, &n));
    while (alerts_ack(&x->alerts, n, &m->actor, in->wall, &said)) {
        say_alert(out, &said, NULL);
    }
}

static void
show(const struct alert_entry *e, struct nanos wall, struct title *out)
{
    const struct alert *m = &e->m;
    char text[512], value[MICROS_TEXT_CAP], limit[MICROS_TEXT_CAP];
    int64_t age = (wall.ns - m->first.ns) / 1000000000;
    (void)snprintf(text, sizeof text,
                   "%" PRIu64 " %s %s: %s of %s %s (%s), %" PRIu64
                   " times since %" PRId64 " s%s%s%s",
                   m->n, enum_word(&alert_level_words, (uint32_t)m->level),
                   m->key.s, event_number(&m->unit, m->value, value),
                   event_number(&m->unit, m->threshold, limit), m->unit.s,
                   m->metric.s, m->times, age, e->over ? ", over" : "",
                   m->acked ? ", answered by " : "",
                   m->acked ? m->actor.s : "");
    (void)title_set(out, text);
}

void
riskd_tell_alerts(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct to to = input_sender(in);
    struct command_reply r = riskd_make_reply(x, REASON_none, "");
    enum alert_level loudest;
    char text[sizeof(struct title)];
    uint32_t shown = 0;
    r.more = true;
    for (const struct alert_entry *e = alerts_after(&x->alerts, 0); e != NULL;
         e = alerts_after(&x->alerts, e->m.n)) {
        bool waits = !e->m.acked && e->m.level > ALERT_LEVEL_yellow;
        if ((!e->ended || waits) && shown++ < SHOWN_MOST) {
            show(e, in->wall, &r.text);
            say_command_reply(out, &r, &to);
        }
    }
    uint64_t open = alerts_open(&x->alerts, &loudest);
    (void)snprintf(text, sizeof text, "%" PRIu64 " without an answer%s%s",
                   open, open > 0 ? ", the loudest " : "",
                   open > 0 ? enum_word(&alert_level_words, (uint32_t)loudest)
                            : "");
    r.more = false;
    (void)title_set(&r.text, text);
    say_command_reply(out, &r, &to);
}
