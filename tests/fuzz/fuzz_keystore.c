/* fuzz_keystore - bytes as a keystore; links: executor common proto
 *
 * What is read has every number within its bounds; what is cheap to derive
 * is derived, twice to the same end.  max_len: 2048
 */
#include <stdlib.h>
#include <string.h>

#include "executor/keystore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static bool
is_cheap(const struct keystore *ks)
{
    return ks->scrypt ? scrypt_memory(&ks->cost) < 65536 && ks->cost.p < 4
                      : ks->rounds <= 64;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keystore ks;
    struct why why = { "" };
    uint8_t one[32], two[32];

    if (!keystore_read((const char *)data, size, &ks, &why)) {
        insist(why.s[0] != '\0');
        return 0;
    }
    insist(ks.salt_size >= 1 && ks.salt_size <= sizeof ks.salt);
    insist(ks.derived_size >= 32 && ks.derived_size <= 64);
    if (ks.scrypt)
        insist(scrypt_memory(&ks.cost) <= (UINT64_C(9) << 27) &&
               (ks.cost.n & (ks.cost.n - 1)) == 0);
    else
        insist(ks.rounds >= 1 && ks.rounds <= 10000000);
    if (!is_cheap(&ks))
        return 0;
    bool ok = keystore_open(&ks, (const uint8_t *)"pw", 2, one, &why);
    insist(ok == keystore_open(&ks, (const uint8_t *)"pw", 2, two, &why));
    insist(!ok || memcmp(one, two, sizeof one) == 0);
    return 0;
}
