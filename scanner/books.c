/* books - the book of every token, and changes that came before their book */

/* The subscriber's half of the Clone pattern.  Changes arrive on one socket,
 * snapshots asked for on another, so a snapshot may be overtaken by changes
 * that belong after it.  Those wait here, in one bounded pool, and are applied
 * behind their snapshot; what the snapshot already holds is old news and falls
 * out by its number.  When the pool is full a book's oldest changes go first:
 * the snapshot to come holds them soonest.  Beside each book stands its top,
 * kept small because most looks at an event need nothing else. */

#include "scanner/books.h"

#include "common/must.h"
#include "scanner/scanner.h"

#include <stdlib.h>
#include <sys/mman.h>

struct pending {
    struct book_delta m;
    uint64_t run;
    uint32_t next;
};

/* Books lie far apart and are visited at random: with pages of 2 MiB the
 * processor finds them in half the time.  Only a hint; without it everything
 * works the same. */
static void
prefer_huge_pages(void *memory, size_t size)
{
    const uintptr_t page = 4096;
    uintptr_t from = ((uintptr_t)memory + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)memory + size) / page * page;

    if (end > from)
        (void)madvise((void *)from, end - from, MADV_HUGEPAGE);
}

struct books *
books_new(uint32_t cap, uint32_t pending_cap, uint64_t *counters)
{
    struct books *b = calloc(1, sizeof *b);

    must(b != NULL && cap > 0 && pending_cap > 0);
    b->cap = cap;
    b->counters = counters;
    b->at = calloc(cap, sizeof *b->at);
    b->tops = calloc(cap, sizeof *b->tops);
    b->pool = calloc(pending_cap, sizeof *b->pool);
    b->first = calloc(cap, sizeof *b->first);
    b->last = calloc(cap, sizeof *b->last);
    must(b->at != NULL && b->tops != NULL && b->pool != NULL &&
         b->first != NULL && b->last != NULL);
    prefer_huge_pages(b->at, cap * sizeof *b->at);
    for (uint32_t i = 0; i < cap; i++)
        b->first[i] = MAP_NONE;
    for (uint32_t i = 0; i < pending_cap; i++)
        b->pool[i].next = i + 1 < pending_cap ? i + 1 : MAP_NONE;
    return b;
}

void
books_destroy(struct books **b)
{
    if (*b == NULL)
        return;
    free((*b)->at);
    free((*b)->tops);
    free((*b)->pool);
    free((*b)->first);
    free((*b)->last);
    free(*b);
    *b = NULL;
}

/* Brings the top up to date; whether it or anything below may have moved. */
static void
set_top(struct books *b, uint32_t token)
{
    const struct book *book = &b->at[token];
    struct top top = { 0, 0 };

    if (book->usable && book->bids.count > 0)
        top.bid = (int32_t)book->bids.at[0].price.micros;
    if (book->usable && book->asks.count > 0)
        top.ask = (int32_t)book->asks.at[0].price.micros;
    b->tops[token] = top;
}

/* Room for one more change of the book: unused, else its own oldest. */
static uint32_t
take_room(struct books *b, uint32_t token)
{
    uint32_t i = b->free;

    if (i != MAP_NONE) {
        b->free = b->pool[i].next;
        return i;
    }
    b->counters[SCANNER_pending_full]++;
    i = b->first[token];
    if (i != MAP_NONE)
        b->first[token] = b->pool[i].next;
    return i;
}

static void
keep(struct books *b, uint32_t token, const struct book_delta *m,
     uint64_t run)
{
    uint32_t i = take_room(b, token);

    if (i == MAP_NONE)
        return;
    b->pool[i] = (struct pending){ *m, run, MAP_NONE };
    if (b->first[token] == MAP_NONE)
        b->first[token] = i;
    else
        b->pool[b->last[token]].next = i;
    b->last[token] = i;
    b->counters[SCANNER_pending]++;
}

static void
forget_kept(struct books *b, uint32_t token)
{
    if (b->first[token] == MAP_NONE)
        return;
    b->pool[b->last[token]].next = b->free;
    b->free = b->first[token];
    b->first[token] = MAP_NONE;
}

static void
apply_kept(struct books *b, uint32_t token)
{
    for (uint32_t i = b->first[token]; i != MAP_NONE; i = b->pool[i].next)
        if (book_delta_apply(&b->at[token], &b->pool[i].m,
                             b->pool[i].run) == BOOK_HOLE)
            break;
    forget_kept(b, token);
}

enum books_news
books_on_snapshot(struct books *b, uint32_t token,
                  const struct book_snapshot *m, uint64_t run)
{
    struct book *book = &b->at[token];
    bool was_whole = book->whole;
    uint64_t seq = book->seq, epoch = book->epoch;

    if (!book_snapshot_apply(book, m, run)) {
        b->counters[SCANNER_bad_books]++;
        forget_kept(b, token);
        set_top(b, token);
        return BOOKS_LOST;
    }
    if (book->whole && was_whole && book->seq == seq && book->epoch == epoch)
        return BOOKS_SAME;
    if (book->whole) {
        b->counters[SCANNER_snapshots]++;
        apply_kept(b, token);
    }
    set_top(b, token);
    if (!book->whole && book->parts_next == 0)
        return BOOKS_LOST;
    return BOOKS_CHANGED;
}

void
books_expect(const struct books *b, uint32_t token, enum side side)
{
    const struct book *book = &b->at[token];

    __builtin_prefetch(book, 1);
    __builtin_prefetch(&book->hash, 1);
    __builtin_prefetch(side == SIDE_buy ? &book->bids : &book->asks, 1);
    __builtin_prefetch(side == SIDE_buy ? &book->asks : &book->bids);
}

enum books_news
books_on_delta(struct books *b, uint32_t token, const struct book_delta *m,
               uint64_t run)
{
    struct book *book = &b->at[token];
    enum books_news news = BOOKS_SAME;

    if (!book->whole) {
        if (run == book->run && m->epoch < book->epoch_min) {
            b->counters[SCANNER_old_news]++;
            return BOOKS_SAME; /* Of a book that feed took back. */
        }
        keep(b, token, m, run);
        return BOOKS_LOST;
    }
    switch (book_delta_apply(book, m, run)) {
    case BOOK_CHANGED:
        b->counters[SCANNER_deltas]++;
        news = BOOKS_CHANGED;
        break;
    case BOOK_SAME:
        b->counters[SCANNER_deltas]++;
        return BOOKS_SAME;
    case BOOK_OLD_NEWS:
        b->counters[SCANNER_old_news]++;
        return BOOKS_SAME;
    case BOOK_HOLE:
        b->counters[SCANNER_holes]++;
        keep(b, token, m, run);
        news = BOOKS_LOST;
        break;
    }
    set_top(b, token);
    return news;
}

enum books_news
books_on_status(struct books *b, uint32_t token, const struct book_status *m,
                uint64_t run)
{
    struct book *book = &b->at[token];
    bool was_usable = book->usable, was_whole = book->whole;

    if (!book_status_apply(book, m, run))
        return BOOKS_OLD;
    if (!book->whole)
        forget_kept(b, token);
    set_top(b, token);
    if (was_whole && !book->whole && m->state == BOOK_STATE_live)
        return BOOKS_LOST;
    return was_usable == book->usable ? BOOKS_SAME : BOOKS_CHANGED;
}

void
books_void(struct books *b, uint32_t token, uint64_t epoch_min,
           enum reason why)
{
    book_void(&b->at[token], epoch_min, why);
    forget_kept(b, token);
    set_top(b, token);
}

void
books_forget(struct books *b, uint32_t token)
{
    book_clear(&b->at[token], REASON_BOOK_UNUSABLE);
    forget_kept(b, token);
    set_top(b, token);
}
