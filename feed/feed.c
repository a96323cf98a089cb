/* feed - what venues say becomes books that are proved right */

/* The engine is spread over files by question: universe.c (what is followed),
 * passes.c (what left the listing), frame.c (what a text changes), proof.c (is
 * the book right), sync.c (how it becomes right again), link.c (what becomes
 * of it when a connection goes), watch.c (was something forgotten), tell.c
 * (what is said), answer.c and lookup.c (who asked), ask.c (what the shell must
 * do), offline.c (recordings).  This file makes it and opens its doors. */

#include "feed/feed.h"

#include "feed/state.h"

#include <stdlib.h>
#include <string.h>

enum { ADDED_TOKENS = 256 }; /* Closed markets still told of. */

/* More than any tick: we stood still, and what came meanwhile is unread. */
#define SLEPT_NS INT64_C(1500000000)

static uint32_t *
new_indices(uint32_t count)
{
    uint32_t *at = calloc(count, sizeof *at);

    must(at);
    return at;
}

static void
make_universe(struct feed *f)
{
    f->markets_cap = (uint32_t)f->conf.max_markets;
    f->events_cap = f->markets_cap;
    /* Closed markets' tokens are known, though not subscribed. */
    f->tokens_cap = 2 * f->markets_cap + ADDED_TOKENS;
    if (f->tokens_cap < f->conf.max_tokens)
        f->tokens_cap = (uint32_t)f->conf.max_tokens;
    f->token = calloc(f->tokens_cap, sizeof *f->token);
    f->market = calloc(f->markets_cap, sizeof *f->market);
    f->event = calloc(f->events_cap, sizeof *f->event);
    must(f->token && f->market && f->event);
    f->free_tokens = new_indices(f->tokens_cap);
    f->free_markets = new_indices(f->markets_cap);
    f->seen = new_indices(f->tokens_cap);
    f->by_token = map_new(sizeof(struct hash), f->tokens_cap);
    f->by_market = map_new(sizeof(struct text), f->markets_cap);
    f->by_event = map_new(sizeof(struct text), f->events_cap);
    f->pairs = map_new(sizeof(struct text), f->tokens_cap);
    f->tell_markets = (struct ring){ .at = new_indices(f->markets_cap),
                                     .cap = f->markets_cap };
    f->tell_books = (struct ring){ .at = new_indices(f->tokens_cap),
                                   .cap = f->tokens_cap };
}

struct feed *
feed_new(const struct feed_conf *c, const struct feed_options *o)
{
    struct feed *f = calloc(1, sizeof *f);

    must(f);
    f->conf = *c;
    f->opt = *o;
    f->venue = o->venue ? o->venue : &venue_polymarket;
    f->room = calloc(1, sizeof *f->room);
    f->conn = calloc(CONNECTIONS, sizeof *f->conn);
    f->conn_tokens =
        new_indices(CONNECTIONS * (uint32_t)c->assets_per_connection);
    f->text = calloc(1, VENUE_TEXT_CAP);
    must(f->room && f->conn && f->text);
    for (uint32_t i = 0; i < CONNECTIONS; i++)
        f->conn[i].token = f->conn_tokens + i * c->assets_per_connection;
    f->levels = level_room_new((uint32_t)c->max_levels);
    f->sha1 = digest_sha1();
    f->next_due.ns = INT64_MAX;
    f->lookup.answer = NO_ANSWER;
    make_universe(f);
    return f;
}

void
feed_destroy(struct feed **feed)
{
    struct feed *f = *feed;

    if (!f)
        return;
    free(f->conn_tokens);
    level_room_destroy(&f->levels);
    digest_destroy(&f->sha1);
    map_destroy(&f->by_token);
    map_destroy(&f->by_market);
    map_destroy(&f->by_event);
    map_destroy(&f->pairs);
    free(f->tell_markets.at);
    free(f->tell_books.at);
    free(f->free_tokens);
    free(f->free_markets);
    free(f->seen);
    free(f->token);
    free(f->market);
    free(f->event);
    free(f->room);
    free(f->conn);
    free(f->text);
    free(f);
    *feed = NULL;
}

const uint64_t *
feed_counters(const struct feed *f)
{
    return f->counters;
}

bool
feed_is_ready(const struct feed *f)
{
    return f->ready;
}

void
feed_begin(struct feed *f, const struct input *in, struct outbox *out)
{
    f->in = in;
    f->out = out;
    if (f->epoch == 0)
        f->epoch = in->own_run << 24;
    /* Several inputs may share an outbox; an empty one is a new one. */
    if (outbox_count(out) == 0)
        f->said_bytes = f->said_count = 0;
}

bool
feed_end(struct feed *f)
{
    feed_tell_rest(f);
    f->owes = f->answers > 0 && feed_answers(f);
    f->owes |= f->tell_markets.count > 0 || f->tell_books.count > 0;
    return f->owes;
}

bool
feed_owes(const struct feed *f)
{
    return f->owes;
}

bool
feed_rest(struct feed *f, const struct input *in, struct outbox *out)
{
    feed_begin(f, in, out);
    return feed_end(f);
}

/* Every token subscribed has its book, or failed to get it once. */
static bool
has_settled(const struct feed *f)
{
    for (uint32_t i = 0; i < f->tokens && f->listed; i++) {
        const struct token *t = &f->token[i];
        if (t->state == TOKEN_WAITING && t->attempts == 0)
            return false;
    }
    return f->listed;
}

void
feed_on_tick(struct feed *f, const struct tick *m, const struct input *in,
             struct outbox *out)
{
    (void)m;
    feed_begin(f, in, out);
    f->slept = f->ticked.ns > 0 && in->mono.ns - f->ticked.ns > SLEPT_NS;
    f->ticked = in->mono;
    feed_link_tick(f);
    feed_sync_tick(f);
    feed_watch_tick(f);
    if (!f->ready)
        f->ready = has_settled(f);
    feed_end(f);
}

void
feed_on_frame(struct feed *f, uint32_t connection, const char *s, size_t size,
              const struct input *in, struct outbox *out)
{
    struct venue_sink sink = feed_sink(f);

    must(connection < CONNECTIONS);
    feed_begin(f, in, out);
    feed_count(f, FEED_frames, 1);
    if (connection < f->conns) {
        struct connection *c = &f->conn[connection];
        c->alive = c->last_book = in->mono;
        if (c->silent)
            feed_silent(f, connection, false);
    }
    feed_frame_begin(f);
    (void)f->venue->read_frame(f->room, s, size, &sink);
    feed_frame_end(f);
    feed_end(f);
}

void
feed_on_books(struct feed *f, const char *s, size_t size,
              const struct input *in, struct outbox *out)
{
    struct venue_sink sink = feed_sink(f);

    feed_begin(f, in, out);
    if (s) {
        feed_frame_begin(f);
        (void)f->venue->read_books(f->room, s, size, &sink);
        feed_frame_end(f);
    }
    feed_end(f);
}

bool
feed_on_page(struct feed *f, const char *s, size_t size, bool first,
             struct venue_cursor *next, const struct input *in,
             struct outbox *out)
{
    struct venue_sink sink = feed_sink(f);

    feed_begin(f, in, out);
    if (first)
        feed_pass_begin(f);
    bool ok = f->venue->read_page(f->room, s, size, &sink, next);
    feed_count(f, FEED_pages, ok);
    if (ok && !next->s[0])
        feed_pass_end(f);
    feed_end(f);
    return ok;
}

void
feed_on_failure(struct feed *f)
{
    feed_count(f, FEED_http_errors, 1);
}

void
feed_on_event(struct feed *f, const char *s, size_t size,
              const struct input *in, struct outbox *out)
{
    struct venue_sink sink = feed_sink(f);
    struct venue_cursor next;

    feed_begin(f, in, out);
    (void)f->venue->read_page(f->room, s, size, &sink, &next);
    feed_end(f);
}
