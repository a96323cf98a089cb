/* desk_chain - what a wallet does on chain: split, merge, redeem, balances
 *
 * Money only moves between a wallet and the vault; nothing is appended to a
 * book. */
#include "tests/simex/desk.h"

#include "common/must.h"

static uint32_t
account_of(const struct desk *d, const struct address *wallet)
{
    uint32_t i = desk_wallet(d, wallet);
    return i == DESK_NONE ? DESK_NONE : d->wallets[i].who;
}

bool
desk_split(struct desk *d, const struct address *wallet, uint32_t market,
           int64_t qty)
{
    uint32_t who = account_of(d, wallet);
    return who != DESK_NONE && accounts_split(d->x->accounts, who, market, qty);
}

bool
desk_merge(struct desk *d, const struct address *wallet, uint32_t market,
           int64_t qty)
{
    uint32_t who = account_of(d, wallet);
    return who != DESK_NONE && accounts_merge(d->x->accounts, who, market, qty);
}

int64_t
desk_redeem(struct desk *d, const struct address *wallet, uint32_t market)
{
    uint32_t who = account_of(d, wallet);
    if (who == DESK_NONE || d->x->accounts->ended[market] == 0)
        return 0;
    return accounts_redeem(d->x->accounts, who, market);
}

int64_t
desk_cash(const struct desk *d, uint32_t who)
{
    return d->x->accounts->purses[who].cash - desk_pending_cash(d, who);
}

int64_t
desk_shares(const struct desk *d, uint32_t who, uint32_t market,
            uint32_t token)
{
    return *accounts_shares(d->x->accounts, who, market, token) -
           desk_pending_shares(d, who, market, token);
}

static int64_t *
unseen(const struct desk *d, uint32_t wallet, uint32_t slot)
{
    uint32_t slots = 1 + 2 * d->x->listing->markets_count;
    must(wallet < d->wallets_count && slot < slots);
    return &d->unseen[(size_t)wallet * slots + slot];
}

void
desk_came(struct desk *d, uint32_t wallet, uint32_t slot, int64_t amount)
{
    int64_t *n = unseen(d, wallet, slot);
    *n = *n + amount > 0 ? *n + amount : 0;
}

void
desk_look(struct desk *d, uint32_t wallet, uint32_t slot)
{
    *unseen(d, wallet, slot) = 0;
}

int64_t
desk_unseen(const struct desk *d, uint32_t wallet, uint32_t slot)
{
    return *unseen(d, wallet, slot);
}
