/* keys - one private key, in locked memory, and what it may do */

/* The file's bytes, the passphrase, the key and the library's context all
 * live in one locked block each and are wiped when done with.  What stays on
 * the stack of the library it wipes itself. */

#include "executor/keys.h"

#include "common/hex.h"
#include "common/must.h"
#include "common/secret.h"
#include "executor/keystore.h"

#include <string.h>

enum {
    FILE_CAP = KEYSTORE_TEXT_CAP,
    PASSPHRASE_CAP = 1024,
    CONTEXT_AT = 128, /* Behind the struct, aligned for anything. */
    TRIES = 4         /* A random key is none once in 2^128. */
};

struct key {
    uint8_t secret[32];
    struct address address;
    bool ready;         /* False in a child that inherited it. */
    struct secp *secp;
};

_Static_assert(sizeof(struct key) <= CONTEXT_AT, "no room for the key");

static size_t
key_size(void)
{
    return CONTEXT_AT + secp_size();
}

struct key *
key_new(const uint8_t secret[32], struct why *why)
{
    void *memory = secret_take(key_size(), why);

    if (!memory)
        return NULL;
    struct key *k = memory;
    k->secp = secp_make((uint8_t *)memory + CONTEXT_AT);
    if (!secp_is_key(k->secp, secret)) {
        (void)why_set(why, "not a key: expected a number from 1 to the order "
                           "of secp256k1");
        secret_drop(&memory, key_size());
        return NULL;
    }
    memcpy(k->secret, secret, sizeof k->secret);
    k->address = secp_address(k->secp, k->secret);
    k->ready = true;
    return k;
}

void
key_destroy(struct key **key)
{
    void *memory = *key;

    secret_drop(&memory, key_size());
    *key = NULL;
}

const struct address *
key_address(const struct key *key)
{
    must(key->ready);
    return &key->address;
}

void
key_sign(const struct key *key, const struct hash *digest,
         struct signature *sig)
{
    must(key->ready);
    secp_sign(key->secp, key->secret, digest, sig);
}

bool
key_recover(const struct key *key, const struct hash *digest,
            const struct signature *sig, struct address *address)
{
    must(key->ready);
    return secp_recover(key->secp, digest, sig, address);
}

/* Without the end of its line. */
static size_t
first_line(const uint8_t *b, size_t size)
{
    const uint8_t *end = memchr(b, '\n', size);
    size_t count = end ? (size_t)(end - b) : size;

    return count > 0 && b[count - 1] == '\r' ? count - 1 : count;
}

static bool
read_passphrase(const char *path, uint8_t b[PASSPHRASE_CAP], size_t *size,
                struct why *why)
{
    if (!secret_read(path, b, PASSPHRASE_CAP, size, why))
        return false;
    *size = first_line(b, *size);
    if (*size == 0)
        return why_set(why, "%s: expected a passphrase on its first line",
                       path);
    return true;
}

/* 64 digits, "0x" before them or not, one end of line behind or not. */
static bool
read_hex(const uint8_t *b, size_t size, uint8_t secret[32], struct why *why)
{
    size_t count = first_line(b, size);
    const char *s = (const char *)b;
    const uint8_t *end = memchr(b, '\n', size);

    if (end && end + 1 < b + size)
        return why_set(why, "expected one line");
    if (count >= 2 && s[0] == '0' && s[1] == 'x') {
        s += 2;
        count -= 2;
    }
    if (!hex_parse(s, count, secret, 32))
        return why_set(why, "expected 64 hex digits, or a keystore");
    return true;
}

/* Everything that is secret on the way, in one locked block. */
struct reading {
    uint8_t file[FILE_CAP];
    uint8_t passphrase[PASSPHRASE_CAP];
    uint8_t secret[32];
};

static bool
open_keystore(struct reading *r, size_t size, const char *passphrase,
              struct address *claimed, struct why *why)
{
    struct keystore ks;
    size_t count;

    if (!keystore_read((const char *)r->file, size, &ks, why))
        return false;
    *claimed = ks.address;
    if (!passphrase)
        return why_set(why, "a keystore: expected the file of its passphrase "
                            "too");
    if (!read_passphrase(passphrase, r->passphrase, &count, why))
        return false;
    return keystore_open(&ks, r->passphrase, count, r->secret, why);
}

static struct key *
read_key(struct reading *r, const char *path, const char *passphrase,
         struct why *why)
{
    struct address claimed = { { 0 } };
    size_t size;

    if (!secret_read(path, r->file, sizeof r->file, &size, why))
        return NULL;
    bool is_json = size > 0 && r->file[0] == '{';
    bool ok = is_json ? open_keystore(r, size, passphrase, &claimed, why)
                      : read_hex(r->file, size, r->secret, why);
    struct key *k = ok ? key_new(r->secret, why) : NULL;
    if (k && !address_is_zero(&claimed) &&
        !address_equal(&claimed, &k->address)) {
        (void)why_set(why, "the keystore's address is not that of its key");
        key_destroy(&k);
    }
    if (!k)
        (void)why_in(why, "%s", path);
    return k;
}

struct key *
key_read(const char *path, const char *passphrase, struct why *why)
{
    void *memory = secret_take(sizeof(struct reading), why);

    if (!memory)
        return NULL;
    struct key *k = read_key(memory, path, passphrase, why);
    secret_drop(&memory, sizeof(struct reading));
    return k;
}

/* The text of the file; 0 and why when it cannot be made. */
static size_t
write_key(struct reading *r, const char *passphrase,
          const struct address *address, struct why *why)
{
    size_t count;

    if (passphrase) {
        if (!read_passphrase(passphrase, r->passphrase, &count, why))
            return 0;
        return keystore_make(r->secret, address, r->passphrase, count,
                             KEYSTORE_N, (char *)r->file, sizeof r->file,
                             why);
    }
    char *end = hex_format(r->secret, sizeof r->secret, (char *)r->file);
    *end++ = '\n';
    return (size_t)(end - (char *)r->file);
}

bool
key_create(const char *path, const char *passphrase, struct address *address,
           struct why *why)
{
    void *memory = secret_take(sizeof(struct reading), why);
    struct reading *r = memory;
    struct key *k = NULL;
    bool ok = false;

    if (!memory)
        return false;
    for (int i = 0; i < TRIES && !k; i++) {
        secret_random(r->secret, sizeof r->secret);
        k = key_new(r->secret, why);
    }
    if (k) {
        size_t size = write_key(r, passphrase, &k->address, why);
        ok = size > 0 && secret_write(path, r->file, size, why);
        *address = k->address;
        key_destroy(&k);
    }
    secret_drop(&memory, sizeof(struct reading));
    return ok;
}
