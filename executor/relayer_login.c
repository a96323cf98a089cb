/* relayer_login - who asks the relayer: its file, and the headers of a request
 */

/* A relayer key goes with the address that made it; a builder's key signs each
 * request as the venue's API keys do (auth.h), by the same HMAC. */

#include "executor/relayer.h"

#include "common/must.h"
#include "common/secret_lines.h"
#include "executor/encode/auth.h"

#include <stdio.h>
#include <string.h>

/* They go into headers as they are. */
static bool
is_plain(const char *s)
{
    return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                     "0123456789+/=_-") == strlen(s);
}

bool
relayer_login_read(const char *path, struct relayer_login *out,
                   struct why *why)
{
    const struct secret_place places[] = {
        { "key", out->key.s, sizeof out->key.s },
        { "builder_key", out->builder_key.s, sizeof out->builder_key.s },
        { "secret", out->secret, sizeof out->secret },
        { "passphrase", out->passphrase, sizeof out->passphrase },
    };

    memset(out, 0, sizeof *out);
    if (!secret_lines(path, places, sizeof places / sizeof places[0],
                      "key:, or builder_key:, secret: and passphrase:", why))
        return false;
    bool builder = out->builder_key.s[0] != '\0';
    if (!is_plain(out->key.s) || !is_plain(out->builder_key.s) ||
        !is_plain(out->secret) || !is_plain(out->passphrase))
        return why_set(why, "%s: a letter that no key has", path);
    if (builder == (out->key.s[0] != '\0'))
        return why_set(why, "%s: expected one of key: and builder_key:",
                       path);
    if (builder != (out->secret[0] != '\0') ||
        builder != (out->passphrase[0] != '\0'))
        return why_set(why, "%s: builder_key:, secret: and passphrase: go "
                       "together", path);
    struct hmac *h = builder ? l2_secret(out->secret, why) : NULL;
    if (builder && !h)
        return false;
    hmac_destroy(&h);
    return true;
}

static void
add(struct relayer_headers *h, const char *name, const char *value)
{
    must(h->count < RELAYER_HEADERS);
    h->at[h->count].name = name;
    h->at[h->count++].value = value;
}

void
relayer_headers(const struct relayer_login *login, struct hmac *secret,
                const struct wallet *w, uint64_t timestamp,
                const struct relayer_words *q, struct relayer_headers *out)
{
    out->count = 0;
    if (!secret) {
        add(out, "RELAYER_API_KEY", login->key.s);
        add(out, "RELAYER_API_KEY_ADDRESS", w->owner_text);
        return;
    }
    snprintf(out->timestamp, sizeof out->timestamp, "%llu",
             (unsigned long long)timestamp);
    (void)l2_sign(secret, timestamp, q->method, q->path, q->body, q->size,
                  out->signature);
    add(out, "POLY_BUILDER_API_KEY", login->builder_key.s);
    add(out, "POLY_BUILDER_PASSPHRASE", login->passphrase);
    add(out, "POLY_BUILDER_TIMESTAMP", out->timestamp);
    add(out, "POLY_BUILDER_SIGNATURE", out->signature);
}
