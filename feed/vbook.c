/* vbook - one token's book as the venue tells it, texts and all */

/* Pure arithmetic on two sorted arrays.  A change is a binary search and a
 * move of what is better than it, which is little: most changes happen near
 * the best price, and that is the end of the array. */

#include "feed/vbook.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

static void
give(struct vside *side, struct level_room *room)
{
    if (side->at)
        level_room_give(room, side->at, side->cap);
    *side = (struct vside){ 0 };
}

void
vbook_clear(struct vbook *b, struct level_room *room)
{
    give(&b->bids, room);
    give(&b->asks, room);
}

bool
vbook_replace(struct vside *side, const struct vlevel *levels,
              uint32_t count, struct level_room *room)
{
    /* A block far too big for what is left goes back as well. */
    if (side->cap < count || (side->cap > 64 && side->cap / 4 > count)) {
        give(side, room);
        if (count > 0)
            side->at = level_room_take(room, count, &side->cap);
        if (count > 0 && !side->at)
            return false;
    }
    if (count > 0)
        memcpy(side->at, levels, count * sizeof *levels);
    side->count = count;
    return true;
}

static bool
grow(struct vside *side, struct level_room *room)
{
    uint32_t cap;
    struct vlevel *at = level_room_take(room, side->count + 1, &cap);

    if (!at)
        return false;
    if (side->at) {
        memcpy(at, side->at, side->count * sizeof *at);
        level_room_give(room, side->at, side->cap);
    }
    side->at = at;
    side->cap = cap;
    return true;
}

/* Where price is or would go: bids rise, asks fall. */
static uint32_t
place_of(const struct vside *s, bool rising, int64_t price)
{
    uint32_t low = 0, high = s->count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int64_t here = s->at[mid].price.micros;
        if (rising ? here < price : here > price)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

enum vbook_set
vbook_set(struct vbook *b, enum side side, const struct vlevel *l,
          struct level_room *room)
{
    struct vside *s = side == SIDE_buy ? &b->bids : &b->asks;
    uint32_t i = place_of(s, side == SIDE_buy, l->price.micros);
    bool there = i < s->count && s->at[i].price.micros == l->price.micros;

    if (l->size.micros == 0) {
        if (!there)
            return VBOOK_NOTHING;
        s->count--;
        memmove(&s->at[i], &s->at[i + 1], (s->count - i) * sizeof *s->at);
        return VBOOK_SET;
    }
    if (!there) {
        if (s->count == s->cap && !grow(s, room))
            return VBOOK_FULL;
        memmove(&s->at[i + 1], &s->at[i], (s->count - i) * sizeof *s->at);
        s->count++;
    }
    s->at[i] = *l;
    return VBOOK_SET;
}

const struct vlevel *
vbook_best(const struct vside *side)
{
    return side->count > 0 ? &side->at[side->count - 1] : NULL;
}

static int
by_rising(const void *a, const void *b)
{
    const struct vlevel *x = a, *y = b;

    return (x->price.micros > y->price.micros) -
           (x->price.micros < y->price.micros);
}

static int
by_falling(const void *a, const void *b)
{
    return by_rising(b, a);
}

bool
vbook_sort(struct vlevel *levels, uint32_t count, enum side side)
{
    int (*order)(const void *, const void *) =
        side == SIDE_buy ? by_rising : by_falling;
    bool sorted = true;

    /* The venue sends them in order; then there is nothing to do. */
    for (uint32_t i = 1; i < count && sorted; i++)
        sorted = order(&levels[i - 1], &levels[i]) < 0;
    if (sorted)
        return true;
    qsort(levels, count, sizeof *levels, order);
    for (uint32_t i = 1; i < count; i++)
        if (levels[i - 1].price.micros == levels[i].price.micros)
            return false;
    return true;
}

bool
vbook_same(const struct vside *side, const struct vlevel *levels,
           uint32_t count)
{
    if (side->count != count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (side->at[i].price.micros != levels[i].price.micros ||
            side->at[i].size.micros != levels[i].size.micros)
            return false;
    return true;
}
