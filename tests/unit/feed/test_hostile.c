/* test_hostile - frames that nobody should send */
#include "tests/unit/feed/heard.h"

struct hostile {
    const char *text;
    enum feed_counter bad;
    bool token;              /* It could be told whose book is in doubt. */
};

static const struct hostile all[] = {
    { "", FEED_bad_json, false },
    { "{\"event_type\":\"book\",", FEED_bad_json, false },
    { "{\"event_type\":\"book\"} x", FEED_bad_json, false },
    { "{\"event_type\":\"\xff\xfe\"}", FEED_bad_json, false },
    { "{\"a\":NaN}", FEED_bad_json, false },
    { "{\"event_type\":\"book\",\"event_type\":\"book\"}", FEED_bad_json,
      false },
    { "7", FEED_bad_shape, false },
    { "[7]", FEED_bad_shape, false },
    { "[[{}]]", FEED_bad_shape, false },
    { "{\"event_type\":7}", FEED_bad_shape, false },
    { "{\"event_type\":\"book\"}", FEED_bad_token, false },
    { "{\"event_type\":\"book\",\"asset_id\":11}", FEED_bad_token, false },
    { "{\"event_type\":\"book\",\"asset_id\":\"011\"}", FEED_bad_token,
      false },
    { "{\"event_type\":\"book\",\"asset_id\":\"-1\"}", FEED_bad_token,
      false },
    { "{\"event_type\":\"book\",\"asset_id\":\"0\"}", FEED_bad_token,
      false },
    /* 2^256 */
    { "{\"event_type\":\"book\",\"asset_id\":\"115792089237316195423570"
      "985008687907853269984665640564039457584007913129639936\"}",
      FEED_bad_token, false },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"market\":7}",
      FEED_bad_market, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"market\":\"a\\\"b\"}",
      FEED_bad_market, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"timestamp\":\"x\"}",
      FEED_bad_time, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"timestamp\":-5}",
      FEED_bad_time, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"timestamp\":"
      "\"99999999999999\"}", FEED_bad_time, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"timestamp\":"
      "\"9999999999999\"}", FEED_bad_time, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"hash\":\"abc\"}",
      FEED_bad_hash, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"hash\":7}",
      FEED_bad_hash, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"neg_risk\":\"no\"}",
      FEED_bad_shape, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\",\"tick_size\":0.01}",
      FEED_bad_shape, true },
    { "{\"event_type\":\"book\",\"asset_id\":\"11\"}", FEED_bad_shape,
      true },
    { BOOK_OF("7", "", ""), FEED_bad_shape, true },
    { BOOK_OF("{\"price\":0.5,\"size\":\"1\"}", "", ""), FEED_bad_price,
      true },
    { BOOK_OF(L("1.5", "1"), "", ""), FEED_bad_price, true },
    { BOOK_OF(L("0", "1"), "", ""), FEED_bad_price, true },
    { BOOK_OF(L("1", "1"), "", ""), FEED_bad_price, true },
    { BOOK_OF(L("-0.5", "1"), "", ""), FEED_bad_price, true },
    { BOOK_OF(L("0.5e1", "1"), "", ""), FEED_bad_price, true },
    { BOOK_OF(L("0.1234567", "1"), "", ""), FEED_bad_price, true },
    { BOOK_OF(L("NaN", "1"), "", ""), FEED_bad_price, true },
    { BOOK_OF("", L("0.5", "-1"), ""), FEED_bad_size, true },
    { BOOK_OF("", L("0.5", "0"), ""), FEED_bad_size, true },
    { BOOK_OF("", L("0.5", ""), ""), FEED_bad_size, true },
    { BOOK_OF("", L("0.5", "1e9"), ""), FEED_bad_size, true },
    { BOOK_OF("", L("0.5", "1000000001"), ""), FEED_bad_size, true },
    { BOOK_OF("", L("0.5", "99999999999999999999"), ""), FEED_bad_size,
      true },
    { BOOK_OF(L("0.5", "1") "," L("0.50", "1"), "", ""), FEED_bad_level,
      true },
    { CHANGE_OF("7"), FEED_bad_shape, false },
    { CHANGE_OF("{}"), FEED_bad_token, false },
    { CHANGE_OF(ENTRY("0.5", "\"1\"", "\"BUY\"")), FEED_bad_price, true },
    { CHANGE_OF(ENTRY("\"2\"", "\"1\"", "\"BUY\"")), FEED_bad_price,
      true },
    { CHANGE_OF(ENTRY("\"0.5\"", "\"-0\"", "\"BUY\"")), FEED_bad_size,
      true },
    { CHANGE_OF(ENTRY("\"0.5\"", "\"1\"", "\"HOLD\"")), FEED_bad_side,
      true },
    { CHANGE_OF(ENTRY("\"0.5\"", "\"1\"", "null")), FEED_bad_side, true },
    { "{\"event_type\":\"price_change\",\"asset_id\":\"11\",\"changes\":"
      "{}}", FEED_bad_shape, true },
    { "{\"event_type\":\"price_change\",\"price_changes\":7}",
      FEED_bad_shape, false },
    { "{\"event_type\":\"price_change\"}", FEED_bad_token, false },
    { "{\"event_type\":\"last_trade_price\",\"asset_id\":\"11\","
      "\"price\":\"2\"}", FEED_bad_price, false },
    { "{\"event_type\":\"tick_size_change\",\"asset_id\":\"11\","
      "\"old_tick_size\":\"0.01\",\"new_tick_size\":\"0\"}",
      FEED_bad_price, true },
    { "{\"event_type\":\"market_resolved\",\"winning_asset_id\":\"x\"}",
      FEED_bad_token, false },
};

static void
what_is_wrong_is_named_and_blamed_on_its_token(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct heard h;
        read_frame(&h, all[i].text);
        if (h.bads != 1 || h.bad != all[i].bad ||
            h.bad_token != all[i].token)
            fail_msg("%s: %u bad, kind %d, token %d", all[i].text, h.bads,
                     (int)h.bad, (int)h.bad_token);
        assert_int_equal(h.books + h.changes + h.trades + h.ticks, 0);
    }
}

static void
a_bad_entry_leaves_the_good_ones_of_its_set(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_frame(&h, CHANGE_OF(
        ENTRY("\"7\"", "\"1\"", "\"BUY\"") ","
        ENTRY("\"0.5\"", "\"1\"", "\"BUY\""))));
    assert_int_equal(h.bads, 1);
    assert_int_equal(h.changes, 1);
    assert_int_equal(h.change_count, 1);
}

static void
a_set_without_a_good_time_puts_all_its_tokens_in_doubt(void **state)
{
    struct heard h;

    (void)state;
    read_frame(&h, "{\"event_type\":\"price_change\",\"market\":\"0xc0\","
        "\"timestamp\":\"soon\",\"price_changes\":["
        ENTRY("\"0.5\"", "\"1\"", "\"BUY\"") ","
        ENTRY("\"0.4\"", "\"1\"", "\"BUY\"") "]}");
    assert_int_equal(h.bads, 2);
    assert_true(h.bad_token);
    assert_int_equal(h.changes, 0);
}

static void
more_levels_or_changes_than_there_is_room_for_are_refused(void **state)
{
    static char s[1 << 20];
    struct heard h;
    size_t n;

    (void)state;
    n = (size_t)snprintf(s, sizeof s, "{\"asset_id\":\"11\",\"asks\":[],"
                                      "\"bids\":[");
    for (unsigned i = 0; i <= VENUE_LEVELS; i++)
        n += (size_t)snprintf(s + n, sizeof s - n, "%s" L("0.%06u", "1"),
                              i ? "," : "", i + 1);
    snprintf(s + n, sizeof s - n, "]}");
    read_frame(&h, s);
    assert_int_equal(h.bad, FEED_bad_many);
    assert_true(h.bad_token);
    n = (size_t)snprintf(s, sizeof s, "{\"event_type\":\"price_change\","
                                      "\"price_changes\":[");
    for (unsigned i = 0; i <= VENUE_CHANGES; i++)
        n += (size_t)snprintf(s + n, sizeof s - n,
                              "%s" ENTRY("\"0.5\"", "\"1\"", "\"BUY\""),
                              i ? "," : "");
    snprintf(s + n, sizeof s - n, "]}");
    read_frame(&h, s);
    assert_int_equal(h.bads, 1);
    assert_int_equal(h.bad, FEED_bad_many);
    assert_int_equal(h.change_count, VENUE_CHANGES);
    n = (size_t)snprintf(s, sizeof s, "[");
    for (unsigned i = 0; i < 3000; i++)
        n += (size_t)snprintf(s + n, sizeof s - n, "{},");
    snprintf(s + n, sizeof s - n, "{}]");
    read_frame(&h, s);
    assert_int_equal(h.bad, FEED_bad_many);
}

static void
deep_nesting_is_refused(void **state)
{
    static char s[20000];
    struct heard h;

    (void)state;
    memset(s, '[', sizeof s - 1);
    assert_false(read_frame(&h, s));
    assert_int_equal(h.bad, FEED_bad_json);
}

static void
every_truncation_and_flipped_bit_is_refused_or_read(void **state)
{
    static const char *const good =
        "[" BOOK_OF(L("0.45", "2"), L("0.5", "3"), "") ","
        CHANGE_OF(ENTRY("\"0.1\"", "\"2\"", "\"BUY\"")) "]";
    size_t size = strlen(good);
    char *s = malloc(size);
    struct heard h;

    (void)state;
    assert_non_null(s);
    for (size_t i = 0; i < size; i++) {
        memcpy(s, good, size);
        assert_false(read_text(&h, s, i));
        for (unsigned bit = 0; bit < 8; bit++) {
            s[i] = (char)(good[i] ^ (1 << bit));
            if (!read_text(&h, s, size))
                assert_int_equal(h.bad, FEED_bad_json);
            assert_true(h.bads + h.ignored + h.books + h.changes > 0);
        }
    }
    free(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_named_and_blamed_on_its_token),
        cmocka_unit_test(a_bad_entry_leaves_the_good_ones_of_its_set),
        cmocka_unit_test(
            a_set_without_a_good_time_puts_all_its_tokens_in_doubt),
        cmocka_unit_test(
            more_levels_or_changes_than_there_is_room_for_are_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(every_truncation_and_flipped_bit_is_refused_or_read),
    };

    return cmocka_run_group_tests(tests, make_room, drop_room);
}
