/* chain_rpc - JSON-RPC over HTTP, as a node speaks it
 *
 * What a node answers is what the chain is, unless mischief has it: another
 * chain, an older one, or no answer. */
#include "tests/simex/chain_own.h"

#include "tests/simex/rest_own.h"

#include "common/hex.h"
#include "common/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PATH "/chain/"
#define OTHER_CHAIN 80002

struct asked {
    struct chain *chain;
    uint32_t node;
    uint64_t head;                 /* As far as this node has it. */
    const struct json_value *params;
    struct quill *q;
    bool cut;
};

/* --- reading -------------------------------------------------------------- */
static const struct json_value *
param(const struct asked *a, int n)
{
    const struct json_value *v = json_first(a->params);
    while (v && n-- > 0)
        v = json_next(v);
    return v;
}

static bool
read_data(const struct json_value *v, uint8_t *b, size_t cap, size_t *size)
{
    const char *s = json_string(v);
    return s && hex_data_parse(s, strlen(s), b, cap, size);
}

static bool
read_hash(const struct asked *a, uint8_t hash[32])
{
    size_t size;
    return read_data(param(a, 0), hash, 32, &size) && size == 32;
}

static bool
read_address(const struct json_value *v, struct address *a)
{
    const char *s = json_string(v);
    return s && address_read(s, a);
}

/* "latest", "pending", or a number. */
static bool
read_block(const struct asked *a, int n, uint64_t *block, bool *pending)
{
    const char *s = json_string(param(a, n));
    char *end;
    *block = a->head;
    *pending = s && strcmp(s, "pending") == 0;
    if (!s || *pending || strcmp(s, "latest") == 0)
        return true;
    *block = strtoull(s, &end, 16);
    return s[0] == '0' && s[1] == 'x' && *end == '\0' && *block <= a->head;
}

/* --- writing -------------------------------------------------------------- */
static void
quantity(struct asked *a, uint64_t n)
{
    quill_say(a->q, "\"result\":\"0x%" PRIx64 "\"", n);
}

static void
refuse(struct asked *a, int code, const char *words)
{
    quill_say(a->q, "\"error\":{\"code\":%d,\"message\":", code);
    quill_string(a->q, words);
    quill_text(a->q, "}");
}

/* Error(string), as solidity gives it; without words, nothing. */
static void
revert(struct asked *a, const char *words)
{
    uint8_t data[4 + 5 * 32] = { 0x08, 0xc3, 0x79, 0xa0 };
    size_t size = strlen(words), rows = (size + 31) / 32;
    quill_text(a->q, "\"error\":{\"code\":3,\"message\":\"execution reverted");
    if (size == 0) {
        quill_text(a->q, "\",\"data\":\"0x\"}");
        return;
    }
    quill_say(a->q, ": %s\",\"data\":", words);
    word_number(32, data + 4);
    word_number(size, data + 36);
    memcpy(data + 68, words, size);
    chain_hex(a->q, data, 68 + 32 * rows);
    quill_text(a->q, "}");
}

/* --- what is asked -------------------------------------------------------- */
static void
say_chain(struct asked *a)
{
    bool wrong = a->chain->desk->x->now_ms < a->chain->faults.wrong[a->node];
    quantity(a, wrong ? OTHER_CHAIN : a->chain->terms.id);
}

static void
say_head(struct asked *a)
{
    quantity(a, a->head);
}

/* Blocks come one after the other: the latest is of now, earlier ones are not
 * asked about. */
static void
say_block(struct asked *a)
{
    uint64_t block;
    bool pending;
    if (!read_block(a, 0, &block, &pending) || pending || block != a->head) {
        refuse(a, -32602, "invalid argument");
        return;
    }
    int64_t behind = (int64_t)(chain_head(a->chain) - a->head) *
                     a->chain->terms.block_ms;
    quill_say(a->q, "\"result\":{\"number\":\"0x%" PRIx64
                    "\",\"timestamp\":\"0x%" PRIx64 "\"}",
              block,
              (uint64_t)(a->chain->desk->x->now_ms - behind) / 1000);
}

static void
say_nonce(struct asked *a)
{
    struct address who;
    uint64_t block;
    bool pending;
    if (!read_address(param(a, 0), &who) ||
        !read_block(a, 1, &block, &pending)) {
        refuse(a, -32602, "invalid argument");
        return;
    }
    uint32_t w = chain_wallet(a->chain, &who);
    quantity(a, w == DESK_NONE ? 0 : chain_next_nonce(a->chain, w, pending,
                                                      a->head));
}

static void
say_wei(struct asked *a)
{
    struct address who;
    uint32_t w = DESK_NONE;
    if (read_address(param(a, 0), &who))
        w = chain_wallet(a->chain, &who);
    quantity(a, w == DESK_NONE ? 0 : chain_account(a->chain, w)->wei);
}

static void
say_priority(struct asked *a)
{
    quantity(a, UINT64_C(30000000000));
}

static void
say_price(struct asked *a)
{
    quantity(a, chain_base_fee(a->chain, a->head + 1) +
                    UINT64_C(30000000000));
}

static void
say_fees(struct asked *a)
{
    quill_say(a->q, "\"result\":{\"oldestBlock\":\"0x%" PRIx64 "\","
              "\"baseFeePerGas\":[", a->head - 3);
    for (uint64_t i = 0; i < 5; i++)
        quill_say(a->q, "%s\"0x%" PRIx64 "\"", i ? "," : "",
                  chain_base_fee(a->chain, a->head - 3 + i));
    quill_text(a->q, "],\"gasUsedRatio\":[0.5,0.5,0.5,0.5],\"reward\":["
               "[\"0x6fc23ac00\"],[\"0x6fc23ac00\"],[\"0x6fc23ac00\"],"
               "[\"0x6fc23ac00\"]]}");
}

/* What the call inside gives back, or a wallet of it: a Safe whether it went
 * well, a proxy a list of one. */
static void
say_returned(struct asked *a, const struct effect *e)
{
    const uint64_t yes[] = { e->carried != CARRIED_failed };
    const uint64_t list[] = { 32, 1, 32, 32, 1 }, empty[] = { 32, 1, 32, 0 };
    bool word = e->deed == DEED_approve;
    const uint64_t *n = e->carried != CARRIED_proxy ? yes
                        : word ? list : empty;
    size_t count = e->carried == CARRIED_proxy ? (word ? 5 : 4)
                   : e->carried == CARRIED_not ? word : 1;
    uint8_t out[5][32];
    for (size_t i = 0; i < count; i++)
        word_number(n[i], out[i]);
    quill_text(a->q, "\"result\":");
    chain_hex(a->q, out[0], 32 * count);
}

static void
run(struct asked *a, bool estimate)
{
    const struct json_value *v = param(a, 0);
    struct chain *c = a->chain;
    struct address from, to;
    uint8_t data[CHAIN_DATA], word[32];
    size_t size = 0;
    uint64_t block;
    bool pending;
    struct effect e;
    if (!read_address(json_get(v, "from"), &from) ||
        !read_address(json_get(v, "to"), &to) ||
        !read_data(json_get(v, "data"), data, sizeof data, &size) ||
        !read_block(a, 1, &block, &pending)) {
        refuse(a, -32602, "invalid argument");
        return;
    }
    if (!estimate && !carry_knows(c, &to)) {
        quill_text(a->q, "\"result\":\"0x\""); /* Nobody is there. */
        return;
    }
    if (block != a->head && !chain_block(c, block)) {
        refuse(a, -32000, "missing trie node");
        return;
    }
    if (!estimate && abi_view(c, &to, data, size, block, word)) {
        quill_text(a->q, "\"result\":");
        chain_hex(a->q, word, sizeof word);
        return;
    }
    uint32_t wallet = desk_wallet(c->desk, &from);
    const char *no = wallet == DESK_NONE ? ""
                     : carry_try(c, wallet, &to, data, size, &e);
    if (no)
        revert(a, no);
    else if (estimate)
        quantity(a, e.gas);
    else
        say_returned(a, &e);
}

static void
say_call(struct asked *a)
{
    run(a, false);
}

static void
say_gas(struct asked *a)
{
    run(a, true);
}

static void
take_raw(struct asked *a)
{
    uint8_t bytes[CHAIN_RAW];
    size_t size;
    struct raw_tx tx;
    const char *words = "invalid argument";
    if (!read_data(param(a, 0), bytes, sizeof bytes, &size) ||
        !raw_read(bytes, size, &tx, &words)) {
        refuse(a, -32602, words);
        return;
    }
    words = chain_take(a->chain, &tx);
    if (words[0]) {
        refuse(a, -32000, words);
        return;
    }
    if (a->chain->faults.lose > 0) {
        a->chain->faults.lose--;
        a->cut = true;
    }
    quill_text(a->q, "\"result\":");
    chain_hex(a->q, tx.hash, sizeof tx.hash);
}

static struct chain_tx *
seen(const struct asked *a, bool mined)
{
    uint8_t hash[32];
    struct chain_tx *t = read_hash(a, hash) ? chain_find(a->chain, hash)
                                            : NULL;
    if (t && t->state == TX_MINED && t->block > a->head)
        return NULL;
    return t && mined && t->state != TX_MINED ? NULL : t;
}

static void
say_receipt(struct asked *a)
{
    const struct chain_tx *t = seen(a, true);
    quill_text(a->q, "\"result\":");
    if (t)
        chain_receipt(a->chain, t, a->q);
    else
        quill_text(a->q, "null");
}

static void
say_tx(struct asked *a)
{
    const struct chain_tx *t = seen(a, false);
    quill_text(a->q, "\"result\":");
    if (!t) {
        quill_text(a->q, "null");
        return;
    }
    quill_text(a->q, "{\"hash\":");
    chain_hex(a->q, t->raw.hash, 32);
    quill_say(a->q, ",\"nonce\":\"0x%" PRIx64 "\",\"blockNumber\":",
              t->raw.nonce);
    if (t->state == TX_MINED)
        quill_say(a->q, "\"0x%" PRIx64 "\"}", t->block);
    else
        quill_text(a->q, "null}");
}

/* --- the door ------------------------------------------------------------- */
static const struct method {
    const char *name;
    void (*say)(struct asked *a);
} methods[] = {
    { "eth_chainId", say_chain },
    { "eth_blockNumber", say_head },
    { "eth_getBlockByNumber", say_block },
    { "eth_getTransactionCount", say_nonce },
    { "eth_getBalance", say_wei },
    { "eth_maxPriorityFeePerGas", say_priority },
    { "eth_gasPrice", say_price },
    { "eth_feeHistory", say_fees },
    { "eth_call", say_call },
    { "eth_estimateGas", say_gas },
    { "eth_sendRawTransaction", take_raw },
    { "eth_getTransactionReceipt", say_receipt },
    { "eth_getTransactionByHash", say_tx },
};

bool
chain_knows(const struct front_request *r)
{
    return strncmp(r->rest.path, PATH, strlen(PATH)) == 0;
}

static void
answer(struct asked *a, const struct json_value *v)
{
    const char *name = json_string(json_get(v, "method"));
    for (size_t i = 0; name && i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(methods[i].name, name) == 0) {
            methods[i].say(a);
            return;
        }
    }
    refuse(a, -32601, "the method does not exist");
}

void
chain_answer(struct chain *c, const struct front_request *r, struct quill *q,
             struct front_answer *out)
{
    const char *which = r->rest.path + strlen(PATH);
    struct asked a = { .chain = c, .q = q, .head = c->head,
                       .node = (uint32_t)(which[0] - '1') };
    int64_t now = c->desk->x->now_ms, id = 0;
    *out = (struct front_answer){ .status = 200, .remaining = -1 };
    if (!r->rest.post || strlen(which) != 1 || a.node >= CHAIN_NODES) {
        out->status = rest_error(q, 404, "not found");
        return;
    }
    if (now < c->faults.behind[a.node])
        a.head = c->faults.behind_at[a.node];
    struct json *j = json_parse(r->rest.body, r->rest.body_size, NULL);
    const struct json_value *v = j ? json_root(j) : NULL;
    bool has_id = json_int(json_get(v, "id"), &id);
    a.params = json_get(v, "params");
    quill_text(q, "{\"jsonrpc\":\"2.0\",\"id\":");
    if (has_id)
        quill_say(q, "%" PRId64 ",", id);
    else
        quill_text(q, "null,");
    answer(&a, v);
    quill_text(q, "}");
    json_destroy(&j);
    out->cut = a.cut || now < c->faults.away[a.node];
    out->delay_ms = now < c->faults.slow_until ? c->faults.slow_ms : 0;
}
