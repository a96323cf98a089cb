/* secp - signatures on secp256k1 (libsecp256k1's one door) */

/* The context is made in memory of the caller, beside the key it will work
 * with, and is blinded with fresh randomness so that its timing and power do
 * not repeat from process to process. */

#include "executor/secp.h"

#include "common/must.h"
#include "common/secret.h"

#include <secp256k1.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_recovery.h>
#include <string.h>

enum { FLAGS = SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY };

static const secp256k1_context *
context(const struct secp *c)
{
    return (const secp256k1_context *)(const void *)c;
}

size_t
secp_size(void)
{
    return secp256k1_context_preallocated_size(FLAGS);
}

struct secp *
secp_make(void *memory)
{
    secp256k1_context *c =
        secp256k1_context_preallocated_create(memory, FLAGS);
    uint8_t seed[32];

    must(c);
    secret_random(seed, sizeof seed);
    int ok = secp256k1_context_randomize(c, seed);
    must(ok == 1);
    secret_wipe(seed, sizeof seed);
    return (struct secp *)(void *)c;
}

bool
secp_is_key(const struct secp *c, const uint8_t key[32])
{
    return secp256k1_ec_seckey_verify(context(c), key) == 1;
}

static struct address
address_of_point(const struct secp *c, const secp256k1_pubkey *point)
{
    uint8_t text[65];
    size_t size = sizeof text;
    int ok = secp256k1_ec_pubkey_serialize(context(c), text, &size, point,
                                           SECP256K1_EC_UNCOMPRESSED);

    must(ok == 1 && size == sizeof text);
    return address_of_key(text + 1);
}

struct address
secp_address(const struct secp *c, const uint8_t key[32])
{
    secp256k1_pubkey point;
    int ok = secp256k1_ec_pubkey_create(context(c), &point, key);

    must(ok == 1);
    return address_of_point(c, &point);
}

void
secp_sign(const struct secp *c, const uint8_t key[32],
          const struct hash *digest, struct signature *sig)
{
    secp256k1_ecdsa_recoverable_signature made;
    uint8_t compact[64];
    int parity = -1;
    int ok = secp256k1_ecdsa_sign_recoverable(context(c), &made, digest->b,
                                              key, NULL, NULL);

    must(ok == 1);
    (void)secp256k1_ecdsa_recoverable_signature_serialize_compact(
        context(c), compact, &parity, &made);
    /* 2 and 3 mean an x beyond the order: not seen in this universe. */
    must(parity == 0 || parity == 1);
    memcpy(sig->r, compact, 32);
    memcpy(sig->s, compact + 32, 32);
    sig->parity = (uint8_t)parity;
}

bool
secp_recover(const struct secp *c, const struct hash *digest,
             const struct signature *sig, struct address *address)
{
    secp256k1_ecdsa_recoverable_signature made;
    secp256k1_ecdsa_signature plain;
    secp256k1_pubkey point;
    uint8_t compact[64];

    memcpy(compact, sig->r, 32);
    memcpy(compact + 32, sig->s, 32);
    if (sig->parity > 1 ||
        secp256k1_ecdsa_recoverable_signature_parse_compact(
            context(c), &made, compact, sig->parity) != 1)
        return false;
    (void)secp256k1_ecdsa_recoverable_signature_convert(context(c), &plain,
                                                        &made);
    if (secp256k1_ecdsa_signature_normalize(context(c), NULL, &plain) == 1)
        return false;
    if (secp256k1_ecdsa_recover(context(c), &point, &made, digest->b) != 1)
        return false;
    *address = address_of_point(c, &point);
    return true;
}
