/* ask - what the engine wants done outside, one thing at a time */

/* The engine only notes what is wanted; here it becomes texts to send.  The
 * shell calls until there is nothing more, after every input. */

#include "feed/state.h"

#include <string.h>

static bool
wants(const struct token *t, enum token_want want)
{
    return t->want == want;
}

/* Tokens of the connection that want one of two things. */
static uint32_t
gather(struct feed *f, const struct connection *c, enum token_want one,
       enum token_want other, struct hash *ids, uint32_t *index)
{
    uint32_t count = 0;

    for (uint32_t k = 0; k < c->tokens && count < VENUE_TOKENS; k++) {
        const struct token *t = &f->token[c->token[k]];
        if (wants(t, one) || wants(t, other)) {
            ids[count] = t->id;
            index[count++] = c->token[k];
        }
    }
    return count;
}

/* The next text for a connection that is up. */
static bool
next_text(struct feed *f, uint32_t i, struct feed_ask *ask)
{
    struct connection *c = &f->conn[i];
    struct hash ids[VENUE_TOKENS];
    uint32_t index[VENUE_TOKENS], count = 0;

    if (c->initial)
        count = gather(f, c, WANT_NO_MORE, WANT_AGAIN, ids, index);
    ask->kind = FEED_ASK_SEND;
    ask->connection = i;
    if (count > 0) {
        ask->size = f->venue->write_unsubscribe(ids, count, f->text,
                                                VENUE_TEXT_CAP);
        for (uint32_t k = 0; k < count; k++) {
            struct token *t = &f->token[index[k]];
            if (wants(t, WANT_AGAIN))
                t->want = WANT_SUBSCRIBE;
            else
                feed_left(f, t);
        }
        return true;
    }
    /* A new connection has nothing to be unsubscribed from. */
    count = gather(f, c, WANT_SUBSCRIBE,
                   c->initial ? WANT_SUBSCRIBE : WANT_AGAIN, ids, index);
    if (count == 0)
        return false;
    ask->size = f->venue->write_subscribe(ids, count, !c->initial, f->text,
                                          VENUE_TEXT_CAP);
    c->initial = true;
    for (uint32_t k = 0; k < count; k++)
        feed_sent(f, &f->token[index[k]]);
    return true;
}

static bool
next_of_connections(struct feed *f, struct feed_ask *ask)
{
    for (uint32_t i = 0; i < f->conns; i++) {
        struct connection *c = &f->conn[i];
        if (!c->opened && c->tokens > 0) {
            c->opened = true;
            *ask = (struct feed_ask){ FEED_ASK_CONNECT, i, "", 0 };
            return true;
        }
        if (c->renew) {
            c->renew = false;
            *ask = (struct feed_ask){ FEED_ASK_RECONNECT, i, "", 0 };
            return true;
        }
        if (c->up && c->wants > 0 && next_text(f, i, ask))
            return true;
    }
    return false;
}

static bool
next_books(struct feed *f, struct feed_ask *ask)
{
    if (f->prove_count > 0) {
        for (uint32_t i = 0; i < f->prove_count; i++) {
            struct token *t = feed_token(f, &f->prove[i]);
            if (t)
                t->rest_asked = false;
        }
        ask->size = f->venue->write_books(f->prove, f->prove_count, f->text,
                                          VENUE_TEXT_CAP);
        f->prove_count = 0;
    } else if (f->watch_count > 0) {
        ask->size = f->venue->write_books(f->watch, f->watch_count, f->text,
                                          VENUE_TEXT_CAP);
        f->watch_count = 0;
    } else {
        return false;
    }
    ask->kind = FEED_ASK_BOOKS;
    return true;
}

static bool
next_event(struct feed *f, struct feed_ask *ask)
{
    for (uint32_t i = 0; f->missing_events > 0 && i < f->events_cap; i++) {
        struct listed_event *e = &f->event[i];
        if (!e->missing)
            continue;
        e->missing = false;
        e->pass = f->pass;
        e->unanswered++;
        f->missing_events--;
        ask->kind = FEED_ASK_EVENT;
        ask->size = strlen(e->id.s);
        memcpy(f->text, e->id.s, ask->size + 1);
        return true;
    }
    return false;
}

bool
feed_next_ask(struct feed *f, const struct input *in, struct feed_ask *ask)
{
    f->in = in;
    *ask = (struct feed_ask){ .text = f->text };
    if (next_of_connections(f, ask) || next_books(f, ask) ||
        next_event(f, ask) || feed_named_ask(f, ask)) {
        must(ask->kind == FEED_ASK_CONNECT ||
             ask->kind == FEED_ASK_RECONNECT || ask->size > 0);
        return true;
    }
    if (f->discover) {
        f->discover = false;
        ask->kind = FEED_ASK_DISCOVER;
        return true;
    }
    return false;
}
