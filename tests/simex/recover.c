/* recover - who signed a digest (OpenSSL's curve arithmetic, its one door)
 *
 * The public key is Q = (s R - e G) / r, with R the point whose x is r and
 * whose y is as odd as v says; the address is the end of Q's keccak-256.
 * Nothing of the code that signs is used. */
#include "tests/simex/recover.h"

#include "tests/simex/sponge.h"

#include "common/must.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <string.h>

struct curve { EC_GROUP *group; const BIGNUM *order; BN_CTX *bn; };

static bool
in_range(const struct curve *c, const BIGNUM *r, const BIGNUM *s)
{
    BIGNUM *half = BN_CTX_get(c->bn);
    return half && !BN_is_zero(r) && !BN_is_zero(s) &&
           BN_cmp(r, c->order) < 0 && BN_rshift1(half, c->order) &&
           BN_cmp(s, half) <= 0;
}

static bool
find_key(const struct curve *c, const uint8_t digest[32],
         const uint8_t signature[65], EC_POINT *big_r, EC_POINT *key)
{
    BIGNUM *r = BN_CTX_get(c->bn), *s = BN_CTX_get(c->bn);
    BIGNUM *e = BN_CTX_get(c->bn), *inverse = BN_CTX_get(c->bn);
    BIGNUM *u = BN_CTX_get(c->bn), *v = BN_CTX_get(c->bn);
    if (!v || !BN_bin2bn(signature, 32, r) ||
        !BN_bin2bn(signature + 32, 32, s) || !BN_bin2bn(digest, 32, e) ||
        !in_range(c, r, s) ||
        !EC_POINT_set_compressed_coordinates(c->group, big_r, r,
                                             signature[64] - 27, c->bn) ||
        !BN_mod_inverse(inverse, r, c->order, c->bn) ||
        !BN_mod_mul(u, e, inverse, c->order, c->bn) ||
        !BN_mod_mul(v, s, inverse, c->order, c->bn) ||
        !BN_sub(u, c->order, u) ||
        !EC_POINT_mul(c->group, key, u, big_r, v, c->bn))
        return false;
    return !EC_POINT_is_at_infinity(c->group, key);
}

bool
recover_signer(const uint8_t digest[32], const uint8_t signature[65],
               struct address *signer)
{
    struct curve c = { .group = EC_GROUP_new_by_curve_name(NID_secp256k1),
                       .bn = BN_CTX_new() };
    must(c.group != NULL && c.bn != NULL);
    EC_POINT *big_r = EC_POINT_new(c.group), *key = EC_POINT_new(c.group);
    must(big_r != NULL && key != NULL);
    c.order = EC_GROUP_get0_order(c.group);
    BN_CTX_start(c.bn);
    uint8_t bytes[65], sum[32];
    bool ok = (signature[64] == 27 || signature[64] == 28) &&
              find_key(&c, digest, signature, big_r, key) &&
              EC_POINT_point2oct(c.group, key, POINT_CONVERSION_UNCOMPRESSED,
                                 bytes, sizeof bytes, c.bn) == sizeof bytes;
    if (ok) {
        sponge256(bytes + 1, 64, sum);
        memcpy(signer->b, sum + 12, 20);
    }
    BN_CTX_end(c.bn);
    EC_POINT_free(big_r);
    EC_POINT_free(key);
    EC_GROUP_free(c.group);
    BN_CTX_free(c.bn);
    return ok;
}
