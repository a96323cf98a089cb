/* carrier - how the owner of a wallet makes it call a contract */

/* All gas fields of a Safe's call are 0, so that one of version 1.3 or later
 * reverts with what it calls; an older one goes on and says so in an event.
 * A proxy is not named in the call: its factory
 * finds it by who sends, which is why a funder that is not that one is
 * barred. */

#include "executor/encode/carrier.h"

#include "common/keccak.h"
#include "executor/encode/eip712.h"

#include <string.h>

enum { WORD = 32, SAFE_WORDS = 10, PRE_VALIDATED = 1, CALL = 1,
       HEAD = 4 /* The function. */ };

/* Where Polymarket makes wallets: CREATE2 of a code that is always the same,
 * under a salt made of the owner. */
struct maker {
    const char *at, *code;
    bool amoy;             /* There as well. */
    bool word;             /* The salt is of a word, not of 20 bytes. */
};

static const struct maker proxy_maker = {
    "0xaB45c5A4B0c941a2F231C04C3f49182e1A254052",
    "0xd21df8dc65880a8606f09fe0ce3df9b8869287ab0b058be05aa9e8af6330a00b",
    false, false
};
static const struct maker safe_maker = {
    "0xaacFeEa03eb1561C4e67d661e40682Bd20E3541b",
    "0x2bce2127ff07fb632d16c8347c4ebf501f4841168bed00d9e6ef715ddb6fcecf",
    true, true
};

static bool
put_count(struct call *c, uint64_t n)
{
    struct hash word = word_of_count(n);

    return abi_put(c, &word);
}

static bool
put_address(struct call *c, const struct address *a)
{
    struct hash word = word_of_address(a);

    return abi_put(c, &word);
}

/* --- envelopes ------------------------------------------------------------ */
static bool
wrap_safe(const struct wallet *w, const struct carried *in,
          struct address *to, struct call *out)
{
    size_t data = WORD + (in->size + WORD - 1) / WORD * WORD;
    struct hash owner = word_of_address(&w->owner);
    uint8_t signature[65] = { 0 }; /* r: the owner; s; v: he sends it. */

    memcpy(signature, owner.b, sizeof owner.b);
    signature[64] = PRE_VALIDATED;
    *to = w->funder;
    abi_begin(out, "execTransaction(address,uint256,bytes,uint8,uint256,"
                   "uint256,uint256,address,address,bytes)");
    bool fits = put_address(out, &in->to) && put_count(out, 0) &&
                put_count(out, SAFE_WORDS * WORD);
    for (int i = 0; i < 6; i++) /* A call; no gas, no refund. */
        fits = fits && put_count(out, 0);
    return fits && put_count(out, SAFE_WORDS * WORD + data) &&
           abi_put_bytes(out, in->data, in->size) &&
           abi_put_bytes(out, signature, sizeof signature);
}

/* A list of one: offset, length, offset; then the call. */
static bool
wrap_proxy(const struct wallet *w, const struct carried *in,
           struct address *to, struct call *out)
{
    (void)w;
    abi_begin(out, "proxy((uint8,address,uint256,bytes)[])");
    return address_parse(proxy_maker.at, strlen(proxy_maker.at), to) &&
           put_count(out, WORD) && put_count(out, 1) &&
           put_count(out, WORD) && put_count(out, CALL) &&
           put_address(out, &in->to) && put_count(out, 0) &&
           put_count(out, 4 * WORD) &&
           abi_put_bytes(out, in->data, in->size);
}

static const struct carrier {
    const char *name;
    bool relayed;              /* Its owner only signs. */
    const struct maker *maker; /* NULL: not known. */
    bool (*wrap)(const struct wallet *w, const struct carried *in,
                 struct address *to, struct call *out); /* NULL: as it is. */
    size_t to_at, data_at;     /* Words of the envelope. */
    bool only_made;            /* By its maker, and found by it. */
    bool answers;              /* With one word: 1. */
    const char *failure;       /* An event. */
    uint64_t gas;
} carriers[WALLET_END_] = {
    [WALLET_EOA] = { .name = "the key's own account (0)" },
    [WALLET_PROXY] = { .name = "a proxy wallet of an e-mail login (1)",
                       .maker = &proxy_maker, .wrap = wrap_proxy,
                       .to_at = 4, .data_at = 7, .only_made = true,
                       .gas = 80000 },
    [WALLET_SAFE] = { .name = "a Gnosis Safe (2)", .maker = &safe_maker,
                      .wrap = wrap_safe, .to_at = 0, .data_at = SAFE_WORDS,
                      .answers = true,
                      .failure = "ExecutionFailure(bytes32,uint256)",
                      .gas = 80000 },
    [WALLET_DEPOSIT] = { .name = "a deposit wallet (3)",
                         .relayed = true },
};

/* --- wallets -------------------------------------------------------------- */
const char *
carrier_name(uint64_t type)
{
    return type < WALLET_END_ ? carriers[type].name : "?";
}

bool
carrier_wallet(uint64_t type, uint64_t chain, const struct address *owner,
               struct address *wallet)
{
    const struct maker *m = type < WALLET_END_ ? carriers[type].maker : NULL;
    struct hash code, salt, word = word_of_address(owner);
    struct address at;
    struct keccak k;

    if (!m || (chain != CHAIN_POLYGON && (chain != CHAIN_AMOY || !m->amoy)) ||
        !address_parse(m->at, strlen(m->at), &at) ||
        !hash_parse(m->code, strlen(m->code), &code))
        return false;
    if (m->word)
        keccak256(word.b, sizeof word.b, salt.b);
    else
        keccak256(owner->b, sizeof owner->b, salt.b);
    keccak_start(&k);
    keccak_add(&k, "\xff", 1);
    keccak_add(&k, at.b, sizeof at.b);
    keccak_add(&k, salt.b, sizeof salt.b);
    keccak_add(&k, code.b, sizeof code.b);
    keccak_end(&k, word.b);
    memcpy(wallet->b, word.b + 12, sizeof wallet->b);
    return true;
}

const char *
carrier_barred(const struct wallet *w, uint64_t chain)
{
    const struct carrier *c = &carriers[w->type];
    struct address made;

    if (c->only_made &&
        (!carrier_wallet(w->type, chain, &w->owner, &made) ||
         !address_equal(&made, &w->funder)))
        return "the funder is not the proxy wallet that was made for this "
               "key";
    if (w->type != WALLET_EOA && address_equal(&w->owner, &w->funder))
        return "the funder is the key's own account, not a wallet";
    if (c->relayed && chain != CHAIN_POLYGON)
        return "the contracts of deposit wallets on that chain are not known";
    return NULL;
}

bool
carrier_relayed(const struct wallet *w)
{
    return carriers[w->type].relayed;
}

/* --- calls ---------------------------------------------------------------- */
bool
carrier_wrap(const struct wallet *w, const struct carried *in,
             struct address *to, struct call *out)
{
    const struct carrier *c = &carriers[w->type];

    if (in->size > sizeof out->b)
        return false;
    if (c->wrap)
        return c->wrap(w, in, to, out);
    *to = in->to;
    out->size = in->size;
    if (in->size > 0)
        memcpy(out->b, in->data, in->size);
    return true;
}

bool
carrier_unwrap(const struct wallet *w, const struct carried *sent,
               struct carried *in)
{
    const struct carrier *c = &carriers[w->type];
    struct hash whom, length;
    struct address to;
    struct call again;
    uint64_t size;

    *in = *sent;
    if (!c->wrap)
        return !c->relayed;
    size_t at = HEAD + WORD * (c->data_at + 1);
    if (sent->size < at ||
        !abi_word(sent->data + HEAD, sent->size - HEAD, c->to_at, &whom) ||
        !abi_word(sent->data + HEAD, sent->size - HEAD, c->data_at,
                  &length) ||
        !word_count(&length, &size) || size > sent->size - at)
        return false;
    memcpy(in->to.b, whom.b + WORD - sizeof in->to.b, sizeof in->to.b);
    in->data = sent->data + at;
    in->size = (size_t)size;
    return carrier_wrap(w, in, &to, &again) &&
           address_equal(&to, &sent->to) && again.size == sent->size &&
           memcmp(again.b, sent->data, again.size) == 0;
}

bool
carrier_went_well(const struct wallet *w, uint64_t words,
                  const struct hash *first)
{
    struct hash yes = word_of_count(1);

    if (carriers[w->type].answers)
        return words == 1 && hash_equal(first, &yes);
    return words > 0;
}

struct hash
carrier_failure(const struct wallet *w)
{
    const char *event = carriers[w->type].failure;
    const struct hash none = { { 0 } };

    return event ? abi_topic(event) : none;
}

uint64_t
carrier_gas(const struct wallet *w)
{
    return carriers[w->type].gas;
}
