/* shape - what the legs of an opportunity are together, and how they pay
 *
 * A strategy finds; what becomes of its legs afterwards is one of a few
 * shapes, which executor and riskd know.  So a strategy whose legs have one of
 * them needs no word in either.  Which trade is a strategy's stands in
 * strategies.def; which shape of it, the sides of the legs say. */
#ifndef COMMON_SHAPE_H
#define COMMON_SHAPE_H

#include "common/daemon.h"

enum shape {
    SHAPE_NONE,    /* No strategy has such legs. */
    SHAPE_WHOLE,   /* YES of every outcome bought, held to the end. */
    SHAPE_MERGE,   /* YES and NO of a market bought, and merged. */
    SHAPE_SPLIT,   /* A dollar a share split, YES and NO of it sold. */
    SHAPE_CONVERT, /* NO of some outcomes bought and converted, YES of others,
                      if any, sold then.  What is bought stands first. */
    SHAPE_MINT,    /* A dollar a share split and converted into YES of every
                      outcome; those among the legs are sold. */
    SHAPE_SINGLE,  /* One token bought, held to the end. */
    SHAPE_RELATED, /* One token each of markets that are tied (ties.h), bought
                      and held to the end: some of them pay, whatever
                      comes; how many is told with them. */
};

/* Legs without regard to their tokens: sides and number. */
enum shape shape_of(enum strategy strategy, const struct legs *legs);
/* Legs bought, in front of those that are sold. */
uint32_t shape_bought(const struct legs *legs);
/* A dollar of shares is made for each that is sold. */
static inline bool
shape_makes(enum shape shape)
{
    return shape == SHAPE_SPLIT || shape == SHAPE_MINT;
}
/* Equal shares of all legs belong together. */
bool shape_is_set(enum strategy strategy);
/* All its legs are of the event that is named. */
bool shape_has_one_event(enum strategy strategy);
/* Dollars that a set pays beside what its sold legs bring; of RELATED what is
 * told of it, which must be sane. */
int64_t shape_pays(enum shape shape, const struct legs *legs, uint64_t told);
/* Of RELATED: at least one dollar, and less than its tokens if all paid; of
 * others nothing is told. */
bool shape_is_sane(enum shape shape, const struct legs *legs, uint64_t told);
/* The switch of a strategy; false where nobody finds for it. */
bool shape_is_on(const struct strategy_conf *conf, enum strategy strategy);

#endif /* COMMON_SHAPE_H */
