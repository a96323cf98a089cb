/* offline - the engine on recordings: no bus, no sockets, time as recorded */

/* Nothing is subscribed or asked for.  Every token that appears is kept; the
 * markets come from a saved listing or, without one, two tokens of one market
 * id are taken for yes and no in the order they appear. */

#include "feed/capture.h"

#include "feed/state.h"

#include <stdio.h>
#include <string.h>

/* The id of the n-th pair of one market id: "x", "x#2", "x#3". */
static bool
name_pair(struct feed *f, const char *market, struct text *id)
{
    char s[sizeof *id + 16];

    for (unsigned n = 1; n < 1000; n++) {
        if (n == 1)
            snprintf(s, sizeof s, "%s", market);
        else
            snprintf(s, sizeof s, "%s#%u", market, n);
        memset(id, 0, sizeof *id);
        if (!text_set(id, s))
            return false;
        if (!feed_market(f, id))
            return true;
    }
    return false;
}

void
feed_assume_fee(const struct feed *f, struct market *m)
{
    if (!f->opt.assume_fee)
        return;
    m->fee_known = true;
    m->fee_rate = f->opt.fee_rate;
    m->fee_exponent = 1;
}

void
feed_pair(struct feed *f, struct token *t, const char *market)
{
    struct venue_market v;
    struct text key = { "" };

    if (!f->opt.assume_markets || t->market != NO_MARKET || !*market ||
        !text_set(&key, market))
        return;
    uint32_t mine = feed_token_index(f, t);
    uint32_t other = map_find(f->pairs, key.s);
    if (other == MAP_NONE) {
        (void)map_put(f->pairs, key.s, mine); /* Full: it stays alone. */
        return;
    }
    if (other == mine)
        return;
    memset(&v, 0, sizeof v);
    if (!name_pair(f, market, &v.m.market))
        return;
    v.m.venue = VENUE_polymarket;
    v.m.event = v.m.market;
    v.m.yes = f->token[other].id;
    v.m.no = t->id;
    v.m.event_size = 1;
    v.m.order_version = 2;
    v.m.open = true;
    feed_assume_fee(f, &v.m);
    v.m.min_size.micros = INT64_C(5) * MICROS;
    struct followed *m = feed_market_add(f, &v);
    if (!m)
        return;
    must(map_remove(f->pairs, key.s));
    m->m.rev = 1;
    f->rev++;
    feed_tell_market(f, (uint32_t)(m - f->market));
}

bool
feed_on_line(struct feed *f, const struct line *line, struct input *in,
             struct outbox *out)
{
    struct venue_sink sink = feed_sink(f);
    bool ours = false;

    must(f->opt.offline);
    f->in_offline = in;
    feed_begin(f, in, out);
    feed_frame_begin(f);
    if (!line->s)
        feed_count(f, FEED_bad_many, 1);
    else
        ours = venue_capture.read_frame(f->room, line->s, line->size, &sink);
    feed_count(f, FEED_frames, ours);
    feed_frame_end(f);
    feed_end(f);
    f->in_offline = NULL;
    return ours;
}

bool
feed_on_listing(struct feed *f, const char *s, size_t size, struct input *in,
                struct outbox *out, struct why *why)
{
    struct venue_sink sink = feed_sink(f);
    struct venue_cursor next;

    must(f->opt.offline);
    feed_begin(f, in, out);
    bool ok = f->venue->read_page(f->room, s, size, &sink, &next);
    feed_end(f);
    return ok ? true
              : why_set(why, "not a listing of events: expected "
                             "{\"events\":[...]} or an array of them");
}

struct feed_sum
feed_sum(const struct feed *f)
{
    const uint64_t *c = f->counters;
    struct feed_sum sum = {
        .frames = c[FEED_frames],
        .books = c[FEED_books],
        .applied = c[FEED_applied],
        .stale_dropped = c[FEED_stale_dropped],
        .hash_checked = c[FEED_hash_checked],
        .hash_mismatch = c[FEED_hash_mismatch],
    };

    for (unsigned i = FEED_bad_json; i <= FEED_bad_list; i++)
        sum.bad += c[i];
    return sum;
}

uint32_t
feed_tokens(const struct feed *f)
{
    return f->seen_count;
}

struct feed_best
feed_best(const struct feed *f, uint32_t token)
{
    must(token < f->seen_count);
    const struct token *t = &f->token[f->seen[token]];
    const struct vlevel *bid = vbook_best(&t->book.bids);
    const struct vlevel *ask = vbook_best(&t->book.asks);
    struct feed_best best = { .token = t->id,
                              .usable = feed_token_usable(t) };

    if (bid) {
        best.bid = bid->price;
        best.bid_size = bid->size;
    }
    if (ask) {
        best.ask = ask->price;
        best.ask_size = ask->size;
    }
    return best;
}
