/* ws_client - a client that notes what it is told, and waits for it */
#ifndef TESTS_UNIT_COMMON_WS_CLIENT_H
#define TESTS_UNIT_COMMON_WS_CLIENT_H

#include "common/clock.h"
#include "common/loop.h"
#include "common/ws.h"
#include "tests/unit/common/ws_servers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct seen {
    unsigned ups, downs, texts, alive;
    enum link_state state;
    char why[400], first[4096], text[4096];
    size_t size;
    int64_t times[16]; /* Of the downs. */
};

static struct loop *loop;
static struct ws_context *context;
static struct ws *ws;
static struct seen seen;
static bool (*wanted)(void);
static uint16_t port;
static pid_t server;
static char folder[] = "/tmp/test_ws.XXXXXX";

static inline void
check(void)
{
    if (wanted && wanted())
        loop_stop(loop);
}

static inline void
state_is(void *arg, enum link_state state, const char *why)
{
    assert_ptr_equal(arg, &seen);
    seen.state = state;
    if (state == LINK_STATE_up)
        seen.ups++;
    if (state == LINK_STATE_down) {
        if (seen.downs < 16)
            seen.times[seen.downs] = clock_mono().ns / 1000000;
        seen.downs++;
        snprintf(seen.why, sizeof seen.why, "%s", why);
    }
    check();
}

static inline void
text_is(void *arg, const char *s, size_t size)
{
    (void)arg;
    seen.texts++;
    seen.size = size;
    snprintf(seen.text, sizeof seen.text, "%.*s", (int)size, s);
    if (seen.texts == 1)
        memcpy(seen.first, seen.text, sizeof seen.first);
    check();
}

static inline void
alive(void *arg)
{
    (void)arg;
    seen.alive++;
    check();
}

static const struct ws_events events = { state_is, text_is, alive };

static inline void
open_url(const char *url, struct ms dead)
{
    struct ws_options o = {
        .url = url,
        .ping = { 50 },
        .dead = dead,
        .backoff_least = { 20 },
        .backoff_most = { 300 },
        .frame_cap = 65536,
        .seed = 42,
    };

    memset(&seen, 0, sizeof seen);
    ws = ws_open(context, &o, &events, &seen);
}

static inline void
open_path(const char *path)
{
    static char url[128];

    snprintf(url, sizeof url, "ws://127.0.0.1:%u%s", port, path);
    open_url(url, (struct ms){ 400 });
}

static inline void
too_late(void *arg)
{
    fail_msg("not within 10 s: %s; last: %s", (const char *)arg, seen.why);
}

static inline void
wait_until(bool (*f)(void), const char *what)
{
    struct loop_timer *t =
        loop_timer(loop, (struct ms){ 10000 }, (struct ms){ 0 }, too_late,
                   (void *)(uintptr_t)what);

    wanted = f;
    if (!f())
        loop_run(loop);
    wanted = NULL;
    loop_timer_cancel(&t);
}

static inline void
nothing(void *arg)
{
    (void)arg;
    loop_stop(loop);
}

static inline void
wait_ms(int64_t ms)
{
    struct loop_timer *t =
        loop_timer(loop, (struct ms){ ms }, (struct ms){ 0 }, nothing, NULL);

    loop_run(loop);
    loop_timer_cancel(&t);
}

static inline bool
is_up(void)
{
    return seen.state == LINK_STATE_up;
}

static inline bool
is_down(void)
{
    return seen.downs >= 1;
}

static inline bool
two_downs(void)
{
    return seen.downs >= 2;
}

static inline bool
six_downs(void)
{
    return seen.downs >= 6;
}

static inline bool
two_ups(void)
{
    return seen.ups >= 2 && is_up();
}

static inline bool
one_text(void)
{
    return seen.texts >= 1;
}

static inline bool
two_texts(void)
{
    return seen.texts >= 2;
}

static inline bool
all_texts(void)
{
    return seen.texts >= 64;
}

static inline bool
three_alive(void)
{
    return seen.alive >= 3;
}

static inline int
begin(void **state)
{
    (void)state;
    loop = loop_new();
    context = ws_context_new(loop, NULL);
    return 0;
}

static inline int
end(void **state)
{
    (void)state;
    ws_close(&ws);
    ws_context_destroy(&context);
    loop_destroy(&loop);
    return 0;
}

static inline void
send_text(const char *s)
{
    assert_true(ws_send(ws, s, strlen(s)));
}

static inline int
start(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    server = serve_raw(ws_answer, &port);
    return 0;
}

static inline int
stop(void **state)
{
    char command[64];

    (void)state;
    stop_server(server);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

#endif /* TESTS_UNIT_COMMON_WS_CLIENT_H */
