/* test_http_lane - requests that must not be written twice, and are not */

/* A raw server counts, in memory shared with the test, connections and
 * requests it saw, and ends connections at chosen moments. */

#include "common/http.h"

#include "common/loop.h"
#include "tests/unit/common/servers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sys/mman.h>

/* What the server saw. */
struct counts {
    unsigned connections, heads, bodies;
};

static volatile struct counts *counts;
static struct loop *loop;
static struct http *lane;
static uint16_t port;
static pid_t server;

struct seen {
    unsigned answers, outs;
    int status;
    size_t sent;
    char body[4096];
};

static struct seen seen;
static char large[6 << 20];

static const struct http_options usual = {
    .connect_timeout = { 1000 },
    .total_timeout = { 3000 },
    .answer_cap = 100000,
    .connections = 1,
    .lane = true,
    .out_timeout = { 200 },
};

static bool
read_body(int fd, size_t size)
{
    static char body[8 << 20];

    return size < sizeof body &&
           recv(fd, body, size, MSG_WAITALL) == (ssize_t)size;
}

/* One connection; the path says what is done and when. */
static void
answer(int fd)
{
    char head[4096], out[8192], path[64] = "";
    int small = 65536;

    counts->connections++;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    while (read_until(fd, head, sizeof head, "\r\n\r\n")) {
        const char *length = strcasestr(head, "content-length: ");
        size_t size = length ? (size_t)atol(length + 16) : 0;
        sscanf(head, "%*s %63s", path);
        counts->heads++;
        if (strcmp(path, "/before") == 0)
            _exit(0); /* The body is not read: the peer gets a reset. */
        if (strcmp(path, "/stuck") == 0)
            pause();
        if (strcmp(path, "/slow") == 0)
            usleep(50000);
        if (size > 0 && !read_body(fd, size))
            return;
        counts->bodies++;
        if (strcmp(path, "/after") == 0)
            return;
        snprintf(out, sizeof out,
                 "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                 strlen(head), head);
        write_text(fd, out);
        if (strcmp(path, "/last") == 0) {
            usleep(20000);
            return;
        }
    }
}

static void
take(void *arg, const struct http_answer *a)
{
    (void)arg;
    seen.answers++;
    seen.status = a->status;
    seen.sent = a->sent;
    snprintf(seen.body, sizeof seen.body, "%s", a->body);
    loop_stop(loop);
}

static void
take_out(void *arg)
{
    (void)arg;
    assert_int_equal(seen.answers, 0);
    seen.outs++;
}

static void
time_is_over(void *arg)
{
    *(bool *)arg = true;
    loop_stop(loop);
}

/* Runs until an answer comes, or so long. */
static bool
wait_ms(int64_t ms)
{
    bool over = false;
    struct loop_timer *t = loop_timer(loop, (struct ms){ ms },
                                      (struct ms){ 0 }, time_is_over, &over);

    loop_run(loop);
    loop_timer_cancel(&t);
    return !over;
}

static const char *
url_of(const char *path)
{
    static char url[128];

    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    return url;
}

static void
warm(const char *path)
{
    memset(&seen, 0, sizeof seen);
    assert_true(http_send(lane, url_of(path), NULL, take, NULL));
    assert_true(wait_ms(10000));
    assert_int_equal(seen.status, 200);
    memset(&seen, 0, sizeof seen);
}

static void
begin(const struct http_options *o)
{
    counts->connections = counts->heads = counts->bodies = 0;
    memset(&seen, 0, sizeof seen);
    loop = loop_new();
    lane = http_new(loop, o);
}

static void
end(void)
{
    http_destroy(&lane);
    loop_destroy(&loop);
}

static enum http_sent
post(const char *path, const char *body, size_t size)
{
    struct http_request q = { .url = url_of(path), .body = body,
                              .body_size = size };

    return http_send_once(lane, &q, take_out, take, NULL);
}

static void
an_order_leaves_inside_the_call_over_the_warm_connection(void **state)
{
    const struct http_header headers[] = { { "POLY_API_KEY", "abc" },
                                           { "POLY_SIGNATURE", "x_-=" } };
    struct http_request q = { .method = "DELETE", .body = "{\"a\":1}",
                              .body_size = 7, .headers = headers,
                              .headers_count = 2 };

    (void)state;
    begin(&usual);
    assert_false(http_is_open(lane));
    warm("/time");
    assert_true(http_is_open(lane));
    q.url = url_of("/order");
    assert_int_equal(http_send_once(lane, &q, take_out, take, NULL),
                     HTTP_SENT);
    assert_int_equal(seen.answers, 0); /* Never from inside. */
    assert_true(http_is_busy(lane));
    assert_true(wait_ms(10000));
    assert_int_equal(seen.status, 200);
    assert_int_equal(seen.outs, 0);
    assert_non_null(strstr(seen.body, "DELETE /order HTTP/1.1\r\n"));
    assert_non_null(strstr(seen.body, "\r\nPOLY_API_KEY: abc\r\n"));
    assert_non_null(strstr(seen.body, "\r\nPOLY_SIGNATURE: x_-=\r\n"));
    assert_int_equal(seen.sent, strlen(seen.body) + 7);
    assert_int_equal(counts->connections, 1);
    assert_true(http_is_open(lane));
    end();
}

static void
nothing_is_sent_without_a_connection_or_on_a_busy_one(void **state)
{
    (void)state;
    begin(&usual);
    assert_int_equal(post("/order", "{}", 2), HTTP_NOT_SENT);
    assert_false(wait_ms(100));
    assert_int_equal(counts->connections, 0);
    warm("/time");
    assert_int_equal(post("/slow", "{}", 2), HTTP_SENT);
    assert_int_equal(post("/order", "{}", 2), HTTP_NOT_SENT);
    assert_true(wait_ms(10000));
    assert_int_equal(seen.answers, 1);
    assert_int_equal(counts->heads, 2);
    end();
}

static void
a_connection_that_ended_while_idle_is_not_written_to(void **state)
{
    (void)state;
    begin(&usual);
    warm("/last");
    for (int i = 0; i < 100 && http_is_open(lane); i++)
        assert_false(wait_ms(50));
    assert_false(http_is_open(lane));
    assert_int_equal(post("/order", "{}", 2), HTTP_NOT_SENT);
    assert_false(wait_ms(100));
    assert_int_equal(seen.answers, 0);
    warm("/time"); /* It can be opened again. */
    assert_int_equal(post("/order", "{}", 2), HTTP_SENT);
    assert_true(wait_ms(10000));
    assert_int_equal(seen.status, 200);
    assert_int_equal(counts->connections, 2);
    assert_int_equal(counts->bodies, 3);
    end();
}

/* curl would send it again over a new connection: it gets no socket. */
/* faults: F-007 */
static void
a_connection_that_ends_during_a_request_is_no_reason_to_send_again(
    void **state)
{
    static const char *const paths[] = { "/before", "/after" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(&usual);
        warm("/time");
        assert_int_equal(post(paths[i], "{\"b\":2}", 7), HTTP_SENT);
        assert_true(wait_ms(10000));
        assert_int_equal(seen.answers, 1);
        assert_int_equal(seen.status, 0);
        assert_true(seen.sent > 7); /* So it may have been accepted. */
        assert_false(wait_ms(300));
        assert_int_equal(counts->connections, 1);
        assert_int_equal(counts->heads, 2);
        assert_int_equal(counts->bodies, 1 + i);
        end();
    }
}

/* faults: F-007 */
static void
bytes_that_do_not_leave_in_time_never_do(void **state)
{
    (void)state;
    begin(&usual);
    warm("/time");
    assert_int_equal(post("/stuck", large, sizeof large), HTTP_SENDING);
    assert_int_equal(seen.outs, 0);
    assert_true(wait_ms(10000));
    assert_int_equal(seen.outs, 1);
    assert_int_equal(seen.status, 0);
    assert_true(seen.sent > 0 && seen.sent < sizeof large);
    assert_false(http_is_open(lane));
    assert_int_equal(counts->heads, 2);
    end();
}

static void
the_last_byte_is_told_before_the_answer(void **state)
{
    struct http_options patient = usual;

    (void)state;
    patient.out_timeout.ms = patient.total_timeout.ms = 20000;
    begin(&patient);
    warm("/time");
    assert_int_equal(post("/slow", large, sizeof large), HTTP_SENDING);
    assert_true(wait_ms(10000));
    assert_int_equal(seen.outs, 1);
    assert_int_equal(seen.status, 200);
    assert_true(seen.sent > sizeof large);
    end();
}

static void
what_is_under_way_at_the_end_is_told_with_what_left(void **state)
{
    (void)state;
    begin(&usual);
    warm("/time");
    assert_int_equal(post("/stuck", large, sizeof large), HTTP_SENDING);
    http_destroy(&lane);
    assert_int_equal(seen.outs, 1);
    assert_int_equal(seen.answers, 1);
    assert_true(seen.sent > 0);
    loop_destroy(&loop);
}

static int
start(void **state)
{
    (void)state;
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(large, 0x78, sizeof large);
    server = serve_raw(answer, &port);
    return counts == MAP_FAILED;
}

static int
stop(void **state)
{
    (void)state;
    stop_server(server);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            an_order_leaves_inside_the_call_over_the_warm_connection),
        cmocka_unit_test(nothing_is_sent_without_a_connection_or_on_a_busy_one),
        cmocka_unit_test(a_connection_that_ended_while_idle_is_not_written_to),
        cmocka_unit_test(
            a_connection_that_ends_during_a_request_is_no_reason_to_send_again),
        cmocka_unit_test(bytes_that_do_not_leave_in_time_never_do),
        cmocka_unit_test(the_last_byte_is_told_before_the_answer),
        cmocka_unit_test(what_is_under_way_at_the_end_is_told_with_what_left),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
