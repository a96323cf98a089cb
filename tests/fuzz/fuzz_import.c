/* fuzz_import - any bytes as what others recorded; links: feed common proto
 *
 * A line that is refused writes nothing; of one that is not, every line
 * written is one the capture's reader takes.  max_len: 16384
 */
#include "feed/capture.h"
#include "feed/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
play(const char *s, size_t size)
{
    struct feed_conf c;
    struct input in = { .own_run = 1 };
    struct outbox *out = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES,
                                    FEED_OUTBOX_COUNT);

    memset(&c, 0, sizeof c);
    c.max_markets = 8;
    c.max_tokens = 16;
    c.max_levels = 1024;
    c.assets_per_connection = 1;
    struct feed *f = feed_new(&c, &(struct feed_options){ .offline = true });
    for (size_t at = 0, n; at < size; at += n + 1) {
        const char *end = memchr(s + at, '\n', size - at);

        insist(end != NULL);
        n = (size_t)(end - s) - at;
        struct line line = { s + at, n };
        insist(feed_on_line(f, &line, &in, out));
        outbox_clear(out);
        for (unsigned i = 0; i < 100 && feed_rest(f, &in, out); i++)
            outbox_clear(out);
        outbox_clear(out);
    }
    feed_destroy(&f);
    outbox_destroy(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct import_options o = { .size.micros = MICROS,
                                .stated = size % 2 == 0 };
    const char *s = (const char *)data;
    size_t written = 0;
    char *text = NULL;
    FILE *f = open_memstream(&text, &written);

    insist(f != NULL);
    struct import *x = import_new(&o, f);
    for (size_t at = 0, n; at < size; at += n + 1) {
        const char *end = memchr(s + at, '\n', size - at);
        struct why why = { "" };

        n = end != NULL ? (size_t)(end - s) - at : size - at;
        insist(fflush(f) == 0);
        size_t before = written;
        if (!import_line(x, s + at, n, &why)) {
            insist(why.s[0] != '\0' && fflush(f) == 0 && written == before);
        }
    }
    import_end(x);
    import_destroy(&x);
    insist(fclose(f) == 0);
    play(text, written);
    free(text);
    return 0;
}
