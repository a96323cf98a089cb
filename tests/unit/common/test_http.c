/* test_http - requests against real servers that behave and misbehave */

/* A raw HTTP server in a child process, whose answer depends on the path,
 * and `openssl s_server` for TLS. */

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
    char error[256], body[4096];
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
    { "/late",
      "HTTP/1.1 429 Slow\r\nRetry-After: 99999999\r\n"
      "Content-Length: 0\r\n\r\n",
      false },
};

static void
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

static void
answer_path(int fd, const char *path, const char *echo)
{
    char out[16384];

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
static void
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

static void
take(void *arg, const struct http_answer *a)
{
    struct seen *s = arg;

    s->answers++;
    s->status = a->status;
    s->retry_after_s = a->retry_after_s;
    s->took_ns = a->took.ns;
    s->size = a->body_size;
    snprintf(s->error, sizeof s->error, "%s", a->error ? a->error : "");
    snprintf(s->body, sizeof s->body, "%s", a->body);
    assert_int_equal(a->status == 0, a->error != NULL);
    assert_int_equal(a->body[a->body_size], '\0');
    if (s->answers == s->wanted)
        loop_stop(s->loop);
}

static void
too_late(void *arg)
{
    (void)arg;
    fail_msg("no answer within 10 s");
}

static void
wait_for(unsigned answers)
{
    struct loop_timer *t = loop_timer(seen.loop, (struct ms){ 10000 },
                                      (struct ms){ 0 }, too_late, NULL);

    seen.wanted = answers;
    loop_run(seen.loop);
    loop_timer_cancel(&t);
    assert_int_equal(seen.answers, answers);
}

static void
begin(const struct http_options *o)
{
    memset(&seen, 0, sizeof seen);
    seen.loop = loop_new();
    http = http_new(seen.loop, o);
}

static void
end(void)
{
    http_destroy(&http);
    assert_null(http);
    loop_destroy(&seen.loop);
}

static bool
send_to(const char *path, const char *body)
{
    char url[128];

    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    return http_send(http, url, body, take, &seen);
}

static void
ask(const char *path, const char *body)
{
    unsigned before = seen.answers;

    assert_true(send_to(path, body));
    assert_int_equal(seen.answers, before); /* Never from inside. */
    wait_for(before + 1);
}

static void
get_and_post_reach_the_server_on_one_connection(void **state)
{
    (void)state;
    begin(&usual);
    ask("/echo", NULL);
    assert_int_equal(seen.status, 200);
    assert_string_equal(seen.body, "GET |01|");
    ask("/echo", "{\"a\":1}");
    assert_string_equal(seen.body, "POST|02|{\"a\":1}");
    assert_int_equal(seen.size, strlen(seen.body));
    assert_true(seen.took_ns > 0);
    ask("/echo", NULL);
    assert_string_equal(seen.body, "GET |03|");
    end();
}

static void
a_status_is_an_answer_with_its_retry_after(void **state)
{
    (void)state;
    begin(&usual);
    ask("/busy", NULL);
    assert_int_equal(seen.status, 503);
    assert_int_equal(seen.retry_after_s, 7);
    assert_string_equal(seen.body, "{}");
    ask("/late", NULL);
    assert_int_equal(seen.status, 429);
    assert_int_equal(seen.retry_after_s, 86400);
    end();
}

static void
a_redirect_is_not_followed(void **state)
{
    (void)state;
    begin(&usual);
    ask("/redirect", NULL);
    assert_int_equal(seen.status, 302);
    end();
}

static void
silence_drops_and_garbage_are_errors(void **state)
{
    (void)state;
    static const char *const paths[] = { "/silent", "/drop", "/half",
                                         "/garbage" };

    begin(&usual);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        ask(paths[i], NULL);
        assert_int_equal(seen.status, 0);
        assert_true(strlen(seen.error) > 0);
    }
    ask("/echo", NULL);
    assert_int_equal(seen.status, 200);
    end();
}

static void
an_answer_longer_than_the_cap_is_an_error(void **state)
{
    (void)state;
    begin(&usual);
    ask("/big", NULL);
    assert_int_equal(seen.status, 0);
    ask("/endless", NULL);
    assert_int_equal(seen.status, 0);
    assert_string_equal(seen.error, "the answer is longer than 100000 bytes");
    end();
    struct http_options more = usual;
    more.answer_cap = 200000;
    begin(&more);
    ask("/big", NULL);
    assert_int_equal(seen.status, 200);
    assert_int_equal(seen.size, 199999);
    end();
}

static void
nobody_there_is_an_error(void **state)
{
    (void)state;
    uint16_t nobody;
    char url[64];

    close(listen_here(&nobody));
    begin(&usual);
    snprintf(url, sizeof url, "http://localhost:%u/", nobody);
    assert_true(http_send(http, url, NULL, take, &seen));
    wait_for(1);
    assert_int_equal(seen.status, 0);
    end();
}

static void
urls_that_lead_elsewhere_are_refused(void **state)
{
    (void)state;
    static const char *const urls[] = { "http://192.0.2.1/",
                                        "http://[2001:db8::1]/",
                                        "HTTP://192.0.2.1/",
                                        "file:///etc/passwd",
                                        "ftp://127.0.0.1/",
                                        "gopher://127.0.0.1/x",
                                        "http://",
                                        "",
                                        "://",
                                        "https://127.0.0.1:99999/" };

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    begin(&usual);
    for (unsigned i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_true(http_send(http, urls[i], NULL, take, &seen));
        wait_for(i + 1);
        assert_int_equal(seen.status, 0);
        if (i < 3)
            assert_non_null(strstr(seen.error, "only for this machine"));
    }
    ask("/echo", NULL); /* Not through the proxy either. */
    assert_int_equal(seen.status, 200);
    unsetenv("http_proxy");
    end();
}

static void
many_at_once_are_all_answered_and_one_too_many_is_not_taken(void **state)
{
    (void)state;
    struct http_options patient = usual;

    patient.total_timeout.ms = 20000;
    begin(&patient);
    for (unsigned i = 0; i < 256; i++)
        assert_true(send_to("/echo", "{}"));
    assert_false(send_to("/echo", "{}"));
    wait_for(256);
    assert_int_equal(seen.status, 200);
    ask("/echo", NULL);
    end();
}

static void
what_is_under_way_is_told_at_the_end(void **state)
{
    (void)state;
    begin(&usual);
    for (unsigned i = 0; i < 5; i++)
        assert_true(send_to("/silent", NULL));
    assert_int_equal(seen.answers, 0);
    http_destroy(&http);
    assert_int_equal(seen.answers, 5);
    assert_string_equal(seen.error, "closed");
    loop_destroy(&seen.loop);
}

static void
send_again(void *arg, const struct http_answer *a)
{
    (void)a;
    if (seen.answers == 0)
        assert_true(send_to("/echo", NULL));
    take(arg, a);
}

static void
an_answer_may_send_the_next_request(void **state)
{
    (void)state;
    char url[64];

    begin(&usual);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/echo", port);
    assert_true(http_send(http, url, NULL, send_again, &seen));
    wait_for(2);
    assert_int_equal(seen.status, 200);
    end();
}

static void
tls_is_verified_against_the_authority_and_the_name(void **state)
{
    (void)state;
    uint16_t tls_port = 0;
    char url[64], ca[64];

    make_certificates(folder);
    pid_t tls = serve_https(folder, &tls_port);
    struct {
        const char *host, *authority;
        int status;
    } cases[] = {
        { "localhost", "ca.pem", 200 },
        { "127.0.0.1", "ca.pem", 0 },
        { "localhost", "another.pem", 0 },
        { "localhost", NULL, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_options o = usual;
        o.total_timeout.ms = 5000;
        snprintf(ca, sizeof ca, "%s/%s", folder,
                 cases[i].authority ? cases[i].authority : "");
        o.ca_file = cases[i].authority ? ca : NULL;
        begin(&o);
        snprintf(url, sizeof url, "https://%s:%u/", cases[i].host, tls_port);
        assert_true(http_send(http, url, NULL, take, &seen));
        wait_for(1);
        assert_int_equal(seen.status, cases[i].status);
        end();
    }
    stop_server(tls);
}

static int
start(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    server = serve_raw(answer, &port);
    return 0;
}

static int
stop(void **state)
{
    char command[64];

    (void)state;
    stop_server(server);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_and_post_reach_the_server_on_one_connection),
        cmocka_unit_test(a_status_is_an_answer_with_its_retry_after),
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(silence_drops_and_garbage_are_errors),
        cmocka_unit_test(an_answer_longer_than_the_cap_is_an_error),
        cmocka_unit_test(nobody_there_is_an_error),
        cmocka_unit_test(urls_that_lead_elsewhere_are_refused),
        cmocka_unit_test(
            many_at_once_are_all_answered_and_one_too_many_is_not_taken),
        cmocka_unit_test(what_is_under_way_is_told_at_the_end),
        cmocka_unit_test(an_answer_may_send_the_next_request),
        cmocka_unit_test(tls_is_verified_against_the_authority_and_the_name),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
