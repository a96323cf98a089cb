/* tell - what feed says, now or as soon as there is room */

/* An engine must not say more in one turn than its outbox holds.  Markets
 * and books that do not fit wait in two rings, each at most once, and are
 * said as they are when their turn comes: late, but never old.  A market is
 * always told before its books. */

#include "feed/state.h"

#include <string.h>

void
ring_push(struct ring *r, uint32_t value)
{
    must(r->count < r->cap);
    r->at[(r->head + r->count++) % r->cap] = value;
}

uint32_t
ring_pop(struct ring *r)
{
    uint32_t value = r->at[r->head];

    must(r->count > 0);
    r->head = (r->head + 1) % r->cap;
    r->count--;
    return value;
}

bool
feed_token_usable(const struct token *t)
{
    return t->state == TOKEN_LIVE && !t->stale && t->market != NO_MARKET;
}

bool
feed_has_room(const struct feed *f, size_t bytes, size_t count)
{
    return f->said_bytes + bytes <= TURN_BYTES &&
           f->said_count + count <= TURN_COUNT;
}

bool
feed_may_say(const struct feed *f)
{
    return feed_has_room(f, sizeof(struct market), 1);
}

void
feed_said(struct feed *f, size_t bytes)
{
    f->said_bytes += bytes;
    f->said_count++;
}

static uint32_t
parts_of(const struct vbook *b)
{
    uint32_t most = b->bids.count > b->asks.count ? b->bids.count
                                                  : b->asks.count;

    return most == 0 ? 1 : (most + levels_cap - 1) / levels_cap;
}

size_t
feed_book_bytes(const struct token *t)
{
    return parts_of(&t->book) * sizeof(struct book_snapshot);
}

/* The part-th 512 levels of a side, best first. */
static void
fill_levels(struct levels *out, const struct vside *side, uint32_t part)
{
    uint32_t from = part * levels_cap;

    out->count = 0;
    for (uint32_t i = from; i < side->count && out->count < levels_cap; i++) {
        const struct vlevel *l = &side->at[side->count - 1 - i];
        out->at[out->count++] = (struct level){ l->price, l->size };
    }
}

static void
set_hash(struct hash *out, const struct sha1 *hash)
{
    memset(out, 0, sizeof *out);
    memcpy(out->b, hash->b, sizeof hash->b);
}

static struct price
tick_of(const struct feed *f, const struct token *t)
{
    struct price tick = { 0 };

    if (micros_parse(t->book.tick, strlen(t->book.tick), &tick.micros) &&
        tick.micros > 0)
        return tick;
    if (t->market != NO_MARKET)
        return f->market[t->market].m.tick;
    return (struct price){ 0 };
}

void
feed_say_book(struct feed *f, const struct token *t, bool more,
              const struct to *to)
{
    struct book_snapshot *s = &f->snapshot;
    uint32_t parts = parts_of(&t->book);

    s->token = t->id;
    s->epoch = t->epoch;
    s->book_seq = t->seq;
    s->parts = parts;
    s->tick = tick_of(f, t);
    s->venue_time = t->book.time;
    s->received = t->received;
    set_hash(&s->hash, &t->hash);
    s->proved = t->proved;
    s->moved = moved_range(&t->moved, f->in->mono);
    for (uint32_t part = 0; part < parts; part++) {
        s->part = part;
        s->more = more || part + 1 < parts;
        fill_levels(&s->bids, &t->book.bids, part);
        fill_levels(&s->asks, &t->book.asks, part);
        say_book_snapshot_on(f->out, to ? ROUTE_REPLY : ROUTE_PUB, s, to);
        feed_said(f, sizeof *s);
    }
}

static struct book_status
status_of(const struct token *t)
{
    struct book_status s = {
        .token = t->id,
        .epoch = t->epoch,
        .state = BOOK_STATE_resync,
        .reason = t->why,
    };

    switch (t->state) {
    case TOKEN_IDLE:
    case TOKEN_EXCLUDED:
        s.state = BOOK_STATE_closed;
        break;
    case TOKEN_WAITING:
    case TOKEN_DOUBTED:
        break;
    case TOKEN_LIVE:
        s.state = t->stale ? BOOK_STATE_stale : BOOK_STATE_live;
        s.reason = t->stale ? REASON_BOOK_OLD : REASON_none;
        break;
    }
    return s;
}

void
feed_say_status(struct feed *f, const struct token *t, const struct to *to)
{
    struct book_status s = status_of(t);

    say_book_status_on(f->out, to ? ROUTE_REPLY : ROUTE_PUB, &s, to);
    feed_said(f, sizeof s);
}

void
feed_say_delta(struct feed *f, struct token *t, const struct frame_delta *d,
               bool more)
{
    struct book_delta m = {
        .token = t->id,
        .epoch = t->epoch,
        .book_seq = ++t->seq,
        .side = d->side,
        .price = d->price,
        .size = d->size,
        .venue_time = t->book.time,
        .received = t->received,
        .proved = t->proved,
        .more = more,
    };

    set_hash(&m.hash, &t->hash);
    say_book_delta(f->out, &m, NULL);
    feed_said(f, sizeof m);
}

void
feed_say_market(struct feed *f, const struct followed *m, const struct to *to)
{
    say_market_on(f->out, to ? ROUTE_REPLY : ROUTE_PUB, &m->m, to);
    feed_said(f, sizeof m->m);
}

void
feed_say_resolution(struct feed *f, const struct followed *m,
                    const struct to *to)
{
    struct resolution r = {
        .market = m->m.market,
        .payout_yes = m->payout_yes,
        .final = m->final,
        .venue_time = m->resolved_at,
    };

    say_resolution_on(f->out, to ? ROUTE_REPLY : ROUTE_PUB, &r, to);
    feed_said(f, sizeof r);
}

void
feed_say_link(struct feed *f, uint32_t connection, const struct to *to)
{
    const struct connection *c = &f->conn[connection];
    struct venue_status s = {
        .venue = VENUE_polymarket,
        .connection = connection,
        .state = c->up && c->silent ? LINK_STATE_connecting : c->state,
        .since = c->since,
        .reconnects = f->reconnects,
        .resyncs = f->resyncs,
    };

    say_venue_status_on(f->out, to ? ROUTE_REPLY : ROUTE_PUB, &s, to);
    feed_said(f, sizeof s);
}

static void
say_market_now(struct feed *f, struct followed *m)
{
    feed_say_market(f, m, NULL);
    if (m->tell_resolution)
        feed_say_resolution(f, m, NULL);
    m->tell = m->tell_resolution = false;
}

void
feed_tell_market(struct feed *f, uint32_t market)
{
    struct followed *m = &f->market[market];
    bool new_to_us = m->m.rev <= 1;

    if (!m->tell && f->tell_markets.count == 0 &&
        feed_has_room(f, sizeof m->m + sizeof(struct resolution), 2)) {
        say_market_now(f, m);
    } else if (!m->tell) {
        m->tell = true;
        ring_push(&f->tell_markets, market);
    }
    /* Books that came before it. */
    for (unsigned k = 0; k < 2 && new_to_us; k++)
        if (f->token[m->token[k]].has_book)
            feed_tell_book(f, &f->token[m->token[k]]);
}

void
feed_tell_book(struct feed *f, struct token *t)
{
    if (t->tell)
        return;
    t->tell = true;
    ring_push(&f->tell_books, feed_token_index(f, t));
}

void
feed_tell_rest(struct feed *f)
{
    size_t market = sizeof(struct market) + sizeof(struct resolution);

    while (f->tell_markets.count > 0 && feed_has_room(f, market, 2)) {
        struct followed *m = &f->market[ring_pop(&f->tell_markets)];
        if (m->used && m->tell)
            say_market_now(f, m);
    }
    while (f->tell_markets.count == 0 && f->tell_books.count > 0) {
        struct token *t = &f->token[f->tell_books.at[f->tell_books.head]];
        size_t bytes = feed_book_bytes(t) + sizeof(struct book_status);
        if (!feed_has_room(f, bytes, parts_of(&t->book) + 1))
            break;
        ring_pop(&f->tell_books);
        t->tell = false;
        if (t->market == NO_MARKET)
            continue;
        if (feed_token_usable(t)) {
            t->seq++;
            feed_say_book(f, t, false, NULL);
        } else {
            feed_say_status(f, t, NULL);
        }
    }
}
