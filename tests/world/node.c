/* node - one process of the world: its engine, its log, its deaths
 *
 * Does what the daemon does: journal before effect, sync before anything
 * money is sent, recall at the start.  A crash keeps what was synced and any
 * whole batches of the rest that the disk happened to have. */
#include "tests/world/world.h"

#include "common/digest.h"
#include "common/must.h"
#include "riskd/riskd.h"

#include <stdlib.h>
#include <string.h>

enum { IMAGE_EVERY = 100 };

static struct input
input_now(const struct world *w, const struct node *n)
{
    return (struct input){
        .mono = { w->now - w->start + 1000000000 },
        .wall = { world_wall(w) },
        .said = { w->now - w->start + 1000000000 },
        .src = n->src,
        .run = n->run,
        .own_run = n->run,
    };
}

/* Now and then riskd's state is written down, for a faster start; in every
 * other world, so that both ways are gone. */
static void
take_image(const struct world *w, struct node *n)
{
    if (n->src != SOURCE_riskd || n->engine == NULL || w->seed % 2 == 0 ||
        n->log.synced != n->log.count ||
        n->log.count < n->image_at + IMAGE_EVERY)
        return;
    n->image_size = riskd_save(n->engine, NULL, 0);
    n->image = realloc(n->image, n->image_size);
    must(n->image != NULL);
    must(riskd_save(n->engine, n->image, n->image_size) == n->image_size);
    n->image_at = n->log.count;
}

void
node_recall(struct world *w, struct node *n)
{
    n->make(w, n);
    if (n->image != NULL) {
        must(riskd_load(n->engine, n->image, n->image_size));
        world_hit(w, HIT_from_image);
    }
    for (uint64_t i = n->image_at; i < n->log.count; i++) {
        const struct fact *f = &n->log.at[i];
        for (const struct hear *h = n->hears; h->schema != NULL; h++) {
            if (!h->recall || h->schema->type != f->type)
                continue;
            struct input in = input_now(w, n);
            in.mono = f->mono;
            in.wall = f->wall;
            node_read(w, n, i);
            h->call(n->engine, w->msg, &in, n->out);
        }
    }
}

void
node_start(struct world *w, struct node *n)
{
    n->run++;
    n->seq = n->self_seq = 0;
    memset(n->tseq, 0, sizeof n->tseq);
    memset(&n->streams, 0, sizeof n->streams);
    memset(n->heard_run, 0, sizeof n->heard_run);
    for (const struct hear *h = n->hears; h->schema != NULL; h++)
        if (!h->recall && h->speaker != SOURCE_self)
            streams_want(&n->streams, h->schema->type);
    n->latch_told = false;
    n->doomed_at = 0;
    n->latch = (struct latch_state){ 0 };
    outbox_clear(n->out);
    node_recall(w, n);
    if (n->src == SOURCE_riskd)
        n->latch.latched = riskd_last_kill(n->engine, &n->latch.kill_gen);
    must(outbox_count(n->out) == 0);
    n->started = n->next_tick = n->next_beat = w->now;
    if (n->src == SOURCE_executor)
        w->lease_until = w->now;
}

static void
stop(struct world *w, struct node *n, bool whole)
{
    if (whole)
        checks_recall(w, n);
    n->unmake(n);
    n->engine = NULL;
    n->stopped = w->now;
    story_tell(w, n->src, "stops", &tick_schema, &(struct tick){ 0 });
    if (n->src == SOURCE_feed)
        place_feed_down(w);
}

/* whole: all it did is in its log, though perhaps not on disk. */
static void
die(struct world *w, struct node *n, bool whole)
{
    stop(w, n, whole);
    log_crash(w, &n->log);
    n->up_at = w->now + chance_between(&w->chance, 1,
                                       w->weather.down_ms_max) * 1000000;
    if (n->up_at < n->still_until) /* What waits for it is lost with it. */
        n->up_at = n->still_until;
    if (n->src == SOURCE_riskd) { /* Its shell with it. */
        w->kill.pulls = false;
        w->kill.clears_gen = 0;
    }
    w->crashes++;
    world_hit(w, (enum hit)(HIT_crash_feed + n->src - SOURCE_feed));
    checks_rebuild(w, n);
}

void
node_crash(struct world *w, struct node *n)
{
    if (!zombie_rises(w, n))
        die(w, n, true);
}

void
node_restart(struct world *w, struct node *n)
{
    must(n->engine != NULL);
    n->log.synced = n->log.count;
    stop(w, n, true);
    n->up_at = w->now;
}

static const struct hear *
find_hear(const struct node *n, uint16_t type, int speaker)
{
    for (const struct hear *h = n->hears; h->schema != NULL; h++)
        if (!h->recall && h->schema->type == type &&
            (h->speaker == speaker ||
             (h->speaker == SOURCE_any && speaker != SOURCE_self)))
            return h;
    return NULL;
}

/* All facts of this turn as one batch; true when one must be synced. */
static bool
write_facts(struct world *w, struct node *n)
{
    uint64_t first = n->log.turn = n->log.count;
    bool sync = false;
    struct input in = input_now(w, n);
    for (size_t i = 0; i < outbox_count(n->out); i++) {
        const struct said *s = outbox_at(n->out, i);
        if ((s->routes & ROUTE_FACTS) == 0)
            continue;
        size_t size = schema_pack(s->schema, s->msg, w->packed, PACKED_CAP);
        must(size > 0);
        log_append(&n->log, s->schema->type, in.mono, in.wall, w->packed,
                   size, true);
        sync = sync || (s->routes & ROUTE_SYNC) != 0;
        digest_add(w->sha, w->packed, size);
        story_tell(w, n->src, "notes", s->schema, s->msg);
        checks_fact(w, n, n->log.count - 1, s->msg);
        kill_heard(w, s->schema->type, s->msg);
        if (s->schema->type == TYPE_intent)
            place_intent(w, s->msg);
    }
    if (n->log.count == first)
        return false;
    n->log.at[n->log.count - 1].more = false;
    checks_batch(w, n);
    return sync;
}

static void
send_to(struct world *w, struct node *n, const struct said *s,
        enum source to, uint64_t to_run)
{
    bool pub = to_run == 0;
    struct packet p = {
        .from = n->src, .to = to, .from_run = n->run,
        .to_run = to_run, .type = s->schema->type,
        .seq = n->seq, .req = s->to.req, .trace = s->trace,
        .tseq = pub ? n->tseq[s->schema->type] : 0, .said = w->now,
    };
    size_t size = schema_pack(s->schema, s->msg, w->packed, PACKED_CAP);
    must(size > 0);
    p.size = (uint32_t)size;
    if (!net_post(w, &p, w->packed)) {
        checks_lost(w, n, to, s);
        pause_lost(w, n, s->schema->type);
    }
}

/* To whoever subscribed to it, and to whom it is an answer or a request. */
void
node_send(struct world *w, struct node *n, const struct said *s)
{
    uint64_t peer_run = s->to.peer >> 4;
    n->seq++;
    if (s->routes & ROUTE_PUB) {
        n->tseq[s->schema->type]++;
        for (enum source to = SOURCE_feed; to < NODES;
             to = (enum source)(to + 1))
            if (to != n->src &&
                find_hear(&w->nodes[to], s->schema->type, (int)n->src))
                send_to(w, n, s, to, 0);
    }
    if ((s->routes & ROUTE_REPLY) && (s->to.peer & 15) == SOURCE_arb)
        operator_hears(w, s->msg, s->to.req);
    else if ((s->routes & ROUTE_REPLY) && s->to.peer != 0 &&
             (peer_run == w->nodes[s->to.peer & 15].run ||
              zombie_is(w, (enum source)(s->to.peer & 15), peer_run)))
        send_to(w, n, s, (enum source)(s->to.peer & 15), peer_run);
    if (s->routes & ROUTE_RISK)
        send_to(w, n, s, SOURCE_riskd, w->nodes[SOURCE_riskd].run);
    if (s->routes & ROUTE_SNAP)
        send_to(w, n, s, SOURCE_feed, w->nodes[SOURCE_feed].run);
    if (s->routes & ROUTE_LOG)
        send_to(w, n, s, (enum source)s->to.peer,
                w->nodes[s->to.peer].run);
}

static void
send_said(struct world *w, struct node *n, const struct said *s)
{
    checks_send(w, n, s);
    if (s->schema->type == TYPE_authorize) {
        *w->asked = *(const struct authorize *)s->msg;
        w->asked_run = n->run;
        pause_asked(w);
    }
    node_send(w, n, s);
    if (s->schema->type == TYPE_command)
        operator_noted(w, s->msg);
    if (s->routes & ROUTE_SHELL)
        venue_call(w, s->msg);
}

/* The disk takes nothing of this turn: it never was, and the process cannot
 * begin again before there is room. */
static bool
is_full(struct world *w, struct node *n)
{
    bool writes = false;
    for (size_t i = 0; i < outbox_count(n->out); i++)
        writes |= (outbox_at(n->out, i)->routes & ROUTE_FACTS) != 0;
    if (!writes || !world_roll(w, w->weather.full_ppm))
        return false;
    outbox_clear(n->out);
    world_hit(w, HIT_disk_full);
    die(w, n, false);
    n->up_at += chance_between(&w->chance, 0, 3000) * 1000000;
    return true;
}

/* Journals what was said, perhaps dies there, syncs, sends it, perhaps dies. */
static void
turn_end(struct world *w, struct node *n)
{
    if (n == &w->zombie) {
        zombie_turn(w);
        return;
    }
    if (is_full(w, n))
        return;
    uint64_t before = n->log.count;
    bool money = write_facts(w, n);
    enum aim_how aim = n->log.count > before ? aim_at(w, n) : AIM_NONE;
    uint32_t ppm = w->weather.crash_ppm * (money ? 20 : 1);
    if ((money && world_roll(w, ppm / 2)) || aim == AIM_UNSYNCED) {
        world_hit(w, HIT_crash_unsynced);
        outbox_clear(n->out);
        die(w, n, true);
        aim_after(w, n, aim);
        return;
    }
    if (money)
        n->log.synced = n->log.count;
    bool dies = world_roll(w, ppm);
    size_t count = outbox_count(n->out);
    size_t sent = aim == AIM_UNSENT ? 0
                  : dies ? chance_below(&w->chance, (uint32_t)count + 1)
                         : count;
    if (sent < count)
        world_hit(w, HIT_crash_half);
    for (size_t i = 0; i < sent; i++)
        send_said(w, n, outbox_at(n->out, i));
    outbox_clear(n->out);
    take_image(w, n);
    if (aim == AIM_UNSENT || aim == AIM_SENT)
        die(w, n, true);
    else if (dies)
        node_crash(w, n);
    aim_after(w, n, aim);
}

static bool
is_gated(const struct node *n)
{
    return n->src == SOURCE_riskd || n->src == SOURCE_executor;
}

/* Under the gate the latch is known before anything else. */
static void
tell_latch(struct world *w, struct node *n)
{
    if (!is_gated(n))
        return;
    struct latch_state m = kill_look(w, n);
    if (n->latch_told && n->latch.latched == m.latched &&
        n->latch.kill_gen == m.kill_gen)
        return;
    n->latch_told = true;
    n->latch = m;
    struct input in = input_now(w, n);
    const struct hear *h = find_hear(n, TYPE_latch_state, SOURCE_self);
    in.seq = ++n->self_seq;
    h->call(n->engine, &m, &in, n->out);
}

void
node_tell(struct world *w, struct node *n, const struct schema *sc,
          const void *msg)
{
    const struct hear *h = find_hear(n, sc->type, SOURCE_self);
    if (n->engine == NULL || h == NULL)
        return;
    tell_latch(w, n);
    struct input in = input_now(w, n);
    in.seq = ++n->self_seq;
    h->call(n->engine, msg, &in, n->out);
    w->inputs++;
    turn_end(w, n);
}

struct outbox *
node_begin(struct world *w, struct node *n, struct input *in)
{
    must(n->engine != NULL && outbox_count(n->out) == 0);
    tell_latch(w, n);
    *in = input_now(w, n);
    in->seq = ++n->self_seq;
    return n->out;
}

void
node_word(struct world *w, struct node *n, const struct schema *sc,
          const void *msg)
{
    const struct hear *h = find_hear(n, sc->type, SOURCE_self);
    struct input in = input_now(w, n);
    must(h != NULL && n->engine != NULL);
    in.seq = ++n->self_seq;
    story_tell(w, n->src, "hears", sc, msg);
    h->call(n->engine, msg, &in, n->out);
    w->inputs++;
}

void
node_end(struct world *w, struct node *n)
{
    w->inputs++;
    turn_end(w, n);
}

/* False when the packet is of an older run than one heard already, or comes
 * after what was said later: only to a zombie, which hears its own copy of what
 * waits for the next one. */
static bool
follow(struct world *w, struct node *n, const struct packet *p)
{
    struct envelope e = { .type = p->type, .src = p->from,
                          .run = p->from_run, .tseq = p->tseq };
    struct gap gap = { p->from, 0 };
    struct heartbeat m;
    if (p->tseq == 0)
        return true;
    if (p->from_run < n->heard_run[p->from])
        return false;
    n->heard_run[p->from] = p->from_run;
    if (!streams_hear(&n->streams, &e, &gap.lost)) {
        must(n == &w->zombie);
        return false;
    }
    if (p->type == TYPE_heartbeat) {
        must(heartbeat_unpack(&m, p->body, p->size));
        must(streams_prove(&n->streams, &e, &m.heads, &gap.lost));
    }
    if (gap.lost > 0)
        node_tell(w, n, &gap_schema, &gap);
    return n->engine != NULL;
}

void
node_hear(struct world *w, struct node *n, const struct packet *p)
{
    const struct hear *h = find_hear(n, p->type, (int)p->from);
    if (n->engine == NULL || h == NULL ||
        (p->to_run != 0 && p->to_run != n->run) || !follow(w, n, p))
        return;
    must(schema_unpack(h->schema, w->msg, p->body, p->size, NULL));
    tell_latch(w, n);
    struct input in = input_now(w, n);
    in.src = p->from;
    in.run = p->from_run;
    in.seq = p->seq;
    in.said.ns = p->said - w->start + 1000000000;
    in.req = p->req;
    in.trace = p->trace;
    /* Who may be answered: that very run of the asker. */
    if (p->tseq == 0)
        in.peer = (uint32_t)p->from | (uint32_t)p->from_run << 4;
    outbox_trace(n->out, p->trace);
    story_tell(w, n->src, "hears", h->schema, w->msg);
    if (p->type == TYPE_lease && n != &w->zombie)
        checks_leased(w, p, w->msg);
    h->call(n->engine, w->msg, &in, n->out);
    w->inputs++;
    turn_end(w, n);
}

void
node_beat(struct world *w, struct node *n)
{
    struct heartbeat m = { .ready = true,
                           .mode = w->weather.live ? MODE_live : MODE_paper,
                           .facts_head = n->log.count };
    streams_heads(n->tseq, &m.heads);
    struct said s = { .schema = &heartbeat_schema, .routes = ROUTE_PUB,
                      .msg = &m };
    send_said(w, n, &s);
}
