/* mac_key - the key riskd and the signer share, and what it proves
 *
 * <var>/keys/grant.mac holds 32 random bytes, 0600, in a folder 0700.
 * Whichever of the two comes first makes it, whole or not at all.  With it
 * riskd marks each live grant, and the signer signs nothing that bears no
 * such mark: the executor in between can show grants, not make them. */
#ifndef COMMON_MAC_KEY_H
#define COMMON_MAC_KEY_H

#include "common/why.h"
#include "proto/proto.h"

enum { MAC_KEY_SIZE = 32 };
struct mac_key {
    uint8_t b[MAC_KEY_SIZE];
};

/* Reads the key, makes it first when there is none.  False for one that
 * others may read, that is not ours, no plain file, or of another size. */
MUST_CHECK bool mac_key_load(const char *var, struct mac_key *key,
                             struct why *why);
void mac_key_wipe(struct mac_key *key);

/* HMAC-SHA256 of the packed grant with mac = 0.  Of its lists only the used
 * part counts. */
void grant_mac(const struct mac_key *key, const struct grant *grant,
               struct hash *out);
/* Whether grant->mac is that; takes as long for a wrong one. */
bool grant_mac_fits(const struct mac_key *key, const struct grant *grant);

#endif /* COMMON_MAC_KEY_H */
