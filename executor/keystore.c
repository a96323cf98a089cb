/* keystore - Web3 Secret Storage v3: a key under a passphrase, as JSON */

/* The text comes from other programs, so every number in it is bounded before
 * work is done for it: a file must not be able to take the machine's memory
 * or an hour of its time. */

#include "executor/keystore.h"

#include "common/hex.h"
#include "common/json.h"
#include "common/keccak.h"
#include "common/must.h"
#include "common/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define SCRYPT_MEMORY_CAP (UINT64_C(1) << 30)
#define ROUNDS_CAP 10000000

enum { DERIVED_CAP = 64, N_CAP = 1 << 24, R_CAP = 1 << 10, P_CAP = 16,
       NEW_R = 8 };

/* Hex of exactly count bytes, "0x" before it or not. */
static bool
read_bytes(const struct json_value *object, const char *name, uint8_t *b,
           size_t count, struct why *why)
{
    const char *s = json_string(json_get(object, name));

    if (s && s[0] == '0' && s[1] == 'x')
        s += 2;
    if (!s || !hex_parse(s, strlen(s), b, count))
        return why_set(why, "%s: expected %zu hex digits", name, 2 * count);
    return true;
}

static bool
read_word(const struct json_value *object, const char *name,
          const char *wanted, struct why *why)
{
    const char *s = json_string(json_get(object, name));

    if (!s || strcmp(s, wanted) != 0)
        return why_set(why, "%s: expected \"%s\"", name, wanted);
    return true;
}

static bool
read_number(const struct json_value *object, const char *name, int64_t most,
            int64_t *n, struct why *why)
{
    const struct json_value *v = json_get(object, name);

    if (!json_is_number(v) || !json_int(v, n) || *n < 1 || *n > most)
        return why_set(why, "kdfparams.%s: expected a whole number from 1 to "
                            "%lld", name, (long long)most);
    return true;
}

static bool
read_cost(const struct json_value *params, struct scrypt_cost *cost,
          struct why *why)
{
    int64_t n, r, p;

    if (!read_number(params, "n", N_CAP, &n, why) ||
        !read_number(params, "r", R_CAP, &r, why) ||
        !read_number(params, "p", P_CAP, &p, why))
        return false;
    if (n < 2 || (n & (n - 1)) != 0)
        return why_set(why, "kdfparams.n: expected a power of two");
    *cost = (struct scrypt_cost){ (uint64_t)n, (uint32_t)r, (uint32_t)p };
    if (scrypt_memory(cost) > SCRYPT_MEMORY_CAP + SCRYPT_MEMORY_CAP / 8)
        return why_set(why, "kdfparams: n %lld and r %lld need more than "
                            "1 GiB", (long long)n, (long long)r);
    return true;
}

/* Of any length there is room for. */
static bool
read_salt(const struct json_value *params, struct keystore *ks,
          struct why *why)
{
    const char *s = json_string(json_get(params, "salt"));

    if (s && s[0] == '0' && s[1] == 'x')
        s += 2;
    ks->salt_size = s ? strlen(s) / 2 : 0;
    if (!s || ks->salt_size == 0 || ks->salt_size > sizeof ks->salt ||
        !hex_parse(s, strlen(s), ks->salt, ks->salt_size))
        return why_set(why, "kdfparams.salt: expected 2 to %zu hex digits",
                       2 * sizeof ks->salt);
    return true;
}

static bool
read_kdf(const struct json_value *crypto, struct keystore *ks, struct why *why)
{
    const char *kdf = json_string(json_get(crypto, "kdf"));
    const struct json_value *params = json_get(crypto, "kdfparams");
    int64_t derived;

    if (!kdf || (strcmp(kdf, "scrypt") != 0 && strcmp(kdf, "pbkdf2") != 0))
        return why_set(why, "kdf: expected \"scrypt\" or \"pbkdf2\"");
    ks->scrypt = kdf[0] == 's';
    if (!read_number(params, "dklen", DERIVED_CAP, &derived, why))
        return false;
    if (derived < 32)
        return why_set(why, "kdfparams.dklen: expected 32 to %d",
                       DERIVED_CAP);
    ks->derived_size = (size_t)derived;
    if (!read_salt(params, ks, why))
        return false;
    if (ks->scrypt)
        return read_cost(params, &ks->cost, why);
    return read_word(params, "prf", "hmac-sha256", why) &&
           read_number(params, "c", ROUNDS_CAP, &ks->rounds, why);
}

static bool
read_parts(const struct json_value *root, struct keystore *ks,
           struct why *why)
{
    const struct json_value *crypto = json_get(root, "crypto");
    const struct json_value *name = json_get(root, "address");
    int64_t version;

    if (!crypto)
        crypto = json_get(root, "Crypto");
    if (!json_int(json_get(root, "version"), &version) || version != 3)
        return why_set(why, "version: expected 3");
    if (!json_is_object(crypto))
        return why_set(why, "crypto: expected an object");
    if (name && !json_is_null(name) &&
        !read_bytes(root, "address", ks->address.b, sizeof ks->address.b,
                    why))
        return false;
    return read_word(crypto, "cipher", "aes-128-ctr", why) &&
           read_bytes(crypto, "ciphertext", ks->ciphertext, 32, why) &&
           read_bytes(json_get(crypto, "cipherparams"), "iv", ks->iv, 16,
                      why) &&
           read_bytes(crypto, "mac", ks->mac, 32, why) &&
           read_kdf(crypto, ks, why);
}

bool
keystore_read(const char *text, size_t size, struct keystore *ks,
              struct why *why)
{
    struct json *j = json_parse(text, size, why);

    if (!j)
        return why_in(why, "keystore");
    memset(ks, 0, sizeof *ks);
    bool ok = read_parts(json_root(j), ks, why);
    json_destroy(&j);
    return ok || why_in(why, "keystore");
}

static bool
derive(const struct keystore *ks, const uint8_t *passphrase, size_t size,
       uint8_t derived[DERIVED_CAP], struct why *why)
{
    if (ks->scrypt) {
        if (!scrypt(&ks->cost, passphrase, size, ks->salt, ks->salt_size,
                    derived, ks->derived_size))
            return why_set(why, "no memory for its scrypt: %llu bytes",
                           (unsigned long long)scrypt_memory(&ks->cost));
        return true;
    }
    int ok = PKCS5_PBKDF2_HMAC((const char *)passphrase, (int)size, ks->salt,
                               (int)ks->salt_size, (int)ks->rounds,
                               EVP_sha256(), (int)ks->derived_size, derived);
    must(ok == 1);
    return true;
}

static void
mac_of(const uint8_t derived[DERIVED_CAP], const uint8_t ciphertext[32],
       uint8_t mac[32])
{
    struct keccak k;

    keccak_start(&k);
    keccak_add(&k, derived + 16, 16);
    keccak_add(&k, ciphertext, 32);
    keccak_end(&k, mac);
    secret_wipe(&k, sizeof k);
}

/* Either direction: counter mode is its own inverse. */
static void
cipher(const uint8_t derived[DERIVED_CAP], const uint8_t iv[16],
      const uint8_t in[32], uint8_t out[32])
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int size = 0;

    must(ctx);
    int ok = EVP_EncryptInit_ex2(ctx, EVP_aes_128_ctr(), derived, iv, NULL);
    must(ok == 1);
    ok = EVP_EncryptUpdate(ctx, out, &size, in, 32);
    must(ok == 1 && size == 32);
    EVP_CIPHER_CTX_free(ctx);
}

bool
keystore_open(const struct keystore *ks, const uint8_t *passphrase,
              size_t passphrase_size, uint8_t secret[32], struct why *why)
{
    void *memory = secret_take(DERIVED_CAP, why);
    uint8_t *derived = memory, mac[32];

    if (!memory)
        return false;
    bool ok = derive(ks, passphrase, passphrase_size, derived, why);
    if (ok) {
        mac_of(derived, ks->ciphertext, mac);
        if (CRYPTO_memcmp(mac, ks->mac, sizeof mac) == 0)
            cipher(derived, ks->iv, ks->ciphertext, secret);
        else
            ok = why_set(why, "wrong passphrase (the keystore's mac does not "
                              "match)");
    }
    secret_drop(&memory, DERIVED_CAP);
    return ok;
}

/* Version 4, as everybody's keystores have it. */
static void
random_uuid(char s[UUID_TEXT_CAP])
{
    struct uuid id;

    secret_random(id.b, sizeof id.b);
    id.b[6] = (uint8_t)(0x40 | (id.b[6] & 15));
    id.b[8] = (uint8_t)(0x80 | (id.b[8] & 63));
    (void)uuid_format(&id, s);
}

static size_t
write_text(const struct keystore *ks, const struct address *address,
           char *text, size_t cap)
{
    char name[41], cipher[65], iv[33], mac[65];
    char salt[2 * sizeof ks->salt + 1];
    char id[UUID_TEXT_CAP];

    (void)hex_format(address->b, sizeof address->b, name);
    (void)hex_format(ks->ciphertext, 32, cipher);
    (void)hex_format(ks->iv, 16, iv);
    (void)hex_format(ks->salt, ks->salt_size, salt);
    (void)hex_format(ks->mac, 32, mac);
    random_uuid(id);
    int n = snprintf(
        text, cap,
        "{\"address\":\"%s\",\"crypto\":{\"cipher\":\"aes-128-ctr\","
        "\"ciphertext\":\"%s\",\"cipherparams\":{\"iv\":\"%s\"},"
        "\"kdf\":\"scrypt\",\"kdfparams\":{\"dklen\":%zu,\"n\":%llu,"
        "\"p\":%u,\"r\":%u,\"salt\":\"%s\"},\"mac\":\"%s\"},"
        "\"id\":\"%s\",\"version\":3}\n",
        name, cipher, iv, ks->derived_size, (unsigned long long)ks->cost.n,
        ks->cost.p, ks->cost.r, salt, mac, id);
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

size_t
keystore_make(const uint8_t secret[32], const struct address *address,
              const uint8_t *passphrase, size_t passphrase_size, uint64_t n,
              char *text, size_t cap, struct why *why)
{
    struct keystore ks = { .salt_size = 32, .derived_size = 32,
                           .scrypt = true, .cost = { n, NEW_R, 1 } };
    void *memory = secret_take(DERIVED_CAP, why);
    size_t size = 0;

    if (!memory)
        return 0;
    secret_random(ks.salt, ks.salt_size);
    secret_random(ks.iv, sizeof ks.iv);
    if (derive(&ks, passphrase, passphrase_size, memory, why)) {
        cipher(memory, ks.iv, secret, ks.ciphertext);
        mac_of(memory, ks.ciphertext, ks.mac);
        size = write_text(&ks, address, text, cap);
        if (size == 0)
            (void)why_set(why, "no room for the keystore");
    }
    secret_drop(&memory, DERIVED_CAP);
    return size;
}
