/* calls - calls of contracts by name; the executor makes about half of them */

/* A selector's text and the arguments stand in one line each, so that a call
 * can be compared with the contract's source at a glance. */

#include "executor/encode/calls.h"

#include "common/keccak.h"
#include "common/must.h"
#include "executor/encode/eip712.h"

#include <string.h>

#define MAKE(c, signature, ...)                                             \
    do {                                                                    \
        const struct argument args_[] = { __VA_ARGS__ };                    \
        bool fits_ = abi_call(c, signature, args_,                          \
                              sizeof args_ / sizeof args_[0]);              \
        must(fits_);                                                        \
    } while (0)

static const struct hash no_parent;

static struct argument
arg_micros(int64_t micros)
{
    must(micros >= 0);
    return arg_count((uint64_t)micros);
}

void
call_approve(struct call *c, const struct address *spender,
             const struct hash *amount)
{
    MAKE(c, "approve(address,uint256)", arg_address(spender),
         arg_word(amount));
}

void
call_allowance(struct call *c, const struct address *owner,
               const struct address *spender)
{
    MAKE(c, "allowance(address,address)", arg_address(owner),
         arg_address(spender));
}

void
call_balance(struct call *c, const struct address *owner)
{
    MAKE(c, "balanceOf(address)", arg_address(owner));
}

void
call_approve_all(struct call *c, const struct address *operator_,
                 bool approved)
{
    MAKE(c, "setApprovalForAll(address,bool)", arg_address(operator_),
         arg_count(approved));
}

void
call_is_approved(struct call *c, const struct address *owner,
                 const struct address *operator_)
{
    MAKE(c, "isApprovedForAll(address,address)", arg_address(owner),
         arg_address(operator_));
}

void
call_position(struct call *c, const struct address *owner,
              const struct hash *token)
{
    MAKE(c, "balanceOf(address,uint256)", arg_address(owner),
         arg_word(token));
}

bool
call_positions(struct call *c, const struct address *owner,
               const struct hash *tokens, uint32_t count)
{
    struct hash owners[CALL_WORDS_MAX];

    if (count > CALL_WORDS_MAX)
        return false;
    for (uint32_t i = 0; i < count; i++)
        owners[i] = word_of_address(owner);
    const struct argument args[] = { arg_array(owners, count),
                                     arg_array(tokens, count) };
    return abi_call(c, "balanceOfBatch(address[],uint256[])", args, 2);
}

/* Index sets 1 and 2: the two outcomes apart. */
static struct argument
arg_both(struct hash sets[2])
{
    sets[0] = word_of_count(1);
    sets[1] = word_of_count(2);
    return arg_array(sets, 2);
}

void
call_split(struct call *c, const struct address *collateral,
           const struct hash *condition, struct money amount)
{
    struct hash sets[2];

    MAKE(c, "splitPosition(address,bytes32,bytes32,uint256[],uint256)",
         arg_address(collateral), arg_word(&no_parent), arg_word(condition),
         arg_both(sets), arg_micros(amount.micros));
}

void
call_merge(struct call *c, const struct address *collateral,
           const struct hash *condition, struct money amount)
{
    struct hash sets[2];

    MAKE(c, "mergePositions(address,bytes32,bytes32,uint256[],uint256)",
         arg_address(collateral), arg_word(&no_parent), arg_word(condition),
         arg_both(sets), arg_micros(amount.micros));
}

void
call_redeem(struct call *c, const struct address *collateral,
            const struct hash *condition)
{
    struct hash sets[2];

    MAKE(c, "redeemPositions(address,bytes32,bytes32,uint256[])",
         arg_address(collateral), arg_word(&no_parent), arg_word(condition),
         arg_both(sets));
}

void
call_payout_denominator(struct call *c, const struct hash *condition)
{
    MAKE(c, "payoutDenominator(bytes32)", arg_word(condition));
}

void
call_payout_numerator(struct call *c, const struct hash *condition,
                      uint64_t outcome)
{
    MAKE(c, "payoutNumerators(bytes32,uint256)", arg_word(condition),
         arg_count(outcome));
}

void
call_collection_id(struct call *c, const struct hash *condition,
                   uint64_t index_set)
{
    MAKE(c, "getCollectionId(bytes32,bytes32,uint256)", arg_word(&no_parent),
         arg_word(condition), arg_count(index_set));
}

void
call_neg_split(struct call *c, const struct hash *condition,
               struct money amount)
{
    MAKE(c, "splitPosition(bytes32,uint256)", arg_word(condition),
         arg_micros(amount.micros));
}

void
call_neg_merge(struct call *c, const struct hash *condition,
               struct money amount)
{
    MAKE(c, "mergePositions(bytes32,uint256)", arg_word(condition),
         arg_micros(amount.micros));
}

void
call_neg_redeem(struct call *c, const struct hash *condition, struct qty yes,
                struct qty no)
{
    must(yes.micros >= 0 && no.micros >= 0);
    const struct hash amounts[2] = { word_of_count((uint64_t)yes.micros),
                                     word_of_count((uint64_t)no.micros) };

    MAKE(c, "redeemPositions(bytes32,uint256[])", arg_word(condition),
         arg_array(amounts, 2));
}

void
call_convert(struct call *c, const struct hash *market,
             const struct hash *index_set, struct qty amount)
{
    MAKE(c, "convertPositions(bytes32,uint256,uint256)", arg_word(market),
         arg_word(index_set), arg_micros(amount.micros));
}

void
call_question_count(struct call *c, const struct hash *market)
{
    MAKE(c, "getQuestionCount(bytes32)", arg_word(market));
}

void
call_fee_bips(struct call *c, const struct hash *market)
{
    MAKE(c, "getFeeBips(bytes32)", arg_word(market));
}

void
call_nonce(struct call *c)
{
    bool fits = abi_call(c, "nonce()", NULL, 0);

    must(fits);
}

void
call_neg_condition_id(struct call *c, const struct hash *question)
{
    MAKE(c, "getConditionId(bytes32)", arg_word(question));
}

void
call_neg_position_id(struct call *c, const struct hash *question, bool yes)
{
    MAKE(c, "getPositionId(bytes32,bool)", arg_word(question),
         arg_count(yes));
}

void
call_wrap(struct call *c, const struct address *asset,
          const struct address *to, struct money amount)
{
    MAKE(c, "wrap(address,address,uint256)", arg_address(asset),
         arg_address(to), arg_micros(amount.micros));
}

void
call_unwrap(struct call *c, const struct address *asset,
            const struct address *to, struct money amount)
{
    MAKE(c, "unwrap(address,address,uint256)", arg_address(asset),
         arg_address(to), arg_micros(amount.micros));
}

/* bytes31 stands at the left of its word. */
static struct argument
arg_bytes31(const uint8_t b[31])
{
    struct hash word = { { 0 } };

    memcpy(word.b, b, 31);
    return arg_word(&word);
}

void
call_router_split(struct call *c, const uint8_t condition[31],
                  struct money amount)
{
    MAKE(c, "split(bytes31,uint256)", arg_bytes31(condition),
         arg_micros(amount.micros));
}

void
call_router_merge(struct call *c, const uint8_t condition[31],
                  struct money amount)
{
    MAKE(c, "merge(bytes31,uint256)", arg_bytes31(condition),
         arg_micros(amount.micros));
}

void
call_router_redeem(struct call *c, const uint8_t condition[31],
                   uint64_t outcome, struct qty amount)
{
    MAKE(c, "redeem(bytes31,uint256,uint256)", arg_bytes31(condition),
         arg_count(outcome), arg_micros(amount.micros));
}

struct hash
condition_id(const struct address *oracle, const struct hash *question,
             uint64_t outcomes)
{
    struct hash count = word_of_count(outcomes), id;
    struct keccak k;

    keccak_start(&k);
    keccak_add(&k, oracle->b, sizeof oracle->b);
    keccak_add(&k, question->b, sizeof question->b);
    keccak_add(&k, count.b, sizeof count.b);
    keccak_end(&k, id.b);
    return id;
}

struct hash
position_id(const struct address *collateral, const struct hash *collection)
{
    struct keccak k;
    struct hash id;

    keccak_start(&k);
    keccak_add(&k, collateral->b, sizeof collateral->b);
    keccak_add(&k, collection->b, sizeof collection->b);
    keccak_end(&k, id.b);
    return id;
}
