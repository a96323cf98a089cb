/* wiring - what reaches the engine, and what it wants done outside */

/* A timer carries the engine's latencies, mode and readiness into the shell,
 * and its alarms to whom they concern; an alarm that must stop everything
 * pulls the kill switch.  With a key there is a desk: calls of the engine go
 * out there under the gate, and what the venue says comes back as words of
 * the shell's own.  When the signer is gone so is what it held, and we end to
 * be started anew with it. */

#include "executor/wiring.h"

#include "common/clock.h"
#include "common/latch.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "executor/wiring_chain.h"
#include "executor/wiring_desk.h"
#include "executor/wiring_nodes.h"

#include <stdlib.h>

enum { ALARMS = 16, SAMPLES = 64, KILL_PATIENCE_MS = 500 };

static const struct ms every = { 100 };
/* A turn that took longer decided on books that are old by now. */
static const struct ms turn_most = { 1000 };

struct wiring {
    struct daemon *daemon;
    struct executor *engine;
    struct loop_timer *timer;
    struct signer_line *signer;
    struct loop_fd *signer_watch;
    struct desk *desk;
    struct nodes *nodes;  /* NULL: none is configured. */
    struct chain_desk *chain; /* NULL likewise. */
    struct input in;      /* Of the turn under way. */
    bool complained;
    struct log_limit ends[2]; /* Of DENIED; of ERROR. */
};

static void
carry_samples(struct wiring *w)
{
    struct stats *stats = daemon_stats(w->daemon);
    struct executor_sample samples[SAMPLES];
    struct desk_sample more[SAMPLES];
    uint32_t count;

    while ((count = executor_samples(w->engine, samples, SAMPLES)) > 0)
        for (uint32_t i = 0; i < count; i++)
            histogram_add(stats_hop(stats,
                                    executor_hop_names[samples[i].hop]),
                          samples[i].took);
    while (w->desk && (count = desk_samples(w->desk, more, SAMPLES)) > 0)
        for (uint32_t i = 0; i < count; i++)
            histogram_add(stats_hop(stats, desk_hop_names[more[i].hop]),
                          more[i].took);
}

static void
kill_all(struct wiring *w, const struct executor_alarm *a)
{
    struct latch latch;
    struct why why;

    if (latch_pull(daemon_common(w->daemon)->var.s, "executor", a->words.s,
                   clock_wall(), (struct ms){ KILL_PATIENCE_MS }, &latch,
                   &why))
        log_error("killed: %s", a->words.s);
    else
        daemon_fail(w->daemon, "cannot pull the kill switch: %s", why.s);
}

static void
complain(struct wiring *w)
{
    bool broken = executor_is_broken(w->engine);

    if (broken && !w->complained)
        log_error("%llu facts of our own journal make no sense (counter "
                  "recall_refused): what is held is not known, so nothing "
                  "new is begun",
                  (unsigned long long)executor_counters(
                      w->engine)[EXECUTOR_recall_refused]);
    w->complained = broken;
}

static void
carry(void *arg)
{
    struct wiring *w = arg;
    struct executor_alarm alarms[ALARMS];
    uint32_t count = executor_alarms(w->engine, alarms, ALARMS);

    for (uint32_t i = 0; i < count; i++) {
        log_error("alarm: %s (%s)", alarms[i].words.s,
                  enum_word(&reason_words, alarms[i].reason));
        if (alarms[i].kill)
            kill_all(w, &alarms[i]);
    }
    carry_samples(w);
    complain(w);
    daemon_mode(w->daemon, executor_mode(w->engine));
    daemon_ready(w->daemon, executor_is_ready(w->engine));
}

/* --- the desk's doors ----------------------------------------------------- */
static const struct intent *
find_intent(void *arg, const struct hash *order)
{
    struct wiring *w = arg;

    return executor_intent(w->engine, order);
}

static const struct grant *
find_grant(void *arg, const struct uuid *auth)
{
    struct wiring *w = arg;

    return executor_grant(w->engine, auth);
}

static void
begin_turn(void *arg)
{
    struct wiring *w = arg;

    (void)daemon_begin(w->daemon, &w->in);
}

static void
hear_word(void *arg, const struct schema *sc, const void *m)
{
    struct wiring *w = arg;

    daemon_hear(w->daemon, sc, m);
}

static void
end_turn(void *arg)
{
    struct wiring *w = arg;

    daemon_end(w->daemon);
}

static void
hold_gate(void *arg)
{
    struct wiring *w = arg;

    daemon_gate_hold(w->daemon);
}

static void
release_gate(void *arg)
{
    struct wiring *w = arg;

    daemon_gate_release(w->daemon);
}

static struct nanos
turn_began(void *arg)
{
    struct wiring *w = arg;

    return daemon_turn_began(w->daemon);
}

static enum reason
refuses(void *arg)
{
    struct wiring *w = arg;
    int64_t age = clock_mono().ns - daemon_turn_began(w->daemon).ns;

    if (daemon_is_latched(w->daemon))
        return REASON_LATCHED;
    return age > turn_most.ms * 1000000 ? REASON_TIMEOUT : REASON_none;
}

/* A group that came to nothing; each is a fact as well. */
static void
tell_end(struct wiring *w, const struct execution *m)
{
    bool error = m->status == EXEC_STATUS_ERROR;
    unsigned dropped;

    if ((!error && m->status != EXEC_STATUS_DENIED) ||
        !log_may(&w->ends[error], clock_mono().ns, &dropped))
        return;
    log_say(error ? LOG_WARN : LOG_INFO, "event %s, %s: %s (%s) %s (%u more)",
            m->event.s, enum_word(&strategy_words, m->strategy),
            enum_word(&exec_status_words, m->status),
            enum_word(&reason_words, m->reason), m->error.s, dropped);
}

static void
hear_said(void *arg, const struct said *said)
{
    struct wiring *w = arg;

    if (said->schema->type == TYPE_execution)
        tell_end(w, said->msg);
    else if (w->desk && !chain_desk_said(w->chain, said) &&
        said->schema->type == TYPE_venue_call)
        desk_call(w->desk, said->msg);
}

static void
hear_signer(void *arg, int events)
{
    struct wiring *w = arg;

    (void)events;
    if (signer_is_there(w->signer))
        return;
    loop_unwatch(&w->signer_watch);
    daemon_fail(w->daemon, "the signer is gone: starting anew with another");
}

static bool
is_latched(void *arg)
{
    struct wiring *w = arg;

    return daemon_is_latched(w->daemon);
}

static void
refreshed(void *arg)
{
    struct wiring *w = arg;

    if (w->chain) /* Else it ends. */
        chain_desk_refreshed(w->chain);
}

static bool
refresh(void *arg, const struct hash *token)
{
    struct wiring *w = arg;

    desk_refresh(w->desk, token, refreshed, w);
    return true;
}

static void
open_chain(struct wiring *w, const struct executor_conf *c)
{
    const struct chain_desk_options o = {
        .loop = daemon_loop(w->daemon),
        .conf = c,
        .signer = w->signer,
        .nodes = w->nodes,
        .past = executor_chain_past(w->engine),
        .arg = w,
        .begin = begin_turn,
        .hear = hear_word,
        .end = end_turn,
        .latched = is_latched,
        .refresh = refresh,
    };
    struct why why;

    w->chain = chain_desk_new(&o, &why);
    if (!w->chain)
        log_warn("nothing can be redeemed, so nothing is begun live: %s",
                 why.s[0] != '\0' ? why.s : "executor.chain_rpc is empty");
}

static void
open_desk(struct wiring *w, const struct executor_conf *c)
{
    struct desk_options o = {
        .loop = daemon_loop(w->daemon),
        .talk = &talk_polymarket,
        .signer = w->signer,
        .var = daemon_common(w->daemon)->var.s,
        .rest_url = c->clob_url.s,
        .user_url = c->user_url.s,
        .ca_file = c->ca_file.s[0] != '\0' ? c->ca_file.s : NULL,
        .connect = c->http_connect,
        .total = c->http_total,
        .out = c->send_wait,
        .warm = c->lane_warm,
        .clock_off = c->clock_off,
        .relogin = c->relogin,
        .lanes = (uint32_t)c->lanes,
        .heartbeat_ids = c->heartbeat_ids,
        .seed = daemon_run_number(w->daemon) << 16,
        .arg = w,
        .intent = find_intent,
        .grant = find_grant,
        .begin = begin_turn,
        .hear = hear_word,
        .end = end_turn,
        .hold = hold_gate,
        .release = release_gate,
        .began = turn_began,
        .refuses = refuses,
    };

    w->desk = desk_new(&o);
    w->signer_watch = loop_watch(o.loop, signer_descriptor(w->signer), 1,
                                 hear_signer, w);
}

static void
tell_nodes(void *arg, const struct nodes_state *m)
{
    begin_turn(arg);
    hear_word(arg, &nodes_state_schema, m);
    end_turn(arg);
}

struct wiring *
wiring_new(struct daemon *d, struct executor *x,
           const struct executor_conf *c, struct signer_line *signer)
{
    struct wiring *w = calloc(1, sizeof *w);

    must(w != NULL);
    w->daemon = d;
    w->engine = x;
    w->signer = signer;
    w->timer = loop_timer(daemon_loop(d), every, every, carry, w);
    daemon_on_said(d, hear_said, w);
    w->nodes = nodes_open(&(struct nodes_options){ .loop = daemon_loop(d),
                                                   .conf = c,
                                                   .arg = w,
                                                   .tell = tell_nodes });
    if (signer != NULL) {
        open_desk(w, c);
        open_chain(w, c);
    }
    return w;
}

void
wiring_destroy(struct wiring **w)
{
    if (*w == NULL)
        return;
    loop_timer_cancel(&(*w)->timer);
    if ((*w)->signer_watch != NULL)
        loop_unwatch(&(*w)->signer_watch);
    chain_desk_destroy(&(*w)->chain);
    nodes_close(&(*w)->nodes);
    desk_destroy(&(*w)->desk);
    free(*w);
    *w = NULL;
}
