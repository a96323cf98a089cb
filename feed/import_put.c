/* import_put - the lines that `arb capture import` writes */

/* Of events and markets only what feed reads is kept: the rest is most of
 * their bytes. */

#include "feed/import_put.h"

#include "common/must.h"
#include "proto/render.h"

#include <stdlib.h>
#include <string.h>

static const char *const event_fields[] = {
    "id", "slug", "title", "closed", "archived", "active", "enableOrderBook",
    "negRisk", "negRiskAugmented", "endDate", "liquidity", "tags", NULL,
};
static const char *const market_fields[] = {
    "conditionId", "questionID", "question", "slug", "description",
    "resolutionSource", "clobTokenIds", "positionIds", "version", "negRisk",
    "negRiskOther", "active", "closed", "archived", "acceptingOrders",
    "enableOrderBook", "feesEnabled", "feeSchedule", "feeType",
    "orderPriceMinTickSize", "orderMinSize", "liquidityNum", "liquidity",
    "volume24hr", "volume1wk", "endDate", "outcomes", "outcomePrices",
    "umaResolutionStatus", NULL,
};

static void
put_text(FILE *f, const char *s)
{
    size_t size = strlen(s), cap = 6 * size + 3;
    char *quoted = malloc(cap);

    must(quoted && json_quote(s, size, quoted, cap) > 0);
    fputs(quoted, f);
    free(quoted);
}

/* Depth is bounded by json.h. */
void
import_put_value(FILE *f, const struct json_value *v)
{
    bool object = json_is_object(v), flag;
    const char *comma = "";

    if (object || json_is_array(v)) {
        fputc(object ? '{' : '[', f);
        for (const struct json_value *c = json_first(v); c;
             c = json_next(c), comma = ",") {
            fputs(comma, f);
            if (object) {
                put_text(f, json_key(c));
                fputc(':', f);
            }
            import_put_value(f, c);
        }
        fputc(object ? '}' : ']', f);
    } else if (json_is_number(v)) {
        fputs(json_scalar(v), f);
    } else if (json_is_string(v)) {
        put_text(f, json_string(v));
    } else {
        fputs(json_bool(v, &flag) ? flag ? "true" : "false" : "null", f);
    }
}

static void
put_field(FILE *f, const struct json_value *o, const char *name,
          const char *before, const char *after)
{
    fprintf(f, "%s\"%s\":", before, name);
    import_put_value(f, json_get(o, name));
    fputs(after, f);
}

void
import_put_event(FILE *f, const struct json_value *event)
{
    for (const char *const *name = event_fields; *name; name++)
        if (json_get(event, *name))
            put_field(f, event, *name, "", ",");
}

void
import_put_market(FILE *f, const struct json_value *market)
{
    const char *before = "";

    fputc('{', f);
    for (const char *const *name = market_fields; *name; name++)
        if (json_get(market, *name)) {
            put_field(f, market, *name, before, "");
            before = ",";
        }
    fputc('}', f);
}

void
import_put_head(FILE *f, const char *type, struct nanos at)
{
    fprintf(f, "{\"timestamp\":%lld,\"type\":\"%s\",\"data\":[",
            (long long)(at.ns / 1000000), type);
}

void
import_put_tail(FILE *f)
{
    fputs("]}\n", f);
}

static void
put_level(FILE *f, const char *side, struct price p, struct qty size)
{
    char price[MICROS_TEXT_CAP], shares[MICROS_TEXT_CAP];

    fprintf(f, ",\"%s\":[", side);
    if (p.micros > 0)
        fprintf(f, "{\"price\":\"%s\",\"size\":\"%s\"}",
                micros_format(p.micros, price),
                micros_format(size.micros, shares));
    fputc(']', f);
}

void
import_put_books(FILE *f, const struct import_quotes *q, struct nanos at,
                 struct qty size, uint64_t *count)
{
    char text[TOKEN_TEXT_CAP];

    for (unsigned k = 0; k < 2; k++, (*count)++) {
        fprintf(f, "%s{\"asset_id\":\"%s\",\"market\":\"%s\","
                   "\"timestamp\":\"%lld\"", *count > 0 ? "," : "",
                token_format(&q->token[k], text), q->market,
                (long long)(at.ns / 1000000));
        put_level(f, "bids", q->top[k].bid, size);
        put_level(f, "asks", q->top[k].ask, size);
        if (q->tick[0] != '\0')
            fprintf(f, ",\"tick_size\":\"%s\"", q->tick);
        fputc('}', f);
    }
}
