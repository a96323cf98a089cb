/* rest - what a GET or POST is answered with: Gamma and the public CLOB
 *
 * A table of routes; a path that ends in '/' takes the rest as its argument.
 * Error bodies are the venue's texts where they are known. */
#include "tests/simex/rest.h"

#include "tests/simex/rest_own.h"
#include "tests/simex/stage.h"

#include "common/json.h"

#include <inttypes.h>
#include <string.h>

#define BOOKS_MOST 500

static int
hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
decode(const char *s, size_t size, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        int c = s[i] == '+' ? ' ' : (unsigned char)s[i];
        if (c == '%') {
            if (i + 2 >= size || hex_of(s[i + 1]) < 0 || hex_of(s[i + 2]) < 0)
                return false;
            c = hex_of(s[i + 1]) * 16 + hex_of(s[i + 2]);
            i += 2;
        }
        if (c == 0 || n + 1 >= cap)
            return false;
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return true;
}

bool
rest_query(const char *query, const char *key, uint32_t nth, char *out,
           size_t cap)
{
    size_t key_size = strlen(key);
    for (const char *at = query; *at;) {
        size_t size = strcspn(at, "&");
        if (size > key_size && memcmp(at, key, key_size) == 0 &&
            at[key_size] == '=' && nth-- == 0)
            return decode(at + key_size + 1, size - key_size - 1, out, cap);
        at += size + (at[size] == '&');
    }
    return false;
}

int
rest_error(struct quill *q, int status, const char *text)
{
    quill_text(q, "{\"error\":");
    quill_string(q, text);
    quill_text(q, "}");
    return status;
}

static int
no_book(struct quill *q)
{
    return rest_error(q, 404,
                      "No orderbook exists for the requested token id");
}

bool
rest_has_book(const struct face *f, uint32_t token)
{
    const struct listing *l = face_core(f)->listing;
    if (token == MAP_NONE)
        return false;
    const struct listed_event *e = &l->events[l->markets[token / 2].event];
    return !e->hidden && e->state != LISTED_RESOLVED;
}

/* The token asked for, or MAP_NONE when it has no book. */
static uint32_t
asked_token(const struct face *f, const struct rest_request *r)
{
    char text[128];
    if (!rest_query(r->query, "token_id", 0, text, sizeof text))
        return MAP_NONE;
    uint32_t token = listing_token(face_core(f)->listing, text, strlen(text));
    return rest_has_book(f, token) ? token : MAP_NONE;
}

static int
get_time(struct face *f, const struct rest_call *c, struct quill *q)
{
    (void)c;
    quill_say(q, "%" PRId64, face_core(f)->now_ms / 1000);
    return 200;
}

static int
get_ok(struct face *f, const struct rest_call *c, struct quill *q)
{
    (void)f;
    (void)c;
    quill_text(q, "\"OK\"");
    return 200;
}

static int
get_version(struct face *f, const struct rest_call *c, struct quill *q)
{
    (void)f;
    (void)c;
    quill_text(q, "{\"version\":2}");
    return 200;
}

static int
get_book(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    if (token == MAP_NONE)
        return no_book(q);
    face_book(f, q, token);
    return 200;
}

static int
post_books(struct face *f, const struct rest_call *c, struct quill *q)
{
    struct json *j = json_parse(c->request->body, c->request->body_size,
                                NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    int status = 200;
    if (!json_is_array(root)) {
        status = rest_error(q, 400, "Invalid payload");
    } else if (json_size(root) > BOOKS_MOST) {
        status = rest_error(q, 400, "Payload exceeds the limit");
    } else {
        const struct json_value *v = json_first(root);
        bool any = false;
        quill_text(q, "[");
        for (; v; v = json_next(v)) {
            const char *text = json_string(json_get(v, "token_id"));
            uint32_t token = text ? listing_token(face_core(f)->listing, text,
                                                  strlen(text)) : MAP_NONE;
            if (!rest_has_book(f, token))
                continue;
            quill_text(q, any ? "," : "");
            face_book(f, q, token);
            any = true;
        }
        quill_text(q, "]");
    }
    json_destroy(&j);
    return status;
}

static int
get_tick_size(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    if (token == MAP_NONE)
        return rest_error(q, 404, "market not found");
    quill_text(q, "{\"minimum_tick_size\":");
    quill_micros(q, match_rules(face_core(f)->match, token / 2)->tick);
    quill_text(q, "}");
    return 200;
}

static int
get_neg_risk(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    if (token == MAP_NONE)
        return rest_error(q, 404, "market not found");
    quill_say(q, "{\"neg_risk\":%s}",
              quill_bool(face_is_neg_risk(f, token / 2)));
    return 200;
}

static int
get_fee_rate(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    if (token == MAP_NONE)
        return rest_error(q, 404, "fee rate not found for market");
    quill_say(q, "{\"base_fee\":%d}",
              face_core(f)->listing->markets[token / 2].fees_enabled ? 1000
                                                                     : 0);
    return 200;
}

/* {"key":"0.5"} */
static int
one_price(struct quill *q, const char *key, int64_t micros)
{
    quill_say(q, "{\"%s\":\"", key);
    quill_micros(q, micros);
    quill_text(q, "\"}");
    return 200;
}

static int
get_midpoint(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    if (token == MAP_NONE)
        return no_book(q);
    return one_price(q, "mid",
                     (simex_bid(face_core(f), token / 2, token % 2) +
                      simex_ask(face_core(f), token / 2, token % 2)) / 2);
}

static int
get_spread(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    if (token == MAP_NONE)
        return no_book(q);
    return one_price(q, "spread",
                     simex_ask(face_core(f), token / 2, token % 2) -
                         simex_bid(face_core(f), token / 2, token % 2));
}

static int
get_price(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    char side[8] = "";
    if (!rest_query(c->request->query, "side", 0, side, sizeof side) ||
        (strcmp(side, "BUY") != 0 && strcmp(side, "SELL") != 0))
        return rest_error(q, 400, "Invalid side");
    if (token == MAP_NONE)
        return no_book(q);
    return one_price(q, "price", side[0] == 'B'
                         ? simex_bid(face_core(f), token / 2, token % 2)
                         : simex_ask(face_core(f), token / 2, token % 2));
}

static int
get_last_trade(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = asked_token(f, c->request);
    if (token == MAP_NONE)
        return no_book(q);
    int64_t last = face_core(f)->listing->markets[token / 2].last_trade;
    quill_text(q, "{\"price\":\"");
    quill_micros(q, last ? last : MICROS / 2);
    quill_say(q, "\",\"side\":\"%s\"}", last ? "BUY" : "");
    return 200;
}

static int
get_clob_market(struct face *f, const struct rest_call *c, struct quill *q)
{
    const struct simex *x = face_core(f);
    uint32_t market = listing_condition(x->listing, c->argument);
    if (market == MAP_NONE || x->listing->events[
                                  x->listing->markets[market].event].hidden)
        return rest_error(q, 404, "market not found");
    const struct listed_market *m = &x->listing->markets[market];
    const struct match_rules *rules = match_rules(x->match, market);
    quill_say(q, "{\"c\":\"%s\",\"t\":[{\"t\":\"%s\",\"o\":\"Yes\"},"
              "{\"t\":\"%s\",\"o\":\"No\"}],\"mts\":", m->condition,
              m->token[0], m->token[1]);
    quill_micros(q, rules->tick);
    quill_text(q, ",\"mos\":");
    quill_micros(q, rules->min_size);
    quill_say(q, ",\"ao\":%s", quill_bool(rules->open));
    if (m->delayed)
        quill_text(q, ",\"itode\":true");
    if (face_is_neg_risk(f, market))
        quill_text(q, ",\"nr\":true");
    if (m->fees_enabled && m->fee_known) {
        quill_text(q, ",\"fd\":{\"r\":");
        quill_micros(q, m->fee_ppm);
        quill_text(q, ",\"e\":1,\"to\":true}");
    }
    quill_text(q, ",\"mbf\":0,\"tbf\":0,\"r\":null}");
    return 200;
}

static int
get_by_token(struct face *f, const struct rest_call *c, struct quill *q)
{
    uint32_t token = listing_token(face_core(f)->listing, c->argument,
                                   strlen(c->argument));
    if (!rest_has_book(f, token))
        return rest_error(q, 404, "market not found");
    const struct listed_market *m =
        &face_core(f)->listing->markets[token / 2];
    quill_say(q, "{\"condition_id\":\"%s\",\"primary_token_id\":\"%s\","
              "\"secondary_token_id\":\"%s\"}", m->condition, m->token[0],
              m->token[1]);
    return 200;
}

/* Not the venue's: what counts of events stand at, by somebody who counts. */
static int
get_count(struct face *f, const struct rest_call *c, struct quill *q)
{
    const struct simex *x = face_core(f);
    for (uint32_t i = 0; i < x->listing->events_count; i++) {
        if (strcmp(x->listing->events[i].id, c->argument) == 0 &&
            stage_count(x->listing, i, x->terms.start_ms, x->now_ms, q))
            return 200;
    }
    return rest_error(q, 404, "nobody counts that");
}

struct route {
    const char *path;
    bool post;
    int (*answer)(struct face *, const struct rest_call *, struct quill *);
};

/* Whole paths before the prefixes they begin with. */
static const struct route routes[] = {
    { "/time", false, get_time },
    { "/ok", false, get_ok },
    { "/version", false, get_version },
    { "/book", false, get_book },
    { "/books", true, post_books },
    { "/tick-size", false, get_tick_size },
    { "/neg-risk", false, get_neg_risk },
    { "/fee-rate", false, get_fee_rate },
    { "/midpoint", false, get_midpoint },
    { "/price", false, get_price },
    { "/spread", false, get_spread },
    { "/last-trade-price", false, get_last_trade },
    { "/clob-markets/", false, get_clob_market },
    { "/markets-by-token/", false, get_by_token },
    { "/events/keyset", false, rest_events },
    { "/markets/keyset", false, rest_markets },
    { "/markets", false, rest_markets_array },
    { "/events/slug/", false, rest_event_slug },
    { "/markets/slug/", false, rest_market_slug },
    { "/events/", false, rest_event_id },
    { "/markets/", false, rest_market_id },
    { "/simex/count/", false, get_count },
};

int
rest_answer(struct face *f, const struct rest_request *r, uint32_t page,
            struct quill *q)
{
    bool known = false;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        const struct route *t = &routes[i];
        size_t size = strlen(t->path);
        bool prefix = t->path[size - 1] == '/';
        char argument[160];
        if (prefix ? strncmp(r->path, t->path, size) != 0
                   : strcmp(r->path, t->path) != 0)
            continue;
        known = true;
        if (t->post != r->post)
            continue;
        const char *rest = r->path + size;
        if (!decode(rest, strlen(rest), argument, sizeof argument))
            return rest_error(q, 400, "Invalid path");
        struct rest_call call = { r, prefix ? argument : "", page };
        return t->answer(f, &call, q);
    }
    return known ? rest_error(q, 405, "Method not allowed")
                 : rest_error(q, 404, "Not found");
}
