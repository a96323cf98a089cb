/* import_quotes - the books of a market, as far as prices are known */

/* Two things are not in recordings of prices and are made up: a price without
 * a size gets the size of the options; and the NO book of a market of which
 * only YES is quoted is YES's mirror, as the venue's two books are one. */

#include "feed/import_put.h"

#include <string.h>

/* A best price; none, 0 and 1 are an empty side. */
static bool
read_price(const struct json_value *v, struct price *p)
{
    int64_t micros = 0;

    *p = (struct price){ 0 };
    if (v == NULL || json_is_null(v))
        return true;
    if (!polymarket_decimal(v, &micros) || micros < 0 || micros > MICROS)
        return false;
    p->micros = micros == MICROS ? 0 : micros;
    return true;
}

static struct import_top
mirror(struct import_top t)
{
    return (struct import_top){
        .bid.micros = t.ask.micros > 0 ? MICROS - t.ask.micros : 0,
        .ask.micros = t.bid.micros > 0 ? MICROS - t.bid.micros : 0,
    };
}

/* {"price_buy":{"price":"0.3"},"price_sell":...}: what a buyer bids is
 * price_buy.  true with *found when there is one for the token. */
static bool
quote_of(const struct json_value *quotes, const struct hash *token,
         struct import_top *top, bool *found)
{
    char text[TOKEN_TEXT_CAP];
    const struct json_value *q = json_get(quotes, token_format(token, text));

    *found = q != NULL;
    return q == NULL ||
           (json_is_object(q) &&
            read_price(json_get(json_get(q, "price_buy"), "price"),
                       &top->bid) &&
            read_price(json_get(json_get(q, "price_sell"), "price"),
                       &top->ask));
}

bool
import_quotes(struct venue_market *room, const struct json_value *market,
              const struct json_value *quotes, bool stated,
              struct import_quotes *q, uint64_t *used, struct why *why)
{
    bool found[2] = { false, false };

    memset(q, 0, sizeof *q);
    if (!polymarket_read_market(market, room))
        return true; /* It counts as a question; nothing of it trades. */
    q->token[0] = room->m.yes;
    q->token[1] = room->m.no;
    memcpy(q->market, room->m.market.s, sizeof q->market);
    memcpy(q->tick, room->tick_text, sizeof q->tick);
    for (unsigned k = 0; k < 2; k++)
        if (!quote_of(quotes, &q->token[k], &q->top[k], &found[k]))
            return why_set(why, "clob_quotes: the price of a token of "
                                "market %s", q->market);
    *used += (uint64_t)found[0] + found[1];
    if (!found[0] && !found[1] && stated) {
        if (!read_price(json_get(market, "bestBid"), &q->top[0].bid) ||
            !read_price(json_get(market, "bestAsk"), &q->top[0].ask))
            return why_set(why, "bestBid or bestAsk of market %s", q->market);
        found[0] = true;
    }
    q->any = found[0] || found[1];
    if (q->any && !found[1])
        q->top[1] = mirror(q->top[0]);
    else if (q->any && !found[0])
        q->top[0] = mirror(q->top[1]);
    return true;
}
