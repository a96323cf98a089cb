/* calls - calls of contracts by name; the executor makes about half of them
 *
 * Amounts are in the token's integers: 1e-6 dollars or
 * shares.  ConditionalTokens and both collateral adapters split, merge and
 * redeem by the same form; the neg-risk adapter has its own. */
#ifndef EXECUTOR_ENCODE_CALLS_H
#define EXECUTOR_ENCODE_CALLS_H

#include "executor/encode/abi.h"

/* ERC-20. */
void call_approve(struct call *c, const struct address *spender,
                  const struct hash *amount);
void call_allowance(struct call *c, const struct address *owner,
                    const struct address *spender);
void call_balance(struct call *c, const struct address *owner);

/* ERC-1155: positions. */
void call_approve_all(struct call *c, const struct address *operator_,
                      bool approved);
void call_is_approved(struct call *c, const struct address *owner,
                      const struct address *operator_);
void call_position(struct call *c, const struct address *owner,
                   const struct hash *token);
/* Balances of one owner, in the order of the tokens; false when they are too
 * many for a call. */
MUST_CHECK bool call_positions(struct call *c, const struct address *owner,
                               const struct hash *tokens, uint32_t count);

/* Binary market, on ConditionalTokens or a collateral adapter: both outcomes,
 * no parent. */
void call_split(struct call *c, const struct address *collateral,
                const struct hash *condition, struct money amount);
void call_merge(struct call *c, const struct address *collateral,
                const struct hash *condition, struct money amount);
/* All the caller has of both outcomes. */
void call_redeem(struct call *c, const struct address *collateral,
                 const struct hash *condition);
void call_payout_denominator(struct call *c, const struct hash *condition);
void call_payout_numerator(struct call *c, const struct hash *condition,
                           uint64_t outcome);
/* outcome 1 is the first (YES), 2 the second: an index set. */
void call_collection_id(struct call *c, const struct hash *condition,
                        uint64_t index_set);

/* NegRiskAdapter (and convert also on its collateral adapter). */
void call_neg_split(struct call *c, const struct hash *condition,
                    struct money amount);
void call_neg_merge(struct call *c, const struct hash *condition,
                    struct money amount);
void call_neg_redeem(struct call *c, const struct hash *condition,
                     struct qty yes, struct qty no);
/* index_set: bit n is question n. */
void call_convert(struct call *c, const struct hash *market,
                  const struct hash *index_set, struct qty amount);
void call_question_count(struct call *c, const struct hash *market);
void call_fee_bips(struct call *c, const struct hash *market);
void call_neg_condition_id(struct call *c, const struct hash *question);
void call_neg_position_id(struct call *c, const struct hash *question,
                          bool yes);
/* Of a deposit wallet, as its own row of batches has it. */
void call_nonce(struct call *c);

/* Collateral: wrap into pUSD, unwrap out of it. */
void call_wrap(struct call *c, const struct address *asset,
               const struct address *to, struct money amount);
void call_unwrap(struct call *c, const struct address *asset,
                 const struct address *to, struct money amount);

/* Router of the newer position protocol; condition is 31 bytes. */
void call_router_split(struct call *c, const uint8_t condition[31],
                       struct money amount);
void call_router_merge(struct call *c, const uint8_t condition[31],
                       struct money amount);
void call_router_redeem(struct call *c, const uint8_t condition[31],
                        uint64_t outcome, struct qty amount);

/* Identifiers made without asking anyone. */
struct hash condition_id(const struct address *oracle,
                         const struct hash *question, uint64_t outcomes);
struct hash position_id(const struct address *collateral,
                        const struct hash *collection);

#endif /* EXECUTOR_ENCODE_CALLS_H */
