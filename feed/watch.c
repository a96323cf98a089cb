/* watch - the venue's REST books beside those of its channel */

/* A channel can forget a token and look healthy (silent freeze).  So tokens
 * that have been quiet are compared, some at a time, with their REST books;
 * the same fetch proves a quiet book young when somebody wants to trade on
 * it.  REST may lag behind the channel and the channel behind REST: an older
 * REST book says nothing, a newer and different one gives the channel a
 * moment before the token counts as frozen, and more while nothing that came
 * on its connection is as new: then it is the connection, or we, that lag. */

#include "feed/state.h"

#include <string.h>

#define MS_NS INT64_C(1000000)

enum { WAITS = 3 }; /* A channel that brings nothing new is judged after. */

static void
judge_later(struct feed *f, struct token *t)
{
    t->rest_due.ns = f->in->mono.ns + f->conf.watch_grace.ms * MS_NS;
    feed_due(f, t->rest_due);
}

void
feed_ask_proof(struct feed *f, struct token *t)
{
    if (f->opt.offline || t->rest_asked || f->prove_count == VENUE_TOKENS)
        return;
    t->rest_asked = true;
    f->prove[f->prove_count++] = t->id;
}

static void
compare(struct feed *f, struct token *t, const struct venue_book *b)
{
    if (b->at.time.ns < t->book.time.ns) {
        feed_count(f, FEED_rest_old, 1);
        return;
    }
    if (vbook_same(&t->book.bids, b->bid, b->bids) &&
        vbook_same(&t->book.asks, b->ask, b->asks)) {
        feed_count(f, FEED_rest_equal, 1);
        t->received = f->in->wall;
        t->rest_ahead = false;
        return;
    }
    if (t->rest_ahead)
        return;
    t->rest_ahead = true;
    t->rest_time = b->at.time;
    t->rest_seen = f->in->mono;
    t->rest_waits = 1;
    judge_later(f, t);
}

void
feed_rest_book(struct feed *f, const struct venue_book *b)
{
    struct token *t = feed_token(f, &b->token);

    feed_count(f, FEED_rest_books, 1);
    if (!t || t->state == TOKEN_IDLE || t->state == TOKEN_EXCLUDED) {
        feed_count(f, FEED_unknown_token, 1);
        return;
    }
    /* What is wrong with an answer is not held against our book. */
    if (*b->at.market && t->book.market.s[0] &&
        strcmp(b->at.market, t->book.market.s) != 0) {
        feed_count(f, FEED_bad_market, 1);
        return;
    }
    if (feed_is_ahead(f, b->at.time)) {
        feed_count(f, FEED_bad_time, 1);
        return;
    }
    if (t->state == TOKEN_LIVE) {
        compare(f, t, b);
        return;
    }
    /* While a book is awaited one from REST is as good, once the channel
     * brings what comes after it. */
    if (t->state == TOKEN_WAITING && t->asked &&
        f->conn[t->connection].up && b->at.time.ns >= t->book.time.ns)
        feed_book_apply(f, t, b);
}

void
feed_watch_token(struct feed *f, struct token *t)
{
    bool moved = t->book.time.ns > t->rest_time.ns ||
                 (t->book.time.ns == t->rest_time.ns &&
                  t->last_frame.ns > t->rest_seen.ns);
    bool passed = t->connection != NO_CONNECTION &&
                  f->conn[t->connection].time.ns > t->rest_time.ns;

    if (t->state == TOKEN_LIVE && !moved && !passed &&
        t->rest_waits++ < WAITS) {
        judge_later(f, t);
        return;
    }
    t->rest_ahead = false;
    if (t->state != TOKEN_LIVE || moved)
        return;
    feed_count(f, FEED_frozen, 1);
    feed_void(f, t, REASON_GAP, f->in->mono);
}

void
feed_watch_tick(struct feed *f)
{
    int64_t now = f->in->mono.ns, quiet = f->conf.watch_quiet.ms * MS_NS;

    if (f->opt.offline || f->watch_count > 0 ||
        now - f->watched.ns < f->conf.watch_every.ms * MS_NS)
        return;
    f->watched = f->in->mono;
    for (uint32_t i = 0;
         i < f->tokens && f->watch_count < f->conf.watch_batch; i++) {
        struct token *t = &f->token[f->watch_at];
        f->watch_at = (f->watch_at + 1) % f->tokens;
        if (t->state == TOKEN_LIVE && !t->rest_ahead &&
            now - t->last_frame.ns > quiet && feed_is_older(f, t, quiet))
            f->watch[f->watch_count++] = t->id;
    }
}
