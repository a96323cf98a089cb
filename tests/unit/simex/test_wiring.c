/* test_wiring - the program's sockets and files, on a loop, for a second
 *
 * A client of our own libraries asks over http and listens over a websocket,
 * in the same thread, so every answer has gone through the kernel. */
#include "tests/simex/wiring.h"

#include "common/daemon.h"
#include "common/http.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/ws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct visit {
    struct loop *loop;
    struct wiring *wiring;
    struct http *http;
    struct ws_context *context;
    struct ws *ws;
    struct loop_timer *limit;
    char folder[64], token[96];
    uint32_t answers, frames, downs;
    size_t listed;
};

static void
give_up(void *arg)
{
    struct visit *v = arg;
    loop_stop(v->loop);
}

/* Enough was seen when both ways worked and the drop came. */
static void
look(struct visit *v)
{
    if (v->answers >= 3 && v->frames > 20 && v->downs > 0)
        loop_stop(v->loop);
}

static void
on_frame(void *arg, const char *s, size_t size)
{
    struct visit *v = arg;
    assert_true(size > 2 && (s[0] == '[' || s[0] == '{'));
    v->frames++;
    look(v);
}

static void
on_state(void *arg, enum link_state state, const char *why)
{
    struct visit *v = arg;
    char text[512];
    (void)why;
    if (state == LINK_STATE_down)
        v->downs++;
    if (state != LINK_STATE_up)
        return;
    int n = snprintf(text, sizeof text, "{\"assets_ids\":[%s],\"type\":"
                     "\"market\",\"custom_feature_enabled\":true}", v->token);
    assert_true(ws_send(v->ws, text, (size_t)n));
}

static void
on_alive(void *arg)
{
    (void)arg;
}

static void
on_books(void *arg, const struct http_answer *a)
{
    struct visit *v = arg;
    if (a->status == 0)
        return; /* The visit is over. */
    assert_int_equal(a->status, 200);
    assert_true(strncmp(a->body, "[{\"market\":\"0x", 14) == 0);
    v->answers++;
    look(v);
}

static void
send_rest(struct visit *v, const char *path, const char *body, http_fn *f)
{
    char url[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s",
             wiring_port(v->wiring), path);
    assert_true(http_send(v->http, url, body, f, v));
}

/* The first token of the catalogue is then followed. */
static void
on_events(void *arg, const struct http_answer *a)
{
    static const struct ws_events events = { on_state, on_frame, on_alive };
    struct visit *v = arg;
    char url[128], body[256];
    if (a->status == 0)
        return;
    assert_int_equal(a->status, 200);
    v->listed = a->body_size;
    const char *at = strstr(a->body, "clobTokenIds\":\"[\\\"");
    assert_non_null(at);
    snprintf(v->token, sizeof v->token, "\"%.*s\"",
             (int)strspn(at + 18, "0123456789"), at + 18);
    snprintf(url, sizeof url, "ws://127.0.0.1:%d/ws/market",
             wiring_port(v->wiring));
    struct ws_options o = { .url = url, .ping = { 100 }, .dead = { 5000 },
                            .backoff_least = { 10 }, .backoff_most = { 20 },
                            .frame_cap = 1 << 20, .seed = 1 };
    v->ws = ws_open(v->context, &o, &events, v);
    snprintf(body, sizeof body, "[{\"token_id\":%s}]", v->token);
    send_rest(v, "/books", body, on_books);
    v->answers++;
}

static void
on_missing(void *arg, const struct http_answer *a)
{
    struct visit *v = arg;
    if (a->status == 0)
        return;
    assert_int_equal(a->status, 404);
    v->answers++;
    look(v);
}

static void
set_up(struct visit *v, const char *script)
{
    struct complaints bad = { 0 };
    struct why why = { "" };
    struct simex_conf own;
    char setting[4][160], path[128];
    const char *settings[4];
    const struct conf_section *sections[] = { &common_section,
                                              &simex_section };
    snprintf(v->folder, sizeof v->folder, "/tmp/simex-test-XXXXXX");
    assert_non_null(mkdtemp(v->folder));
    snprintf(path, sizeof path, "%s/script", v->folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(script, f);
    fclose(f);
    snprintf(setting[0], 160, "simex.mischief=%s", path);
    snprintf(setting[1], 160, "simex.events=10");
    snprintf(setting[2], 160, "simex.rate=2000");
    snprintf(setting[3], 160, "simex.warmup=0");
    for (int i = 0; i < 4; i++)
        settings[i] = setting[i];
    struct conf *conf = conf_read(NULL, settings, 4, sections, 2, &bad);
    if (!conf)
        fail_msg("%s", bad.text);
    conf_fill(conf, &simex_section, &own);
    conf_destroy(&conf);
    v->loop = loop_new();
    v->wiring = wiring_open(v->loop, &own, v->folder, &why);
    if (!v->wiring)
        fail_msg("%s", why.s);
}

static size_t
size_of(const struct visit *v, const char *name)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", v->folder, name);
    return stat(path, &st) == 0 ? (size_t)st.st_size + 1 : 0;
}

static void
clean_up(struct visit *v)
{
    static const char *const names[] = { "simex/planted.jsonl",
        "simex/mischief.jsonl", "simex", "run", "script", "" };
    char path[128];
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof path, "%s/%s", v->folder, names[i]);
        remove(path);
    }
    assert_int_equal(access(v->folder, F_OK), -1);
}

static void
a_client_gets_books_frames_and_a_dropped_connection(void **state)
{
    struct visit v = { 0 };
    struct http_options o = {
        .connect_timeout = { 2000 },
        .total_timeout = { 5000 },
        .answer_cap = 1 << 22,
        .connections = 2,
    };
    (void)state;
    set_up(&v, "at 0.5 drop all\n");
    assert_true(size_of(&v, "run/simex.json") > 50);
    v.http = http_new(v.loop, &o);
    v.context = ws_context_new(v.loop, NULL);
    v.limit = loop_timer(v.loop, (struct ms){ 10000 }, (struct ms){ 0 },
                         give_up, &v);
    send_rest(&v, "/events/keyset?limit=100&closed=false", NULL, on_events);
    send_rest(&v, "/book?token_id=5", NULL, on_missing);
    loop_run(v.loop);
    assert_true(v.answers >= 3 && v.frames > 20 && v.downs > 0);
    assert_true(v.listed > 10000);
    assert_true(size_of(&v, "simex/planted.jsonl") > 0);
    assert_true(size_of(&v, "simex/mischief.jsonl") > 20);
    loop_timer_cancel(&v.limit);
    ws_close(&v.ws);
    ws_context_destroy(&v.context);
    http_destroy(&v.http);
    wiring_close(&v.wiring);
    assert_int_equal(size_of(&v, "run/simex.json"), 0);
    loop_destroy(&v.loop);
    clean_up(&v);
}

static void
a_bad_script_or_certificate_is_said_at_the_start(void **state)
{
    struct loop *loop = loop_new();
    struct simex_conf c = { .events = 10, .rate = 1, .step = { 10 },
                            .block = { 1000 } };
    struct why why = { "" };
    char folder[] = "/tmp/simex-test-XXXXXX";
    struct visit v = { 0 };
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(v.folder, sizeof v.folder, "%s", folder);
    snprintf(c.mischief.s, sizeof c.mischief.s, "/nonexistent/script");
    assert_null(wiring_open(loop, &c, folder, &why));
    assert_non_null(strstr(why.s, "/nonexistent/script"));
    c.mischief.s[0] = '\0';
    snprintf(c.cert.s, sizeof c.cert.s, "/nonexistent/cert");
    snprintf(c.key.s, sizeof c.key.s, "/nonexistent/key");
    assert_null(wiring_open(loop, &c, folder, &why));
    assert_non_null(strstr(why.s, "certificate"));
    loop_destroy(&loop);
    clean_up(&v);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_gets_books_frames_and_a_dropped_connection),
        cmocka_unit_test(a_bad_script_or_certificate_is_said_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
