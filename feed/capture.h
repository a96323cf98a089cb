/* capture - recorded venue traffic from a file, line by line
 *
 * Offline use, in one process without a bus (arb scan --capture):
 *
 *     feed = feed_new(&conf, &(struct feed_options){ .offline = true, ...});
 *     out = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES, FEED_OUTBOX_COUNT);
 *     if (listing) feed_on_listing(feed, text, size, &in, out, &why);
 *     while ((got = capture_next(file, &line, &why)) == 1) {
 *         feed_on_line(feed, &line, &in, out);     // sets in's times
 *         ... hand outbox_at(out, i)->msg to the scanner with in ...
 *         outbox_clear(out);
 *     }
 *
 * After each of feed_on_listing and feed_on_line, as long as feed_rest says
 * true, deliver, clear, and call it again: it says what did not fit. */
#ifndef FEED_CAPTURE_H
#define FEED_CAPTURE_H

#include "common/why.h"
#include "feed/feed.h"

/* A longer line is skipped: its s is NULL and its size what it was. */
#define CAPTURE_LINE_CAP (8u << 20)

struct line {
    const char *s;     /* Without its newline; gone at the next call. */
    size_t size;
};

struct capture;

/* Plain text, or zstd (told by its first bytes).  "-" is standard input. */
MUST_CHECK struct capture *capture_open(const char *file, struct why *why);
/* 1 a line, 0 the end, -1 the file is damaged here (why says how; lines
 * before it were good). */
int capture_next(struct capture *c, struct line *line, struct why *why);
void capture_close(struct capture **c);

/* One recorded line: a bare frame (object or array, REST books too), or
 * wrapped {"recv_wall_ts":ms,"source":"polymarket_clob","payload":"..."}
 * (other sources are ignored), or {"timestamp":ms,"type":"book","data":{...}}
 * with levels as pairs.  Sets in->wall and in->mono: the time of receipt
 * where it was recorded, else the venue's, never backwards.  True when the
 * line held a frame of the venue (counted in frames); false when it was
 * ignored, or unreadable (counted in bad). */
bool feed_on_line(struct feed *f, const struct line *line, struct input *in,
                  struct outbox *out);

/* A listing saved as one text, {"events":[...]} or the bare array: every
 * event in it is taken, filters do not apply.  False when it is none. */
MUST_CHECK bool feed_on_listing(struct feed *f, const char *s, size_t size,
                                struct input *in, struct outbox *out,
                                struct why *why);

/* The summary's numbers. */
struct feed_sum {
    uint64_t frames, books, applied, stale_dropped, hash_checked,
        hash_mismatch, bad;
};
struct feed_sum feed_sum(const struct feed *f);

/* The tokens ever seen, in order of appearance, and the best levels of each
 * as the venue's frames give them, whether its book is usable or not; a
 * price of 0 = that side is empty. */
struct feed_best {
    struct hash token;
    struct price bid, ask;
    struct qty bid_size, ask_size;
    bool usable;
};
uint32_t feed_tokens(const struct feed *f);
struct feed_best feed_best(const struct feed *f, uint32_t token);

#endif /* FEED_CAPTURE_H */
