/* face_polymarket - books, their hashes, and the market channel's frames
 *
 * Best level last, prices and sizes as shortest decimal texts.  The hash is
 * the venue's: SHA-1 over the book in a fixed key order with an empty hash.
 * The websocket's book leaves min_order_size and neg_risk out although they
 * are hashed, as the venue does (capture of 2026-06-30). */
#include "tests/simex/face.h"

#include "common/digest.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BOOK_ROOM (256 * 1024)

struct proof { uint64_t version; char hex[41]; };

struct face {
    const struct simex *x;
    bool old_shape;
    struct digest *sha1;
    struct proof *proofs;   /* One a token, of its book's version. */
    char *room;
};

struct face *
face_new(const struct simex *x, bool old_shape)
{
    struct face *f = calloc(1, sizeof *f);
    must(f != NULL);
    f->x = x;
    f->old_shape = old_shape;
    f->sha1 = digest_sha1();
    f->proofs = calloc((size_t)x->listing->markets_count * 2,
                       sizeof *f->proofs);
    f->room = malloc(BOOK_ROOM);
    must(f->sha1 != NULL && f->proofs != NULL && f->room != NULL);
    return f;
}

void
face_destroy(struct face **f)
{
    if (!*f)
        return;
    digest_destroy(&(*f)->sha1);
    free((*f)->proofs);
    free((*f)->room);
    free(*f);
    *f = NULL;
}

const struct simex *
face_core(const struct face *f)
{
    return f->x;
}

bool
face_is_neg_risk(const struct face *f, uint32_t market)
{
    return listing_is_neg_risk(f->x->listing, market);
}

void
face_list(struct quill *q, const char *const *texts, uint32_t count)
{
    quill_text(q, "[");
    for (uint32_t i = 0; i < count; i++) {
        quill_text(q, i ? "," : "");
        quill_string(q, texts[i]);
    }
    quill_text(q, "]");
}

static const struct listed_market *
market_of(const struct face *f, uint32_t token)
{
    must(token / 2 < f->x->listing->markets_count);
    return &f->x->listing->markets[token / 2];
}

/* Which ladder shows a token, and whether through the mirror. */
static bool
is_flipped(const struct face *f, uint32_t token)
{
    return market_of(f, token)->mirrored && token % 2 == 1;
}

static uint32_t
ladder_of(const struct face *f, uint32_t token)
{
    return market_of(f, token)->mirrored ? 0 : token % 2;
}

static void
write_level(struct quill *q, bool flip, uint32_t level, int64_t size)
{
    quill_text(q, "{\"price\":\"");
    quill_micros(q, (int64_t)(flip ? GRID - level : level) * GRID_STEP);
    quill_text(q, "\",\"size\":\"");
    quill_micros(q, size);
    quill_text(q, "\"}");
}

/* A token's bids or asks, worst first. */
static void
write_side(const struct face *f, struct quill *q, uint32_t token, bool asks)
{
    bool flip = is_flipped(f, token);
    enum ladder_side side = asks != flip ? ASKS : BIDS;
    uint32_t market = token / 2, ladder = ladder_of(f, token);
    uint32_t levels[GRID], count = 0;
    uint32_t at = match_best(f->x->match, market, ladder, side);
    for (; at != NO_LEVEL;
         at = match_worse(f->x->match, market, ladder, side, at))
        levels[count++] = at;
    quill_say(q, "\"%s\":[", asks ? "asks" : "bids");
    while (count-- > 0) {
        write_level(q, flip, levels[count],
                    match_size(f->x->match, market, ladder, side,
                               levels[count]));
        quill_text(q, count ? "," : "");
    }
    quill_text(q, "]");
}

static void
write_last_trade(const struct face *f, struct quill *q, uint32_t token)
{
    int64_t last = market_of(f, token)->last_trade;
    quill_text(q, "\"last_trade_price\":\"");
    if (last > 0)
        quill_micros(q, last);
    quill_text(q, "\"");
}

static void
write_rules(const struct face *f, struct quill *q, uint32_t token, bool full)
{
    const struct match_rules *r = match_rules(f->x->match, token / 2);
    if (full) {
        quill_text(q, "\"min_order_size\":\"");
        quill_micros(q, r->min_size);
        quill_text(q, "\",");
    }
    quill_text(q, "\"tick_size\":\"");
    quill_micros(q, r->tick);
    quill_text(q, "\"");
    if (full)
        quill_say(q, ",\"neg_risk\":%s",
                  quill_bool(face_is_neg_risk(f, token / 2)));
}

static void
write_head(const struct face *f, struct quill *q, uint32_t token,
           const char *hash)
{
    const struct listed_market *m = market_of(f, token);
    quill_say(q, "\"market\":\"%s\",\"asset_id\":\"%s\",\"timestamp\":\"%"
              PRId64 "\",\"hash\":\"%s\",", m->condition,
              m->token[token % 2], m->changed_ms, hash);
    write_side(f, q, token, false);
    quill_text(q, ",");
    write_side(f, q, token, true);
    quill_text(q, ",");
}

void
face_hashed_text(const struct face *f, struct quill *q, uint32_t token)
{
    quill_text(q, "{");
    write_head(f, q, token, "");
    write_rules(f, q, token, true);
    quill_text(q, ",");
    write_last_trade(f, q, token);
    quill_text(q, "}");
}

const char *
face_hash(struct face *f, uint32_t token)
{
    struct proof *p = &f->proofs[token];
    uint64_t version = market_of(f, token)->version;
    if (p->hex[0] && p->version == version)
        return p->hex;
    struct quill q;
    uint8_t sum[32];
    quill_start(&q, f->room, BOOK_ROOM);
    face_hashed_text(f, &q, token);
    digest_start(f->sha1);
    digest_add(f->sha1, q.s, q.size);
    digest_end(f->sha1, sum);
    for (int i = 0; i < 20; i++) {
        p->hex[2 * i] = "0123456789abcdef"[sum[i] >> 4];
        p->hex[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
    }
    p->version = version;
    return p->hex;
}

void
face_book(struct face *f, struct quill *q, uint32_t token)
{
    quill_text(q, "{");
    write_head(f, q, token, face_hash(f, token));
    write_rules(f, q, token, true);
    quill_text(q, ",");
    write_last_trade(f, q, token);
    quill_text(q, "}");
}

void
face_books_frame(struct face *f, struct quill *q, const uint32_t *tokens,
                 uint32_t count)
{
    quill_text(q, "[");
    for (uint32_t i = 0; i < count; i++) {
        quill_text(q, i ? ",{" : "{");
        write_head(f, q, tokens[i], face_hash(f, tokens[i]));
        write_rules(f, q, tokens[i], false);
        quill_text(q, ",\"event_type\":\"book\",");
        write_last_trade(f, q, tokens[i]);
        quill_text(q, "}");
    }
    quill_text(q, "]");
}

uint32_t
face_level_sides(const struct face *f, const struct news *n)
{
    return f->x->listing->markets[n->market].mirrored ? 3 : 1u << n->ladder;
}

static void
write_price(struct quill *q, const char *key, int64_t price)
{
    quill_say(q, "\"%s\":\"", key);
    if (price > 0)
        quill_micros(q, price);
    quill_text(q, "\"");
}

/* The changed level as a token sees it: price, side and what is there now. */
static void
write_change(struct face *f, struct quill *q, const struct news *n,
             uint32_t token)
{
    bool flip = is_flipped(f, token);
    uint32_t level = flip ? GRID - n->level : n->level;
    write_price(q, "price", (int64_t)level * GRID_STEP);
    quill_text(q, ",\"size\":\"");
    quill_micros(q, match_size(f->x->match, n->market, n->ladder, n->side,
                               n->level));
    quill_say(q, "\",\"side\":\"%s\"",
              (n->side == BIDS) != flip ? "BUY" : "SELL");
}

static void
write_hash(struct face *f, struct quill *q, uint32_t token, bool wrong)
{
    char hex[41];
    memcpy(hex, face_hash(f, token), sizeof hex);
    if (wrong)
        hex[7] = hex[7] == '0' ? '1' : '0';
    quill_say(q, "\"hash\":\"%s\"", hex);
}

static void
old_change(struct face *f, struct quill *q, const struct news *n,
           uint32_t token, bool wrong)
{
    const struct listed_market *m = market_of(f, token);
    quill_say(q, "{\"asset_id\":\"%s\",\"changes\":[{", m->token[token % 2]);
    write_change(f, q, n, token);
    quill_text(q, "}],\"event_type\":\"price_change\",");
    write_hash(f, q, token, wrong);
    quill_say(q, ",\"market\":\"%s\",\"timestamp\":\"%" PRId64 "\"}",
              m->condition, n->now_ms);
}

static void
new_change(struct face *f, struct quill *q, const struct news *n,
           uint32_t token, bool wrong)
{
    quill_say(q, "{\"asset_id\":\"%s\",",
              market_of(f, token)->token[token % 2]);
    write_change(f, q, n, token);
    quill_text(q, ",");
    write_hash(f, q, token, wrong);
    quill_text(q, ",");
    write_price(q, "best_bid", simex_bid(f->x, n->market, token % 2));
    quill_text(q, ",");
    write_price(q, "best_ask", simex_ask(f->x, n->market, token % 2));
    quill_text(q, "}");
}

void
face_level_frame(struct face *f, struct quill *q, const struct news *n,
                 uint32_t mask, uint32_t spoil)
{
    const struct listed_market *m = &f->x->listing->markets[n->market];
    mask &= face_level_sides(f, n);
    must(mask != 0);
    if (f->old_shape)
        quill_text(q, mask == 3 ? "[" : "");
    else
        quill_say(q, "{\"market\":\"%s\",\"price_changes\":[", m->condition);
    for (uint32_t side = 0; side < 2; side++) {
        if (!(mask >> side & 1))
            continue;
        quill_text(q, side == 1 && mask == 3 ? "," : "");
        (f->old_shape ? old_change : new_change)(
            f, q, n, n->market * 2 + side, spoil >> side & 1);
    }
    if (f->old_shape)
        quill_text(q, mask == 3 ? "]" : "");
    else
        quill_say(q, "],\"timestamp\":\"%" PRId64
                  "\",\"event_type\":\"price_change\"}", n->now_ms);
}

/* {"market":..,"asset_id":.., of a frame about one token. */
static void
write_about(struct face *f, struct quill *q, const struct news *n,
            uint32_t side)
{
    const struct listed_market *m = &f->x->listing->markets[n->market];
    quill_say(q, "{\"market\":\"%s\",\"asset_id\":\"%s\",", m->condition,
              m->token[side]);
}

static void
write_end(struct quill *q, const struct news *n, const char *type)
{
    quill_say(q, ",\"timestamp\":\"%" PRId64 "\",\"event_type\":\"%s\"}",
              n->now_ms, type);
}

void
face_trade_frame(struct face *f, struct quill *q, const struct news *n)
{
    write_about(f, q, n, n->token);
    write_price(q, "price", n->price);
    quill_text(q, ",");
    write_price(q, "size", n->qty);
    quill_say(q, ",\"fee_rate_bps\":\"0\",\"side\":\"%s\"",
              n->buy ? "BUY" : "SELL");
    write_end(q, n, "last_trade_price");
}

void
face_tick_frame(struct face *f, struct quill *q, const struct news *n,
                uint32_t side)
{
    write_about(f, q, n, side);
    write_price(q, "old_tick_size", n->old_tick);
    quill_text(q, ",");
    write_price(q, "new_tick_size", match_rules(f->x->match,
                                                n->market)->tick);
    write_end(q, n, "tick_size_change");
}

void
face_best_frame(struct face *f, struct quill *q, const struct news *n,
                uint32_t side)
{
    int64_t bid = simex_bid(f->x, n->market, side);
    int64_t ask = simex_ask(f->x, n->market, side);
    write_about(f, q, n, side);
    write_price(q, "best_bid", bid);
    quill_text(q, ",");
    write_price(q, "best_ask", ask);
    quill_text(q, ",");
    write_price(q, "spread", bid && ask ? ask - bid : 0);
    write_end(q, n, "best_bid_ask");
}
