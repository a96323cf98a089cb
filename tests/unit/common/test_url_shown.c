/* test_url_shown - what is told of a URL holds no key */

#include "common/url_shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
only_scheme_and_host_are_told(void **state)
{
    static const struct { const char *url, *shown; } all[] = {
        { "https://polygon.drpc.org", "https://polygon.drpc.org" },
        { "https://polygon-mainnet.g.alchemy.com/v2/KEY",
          "https://polygon-mainnet.g.alchemy.com" },
        { "https://node.example:8545/KEY", "https://node.example:8545" },
        { "https://node.example?key=KEY", "https://node.example" },
        { "https://node.example#KEY", "https://node.example" },
        { "https://user:KEY@node.example/x", "https://node.example" },
        { "https://user:KEY@other@node.example", "https://node.example" },
        { "wss://[::1]:99/KEY", "wss://[::1]:99" },
        { "https://node.example\tKEY", "https://node.example" },
        { "node.example/KEY", "?" },
        { "KEY://node.example", "KEY://node.example" },
        { "k/e/y://node.example", "?" },
        { "://node.example", "://node.example" },
        { "", "?" },
        { "https://", "https://" },
    };
    char out[URL_SHOWN_CAP];

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_string_equal(url_shown(all[i].url, out), all[i].shown);
}

static void
a_long_one_is_cut(void **state)
{
    char url[400] = "https://", out[URL_SHOWN_CAP];

    (void)state;
    memset(url + 8, 'a', 300);
    assert_int_equal(strlen(url_shown(url, out)), URL_SHOWN_CAP - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_scheme_and_host_are_told),
        cmocka_unit_test(a_long_one_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
