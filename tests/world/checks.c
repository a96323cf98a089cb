/* checks - what must hold after every fact, and when all is quiet
 *
 * This file has what concerns all of them: their memory, the dispatch, what
 * must be on disk before it is said, restarts, and quiet. */
#include "tests/world/checks.h"

#include "common/must.h"
#include "executor/executor.h"
#include "scanner/scanner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void (*world_failed)(const struct world *w, const char *words);

void
world_fail(const struct world *w, const char *format, ...)
{
    char words[300];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    fflush(stdout);
    if (world_failed != NULL)
        world_failed(w, words);
    fprintf(stderr, "world %llu at %.3f s: %s\n",
            (unsigned long long)w->seed,
            (double)(w->now - w->start) / 1e9, words);
    abort();
}

static void *
room(size_t count, size_t size)
{
    void *p = calloc(count, size);
    must(p != NULL);
    return p;
}

static void
holdings_new(struct holdings *h)
{
    h->tokens = map_new(sizeof(struct hash), KEYS);
    h->shares = room(KEYS, sizeof *h->shares);
    h->names = room(KEYS, sizeof *h->names);
}

static void
holdings_free(struct holdings *h)
{
    map_destroy(&h->tokens);
    free(h->shares);
    free(h->names);
}

struct checks *
checks_new(void)
{
    struct checks *c = room(1, sizeof *c);
    c->auths = map_new(sizeof(struct uuid), KEYS);
    c->orders = map_new(sizeof(struct hash), KEYS);
    c->scans = map_new(sizeof(struct uuid), KEYS);
    c->fills = map_new(sizeof(struct text), KEYS);
    c->refs = map_new(sizeof(struct uuid), KEYS);
    c->booked = map_new(sizeof(struct uuid), KEYS);
    c->booked_at = room(KEYS, sizeof *c->booked_at);
    c->freed = map_new(sizeof(struct freed), KEYS);
    c->ids = map_new(sizeof(struct uuid), KEYS);
    c->promises = room(KEYS, sizeof *c->promises);
    c->sent = room(KEYS, sizeof *c->sent);
    c->trades = room(KEYS, sizeof *c->trades);
    c->groups = room(KEYS, sizeof *c->groups);
    c->findings = room(KEYS, sizeof *c->findings);
    holdings_new(&c->risk);
    holdings_new(&c->exec);
    told_start(&c->told);
    return c;
}

void
checks_destroy(struct checks **pc)
{
    struct checks *c = *pc;
    map_destroy(&c->auths);
    map_destroy(&c->orders);
    map_destroy(&c->scans);
    map_destroy(&c->fills);
    map_destroy(&c->refs);
    map_destroy(&c->booked);
    free(c->booked_at);
    map_destroy(&c->freed);
    map_destroy(&c->ids);
    free(c->promises);
    free(c->sent);
    free(c->trades);
    free(c->groups);
    free(c->findings);
    holdings_free(&c->risk);
    holdings_free(&c->exec);
    free(c);
    *pc = NULL;
}

void
checks_fact(struct world *w, struct node *n, uint64_t i, const void *msg)
{
    const struct fact *f = &n->log.at[i];
    if (n->src == SOURCE_scanner && f->type == TYPE_opportunity) {
        found_fact(w, msg);
        return;
    }
    if (n->src == SOURCE_riskd)
        told_fact(w, f, i, msg);
    orders_fact(w, f, i, msg);
    money_fact(w, f->type, msg);
}

void
checks_batch(struct world *w, struct node *n)
{
    if (n->src == SOURCE_riskd)
        money_batch(w);
}

/* The end of the log, if money was booked in this turn. */
static uint64_t
booked(const struct node *n)
{
    for (uint64_t i = n->log.turn; i < n->log.count; i++)
        if (n->log.at[i].type == TYPE_ledger_entry ||
            n->log.at[i].type == TYPE_release)
            return n->log.count;
    return 0;
}

/* Where the log must be synced before this message may leave; 0 = nowhere. */
static uint64_t
durable(const struct world *w, const struct node *n, const struct said *s)
{
    const struct checks *c = w->checks;
    const struct map *map = NULL;
    const void *key = NULL;
    switch (s->schema->type) {
    case TYPE_grant:
        map = c->auths;
        key = &((const struct grant *)s->msg)->auth;
        break;
    case TYPE_intent:
        map = c->orders;
        key = &((const struct intent *)s->msg)->order;
        break;
    case TYPE_order:
        map = c->orders;
        key = &((const struct order *)s->msg)->order;
        break;
    case TYPE_fill:
        map = c->fills;
        key = &((const struct fill *)s->msg)->fill_id;
        break;
    case TYPE_settle:
        map = c->refs;
        key = &((const struct settle *)s->msg)->ref;
        break;
    case TYPE_ack:
        return ((const struct ack *)s->msg)->ok ? booked(n) : 0;
    default: return 0;
    }
    uint32_t i = map_find(map, key);
    if (i == MAP_NONE)
        world_fail(w, "%s says a %s that is not in its log",
                   enum_word(&source_words, n->src), s->schema->name);
    if (map == c->auths)
        return c->promises[i].n + 1;
    if (map == c->fills)
        return c->trades[i].n + 1;
    return (map == c->orders ? c->sent[i].n : i) + 1;
}

/* What gives money back: only when nothing can happen any more. */
static void
check_release(struct world *w, const struct release *m)
{
    struct checks *c = w->checks;
    struct freed key = { m->auth, m->leg };
    for (uint32_t i = 0; i < c->sent_count; i++) {
        const struct sent *s = &c->sent[i];
        if (!uuid_equal(&s->auth, &m->auth) ||
            (m->leg != legs_cap && m->leg != s->leg))
            continue;
        if (m->evidence == EVIDENCE_never_sent)
            world_fail(w, "released as never sent, and it was");
        if (!s->final)
            world_fail(w, "released before the order ended");
    }
    if (map_find(c->freed, &key) == MAP_NONE)
        must(map_put(c->freed, &key, c->freed_count++));
}

/* Whoever is refused after a kill is told of the kill, whatever else. */
static void
check_denial(struct world *w, const struct denial *m)
{
    bool bad = m->reasons.count == 0;
    for (uint32_t i = 0; i < m->reasons.count; i++)
        if (m->reasons.at[i].code == REASON_LATCHED ||
            m->reasons.at[i].code == REASON_CONFLICT ||
            m->reasons.at[i].code == REASON_BAD_INPUT)
            return;
    if (bad || w->nodes[SOURCE_riskd].latch.latched)
        world_fail(w, "a denial does not say why");
}

/* Never again to an older run, whoever restarted. */
static void
check_lease(struct world *w, const struct lease *m)
{
    if (m->ttl.ms > 0 && m->epoch < w->leased)
        world_fail(w, "a lease of an epoch that was over");
    if (m->ttl.ms > 0)
        w->leased = m->epoch;
}

/* From when it was asked for it lasts; that was before it was said.  One that
 * comes again, late, takes nothing from the next. */
void
checks_leased(struct world *w, const struct packet *p, const struct lease *m)
{
    if (p->said < w->lease_said)
        return;
    w->lease_said = p->said;
    w->lease_until = p->said + m->ttl.ms * 1000000;
}

void
checks_send(struct world *w, struct node *n, const struct said *s)
{
    if (s->schema->type == TYPE_lease)
        check_lease(w, s->msg);
    if (s->schema->type == TYPE_denial && (s->routes & ROUTE_FACTS))
        check_denial(w, s->msg);
    const struct authorize *a = s->msg;
    if (s->schema->type == TYPE_authorize)
        orders_ages(w, a->kind, &a->legs);
    if (durable(w, n, s) > n->log.synced)
        world_fail(w, "%s says a %s that is not on disk",
                   enum_word(&source_words, n->src), s->schema->name);
    if (n->src == SOURCE_executor && s->schema->type == TYPE_release)
        check_release(w, s->msg);
}

static void
start(struct checks *c, enum source src)
{
    if (src == SOURCE_riskd) {
        money_start(c);
        told_start(&c->told);
    } else if (src == SOURCE_executor) {
        orders_start(c);
    } else {
        found_start(c);
    }
}

void
checks_rebuild(struct world *w, struct node *n)
{
    struct checks *c = w->checks;
    if (n->src == SOURCE_feed || n->src == SOURCE_recorder)
        return;
    start(c, n->src);
    c->rebuilding = true;
    for (uint64_t i = 0; i < n->log.count; i++) {
        node_read(w, n, i);
        checks_fact(w, n, i, w->msg);
    }
    checks_batch(w, n); /* Limits held then; who lost since has less now. */
    c->rebuilding = false;
}

static uint32_t
groups_open(const struct checks *c)
{
    uint32_t open = 0;
    for (uint32_t i = 0; i < c->groups_count; i++)
        open += c->groups[i].ended == 0;
    return open;
}

/* The engine that stops, and a new one made of its log: they must be one. */
void
checks_recall(struct world *w, struct node *n)
{
    const struct checks *c = w->checks;
    void *alive = n->engine;
    if (n->src == SOURCE_feed || n->src == SOURCE_recorder)
        return;
    node_recall(w, n);
    if (n->src == SOURCE_riskd) {
        struct hash was = riskd_digest(alive), is = riskd_digest(n->engine);
        if (!hash_equal(&was, &is))
            world_fail(w, "riskd is another after a restart");
    } else if (n->src == SOURCE_executor) {
        if (executor_open(alive) != groups_open(c) ||
            executor_open(n->engine) != groups_open(c))
            world_fail(w, "executor has %u groups open, %u after a restart, "
                       "%u by its log", executor_open(alive),
                       executor_open(n->engine), groups_open(c));
        if (executor_is_broken(n->engine))
            world_fail(w, "executor refuses facts it said itself");
    } else if (scanner_open_count(alive) != found_open(c) ||
               scanner_open_count(n->engine) != found_open(c)) {
        world_fail(w, "scanner has %u open, %u after a restart, %u by its "
                   "log", scanner_open_count(alive),
                   scanner_open_count(n->engine), found_open(c));
    }
    n->unmake(n);
    n->engine = alive;
}

const char *
checks_unquiet(struct world *w)
{
    struct checks *c = w->checks;
    for (enum source s = SOURCE_feed; s < NODES; s = (enum source)(s + 1)) {
        const struct node *n = &w->nodes[s];
        if (n->engine == NULL)
            return "a process is down";
        if (s >= SOURCE_scanner && s <= SOURCE_executor &&
            w->committed[s] != n->log.count)
            return "facts are not recorded";
    }
    if (groups_open(c) > 0)
        return "a group has not ended";
    if (c->books.reserved != 0)
        return "money is still reserved";
    if (!money_is_settled(w))
        return "what resolved is not settled on both sides";
    const char *why = live_unquiet(w), *market;
    if (why == NULL)
        why = told_unquiet(w);
    if (why != NULL)
        return why;
    market = place_odd_book(w, &why);
    if (market == NULL)
        return NULL;
    snprintf(c->unquiet, sizeof c->unquiet, "market %s at the scanner: %s",
             market, why);
    return c->unquiet;
}

void
checks_quiet(struct world *w)
{
    money_quiet(w);
    live_quiet(w);
    found_quiet(w);
    if (w->weather.clear && w->terms.aim.how == AIM_NONE &&
        w->checks->filled == 0)
        world_fail(w, "nothing went wrong, and nothing was traded");
}

void
checks_report(const struct world *w)
{
    const struct checks *c = w->checks;
    printf("world %llu%s%s%s: %llu inputs, %llu crashes, %llu lost, "
           "%llu twice, %u planted, %llu opened, %u groups, %llu fills, "
           "%llu settled;",
           (unsigned long long)w->seed, w->weather.clear ? " (clear)" : "",
           w->weather.live ? " (live)" : "",
           w->weather.capital_usd < 5000 ? " (poor)" : "",
           (unsigned long long)w->inputs, (unsigned long long)w->crashes,
           (unsigned long long)w->lost,
           (unsigned long long)w->repeated, c->planted_count,
           (unsigned long long)c->opened, c->groups_count,
           (unsigned long long)c->filled, (unsigned long long)c->settled);
    if (c->paid > 0)
        printf(" %llu resolved (no %llu, half %llu, missed %llu);",
               (unsigned long long)c->paid, (unsigned long long)c->paid_no,
               (unsigned long long)c->paid_half,
               (unsigned long long)c->paid_missed);
    for (uint32_t i = 0; i < exec_status_words.count; i++)
        if (c->statuses[i] > 0)
            printf(" %s %llu", exec_status_words.values[i],
                   (unsigned long long)c->statuses[i]);
    if (w->kill_gen > 0)
        printf(", killed %s%s", kill_name(w), w->latched ? "" : ", cleared");
    printf("\n");
}
