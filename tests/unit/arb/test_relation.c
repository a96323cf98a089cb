/* test_relation - what titles say: sentences of the kinds venues write */

#include "deploy/arb/relate/candidates.h"
#include "deploy/arb/relate/relation.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static enum relation
judged(const char *a, const char *b)
{
    struct question_text x, y;
    const char *why;

    assert_true(question_read(a, &x));
    assert_true(question_read(b, &y));
    return relation_of(&x, &y, &why);
}

/* The same the other way round, with the directions changed. */
static void
are(const char *a, const char *b, enum relation r)
{
    enum relation back = r == RELATION_implies   ? RELATION_implied
                         : r == RELATION_implied ? RELATION_implies
                                                 : r;

    if (judged(a, b) != r || judged(b, a) != back)
        fail_msg("'%s', '%s': %s, and back %s; expected %s", a, b,
                 relation_word(judged(a, b)), relation_word(judged(b, a)),
                 relation_word(r));
}

static void
a_range_inside_another_implies_it(void **state)
{
    (void)state;
    are("Will Acme (ACM) close above $320 end of March?",
        "Will Acme (ACM) close above $300 end of March?", RELATION_implies);
    are("Bitcoin above 60k on May 3?", "Bitcoin above 50,000 on May 3?",
        RELATION_implies);
    are("Reds vs. Blues: O/U 2.5", "Reds vs. Blues: O/U 3.5",
        RELATION_implied);
    are("Spread: Reds (-2.5)", "Spread: Reds (-1.5)", RELATION_implies);
    are("Spread: Reds (+1.5)", "Spread: Reds (-1.5)", RELATION_implied);
    are("Will A. Player finish in the Top 5 at the Open?",
        "Will A. Player finish in the Top 20 at the Open?", RELATION_implies);
    are("Will turnout be between 60% and 65%?",
        "Will turnout be 60% or higher?", RELATION_implies);
    are("Will turnout be at least 60%?", "Will turnout be more than 60%?",
        RELATION_implied);
    are("Will it snow 3\xe2\x80\x93" "5 inches?", "Will it snow 2-6 inches?",
        RELATION_implies);
}

static void
ranges_without_a_common_value_exclude_each_other(void **state)
{
    (void)state;
    are("Will the high be between 94-95\xc2\xb0" "F on March 24?",
        "Will the high be 96\xc2\xb0" "F or higher on March 24?",
        RELATION_exclusive);
    are("Will the high be 17\xc2\xb0" "C on March 25?",
        "Will the high be 21\xc2\xb0" "C on March 25?", RELATION_exclusive);
    are("Will turnout be below 60%?", "Will turnout be between 60% and 65%?",
        RELATION_exclusive);
    are("Exact Score: Reds 3 - 1 Blues?", "Exact Score: Reds 3 - 2 Blues?",
        RELATION_exclusive);
}

/* What is touched once may be touched again elsewhere. */
static void
prices_that_are_touched_exclude_nothing(void **state)
{
    (void)state;
    are("Will Ethereum dip to $1,400 in March?",
        "Will Ethereum dip to $1,600 in March?", RELATION_implies);
    are("Will gold hit $5,000 (HIGH) by June 30?",
        "Will gold hit $4,500 (HIGH) by June 30?", RELATION_implies);
    are("Will gold hit $4,000 (LOW) by June 30?",
        "Will gold hit $4,500 (LOW) by June 30?", RELATION_implies);
    are("Will gold hit $4,000 (LOW) by June 30?",
        "Will gold hit $5,000 (HIGH) by June 30?", RELATION_none);
    are("Will the rate reach 1.75% or lower before 2027?",
        "Will the rate reach 3.25% or lower before 2027?", RELATION_implies);
}

static void
the_earlier_deadline_implies_the_later(void **state)
{
    (void)state;
    are("Will Acme launch a token by March 31, 2026?",
        "Will Acme launch a token by December 31, 2026?", RELATION_implies);
    are("Ceasefire by April 30?", "Ceasefire by May 1?", RELATION_implies);
    are("Acme IPO before 2027?", "Acme IPO before 2028?", RELATION_implies);
    are("Acme IPO before 2027?", "Acme IPO by December 31, 2026?",
        RELATION_equivalent);
    are("Acme IPO by June 30?", "Acme IPO by June 30, 2026?", RELATION_none);
}

static void
what_one_alone_can_be_excludes_the_others(void **state)
{
    (void)state;
    are("Will Ann Lee win the 2026 election?",
        "Will Bo Ray Smith win the 2026 election?", RELATION_exclusive);
    are("Will Alex P be the next champion?",
        "Will Alexander V be the next champion?", RELATION_exclusive);
    are("Will the Reds have the worst record?",
        "Will the Blues have the worst record?", RELATION_exclusive);
    are("Will Ann be part of the next government?",
        "Will Bo be part of the next government?", RELATION_none);
    are("Will Ann finish in the top 4 of the table?",
        "Will Bo finish in the top 4 of the table?", RELATION_none);
    are("Will the Reds win the CA-44 seat?",
        "Will the Reds win the CA-45 seat?", RELATION_none);
    are("Will Ann win the 2026 Republican primary?",
        "Will Bo win the 2026 Democratic primary?", RELATION_none);
}

static void
other_days_hours_and_names_say_nothing(void **state)
{
    (void)state;
    are("BNB Up or Down - March 22, 9AM ET",
        "BNB Up or Down - March 23, 9AM ET", RELATION_none);
    are("BNB Up or Down - March 21, 8:05AM-8:10AM ET",
        "BNB Up or Down - March 21, 8:55AM-9:00AM ET", RELATION_none);
    are("Ethereum above 2,205 on March 21, 5AM ET?",
        "Ethereum above 2,185 on March 21, 6AM ET?", RELATION_none);
    are("Map 1 Winner", "Map 2 Winner", RELATION_none);
    are("Bitcoin above $5", "Bitcoin above 4%", RELATION_none);
    are("Odd or even?", "Odd or even?", RELATION_equivalent);
}

static void
titles_of_any_bytes_are_read_or_refused(void **state)
{
    (void)state;
    struct question_text q;
    char longest[1000];

    assert_false(question_read("", &q));
    assert_false(question_read("?! \xe2\x80\x93", &q));
    assert_true(question_read("99999999999999999999999999 above", &q));
    assert_true(question_read("$999999999999999t or more", &q));
    assert_true(question_read("between 5 and", &q));
    assert_true(question_read("\xff\xfe\xc2 by 2026-99-99", &q));
    for (size_t i = 0; i + 1 < sizeof longest; i++)
        longest[i] = i % 2 ? ' ' : '7';
    longest[sizeof longest - 1] = '\0';
    assert_false(question_read(longest, &q));
}

static void
a_line_is_answered_or_refused_in_words(void **state)
{
    (void)state;
    static char out[LINE_OUT_CAP];
    const char *good = "{\"a\":\"Acme IPO by May 1?\","
                       "\"b\":\"Acme IPO by June 1?\"}";

    relations_judge(NULL, good, strlen(good), out);
    assert_non_null(strstr(out, "{\"relation\":\"implies\",\"why\":\""));
    relations_judge(NULL, "{\"a\":\"x\"}", 9, out);
    assert_non_null(strstr(out, "{\"error\":\"b"));
    relations_judge(NULL, "{\"a\":\"\",\"b\":\"x\"}", 16, out);
    assert_non_null(strstr(out, "a title of 1 to"));
    relations_judge(NULL, "[", 1, out);
    assert_non_null(strstr(out, "{\"error\":\""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_inside_another_implies_it),
        cmocka_unit_test(ranges_without_a_common_value_exclude_each_other),
        cmocka_unit_test(prices_that_are_touched_exclude_nothing),
        cmocka_unit_test(the_earlier_deadline_implies_the_later),
        cmocka_unit_test(what_one_alone_can_be_excludes_the_others),
        cmocka_unit_test(other_days_hours_and_names_say_nothing),
        cmocka_unit_test(titles_of_any_bytes_are_read_or_refused),
        cmocka_unit_test(a_line_is_answered_or_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
