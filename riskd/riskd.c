/* riskd - says yes or no, and keeps the books: the engine */
/*
 * The middle of the engine: birth, the lease, and the one door through which
 * anything is booked.  What is asked is judged in authorize.c, what happened
 * is booked in booking.c and settling.c, what stops us is in breakers.c and
 * kill.c, and recall.c puts it all together again after a restart.
 *
 * An epoch is the executor's run number: that counter is durable before the
 * executor says its first word, only grows, and belongs to one process at a
 * time, so nothing needs to be remembered here to tell old from new.
 */
#include "riskd/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "riskd/reload.h"

struct riskd *
riskd_new(const struct riskd_conf *conf, const struct common_conf *common,
          const struct capital_conf *capital,
          const struct strategy_conf *strategy)
{
    struct riskd *x = calloc(1, sizeof *x);
    must(x != NULL);
    x->conf = *conf;
    x->mode = common->mode;
    x->capital = capital->initial_usd;
    x->cash_rate = capital->cash_rate_year;
    x->strategy = *strategy;
    struct ledger_caps caps = { (uint32_t)conf->lots_cap,
                                (uint32_t)conf->events_cap,
                                (uint32_t)conf->refs_cap };
    for (int i = 0; i < 2; i++) {
        x->books[i].mode = i == 0 ? MODE_paper : MODE_live;
        x->books[i].ledger = ledger_new(&caps);
        x->books[i].halt_day = INT64_MIN;
        x->books[i].paused_until.ns = INT64_MIN;
    }
    x->grants =
        grants_new((uint32_t)conf->grants_kept, (uint32_t)conf->grants_open);
    x->sha = digest_sha256();
    switches_init(&x->switches, conf->stage_signoff ? 0 : 3);
    x->words = WORDS_MOST;
    marks_init(&x->marks, (uint32_t)conf->markets_cap);
    x->ruling = ruling_new(conf);
    x->reload = reload_new();
    x->slow_until.ns = INT64_MIN;
    riskd_alert_init(x);
    return x;
}

void
riskd_mac_key(struct riskd *x, const struct mac_key *key)
{
    x->mac_key = *key;
    x->keyed = true;
}

void
riskd_destroy(struct riskd **x)
{
    if (*x == NULL) {
        return;
    }
    ledger_destroy(&(*x)->books[0].ledger);
    ledger_destroy(&(*x)->books[1].ledger);
    grants_destroy(&(*x)->grants);
    digest_destroy(&(*x)->sha);
    marks_clear(&(*x)->marks);
    mac_key_wipe(&(*x)->mac_key);
    ruling_destroy(&(*x)->ruling);
    free((*x)->reload);
    free(*x);
    *x = NULL;
}

struct books *
books_of(struct riskd *x, enum mode mode)
{
    return &x->books[mode == MODE_live];
}

struct uuid
riskd_id(struct riskd *x, const struct input *in)
{
    return uuid_make(in->wall, SOURCE_riskd, in->own_run, ++x->ids);
}

bool
text_is_sane(const struct text *t)
{
    return memchr(t->s, '\0', sizeof t->s) != NULL;
}

void
riskd_ack(const struct input *in, struct outbox *out, bool ok,
          enum reason reason)
{
    struct ack ack = { ok, reason };
    struct to to = input_sender(in);
    say_ack(out, &ack, &to);
}

int64_t
riskd_whole(uint64_t n)
{
    return n > INT64_MAX / MICROS ? INT64_MAX : (int64_t)n * MICROS;
}

uint64_t
riskd_event_count(const struct risk_event *m)
{
    return m->unit.s[0] == '\0' ? m->value : m->value / MICROS;
}

void
riskd_say_event(struct riskd *x, struct outbox *out,
                const struct risk_event_says *says)
{
    struct risk_event e = {
        .value = says->value < 0 ? 0 : (uint64_t)says->value,
        .threshold = says->threshold < 0 ? 0 : (uint64_t)says->threshold,
        .severity = says->severity,
        .action = says->action
    };
    must(says->ruled || rule_id_is_taken(says->rule));
    (void)text_set(&e.rule, says->rule);
    (void)text_set(&e.metric, says->metric);
    (void)text_set(&e.scope, says->scope);
    (void)text_set(&e.unit, says->unit);
    x->counters[RISKD_events]++;
    x->alarm = x->alarm || says->severity >= SEVERITY_high;
    say_risk_event(out, &e, NULL);
    alerts_note(&x->alerts, &e);
}

bool
riskd_book(struct riskd *x, struct books *b, const struct input *in,
           struct outbox *out, enum reason *why)
{
    /* A journal may have left them otherwise; nothing is granted then. */
    bool were_balanced = ledger_balanced(b->ledger);
    if (!ledger_can(b->ledger, &x->batch, why)) {
        return false;
    }
    for (uint32_t i = 0; i < x->batch.count; i++) {
        const struct ledger_entry *e = &x->batch.at[i];
        must(ledger_apply(b->ledger, e));
        must(grants_apply(x->grants, e));
        say_ledger_entry(out, e, NULL);
    }
    must(!were_balanced || ledger_balanced(b->ledger));
    riskd_watch_loss(x, b, in, out);
    return true;
}

static void
open_books(struct riskd *x, enum mode mode, const struct input *in,
           struct outbox *out)
{
    struct books *b = books_of(x, mode);
    struct uuid opening = { { 0 } };
    char name[sizeof opening.b + 1];
    (void)snprintf(name, sizeof name, "opening %s",
                   enum_word(&mode_words, (uint32_t)mode));
    memcpy(opening.b, name, strlen(name));
    if (x->broken || ledger_ref(b->ledger, &opening) != NULL ||
        x->capital.micros == 0) {
        return;
    }
    batch_start(&x->batch, b->mode, &opening, NULL, in->wall);
    batch_add(&x->batch, ACCOUNT_capital, NULL, -x->capital.micros);
    batch_add(&x->batch, ACCOUNT_cash, NULL, x->capital.micros);
    enum reason why;
    must(riskd_book(x, b, in, out, &why));
}

/* Books begin with the configured capital, once per journal; a later change
 * of the setting does not change them.  Live ones the first time that live is
 * allowed: the capital is what its owner lets the program work with, not what
 * the wallet happens to hold. */
void
riskd_open(struct riskd *x, const struct input *in, struct outbox *out)
{
    if (x->opened) {
        return;
    }
    x->opened = true;
    open_books(x, MODE_paper, in, out);
    if (riskd_mode_max(x) == MODE_live) {
        open_books(x, MODE_live, in, out);
    }
}

void
riskd_on_tick(struct riskd *x, const struct tick *m, const struct input *in,
              struct outbox *out)
{
    (void)m;
    riskd_open(x, in, out);
    riskd_stop_again(x, in, out);
    riskd_answer_kills(x, in, out);
    riskd_answer_clear(x, in, out);
    riskd_answer_scope_kills(x, in, out);
    riskd_watch_probation(x, in, out);
    riskd_watch_lease(x, in, out);
    riskd_watch_live(x, in, out);
    riskd_look_at_health(x, in, out);
    riskd_mark_on_tick(x, in, out);
    riskd_rule_on_tick(x, in, out);
    riskd_alert_on_tick(x, in, out);
    riskd_say_state(x, in, out);
}

/* 1. A run older than the newest is void at once: it gets a lease that ends
 *    now.  2. The newest gets one from now on, whatever the state: under a
 *    kill it says `halted`, and its holder may still reconcile.  3. Which run
 *    that is is on disk first, or after a restart of ours an older one that
 *    was only thought dead would be the newest. */
void
riskd_on_lease_request(struct riskd *x, const struct lease_request *m,
                       const struct input *in, struct outbox *out)
{
    struct to to = input_sender(in);
    struct lease lease = { .epoch = x->epoch,
                           .kill_gen = x->latch.kill_gen,
                           .stage = riskd_stage(x),
                           .mode = MODE_halted,
                           .size = { riskd_size(x).ppm / 100 } };
    riskd_open(x, in, out);
    if (in->run == 0 || in->run < x->epoch) {
        x->counters[RISKD_leases_refused]++;
        say_lease(out, &lease, &to);
        return;
    }
    bool newer = in->run > x->epoch;
    x->epoch = in->run;
    x->leased = true;
    x->held = *m;
    riskd_hear_nodes(x, m, in);
    x->lease_end.ns = in->mono.ns + x->conf.lease_ttl.ms * 1000000;
    struct risk_state state;
    riskd_state(x, in->wall, in->mono, &state);
    if (newer) {
        say_risk_state_on(out, ROUTE_FACTS | ROUTE_SYNC, &state, NULL);
    }
    lease.epoch = x->epoch;
    lease.mode = state.mode;
    lease.ttl = x->conf.lease_ttl;
    x->counters[RISKD_leases]++;
    say_lease(out, &lease, &to);
}

void
riskd_on_list_open(struct riskd *x, const struct list_open *m,
                   const struct input *in, struct outbox *out)
{
    struct to to = input_sender(in);
    struct snapshot_end end = { .what = ASKED_grants };
    (void)m;
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (!p->open) {
            continue;
        }
        struct grant grant = p->grant;
        grant.reserved = p->allowance;
        for (uint32_t k = 0; k < grant.legs.count; k++) {
            grant.reserved.micros += p->legs[k].left.micros;
        }
        grant.ttl.ms = 0; /* What may be reconciled, not what may be sent. */
        memset(&grant.mac, 0, sizeof grant.mac);
        say_grant_on(out, ROUTE_REPLY, &grant, &to);
        end.sent++;
    }
    say_snapshot_end(out, &end, &to);
}

const uint64_t *
riskd_counters(const struct riskd *x)
{
    return x->counters;
}
