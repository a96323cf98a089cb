/* desk_chain - what a wallet does on chain: split, merge, redeem, balances
 *
 * A face of the chain calls these when a transaction is mined.  Money only
 * moves between a wallet and the vault; nothing is appended to a book. */
#include "tests/simex/desk.h"

#include "common/must.h"

static uint32_t
account_of(const struct desk *d, const struct address *wallet)
{
    uint32_t i = desk_wallet(d, wallet);
    return i == DESK_NONE ? DESK_NONE : d->wallets[i].who;
}

/* Sets are made as long as a market is not resolved. */
static bool
is_resolved(const struct desk *d, uint32_t market)
{
    const struct listing *l = d->x->listing;
    must(market < l->markets_count);
    return l->events[l->markets[market].event].state == LISTED_RESOLVED;
}

bool
desk_split(struct desk *d, const struct address *wallet, uint32_t market,
           int64_t qty)
{
    uint32_t who = account_of(d, wallet);
    return who != DESK_NONE && !is_resolved(d, market) &&
           accounts_split(d->x->accounts, who, market, qty);
}

bool
desk_merge(struct desk *d, const struct address *wallet, uint32_t market,
           int64_t qty)
{
    uint32_t who = account_of(d, wallet);
    return who != DESK_NONE && !is_resolved(d, market) &&
           accounts_merge(d->x->accounts, who, market, qty);
}

int64_t
desk_redeem(struct desk *d, const struct address *wallet, uint32_t market)
{
    uint32_t who = account_of(d, wallet);
    if (who == DESK_NONE || !is_resolved(d, market))
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
    const struct listed_market *m = &d->x->listing->markets[market];
    if (is_resolved(d, market))
        return m->winner == token
                   ? accounts_claim(d->x->accounts, who, market) : 0;
    return *accounts_shares(d->x->accounts, who, market, token) -
           desk_pending_shares(d, who, market, token);
}
