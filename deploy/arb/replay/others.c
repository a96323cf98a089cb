/* others - what the others wrote down of what an engine said */

/* A publication is found again by its number among those of its type, a
 * request and its answer by the request's number.  One number may stand for
 * several words, and the bus may have lost or repeated some: so each word
 * heard must be one of those said, in any order. */

#include "deploy/arb/replay/others.h"

#include "common/digest.h"
#include "common/map.h"
#include "common/must.h"
#include "deploy/arb/replay/core.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = -1, KEPT_MAX = 8, WORDS_MAX = 1 << 26 };

/* By what a word is found again; no padding. */
struct key {
    uint64_t run, id;
    uint16_t type;
    uint8_t src, pub;
    uint32_t listener;        /* Of what is not published. */
};

struct word {
    struct key key;
    uint64_t n;
    uint8_t sum[8];
    uint8_t listener;
    bool said;
    int next;                 /* Of the same key. */
    int kept;                 /* What was said instead, NONE. */
};

struct kept {
    uint8_t *body;
    size_t size;
};

struct others {
    char var[512];
    struct word *at;
    uint32_t count, cap;
    struct map *first;        /* key -> the first of its words */
    struct digest *digest;
    enum source src;          /* Who speaks now, */
    uint64_t run;             /* in this run, */
    bool runs_began;
    uint64_t tseq[TYPE_end_]; /* and its publications of each type. */
    uint64_t *begun[source_end_];
    uint32_t begun_count[source_end_];
    struct kept kept[KEPT_MAX];
    int kept_count;
    struct journal_reader *reader; /* Of the word that is shown. */
};

static void
sum_of(struct others *o, uint64_t trace, const uint8_t *body, size_t size,
       uint8_t out[8])
{
    uint8_t sum[32];

    digest_start(o->digest);
    digest_add(o->digest, body, size);
    digest_end(o->digest, sum);
    for (int i = 0; i < 8; i++)
        out[i] = sum[i] ^ (uint8_t)(trace >> (8 * i));
}

static void
add(struct others *o, enum source listener, uint64_t n,
    const struct envelope *e)
{
    if (o->count == o->cap) {
        o->cap = o->cap ? 2 * o->cap : 4096;
        o->at = realloc(o->at, o->cap * sizeof *o->at);
        must(o->at);
    }
    struct word *w = &o->at[o->count++];
    *w = (struct word){ .key = { .run = e->run, .type = e->type,
                                 .src = (uint8_t)e->src,
                                 .pub = e->tseq != 0,
                                 .id = e->tseq != 0 ? e->tseq : e->req },
                        .n = n, .listener = (uint8_t)listener,
                        .next = NONE, .kept = NONE };
    if (!w->key.pub)
        w->key.listener = (uint32_t)listener;
    sum_of(o, e->trace, e->body, e->body_size, w->sum);
}

static bool
is_of_engine(enum source src, uint16_t type)
{
    return (src == SOURCE_scanner || src == SOURCE_riskd
            || src == SOURCE_executor)
           && link_routes(src, type) != 0;
}

/* Adds what listener heard of engines, up to now: its owner may be at work. */
static bool
read_inputs(struct others *o, enum source listener, struct why *why)
{
    char dir[600];
    struct record r;
    struct heard h;
    int got = 0;

    core_journal(o->var, listener, "inputs", dir, sizeof dir);
    struct journal_reader *reader = journal_read(dir, 0, why);
    while (reader && (got = journal_next(reader, &r, why)) > 0) {
        if (!heard_of(&h, listener, &r, why)) {
            got = -1;
            break;
        }
        if (h.e.src == listener || !is_of_engine(h.e.src, h.e.type))
            continue;
        if (o->count == WORDS_MAX) {
            why_set(why, "%s: too long to keep in mind", dir);
            got = -1;
            break;
        }
        add(o, listener, r.n, &h.e);
    }
    bool ok = reader != NULL && got == 0;
    journal_reader_close(&reader);
    return ok;
}

static void
index_words(struct others *o)
{
    o->first = map_new(sizeof(struct key), o->count + 1);
    for (uint32_t i = 0; i < o->count; i++) {
        struct word *w = &o->at[i];
        uint32_t before = map_find(o->first, &w->key);

        if (before == MAP_NONE) {
            must(map_put(o->first, &w->key, i));
        } else {
            w->next = o->at[before].next;
            o->at[before].next = (int)i;
        }
    }
}

struct others *
others_read(const char *var, struct why *why)
{
    struct others *o = calloc(1, sizeof *o);

    must(o && strlen(var) < sizeof o->var);
    memcpy(o->var, var, strlen(var) + 1);
    o->digest = digest_sha256();
    if (read_inputs(o, SOURCE_riskd, why)
        && read_inputs(o, SOURCE_executor, why))
        index_words(o);
    else
        others_free(&o);
    return o;
}

void
others_free(struct others **others)
{
    struct others *o = *others;

    if (!o)
        return;
    map_destroy(&o->first);
    digest_destroy(&o->digest);
    journal_reader_close(&o->reader);
    for (int i = 0; i < o->kept_count; i++)
        free(o->kept[i].body);
    for (int i = 0; i < source_end_; i++)
        free(o->begun[i]);
    free(o->at);
    free(o);
    *others = NULL;
}

void
others_run(struct others *o, enum source src, uint64_t run)
{
    uint32_t n = o->begun_count[src]++;

    o->begun[src] = realloc(o->begun[src], (n + 1) * sizeof run);
    must(o->begun[src]);
    o->begun[src][n] = run;
    o->src = src;
    o->run = run;
    memset(o->tseq, 0, sizeof o->tseq);
}

/* The words of a key, against what is said under it. */
static void
compare(struct others *o, const struct key *key, const struct said *said,
        const uint8_t *packed, size_t size)
{
    uint8_t sum[8];
    uint32_t first = map_find(o->first, key);

    if (first == MAP_NONE)
        return;
    sum_of(o, said->trace, packed, size, sum);
    for (int i = (int)first; i != NONE; i = o->at[i].next) {
        struct word *w = &o->at[i];
        if (memcmp(w->sum, sum, sizeof sum) == 0) {
            w->said = true;
        } else if (w->kept == NONE && o->kept_count < KEPT_MAX) {
            w->kept = o->kept_count++;
            o->kept[w->kept].body = malloc(size);
            o->kept[w->kept].size = size;
            must(o->kept[w->kept].body);
            memcpy(o->kept[w->kept].body, packed, size);
        }
    }
}

void
others_said(struct others *o, const struct said *said, const uint8_t *packed,
            size_t size)
{
    struct key key = { .run = o->run, .src = (uint8_t)o->src,
                       .type = said->schema->type };

    if (said->routes & ROUTE_PUB) {
        key.pub = 1;
        key.id = ++o->tseq[key.type];
        compare(o, &key, said, packed, size);
    }
    key.pub = 0;
    key.id = said->to.req;
    if (said->routes & ROUTE_RISK) {
        key.listener = SOURCE_riskd;
        compare(o, &key, said, packed, size);
    }
    if (said->routes & ROUTE_REPLY) {
        key.listener = said->to.peer;
        compare(o, &key, said, packed, size);
    }
}

static bool
was_begun(const struct others *o, const struct word *w)
{
    for (uint32_t i = 0; i < o->begun_count[w->key.src]; i++)
        if (o->begun[w->key.src][i] == w->key.run)
            return true;
    return false;
}

/* Reads what was heard once more. */
static void
fetch(struct others *o, const struct word *w, struct unsaid *out)
{
    char dir[600];
    struct record r;
    struct heard h;
    struct why why;

    *out = (struct unsaid){ .listener = w->listener, .n = w->n,
                            .run = w->key.run,
                            .schema = schema_find(w->key.type) };
    core_journal(o->var, w->listener, "inputs", dir, sizeof dir);
    journal_reader_close(&o->reader);
    o->reader = journal_read(dir, w->n, &why);
    if (o->reader && journal_next(o->reader, &r, &why) > 0
        && heard_of(&h, w->listener, &r, &why)) {
        out->body = h.e.body;
        out->size = h.e.body_size;
    }
    if (w->kept != NONE) {
        out->instead = o->kept[w->kept].body;
        out->instead_size = o->kept[w->kept].size;
    }
}

bool
others_unsaid(struct others *o, enum source src, struct unsaid *out,
              uint64_t *count)
{
    const struct word *first = NULL;

    *count = 0;
    for (uint32_t i = 0; i < o->count; i++) {
        const struct word *w = &o->at[i];
        if (w->key.src != src || !was_begun(o, w))
            continue;
        *count += w->said;
        if (!w->said && !first)
            first = w;
    }
    if (first)
        fetch(o, first, out);
    return first != NULL;
}
