/* chain_call - what the contracts do, and how they refuse
 *
 * pUSD, ConditionalTokens and both collateral adapters, each as the real one
 * behaves (tests/chain plays them on an EVM): the adapter pulls what it needs
 * and must be allowed to, sets are made and unmade as long as both tokens are
 * there, a redemption takes all of both and needs a result. */
#include "tests/simex/chain_own.h"

#include "common/must.h"

const char *const chain_places[PLACES] = {
    [PLACE_CASH] = "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB",
    [PLACE_SETS] = "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045",
    [PLACE_PLAIN] = "0xAdA100Db00Ca00073811820692005400218FcE1f",
    [PLACE_NEG] = "0xadA2005600Dec949baf300f4C6120000bDB6eAab",
};

#define NO_CONDITION "condition not prepared yet"
#define NO_SHARES "SafeMath: subtraction overflow"
#define NO_CASH "TRANSFER_FROM_FAILED"
#define NO_RESULT "result for condition not received yet"
#define NO_APPROVAL "ERC1155: need operator approval for 3rd party transfers."

/* Gas it takes: plain, neg-risk (chain.md 4). */
static const uint64_t gas_of[][2] = {
    [DEED_none] = { 21000, 21000 },     [DEED_split] = { 154000, 230000 },
    [DEED_merge] = { 100000, 190000 },  [DEED_redeem] = { 94000, 200000 },
    [DEED_approve] = { 46000, 46000 },  [DEED_approve_all] = { 46000, 46000 },
};

enum place
chain_place(const struct address *a)
{
    for (int i = 0; i < PLACES; i++) {
        struct address p;
        must(address_read(chain_places[i], &p));
        if (address_same(a, &p))
            return (enum place)i;
    }
    return PLACE_NONE;
}

/* --- what there is -------------------------------------------------------- */
static uint32_t
who_of(const struct chain *c, uint32_t wallet)
{
    return c->desk->wallets[wallet].who;
}

static int64_t
free_cash(const struct chain *c, uint32_t wallet)
{
    return accounts_free_cash(c->desk->x->accounts, who_of(c, wallet));
}

/* --- deeds ---------------------------------------------------------------- */
/* The list of index sets, which begins at word i: {1, 2}. */
static bool
names_both(const struct abi_call *in, size_t i)
{
    return abi_is_number(in, 3, 32 * i) && abi_is_number(in, i, 2) &&
           abi_is_number(in, i + 1, 1) && abi_is_number(in, i + 2, 2);
}

static const char *
try_split(struct chain *c, const struct abi_call *in, struct effect *e)
{
    uint64_t qty;
    if (!abi_number(in, 4, &qty) || !names_both(in, 5))
        return "got invalid index set";
    if (qty > INT64_MAX || (int64_t)qty > free_cash(c, e->wallet) ||
        qty > chain_account(c, e->wallet)->allowance[e->by == PLACE_NEG])
        return NO_CASH;
    e->deed = DEED_split;
    e->cash = -(int64_t)qty;
    e->shares[0] = e->shares[1] = (int64_t)qty;
    return NULL;
}

static const char *
try_merge(struct chain *c, const struct abi_call *in, struct effect *e)
{
    const struct accounts *a = c->desk->x->accounts;
    uint64_t qty;
    if (!abi_number(in, 4, &qty) || !names_both(in, 5))
        return "got invalid index set";
    if (!chain_account(c, e->wallet)->approved[e->by == PLACE_NEG])
        return NO_APPROVAL;
    for (uint32_t t = 0; t < 2; t++) {
        int64_t held = accounts_free_shares(a, who_of(c, e->wallet),
                                            e->market, t);
        if (qty > INT64_MAX || (int64_t)qty > held)
            return NO_SHARES;
    }
    e->deed = DEED_merge;
    e->cash = (int64_t)qty;
    e->shares[0] = e->shares[1] = -(int64_t)qty;
    return NULL;
}

static const char *
try_redeem(struct chain *c, const struct abi_call *in, struct effect *e)
{
    struct accounts *a = c->desk->x->accounts;
    uint32_t who = who_of(c, e->wallet);
    if (!names_both(in, 4))
        return "got invalid index set";
    if (!chain_account(c, e->wallet)->approved[e->by == PLACE_NEG])
        return NO_APPROVAL;
    if (a->ended[e->market] == 0)
        return NO_RESULT;
    e->deed = DEED_redeem;
    e->cash = accounts_claim(a, who, e->market);
    for (uint32_t t = 0; t < 2; t++)
        e->shares[t] = -*accounts_shares(a, who, e->market, t);
    return NULL;
}

static const char *
try_adapter(struct chain *c, const struct abi_call *in, struct effect *e)
{
    const struct listing *l = c->desk->x->listing;
    struct address cash, said;
    must(address_read(chain_places[PLACE_CASH], &cash));
    e->market = abi_market(c, in, 2);
    if (e->market == MAP_NONE || !abi_address(in, 0, &said) ||
        !address_same(&said, &cash) || !abi_is_number(in, 1, 0))
        return NO_CONDITION;
    if (listing_is_neg_risk(l, e->market) != (e->by == PLACE_NEG))
        return NO_SHARES; /* Its own backing makes other ids. */
    if (abi_is(in, "splitPosition(address,bytes32,bytes32,uint256[],uint256)"))
        return try_split(c, in, e);
    if (abi_is(in, "mergePositions(address,bytes32,bytes32,uint256[],uint256)"))
        return try_merge(c, in, e);
    if (abi_is(in, "redeemPositions(address,bytes32,bytes32,uint256[])"))
        return try_redeem(c, in, e);
    return "";
}

/* approve of pUSD, setApprovalForAll of ConditionalTokens: for an adapter. */
static const char *
try_approve(struct chain *c, const struct abi_call *in, bool all,
            struct effect *e)
{
    const struct chain_account *a = chain_account(c, e->wallet);
    struct address to;
    if (!abi_is(in, all ? "setApprovalForAll(address,bool)"
                    : "approve(address,uint256)") ||
        !abi_address(in, 0, &to) || !abi_number(in, 1, &e->now))
        return "";
    e->by = chain_place(&to);
    if (e->by != PLACE_PLAIN && e->by != PLACE_NEG)
        return ""; /* Nobody else is to be trusted here. */
    e->deed = all ? DEED_approve_all : DEED_approve;
    e->before = all ? a->approved[e->by == PLACE_NEG]
                    : a->allowance[e->by == PLACE_NEG];
    return NULL;
}

const char *
call_try(struct chain *c, uint32_t wallet, const struct address *to,
         const uint8_t *data, size_t size, struct effect *e)
{
    const struct abi_call in = { data, size };
    const char *no = NULL;
    *e = (struct effect){ .wallet = wallet, .by = chain_place(to) };
    if (e->by == PLACE_PLAIN || e->by == PLACE_NEG)
        no = try_adapter(c, &in, e);
    else if (e->by == PLACE_CASH || e->by == PLACE_SETS)
        no = try_approve(c, &in, e->by == PLACE_SETS, e);
    e->gas = no ? 35000 : gas_of[e->deed][e->by == PLACE_NEG];
    if (no)
        e->deed = DEED_none;
    return no;
}

/* Moves, forth or back; false when it is not there. */
static bool
move(struct chain *c, const struct effect *e, bool back)
{
    struct accounts *a = c->desk->x->accounts;
    struct chain_account *mine = chain_account(c, e->wallet);
    uint32_t who = who_of(c, e->wallet);
    bool neg = e->by == PLACE_NEG;
    int64_t q = e->shares[0] < 0 ? -e->shares[0] : e->shares[0];
    switch (e->deed) {
    case DEED_none:
        return true;
    case DEED_split:
    case DEED_merge:
        return (e->deed == DEED_split) != back
                   ? accounts_split(a, who, e->market, q)
                   : accounts_merge(a, who, e->market, q);
    case DEED_redeem:
        if (!back)
            return accounts_redeem(a, who, e->market) == e->cash;
        if (accounts_free_cash(a, who) < e->cash)
            return false;
        a->purses[who].cash -= e->cash;
        a->sets[e->market] += e->cash;
        for (uint32_t t = 0; t < 2; t++)
            *accounts_shares(a, who, e->market, t) -= e->shares[t];
        return true;
    case DEED_approve:
        mine->allowance[neg] = back ? e->before : e->now;
        return true;
    case DEED_approve_all:
        mine->approved[neg] = (back ? e->before : e->now) != 0;
        return true;
    }
    unreachable();
}

static void
tell_desk(struct chain *c, const struct effect *e, int sign)
{
    if (e->deed != DEED_split && e->deed != DEED_merge &&
        e->deed != DEED_redeem)
        return;
    desk_came(c->desk, e->wallet, 0, sign * e->cash);
    for (uint32_t t = 0; t < 2; t++)
        desk_came(c->desk, e->wallet, 1 + 2 * e->market + t,
                  sign * e->shares[t]);
}

bool
call_do(struct chain *c, const struct effect *e)
{
    uint64_t *allowed = &chain_account(c, e->wallet)
                             ->allowance[e->by == PLACE_NEG];
    if (!move(c, e, false))
        return false;
    tell_desk(c, e, 1);
    if (e->deed == DEED_split && *allowed != UINT64_MAX)
        *allowed -= (uint64_t)e->shares[0];
    return true;
}

bool
call_undo(struct chain *c, const struct effect *e)
{
    if (!move(c, e, true))
        return false;
    tell_desk(c, e, -1);
    return true;
}
