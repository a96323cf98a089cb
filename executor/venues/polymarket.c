/* polymarket - how Polymarket's CLOB is talked to: the slot, its stream, its
 * prices in tokens */

/* reference: docs.polymarket.com as of 2026-10 and the official clients.  The
 * user stream sends single objects or arrays; some come without event_type
 * and are told apart by type.  It does not replay: whatever was missed is
 * looked up by the engine.  This file decides nothing. */

#include "executor/venues/polytalk.h"

#include <string.h>
#include <strings.h>

enum { EVENTS_MOST = 2048 }; /* Of one text. */

static bool
is_one_of(const char *s, const char *const *words)
{
    for (; s != NULL && *words != NULL; words++)
        if (strcasecmp(s, *words) == 0)
            return true;
    return false;
}

static void
read_event(const struct json_value *o, const struct talk_account *account,
           const struct talk_sink *sink)
{
    static const char *const orders[] = { "order", "PLACEMENT", "UPDATE",
                                          "CANCELLATION", NULL };
    static const char *const trades[] = { "trade", NULL };
    const char *kind = json_string(json_get(o, "event_type"));
    uint32_t said;

    if (kind == NULL)
        kind = json_string(json_get(o, "type"));
    if (is_one_of(kind, trades))
        (void)polytalk_read_trade(o, 0, account, sink, &said);
    else if (is_one_of(kind, orders))
        (void)polytalk_read_order(o, 0, sink);
    else if (!json_is_object(o))
        sink->bad(sink->self, "an event that is no object");
}

static bool
read_frame(const char *s, size_t size, const struct talk_account *account,
           const struct talk_sink *sink)
{
    struct why why;
    struct json *json;
    const struct json_value *root;
    uint32_t seen = 0;

    if (size == 4 && memcmp(s, "PONG", 4) == 0)
        return true;
    json = json_parse(s, size, &why);
    if (json == NULL) {
        sink->bad(sink->self, "a text that is no JSON");
        return false;
    }
    root = json_root(json);
    if (!json_is_array(root))
        read_event(root, account, sink);
    else
        for (const struct json_value *o = json_first(root);
             o != NULL && seen < EVENTS_MOST; o = json_next(o), seen++)
            read_event(o, account, sink);
    json_destroy(&json);
    return true;
}

static struct talk_cost
cost(enum venue_op op, uint32_t orders)
{
    switch (op) {
    case VENUE_OP_place:
        return (struct talk_cost){ .orders = orders };
    case VENUE_OP_cancel:
        return (struct talk_cost){ .cancels = orders };
    case VENUE_OP_cancel_market:
    case VENUE_OP_cancel_all:
        return (struct talk_cost){ .cancels = 1 + orders };
    case VENUE_OP_look_order:
    case VENUE_OP_look_trades:
    case VENUE_OP_look_open:
    case VENUE_OP_look_balance:
    case VENUE_OP_heartbeat:
        return (struct talk_cost){ .reads = 1 };
    case VENUE_OP_split:
    case VENUE_OP_merge:
    case VENUE_OP_convert:
    case VENUE_OP_redeem:
    case venue_op_end_:
        break;
    }
    return (struct talk_cost){ 0 };
}

const struct talk_venue talk_polymarket = {
    .name = "polymarket",
    .user_path = "/ws/user",
    .ping = "PING",
    .pong = "PONG",
    .ping_every = { 10000 },
    .pong_within = { 30000 },
    .write_request = polytalk_write_request,
    .read_answer = polytalk_read_answer,
    .write_refresh = polytalk_write_refresh,
    .write_subscribe = polytalk_write_subscribe,
    .read_frame = read_frame,
    .cost = cost,
};
