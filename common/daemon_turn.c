/* daemon_turn - one turn of a process: hear, decide, write down, say */

/* Inputs are taken until the batch is full or enough was said; each is
 * written to `inputs` and given to the engine; then everything said leaves
 * together, so one sync pays for many messages.  A gated process holds the
 * gate for the whole turn and knows the latch as it is while it holds it. */

#include "common/clock.h"
#include "common/daemon_own.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Enough said for one turn: the outbox has room for a hundred times that,
 * which the answer to one more input may need. */
enum { SAID_ENOUGH = 512, LATCH_PATIENCE_MS = 500 };

/* Hands the message in d->msg to its handler, as input number in->seq. */
static void
call(struct daemon *d, const struct hear *h, const struct input *in)
{
    outbox_trace(d->out, in->trace);
    h->call(d->engine, d->msg, in, d->out);
}

/* Does the engine listen to the shell's own messages of this type? */
static const struct hear *
hears_self(const struct daemon *d, uint16_t type)
{
    const struct hear *h = d->hears[type];

    return h && h->speaker == SOURCE_self ? h : NULL;
}

/* Something the shell tells its engine: tick, gap, latch_state. */
static void
tell(struct daemon *d, const struct schema *sc, const void *msg)
{
    const struct hear *h = hears_self(d, sc->type);
    struct input in = {
        .mono = clock_mono(),
        .wall = clock_wall(),
        .src = d->program->src,
        .run = d->run.number,
        .own_run = d->run.number,
    };

    if (!h)
        return;
    in.said = in.mono;
    in.seq = ++d->self_seq;
    if (d->inputs) {
        struct envelope e = {
            .ver = (uint8_t)d->schema,
            .type = sc->type,
            .src = in.src,
            .run = in.run,
            .seq = in.seq,
            .mono = in.mono,
            .wall = in.wall,
            .body = d->packed,
        };
        e.body_size = schema_pack(sc, msg, d->packed, PACKED_CAP);
        size_t size = envelope_pack(&e, d->wrapped, ENVELOPE_CAP);
        must(e.body_size > 0 && size > 0);
        journal_append(d->inputs, sc->type, in.mono, in.wall, 0, d->wrapped,
                       size, false);
    }
    memcpy(d->msg, msg, sc->size);
    call(d, h, &in);
}

/* Tells the engine about the latch when its file is not the one it was.
 * Under the gate nobody replaces it meanwhile. */
static void
look_at_latch(struct daemon *d)
{
    char path[DAEMON_PATH_CAP];
    struct latch_seen now = { .told = true };
    struct latch latch;
    struct stat st;

    snprintf(path, sizeof path, "%s/latch", d->common.var.s);
    if (stat(path, &st) == 0) {
        now.inode = st.st_ino;
        now.size = (uint64_t)st.st_size;
        now.changed_ns = st.st_mtim.tv_sec * INT64_C(1000000000)
                         + st.st_mtim.tv_nsec;
    }
    if (d->latch.told && d->latch.inode == now.inode
        && d->latch.size == now.size && d->latch.changed_ns == now.changed_ns)
        return;
    latch_read(d->common.var.s, &latch);
    d->latch_old = latch_doubt(&latch, d->latch.latched, d->latch.kill_gen);
    now.latched = latch.latched;
    now.kill_gen = latch.kill_gen;
    d->latch = now;
    struct latch_state m = {
        .latched = latch.latched,
        .kill_gen = latch.kill_gen,
        .clear_gen = latch.clear_gen,
        .actor = latch.actor,
    };
    if (latch.latched)
        log_warn("the kill switch is on (generation %llu, by %s)",
                 (unsigned long long)latch.kill_gen, latch.actor.s);
    tell(d, &latch_state_schema, &m);
}

void
daemon_turn_begin(struct daemon *d)
{
    must(d->bus && !d->in_turn);
    d->in_turn = true;
    if (d->gate)
        gate_enter(d->gate);
    d->turn_began = clock_mono(); /* A killer may have kept us waiting. */
    if (!d->gate)
        return;
    look_at_latch(d);
}

void
daemon_turn_end(struct daemon *d)
{
    must(d->in_turn);
    if (d->inputs)
        journal_flush(d->inputs);
    daemon_write_facts(d);
    daemon_send(d);
    d->said_out = true;
    for (size_t i = 0; d->on_said && i < outbox_count(d->out); i++)
        d->on_said(d->on_said_arg, outbox_at(d->out, i));
    d->said_out = false;
    if (d->gate)
        gate_leave(d->gate);
    outbox_clear(d->out);
    d->in_turn = false;
    stats_count(d->stats, d->own_counters + SHELL_turns, 1);
}

void
daemon_hear(struct daemon *d, const struct schema *sc, const void *msg)
{
    bool alone = !d->in_turn;

    must(!d->said_out);
    if (alone)
        daemon_turn_begin(d);
    tell(d, sc, msg);
    if (alone)
        daemon_turn_end(d);
}

static void
count_hop(struct daemon *d, enum source src, int64_t ns)
{
    if (!d->hops[src]) {
        char name[64];
        snprintf(name, sizeof name, "%s_%s",
                 enum_word(&source_words, (uint32_t)src), d->program->name);
        d->hops[src] = stats_hop(d->stats, name);
    }
    /* Another machine's clock is not ours. */
    histogram_add(d->hops[src], (struct nanos){ ns > 0 ? ns : 0 });
}

/* Is it part of an answer to us?  Answers come whole, so that those parts
 * which this process has no use for are no fault of anybody. */
static bool
is_answer(const struct bus_in *m)
{
    return m->peer == 0 && m->e.req != 0;
}

static const struct hear *
find_hear(struct daemon *d, const struct bus_in *m)
{
    const struct envelope *e = &m->e;
    const struct hear *h = d->hears[e->type];
    unsigned dropped;

    if (h && (h->speaker == (int)e->src || h->speaker == SOURCE_any))
        return h;
    if (e->type == TYPE_heartbeat)
        return NULL; /* Heard by the shell for everybody. */
    stats_count(d->stats, d->own_counters + SHELL_bus_unheard, 1);
    if (!is_answer(m) && log_may(&d->unheard_said, clock_mono().ns, &dropped))
        log_warn("nobody here listens to %s of %s (%u more)",
                 schema_find(e->type)->name,
                 enum_word(&source_words, (uint32_t)e->src), dropped);
    return NULL;
}

static void
complain(struct daemon *d, const struct envelope *e, const char *field)
{
    unsigned dropped;

    stats_count(d->stats, d->own_counters + SHELL_bad_in, 1);
    if (log_may(&d->bad_said, clock_mono().ns, &dropped))
        log_warn("dropped %s of %s: bad %s (%u more)",
                 schema_find(e->type)->name,
                 enum_word(&source_words, (uint32_t)e->src), field, dropped);
}

/* A command is worth what the key it came with is worth, whatever it says of
 * itself; written down as it is handed out, so that a replay sees the same. */
static void
stamp_command(struct daemon *d, struct bus_in *m)
{
    struct command *c = d->msg;

    c->role = d->ctl ? ctl_list_role(d->ctl, m->user) : ROLE_none;
    memset(&c->actor, 0, sizeof c->actor);
    text_set(&c->actor, m->user ? m->user : "?");
    struct envelope e = m->e;
    e.body = d->packed;
    e.body_size = schema_pack(&command_schema, c, d->packed, PACKED_CAP);
    m->raw_size = envelope_pack(&e, d->wrapped, ENVELOPE_CAP);
    m->raw = d->wrapped;
    must(e.body_size > 0 && m->raw_size > 0);
}

/* One message of the bus, to its handler. */
static void
hear(struct daemon *d, struct bus_in *m)
{
    const struct envelope *e = &m->e;
    const char *bad = "?";

    if (m->lost > 0)
        tell(d, &gap_schema, &(struct gap){ e->src, m->lost });
    if (m->peer != 0
        && (e->type == TYPE_log_request || e->type == TYPE_log_ack)) {
        if (!logserve_hear(d->logs, d->bus, m))
            complain(d, e, "field");
        return;
    }
    const struct hear *h = find_hear(d, m);
    if (!h)
        return;
    if (!schema_unpack(h->schema, d->msg, e->body, e->body_size, &bad)) {
        complain(d, e, bad);
        return;
    }
    if (h->schema == &command_schema)
        stamp_command(d, m);
    struct input in = {
        .mono = clock_mono(),
        .wall = clock_wall(),
        .src = e->src,
        .run = e->run,
        .seq = e->seq,
        .said = e->mono,
        .req = e->req,
        .peer = m->peer,
        .trace = e->trace,
        .own_run = d->run.number,
    };
    count_hop(d, e->src, in.mono.ns - e->mono.ns);
    if (d->inputs)
        journal_append(d->inputs, e->type, in.mono, in.wall, e->trace, m->raw,
                       m->raw_size, false);
    call(d, h, &in);
}

/* A latch that is gone, or older than a kill we know of, is on, and is again
 * a file that says so, for everybody and for good.  Not within a turn: the
 * gate is ours alone while it is written. */
static void
renew_latch(struct daemon *d)
{
    struct latch now;
    struct why why;

    d->latch_old = false;
    log_error("the latch knows less than we do of kill %llu: it counts as on",
              (unsigned long long)d->latch.kill_gen);
    if (!latch_renew(d->common.var.s,
                     d->latch.kill_gen > 0 ? d->latch.kill_gen : 1,
                     d->program->name, "the latch was gone, or an old one",
                     clock_wall(), (struct ms){ LATCH_PATIENCE_MS }, &now,
                     &why))
        log_error("renewing the latch: %s", why.s);
}

void
daemon_turn(void *daemon)
{
    struct daemon *d = daemon;
    struct bus_in m;

    if (d->latch_old)
        renew_latch(d);
    if (d->tick_due) {
        d->tick_due = false;
        daemon_turn_begin(d);
        tell(d, &tick_schema, &(struct tick){ d->ticks++ });
    }
    for (uint64_t n = 0; n < d->common.batch
                         && outbox_count(d->out) < SAID_ENOUGH
                         && bus_next(d->bus, &m); n++) {
        if (!d->in_turn)
            daemon_turn_begin(d);
        hear(d, &m);
    }
    if (d->in_turn)
        daemon_turn_end(d);
    if (bus_pending(d->bus))
        loop_again(d->loop);
}

/* Facts of earlier runs, back to the engine in their order. */
uint64_t
daemon_facts_head(const struct daemon *d)
{
    return d->facts ? journal_head(d->facts) : 0;
}

uint64_t
daemon_facts_recorded(const struct daemon *d)
{
    return logserve_acked(d->logs);
}

void
daemon_recall_after(struct daemon *d, uint64_t n)
{
    must(!d->program->cuts_facts && !d->bus && n <= daemon_facts_head(d));
    d->known = n;
}

void
daemon_recall(struct daemon *d)
{
    const struct hear *rows[TYPE_end_] = { NULL };
    struct record r;
    struct why why;
    uint64_t count = 0;
    int got;

    for (const struct hear *h = d->program->hears; h->schema; h++)
        if (h->recall)
            rows[h->schema->type] = h;
    if (!d->facts)
        return;
    char dir[DAEMON_PATH_CAP + 16];
    snprintf(dir, sizeof dir, "%s/facts", d->journal_dir);
    struct journal_reader *reader =
        journal_read(dir, d->program->cuts_facts ? 0 : d->known + 1,
                     &why);
    if (!reader)
        daemon_refuse(d, "recalling: %s", why.s);
    while ((got = journal_next(reader, &r, &why)) > 0) {
        const struct hear *h = r.type < TYPE_end_ ? rows[r.type] : NULL;
        const char *bad = "?";
        if (!h)
            continue;
        if (!schema_unpack_kept(h->schema, d->msg, r.body, r.body_size,
                                &bad))
            daemon_refuse(d, "recalling: %s of record %llu in %s: bad %s",
                          h->schema->name, (unsigned long long)r.n, dir,
                          bad);
        struct input in = {
            .mono = r.mono, .wall = r.wall, .src = d->program->src,
            .run = r.run, .seq = r.n, .said = r.mono, .trace = r.trace,
            .own_run = d->run.number,
        };
        call(d, h, &in);
        must(outbox_count(d->out) == 0);
        count++;
    }
    if (got < 0)
        daemon_refuse(d, "recalling: %s", why.s);
    journal_reader_close(&reader);
    if (count > 0)
        log_info("recalled %llu facts", (unsigned long long)count);
}
