/* auth - who we are to Polymarket's REST: L1 and L2 headers */

/* In ClobAuth the timestamp is a string, so it is hashed as its digits.  The
 * HMAC is over the pieces put together, nothing between them. */

#include "executor/encode/auth.h"

#include "common/base64.h"
#include "common/hex.h"
#include "common/page.h"
#include "common/secret.h"
#include "executor/encode/eip712.h"

#include <string.h>

struct hash
l1_digest(uint64_t chain, const struct address *owner, uint64_t timestamp,
          uint64_t nonce)
{
    char text[21];
    struct page w = page_on(text, sizeof text);

    page_count(&w, timestamp);
    const struct hash words[] = {
        hash_of_text("ClobAuth(address address,string timestamp,"
                     "uint256 nonce,string message)"),
        word_of_address(owner),
        hash_of_text(text),
        word_of_count(nonce),
        hash_of_text("This message attests that I control the given wallet"),
    };
    struct hash structure =
        hash_of_words(words, sizeof words / sizeof words[0]);
    struct hash domain = domain_hash("ClobAuthDomain", "1", chain, NULL);
    return typed_digest(&domain, &structure);
}

char *
signature_text(const struct signature *sig, char s[SIGNATURE_TEXT_CAP])
{
    uint8_t v = (uint8_t)(27 + sig->parity);

    s[0] = '0';
    s[1] = 'x';
    char *end = hex_format(sig->r, 32, s + 2);
    end = hex_format(sig->s, 32, end);
    (void)hex_format(&v, 1, end);
    return s;
}

void
l1_sign(const struct key *key, uint64_t chain, uint64_t timestamp,
        uint64_t nonce, struct l1_headers *out)
{
    struct hash digest =
        l1_digest(chain, key_address(key), timestamp, nonce);
    struct page t = page_on(out->timestamp, sizeof out->timestamp);
    struct page n = page_on(out->nonce, sizeof out->nonce);
    struct signature sig;

    key_sign(key, &digest, &sig);
    (void)address_format(key_address(key), out->address);
    (void)signature_text(&sig, out->signature);
    page_count(&t, timestamp);
    page_count(&n, nonce);
}

struct hmac *
l2_secret(const char *text, struct why *why)
{
    uint8_t key[L2_SECRET_MAX];
    size_t size = 0;
    struct hmac *h = NULL;

    if (base64_parse(BASE64_any, text, strlen(text), key, sizeof key,
                     &size) && size > 0)
        h = hmac_new(key, size);
    else
        (void)why_set(why, "secret: expected base64 of 1 to %d bytes",
                      L2_SECRET_MAX);
    secret_wipe(key, sizeof key);
    return h;
}

char *
l2_sign(struct hmac *secret, uint64_t timestamp, const char *method,
        const char *path, const void *body, size_t body_size,
        char out[L2_SIGNATURE_CAP])
{
    char text[21];
    struct page w = page_on(text, sizeof text);
    uint8_t mac[32];

    page_count(&w, timestamp);
    hmac_start(secret);
    hmac_add(secret, text, w.size);
    hmac_add(secret, method, strlen(method));
    hmac_add(secret, path, strlen(path));
    if (body_size > 0)
        hmac_add(secret, body, body_size);
    hmac_end(secret, mac);
    base64_format(BASE64_url, mac, sizeof mac, out);
    return out;
}
