/* ladder - resting orders by price, then by time
 *
 * Level numbers run from 1 to GRID - 1.  Nothing here knows accounts or
 * tokens; match.c decides what an order means. */
#include "tests/simex/ladder.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

void
pool_init(struct pool *p, uint32_t cap)
{
    must(cap > 0 && cap < NO_ORDER);
    p->orders = calloc(cap, sizeof *p->orders);
    must(p->orders != NULL);
    p->cap = cap;
    p->used = 0;
    p->free_head = 0;
    for (uint32_t i = 0; i < cap; i++)
        p->orders[i].next = i + 1 < cap ? i + 1 : NO_ORDER;
}

void
pool_clear(struct pool *p)
{
    free(p->orders);
    *p = (struct pool){ 0 };
}

uint64_t
pool_id(const struct pool *p, uint32_t order)
{
    must(order < p->cap && p->orders[order].used);
    return (uint64_t)p->orders[order].age << 32 | order;
}

uint32_t
pool_find(const struct pool *p, uint64_t id)
{
    uint32_t order = (uint32_t)id;
    if (order >= p->cap || !p->orders[order].used ||
        p->orders[order].age != (uint32_t)(id >> 32))
        return NO_ORDER;
    return order;
}

void
ladder_init(struct ladder *l)
{
    memset(l, 0, sizeof *l);
    for (int side = 0; side < 2; side++) {
        for (uint32_t i = 0; i <= GRID; i++)
            l->at[side][i].head = l->at[side][i].tail = NO_ORDER;
    }
}

uint32_t
ladder_add(struct ladder *l, struct pool *p, const struct resting *order)
{
    must(order->level > 0 && order->level < GRID && order->left > 0);
    uint32_t i = p->free_head;
    if (i == NO_ORDER)
        return NO_ORDER;
    struct resting *r = &p->orders[i];
    struct queue *q = &l->at[order->side][order->level];
    uint32_t age = r->age + 1;
    p->free_head = r->next;
    p->used++;
    *r = *order;
    r->age = age;
    r->used = true;
    r->prev = q->tail;
    r->next = NO_ORDER;
    if (q->tail == NO_ORDER)
        q->head = i;
    else
        p->orders[q->tail].next = i;
    q->tail = i;
    q->qty += order->left;
    l->has[order->side][order->level / 64] |= UINT64_C(1)
                                              << (order->level % 64);
    return i;
}

void
ladder_remove(struct ladder *l, struct pool *p, uint32_t order)
{
    must(order < p->cap && p->orders[order].used);
    struct resting *r = &p->orders[order];
    struct queue *q = &l->at[r->side][r->level];
    if (r->prev == NO_ORDER)
        q->head = r->next;
    else
        p->orders[r->prev].next = r->next;
    if (r->next == NO_ORDER)
        q->tail = r->prev;
    else
        p->orders[r->next].prev = r->prev;
    q->qty -= r->left;
    must(q->qty >= 0 && (q->head != NO_ORDER || q->qty == 0));
    if (q->head == NO_ORDER)
        l->has[r->side][r->level / 64] &= ~(UINT64_C(1) << (r->level % 64));
    r->used = false;
    r->next = p->free_head;
    p->free_head = order;
    p->used--;
}

void
ladder_reduce(struct ladder *l, struct pool *p, uint32_t order, int64_t qty)
{
    struct resting *r = &p->orders[order];
    must(r->used && qty > 0 && qty < r->left);
    r->left -= qty;
    l->at[r->side][r->level].qty -= qty;
}

static uint32_t
next_above(const uint64_t *has, uint32_t from)
{
    for (uint32_t word = from / 64; word <= GRID / 64; word++) {
        uint64_t bits = has[word];
        if (word == from / 64)
            bits &= ~UINT64_C(0) << (from % 64);
        if (bits)
            return word * 64 + (uint32_t)__builtin_ctzll(bits);
    }
    return NO_LEVEL;
}

static uint32_t
next_below(const uint64_t *has, uint32_t from)
{
    for (uint32_t word = from / 64 + 1; word-- > 0;) {
        uint64_t bits = has[word];
        if (word == from / 64 && from % 64 < 63)
            bits &= (UINT64_C(1) << (from % 64 + 1)) - 1;
        if (bits)
            return word * 64 + 63 - (uint32_t)__builtin_clzll(bits);
    }
    return NO_LEVEL;
}

uint32_t
ladder_best(const struct ladder *l, enum ladder_side side)
{
    return side == ASKS ? next_above(l->has[ASKS], 0)
                        : next_below(l->has[BIDS], GRID);
}

uint32_t
ladder_worse(const struct ladder *l, enum ladder_side side, uint32_t level)
{
    must(level > 0 && level < GRID);
    return side == ASKS ? next_above(l->has[ASKS], level + 1)
                        : next_below(l->has[BIDS], level - 1);
}
