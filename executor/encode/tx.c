/* tx - a transaction as EIP-1559 has it: bytes, hash, signature */

/* Type 2 and a list of nine, twelve when signed; the access list is always
 * empty. */

#include "executor/encode/tx.h"

#include "common/keccak.h"
#include "executor/encode/rlp.h"

#include <string.h>

static bool
tx_check(const struct tx *t, struct why *why)
{
    if (t->data_size > TX_DATA_CAP)
        return why_set(why, "data: %zu bytes, expected at most %d",
                       t->data_size, TX_DATA_CAP);
    if (t->priority_max > t->fee_max)
        return why_set(why, "maxPriorityFeePerGas: expected at most "
                            "maxFeePerGas");
    return true;
}

static size_t
fields(const struct tx *t, const struct signature *sig,
      uint8_t raw[TX_RAW_CAP])
{
    struct rlp r = rlp_to(raw, TX_RAW_CAP);
    struct hash s;

    rlp_raw(&r, "\x02", 1);
    rlp_count(&r, t->chain);
    rlp_count(&r, t->nonce);
    rlp_count(&r, t->priority_max);
    rlp_count(&r, t->fee_max);
    rlp_count(&r, t->gas_limit);
    rlp_string(&r, t->to.b, sizeof t->to.b);
    rlp_word(&r, &t->value);
    rlp_string(&r, t->data, t->data_size);
    rlp_raw(&r, "\xc0", 1);
    if (sig) {
        rlp_count(&r, sig->parity);
        memcpy(s.b, sig->r, sizeof s.b);
        rlp_word(&r, &s);
        memcpy(s.b, sig->s, sizeof s.b);
        rlp_word(&r, &s);
    }
    rlp_list(&r, 1);
    return r.full ? 0 : r.used;
}

size_t
tx_unsigned(const struct tx *t, uint8_t raw[TX_RAW_CAP])
{
    return tx_check(t, NULL) ? fields(t, NULL, raw) : 0;
}

bool
tx_digest(const struct tx *t, struct hash *digest, struct why *why)
{
    uint8_t raw[TX_RAW_CAP];

    if (!tx_check(t, why))
        return false;
    keccak256(raw, fields(t, NULL, raw), digest->b);
    return true;
}

size_t
tx_signed(const struct tx *t, const struct signature *sig,
          uint8_t raw[TX_RAW_CAP], struct hash *hash)
{
    size_t size = tx_check(t, NULL) ? fields(t, sig, raw) : 0;

    if (size > 0)
        keccak256(raw, size, hash->b);
    return size;
}
