/* test_http - requests against real servers: http_kit's, and for TLS
 * `openssl s_server` */

#include "tests/unit/common/http_kit.h"

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
an_answer_says_what_marks_it(void **state)
{
    (void)state;
    begin(&usual);
    ask("/marked", NULL);
    assert_string_equal(seen.body, "{}");
    assert_string_equal(seen.etag, "W/\"a 1\"");
    assert_string_equal(seen.last_modified, "Fri, 20 Mar 2026 14:05:00 GMT");
    ask("/same", NULL);
    assert_int_equal(seen.status, 304);
    assert_int_equal(seen.size, 0);
    assert_string_equal(seen.etag, "\"b\"");
    assert_string_equal(seen.last_modified, "none");
    ask("/echo", NULL);
    assert_string_equal(seen.etag, "none");
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

/* faults: F-191 */
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
        const char *words;
    } cases[] = {
        { "localhost", "ca.pem", 200, "" },
        { "127.0.0.1", "ca.pem", 0, "alternative certificate" },
        { "localhost", "another.pem", 0, "certificate" },
        { "localhost", NULL, 0, "certificate" },
        { "no-such-host.invalid", "ca.pem", 0, "no-such-host.invalid" },
        { "localhost", "ca.pem", 0, "expired" },
    };
    const size_t count = sizeof cases / sizeof cases[0];
    for (size_t i = 0; i < count; i++) {
        struct http_options o = usual;
        if (i == count - 1) {
            stop_server(tls);
            grow_old(folder);
            tls = serve_https(folder, &tls_port);
        }
        o.connect_timeout.ms = o.total_timeout.ms = 5000;
        snprintf(ca, sizeof ca, "%s/%s", folder,
                 cases[i].authority ? cases[i].authority : "");
        o.ca_file = cases[i].authority ? ca : NULL;
        begin(&o);
        snprintf(url, sizeof url, "https://%s:%u/", cases[i].host, tls_port);
        assert_true(http_send(http, url, NULL, take, &seen));
        wait_for(1);
        assert_int_equal(seen.status, cases[i].status);
        assert_non_null(strstr(seen.error, cases[i].words));
        end();
    }
    stop_server(tls);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_and_post_reach_the_server_on_one_connection),
        cmocka_unit_test(a_status_is_an_answer_with_its_retry_after),
        cmocka_unit_test(an_answer_says_what_marks_it),
        cmocka_unit_test(nobody_there_is_an_error),
        cmocka_unit_test(
            many_at_once_are_all_answered_and_one_too_many_is_not_taken),
        cmocka_unit_test(what_is_under_way_is_told_at_the_end),
        cmocka_unit_test(an_answer_may_send_the_next_request),
        cmocka_unit_test(tls_is_verified_against_the_authority_and_the_name),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
