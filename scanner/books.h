/* books - the book of every token, and changes that came before their book */
#ifndef SCANNER_BOOKS_H
#define SCANNER_BOOKS_H

#include "common/book.h"
#include "scanner/strategy.h"

struct pending;

struct books {
    uint32_t cap;
    struct book *at;       /* By token index. */
    struct top *tops;      /* The same. */
    struct pending *pool;
    uint32_t free;         /* Head of the unused ones. */
    uint32_t *first, *last; /* Those of each token. */
    uint64_t *counters;
};

enum books_news {
    BOOKS_OLD,       /* Older than the book: ignored. */
    BOOKS_SAME,      /* Nothing a strategy could see. */
    BOOKS_CHANGED,
    BOOKS_LOST       /* No longer whole: to be asked for. */
};

struct books *books_new(uint32_t cap, uint32_t pending_cap,
                        uint64_t *counters);
void books_destroy(struct books **b);
enum books_news books_on_snapshot(struct books *b, uint32_t token,
                                  const struct book_snapshot *m,
                                  uint64_t run);
/* A change is about to come: the book's memory may be fetched meanwhile. */
void books_expect(const struct books *b, uint32_t token, enum side side);
/* A change for a book that is not whole is kept until its snapshot comes. */
enum books_news books_on_delta(struct books *b, uint32_t token,
                               const struct book_delta *m, uint64_t run);
/* Feed tells of a book it makes usable again; only when it takes for granted a
 * book we do not have is that to be asked for. */
enum books_news books_on_status(struct books *b, uint32_t token,
                                const struct book_status *m, uint64_t run);
/* Empties it until a snapshot of epoch_min or later. */
void books_void(struct books *b, uint32_t token, uint64_t epoch_min,
                enum reason why);
/* As it was at the beginning: its number may become another's. */
void books_forget(struct books *b, uint32_t token);

#endif /* SCANNER_BOOKS_H */
