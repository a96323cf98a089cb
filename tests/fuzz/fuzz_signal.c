/* fuzz_signal - bytes as a counter's page; links: feed common proto
 *
 * What is told is within its bounds, and everybody takes it; of the same bytes
 * as a title, no bin is empty.  max_len: 4096
 */
#include <stdlib.h>
#include <string.h>

#include "common/remainder.h"
#include "common/tail.h"
#include "feed/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
check(const struct signal *m)
{
    struct tails t = { .count = 0 };
    struct remainder r;
    struct remainder_odds odds;
    struct nanos later = { m->time.ns + INT64_C(3600) * 1000000000 };

    insist(m->highest >= m->count && m->hours.count > 0 &&
           m->hours.count <= hours_cap && m->hours_end.ns <= m->time.ns);
    insist(tails_put(&t, m) && tails_find(&t, &m->event) != NULL);
    if (remainder_of(&m->hours, m->hours_end, m->time, later, &r) &&
        remainder_odds(&r, 0, 10, &odds))
        insist(odds.in.ppm >= 0 && odds.out.ppm >= 0 &&
               odds.in.ppm + odds.out.ppm <= MICROS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outbox *out;
    static struct signal_specs specs;
    struct feed_conf c;
    struct input in = { .own_run = 1 };
    struct title title = { "" };
    struct tail_bin bin;

    if (!out)
        out = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES, FEED_OUTBOX_COUNT);
    memset(&c, 0, sizeof c);
    c.max_markets = c.max_tokens = 4;
    c.max_levels = 64;
    c.assets_per_connection = 3;
    in.mono.ns = INT64_C(1000000000000);
    in.wall.ns = INT64_C(1790000000000000000);
    specs.count = 1;
    text_set(&specs.at[0].event, "e");
    specs.at[0].ends.ns = in.wall.ns;
    struct feed *f = feed_new(&c, &(struct feed_options){ .signals = &specs });
    feed_on_signal(f, 0, (const char *)data, size, &in, out);
    feed_on_signal(f, 0, NULL, 0, &in, out);
    for (size_t i = 0; i < outbox_count(out); i++)
        if (outbox_at(out, i)->schema == &signal_schema)
            check(outbox_at(out, i)->msg);
    outbox_clear(out);
    feed_destroy(&f);
    memcpy(title.s, data, size < sizeof title.s ? size : sizeof title.s - 1);
    if (tail_bin(&title, &bin))
        insist(bin.low >= 0 && bin.low <= bin.high);
    return 0;
}
