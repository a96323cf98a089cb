/* relay - what the owner of a contract wallet signs for the relayer */

/* Three wallets, three forms: EIP-712 signed as a personal message (Safe),
 * EIP-712 signed as it is (deposit wallet), packed bytes signed as a personal
 * message (proxy). */

#include "executor/encode/relay.h"

#include "common/keccak.h"
#include "executor/encode/eip712.h"

#include <string.h>

#define CALL_TYPE "Call(address target,uint256 value,bytes data)"

static struct hash
hash_of_data(const struct relay_call *call)
{
    struct hash h;

    keccak256(call->data, call->data_size, h.b);
    return h;
}

/* A Safe's domain has neither name nor version. */
static struct hash
safe_domain(uint64_t chain, const struct address *safe)
{
    const struct hash words[] = {
        hash_of_text("EIP712Domain(uint256 chainId,"
                     "address verifyingContract)"),
        word_of_count(chain),
        word_of_address(safe),
    };

    return hash_of_words(words, sizeof words / sizeof words[0]);
}

struct hash
relay_safe_hash(uint64_t chain, const struct address *safe,
                const struct relay_call *call, bool delegate, uint64_t nonce)
{
    const struct hash zero = { { 0 } };
    const struct hash words[] = {
        hash_of_text("SafeTx(address to,uint256 value,bytes data,"
                     "uint8 operation,uint256 safeTxGas,uint256 baseGas,"
                     "uint256 gasPrice,address gasToken,"
                     "address refundReceiver,uint256 nonce)"),
        word_of_address(&call->to),
        call->value,
        hash_of_data(call),
        word_of_count(delegate),
        zero,
        zero,
        zero,
        zero,
        zero,
        word_of_count(nonce),
    };
    struct hash domain = safe_domain(chain, safe);
    struct hash structure =
        hash_of_words(words, sizeof words / sizeof words[0]);

    return typed_digest(&domain, &structure);
}

/* An array of structs is the hash of its structs' hashes. */
static struct hash
hash_of_calls(const struct relay_call *calls, size_t count)
{
    struct hash type = hash_of_text(CALL_TYPE), h;
    struct keccak k;

    keccak_start(&k);
    for (size_t i = 0; i < count; i++) {
        const struct hash words[] = { type, word_of_address(&calls[i].to),
                                      calls[i].value,
                                      hash_of_data(&calls[i]) };
        h = hash_of_words(words, sizeof words / sizeof words[0]);
        keccak_add(&k, h.b, sizeof h.b);
    }
    keccak_end(&k, h.b);
    return h;
}

struct hash
relay_wallet_hash(uint64_t chain, const struct address *wallet,
                  uint64_t nonce, uint64_t deadline,
                  const struct relay_call *calls, size_t count)
{
    const struct hash words[] = {
        hash_of_text("Batch(address wallet,uint256 nonce,uint256 deadline,"
                     "Call[] calls)" CALL_TYPE),
        word_of_address(wallet),
        word_of_count(nonce),
        word_of_count(deadline),
        hash_of_calls(calls, count),
    };
    struct hash domain = domain_hash("DepositWallet", "1", chain, wallet);
    struct hash structure =
        hash_of_words(words, sizeof words / sizeof words[0]);

    return typed_digest(&domain, &structure);
}

static void
add_count(struct keccak *k, uint64_t n)
{
    struct hash word = word_of_count(n);

    keccak_add(k, word.b, sizeof word.b);
}

struct hash
relay_proxy_hash(const struct relay_proxy *p, const struct relay_call *call)
{
    struct keccak k;
    struct hash h;

    keccak_start(&k);
    keccak_add(&k, "rlx:", 4);
    keccak_add(&k, p->from.b, sizeof p->from.b);
    keccak_add(&k, call->to.b, sizeof call->to.b);
    keccak_add(&k, call->data, call->data_size);
    add_count(&k, p->fee);
    add_count(&k, p->gas_price);
    add_count(&k, p->gas_limit);
    add_count(&k, p->nonce);
    keccak_add(&k, p->hub.b, sizeof p->hub.b);
    keccak_add(&k, p->relay.b, sizeof p->relay.b);
    keccak_end(&k, h.b);
    return h;
}

/* --- a batch of one ------------------------------------------------------- */
enum { BATCH = 'W' }; /* No transaction begins with it. */

struct hash
relay_batch_hash(uint64_t chain, const struct address *wallet,
                 const struct relay_batch *b)
{
    const struct relay_call call = { .to = b->to, .data = b->data,
                                     .data_size = b->size };

    return relay_wallet_hash(chain, wallet, b->nonce, b->deadline, &call, 1);
}

size_t
relay_batch_pack(const struct relay_batch *b,
                 const uint8_t sig[RELAY_SIGNATURE_SIZE], uint8_t *out,
                 size_t cap)
{
    if (b->size == 0 || cap < RELAY_BATCH_HEAD ||
        b->size > cap - RELAY_BATCH_HEAD)
        return 0;
    out[0] = BATCH;
    for (int i = 0; i < 8; i++)
        out[1 + i] = (uint8_t)(b->deadline >> (56 - 8 * i));
    memcpy(out + 9, sig, RELAY_SIGNATURE_SIZE);
    memcpy(out + 9 + RELAY_SIGNATURE_SIZE, b->to.b, sizeof b->to.b);
    memcpy(out + RELAY_BATCH_HEAD, b->data, b->size);
    return RELAY_BATCH_HEAD + b->size;
}

bool
relay_batch_unpack(const uint8_t *raw, size_t size, struct relay_batch *b,
                   uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    if (size <= RELAY_BATCH_HEAD || raw[0] != BATCH)
        return false;
    *b = (struct relay_batch){ .data = raw + RELAY_BATCH_HEAD,
                               .size = size - RELAY_BATCH_HEAD };
    for (int i = 0; i < 8; i++)
        b->deadline = b->deadline << 8 | raw[1 + i];
    memcpy(sig, raw + 9, RELAY_SIGNATURE_SIZE);
    memcpy(b->to.b, raw + 9 + RELAY_SIGNATURE_SIZE, sizeof b->to.b);
    return true;
}

/* --- signatures ----------------------------------------------------------- */
static void
put(const struct signature *made, uint8_t first_v,
    uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    memcpy(sig, made->r, 32);
    memcpy(sig + 32, made->s, 32);
    sig[64] = (uint8_t)(first_v + made->parity);
}

void
relay_signature(const struct signature *made,
                uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    put(made, 27, sig);
}

static void
sign(const struct key *key, const struct hash *digest, uint8_t first_v,
     uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    struct signature made;

    key_sign(key, digest, &made);
    put(&made, first_v, sig);
}

void
relay_sign_safe(const struct key *key, const struct hash *hash,
                uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    struct hash digest = personal_digest(hash);

    sign(key, &digest, 31, sig);
}

void
relay_sign_wallet(const struct key *key, const struct hash *hash,
                  uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    sign(key, hash, 27, sig);
}

void
relay_sign_proxy(const struct key *key, const struct hash *hash,
                 uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    struct hash digest = personal_digest(hash);

    sign(key, &digest, 27, sig);
}
