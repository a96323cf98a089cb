/* test_import - what others recorded, as a recording of ours */
#include "tests/unit/feed/kit.h"

#include "feed/import.h"

static char *text;
static size_t size;
static struct why why;

/* The line as it becomes; "" when it is refused. */
static const char *
import_of(const char *line, bool stated)
{
    struct import_options o = { .size.micros = 50 * MICROS,
                                .stated = stated };

    free(text);
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    struct import *x = import_new(&o, f);
    why.s[0] = '\0';
    bool ok = import_line(x, line, strlen(line), &why);
    import_end(x);
    struct import_sum sum = import_sum(x);
    import_destroy(&x);
    assert_int_equal(fclose(f), 0);
    assert_true(ok || why.s[0] != '\0');
    assert_true(ok || (size == 0 && sum.events + sum.books == 0));
    return text;
}

static int
forget(void **state)
{
    (void)state;
    free(text);
    text = NULL;
    return 0;
}

#define LISTED(more) \
    "{\"conditionId\":\"" COND_A "\",\"clobTokenIds\":[\"" YES_A "\",\"" NO_A \
    "\"],\"orderPriceMinTickSize\":0.01" more "}"
#define HELD(more) \
    "{\"id\":\"1\",\"updatedAt\":\"2026-06-21T00:00:00Z\",\"markets\":[" \
    LISTED(more) "]}"
#define POLL(quotes) \
    "{\"gamma_events\":[" HELD("") "],\"clob_quotes\":" quotes "}"
#define HEAD "{\"timestamp\":1782000000000,\"type\":"

static void
a_poll_becomes_its_listing_and_one_frame_of_books(void **state)
{
    (void)state;
    import_of(POLL("{\"" YES_A "\":{\"price_buy\":{\"price\":\"0.3\"},"
                   "\"price_sell\":{\"price\":\"0.41\"}}}"), false);
    assert_string_equal(text,
        HEAD "\"events\",\"data\":[{\"id\":\"1\",\"markets\":["
        "{\"conditionId\":\"" COND_A "\",\"clobTokenIds\":[\"1001\",\"1002\"],"
        "\"orderPriceMinTickSize\":0.01}]}]}\n"
        HEAD "\"books\",\"data\":["
        "{\"asset_id\":\"1001\",\"market\":\"" COND_A "\","
        "\"timestamp\":\"1782000000000\","
        "\"bids\":[{\"price\":\"0.3\",\"size\":\"50\"}],"
        "\"asks\":[{\"price\":\"0.41\",\"size\":\"50\"}],"
        "\"tick_size\":\"0.01\"},"
        "{\"asset_id\":\"1002\",\"market\":\"" COND_A "\","
        "\"timestamp\":\"1782000000000\","
        "\"bids\":[{\"price\":\"0.59\",\"size\":\"50\"}],"
        "\"asks\":[{\"price\":\"0.7\",\"size\":\"50\"}],"
        "\"tick_size\":\"0.01\"}]}\n");
}

static void
a_price_of_nothing_or_all_is_an_empty_side(void **state)
{
    (void)state;
    import_of(POLL("{\"" YES_A "\":{\"price_buy\":{\"price\":\"0\"},"
                   "\"price_sell\":{\"price\":\"1\"}}}"), false);
    assert_non_null(strstr(text, "\"bids\":[],\"asks\":[]"));
    import_of(POLL("{\"" NO_A "\":{\"price_sell\":{\"price\":\"0.2\"}}}"),
              false);
    assert_non_null(strstr(text, "\"1001\",\"market\":\"" COND_A "\","
        "\"timestamp\":\"1782000000000\",\"bids\":[{\"price\":\"0.8\","
        "\"size\":\"50\"}],\"asks\":[]"));
}

static void
stated_prices_are_books_only_when_asked_for(void **state)
{
    (void)state;
    import_of(HELD(",\"bestBid\":0.2,\"bestAsk\":0.3"), false);
    assert_null(strstr(text, "\"books\""));
    import_of(HELD(",\"bestBid\":0.2,\"bestAsk\":0.3"), true);
    assert_non_null(strstr(text, "\"bids\":[{\"price\":\"0.2\""));
}

static void
markets_one_by_one_are_put_together_by_their_event(void **state)
{
    (void)state;
    import_of("[" LISTED(",\"updatedAt\":\"2026-06-21T00:00:00Z\",\"events\":["
                         "{\"id\":\"9\",\"negRisk\":true}]") ","
              "{\"conditionId\":\"" COND_B "\",\"events\":[{\"id\":\"9\","
              "\"updatedAt\":\"2026-06-20T00:00:00Z\"}]}]", false);
    assert_non_null(strstr(text, HEAD "\"events\",\"data\":[{\"id\":\"9\","
                                 "\"markets\":[{\"conditionId\":\"" COND_A));
    assert_non_null(strstr(text, "0.01},{\"conditionId\":\"" COND_B "\"}]}]}"));
}

static void
texts_come_out_as_they_went_in(void **state)
{
    (void)state;
    import_of("{\"id\":\"1\",\"updatedAt\":\"2026-06-21T00:00:00Z\",\"title\":"
              "\"a \\\"b\\\" \\\\ \\u00e9\\n\",\"markets\":[]}", false);
    assert_non_null(strstr(text, "\"title\":\"a \\\"b\\\" \\\\ \xc3\xa9"
                                 "\\u000a\""));
}

static void
what_is_no_recording_is_refused_with_its_place(void **state)
{
    static const struct { const char *line, *place; } bad[] = {
        { "", "JSON" },
        { "[{]", "JSON" },
        { "5", "none of the forms" },
        { "{}", "none of the forms" },
        { "{\"gamma_events\":7}", "gamma_events: expected an array" },
        { "{\"gamma_events\":[1],\"collector_ts\":\"2026-06-21T00:00:00Z\"}",
          "gamma_events[0]: expected an event" },
        { "{\"events\":[{\"id\":\"1\",\"markets\":[]}]}", "no time is told" },
        { "{\"events\":[{\"id\":1,\"markets\":[],"
          "\"updatedAt\":\"2026-06-21T00:00:00Z\"}]}",
          "events[0]: expected an event" },
        { "{\"id\":\"1\",\"updatedAt\":\"2026-06-21T00:00:00Z\","
          "\"markets\":[[]]}", "markets[0]: expected an object" },
        { POLL("[]"), "clob_quotes: expected an object" },
        { POLL("{\"77\":{}}"), "clob_quotes: a token that is of no market" },
        { POLL("{\"" YES_A "\":{\"price_buy\":{\"price\":\"1.5\"}}}"),
          "gamma_events[0]: markets[0]: clob_quotes: the price of a token" },
        { POLL("{\"" YES_A "\":{\"price_buy\":{\"price\":\"-0.5\"}}}"),
          "clob_quotes: the price" },
        { POLL("{\"" YES_A "\":{\"price_buy\":{\"price\":\"1e-3\"}}}"),
          "clob_quotes: the price" },
        { POLL("{\"" YES_A "\":{\"price_buy\":{\"price\":{}}}}"),
          "clob_quotes: the price" },
        { POLL("{\"" YES_A "\":7}"), "clob_quotes: the price" },
        { "[{\"conditionId\":\"" COND_A "\"}]", "[0]: expected a market with" },
        { "{\"conditionId\":\"" COND_A "\",\"events\":[{\"id\":\"1\"}]}",
          "no time is told" },
        { "{\"books\":[{\"asset_id\":\"x\"}]}", "book 0: expected" },
        { "[{\"asset_id\":\"1\",\"timestamp\":\"1\",\"bids\":[],\"asks\":0}]",
          "book 0: expected" },
        { "[{\"asset_id\":\"1\",\"timestamp\":\"\",\"bids\":[],\"asks\":[]}]",
          "no time is told" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        import_of(bad[i].line, true);
        if (strstr(why.s, bad[i].place) == NULL)
            fail_msg("%s: %s", bad[i].line, why.s);
    }
}

static void
an_event_of_too_many_markets_is_refused_whole(void **state)
{
    static char line[1 << 16];
    size_t n = (size_t)snprintf(line, sizeof line, "{\"id\":\"1\",\"updatedAt\""
                                ":\"2026-06-21T00:00:00Z\",\"markets\":[{}");

    (void)state;
    for (unsigned i = 0; i < VENUE_EVENT_MARKETS; i++, n += 3)
        memcpy(line + n, ",{}", 4);
    memcpy(line + n, "]}", 3);
    import_of(line, true);
    assert_non_null(strstr(why.s, "more than 256 markets"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poll_becomes_its_listing_and_one_frame_of_books),
        cmocka_unit_test(a_price_of_nothing_or_all_is_an_empty_side),
        cmocka_unit_test(stated_prices_are_books_only_when_asked_for),
        cmocka_unit_test(markets_one_by_one_are_put_together_by_their_event),
        cmocka_unit_test(texts_come_out_as_they_went_in),
        cmocka_unit_test(what_is_no_recording_is_refused_with_its_place),
        cmocka_unit_test(an_event_of_too_many_markets_is_refused_whole),
    };

    return cmocka_run_group_tests_name("import", tests, NULL, forget);
}
