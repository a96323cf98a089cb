/* desk - three engines around one recorded market, and what they say routed */

#include "deploy/arb/replay/desk.h"

#include "common/must.h"
#include "deploy/arb/replay/feed_of.h"
#include "executor/executor.h"
#include "riskd/riskd.h"
#include "scanner/scanner.h"

#include <stdlib.h>
#include <string.h>

enum { RUN = 1 }; /* Of riskd and the executor. */

/* --- words on their way --------------------------------------------------- */

static void
queue_put(struct queue *q, const struct packet *p)
{
    if (q->count == q->cap) {
        uint32_t cap = q->cap > 0 ? 2 * q->cap : 1024;
        struct packet *at = calloc(cap, sizeof *at);
        must(at && cap <= 1u << 24);
        for (uint32_t i = 0; i < q->count; i++)
            at[i] = q->at[(q->first + i) & (q->cap - 1)];
        free(q->at);
        q->at = at;
        q->first = 0;
        q->cap = cap;
    }
    struct packet *to = &q->at[(q->first + q->count++) & (q->cap - 1)];
    *to = *p;
    to->body = malloc(p->size + 1);
    must(to->body);
    memcpy(to->body, p->body, p->size);
}

static int64_t
queue_next(const struct queue *q)
{
    return q->count > 0 ? q->at[q->first].due : INT64_MAX;
}

/* Its body is the caller's to free. */
static struct packet
queue_take(struct queue *q)
{
    struct packet p = q->at[q->first];

    q->first = (q->first + 1) & (q->cap - 1);
    q->count--;
    return p;
}

static struct core *
core_of(struct desk *d, enum source src)
{
    return src == SOURCE_scanner ? &d->scanner
           : src == SOURCE_riskd ? &d->riskd
                                 : &d->executor;
}

/* A word of feed's answer on its way to who asked. */
struct answering {
    struct desk *desk;
    const struct packet *asked;
};

static void
answer(void *arg, const struct schema *sc, const void *msg)
{
    const struct answering *a = arg;
    struct desk *d = a->desk;
    struct packet p = {
        .due = d->now + d->latency.ns, .from = SOURCE_feed,
        .to = (enum source)a->asked->peer, .run = d->feed_run,
        .type = sc->type, .req = a->asked->req, .trace = a->asked->trace,
        .said = d->now, .body = d->packed,
    };

    p.size = schema_pack(sc, msg, d->packed, PACKED_CAP);
    must(p.size > 0);
    queue_put(&d->queue, &p);
}

static void
ask_feed(struct desk *d, const struct packet *asked)
{
    struct answering a = { d, asked };

    must(snapshot_request_unpack(d->asked, asked->body, asked->size));
    feed_of(d->scanner.engine, d->asked,
            (struct nanos){ d->now + d->wall }, answer, &a);
}

static bool
listens(const struct core *c, uint16_t type, enum source src)
{
    const struct hear *h = c->hears[type];

    return h && c->src != src
           && (h->speaker == (int)src || h->speaker == SOURCE_any);
}

static void
publish(struct desk *d, struct packet *p)
{
    struct core *const all[] = { &d->riskd, &d->executor };

    for (size_t i = 0; i < 2; i++) {
        p->to = all[i]->src;
        if (listens(all[i], p->type, p->from))
            queue_put(&d->queue, p);
    }
}

static void
send_said(struct desk *d, struct core *c, const struct said *s, size_t size)
{
    struct packet p = {
        .due = d->now + d->latency.ns, .from = c->src, .run = RUN,
        .type = s->schema->type, .trace = s->trace, .said = d->now,
        .body = d->packed, .size = size,
    };

    if (s->routes & ROUTE_PUB)
        publish(d, &p);
    p.req = s->to.req;
    p.to = (enum source)s->to.peer;
    if (s->routes & ROUTE_REPLY && s->to.peer != 0)
        queue_put(&d->queue, &p);
    p.peer = (uint32_t)c->src;
    p.to = SOURCE_riskd;
    if (s->routes & ROUTE_RISK)
        queue_put(&d->queue, &p);
    p.to = SOURCE_feed;
    /* The scanner has the answers it got. */
    if (s->routes & ROUTE_SNAP && c->src != SOURCE_scanner)
        queue_put(&d->queue, &p);
}

/* For a scanner that comes after this one. */
static void
keep(struct desk *d, const struct said *s, size_t size)
{
    if (d->told_count == d->told_cap) {
        d->told_cap = d->told_cap > 0 ? 2 * d->told_cap : 256;
        d->told = realloc(d->told, d->told_cap * sizeof *d->told);
        must(d->told);
    }
    struct packet *p = &d->told[d->told_count++];
    *p = (struct packet){ .type = s->schema->type, .trace = s->trace,
                          .body = malloc(size), .size = size,
                          .said = d->now };
    must(p->body);
    memcpy(p->body, d->packed, size);
}

/* What an engine said, to whom it concerns. */
static void
route(struct desk *d, struct core *c)
{
    for (size_t i = 0; i < outbox_count(c->out); i++) {
        const struct said *s = outbox_at(c->out, i);
        size_t size = schema_pack(s->schema, s->msg, d->packed, PACKED_CAP);
        must(size > 0);
        if (s->routes & ROUTE_FACTS)
            result_add(&d->result, s->schema, s->msg, d->packed, size);
        if (s->schema == &opportunity_schema)
            keep(d, s, size);
        send_said(d, c, s, size);
    }
    outbox_clear(c->out);
}

static void
give(struct desk *d, struct core *c, const struct packet *p)
{
    struct input in = {
        .mono = { d->now }, .wall = { d->now + d->wall }, .src = p->from,
        .run = p->run, .seq = ++d->seq, .said = { p->said }, .req = p->req,
        .peer = p->peer, .trace = p->trace, .own_run = RUN,
    };

    must(core_hear(c, p->type, p->body, p->size, &in));
    route(d, c);
}

/* The shell's own word to an engine. */
static void
tell(struct desk *d, struct core *c, const struct schema *sc, const void *msg)
{
    struct packet p = { .from = c->src, .run = RUN, .type = sc->type,
                        .said = d->now, .body = d->packed };

    p.size = schema_pack(sc, msg, d->packed, PACKED_CAP);
    must(p.size > 0);
    give(d, c, &p);
}

/* Who is there says so; feed's own word is in the recording. */
static void
beat(struct desk *d)
{
    static const enum source who[] = { SOURCE_feed, SOURCE_scanner,
                                       SOURCE_riskd, SOURCE_executor,
                                       SOURCE_recorder };
    struct heartbeat m = { .ready = true, .mode = MODE_paper };

    for (size_t i = d->alone ? 0 : 1; i < sizeof who / sizeof who[0]; i++) {
        m.ready = who[i] != SOURCE_scanner
                  || scanner_is_ready(d->scanner.engine);
        struct packet p = { .due = d->now + d->latency.ns, .from = who[i],
                            .run = i == 0 ? d->feed_run : RUN,
                            .type = TYPE_heartbeat, .said = d->now,
                            .body = d->packed };
        p.size = heartbeat_pack(&m, d->packed, PACKED_CAP);
        publish(d, &p);
    }
}

/* The next thing that is due by mono; false: there is none. */
static bool
step(struct desk *d, int64_t mono)
{
    int64_t next = queue_next(&d->queue);

    if (d->next_tick <= mono && d->next_tick <= next
        && d->next_tick <= d->next_beat) {
        struct tick m = { d->ticks++ };
        d->now = d->next_tick;
        d->next_tick += d->tick;
        tell(d, &d->riskd, &tick_schema, &m);
        tell(d, &d->executor, &tick_schema, &m);
    } else if (d->next_beat <= mono && d->next_beat <= next) {
        d->now = d->next_beat;
        d->next_beat += d->beat;
        beat(d);
    } else if (next <= mono) {
        struct packet p = queue_take(&d->queue);
        d->now = p.due;
        if (p.to == SOURCE_feed)
            ask_feed(d, &p);
        else if (listens(core_of(d, p.to), p.type, p.from))
            give(d, core_of(d, p.to), &p); /* Of answers, what is of use. */
        free(p.body);
    } else {
        return false;
    }
    return true;
}

void
desk_until(struct desk *d, int64_t mono)
{
    while (step(d, mono))
        continue;
}

bool
desk_hear(struct desk *d, const struct heard *h)
{
    const struct envelope *e = &h->e;

    desk_until(d, h->in.mono.ns);
    d->now = h->in.mono.ns;
    d->wall = h->in.wall.ns - h->in.mono.ns;
    d->result.inputs++;
    if (e->src == SOURCE_feed)
        d->feed_run = e->run;
    if (!core_hear(&d->scanner, e->type, e->body, e->body_size, &h->in))
        return false;
    route(d, &d->scanner);
    /* Books they ask for; the rest of what is published they hear, too. */
    if (e->src != SOURCE_feed || e->tseq == 0 || e->type == TYPE_book_snapshot
        || e->type == TYPE_book_status)
        return true;
    struct packet p = { .due = d->now + d->latency.ns, .from = e->src,
                        .run = e->run, .type = e->type, .trace = e->trace,
                        .said = e->mono.ns, .size = e->body_size };
    memcpy(d->packed, e->body, e->body_size);
    p.body = d->packed;
    publish(d, &p);
    return true;
}

void
desk_finish(struct desk *d, struct ms most)
{
    int64_t end = d->now + most.ms * 1000000;

    d->alone = true;
    while (executor_open(d->executor.engine) > 0 && d->now < end)
        desk_until(d, d->now + d->tick);
    /* What they have still to tell each other; a last look at what is held. */
    desk_until(d, d->now + d->mark + 1000000000);
}

bool
desk_scanner(struct desk *d, const struct conf *conf, uint64_t run,
             struct why *why)
{
    bool ok = core_make(&d->scanner, conf, why);

    for (uint32_t i = 0; ok && i < d->told_count; i++) {
        const struct packet *p = &d->told[i];
        struct record r = {
            .n = i + 1, .type = p->type, .run = run - 1,
            .mono = { p->said }, .wall = { p->said + d->wall },
            .trace = p->trace, .body = p->body,
            .body_size = (uint32_t)p->size,
        };
        ok = core_recall(&d->scanner, &r, run, why);
    }
    return ok;
}

bool
desk_begin(struct desk *d, const struct conf *conf, struct nanos mono,
           struct nanos wall, struct nanos latency, struct why *why)
{
    struct common_conf common;
    struct capital_conf capital;
    struct riskd_conf riskd;

    conf_fill(conf, &riskd_section, &riskd);
    conf_fill(conf, &common_section, &common);
    conf_fill(conf, &capital_section, &capital);
    *d = (struct desk){ .latency = latency, .now = mono.ns,
                        .next_tick = mono.ns, .next_beat = mono.ns,
                        .wall = wall.ns - mono.ns,
                        .tick = common.tick.ms * 1000000,
                        .beat = common.heartbeat.ms * 1000000,
                        .mark = riskd.mark_every.ms * 1000000,
                        .packed = malloc(PACKED_CAP),
                        .asked = calloc(1, sizeof *d->asked) };
    must(d->packed && d->asked);
    result_begin(&d->result, capital.initial_usd);
    core_begin(&d->scanner, SOURCE_scanner);
    core_begin(&d->riskd, SOURCE_riskd);
    core_begin(&d->executor, SOURCE_executor);
    if (!core_make(&d->scanner, conf, why) || !core_make(&d->riskd, conf, why)
        || !core_make(&d->executor, conf, why))
        return false;
    tell(d, &d->riskd, &latch_state_schema, &(struct latch_state){ 0 });
    tell(d, &d->executor, &latch_state_schema, &(struct latch_state){ 0 });
    return true;
}

void
desk_end(struct desk *d)
{
    while (d->queue.count > 0)
        free(queue_take(&d->queue).body);
    free(d->queue.at);
    for (uint32_t i = 0; i < d->told_count; i++)
        free(d->told[i].body);
    free(d->told);
    core_end(&d->scanner);
    core_end(&d->riskd);
    core_end(&d->executor);
    free(d->packed);
    free(d->asked);
}
