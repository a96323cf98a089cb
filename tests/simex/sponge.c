/* sponge - keccak-256, as Ethereum uses it (not SHA-3)
 *
 * The exchange's own, written apart from the one that signs: if both agree,
 * neither is wrong in the same way by chance. */
#include "tests/simex/sponge.h"

#include <string.h>

#define RATE 136
#define ROUNDS 24

static const uint64_t constants[ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
    0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
    0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
    0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
    0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
    0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};
/* How far lane (x, y) turns, at 5 * y + x. */
static const unsigned turns[25] = {
    0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
    25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14,
};

static uint64_t
turn(uint64_t a, unsigned n)
{
    return n == 0 ? a : a << n | a >> (64 - n);
}

static void
permute(uint64_t a[25])
{
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t column[5], b[25];
        for (int x = 0; x < 5; x++)
            column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (int i = 0; i < 25; i++)
            a[i] ^= column[(i + 4) % 5] ^ turn(column[(i + 1) % 5], 1);
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++)
                b[(2 * x + 3 * y) % 5 * 5 + y] =
                    turn(a[5 * y + x], turns[5 * y + x]);
        }
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++)
                a[5 * y + x] = b[5 * y + x] ^ (~b[5 * y + (x + 1) % 5] &
                                               b[5 * y + (x + 2) % 5]);
        }
        a[0] ^= constants[round];
    }
}

static void
absorb(uint64_t a[25], const uint8_t block[RATE])
{
    for (int i = 0; i < RATE; i++)
        a[i / 8] ^= (uint64_t)block[i] << (8 * (i % 8));
    permute(a);
}

void
sponge256(const void *data, size_t size, uint8_t out[32])
{
    uint64_t a[25] = { 0 };
    uint8_t last[RATE] = { 0 };
    const uint8_t *p = data;
    for (; size >= RATE; size -= RATE, p += RATE)
        absorb(a, p);
    if (size > 0)
        memcpy(last, p, size);
    last[size] = 0x01;
    last[RATE - 1] |= 0x80;
    absorb(a, last);
    for (int i = 0; i < 32; i++)
        out[i] = (uint8_t)(a[i / 8] >> (8 * (i % 8)));
}
