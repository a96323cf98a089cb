/* sync - which books are wanted, and what is done to get them */

/* A token is subscribed on one connection for as long as its market is open.
 * A book that is not right (wrong hash, bad input, a lost connection, a new
 * tick) is void: its epoch grows, everybody is told, and it is subscribed
 * again, with growing pauses when that does not help.  When a connection
 * brings nothing at all while books are awaited on it, the connection itself
 * is dropped; for one book alone it never is.
 *
 * An epoch grows whenever a book stops being usable, whatever the reason: so
 * a status is never of a book that was told, and whoever hears one late knows
 * it (answers and what is published travel apart). */

#include "feed/state.h"

#include "common/planted.h"

#include <string.h>

#define MS_NS INT64_C(1000000)
/* Right for so long: what was wrong before is forgotten. */
#define SETTLED_NS (INT64_C(30) * 1000000000)
#define RENEW_NS (INT64_C(10) * 1000000000) /* Between two reconnects. */

static struct nanos
after(const struct feed *f, struct ms wait)
{
    return (struct nanos){ f->in->mono.ns + wait.ms * MS_NS };
}

void
feed_new_epoch(struct feed *f, struct token *t)
{
    t->epoch = ++f->epoch;
    t->seq = 0;
}

static struct ms
backoff(const struct feed *f, unsigned attempts)
{
    int64_t most = f->conf.backoff_most.ms, wait = f->conf.backoff_least.ms;

    if (attempts == 0)
        return (struct ms){ 0 };
    for (unsigned i = 1; i < attempts && wait < most; i++)
        wait *= 2;
    return (struct ms){ wait < most ? wait : most };
}

void
feed_due(struct feed *f, struct nanos due)
{
    if (due.ns < f->next_due.ns)
        f->next_due = due;
}

static void
set_due(struct feed *f, struct token *t, struct nanos due)
{
    t->due = due;
    feed_due(f, due);
}

void
feed_want(struct feed *f, struct token *t, enum token_want want)
{
    if (t->connection == NO_CONNECTION || t->want == want)
        return;
    struct connection *c = &f->conn[t->connection];
    int was = t->want != WANT_NOTHING, is = want != WANT_NOTHING;
    c->wants = (uint32_t)((int64_t)c->wants + is - was);
    f->wants = (uint32_t)((int64_t)f->wants + is - was);
    t->want = want;
}

static uint32_t
connection_with_room(struct feed *f)
{
    uint32_t i = 0;

    while (i < f->conns &&
           f->conn[i].tokens >= f->conf.assets_per_connection)
        i++;
    if (i == CONNECTIONS)
        return NO_CONNECTION;
    if (i == f->conns) {
        struct connection *c = &f->conn[f->conns++];
        c->since = f->in->wall;
    }
    return i;
}

void
feed_follow(struct feed *f, struct token *t)
{
    if (f->opt.offline || t->state == TOKEN_EXCLUDED)
        return;
    if (t->connection != NO_CONNECTION) {
        if (t->want == WANT_NO_MORE) { /* Open again, just in time. */
            feed_want(f, t, WANT_AGAIN);
            t->state = TOKEN_WAITING;
        }
        return;
    }
    uint32_t i = connection_with_room(f);
    if (i == NO_CONNECTION) {
        feed_count(f, FEED_universe_full, 1);
        return;
    }
    t->connection = i;
    f->conn[i].token[f->conn[i].tokens++] = feed_token_index(f, t);
    f->subscribed++;
    t->state = TOKEN_WAITING;
    t->why = REASON_BOOK_UNUSABLE;
    t->asked = false;
    feed_new_epoch(f, t);
    feed_want(f, t, WANT_SUBSCRIBE);
}

/* Off its connection; the last one takes its place. */
void
feed_left(struct feed *f, struct token *t)
{
    struct connection *c = &f->conn[t->connection];
    uint32_t mine = feed_token_index(f, t), i = 0;

    feed_want(f, t, WANT_NOTHING);
    while (i < c->tokens && c->token[i] != mine)
        i++;
    must(i < c->tokens);
    c->token[i] = c->token[--c->tokens];
    t->connection = NO_CONNECTION;
    f->subscribed--;
}

void
feed_sent(struct feed *f, struct token *t)
{
    feed_want(f, t, WANT_NOTHING);
    t->asked = true;
    feed_count(f, FEED_resyncs, t->why != REASON_BOOK_UNUSABLE);
    set_due(f, t, after(f, f->conf.resync_timeout));
}

static void
say_status_soon(struct feed *f, struct token *t)
{
    if (feed_may_say(f) && !t->tell && t->market != NO_MARKET)
        feed_say_status(f, t, NULL);
    else
        feed_tell_book(f, t);
}

void
feed_unfollow(struct feed *f, struct token *t)
{
    if (f->opt.offline || t->state == TOKEN_IDLE)
        return;
    bool told = t->state != TOKEN_EXCLUDED;
    t->state = TOKEN_IDLE;
    t->why = REASON_CLOSED;
    t->has_book = false;
    feed_new_epoch(f, t);
    vbook_clear(&t->book, f->levels);
    if (t->connection != NO_CONNECTION) {
        if (f->conn[t->connection].up && f->conn[t->connection].initial)
            feed_want(f, t, WANT_NO_MORE);
        else
            feed_left(f, t);
    }
    if (told)
        say_status_soon(f, t);
}

void
feed_live(struct feed *f, struct token *t)
{
    if (t->state == TOKEN_LIVE)
        return;
    t->state = TOKEN_LIVE;
    t->why = REASON_none;
    t->asked = false;
    t->live_at = f->in->mono;
    t->stale = t->connection != NO_CONNECTION &&
               f->conn[t->connection].silent;
    feed_want(f, t, WANT_NOTHING);
    t->frame_whole = true;
    if (t->frame != f->frame)
        feed_tell_book(f, t);
}

void
feed_void(struct feed *f, struct token *t, enum reason why,
          struct nanos due)
{
    bool was_live = t->state == TOKEN_LIVE;

    if (t->state == TOKEN_IDLE || t->state == TOKEN_EXCLUDED)
        return;
    if (t->state == TOKEN_WAITING && t->why == why && f->opt.offline)
        return;
    if (was_live && f->in->mono.ns - t->live_at.ns > SETTLED_NS)
        t->attempts = 0;
    else
        t->attempts++;
    t->state = TOKEN_WAITING;
    t->why = why;
    t->proved = false;
    t->asked = false;
    t->rest_ahead = false;
    feed_new_epoch(f, t);
    struct nanos least = after(f, backoff(f, t->attempts));
    set_due(f, t, due.ns > least.ns ? due : least);
    say_status_soon(f, t);
}

void
feed_exclude(struct feed *f, struct token *t)
{
    feed_count(f, FEED_excluded, 1);
    t->state = TOKEN_EXCLUDED;
    t->why = REASON_EXCLUDED;
    t->has_book = false;
    feed_new_epoch(f, t);
    vbook_clear(&t->book, f->levels);
    if (t->connection != NO_CONNECTION)
        feed_want(f, t, WANT_NO_MORE);
    say_status_soon(f, t);
}

/* The channel is alive but brings no data although books are awaited. */
static void
renew_if_deaf(struct feed *f, struct connection *c)
{
    int64_t now = f->in->mono.ns;

    if (!c->up || now - c->last_book.ns < f->conf.resync_timeout.ms * MS_NS ||
        now - c->renewed.ns < RENEW_NS)
        return;
    c->renew = true;
    c->renewed = f->in->mono;
}

static void
tick_token(struct feed *f, struct token *t)
{
    struct connection *c =
        t->connection == NO_CONNECTION ? NULL : &f->conn[t->connection];

    if (!c)
        return;
    if (t->state == TOKEN_DOUBTED) {
        t->state = TOKEN_WAITING; /* Told already; nothing came. */
        t->asked = false;
    }
    if (t->state != TOKEN_WAITING || !c->up)
        return;
    if (!t->asked) {
        if (t->want == WANT_NOTHING && !PLANTED(cut_for_ever))
            feed_want(f, t, WANT_AGAIN);
        return;
    }
    if (f->slept) { /* It may be here, only unread. */
        set_due(f, t, after(f, f->conf.resync_timeout));
        return;
    }
    feed_count(f, FEED_resync_late, 1);
    t->attempts++;
    t->asked = false;
    feed_ask_proof(f, t);
    set_due(f, t, after(f, backoff(f, t->attempts)));
    renew_if_deaf(f, c);
}

static bool
is_waiting(const struct token *t)
{
    return (t->state == TOKEN_WAITING || t->state == TOKEN_DOUBTED) &&
           t->want == WANT_NOTHING && t->connection != NO_CONNECTION;
}

void
feed_sync_tick(struct feed *f)
{
    int64_t now = f->in->mono.ns, least = INT64_MAX;

    if (now < f->next_due.ns)
        return;
    f->next_due.ns = INT64_MAX;
    for (uint32_t i = 0; i < f->tokens; i++) {
        struct token *t = &f->token[i];
        if (is_waiting(t) && t->due.ns <= now)
            tick_token(f, t);
        if (t->rest_ahead && t->rest_due.ns <= now)
            feed_watch_token(f, t);
        if (is_waiting(t) && t->due.ns < least && t->due.ns > now)
            least = t->due.ns;
        if (t->rest_ahead && t->rest_due.ns < least)
            least = t->rest_due.ns;
    }
    if (least < f->next_due.ns)
        f->next_due.ns = least;
}
