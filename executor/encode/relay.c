/* relay - what the owner of a deposit wallet signs for the relayer */

/* A deposit wallet's batch is typed data (EIP-712) signed as it is.  Safes and
 * proxies are called by transactions of their owner instead: carrier.c. */

#include "executor/encode/relay.h"

#include "common/keccak.h"
#include "executor/encode/eip712.h"

#include <string.h>

#define CALL_TYPE "Call(address target,uint256 value,bytes data)"

/* An array of structs is the hash of its structs' hashes; here it has one. */
static struct hash
hash_of_calls(const struct relay_batch *b)
{
    const struct hash no_value = { { 0 } };
    struct hash data;

    keccak256(b->data, b->size, data.b);
    const struct hash words[] = { hash_of_text(CALL_TYPE),
                                  word_of_address(&b->to), no_value, data };
    struct hash call = hash_of_words(words, sizeof words / sizeof words[0]);
    return hash_of_words(&call, 1);
}

struct hash
relay_batch_hash(uint64_t chain, const struct address *wallet,
                 const struct relay_batch *b)
{
    const struct hash words[] = {
        hash_of_text("Batch(address wallet,uint256 nonce,uint256 deadline,"
                     "Call[] calls)" CALL_TYPE),
        word_of_address(wallet),
        word_of_count(b->nonce),
        word_of_count(b->deadline),
        hash_of_calls(b),
    };
    struct hash domain = domain_hash("DepositWallet", "1", chain, wallet);
    struct hash structure =
        hash_of_words(words, sizeof words / sizeof words[0]);

    return typed_digest(&domain, &structure);
}

enum { BATCH = 'W' }; /* No transaction begins with it. */

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

void
relay_signature(const struct signature *made,
                uint8_t sig[RELAY_SIGNATURE_SIZE])
{
    memcpy(sig, made->r, 32);
    memcpy(sig + 32, made->s, 32);
    sig[64] = (uint8_t)(27 + made->parity);
}
