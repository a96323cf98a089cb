/* past - orders that have ended, for what is heard of them afterwards */

/* A trade may come late, and what rests at the venue must be ours and not have
 * ended: both questions are about orders whose group may be gone. */

#include "executor/past.h"

#include "common/map.h"
#include "common/must.h"

#include <stdlib.h>

struct past {
    struct map *map;
    uint32_t cap, count, next;
    struct past_order *ring;
};

struct past *
past_new(uint32_t cap)
{
    struct past *p = calloc(1, sizeof *p);

    must(p != NULL && cap > 0);
    p->cap = cap;
    p->map = map_new(sizeof(struct hash), cap);
    p->ring = calloc(cap, sizeof *p->ring);
    must(p->map != NULL && p->ring != NULL);
    return p;
}

void
past_destroy(struct past **p)
{
    if (*p == NULL)
        return;
    map_destroy(&(*p)->map);
    free((*p)->ring);
    free(*p);
    *p = NULL;
}

void
past_put(struct past *p, const struct past_order *m)
{
    uint32_t i = map_find(p->map, m->intent.order.b);

    if (i != MAP_NONE) {
        p->ring[i] = *m;
        return;
    }
    i = p->next;
    if (p->count == p->cap)
        must(map_remove(p->map, p->ring[i].intent.order.b));
    else
        p->count++;
    p->ring[i] = *m;
    must(map_put(p->map, m->intent.order.b, i));
    p->next = (p->next + 1) % p->cap;
}

const struct past_order *
past_find(const struct past *p, const struct hash *order)
{
    uint32_t i = map_find(p->map, order->b);

    return i == MAP_NONE ? NULL : &p->ring[i];
}
