/* test_wiring_query - a counter's page out of a PostgreSQL, and what is none */
#include "feed/wiring_query.h"

#include "common/pg.h"
#include "tests/unit/common/postgres.h"

static void
the_one_cell_of_a_query_is_the_page(void **state)
{
    struct why why = { "" };
    char *page = wiring_query(conninfo,
                            "SELECT json_build_object('count', 165, 'time', "
                            "'2026-09-21T14:13:00Z')", &why);

    (void)state;
    if (page == NULL)
        fail_msg("%s", why.s);
    assert_string_equal(page, "{\"count\" : 165, "
                              "\"time\" : \"2026-09-21T14:13:00Z\"}");
    free(page);
}

static void
everything_else_is_refused_with_its_reason(void **state)
{
    static const struct { const char *query, *says; } all[] = {
        { "SELECT 1, 2", "expected one row of one cell, got 1 of 2" },
        { "SELECT 1 WHERE false", "expected one row of one cell, got 0" },
        { "SELECT generate_series(1, 3)", "got 3 of 1" },
        { "SELECT NULL", "expected one row of one cell" },
        { "SELECT repeat('x', 300000)", "more than 262144 bytes" },
        { "CREATE TABLE counted (n int)", "read-only transaction" },
        { "SELEC", "syntax error" },
        { "SELECT nobody.knows()", "nobody" },
    };
    struct why why;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        why.s[0] = '\0';
        if (wiring_query(conninfo, all[i].query, &why) != NULL)
            fail_msg("answered: %s", all[i].query);
        if (strstr(why.s, all[i].says) == NULL)
            fail_msg("of %s: %s", all[i].query, why.s);
    }
}

static void
a_database_that_is_not_there_is_refused(void **state)
{
    struct why why = { "" };

    (void)state;
    assert_null(wiring_query("host=/nowhere dbname=x", "SELECT 1", &why));
    assert_non_null(strstr(why.s, "PostgreSQL"));
    assert_null(wiring_query("/nowhere/conninfo", "SELECT 1", &why));
    assert_non_null(strstr(why.s, "/nowhere/conninfo"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_one_cell_of_a_query_is_the_page),
        cmocka_unit_test(everything_else_is_refused_with_its_reason),
        cmocka_unit_test(a_database_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
