/* test_herald_text - what a sink's file may hold, and what is sent */
#include "tests/unit/arb/herald_desk.h"

#include "common/base64.h"
#include "common/hmac.h"

static void
a_sinks_file_is_private_and_never_quoted(void **state)
{
    struct why why = { "" };
    struct sink_secret s;
    conf_path path;
    (void)state;
    static const char *const bad[] = {
        "token: " TOKEN "\n", "url https " TOKEN, "url: ftp://" TOKEN "\n",
        "url: https://a/" TOKEN "\nurl: https://b\n", "", "url: \n",
        "url: https://a/" TOKEN " and more\n",
        "url: https://a/\nuser: " TOKEN "\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sink_file(SINK_webhook, &path, bad[i]);
        assert_false(sink_secret_read(path.s, SINK_webhook, &s, &why));
        assert_null(strstr(why.s, TOKEN));
    }
    sink_file(SINK_webhook, &path, "# ours\n url: https://a/" TOKEN " \r\n");
    assert_true(sink_secret_read(path.s, SINK_webhook, &s, &why));
    assert_string_equal(s.url, "https://a/" TOKEN);
    assert_false(sink_secret_read(path.s, SINK_mail, &s, &why));
    assert_int_equal(chmod(path.s, 0644), 0);
    assert_false(sink_secret_read(path.s, SINK_webhook, &s, &why));
    conf.webhook = path;
    loop = loop_new();
    assert_null(herald_new(loop, folder, &conf, &why));
    loop_destroy(&loop);
}

static void
words_of_any_kind_are_told_whole(void **state)
{
    struct alert m = alert(UINT64_MAX, ALERT_LEVEL_red, "a \"b\" \\ <c>\n.\r");
    struct sink_secret s = { .chat = "1" };
    char body[HERALD_BODY_CAP];
    struct why why;
    (void)state;
    (void)text_set(&m.scope, "\xe6\x9c\xaa\xe7\x9f\xa5\x01\x7f");
    memset(m.metric.s, '"', sizeof m.metric.s - 1);
    memset(m.actor.s, '\\', sizeof m.actor.s - 1);
    for (int k = 0; k < SINK_mail; k++) {
        size_t size = herald_body((enum sink_kind)k, &s, &m, body);
        struct json *j = json_parse(body, size, &why);
        assert_non_null(j);
        json_destroy(&j);
    }
    herald_letter(&m, "a@b", "c@d", clock_wall(), body);
    const char *subject = strstr(body, "\r\nSubject: ");
    assert_non_null(subject);
    assert_true(strstr(subject + 2, "\r\nMIME-Version") -
                    strstr(subject + 2, "\r\n") == 0);
}

static void
dingtalks_address_bears_its_signature(void **state)
{
    struct sink_secret s = { .url = "https://oapi/robot?access_token=x",
                             .secret = "SECabc" };
    struct nanos wall = { INT64_C(1700000000123456789) };
    static const char text[] = "1700000000123\nSECabc";
    char url[1024], b64[64], *at;
    uint8_t mac[32], back[32];
    size_t size = 0, used = 0;
    (void)state;
    herald_url(SINK_dingtalk, &s, wall, url);
    at = strstr(url, "&timestamp=1700000000123&sign=");
    assert_non_null(at);
    for (at = strstr(url, "sign=") + 5; *at != '\0'; at++) {
        unsigned c = (unsigned char)*at;
        if (*at == '%') {
            assert_int_equal(sscanf(at + 1, "%2X", &c), 1);
            at += 2;
        }
        b64[used++] = (char)c;
    }
    assert_true(base64_parse(BASE64_standard, b64, used, back, sizeof back,
                             &size));
    struct hmac *h = hmac_new(s.secret, strlen(s.secret));
    hmac_start(h);
    hmac_add(h, text, sizeof text - 1);
    hmac_end(h, mac);
    hmac_destroy(&h);
    assert_int_equal(size, sizeof mac);
    assert_memory_equal(mac, back, sizeof mac);
    herald_url(SINK_slack, &s, wall, url);
    assert_string_equal(url, s.url);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_sinks_file_is_private_and_never_quoted, start, stop),
        cmocka_unit_test(words_of_any_kind_are_told_whole),
        cmocka_unit_test(dingtalks_address_bears_its_signature),
    };
    log_open("test", LOG_INFO);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
