/* anvil_key - the well-known throw-away keys that the vectors are signed by */
#ifndef TESTS_UNIT_EXECUTOR_ANVIL_KEY_H
#define TESTS_UNIT_EXECUTOR_ANVIL_KEY_H

#include "common/hex.h"
#include "common/must.h"
#include "executor/keys.h"

#include <string.h>

#define ANVIL_0 \
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
#define ANVIL_1 \
    "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
#define ANVIL_2 \
    "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"

static inline struct key *
key_of_hex(const char *hex)
{
    uint8_t secret[32];
    struct why why;

    must(hex_parse(hex, strlen(hex), secret, sizeof secret));
    struct key *k = key_new(secret, &why);
    must(k);
    return k;
}

#endif /* TESTS_UNIT_EXECUTOR_ANVIL_KEY_H */
