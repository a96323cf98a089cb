/* chain_carry - wallets that are contracts: what their owners make them call
 *
 * A Safe (1.3) with one owner: his signature over what is to be called and the
 * Safe's own nonce, or that it is he who sends it; what it says and how it
 * refuses are those of the real one (tests/chain plays it on an EVM).  The
 * factory of proxy wallets, which finds the proxy by who sends; it makes none
 * here.  One call at a time, as a call, of what call_try knows. */
#include "tests/simex/chain_own.h"

#include "tests/simex/sponge.h"

#include "common/must.h"

#include <string.h>

#define FACTORY "0xaB45c5A4B0c941a2F231C04C3f49182e1A254052"
#define EXEC "execTransaction(address,uint256,bytes,uint8,uint256,uint256," \
             "uint256,address,address,bytes)"
#define SAFE_TX "SafeTx(address to,uint256 value,bytes data,uint8 operation," \
                "uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,"         \
                "address gasToken,address refundReceiver,uint256 nonce)"

enum { WORD = 32, SIGNATURE = 65, CARRY_GAS = 45000 };

/* What is called inside. */
struct inside {
    struct address to;
    const uint8_t *data;
    size_t size;
};

static bool
is_factory(const struct address *a)
{
    struct address f;
    must(address_read(FACTORY, &f));
    return address_same(a, &f);
}

static uint32_t
safe_at(const struct chain *c, const struct address *a)
{
    uint32_t w = desk_wallet(c->desk, a);
    return w == DESK_NONE || c->desk->wallets[w].type != 2 ? DESK_NONE : w;
}

bool
carry_knows(const struct chain *c, const struct address *a)
{
    return chain_place(a) != PLACE_NONE || is_factory(a) ||
           safe_at(c, a) != DESK_NONE;
}

/* Bytes whose place from word `base` on word i tells. */
static bool
take_bytes(const struct abi_call *in, size_t base, size_t i,
           const uint8_t **b, size_t *size)
{
    uint64_t at, n;
    if (!abi_number(in, i, &at) || at % WORD != 0 || at > in->size ||
        !abi_number(in, base + (size_t)at / WORD, &n))
        return false;
    size_t from = 4 + WORD * (base + (size_t)at / WORD + 1);
    if (n > in->size - from)
        return false;
    *b = in->data + from;
    *size = (size_t)n;
    return true;
}

/* --- a Safe --------------------------------------------------------------- */
static void
safe_digest(const struct chain *c, uint32_t safe, const struct abi_call *in,
            const struct inside *i, uint8_t digest[32])
{
    uint8_t words[11][WORD], domain[3][WORD], all[2 + 2 * WORD] = { 25, 1 };
    abi_topic("EIP712Domain(uint256 chainId,address verifyingContract)",
              domain[0]);
    word_number(c->terms.id, domain[1]);
    word_address(&c->desk->wallets[safe].address, domain[2]);
    sponge256(domain, sizeof domain, all + 2);
    abi_topic(SAFE_TX, words[0]);
    for (size_t k = 0; k < 9; k++)
        must(abi_word(in, k, words[1 + k]));
    sponge256(i->data, i->size, words[3]);
    word_number(c->accounts[safe].nonce, words[10]);
    sponge256(words, sizeof words, all + 2 + WORD);
    sponge256(all, sizeof all, digest);
}

static const char *
judge_signature(const struct chain *c, uint32_t safe,
                const struct address *sender, const uint8_t *signature,
                size_t size, const uint8_t digest[32])
{
    static const char personal[] = "\x19" "Ethereum Signed Message:\n32";
    const struct wallet *w = &c->desk->wallets[safe];
    const struct address *owner = &c->desk->people[w->person].address;
    uint8_t again[SIGNATURE], text[sizeof personal - 1 + WORD], sum[WORD];
    struct address who;
    if (size < SIGNATURE)
        return "GS020";
    memcpy(again, signature, sizeof again);
    memcpy(sum, digest, sizeof sum);
    if (again[64] == 1) { /* He who sends it says so himself. */
        memcpy(who.b, again + 12, sizeof who.b);
        if (!address_same(&who, sender))
            return "GS025";
    } else {
        if (again[64] > 30) {
            again[64] = (uint8_t)(again[64] - 4);
            memcpy(text, personal, sizeof personal - 1);
            memcpy(text + sizeof personal - 1, digest, WORD);
            sponge256(text, sizeof text, sum);
        }
        if (!recover_signer(sum, again, &who))
            return "GS026";
    }
    return address_same(&who, owner) ? NULL : "GS026";
}

static const char *
try_safe(struct chain *c, uint32_t safe, const struct address *sender,
         const struct abi_call *in, struct effect *e)
{
    const uint8_t *signature;
    struct inside i;
    size_t size;
    bool gas;
    if (!abi_is(in, EXEC) || !abi_address(in, 0, &i.to) ||
        !take_bytes(in, 0, 2, &i.data, &i.size) ||
        !take_bytes(in, 0, 9, &signature, &size) ||
        !abi_is_number(in, 1, 0) || !abi_is_number(in, 3, 0))
        return ""; /* No other function, no value, no delegatecall here. */
    safe_digest(c, safe, in, &i, e->safe_tx);
    uint8_t digest[32];
    memcpy(digest, e->safe_tx, sizeof digest);
    const char *no = judge_signature(c, safe, sender, signature, size,
                                     digest);
    if (no)
        return no;
    gas = !abi_is_number(in, 4, 0) || !abi_is_number(in, 6, 0);
    no = call_try(c, safe, &i.to, i.data, i.size, e);
    memcpy(e->safe_tx, digest, sizeof digest);
    e->carried = no ? CARRIED_failed : CARRIED_safe;
    return no && !gas ? "GS013" : NULL;
}

/* --- proxies -------------------------------------------------------------- */
static const char *
try_proxy(struct chain *c, uint32_t sender, const struct abi_call *in,
          struct effect *e)
{
    uint32_t person = c->desk->wallets[sender].person;
    uint32_t proxy = desk_wallet_of(c->desk, person, 1);
    struct inside i;
    if (!abi_is(in, "proxy((uint8,address,uint256,bytes)[])") ||
        proxy == DESK_NONE || !abi_is_number(in, 0, WORD) ||
        !abi_is_number(in, 1, 1) || !abi_is_number(in, 2, WORD) ||
        !abi_is_number(in, 3, 1) || !abi_address(in, 4, &i.to) ||
        !abi_is_number(in, 5, 0) ||
        !take_bytes(in, 3, 6, &i.data, &i.size))
        return "";
    const char *no = call_try(c, proxy, &i.to, i.data, i.size, e);
    e->carried = CARRIED_proxy;
    return no;
}

/* --- whoever is called ---------------------------------------------------- */
const char *
carry_try(struct chain *c, uint32_t wallet, const struct address *to,
          const uint8_t *data, size_t size, struct effect *e)
{
    const struct abi_call in = { data, size };
    const struct address *sender = &c->desk->wallets[wallet].address;
    uint32_t safe = safe_at(c, to);
    const char *no;
    *e = (struct effect){ .wallet = wallet, .by = PLACE_NONE };
    if (safe != DESK_NONE)
        no = try_safe(c, safe, sender, &in, e);
    else if (is_factory(to))
        no = try_proxy(c, wallet, &in, e);
    else
        return call_try(c, wallet, to, data, size, e);
    e->gas += CARRY_GAS;
    return no;
}

/* A Safe counts what it was made to call. */
static void
count(struct chain *c, const struct effect *e, bool back)
{
    if (e->carried != CARRIED_safe && e->carried != CARRIED_failed)
        return;
    if (back)
        c->accounts[e->wallet].nonce--;
    else
        chain_account(c, e->wallet)->nonce++;
}

bool
carry_do(struct chain *c, const struct effect *e)
{
    bool done = call_do(c, e);
    if (done)
        count(c, e, false);
    return done;
}

bool
carry_undo(struct chain *c, const struct effect *e)
{
    bool done = call_undo(c, e);
    if (done)
        count(c, e, true);
    return done;
}
