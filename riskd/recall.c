/* recall - the engine put together again from its own facts */
/*
 * The facts come in the order they were written, each with the times it was
 * written at.  A fact that does not fit means the journal and this program
 * do not agree: nothing is granted then, and the state says CONFLICT.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "common/planted.h"

void
riskd_recall_grant(struct riskd *x, const struct grant *m,
                   const struct input *in)
{
    struct hash content = grants_content(x->sha, m->kind, m->mode, m->strategy,
                                         &m->event, &m->legs);
    x->epoch = m->epoch > x->epoch ? m->epoch : x->epoch;
    if (PLANTED(grant_not_recalled)) {
        return;
    }
    if (grants_enter(x->grants, m, &content, in->mono) == NULL) {
        x->broken = true;
    }
    if ((unsigned)m->strategy < strategy_end_) {
        riskd_recall_opened(x, m, in);
    }
}

/* Leases are no facts, but the first of an epoch was said in one. */
void
riskd_recall_risk_state(struct riskd *x, const struct risk_state *m,
                        const struct input *in)
{
    (void)in;
    x->epoch = m->epoch > x->epoch ? m->epoch : x->epoch;
}

void
riskd_recall_release(struct riskd *x, const struct release *m,
                     const struct input *in)
{
    struct promise *p = grants_find(x->grants, &m->auth);
    (void)in;
    if (p == NULL || m->leg > legs_cap) {
        x->broken = true;
        return;
    }
    grants_close(x->grants, p, m->leg);
}

void
riskd_recall_ledger_entry(struct riskd *x, const struct ledger_entry *m,
                          const struct input *in)
{
    struct books *b = books_of(x, m->mode);
    (void)in;
    if ((m->mode != MODE_paper && m->mode != MODE_live) ||
        !ledger_apply(b->ledger, m) || !grants_apply(x->grants, m)) {
        x->broken = true;
    }
}

/* The books an event's scope names first; NULL when none. */
static struct books *
books_of_scope(struct riskd *x, const struct text *scope)
{
    for (int i = 0; i < 2; i++) {
        const char *word = enum_word(&mode_words, (uint32_t)x->books[i].mode);
        size_t size = strlen(word);
        if (strncmp(scope->s, word, size) == 0 &&
            (scope->s[size] == '\0' || scope->s[size] == ' ')) {
            return &x->books[i];
        }
    }
    return NULL;
}

void
riskd_recall_risk_event(struct riskd *x, const struct risk_event *m,
                        const struct input *in)
{
    struct books *b = books_of_scope(x, &m->scope);
    bool kill = strcmp(m->rule.s, "kill") == 0;
    uint64_t count = riskd_event_count(m);
    x->alerts.now = in->wall.ns;
    alerts_note(&x->alerts, m);
    riskd_recall_alarm(x, m);
    if (kill || strcmp(m->rule.s, "clear") == 0) {
        x->stopping = x->stopping && !riskd_is_new_kill(x, kill, count);
        x->kill_said = count;
        x->kill_on = kill;
        x->alarm = false;
    } else if (strcmp(m->rule.s, "probation_over") == 0) {
        riskd_recall_probation(x, m);
    } else if (b != NULL && strcmp(m->rule.s, "daily_loss") == 0) {
        b->halt_day = ledger_day(b->ledger);
    } else if (b != NULL && strcmp(m->rule.s, "daily_loss_marked") == 0) {
        b->halt_day = (int64_t)b->mark.day;
    } else if (b != NULL && m->action == ACTION_pause &&
               (strcmp(m->rule.s, "reject_rate") == 0 ||
                strcmp(m->rule.s, "ghost_rate") == 0)) {
        b->paused_until.ns = in->wall.ns + x->conf.failures_pause.ms * 1000000;
    } else if (b != NULL && strcmp(m->rule.s, "failures") == 0) {
        bool opens = m->action == ACTION_pause;
        b->failures = opens ? 0 : count;
        b->last_failure = count > 0 ? m->scope : b->last_failure;
        if (opens) {
            b->paused_until.ns =
                in->wall.ns + x->conf.failures_pause.ms * 1000000;
        }
    }
}

static void
add_books(struct digest *d, const struct books *b)
{
    ledger_digest(b->ledger, d);
    digest_add(d, &b->failures, sizeof b->failures);
    digest_add(d, &b->paused_until, sizeof b->paused_until);
    digest_add(d, b->last_failure.s, strlen(b->last_failure.s));
    digest_add(d, &b->halt_day, sizeof b->halt_day);
    const int64_t mark[] = { (int64_t)b->mark.day, b->mark.equity.micros,
                             b->mark.open.micros, b->mark.high.micros,
                             b->mark.best.micros };
    digest_add(d, mark, sizeof mark);
}

struct hash
riskd_digest(const struct riskd *x)
{
    struct hash out;
    uint8_t flags[3] = { x->broken, x->stopping, x->kill_on };
    digest_start(x->sha);
    add_books(x->sha, &x->books[0]);
    add_books(x->sha, &x->books[1]);
    grants_digest(x->grants, x->sha);
    digest_add(x->sha, flags, sizeof flags);
    digest_add(x->sha, &x->epoch, sizeof x->epoch);
    digest_add(x->sha, &x->kill_said, sizeof x->kill_said);
    digest_add(x->sha, &x->proved_gen, sizeof x->proved_gen);
    switches_digest(&x->switches, x->sha);
    digest_add(x->sha, x->lately, sizeof x->lately);
    for (uint32_t i = 0; i < NONCES_CAP && x->nonces.nonce[i] != 0; i++) {
        digest_add(x->sha, &x->nonces.nonce[i], sizeof x->nonces.nonce[i]);
    }
    digest_add(x->sha, &x->audit.n, sizeof x->audit.n);
    digest_add(x->sha, &x->audit.chain, sizeof x->audit.chain);
    ruling_digest(x->ruling, x->sha);
    alerts_digest(&x->alerts, x->sha);
    digest_end(x->sha, out.b);
    return out;
}
