/* front_read - an order as it was sent: its form, its signature, its amounts
 *
 * In the venue's order: the payload's shape, whose it is, whether it is
 * signed for this exchange, then the market's rules.  All amounts are
 * integers of a millionth; a price is what two amounts make of each other. */
#include "tests/simex/front_own.h"

#include "common/json.h"
#include "common/map.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SALT_MOST (INT64_C(1) << 53)
#define AMOUNT_MOST (INT64_C(1) << 50)
#define CENT 10000          /* Two decimals, in micros; */
#define FOUR_DECIMALS 100

/* An order under examination. */
struct paper {
    const struct front_call *call;
    struct desk_ask *ask;
    struct desk_reply *reply;
    struct typed_order signed_part;
    struct typed_place place;
    int64_t maker_amount, taker_amount;
    uint8_t signature[TYPED_WRAPPED];
    size_t signature_size;
};

static bool __attribute__((format(printf, 3, 4)))
refuse(struct paper *p, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(p->reply->error, sizeof p->reply->error, format, args);
    va_end(args);
    p->reply->status = status;
    return false;
}

static bool
misshapen(struct paper *p)
{
    return refuse(p, 400, "Invalid order payload");
}

/* A decimal text as 32 bytes; its value too when it is not huge. */
static bool
read_amount(const struct json_value *v, uint8_t word[32], int64_t *out)
{
    struct hash h;
    const char *s = json_string(v);
    if (!s || !token_parse(s, strlen(s), &h))
        return false;
    memcpy(word, h.b, 32);
    *out = 0;
    for (int i = 0; i < 32; i++) {
        if (*out > AMOUNT_MOST)
            break;
        *out = *out * 256 + h.b[i];
    }
    return true;
}

static bool
read_word(const struct json_value *v, uint8_t word[32])
{
    struct hash h;
    const char *s = json_string(v);
    if (!s || !hash_parse(s, strlen(s), &h))
        return false;
    memcpy(word, h.b, 32);
    return true;
}

static bool
read_address(const struct json_value *v, struct address *a)
{
    const char *s = json_string(v);
    return s && address_read(s, a);
}

static bool
read_signature(const struct json_value *v, struct paper *p)
{
    const char *s = json_string(v);
    size_t size = s ? strlen(s) : 0;
    if (size < 2 || size % 2 || size / 2 - 1 > TYPED_WRAPPED ||
        strncmp(s, "0x", 2) != 0 ||
        strspn(s + 2, "0123456789abcdefABCDEF") != size - 2)
        return false;
    for (size_t i = 2; i < size; i += 2) {
        char pair[3] = { s[i], s[i + 1], '\0' };
        p->signature[i / 2 - 1] = (uint8_t)strtoul(pair, NULL, 16);
    }
    p->signature_size = size / 2 - 1;
    return true;
}

static bool
read_side(const struct json_value *v, struct paper *p)
{
    const char *s = json_string(v);
    if (!s || (strcmp(s, "BUY") != 0 && strcmp(s, "SELL") != 0))
        return false;
    p->signed_part.sell = s[0] == 'S';
    p->ask->buy = s[0] == 'B';
    return true;
}

/* The signed members, and that each has its type. */
static bool
read_signed(struct paper *p, const struct json_value *v)
{
    struct typed_order *o = &p->signed_part;
    int64_t salt, type, unused;
    uint8_t expires[32];
    if (json_get(v, "nonce") || json_get(v, "feeRateBps"))
        return refuse(p, 400, "order_version_mismatch");
    if (!json_is_number(json_get(v, "salt")) ||
        !json_int(json_get(v, "salt"), &salt) || salt < 0 ||
        !json_is_number(json_get(v, "signatureType")) ||
        !json_int(json_get(v, "signatureType"), &type) || type < 0 ||
        type > 3 || !read_address(json_get(v, "maker"), &o->maker) ||
        !read_address(json_get(v, "signer"), &o->signer) ||
        !read_amount(json_get(v, "tokenId"), o->token, &unused) ||
        !read_amount(json_get(v, "makerAmount"), o->maker_amount,
                     &p->maker_amount) ||
        !read_amount(json_get(v, "takerAmount"), o->taker_amount,
                     &p->taker_amount) ||
        !read_amount(json_get(v, "timestamp"), o->timestamp, &unused) ||
        !read_amount(json_get(v, "expiration"), expires,
                     &p->ask->expires_s) ||
        !read_word(json_get(v, "metadata"), o->metadata) ||
        !read_word(json_get(v, "builder"), o->builder) ||
        !read_side(json_get(v, "side"), p) ||
        !read_signature(json_get(v, "signature"), p))
        return misshapen(p);
    o->type = (uint8_t)type;
    if (salt > SALT_MOST) /* The server's number has no room for it. */
        salt &= ~INT64_C(1023);
    for (int i = 0; i < 8; i++)
        o->salt[31 - i] = (uint8_t)((uint64_t)salt >> (8 * i));
    return true;
}

static bool
read_life(struct paper *p, const struct json_value *v)
{
    static const char *const lives[] = { "GTC", "GTD", "FOK", "FAK" };
    const char *life = json_string(json_get(v, "orderType"));
    uint32_t i = 0;
    while (life && i < 4 && strcmp(life, lives[i]) != 0)
        i++;
    if (!life || i == 4 ||
        (json_get(v, "postOnly") &&
         !json_bool(json_get(v, "postOnly"), &p->ask->post_only)) ||
        (json_get(v, "deferExec") &&
         !json_bool(json_get(v, "deferExec"), &p->ask->defer)))
        return misshapen(p);
    p->ask->life = (enum desk_life)i;
    if (p->ask->post_only && i > DESK_GTD)
        return misshapen(p);
    return true;
}

/* Whose order it says it is. */
static bool
check_owner(struct paper *p, const struct json_value *v)
{
    const struct front_call *c = p->call;
    const struct desk *d = c->desk;
    const struct typed_order *o = &p->signed_part;
    const struct address *mine = &d->people[c->person].address;
    const char *owner = json_string(json_get(v, "owner"));
    if (!owner)
        return misshapen(p);
    if (strcmp(owner, d->keys[c->key].id) != 0)
        return refuse(p, 400, "the order owner has to be the owner of the "
                      "API KEY");
    if (!address_same(&o->signer, o->type == 3 ? &o->maker : mine))
        return refuse(p, 400, "the order signer address has to be the "
                      "address of the API KEY");
    p->ask->wallet = desk_wallet(d, &o->maker);
    if (p->ask->wallet == DESK_NONE ||
        d->wallets[p->ask->wallet].person != c->person ||
        d->wallets[p->ask->wallet].type != o->type)
        return refuse(p, 400, "maker address not allowed");
    return true;
}

static bool
find_market(struct paper *p)
{
    const struct listing *l = p->call->desk->x->listing;
    uint32_t token = map_find(l->tokens, p->signed_part.token);
    if (!rest_has_book(p->call->face, token))
        return refuse(p, 404, "No orderbook exists for the requested token "
                      "id");
    p->ask->market = token / 2;
    p->ask->token = token % 2;
    p->place.neg_risk = face_is_neg_risk(p->call->face, token / 2);
    p->place.chain = p->call->desk->terms.chain;
    p->place.version = listing_version(&p->signed_part.token[0]);
    return true;
}

/* Signed by the key's owner, for this chain and this exchange. */
static bool
check_signature(struct paper *p)
{
    const struct desk *d = p->call->desk;
    const struct address *mine = &d->people[p->call->person].address;
    struct typed_place other = p->place;
    struct address signer;
    typed_order_digest(&p->signed_part, &p->place, p->ask->id.b);
    if (typed_order_signer(&p->signed_part, &p->place, p->signature,
                           p->signature_size, &signer) &&
        address_same(&signer, mine))
        return true;
    other.version = 5 - p->place.version;
    if (typed_order_signer(&p->signed_part, &other, p->signature,
                           p->signature_size, &signer) &&
        address_same(&signer, mine))
        return refuse(p, 400, "order_version_mismatch");
    return refuse(p, 400, "invalid signature");
}

static bool
bad_decimals(struct paper *p, bool market, int maker, int taker)
{
    return refuse(p, 400, "invalid amounts, the %s%s orders maker amount "
                  "supports a max accuracy of %d decimals, taker amount a "
                  "max of %d decimals", market ? "market " : "",
                  p->ask->buy ? "buy" : "sell", maker, taker);
}

static bool
off_tick(struct paper *p, int64_t price, int64_t tick)
{
    char id[HASH_TEXT_CAP], shown[MICROS_TEXT_CAP], step[MICROS_TEXT_CAP];
    return refuse(p, 400, "order %s is invalid. Price (%s) breaks minimum "
                  "tick size rule: %s", hash_format(&p->ask->id, id),
                  micros_format(price, shown), micros_format(tick, step));
}

/* How many decimals of collateral a tick makes with two of shares. */
static int
decimals_of(int64_t tick)
{
    int n = 2;
    for (; tick % MICROS != 0; tick *= 10)
        n++;
    return n;
}

static int64_t
unit_of(int decimals)
{
    int64_t unit = MICROS;
    for (; decimals > 0; decimals--)
        unit /= 10;
    return unit;
}

/* Orders that may rest: the price is exactly on the tick. */
static bool
price_resting(struct paper *p, int64_t shares, int64_t dollars, int64_t tick)
{
    int decimals = decimals_of(tick);
    wide scaled = (wide)dollars * MICROS;
    if (shares % CENT != 0 || dollars % unit_of(decimals) != 0)
        return bad_decimals(p, false, p->ask->buy ? decimals : 2,
                            p->ask->buy ? 2 : decimals);
    int64_t price = (int64_t)(scaled / shares);
    if (scaled % shares != 0 || price % tick != 0 || price < tick ||
        price > MICROS - tick)
        return off_tick(p, price, tick);
    p->ask->price = price;
    return true;
}

/* Orders that take now: one amount was cut to its decimals, so the price
 * they make may lie a hair off the tick that was meant. */
static bool
price_taking(struct paper *p, int64_t shares, int64_t dollars, int64_t tick)
{
    bool buy = p->ask->buy;
    if ((buy ? dollars : shares) % CENT != 0 ||
        (buy ? shares : dollars) % FOUR_DECIMALS != 0)
        return bad_decimals(p, true, 2, 4);
    wide scaled = (wide)dollars * MICROS;
    int64_t price = (int64_t)(scaled / shares);
    if (!buy)
        price += scaled % shares != 0;
    int64_t meant = buy ? price - price % tick
                        : price + (tick - price % tick) % tick;
    if (meant < tick || meant > MICROS - tick)
        return off_tick(p, price, tick);
    /* The cut: of shares at that price, or of dollars for the shares. */
    int64_t slack = buy ? (int64_t)(scaled / meant) - shares
                        : (int64_t)((wide)shares * meant / MICROS) - dollars;
    if (slack >= (tick == MICROS / 10 ? 1000 : FOUR_DECIMALS))
        return off_tick(p, price, tick);
    p->ask->price = meant;
    return true;
}

static bool
check_amounts(struct paper *p)
{
    struct desk_ask *a = p->ask;
    const struct match_rules *r =
        match_rules(p->call->desk->x->match, a->market);
    int64_t shares = a->buy ? p->taker_amount : p->maker_amount;
    int64_t dollars = a->buy ? p->maker_amount : p->taker_amount;
    bool now = a->life == DESK_FOK || a->life == DESK_FAK;
    if (shares <= 0 || dollars <= 0 || shares > AMOUNT_MOST ||
        dollars > AMOUNT_MOST)
        return misshapen(p);
    a->size = shares;
    a->budget = now && a->buy ? dollars : 0;
    return now ? price_taking(p, shares, dollars, r->tick)
               : price_resting(p, shares, dollars, r->tick);
}

static bool
check_expiration(struct paper *p)
{
    const struct desk *d = p->call->desk;
    int64_t least = desk_clock_ms(d) / 1000 + d->terms.early_ms / 1000;
    bool dated = p->ask->life == DESK_GTD;
    if (dated ? p->ask->expires_s <= least : p->ask->expires_s != 0)
        return refuse(p, 400, "invalid expiration");
    return true;
}

void
front_read_order(const struct front_call *c, const struct json_value *v,
                 struct desk_ask *a, struct desk_reply *r)
{
    struct paper p = { .call = c, .ask = a, .reply = r };
    const struct json_value *o = json_get(v, "order");
    *a = (struct desk_ask){ .key = c->key };
    *r = (struct desk_reply){ .status = 200, .order = DESK_NONE };
    if (!json_is_object(o)) {
        (void)misshapen(&p);
        return;
    }
    (void)(read_signed(&p, o) && read_life(&p, v) && check_owner(&p, v) &&
           find_market(&p) && check_signature(&p) && check_expiration(&p) &&
           check_amounts(&p));
}
