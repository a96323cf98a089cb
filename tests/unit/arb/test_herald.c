/* test_herald - alerts told to servers that take them, fail, or never answer */
#include "tests/unit/arb/herald_desk.h"
static void
every_sink_is_told_in_its_own_shape(void **state)
{
    char text[256];
    (void)state;
    hook(SINK_webhook, &conf.webhook, "/hook");
    hook(SINK_slack, &conf.slack, "/slack");
    hook(SINK_dingtalk, &conf.dingtalk, "/ding");
    hook(SINK_telegram, &conf.telegram, "/tg");
    (void)snprintf(text, sizeof text,
                   "url: smtp://127.0.0.1:%u\nuser: me\npassword: pass\n",
                   mail_port);
    sink_file(SINK_mail, &conf.mail, text);
    (void)text_set(&conf.mail_from, "riskd@example.com");
    (void)text_set(&conf.mail_to, "ops@example.com");
    put_simple(7, ALERT_LEVEL_orange, "failures paper");
    open_herald();
    assert_int_equal(herald_sinks(herald), SINKS);
    for (int i = 0; i < SINKS; i++)
        run_until((enum sink_kind)i, 1, 0);
    close_herald();

    struct json *j = body_of("</hook");
    const struct json_value *a = json_get(json_root(j), "alert");
    assert_string_equal(json_string(json_get(a, "key")), "failures paper");
    assert_string_equal(json_string(json_get(a, "level")), "orange");
    assert_non_null(strstr(json_string(json_get(json_root(j), "text")),
                           "arb ack 7"));
    json_destroy(&j);
    j = body_of("</slack");
    assert_int_equal(json_size(json_root(j)), 1);
    assert_non_null(json_string(json_get(json_root(j), "text")));
    json_destroy(&j);
    j = body_of("</ding");
    assert_string_equal(json_string(json_get(json_root(j), "msgtype")),
                        "text");
    assert_non_null(json_string(
        json_get(json_get(json_root(j), "text"), "content")));
    json_destroy(&j);
    j = body_of("</tg");
    assert_string_equal(json_string(json_get(json_root(j), "chat_id")),
                        "-100");
    json_destroy(&j);
    assert_int_equal(times_told("<login>AG1lAHBhc3M="), 1);
    assert_int_equal(times_told("<smtp>MAIL FROM:<riskd@example.com>"), 1);
    assert_int_equal(times_told("<smtp>RCPT TO:<ops@example.com>"), 1);
    assert_int_equal(times_told("\nSubject: [dutchbook orange] new: "
                                "failures paper (alert 7)\r\n"), 1);
}

static void
what_is_too_quiet_or_too_old_is_not_told(void **state)
{
    struct alert old = alert(2, ALERT_LEVEL_red, "old");
    struct grant other = { .attempt = 1 };
    uint8_t bytes[4096];
    (void)state;
    old.at.ns -= INT64_C(3600001000000);
    (void)text_set(&conf.level, "orange");
    hook(SINK_slack, &conf.slack, "/slack");
    put_simple(1, ALERT_LEVEL_yellow, "quiet");
    put(&old);
    size_t size = grant_pack(&other, bytes, sizeof bytes);
    journal_append(journal, TYPE_grant, clock_mono(), clock_wall(), 0, bytes,
                   size, false);
    put_simple(3, ALERT_LEVEL_orange, "loud");
    open_herald();
    run_until(SINK_slack, 1, 0);
    assert_int_equal(herald_counts(herald, SINK_slack)->late, 1);
    assert_int_equal(herald_counts(herald, SINK_slack)->n, 4);
    close_herald();
    assert_int_equal(times_told("loud"), 1);
    assert_int_equal(times_told("quiet") + times_told("old"), 0);
}

static void
a_sink_that_never_answers_keeps_no_other_waiting(void **state)
{
    (void)state;
    hook(SINK_webhook, &conf.webhook, "/silent");
    hook(SINK_slack, &conf.slack, "/slack");
    conf.tries = 2;
    for (uint64_t n = 1; n <= 3; n++)
        put_simple(n, ALERT_LEVEL_red, "kill");
    open_herald();
    run_until(SINK_slack, 1, 0);
    /* Before the first alert was given up there. */
    assert_int_equal(herald_counts(herald, SINK_webhook)->failed, 0);
    run_until(SINK_slack, 3, 0);
    assert_int_equal(herald_counts(herald, SINK_webhook)->sent, 0);
    run_until(SINK_webhook, 0, 3); /* Bounded, counted, passed over. */
    close_herald();
}

static void
a_sink_that_fails_for_a_moment_is_told_in_the_end(void **state)
{
    (void)state;
    hook(SINK_webhook, &conf.webhook, "/flaky");
    hook(SINK_dingtalk, &conf.dingtalk, "/no"); /* 200, and refused. */
    put_simple(1, ALERT_LEVEL_red, "kill");
    open_herald();
    run_until(SINK_webhook, 1, 0);
    run_until(SINK_dingtalk, 0, 1);
    close_herald();
    assert_int_equal(times_told("</flaky"), 3);
    assert_int_equal(times_told("</no"), 3);
}

static void
it_goes_on_after_a_restart_and_tells_nothing_twice(void **state)
{
    (void)state;
    hook(SINK_slack, &conf.slack, "/slack");
    put_simple(1, ALERT_LEVEL_red, "alpha");
    open_herald();
    run_until(SINK_slack, 1, 0);
    close_herald();
    put_simple(2, ALERT_LEVEL_red, "beta");
    open_herald();
    run_until(SINK_slack, 2, 0);
    put_simple(3, ALERT_LEVEL_red, "gamma"); /* While it looks. */
    run_until(SINK_slack, 3, 0);
    close_herald();
    assert_int_equal(times_told("alpha"), times_told("beta"));
    assert_int_equal(times_told("gamma"), times_told("beta"));
}

static void
the_log_has_no_secret_in_it_when_a_sink_fails(void **state)
{
    char path[128], text[20000];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/log", folder);
    int was = dup(STDERR_FILENO);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(was >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    hook(SINK_slack, &conf.slack, "/silent");
    sink_file(SINK_webhook, &conf.webhook,
              "url: https://127.0.0.1:1/" TOKEN "\n");
    sink_file(SINK_telegram, &conf.telegram,
              "url: http://192.0.2.1/" TOKEN "\nchat: 1\n"); /* No TLS. */
    put_simple(1, ALERT_LEVEL_red, "kill");
    put_simple(2, ALERT_LEVEL_red, "kill");
    open_herald();
    run_until(SINK_webhook, 0, 2);
    run_until(SINK_telegram, 0, 2);
    run_until(SINK_slack, 0, 2);
    close_herald();
    assert_true(dup2(was, STDERR_FILENO) >= 0);
    close(was);
    ssize_t size = pread(fd, text, sizeof text - 1, 0);
    close(fd);
    assert_true(size > 0);
    text[size] = '\0';
    assert_null(strstr(text, TOKEN));
    const char *said = strstr(text, "webhook does not take alerts");
    assert_non_null(said);
    assert_null(strstr(said + 1, "webhook does not")); /* Once. */
    assert_non_null(strstr(text, "telegram does not take alerts"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(every_sink_is_told_in_its_own_shape),
        T(what_is_too_quiet_or_too_old_is_not_told),
        T(a_sink_that_never_answers_keeps_no_other_waiting),
        T(a_sink_that_fails_for_a_moment_is_told_in_the_end),
        T(it_goes_on_after_a_restart_and_tells_nothing_twice),
        T(the_log_has_no_secret_in_it_when_a_sink_fails),
    };
    log_open("test", LOG_INFO);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
