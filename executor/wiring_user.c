/* wiring_user - the user stream: fills and order updates as they happen */

/* It does not replay, so what matters is the moment from which nothing is
 * missed: after the connection is up we subscribe and ask for a sign of life;
 * the venue reads our texts in their order, so the first thing that comes
 * back proves that the subscription was read.  Then, and only then, the
 * engine is told, and reconciles. */

#include "executor/wiring_desk_own.h"

#include "common/clock.h"
#include "common/crash.h"
#include "common/must.h"
#include "common/secret.h"
#include "common/ws.h"

#include <stdio.h>
#include <string.h>

enum { FRAME_MOST = 1 << 20, BACKOFF_LEAST = 250, BACKOFF_MOST = 15000 };

static void
subscribe(struct desk *k)
{
    char text[TALK_TEXT_CAP];
    size_t size = k->o.talk->write_subscribe(&k->account, text, sizeof text);

    must(size > 0);
    if (!ws_send(k->user, text, size) ||
        !ws_send(k->user, k->o.talk->ping, strlen(k->o.talk->ping)))
        ws_reconnect(k->user, "the subscription could not be sent");
    secret_wipe(text, sizeof text);
}

static void
on_state(void *arg, enum link_state state, const char *why)
{
    struct desk *k = arg;

    k->user_up = false;
    if (state == LINK_STATE_up)
        subscribe(k);
    else if (state == LINK_STATE_down)
        log_warn("%s: the user stream is down: %s", k->o.talk->name,
                 why ? why : "");
    desk_tell_state(k);
}

static void
on_text(void *arg, const char *s, size_t size)
{
    struct desk *k = arg;
    struct talk_sink sink = desk_sink(k);

    crash_point("executor", "streamed");
    k->o.begin(k->o.arg);
    (void)k->o.talk->read_frame(s, size, &k->account, &sink);
    k->o.end(k->o.arg);
}

static void
on_alive(void *arg)
{
    struct desk *k = arg;

    if (k->user_up)
        return;
    k->user_up = true;
    desk_tell_state(k);
}

void
desk_user_open(struct desk *k)
{
    static const struct ws_events events = { on_state, on_text, on_alive };
    char url[URL_CAP];

    desk_user_close(k);
    snprintf(url, sizeof url, "%s%s", k->o.user_url, k->o.talk->user_path);
    struct ws_options o = {
        .url = url,
        .ping = k->o.talk->ping_every,
        .dead = k->o.talk->pong_within,
        .backoff_least = { BACKOFF_LEAST },
        .backoff_most = { BACKOFF_MOST },
        .frame_cap = FRAME_MOST,
        .seed = k->o.seed ^ (uint64_t)clock_wall().ns,
    };
    k->user = ws_open(k->sockets, &o, &events, k);
}

void
desk_user_close(struct desk *k)
{
    k->user_up = false;
    if (k->user)
        ws_close(&k->user);
}
