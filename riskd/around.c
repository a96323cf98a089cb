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

/* What a leg of the group's grants means to a patch of the same token. */
static void
look_at_missed(struct question *a, uint32_t i, const struct promise *p,
               uint32_t k)
{
    const struct leg *theirs = &p->grant.legs.at[k];
    const struct held_leg *had = &p->legs[k];
    struct leg_facts *facts = &a->leg[i];
    /* The first one's orders ended before: its release may be on its way. */
    int64_t to_come = p->open && !had->closed &&
                              p->grant.kind == GRANT_KIND_patch
                          ? had->shares.micros
                          : 0;
    bool same = hash_equal(&theirs->token, &a->m->legs.at[i].token);
    if (!same && p->grant.kind == GRANT_KIND_hedge &&
        is_other_half(facts->market, &theirs->token,
                      &a->m->legs.at[i].token)) {
        facts->missed.micros += had->bought.micros;
    } else if (same && theirs->side == SIDE_sell) {
        facts->missed.micros += theirs->size.micros - had->shares.micros;
    } else if (same) {
        bool first = p->grant.kind == GRANT_KIND_normal;
        facts->counted = facts->counted || first;
        facts->missed.micros += (first ? theirs->size.micros : 0) -
                                had->bought.micros - to_come;
    }
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
            if (own && a->m->kind == GRANT_KIND_patch) {
                look_at_missed(a, i, p, k);
            }
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
        .unit = "groups",
        .value = riskd_whole(x->lately[strategy].count),
        .threshold = riskd_whole(x->conf.executions_max),
        .severity = SEVERITY_high,
        .action = ACTION_disable_strategy,
    };
    riskd_audit(x, &m, REASON_none, out);
    say_command(out, &m, NULL);
    switches_apply(&x->switches, &m, in->wall);
    riskd_say_event(x, out, &says);
}

/* By the wall, so that a restart goes on with its window; a clock set back
 * does not begin a new one. */
static struct opened *
count(struct riskd *x, enum grant_kind kind, enum strategy strategy,
      struct nanos wall)
{
    struct opened *o = &x->lately[strategy];
    if (kind != GRANT_KIND_normal || x->conf.executions_max == 0) {
        return NULL;
    }
    if (o->count == 0 || wall.ns - o->since.ns >=
                             x->conf.executions_window.ms * 1000000) {
        *o = (struct opened){ wall, 0 };
    }
    return ++o->count < x->conf.executions_max ? NULL : o;
}

void
riskd_count_opened(struct riskd *x, const struct authorize *m,
                   const struct input *in, struct outbox *out)
{
    struct opened *full = count(x, m->kind, m->strategy, in->wall);
    if (full != NULL) {
        switch_off(x, m->strategy, in, out);
        full->count = 0;
    }
}

/* That it was switched off then is a fact of its own. */
void
riskd_recall_opened(struct riskd *x, const struct grant *m,
                    const struct input *in)
{
    struct opened *full = count(x, m->kind, m->strategy, in->wall);
    if (full != NULL) {
        full->count = 0;
    }
}
