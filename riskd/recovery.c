/* recovery - a basket is one thing: what it pays first gives back its cost */
/*
 * The lines that take stand before those that give, as the ledger wants it:
 * costs that leave, what is realised, costs that come, and the cash last.
 */
#include "riskd/recovery.h"

#include "common/must.h"

/* A lot as it is once the shares settled are gone. */
struct rest {
    const struct lot *lot;
    int64_t qty, cost;
};

struct basket {
    uint32_t count;
    struct rest at[RECOVERY_LOTS];
    int64_t qty, cost;      /* Of all; see QTY_MAX. */
    int64_t same, largest;  /* Shares: of the settled token, of another. */
};

/* Bounds every product below 2^63, whatever was bought. */
#define QTY_MAX (INT64_MAX / 64)

/* False when there are too many, or too large ones. */
static bool
gather(struct basket *k, const struct ledger *l, const struct lot *settled,
       int64_t part, int64_t basis)
{
    uint32_t cap;
    const struct lot *lots = ledger_lots(l, &cap);
    for (uint32_t i = 0; i < cap; i++) {
        const struct lot *lot = &lots[i];
        bool same = lot == settled;
        struct rest r = { lot, lot->qty.micros - (same ? part : 0),
                          lot->cost.micros - (same ? basis : 0) };
        if (!lot->used || lot->strategy != settled->strategy ||
            !text_equal(&lot->event, &settled->event) || r.qty == 0) {
            continue;
        }
        if (k->count == RECOVERY_LOTS || r.qty > QTY_MAX - k->qty) {
            return false;
        }
        k->at[k->count++] = r;
        k->qty += r.qty;
        k->cost += r.cost;
        k->same = same ? r.qty : k->same;
        k->largest = !same && r.qty > k->largest ? r.qty : k->largest;
    }
    return true;
}

/* The most the lots that are left can still pay. */
static int64_t
most(const struct basket *k, int64_t part, int64_t cash)
{
    int64_t again, others;
    int64_t kept = cash > part ? 0 : part - cash;
    must(muldiv_down(k->same, cash, part, &again));
    must(muldiv_down(k->largest, kept, part, &others));
    return again + others;
}

/* Adds a position line per lot: change of all in all.  More is shared by
 * quantity, less by cost, so that no lot falls below 0. */
static void
share_out(const struct basket *k, struct batch *b, int64_t change)
{
    int64_t weights = change < 0 ? k->cost : k->qty;
    int64_t left = change < 0 ? -change : change;
    for (uint32_t i = 0; i < k->count && left > 0; i++) {
        const struct rest *r = &k->at[i];
        int64_t weight = change < 0 ? r->cost : r->qty, given = 0;
        if (weight > 0) {
            must(muldiv_down(left, weight, weights, &given));
        }
        weights -= weight;
        left -= given;
        batch_add(b, ACCOUNT_position, &r->lot->token,
                  change < 0 ? -given : given);
    }
    must(left == 0);
}

void
recovery_lines(const struct ledger *l, struct batch *b, const struct lot *lot,
               struct qty part, struct money cash)
{
    int64_t basis = lot_basis(lot, part).micros;
    struct basket k = { .count = 0 };
    int64_t change = 0;
    if (lot->strategy == STRATEGY_A &&
        gather(&k, l, lot, part.micros, basis)) {
        int64_t after = k.cost + basis - cash.micros;
        int64_t limit = most(&k, part.micros, cash.micros);
        after = after < 0 ? 0 : after > limit ? limit : after;
        change = after - k.cost;
    }
    batch_add(b, ACCOUNT_position, &lot->token, -basis);
    if (change < 0) {
        share_out(&k, b, change);
    }
    batch_add(b, ACCOUNT_realised, &lot->token, basis - cash.micros - change);
    if (change > 0) {
        share_out(&k, b, change);
    }
    batch_add(b, ACCOUNT_cash, &lot->token, cash.micros);
}
