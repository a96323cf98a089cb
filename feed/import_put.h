/* import_put - the lines that `arb capture import` writes */
#ifndef FEED_IMPORT_PUT_H
#define FEED_IMPORT_PUT_H

#include "common/json.h"
#include "feed/venues/polymarket.h"

#include <stdio.h>

/* Best prices of one token; 0 = none. */
struct import_top {
    struct price bid, ask;
};

/* What is known of a market's two books. */
struct import_quotes {
    struct hash token[2];        /* YES, NO. */
    bool any;
    char market[sizeof(struct text)];
    char tick[VBOOK_PRICE_TEXT]; /* "" = not known. */
    struct import_top top[2];
};

/* Of `quotes` (may be NULL), {"TOKEN":{"price_buy":{"price":"0.3"},
 * "price_sell":...}}, those of this market's tokens; used grows by how many
 * there were.  Else, if so wished, what the listing states.  False when one
 * is no price. */
MUST_CHECK bool import_quotes(struct venue_market *room,
                              const struct json_value *market,
                              const struct json_value *quotes, bool stated,
                              struct import_quotes *q, uint64_t *used,
                              struct why *why);

/* Any value, its numbers as they were written. */
void import_put_value(FILE *f, const struct json_value *v);
/* What feed reads of an event without its markets, "," behind each field; of
 * a market, as an object. */
void import_put_event(FILE *f, const struct json_value *event);
void import_put_market(FILE *f, const struct json_value *market);
/* {"timestamp":MS,"type":"TYPE","data":[  and what ends it. */
void import_put_head(FILE *f, const char *type, struct nanos at);
void import_put_tail(FILE *f);
/* Both books, one level a side of this size; count goes on.  An empty one,
 * too: that it is empty is what the recording says. */
void import_put_books(FILE *f, const struct import_quotes *q, struct nanos at,
                      struct qty size, uint64_t *count);

#endif /* FEED_IMPORT_PUT_H */
