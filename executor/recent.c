/* recent - records under their keys: when full, the oldest is forgotten */

/* A ring and a map into it.  Which scan had its group, under which grant
 * something went out, orders that have ended and trades that were told of:
 * for months there are more of them than anybody asks for. */

#include "executor/recent.h"

#include "common/map.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

struct recent {
    const struct recent_kind *kind;
    struct map *map;
    uint32_t cap, count;
    uint32_t oldest; /* When full: where to begin to look for one to go. */
    uint8_t *ring;
};

struct recent *
recent_new(const struct recent_kind *kind, uint32_t cap)
{
    struct recent *r = calloc(1, sizeof *r);

    must(r != NULL && cap > 0);
    must(kind->key_at + kind->key_size <= kind->size);
    r->kind = kind;
    r->cap = cap;
    r->map = map_new(kind->key_size, cap);
    r->ring = calloc(cap, kind->size);
    must(r->ring != NULL);
    return r;
}

void
recent_destroy(struct recent **r)
{
    if (*r == NULL)
        return;
    map_destroy(&(*r)->map);
    free((*r)->ring);
    free(*r);
    *r = NULL;
}

static uint8_t *
record_at(const struct recent *r, uint32_t i)
{
    return r->ring + (size_t)i * r->kind->size;
}

const void *
recent_find(const struct recent *r, const void *key)
{
    uint32_t i = map_find(r->map, key);

    return i == MAP_NONE ? NULL : record_at(r, i);
}

/* The place of the oldest that may go, now free; cap when there is none. */
static uint32_t
forget(struct recent *r)
{
    for (uint32_t k = 0; k < r->cap; k++) {
        uint32_t i = (r->oldest + k) % r->cap;
        const uint8_t *record = record_at(r, i);

        if (r->kind->may_go != NULL && !r->kind->may_go(record))
            continue;
        must(map_remove(r->map, record + r->kind->key_at));
        r->oldest = (i + 1) % r->cap;
        return i;
    }
    return r->cap;
}

bool
recent_put(struct recent *r, const void *record)
{
    const uint8_t *key = (const uint8_t *)record + r->kind->key_at;
    uint32_t i = map_find(r->map, key);

    if (i == MAP_NONE) {
        i = r->count < r->cap ? r->count++ : forget(r);
        if (i == r->cap)
            return false;
        must(map_put(r->map, key, i));
    }
    memcpy(record_at(r, i), record, r->kind->size);
    return true;
}

const void *
recent_next(const struct recent *r, uint32_t *i)
{
    return *i < r->count ? record_at(r, (*i)++) : NULL;
}
