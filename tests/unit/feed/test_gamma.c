/* test_gamma - the listing: fields, filters, and pages nobody should trust */
#include "tests/unit/feed/kit.h"

#include "feed/venues/polymarket.h"

static struct venue_room *room;

/* The last event of a listing, its markets in room. */
struct heard {
    unsigned events, bads;
    enum feed_counter bad;
    struct venue_event event;
};

static void
on_event(void *self, const struct venue_event *e)
{
    struct heard *h = self;

    h->events++;
    h->event = *e;
}

static void
on_bad(void *self, enum feed_counter what, const struct hash *token)
{
    struct heard *h = self;

    (void)token;
    h->bads++;
    h->bad = what;
}

static bool
read_page(struct heard *h, const char *s, struct venue_cursor *next)
{
    struct venue_sink sink = { .self = h, .event = on_event, .bad = on_bad };
    struct venue_cursor mine;

    memset(h, 0, sizeof *h);
    return venue_polymarket.read_page(room, s, strlen(s), &sink,
                                      next ? next : &mine);
}

static const struct venue_market *
read_market(struct heard *h, const char *fields)
{
    static char s[8192];

    snprintf(s, sizeof s, "[{\"id\":\"9\",\"markets\":[{\"conditionId\":"
             "\"0xc0\",\"clobTokenIds\":\"[\\\"1\\\",\\\"2\\\"]\"%s}]}]",
             fields);
    if (!read_page(h, s, NULL) || h->events != 1 || h->event.count != 1)
        return NULL;
    return &room->markets[0];
}

static void
a_market_is_read_field_by_field(void **state)
{
    struct heard h;
    struct venue_cursor next;

    (void)state;
    assert_true(read_page(&h, "{\"events\":["
        EVENT("77", MARKET(COND_A, YES_A, NO_A, ",\"negRisk\":true"),
              ",\"tags\":[{\"slug\":\"politics\"},7]")
        "],\"next_cursor\":\"abc==\"}", &next));
    assert_string_equal(next.s, "abc==");
    assert_int_equal(h.events, 1);
    assert_int_equal(h.bads, 0);
    assert_string_equal(h.event.id.s, "77");
    assert_int_equal(h.event.liquidity.micros, INT64_C(12345678912));
    assert_int_equal(h.event.tags_count, 1);
    const struct venue_market *m = &room->markets[0];
    assert_string_equal(m->m.market.s, COND_A);
    assert_int_equal(m->m.yes.b[31], 1001 & 0xff);
    assert_int_equal(m->m.tick.micros, 10000);
    assert_string_equal(m->tick_text, "0.01");
    assert_int_equal(m->m.min_size.micros, 5 * MICROS);
    assert_string_equal(m->min_text, "5");
    assert_int_equal(m->m.liquidity.micros, INT64_C(5000500000));
    assert_int_equal(m->m.ends.ns, INT64_C(1798718400) * 1000000000);
    assert_true(m->m.open && m->m.mirrored && !m->m.other);
    assert_true(m->m.fee_known);
    assert_int_equal(m->m.fee_rate.ppm, 0);
    assert_int_equal(m->m.order_version, 2);
    /* The market's flag counts in the hash; the event says it is binary. */
    assert_true(m->hash_neg_risk);
    assert_false(m->m.neg_risk);
}

static void
a_loud_day_says_no_more_than_its_week(void **state)
{
    static const struct { const char *said; int64_t volume; } all[] = {
        { "", 0 },
        { ",\"volume24hr\":700.25", 700250000 },
        { ",\"volume24hr\":\"700.25\"", 700250000 },
        { ",\"volume24hr\":700,\"volume1wk\":4900", 700000000 },
        { ",\"volume24hr\":700,\"volume1wk\":4899.999999", 699999999 },
        { ",\"volume24hr\":700,\"volume1wk\":99999", 700000000 },
        { ",\"volume24hr\":700,\"volume1wk\":null", 700000000 },
        { ",\"volume24hr\":700,\"volume1wk\":0", 0 },
        { ",\"volume24hr\":700,\"volume1wk\":-7", 0 },
        { ",\"volume24hr\":0,\"volume1wk\":4900", 0 },
        { ",\"volume24hr\":-1", 0 },
        { ",\"volume24hr\":1e9", 0 },
        { ",\"volume24hr\":null", 0 },
        { ",\"volume1wk\":4900", 0 },
    };
    struct heard h;

    (void)state;
    for (uint32_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_int_equal(read_market(&h, all[i].said)->m.volume.micros,
                         all[i].volume);
}

static void
what_a_market_is_resolved_by_has_a_hash(void **state)
{
    static const char *const others[] = {
        ",\"question\":\"q\",\"description\":\"e\"",
        ",\"question\":\"r\",\"description\":\"d\"",
        ",\"question\":\"qd\",\"description\":\"\"",
        ",\"question\":\"q\",\"description\":\"d\","
        "\"resolutionSource\":\"s\"",
    };
    struct heard h;
    struct hash was;

    (void)state;
    was = read_market(&h, ",\"question\":\"q\"")->m.rules;
    assert_true(hash_is_zero(&was)); /* Nothing says how. */
    was = read_market(&h, ",\"question\":\"q\",\"description\":\"d\"")
              ->m.rules;
    assert_false(hash_is_zero(&was));
    /* Prices and the like are no part of it; no source is an empty one. */
    assert_true(hash_equal(&was, &read_market(&h, ",\"question\":\"q\","
        "\"description\":\"d\",\"resolutionSource\":\"\","
        "\"liquidity\":\"7\"")->m.rules));
    for (uint32_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(hash_equal(&was, &read_market(&h, others[i])->m.rules));
}

static void
fees_are_known_or_they_are_not(void **state)
{
    struct heard h;

    (void)state;
    assert_false(read_market(&h, "")->m.fee_known);
    assert_false(read_market(&h, ",\"feesEnabled\":true")->m.fee_known);
    assert_false(read_market(&h, ",\"feesEnabled\":\"false\"")->m.fee_known);
    const struct venue_market *m = read_market(&h, ",\"feesEnabled\":true,"
        "\"feeSchedule\":{\"rate\":0.07,\"exponent\":1}");
    assert_true(m->m.fee_known);
    assert_int_equal(m->m.fee_rate.ppm, 70000);
    m = read_market(&h, ",\"feeSchedule\":{\"rate\":\"0.05\",\"exponent\":2}");
    assert_true(m->m.fee_known);
    assert_int_equal(m->m.fee_rate.ppm, 50000);
    assert_int_equal(m->m.fee_exponent, 2);
    m = read_market(&h, ",\"feesEnabled\":false,\"feeSchedule\":null");
    assert_true(m->m.fee_known);
    static const char *const bad[] = {
        "{\"rate\":0.07}", "{\"exponent\":1}", "7", "[]",
        "{\"rate\":0.07,\"exponent\":0}", "{\"rate\":0.07,\"exponent\":5}",
        "{\"rate\":0.07,\"exponent\":1.5}", "{\"rate\":-0.1,\"exponent\":1}",
        "{\"rate\":1.5,\"exponent\":1}", "{\"rate\":1e-2,\"exponent\":1}",
        "{\"rate\":true,\"exponent\":1}", "{\"rate\":\"x\",\"exponent\":1}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char fields[256];
        snprintf(fields, sizeof fields, ",\"feesEnabled\":true,"
                 "\"feeSchedule\":%s", bad[i]);
        if (read_market(&h, fields)->m.fee_known)
            fail_msg("a schedule: %s", bad[i]);
    }
}

static void
a_market_is_open_unless_something_says_no(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_market(&h, "")->m.open);
    assert_false(read_market(&h, ",\"closed\":true")->m.open);
    assert_false(read_market(&h, ",\"acceptingOrders\":false")->m.open);
    assert_false(read_market(&h, ",\"enableOrderBook\":false")->m.open);
    assert_false(read_market(&h, ",\"active\":false")->m.open);
    assert_true(read_market(&h, ",\"active\":false")->m.other);
    assert_true(read_market(&h, ",\"negRiskOther\":true")->m.other);
    assert_false(read_market(&h, ",\"simexMirrored\":false")->m.mirrored);
}

static void
ids_are_chosen_by_version_not_by_presence(void **state)
{
    struct heard h;

    (void)state;
    const struct venue_market *m =
        read_market(&h, ",\"positionIds\":[\"7\",\"8\"]");
    assert_int_equal(m->m.yes.b[31], 1);
    assert_int_equal(m->m.order_version, 2);
    m = read_market(&h,
                    ",\"positionIds\":[\"7\",\"8\"],\"version\":\"v2\"");
    assert_int_equal(m->m.yes.b[31], 7);
    assert_int_equal(m->m.order_version, 3);
    /* v2 without position ids cannot be traded. */
    assert_null(read_market(&h, ",\"version\":\"v2\""));
    assert_int_equal(h.bad, FEED_bad_list);
}

static void
a_resolution_needs_closed_and_prices_that_are_a_payout(void **state)
{
    struct heard h;

    (void)state;
#define PRICES(y, n) ",\"outcomePrices\":\"[\\\"" y "\\\",\\\"" n "\\\"]\""
#define RESOLVED ",\"closed\":true,\"umaResolutionStatus\":\"resolved\""
    assert_false(read_market(&h, PRICES("1", "0"))->resolved);
    const struct venue_market *m =
        read_market(&h, RESOLVED PRICES("1", "0"));
    assert_true(m->resolved && m->final);
    assert_int_equal(m->payout_yes.micros, MICROS);
    m = read_market(&h, RESOLVED PRICES("0.5", "0.5"));
    assert_true(m->resolved);
    assert_int_equal(m->payout_yes.micros, MICROS / 2);
    assert_false(read_market(&h, RESOLVED PRICES("0", "0"))->resolved);
    assert_false(read_market(&h, RESOLVED PRICES("2", "-1"))->resolved);
    assert_false(read_market(&h, RESOLVED PRICES("x", "1"))->resolved);
    m = read_market(&h, ",\"closed\":true" PRICES("0", "1"));
    assert_true(m->resolved && !m->final);
    assert_false(read_market(&h, ",\"closed\":true"
                             PRICES("0.97", "0.03"))->resolved);
    assert_false(read_market(&h, ",\"closed\":true,\"umaResolutionStatus\":"
                             "\"proposed\"" PRICES("1", "0"))->resolved);
}

static void
a_result_that_may_be_challenged_is_told_of_while_orders_are_taken(void **state)
{
    static const struct { const char *status; bool proposed; } all[] = {
        { "proposed", true }, { "disputed", true }, { "requested", false },
        { "resolved", false }, { "settled", false }, { "", false },
    };
    struct heard h;

    (void)state;
    assert_false(read_market(&h, "")->m.proposed);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char more[96];

        snprintf(more, sizeof more, ",\"umaResolutionStatus\":\"%s\"",
                 all[i].status);
        const struct venue_market *m = read_market(&h, more);
        assert_true(m->m.open && !m->resolved);
        assert_int_equal(m->m.proposed, all[i].proposed);
    }
}

static void
every_layout_of_a_date_is_read_and_nonsense_is_none(void **state)
{
    static const struct { const char *s; int64_t seconds; } dates[] = {
        { "2026-07-24T00:00:00Z", 1784851200 },
        { "2026-07-24 00:00:16+00", 1784851216 },
        { "2026-07-24T02:00:00+02:00", 1784851200 },
        { "2026-07-23T19:00:00-0500", 1784851200 },
        { "2026-07-24", 1784851200 },
        { "2024-02-29T12:00:00Z", 1709208000 },
    };
    static const char *const none[] = {
        "", "x", "2026", "2026-07", "2026-13-01", "2026-00-10", "2026-01-32",
        "2026-07-24T", "2026-07-24T25:00:00Z", "2026-07-24T00:61:00Z",
        "2026-07-24T00:00:00ZZ", "2026-07-24T00:00:00+99", "1500-01-01",
        "9999-01-01", "2026-07-24T00:00:00+0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        assert_int_equal(polymarket_iso(dates[i].s).ns,
                         dates[i].seconds * 1000000000);
    assert_int_equal(polymarket_iso("1970-01-01T00:00:01.25Z").ns,
                     1250000000);
    assert_int_equal(polymarket_iso("1970-01-01T00:00:00.1234567891234Z").ns,
                     123456789);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (polymarket_iso(none[i]).ns != 0)
            fail_msg("a date: %s", none[i]);
    assert_int_equal(polymarket_iso(NULL).ns, 0);
}

static void
questions_are_counted_though_they_cannot_be_followed(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_page(&h, PAGE(EVENT("77",
        MARKET(COND_A, YES_A, NO_A, ",\"negRisk\":true") ","
        "{\"conditionId\":\"\"},7,{\"conditionId\":\"0xd\",\"archived\":true},"
        MARKET(COND_B, YES_B, NO_B, ",\"negRisk\":true"), "")), NULL));
    assert_int_equal(h.event.questions, 4);
    assert_int_equal(h.event.count, 2);
    assert_int_equal(h.bads, 2);
    assert_int_equal(room->markets[0].m.event_size, 4);
    assert_int_equal(room->markets[1].m.event_index, 3);
}

static void
a_neg_risk_question_s_place_is_the_last_byte_of_its_id(void **state)
{
    struct heard h;

    (void)state;
#define ID(end) ",\"negRisk\":true,\"questionID\":\"0x" \
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddee" end "\""
    assert_true(read_page(&h, PAGE(EVENT("77",
        MARKET(COND_A, YES_A, NO_A, ID("03")) ","
        MARKET(COND_B, YES_B, NO_B, ID("00")), "")), NULL));
    assert_int_equal(room->markets[0].m.event_index, 3);
    assert_int_equal(room->markets[1].m.event_index, 0);
    /* A fourth was prepared, so two more are not listed. */
    assert_int_equal(room->markets[0].m.event_size, 4);
    assert_true(read_page(&h, PAGE(EVENT("77",
        MARKET(COND_A, YES_A, NO_A, ID("0x")) ","
        MARKET(COND_B, YES_B, NO_B, ID("0")), "")), NULL));
    assert_int_equal(room->markets[0].m.event_index, 0);
    assert_int_equal(room->markets[1].m.event_index, 1);
    assert_int_equal(room->markets[0].m.event_size, 2);
#undef ID
}

static void
a_market_s_tag_is_its_event_s_first_or_what_its_fees_say(void **state)
{
    struct heard h;

    (void)state;
    assert_true(read_page(&h, PAGE(EVENT("77",
        MARKET(COND_A, YES_A, NO_A, ",\"feeType\":\"sports_fees_v2\"") ","
        MARKET(COND_B, YES_B, NO_B, ",\"feeType\":7"), "")), NULL));
    assert_string_equal(room->markets[0].m.tag.s, "sports");
    assert_string_equal(room->markets[1].m.tag.s, "");
    assert_true(read_page(&h, PAGE(EVENT("77",
        MARKET(COND_A, YES_A, NO_A, ",\"feeType\":\"sports_fees_v2\""),
        ",\"tags\":[{\"slug\":\"elections\"},{\"slug\":\"x\"}]")), NULL));
    assert_string_equal(room->markets[0].m.tag.s, "elections");
}

static void
pages_that_are_none_are_refused(void **state)
{
    static const struct { const char *s; enum feed_counter bad; } all[] = {
        { "", FEED_bad_json }, { "{", FEED_bad_json }, { "7", FEED_bad_shape },
        { "{}", FEED_bad_shape }, { "{\"events\":{}}", FEED_bad_shape },
        { "{\"events\":[],\"events\":[]}", FEED_bad_json },
    };
    static const char *const tokens[] = {
        "\"[\\\"1\\\"]\"", "\"[\\\"1\\\",\\\"1\\\"]\"", "\"[1,2]\"", "7",
        "\"[\\\"1\\\",\\\"2\\\",\\\"3\\\"]\"", "\"\"", "\"[\"", "null",
        "\"[\\\"0\\\",\\\"1\\\"]\"", "\"[\\\"x\\\",\\\"1\\\"]\"",
    };
    struct heard h;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_false(read_page(&h, all[i].s, NULL));
        assert_int_equal(h.bad, all[i].bad);
    }
    assert_true(read_page(&h, "[7,{\"id\":7,\"markets\":[]},{\"id\":\"1\"},"
                              "{\"id\":\"\",\"markets\":[]}]", NULL));
    assert_int_equal(h.bads, 4);
    assert_int_equal(h.events, 0);
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        char s[512];
        snprintf(s, sizeof s, "[{\"id\":\"1\",\"markets\":[{\"conditionId\":"
                 "\"0xc0\",\"clobTokenIds\":%s}]}]", tokens[i]);
        assert_true(read_page(&h, s, NULL));
        assert_int_equal(h.bad, FEED_bad_list);
        assert_int_equal(h.event.count, 0);
        assert_int_equal(h.event.questions, 1);
    }
}

static void
a_cursor_too_long_to_keep_is_refused_not_cut(void **state)
{
    static char s[4096];
    struct venue_cursor next;
    struct heard h;
    size_t n;

    (void)state;
    n = (size_t)snprintf(s, sizeof s, "{\"events\":[],\"next_cursor\":\"");
    memset(s + n, 'a', 2000);
    memcpy(s + n + 2000, "\"}", 3);
    assert_false(read_page(&h, s, &next));
    assert_int_equal(h.bad, FEED_bad_shape);
}

static int
make_room(void **state)
{
    (void)state;
    room = calloc(1, sizeof *room);
    return room ? 0 : -1;
}

static int
drop_room(void **state)
{
    (void)state;
    free(room);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_market_is_read_field_by_field),
        cmocka_unit_test(a_loud_day_says_no_more_than_its_week),
        cmocka_unit_test(what_a_market_is_resolved_by_has_a_hash),
        cmocka_unit_test(fees_are_known_or_they_are_not),
        cmocka_unit_test(a_market_is_open_unless_something_says_no),
        cmocka_unit_test(ids_are_chosen_by_version_not_by_presence),
        cmocka_unit_test(
            a_resolution_needs_closed_and_prices_that_are_a_payout),
        cmocka_unit_test(
            a_result_that_may_be_challenged_is_told_of_while_orders_are_taken),
        cmocka_unit_test(every_layout_of_a_date_is_read_and_nonsense_is_none),
        cmocka_unit_test(questions_are_counted_though_they_cannot_be_followed),
        cmocka_unit_test(
            a_neg_risk_question_s_place_is_the_last_byte_of_its_id),
        cmocka_unit_test(
            a_market_s_tag_is_its_event_s_first_or_what_its_fees_say),
        cmocka_unit_test(pages_that_are_none_are_refused),
        cmocka_unit_test(a_cursor_too_long_to_keep_is_refused_not_cut),
    };

    return cmocka_run_group_tests(tests, make_room, drop_room);
}
