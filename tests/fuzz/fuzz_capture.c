/* fuzz_capture - any bytes as a recording; links: feed common proto
 *
 * Read from a file (plain or zstd, as its first bytes say) line by line into
 * an engine without a listing.  Time never goes back, and the numbers of the
 * summary add up.  max_len: 16384
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "feed/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
play(struct capture *file, struct feed *f, struct outbox *out)
{
    struct input in = { .own_run = 1 };
    struct line line;
    struct why why = { "" };
    uint64_t lines = 0;
    int64_t before = 0;
    int got;

    while (lines < 2000 && (got = capture_next(file, &line, &why)) == 1) {
        lines++;
        insist(!line.s || line.size <= CAPTURE_LINE_CAP);
        (void)feed_on_line(f, &line, &in, out);
        outbox_clear(out);
        insist(in.wall.ns >= before);
        before = in.wall.ns;
        for (unsigned i = 0; i < 100 && feed_rest(f, &in, out); i++)
            outbox_clear(out);
        outbox_clear(out);
    }
    struct feed_sum sum = feed_sum(f);
    insist(sum.frames <= lines);
    insist(sum.hash_mismatch <= sum.hash_checked);
    insist(sum.hash_checked <= sum.applied);
    for (uint32_t i = 0; i < feed_tokens(f); i++) {
        struct feed_best b = feed_best(f, i);
        insist(b.bid.micros >= 0 && b.bid.micros < MICROS);
        insist(b.ask.micros >= 0 && b.ask.micros < MICROS);
        insist((b.bid.micros == 0) == (b.bid_size.micros == 0));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outbox *out;
    static int fd = -1;
    static char name[64];
    struct feed_conf c;
    struct why why;

    if (fd < 0) {
        fd = memfd_create("capture", 0);
        insist(fd >= 0);
        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        out = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES, FEED_OUTBOX_COUNT);
    }
    insist(ftruncate(fd, 0) == 0);
    insist(pwrite(fd, data, size, 0) == (ssize_t)size);
    struct capture *file = capture_open(name, &why);
    insist(file != NULL);
    memset(&c, 0, sizeof c);
    c.max_markets = 8;
    c.max_tokens = 16;
    c.max_levels = 1024;
    c.assets_per_connection = 1;
    struct feed *f = feed_new(&c, &(struct feed_options){
        .offline = true, .assume_markets = true, .assume_fee = true });
    play(file, f, out);
    feed_destroy(&f);
    capture_close(&file);
    return 0;
}
