/* signer_tx - which transactions are signed: calls of a short list
 *
 * Only of the key's own account, without value, for its wallet (carrier.h) to
 * call contracts of the configuration: sets split, merged and redeemed through
 * the collateral adapters, and approvals for the adapters and exchanges alone.
 * Nothing that moves money to anybody else has a line here.  Pure. */
#ifndef EXECUTOR_SIGNER_TX_H
#define EXECUTOR_SIGNER_TX_H

#include "executor/encode/order.h"
#include "executor/encode/relay.h"
#include "executor/encode/tx.h"

struct signer_contracts {
    struct address collateral;   /* pUSD. */
    struct address positions;    /* ConditionalTokens. */
    struct address adapter, neg_adapter; /* Around it, in collateral. */
};
/* Each is "0x" and 40 digits; false and which of them is not. */
MUST_CHECK bool signer_contracts_parse(const char *collateral,
                                       const char *positions,
                                       const char *adapter,
                                       const char *neg_adapter,
                                       struct signer_contracts *out,
                                       struct why *why);

/* More than any call of ours needs; a mistake there burns money. */
#define SIGNER_GAS_MAX UINT64_C(5000000)
#define SIGNER_FEE_MAX UINT64_C(20000000000000) /* wei: 20,000 gwei. */

/* May the wallet's owner send it on that chain?  What counts is the call that
 * the wallet makes then.  Nothing at all, sent to the owner, only takes a
 * nonce: that cancels. */
bool signer_may_send(const struct signer_contracts *c, uint64_t chain,
                     const struct wallet *w, const struct tx *t);
/* What the relayer brings to a wallet that obeys only it: the same list, for
 * no longer than this from now. */
#define SIGNER_RELAY_MAX UINT64_C(3600) /* s */
bool signer_may_relay(const struct signer_contracts *c, uint64_t chain,
                      const struct wallet *w, const struct relay_batch *b,
                      struct nanos wall);

#endif /* EXECUTOR_SIGNER_TX_H */
