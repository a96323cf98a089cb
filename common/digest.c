/* digest - SHA-1, SHA-256 and CRC-32C (libcrypto's door) */

/* SHA-1 is what Polymarket proves its books with, SHA-256 chains journals
 * and names configurations, CRC-32C finds torn and rotten records. */

#include "common/digest.h"

#include "common/must.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct digest {
    EVP_MD *md;
    EVP_MD_CTX *ctx;
};

static struct digest *
digest_new(const char *name)
{
    struct digest *d = calloc(1, sizeof *d);

    must(d);
    d->md = EVP_MD_fetch(NULL, name, NULL);
    d->ctx = EVP_MD_CTX_new();
    must(d->md && d->ctx);
    digest_start(d);
    return d;
}

struct digest *
digest_sha1(void)
{
    return digest_new("SHA1");
}

struct digest *
digest_sha256(void)
{
    return digest_new("SHA256");
}

void
digest_destroy(struct digest **d)
{
    if (!*d)
        return;
    EVP_MD_CTX_free((*d)->ctx);
    EVP_MD_free((*d)->md);
    free(*d);
    *d = NULL;
}

void
digest_start(struct digest *d)
{
    int ok = EVP_DigestInit_ex2(d->ctx, d->md, NULL);
    must(ok == 1);
}

void
digest_add(struct digest *d, const void *data, size_t size)
{
    int ok = EVP_DigestUpdate(d->ctx, data, size);
    must(ok == 1);
}

void
digest_end(struct digest *d, uint8_t out[32])
{
    int ok = EVP_DigestFinal_ex(d->ctx, out, NULL);
    must(ok == 1);
}

void
sha256(const void *data, size_t size, uint8_t out[32])
{
    const void *done = SHA256(data, size, out);
    must(done);
}

/* Castagnoli, reflected, four bits at a time: for what is left over, and for
 * processors without the instruction. */
static uint32_t
crc_plain(uint32_t crc, const uint8_t *p, size_t size)
{
    static const uint32_t nibble[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
        0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
        0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };

    for (; size > 0; size--) {
        crc ^= *p++;
        crc = crc >> 4 ^ nibble[crc & 15];
        crc = crc >> 4 ^ nibble[crc & 15];
    }
    return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t
crc_words(uint32_t crc, const uint8_t *p, size_t words)
{
    uint64_t c = crc, word;

    for (; words > 0; words--, p += 8) {
        memcpy(&word, p, 8);
        c = __builtin_ia32_crc32di(c, word);
    }
    return (uint32_t)c;
}
#endif

uint32_t
crc32c(uint32_t seed, const void *data, size_t size)
{
    const uint8_t *p = data;
    uint32_t crc = ~seed;

#ifdef __x86_64__
    if (size >= 8 && __builtin_cpu_supports("sse4.2")) {
        crc = crc_words(crc, p, size / 8);
        p += size / 8 * 8;
        size %= 8;
    }
#endif
    return ~crc_plain(crc, p, size);
}
