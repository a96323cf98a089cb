/* book - price levels of one token, both sides, best first */

/* The one order book of the system: scanner keeps one per token from snapshot
 * and deltas, executor fills one from an answer.  Levels lie best first in an
 * array, so that the top is at [0] and a walk is a loop; venues change books
 * near the top, where an insertion moves a few hundred bytes.
 *
 * A book is believed only while everything fits: parts in order, deltas dense
 * in (run, epoch, seq), levels on the grid and strictly ordered.  Whatever
 * does not fit makes it unusable, never a little wrong. */

#include "common/book.h"

#include "common/must.h"

#include <string.h>

enum { TOP_LEVELS = 8 };

static void
set_usable(struct book *b, enum reason why)
{
    b->usable = b->whole && b->state == BOOK_STATE_live;
    b->why_not = b->usable ? REASON_none : why;
}

/* No longer whole, for a reason; its run, epoch and seq stay for comparing. */
static void
spoil(struct book *b, enum reason why)
{
    b->whole = false;
    b->parts_next = 0;
    b->bids.count = b->asks.count = 0;
    set_usable(b, why);
}

void
book_clear(struct book *b, enum reason why)
{
    must(why != REASON_none);
    b->tick = (struct price){ 0 };
    b->run = b->epoch = b->seq = b->epoch_min = 0;
    b->venue_time = b->received = (struct nanos){ 0 };
    b->hash = (struct hash){ { 0 } };
    b->proved = b->cut = false;
    b->state = BOOK_STATE_live;
    spoil(b, why);
}

void
book_void(struct book *b, uint64_t epoch_min, enum reason why)
{
    if (epoch_min > b->epoch_min)
        b->epoch_min = epoch_min;
    spoil(b, why);
}

/* A price is worth a level only strictly inside (0,1), where $1 is paid. */
static bool
is_level(struct price p, struct qty size, struct price tick)
{
    return p.micros > 0 && p.micros < MICROS && size.micros > 0 &&
           size.micros <= BOOK_SIZE_MAX &&
           (tick.micros <= 0 || p.micros % tick.micros == 0);
}

static bool
is_better(bool is_bids, struct price a, struct price b)
{
    return is_bids ? a.micros > b.micros : a.micros < b.micros;
}

/* Appends a part's levels; false when one is no level or out of order. */
static bool
append(struct levels *side, bool is_bids, const struct levels *more,
       struct price tick, bool *cut)
{
    if (more->count > levels_cap)
        return false;
    for (uint32_t i = 0; i < more->count; i++) {
        const struct level *l = &more->at[i];

        if (!is_level(l->price, l->size, tick))
            return false;
        if (side->count > 0 &&
            !is_better(is_bids, side->at[side->count - 1].price, l->price))
            return false;
        if (side->count == levels_cap)
            *cut = true;
        else
            side->at[side->count++] = *l;
    }
    return true;
}

static bool
is_older(const struct book *b, const struct book_snapshot *m, uint64_t run)
{
    if (run != b->run)
        return run < b->run;
    if (m->epoch < b->epoch_min)
        return true;
    return b->whole && (m->epoch < b->epoch ||
                        (m->epoch == b->epoch && m->book_seq <= b->seq));
}

/* The first part begins a new book in place of the old one. */
static void
begin(struct book *b, const struct book_snapshot *m, uint64_t run)
{
    if (run > b->run)
        b->epoch_min = 0;
    b->run = run;
    b->epoch = m->epoch;
    b->seq = m->book_seq;
    b->tick = m->tick;
    b->venue_time = m->venue_time;
    b->received = m->received;
    b->hash = m->hash;
    b->proved = m->proved;
    b->moved = m->moved;
    b->cut = false;
    b->state = BOOK_STATE_live;
    spoil(b, REASON_BOOK_UNUSABLE);
}

bool
book_snapshot_apply(struct book *b, const struct book_snapshot *m,
                    uint64_t run)
{
    if (is_older(b, m, run)) {
        /* The same book seen alive again. */
        if (run == b->run && m->epoch == b->epoch && m->book_seq == b->seq &&
            m->received.ns > b->received.ns)
            b->received = m->received;
        return true;
    }
    if (m->part == 0)
        begin(b, m, run);
    if (m->part != b->parts_next || m->part >= m->parts || run != b->run ||
        m->epoch != b->epoch || m->book_seq != b->seq) {
        spoil(b, REASON_GAP);
        return false;
    }
    if (!append(&b->bids, true, &m->bids, b->tick, &b->cut) ||
        !append(&b->asks, false, &m->asks, b->tick, &b->cut)) {
        spoil(b, REASON_BAD_INPUT);
        return false;
    }
    b->parts_next = m->part + 1;
    if (b->parts_next == m->parts) {
        b->parts_next = 0;
        b->whole = true;
        set_usable(b, REASON_BOOK_UNUSABLE);
    }
    return true;
}

/* Where p is, or would stand.  Most changes are near the top, and there in
 * memory at hand: a few levels are looked at before the halving begins. */
static uint32_t
place(const struct levels *side, bool is_bids, struct price p)
{
    uint32_t low = 0, high = side->count;

    for (; low < TOP_LEVELS && low < high; low++)
        if (!is_better(is_bids, side->at[low].price, p))
            return low;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (is_better(is_bids, side->at[middle].price, p))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_at(const struct levels *side, uint32_t i, struct price p)
{
    return i < side->count && side->at[i].price.micros == p.micros;
}

/* Sets the level that stands, or is to stand, at i; size 0 removes it. */
static void
set_at(struct levels *side, uint32_t i, bool found, struct level level)
{
    uint32_t after = side->count - i;

    if (found && level.size.micros > 0) {
        side->at[i].size = level.size;
        return;
    }
    if (found) {
        memmove(&side->at[i], &side->at[i + 1],
                (after - 1) * sizeof side->at[0]);
        side->count--;
        return;
    }
    if (level.size.micros <= 0 || i == levels_cap)
        return;
    if (side->count == levels_cap)
        after--;
    else
        side->count++;
    memmove(&side->at[i + 1], &side->at[i], after * sizeof side->at[0]);
    side->at[i] = level;
}

void
book_set(struct levels *side, bool is_bids, struct price p, struct qty size)
{
    uint32_t i = place(side, is_bids, p);

    must(side->count <= levels_cap);
    set_at(side, i, is_at(side, i, p), (struct level){ p, size });
}

/* Sets the level a delta names; whether anything is different now. */
static bool
change(struct book *b, const struct book_delta *m)
{
    bool is_bids = m->side == SIDE_buy;
    struct levels *side = is_bids ? &b->bids : &b->asks;
    uint32_t i = place(side, is_bids, m->price);
    bool found = is_at(side, i, m->price);

    if (found ? side->at[i].size.micros == m->size.micros
              : m->size.micros == 0)
        return false;
    if (!found && side->count == levels_cap)
        b->cut = true;
    set_at(side, i, found, (struct level){ m->price, m->size });
    return true;
}

enum book_change
book_delta_apply(struct book *b, const struct book_delta *m, uint64_t run)
{
    struct qty size = m->size;
    bool changed;

    if (run < b->run || (run == b->run && m->epoch < b->epoch))
        return BOOK_OLD_NEWS;
    if (!b->whole)
        return BOOK_HOLE;
    if (run == b->run && m->epoch == b->epoch && m->book_seq <= b->seq)
        return BOOK_OLD_NEWS;
    if (run != b->run || m->epoch != b->epoch || m->book_seq != b->seq + 1) {
        spoil(b, REASON_GAP);
        return BOOK_HOLE;
    }
    if (size.micros == 0)
        size.micros = 1; /* A removal is no level; its price must be one. */
    if ((m->side != SIDE_buy && m->side != SIDE_sell) ||
        !is_level(m->price, size, b->tick)) {
        spoil(b, REASON_BAD_INPUT);
        return BOOK_HOLE;
    }
    changed = change(b, m);
    b->seq = m->book_seq;
    b->venue_time = m->venue_time;
    if (m->received.ns > b->received.ns)
        b->received = m->received;
    b->hash = m->hash;
    b->proved = m->proved;
    return changed ? BOOK_CHANGED : BOOK_SAME;
}

bool
book_status_apply(struct book *b, const struct book_status *m, uint64_t run)
{
    enum reason why = m->reason;

    if (run < b->run || (run == b->run && m->epoch < b->epoch))
        return false;
    if (run > b->run) {
        book_clear(b, REASON_BOOK_UNUSABLE);
        b->run = run;
    }
    if (why == REASON_none)
        why = REASON_BOOK_UNUSABLE;
    switch (m->state) {
    case BOOK_STATE_live:
        b->state = m->state;
        if (b->whole && m->epoch != b->epoch)
            spoil(b, REASON_GAP); /* It means a book we never saw. */
        else
            set_usable(b, why);
        return true;
    case BOOK_STATE_stale:
    case BOOK_STATE_resync:
    case BOOK_STATE_closed:
        if (m->epoch == b->epoch)
            return false; /* The book it announced came first. */
        b->state = m->state;
        book_void(b, m->epoch, why);
        return true;
    case book_state_end_:
        break;
    }
    spoil(b, REASON_BAD_INPUT);
    return true;
}

const struct level *
book_best(const struct levels *side)
{
    return side->count > 0 ? &side->at[0] : NULL;
}

bool
book_is_crossed(const struct book *b)
{
    return b->bids.count > 0 && b->asks.count > 0 &&
           b->bids.at[0].price.micros >= b->asks.at[0].price.micros;
}

/* A bid for one token at p is an ask for the other at 1 - p. */
static bool
reflects(const struct levels *bids, const struct levels *asks)
{
    const struct level *bid = book_best(bids), *ask = book_best(asks);

    if (bid == NULL || ask == NULL)
        return bid == NULL && ask == NULL;
    return bid->price.micros + ask->price.micros == MICROS &&
           bid->size.micros == ask->size.micros;
}

bool
book_is_mirror(const struct book *yes, const struct book *no)
{
    return reflects(&yes->bids, &no->asks) && reflects(&no->bids, &yes->asks);
}

struct ms
book_age(const struct book *b, struct nanos wall)
{
    wide age = (wide)wall.ns - b->received.ns;

    if (age <= 0)
        return (struct ms){ 0 };
    return (struct ms){ (int64_t)((age + 999999) / 1000000) };
}

static int64_t
clamp(wide sum)
{
    return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

struct walk
book_walk(const struct levels *side, struct qty want)
{
    struct walk walk = { { 0 }, { 0 }, { 0 }, { 0 } };
    wide up = 0, down = 0;

    for (uint32_t i = 0; i < side->count; i++) {
        int64_t left = want.micros - walk.took.micros;
        int64_t size = side->at[i].size.micros;
        wide cost;

        if (left <= 0)
            break;
        if (size > left)
            size = left;
        cost = (wide)side->at[i].price.micros * size;
        down += cost / MICROS;
        up += (cost + MICROS - 1) / MICROS;
        walk.took.micros += size;
        walk.worst = side->at[i].price;
    }
    walk.cost_up.micros = clamp(up);
    walk.cost_down.micros = clamp(down);
    return walk;
}
