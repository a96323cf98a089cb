/* known - ids seen lately: a bounded set that forgets the oldest */

/* For "at most one group per scan_id" and for "did anything go out under this
 * grant": both questions are about the recent past, so the oldest answer may
 * be lost when the set is full. */

#include "executor/known.h"

#include "common/map.h"
#include "common/must.h"

#include <stdlib.h>

struct known {
    struct map *map;
    uint32_t cap, count, next;
    struct uuid *ring;
};

struct known *
known_new(uint32_t cap)
{
    struct known *k = calloc(1, sizeof *k);

    must(k != NULL && cap > 0);
    k->cap = cap;
    k->map = map_new(sizeof(struct uuid), cap);
    k->ring = calloc(cap, sizeof *k->ring);
    must(k->map != NULL && k->ring != NULL);
    return k;
}

void
known_destroy(struct known **k)
{
    if (*k == NULL)
        return;
    map_destroy(&(*k)->map);
    free((*k)->ring);
    free(*k);
    *k = NULL;
}

bool
known_has(const struct known *k, const struct uuid *id)
{
    return map_find(k->map, id->b) != MAP_NONE;
}

void
known_add(struct known *k, const struct uuid *id)
{
    if (known_has(k, id))
        return;
    if (k->count == k->cap)
        must(map_remove(k->map, k->ring[k->next].b));
    else
        k->count++;
    k->ring[k->next] = *id;
    must(map_put(k->map, id->b, k->next));
    k->next = (k->next + 1) % k->cap;
}
