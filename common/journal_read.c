/* journal_read - the reading end, also while the owner is writing */

/* A reader hands out a record only when the whole batch it belongs to is in
 * the file: what its owner may still cut was never seen by anybody.  It
 * remembers no bytes between two looks at the end of the file, because a new
 * owner may have put others there. */

#include "common/journal.h"

#include "common/journal_own.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct journal_reader {
    char dir[SEGMENT_PATH_CAP];
    uint64_t from;         /* Records before it are passed over; 0 = none,
                              wherever the journal begins. */
    uint64_t whole_until;  /* Offset up to which batches are whole. */
    bool open, failed;
    struct cursor c;
    struct why why;        /* Of the failure, said again. */
};

/* A segment has no head: it is just being made (0), unless another follows it
 * (-1, and why stays). */
static int
has_no_head(const struct journal_reader *r, uint64_t first)
{
    struct segments list;
    struct why ignored;

    if (!segments_list(r->dir, &list, &ignored))
        return -1;
    uint64_t last = list.count > 0 ? list.first[list.count - 1] : 0;
    free(list.first);
    return last > first ? -1 : 0;
}

/* The segment that holds r->from: the last that does not begin after it. */
static int
find_segment(struct journal_reader *r, struct why *why)
{
    struct segments list;
    uint64_t first = 0;
    bool torn;

    if (!segments_list(r->dir, &list, why))
        return -1;
    if (r->from == 0 && list.count > 0)
        r->from = list.first[0];
    for (size_t i = 0; i < list.count && list.first[i] <= r->from; i++)
        first = list.first[i];
    if (first == 0 && list.count > 0)
        first = list.first[0];
    free(list.first);
    if (first == 0)
        return 0;
    if (first > r->from) {
        why_set(why, "%s: begins at record %llu; %llu is no longer kept",
                r->dir, (unsigned long long)first,
                (unsigned long long)r->from);
        return -1;
    }
    if (!cursor_open(&r->c, r->dir, first, &torn, why))
        return torn ? has_no_head(r, first) : -1;
    r->c.n = first - 1;
    memcpy(r->c.chain, r->c.head.chain, CHAIN_SIZE);
    r->whole_until = r->c.off;
    r->open = true;
    return 1;
}

struct journal_reader *
journal_read(const char *dir, uint64_t from, struct why *why)
{
    if (strlen(dir) >= SEGMENT_PATH_CAP) {
        why_set(why, "%s: the path is too long", dir);
        return NULL;
    }
    struct journal_reader *r = calloc(1, sizeof *r);
    must(r);
    memcpy(r->dir, dir, strlen(dir) + 1);
    r->from = from;
    cursor_init(&r->c);
    if (find_segment(r, why) < 0)
        journal_reader_close(&r);
    return r;
}

/* -1 with words in front of it. */
static int
damaged(struct journal_reader *r, struct why *why)
{
    cursor_damage(&r->c, why);
    return -1;
}

/* The file ends inside the record at off: -1 when that is not because it is
 * still being written, but because its size is wrong. */
static int
breaks_off(struct journal_reader *r, uint64_t off, uint64_t n,
           struct why *why)
{
    if (!cursor_good_behind(&r->c, off, n))
        return 0;
    why_set(why, "a record that does not end before the next");
    return damaged(r, why);
}

/* 1 when the batch that begins at the cursor is in the file to its end, 0
 * when it is not yet, -1 when its heads make no sense. */
static int
batch_is_whole(struct journal_reader *r, struct why *why)
{
    struct cursor *c = &r->c;
    struct record_head h = { .flags = RECORD_MORE };
    uint64_t off = c->off, n = c->n;

    while (h.flags & RECORD_MORE) {
        const uint8_t *b = cursor_at(c, off, RECORD_HEAD);
        if (!b)
            return breaks_off(r, off, n, why);
        record_head_unpack(&h, b);
        if (h.size > RECORD_BODY_MAX || h.n != n + 1) {
            why_set(why, "a record with n %llu and size %u",
                    (unsigned long long)h.n, h.size);
            return damaged(r, why);
        }
        if (!cursor_at(c, off, RECORD_HEAD + h.size))
            return breaks_off(r, off, n, why);
        off += RECORD_HEAD + h.size;
        n++;
    }
    r->whole_until = off;
    return 1;
}

/* 0 when no segment comes later, -1 when one does: then what is between is
 * missing.  The owner may have gone on since we looked, so look again: once
 * a later segment is there, this one is as it will be. */
static int
is_the_end(struct journal_reader *r, struct why *why)
{
    struct segments list;
    struct stat st;

    if (!segments_list(r->dir, &list, why))
        return -1;
    uint64_t last = list.count > 0 ? list.first[list.count - 1] : 0;
    free(list.first);
    if (last <= r->c.n + 1 || segment_exists(r->dir, r->c.n + 1, &st))
        return 0;
    cursor_forget(&r->c);
    int whole = batch_is_whole(r, why);
    if (whole != 0)
        return whole;
    why_set(why, "records from %llu on are missing",
            (unsigned long long)r->c.n + 1);
    return damaged(r, why);
}

/* 1 when there is more now, mostly in the next segment, 0 when there is
 * none, -1 damage. */
static int
enter_next(struct journal_reader *r, struct why *why)
{
    struct cursor *c = &r->c;
    uint8_t chain[CHAIN_SIZE];
    uint64_t n = c->n;
    struct stat st;
    bool torn;

    if (c->head.first == n + 1 || !segment_exists(r->dir, n + 1, &st))
        return is_the_end(r, why);
    /* The owner begins a segment only when this one is complete. */
    if (cursor_at(c, c->off, 1)) {
        why_set(why, "rubbish behind the last record");
        return damaged(r, why);
    }
    memcpy(chain, c->chain, CHAIN_SIZE);
    if (!cursor_open(c, r->dir, n + 1, &torn, why)) {
        if (!torn || has_no_head(r, n + 1) < 0) {
            why_in(why, "last good record %llu", (unsigned long long)n);
            return -1;
        }
        /* Just being made: come back to the one before. */
        r->open = false;
        r->from = n + 1;
        return 0;
    }
    if (memcmp(chain, c->head.chain, CHAIN_SIZE) != 0) {
        why_set(why, "segment %s does not follow record %llu", c->path,
                (unsigned long long)n);
        return -1;
    }
    r->whole_until = c->off;
    return 1;
}

/* One record, wanted or not, as journal_next. */
static int
step(struct journal_reader *r, struct record *out, struct why *why)
{
    struct record_head h;
    const uint8_t *body;

    if (r->c.off == r->whole_until) {
        int whole = batch_is_whole(r, why);
        if (whole == 0)
            whole = enter_next(r, why);
        if (whole > 0 && r->c.off == r->whole_until)
            whole = batch_is_whole(r, why);
        if (whole <= 0) {
            cursor_forget(&r->c);
            return whole;
        }
    }
    enum take took = cursor_take(&r->c, &h, &body, why);
    if (took != TAKE_RECORD) {
        if (took != TAKE_BAD)
            why_set(why, "it was cut while it was read");
        return damaged(r, why);
    }
    *out = (struct record){
        .n = h.n,
        .type = h.type,
        .run = h.run,
        .mono = h.mono,
        .wall = h.wall,
        .trace = h.trace,
        .body = body,
        .body_size = h.size,
    };
    return 1;
}

int
journal_next(struct journal_reader *r, struct record *out, struct why *why)
{
    int got = 1;

    if (r->failed) {
        why_set(why, "%s", r->why.s);
        return -1;
    }
    if (!r->open)
        got = find_segment(r, &r->why);
    while (got > 0) {
        got = step(r, out, &r->why);
        if (got <= 0 || out->n >= r->from)
            break;
    }
    if (got < 0) {
        r->failed = true;
        why_set(why, "%s", r->why.s);
    }
    return got;
}

void
journal_reader_close(struct journal_reader **r)
{
    if (!*r)
        return;
    cursor_clear(&(*r)->c);
    free(*r);
    *r = NULL;
}
