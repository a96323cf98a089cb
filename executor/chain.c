/* chain - splits, merges, redeems, conversions: each done once, and proved */

/* This file: the errands that wait, the one that goes, and which file asks
 * the next question of it (chain_plan, chain_send, chain_relay, chain_check).
 * Before
 * anything is signed a node that fails ends the errand, which is asked again
 * by whoever wants it; once bytes may be out there is no giving up.  A node is
 * believed only after it said which chain it is on, and again after it was
 * lost. */

#include "executor/chain_own.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

void
chain_step(struct chain *c, enum step step)
{
    c->g.step = step;
    c->g.part = 0;
    c->g.failures = 0;
}

void
chain_pause(struct chain *c, struct nanos mono, struct ms pause)
{
    if (__builtin_add_overflow(mono.ns, pause.ms * 1000000, &c->g.next.ns))
        c->g.next.ns = INT64_MAX;
}

void
chain_other_node(struct chain *c)
{
    c->node = (c->node + 1) % c->t.nodes;
}

bool
chain_asks(const struct chain *c)
{
    return c->g.e->call != 0;
}

void
chain_end(struct chain *c, enum call_end end, enum reason reason,
          const char *words)
{
    c->g.end = end;
    c->g.reason = reason;
    (void)text_set(&c->g.words, words); /* Cut where it is long. */
    chain_step(c, STEP_done);
}

/* --- errands -------------------------------------------------------------- */
static struct errand *
find(struct chain *c, const struct uuid *ref)
{
    for (uint32_t i = 0; i < CHAIN_ERRANDS; i++)
        if (c->errands[i].used && uuid_equal(&c->errands[i].of.ref, ref))
            return &c->errands[i];
    return NULL;
}

static struct errand *
add(struct chain *c, const struct chain_errand *of)
{
    for (uint32_t i = 0; i < CHAIN_ERRANDS; i++) {
        struct errand *e = &c->errands[i];

        if (e->used)
            continue;
        *e = (struct errand){ .used = true, .order = ++c->orders,
                              .of = *of };
        return e;
    }
    return NULL;
}

bool
chain_ask(struct chain *c, const struct venue_call *m)
{
    struct chain_errand of = { .ref = m->ref, .op = m->op,
                               .market = m->market, .token = m->token,
                               .pair = m->pair, .qty = m->qty,
                               .strategy = m->strategy };
    struct errand *e = find(c, &m->ref);

    must(chain_op_is(m->op));
    if (!chain_conversion_of(m->op, &m->event, m->gone, m->made, &m->orders,
                             &of.conversion))
        return false;
    if (!e)
        e = add(c, &of);
    if (!e)
        return false;
    e->call = m->call;
    return true;
}

uint32_t
chain_errands(const struct chain *c)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < CHAIN_ERRANDS; i++)
        count += c->errands[i].used;
    return count;
}

/* --- birth ---------------------------------------------------------------- */
struct chain *
chain_new(const struct chain_terms *t, const struct chain_past *past)
{
    struct chain *c = calloc(1, sizeof *c);
    const struct chain_record *r;
    uint32_t i = 0;

    must(c != NULL && past != NULL);
    must(t->nodes > 0 && t->nodes <= CHAIN_NODES && t->confirmations > 0);
    c->t = *t;
    c->past = past;
    while ((r = chain_past_open(past, &i)) != NULL)
        if (!find(c, &r->of.ref))
            must(add(c, &r->of) != NULL); /* Never more than one. */
    return c;
}

void
chain_destroy(struct chain **c)
{
    free(*c);
    *c = NULL;
}

/* What was signed for an errand in an earlier run. */
static bool
restore(struct chain *c)
{
    struct going *g = &c->g;
    const struct chain_record *r;
    uint32_t i = 0;

    while ((r = chain_past_open(c->past, &i)) != NULL) {
        if (!uuid_equal(&r->of.ref, &g->e->of.ref))
            continue;
        if (g->versions == VERSIONS_CAP)
            break;
        g->relayed = chain_relay_restore(c, r);
        struct version *v = &g->version[g->versions++];
        v->tx = r->tx;
        v->fee_max = r->fee_max;
        v->priority = r->priority;
        v->cancel = r->purpose == CHAIN_PURPOSE_cancel;
        v->raw_size = r->raw_size;
        memcpy(v->raw, r->raw, r->raw_size);
        g->nonce = r->nonce;
        if (!v->cancel)
            g->purpose = r->purpose;
        g->cancelling |= v->cancel;
    }
    return g->versions > 0;
}

void
chain_begin(struct chain *c, struct nanos mono, struct errand *e)
{
    const struct chain_record *done = chain_past_done(c->past, &e->of.ref);
    struct going *g = &c->g;

    memset(g, 0, sizeof *g);
    g->e = e;
    g->next = mono;
    g->relayed = carrier_relayed(&c->t.wallet);
    chain_plan_begin(c);
    if (g->step == STEP_done)
        return;
    if (done) {
        g->evidence = done->tx;
        if (done->words.s[0] == '\0') { /* Perhaps the venue never looked. */
            chain_plan_watch(c);
            g->end = CALL_END_answered;
            chain_step(c, STEP_refresh);
        } else {
            chain_end(c, CALL_END_unknown, REASON_BALANCE, done->words.s);
        }
    } else if (restore(c)) {
        g->maybe = true;
        g->made = mono;
        g->sent.ns = mono.ns - c->t.again.ms * 1000000; /* At once again. */
    } else if (c->t.barred) { /* What was signed before may still be done. */
        chain_end(c, CALL_END_not_sent, REASON_FORBIDDEN, c->t.barred);
    }
}

/* The oldest; what is open from before has no call, and goes first. */
static struct errand *
choose(struct chain *c)
{
    struct errand *best = NULL;

    for (uint32_t i = 0; i < CHAIN_ERRANDS; i++)
        if (c->errands[i].used &&
            (!best || c->errands[i].order < best->order))
            best = &c->errands[i];
    return best;
}

/* --- what it needs -------------------------------------------------------- */
/* A kill forbids it; all else takes exposure back. */
static bool
is_forbidden(const struct chain *c, bool latched)
{
    return latched && c->g.e->of.op == VENUE_OP_split;
}

static bool
ask_node(struct chain *c, struct chain_work *w, bool latched)
{
    struct rpc_question *q = &w->question;

    if (is_forbidden(c, latched) && c->g.step == STEP_send && !c->g.maybe) {
        chain_send_gone(c, REASON_LATCHED, "killed"); /* No node has it. */
        c->g.end = CALL_END_not_sent;
        return false;
    }
    *q = (struct rpc_question){ .from = c->t.wallet.owner };
    if (!c->node_good[c->node])
        q->method = RPC_chain;
    else if (c->g.step < STEP_record)
        chain_plan_question(c, q);
    else if (c->g.step < STEP_check)
        chain_send_question(c, q);
    else
        chain_check_question(c, q);
    q->id = ++c->questions;
    c->asked = q->method;
    w->need = CHAIN_NEED_answer;
    w->node = c->node;
    c->g.waiting = true;
    return true;
}

/* Of dollars and all tokens. */
static bool
refresh(struct chain *c, struct chain_work *w)
{
    w->need = CHAIN_NEED_refresh;
    c->g.waiting = true;
    memset(&w->token, 0, sizeof w->token);
    if (c->g.part > 0)
        w->token = c->g.watch.token[c->g.part - 1];
    return true;
}

/* False when nobody asked: of an earlier run. */
static bool
tell(struct chain *c, struct chain_work *w)
{
    struct going *g = &c->g;
    uint64_t call = g->e->call;

    memset(&w->done, 0, sizeof w->done);
    w->need = CHAIN_NEED_done;
    w->done.call = call;
    w->done.op = g->e->of.op;
    w->done.end = g->end;
    w->done.reason = g->reason;
    w->done.words = g->words;
    if (!hash_is_zero(&g->evidence))
        (void)hash_format(&g->evidence, w->done.evidence.s);
    g->e->used = false;
    g->e = NULL;
    return call != 0;
}

static bool
ask_relayer(struct chain *c, struct chain_work *w, bool latched)
{
    if (is_forbidden(c, latched) && chain_relay_killed(c))
        return false;
    memset(&w->relayer, 0, sizeof w->relayer);
    chain_relay_question(c, &w->relayer);
    w->relayer.id = ++c->questions;
    w->need = CHAIN_NEED_relayer;
    c->g.waiting = true;
    return true;
}

static bool
need_record(struct chain *c, struct chain_work *w, bool latched)
{
    struct going *g = &c->g;

    if (is_forbidden(c, latched) && g->step == STEP_record &&
        g->versions == 1) { /* Its bytes exist nowhere but here. */
        chain_end(c, CALL_END_not_sent, REASON_LATCHED, "killed");
        return false;
    }
    w->need = CHAIN_NEED_record;
    w->record = g->record;
    g->waiting = true;
    return true;
}

static bool
work(struct chain *c, bool latched, struct chain_work *w)
{
    struct going *g = &c->g;

    switch (g->step) {
    case STEP_sign:
        w->need = CHAIN_NEED_signature;
        w->batch = g->relayed ? &g->batch : NULL;
        w->tx = g->tx;
        g->waiting = true;
        return true;
    case STEP_record:
    case STEP_note:
    case STEP_close:
        return need_record(c, w, latched);
    case STEP_turn:
    case STEP_submit:
    case STEP_follow:
    case STEP_recent:
    case STEP_over:
        return ask_relayer(c, w, latched);
    case STEP_refresh:
        return refresh(c, w);
    case STEP_done:
        return tell(c, w);
    case STEP_begin:
    case STEP_collection:
    case STEP_held:
    case STEP_allowed:
    case STEP_simulate:
    case STEP_carry:
    case STEP_estimate:
    case STEP_priority:
    case STEP_base:
    case STEP_nonce:
    case STEP_now:
    case STEP_send:
    case STEP_time:
    case STEP_own:
    case STEP_receipt:
    case STEP_mined:
    case STEP_head:
    case STEP_deep:
    case STEP_check:
        return ask_node(c, w, latched);
    }
    return false;
}

bool
chain_next(struct chain *c, struct nanos mono, bool latched,
           struct chain_work *w)
{
    /* An errand that ends without a word makes room for the next. */
    for (int i = 0; i < CHAIN_ERRANDS; i++) {
        struct errand *e = c->g.e ? c->g.e : choose(c);

        if (!e)
            return false;
        if (!c->g.e)
            chain_begin(c, mono, e);
        if (c->g.waiting ||
            (mono.ns < c->g.next.ns && c->g.step < STEP_close))
            return false;
        if (work(c, latched, w))
            return true;
    }
    return false;
}
