/* test_http_hostile - servers that say too much, too little, or lead away */

#include "tests/unit/common/http_kit.h"

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
                                         "/garbage", "/drip" };

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

/* curl sends what a dead connection swallowed once more, on another. */
static void
a_body_that_goes_again_is_counted_anew(void **state)
{
    (void)state;
    begin(&usual);
    ask("/echo", "{\"a\":1}");
    assert_string_equal(seen.body, "POST|01|{\"a\":1}");
    ask("/drop", "{\"b\":22}");
    assert_int_equal(seen.status, 0);
    assert_true(strlen(seen.error) > 0);
    ask("/echo", "{\"c\":333}");
    assert_string_equal(seen.body, "POST|01|{\"c\":333}");
    end();
}

/* Only what went over a connection that was used before goes again. */
static void
a_request_alone_has_a_connection_of_its_own(void **state)
{
    char url[64];
    struct http_request q = { .url = url, .body = "{}", .body_size = 2,
                              .alone = true };

    (void)state;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/echo", port);
    begin(&usual);
    ask("/echo", "{}");
    ask("/echo", "{}");
    assert_string_equal(seen.body, "POST|02|{}");
    assert_true(http_ask(http, &q, take, &seen));
    wait_for(3);
    assert_string_equal(seen.body, "POST|01|{}");
    ask("/echo", "{}");
    assert_string_equal(seen.body, "POST|03|{}");
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
headers_without_an_end_are_an_error(void **state)
{
    (void)state;
    begin(&usual);
    ask("/headers", NULL);
    assert_int_equal(seen.status, 0);
    assert_string_equal(seen.error,
                        "the answer's head is longer than 65536 bytes");
    end();
}

static void
an_answer_is_measured_unpacked(void **state)
{
    (void)state;
    struct http_options patient = usual;

    patient.total_timeout.ms = 5000; /* It is packed first. */
    begin(&patient);
    ask("/bomb", NULL);
    assert_int_equal(seen.status, 0);
    assert_string_equal(seen.error, "the answer is longer than 100000 bytes");
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(silence_drops_and_garbage_are_errors),
        cmocka_unit_test(a_body_that_goes_again_is_counted_anew),
        cmocka_unit_test(a_request_alone_has_a_connection_of_its_own),
        cmocka_unit_test(an_answer_longer_than_the_cap_is_an_error),
        cmocka_unit_test(headers_without_an_end_are_an_error),
        cmocka_unit_test(an_answer_is_measured_unpacked),
        cmocka_unit_test(urls_that_lead_elsewhere_are_refused),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
