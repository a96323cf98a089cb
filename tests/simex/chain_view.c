/* chain_view - what the contracts answer to who only asks
 *
 * Balances are those of a block that is still remembered, all else is of
 * now. */
#include "tests/simex/chain_own.h"

#include <string.h>

static int64_t
held(const struct chain *c, const struct address *owner, uint32_t slot,
     uint64_t block)
{
    uint32_t wallet = desk_wallet(c->desk, owner);
    const struct block *b = chain_block(c, block);
    uint32_t slots = 1 + 2 * c->desk->x->listing->markets_count;
    return wallet == DESK_NONE || !b ? 0 : b->held[wallet * slots + slot];
}

static bool
view_cash(struct chain *c, const struct abi_call *in, uint64_t block,
          uint8_t out[32])
{
    struct address owner, spender;
    if (abi_is(in, "balanceOf(address)") && abi_address(in, 0, &owner)) {
        word_number((uint64_t)held(c, &owner, 0, block), out);
        return true;
    }
    if (!abi_is(in, "allowance(address,address)") ||
        !abi_address(in, 0, &owner) || !abi_address(in, 1, &spender))
        return false;
    uint32_t wallet = desk_wallet(c->desk, &owner);
    enum place p = chain_place(&spender);
    uint64_t n = 0;
    if (wallet != DESK_NONE && (p == PLACE_PLAIN || p == PLACE_NEG))
        n = chain_account(c, wallet)->allowance[p == PLACE_NEG];
    word_number(n, out);
    if (n == UINT64_MAX)
        memset(out, 0xff, 32);
    return true;
}

static bool
view_payout(struct chain *c, const struct abi_call *in, uint8_t out[32])
{
    const struct accounts *a = c->desk->x->accounts;
    bool whole = abi_is(in, "payoutDenominator(bytes32)");
    uint32_t m = abi_market(c, in, 0);
    uint64_t outcome = 0, winner = m == MAP_NONE ? 0 : a->ended[m];
    if (!whole && (!abi_is(in, "payoutNumerators(bytes32,uint256)") ||
                   !abi_number(in, 1, &outcome)))
        return false;
    bool half = winner == BOTH_WIN + 1;
    word_number(winner == 0 ? 0
                : half      ? (whole ? 2 : 1)
                            : whole || outcome + 1 == winner, out);
    return true;
}

static bool
view_sets(struct chain *c, const struct abi_call *in, uint64_t block,
          uint8_t out[32])
{
    struct address owner, other;
    struct hash id;
    uint64_t set;
    if (abi_is(in, "getCollectionId(bytes32,bytes32,uint256)")) {
        if (!abi_is_number(in, 0, 0) || !abi_word(in, 1, id.b) ||
            !abi_number(in, 2, &set) || set < 1 || set > 2)
            return false;
        listing_collection(id.b, (uint32_t)set - 1, out);
        return true;
    }
    if (abi_is(in, "balanceOf(address,uint256)")) {
        if (!abi_address(in, 0, &owner) || !abi_word(in, 1, id.b))
            return false;
        uint32_t t = map_find(c->desk->x->listing->tokens, id.b);
        word_number(t == MAP_NONE ? 0 : (uint64_t)held(c, &owner, 1 + t,
                                                       block), out);
        return true;
    }
    if (abi_is(in, "isApprovedForAll(address,address)")) {
        if (!abi_address(in, 0, &owner) || !abi_address(in, 1, &other))
            return false;
        uint32_t wallet = desk_wallet(c->desk, &owner);
        enum place p = chain_place(&other);
        word_number(wallet != DESK_NONE &&
                    (p == PLACE_PLAIN || p == PLACE_NEG) &&
                    chain_account(c, wallet)->approved[p == PLACE_NEG], out);
        return true;
    }
    return view_payout(c, in, out);
}

bool
abi_view(struct chain *c, const struct address *to, const uint8_t *data,
          size_t size, uint64_t block, uint8_t out[32])
{
    const struct abi_call in = { data, size };
    enum place p = chain_place(to);
    if (p == PLACE_CASH)
        return view_cash(c, &in, block, out);
    return p == PLACE_SETS && view_sets(c, &in, block, out);
}
