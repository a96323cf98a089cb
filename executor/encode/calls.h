/* calls - calls of contracts by name, and ids made without asking anyone
 *
 * Amounts are in the token's integers: 1e-6 dollars or
 * shares.  ConditionalTokens and both collateral adapters split, merge and
 * redeem by the same form. */
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

/* NegRiskAdapter (and convert also on its collateral adapter).
 * index_set: bit n is question n. */
void call_convert(struct call *c, const struct hash *market,
                  const struct hash *index_set, struct qty amount);
void call_question_count(struct call *c, const struct hash *market);
void call_fee_bips(struct call *c, const struct hash *market);
void call_neg_position_id(struct call *c, const struct hash *question,
                          bool yes);
/* Of a deposit wallet, as its own row of batches has it. */
void call_nonce(struct call *c);

/* Identifiers made without asking anyone. */
struct hash condition_id(const struct address *oracle,
                         const struct hash *question, uint64_t outcomes);
struct hash position_id(const struct address *collateral,
                        const struct hash *collection);

#endif /* EXECUTOR_ENCODE_CALLS_H */
