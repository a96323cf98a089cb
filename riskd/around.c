/* around - what lies around a request: its markets, its group, our orders */
/*
 * Facts for the checks, and no judgement.
 */
#include "riskd/engine.h"

#include "common/must.h"

static void
look_at_market(const struct riskd *x, struct question *a, uint32_t i)
{
    const struct universe *u = x->marks.universe;
    uint32_t t = universe_token(u, &a->m->legs.at[i].token);
    if (t == MAP_NONE) {
        return;
    }
    const struct universe_market *m = universe_market(u, t / 2);
    a->leg[i] = (struct leg_facts){ .market = &m->m,
                                    .yes = t % 2 == 0,
                                    .ended = m->resolved ||
                                             x->marks.disputed[t / 2] };
}

static bool
is_other_half(const struct market *m, const struct hash *a,
              const struct hash *b)
{
    return m != NULL && ((hash_equal(&m->yes, a) && hash_equal(&m->no, b)) ||
                         (hash_equal(&m->no, a) && hash_equal(&m->yes, b)));
}

/* A yes bought at p is a no sold at 1 - p. */
static bool
crosses(const struct market *m, const struct leg *a, const struct leg *b)
{
    bool buys = a->side == SIDE_buy;
    if (hash_equal(&a->token, &b->token)) {
        int64_t bought = buys ? a->limit.micros : b->limit.micros;
        int64_t sold = buys ? b->limit.micros : a->limit.micros;
        return a->side != b->side && bought >= sold;
    }
    int64_t both = a->limit.micros + b->limit.micros;
    return a->side == b->side && is_other_half(m, &a->token, &b->token) &&
           (buys ? both >= MICROS : both <= MICROS);
}

static void
look_at_promise(struct question *a, const struct promise *p)
{
    bool own = uuid_equal(&p->grant.group, &a->m->group);
    for (uint32_t k = 0; k < p->grant.legs.count; k++) {
        const struct leg *theirs = &p->grant.legs.at[k];
        bool may_fill = p->open && !p->legs[k].closed &&
                        p->legs[k].shares.micros > 0;
        for (uint32_t i = 0; i < a->m->legs.count; i++) {
            const struct leg *ours = &a->m->legs.at[i];
            if (own && p->grant.kind == GRANT_KIND_normal &&
                (hedges(a, i)
                     ? is_other_half(a->leg[i].market, &ours->token,
                                     &theirs->token)
                     : ours->side == theirs->side &&
                           hash_equal(&ours->token, &theirs->token))) {
                a->leg[i].base = theirs->limit;
            }
            a->crosses = a->crosses ||
                         (!own && may_fill &&
                          crosses(a->leg[i].market, ours, theirs));
        }
    }
}

void
riskd_look_around(const struct riskd *x, struct question *a)
{
    bool live = a->m->mode == MODE_live;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        look_at_market(x, a, i);
    }
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (p->serial != 0 && (p->grant.mode == MODE_live) == live) {
            look_at_promise(a, p);
        }
    }
}

/* Off by name: as an operator would have said it, and kept like that. */
static void
switch_off(struct riskd *x, enum strategy strategy, const struct input *in,
           struct outbox *out)
{
    const char *word = enum_word(&strategy_words, (uint32_t)strategy);
    struct command m = { .verb = VERB_disable };
    (void)text_set(&m.target, word);
    (void)text_set(&m.actor, "riskd");
    (void)text_set(&m.reason, "too many groups in too short a time");
    struct risk_event_says says = {
        .rule = "too_often",
        .metric = "groups_in_window",
        .scope = word,
        .value = (int64_t)x->lately[strategy].count,
        .threshold = (int64_t)x->conf.executions_max,
        .severity = SEVERITY_high,
        .action = ACTION_disable_strategy,
    };
    riskd_audit(x, &m, REASON_none, out);
    say_command(out, &m, NULL);
    switches_apply(&x->switches, &m, in->wall);
    riskd_say_event(x, out, &says);
}

void
riskd_count_opened(struct riskd *x, const struct authorize *m,
                   const struct input *in, struct outbox *out)
{
    struct opened *o = &x->lately[m->strategy];
    if (m->kind != GRANT_KIND_normal || x->conf.executions_max == 0) {
        return;
    }
    if (o->count == 0 || in->mono.ns - o->since.ns >=
                             x->conf.executions_window.ms * 1000000) {
        *o = (struct opened){ in->mono, 0 };
    }
    if (++o->count >= x->conf.executions_max) {
        switch_off(x, m->strategy, in, out);
        o->count = 0;
    }
}
