/* polymarket_gamma - the listing of events and markets, field by field */

/* reference: Gamma's GET /events/keyset and /events/{id} as captured in 2026.
 * Traps: arrays that are strings holding JSON (parsed twice); liquidity a
 * number on events and a text on markets; flags that may be absent, which
 * means unknown and is not false; dates in four layouts; more decimals than
 * money has.  An archived market is no question; everything else in an event
 * is counted, so that an event of which something cannot be followed is
 * known to be incomplete. */

#include "feed/venues/polymarket.h"

#include "common/calendar.h"
#include "common/hex.h"
#include "common/ties.h"

#include <string.h>

bool
polymarket_decimal(const struct json_value *v, int64_t *micros)
{
    const char *s = json_scalar(v);
    size_t size = s ? strlen(s) : 0;
    const char *dot = s ? strchr(s, '.') : NULL;

    if (!s)
        return false;
    /* Everything that is cut off must be digits; exponents are refused. */
    if (dot && strlen(dot) > 7) {
        for (const char *c = dot + 7; *c; c++)
            if (*c < '0' || *c > '9')
                return false;
        size = (size_t)(dot + 7 - s);
    }
    return polymarket_amount(s, size, micros);
}

/* count digits at *s, moving it; -1 when they are not there. */
static int64_t
digits(const char **s, unsigned count)
{
    int64_t value = 0;

    for (unsigned i = 0; i < count; i++, (*s)++) {
        if (**s < '0' || **s > '9')
            return -1;
        value = value * 10 + (**s - '0');
    }
    return value;
}

/* Seconds east of UTC: "", "Z", "+00", "+00:00", "-0530". */
static bool
read_zone(const char *s, int64_t *seconds)
{
    int sign = *s == '-' ? -1 : 1;

    *seconds = 0;
    if (*s == '\0' || strcmp(s, "Z") == 0)
        return true;
    if (*s != '+' && *s != '-')
        return false;
    s++;
    int64_t hours = digits(&s, 2), minutes = 0;
    if (*s == ':')
        s++;
    if (*s)
        minutes = digits(&s, 2);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || *s)
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

struct nanos
polymarket_iso(const char *s)
{
    struct nanos none = { 0 };
    int64_t zone = 0, hour = 0, minute = 0, second = 0, fraction = 0;

    if (!s)
        return none;
    int64_t year = digits(&s, 4);
    if (year < 1970 || year > 2200 || *s++ != '-')
        return none;
    int64_t month = digits(&s, 2);
    if (month < 1 || month > 12 || *s++ != '-')
        return none;
    int64_t day = digits(&s, 2);
    if (day < 1 || day > 31)
        return none;
    if (*s == 'T' || *s == ' ') {
        s++;
        hour = digits(&s, 2);
        if (hour < 0 || hour > 24 || *s++ != ':')
            return none;
        minute = digits(&s, 2);
        if (minute < 0 || minute > 59 || *s++ != ':')
            return none;
        second = digits(&s, 2);
        if (second < 0 || second > 60)
            return none;
        if (*s == '.') {
            int64_t unit = 100000000;
            for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
                fraction += unit * (*s - '0');
        }
        if (!read_zone(s, &zone))
            return none;
    } else if (*s) {
        return none;
    }
    int64_t seconds = calendar_days(year, month, day) * 86400 + hour * 3600 +
                      minute * 60 + second - zone;
    if (seconds < 0)
        return none;
    return (struct nanos){ seconds * 1000000000 + fraction };
}

/* The texts of an array, or of a text holding one; at most cap. */
static bool
two_texts(const struct json_value *v, char out[2][TOKEN_TEXT_CAP])
{
    const char *s = json_string(v);
    struct json *inner = s ? json_parse(s, strlen(s), NULL) : NULL;
    const struct json_value *list = inner ? json_root(inner) : v;
    const struct json_value *item = json_first(list);
    bool ok = json_is_array(list) && json_size(list) == 2;

    for (unsigned i = 0; ok && i < 2; i++, item = json_next(item)) {
        const char *t = json_string(item);
        ok = t && strlen(t) < TOKEN_TEXT_CAP;
        if (ok)
            memcpy(out[i], t, strlen(t) + 1);
    }
    json_destroy(&inner);
    return ok;
}

/* A flag that is there and says so; absent is not the same as false. */
static bool
says(const struct json_value *o, const char *key, bool what)
{
    bool value;

    return json_bool(json_get(o, key), &value) && value == what;
}

static bool
set_text(struct text *t, const struct json_value *v)
{
    const char *s = json_string(v);

    memset(t, 0, sizeof *t);
    return s && text_set(t, s);
}

static void
read_fees(const struct json_value *o, struct market *m)
{
    const struct json_value *schedule = json_get(o, "feeSchedule");
    int64_t rate, exponent;

    m->fee_known = false;
    m->fee_exponent = 1;
    if (says(o, "feesEnabled", false)) {
        m->fee_known = true;
        return;
    }
    if (!json_is_object(schedule))
        return;
    if (!polymarket_decimal(json_get(schedule, "rate"), &rate) ||
        !json_int(json_get(schedule, "exponent"), &exponent) || rate < 0 ||
        rate > MICROS || exponent < 1 || exponent > 4)
        return;
    m->fee_known = true;
    m->fee_rate.ppm = rate;
    m->fee_exponent = (uint64_t)exponent;
}

/* Closed, with prices that are the payout; or, orders taken or not, with a
 * result that is not certain yet. */
static void
read_resolution(const struct json_value *o, struct venue_market *out)
{
    const char *status = json_string(json_get(o, "umaResolutionStatus"));
    char prices[2][TOKEN_TEXT_CAP];
    int64_t yes, no;

    out->m.proposed = status && (strcmp(status, "proposed") == 0 ||
                                 strcmp(status, "disputed") == 0);
    if (!says(o, "closed", true) ||
        !two_texts(json_get(o, "outcomePrices"), prices) ||
        !micros_parse(prices[0], strlen(prices[0]), &yes) ||
        !micros_parse(prices[1], strlen(prices[1]), &no))
        return;
    /* All, nothing or half; between them it is still a price. */
    if ((yes != 0 && yes != MICROS / 2 && yes != MICROS) ||
        no != MICROS - yes)
        return;
    out->final = status && (strcmp(status, "resolved") == 0 ||
                            strcmp(status, "settled") == 0);
    /* Without a status only 1 and 0 can be told from a last price. */
    out->resolved = out->final || (!status && (yes == 0 || no == 0));
    out->payout_yes.micros = yes;
}

static bool
read_tokens(const struct json_value *o, struct market *m)
{
    const char *version = json_string(json_get(o, "version"));
    bool v2 = version && strcmp(version, "v2") == 0;
    char ids[2][TOKEN_TEXT_CAP];

    /* Position ids are listed long before they trade: version decides. */
    m->order_version = v2 ? 3 : 2;
    return two_texts(json_get(o, v2 ? "positionIds" : "clobTokenIds"), ids) &&
           token_parse(ids[0], strlen(ids[0]), &m->yes) &&
           token_parse(ids[1], strlen(ids[1]), &m->no) &&
           !hash_is_zero(&m->yes) && !hash_is_zero(&m->no) &&
           !hash_equal(&m->yes, &m->no);
}

/* A step that divides a dollar. */
static void
read_tick_and_size(const struct json_value *o, struct venue_market *out)
{
    struct market *m = &out->m;
    char text[MICROS_TEXT_CAP];
    int64_t micros;

    if (polymarket_decimal(json_get(o, "orderPriceMinTickSize"), &micros) &&
        micros > 0 && micros < MICROS && MICROS % micros == 0) {
        m->tick.micros = micros;
        memcpy(out->tick_text, micros_format(micros, text),
               VBOOK_PRICE_TEXT - 1);
    }
    if (polymarket_decimal(json_get(o, "orderMinSize"), &micros) &&
        micros >= 0 && micros <= INT64_C(1000000) * MICROS) {
        m->min_size.micros = micros;
        memcpy(out->min_text, micros_format(micros, text),
               VBOOK_SIZE_TEXT - 1);
    }
}

/* "sports_fees_v2" -> "sports": what the fees call it, where no event is there
 * to say what it is about. */
static void
read_tag(const struct json_value *o, struct market *m)
{
    const char *fees = json_string(json_get(o, "feeType"));
    size_t size = fees == NULL ? 0 : strcspn(fees, "_");

    if (size > 0 && size < sizeof m->tag.s)
        memcpy(m->tag.s, fees, size);
}

/* Of a day: a loud one says no more than its week, where that is told. */
static void
read_volume(const struct json_value *o, struct market *m)
{
    int64_t day, week;

    if (!polymarket_decimal(json_get(o, "volume24hr"), &day) || day <= 0)
        return;
    if (polymarket_decimal(json_get(o, "volume1wk"), &week))
        day = week / 7 < day ? week / 7 : day;
    m->volume.micros = day > 0 ? day : 0;
}

bool
polymarket_read_market(const struct json_value *o, struct venue_market *out)
{
    const char *question = json_string(json_get(o, "question"));
    struct market *m = &out->m;
    int64_t micros;

    memset(out, 0, sizeof *out);
    m->venue = VENUE_polymarket;
    const char *id;
    if (!json_is_object(o) ||
        !polymarket_market(json_get(o, "conditionId"), &id) || !*id)
        return false;
    text_set(&m->market, id);
    out->has_tokens = read_tokens(o, m);
    set_text(&out->slug, json_get(o, "slug"));
    if (question)
        title_set(&m->question, question);
    out->hash_neg_risk = says(o, "negRisk", true);
    m->neg_risk = out->hash_neg_risk;
    /* A placeholder is prepared but not active; its name comes later. */
    m->other = says(o, "negRiskOther", true) || says(o, "active", false);
    /* The simulated exchange has markets whose two books are separate. */
    m->mirrored = !says(o, "simexMirrored", false);
    m->open = !says(o, "active", false) && !says(o, "closed", true) &&
              !says(o, "archived", true) &&
              !says(o, "acceptingOrders", false) &&
              !says(o, "enableOrderBook", false) && out->has_tokens;
    read_fees(o, m);
    read_tag(o, m);
    m->rules = ties_text(question, json_string(json_get(o, "description")),
                         json_string(json_get(o, "resolutionSource")));
    read_tick_and_size(o, out);
    if ((polymarket_decimal(json_get(o, "liquidityNum"), &micros) ||
         polymarket_decimal(json_get(o, "liquidity"), &micros)) && micros > 0)
        m->liquidity.micros = micros;
    read_volume(o, m);
    m->ends = polymarket_iso(json_string(json_get(o, "endDate")));
    read_resolution(o, out);
    return out->has_tokens;
}

static void
read_tags(const struct json_value *list, struct venue_event *e)
{
    for (const struct json_value *t = json_first(list);
         t && e->tags_count < VENUE_TAGS; t = json_next(t))
        if (set_text(&e->tags[e->tags_count], json_get(t, "slug")))
            e->tags_count++;
}

/* The place of a neg-risk question among those prepared on chain is the last
 * byte of its id, whatever order they are listed in, and the rest is their
 * event's; the listing's place where none is given. */
static uint64_t
place_of(const struct json_value *o, uint64_t listed, struct hash *event)
{
    const char *id = json_string(json_get(o, "questionID"));
    struct hash question;

    if (!says(o, "negRisk", true) || id == NULL || strlen(id) != 66 ||
        !hex_parse(id + 2, 64, question.b, sizeof question.b))
        return listed;
    *event = question;
    event->b[31] = 0;
    return question.b[31];
}

static void
read_markets(struct venue_room *r, const struct json_value *list,
             struct venue_event *e, const struct venue_sink *sink)
{
    for (const struct json_value *o = json_first(list); o; o = json_next(o)) {
        struct venue_market *m = &r->markets[e->count];
        if (says(o, "archived", true))
            continue;
        e->questions++;
        if (e->count == VENUE_EVENT_MARKETS) {
            sink->bad(sink->self, FEED_bad_many, NULL);
            return;
        }
        if (!polymarket_read_market(o, m)) {
            sink->bad(sink->self, FEED_bad_list, NULL);
            continue;
        }
        m->m.event_index = place_of(o, e->questions - 1,
                                    &m->m.neg_risk_id);
        e->count++;
    }
}

static void
read_event(struct venue_room *r, const struct json_value *o,
           const struct venue_sink *sink)
{
    struct venue_event e = { .market = r->markets };
    const struct json_value *markets = json_get(o, "markets");
    int64_t micros;

    if (!json_is_object(o) || !set_text(&e.id, json_get(o, "id")) ||
        !e.id.s[0] || !json_is_array(markets)) {
        sink->bad(sink->self, FEED_bad_list, NULL);
        return;
    }
    set_text(&e.slug, json_get(o, "slug"));
    read_tags(json_get(o, "tags"), &e);
    e.closed = says(o, "closed", true) || says(o, "archived", true);
    e.book = !says(o, "enableOrderBook", false);
    e.neg_risk = says(o, "negRisk", true);
    e.augmented = says(o, "negRiskAugmented", true);
    e.ends = polymarket_iso(json_string(json_get(o, "endDate")));
    read_markets(r, markets, &e, sink);
    if (polymarket_decimal(json_get(o, "liquidity"), &micros))
        e.liquidity.micros = micros;
    else
        for (uint32_t i = 0; i < e.count; i++)
            if (!money_add(e.liquidity, r->markets[i].m.liquidity,
                           &e.liquidity))
                break;
    /* One further on was prepared, listed or not. */
    for (uint32_t i = 0; i < e.count; i++)
        if (r->markets[i].m.event_index >= e.questions)
            e.questions = (uint32_t)r->markets[i].m.event_index + 1;
    for (uint32_t i = 0; i < e.count; i++) {
        struct market *m = &r->markets[i].m;
        m->event = e.id;
        m->tag = e.tags_count > 0 ? e.tags[0] : m->tag;
        m->event_size = e.questions;
        m->neg_risk = e.neg_risk && m->neg_risk;
        m->augmented = e.augmented;
    }
    sink->event(sink->self, &e);
}

void
polymarket_read_events(struct venue_room *r, const struct json_value *list,
                       const struct venue_sink *sink)
{
    for (const struct json_value *o = json_first(list); o; o = json_next(o))
        read_event(r, o, sink);
}

bool
polymarket_read_page(struct venue_room *r, const char *s, size_t size,
                     const struct venue_sink *sink, struct venue_cursor *next)
{
    struct json *j = json_parse(s, size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    const struct json_value *list = json_get(root, "events");
    const char *cursor = json_string(json_get(root, "next_cursor"));
    bool ok = false;

    memset(next, 0, sizeof *next);
    if (!j) {
        sink->bad(sink->self, FEED_bad_json, NULL);
        return false;
    }
    if (json_is_array(root))
        list = root;
    if (json_is_array(list)) {
        ok = true;
        polymarket_read_events(r, list, sink);
        /* A cursor that was cut would start somewhere else. */
        if (cursor && strlen(cursor) < sizeof next->s)
            memcpy(next->s, cursor, strlen(cursor));
        else if (cursor)
            ok = false;
    } else if (json_get(root, "markets")) {
        ok = true;
        read_event(r, root, sink);
    }
    if (!ok)
        sink->bad(sink->self, FEED_bad_shape, NULL);
    json_destroy(&j);
    return ok;
}
