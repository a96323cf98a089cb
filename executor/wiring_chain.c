/* wiring_chain - where splits, merges and redeems leave for the chain */

/* One question is under way at a time.  Nothing may be heard in the turn that
 * said something, so what follows from it is done by a timer; the same timer
 * is the machine's clock. */

#include "executor/wiring_chain.h"

#include "common/clock.h"
#include "common/crash.h"
#include "common/http.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/url_shown.h"
#include "executor/encode/carrier.h"
#include "executor/wiring_relayer.h"

#include <stdlib.h>
#include <string.h>

enum { ANSWER_MOST = 1 << 20, CONNECTIONS = 2, TURNS_MOST = 64,
       GWEI = 1000000000 };

static const struct ms tick_every = { 50 };

struct chain_desk {
    struct chain_desk_options o;
    struct chain *chain;
    uint32_t nodes;
    const char *node[CHAIN_NODES];
    struct http *http;
    struct relayer_line *relayer; /* NULL: the wallet needs none. */
    struct loop_timer *tick;
    struct chain_work work;      /* Under way. */
    char text[RPC_TEXT_CAP];
    struct chain_tx fact;        /* Being said. */
    struct log_limit lost_said;
    struct why why;              /* Of the relayer's file. */
};

/* --- from the configuration ----------------------------------------------- */
static bool
address_in(const char *name, const char *s, struct address *to,
           struct why *why)
{
    return address_parse(s, strlen(s), to) ||
           why_set(why, "executor.%s: %s is no address", name, s);
}

static bool
terms_of(const struct chain_desk *k, struct chain_terms *t, struct why *why)
{
    const struct executor_conf *c = k->o.conf;
    const struct signer_up *up = signer_is_up(k->o.signer);

    *t = (struct chain_terms){
        .id = up->chain,
        .wallet = up->wallet,
        .nodes = k->nodes,
        .confirmations = c->chain_confirmations,
        .priority_least = c->chain_priority_least * GWEI,
        .fee_most = c->chain_fee_most * GWEI,
        .poll = c->chain_poll,
        .again = c->chain_again,
        .stuck = c->chain_stuck,
        .retry = c->chain_retry,
        .approve = c->chain_approve,
        .relay_for = c->relayer_for,
        .barred = carrier_barred(&up->wallet, up->chain),
    };
    return address_in("collateral", c->collateral.s, &t->collateral, why) &&
           address_in("positions", c->positions.s, &t->positions, why) &&
           address_in("adapter", c->adapter.s, &t->adapter, why) &&
           address_in("neg_adapter", c->neg_adapter.s, &t->neg_adapter,
                      why) &&
           address_in("neg_questions", c->neg_questions.s,
                      &t->neg_questions, why) &&
           address_in("chain_backing", c->chain_backing.s, &t->backing,
                      why) &&
           address_in("chain_neg_backing", c->chain_neg_backing.s,
                      &t->neg_backing, why);
}

/* --- what the machine needs ----------------------------------------------- */
static void go_on(struct chain_desk *k);

static void
answered(void *arg, const struct http_answer *h)
{
    struct chain_desk *k = arg;
    struct rpc_answer a;
    unsigned dropped;

    rpc_read(&k->work.question, h->status, h->body, h->body_size, &a);
    nodes_count(k->o.nodes, &k->work.question, &a);
    if (a.end == RPC_END_lost &&
        log_may(&k->lost_said, clock_mono().ns, &dropped))
        log_warn("chain: node %u: %s: %s (%u more)", k->work.node + 1,
                 a.words.s, h->error ? h->error : "", dropped);
    if (k->work.question.method == RPC_send)
        crash_point("executor", "chain_sent");
    if (k->work.question.method == RPC_receipt && a.end == RPC_END_said)
        crash_point("executor", "chain_mined");
    chain_answered(k->chain, clock_mono(), &a);
    if (k->tick) /* Else it ends. */
        go_on(k);
}

static void
ask_node(struct chain_desk *k)
{
    size_t size = rpc_write(&k->work.question, k->text);
    struct rpc_answer a;

    if (http_send(k->http, k->node[k->work.node], k->text, answered, k))
        return;
    must(size > 0);
    rpc_read(&k->work.question, 0, "", 0, &a);
    chain_answered(k->chain, clock_mono(), &a);
}

static void
relayed(void *arg, const struct relayer_answer *a)
{
    struct chain_desk *k = arg;

    if (k->work.relayer.method == RELAYER_submit)
        crash_point("executor", "chain_sent");
    chain_relayed(k->chain, clock_mono(), a);
    if (k->tick) /* Else it ends. */
        go_on(k);
}

static void
ask_relayer(struct chain_desk *k)
{
    struct relayer_answer a;

    if (k->relayer && relayer_ask(k->relayer, &k->work.relayer))
        return;
    relayer_read(&k->work.relayer, 0, "", 0, &a);
    chain_relayed(k->chain, clock_mono(), &a);
}

static void
ask_signer(struct chain_desk *k)
{
    struct signature sig;
    enum signer_no no =
        k->work.batch ? signer_ask_batch(k->o.signer, k->work.batch, &sig)
                      : signer_ask_tx(k->o.signer, &k->work.tx, &sig);

    if (no != SIGNER_NO_none)
        log_warn("chain: not signed: %s", signer_words(no));
    chain_signed(k->chain, clock_mono(),
                 no == SIGNER_NO_none ? &sig : NULL, signer_words(no));
}

static void
tell(struct chain_desk *k, const struct schema *sc, const void *m)
{
    k->o.begin(k->o.arg);
    k->o.hear(k->o.arg, sc, m);
    k->o.end(k->o.arg);
}

static void
record(struct chain_desk *k)
{
    const struct chain_record *r = &k->work.record;
    char hash[HASH_TEXT_CAP];

    log_info("chain: %s, nonce %llu: %s %s%s%s",
             enum_word(&chain_purpose_words, r->purpose),
             (unsigned long long)r->nonce,
             enum_word(&chain_state_words, r->state),
             hash_format(&r->tx, hash), r->words.s[0] ? ": " : "",
             r->words.s);
    crash_point("executor", "chain_signed");
    chain_record_say(r, &k->fact);
    tell(k, &chain_tx_schema, &k->fact);
    if (r->state == CHAIN_STATE_signed)
        crash_point("executor", "chain_logged");
    else
        crash_point("executor", "chain_closed");
}

static void
done(struct chain_desk *k)
{
    struct venue_done *m = &k->work.done;

    if (m->end != CALL_END_answered)
        log_warn("chain: %s: %s: %s", enum_word(&venue_op_words, m->op),
                 enum_word(&call_end_words, m->end), m->words.s);
    m->answered = clock_wall();
    tell(k, &venue_done_schema, m);
}

static void
go_on(struct chain_desk *k)
{
    struct chain_work *w = &k->work;

    for (int i = 0; i < TURNS_MOST; i++) {
        if (!chain_next(k->chain, clock_mono(), k->o.latched(k->o.arg), w))
            return;
        switch (w->need) {
        case CHAIN_NEED_answer:
            ask_node(k);
            break;
        case CHAIN_NEED_relayer:
            ask_relayer(k);
            break;
        case CHAIN_NEED_signature:
            ask_signer(k);
            break;
        case CHAIN_NEED_record:
            record(k);
            break;
        case CHAIN_NEED_refresh:
            if (!k->o.refresh(k->o.arg, &w->token))
                chain_refreshed(k->chain);
            break;
        case CHAIN_NEED_done:
            done(k);
            break;
        }
    }
}

void
chain_desk_refreshed(struct chain_desk *k)
{
    chain_refreshed(k->chain);
    if (k->tick) /* Else it ends. */
        go_on(k);
}

static void
on_tick(void *arg)
{
    go_on(arg);
}

bool
chain_desk_said(struct chain_desk *k, const struct said *said)
{
    const struct venue_call *call = said->msg;
    const struct chain_tx *tx = said->msg;

    if (k && said->schema->type == TYPE_chain_tx) {
        chain_recorded(k->chain, clock_mono(), &tx->tx);
        return true;
    }
    if (!k || said->schema->type != TYPE_venue_call ||
        !chain_op_is(call->op))
        return false;
    must(chain_ask(k->chain, call)); /* The engine has fewer errands. */
    return true;
}

/* Without its relayer such a wallet does nothing. */
static void
open_relayer(struct chain_desk *k, struct chain_terms *t, struct why *why)
{
    char shown[URL_SHOWN_CAP];

    if (!carrier_relayed(&t->wallet) || t->barred)
        return;
    if (k->o.conf->relayer_file.s[0] == '\0')
        t->barred = RELAYER_MISSING;
    else if (!(k->relayer = relayer_open(k->o.conf, k->http, relayed, k,
                                         why))) /* It was good before. */
        t->barred = why->s;
    else
        log_info("chain: a relayed wallet, by %s",
                 url_shown(k->o.conf->relayer_url.s, shown));
}

/* --- its life ------------------------------------------------------------- */
struct chain_desk *
chain_desk_new(const struct chain_desk_options *o, struct why *why)
{
    struct chain_desk *k = calloc(1, sizeof *k);
    struct chain_terms terms;
    const struct http_options http = {
        .ca_file = o->conf->ca_file.s[0] ? o->conf->ca_file.s : NULL,
        .connect_timeout = o->conf->http_connect,
        .total_timeout = o->conf->http_total,
        .answer_cap = ANSWER_MOST,
        .connections = CONNECTIONS,
    };

    must(k != NULL);
    k->o = *o;
    why->s[0] = '\0';
    k->nodes = nodes_configured(o->conf, k->node);
    if (k->nodes == 0 || !terms_of(k, &terms, why)) {
        free(k);
        return NULL;
    }
    if (k->nodes == 1)
        log_warn("chain: one node only: nobody is asked when it is silent");
    k->http = http_new(o->loop, &http);
    open_relayer(k, &terms, &k->why);
    if (terms.barred)
        log_warn("chain: %s: nothing is begun live", terms.barred);
    k->chain = chain_new(&terms, o->past);
    k->tick = loop_timer(o->loop, tick_every, tick_every, on_tick, k);
    return k;
}

void
chain_desk_destroy(struct chain_desk **desk)
{
    struct chain_desk *k = *desk;

    if (!k)
        return;
    loop_timer_cancel(&k->tick);
    http_destroy(&k->http);
    relayer_close(&k->relayer);
    chain_destroy(&k->chain);
    free(k);
    *desk = NULL;
}
