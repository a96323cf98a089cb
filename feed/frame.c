/* frame - what one text of the venue changes, and whether it is proved */

/* A text is applied to the venue books at once, event by event; after each
 * event the books it changed are judged (proof.c).  What is to be told is
 * kept until the text is over, so that every message but the last can say
 * that more follows.  A book that is not right is told as a status. */

#include "feed/state.h"

#include <string.h>

/* In a recording time passes as the recording says; never backwards. */
static void
pass_time(struct feed *f, struct nanos wall)
{
    struct input *in = f->in_offline;

    if (!in || wall.ns <= in->wall.ns)
        return;
    in->wall = wall;
    in->mono = wall;
}

static void
on_received(void *self, struct nanos wall)
{
    struct feed *f = self;

    f->time_told = true;
    pass_time(f, wall);
}

void
feed_touch(struct feed *f, struct token *t)
{
    if (!t->seen && f->opt.offline) {
        t->seen = true;
        f->seen[f->seen_count++] = feed_token_index(f, t);
    }
    if (t->frame == f->frame)
        return;
    t->frame = f->frame;
    t->frame_deltas = 0;
    t->frame_whole = false;
    if (f->frame_tokens < FRAME_TOKENS)
        f->frame_token[f->frame_tokens++] = feed_token_index(f, t);
    else
        feed_tell_book(f, t);
}

/* A token of a text: NULL when it is not followed. */
static struct token *
find(struct feed *f, const struct hash *id, const struct venue_stamp *at)
{
    struct token *t = feed_token(f, id);

    if (!t && f->opt.offline)
        t = feed_token_add(f, id);
    if (!t || t->state == TOKEN_IDLE) {
        feed_count(f, FEED_unknown_token, 1);
        return NULL;
    }
    if (f->opt.offline && !f->time_told)
        pass_time(f, at->time);
    if (f->opt.offline)
        feed_pair(f, t, at->market);
    return t;
}

/* Something about the token could not be read or believed. */
void
feed_doubt(struct feed *f, enum feed_counter what, struct token *t)
{
    feed_count(f, what, 1);
    if (t && (t->state == TOKEN_LIVE || t->state == TOKEN_DOUBTED))
        feed_void(f, t, REASON_BAD_INPUT, f->in->mono);
}

static void
on_bad(void *self, enum feed_counter what, const struct hash *token)
{
    feed_doubt(self, what, token ? feed_token(self, token) : NULL);
}

/* Fit for the token and not older than what it has. */
static bool
stamp_fits(struct feed *f, struct token *t, const struct venue_stamp *at)
{
    /* Without a listing nobody knows which id is right (a poller may have
     * begun with the event's); the hash covers it anyway. */
    if (!f->opt.assume_markets && *at->market && t->book.market.s[0] &&
        strcmp(at->market, t->book.market.s) != 0) {
        feed_doubt(f, FEED_bad_market, t);
        return false;
    }
    if (feed_is_ahead(f, at->time)) {
        feed_doubt(f, FEED_bad_time, t);
        return false;
    }
    if (t->connection != NO_CONNECTION &&
        f->conn[t->connection].time.ns < at->time.ns)
        f->conn[t->connection].time = at->time;
    if (at->time.ns > 0 && at->time.ns < t->book.time.ns) {
        feed_count(f, FEED_stale_dropped, 1);
        return false;
    }
    return true;
}

static void
on_book(void *self, const struct venue_book *b)
{
    struct feed *f = self;

    feed_count(f, FEED_books, 1);
    if (b->rest && !f->opt.offline) {
        feed_rest_book(f, b);
        return;
    }
    struct token *t = find(f, &b->token, &b->at);
    if (!t)
        return;
    if (f->opt.offline)
        feed_touch(f, t);
    if (t->state != TOKEN_EXCLUDED && stamp_fits(f, t, &b->at))
        feed_book_apply(f, t, b);
}

/* Whether changes reach the token at all. */
static bool
takes_changes(const struct feed *f, const struct token *t)
{
    return t->has_book && (f->opt.offline || t->state == TOKEN_LIVE ||
                           t->state == TOKEN_DOUBTED);
}

static void
note_delta(struct feed *f, struct token *t, const struct venue_change *c)
{
    if (f->frame_deltas == FRAME_DELTAS || t->frame_deltas == TOKEN_DELTAS) {
        t->frame_whole = true;
        return;
    }
    t->frame_deltas++;
    f->frame_delta[f->frame_deltas++] = (struct frame_delta){
        .token = feed_token_index(f, t),
        .side = c->side,
        .price = c->level.price,
        .size = c->level.size,
    };
}

/* False when the token must not be looked at again in this set. */
static bool
apply_change(struct feed *f, struct token *t, const struct venue_change *c,
             const struct venue_stamp *at)
{
    if (!stamp_fits(f, t, at))
        return false;
    if (!feed_on_grid(&c->level, 1, feed_tick_of(t->book.tick))) {
        feed_doubt(f, FEED_bad_grid, t);
        return false;
    }
    feed_touch(f, t);
    switch (vbook_set(&t->book, c->side, &c->level, f->levels)) {
    case VBOOK_SET:
        note_delta(f, t, c);
        break;
    case VBOOK_NOTHING:
        break;
    case VBOOK_FULL:
        feed_count(f, FEED_levels_full, 1);
        feed_void(f, t, REASON_OVERFLOW, f->in->mono);
        return false;
    }
    feed_take_stamp(&t->book, at);
    t->received = f->in->wall;
    t->last_frame = f->in->mono;
    feed_count(f, FEED_applied, 1);
    return true;
}

static void
on_changes(void *self, const struct venue_changes *set)
{
    struct feed *f = self;

    f->set++;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct venue_change *c = &set->change[i];
        struct token *t = find(f, &c->token, &set->at);
        feed_count(f, FEED_deltas, 1);
        f->set_token[i] = UINT32_MAX;
        if (!t || !takes_changes(f, t) ||
            !apply_change(f, t, c, &set->at))
            continue;
        f->set_token[i] = feed_token_index(f, t);
        t->set = f->set;
        t->set_last = i;
    }
    for (uint32_t i = 0; i < set->count; i++) {
        if (f->set_token[i] == UINT32_MAX)
            continue;
        struct token *t = &f->token[f->set_token[i]];
        if (t->set == f->set && t->set_last == i && takes_changes(f, t))
            feed_judge(f, t,
                  set->change[i].has_hash ? &set->change[i].hash : NULL,
                  set);
    }
}

static void
on_trade(void *self, const struct venue_stamp *at, const struct trade *m,
         const char *price_text)
{
    struct feed *f = self;
    struct token *t = find(f, &m->token, at);

    if (!t)
        return;
    feed_count(f, FEED_trades, 1);
    if (at->time.ns >= t->book.time.ns) {
        memset(t->book.last_trade, 0, sizeof t->book.last_trade);
        memcpy(t->book.last_trade, price_text, strlen(price_text));
        t->book.last_trade_known = true;
    }
    if (!feed_may_say(f))
        return; /* Nobody decides on it. */
    say_trade(f->out, m, NULL);
    feed_said(f, sizeof *m);
}

static void
on_tick_size(void *self, const struct venue_stamp *at,
             const struct tick_size *m, const char *new_text)
{
    struct feed *f = self;
    struct token *t = find(f, &m->token, at);

    if (!t || t->state == TOKEN_EXCLUDED || !stamp_fits(f, t, at))
        return;
    feed_count(f, FEED_tick_changes, 1);
    memset(t->book.tick, 0, sizeof t->book.tick);
    memcpy(t->book.tick, new_text, strlen(new_text));
    /* The venue sends a fresh book by itself; if not it is asked for. */
    struct nanos later = { f->in->mono.ns +
                           f->conf.resync_timeout.ms * 1000000 };
    feed_void(f, t, REASON_BOOK_UNUSABLE, later);
    if (!feed_may_say(f))
        return; /* The book to come says the tick as well. */
    struct tick_size say = *m;
    say.epoch = t->epoch;
    say_tick_size(f->out, &say, NULL);
    feed_said(f, sizeof say);
}

static void
on_resolved(void *self, const struct venue_stamp *at,
            const struct hash *winner)
{
    struct feed *f = self;
    struct token *t = winner ? feed_token(f, winner) : NULL;
    struct followed *m = t ? feed_market_of(f, t) : NULL;

    if (!winner) {
        feed_resolved_somehow(f, at->market);
        return;
    }
    if (!m) {
        feed_count(f, FEED_unknown_token, 1);
        return;
    }
    if (*at->market && strcmp(at->market, m->m.market.s) != 0) {
        feed_count(f, FEED_bad_market, 1);
        return;
    }
    struct price yes = { m->token[0] == feed_token_index(f, t) ? MICROS : 0 };
    feed_resolve(f, m, yes, true, at->time);
}

static void
on_new_market(void *self, const struct venue_stamp *at)
{
    struct feed *f = self;

    (void)at;
    feed_count(f, FEED_new_markets, 1);
    f->discover = true; /* What it belongs to only the listing says. */
}

static void
on_ignored(void *self)
{
    feed_count(self, FEED_ignored, 1);
}

struct venue_sink
feed_sink(struct feed *f)
{
    return (struct venue_sink){
        .self = f,
        .received = on_received,
        .book = on_book,
        .changes = on_changes,
        .trade = on_trade,
        .tick = on_tick_size,
        .resolved = on_resolved,
        .new_market = on_new_market,
        .event = feed_listed,
        .market = feed_named_market,
        .signal = feed_signal,
        .ignored = on_ignored,
        .bad = on_bad,
    };
}

void
feed_frame_begin(struct feed *f)
{
    f->frame++;
    f->frame_tokens = 0;
    f->frame_deltas = 0;
    f->time_told = false;
}

static bool
delta_due(const struct token *t)
{
    return !t->frame_whole && !t->tell && feed_token_usable(t);
}

static bool
whole_due(const struct token *t)
{
    return t->frame_whole && !t->tell && feed_token_usable(t);
}

/* Messages the text still has to say; *bytes = their room. */
static uint32_t
due_messages(const struct feed *f, size_t *bytes)
{
    uint32_t count = 0;

    *bytes = 0;
    for (uint32_t i = 0; i < f->frame_deltas; i++)
        if (delta_due(&f->token[f->frame_delta[i].token])) {
            *bytes += sizeof(struct book_delta);
            count++;
        }
    for (uint32_t i = 0; i < f->frame_tokens; i++)
        if (whole_due(&f->token[f->frame_token[i]])) {
            *bytes += feed_book_bytes(&f->token[f->frame_token[i]]);
            count++;
        }
    return count;
}

/* A side that is empty has no price to go anywhere. */
static void
watch_middle(struct feed *f, struct token *t)
{
    const struct vlevel *bid = vbook_best(&t->book.bids);
    const struct vlevel *ask = vbook_best(&t->book.asks);

    if (bid != NULL && ask != NULL && feed_token_usable(t))
        moved_saw(&t->moved, f->in->mono,
                  (struct price){ (bid->price.micros + ask->price.micros) /
                                  2 });
}

void
feed_frame_end(struct feed *f)
{
    size_t bytes;
    uint32_t left = due_messages(f, &bytes);

    for (uint32_t i = 0; i < f->frame_tokens; i++)
        watch_middle(f, &f->token[f->frame_token[i]]);
    /* Too much for one turn (the first books of a connection): each book on
     * its own, when there is room. */
    if (!feed_has_room(f, bytes, left))
        for (uint32_t i = 0; i < f->frame_tokens; i++)
            if (delta_due(&f->token[f->frame_token[i]]) ||
                whole_due(&f->token[f->frame_token[i]]))
                feed_tell_book(f, &f->token[f->frame_token[i]]);
    for (uint32_t i = 0; i < f->frame_deltas; i++) {
        struct token *t = &f->token[f->frame_delta[i].token];
        if (delta_due(t))
            feed_say_delta(f, t, &f->frame_delta[i], --left > 0);
    }
    for (uint32_t i = 0; i < f->frame_tokens; i++) {
        struct token *t = &f->token[f->frame_token[i]];
        if (whole_due(t)) {
            t->seq++;
            feed_say_book(f, t, --left > 0, NULL);
        }
    }
}
