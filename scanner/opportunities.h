/* opportunities - the life of each, from opening to closing, and its telling
 *
 * A condition (a strategy's way of looking at a place) has a key; at most one
 * opportunity is open for a key.  Every say counts against the caller's
 * budget of the turn; what does not fit is said at the next tick. */
#ifndef SCANNER_OPPORTUNITIES_H
#define SCANNER_OPPORTUNITIES_H

#include "common/basket.h"
#include "common/outbox.h"
#include "scanner/scanner.h"

struct opportunities;

/* So much is said in a turn; a call of the engine has at most three. */
enum { TURN_SAYS = SCANNER_OUTBOX_COUNT / 8 };

/* What is being handled, and how much may still be said. */
struct turn {
    const struct input *in;
    struct outbox *out;
    uint32_t budget;
    struct nanos frame; /* Feed received it then; 0 = no frame of books. */
};

/* again: one that is open is told at least so often; 0 = never. */
struct opportunities *opportunities_new(uint32_t keys, uint32_t cap,
                                        const struct scanner_conf *conf,
                                        struct ms ttl, struct ms again,
                                        uint64_t *counters);
void opportunities_destroy(struct opportunities **o);
uint32_t opportunities_count(const struct opportunities *o);
bool opportunities_is_open(const struct opportunities *o, uint32_t key);
/* The condition holds with this basket: opens, or updates when that is
 * material and the last telling long enough ago. */
void opportunities_hold(struct opportunities *o, uint32_t key,
                        enum strategy strategy, const struct text *event,
                        const struct basket *basket, struct turn *turn);
/* It no longer holds; nothing happens when none was open. */
void opportunities_end(struct opportunities *o, uint32_t key, enum reason why,
                       struct turn *turn);
/* All that are open are to be closed for this reason, now or, beyond the
 * budget, at the next ticks; until then they stay as they are. */
void opportunities_end_all(struct opportunities *o, enum reason why,
                           struct turn *turn);
/* Tells what was kept back. */
void opportunities_on_tick(struct opportunities *o, struct turn *turn);
/* A fact of an earlier run; what it leaves open ends with RESTARTED. */
void opportunities_recall(struct opportunities *o,
                          const struct opportunity *m);

#endif /* SCANNER_OPPORTUNITIES_H */
