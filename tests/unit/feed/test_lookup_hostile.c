/* test_lookup_hostile - answers nobody should give to who asks by tokens */
#include "tests/unit/feed/lookup_kit.h"

static const char *const b_yes[] = { YES_B, NULL };

static void
answers_that_are_none_are_counted_and_nothing_is_told(void **state)
{
    static const struct { const char *s; enum feed_counter bad; } all[] = {
        { "", FEED_bad_json }, { "[", FEED_bad_json }, { "[}", FEED_bad_json },
        { "{\"a\":NaN}", FEED_bad_json }, { "[\"\xff\"]", FEED_bad_json },
        { "{\"markets\":[],\"markets\":[]}", FEED_bad_json },
        { "7", FEED_bad_shape }, { "null", FEED_bad_shape },
        { "{}", FEED_bad_shape }, { "{\"markets\":{}}", FEED_bad_shape },
        { "{\"events\":[]}", FEED_bad_shape },
        { "[7,null,[],\"x\"]", FEED_bad_list },
        { "[{\"conditionId\":\"0xc0\"}]", FEED_bad_list },
        { "[{\"conditionId\":7,\"clobTokenIds\":\"[\\\"2001\\\",\\\"2\\\"]\"}]",
          FEED_bad_list },
        { "[{\"conditionId\":\"0xc0\",\"clobTokenIds\":"
          "\"[\\\"2001\\\",\\\"2001\\\"]\"}]", FEED_bad_list },
        { "[{\"conditionId\":\"0xc0\",\"clobTokenIds\":\"[\\\"2001\\\"]\"}]",
          FEED_bad_list },
        { "[{\"conditionId\":\"0xc0\",\"clobTokenIds\":\"[2001,2]\"}]",
          FEED_bad_list },
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct kit *k = kit_open(false);
        kit_live(k);
        ask_for(k, b_yes, 56);
        assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
        answer(k, all[i].s);
        if (kit_count(k, all[i].bad) == 0 || kit_said(k, TYPE_market) > 0)
            fail_msg("an answer: %s", all[i].s);
        kit_close(k);
    }
}

static void
a_long_answer_is_cut_where_reading_ends(void **state)
{
    struct kit *k = kit_open(false);
    size_t n = 1, cap = 1 << 20;
    char *s = malloc(cap);

    (void)state;
    must(s != NULL);
    kit_live(k);
    ask_for(k, b_yes, 57);
    assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
    s[0] = '[';
    for (unsigned i = 0; i < 1000; i++)
        n += (size_t)snprintf(s + n, cap - n, "{},");
    snprintf(s + n, cap - n, "{}]");
    answer(k, s);
    assert_int_equal(kit_count(k, FEED_bad_many), 1);
    assert_int_equal(kit_count(k, FEED_bad_list), VENUE_EVENT_MARKETS);
    free(s);
    kit_close(k);
}

static void
payouts_that_are_prices_resolve_nothing(void **state)
{
    static const char *const no[][2] = {
        { "0.97", "0.03" }, { "0.9995", "0.0005" }, { "0", "0" },
        { "1", "1" }, { "0.5", "0.4" }, { "x", "1" }, { "-1", "2" },
        { "9223372036854.775807", "9223372036854.775807" },
    };
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        kit_forget(k);
        ask_for(k, b_yes, 60 + i);
        assert_asks(k, "limit=100&closed=true&position_ids=" YES_B);
        answer(k, list_of(paid(COND_B, YES_B, NO_B, no[i][0], no[i][1])));
        assert_int_equal(kit_said(k, TYPE_market), 1);
        assert_int_equal(kit_said(k, TYPE_resolution), 0);
        assert_int_equal(k->end.sent, 1);
    }
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            answers_that_are_none_are_counted_and_nothing_is_told),
        cmocka_unit_test(a_long_answer_is_cut_where_reading_ends),
        cmocka_unit_test(payouts_that_are_prices_resolve_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
