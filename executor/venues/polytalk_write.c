/* polytalk_write - what is sent to Polymarket's CLOB */

/* Every text is written once and then signed and sent as it is.  Numbers that
 * were signed as numbers travel as texts, but for salt and signatureType,
 * which the venue wants bare: a salt has at most 53 bits. */

#include "executor/venues/polytalk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A text being written; once it does not fit it stays full. */
struct page {
    char *s;
    size_t size, cap;
    bool full;
};

static const char zeros[] =
    "0x0000000000000000000000000000000000000000000000000000000000000000";

static void
put(struct page *p, const char *s)
{
    size_t size = strlen(s);

    if (p->full || size >= p->cap - p->size) {
        p->full = true;
        return;
    }
    memcpy(p->s + p->size, s, size + 1);
    p->size += size;
}

/* Nothing we write needs escapes: what would is refused. */
static void
put_plain(struct page *p, const char *s)
{
    for (const char *c = s; *c != '\0'; c++)
        if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
            p->full = true;
    put(p, s);
}

static void
put_count(struct page *p, uint64_t n)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, n);
    put(p, text);
}

/* What is not unreserved goes as %XX: cursors are base64. */
static void
put_escaped(struct page *p, const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        char one[4];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || strchr("-._~", c) != NULL;

        (void)snprintf(one, sizeof one, plain ? "%c" : "%%%02X", c);
        put(p, one);
    }
}

static const char *
tif_of(enum tif tif)
{
    switch (tif) {
    case TIF_FAK: return "FAK";
    case TIF_FOK: return "FOK";
    case TIF_GTC: return "GTC";
    case TIF_GTD: return "GTD";
    case tif_end_: break;
    }
    return NULL;
}

static void
put_order(struct page *p, const struct talk_order *o,
          const struct talk_account *account)
{
    const struct intent *i = o->intent;
    char token[TOKEN_TEXT_CAP];
    const char *tif = tif_of(i->tif);

    if (tif == NULL || i->salt >> 53 != 0) {
        p->full = true;
        return;
    }
    put(p, "{\"deferExec\":false,\"postOnly\":");
    put(p, i->post_only ? "true" : "false");
    put(p, ",\"order\":{\"salt\":");
    put_count(p, i->salt);
    put(p, ",\"maker\":\"");
    put_plain(p, account->maker.s);
    put(p, "\",\"signer\":\"");
    put_plain(p, account->signer.s);
    put(p, "\",\"tokenId\":\"");
    put(p, token_format(&i->token, token));
    put(p, "\",\"makerAmount\":\"");
    put_count(p, i->maker);
    put(p, "\",\"takerAmount\":\"");
    put_count(p, i->taker);
    put(p, "\",\"side\":\"");
    put(p, i->side == SIDE_buy ? "BUY\"" : "SELL\"");
    put(p, ",\"signatureType\":");
    put_count(p, account->signature_type);
    put(p, ",\"timestamp\":\"");
    put_count(p, i->stamp);
    put(p, "\",\"expiration\":\"");
    put_count(p, i->tif == TIF_GTD && i->expires.ns > 0
                     ? (uint64_t)(i->expires.ns / 1000000000)
                     : 0);
    put(p, "\",\"metadata\":\"");
    put(p, zeros);
    put(p, "\",\"builder\":\"");
    put(p, zeros);
    put(p, "\",\"signature\":\"");
    put_plain(p, o->signature);
    put(p, "\"},\"owner\":\"");
    put_plain(p, account->key.s);
    put(p, "\",\"orderType\":\"");
    put(p, tif);
    put(p, "\"}");
}

static bool
is_place(const struct venue_call *call, const struct talk_order *orders,
         uint32_t count)
{
    if (count == 0 || count > TALK_ORDERS || count != call->orders.count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (orders[i].intent == NULL || orders[i].signature == NULL ||
            !hash_equal(&orders[i].intent->order, &call->orders.at[i].token))
            return false;
    return true;
}

static void
put_place(struct page *p, const struct talk_order *orders, uint32_t count,
          const struct talk_account *account)
{
    if (count > 1)
        put(p, "[");
    for (uint32_t i = 0; i < count; i++) {
        put(p, i > 0 ? "," : "");
        put_order(p, &orders[i], account);
    }
    if (count > 1)
        put(p, "]");
}

static void
put_ids(struct page *p, const struct tokens *ids)
{
    char text[HASH_TEXT_CAP];

    put(p, ids->count > 1 ? "[" : "{\"orderID\":");
    for (uint32_t i = 0; i < ids->count; i++) {
        put(p, i > 0 ? ",\"" : "\"");
        put(p, hash_format(&ids->at[i].token, text));
        put(p, "\"");
    }
    put(p, ids->count > 1 ? "]" : "}");
}

/* Ids with bits 40..103 clear are positions of the newer contracts. */
static const char *
asset_type(const struct hash *token)
{
    if (hash_is_zero(token))
        return "COLLATERAL";
    for (size_t i = 32 - 13; i < 32 - 5; i++)
        if (token->b[i] != 0)
            return "CONDITIONAL";
    return "CONDITIONAL-V2";
}

static void
put_asset(struct page *q, const struct hash *token,
          const struct talk_account *account)
{
    char text[TOKEN_TEXT_CAP];

    put(q, "?asset_type=");
    put(q, asset_type(token));
    if (!hash_is_zero(token)) {
        put(q, "&token_id=");
        put(q, token_format(token, text));
    }
    put(q, "&signature_type=");
    put_count(q, account->signature_type);
}

/* Cursors and a time; sep is what stands before the next one. */
static void
put_paging(struct page *q, const struct venue_call *call)
{
    const char *sep = "?";

    if (call->op == VENUE_OP_look_trades && call->since.ns > 0) {
        put(q, "?after=");
        put_count(q, (uint64_t)(call->since.ns / 1000000000));
        sep = "&";
    }
    if (call->cursor.s[0] != '\0') {
        put(q, sep);
        put(q, "next_cursor=");
        put_escaped(q, call->cursor.s);
    }
}

static void
put_heartbeat(struct page *p, struct page *b,
              const struct talk_account *account,
              const struct talk_memory *memory)
{
    put(p, account->heartbeat_ids ? "/v1/heartbeats" : "/heartbeats");
    if (!account->heartbeat_ids)
        return;
    put(b, "{\"heartbeat_id\":\"");
    put_plain(b, memory->heartbeat.s);
    put(b, "\"}");
}

struct pages {
    struct page path, query, body;
};

static bool
write_op(const struct venue_call *call, const struct talk_order *orders,
         uint32_t count, const struct talk_account *account,
         const struct talk_memory *memory, struct talk_request *out,
         struct pages *p)
{
    char text[TOKEN_TEXT_CAP];

    switch (call->op) {
    case VENUE_OP_place:
        out->method = "POST";
        put(&p->path, count > 1 ? "/orders" : "/order");
        put_place(&p->body, orders, count, account);
        return true;
    case VENUE_OP_cancel:
        out->method = "DELETE";
        put(&p->path, call->orders.count > 1 ? "/orders" : "/order");
        put_ids(&p->body, &call->orders);
        return call->orders.count > 0;
    case VENUE_OP_cancel_market:
        out->method = "DELETE";
        put(&p->path, "/cancel-market-orders");
        put(&p->body, "{\"asset_id\":\"");
        put(&p->body, token_format(&call->token, text));
        put(&p->body, "\"}");
        return !hash_is_zero(&call->token);
    case VENUE_OP_cancel_all:
        out->method = "DELETE";
        put(&p->path, "/cancel-all");
        return true;
    case VENUE_OP_look_order:
        put(&p->path, "/data/order/");
        put(&p->path, hash_format(&call->orders.at[0].token, text));
        return call->orders.count == 1;
    case VENUE_OP_look_trades:
        put(&p->path, "/data/trades");
        put_paging(&p->query, call);
        return true;
    case VENUE_OP_look_open:
        put(&p->path, "/data/orders");
        put_paging(&p->query, call);
        return true;
    case VENUE_OP_look_balance:
        put(&p->path, "/balance-allowance");
        put_asset(&p->query, &call->token, account);
        return true;
    case VENUE_OP_heartbeat:
        out->method = "POST";
        put_heartbeat(&p->path, &p->body, account, memory);
        return true;
    case VENUE_OP_split:
    case VENUE_OP_merge:
    case VENUE_OP_redeem:
    case venue_op_end_:
        return false; /* On chain. */
    }
    return false;
}

static struct pages
begin(struct talk_request *out)
{
    *out = (struct talk_request){ .method = "GET", .secured = true };
    return (struct pages){
        { out->path, 0, sizeof out->path, false },
        { out->query, 0, sizeof out->query, false },
        { out->body, 0, sizeof out->body, false },
    };
}

static bool
finish(const struct pages *p, struct talk_request *out)
{
    out->body_size = p->body.size;
    return !p->path.full && !p->query.full && !p->body.full;
}

bool
polytalk_write_request(const struct venue_call *call,
                       const struct talk_order *orders, uint32_t count,
                       const struct talk_account *account,
                       const struct talk_memory *memory,
                       struct talk_request *out)
{
    struct pages p = begin(out);

    if (call->op == VENUE_OP_place && !is_place(call, orders, count))
        return false;
    return write_op(call, orders, count, account, memory, out, &p) &&
           finish(&p, out);
}

bool
polytalk_write_refresh(const struct hash *token,
                       const struct talk_account *account,
                       struct talk_request *out)
{
    struct pages p = begin(out);

    put(&p.path, "/balance-allowance/update");
    put_asset(&p.query, token, account);
    return finish(&p, out);
}

size_t
polytalk_write_subscribe(const struct talk_account *account, char *out,
                         size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };

    put(&p, "{\"auth\":{\"apiKey\":\"");
    put_plain(&p, account->key.s);
    put(&p, "\",\"secret\":\"");
    put_plain(&p, account->secret.s);
    put(&p, "\",\"passphrase\":\"");
    put_plain(&p, account->passphrase.s);
    put(&p, "\"},\"type\":\"user\"}");
    return p.full ? 0 : p.size;
}
