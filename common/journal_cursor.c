/* journal_cursor - one segment, record by record, every sum checked */

/* The only code that believes a journal's bytes, and it believes none before
 * its sum, its number and its chain are right.  It never reads behind the
 * end the file had when it looked: a file only grows by appending, so what
 * is before its end is whole. */

#include "common/digest.h"
#include "common/journal_own.h"
#include "common/must.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW_CAP = 1 << 20 };

void
cursor_init(struct cursor *c)
{
    must(WINDOW_CAP > RECORD_HEAD + RECORD_BODY_MAX);
    memset(c, 0, sizeof *c);
    c->fd = -1;
    c->digest = digest_sha256();
    c->window = malloc(WINDOW_CAP);
    must(c->window);
}

void
cursor_clear(struct cursor *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    digest_destroy(&c->digest);
    free(c->window);
    c->window = NULL;
}

void
cursor_forget(struct cursor *c)
{
    c->window_size = 0;
}

/* True when the file has at least `end` bytes.  What it had before may have
 * been cut and written anew, so a changed size empties the window. */
static bool
reaches(struct cursor *c, uint64_t end)
{
    struct stat st;

    if (end <= c->size)
        return true;
    if (fstat(c->fd, &st) != 0)
        return false;
    if ((uint64_t)st.st_size != c->size) {
        c->size = (uint64_t)st.st_size;
        cursor_forget(c);
    }
    return end <= c->size;
}

const uint8_t *
cursor_at(struct cursor *c, uint64_t off, size_t size)
{
    must(size <= WINDOW_CAP);
    if (!reaches(c, off + size))
        return NULL;
    if (off < c->window_at || off + size > c->window_at + c->window_size) {
        size_t got = 0;
        while (got < size) {
            ssize_t r = pread(c->fd, c->window + got, WINDOW_CAP - got,
                              (off_t)(off + got));
            if (r < 0 && errno == EINTR)
                continue;
            if (r <= 0) { /* Cut meanwhile, or the disk fails. */
                cursor_forget(c);
                return NULL;
            }
            got += (size_t)r;
        }
        c->window_at = off;
        c->window_size = got;
        if (c->window_at + got > c->size)
            c->window_size = (size_t)(c->size - off);
    }
    return c->window + (off - c->window_at);
}

bool
cursor_open(struct cursor *c, const char *dir, uint64_t first, bool *torn,
            struct why *why)
{
    *torn = false;
    if (c->fd >= 0)
        close(c->fd);
    c->size = 0;
    c->off = SEGMENT_HEAD;
    c->fd = -1;
    cursor_forget(c);
    c->fd = segment_open(dir, first, c->path, why);
    if (c->fd < 0)
        return false;
    const uint8_t *b = cursor_at(c, 0, SEGMENT_HEAD);
    if (!b) {
        *torn = true;
        return why_set(why, "%s: shorter than its head", c->path);
    }
    if (!segment_head_unpack(&c->head, b)) {
        *torn = c->size == SEGMENT_HEAD;
        return why_set(why, "segment %s, offset 0: its head is damaged",
                       c->path);
    }
    if (c->head.first != first || first == 0)
        return why_set(why, "segment %s, offset 0: its head says n %llu",
                       c->path, (unsigned long long)c->head.first);
    return true;
}

enum take
cursor_take(struct cursor *c, struct record_head *h, const uint8_t **body,
            struct why *why)
{
    uint8_t chain[CHAIN_SIZE];
    const uint8_t *b = cursor_at(c, c->off, RECORD_HEAD);

    if (!b)
        return reaches(c, c->off + 1) ? TAKE_SHORT : TAKE_END;
    record_head_unpack(h, b);
    if (h->size > RECORD_BODY_MAX) {
        why_set(why, "a size of %u", h->size);
        return TAKE_BAD;
    }
    b = cursor_at(c, c->off, RECORD_HEAD + h->size);
    if (!b)
        return TAKE_SHORT;
    if (!record_sum_is_right(h, b)) {
        why_set(why, "its sum is wrong");
        return TAKE_BAD;
    }
    if (h->n != c->n + 1) {
        why_set(why, "n is %llu", (unsigned long long)h->n);
        return TAKE_BAD;
    }
    chain_on(c->digest, c->chain, b + RECORD_HEAD, h->size, chain);
    if (memcmp(chain, h->chain, CHAIN_SIZE) != 0) {
        why_set(why, "the chain breaks");
        return TAKE_BAD;
    }
    *body = b + RECORD_HEAD;
    c->off += RECORD_HEAD + h->size;
    c->n = h->n;
    memcpy(c->chain, chain, CHAIN_SIZE);
    return TAKE_RECORD;
}

bool
cursor_damage(const struct cursor *c, struct why *why)
{
    return why_in(why, "segment %s, offset %llu, last good record %llu",
                  c->path, (unsigned long long)c->off,
                  (unsigned long long)c->n);
}

bool
cursor_good_behind(struct cursor *c, uint64_t bad, uint64_t n)
{
    struct record_head h;
    /* Not what was written since: that may well be the bad one's own end. */
    uint64_t end = c->size;

    for (uint64_t off = bad + 1; off + RECORD_HEAD <= end; off++) {
        const uint8_t *b = cursor_at(c, off, RECORD_HEAD);
        if (!b)
            return false;
        record_head_unpack(&h, b);
        /* The cheap looks first: this runs over every byte. */
        if (h.size > RECORD_BODY_MAX || h.n <= n || h.n > n + 1 + (off - bad))
            continue;
        if (off + RECORD_HEAD + h.size > end)
            continue;
        b = cursor_at(c, off, RECORD_HEAD + h.size);
        if (b && record_sum_is_right(&h, b))
            return true;
    }
    return false;
}
