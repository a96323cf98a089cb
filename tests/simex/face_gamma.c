/* face_gamma - the catalogue: events and markets as Gamma lists them
 *
 * Keeps the venue's oddities: lists inside strings, liquidity a string on
 * markets and a number on events, keys that are sometimes absent.  Ours are
 * one extra key, simexMirrored:false, on markets whose tokens have separate
 * books, and that prices shown here are those of the books. */
#include "tests/simex/face.h"

#include "common/calendar.h"
#include "common/must.h"

#include <inttypes.h>
#include <string.h>

void
face_iso(struct quill *q, int64_t ms)
{
    int64_t s = ms / 1000, days = s / 86400, rest = s % 86400;
    int64_t year;
    int month, day;

    must(ms >= 0);
    calendar_date(days, &year, &month, &day);
    quill_say(q, "%04" PRId64 "-%02d-%02dT%02" PRId64 ":%02" PRId64
              ":%02" PRId64 "Z", year, month, day, rest / 3600,
              rest / 60 % 60, rest % 60);
}

static void
write_string(struct quill *q, const char *key, const char *value)
{
    quill_say(q, "\"%s\":", key);
    quill_string(q, value);
    quill_text(q, ",");
}

static void
write_bool(struct quill *q, const char *key, bool value)
{
    quill_say(q, "\"%s\":%s,", key, quill_bool(value));
}

static void
write_number(struct quill *q, const char *key, int64_t micros)
{
    quill_say(q, "\"%s\":", key);
    quill_micros(q, micros);
    quill_text(q, ",");
}

static void
write_time(struct quill *q, const char *key, int64_t ms)
{
    quill_say(q, "\"%s\":\"", key);
    face_iso(q, ms);
    quill_text(q, "\",");
}

/* A list of two texts inside a string, as this API has it. */
static void
write_pair(struct quill *q, const char *key, const char *a, const char *b)
{
    quill_say(q, "\"%s\":\"[\\\"%s\\\", \\\"%s\\\"]\",", key, a, b);
}

static void
write_prices(const struct face *f, struct quill *q, uint32_t market)
{
    const struct simex *x = face_core(f);
    const struct listed_market *m = &x->listing->markets[market];
    int64_t bid = simex_bid(x, market, 0), ask = simex_ask(x, market, 0);
    char yes[MICROS_TEXT_CAP], no[MICROS_TEXT_CAP];
    int64_t mid = bid && ask ? (bid + ask) / 2 : bid ? bid : ask;
    if (x->listing->events[m->event].state == LISTED_RESOLVED)
        mid = simex_payout(x, market, 0);
    write_pair(q, "outcomePrices", micros_format(mid, yes),
               micros_format(MICROS - mid, no));
    if (bid)
        write_number(q, "bestBid", bid);
    if (ask)
        write_number(q, "bestAsk", ask);
    if (bid && ask)
        write_number(q, "spread", ask - bid);
    if (m->last_trade)
        write_number(q, "lastTradePrice", m->last_trade);
}

static void
write_fees(const struct face *f, struct quill *q, uint32_t market)
{
    const struct listed_market *m =
        &face_core(f)->listing->markets[market];
    write_bool(q, "feesEnabled", m->fees_enabled);
    quill_text(q, "\"feeType\":");
    if (m->fee_type)
        quill_string(q, m->fee_type);
    else
        quill_text(q, "null");
    quill_text(q, ",");
    if (!m->fees_enabled || !m->fee_known)
        return;
    /* The rate comes as a number, or as a string. */
    const char *mark = m->event % 4 == 3 ? "\"" : "";
    quill_say(q, "\"feeSchedule\":{\"exponent\":1,\"rate\":%s", mark);
    quill_micros(q, m->fee_ppm);
    quill_say(q, "%s,\"takerOnly\":true,\"rebateRate\":", mark);
    quill_micros(q, m->rebate_ppm);
    quill_text(q, "},");
}

static void
write_state(const struct face *f, struct quill *q, uint32_t market)
{
    const struct simex *x = face_core(f);
    const struct listed_market *m = &x->listing->markets[market];
    const struct listed_event *e = &x->listing->events[m->event];
    write_bool(q, "active", true);
    write_bool(q, "closed", e->state == LISTED_RESOLVED);
    write_bool(q, "archived", false);
    write_bool(q, "acceptingOrders", e->state == LISTED_OPEN);
    write_bool(q, "enableOrderBook", true);
    if (e->state == LISTED_CLOSED ||
        (e->state == LISTED_OPEN && e->ends_ms <= x->now_ms))
        write_string(q, "umaResolutionStatus", "proposed");
    if (e->state == LISTED_RESOLVED) {
        write_string(q, "umaResolutionStatus", "resolved");
        write_time(q, "closedTime", e->closed_ms);
    }
}

/* The other protocol's ids: without books at the CLOB, and not to be used,
 * unless the version is v2. */
static void
write_positions(struct quill *q, const struct listed_market *m)
{
    if (m->position) {
        quill_text(q, "\"positionIds\":");
        face_list(q, (const char *const[]){ m->token[0], m->token[1] }, 2);
        quill_text(q, ",");
        return;
    }
    char text[TOKEN_TEXT_CAP];
    quill_text(q, "\"positionIds\":[");
    for (uint32_t i = 0; i < 2; i++) {
        struct hash h = m->key[0];
        h.b[0] = 1;
        memset(&h.b[19], 0, 8);
        h.b[31] = (uint8_t)i;
        quill_say(q, "%s\"%s\"", i ? "," : "", token_format(&h, text));
    }
    quill_text(q, "],");
}

/* A position's market has tokens of the older kind, too: without books. */
static void
write_tokens(struct quill *q, const struct listed_market *m)
{
    char older[2][TOKEN_TEXT_CAP];
    for (uint32_t t = 0; t < 2; t++) {
        struct hash h = m->key[t];
        h.b[20] = 0x55;
        token_format(&h, older[t]);
    }
    write_pair(q, "clobTokenIds", m->position ? older[0] : m->token[0],
               m->position ? older[1] : m->token[1]);
}

static void
write_neg_risk(const struct face *f, struct quill *q, uint32_t market)
{
    const struct simex *x = face_core(f);
    const struct listed_market *m = &x->listing->markets[market];
    const struct listed_event *e = &x->listing->events[m->event];
    bool neg_risk = face_is_neg_risk(f, market);
    write_bool(q, "negRisk", neg_risk);
    write_bool(q, "negRiskOther", m->other);
    if (!neg_risk)
        return;
    write_string(q, "negRiskMarketID", e->neg_risk_id);
    write_string(q, "groupItemTitle", m->group);
    quill_say(q, "\"groupItemThreshold\":\"%u\",", m->index);
}

void
face_market(const struct face *f, struct quill *q, uint32_t market,
            bool with_event)
{
    const struct simex *x = face_core(f);
    const struct listed_market *m = &x->listing->markets[market];
    const struct listed_event *e = &x->listing->events[m->event];
    char s[MICROS_TEXT_CAP];
    quill_text(q, "{");
    write_string(q, "id", m->id);
    write_string(q, "question", m->question);
    quill_say(q, "\"description\":\"This market will resolve to Yes if "
              "outcome %u of event %s wins, and to No otherwise.\",",
              m->index, e->id);
    write_string(q, "resolutionSource", "");
    write_string(q, "conditionId", m->condition);
    write_string(q, "questionID", m->question_id);
    write_string(q, "slug", m->slug);
    write_string(q, "marketMakerAddress", "");
    write_pair(q, "outcomes", "Yes", "No");
    write_tokens(q, m);
    if (m->position || m->event % 2 == 0)
        write_string(q, "version", m->position ? "v2" : "v1");
    if (m->position || m->event % 3 == 1)
        write_positions(q, m);
    write_state(f, q, market);
    write_time(q, "startDate", x->terms.start_ms - 86400000);
    write_time(q, "endDate", e->ends_ms);
    write_string(q, "liquidity", micros_format(m->liquidity, s));
    write_number(q, "liquidityNum", m->liquidity);
    write_string(q, "volume", micros_format(m->volume, s));
    write_number(q, "volumeNum", m->volume);
    write_number(q, "volume24hr", m->volume); /* It began a day before. */
    write_number(q, "orderPriceMinTickSize",
                 match_rules(x->match, market)->tick);
    write_number(q, "orderMinSize", match_rules(x->match, market)->min_size);
    write_fees(f, q, market);
    write_neg_risk(f, q, market);
    write_prices(f, q, market);
    if (!m->mirrored)
        write_bool(q, "simexMirrored", false);
    if (with_event)
        quill_say(q, "\"events\":[{\"id\":\"%s\",\"slug\":\"%s\","
                  "\"negRisk\":%s,\"negRiskAugmented\":%s}],", e->id, e->slug,
                  quill_bool(face_is_neg_risk(f, market)),
                  quill_bool(e->kind == EVENT_AUGMENTED));
    quill_say(q, "\"umaResolutionStatuses\":\"[]\",\"rfqEnabled\":false}");
}

void
face_event(const struct face *f, struct quill *q, uint32_t event)
{
    const struct simex *x = face_core(f);
    const struct listed_event *e = &x->listing->events[event];
    int64_t liquidity = 0, volume = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++) {
        liquidity += x->listing->markets[i].liquidity;
        volume += x->listing->markets[i].volume;
    }
    bool neg_risk = face_is_neg_risk(f, e->first);
    quill_text(q, "{");
    write_string(q, "id", e->id);
    write_string(q, "slug", e->slug);
    write_string(q, "ticker", e->slug);
    write_string(q, "title", e->title);
    write_bool(q, "active", true);
    write_bool(q, "closed", e->state == LISTED_RESOLVED);
    write_bool(q, "archived", false);
    write_bool(q, "enableOrderBook", true);
    write_time(q, "startDate", x->terms.start_ms - 86400000);
    write_time(q, "endDate", e->ends_ms);
    write_number(q, "liquidity", liquidity);
    write_number(q, "liquidityClob", liquidity);
    write_number(q, "volume", volume);
    quill_text(q, "\"openInterest\":0,");
    write_bool(q, "negRisk", neg_risk);
    write_bool(q, "enableNegRisk", neg_risk);
    write_bool(q, "negRiskAugmented", e->kind == EVENT_AUGMENTED);
    if (neg_risk)
        write_string(q, "negRiskMarketID", e->neg_risk_id);
    if (e->tag)
        quill_say(q, "\"tags\":[{\"slug\":\"%s\"}],", e->tag);
    quill_text(q, "\"markets\":[");
    for (uint32_t i = e->first; i < e->first + e->count; i++) {
        quill_text(q, i > e->first ? "," : "");
        face_market(f, q, i, false);
    }
    quill_text(q, "]}");
}

void
face_listed_frame(struct face *f, struct quill *q, const struct news *n)
{
    const struct simex *x = face_core(f);
    const struct listed_market *m = &x->listing->markets[n->market];
    const struct listed_event *e = &x->listing->events[m->event];
    const char *tokens[2] = { m->token[0], m->token[1] };
    quill_text(q, "{");
    write_string(q, "id", m->id);
    write_string(q, "question", m->question);
    write_string(q, "market", m->condition);
    write_string(q, "condition_id", m->condition);
    write_string(q, "slug", m->slug);
    quill_text(q, "\"assets_ids\":");
    face_list(q, tokens, 2);
    quill_text(q, ",\"clob_token_ids\":");
    face_list(q, tokens, 2);
    quill_text(q, ",\"outcomes\":[\"Yes\",\"No\"],\"event_message\":{");
    write_string(q, "id", e->id);
    write_string(q, "slug", e->slug);
    quill_text(q, "\"title\":");
    quill_string(q, e->title);
    quill_text(q, "},\"tags\":[],\"active\":true,");
    quill_text(q, "\"order_price_min_tick_size\":\"");
    quill_micros(q, match_rules(x->match, n->market)->tick);
    quill_text(q, "\",");
    write_bool(q, "fees_enabled", m->fees_enabled);
    write_string(q, "group_item_title", m->group);
    quill_text(q, "\"line\":\"\",\"game_start_time\":\"\",");
    quill_say(q, "\"timestamp\":\"%" PRId64
              "\",\"event_type\":\"new_market\"}", n->now_ms);
}

void
face_resolved_frame(struct face *f, struct quill *q, const struct news *n)
{
    const struct listed_market *m =
        &face_core(f)->listing->markets[n->market];
    const char *tokens[2] = { m->token[0], m->token[1] };
    quill_say(q, "{\"id\":\"%s\",\"market\":\"%s\",\"assets_ids\":", m->id,
              m->condition);
    face_list(q, tokens, 2);
    bool half = m->winner == BOTH_WIN;
    quill_say(q, ",\"winning_asset_id\":\"%s\",\"winning_outcome\":\"%s\","
              "\"tags\":[],\"timestamp\":\"%" PRId64
              "\",\"event_type\":\"market_resolved\"}",
              half ? "" : m->token[m->winner],
              half ? "" : m->winner == 0 ? "Yes" : "No", n->now_ms);
}
