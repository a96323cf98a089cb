/* fuzz_feed_frame - texts of the market channel; links: feed common proto
 *
 * The bytes are several texts, cut at newlines, given to an engine that
 * follows one market: as frames, every fourth as REST books, with time and
 * connections coming and going.  Whatever comes, a usable book is sorted, in
 * sequence, and not told while it is void.  max_len: 8192
 */
#include <stdlib.h>
#include <string.h>

#include "feed/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char listing[] =
    "[{\"id\":\"1\",\"liquidity\":9999,\"markets\":[{\"conditionId\":"
    "\"0xc0\",\"clobTokenIds\":\"[\\\"11\\\",\\\"12\\\"]\",\"orderMinSize\":5,"
    "\"orderPriceMinTickSize\":0.01}]}]";

static struct feed *feed;
static struct outbox *out;
static struct input in;

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
check_side(const struct levels *l, bool bids)
{
    for (uint32_t i = 0; i < l->count; i++) {
        insist(l->at[i].size.micros > 0);
        insist(l->at[i].price.micros > 0 && l->at[i].price.micros < MICROS);
        if (i > 0)
            insist(bids ? l->at[i - 1].price.micros > l->at[i].price.micros
                        : l->at[i - 1].price.micros < l->at[i].price.micros);
    }
}

static void
check_said(void)
{
    for (size_t i = 0; i < outbox_count(out); i++) {
        const struct said *s = outbox_at(out, i);
        if (s->schema == &book_snapshot_schema) {
            const struct book_snapshot *m = s->msg;
            check_side(&m->bids, true);
            check_side(&m->asks, false);
            insist(m->book_seq > 0 && m->epoch > 0);
        } else if (s->schema == &book_delta_schema) {
            const struct book_delta *m = s->msg;
            insist(m->book_seq > 1 && m->size.micros >= 0);
        }
    }
    outbox_clear(out);
}

static void
drain_asks(void)
{
    struct feed_ask ask;

    for (unsigned i = 0; i < 100 && feed_next_ask(feed, &in, &ask); i++)
        continue;
}

static void
start(void)
{
    struct feed_conf c;
    struct venue_cursor next;

    memset(&c, 0, sizeof c);
    c.max_markets = 4;
    c.max_tokens = 4;
    c.max_levels = 2048;
    c.assets_per_connection = 10;
    c.mismatch_max = 3;
    c.heal.ms = 100;
    c.backoff_least.ms = 100;
    c.backoff_most.ms = 1000;
    c.resync_timeout.ms = 500;
    c.alive_max.ms = 15000;
    c.watch_every.ms = 1000;
    c.watch_quiet.ms = 1000;
    c.watch_batch = 5;
    c.watch_grace.ms = 500;
    feed = feed_new(&c, &(struct feed_options){ .book_age_max = { 5000 } });
    if (!out)
        out = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES, FEED_OUTBOX_COUNT);
    in = (struct input){ .own_run = 1 };
    in.mono.ns = INT64_C(1000000000000);
    in.wall.ns = INT64_C(1790000000000000000);
    insist(feed_on_page(feed, listing, sizeof listing - 1, true, &next, &in,
                        out));
    drain_asks();
    feed_on_link(feed, 0, LINK_STATE_up, &in, out);
    drain_asks();
    outbox_clear(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *s = (const char *)data, *end = s + size;
    struct tick tick = { 0 };
    unsigned n = 0;

    start();
    while (s < end) {
        const char *cut = memchr(s, '\n', (size_t)(end - s));
        size_t part = (size_t)((cut ? cut : end) - s);
        if (part == 0)
            feed_on_link(feed, 0, n % 2 ? LINK_STATE_up : LINK_STATE_down,
                         &in, out);
        else if (n % 4 == 3)
            feed_on_books(feed, s, part, &in, out);
        else
            feed_on_frame(feed, 0, s, part, &in, out);
        check_said();
        in.mono.ns += INT64_C(300000000);
        in.wall.ns += INT64_C(300000000);
        feed_on_tick(feed, &tick, &in, out);
        check_said();
        drain_asks();
        s += part + (cut != NULL);
        if (!cut)
            break;
        n++;
    }
    feed_destroy(&feed);
    return 0;
}
