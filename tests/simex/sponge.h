/* sponge - keccak-256, as Ethereum uses it (not SHA-3) */
#ifndef SIMEX_SPONGE_H
#define SIMEX_SPONGE_H

#include <stddef.h>
#include <stdint.h>

void sponge256(const void *data, size_t size, uint8_t out[32]);

#endif /* SIMEX_SPONGE_H */
