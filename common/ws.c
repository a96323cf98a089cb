/* ws - a websocket client that keeps itself connected (libwebsockets' door) */

/* One libwebsockets context as a guest on the process's libuv loop.  Each
 * connection is tied to its ws by the opaque pointer; cutting that pointer is
 * how a connection is given up: whatever still comes from it finds nobody.
 * All our own waiting (attempts, text PING, silence) is in loop timers, so
 * what libwebsockets would do about time never gets to matter. */

#include "common/ws.h"

#include "common/backoff.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/loop_lookup.h"
#include "common/must.h"
#include "common/ws_inside.h"
#include "common/ws_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUEUE_CAP = 64,
    SEND_CAP = 1 << 20,
};

struct frame {
    size_t size;
    unsigned char *b; /* LWS_PRE bytes of room, then the text. */
};

struct ws {
    struct ws_context *context;
    struct ws_options o;
    struct ws_events events;
    void *arg;
    struct ws_url url;
    struct why bad_url; /* When it is none: it never connects. */
    enum link_state state;
    struct lws *wsi; /* NULL: no connection, none on its way. */
    struct loop_lookup *lookup;
    struct loop_timer *retry, *ping, *watch;
    struct backoff backoff;
    unsigned turn;      /* Which address is tried. */
    struct nanos heard; /* Last frame, or the begin of the attempt. */
    char *text;         /* Of a message in several parts. */
    size_t size, room;
    struct frame queue[QUEUE_CAP];
    unsigned head, count;
};

static void attempt(void *arg);

static void
become(struct ws *w, enum link_state state, const char *why)
{
    w->state = state;
    w->events.state(w->arg, state, why);
}

static void
clear_queue(struct ws *w)
{
    for (; w->count > 0; w->count--) {
        free(w->queue[w->head].b);
        w->head = (w->head + 1) % QUEUE_CAP;
    }
    w->size = 0;
}

/* Everything of the connection goes, whoever ended it. */
static void
let_go(struct ws *w)
{
    if (w->wsi) {
        lws_set_opaque_user_data(w->wsi, NULL);
        lws_set_timeout(w->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
        w->wsi = NULL;
    }
    loop_lookup_cancel(&w->lookup);
    loop_timer_cancel(&w->retry);
    loop_timer_cancel(&w->ping);
    loop_timer_cancel(&w->watch);
    clear_queue(w);
}

void
ws_reconnect(struct ws *w, const char *why)
{
    struct ms pause = backoff_next(&w->backoff);

    let_go(w);
    w->retry =
        loop_timer(w->context->loop, pause, (struct ms){ 0 }, attempt, w);
    if (w->state != LINK_STATE_down)
        become(w, LINK_STATE_down, why);
}

/* libwebsockets ended it: there is nothing left to kill. */
static void
lost(struct ws *w, struct lws *wsi, const char *why)
{
    lws_set_opaque_user_data(wsi, NULL);
    w->wsi = NULL;
    ws_reconnect(w, why);
}

static void
heard(struct ws *w)
{
    w->heard = clock_mono();
    backoff_reset(&w->backoff);
    lws_validity_confirmed(w->wsi);
    if (w->events.alive)
        w->events.alive(w->arg);
}

static void
keep_part(struct ws *w, const void *part, size_t size)
{
    if (w->size + size > w->room) {
        size_t room = (w->size + size) * 2;
        char *text = realloc(w->text, room);
        must(text);
        w->text = text;
        w->room = room;
    }
    memcpy(w->text + w->size, part, size);
    w->size += size;
}

static void
whole_message(struct ws *w, const char *s, size_t size)
{
    if (size == 4 && memcmp(s, "PONG", 4) == 0)
        return;
    w->events.text(w->arg, s, size);
}

/* False: the connection is not wanted any more. */
static bool
received(struct ws *w, struct lws *wsi, const char *part, size_t size)
{
    bool last =
        lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;
    char why[80];

    if (lws_frame_is_binary(wsi)) {
        ws_reconnect(w, "a binary message");
        return false;
    }
    if (size > w->o.frame_cap - w->size) {
        snprintf(why, sizeof why, "a message longer than %zu bytes",
                 w->o.frame_cap);
        ws_reconnect(w, why);
        return false;
    }
    if (!last) { /* No sign of life: it may drip in for ever. */
        keep_part(w, part, size);
        return true;
    }
    heard(w);
    if (w->wsi != wsi)
        return false; /* alive() gave it up. */
    if (w->size == 0) {
        whole_message(w, part, size);
    } else {
        keep_part(w, part, size);
        size_t whole = w->size;
        w->size = 0;
        whole_message(w, w->text, whole);
    }
    return w->wsi == wsi;
}

/* Writes one frame; false when the connection is broken. */
static bool
write_one(struct ws *w)
{
    if (w->count == 0)
        return true;
    struct frame f = w->queue[w->head];
    w->head = (w->head + 1) % QUEUE_CAP;
    w->count--;
    int n = lws_write(w->wsi, f.b + LWS_PRE, f.size, LWS_WRITE_TEXT);
    free(f.b);
    if (n < 0)
        return false;
    if (w->count > 0)
        lws_callback_on_writable(w->wsi);
    return true;
}

bool
ws_send(struct ws *w, const char *s, size_t size)
{
    if (w->state != LINK_STATE_up || w->count == QUEUE_CAP)
        return false;
    must(size > 0 && size <= SEND_CAP);
    struct frame f = { size, malloc(LWS_PRE + size) };
    must(f.b);
    memcpy(f.b + LWS_PRE, s, size);
    w->queue[(w->head + w->count++) % QUEUE_CAP] = f;
    lws_callback_on_writable(w->wsi);
    return true;
}

static void
send_ping(void *arg)
{
    struct ws *w = arg;

    /* With a full queue the silence will tell. */
    if (!ws_send(w, "PING", 4))
        return;
}

static void
look_for_life(void *arg)
{
    struct ws *w = arg;
    int64_t silent = (clock_mono().ns - w->heard.ns) / 1000000;
    char why[80];

    if (silent < w->o.dead.ms)
        return;
    snprintf(why, sizeof why, "silent for %lld ms", (long long)silent);
    ws_reconnect(w, why);
}

static void
established(struct ws *w)
{
    w->heard = clock_mono();
    w->ping = loop_timer(w->context->loop, w->o.ping, w->o.ping, send_ping, w);
    become(w, LINK_STATE_up, "connected");
}

/* An extension we never offered: 4.1.6 must not decompress anything. */
static bool
has_extension(struct lws *wsi)
{
    return lws_hdr_total_length(wsi, WSI_TOKEN_EXTENSIONS) > 0;
}

static const char *
reason_text(const void *in, size_t size, char *out, size_t cap)
{
    snprintf(out, cap, "%.*s", in ? (int)(size < 100 ? size : 100) : 0,
             in ? (const char *)in : "");
    return out[0] ? out : "closed by the other side";
}

int
ws_serve(struct ws *w, struct lws *wsi, enum lws_callback_reasons reason,
         const void *in, size_t size)
{
    char text[128];

    if (reason == LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH) {
        if (!has_extension(wsi))
            return 0;
        lost(w, wsi, "it negotiated an extension nobody offered");
        return -1;
    }
    if (reason == LWS_CALLBACK_CLIENT_ESTABLISHED) {
        established(w);
        return w->wsi == wsi ? 0 : -1;
    }
    if (reason == LWS_CALLBACK_CLIENT_RECEIVE)
        return received(w, wsi, in, size) ? 0 : -1;
    if (reason == LWS_CALLBACK_CLIENT_RECEIVE_PONG) {
        heard(w);
        return w->wsi == wsi ? 0 : -1;
    }
    if (reason == LWS_CALLBACK_CLIENT_WRITEABLE)
        return write_one(w) ? 0 : -1;
    if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
        lost(w, wsi, reason_text(in, size, text, sizeof text));
    if (reason == LWS_CALLBACK_CLIENT_CLOSED ||
        reason == LWS_CALLBACK_CLOSED_CLIENT_HTTP ||
        reason == LWS_CALLBACK_WSI_DESTROY)
        lost(w, wsi, "closed by the other side");
    return 0;
}

static void
connect_to(struct ws *w, const char *address)
{
    struct lws_client_connect_info i = {
        .context = w->context->lws,
        .address = address,
        .port = w->url.port,
        .ssl_connection =
            LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (w->url.tls ? LCCSCF_USE_SSL : 0),
        .path = w->url.path,
        .host = w->url.named,
        .ietf_version_or_minus_one = -1,
        .local_protocol_name = WS_PROTOCOL,
        .alpn = "http/1.1",
        .pwsi = &w->wsi,
        .opaque_user_data = w,
    };

    /* On failure the callback may have told us already, or not. */
    if (!lws_client_connect_via_info(&i) && w->lookup) {
        w->wsi = NULL;
        ws_reconnect(w, "no connection could be begun");
    }
}

static void
looked_up(void *arg, const struct addresses *found, const char *failed)
{
    struct ws *w = arg;
    char why[200];

    if (failed) {
        snprintf(why, sizeof why, "%s: %s", w->url.host, failed);
        ws_reconnect(w, why);
        return;
    }
    char address[ADDRESS_CAP]; /* found goes when this attempt fails. */
    memcpy(address, found->at[w->turn++ % found->count], sizeof address);
    if (!w->url.tls && !address_is_loopback(address)) {
        snprintf(why, sizeof why,
                 "%s: ws:// is only for this machine, use "
                 "wss://",
                 w->url.host);
        ws_reconnect(w, why);
        return;
    }
    connect_to(w, address);
}

static void
attempt(void *arg)
{
    struct ws *w = arg;
    struct ms every = { w->o.dead.ms / 4 + 1 };

    loop_timer_cancel(&w->retry);
    if (w->bad_url.s[0]) {
        become(w, LINK_STATE_down, w->bad_url.s);
        return;
    }
    w->heard = clock_mono();
    w->watch = loop_timer(w->context->loop, every, every, look_for_life, w);
    w->lookup = loop_lookup(w->context->loop, w->url.host, looked_up, w);
    become(w, LINK_STATE_connecting, w->url.host);
}

struct ws *
ws_open(struct ws_context *c, const struct ws_options *o,
        const struct ws_events *events, void *arg)
{
    struct ws *w = calloc(1, sizeof *w);

    must(w && o->frame_cap > 0 && o->ping.ms > 0 && o->dead.ms > 0);
    must(events->state && events->text);
    if (ws_url_parse(o->url, &w->url, &w->bad_url))
        w->bad_url.s[0] = '\0';
    backoff_init(&w->backoff, o->backoff_least, o->backoff_most, o->seed);
    w->context = c;
    w->o = *o;
    w->events = *events;
    w->arg = arg;
    w->retry =
        loop_timer(c->loop, (struct ms){ 0 }, (struct ms){ 0 }, attempt, w);
    return w;
}

void
ws_close(struct ws **ws)
{
    struct ws *w = *ws;

    if (!w)
        return;
    let_go(w);
    free(w->text);
    free(w);
    *ws = NULL;
}
