/* venue - what the files of the live venue share
 *
 * simex's private side, and between it and the engine what the executor's
 * shell is in life: requests written and read by the venue's talk, signed by
 * the signer's own logic, on ways that lose, delay and repeat. */
#ifndef TESTS_WORLD_VENUE_H
#define TESTS_WORLD_VENUE_H

#include "tests/simex/front.h"
#include "tests/world/pen.h"
#include "tests/world/trip.h"

enum { TRIPS = 256, FRAMES = 4096, DEEDS = 512, GIVEN = 8192 };

/* A text of the user stream. */
struct frame { int64_t due; uint64_t link; size_t size; char *text; };

/* Something on the chain, done once under its name. */
struct deed {
    struct uuid ref;
    bool done, failed, killed;
    struct venue_call m;
    uint64_t run;
    uint64_t call;              /* Who waits for its end, 0 = nobody. */
    int64_t due, back_at;       /* back_at 0: not mined yet. */
    int64_t took[2];            /* A redeem: of its token, of its pair. */
};

/* What got a signature, ever. */
struct given { struct uuid auth; uint64_t leg; struct hash order; };

struct clob {
    struct world *world;
    struct desk *desk;
    char *room;                 /* Of one frame of the user stream. */
    uint32_t person, wallet, who;
    uint32_t seen;              /* Orders the checks have looked at. */
    /* The account. */
    struct pen *pen;
    uint32_t key;               /* At the desk. */
    struct given *given;
    uint32_t given_count;
    /* The executor's shell. */
    uint64_t run;
    bool clock_good, up, told_up;
    uint64_t link;              /* Connections of the user stream, */
    uint64_t opens, trades;     /* and the last one looked after. */
    int64_t up_at, frozen_until, drop_at, look_at;
    struct trip trips[TRIPS];
    struct frame frames[FRAMES];
    uint32_t frames_first, frames_count;
    struct deed deeds[DEEDS];
    uint32_t deeds_count;
    /* The venue's moods. */
    int64_t status_until, slow_until, next_storm;
    int status;
    int64_t lagged_ms;          /* Until then. */
    uint64_t cancelled_gen;     /* The last kill that cancelled all there. */
};

/* --- venue_call.c --- */
void venue_trips(struct world *w);
void venue_trips_destroy(struct clob *v);

/* --- venue_chain.c --- */
void venue_chain_call(struct world *w, const struct venue_call *m);
void venue_chain_step(struct world *w);
/* Something is neither done nor refused yet. */
bool venue_chain_busy(const struct clob *v);

/* --- venue_storm.c --- */
void venue_storm(struct world *w);

/* --- venue.c --- */
struct node *venue_node(struct world *w);
void venue_born(struct world *w);
/* Words between begin and end are one turn; begin is false when nobody is
 * there to hear them. */
bool venue_begin(struct world *w, struct input *in);

#endif /* TESTS_WORLD_VENUE_H */
