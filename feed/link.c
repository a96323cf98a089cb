/* link - connections that come, go, fall silent and speak again */

/* Books belong to the connection that brings them: when it is lost they are
 * void, when nothing at all is heard on it (not even a PONG) they are stale
 * until it speaks. */

#include "feed/state.h"

#include "common/planted.h"

#define MS_NS INT64_C(1000000)
/* A connection tried anew has so long to bring all its books. */
#define RESYNC_NS (INT64_C(30) * 1000000000)

/* All tokens of a connection that fell silent, or speaks again. */
void
feed_silent(struct feed *f, uint32_t i, bool silent)
{
    struct connection *c = &f->conn[i];

    c->silent = silent;
    c->since = f->in->wall;
    if (feed_may_say(f))
        feed_say_link(f, i, NULL);
    for (uint32_t k = 0; k < c->tokens; k++) {
        struct token *t = &f->token[c->token[k]];
        if (t->state != TOKEN_LIVE)
            continue;
        t->stale = silent;
        if (silent)
            feed_new_epoch(f, t);
        feed_tell_book(f, t);
    }
}

static bool
has_all_books(const struct feed *f, const struct connection *c)
{
    for (uint32_t k = 0; k < c->tokens; k++) {
        enum token_state state = f->token[c->token[k]].state;
        if (state == TOKEN_WAITING || state == TOKEN_DOUBTED)
            return false;
    }
    return c->up;
}

static void
end_try(struct feed *f, struct connection *c, bool in_sync)
{
    f->reconnects += c->trying;
    f->resyncs += c->trying && in_sync;
    c->trying = false;
}

static void
begin_try(struct feed *f, struct connection *c)
{
    c->trying = true;
    c->tried = f->in->mono;
}

/* One that was never up is no reconnection. */
static void
follow_try(struct feed *f, struct connection *c, enum link_state state)
{
    if (state == LINK_STATE_down || state == LINK_STATE_connecting)
        end_try(f, c, false);
    if (c->was_up && !c->trying && state != LINK_STATE_down)
        begin_try(f, c);
    c->was_up = c->was_up || state == LINK_STATE_up;
}

static void
watch_try(struct feed *f, uint32_t i)
{
    struct connection *c = &f->conn[i];
    bool late = f->in->mono.ns - c->tried.ns > RESYNC_NS;

    if (!c->trying || !feed_may_say(f) || (!late && !has_all_books(f, c)))
        return;
    end_try(f, c, !late);
    feed_say_link(f, i, NULL);
}

void
feed_link_tick(struct feed *f)
{
    int64_t now = f->in->mono.ns;

    for (uint32_t i = 0; i < f->conns; i++) {
        struct connection *c = &f->conn[i];
        watch_try(f, i);
        bool silent =
            c->up && now - c->alive.ns > f->conf.alive_max.ms * MS_NS;
        if (c->up && silent != c->silent)
            feed_silent(f, i, silent);
    }
}

void
feed_on_alive(struct feed *f, uint32_t connection, const struct input *in)
{
    must(connection < CONNECTIONS);
    if (connection < f->conns)
        f->conn[connection].alive = in->mono;
}

static void
link_is_up(struct feed *f, struct connection *c)
{
    c->up = true;
    c->silent = false;
    c->initial = false;
    c->alive = c->last_book = f->in->mono;
    for (uint32_t k = 0; k < c->tokens;) {
        struct token *t = &f->token[c->token[k]];
        if (t->state == TOKEN_IDLE || t->state == TOKEN_EXCLUDED) {
            feed_left(f, t); /* Another token is at k now. */
            continue;
        }
        t->asked = false;
        if (!PLANTED(cut_for_ever))
            feed_want(f, t, WANT_SUBSCRIBE);
        k++;
    }
}

static void
link_is_down(struct feed *f, struct connection *c)
{
    c->up = false;
    feed_count(f, FEED_reconnects, 1);
    for (uint32_t k = 0; k < c->tokens; k++) {
        struct token *t = &f->token[c->token[k]];
        feed_want(f, t, WANT_NOTHING);
        if (t->state != TOKEN_LIVE && t->state != TOKEN_DOUBTED)
            continue;
        feed_void(f, t, REASON_GAP, f->in->mono);
        t->attempts = 0; /* Not the token's fault. */
    }
}

void
feed_on_link(struct feed *f, uint32_t connection, enum link_state state,
             const struct input *in, struct outbox *out)
{
    must(connection < CONNECTIONS);
    if (connection >= f->conns)
        return;
    feed_begin(f, in, out);
    struct connection *c = &f->conn[connection];
    if (c->state != state) {
        follow_try(f, c, state);
        c->state = state;
        c->since = in->wall;
        feed_say_link(f, connection, NULL);
    }
    if (state == LINK_STATE_up && !c->up)
        link_is_up(f, c);
    else if (state != LINK_STATE_up && c->up)
        link_is_down(f, c);
    feed_end(f);
}
