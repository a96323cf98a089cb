/* accounts - who owns what at the exchange: cash, shares, and what is bound
 *
 * The matching engine is the only one that moves things between accounts.
 * Nothing here rounds: amounts come exact or are split so that both parts
 * sum to the whole. */
#include "tests/simex/accounts.h"

#include "common/must.h"

#include <stdlib.h>

static size_t
place(const struct accounts *a, uint32_t who, uint32_t market, uint32_t token)
{
    must(who < a->count && market < a->markets && token < 2);
    return ((size_t)who * a->markets + market) * 2 + token;
}

static void *
take_memory(size_t count, size_t size)
{
    void *p = calloc(count, size);
    must(p != NULL);
    return p;
}

struct accounts *
accounts_new(uint32_t count, uint32_t markets)
{
    must(count > 0 && markets > 0);
    struct accounts *a = take_memory(1, sizeof *a);
    size_t tokens = (size_t)count * markets * 2;
    a->count = a->users = count;
    a->markets = markets;
    a->purses = take_memory(count, sizeof *a->purses);
    a->shares = take_memory(tokens, sizeof *a->shares);
    a->offered = take_memory(tokens, sizeof *a->offered);
    a->sets = take_memory(markets, sizeof *a->sets);
    a->ended = take_memory(markets, sizeof *a->ended);
    return a;
}

void
accounts_destroy(struct accounts **a)
{
    if (!*a)
        return;
    free((*a)->purses);
    free((*a)->shares);
    free((*a)->offered);
    free((*a)->sets);
    free((*a)->ended);
    free(*a);
    *a = NULL;
}

void
accounts_deposit(struct accounts *a, uint32_t who, int64_t cash)
{
    must(who < a->count && cash >= 0);
    a->purses[who].cash += cash;
    a->deposits += cash;
}

bool
accounts_split(struct accounts *a, uint32_t who, uint32_t market, int64_t qty)
{
    if (qty <= 0 || accounts_free_cash(a, who) < qty)
        return false;
    a->purses[who].cash -= qty;
    a->sets[market] += qty;
    *accounts_shares(a, who, market, 0) += qty;
    *accounts_shares(a, who, market, 1) += qty;
    return true;
}

bool
accounts_merge(struct accounts *a, uint32_t who, uint32_t market, int64_t qty)
{
    if (qty <= 0 || accounts_free_shares(a, who, market, 0) < qty ||
        accounts_free_shares(a, who, market, 1) < qty)
        return false;
    *accounts_shares(a, who, market, 0) -= qty;
    *accounts_shares(a, who, market, 1) -= qty;
    a->sets[market] -= qty;
    a->purses[who].cash += qty;
    return true;
}

int64_t
accounts_free_cash(const struct accounts *a, uint32_t who)
{
    must(who < a->count);
    return a->purses[who].cash - a->purses[who].bound;
}

int64_t
accounts_free_shares(const struct accounts *a, uint32_t who, uint32_t market,
                     uint32_t token)
{
    size_t at = place(a, who, market, token);
    return a->shares[at] - a->offered[at];
}

int64_t *
accounts_shares(struct accounts *a, uint32_t who, uint32_t market,
                uint32_t token)
{
    return &a->shares[place(a, who, market, token)];
}

int64_t *
accounts_offered(struct accounts *a, uint32_t who, uint32_t market,
                 uint32_t token)
{
    return &a->offered[place(a, who, market, token)];
}

/* What the shares of one account pay, each token rounded down. */
static int64_t
worth(const struct accounts *a, size_t at, uint32_t winner)
{
    return winner != BOTH_WIN ? a->shares[at + winner]
                              : a->shares[at] / 2 + a->shares[at + 1] / 2;
}

int64_t
accounts_claim(const struct accounts *a, uint32_t who, uint32_t market)
{
    size_t at = place(a, who, market, 0);
    return a->ended[market] == 0 ? 0 : worth(a, at, a->ended[market] - 1u);
}

int64_t
accounts_redeem(struct accounts *a, uint32_t who, uint32_t market)
{
    size_t at = place(a, who, market, 0);
    int64_t won = accounts_claim(a, who, market);
    must(a->ended[market] != 0);
    a->shares[at] = a->shares[at + 1] = 0;
    a->sets[market] -= won;
    a->purses[who].cash += won;
    return won;
}

void
accounts_resolve(struct accounts *a, uint32_t market, uint32_t winner)
{
    must(winner <= BOTH_WIN);
    for (uint32_t who = 0; who < a->count; who++) {
        size_t at = place(a, who, market, 0);
        must(a->offered[at] == 0 && a->offered[at + 1] == 0);
        if (who >= a->users)
            continue; /* Redeems, or merges, when he likes. */
        int64_t paid = worth(a, at, winner);
        a->purses[who].cash += paid;
        a->sets[market] -= paid;
        a->shares[at] = a->shares[at + 1] = 0;
    }
    must(a->sets[market] >= 0);
    a->ended[market] = (uint8_t)(winner + 1);
}

/* All YES = all NO = the sets; after the end, the vault has what is owed, and
 * of halves that do not come out even a rest that nobody is paid. */
static bool
market_agrees(const struct accounts *a, uint32_t market, struct why *why)
{
    int64_t held[2] = { 0, 0 }, owed = 0;
    for (uint32_t who = 0; who < a->count; who++) {
        for (uint32_t token = 0; token < 2; token++) {
            size_t at = place(a, who, market, token);
            if (a->offered[at] < 0 || a->shares[at] < a->offered[at])
                return why_set(why, "account %u offers more of market %u "
                               "than it has", who, market);
            held[token] += a->shares[at];
        }
        owed += accounts_claim(a, who, market);
    }
    bool half = a->ended[market] == BOTH_WIN + 1;
    bool even = a->ended[market] == 0
                    ? held[0] == a->sets[market] && held[1] == held[0]
                : half ? owed <= a->sets[market] : owed == a->sets[market];
    return even || why_set(why, "market %u: shares are not its sets",
                           market);
}

bool
accounts_agree(const struct accounts *a, struct why *why)
{
    int64_t sum = a->fees;
    for (uint32_t who = 0; who < a->count; who++) {
        const struct purse *p = &a->purses[who];
        if (p->bound < 0 || p->cash < p->bound)
            return why_set(why, "account %u binds more than it has", who);
        sum += p->cash;
    }
    for (uint32_t market = 0; market < a->markets; market++) {
        if (!market_agrees(a, market, why))
            return false;
        sum += a->sets[market];
    }
    if (sum != a->deposits)
        return why_set(why, "money appeared or vanished");
    return true;
}
