/* polytalk_read - one order or one trade, of an answer or the user stream */

/* Both channels write the same objects in two vocabularies.  As a maker we
 * are not the trade but an entry of maker_orders; a trade can hold several of
 * our orders, each gets its own word.  Sizes of orders are said as decimals
 * of shares; should they be base units once, the engine sees it by what it
 * has sent. */

#include "executor/venues/polytalk.h"

#include <string.h>
#include <strings.h>

enum { MAKERS_MOST = 256 };

static void
bad(const struct talk_sink *sink, const char *what)
{
    sink->bad(sink->self, what);
}

static bool
is_word(const struct json_value *v, const char *word)
{
    const char *s = json_string(v);

    return s != NULL && strcasecmp(s, word) == 0;
}

/* A field that may be missing, but may not be nonsense. */
static bool
read_amount(const struct json_value *o, const char *key, int64_t *micros)
{
    const struct json_value *v = json_get(o, key);

    return v == NULL || json_is_null(v) || polytalk_decimal(v, micros);
}

bool
polytalk_read_order(const struct json_value *o, uint64_t call,
                    const struct talk_sink *sink)
{
    struct venue_order m = { .call = call };
    const char *status = json_string(json_get(o, "status"));

    if (!polytalk_id(json_get(o, "id"), &m.order)) {
        bad(sink, "an order without its id");
        return false;
    }
    if (!read_amount(o, "original_size", &m.size.micros) ||
        !read_amount(o, "size_matched", &m.matched.micros) ||
        !read_amount(o, "price", &m.price.micros)) {
        bad(sink, "an order with a number that is none");
        return false;
    }
    (void)polytalk_token(json_get(o, "asset_id"), &m.token);
    (void)polytalk_side(json_get(o, "side"), &m.side);
    m.state = ORDER_STATE_unknown;
    if (status != NULL) {
        m.state = polytalk_status(status, &m.reason, &m.delayed);
        polytalk_quote(&m.words, status, strlen(status));
    }
    if (is_word(json_get(o, "type"), "CANCELLATION"))
        m.state = ORDER_STATE_cancelled;
    sink->order(sink->self, &m);
    return true;
}

/* "" and 0 say nothing: trades that paid a fee have been seen with both. */
static struct bps
read_rate(const struct json_value *o, const struct talk_sink *sink)
{
    int64_t micros = 0;

    if (!read_amount(o, "fee_rate_bps", &micros) ||
        micros > INT64_C(10000) * MICROS) {
        bad(sink, "a trade with a fee rate that is none");
        return (struct bps){ 0 };
    }
    return (struct bps){ (micros + MICROS - 1) / MICROS };
}

/* What all words about one trade share. */
static bool
read_head(const struct json_value *o, uint64_t call, struct venue_trade *m,
          const struct talk_sink *sink)
{
    const char *id = json_string(json_get(o, "id"));
    const char *status = json_string(json_get(o, "status"));
    const struct json_value *time = json_get(o, "match_time");
    bool known = false;

    *m = (struct venue_trade){ .call = call };
    if (id == NULL || id[0] == '\0' || strlen(id) >= sizeof m->trade.s) {
        bad(sink, "a trade without its id");
        return false;
    }
    polytalk_quote(&m->trade, id, strlen(id));
    if (status != NULL)
        m->state = polytalk_settlement(status, &known);
    if (!known) {
        bad(sink, "a trade in a state nobody knows: taken as matched");
        m->state = FILL_STATE_matched;
    }
    (void)polytalk_id(json_get(o, "transaction_hash"), &m->tx);
    m->matched = polytalk_time(time != NULL ? time
                                            : json_get(o, "matchtime"));
    return true;
}

static bool
read_numbers(const struct json_value *o, const char *size,
             struct venue_trade *m)
{
    return polytalk_decimal(json_get(o, size), &m->qty.micros) &&
           polytalk_decimal(json_get(o, "price"), &m->price.micros) &&
           m->qty.micros > 0 && m->price.micros > 0 &&
           m->price.micros < MICROS &&
           polytalk_token(json_get(o, "asset_id"), &m->token);
}

static bool
is_ours(const struct json_value *o, const struct talk_account *a)
{
    return polytalk_same(json_get(o, "owner"), a->key.s) ||
           polytalk_same(json_get(o, "maker_address"),
                         a->id.wallet.funder_text);
}

/* As a taker; false when that is another's part. */
static bool
is_taker(const struct json_value *o, const struct talk_account *a)
{
    const struct json_value *role = json_get(o, "trader_side");

    if (json_string(role) != NULL)
        return is_word(role, "TAKER");
    return is_ours(o, a) ||
           polytalk_same(json_get(o, "trade_owner"), a->key.s);
}

/* False: it is ours and cannot be read. */
static bool
read_maker(const struct json_value *e, const struct venue_trade *head,
           enum side taker, const struct hash *token,
           const struct talk_account *a, const struct talk_sink *sink,
           uint32_t *said)
{
    struct venue_trade m = *head;

    if (!is_ours(e, a))
        return true;
    if (!polytalk_id(json_get(e, "order_id"), &m.order) ||
        !read_numbers(e, "matched_amount", &m)) {
        bad(sink, "a maker order of ours that cannot be read");
        return false;
    }
    m.maker = true;
    m.fee_rate = read_rate(e, sink);
    if (!polytalk_side(json_get(e, "side"), &m.side))
        m.side = hash_equal(&m.token, token) == (taker == SIDE_sell)
                     ? SIDE_buy
                     : SIDE_sell;
    sink->trade(sink->self, &m);
    (*said)++;
    return true;
}

bool
polytalk_read_trade(const struct json_value *o, uint64_t call,
                    const struct talk_account *account,
                    const struct talk_sink *sink, uint32_t *said)
{
    const struct json_value *makers = json_get(o, "maker_orders");
    struct venue_trade head, m;
    enum side side = SIDE_buy;
    uint32_t seen = 0;
    bool whole = true;

    *said = 0;
    if (!read_head(o, call, &head, sink))
        return false;
    m = head;
    if (!polytalk_side(json_get(o, "side"), &side) ||
        !read_numbers(o, "size", &m)) {
        bad(sink, "a trade with a number that is none");
        return false;
    }
    m.side = side;
    m.fee_rate = read_rate(o, sink);
    if (is_taker(o, account)) {
        if (!polytalk_id(json_get(o, "taker_order_id"), &m.order)) {
            bad(sink, "a trade without its order");
            return false;
        }
        sink->trade(sink->self, &m);
        (*said)++;
    }
    for (const struct json_value *e = json_first(makers);
         e != NULL && seen < MAKERS_MOST; e = json_next(e), seen++)
        whole &= read_maker(e, &head, side, &m.token, account, sink, said);
    if (*said == 0)
        bad(sink, "a trade nobody of ours is in");
    return whole;
}
