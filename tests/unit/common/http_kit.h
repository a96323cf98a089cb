/* http_kit - a raw HTTP server in a child process, whose answer depends on the
 * path, and one who asks it */
#ifndef TESTS_UNIT_COMMON_HTTP_KIT_H
#define TESTS_UNIT_COMMON_HTTP_KIT_H

#include "common/http.h"

#include "common/loop.h"
#include "tests/unit/common/servers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct seen {
    struct loop *loop;
    unsigned answers, wanted;
    int status;
    int64_t retry_after_s, took_ns;
    size_t size;
    char error[256], body[4096], etag[64], last_modified[64];
};

static struct seen seen;
static struct http *http;
static uint16_t port;
static pid_t server;
static char folder[] = "/tmp/test_http.XXXXXX";

static const struct http_options usual = {
    .connect_timeout = { 1000 },
    .total_timeout = { 400 },
    .answer_cap = 100000,
    .connections = 2,
};

/* What these paths get; "" = the connection just ends. */
static const struct {
    const char *path, *answer;
    bool last;
} canned[] = {
    { "/drop", "", true },
    { "/half", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", true },
    { "/garbage", "%&/()=\r\n\r\n", true },
    { "/redirect",
      "HTTP/1.1 302 Found\r\nLocation: /echo\r\n"
      "Content-Length: 0\r\n\r\n",
      false },
    { "/busy",
      "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n"
      "Content-Length: 2\r\n\r\n{}",
      false },
    { "/marked",
      "HTTP/1.1 200 OK\r\nETag: W/\"a 1\"\r\n"
      "Last-Modified: Fri, 20 Mar 2026 14:05:00 GMT\r\n"
      "Content-Length: 2\r\n\r\n{}",
      false },
    { "/same", "HTTP/1.1 304 Not Modified\r\nETag: \"b\"\r\n\r\n", false },
    { "/late",
      "HTTP/1.1 429 Slow\r\nRetry-After: 99999999\r\n"
      "Content-Length: 0\r\n\r\n",
      false },
};

static inline void
answer_long(int fd, bool with_length)
{
    static char big[200000];

    memset(big, 'x', sizeof big - 1);
    write_text(fd, with_length
                       ? "HTTP/1.1 200 OK\r\nContent-Length: 199999\r\n\r\n"
                       : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    write_text(fd, big);
    _exit(0);
}

/* Headers without an end. */
static inline void
answer_headers(int fd)
{
    static const char line[] = "X-More: and another one of them\r\n";

    write_text(fd, "HTTP/1.1 200 OK\r\n");
    while (send(fd, line, sizeof line - 1, MSG_NOSIGNAL) > 0)
        continue;
    _exit(0);
}

/* An answer that always goes on, a byte at a time. */
static inline void
answer_drip(int fd)
{
    write_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n");
    for (;; usleep(20000))
        write_text(fd, "x");
}

/* Fifty million bytes in fifty thousand. */
static inline void
answer_bomb(int fd)
{
    static char packed[100000];
    FILE *gzip = popen("head -c 50000000 /dev/zero | gzip -9", "r");
    size_t size = gzip ? fread(packed, 1, sizeof packed, gzip) : 0;
    char head[128];

    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip"
             "\r\nContent-Length: %zu\r\n\r\n", size);
    write_text(fd, head);
    for (size_t at = 0; at < size;) {
        ssize_t n = send(fd, packed + at, size - at, MSG_NOSIGNAL);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    _exit(0);
}

static inline void
answer_path(int fd, const char *path, const char *echo)
{
    char out[16384];

    if (strcmp(path, "/headers") == 0)
        answer_headers(fd);
    if (strcmp(path, "/drip") == 0)
        answer_drip(fd);
    if (strcmp(path, "/bomb") == 0)
        answer_bomb(fd);
    if (strcmp(path, "/silent") == 0)
        pause();
    if (strcmp(path, "/big") == 0 || strcmp(path, "/endless") == 0)
        answer_long(fd, strcmp(path, "/big") == 0);
    for (size_t i = 0; i < sizeof canned / sizeof canned[0]; i++)
        if (strcmp(path, canned[i].path) == 0) {
            write_text(fd, canned[i].answer);
            if (canned[i].last)
                _exit(0);
            return;
        }
    snprintf(out, sizeof out,
             "HTTP/1.1 200 OK\r\nContent-Length: %zu"
             "\r\n\r\n%s",
             strlen(echo), echo);
    write_text(fd, out);
}

/* One connection: requests until it ends. */
static inline void
answer(int fd)
{
    char head[4096], body[8192] = "", echo[9000], path[64] = "";

    for (unsigned served = 1; read_until(fd, head, sizeof head, "\r\n\r\n");
         served++) {
        const char *length = strcasestr(head, "content-length: ");
        size_t size = length ? (size_t)atoi(length + 16) : 0;
        if (size > 0 && recv(fd, body, size, MSG_WAITALL) != (ssize_t)size)
            return;
        body[size] = '\0';
        sscanf(head, "%*s %63s", path);
        snprintf(echo, sizeof echo, "%.4s|%02u|%s", head, served, body);
        answer_path(fd, path, echo);
    }
}

static inline void
take(void *arg, const struct http_answer *a)
{
    struct seen *s = arg;

    s->answers++;
    s->status = a->status;
    s->retry_after_s = a->retry_after_s;
    snprintf(s->etag, sizeof s->etag, "%s", a->etag ? a->etag : "none");
    snprintf(s->last_modified, sizeof s->last_modified, "%s",
             a->last_modified ? a->last_modified : "none");
    s->took_ns = a->took.ns;
    s->size = a->body_size;
    snprintf(s->error, sizeof s->error, "%s", a->error ? a->error : "");
    snprintf(s->body, sizeof s->body, "%s", a->body);
    assert_int_equal(a->status == 0, a->error != NULL);
    assert_int_equal(a->body[a->body_size], '\0');
    if (s->answers == s->wanted)
        loop_stop(s->loop);
}

static inline void
too_late(void *arg)
{
    (void)arg;
    fail_msg("no answer within 10 s");
}

static inline void
wait_for(unsigned answers)
{
    struct loop_timer *t = loop_timer(seen.loop, (struct ms){ 10000 },
                                      (struct ms){ 0 }, too_late, NULL);

    seen.wanted = answers;
    loop_run(seen.loop);
    loop_timer_cancel(&t);
    assert_int_equal(seen.answers, answers);
}

static inline void
begin(const struct http_options *o)
{
    memset(&seen, 0, sizeof seen);
    seen.loop = loop_new();
    http = http_new(seen.loop, o);
}

static inline void
end(void)
{
    http_destroy(&http);
    assert_null(http);
    loop_destroy(&seen.loop);
}

static inline bool
send_to(const char *path, const char *body)
{
    char url[128];

    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    return http_send(http, url, body, take, &seen);
}

static inline void
ask(const char *path, const char *body)
{
    unsigned before = seen.answers;

    assert_true(send_to(path, body));
    assert_int_equal(seen.answers, before); /* Never from inside. */
    wait_for(before + 1);
}

static inline int
start(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    server = serve_raw(answer, &port);
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

#endif /* TESTS_UNIT_COMMON_HTTP_KIT_H */
