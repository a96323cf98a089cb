/* place_feed - what feed wants of the exchange: links, texts, pages, books */
#include "tests/world/place.h"

#include "common/map.h"
#include "common/must.h"
#include "feed/feed.h"
#include "feed/venue.h"
#include "tests/simex/rest.h"

#include <stdlib.h>
#include <string.h>

enum { ASKS_PER_TURN = 256 };

static int
rest(struct world *w, bool post, char *path, const char *body, size_t size)
{
    struct place *p = w->place;
    char *query = strchr(path, '?');
    if (query != NULL)
        *query++ = '\0';
    struct rest_request r = { post, path, query == NULL ? "" : query, body,
                              size };
    return rest_answer(p->face, &r, 20, place_begin(p));
}

void
place_discover(struct world *w)
{
    struct node *n = &w->nodes[SOURCE_feed];
    struct venue_cursor next = { "" };
    bool first = true;
    char path[2048];
    for (int page = 0; page < 100 && n->engine != NULL; page++) {
        struct input in;
        struct money least = { 1000000000 };
        must(venue_polymarket.write_page_url("", 20, least, next.s, path,
                                             sizeof path) > 0);
        if (rest(w, false, path, NULL, 0) != 200)
            world_fail(w, "the listing answers no page");
        struct outbox *out = node_begin(w, n, &in);
        if (!feed_on_page(n->engine, w->place->quill.s,
                          w->place->quill.size, first, &next, &in, out))
            world_fail(w, "feed cannot read a page");
        place_finish(w, &in);
        first = false;
        if (next.s[0] == '\0')
            return;
    }
}

/* The tokens in a subscription, by their texts. */
static void
subscribe(struct world *w, uint32_t link, const char *s, size_t size)
{
    struct place *p = w->place;
    static uint32_t tokens[TOKENS];
    uint32_t count = 0;
    bool off = memmem(s, size, "unsubscribe", 11) != NULL;
    for (size_t i = 0; i < size; i++) {
        size_t digits = strspn(s + i, "0123456789");
        if (digits < 20) {
            i += digits;
            continue;
        }
        uint32_t t = listing_token(p->simex->listing, s + i, digits);
        i += digits;
        if (t == MAP_NONE)
            continue;
        p->on[t] = off ? 0 : (uint8_t)(link + 1);
        tokens[count++] = t;
    }
    if (off || count == 0)
        return;
    face_books_frame(p->face, place_begin(p), tokens, count);
    place_queue(p, link, 0, 0);
}

static void
fetch(struct world *w, const struct feed_ask *ask)
{
    struct node *n = &w->nodes[SOURCE_feed];
    struct input in;
    char path[256] = "/books", *body = strndup(ask->text, ask->size);
    must(body != NULL);
    bool books = ask->kind == FEED_ASK_BOOKS;
    if (!books)
        must(venue_polymarket.write_event_url("", body, path,
                                              sizeof path) > 0);
    /* At night it answers once in twenty seconds: nothing changes there. */
    bool lost = world_roll(w, 10 * w->weather.lose_text_ppm) ||
                (books && !w->calm && w->now < w->no_books_until) ||
                (w->night && w->now / 1000000000 % 20 != 0);
    bool good = !lost &&
                rest(w, books, path, body, books ? ask->size : 0) == 200;
    const char *s = good ? w->place->quill.s : NULL;
    size_t size = good ? w->place->quill.size : 0;
    free(body);
    struct outbox *out = node_begin(w, n, &in);
    if (books)
        feed_on_books(n->engine, s, size, &in, out);
    else if (good)
        feed_on_event(n->engine, s, size, &in, out);
    place_finish(w, &in);
}

/* Markets by their tokens; every request is answered, if only with nothing. */
static void
look_up(struct world *w, const struct feed_ask *ask)
{
    struct node *n = &w->nodes[SOURCE_feed];
    struct input in;
    char path[4096], *named = strndup(ask->text, ask->size);
    must(named != NULL);
    must(venue_polymarket.write_named_url("", named, path, sizeof path) > 0);
    free(named);
    int status = rest(w, false, path, NULL, 0);
    if (status != 200)
        world_fail(w, "the listing answers no lookup: %d", status);
    if (world_roll(w, 10 * w->weather.lose_text_ppm)) {
        feed_on_no_markets(n->engine);
        return;
    }
    struct outbox *out = node_begin(w, n, &in);
    feed_on_markets(n->engine, w->place->quill.s, w->place->quill.size, &in,
                    out);
    place_finish(w, &in);
}

void
place_feed_asks(struct world *w)
{
    struct node *n = &w->nodes[SOURCE_feed];
    struct place *p = w->place;
    for (int i = 0; i < ASKS_PER_TURN && n->engine != NULL; i++) {
        struct input in;
        struct feed_ask ask;
        node_begin(w, n, &in);
        bool more = feed_next_ask(n->engine, &in, &ask);
        outbox_clear(n->out);
        if (!more)
            return;
        must(ask.connection < LINKS);
        switch (ask.kind) {
        case FEED_ASK_CONNECT:
            p->wanted[ask.connection] = (uint64_t)w->now + 5000000;
            break;
        case FEED_ASK_SEND:
            if (p->up[ask.connection])
                subscribe(w, ask.connection, ask.text, ask.size);
            break;
        case FEED_ASK_RECONNECT:
            place_link(w, ask.connection, LINK_STATE_down);
            p->wanted[ask.connection] = (uint64_t)w->now + 50000000;
            break;
        case FEED_ASK_BOOKS:
        case FEED_ASK_EVENT: fetch(w, &ask); break;
        case FEED_ASK_MARKETS: look_up(w, &ask); break;
        case FEED_ASK_DISCOVER: place_discover(w); break;
        }
    }
}
