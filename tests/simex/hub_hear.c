/* hub_hear - what a client says on the market channel
 *
 * As the venue: a known asset subscribed again is answered "NO NEW ASSETS"
 * and gets no book; who wants one unsubscribes first. */
#include "tests/simex/hub_own.h"

#include "common/json.h"
#include "common/must.h"

#include <string.h>

#define ASSETS_MOST 500  /* Of a connection; more are not answered. */

static void
answer_word(struct hub *h, uint32_t conn, const char *word)
{
    h->out.frame(h->out.arg, conn, word, strlen(word), h->now_ms);
}

static void
subscribe(struct hub *h, uint32_t conn, const struct json_value *assets)
{
    struct conn *c = &h->conns[conn];
    const struct json_value *v = json_first(assets);
    uint32_t count = 0, known = 0, asked = 0;
    for (; v && asked < ASSETS_MOST; v = json_next(v), asked++) {
        const char *s = json_string(v);
        uint32_t token = s ? listing_token(h->x->listing, s, strlen(s))
                           : MAP_NONE;
        if (!rest_has_book(h->face, token))
            continue;
        known += c->knows[token] & KNOWS;
        if ((c->knows[token] & KNOWS) || c->subscribed == ASSETS_MOST)
            continue;
        c->subscribed++;
        c->knows[token] = h->silent ? KNOWS | MISSED : KNOWS;
        h->tokens[count++] = token;
    }
    if (h->x->t0_ms == 0 && count > 0)
        simex_start(h->x, h->now_ms);
    if (count == 0 && known > 0)
        answer_word(h, conn, "NO NEW ASSETS");
    else if (!h->silent)
        hub_send_books(h, conn, count);
}

static void
unsubscribe(struct hub *h, uint32_t conn, const struct json_value *assets)
{
    struct conn *c = &h->conns[conn];
    const struct json_value *v = json_first(assets);
    for (uint32_t n = 0; v && n < ASSETS_MOST; v = json_next(v), n++) {
        const char *s = json_string(v);
        uint32_t token = s ? listing_token(h->x->listing, s, strlen(s))
                           : MAP_NONE;
        if (token == MAP_NONE || !(c->knows[token] & KNOWS))
            continue;
        c->knows[token] = 0;
        c->subscribed--;
    }
}

void
hub_hear(struct hub *h, uint32_t conn, const char *s, size_t size)
{
    must(conn < HUB_CONNS && h->conns[conn].open);
    if (size == 4 && memcmp(s, "PING", 4) == 0) {
        answer_word(h, conn, "PONG");
        return;
    }
    if (h->conns[conn].user) {
        hub_user_hear(h, conn, s, size);
        return;
    }
    struct json *j = json_parse(s, size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    const struct json_value *assets = json_get(root, "assets_ids");
    const char *deed = json_string(json_get(root, "operation"));
    const char *type = json_string(json_get(root, "type"));
    json_bool(json_get(root, "custom_feature_enabled"),
              &h->conns[conn].custom);
    if (!json_is_array(assets) || (!deed && !type) ||
        (!deed && strcmp(type, "market") != 0 && strcmp(type, "MARKET") != 0))
        answer_word(h, conn, "INVALID OPERATION");
    else if (!deed || strcmp(deed, "subscribe") == 0)
        subscribe(h, conn, assets);
    else if (strcmp(deed, "unsubscribe") == 0)
        unsubscribe(h, conn, assets);
    else
        answer_word(h, conn, "INVALID OPERATION");
    json_destroy(&j);
}
