/* book - price levels of one token, both sides, best first
 *
 * Numbers only (feed keeps the venue's texts for the hash itself).  Up to
 * levels_cap levels a side; the worst fall off and the book says so. */
#ifndef COMMON_BOOK_H
#define COMMON_BOOK_H

#include "proto/proto.h"

/* Most shares of one level that are believed: a billion.  Sums of 512 such
 * levels, and their products with prices, fit everywhere. */
#define BOOK_SIZE_MAX (INT64_C(1000000000) * MICROS)

/* What decides stands in front of the levels: a look at a book touches few
 * lines of memory. */
struct book {
    struct price tick;
    uint64_t run, epoch, seq;      /* Of the feed; seq dense in an epoch. */
    struct nanos venue_time;
    struct nanos received;         /* Wall time of the last proof of life. */
    struct hash hash;
    struct price moved;            /* Its middle, of late, when it came. */
    bool proved;
    bool usable;                   /* Whole, in sequence, status live. */
    bool whole;                    /* Whole and in sequence. */
    bool cut;                      /* Deeper levels fell off. */
    enum reason why_not;           /* When not usable. */
    enum book_state state;         /* As the feed says. */
    uint64_t parts_next;           /* Of a snapshot coming in parts. */
    uint64_t epoch_min;            /* Snapshots before it are void. */
    struct levels bids, asks;      /* Best first. */
};

/* Empties it; the next snapshot of any epoch is taken. */
void book_clear(struct book *b, enum reason why);
/* A part of a snapshot; usable once the last part of one epoch and seq came
 * in order.  False (and unusable) when parts do not fit together or levels
 * are out of order, off the grid, out of (0,1), or of a size out of
 * (0, BOOK_SIZE_MAX].  What is older than the book is ignored: true. */
bool book_snapshot_apply(struct book *b, const struct book_snapshot *m,
                         uint64_t run);
enum book_change { BOOK_SAME, BOOK_CHANGED, BOOK_OLD_NEWS, BOOK_HOLE };
/* HOLE: a change is missing or makes no sense; the book is now unusable and
 * must be asked for again.  OLD_NEWS: older than the book, ignored. */
enum book_change book_delta_apply(struct book *b, const struct book_delta *m,
                                  uint64_t run);
/* What the feed says of the book.  Whatever makes a book unusable begins a new
 * epoch: stale, resync and closed empty it until a snapshot of the epoch they
 * name, and say nothing of that one, however late they come.  False when they
 * are older than the book, and ignored. */
bool book_status_apply(struct book *b, const struct book_status *m,
                       uint64_t run);
/* Empties it until a snapshot of epoch_min or later. */
void book_void(struct book *b, uint64_t epoch_min, enum reason why);
/* Sets one level of a side (size 0 removes).  At levels_cap the worst level
 * falls off: it, or the new one. */
void book_set(struct levels *side, bool is_bids, struct price p,
              struct qty size);
const struct level *book_best(const struct levels *side); /* NULL = empty. */
bool book_is_crossed(const struct book *b);
/* True when the two books of a mirrored market agree at the top: each best
 * bid of one is 1 - best ask of the other, sizes too. */
bool book_is_mirror(const struct book *yes, const struct book *no);
/* Since the last proof of life, rounded up; 0 when that lies ahead. */
struct ms book_age(const struct book *b, struct nanos wall);

/* Walks want shares from the top.  took <= want; worst and cost of it, each
 * level's cost rounded by itself, as its fill will be. */
struct walk {
    struct qty took;
    struct price worst;
    struct money cost_up, cost_down;
};
struct walk book_walk(const struct levels *side, struct qty want);

#endif /* COMMON_BOOK_H */
