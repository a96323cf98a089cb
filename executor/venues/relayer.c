/* relayer - the wire of Polymarket's relayer (relayer.h) */

/* A submission is refused only by a status from 400 to 499, the words of which
 * say which kind that is; whatever else comes, or a conflict with what it has
 * (409), it may have been taken.  Its
 * states are words; one that nobody knows decides nothing.  Names of fields
 * are those of the two forms it has: snake_case under /v1, camelCase before. */

#include "executor/relayer.h"

#include "common/json.h"
#include "common/must.h"
#include "common/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FACTORY "0x00000000000Fb5C9ADea0298D729A0CB3823Cc07"
#define ACCOUNT "/v1/account/transactions/"
#define ID_LETTERS                                                            \
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"

enum { ID_MOST = 64, WORDS_MOST = 160, RECENT_MOST = 1000 };

static const char *const method_names[] = {
    [RELAYER_nonce] = "the wallet's nonce",
    [RELAYER_submit] = "a submission",
    [RELAYER_look] = "what became of it",
    [RELAYER_recent] = "recent transactions",
};

/* --- questions ------------------------------------------------------------ */
static void
put_named(struct page *p, const char *name, const char *value)
{
    page_put(p, "\"");
    page_put(p, name);
    page_put(p, "\":\"");
    page_plain(p, value);
    page_put(p, "\"");
}

static void
put_number(struct page *p, const char *name, uint64_t n)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    put_named(p, name, digits);
}

static void
put_data(struct page *p, const char *name, const uint8_t *b, size_t size)
{
    page_put(p, "\"");
    page_put(p, name);
    page_put(p, "\":\"");
    page_data(p, b, size);
    page_put(p, "\"");
}

static void
put_batch(struct page *p, const struct relayer_question *q)
{
    const struct relay_batch *b = q->batch;
    char to[ADDRESS_TEXT_CAP];

    page_put(p, "{\"depositWalletParams\":{\"calls\":[{");
    put_data(p, "data", b->data, b->size);
    page_put(p, ",");
    put_named(p, "target", address_format(&b->to, to));
    page_put(p, ",\"value\":\"0\"}],");
    put_number(p, "deadline", b->deadline);
    page_put(p, ",");
    put_named(p, "depositWallet", q->wallet->funder_text);
    page_put(p, "},");
    put_named(p, "from", q->wallet->owner_text);
    page_put(p, ",");
    put_number(p, "nonce", b->nonce);
    page_put(p, ",");
    put_data(p, "signature", q->signature, sizeof q->signature);
    page_put(p, ",\"to\":\"" FACTORY "\",\"type\":\"WALLET\"}");
}

void
relayer_write(const struct relayer_question *q, struct relayer_words *out)
{
    struct page path = page_on(out->path, sizeof out->path);
    struct page query = page_on(out->query, sizeof out->query);
    struct page body = page_on(out->body, sizeof out->body);

    out->method = q->method == RELAYER_submit ? "POST" : "GET";
    switch (q->method) {
    case RELAYER_nonce:
        page_put(&path, ACCOUNT "params");
        page_put(&query, "?address=");
        page_put(&query, q->wallet->owner_text);
        page_put(&query, "&type=WALLET");
        break;
    case RELAYER_submit:
        page_put(&path, "/submit");
        put_batch(&body, q);
        break;
    case RELAYER_look:
        page_put(&path, ACCOUNT);
        page_escaped(&path, q->place.s);
        break;
    case RELAYER_recent:
        page_put(&path, "/transactions");
        break;
    }
    must(!path.full && !query.full && !body.full);
    out->size = body.size;
}

/* --- answers -------------------------------------------------------------- */
/* As much of it as is plain to read. */
static void
plain(struct why *why, const char *s)
{
    char words[WORDS_MOST];
    size_t n = 0;

    for (; s[n] && n < sizeof words - 1; n++)
        words[n] = s[n] >= ' ' && s[n] < 0x7f ? s[n] : '?';
    words[n] = '\0';
    (void)why_set(why, "%s", words);
}

/* The first of those that is there. */
static const char *
named(const struct json_value *v, const char *one, const char *other)
{
    const char *s = json_string(json_get(v, one));

    return s ? s : json_string(json_get(v, other));
}

static bool
take_place(const struct json_value *v, struct text *place)
{
    const char *s = named(v, "transactionID", "transaction_id");
    size_t size = s ? strlen(s) : 0;

    return size > 0 && size <= ID_MOST && strspn(s, ID_LETTERS) == size &&
           text_set(place, s);
}

static void
take_state(const struct json_value *v, struct relayer_answer *a)
{
    static const struct { const char *word; enum relayer_state state; } all[] =
        { { "STATE_NEW", RELAYER_STATE_new },
          { "STATE_EXECUTED", RELAYER_STATE_executed },
          { "STATE_MINED", RELAYER_STATE_mined },
          { "STATE_CONFIRMED", RELAYER_STATE_confirmed },
          { "STATE_INVALID", RELAYER_STATE_invalid },
          { "STATE_FAILED", RELAYER_STATE_failed } };
    const char *s = json_string(json_get(v, "state"));

    a->state = RELAYER_STATE_other;
    for (size_t i = 0; s && i < sizeof all / sizeof all[0]; i++)
        if (strcmp(s, all[i].word) == 0)
            a->state = all[i].state;
}

/* "" is none yet; anything else that is no hash is nonsense. */
static bool
take_hash(const struct json_value *v, struct hash *tx)
{
    const char *s = named(v, "transaction_hash", "transactionHash");

    return !s || s[0] == '\0' || hash_parse(s, strlen(s), tx);
}

static bool
take_one(const struct json_value *v, struct relayer_answer *a)
{
    const char *words = named(v, "error_msg", "errorMsg");

    if (!json_is_object(v) || !json_is_string(json_get(v, "state")) ||
        !take_hash(v, &a->tx))
        return false;
    take_state(v, a);
    if (words && words[0])
        plain(&a->words, words);
    return true;
}

static bool
read_nonce(const struct json_value *v, uint64_t *nonce)
{
    int64_t n;

    if (!json_int(json_get(v, "nonce"), &n) || n < 0)
        return false;
    *nonce = (uint64_t)n;
    return true;
}

/* Older answers are a list of one. */
static bool
read_look(const struct json_value *v, struct relayer_answer *a)
{
    if (json_is_array(v) && json_size(v) == 0) {
        a->end = RELAYER_END_nothing;
        return true;
    }
    return take_one(json_is_array(v) ? json_first(v) : v, a);
}

static bool
read_recent(const struct relayer_question *q, const struct json_value *v,
            struct relayer_answer *a)
{
    char want[2 * RELAY_SIGNATURE_SIZE + 3];
    struct page p = page_on(want, sizeof want);
    size_t seen = 0;

    page_data(&p, q->signature, sizeof q->signature);
    a->end = RELAYER_END_nothing;
    if (!json_is_array(v))
        return false;
    for (const struct json_value *i = json_first(v);
         i && seen < RECENT_MOST; i = json_next(i), seen++) {
        const char *s = json_string(json_get(i, "signature"));
        if (!s || strcasecmp(s, want) != 0)
            continue;
        a->end = RELAYER_END_said;
        return take_place(i, &a->place) && take_one(i, a);
    }
    if (json_size(v) > seen) { /* Among the others, perhaps. */
        a->end = RELAYER_END_lost;
        (void)why_set(&a->words, "%zu recent transactions, and ours is none "
                      "of the first %d", json_size(v), RECENT_MOST);
    }
    return true;
}

static bool
read_result(const struct relayer_question *q, const struct json_value *v,
            struct relayer_answer *a)
{
    switch (q->method) {
    case RELAYER_nonce: return read_nonce(v, &a->nonce);
    case RELAYER_submit:
        take_state(v, a);
        return take_place(v, &a->place);
    case RELAYER_look: return read_look(v, a);
    case RELAYER_recent: return read_recent(q, v, a);
    }
    return false;
}

/* "batch nonce X does not match on-chain nonce Y": ours is over when it is
 * the smaller; else the wallet has to come up to it. */
static enum relayer_end
nonce_words(const char *s)
{
    static const char one[] = "batch nonce ", two[] = "on-chain nonce ";
    const char *x = strcasestr(s, one), *y = strcasestr(s, two);

    if (!x || !y)
        return RELAYER_END_refused;
    return strtoull(x + sizeof one - 1, NULL, 10) <
                   strtoull(y + sizeof two - 1, NULL, 10)
               ? RELAYER_END_used
               : RELAYER_END_busy;
}

/* It says no: what kind of no that is. */
static void
read_refusal(const struct relayer_question *q, int status,
             const struct json_value *v, struct relayer_answer *a)
{
    const char *s = named(v, "error", "message");

    a->end = RELAYER_END_refused;
    if (s && s[0] != '\0')
        plain(&a->words, s);
    else
        (void)why_set(&a->words, "HTTP %d", status);
    if (status == 408 || status == 425 || status == 429 ||
        (s && (strcasestr(s, "wallet busy") ||
               strcasestr(s, "in-flight action"))))
        a->end = RELAYER_END_busy;
    else if (q->method == RELAYER_look && status == 404)
        a->end = RELAYER_END_nothing;
    else if (q->method == RELAYER_submit && s && status == 400)
        a->end = nonce_words(s);
}

void
relayer_read(const struct relayer_question *q, int status, const char *body,
             size_t size, struct relayer_answer *out)
{
    struct json *j = NULL;

    memset(out, 0, sizeof *out);
    out->id = q->id;
    if (status > 0)
        j = json_parse(body, size, &out->words);
    if (status >= 400 && status < 500 && status != 409) {
        read_refusal(q, status, json_root(j), out);
    } else if (status != 200 && status != 201) {
        out->end = RELAYER_END_lost;
        (void)why_set(&out->words, "%s: no answer (HTTP %d)",
                      method_names[q->method], status);
    } else if (!j || !read_result(q, json_root(j), out)) {
        memset(out, 0, sizeof *out);
        out->id = q->id;
        out->end = RELAYER_END_lost;
        (void)why_set(&out->words, "%s: an answer that makes no sense",
                      method_names[q->method]);
    }
    json_destroy(&j);
}
