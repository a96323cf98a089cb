/* carrier - how the owner of a wallet makes it call a contract
 *
 * The key's own account sends the call as it is.  A Safe and a proxy wallet
 * call what their owner tells them: the same call inside a call of the Safe,
 * or of the factory that made the proxy, sent and paid for by the owner's
 * account.  A Safe takes its one owner's sending for his signature, so nothing
 * is signed that anybody else could send.  A deposit wallet does what its owner
 * signed when its relayer brings it (relay.h): its owner sends nothing.  One
 * row each in carrier.c; all pure. */
#ifndef EXECUTOR_ENCODE_CARRIER_H
#define EXECUTOR_ENCODE_CARRIER_H

#include "executor/encode/abi.h"
#include "executor/encode/order.h"

/* What a contract is called with; the data stay the caller's. */
struct carried {
    struct address to;
    const uint8_t *data;
    size_t size;
};

/* "a Gnosis Safe (2)" */
const char *carrier_name(uint64_t type);
/* Why its owner cannot make it call anything, in words; NULL: he can. */
const char *carrier_barred(const struct wallet *w, uint64_t chain);
/* Whether the relayer brings its calls, and pays for them. */
bool carrier_relayed(const struct wallet *w);
/* The wallet that Polymarket makes for an owner; false when it makes none of
 * that type there, or by a rule that is not known. */
MUST_CHECK bool carrier_wallet(uint64_t type, uint64_t chain,
                               const struct address *owner,
                               struct address *wallet);

/* What the owner sends for w to make the call `in`: to whom, and the data in
 * *out.  False when it is too long, or w is barred. */
MUST_CHECK bool carrier_wrap(const struct wallet *w,
                             const struct carried *in, struct address *to,
                             struct call *out);
/* The call inside of what the owner sends.  False unless that is, to the byte,
 * what carrier_wrap makes of it; of a relayed wallet, always. */
MUST_CHECK bool carrier_unwrap(const struct wallet *w,
                               const struct carried *sent,
                               struct carried *in);

/* Whether the answer to a trial of it, so many words and the first of them,
 * says that the call inside went well. */
bool carrier_went_well(const struct wallet *w, uint64_t words,
                       const struct hash *first);
/* The event by which the wallet says, in a receipt, that it did not; zero: then
 * all of it is reverted. */
struct hash carrier_failure(const struct wallet *w);
/* Gas it takes, beside that of the call inside. */
uint64_t carrier_gas(const struct wallet *w);

#endif /* EXECUTOR_ENCODE_CARRIER_H */
