/* polygon - the JSON-RPC of an Ethereum node (rpc.h) */

/* Matched by text are only the errors of eth_sendRawTransaction, whose codes
 * differ from node to node; a text not known means the bytes may be anywhere.
 * An HTTP status other than 200 may carry an error object all the same, and
 * is lost without one. */

#include "executor/venues/polygon.h"

#include "common/hex.h"
#include "common/json.h"
#include "common/must.h"
#include "common/page.h"
#include "executor/encode/abi.h"
#include "executor/encode/revert.h"

#include <stdio.h>
#include <string.h>

#define TIME_MOST (UINT64_C(1) << 40) /* s */

enum { REVERT_CAP = 2048 };

static const char *const method_names[] = {
    [RPC_chain] = "eth_chainId",
    [RPC_head] = "eth_blockNumber",
    [RPC_time] = "eth_getBlockByNumber",
    [RPC_wei] = "eth_getBalance",
    [RPC_pending] = "eth_getTransactionCount",
    [RPC_mined] = "eth_getTransactionCount",
    [RPC_priority] = "eth_maxPriorityFeePerGas",
    [RPC_base] = "eth_feeHistory",
    [RPC_estimate] = "eth_estimateGas",
    [RPC_call] = "eth_call",
    [RPC_send] = "eth_sendRawTransaction",
    [RPC_receipt] = "eth_getTransactionReceipt",
};

/* --- questions ------------------------------------------------------------ */
static void
put_quoted(struct page *w, const uint8_t *b, size_t size)
{
    page_put(w, "\"");
    page_data(w, b, size);
    page_put(w, "\"");
}

static void
put_quantity(struct page *w, uint64_t n)
{
    char digits[24];

    snprintf(digits, sizeof digits, "\"0x%llx\"", (unsigned long long)n);
    page_put(w, digits);
}

static void
put_call(struct page *w, const struct rpc_question *q)
{
    page_put(w, "{\"from\":");
    put_quoted(w, q->from.b, sizeof q->from.b);
    page_put(w, ",\"to\":");
    put_quoted(w, q->to.b, sizeof q->to.b);
    page_put(w, ",\"data\":");
    put_quoted(w, q->data, q->size);
    page_put(w, "}");
}

static void
put_params(struct page *w, const struct rpc_question *q)
{
    switch (q->method) {
    case RPC_chain:
    case RPC_head:
    case RPC_priority:
        return;
    case RPC_time:
        page_put(w, "\"latest\",false");
        return;
    case RPC_wei:
    case RPC_pending:
    case RPC_mined:
        put_quoted(w, q->from.b, sizeof q->from.b);
        page_put(w, q->method == RPC_pending ? ",\"pending\""
                                             : ",\"latest\"");
        return;
    case RPC_base:
        page_put(w, "\"0x4\",\"latest\",[50]");
        return;
    case RPC_estimate:
        put_call(w, q);
        return;
    case RPC_call:
        put_call(w, q);
        page_put(w, ",");
        if (q->block > 0)
            put_quantity(w, q->block);
        else
            page_put(w, "\"latest\"");
        return;
    case RPC_send:
        put_quoted(w, q->data, q->size);
        return;
    case RPC_receipt:
        put_quoted(w, q->tx.b, sizeof q->tx.b);
        return;
    }
}

size_t
rpc_write(const struct rpc_question *q, char *out)
{
    struct page w = page_on(out, RPC_TEXT_CAP);

    page_put(&w, "{\"jsonrpc\":\"2.0\",\"id\":");
    page_count(&w, q->id);
    page_put(&w, ",\"method\":\"");
    page_put(&w, method_names[q->method]);
    page_put(&w, "\",\"params\":[");
    put_params(&w, q);
    page_put(&w, "]}");
    must(!w.full);
    return w.size;
}

/* --- answers -------------------------------------------------------------- */
static bool
has(const char *text, const char *part)
{
    size_t n = strlen(part);

    for (; *text; text++) {
        size_t i = 0;
        while (i < n && text[i] &&
               (text[i] == part[i] ||
                (text[i] >= 'A' && text[i] <= 'Z' &&
                 text[i] - 'A' + 'a' == part[i])))
            i++;
        if (i == n)
            return true;
    }
    return false;
}

static enum rpc_taken
taken_of(const char *words)
{
    static const struct {
        const char *part;
        enum rpc_taken taken;
    } known[] = {
        { "already known", RPC_TAKEN_yes },
        { "already imported", RPC_TAKEN_yes },
        { "known transaction", RPC_TAKEN_yes },
        { "nonce too low", RPC_TAKEN_nonce_low },
        { "underpriced", RPC_TAKEN_fee_low },
        { "fee too low", RPC_TAKEN_fee_low },
        { "less than block base fee", RPC_TAKEN_fee_low },
        { "max fee per gas less than", RPC_TAKEN_fee_low },
        { "insufficient funds", RPC_TAKEN_poor },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (has(words, known[i].part))
            return known[i].taken;
    return RPC_TAKEN_unknown;
}

/* Data of a revert is the error's, or one level deeper. */
static bool
read_revert(const struct json_value *error, struct why *why)
{
    const struct json_value *v = json_get(error, "data");
    const char *s = json_string(v);
    uint8_t data[REVERT_CAP];
    size_t size;

    if (!s)
        s = json_string(json_get(v, "data"));
    if (!s || !hex_data_parse(s, strlen(s), data, sizeof data, &size) ||
        size == 0)
        return false;
    revert_explain(data, size, why);
    return true;
}

/* As much of it as is plain to read. */
static void
plain(struct why *why, const char *s)
{
    char words[160];
    size_t n = 0;

    for (; s[n] && n < sizeof words - 1; n++)
        words[n] = s[n] >= ' ' && s[n] < 0x7f ? s[n] : '?';
    words[n] = '\0';
    (void)why_set(why, "%s", words);
}

static void
read_error(const struct rpc_question *q, const struct json_value *error,
           struct rpc_answer *a)
{
    const char *words = json_string(json_get(error, "message"));
    int64_t code = 0;

    if (!words)
        words = "an error without words";
    a->end = RPC_END_refused;
    plain(&a->words, words);
    if (q->method == RPC_send) {
        a->taken = taken_of(words);
        return;
    }
    if (q->method != RPC_call && q->method != RPC_estimate)
        return;
    (void)(json_int(json_get(error, "code"), &code) || code == 0);
    if (code != 3 && !has(words, "revert"))
        return;
    a->end = RPC_END_reverted;
    (void)read_revert(error, &a->words);
}

static bool
read_base(const struct json_value *v, uint64_t *n)
{
    const struct json_value *last = NULL;

    for (const struct json_value *i = json_first(json_get(v,
                                                          "baseFeePerGas"));
         i; i = json_next(i))
        last = i;
    return polygon_quantity(last, n);
}

/* More than 18 POL do not fit. */
static bool
read_wei(const struct json_value *v, uint64_t *n)
{
    const char *s = json_string(v);
    size_t size = s ? strlen(s) : 0;

    if (size <= 18)
        return polygon_quantity(v, n);
    *n = UINT64_MAX;
    return size <= 66 && s[0] == '0' && s[1] == 'x' && s[2] != '0' &&
           strspn(s + 2, "0123456789abcdefABCDEF") == size - 2;
}

/* "0x" is an answer: of a function that returns nothing, or of no contract. */
static bool
read_words(const struct json_value *v, struct rpc_answer *a)
{
    const char *s = json_string(v);
    uint8_t data[RPC_DATA_CAP];
    size_t size;

    if (!s || !hex_data_parse(s, strlen(s), data, sizeof data, &size))
        return false;
    a->count = size / sizeof a->word.b;
    return a->count == 0 || abi_word(data, size, 0, &a->word);
}

static bool
read_result(const struct rpc_question *q, const struct json_value *v,
            struct rpc_answer *a)
{
    struct hash tx;

    switch (q->method) {
    case RPC_chain:
    case RPC_head:
    case RPC_priority:
    case RPC_estimate:
        return polygon_quantity(v, &a->count);
    case RPC_pending:
    case RPC_mined: /* The last is nobody's (EIP-2681). */
        return polygon_quantity(v, &a->count) && a->count < UINT64_MAX;
    case RPC_time:
        return polygon_quantity(json_get(v, "timestamp"), &a->count) &&
               a->count > 0 && a->count < TIME_MOST &&
               polygon_quantity(json_get(v, "number"), &a->block);
    case RPC_wei:
        return read_wei(v, &a->count);
    case RPC_base:
        return read_base(v, &a->count);
    case RPC_call:
        return read_words(v, a);
    case RPC_send:
        if (!polygon_hash(v, &tx) || !hash_equal(&tx, &q->tx))
            return false;
        a->taken = RPC_TAKEN_yes;
        return true;
    case RPC_receipt:
        if (json_is_null(v))
            a->end = RPC_END_nothing;
        return json_is_null(v) || polygon_receipt(q, v, &a->receipt);
    }
    return false;
}

void
rpc_read(const struct rpc_question *q, int status, const char *body,
         size_t size, struct rpc_answer *out)
{
    struct json *j = NULL;
    int64_t id;

    memset(out, 0, sizeof *out);
    out->id = q->id;
    out->end = RPC_END_lost;
    out->taken = RPC_TAKEN_unknown;
    if (status > 0)
        j = json_parse(body, size, &out->words);
    const struct json_value *root = json_root(j);
    const struct json_value *error = json_get(root, "error");
    const struct json_value *result = json_get(root, "result");
    bool ours = !json_get(root, "id") || json_is_null(json_get(root, "id")) ||
                (json_int(json_get(root, "id"), &id) &&
                 (uint64_t)id == q->id);

    if (json_is_object(error) && ours) {
        read_error(q, error, out);
    } else if (status == 200 && result && ours) {
        out->end = RPC_END_said;
        if (!read_result(q, result, out)) {
            memset(out, 0, sizeof *out);
            out->id = q->id;
            out->end = RPC_END_lost;
            out->taken = RPC_TAKEN_unknown;
            (void)why_set(&out->words, "%s: an answer that makes no sense",
                          method_names[q->method]);
        }
    } else if (status == 0 || j) {
        (void)why_set(&out->words, "%s: no answer (HTTP %d)",
                      method_names[q->method], status);
    }
    json_destroy(&j);
}
