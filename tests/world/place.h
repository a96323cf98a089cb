/* place - what the files of the market place share */
#ifndef TESTS_WORLD_PLACE_H
#define TESTS_WORLD_PLACE_H

#include "tests/simex/face.h"
#include "tests/world/world.h"

enum { LINKS = 8, TOKENS = 2048, TEXTS = 8192, ENDS = 4, FOLLOWS = 64 };

/* An event that ends while we trade in it. */
struct sudden {
    uint32_t event, winner;
    int64_t close_ms, resolve_ms;
    int64_t up_ms;                 /* Feed is down until then; 0 = is not. */
};

struct text_on_way {
    uint32_t link;
    uint32_t market, sides;        /* Whose books it tells, a bit a side. */
    char *s;
    size_t size;
};

/* Somebody trades where an order of paper may wait. */
struct follow {
    int64_t ms;                    /* Then; 0 = not. */
    struct intent intent;
};

struct place {
    struct world *world;
    struct simex *simex;
    struct face *face;
    char *room;
    struct quill quill;
    int64_t next_ms;
    uint64_t listed_run;           /* The run of feed that read the listing. */
    int64_t listed_ms;
    uint64_t wanted[LINKS];        /* 0 = not, else the time it comes up. */
    bool up[LINKS];
    int64_t hangs_until[LINKS];    /* What it brings waits till then. */
    uint8_t on[TOKENS];            /* Link of a token, + 1. */
    int64_t astray_until[TOKENS];  /* A text of it was lost. */
    bool raid;                     /* Somebody is faster than this: */
    struct intent raided;
    struct follow follows[FOLLOWS];
    uint32_t follows_next;
    int64_t refill_ms;             /* And is back then; 0 = not. */
    struct match_order refill;
    struct sudden ends[ENDS];
    uint32_t ends_count;
    struct text_on_way texts[TEXTS];
    uint32_t texts_count;
};

struct quill *place_begin(struct place *p);
/* What was written goes to a link; it tells these sides of a market. */
void place_queue(struct place *p, uint32_t link, uint32_t market,
                 uint32_t sides);
/* Runs what was begun through feed, until it has no more to say. */
void place_finish(struct world *w, struct input *in);
void place_link(struct world *w, uint32_t link, enum link_state state);
/* Ends an event soon, perhaps, that this order is for. */
void place_end_soon(struct world *w, const struct intent *m);
void place_ends(struct world *w);
/* Of a market. */
const char *place_event_of(const struct place *p, uint32_t market);
/* Others come to trade where this order waits, a few times. */
void place_follow_soon(struct world *w, const struct intent *m);
void place_follow(struct world *w);
/* Feed reads the listing. */
void place_discover(struct world *w);

#endif /* TESTS_WORLD_PLACE_H */
