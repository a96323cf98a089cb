/* looks - which places are looked at, by which strategies, and how cheaply */
#ifndef SCANNER_LOOKS_H
#define SCANNER_LOOKS_H

#include "scanner/books.h"
#include "scanner/opportunities.h"
#include "scanner/scanner.h"

struct looks;

/* Keeps the pointers; the options' strategy section is copied. */
struct looks *looks_new(const struct scanner_options *o,
                        const struct universe *u, const struct books *books,
                        uint64_t *counters);
void looks_destroy(struct looks **l);
struct opportunities *looks_opportunities(struct looks *l);
/* A book of this market changed. */
void looks_mark(struct looks *l, uint32_t market);
/* That is about to happen: its memory may be fetched meanwhile. */
void looks_expect(const struct looks *l, uint32_t market);
/* Its record did: what strategies say of it is asked anew. */
void looks_renew(struct looks *l, uint32_t market);
/* The relations are these from now on. */
void looks_tie(struct looks *l, const struct ties *ties, struct turn *turn);
/* A signal spoke; false when it made no sense. */
bool looks_signal(struct looks *l, const struct signal *m);
/* Whether something of this event is open, or still to be closed. */
bool looks_needs(const struct looks *l, uint32_t event);
/* Its place, and its markets', may become others'. */
void looks_forget(struct looks *l, uint32_t event);
/* Looks once at every place marked, as far as the turn's budget goes. */
void looks_run(struct looks *l, struct turn *turn);

/* Looks at a further part of all events, so much that the whole takes
 * scanner.sweep; after sweep_soon at the next few ticks. */
void looks_sweep(struct looks *l, struct turn *turn);
void looks_sweep_soon(struct looks *l);

#endif /* SCANNER_LOOKS_H */
