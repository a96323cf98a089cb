/* ledger - the double-entry books of one mode: money, lots, exposure, P&L
 *
 * Every amount is in micro-dollars, debit positive.  The only thing that
 * changes a ledger is one ledger_entry, applied in the order it was written,
 * so the facts journal alone rebuilds it.  `shares`, `fees` and `provisional`
 * are memos: they stand beside the money and are in no sum.  What the numbers
 * mean:
 *
 *   equity      cash + reserved + positions at cost + due
 *   pnl         -realised = equity - capital
 *   fees        paid, ever.  The money itself is in what it was paid for: a
 *               buyer's fee is part of the cost, a seller's is taken off the
 *               proceeds, so a basket held to its end loses nothing on the
 *               way there.
 *   day_pnl     pnl less what it was at 00:00 UTC of the day asked about; the
 *               day of an entry is that of `booked`, the wall time of the
 *               input behind it, and never before that of the last one
 *   high_water  the best equity after any entry.  Lines that take from cash,
 *               reserved or position stand before those that give, so no
 *               state inside a batch is better than both its ends.
 *   provisional what fills moved that are not confirmed: it may all be undone.
 *               A fill's first line of this account opens it, its second
 *               closes it, and the fill is final then, or void.
 *   due         what a sale not confirmed will bring, at most what the shares
 *               cost: a loss is booked at once, a profit when it is certain,
 *               and nobody spends the cash before it is there.
 *   basis       average cost; the part that leaves with shares is rounded up
 *               (profit is booked late, never early), and the last share
 *               takes all that is left.
 *   recovery    A's lots of one event are one basket.  A leg that resolves
 *               leaves to the others what the basket has cost less what it
 *               has paid, but never more than they can still pay: profit is
 *               realised late, when the cost is back, a loss when it is
 *               certain, and the losing legs of a good basket are no loss
 *               on its way.  recovery.h says how to the micro.  What the
 *               positions would sell for is a marked P&L, not this one. */
#ifndef RISKD_LEDGER_H
#define RISKD_LEDGER_H

#include "proto/proto.h"

struct digest;

static inline bool
account_is_memo(enum account account)
{
    return account == ACCOUNT_shares || account == ACCOUNT_fees ||
           account == ACCOUNT_provisional;
}

/* What is held of one token for one strategy. */
struct lot {
    bool used;
    struct hash token;
    enum strategy strategy;
    struct text event;
    struct qty qty;
    struct money cost;
};

/* What the lines of one fill or settlement added up to.  A fill that was
 * undone is one without shares. */
struct booked {
    struct uuid ref, auth;
    struct hash token;     /* Of its first line that has one. */
    int64_t basis;         /* Cost its position lines took out. */
    int64_t qty, fee;
    int64_t open;          /* Its provisional line, while not confirmed. */
    int64_t due;
};

/* Room taken at creation.  Full: ledger_can refuses the batch. */
struct ledger_caps {
    uint32_t lots;
    uint32_t events;
    uint32_t refs;   /* Fills and settlements ever booked. */
};

/* The lines of one reference, put together before anything is written. */
enum { BATCH_CAP = 96 };
struct batch {
    uint32_t count;
    bool overflow;
    struct ledger_entry head;   /* Mode, strategy, event, ref, auth. */
    struct ledger_entry at[BATCH_CAP];
};

void batch_start(struct batch *b, enum mode mode, const struct uuid *ref,
                 const struct uuid *auth, struct nanos booked);
/* Whose the lines that follow are. */
void batch_owner(struct batch *b, enum strategy strategy,
                 const struct text *event);
/* Adds a line; 0 is left out.  token may be NULL.  Too many lines make the
 * batch one that ledger_can refuses. */
void batch_add(struct batch *b, enum account account,
               const struct hash *token, int64_t amount);
/* The same, and 0 is written too: a line that only marks its ref. */
void batch_mark(struct batch *b, const struct hash *token);

struct ledger;

struct ledger *ledger_new(const struct ledger_caps *caps);
void ledger_destroy(struct ledger **l);

/* Whether the whole batch may be written: money lines sum to 0, nothing
 * overflows, no lot and no reservation falls below 0, and there is room.
 * False fills why with OVERFLOW, NOT_HELD, CAPITAL or CONFLICT. */
MUST_CHECK bool ledger_can(const struct ledger *l, const struct batch *b,
                           enum reason *why);
/* Its part about room: for the batch's events, its ref, and lots more. */
bool ledger_has_room(const struct ledger *l, const struct batch *b,
                     uint32_t lots);
/* Applies one line.  False when it cannot be: the books are then broken. */
MUST_CHECK bool ledger_apply(struct ledger *l, const struct ledger_entry *e);
/* Capital, cash, reserved, position and realised sum to 0. */
bool ledger_balanced(const struct ledger *l);

struct money ledger_account(const struct ledger *l, enum account account);
struct money ledger_equity(const struct ledger *l);
/* At work: reserved, held and due, at cost. */
struct money ledger_used(const struct ledger *l);
struct money ledger_pnl(const struct ledger *l);
struct money ledger_day_pnl(const struct ledger *l, struct nanos wall);
/* The UTC day of the last profit or loss; INT64_MIN before any. */
int64_t ledger_day(const struct ledger *l);
struct money ledger_high_water(const struct ledger *l);
/* Bought (or sold: the gross proceeds) by fills that are not confirmed. */
struct money ledger_provisional(const struct ledger *l, enum side side);
/* Reserved, held and due, at cost, in one event or for one strategy. */
struct money ledger_event(const struct ledger *l, const struct text *event);
struct money ledger_strategy(const struct ledger *l, enum strategy strategy);
/* NULL when nothing is held. */
const struct lot *ledger_lot(const struct ledger *l, const struct hash *token,
                             enum strategy strategy);
/* All lots, used or not, for looking through. */
const struct lot *ledger_lots(const struct ledger *l, uint32_t *count);
/* The cost that leaves with qty of the lot's shares; qty at most all. */
struct money lot_basis(const struct lot *lot, struct qty qty);

/* NULL when nothing was ever booked under it.  Until the next line. */
const struct booked *ledger_ref(const struct ledger *l,
                                const struct uuid *ref);
/* Share of the refs' room in use, in percent. */
unsigned ledger_refs_percent(const struct ledger *l);
/* Adds all of its state, in a fixed order. */
void ledger_digest(const struct ledger *l, struct digest *d);

/* 0 = 1970-01-01. */
int64_t utc_day(struct nanos wall);

#endif /* RISKD_LEDGER_H */
