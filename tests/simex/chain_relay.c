/* chain_relay - the relayer of deposit wallets: it is handed a batch that the
 * owner signed, brings it to the chain and pays for that
 *
 * Its answers are those of the real one as far as they are known (chain.md
 * 3.4); a wallet has one batch under way at a time, and its own nonce, which a
 * batch that is reverted leaves.  One call a batch.  The digest is made here,
 * not by the code it checks. */
#include "tests/simex/chain_own.h"

#include "tests/simex/rest_own.h"
#include "tests/simex/sponge.h"

#include "common/hex.h"
#include "common/json.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ACCOUNT "/v1/account/transactions/"
#define FACTORY "0x00000000000Fb5C9ADea0298D729A0CB3823Cc07"
#define BRINGS "0x4000000000000000000000000000000000000004"
#define CALL_TYPE "Call(address target,uint256 value,bytes data)"
#define BATCH_TYPE "Batch(address wallet,uint256 nonce,uint256 deadline,"     \
                   "Call[] calls)" CALL_TYPE
#define DOMAIN_TYPE "EIP712Domain(string name,string version,uint256 "        \
                    "chainId,address verifyingContract)"

enum { WORD = 32, SIGNATURE = 65, SEEN_MS = 200, DEEP = 3, GAS = 5000000 };

/* A batch, as its text says. */
struct batch {
    struct address from, to, wallet, target;
    uint64_t nonce, deadline;
    uint8_t data[CHAIN_DATA];
    size_t size;
    uint8_t signature[SIGNATURE];
    const char *signature_text;
};

/* --- reading -------------------------------------------------------------- */
static bool
read_count(const struct json_value *v, uint64_t *n)
{
    int64_t i;
    if (!json_is_string(v) || !json_int(v, &i) || i < 0)
        return false;
    *n = (uint64_t)i;
    return true;
}

static bool
read_address(const struct json_value *v, struct address *a)
{
    const char *s = json_string(v);
    return s && address_read(s, a);
}

static bool
is_text(const struct json_value *v, const char *want)
{
    const char *s = json_string(v);
    return s && strcmp(s, want) == 0;
}

static bool
read_bytes(const struct json_value *v, uint8_t *b, size_t cap, size_t *size)
{
    const char *s = json_string(v);
    return s && hex_data_parse(s, strlen(s), b, cap, size);
}

static bool
read_batch(const struct json_value *v, struct batch *b)
{
    const struct json_value *p = json_get(v, "depositWalletParams");
    const struct json_value *calls = json_get(p, "calls");
    const struct json_value *call = json_first(calls);
    size_t size;
    b->signature_text = json_string(json_get(v, "signature"));
    return is_text(json_get(v, "type"), "WALLET") &&
           json_is_array(calls) && json_size(calls) == 1 &&
           read_address(json_get(v, "from"), &b->from) &&
           read_address(json_get(v, "to"), &b->to) &&
           read_address(json_get(p, "depositWallet"), &b->wallet) &&
           read_address(json_get(call, "target"), &b->target) &&
           is_text(json_get(call, "value"), "0") &&
           read_count(json_get(v, "nonce"), &b->nonce) &&
           read_count(json_get(p, "deadline"), &b->deadline) &&
           read_bytes(json_get(call, "data"), b->data, sizeof b->data,
                      &b->size) &&
           read_bytes(json_get(v, "signature"), b->signature, SIGNATURE,
                      &size) && size == SIGNATURE;
}

static void
batch_digest(const struct chain *c, const struct batch *b, uint8_t digest[32])
{
    uint8_t call[4][WORD], words[5][WORD], domain[5][WORD];
    uint8_t all[2 + 2 * WORD] = { 25, 1 }, hash[WORD];
    abi_topic(CALL_TYPE, call[0]);
    word_address(&b->target, call[1]);
    word_number(0, call[2]);
    sponge256(b->data, b->size, call[3]);
    sponge256(call, sizeof call, hash);
    abi_topic(BATCH_TYPE, words[0]);
    word_address(&b->wallet, words[1]);
    word_number(b->nonce, words[2]);
    word_number(b->deadline, words[3]);
    sponge256(hash, sizeof hash, words[4]);
    abi_topic(DOMAIN_TYPE, domain[0]);
    abi_topic("DepositWallet", domain[1]);
    abi_topic("1", domain[2]);
    word_number(c->terms.id, domain[3]);
    word_address(&b->wallet, domain[4]);
    sponge256(domain, sizeof domain, all + 2);
    sponge256(words, sizeof words, all + 2 + WORD);
    sponge256(all, sizeof all, digest);
}

/* --- what became of it ---------------------------------------------------- */
static const struct chain_tx *
tx_of(struct chain *c, const struct relayed *r)
{
    static const uint8_t none[WORD];
    return memcmp(r->hash, none, WORD) == 0 ? NULL : chain_find(c, r->hash);
}

static const char *
state_of(struct chain *c, const struct relayed *r, bool *shows)
{
    const struct chain_tx *t = tx_of(c, r);
    *shows = t && c->desk->x->now_ms >= r->at_ms + SEEN_MS;
    if (!t)
        return r->words[0] == '\0' ? "STATE_FAILED" : "STATE_INVALID";
    if (!*shows)
        return "STATE_NEW";
    if (t->state == TX_WAITS)
        return "STATE_EXECUTED";
    return !t->done                   ? "STATE_FAILED"
           : c->head < t->block + DEEP ? "STATE_MINED"
                                       : "STATE_CONFIRMED";
}

/* Names of the fields differ between the older call and /v1. */
static void
say_one(struct chain *c, const struct relayed *r, bool old, struct quill *q)
{
    bool shows;
    const char *state = state_of(c, r, &shows);
    quill_say(q, old ? "{\"transactionID\":\"%s\",\"state\":\"%s\","
                       "\"type\":\"WALLET\",\"nonce\":\"%" PRIu64 "\","
                       "\"signature\":\"%s\",\"transactionHash\":"
                     : "{\"transaction_id\":\"%s\",\"state\":\"%s\","
                       "\"type\":\"WALLET\",\"nonce\":\"%" PRIu64 "\","
                       "\"signature\":\"%s\",\"transaction_hash\":",
              r->id, state, r->nonce, r->signature);
    if (shows)
        chain_hex(q, r->hash, sizeof r->hash);
    else
        quill_text(q, "\"\"");
    quill_text(q, old ? ",\"errorMsg\":" : ",\"error_msg\":");
    quill_string(q, r->words);
    quill_text(q, "}");
}

static struct relayed *
kept(struct chain *c, uint64_t ago)
{
    return ago < c->relayed_count && ago < RELAYED
               ? &c->relayed[(c->relayed_count - 1 - ago) % RELAYED] : NULL;
}

static bool
is_under_way(struct chain *c, uint32_t wallet)
{
    for (uint32_t i = 0; i < CHAIN_TXS; i++)
        if (c->txs[i].state == TX_WAITS && c->txs[i].relayed &&
            c->txs[i].wallet == wallet)
            return true;
    return false;
}

/* --- handing in ----------------------------------------------------------- */
static bool
is_let_in(const struct chain *c, const struct front_request *r,
          uint32_t *person)
{
    const char *key = r->headers[FRONT_RELAYER_KEY];
    const char *at = r->headers[FRONT_RELAYER_ADDRESS];
    const char *want = c->terms.relayer_key;
    struct address a;
    if (!key || !at || !want || want[0] == '\0' || strcmp(key, want) != 0 ||
        !address_read(at, &a))
        return false;
    for (*person = 0; *person < c->desk->people_count; (*person)++)
        if (address_same(&c->desk->people[*person].address, &a))
            return true;
    return false;
}

/* Why it is not taken; "" = it is. */
static const char *
refusal(struct chain *c, const struct batch *b, uint32_t person,
        uint32_t wallet, char words[96])
{
    const struct wallet *w = &c->desk->wallets[wallet];
    uint8_t digest[WORD];
    struct address who, factory;
    must(address_read(FACTORY, &factory));
    if (wallet == DESK_NONE || w->type != 3 || w->person != person ||
        !address_same(&b->to, &factory))
        return "no such deposit wallet";
    batch_digest(c, b, digest);
    if (!recover_signer(digest, b->signature, &who) ||
        !address_same(&who, &c->desk->people[person].address) ||
        !address_same(&who, &b->from))
        return "invalid signature";
    if ((int64_t)b->deadline <= c->desk->x->now_ms / 1000)
        return "deadline is in the past";
    if (c->faults.relay_busy > 0 || is_under_way(c, wallet)) {
        c->faults.relay_busy -= c->faults.relay_busy > 0;
        return "wallet busy: wallet has an active action";
    }
    uint64_t now = chain_account(c, wallet)->nonce;
    if (b->nonce == now)
        return "";
    snprintf(words, 96, "batch nonce %" PRIu64
             " does not match on-chain nonce %" PRIu64, b->nonce, now);
    return words;
}

/* What would fail is not brought; what fails by mischief is nowhere. */
static void
bring(struct chain *c, const struct batch *b, struct relayed *r)
{
    struct chain_tx *t = chain_place_for(c);
    struct effect e;
    uint8_t digest[WORD + 8];
    const char *no = call_try(c, r->wallet, &b->target, b->data, b->size, &e);
    if (no || !t || c->faults.relay_fail > 0) {
        c->faults.relay_fail -= !no && c->faults.relay_fail > 0;
        snprintf(r->words, sizeof r->words, "%s", no ? "execution reverted"
                                                     : "");
        return;
    }
    batch_digest(c, b, digest);
    for (int i = 0; i < 8; i++)
        digest[WORD + i] = (uint8_t)(c->relayed_count >> (8 * i));
    sponge256(digest, sizeof digest, r->hash);
    *t = (struct chain_tx){ .state = TX_WAITS, .wallet = r->wallet,
                            .order = ++c->orders, .relayed = true,
                            .end_s = (int64_t)b->deadline };
    memcpy(t->raw.hash, r->hash, WORD);
    must(address_read(BRINGS, &t->raw.from));
    t->raw.to = b->target;
    t->raw.chain = c->terms.id;
    t->raw.nonce = b->nonce;
    t->raw.fee = UINT64_MAX / GAS;
    t->raw.priority = UINT64_C(30000000000);
    t->raw.gas = GAS;
    memcpy(t->raw.data, b->data, b->size);
    t->raw.size = b->size;
}

static struct relayed *
hand_in(struct chain *c, const struct batch *b, uint32_t person,
        uint32_t wallet)
{
    uint64_t number = c->relayed_count++;
    struct relayed *r = &c->relayed[number % RELAYED];
    *r = (struct relayed){ .person = person, .wallet = wallet,
                           .nonce = b->nonce,
                           .at_ms = c->desk->x->now_ms };
    snprintf(r->id, sizeof r->id, "0190b317-a1d3-7bec-9b91-%012" PRIx64,
             number);
    snprintf(r->signature, sizeof r->signature, "%s", b->signature_text);
    bring(c, b, r);
    return r;
}

static int
post_submit(struct chain *c, const struct front_request *r, struct quill *q,
            struct front_answer *a)
{
    struct chain_faults *f = &c->faults;
    struct json *j = NULL;
    struct batch b;
    char words[96];
    uint32_t person;
    int status = 200;
    if (!is_let_in(c, r, &person))
        return rest_error(q, 401, "invalid authorization");
    if (f->relay_drop > 0) {
        f->relay_drop--;
        a->cut = true;
        return 200;
    }
    j = json_parse(r->rest.body, r->rest.body_size, NULL);
    if (!j || !read_batch(json_root(j), &b)) {
        status = rest_error(q, 400, "invalid request body");
    } else {
        uint32_t wallet = desk_wallet(c->desk, &b.wallet);
        const char *no = refusal(c, &b, person, wallet, words);
        if (no[0])
            status = rest_error(q, 400, no);
        else
            quill_say(q, "{\"transactionID\":\"%s\",\"state\":"
                      "\"STATE_NEW\"}", hand_in(c, &b, person, wallet)->id);
    }
    json_destroy(&j);
    if (status == 200 && f->relay_lose > 0) {
        f->relay_lose--;
        a->cut = true;
    }
    return status;
}

/* --- asking --------------------------------------------------------------- */
static int
get_params(struct chain *c, const struct front_request *r, struct quill *q)
{
    char text[48], type[16];
    struct address who;
    uint32_t wallet = DESK_NONE;
    if (!rest_query(r->rest.query, "address", 0, text, sizeof text) ||
        !rest_query(r->rest.query, "type", 0, type, sizeof type) ||
        strcmp(type, "WALLET") != 0 || !address_read(text, &who))
        return rest_error(q, 400, "invalid address or type");
    for (uint32_t i = 0; i < c->desk->people_count; i++)
        if (address_same(&c->desk->people[i].address, &who))
            wallet = desk_wallet_of(c->desk, i, 3);
    if (wallet == DESK_NONE)
        return rest_error(q, 404, "wallet not found");
    quill_say(q, "{\"address\":\"" BRINGS "\",\"nonce\":\"%" PRIu64 "\"}",
              chain_account(c, wallet)->nonce);
    return 200;
}

static int
get_recent(struct chain *c, const struct front_request *r, struct quill *q)
{
    const struct relayed *one;
    uint32_t person;
    bool any = false;
    if (!is_let_in(c, r, &person))
        return rest_error(q, 401, "invalid authorization");
    quill_text(q, "[");
    for (uint64_t i = 0; (one = kept(c, i)) != NULL; i++) {
        if (one->person != person)
            continue;
        quill_text(q, any ? "," : "");
        say_one(c, one, true, q);
        any = true;
    }
    quill_text(q, "]");
    return 200;
}

static int
get_one(struct chain *c, const char *id, struct quill *q)
{
    const struct relayed *one;
    for (uint64_t i = 0; (one = kept(c, i)) != NULL; i++) {
        if (strcmp(one->id, id) != 0)
            continue;
        say_one(c, one, false, q);
        return 200;
    }
    return rest_error(q, 404, "transaction not found");
}

bool
chain_relays(const struct front_request *r)
{
    const char *path = r->rest.path;
    return strncmp(path, ACCOUNT, strlen(ACCOUNT)) == 0 ||
           strcmp(path, "/submit") == 0 ||
           strcmp(path, "/transactions") == 0;
}

void
chain_relay(struct chain *c, const struct front_request *r, struct quill *q,
            struct front_answer *a)
{
    const char *path = r->rest.path;
    *a = (struct front_answer){ .remaining = -1 };
    if (strcmp(path, "/submit") == 0)
        a->status = r->rest.post ? post_submit(c, r, q, a)
                                 : rest_error(q, 405, "Method not allowed");
    else if (r->rest.post || r->del)
        a->status = rest_error(q, 405, "Method not allowed");
    else if (strcmp(path, "/transactions") == 0)
        a->status = get_recent(c, r, q);
    else if (strcmp(path, ACCOUNT "params") == 0)
        a->status = get_params(c, r, q);
    else
        a->status = get_one(c, path + strlen(ACCOUNT), q);
    a->cut |= c->desk->x->now_ms < c->faults.relay_away;
}
