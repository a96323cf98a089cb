/* proof - a venue book is changed, and compared with the venue's hash */

/* One hash a book and event: of several changes of one token only the last
 * hash counts, because the venue hashes when all of a batch is done.  A wrong
 * hash after a change may be put right by the rest of its batch (doubted); a
 * wrong hash of a whole book is held against the token.  A book from REST may
 * have changes of its millisecond that the channel has yet to bring: until it
 * has, it is doubted, but nobody was wrong. */

#include "feed/state.h"

#include "common/planted.h"

#include <string.h>

enum { TRIES = 4 }; /* Prices a trade may have had. */

#define AHEAD_MOST_NS (INT64_C(300) * 1000000000)

bool
feed_is_ahead(const struct feed *f, struct nanos time)
{
    return f->in->wall.ns > 0 && time.ns > f->in->wall.ns + AHEAD_MOST_NS;
}

bool
feed_is_older(const struct feed *f, const struct token *t, int64_t ns)
{
    int64_t age = f->in->wall.ns - t->received.ns;

    return age > ns || age < 0;
}

void
feed_take_stamp(struct vbook *b, const struct venue_stamp *at)
{
    b->time = at->time;
    memset(b->time_text, 0, sizeof b->time_text);
    memcpy(b->time_text, at->time_text, strlen(at->time_text));
    if (*at->market)
        text_set(&b->market, at->market);
}

struct price
feed_tick_of(const char *text)
{
    struct price tick = { 0 };

    if (!micros_parse(text, strlen(text), &tick.micros) || tick.micros < 0)
        tick.micros = 0;
    return tick;
}

bool
feed_on_grid(const struct vlevel *levels, uint32_t count, struct price tick)
{
    for (uint32_t i = 0; i < count && tick.micros > 0; i++)
        if (levels[i].price.micros % tick.micros != 0)
            return false;
    return true;
}

/* Our book and the venue's are one. */
static bool
prove(struct feed *f, struct token *t, const struct sha1 *hash)
{
    struct sha1 ours;

    f->venue->hash(&t->book, t->text, &ours, f->sha1);
    return memcmp(ours.b, hash->b, sizeof ours.b) == 0 ||
           PLANTED(hash_ignored);
}

static void
judge_wrong(struct feed *f, struct token *t, bool whole)
{
    struct nanos later = { f->in->mono.ns + f->conf.heal.ms * 1000000 };

    feed_count(f, FEED_hash_mismatch,
               whole || t->book.time.ns != t->fetched.ns);
    t->proved = false;
    if (whole)
        t->bad_snapshots++;
    if (f->opt.offline || whole) {
        if (!f->opt.offline && t->bad_snapshots >= f->conf.mismatch_max)
            feed_exclude(f, t);
        else
            feed_void(f, t, REASON_HASH_MISMATCH, f->in->mono);
    } else if (t->state == TOKEN_LIVE) {
        /* The venue hashes once a batch, and a batch may come as several
         * frames (seen in captures of 2026-04): the rest may be on its
         * way. */
        feed_void(f, t, REASON_HASH_MISMATCH, later);
        t->state = TOKEN_DOUBTED;
    }
}

/* A trade tells its price only after the changes it made; then the hash is
 * right with that price, which is among those of the set.  Equal hashes are
 * proof whatever was tried. */
static bool
prove_by_trade(struct feed *f, struct token *t, const struct sha1 *hash,
               const struct venue_changes *set)
{
    struct vbook *b = &t->book;
    char before[VBOOK_PRICE_TEXT];

    memcpy(before, b->last_trade, sizeof before);
    for (uint32_t i = 0; i < set->count && i < TRIES; i++) {
        memcpy(b->last_trade, set->change[i].level.price_text,
               sizeof before);
        if (prove(f, t, hash))
            return true;
    }
    memcpy(b->last_trade, before, sizeof before);
    return false;
}

void
feed_judge(struct feed *f, struct token *t, const struct sha1 *hash,
           const struct venue_changes *set)
{
    bool can = f->venue->hash && hash && t->book.tick[0] &&
               t->book.last_trade_known;

    if (!can) {
        feed_count(f, FEED_hash_skipped, 1);
        t->proved = false;
        if (f->conf.require_proof && !f->opt.offline)
            feed_void(f, t, REASON_UNPROVED, f->in->mono);
        else if (!set)
            feed_live(f, t);
        return;
    }
    feed_count(f, FEED_hash_checked, 1);
    if (!prove(f, t, hash) &&
        !(set && !f->opt.offline && prove_by_trade(f, t, hash, set))) {
        judge_wrong(f, t, !set);
        return;
    }
    t->proved = true;
    t->hash = *hash;
    if (!set)
        t->bad_snapshots = 0;
    if (t->state == TOKEN_DOUBTED)
        feed_count(f, FEED_hash_healed, 1);
    if (!set || t->state == TOKEN_DOUBTED)
        feed_live(f, t);
}

bool
feed_book_apply(struct feed *f, struct token *t, const struct venue_book *b)
{
    struct vbook *mine = &t->book;
    struct price tick = feed_tick_of(b->tick ? b->tick : mine->tick);

    if (!feed_on_grid(b->bid, b->bids, tick) ||
        !feed_on_grid(b->ask, b->asks, tick)) {
        feed_doubt(f, FEED_bad_grid, t);
        return false;
    }
    if (!vbook_replace(&mine->bids, b->bid, b->bids, f->levels) ||
        !vbook_replace(&mine->asks, b->ask, b->asks, f->levels)) {
        feed_count(f, FEED_levels_full, 1);
        vbook_clear(mine, f->levels);
        feed_void(f, t, REASON_OVERFLOW, f->in->mono);
        return false;
    }
    feed_take_stamp(mine, &b->at);
    if (b->tick)
        memcpy(mine->tick, b->tick, strlen(b->tick) + 1);
    if (b->min_size)
        memcpy(mine->min_size, b->min_size, strlen(b->min_size) + 1);
    if (b->neg_risk_said)
        mine->neg_risk = b->neg_risk;
    if (b->last_trade) {
        memcpy(mine->last_trade, b->last_trade, strlen(b->last_trade) + 1);
        mine->last_trade_known = true;
    }
    t->received = f->in->wall;
    t->last_frame = f->in->mono;
    t->has_book = true;
    t->rest_ahead = false;
    t->fetched.ns = b->rest && !f->opt.offline ? b->at.time.ns : -1;
    feed_touch(f, t);
    t->frame_whole = true;
    feed_count(f, FEED_applied, 1);
    feed_judge(f, t, b->has_hash ? &b->hash : NULL, NULL);
    return true;
}
