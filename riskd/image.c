/* image - an engine's state as bytes, and back: one walk over it for both */
/*
 * What is in it is what its facts would build: books, reservations, breakers,
 * switches, numbers heard, the audit's chain, what metrics count, what rules
 * have done, alerts.  Not what belongs to a run: lease, latch, what was told
 * by others.  So an engine loaded from an image, and given the facts behind
 * it, is the engine that was given all of them.
 *
 * An image that does not fit leaves an engine that is good for nothing: the
 * caller makes another one.
 */
#include "riskd/image.h"

#include <string.h>

#include "riskd/engine.h"

void
image_bytes(struct image *i, void *p, size_t size)
{
    if (i->at == NULL) {
        i->used += size;
        return;
    }
    if (i->bad || size > i->size - i->used) {
        i->bad = true;
        return;
    }
    if (i->loads) {
        memcpy(p, i->at + i->used, size);
    } else {
        memcpy(i->at + i->used, p, size);
    }
    i->used += size;
}

void
image_count(struct image *i, uint32_t *count, uint32_t most)
{
    uint32_t n = *count;
    IMAGE(i, n);
    i->bad = i->bad || n > most;
    *count = i->bad ? 0 : n;
}

static void
books_image(struct books *b, struct image *i)
{
    ledger_image(b->ledger, i);
    IMAGE(i, b->failures);
    IMAGE(i, b->paused_until);
    IMAGE(i, b->last_failure);
    IMAGE(i, b->halt_day);
    IMAGE(i, b->mark);
}

static void
walk(struct riskd *x, struct image *i)
{
    books_image(&x->books[0], i);
    books_image(&x->books[1], i);
    grants_image(x->grants, i);
    IMAGE(i, x->broken);
    IMAGE(i, x->stopping);
    IMAGE(i, x->kill_said);
    IMAGE(i, x->kill_on);
    IMAGE(i, x->alarm);
    IMAGE(i, x->proved_gen);
    IMAGE(i, x->epoch);
    IMAGE(i, x->switches);
    IMAGE(i, x->lately);
    IMAGE(i, x->nonces);
    IMAGE(i, x->audit);
    ruling_image(x->ruling, i);
    alerts_image(&x->alerts, i);
}

size_t
riskd_save(const struct riskd *x, uint8_t *out, size_t cap)
{
    struct image i = { .at = out, .size = cap };
    walk((struct riskd *)(uintptr_t)x, &i); /* Only read: it does not load. */
    return i.bad ? 0 : i.used;
}

bool
riskd_load(struct riskd *x, const uint8_t *in, size_t size)
{
    struct image i = { .at = (uint8_t *)(uintptr_t)in, .size = size,
                       .loads = true };
    walk(x, &i);
    return !i.bad && i.used == size;
}
