/* scrypt - a key from a passphrase, at a price in memory (RFC 7914) */

/* Our own because libcrypto refuses r = 1 with n of 2^16 and more, which the
 * definition of Web3 keystores has as its example; a test compares the two
 * wherever both work.  The large table is wiped, but it is not locked: it is
 * a quarter of a gigabyte for a second. */

#include "executor/scrypt.h"

#include "common/must.h"
#include "common/secret.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 16, N_CAP = 1 << 24, R_CAP = 1 << 10, P_CAP = 16 };

static inline uint32_t
turn(uint32_t v, int bits)
{
    return v << bits | v >> (32 - bits);
}

/* A quarter round of Salsa20 on the words a, b, c, d. */
#define QUARTER(x, a, b, c, d)                                              \
    do {                                                                    \
        x[b] ^= turn(x[a] + x[d], 7);                                       \
        x[c] ^= turn(x[b] + x[a], 9);                                       \
        x[d] ^= turn(x[c] + x[b], 13);                                      \
        x[a] ^= turn(x[d] + x[c], 18);                                      \
    } while (0)

static void
salsa_8(uint32_t b[WORDS])
{
    uint32_t x[WORDS];

    memcpy(x, b, sizeof x);
    for (int i = 0; i < 8; i += 2) {
        QUARTER(x, 0, 4, 8, 12);
        QUARTER(x, 5, 9, 13, 1);
        QUARTER(x, 10, 14, 2, 6);
        QUARTER(x, 15, 3, 7, 11);
        QUARTER(x, 0, 1, 2, 3);
        QUARTER(x, 5, 6, 7, 4);
        QUARTER(x, 10, 11, 8, 9);
        QUARTER(x, 15, 12, 13, 14);
    }
    for (int i = 0; i < WORDS; i++)
        b[i] += x[i];
}

/* scryptBlockMix of 2 * r blocks, from b to out: even ones first. */
static void
mix(const uint32_t *b, uint32_t *out, uint32_t r)
{
    uint32_t x[WORDS];

    memcpy(x, b + (size_t)(2 * r - 1) * WORDS, sizeof x);
    for (uint32_t i = 0; i < 2 * r; i++) {
        for (int k = 0; k < WORDS; k++)
            x[k] ^= b[(size_t)i * WORDS + (size_t)k];
        salsa_8(x);
        memcpy(out + (size_t)(i / 2 + (i & 1) * r) * WORDS, x, sizeof x);
    }
}

/* The low 64 bits of the last block, of which n - 1 uses a part. */
static uint64_t
integer_of(const uint32_t *b, uint32_t r)
{
    const uint32_t *last = b + (size_t)(2 * r - 1) * WORDS;

    return last[0] | (uint64_t)last[1] << 32;
}

/* scryptROMix: b of 32 * r words in place; v has room for n of them, spare
 * for one more. */
static void
rom_mix(uint32_t *b, uint32_t *v, uint32_t *spare,
        const struct scrypt_cost *cost)
{
    size_t words = 32 * (size_t)cost->r;

    for (uint64_t i = 0; i < cost->n; i++) {
        memcpy(v + i * words, b, words * sizeof *b);
        mix(v + i * words, b, cost->r);
    }
    for (uint64_t i = 0; i < cost->n; i++) {
        const uint32_t *there =
            v + (integer_of(b, cost->r) & (cost->n - 1)) * words;
        for (size_t k = 0; k < words; k++)
            spare[k] = b[k] ^ there[k];
        mix(spare, b, cost->r);
    }
}

/* Words are little endian in the bytes. */
static void
to_words(const uint8_t *bytes, uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        words[i] = bytes[4 * i] | (uint32_t)bytes[4 * i + 1] << 8 |
                   (uint32_t)bytes[4 * i + 2] << 16 |
                   (uint32_t)bytes[4 * i + 3] << 24;
}

static void
to_bytes(const uint32_t *words, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < 4 * count; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> i % 4 * 8);
}

static void
stretch(const uint8_t *passphrase, size_t passphrase_size,
        const uint8_t *salt, size_t salt_size, uint8_t *out, size_t out_size)
{
    int ok = PKCS5_PBKDF2_HMAC((const char *)passphrase,
                               (int)passphrase_size, salt, (int)salt_size, 1,
                               EVP_sha256(), (int)out_size, out);
    must(ok == 1);
}

/* The table, the block being mixed, a spare one; behind them p blocks of
 * bytes. */
uint64_t
scrypt_memory(const struct scrypt_cost *cost)
{
    must(cost->n >= 2 && cost->n <= N_CAP && cost->r >= 1 &&
         cost->r <= R_CAP && cost->p >= 1 && cost->p <= P_CAP);
    return 128 * (uint64_t)cost->r * (cost->n + 2 + cost->p);
}

bool
scrypt(const struct scrypt_cost *cost, const uint8_t *passphrase,
       size_t passphrase_size, const uint8_t *salt, size_t salt_size,
       uint8_t *out, size_t out_size)
{
    size_t size = scrypt_memory(cost), words = 32 * (size_t)cost->r;
    uint32_t *v = malloc(size);

    if (!v)
        return false;
    must((cost->n & (cost->n - 1)) == 0);
    uint32_t *block = v + cost->n * words, *spare = block + words;
    uint8_t *bytes = (uint8_t *)(spare + words);
    stretch(passphrase, passphrase_size, salt, salt_size, bytes,
            cost->p * 4 * words);
    for (uint32_t i = 0; i < cost->p; i++) {
        to_words(bytes + i * 4 * words, block, words);
        rom_mix(block, v, spare, cost);
        to_bytes(block, bytes + i * 4 * words, words);
    }
    stretch(passphrase, passphrase_size, bytes, cost->p * 4 * words, out,
            out_size);
    secret_wipe(v, size);
    free(v);
    return true;
}
