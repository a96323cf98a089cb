/* level_room - room for the price levels of all books, taken once */

/* Blocks come in powers of two.  A free block carries the index of the next
 * free one of its size in its first bytes.  When a size has none, the block
 * is cut off the end of the array, or a bigger free one is halved; blocks are
 * never joined again, because books of a universe keep about their depth. */

#include "feed/level_room.h"

#include "common/must.h"
#include "feed/vbook.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 16, SIZES = 16 }; /* 16 .. 524288 levels. */
#define NONE UINT32_MAX

struct level_room {
    struct vlevel *levels;
    uint32_t count, cut, used;
    uint32_t free[SIZES]; /* First free block of each size. */
};

struct level_room *
level_room_new(uint32_t levels)
{
    struct level_room *r = calloc(1, sizeof *r);

    must(r && levels >= LEAST);
    r->levels = calloc(levels, sizeof *r->levels);
    must(r->levels);
    r->count = levels;
    for (unsigned i = 0; i < SIZES; i++)
        r->free[i] = NONE;
    return r;
}

void
level_room_destroy(struct level_room **r)
{
    if (!*r)
        return;
    free((*r)->levels);
    free(*r);
    *r = NULL;
}

static uint32_t
size_of(unsigned class)
{
    return (uint32_t)LEAST << class;
}

static unsigned
class_of(uint32_t want)
{
    unsigned class = 0;

    while (class < SIZES && size_of(class) < want)
        class++;
    return class;
}

static void
push(struct level_room *r, unsigned class, uint32_t at)
{
    memcpy(&r->levels[at], &r->free[class], sizeof(uint32_t));
    r->free[class] = at;
}

static uint32_t
pop(struct level_room *r, unsigned class)
{
    uint32_t at = r->free[class];

    if (at != NONE)
        memcpy(&r->free[class], &r->levels[at], sizeof(uint32_t));
    return at;
}

/* Halves the smallest bigger free block until one of class is there. */
static uint32_t
halve(struct level_room *r, unsigned class)
{
    unsigned bigger = class + 1;

    while (bigger < SIZES && r->free[bigger] == NONE)
        bigger++;
    if (bigger >= SIZES)
        return NONE;
    uint32_t at = pop(r, bigger);
    while (bigger > class) {
        bigger--;
        push(r, bigger, at + size_of(bigger));
    }
    return at;
}

struct vlevel *
level_room_take(struct level_room *r, uint32_t want, uint32_t *got)
{
    unsigned class = class_of(want);

    if (class >= SIZES)
        return NULL;
    uint32_t size = size_of(class);
    uint32_t at = pop(r, class);
    if (at == NONE && size <= r->count - r->cut) {
        at = r->cut;
        r->cut += size;
    }
    if (at == NONE)
        at = halve(r, class);
    if (at == NONE)
        return NULL;
    r->used += size;
    *got = size;
    return &r->levels[at];
}

void
level_room_give(struct level_room *r, struct vlevel *block, uint32_t size)
{
    unsigned class = class_of(size);

    must(class < SIZES && size_of(class) == size && size <= r->used);
    must(block >= r->levels && block < r->levels + r->count);
    r->used -= size;
    push(r, class, (uint32_t)(block - r->levels));
}

uint32_t
level_room_used(const struct level_room *r)
{
    return r->used;
}
