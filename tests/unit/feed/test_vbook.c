/* test_vbook - books with texts, their shared room, and the venue's hash */
#include "tests/unit/feed/kit.h"

static struct vlevel
level(const char *price, const char *size)
{
    struct vlevel l;

    memset(&l, 0, sizeof l);
    must(micros_parse(price, strlen(price), &l.price.micros));
    must(micros_parse(size, strlen(size), &l.size.micros));
    snprintf(l.price_text, sizeof l.price_text, "%s", price);
    snprintf(l.size_text, sizeof l.size_text, "%s", size);
    return l;
}

static void
set(struct vbook *b, struct level_room *r, enum side side, const char *price,
    const char *size)
{
    struct vlevel l = level(price, size);

    assert_int_equal(vbook_set(b, side, &l, r), VBOOK_SET);
}

static void
the_best_level_of_both_sides_is_the_last(void **state)
{
    struct level_room *r = level_room_new(1024);
    struct vbook b = { 0 };

    (void)state;
    set(&b, r, SIDE_buy, "0.41", "1");
    set(&b, r, SIDE_buy, "0.43", "1");
    set(&b, r, SIDE_buy, "0.42", "1");
    set(&b, r, SIDE_sell, "0.55", "1");
    set(&b, r, SIDE_sell, "0.52", "1");
    set(&b, r, SIDE_sell, "0.58", "1");
    assert_string_equal(vbook_best(&b.bids)->price_text, "0.43");
    assert_string_equal(vbook_best(&b.asks)->price_text, "0.52");
    assert_string_equal(b.bids.at[0].price_text, "0.41");
    assert_string_equal(b.asks.at[0].price_text, "0.58");
    vbook_clear(&b, r);
    assert_null(vbook_best(&b.bids));
    level_room_destroy(&r);
}

static void
a_level_keeps_the_text_it_came_with_last(void **state)
{
    struct level_room *r = level_room_new(64);
    struct vbook b = { 0 };

    (void)state;
    set(&b, r, SIDE_buy, "0.4", "10");
    set(&b, r, SIDE_buy, "0.40", "10.50");
    assert_int_equal(b.bids.count, 1);
    assert_string_equal(b.bids.at[0].price_text, "0.40");
    assert_string_equal(b.bids.at[0].size_text, "10.50");
    vbook_clear(&b, r);
    level_room_destroy(&r);
}

static void
removing_what_is_not_there_is_nothing(void **state)
{
    struct level_room *r = level_room_new(64);
    struct vlevel gone = level("0.3", "0");
    struct vbook b = { 0 };

    (void)state;
    assert_int_equal(vbook_set(&b, SIDE_sell, &gone, r), VBOOK_NOTHING);
    set(&b, r, SIDE_sell, "0.3", "5");
    assert_int_equal(vbook_set(&b, SIDE_sell, &gone, r), VBOOK_SET);
    assert_int_equal(b.asks.count, 0);
    vbook_clear(&b, r);
    level_room_destroy(&r);
}

static void
sorting_refuses_a_price_that_is_there_twice(void **state)
{
    struct vlevel mixed[] = { level("0.5", "1"), level("0.3", "1"),
                              level("0.4", "1") };
    struct vlevel twice[] = { level("0.5", "1"), level("0.3", "1"),
                              level("0.50", "2") };

    (void)state;
    assert_true(vbook_sort(mixed, 3, SIDE_buy));
    assert_string_equal(mixed[0].price_text, "0.3");
    assert_true(vbook_sort(mixed, 3, SIDE_sell));
    assert_string_equal(mixed[0].price_text, "0.5");
    assert_false(vbook_sort(twice, 3, SIDE_buy));
    assert_true(vbook_sort(twice, 0, SIDE_buy));
}

static void
books_share_a_room_and_one_that_finds_none_says_so(void **state)
{
    struct level_room *r = level_room_new(48);
    struct vbook a = { 0 }, b = { 0 };
    char price[16];

    (void)state;
    for (int i = 1; i <= 32; i++) {
        snprintf(price, sizeof price, "0.%03d", i);
        set(&a, r, SIDE_buy, price, "1");
    }
    assert_int_equal(level_room_used(r), 32);
    set(&b, r, SIDE_buy, "0.5", "1");
    struct vlevel l = level("0.9", "1");
    assert_int_equal(vbook_set(&a, SIDE_buy, &l, r), VBOOK_FULL);
    assert_int_equal(a.bids.count, 32);
    /* What one gives back another gets, cut in halves. */
    vbook_clear(&a, r);
    set(&b, r, SIDE_sell, "0.6", "1");
    set(&a, r, SIDE_sell, "0.6", "1");
    assert_int_equal(level_room_used(r), 48);
    assert_int_equal(vbook_set(&a, SIDE_buy, &l, r), VBOOK_FULL);
    vbook_clear(&a, r);
    vbook_clear(&b, r);
    assert_int_equal(level_room_used(r), 0);
    level_room_destroy(&r);
}

static void
replacing_by_much_less_gives_room_back(void **state)
{
    struct level_room *r = level_room_new(1024);
    struct vlevel many[200], one = level("0.7", "3");
    struct vside side = { 0 };

    (void)state;
    for (int i = 0; i < 200; i++) {
        char price[16];
        snprintf(price, sizeof price, "0.%03d", i + 1);
        many[i] = level(price, "1");
    }
    assert_true(vbook_replace(&side, many, 200, r));
    assert_true(vbook_same(&side, many, 200));
    assert_int_equal(level_room_used(r), 256);
    assert_true(vbook_replace(&side, &one, 1, r));
    assert_false(vbook_same(&side, many, 1));
    assert_int_equal(level_room_used(r), 16);
    assert_true(vbook_replace(&side, NULL, 0, r));
    assert_int_equal(side.count, 0);
    assert_false(vbook_replace(&side, many, 200000, r));
    level_room_destroy(&r);
}

/* The two values that the venue's own client asserts in its tests. */
static void
the_hash_is_that_of_the_venues_own_client(void **state)
{
    static const uint8_t full[20] = {
        0x04, 0x58, 0xea, 0x57, 0x55, 0xc9, 0xf7, 0x3d, 0x64, 0xa1,
        0x46, 0x36, 0xfa, 0x5c, 0x36, 0xed, 0x46, 0x0e, 0xc3, 0x94 };
    static const uint8_t empty[20] = {
        0x74, 0xc6, 0xa7, 0xc8, 0x1c, 0x1d, 0x57, 0x2f, 0x1c, 0x87,
        0x7b, 0x7d, 0x3e, 0x25, 0xb8, 0x0c, 0x33, 0x6d, 0x8a, 0x6e };
    struct level_room *r = level_room_new(64);
    struct digest *d = digest_sha1();
    struct vbook b = { .time_text = "123456789", .tick = "0.01",
                       .min_size = "100", .last_trade = "0.5" };
    struct sha1 sum;

    (void)state;
    text_set(&b.market, "0xaabbcc");
    set(&b, r, SIDE_buy, "0.3", "100");
    set(&b, r, SIDE_buy, "0.4", "100");
    set(&b, r, SIDE_sell, "0.6", "100");
    set(&b, r, SIDE_sell, "0.7", "100");
    /* The client's test book has its asks the other way round. */
    struct vlevel l = b.asks.at[0];
    b.asks.at[0] = b.asks.at[1];
    b.asks.at[1] = l;
    venue_polymarket.hash(&b, "100", &sum, d);
    assert_memory_equal(sum.b, full, 20);
    vbook_clear(&b, r);
    b.time_text[0] = '\0';
    venue_polymarket.hash(&b, "100", &sum, d);
    assert_memory_equal(sum.b, empty, 20);
    digest_destroy(&d);
    level_room_destroy(&r);
}

static void
the_hash_of_a_deep_book_does_not_depend_on_how_it_is_cut(void **state)
{
    struct level_room *r = level_room_new(2048);
    struct digest *d = digest_sha1();
    struct vbook b = { .time_text = "5", .tick = "0.001", .min_size = "5" };
    static char text[65536];
    size_t size;
    struct sha1 sum;
    uint8_t whole[32];

    (void)state;
    text_set(&b.market, "0x1");
    size = (size_t)snprintf(text, sizeof text, "{\"market\":\"0x1\","
                            "\"asset_id\":\"7\",\"timestamp\":\"5\","
                            "\"hash\":\"\",\"bids\":[");
    for (int i = 1; i <= 400; i++) {
        char price[16], shares[16];
        snprintf(price, sizeof price, "0.%03d", i);
        snprintf(shares, sizeof shares, "%d.25", i * 7919);
        set(&b, r, SIDE_buy, price, shares);
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "%s{\"price\":\"%s\",\"size\":\"%s\"}",
                                 i > 1 ? "," : "", price, shares);
    }
    size += (size_t)snprintf(text + size, sizeof text - size,
                             "],\"asks\":[],\"min_order_size\":\"5\","
                             "\"tick_size\":\"0.001\",\"neg_risk\":false,"
                             "\"last_trade_price\":\"\"}");
    venue_polymarket.hash(&b, "7", &sum, d);
    digest_start(d);
    digest_add(d, text, size);
    digest_end(d, whole);
    assert_memory_equal(sum.b, whole, 20);
    vbook_clear(&b, r);
    digest_destroy(&d);
    level_room_destroy(&r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_level_of_both_sides_is_the_last),
        cmocka_unit_test(a_level_keeps_the_text_it_came_with_last),
        cmocka_unit_test(removing_what_is_not_there_is_nothing),
        cmocka_unit_test(sorting_refuses_a_price_that_is_there_twice),
        cmocka_unit_test(books_share_a_room_and_one_that_finds_none_says_so),
        cmocka_unit_test(replacing_by_much_less_gives_room_back),
        cmocka_unit_test(the_hash_is_that_of_the_venues_own_client),
        cmocka_unit_test(
            the_hash_of_a_deep_book_does_not_depend_on_how_it_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
