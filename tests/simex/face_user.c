/* face_user - orders and trades as the private REST and /ws/user say them
 *
 * The same things in two dialects: REST puts ORDER_STATUS_ and TRADE_STATUS_
 * before its words, the channel does not, and has its own for who reads it.
 * A maker finds his part in maker_orders; the top is always the taker's. */
#include "tests/simex/face_user.h"

#include "common/digest.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const lives[] = { "GTC", "GTD", "FOK", "FAK" };
static const char *const order_words[] = {
    "DELAYED", "LIVE", "MATCHED", "CANCELED", "UNMATCHED", "INVALID",
};
static const char *const trade_words[] = {
    "MATCHED", "MINED", "CONFIRMED", "RETRYING", "FAILED",
};

static void
write_micros(struct quill *q, const char *key, int64_t micros)
{
    quill_say(q, "\"%s\":\"", key);
    quill_micros(q, micros);
    quill_text(q, "\",");
}

static void
write_trade_id(const struct desk *d, struct quill *q, uint32_t number)
{
    char id[UUID_TEXT_CAP];
    quill_say(q, "\"%s\"", uuid_format(&desk_trade_at(d, number)->id, id));
}

static void
write_trade_ids(const struct desk *d, struct quill *q,
                const struct desk_order *o)
{
    quill_text(q, "[");
    for (uint32_t i = 0; i < o->trades_count; i++) {
        quill_text(q, i ? "," : "");
        write_trade_id(d, q, o->trades[i]);
    }
    quill_text(q, "]");
}

/* "market":..,"asset_id":..,"outcome":.. */
static void
write_asset(const struct desk *d, struct quill *q, uint32_t market,
            uint32_t token)
{
    const struct listed_market *m = &d->x->listing->markets[market];
    quill_say(q, "\"market\":\"%s\",\"asset_id\":\"%s\",\"outcome\":\"%s\",",
              m->condition, m->token[token], token ? "No" : "Yes");
}

/* none: what stands for no trades. */
static void
write_order(const struct desk *d, struct quill *q, uint32_t order,
            const char *none)
{
    const struct desk_order *o = &d->orders[order];
    char id[HASH_TEXT_CAP], address[43];
    must(o->used);
    quill_say(q, "\"id\":\"%s\",\"owner\":\"%s\",\"maker_address\":\"%s\","
              "\"side\":\"%s\",\"order_type\":\"%s\",\"expiration\":\"%"
              PRId64 "\",", hash_format(&o->id, id), d->keys[o->key].id,
              address_text(&d->wallets[o->wallet].address, address),
              o->buy ? "BUY" : "SELL", lives[o->life], o->expires_s);
    write_asset(d, q, o->market, o->token);
    write_micros(q, "original_size", o->size);
    write_micros(q, "size_matched", o->filled);
    write_micros(q, "price", o->price);
    quill_text(q, "\"associate_trades\":");
    if (o->filled == 0)
        quill_text(q, none);
    else
        write_trade_ids(d, q, o);
}

void
face_open_order(const struct desk *d, struct quill *q, uint32_t order)
{
    const struct desk_order *o = &d->orders[order];
    quill_text(q, "{");
    write_order(d, q, order, "[]");
    quill_say(q, ",\"status\":\"ORDER_STATUS_%s\",\"created_at\":%" PRId64
              "}", order_words[o->state], o->created_ms / 1000);
}

/* Whoever of the crowd it was: a name made of what is known of him. */
static void
write_crowd(struct quill *q, uint32_t who, uint64_t id)
{
    char text[64], hex[HASH_TEXT_CAP], owner[UUID_TEXT_CAP], address[43];
    struct hash h;
    struct uuid u;
    struct address a;
    int n = snprintf(text, sizeof text, "crowd:%u", who);
    sha256(text, (size_t)n, h.b);
    for (int i = 0; i < 20; i++)
        a.b[i] = h.b[12 + i];
    for (int i = 0; i < 16; i++)
        u.b[i] = h.b[i];
    n = snprintf(text, sizeof text, "crowd:%u:%" PRIu64, who, id);
    sha256(text, (size_t)n, h.b);
    quill_say(q, "\"%s\",\"owner\":\"%s\",\"maker_address\":\"%s\",",
              hash_format(&h, hex), uuid_format(&u, owner),
              address_text(&a, address));
}

static void
write_party(const struct desk *d, struct quill *q,
            const struct desk_party *p)
{
    char id[HASH_TEXT_CAP], address[43];
    quill_say(q, "\"%s\",\"owner\":\"%s\",\"maker_address\":\"%s\",",
              hash_format(&p->id, id), d->keys[p->key].id,
              address_text(&d->wallets[p->wallet].address, address));
}

static void
write_fill(const struct desk *d, struct quill *q, const struct desk_fill *f)
{
    const struct match_trade *t = &f->t;
    bool same = t->kind == TRADE_TRANSFER;
    uint32_t token = same ? t->token : 1 - t->token;
    const struct listed_market *m = &d->x->listing->markets[t->market];
    quill_text(q, "{\"order_id\":");
    if (f->maker.order == DESK_NONE)
        write_crowd(q, t->maker, t->maker_id);
    else
        write_party(d, q, &f->maker);
    write_micros(q, "matched_amount", t->qty);
    write_micros(q, "price", same ? t->price : MICROS - t->price);
    quill_say(q, "\"fee_rate_bps\":\"\",\"asset_id\":\"%s\","
              "\"outcome\":\"%s\",\"side\":\"%s\"}", m->token[token],
              token ? "No" : "Yes", t->buy != same ? "BUY" : "SELL");
}

static void
write_fills(const struct desk *d, struct quill *q,
            const struct desk_trade *t)
{
    quill_text(q, "\"maker_orders\":[");
    for (uint32_t i = 0; i < t->fills_count; i++) {
        quill_text(q, i ? "," : "");
        write_fill(d, q, &t->fills[i]);
    }
    quill_text(q, "],");
}

static void
write_trade(const struct desk *d, struct quill *q, uint32_t number,
            uint32_t person)
{
    const struct desk_trade *t = desk_trade_at(d, number);
    const struct match_trade *m = &t->fills[0].t;
    char id[UUID_TEXT_CAP];
    must(t->used && t->fills_count > 0);
    quill_say(q, "\"id\":\"%s\",\"taker_order_id\":", uuid_format(&t->id, id));
    if (t->taker.order == DESK_NONE)
        write_crowd(q, m->taker, number);
    else
        write_party(d, q, &t->taker);
    write_asset(d, q, m->market, m->token);
    quill_say(q, "\"side\":\"%s\",", m->buy ? "BUY" : "SELL");
    write_micros(q, "size", t->qty);
    write_micros(q, "price", m->price);
    write_fills(d, q, t);
    quill_say(q, "\"fee_rate_bps\":\"%" PRId64 "\",\"bucket_index\":%u,"
              "\"transaction_hash\":\"%s\",\"trader_side\":\"%s\","
              "\"match_time\":\"%" PRId64 "\",\"last_update\":\"%" PRId64
              "\"", d->x->listing->markets[m->market].fee_ppm / 100, t->group,
              t->tx,
              desk_part(d, t, person) == 0 ? "TAKER" : "MAKER",
              t->matched_ms / 1000, t->changed_ms / 1000);
}

void
face_trade(const struct desk *d, struct quill *q, uint32_t number,
           uint32_t person)
{
    const struct desk_trade *t = desk_trade_at(d, number);
    bool held_back = t->fate == FATE_STUCK && t->state == STEP_MATCHED;
    quill_text(q, "{");
    write_trade(d, q, number, person);
    quill_say(q, ",\"status\":\"TRADE_STATUS_%s%s\"}", trade_words[t->state],
              held_back ? "_NOT_BROADCASTED" : "");
}

void
face_reply(const struct desk *d, struct quill *q, const struct desk_reply *r)
{
    char id[HASH_TEXT_CAP] = "";
    const struct desk_order *o = NULL;
    if (r->error[0] == '\0')
        o = &d->orders[r->order];
    bool filled = o && o->filled > 0;
    const char *status = !o ? "" : o->state == DESK_DELAYED ? "delayed"
                         : filled ? "matched" : "live";
    quill_text(q, "{\"success\":true,\"errorMsg\":");
    quill_string(q, r->error);
    quill_say(q, ",\"orderID\":\"%s\",\"status\":\"%s\",\"makingAmount\":\"",
              o ? hash_format(&o->id, id) : "", status);
    if (filled)
        quill_micros(q, o->buy ? o->cost : o->filled);
    quill_text(q, "\",\"takingAmount\":\"");
    if (filled)
        quill_micros(q, o->buy ? o->filled : o->cost);
    quill_text(q, "\",\"transactionsHashes\":[],\"tradeIDs\":");
    if (filled)
        write_trade_ids(d, q, o);
    else
        quill_text(q, "[]");
    quill_text(q, "}");
}

static void
order_frame(const struct desk *d, struct quill *q, const struct desk_event *e)
{
    static const char *const types[] = { "PLACEMENT", "UPDATE",
                                         "CANCELLATION" };
    const struct desk_order *o = &d->orders[e->order];
    quill_text(q, "{\"event_type\":\"order\",");
    write_order(d, q, e->order, "null");
    quill_say(q, ",\"order_owner\":\"%s\",\"type\":\"%s\",\"created_at\":\"%"
              PRId64 "\",\"timestamp\":\"%" PRId64 "\",\"status\":\"%s%s%s\"}",
              d->keys[o->key].id, types[e->what], o->created_ms / 1000,
              d->x->now_ms, order_words[o->state], o->reason ? "_" : "",
              o->reason ? o->reason : "");
}

static void
trade_frame(const struct desk *d, struct quill *q, const struct desk_event *e)
{
    const struct desk_trade *t = desk_trade_at(d, e->trade);
    uint32_t part = desk_part(d, t, e->person);
    const struct desk_party *p = part == 0 ? &t->taker
                                           : &t->fills[part - 1].maker;
    quill_text(q, "{\"event_type\":\"trade\",\"type\":\"TRADE\",");
    write_trade(d, q, e->trade, e->person);
    quill_say(q, ",\"trade_owner\":\"%s\",\"timestamp\":\"%" PRId64
              "\",\"status\":\"%s\"}", d->keys[p->key].id,
              d->x->now_ms, trade_words[t->state]);
}

void
face_user_frame(const struct desk *d, struct quill *q,
                const struct desk_event *e)
{
    if (e->what == DESK_TRADE)
        trade_frame(d, q, e);
    else
        order_frame(d, q, e);
}

uint32_t
face_user_market(const struct desk *d, const struct desk_event *e)
{
    return e->what == DESK_TRADE
               ? desk_trade_at(d, e->trade)->fills[0].t.market
               : d->orders[e->order].market;
}
