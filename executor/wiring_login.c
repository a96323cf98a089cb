/* wiring_login - the API key: from its file, or made, or derived again */

/* <var>/keys/api.json holds it, 0600, with the account it is for.  Without
 * one the venue is asked to create it (POST), and when that is refused to
 * derive the one there is (GET), both signed by the key.  When the venue says
 * 401 to it the same is done again, but not more often than `relogin`: a
 * clock that is off is refused in the same words, and no new key mends it. */

#include "executor/wiring_desk_own.h"

#include "common/clock.h"
#include "common/json.h"
#include "common/must.h"
#include "common/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_CAP = 1024, PATH_ROOM = 512, RETRY_MS = 1000, RETRY_MOST = 30000 };

struct credentials {
    struct text key, secret, passphrase;
};

static void
path_of(const struct desk *k, char path[PATH_ROOM])
{
    int n = snprintf(path, PATH_ROOM, "%s/keys/api.json", k->o.var);

    must(n > 0 && n < PATH_ROOM);
}

/* They go into headers and JSON as they are. */
static bool
take_text(const struct json_value *o, const char *name, struct text *out)
{
    const char *s = json_string(json_get(o, name));

    if (!s || s[0] == '\0' || !text_set(out, s))
        return false;
    return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                     "0123456789+/=_-") == strlen(s);
}

static bool
read_credentials(const char *s, size_t size, const char *address,
                 struct credentials *c)
{
    struct why why;
    struct json *j = json_parse(s, size, &why);
    const struct json_value *root = j ? json_root(j) : NULL;
    const char *whose = json_string(json_get(root, "address"));
    bool ok = take_text(root, "apiKey", &c->key) &&
              take_text(root, "secret", &c->secret) &&
              take_text(root, "passphrase", &c->passphrase) &&
              (!address || (whose && strcmp(whose, address) == 0));

    if (j)
        json_destroy(&j);
    return ok;
}

/* A new file each time: what is in it is whole or the file is not there. */
static void
write_file(const struct desk *k, const struct credentials *c)
{
    char path[PATH_ROOM], text[FILE_CAP];
    struct why why;

    path_of(k, path);
    int n = snprintf(text, sizeof text,
                     "{\"address\":\"%s\",\"apiKey\":\"%s\",\"secret\":\"%s\","
                     "\"passphrase\":\"%s\"}\n",
                     k->account.id.wallet.owner_text, c->key.s, c->secret.s,
                     c->passphrase.s);
    must(n > 0 && n < (int)sizeof text);
    (void)unlink(path);
    if (!secret_write(path, text, (size_t)n, &why))
        log_warn("%s", why.s); /* It is derived again at the next start. */
    secret_wipe(text, sizeof text);
}

static bool
use(struct desk *k, const struct credentials *c)
{
    enum signer_no no = signer_give_secret(k->o.signer, c->secret.s);

    if (no != SIGNER_NO_none) {
        log_warn("%s: the API key: %s", k->o.talk->name, signer_words(no));
        return false;
    }
    k->account.key = c->key;
    k->account.secret = c->secret;
    k->account.passphrase = c->passphrase;
    k->login = LOGIN_done;
    k->login_failures = 0;
    log_info("%s: account %s, signs for %s, API key %s", k->o.talk->name,
             k->account.id.wallet.funder_text,
             k->account.id.wallet.owner_text, c->key.s);
    desk_user_open(k);
    desk_tell_state(k);
    return true;
}

void
desk_login_begin(struct desk *k)
{
    char path[PATH_ROOM], text[FILE_CAP];
    struct credentials c;
    struct why why;
    size_t size;

    path_of(k, path);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return;
    if (!secret_read(path, (uint8_t *)text, sizeof text, &size, &why))
        log_warn("%s; another API key is asked for", why.s);
    else if (!read_credentials(text, size, k->account.id.wallet.owner_text, &c))
        log_warn("%s: not the API key of %s; it is asked for", path,
                 k->account.id.wallet.owner_text);
    else
        (void)use(k, &c);
    secret_wipe(text, sizeof text);
    secret_wipe(&c, sizeof c);
}

static void
try_again(struct desk *k, const struct http_answer *a)
{
    int64_t wait = RETRY_MS;

    k->login = LOGIN_none;
    if (!k->login_derives && a->status > 0) {
        k->login_derives = true; /* There may be one already. */
        k->login_next = clock_mono();
        return;
    }
    log_warn("%s: no API key: %s%d %.200s", k->o.talk->name,
             a->error ? a->error : "status ", a->status,
             a->status >= 400 ? a->body : "");
    for (uint32_t i = 0; i < k->login_failures && wait < RETRY_MOST; i++)
        wait *= 2;
    if (a->retry_after_s * 1000 > wait)
        wait = a->retry_after_s * 1000;
    k->login_failures++;
    k->login_derives = false;
    k->login_next.ns = clock_mono().ns + wait * 1000000;
}

static void
answered(void *arg, const struct http_answer *a)
{
    struct desk *k = arg;
    struct credentials c;

    if (a->status >= 200 && a->status < 300 &&
        read_credentials(a->body, a->body_size, NULL, &c)) {
        write_file(k, &c);
        k->login_derives = false;
        if (use(k, &c)) {
            secret_wipe(&c, sizeof c);
            return;
        }
    }
    try_again(k, a);
}

static void
ask(struct desk *k)
{
    uint64_t now = (uint64_t)(clock_wall().ns / 1000000000);
    struct l1_headers l1;
    char url[URL_CAP];
    enum signer_no no = signer_ask_l1(k->o.signer, now, 0, &l1);

    if (no != SIGNER_NO_none)
        return; /* A signer that is gone ends us. */
    struct http_header headers[] = {
        { "POLY_ADDRESS", l1.address },
        { "POLY_SIGNATURE", l1.signature },
        { "POLY_TIMESTAMP", l1.timestamp },
        { "POLY_NONCE", l1.nonce },
    };
    desk_url(k, k->login_derives ? "/auth/derive-api-key" : "/auth/api-key",
             "", url);
    struct http_request q = {
        .method = k->login_derives ? "GET" : "POST",
        .url = url,
        .headers = headers,
        .headers_count = 4,
    };
    k->login_tried = clock_mono();
    if (http_ask(k->pool, &q, answered, k))
        k->login = LOGIN_asked;
}

void
desk_login_tick(struct desk *k, struct nanos mono)
{
    if (k->login == LOGIN_none && mono.ns >= k->login_next.ns)
        ask(k);
}

void
desk_login_refused(struct desk *k)
{
    struct nanos now = clock_mono();

    if (k->login != LOGIN_done ||
        (k->login_tried.ns > 0 &&
         now.ns < k->login_tried.ns + k->o.relogin.ms * 1000000))
        return;
    log_warn("%s: the API key is refused; it is derived again",
             k->o.talk->name);
    k->login = LOGIN_none;
    k->login_next = now;
    desk_user_close(k);
    desk_tell_state(k);
}
