/* polytalk_write - what is sent to Polymarket's CLOB */

/* Every text is written once and then signed and sent as it is. */

#include "executor/venues/polytalk.h"

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
put_order(struct page *p, const struct talk_order *o,
          const struct talk_account *account)
{
    const struct order_identity *id = &account->id;
    struct order_draft d;

    if (order_of_intent(o->intent, &id->wallet, id->chain, &d) &&
        order_owner_is_valid(account->key.s))
        order_write(p, &d, o->signature, account->key.s);
    else
        p->full = true;
}

static void
put_place(struct page *p, const struct talk_order *orders, uint32_t count,
          const struct talk_account *account)
{
    if (count > 1)
        page_put(p, "[");
    for (uint32_t i = 0; i < count; i++) {
        page_put(p, i > 0 ? "," : "");
        put_order(p, &orders[i], account);
    }
    if (count > 1)
        page_put(p, "]");
}

static void
put_ids(struct page *p, const struct tokens *ids)
{
    char text[HASH_TEXT_CAP];

    page_put(p, ids->count > 1 ? "[" : "{\"orderID\":");
    for (uint32_t i = 0; i < ids->count; i++) {
        page_put(p, i > 0 ? ",\"" : "\"");
        page_put(p, hash_format(&ids->at[i].token, text));
        page_put(p, "\"");
    }
    page_put(p, ids->count > 1 ? "]" : "}");
}

static const char *
asset_type(const struct hash *token)
{
    if (hash_is_zero(token))
        return "COLLATERAL";
    return order_version_of(token) == ORDER_VERSION_3 ? "CONDITIONAL-V2"
                                                      : "CONDITIONAL";
}

static void
put_asset(struct page *q, const struct hash *token,
          const struct talk_account *account)
{
    char text[TOKEN_TEXT_CAP];

    page_put(q, "?asset_type=");
    page_put(q, asset_type(token));
    if (!hash_is_zero(token)) {
        page_put(q, "&token_id=");
        page_put(q, token_format(token, text));
    }
    page_put(q, "&signature_type=");
    page_count(q, account->id.wallet.type);
}

/* Cursors and a time; sep is what stands before the next one. */
static void
put_paging(struct page *q, const struct venue_call *call)
{
    const char *sep = "?";

    if (call->op == VENUE_OP_look_trades && call->since.ns > 0) {
        page_put(q, "?after=");
        page_count(q, (uint64_t)(call->since.ns / 1000000000));
        sep = "&";
    }
    if (call->cursor.s[0] != '\0') {
        page_put(q, sep);
        page_put(q, "next_cursor=");
        page_escaped(q, call->cursor.s);
    }
}

static void
put_heartbeat(struct page *p, struct page *b,
              const struct talk_account *account,
              const struct talk_memory *memory)
{
    page_put(p, account->heartbeat_ids ? "/v1/heartbeats" : "/heartbeats");
    if (!account->heartbeat_ids)
        return;
    page_put(b, "{\"heartbeat_id\":\"");
    page_plain(b, memory->heartbeat.s);
    page_put(b, "\"}");
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
        page_put(&p->path, count > 1 ? "/orders" : "/order");
        put_place(&p->body, orders, count, account);
        return true;
    case VENUE_OP_cancel:
        out->method = "DELETE";
        page_put(&p->path, call->orders.count > 1 ? "/orders" : "/order");
        put_ids(&p->body, &call->orders);
        return call->orders.count > 0;
    case VENUE_OP_cancel_market:
        out->method = "DELETE";
        page_put(&p->path, "/cancel-market-orders");
        page_put(&p->body, "{\"asset_id\":\"");
        page_put(&p->body, token_format(&call->token, text));
        page_put(&p->body, "\"}");
        return !hash_is_zero(&call->token);
    case VENUE_OP_cancel_all:
        out->method = "DELETE";
        page_put(&p->path, "/cancel-all");
        return true;
    case VENUE_OP_look_order:
        page_put(&p->path, "/data/order/");
        page_put(&p->path, hash_format(&call->orders.at[0].token, text));
        return call->orders.count == 1;
    case VENUE_OP_look_trades:
        page_put(&p->path, "/data/trades");
        put_paging(&p->query, call);
        return true;
    case VENUE_OP_look_open:
        page_put(&p->path, "/data/orders");
        put_paging(&p->query, call);
        return true;
    case VENUE_OP_look_balance:
        page_put(&p->path, "/balance-allowance");
        put_asset(&p->query, &call->token, account);
        return true;
    case VENUE_OP_heartbeat:
        out->method = "POST";
        put_heartbeat(&p->path, &p->body, account, memory);
        return true;
    case VENUE_OP_split:
    case VENUE_OP_merge:
    case VENUE_OP_convert:
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
        page_on(out->path, sizeof out->path),
        page_on(out->query, sizeof out->query),
        page_on(out->body, sizeof out->body),
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

    page_put(&p.path, "/balance-allowance/update");
    put_asset(&p.query, token, account);
    return finish(&p, out);
}

size_t
polytalk_write_subscribe(const struct talk_account *account, char *out,
                         size_t cap)
{
    struct page p = page_on(out, cap);

    page_put(&p, "{\"auth\":{\"apiKey\":\"");
    page_plain(&p, account->key.s);
    page_put(&p, "\",\"secret\":\"");
    page_plain(&p, account->secret.s);
    page_put(&p, "\",\"passphrase\":\"");
    page_plain(&p, account->passphrase.s);
    page_put(&p, "\"},\"type\":\"user\"}");
    return page_end(&p);
}
