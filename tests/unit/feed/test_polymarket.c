/* test_polymarket - frames of the market channel, and what is sent to it */
#include "tests/unit/feed/heard.h"

static void
a_book_is_read_best_level_last_whatever_its_order(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_frame(&h, BOOK_OF(L("0.45", "2") "," L("0.060", "1712.5"),
        L("0.9", "1") "," L("0.7", "3"),
        ",\"tick_size\":\"0.01\",\"last_trade_price\":\"\"")));
    assert_int_equal(h.books, 1);
    assert_int_equal(h.bads, 0);
    assert_string_equal(h.bid.price_text, "0.45");
    assert_string_equal(h.ask.price_text, "0.7");
    assert_int_equal(h.book.at.time.ns, INT64_C(1790000000123000000));
    assert_true(h.book.has_hash && !h.book.rest && !h.book.neg_risk_said);
    assert_string_equal(h.min_size, "none");
}

/* As the venue's documents write them; the hash needs the text as it was. */
static void
a_number_may_begin_with_its_point(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_frame(&h, BOOK_OF(L(".48", ".5"), L(".52", "25"),
        ",\"tick_size\":\".01\",\"last_trade_price\":\".5\"")));
    assert_int_equal(h.books, 1);
    assert_int_equal(h.bads, 0);
    assert_string_equal(h.bid.price_text, ".48");
    assert_int_equal(h.bid.price.micros, 480000);
    assert_int_equal(h.bid.size.micros, 500000);
    assert_int_equal(h.ask.price.micros, 520000);
    assert_true(read_frame(&h, BOOK_OF(L(".", "1"), "", "")));
    assert_int_equal(h.bads, 1);
    assert_true(read_frame(&h, BOOK_OF(L("-.5", "1"), "", "")));
    assert_int_equal(h.bads, 1);
}

static void
an_object_without_event_type_is_a_rest_book(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_frame(&h, "{\"market\":\"0xc0\",\"asset_id\":\"11\","
        "\"timestamp\":\"\",\"bids\":[],\"asks\":[],\"min_order_size\":\"15\","
        "\"tick_size\":\"0.001\",\"neg_risk\":true,\"last_trade_price\":"
        "\"\"," HASH "}\n"));
    assert_int_equal(h.books, 1);
    assert_true(h.book.rest && h.book.neg_risk_said && h.book.neg_risk);
    assert_string_equal(h.min_size, "15");
    assert_int_equal(h.book.at.time.ns, 0);
}

static void
an_array_holds_several_events(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_frame(&h, "[" BOOK_OF("", "", "") ","
        BOOK_OF(L("0.1", "1"), "", "") "," CHANGE_OF(
            ENTRY("\"0.1\"", "\"0\"", "\"BUY\"")) ",{\"event_type\":"
        "\"best_bid_ask\"},{\"event_type\":\"news\"}]"));
    assert_int_equal(h.books, 2);
    assert_int_equal(h.changes, 1);
    assert_int_equal(h.ignored, 2);
    assert_int_equal(h.bads, 0);
}

static void
both_shapes_of_price_change_say_the_same(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_frame(&h, CHANGE_OF(
        ENTRY("\"0.514\"", "\"21574.08\"", "\"sell\"") ","
        ENTRY("\"0.5\"", "\"0\"", "\"Buy\""))));
    assert_int_equal(h.change_count, 2);
    assert_int_equal(h.change[0].side, SIDE_sell);
    assert_int_equal(h.change[1].side, SIDE_buy);
    assert_int_equal(h.change[1].level.size.micros, 0);
    assert_true(h.change[0].has_hash);

    assert_true(read_frame(&h, "{\"event_type\":\"price_change\","
        "\"asset_id\":\"11\",\"market\":\"0xc0\",\"timestamp\":"
        "\"1723967931411\",\"price\":\"0.514\",\"side\":\"SELL\",\"size\":"
        "\"21574.08\"," HASH "}"));
    assert_int_equal(h.change_count, 1);
    assert_int_equal(h.change[0].level.size.micros, INT64_C(21574080000));
    assert_true(h.change[0].has_hash);

    assert_true(read_frame(&h, "{\"event_type\":\"price_change\","
        "\"asset_id\":\"11\",\"market\":\"0xc0\",\"timestamp\":\"1\"," HASH
        ",\"changes\":[{\"price\":\"0.1\",\"side\":\"BUY\",\"size\":\"5\"},"
        "{\"price\":\"0.2\",\"side\":\"BUY\",\"size\":\"6\"}]}"));
    assert_int_equal(h.change_count, 2);
    assert_true(h.change[1].has_hash);
    assert_int_equal(h.time.ns, 1000000);
}

static void
the_other_events_are_read(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_frame(&h, "{\"event_type\":\"last_trade_price\","
        "\"market\":\"0xc0\",\"asset_id\":\"11\",\"fee_rate_bps\":\"0\","
        "\"price\":\"0.51\",\"side\":\"BUY\",\"size\":\"25.0\","
        "\"timestamp\":\"1703875202000\"}"));
    assert_int_equal(h.trades, 1);
    assert_int_equal(h.trade.price.micros, 510000);
    assert_int_equal(h.trade.size.micros, 25 * MICROS);
    assert_true(read_frame(&h, "{\"event_type\":\"tick_size_change\","
        "\"market\":\"0xc0\",\"asset_id\":\"11\",\"old_tick_size\":\"0.01\","
        "\"new_tick_size\":\"0.001\",\"timestamp\":\"1703875210000\"}"));
    assert_int_equal(h.ticks, 1);
    assert_int_equal(h.tick.new_tick.micros, 1000);
    assert_true(read_frame(&h, "{\"event_type\":\"market_resolved\",\"id\":"
        "\"1\",\"market\":\"0xc0\",\"assets_ids\":[\"11\",\"12\"],"
        "\"winning_asset_id\":\"12\",\"timestamp\":\"1703875210000\"}"));
    assert_int_equal(h.resolved, 1);
    assert_int_equal(h.winner.b[31], 12);
    static const char *const nobody[] = { ",\"winning_asset_id\":\"\"",
                                          ",\"winning_asset_id\":null", "" };
    for (size_t i = 0; i < 3; i++) {
        char s[256];
        snprintf(s, sizeof s, "{\"event_type\":\"market_resolved\","
                 "\"market\":\"0xc0\",\"timestamp\":\"1703875210000\"%s}",
                 nobody[i]);
        assert_true(read_frame(&h, s));
        assert_int_equal(h.resolved, 1);
        assert_int_equal(h.winner.b[31], 0);
        assert_int_equal(h.bads, 0);
    }
    assert_true(read_frame(&h, "{\"event_type\":\"new_market\",\"market\":"
        "\"0xc0\",\"timestamp\":\"1766790415550\",\"tags\":[\"x\"]}"));
    assert_int_equal(h.new_markets, 1);
    assert_true(read_frame(&h, "NO NEW ASSETS"));
    assert_int_equal(h.ignored, 1);
}

static void
what_is_sent_is_what_the_venue_wants(void **state)
{
    struct hash two[2];
    char s[512];

    (void)state;
    must(token_parse("11", 2, &two[0]) && token_parse("12", 2, &two[1]));
    venue_polymarket.write_subscribe(two, 2, true, s, sizeof s);
    assert_string_equal(s, "{\"assets_ids\":[\"11\",\"12\"],\"type\":"
        "\"market\",\"custom_feature_enabled\":true}");
    venue_polymarket.write_subscribe(two, 1, false, s, sizeof s);
    assert_string_equal(s, "{\"assets_ids\":[\"11\"],\"operation\":"
        "\"subscribe\",\"custom_feature_enabled\":true}");
    venue_polymarket.write_unsubscribe(two, 1, s, sizeof s);
    assert_string_equal(s, "{\"assets_ids\":[\"11\"],\"operation\":"
                           "\"unsubscribe\"}");
    venue_polymarket.write_books(two, 2, s, sizeof s);
    assert_string_equal(s, "[{\"token_id\":\"11\"},{\"token_id\":\"12\"}]");
    assert_int_equal(venue_polymarket.write_books(two, 2, s, 20), 0);
    venue_polymarket.write_page_url("http://h", 50,
        (struct money){ 2500000 }, "a=/+b", s, sizeof s);
    assert_string_equal(s, "http://h/events/keyset?limit=50&closed=false&"
                           "liquidity_min=2.5&after_cursor=a%3D%2F%2Bb");
    venue_polymarket.write_event_url("http://h", "../x", s, sizeof s);
    assert_string_equal(s, "http://h/events/..%2Fx");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_is_read_best_level_last_whatever_its_order),
        cmocka_unit_test(a_number_may_begin_with_its_point),
        cmocka_unit_test(an_object_without_event_type_is_a_rest_book),
        cmocka_unit_test(an_array_holds_several_events),
        cmocka_unit_test(both_shapes_of_price_change_say_the_same),
        cmocka_unit_test(the_other_events_are_read),
        cmocka_unit_test(what_is_sent_is_what_the_venue_wants),
    };

    return cmocka_run_group_tests(tests, make_room, drop_room);
}
