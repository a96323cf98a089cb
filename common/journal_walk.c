/* journal_walk - all of a journal, before its owner goes on writing it */

/* A process that died in the middle of a write leaves a torn tail: its last
 * batch was never acted upon, so it is cut.  A bad record with a good one
 * behind it is no torn tail but damage, and then the owner must not go on:
 * what it decided is no longer known. */

#include "common/journal_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Follows one segment to its end; tail gets the last whole batch. */
static bool
walk_segment(struct cursor *c, bool last, struct tail *tail, struct why *why)
{
    struct record_head h;
    const uint8_t *body;
    enum take took;

    tail->end = SEGMENT_HEAD;
    while ((took = cursor_take(c, &h, &body, why)) == TAKE_RECORD) {
        if (h.flags & RECORD_MORE)
            continue;
        tail->end = c->off;
        tail->n = c->n;
        memcpy(tail->chain, c->chain, CHAIN_SIZE);
    }
    tail->size = c->size;
    if (took == TAKE_END && tail->end == c->off)
        return true;
    if (took == TAKE_SHORT)
        why_set(why, "it breaks off");
    if (took == TAKE_END)
        why_set(why, "its last batch breaks off");
    if (!last || (took != TAKE_END && cursor_good_behind(c, c->off, c->n)))
        return cursor_damage(c, why);
    return true;
}

/* Opens segment i; false with *torn when it is a last one without a head. */
static bool
enter_segment(struct cursor *c, const char *dir, const struct segments *list,
              size_t i, struct tail *tail, bool *torn, struct why *why)
{
    bool last = i + 1 == list->count;

    if (!cursor_open(c, dir, list->first[i], torn, why)) {
        *torn = *torn && last;
        return false;
    }
    *torn = false;
    if (i > 0
        && (c->head.first != tail->n + 1
            || memcmp(c->head.chain, tail->chain, CHAIN_SIZE) != 0))
        return why_set(why, "segment %s does not follow record %llu",
                       c->path, (unsigned long long)tail->n);
    tail->any = true;
    tail->first = c->head.first;
    tail->n = c->n = c->head.first - 1;
    memcpy(c->chain, c->head.chain, CHAIN_SIZE);
    memcpy(tail->chain, c->chain, CHAIN_SIZE);
    return true;
}

bool
journal_walk(const char *dir, enum source src, struct tail *tail,
             struct why *why)
{
    struct segments list;
    struct cursor c;
    bool ok = true, torn = false;

    memset(tail, 0, sizeof *tail);
    if (!segments_list(dir, &list, why))
        return false;
    cursor_init(&c);
    for (size_t i = 0; ok && i < list.count; i++) {
        ok = enter_segment(&c, dir, &list, i, tail, &torn, why);
        if (ok && c.head.src != (uint8_t)src)
            ok = why_set(why, "segment %s is another process's", c.path);
        if (ok)
            ok = walk_segment(&c, i + 1 == list.count, tail, why);
    }
    if (!ok && torn) {
        ok = unlink(c.path) == 0;
        if (!ok)
            why_set(why, "%s: %s", c.path, strerror(errno));
    }
    cursor_clear(&c);
    free(list.first);
    return ok;
}
