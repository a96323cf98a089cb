/* front_cancel - taking orders back: one, some, those of a market, all
 *
 * What cannot be cancelled is said with a reason; an answer of 200 proves
 * nothing about an order that is not in `canceled`. */
#include "tests/simex/front_own.h"
#include "tests/simex/rest_own.h"

#include "common/json.h"
#include "common/map.h"

#include <string.h>

#define CANCELS_MOST 1000
#define PAYLOAD_REFUSED "Invalid order payload"
#define NOT_FOUND "Order not found or already canceled"
#define NOT_NOW "already canceled or matched"

bool
front_order_id(const char *s, struct hash *id)
{
    return hash_parse(s, strlen(s), id);
}

/* Two lists are written at once: the second waits here. */
struct answer { struct quill *q; bool any, any_not; struct quill not; };

static void
begin(const struct front_call *c, struct answer *a, struct quill *q)
{
    *a = (struct answer){ .q = q };
    quill_start(&a->not, c->desk->scratch, DESK_SCRATCH);
    quill_text(q, "{\"canceled\":[");
}

static int
finish(const struct front_call *c, struct answer *a)
{
    struct desk_faults *f = &c->desk->faults;
    if (f->cut_cancel > 0) {
        f->cut_cancel--;
        c->answer->cut = true;
    }
    quill_text(a->q, "],\"not_canceled\":{");
    quill_text(a->q, a->not.s);
    quill_text(a->q, "}}");
    return 200;
}

static bool
is_own(const struct front_call *c, uint32_t order)
{
    const struct desk_order *o = &c->desk->orders[order];
    return c->desk->wallets[o->wallet].person == c->person;
}

static void
try_one(const struct front_call *c, struct answer *a, const struct hash *id)
{
    struct desk *d = c->desk;
    char text[HASH_TEXT_CAP];
    uint32_t order = desk_find_order(d, id);
    const char *why = NOT_FOUND;
    hash_format(id, text);
    if (order != DESK_NONE && is_own(c, order)) {
        why = NOT_NOW;
        if (d->faults.race > 0) {
            d->faults.race--;
            desk_race(d, order);
        }
        if (d->faults.keep > 0)
            d->faults.keep--;
        else if (desk_cancel(d, order, NULL))
            why = NULL;
    }
    if (!why) {
        quill_say(a->q, "%s\"%s\"", a->any ? "," : "", text);
        a->any = true;
        return;
    }
    quill_say(&a->not, "%s\"%s\":\"%s\"", a->any_not ? "," : "", text, why);
    a->any_not = true;
}

static bool
is_open(const struct front_call *c, struct quill *q)
{
    if (c->desk->x->now_ms >= c->desk->faults.disabled)
        return true;
    rest_error(q, 503, "Trading is currently disabled. Check polymarket.com "
               "for updates");
    return false;
}

int
front_cancel_order(const struct front_call *c, struct quill *q)
{
    const struct rest_request *r = &c->request->rest;
    struct json *j = json_parse(r->body, r->body_size, NULL);
    const char *s = json_string(json_get(j ? json_root(j) : NULL, "orderID"));
    struct hash id;
    int status = 200;
    if (!s)
        status = rest_error(q, 400, PAYLOAD_REFUSED);
    else if (!front_order_id(s, &id))
        status = rest_error(q, 400, "Invalid orderID");
    json_destroy(&j);
    if (status != 200)
        return status;
    if (!is_open(c, q))
        return 503;
    if (!front_afford(c, true, 1, q))
        return 429;
    struct answer a;
    begin(c, &a, q);
    try_one(c, &a, &id);
    return finish(c, &a);
}

/* 0 when every element is an order's id. */
static int
check_list(const struct json_value *root, struct quill *q)
{
    struct hash id;
    if (!json_is_array(root))
        return rest_error(q, 400, PAYLOAD_REFUSED);
    if (json_size(root) > CANCELS_MOST)
        return rest_error(q, 400, "Too many orders in payload, max allowed: "
                          "1000");
    for (const struct json_value *v = json_first(root); v; v = json_next(v)) {
        const char *s = json_string(v);
        if (!s || !front_order_id(s, &id))
            return rest_error(q, 400, "Invalid orderID");
    }
    return 0;
}

int
front_cancel_orders(const struct front_call *c, struct quill *q)
{
    const struct rest_request *r = &c->request->rest;
    struct json *j = json_parse(r->body, r->body_size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    int status = check_list(root, q);
    if (status == 0 && !is_open(c, q))
        status = 503;
    if (status == 0 &&
        !front_afford(c, true, (uint32_t)json_size(root), q))
        status = 429;
    if (status == 0) {
        struct answer a;
        begin(c, &a, q);
        for (const struct json_value *v = json_first(root); v;
             v = json_next(v)) {
            struct hash id;
            if (front_order_id(json_string(v), &id))
                try_one(c, &a, &id);
        }
        status = finish(c, &a);
    }
    json_destroy(&j);
    return status;
}

/* Cancels those of a market and a token, MAP_NONE = of any. */
static int
cancel_those(const struct front_call *c, struct quill *q, uint32_t market,
             uint32_t token)
{
    struct desk *d = c->desk;
    uint32_t *those = d->those, count = 0;
    for (uint32_t i = 0; i < d->live_count && count < CANCELS_MOST; i++) {
        const struct desk_order *o = &d->orders[d->live[i]];
        if (is_own(c, d->live[i]) &&
            (market == MAP_NONE || o->market == market) &&
            (token == MAP_NONE || o->market * 2 + o->token == token))
            those[count++] = d->live[i];
    }
    if (!is_open(c, q))
        return 503;
    if (!front_afford(c, true, 1 + count, q))
        return 429;
    struct answer a;
    begin(c, &a, q);
    for (uint32_t i = 0; i < count; i++)
        try_one(c, &a, &d->orders[those[i]].id);
    return finish(c, &a);
}

int
front_cancel_all(const struct front_call *c, struct quill *q)
{
    return cancel_those(c, q, MAP_NONE, MAP_NONE);
}

int
front_cancel_market(const struct front_call *c, struct quill *q)
{
    const struct rest_request *r = &c->request->rest;
    const struct listing *l = c->desk->x->listing;
    struct json *j = json_parse(r->body, r->body_size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    const char *m = json_string(json_get(root, "market"));
    const char *t = json_string(json_get(root, "asset_id"));
    bool ok = (m && m[0]) || (t && t[0]);
    uint32_t market = m && m[0] ? listing_condition(l, m) : MAP_NONE;
    uint32_t token = t && t[0] ? listing_token(l, t, strlen(t)) : MAP_NONE;
    /* A market that is not known has no orders. */
    bool none = (m && m[0] && market == MAP_NONE) ||
                (t && t[0] && token == MAP_NONE);
    json_destroy(&j);
    if (!ok)
        return rest_error(q, 400, PAYLOAD_REFUSED);
    if (none) {
        quill_text(q, "{\"canceled\":[],\"not_canceled\":{}}");
        return 200;
    }
    return cancel_those(c, q, market, token);
}
