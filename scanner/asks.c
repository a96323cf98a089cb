/* asks - what feed is asked for: the universe, and books, with patience */

/* The first ask for a book goes out at once; each further one waits twice as
 * long as the one before (ask_pause_min to ask_pause_max), until the book is
 * whole.  One that feed says it has not is asked for again after the longest
 * pause only: feed tells when it has it.  Books go in batches of one message,
 * a few batches at a time, so that a restart with thousands of tokens neither
 * floods feed nor waits for every answer in turn.  A token waits in the queue
 * at most once. */

#include "scanner/asks.h"

#include "common/must.h"

#include <stdlib.h>

enum { BATCHES = 8 }; /* Under way at a time: covers a round trip. */
enum { TRIES_MOST = 20 };

enum ask_state { ASK_IDLE, ASK_QUEUED, ASK_SENT };

struct ask {
    uint8_t state, tries;
    struct nanos due;
};

struct batch {
    uint64_t req;          /* 0 = free. */
    struct nanos deadline;
    uint32_t count;
    uint32_t tokens[tokens_cap];
};

struct asks {
    struct scanner_conf conf;
    uint64_t *counters;
    uint64_t req;
    uint32_t cap;
    struct ask *at;        /* By token index. */
    uint32_t *queue;       /* A ring of token indices. */
    uint32_t head, queued;
    struct batch batches[BATCHES];
    bool universe_wanted, universe_known;
    uint64_t universe_req; /* 0 = none under way. */
    uint64_t universe_heard; /* Records of its answer. */
    struct nanos universe_deadline;
};

struct asks *
asks_new(uint32_t cap, const struct scanner_conf *conf, uint64_t *counters)
{
    struct asks *a = calloc(1, sizeof *a);

    must(a != NULL && cap > 0);
    a->conf = *conf;
    a->counters = counters;
    a->cap = cap;
    a->at = calloc(cap, sizeof *a->at);
    a->queue = calloc(cap, sizeof *a->queue);
    must(a->at != NULL && a->queue != NULL);
    return a;
}

void
asks_destroy(struct asks **a)
{
    if (*a == NULL)
        return;
    free((*a)->at);
    free((*a)->queue);
    free(*a);
    *a = NULL;
}

void
asks_universe(struct asks *a)
{
    a->universe_wanted = true;
}

bool
asks_knows_universe(const struct asks *a)
{
    return a->universe_known;
}

static void
enqueue(struct asks *a, uint32_t token)
{
    must(a->queued < a->cap);
    a->queue[(a->head + a->queued) % a->cap] = token;
    a->queued++;
    a->at[token].state = ASK_QUEUED;
}

static uint32_t
dequeue(struct asks *a)
{
    uint32_t token = a->queue[a->head];

    a->head = (a->head + 1) % a->cap;
    a->queued--;
    a->at[token].state = ASK_IDLE;
    return token;
}

/* How long the next ask for it waits. */
static int64_t
pause_of(const struct asks *a, const struct ask *ask)
{
    int64_t pause = ask->tries == 0 ? 0 : a->conf.ask_pause_min.ms
                                              << (ask->tries - 1);

    return pause < a->conf.ask_pause_max.ms ? pause
                                            : a->conf.ask_pause_max.ms;
}

bool
asks_book(struct asks *a, uint32_t token, struct nanos mono)
{
    struct ask *ask = &a->at[token];
    int64_t pause = pause_of(a, ask), due = mono.ns + pause * 1000000;

    must(token < a->cap);
    if (ask->state == ASK_SENT ||
        (ask->state == ASK_QUEUED && ask->due.ns <= due))
        return false;
    if (ask->tries < TRIES_MOST)
        ask->tries++;
    ask->due.ns = due;
    if (ask->state == ASK_IDLE)
        enqueue(a, token);
    return pause == 0;
}

void
asks_told(struct asks *a, uint32_t token, struct nanos mono)
{
    struct ask *ask = &a->at[token];

    if (ask->state != ASK_SENT)
        return;
    ask->due.ns = mono.ns + a->conf.ask_pause_max.ms * 1000000;
    enqueue(a, token);
}

void
asks_got(struct asks *a, uint32_t token)
{
    a->at[token].tries = 0;
}

/* Its place in the queue, if it has one, outlives it. */
void
asks_drop(struct asks *a, uint32_t token)
{
    struct ask *ask = &a->at[token];

    *ask = (struct ask){
        .state = ask->state == ASK_QUEUED ? ASK_QUEUED : ASK_IDLE
    };
}

void
asks_forget(struct asks *a)
{
    for (uint32_t i = 0; i < a->cap; i++)
        a->at[i] = (struct ask){ 0 };
    for (uint32_t i = 0; i < BATCHES; i++)
        a->batches[i].req = 0;
    a->head = a->queued = 0;
    a->universe_req = 0;
    a->universe_known = false;
}

static struct batch *
find_batch(struct asks *a, uint64_t req)
{
    for (uint32_t i = 0; i < BATCHES; i++)
        if (a->batches[i].req == req)
            return &a->batches[i];
    return NULL;
}

bool
asks_expects(const struct asks *a, const struct input *in)
{
    if (in->req == 0 || in->req == a->universe_req)
        return true;
    for (uint32_t i = 0; i < BATCHES; i++)
        if (a->batches[i].req == in->req)
            return true;
    return false;
}

void
asks_on_record(struct asks *a, const struct input *in)
{
    if (in->req != 0 && in->req == a->universe_req)
        a->universe_heard++;
}

/* What of a batch neither came nor was told of is wanted again. */
static void
end_batch(struct asks *a, struct batch *b, const struct books *books,
          struct nanos mono)
{
    for (uint32_t i = 0; i < b->count; i++) {
        struct ask *ask = &a->at[b->tokens[i]];

        if (ask->state != ASK_SENT)
            continue;
        ask->state = ASK_IDLE;
        if (!books->at[b->tokens[i]].whole)
            asks_book(a, b->tokens[i], mono);
    }
    b->req = 0;
}

bool
asks_on_end(struct asks *a, const struct books *books,
            const struct snapshot_end *m, const struct input *in)
{
    struct batch *b;

    if (in->req == 0)
        return false;
    if (in->req == a->universe_req && m->what == ASKED_universe) {
        if (a->universe_heard < m->sent || m->missing > 0)
            return false; /* Something got lost: asked again in a while. */
        a->universe_req = 0;
        a->universe_known = true;
        return true;
    }
    b = find_batch(a, in->req);
    if (b != NULL && m->what == ASKED_books)
        end_batch(a, b, books, in->mono);
    return false;
}

static void
ask_universe(struct asks *a, struct universe *u, const struct input *in,
             struct outbox *out)
{
    struct snapshot_request m = { .what = ASKED_universe };

    if (a->universe_req != 0 && in->mono.ns >= a->universe_deadline.ns) {
        a->counters[SCANNER_timeouts]++;
        a->universe_req = 0;
        a->universe_wanted = true;
    }
    if (!a->universe_wanted || a->universe_req != 0)
        return;
    a->universe_wanted = false;
    a->universe_req = ++a->req;
    a->universe_heard = 0;
    a->universe_deadline.ns = in->mono.ns + a->conf.ask_timeout.ms * 1000000;
    a->counters[SCANNER_requests]++;
    universe_asked(u);
    say_snapshot_request(out, &m, &(struct to){ 0, a->universe_req });
}

/* Fills a batch with tokens that are due; each queued one is seen at most
 * once, and what is not due goes to the end. */
static void
fill_batch(struct asks *a, struct batch *b, const struct universe *u,
           const struct books *books, const struct input *in)
{
    b->count = 0;
    for (uint32_t left = a->queued; left > 0 && b->count < tokens_cap;
         left--) {
        struct nanos due = a->at[a->queue[a->head]].due;
        uint32_t token = dequeue(a);
        const struct universe_market *m = universe_market(u, token / 2);

        if (books->at[token].whole || !m->m.open || m->resolved ||
            m->unlisted)
            continue;
        if (due.ns > in->mono.ns) {
            enqueue(a, token);
        } else {
            a->at[token].state = ASK_SENT;
            b->tokens[b->count++] = token;
        }
    }
}

static void
send_batch(struct asks *a, struct batch *b, const struct universe *u,
           const struct input *in, struct outbox *out)
{
    struct snapshot_request m = { .what = ASKED_books };

    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t token = b->tokens[i];
        const struct universe_market *known = universe_market(u, token / 2);

        m.tokens.at[i].token = token % 2 == 0 ? known->m.yes : known->m.no;
    }
    m.tokens.count = b->count;
    b->req = ++a->req;
    b->deadline.ns = in->mono.ns + a->conf.ask_timeout.ms * 1000000;
    a->counters[SCANNER_requests]++;
    say_snapshot_request(out, &m, &(struct to){ 0, b->req });
}

void
asks_pump(struct asks *a, struct universe *u, const struct books *books,
          const struct input *in, struct outbox *out)
{
    ask_universe(a, u, in, out);
    for (uint32_t i = 0; i < BATCHES; i++) {
        struct batch *b = &a->batches[i];

        if (b->req != 0 && in->mono.ns >= b->deadline.ns) {
            a->counters[SCANNER_timeouts]++;
            end_batch(a, b, books, in->mono);
        }
        if (b->req != 0 || a->queued == 0)
            continue;
        fill_batch(a, b, u, books, in);
        if (b->count > 0)
            send_batch(a, b, u, in, out);
    }
}
