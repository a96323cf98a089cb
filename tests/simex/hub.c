/* hub - the market channel's connections, and the mischief done to them
 *
 * A frame is written once per connection, since what a connection may be
 * told differs by its subscriptions and by mischief.  PONG is never held
 * back: a silent server that still answers is the case to survive. */
#include "tests/simex/hub_own.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

#define DUMP_MOST 500    /* Books in one frame. */

static uint32_t
tokens_count(const struct hub *h)
{
    return h->x->listing->markets_count * 2;
}

static void
send_text(struct hub *h, uint32_t conn, const char *s, size_t size)
{
    int64_t late = h->now_ms < h->late_until ? h->late_ms : 0;
    h->frames++;
    h->out.frame(h->out.arg, conn, s, size, h->now_ms + late);
}

static void
flush_held(struct hub *h, uint32_t conn)
{
    struct conn *c = &h->conns[conn];
    if (c->held_size == 0)
        return;
    size_t size = c->held_size;
    c->held_size = 0;
    send_text(h, conn, c->held, size);
}

static void
send_frame(struct hub *h, uint32_t conn, const struct quill *q)
{
    flush_held(h, conn);
    send_text(h, conn, q->s, q->size);
}

/* A change of a level: the one kind that is repeated or reordered. */
static void
send_change(struct hub *h, uint32_t conn, const struct news *n,
            const struct quill *q)
{
    struct conn *c = &h->conns[conn];
    if (h->reorder && c->held_size == 0 && q->size < sizeof c->held) {
        memcpy(c->held, q->s, q->size);
        c->held_size = q->size;
        c->held_market = n->market;
        h->reorder = false;
        return;
    }
    if (c->held_size > 0 && c->held_market == n->market) {
        flush_held(h, conn); /* Same books: their order must stay. */
        h->reorder = true;
    }
    send_text(h, conn, q->s, q->size);
    flush_held(h, conn);
    if (h->duplicate) {
        h->duplicate = false;
        send_text(h, conn, q->s, q->size);
    }
}

static struct quill
new_frame(struct hub *h)
{
    struct quill q;
    quill_start(&q, h->room, FACE_ROOM);
    return q;
}

static void
on_level(struct hub *h, uint32_t conn, const struct news *n)
{
    struct conn *c = &h->conns[conn];
    uint32_t sides = face_level_sides(h->face, n), mask = 0, spoil = 0;
    uint64_t mismatches = h->mismatches;
    for (uint32_t side = 0; side < 2; side++) {
        uint32_t token = n->market * 2 + side, bit = 1u << side;
        uint8_t *knows = &c->knows[token];
        if (!(sides & bit) || !(*knows & KNOWS))
            continue;
        if (hub_is_quiet(h, token)) {
            *knows |= MISSED;
        } else if (*knows & BROKEN) {
            continue;
        } else if (n->skip & bit) {
            *knows |= BEHIND;
        } else {
            mask |= bit;
            spoil |= n->spoil & bit;
            if ((n->spoil & bit) || (*knows & BEHIND)) {
                *knows |= BROKEN;
                h->mismatches++;
                hub_log_mismatch(h, conn, token, n->spoil & bit);
            }
        }
    }
    if (mask == 0)
        return;
    struct quill q = new_frame(h);
    face_level_frame(h->face, &q, n, mask, spoil);
    if (h->mismatches == mismatches)
        send_change(h, conn, n, &q);
    else
        send_frame(h, conn, &q); /* Once: each counts. */
    for (uint32_t side = 0; side < 2 && c->custom && n->top; side++) {
        if (!(mask >> side & 1))
            continue;
        q = new_frame(h);
        face_best_frame(h->face, &q, n, side);
        send_frame(h, conn, &q);
    }
}

void
hub_send_books(struct hub *h, uint32_t conn, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        h->conns[conn].knows[h->tokens[i]] = KNOWS;
    struct quill q = new_frame(h);
    face_books_frame(h->face, &q, h->tokens, count);
    send_frame(h, conn, &q);
}

static void
on_books(struct hub *h, uint32_t conn, const struct news *n)
{
    struct conn *c = &h->conns[conn];
    uint32_t count = 0;
    for (uint32_t side = 0; side < 2; side++) {
        uint32_t token = n->market * 2 + side;
        if (!(c->knows[token] & KNOWS))
            continue;
        if (hub_is_quiet(h, token))
            c->knows[token] |= MISSED;
        else
            h->tokens[count++] = token;
    }
    if (count > 0)
        hub_send_books(h, conn, count);
}

/* Frames about one token that only its subscribers get. */
static void
on_token(struct hub *h, uint32_t conn, const struct news *n)
{
    for (uint32_t side = 0; side < 2; side++) {
        uint32_t token = n->market * 2 + side;
        bool about = n->what == NEWS_TICK || n->token == side;
        if (!about || !(h->conns[conn].knows[token] & KNOWS) ||
            hub_is_quiet(h, token))
            continue;
        struct quill q = new_frame(h);
        if (n->what == NEWS_TICK)
            face_tick_frame(h->face, &q, n, side);
        else
            face_trade_frame(h->face, &q, n);
        send_frame(h, conn, &q);
    }
}

static void
on_custom(struct hub *h, uint32_t conn, const struct news *n)
{
    struct conn *c = &h->conns[conn];
    bool knows = (c->knows[n->market * 2] | c->knows[n->market * 2 + 1]) &
                 KNOWS;
    if (!c->custom || h->silent || (n->what == NEWS_RESOLVED && !knows))
        return;
    struct quill q = new_frame(h);
    if (n->what == NEWS_LISTED)
        face_listed_frame(h->face, &q, n);
    else
        face_resolved_frame(h->face, &q, n);
    send_frame(h, conn, &q);
}

static void
on_news(void *arg, const struct news *n)
{
    struct hub *h = arg;
    if (n->what == NEWS_PLANTED) {
        hub_log_planted(h, n->planted);
        return;
    }
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        if (!h->conns[i].open || h->conns[i].user)
            continue;
        switch (n->what) {
        case NEWS_LEVEL: on_level(h, i, n); break;
        case NEWS_BOOKS: on_books(h, i, n); break;
        case NEWS_TRADE:
        case NEWS_TICK: on_token(h, i, n); break;
        case NEWS_LISTED:
        case NEWS_RESOLVED: on_custom(h, i, n); break;
        case NEWS_PLANTED: unreachable();
        }
    }
}

struct hub *
hub_new(struct simex *x, struct face *f, const struct mischief *m,
        const struct hub_out *out)
{
    struct hub *h = calloc(1, sizeof *h);
    must(h != NULL);
    h->x = x;
    h->face = f;
    h->out = *out;
    h->now_ms = x->now_ms;
    if (m)
        h->mischief = *m;
    h->room = malloc(FACE_ROOM);
    h->tokens = calloc(tokens_count(h), sizeof *h->tokens);
    must(h->room != NULL && h->tokens != NULL);
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        h->conns[i].knows = calloc(tokens_count(h), 1);
        must(h->conns[i].knows != NULL);
    }
    hub_storms(h);
    simex_listen(x, on_news, h);
    return h;
}

void
hub_destroy(struct hub **h)
{
    if (!*h)
        return;
    simex_listen((*h)->x, NULL, NULL);
    if ((*h)->desk)
        desk_listen((*h)->desk, NULL, NULL);
    for (uint32_t i = 0; i < ECHOES; i++)
        free((*h)->echoes[i].text);
    for (uint32_t i = 0; i < HUB_CONNS; i++)
        free((*h)->conns[i].knows);
    free((*h)->room);
    free((*h)->tokens);
    free(*h);
    *h = NULL;
}

void
hub_add_desk(struct hub *h, struct desk *d)
{
    h->desk = d;
    desk_listen(d, hub_user_event, h);
}

void
hub_add_chain(struct hub *h, struct chain *c)
{
    h->chain = c;
}

static uint32_t
open_conn(struct hub *h, bool user)
{
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        struct conn *c = &h->conns[i];
        if (c->open)
            continue;
        memset(c->knows, 0, tokens_count(h));
        c->open = true;
        c->custom = false;
        c->order = ++h->opened;
        c->subscribed = 0;
        c->held_size = 0;
        c->user = user;
        c->key = DESK_NONE;
        return i;
    }
    return HUB_NONE;
}

uint32_t
hub_open(struct hub *h)
{
    return open_conn(h, false);
}

uint32_t
hub_open_user(struct hub *h)
{
    return h->desk ? open_conn(h, true) : HUB_NONE;
}

void
hub_close(struct hub *h, uint32_t conn)
{
    must(conn < HUB_CONNS && h->conns[conn].open);
    h->conns[conn].open = false;
}

void
hub_catch_up(struct hub *h)
{
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        uint32_t count = 0;
        for (uint32_t t = 0; h->conns[i].open && t < tokens_count(h); t++) {
            if ((h->conns[i].knows[t] & MISSED) && !hub_is_quiet(h, t) &&
                count < DUMP_MOST)
                h->tokens[count++] = t;
        }
        if (count > 0)
            hub_send_books(h, i, count);
    }
}

void
hub_tick(struct hub *h, int64_t now_ms)
{
    if (now_ms > h->now_ms)
        h->now_ms = now_ms;
    hub_acts(h);
    simex_tick(h->x, h->now_ms);
    if (h->desk) {
        desk_tick(h->desk);
        hub_echo(h);
    }
    if (h->chain)
        chain_tick(h->chain);
}

uint64_t
hub_frames(const struct hub *h)
{
    return h->frames;
}

uint64_t
hub_mismatches(const struct hub *h)
{
    return h->mismatches;
}
