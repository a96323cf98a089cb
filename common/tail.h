/* tail - strategy G: what the bins of a count that is nearly over are worth;
 * for scanner, which finds, executor, which looks again, and riskd
 *
 * A signal tells how far the count of an event is; the event's markets are
 * bins of where it ends ("200-219"), which together leave no number out.  Some
 * hours before the end YES of one bin is all but sure, or NO of another. */
#ifndef COMMON_TAIL_H
#define COMMON_TAIL_H

#include "common/basket.h"
#include "common/daemon.h"
#include "common/remainder.h"
#include "common/universe.h"

enum { TAILS_CAP = 32 };

/* The latest word of every signal, and what follows from it alone. */
struct tails {
    uint32_t count;
    struct signal at[TAILS_CAP];
    struct {
        bool known;            /* False: its hours do not tell. */
        struct remainder rest;
    } ahead[TAILS_CAP];
};

/* False when it makes no sense or there is no room. */
bool tails_put(struct tails *t, const struct signal *m);
/* By the event its markets are of; NULL = there is none. */
const struct signal *tails_find(const struct tails *t,
                                const struct text *event);

/* Where a count must end for YES, both included; INT64_MAX = no end. */
struct tail_bin {
    int64_t low, high;
};
/* By the question's own words; false when they are not of one number. */
MUST_CHECK bool tail_bin(const struct title *question, struct tail_bin *out);
/* Whether the bins of all markets of an event leave out no number, and none
 * is in two. */
bool tail_is_whole(const struct universe *u, uint32_t event);

/* A token of one of those, now. */
struct tail {
    const struct strategy_conf *conf;
    const struct tails *tails;
    const struct universe_market *market;
    bool yes;
    struct nanos wall;
};
/* How likely it pays, doubt taken off: NO_SIGNAL WINDOW INCOMPLETE UNSURE when
 * that cannot be told.  The event is taken for whole. */
enum reason tail_chance(const struct tail *t, struct ppm *chance);
/* Its chance, its price, and then the terms it is bought on: expected profit,
 * of all that is bought and of its last share. */
enum reason tail_judge(const struct tail *t, struct ppm cash_rate,
                       const struct levels *asks, struct basket_terms *terms);

#endif /* COMMON_TAIL_H */
