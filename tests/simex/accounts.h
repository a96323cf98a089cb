/* accounts - who owns what at the exchange: cash, shares, and what is bound
 *
 * Amounts are micros.  Cash that was turned into sets lies in the vault, one
 * dollar a set, and comes back by merging, or after resolution: to the crowd
 * at once, to a user (an account from `users` on) when he redeems; until then
 * he may split and merge as before.  At any moment
 *     all cash + all sets + fees taken = all deposits, and
 *     of each market: all YES = all NO = its sets; after its end, sets =
 *     what is owed for the shares there are.                               */
#ifndef SIMEX_ACCOUNTS_H
#define SIMEX_ACCOUNTS_H

#include "common/why.h"

#include <stdbool.h>
#include <stdint.h>

struct purse {
    int64_t cash;      /* Owned, bound or not. */
    int64_t bound;     /* Of the cash: backs resting buys. */
};

struct accounts {
    uint32_t count, markets;
    uint32_t users;        /* First account that redeems by itself. */
    struct purse *purses;  /* One an account. */
    int64_t *shares;       /* [account][2 * market + token], owned. */
    int64_t *offered;      /* Same: of the shares, backs resting sells. */
    int64_t *sets;         /* [market]: dollars in the vault. */
    uint8_t *ended;        /* [market]: 0 = not, else winner + 1. */
    int64_t fees;          /* Taken so far. */
    int64_t deposits;
};

struct accounts *accounts_new(uint32_t count, uint32_t markets);
void accounts_destroy(struct accounts **a);
void accounts_deposit(struct accounts *a, uint32_t who, int64_t cash);
/* Turns cash into equally many YES and NO shares, and back.  False when
 * there is not enough free. */
bool accounts_split(struct accounts *a, uint32_t who, uint32_t market,
                    int64_t qty);
bool accounts_merge(struct accounts *a, uint32_t who, uint32_t market,
                    int64_t qty);
int64_t accounts_free_cash(const struct accounts *a, uint32_t who);
int64_t accounts_free_shares(const struct accounts *a, uint32_t who,
                             uint32_t market, uint32_t token);
int64_t *accounts_shares(struct accounts *a, uint32_t who, uint32_t market,
                         uint32_t token);
int64_t *accounts_offered(struct accounts *a, uint32_t who, uint32_t market,
                          uint32_t token);
/* All shares of a market that ended, for what they won; how much it was. */
int64_t accounts_redeem(struct accounts *a, uint32_t who, uint32_t market);
/* What that would be. */
int64_t accounts_claim(const struct accounts *a, uint32_t who,
                       uint32_t market);
/* The crowd is paid a dollar for each winning share. */
#define BOTH_WIN 2u /* As winner: half for either. */
void accounts_resolve(struct accounts *a, uint32_t market, uint32_t winner);
/* Checks the sums above, and that nobody owes or binds what is not there. */
bool accounts_agree(const struct accounts *a, struct why *why);

#endif /* SIMEX_ACCOUNTS_H */
