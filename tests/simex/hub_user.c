/* hub_user - the user channel
 *
 * Who connects says his key first, as it is, and perhaps which markets he
 * wants to hear of; of all when he names none.  What happens while nobody
 * listens is never told again. */
#include "tests/simex/hub_own.h"

#include "tests/simex/face_user.h"

#include "common/json.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

#define MARKETS_MOST 1000

static void
follow(struct hub *h, struct conn *c, const struct json_value *markets,
       bool on)
{
    const struct json_value *v = json_first(markets);
    for (uint32_t n = 0; v && n < MARKETS_MOST; v = json_next(v), n++) {
        const char *s = json_string(v);
        uint32_t market = s ? listing_condition(h->x->listing, s) : MAP_NONE;
        uint8_t want = on ? KNOWS : 0;
        if (market == MAP_NONE || c->knows[market * 2] == want)
            continue;
        c->knows[market * 2] = want;
        c->subscribed += on ? 1 : -1u;
    }
}

/* False when it is not who it says. */
static bool
log_in(struct hub *h, struct conn *c, const struct json_value *root)
{
    const struct json_value *auth = json_get(root, "auth");
    const struct json_value *markets = json_get(root, "markets");
    c->key = front_key(h->desk, json_string(json_get(auth, "apiKey")),
                       json_string(json_get(auth, "secret")),
                       json_string(json_get(auth, "passphrase")));
    follow(h, c, markets, true);
    return c->key != DESK_NONE;
}

void
hub_user_hear(struct hub *h, uint32_t conn, const char *s, size_t size)
{
    struct conn *c = &h->conns[conn];
    struct json *j = json_parse(s, size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    const char *deed = json_string(json_get(root, "operation"));
    bool ok = json_is_object(root);
    if (ok && c->key == DESK_NONE)
        ok = log_in(h, c, root);
    else if (ok && deed && strcmp(deed, "subscribe") == 0)
        follow(h, c, json_get(root, "markets"), true);
    else if (ok && deed && strcmp(deed, "unsubscribe") == 0)
        follow(h, c, json_get(root, "markets"), false);
    json_destroy(&j);
    if (!ok)
        h->out.drop(h->out.arg, conn);
}

static void
keep_echo(struct hub *h, uint32_t conn, const struct quill *q)
{
    for (uint32_t i = 0; i < ECHOES; i++) {
        struct echo *e = &h->echoes[i];
        if (e->text)
            continue;
        *e = (struct echo){ conn, h->conns[conn].order,
                            h->now_ms + h->acts.again_ms, q->size,
                            malloc(q->size + 1) };
        must(e->text != NULL);
        memcpy(e->text, q->s, q->size + 1);
        return;
    }
}

void
hub_echo(struct hub *h)
{
    for (uint32_t i = 0; i < ECHOES; i++) {
        struct echo *e = &h->echoes[i];
        const struct conn *c = &h->conns[e->conn];
        if (!e->text || h->now_ms < e->due_ms)
            continue;
        if (c->open && c->order == e->order)
            h->out.frame(h->out.arg, e->conn, e->text, e->size, h->now_ms);
        free(e->text);
        *e = (struct echo){ 0 };
    }
}

static void
send_event(struct hub *h, uint32_t conn, const struct quill *q)
{
    int64_t late = h->now_ms < h->acts.late_until ? h->acts.late_ms : 0;
    h->frames++;
    h->out.frame(h->out.arg, conn, q->s, q->size, h->now_ms + late);
    if (h->acts.twice > 0) {
        h->acts.twice--;
        h->out.frame(h->out.arg, conn, q->s, q->size, h->now_ms + late);
    }
    if (h->acts.again > 0) {
        h->acts.again--;
        keep_echo(h, conn, q);
    }
}

void
hub_user_event(void *arg, const struct desk_event *e)
{
    struct hub *h = arg;
    uint32_t market = face_user_market(h->desk, e);
    if (h->now_ms < h->acts.frozen_until)
        return;
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        const struct conn *c = &h->conns[i];
        if (!c->open || !c->user || c->key == DESK_NONE ||
            h->desk->keys[c->key].person != e->person ||
            (c->subscribed > 0 && !(c->knows[market * 2] & KNOWS)))
            continue;
        struct quill q;
        quill_start(&q, h->room, FACE_ROOM);
        face_user_frame(h->desk, &q, e);
        send_event(h, i, &q);
    }
}
