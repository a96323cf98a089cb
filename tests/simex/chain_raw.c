/* chain_raw - the bytes of a signed transaction, taken apart
 *
 * RLP by hand, strictly: one shape only, no byte left over, no number with
 * zeros before it.  Who signed is recovered from the signature over the same
 * fields without it. */
#include "tests/simex/chain_own.h"

#include "tests/simex/sponge.h"

#include <string.h>

/* A part of the bytes that is still to be read. */
struct piece { const uint8_t *at; size_t size; };

static bool
take_size(struct piece *p, size_t count, size_t *size)
{
    *size = 0;
    if (count > 4 || p->size < count || (count > 0 && p->at[0] == 0))
        return false;
    for (size_t i = 0; i < count; i++)
        *size = *size << 8 | p->at[i];
    p->at += count;
    p->size -= count;
    return *size > 55;
}

/* The next item; list tells which kind is wanted. */
static bool
take_item(struct piece *p, bool list, struct piece *item)
{
    uint8_t base = list ? 0xc0 : 0x80;
    size_t size;
    if (p->size == 0)
        return false;
    uint8_t head = p->at[0];
    if (!list && head < 0x80) {
        *item = (struct piece){ p->at, 1 };
        p->at++;
        p->size--;
        return true;
    }
    if (head < base || (!list && head >= 0xc0))
        return false;
    p->at++;
    p->size--;
    if (head - base <= 55)
        size = (size_t)(head - base);
    else if (!take_size(p, (size_t)(head - base - 55), &size))
        return false;
    if (size > p->size ||
        (!list && size == 1 && head == 0x81 && p->at[0] < 0x80))
        return false;
    *item = (struct piece){ p->at, size };
    p->at += size;
    p->size -= size;
    return true;
}

static bool
take_number(struct piece *p, uint64_t *n)
{
    struct piece item;
    *n = 0;
    if (!take_item(p, false, &item) || item.size > 8 ||
        (item.size > 0 && item.at[0] == 0))
        return false;
    for (size_t i = 0; i < item.size; i++)
        *n = *n << 8 | item.at[i];
    return true;
}

/* Of up to 32 bytes. */
static bool
take_word(struct piece *p, uint8_t word[32])
{
    struct piece item;
    memset(word, 0, 32);
    if (!take_item(p, false, &item) || item.size > 32 ||
        (item.size > 0 && item.at[0] == 0))
        return false;
    memcpy(word + 32 - item.size, item.at, item.size);
    return true;
}

static bool
read_fields(struct piece *p, struct raw_tx *tx)
{
    struct piece to, data, access;
    if (!take_number(p, &tx->chain) || !take_number(p, &tx->nonce) ||
        !take_number(p, &tx->priority) || !take_number(p, &tx->fee) ||
        !take_number(p, &tx->gas) || !take_item(p, false, &to) ||
        to.size != sizeof tx->to.b || !take_number(p, &tx->value) ||
        !take_item(p, false, &data) || data.size > sizeof tx->data ||
        !take_item(p, true, &access) || access.size != 0)
        return false;
    memcpy(tx->to.b, to.at, to.size);
    memcpy(tx->data, data.at, data.size);
    tx->size = data.size;
    return true;
}

/* What was signed: the same fields in a list without the signature. */
static void
signed_digest(const uint8_t *fields, size_t size, uint8_t digest[32])
{
    uint8_t all[CHAIN_RAW + 8] = { 2 };
    size_t at = 1;
    if (size <= 55) {
        all[at++] = (uint8_t)(0xc0 + size);
    } else {
        all[at++] = (uint8_t)(size > 255 ? 0xf9 : 0xf8);
        if (size > 255)
            all[at++] = (uint8_t)(size >> 8);
        all[at++] = (uint8_t)size;
    }
    memcpy(all + at, fields, size);
    sponge256(all, at + size, digest);
}

bool
raw_read(const uint8_t *bytes, size_t size, struct raw_tx *tx,
         const char **words)
{
    struct piece p = { bytes, size }, in;
    uint64_t parity;
    uint8_t signature[65], digest[32];
    memset(tx, 0, sizeof *tx);
    *words = "rlp: expected input list for types.DynamicFeeTx";
    if (size == 0 || size > CHAIN_RAW || bytes[0] != 2)
        return false;
    p.at++;
    p.size--;
    if (!take_item(&p, true, &in) || p.size != 0)
        return false;
    const uint8_t *fields = in.at;
    if (!read_fields(&in, tx))
        return false;
    size_t fields_size = (size_t)(in.at - fields);
    if (!take_number(&in, &parity) || !take_word(&in, signature) ||
        !take_word(&in, signature + 32) || in.size != 0)
        return false;
    sponge256(bytes, size, tx->hash);
    *words = "invalid transaction v, r, s values";
    if (parity > 1)
        return false;
    signature[64] = (uint8_t)(27 + parity);
    signed_digest(fields, fields_size, digest);
    return recover_signer(digest, signature, &tx->from);
}
