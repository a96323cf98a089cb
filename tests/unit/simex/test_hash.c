/* test_hash - our book hash against the venue's own, of a recorded market
 *
 * The levels, ids and hashes are those of the production market channel of
 * 2026-06-30 (one market, both tokens, a book and the changes after it) and
 * of the official clients' tests. */
#include "tests/simex/face.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct level_row { uint32_t mills; int64_t hundredths; };

/* Of the YES token; its bids are one level of 8534.58 at 0.001. */
static const struct level_row asks[] = {
    { 999, 10011500 }, { 995, 3000000 }, { 990, 5210000 }, { 980, 3685000 },
    { 970, 3333 }, { 960, 2500 }, { 950, 4411000 }, { 949, 801809 },
    { 940, 861666 }, { 930, 357100 }, { 920, 171250 }, { 910, 277700 },
    { 900, 1796555 }, { 899, 840241 }, { 890, 600000 }, { 870, 769 },
    { 850, 720033 }, { 840, 143700 }, { 830, 58800 }, { 800, 945000 },
    { 799, 533812 }, { 791, 55979 }, { 790, 40000 }, { 750, 348000 },
    { 740, 69200 }, { 730, 74000 }, { 705, 57966 }, { 704, 67400 },
    { 700, 489490 }, { 699, 146847 }, { 650, 288600 }, { 649, 86580 },
    { 640, 47500 }, { 630, 37800 }, { 620, 39400 }, { 600, 233000 },
    { 599, 69900 }, { 589, 29200 }, { 561, 35876 }, { 509, 100000 },
    { 508, 30000 }, { 507, 121600 }, { 506, 36480 }, { 500, 46000 },
    { 300, 4000 }, { 200, 2000 }, { 150, 2000 }, { 69, 50000 }, { 30, 3000 },
    { 20, 5000 }, { 17, 4024 }, { 16, 4000 }, { 4, 2000 }, { 3, 2766 },
    { 2, 205322 },
};

static struct simex *x;
static struct face *f;
static uint32_t market;

static const struct simex_terms terms = { .seed = 5, .events = 10,
                                          .start_ms = 1782852249137 };

/* Empties one mirrored binary market and gives it another's name. */
static int
open_market(void **state)
{
    (void)state;
    x = simex_new(&terms);
    f = face_new(x, false);
    market = x->listing->events[1].first;
    assert_int_equal(x->listing->events[1].kind, EVENT_BINARY);
    match_rules(x->match, market)->tick = 1000;
    for (uint32_t level = 1; level < GRID; level++) {
        simex_clear(x, market, 0, BIDS, level);
        simex_clear(x, market, 0, ASKS, level);
    }
    return 0;
}

static int
close_market(void **state)
{
    (void)state;
    face_destroy(&f);
    simex_destroy(&x);
    return 0;
}

static void
name(const char *condition, const char *yes, const char *no)
{
    struct listed_market *m = &x->listing->markets[market];
    snprintf(m->condition, sizeof m->condition, "%s", condition);
    snprintf(m->token[0], sizeof m->token[0], "%s", yes);
    snprintf(m->token[1], sizeof m->token[1], "%s", no);
}

static void
put(enum ladder_side side, uint32_t mills, int64_t hundredths)
{
    assert_true(simex_quote(x, WHO_PLANTER, market, 0, side, mills,
                            hundredths * (MICROS / 100)));
}

static void
assert_hashes(const char *yes, const char *no)
{
    assert_string_equal(face_hash(f, market * 2), yes);
    assert_string_equal(face_hash(f, market * 2 + 1), no);
}

static void
a_recorded_market_hashes_as_the_venue_said(void **state)
{
    (void)state;
    name("0x98e6e35c934b5281f28373b408a129825c6453918fb8bd9dfb8a991be2dd684f",
         "2854339954088957352132645511444461484346530419335885273909884359540"
         "2438285283",
         "6473714459703563249837033343288220310256286172096788188954130292085"
         "2035334778");
    put(BIDS, 1, 853458);
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++)
        put(ASKS, asks[i].mills, asks[i].hundredths);
    x->listing->markets[market].last_trade = 2000;
    assert_hashes("b0fc669863e83b107e835c4a8a1ba20153e3fa7b",
                  "c27351dc1f5a47f1a9112bc5a90f6224b7a3c63c");

    x->now_ms = 1782852251076;
    simex_clear(x, market, 0, ASKS, 930);
    put(ASKS, 930, 427100);
    assert_hashes("540239b4c3f7a7bcc7816eaa03b5b3368dafa115",
                  "5e273de04cbedb7c80a20e204adb6029986be4b0");

    x->now_ms = 1782852253692;
    simex_clear(x, market, 0, ASKS, 920);
    put(ASKS, 920, 81250);
    assert_hashes("31e42024a24336987de2d68ed210e87b3478475e",
                  "ab579151def72fd5814d4153dd269ff816c8a5b2");

    x->now_ms = 1782852254129;
    simex_clear(x, market, 0, ASKS, 910);
    assert_hashes("b7ea338a4637cf86f9c7f85d091ff44b78de52cf",
                  "87670b7f008e03e60263c0906cac06484d7ae36f");
}

static void
a_book_of_the_official_tests_hashes_as_they_say(void **state)
{
    (void)state;
    x->listing->events[1].kind = EVENT_NEG_RISK;
    name("0xbd31dc8a20211944f6b70f31557f1001557b59905b7738480ca09bd4532f84af",
         "5211431950124591551605510604688420996992612748282795467444384642"
         "7813813222426", "1");
    x->now_ms = 1795219200123;
    put(BIDS, 150, 10000);
    put(BIDS, 310, 14856);
    put(BIDS, 330, 5800);
    put(ASKS, 990, 500);
    put(ASKS, 500, 10000);
    x->listing->markets[market].last_trade = 450000;
    assert_string_equal(face_hash(f, market * 2),
                        "778f795291f115d9fa8d3ec2bd7c126054c7d231");
}

static void
an_empty_book_without_a_trade_has_its_text(void **state)
{
    char room[1024];
    struct quill q;
    (void)state;
    name("0xaabbcc", "100", "101");
    x->listing->markets[market].changed_ms = 123456789;
    quill_start(&q, room, sizeof room);
    face_hashed_text(f, &q, market * 2);
    assert_string_equal(
        room, "{\"market\":\"0xaabbcc\",\"asset_id\":\"100\",\"timestamp\":"
              "\"123456789\",\"hash\":\"\",\"bids\":[],\"asks\":[],"
              "\"min_order_size\":\"5\",\"tick_size\":\"0.001\","
              "\"neg_risk\":false,\"last_trade_price\":\"\"}");
}

static void
a_hash_follows_every_change_of_its_book(void **state)
{
    char before[41];
    (void)state;
    put(BIDS, 400, 1000);
    memcpy(before, face_hash(f, market * 2), sizeof before);
    put(BIDS, 400, 1000);
    assert_string_not_equal(before, face_hash(f, market * 2));
    memcpy(before, face_hash(f, market * 2 + 1), sizeof before);
    put(ASKS, 600, 1000);
    assert_string_not_equal(before, face_hash(f, market * 2 + 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_recorded_market_hashes_as_the_venue_said, open_market,
            close_market),
        cmocka_unit_test_setup_teardown(
            a_book_of_the_official_tests_hashes_as_they_say, open_market,
            close_market),
        cmocka_unit_test_setup_teardown(
            an_empty_book_without_a_trade_has_its_text, open_market,
            close_market),
        cmocka_unit_test_setup_teardown(
            a_hash_follows_every_change_of_its_book, open_market,
            close_market),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
