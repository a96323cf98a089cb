/* signer_tx - which transactions are signed: calls of a short list */

/* A call is known by its contract and the first four bytes of its data.  Of
 * an approval the one approved must be a contract of ours or an exchange: a
 * stolen approval is stolen money. */

#include "executor/signer_tx.h"

#include "executor/encode/abi.h"
#include "executor/encode/carrier.h"
#include "executor/encode/eip712.h"

#include <string.h>

enum { SELECTOR_SIZE = 4, WORD_SIZE = 32 };

enum contract { ON_collateral, ON_positions, ON_adapter, ON_neg_adapter };

static const struct allowed {
    enum contract on;
    const char *signature;
    bool approves;       /* Its first argument is whom. */
} calls[] = {
    { ON_collateral, "approve(address,uint256)", true },
    { ON_positions, "setApprovalForAll(address,bool)", true },
    { ON_adapter, "splitPosition(address,bytes32,bytes32,uint256[],uint256)",
      false },
    { ON_adapter, "mergePositions(address,bytes32,bytes32,uint256[],uint256)",
      false },
    { ON_adapter, "redeemPositions(address,bytes32,bytes32,uint256[])",
      false },
    { ON_neg_adapter,
      "splitPosition(address,bytes32,bytes32,uint256[],uint256)", false },
    { ON_neg_adapter,
      "mergePositions(address,bytes32,bytes32,uint256[],uint256)", false },
    { ON_neg_adapter, "redeemPositions(address,bytes32,bytes32,uint256[])",
      false },
    { ON_neg_adapter, "convertPositions(bytes32,uint256,uint256)", false },
};

bool
signer_contracts_parse(const char *collateral, const char *positions,
                       const char *adapter, const char *neg_adapter,
                       struct signer_contracts *out, struct why *why)
{
    const struct {
        const char *name, *text;
        struct address *to;
    } all[] = {
        { "collateral", collateral, &out->collateral },
        { "positions", positions, &out->positions },
        { "adapter", adapter, &out->adapter },
        { "neg_adapter", neg_adapter, &out->neg_adapter },
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (!address_parse(all[i].text, strlen(all[i].text), all[i].to))
            return why_set(why, "executor.%s: %s is no address",
                           all[i].name, all[i].text);
    return true;
}

static const struct address *
address_on(const struct signer_contracts *c, enum contract on)
{
    switch (on) {
    case ON_collateral: return &c->collateral;
    case ON_positions: return &c->positions;
    case ON_adapter: return &c->adapter;
    case ON_neg_adapter: return &c->neg_adapter;
    }
    return NULL;
}

/* One who takes what it is approved for only under an order or a call. */
static bool
may_be_approved(const struct signer_contracts *c, uint64_t chain,
                const struct carried *t)
{
    struct address who;
    struct hash word;

    if (t->size < SELECTOR_SIZE + WORD_SIZE)
        return false;
    memcpy(word.b, t->data + SELECTOR_SIZE, sizeof word.b);
    memcpy(who.b, word.b + 12, sizeof who.b);
    struct hash clean = word_of_address(&who);
    if (!hash_equal(&word, &clean))
        return false;
    if (address_equal(&who, &c->adapter) ||
        address_equal(&who, &c->neg_adapter))
        return true;
    for (size_t i = 0; i < exchange_all_count; i++)
        if (exchange_all[i].chain == chain &&
            address_equal(&who, &exchange_all[i].at))
            return true;
    return false;
}

static bool
is_call(const struct signer_contracts *c, const struct allowed *a,
        const struct carried *t)
{
    uint8_t selector[SELECTOR_SIZE];

    abi_selector(a->signature, selector);
    return address_equal(&t->to, address_on(c, a->on)) &&
           t->size >= SELECTOR_SIZE &&
           (t->size - SELECTOR_SIZE) % WORD_SIZE == 0 &&
           memcmp(t->data, selector, sizeof selector) == 0;
}

static bool
is_listed(const struct signer_contracts *c, uint64_t chain,
          const struct carried *in)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (is_call(c, &calls[i], in))
            return !calls[i].approves || may_be_approved(c, chain, in);
    return false;
}

bool
signer_may_relay(const struct signer_contracts *c, uint64_t chain,
                 const struct wallet *w, const struct relay_batch *b,
                 struct nanos wall)
{
    const struct carried in = { b->to, b->data, b->size };
    uint64_t now = (uint64_t)(wall.ns / 1000000000);

    return carrier_relayed(w) && !carrier_barred(w, chain) &&
           b->deadline > now && b->deadline - now <= SIGNER_RELAY_MAX &&
           is_listed(c, chain, &in);
}

bool
signer_may_send(const struct signer_contracts *c, uint64_t chain,
                const struct wallet *w, const struct tx *t)
{
    static const struct hash nothing;
    const struct carried sent = { t->to, t->data, t->data_size };
    struct carried in;

    if (t->chain != chain || !hash_equal(&t->value, &nothing) ||
        t->gas_limit > SIGNER_GAS_MAX || t->fee_max > SIGNER_FEE_MAX ||
        t->priority_max > t->fee_max || t->data_size > TX_DATA_CAP ||
        address_is_zero(&t->to))
        return false;
    if (t->data_size == 0)
        return address_equal(&t->to, &w->owner);
    if (carrier_barred(w, chain) || !carrier_unwrap(w, &sent, &in))
        return false;
    return is_listed(c, chain, &in);
}
