/* disk - the log of a process: facts in the order they were written
 *
 * What is synced outlives a crash; of the rest the disk may happen to have had
 * any whole batches. */
#include "tests/world/world.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

void
log_append(struct log *l, uint16_t type, struct nanos mono,
           struct nanos wall, const void *body, size_t size, bool more)
{
    if (l->count == l->cap) {
        l->cap = l->cap == 0 ? 1024 : 2 * l->cap;
        l->at = realloc(l->at, l->cap * sizeof *l->at);
        must(l->at != NULL);
    }
    if (l->used + size > l->room) {
        l->room = 2 * (l->room + size + 4096);
        l->bytes = realloc(l->bytes, l->room);
        must(l->bytes != NULL && l->room < UINT32_MAX);
    }
    memcpy(l->bytes + l->used, body, size);
    l->at[l->count++] = (struct fact){ type, mono, wall, (uint32_t)l->used,
                                       (uint32_t)size, more };
    l->used += size;
}

void
node_read(struct world *w, const struct node *n, uint64_t i)
{
    const struct fact *f = &n->log.at[i];
    must(schema_unpack(schema_find(f->type), w->msg,
                       n->log.bytes + f->offset, f->size, NULL));
}

void
log_crash(struct world *w, struct log *l)
{
    uint64_t keep = l->synced;
    if (l->count > keep)
        keep += chance_below(&w->chance, (uint32_t)(l->count - keep) + 1);
    while (keep > 0 && l->at[keep - 1].more)
        keep--;
    must(keep >= l->synced);
    l->count = l->synced = keep;
    l->used = keep == 0 ? 0 : l->at[keep - 1].offset + l->at[keep - 1].size;
}
