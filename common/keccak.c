/* keccak - keccak-256, the hash of Ethereum (not SHA3-256: other padding) */

/* Names orders, addresses, transactions and positions.  The permutation is
 * that of FIPS 202; Ethereum took the padding of the contest's entry (first
 * bit 01), which the libcrypto of Debian 12 does not offer.  The loops over
 * five are unrolled: rolled they cost two and a half times as much. */

#include "common/keccak.h"

#include <string.h>

enum { ROUNDS = 24, RATE = 136 }; /* 1088 of 1600 bits take input. */

static const uint64_t round_constants[ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
    0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
    0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
    0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
    0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
    0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* Rho and pi walk the lanes in this order, turning by these bits. */
static const uint8_t lane_next[24] = { 10, 7,  11, 17, 18, 3,  5,  16,
                                       8,  21, 24, 4,  15, 23, 19, 13,
                                       12, 2,  20, 14, 22, 9,  6,  1 };
static const uint8_t lane_turn[24] = { 1,  3,  6,  10, 15, 21, 28, 36,
                                       45, 55, 2,  14, 27, 41, 56, 8,
                                       25, 43, 62, 18, 39, 61, 20, 44 };

static inline uint64_t
turn(uint64_t v, unsigned bits)
{
    return v << bits | v >> (64 - bits);
}

static inline void
one_round(uint64_t a[25], uint64_t constant)
{
    uint64_t c[5], last;

#pragma GCC unroll 5
    for (int x = 0; x < 5; x++)
        c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) {
        uint64_t d = c[(x + 4) % 5] ^ turn(c[(x + 1) % 5], 1);
#pragma GCC unroll 5
        for (int y = 0; y < 25; y += 5)
            a[x + y] ^= d;
    }
    last = a[1];
#pragma GCC unroll 24
    for (int i = 0; i < 24; i++) {
        uint64_t here = a[lane_next[i]];
        a[lane_next[i]] = turn(last, lane_turn[i]);
        last = here;
    }
#pragma GCC unroll 5
    for (int y = 0; y < 25; y += 5) {
#pragma GCC unroll 5
        for (int x = 0; x < 5; x++)
            c[x] = a[y + x];
#pragma GCC unroll 5
        for (int x = 0; x < 5; x++)
            a[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
    }
    a[0] ^= constant;
}

static void
permute(uint64_t lanes[25])
{
    uint64_t a[25];

    memcpy(a, lanes, sizeof a);
    for (int r = 0; r < ROUNDS; r++)
        one_round(a, round_constants[r]);
    memcpy(lanes, a, sizeof a);
}

static void
put_byte(struct keccak *k, uint32_t at, uint8_t byte)
{
    k->lanes[at / 8] ^= (uint64_t)byte << at % 8 * 8;
}

void
keccak_start(struct keccak *k)
{
    memset(k, 0, sizeof *k);
}

/* Eight bytes, least significant first whatever the machine. */
static uint64_t
lane_at(const uint8_t *p)
{
    uint64_t v = 0;

    for (int i = 7; i >= 0; i--)
        v = v << 8 | p[i];
    return v;
}

void
keccak_add(struct keccak *k, const void *data, size_t size)
{
    const uint8_t *p = data;

    while (size > 0) {
        if (k->used % 8 == 0 && size >= 8) {
            k->lanes[k->used / 8] ^= lane_at(p);
            k->used += 8;
            p += 8;
            size -= 8;
        } else {
            put_byte(k, k->used++, *p++);
            size--;
        }
        if (k->used == RATE) {
            permute(k->lanes);
            k->used = 0;
        }
    }
}

void
keccak_end(struct keccak *k, uint8_t out[32])
{
    put_byte(k, k->used, 0x01);
    put_byte(k, RATE - 1, 0x80);
    permute(k->lanes);
    for (uint32_t i = 0; i < 32; i++)
        out[i] = (uint8_t)(k->lanes[i / 8] >> i % 8 * 8);
}

void
keccak256(const void *data, size_t size, uint8_t out[32])
{
    struct keccak k;

    keccak_start(&k);
    keccak_add(&k, data, size);
    keccak_end(&k, out);
}
