/* test_passes - what whole readings of the listing do not show, and when what
 * is over is forgotten */
#include "tests/unit/feed/kit.h"

#define HALF ",\"closed\":true,\"umaResolutionStatus\":\"resolved\"," \
    "\"outcomePrices\":\"[\\\"0.5\\\",\\\"0.5\\\"]\""

enum { EVENTS = 30 };

/* A page of so many events of one market each, from the first on. */
static const char *
page_of(uint32_t first, uint32_t count)
{
    static char s[65536];
    size_t n = (size_t)snprintf(s, sizeof s, "{\"events\":[");

    for (uint32_t i = first; i < first + count; i++)
        n += (size_t)snprintf(s + n, sizeof s - n, "%s{\"id\":\"%u\","
            "\"liquidity\":99999,\"markets\":[{\"conditionId\":\"0xc%u\","
            "\"clobTokenIds\":\"[\\\"%u\\\",\\\"%u\\\"]\"}]}",
            i > first ? "," : "", 100 + i, i, 5000 + 2 * i, 5001 + 2 * i);
    snprintf(s + n, sizeof s - n, "]}");
    return s;
}

/* Questions for single events; which, in asked. */
static uint32_t
asks_events(struct kit *k, bool asked[EVENTS])
{
    struct feed_ask ask;
    uint32_t count = 0;

    while (kit_ask(k, &ask)) {
        if (ask.kind != FEED_ASK_EVENT)
            continue;
        uint32_t i = (uint32_t)strtoul(k->text, NULL, 10) - 100;
        must(i < EVENTS);
        asked[i] = true;
        count++;
    }
    return count;
}

/* The event's own page: closed, and paid or not. */
static void
show_event(struct kit *k, uint32_t i, const char *more)
{
    char s[1024];

    snprintf(s, sizeof s, "{\"id\":\"%u\",\"closed\":true,\"markets\":["
             "{\"conditionId\":\"0xc%u\",\"clobTokenIds\":\"[\\\"%u\\\","
             "\\\"%u\\\"]\",\"closed\":true%s}]}", 100 + i, i, 5000 + 2 * i,
             5001 + 2 * i, more);
    feed_on_event(k->f, s, strlen(s), &k->in, k->out);
    kit_hear(k);
}

static struct kit *
open_many(void)
{
    struct kit *k = kit_open(false);

    k->conf.max_tokens = 2 * EVENTS;
    kit_start(k);
    must(kit_page(k, page_of(0, EVENTS)));
    kit_asks_none(k);
    kit_link(k, LINK_STATE_up);
    kit_asks_none(k);
    kit_forget(k);
    return k;
}

static void
every_event_that_left_the_listing_has_its_turn(void **state)
{
    struct kit *k = open_many();
    bool asked[EVENTS] = { false };
    uint32_t all = 0;

    (void)state;
    for (int pass = 0; pass < 2; pass++) {
        assert_true(kit_page(k, "{\"events\":[]}"));
        assert_int_equal(asks_events(k, asked), 20);
    }
    for (uint32_t i = 0; i < EVENTS; i++)
        all += asked[i];
    assert_int_equal(all, EVENTS);
    kit_close(k);
}

static void
what_is_settled_for_good_is_not_asked_for_again(void **state)
{
    struct kit *k = open_many();
    bool asked[EVENTS] = { false };

    (void)state;
    assert_true(kit_page(k, page_of(2, EVENTS - 2)));
    assert_int_equal(asks_events(k, asked), 2);
    show_event(k, 0, ",\"umaResolutionStatus\":\"resolved\","
                     "\"outcomePrices\":\"[\\\"1\\\",\\\"0\\\"]\"");
    show_event(k, 1, ",\"umaResolutionStatus\":\"proposed\"");
    memset(asked, 0, sizeof asked);
    assert_true(kit_page(k, page_of(2, EVENTS - 2)));
    assert_int_equal(asks_events(k, asked), 1);
    assert_true(asked[1]);
    kit_close(k);
}

static void
an_event_that_is_gone_closes_and_is_forgotten_at_last(void **state)
{
    struct kit *k = open_many();
    bool asked[EVENTS] = { false };

    (void)state;
    for (int pass = 0; pass < 5; pass++) {
        assert_int_equal(kit_said(k, TYPE_market), 0);
        assert_true(kit_page(k, page_of(1, EVENTS - 1)));
        assert_int_equal(asks_events(k, asked), 1);
    }
    assert_true(kit_page(k, page_of(1, EVENTS - 1)));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_string_equal(k->market.market.s, "0xc0");
    assert_false(k->market.open);
    assert_int_equal(k->status.state, BOOK_STATE_closed);
    /* Listed again it is open again. */
    assert_true(kit_page(k, page_of(0, EVENTS)));
    assert_true(k->market.open);
    for (int pass = 0; pass < 6; pass++) {
        assert_true(kit_page(k, page_of(1, EVENTS - 1)));
        kit_asks_none(k);
    }
    assert_false(k->market.open);
    k->in.wall.ns += INT64_C(3700) * 1000000000;
    assert_true(kit_page(k, page_of(1, EVENTS - 1)));
    kit_asks_none(k);
    kit_forget(k);
    /* As new. */
    assert_true(kit_page(k, page_of(0, EVENTS)));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_int_equal(k->market.rev, 1);
    kit_close(k);
}

static void
a_resolution_without_a_winner_is_learnt_from_the_listing(void **state)
{
    struct kit *k = kit_open(false);
    struct feed_ask ask;

    (void)state;
    kit_live(k);
    kit_frame(k, "{\"event_type\":\"market_resolved\",\"market\":\"" COND_A
        "\",\"winning_asset_id\":\"\",\"timestamp\":\"1790000000005\"}");
    assert_int_equal(kit_said(k, TYPE_resolution), 0);
    assert_true(kit_ask(k, &ask));
    assert_int_equal(ask.kind, FEED_ASK_EVENT);
    assert_string_equal(k->text, "77");
    const char *s = EVENT("77", "{\"conditionId\":\"" COND_A "\","
        "\"clobTokenIds\":\"[\\\"" YES_A "\\\",\\\"" NO_A "\\\"]\"" HALF "}",
        "");
    feed_on_event(k->f, s, strlen(s), &k->in, k->out);
    kit_hear(k);
    assert_int_equal(k->resolution.payout_yes.micros, MICROS / 2);
    assert_true(k->resolution.final);
    kit_frame(k, "{\"event_type\":\"market_resolved\",\"market\":\"0xdd\","
        "\"winning_asset_id\":null,\"timestamp\":\"1790000000005\"}");
    assert_int_equal(kit_count(k, FEED_bad_market), 1);
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_that_left_the_listing_has_its_turn),
        cmocka_unit_test(what_is_settled_for_good_is_not_asked_for_again),
        cmocka_unit_test(
            an_event_that_is_gone_closes_and_is_forgotten_at_last),
        cmocka_unit_test(
            a_resolution_without_a_winner_is_learnt_from_the_listing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
