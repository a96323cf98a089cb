/* test_page - what fits is there, what does not fit is never half there */

#include "common/page.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
pieces_follow_each_other(void **state)
{
    (void)state;
    static const uint8_t bytes[] = { 0x0a, 0xff };
    char s[64];
    struct page p = page_on(s, sizeof s);

    page_put(&p, "n=");
    page_count(&p, 0);
    page_put(&p, ",");
    page_count(&p, UINT64_MAX);
    page_put(&p, ",");
    page_data(&p, bytes, sizeof bytes);
    assert_string_equal(s, "n=0,18446744073709551615,0x0aff");
    assert_int_equal(page_end(&p), strlen(s));
}

/* Each kind of piece, with room for all of it and with one byte less. */
static void
a_piece_fits_with_its_nul_or_the_page_is_full(void **state)
{
    (void)state;
    static const uint8_t bytes[] = { 1, 2, 3 };

    for (size_t cap = 0; cap < 16; cap++) {
        char *s = malloc(cap + 1); /* Of this size: ASan sees one too many. */
        struct page p;

        assert_non_null(s);
        p = page_on(s, cap);
        page_data(&p, bytes, sizeof bytes);
        assert_int_equal(page_end(&p), cap > 8 ? 8 : 0);
        p = page_on(s, cap);
        page_count(&p, 123456);
        assert_int_equal(page_end(&p), cap > 6 ? 6 : 0);
        p = page_on(s, cap);
        page_plain(&p, "plain");
        assert_int_equal(page_end(&p), cap > 5 ? 5 : 0);
        p = page_on(s, cap);
        page_escaped(&p, "a b");
        assert_int_equal(page_end(&p), cap > 5 ? 5 : 0);
        free(s);
    }
}

static void
a_full_page_stays_full(void **state)
{
    (void)state;
    char s[4];
    struct page p = page_on(s, sizeof s);

    page_put(&p, "four");
    page_put(&p, "1");
    assert_true(p.full);
    assert_int_equal(page_end(&p), 0);
}

static void
what_would_need_an_escape_is_refused_in_a_json_text(void **state)
{
    (void)state;
    static const char *const bad[] = { "a\"b", "a\\b", "a\nb", "\x7f",
                                       "\xc3\xa9" };
    char s[16];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct page p = page_on(s, sizeof s);
        page_plain(&p, bad[i]);
        assert_int_equal(page_end(&p), 0);
    }
}

static void
what_is_reserved_in_a_url_is_escaped(void **state)
{
    (void)state;
    char s[32];
    struct page p = page_on(s, sizeof s);

    page_escaped(&p, "aZ09-._~ &=+/\xc3");
    assert_string_equal(s, "aZ09-._~%20%26%3D%2B%2F%C3");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_follow_each_other),
        cmocka_unit_test(a_piece_fits_with_its_nul_or_the_page_is_full),
        cmocka_unit_test(a_full_page_stays_full),
        cmocka_unit_test(what_would_need_an_escape_is_refused_in_a_json_text),
        cmocka_unit_test(what_is_reserved_in_a_url_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
