/* front_query - one's own orders, trades and balances
 *
 * Pages are told by a cursor, the base64 of how many were given before.
 * Newest first, as the venue does. */
#include "tests/simex/face_user.h"
#include "tests/simex/front_own.h"
#include "tests/simex/rest_own.h"
#include "tests/simex/seal.h"

#include "common/map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100
#define MAX256                                                              \
    "1157920892373161954235709850086879078532699846656405640394575840079"   \
    "13129639935"

/* What of a list is asked for. */
struct filter {
    char id[80];
    uint32_t market, token;     /* MAP_NONE = any. */
    bool none;                  /* Something that cannot be there. */
    bool has_maker;
    struct address maker;
    int64_t before_s, after_s;  /* 0 = any. */
    uint32_t from;
};

static bool
read_cursor(const char *query, uint32_t *from)
{
    char text[64];
    uint8_t digits[16];
    *from = 0;
    if (!rest_query(query, "next_cursor", 0, text, sizeof text) || !text[0])
        return true;
    int size = seal_decode(text, digits, sizeof digits - 1);
    if (size <= 0 || size > 9)
        return false;
    digits[size] = '\0';
    if (strspn((char *)digits, "0123456789") != (size_t)size)
        return false;
    *from = (uint32_t)strtoul((char *)digits, NULL, 10);
    return true;
}

static bool
read_time(const char *query, const char *key, int64_t *out)
{
    char text[32];
    *out = 0;
    if (!rest_query(query, key, 0, text, sizeof text) || !text[0])
        return true;
    if (strlen(text) > 12 || strspn(text, "0123456789") != strlen(text))
        return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

static bool
read_filter(const struct front_call *c, struct filter *f)
{
    const char *query = c->request->rest.query;
    const struct listing *l = c->desk->x->listing;
    char text[128];
    *f = (struct filter){ .market = MAP_NONE, .token = MAP_NONE };
    if (!rest_query(query, "id", 0, f->id, sizeof f->id))
        f->id[0] = '\0';
    if (rest_query(query, "market", 0, text, sizeof text) && text[0]) {
        f->market = listing_condition(l, text);
        f->none |= f->market == MAP_NONE;
    }
    if (rest_query(query, "asset_id", 0, text, sizeof text) && text[0]) {
        f->token = listing_token(l, text, strlen(text));
        f->none |= f->token == MAP_NONE;
    }
    if (rest_query(query, "maker_address", 0, text, sizeof text) && text[0]) {
        if (!address_read(text, &f->maker))
            return false;
        f->has_maker = true;
    }
    return read_time(query, "before", &f->before_s) &&
           read_time(query, "after", &f->after_s) &&
           read_cursor(query, &f->from);
}

static bool
is_about(const struct filter *f, uint32_t market, uint32_t token)
{
    return !f->none && (f->market == MAP_NONE || f->market == market) &&
           (f->token == MAP_NONE || f->token == market * 2 + token);
}

/* Writes {"limit":..,"data":[ before the first, and counts. */
struct page { uint32_t from, seen, count; };

static bool
next_entry(struct page *p, struct quill *q)
{
    if (p->seen++ < p->from || p->count == PAGE)
        return false;
    quill_text(q, p->count++ ? "," : "");
    return true;
}

static int
end_page(const struct page *p, struct quill *q)
{
    char text[16], cursor[32] = "LTE=";
    if (p->seen > p->from + p->count) {
        int n = snprintf(text, sizeof text, "%u", p->from + p->count);
        seal_encode((const uint8_t *)text, (size_t)n, cursor);
    }
    quill_say(q, "],\"limit\":%d,\"count\":%u,\"next_cursor\":\"%s\"}", PAGE,
              p->count, cursor);
    return 200;
}

int
front_get_orders(const struct front_call *c, struct quill *q)
{
    const struct desk *d = c->desk;
    struct filter f;
    if (!read_filter(c, &f))
        return rest_error(q, 400, "invalid order params payload");
    struct page p = { .from = f.from };
    quill_text(q, "{\"data\":[");
    for (uint32_t i = d->live_count; i-- > 0;) {
        const struct desk_order *o = &d->orders[d->live[i]];
        char id[HASH_TEXT_CAP];
        if (d->wallets[o->wallet].person == c->person &&
            desk_shows(d, o->created_ms) &&
            is_about(&f, o->market, o->token) &&
            (!f.id[0] || strcmp(f.id, hash_format(&o->id, id)) == 0) &&
            next_entry(&p, q))
            face_open_order(d, q, d->live[i]);
    }
    return end_page(&p, q);
}

int
front_get_order(const struct front_call *c, struct quill *q)
{
    const struct desk *d = c->desk;
    struct hash id;
    if (!front_order_id(c->argument, &id))
        return rest_error(q, 400, "Invalid orderID");
    uint32_t order = desk_find_order(d, &id);
    if (order == DESK_NONE || !desk_is_live(&d->orders[order]) ||
        !desk_shows(d, d->orders[order].created_ms) ||
        d->wallets[d->orders[order].wallet].person != c->person)
        return rest_error(q, 404, "order not found");
    face_open_order(d, q, order);
    return 200;
}

/* The wallet of a party is the one that is asked for. */
static bool
is_wallet(const struct desk *d, const struct filter *f,
          const struct desk_party *p)
{
    return p->order != DESK_NONE &&
           address_same(&d->wallets[p->wallet].address, &f->maker);
}

static bool
fits(const struct desk *d, const struct filter *f,
     const struct desk_trade *t)
{
    const struct match_trade *m = &t->fills[0].t;
    char id[UUID_TEXT_CAP];
    int64_t at = t->matched_ms / 1000;
    bool wallet = !f->has_maker || is_wallet(d, f, &t->taker);
    for (uint32_t i = 0; i < t->fills_count; i++)
        wallet |= f->has_maker && is_wallet(d, f, &t->fills[i].maker);
    /* A mint or merge is about both tokens of its market. */
    bool other = m->kind != TRADE_TRANSFER && is_about(f, m->market,
                                                       1 - m->token);
    return wallet && (is_about(f, m->market, m->token) || other) &&
           (!f->id[0] || strcmp(f->id, uuid_format(&t->id, id)) == 0) &&
           (!f->before_s || at < f->before_s) &&
           (!f->after_s || at > f->after_s);
}

int
front_get_trades(const struct front_call *c, struct quill *q)
{
    const struct desk *d = c->desk;
    struct filter f;
    if (!read_filter(c, &f))
        return rest_error(q, 400, "Invalid trade params payload");
    struct page p = { .from = f.from };
    uint32_t oldest = d->next_trade > DESK_TRADES_CAP ? d->next_trade -
                                                        DESK_TRADES_CAP : 0;
    quill_text(q, "{\"data\":[");
    for (uint32_t n = d->next_trade; n-- > oldest;) {
        const struct desk_trade *t = desk_trade_at(d, n);
        if (t->told && desk_shows(d, t->matched_ms) &&
            desk_part(d, t, c->person) != DESK_NONE &&
            fits(d, &f, t) && next_entry(&p, q))
            face_trade(d, q, n, c->person);
    }
    return end_page(&p, q);
}

static void
write_allowances(const struct desk *d, bool shares, struct quill *q)
{
    static const struct typed_place places[] = {
        { 2, false, 0 }, { 2, true, 0 }, { 3, false, 0 },
    };
    char most[24] = "0";
    bool none = d->x->now_ms < d->faults.no_allowance;
    bool all = d->terms.allowance == 0 || shares;
    if (!none && !all)
        (void)snprintf(most, sizeof most, "%" PRId64, d->terms.allowance);
    quill_text(q, "\"allowances\":{");
    for (uint32_t i = 0; i < 3; i++) {
        struct typed_place p = places[i];
        p.chain = d->terms.chain;
        quill_say(q, "%s\"%s\":\"%s\"", i ? "," : "", typed_exchange(&p),
                  !none && all ? MAX256 : most);
    }
    quill_text(q, "}");
}

/* 0, and whose of what (desk_came); else the status of the refusal. */
static int
find_balance(const struct front_call *c, struct quill *q, uint32_t *wallet,
             uint32_t *slot)
{
    const struct desk *d = c->desk;
    const char *query = c->request->rest.query;
    char kind[20] = "", type[4] = "0", id[96] = "";
    (void)rest_query(query, "asset_type", 0, kind, sizeof kind);
    (void)rest_query(query, "signature_type", 0, type, sizeof type);
    (void)rest_query(query, "token_id", 0, id, sizeof id);
    bool shares = strcmp(kind, "CONDITIONAL") == 0 ||
                  strcmp(kind, "CONDITIONAL-V2") == 0;
    uint32_t token = listing_token(d->x->listing, id, strlen(id));
    if (!shares && strcmp(kind, "COLLATERAL") != 0)
        return rest_error(q, 400, "Invalid asset type");
    if (strlen(type) != 1 || type[0] < '0' || type[0] > '3')
        return rest_error(q, 400, "Invalid signature_type");
    if (shares && token == MAP_NONE)
        return rest_error(q, 400, "Invalid token id");
    *wallet = desk_wallet_of(d, c->person, (uint8_t)(type[0] - '0'));
    *slot = shares ? 1 + token : 0;
    return 0;
}

/* As the exchange knows it. */
static int64_t
known(const struct desk *d, uint32_t wallet, uint32_t slot)
{
    if (wallet == DESK_NONE)
        return 0;
    uint32_t who = d->wallets[wallet].who, token = slot - 1;
    int64_t there = slot == 0 ? desk_cash(d, who)
                              : desk_shares(d, who, token / 2, token % 2);
    return there - desk_unseen(d, wallet, slot);
}

int
front_get_balance(const struct front_call *c, struct quill *q)
{
    uint32_t wallet, slot;
    int status = find_balance(c, q, &wallet, &slot);
    if (status != 0)
        return status;
    quill_say(q, "{\"balance\":\"%" PRId64 "\",",
              known(c->desk, wallet, slot));
    write_allowances(c->desk, slot > 0, q);
    quill_text(q, "}");
    return 200;
}

int
front_update_balance(const struct front_call *c, struct quill *q)
{
    uint32_t wallet, slot;
    int status = find_balance(c, q, &wallet, &slot);
    if (status != 0)
        return status;
    if (wallet != DESK_NONE)
        desk_look(c->desk, wallet, slot);
    quill_text(q, "\"\"");
    return 200;
}
