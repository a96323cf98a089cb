/* fuzz_feed_gamma - bytes as a page of the listing; links: feed common proto
 *
 * Read twice, and once as the answer for markets asked for by their tokens.
 * The universe stays consistent: every market told has two
 * different tokens, a fee that is in range or unknown, and an event that is
 * not empty.  max_len: 8192
 */
#include <stdlib.h>
#include <string.h>

#include "feed/state.h"
#include "feed/venues/polymarket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
check_said(struct outbox *out)
{
    for (size_t i = 0; i < outbox_count(out); i++) {
        const struct said *s = outbox_at(out, i);
        if (s->schema == &market_schema) {
            const struct market *m = s->msg;
            insist(!hash_equal(&m->yes, &m->no));
            insist(m->event.s[0] && m->market.s[0]);
            /* Looked up: how many questions there are is not known. */
            insist(m->rev == 0 ? m->event_size == 0
                               : m->event_index < m->event_size);
            insist(m->fee_rate.ppm >= 0 && m->fee_rate.ppm <= 1000000);
            insist(m->fee_exponent >= 1 && m->fee_exponent <= 4);
            insist(m->tick.micros >= 0 && m->min_size.micros >= 0);
            insist(m->liquidity.micros >= 0);
            insist(m->volume.micros >= 0);
        } else if (s->schema == &resolution_schema) {
            const struct resolution *m = s->msg;
            insist(m->payout_yes.micros >= 0 &&
                   m->payout_yes.micros <= MICROS);
        }
    }
    outbox_clear(out);
}

/* As the answer to a request for some tokens: it ends, and counts right. */
static void
look_up(const uint8_t *data, size_t size, struct feed *f, struct input *in,
        struct outbox *out)
{
    static struct snapshot_request m;
    struct feed_ask ask;
    uint64_t sent = 0, ended = 0;

    m.what = ASKED_universe;
    m.tokens.count = 30;
    for (uint32_t i = 0; i < 30; i++)
        m.tokens.at[i].token.b[31] = (uint8_t)(i + 1);
    in->peer = 1;
    in->req = 7;
    feed_on_snapshot_request(f, &m, in, out);
    for (unsigned n = 0; n < 200 && feed_next_ask(f, in, &ask); n++)
        if (ask.kind == FEED_ASK_MARKETS)
            feed_on_markets(f, (const char *)data, size, in, out);
    in->mono.ns += INT64_C(60000000000);
    feed_on_tick(f, &(struct tick){ 0 }, in, out);
    for (size_t i = 0; i < outbox_count(out); i++) {
        const struct said *s = outbox_at(out, i);
        if (!(s->routes & ROUTE_REPLY))
            continue;
        if (s->schema == &snapshot_end_schema) {
            insist(((const struct snapshot_end *)s->msg)->sent == sent);
            ended++;
        }
        sent++;
    }
    insist(ended == 1);
    check_said(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outbox *out;
    struct feed_conf c;
    struct input in = { .own_run = 1 };
    struct venue_cursor next;
    struct feed_ask ask;

    if (!out)
        out = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES, FEED_OUTBOX_COUNT);
    memset(&c, 0, sizeof c);
    c.max_markets = 6;
    c.max_tokens = 8;
    c.max_levels = 64;
    c.assets_per_connection = 3;
    c.lookup_wait.ms = 5000;
    in.mono.ns = INT64_C(1000000000000);
    in.wall.ns = INT64_C(1790000000000000000);
    struct feed *f = feed_new(&c, &(struct feed_options){ .venue = NULL });
    for (unsigned i = 0; i < 2; i++) {
        (void)feed_on_page(f, (const char *)data, size, true, &next, &in,
                           out);
        check_said(out);
        feed_on_link(f, 0, i == 0 ? LINK_STATE_up : LINK_STATE_down, &in,
                     out);
        check_said(out);
        for (unsigned n = 0; n < 50 && feed_next_ask(f, &in, &ask); n++)
            continue;
    }
    look_up(data, size, f, &in, out);
    feed_destroy(&f);
    /* Dates and decimals on their own. */
    char *s = malloc(size + 1);
    insist(s != NULL);
    memcpy(s, data, size);
    s[size] = '\0';
    insist(polymarket_iso(s).ns >= 0);
    free(s);
    return 0;
}
