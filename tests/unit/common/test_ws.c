/* test_ws - the websocket client against servers that behave and misbehave */

/* A server written here byte by byte, so that it can break every rule of
 * RFC 6455, in child processes; and a libwebsockets server for TLS. */

#include "tests/unit/common/ws_client.h"

static void
a_text_goes_there_and_comes_back(void **state)
{
    (void)state;
    open_path("/echo");
    assert_false(ws_send(ws, "x", 1));
    assert_int_equal(seen.state, LINK_STATE_down);
    wait_until(is_up, "up");
    send_text("hello");
    wait_until(one_text, "the echo");
    assert_string_equal(seen.text, "hello");
    assert_int_equal(seen.downs, 0);
}

static void
pings_keep_it_alive_and_pongs_are_swallowed(void **state)
{
    (void)state;
    open_path("/echo");
    wait_until(three_alive, "three pongs");
    wait_ms(600); /* Longer than `dead`. */
    assert_int_equal(seen.downs, 0);
    assert_int_equal(seen.texts, 0);
    assert_true(seen.alive >= 8);
}

static void
fragments_become_one_message(void **state)
{
    (void)state;
    open_path("/fragments");
    wait_until(two_texts, "two messages");
    assert_string_equal(seen.first, "hello");
    assert_string_equal(seen.text, "next");
}

static void
a_large_message_arrives_whole(void **state)
{
    (void)state;
    static char s[65536];

    memset(s, 'a', sizeof s);
    open_path("/echo");
    wait_until(is_up, "up");
    assert_true(ws_send(ws, s, sizeof s));
    wait_until(one_text, "the echo");
    assert_int_equal(seen.size, sizeof s);
}

static void
sixty_four_may_wait_and_no_more(void **state)
{
    (void)state;
    char s[16];

    open_path("/echo");
    wait_until(is_up, "up");
    for (int i = 0; i < 64; i++) {
        snprintf(s, sizeof s, "n%d", i);
        send_text(s);
    }
    assert_false(ws_send(ws, "n64", 3));
    wait_until(all_texts, "64 echoes");
    assert_string_equal(seen.text, "n63");
    send_text("again");
}

/* faults: F-135 */
static void
every_breach_drops_the_connection_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *path, *why;
    } cases[] = {
        { "/long", "a message longer than 65536 bytes" },
        { "/endless", "a message longer than 65536 bytes" },
        { "/huge", "a message longer than 65536 bytes" },
        { "/binary", "a binary message" },
        { "/compressed", "" },
        { "/opcode", "" },
        { "/close", "" },
        { "/drop", "" },
        { "/extension", "" },
        { "/wrong-key", "" },
        { "/refuse", "" },
        { "/garbage", "" },
        { "/headers", "" },
        { "/redirect", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_path(cases[i].path);
        wait_until(two_downs, cases[i].path);
        if (!strstr(seen.why, cases[i].why) || !seen.why[0])
            fail_msg("%s: %s", cases[i].path, seen.why);
        assert_int_equal(seen.texts, 0);
        ws_close(&ws);
    }
}

static void
silence_is_death_at_every_stage(void **state)
{
    (void)state;
    open_path("/never"); /* Connected, no handshake. */
    wait_until(two_downs, "no handshake");
    assert_non_null(strstr(seen.why, "silent for "));
    assert_int_equal(seen.ups, 0);
    ws_close(&ws);
    open_path("/mute"); /* Handshake, then nothing. */
    wait_until(two_downs, "mute");
    assert_non_null(strstr(seen.why, "silent for "));
    assert_true(seen.ups >= 1);
    ws_close(&ws);
    open_path("/drip"); /* A message that never is a whole one. */
    wait_until(two_downs, "drip");
    assert_non_null(strstr(seen.why, "silent for "));
    assert_int_equal(seen.texts, 0);
}

static void
it_comes_back_after_a_drop(void **state)
{
    char url[64];

    (void)state;
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/echo", port);
    open_url(url, (struct ms){ 9000 }); /* No other drop than those. */
    wait_until(is_up, "up");
    send_text("die");
    wait_until(is_down, "down");
    wait_until(two_ups, "up again");
    send_text("hello");
    wait_until(one_text, "the echo");
    ws_reconnect(ws, "asked for");
    assert_string_equal(seen.why, "asked for");
    assert_int_equal(seen.state, LINK_STATE_down);
    assert_false(ws_send(ws, "x", 1));
    wait_until(is_up, "up once more");
    send_text("hello");
    wait_until(two_texts, "the second echo");
    assert_int_equal(seen.downs, 2);
}

static void
give_up_on_text(void *arg, const char *s, size_t size)
{
    text_is(arg, s, size);
    ws_reconnect(ws, "enough");
}

static void
an_event_may_give_the_connection_up(void **state)
{
    (void)state;
    static const struct ws_events giving_up = { state_is, give_up_on_text,
                                                NULL };
    char url[64];

    snprintf(url, sizeof url, "ws://localhost:%u/fragments", port);
    struct ws_options o = { .url = url,
                            .ping = { 50 },
                            .dead = { 400 },
                            .backoff_least = { 1 },
                            .backoff_most = { 5 },
                            .frame_cap = 100,
                            .seed = 7 };
    memset(&seen, 0, sizeof seen);
    ws = ws_open(context, &o, &giving_up, &seen);
    wait_until(six_downs, "six times");
    assert_int_equal(seen.texts, 6);
    assert_string_equal(seen.text, "hello");
}

/* Nobody listens: pauses grow from 20..40 ms towards 20..300. */
static void
pauses_grow_with_failures_and_stay_within_bounds(void **state)
{
    (void)state;
    uint16_t nobody;
    char url[64];

    close(listen_here(&nobody));
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/", nobody);
    open_url(url, (struct ms){ 400 });
    wait_until(six_downs, "six failures");
    for (unsigned i = 1; i < 6; i++) {
        int64_t pause = seen.times[i] - seen.times[i - 1];
        assert_in_range(pause, 19, 300 + 900); /* A busy machine. */
    }
    assert_true(seen.times[5] - seen.times[0] > 5 * 20);
    assert_int_equal(seen.ups, 0);
}

static void
plain_text_to_elsewhere_is_refused(void **state)
{
    (void)state;
    open_url("ws://192.0.2.1/", (struct ms){ 400 });
    wait_until(is_down, "down");
    assert_non_null(strstr(seen.why, "only for this machine"));
    ws_close(&ws);
    static const char *const urls[] = {
        "http://x/", "ws://",         "",          "wss:///",    "ws://:80/",
        "ws://h:0/", "ws://h:99999/", "ws://u@h/", "ws://h/a b", "ws://h:8x/"
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        open_url(urls[i], (struct ms){ 400 });
        wait_until(is_down, urls[i]);
        assert_non_null(strstr(seen.why, "expected"));
        ws_close(&ws);
    }
}

/* faults: F-191 */
static void
an_unknown_name_is_a_reason_and_blocks_nobody(void **state)
{
    (void)state;
    open_url("wss://no-such-host.invalid/x", (struct ms){ 5000 });
    ws_close(&ws); /* While nothing, or a lookup, is under way. */
    open_url("wss://no-such-host.invalid/x", (struct ms){ 5000 });
    wait_until(is_down, "down");
    assert_non_null(strstr(seen.why, "no-such-host.invalid: "));
}

static void
closing_at_any_moment_leaves_nothing(void **state)
{
    (void)state;
    for (int ms = 0; ms < 12; ms++) {
        open_path("/echo");
        wait_ms(ms);
        if (is_up())
            send_text("unheard");
        ws_close(&ws);
    }
    wait_ms(50);
    assert_int_equal(seen.texts, 0);
}

/* What the loop takes for now is of when it last turned. */
static void
it_ends_well_on_a_loop_that_stood_still(void **state)
{
    (void)state;
    open_path("/echo");
    wait_until(is_up, "up");
    ws_close(&ws);
    nanosleep(&(struct timespec){ 2, 200000000 }, NULL);
    end(NULL);
    assert_null(loop);
    begin(NULL);
}

/* faults: F-191 */
static void
tls_is_verified_against_the_authority_and_the_name(void **state)
{
    (void)state;
    uint16_t tls_port = 0;
    char url[64], ca[64];

    make_certificates(folder);
    pid_t tls = serve_wss(folder, &tls_port);
    static const struct {
        const char *host, *authority;
        bool good;
    } cases[] = {
        { "localhost", "ca.pem", true },
        { "127.0.0.1", "ca.pem", false },
        { "localhost", "another.pem", false },
        { "localhost", NULL, false },
        { "localhost", "ca.pem", false },
    };
    const size_t count = sizeof cases / sizeof cases[0];
    for (size_t i = 0; i < count; i++) {
        end(NULL);
        if (i == count - 1) {
            stop_server(tls);
            grow_old(folder);
            tls = serve_wss(folder, &tls_port);
        }
        loop = loop_new();
        snprintf(ca, sizeof ca, "%s/%s", folder,
                 cases[i].authority ? cases[i].authority : "");
        context = ws_context_new(loop, cases[i].authority ? ca : NULL);
        snprintf(url, sizeof url, "wss://%s:%u/x", cases[i].host, tls_port);
        open_url(url, (struct ms){ 3000 });
        if (cases[i].good) {
            wait_until(is_up, "up");
            send_text("secret");
            wait_until(one_text, "the echo");
            assert_string_equal(seen.text, "secret");
        } else {
            wait_until(two_downs, "refused");
            assert_int_equal(seen.ups, 0);
            assert_true(seen.why[0] != '\0');
        }
    }
    stop_server(tls);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_text_goes_there_and_comes_back),
        TEST(pings_keep_it_alive_and_pongs_are_swallowed),
        TEST(fragments_become_one_message),
        TEST(a_large_message_arrives_whole),
        TEST(sixty_four_may_wait_and_no_more),
        TEST(every_breach_drops_the_connection_with_a_reason),
        TEST(silence_is_death_at_every_stage),
        TEST(it_comes_back_after_a_drop),
        TEST(an_event_may_give_the_connection_up),
        TEST(pauses_grow_with_failures_and_stay_within_bounds),
        TEST(plain_text_to_elsewhere_is_refused),
        TEST(an_unknown_name_is_a_reason_and_blocks_nobody),
        TEST(closing_at_any_moment_leaves_nothing),
        TEST(it_ends_well_on_a_loop_that_stood_still),
        TEST(tls_is_verified_against_the_authority_and_the_name),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
