/* test_face - field by field: types, order and oddities of the venue's texts
 */
#include "tests/unit/simex/face_stage.h"

/* A list inside a string; its nth text goes to out. */
static void
inner(const struct json_value *v, const char *key, uint32_t nth, char out[96])
{
    const char *s = text(v, key);
    struct json *in = json_parse(s, strlen(s), NULL);
    assert_non_null(in);
    assert_int_equal(json_size(json_root(in)), 2);
    const struct json_value *e = json_first(json_root(in));
    snprintf(out, 96, "%s", json_string(nth ? json_next(e) : e));
    json_destroy(&in);
}

static void
check_fees(const struct json_value *m, const struct listed_market *lm)
{
    const struct json_value *s = json_get(m, "feeSchedule");
    int64_t rate;
    assert_true(flag(m, "feesEnabled") == lm->fees_enabled);
    assert_true((s != NULL) == (lm->fees_enabled && lm->fee_known));
    if (!s)
        return;
    assert_true(json_micros(json_get(s, "rate"), &rate));
    assert_int_equal(rate, lm->fee_ppm);
    assert_number(s, "exponent");
    assert_true(flag(s, "takerOnly"));
}

static void
check_market(const struct json_value *m, const struct listed_market *lm)
{
    char s[96];
    assert_string_equal(text(m, "id"), lm->id);
    assert_string_equal(text(m, "conditionId"), lm->condition);
    assert_int_equal(strlen(lm->condition), 66);
    assert_string_equal(text(m, "question"), lm->question);
    inner(m, "outcomes", 1, s);
    assert_string_equal(s, "No");
    for (uint32_t t = 0; t < 2; t++) {
        inner(m, "clobTokenIds", t, s);
        /* A position is not what the older protocol trades. */
        assert_int_equal(strcmp(s, lm->token[t]) == 0, !lm->position);
    }
    if (lm->position)
        assert_string_equal(json_string(json_first(json_get(
                                m, "positionIds"))), lm->token[0]);
    inner(m, "outcomePrices", 0, s);
    text(m, "liquidity"); /* Strings here, numbers on events. */
    text(m, "volume");
    assert_number(m, "volume24hr");
    text(m, "endDate");
    assert_number(m, "liquidityNum");
    assert_number(m, "orderPriceMinTickSize");
    assert_number(m, "orderMinSize");
    assert_true(flag(m, "acceptingOrders") && flag(m, "enableOrderBook"));
    assert_false(flag(m, "closed"));
    assert_true((json_get(m, "simexMirrored") != NULL) == !lm->mirrored);
    if (!lm->mirrored)
        assert_false(flag(m, "simexMirrored"));
    assert_true(flag(m, "negRiskOther") == lm->other);
    check_fees(m, lm);
}

static void
the_catalogue_has_the_venues_types(void **state)
{
    (void)state;
    assert_int_equal(ask("/events/keyset", "limit=100&closed=false", NULL,
                         100), 200);
    assert_null(get("next_cursor"));
    uint32_t index = 0;
    const struct json_value *e = json_first(get("events"));
    for (; e; e = json_next(e), index++) {
        const struct listed_event *le = &x->listing->events[index];
        if (le->hidden)
            le = &x->listing->events[++index];
        assert_string_equal(text(e, "id"), le->id);
        assert_number(e, "liquidity");
        assert_number(e, "volume");
        bool neg_risk = le->kind >= EVENT_NEG_RISK;
        assert_true(flag(e, "negRisk") == neg_risk);
        assert_true(flag(e, "negRiskAugmented") ==
                    (le->kind == EVENT_AUGMENTED));
        if (neg_risk)
            assert_string_equal(text(e, "negRiskMarketID") + 64, "00");
        const struct json_value *m = json_first(json_get(e, "markets"));
        for (uint32_t i = 0; i < le->count; i++, m = json_next(m))
            check_market(m, &x->listing->markets[le->first + i]);
        assert_null(m);
    }
    assert_int_equal(index, 50);
}

static void
books_have_the_best_level_last_and_mirror_each_other(void **state)
{
    char query[128];
    (void)state;
    for (uint32_t t = 0; t < 40; t++) {
        const struct listed_market *m = &x->listing->markets[t / 2];
        int64_t last[2] = { 0, MICROS }, price;
        snprintf(query, sizeof query, "token_id=%s", m->token[t % 2]);
        assert_int_equal(ask("/book", query, NULL, 20), 200);
        assert_string_equal(json_string(get("market")), m->condition);
        assert_string_equal(json_string(get("hash")), face_hash(f, t));
        assert_string_equal(json_string(get("min_order_size")), "5");
        assert_true(json_is_string(get("timestamp")));
        for (int side = 0; side < 2; side++) {
            const struct json_value *l = json_first(get(side ? "asks"
                                                             : "bids"));
            for (; l; l = json_next(l)) {
                assert_true(json_is_string(json_get(l, "price")));
                assert_true(json_micros(json_get(l, "price"), &price));
                assert_true(side ? price < last[1] : price > last[0]);
                last[side] = price;
            }
        }
        assert_int_equal(last[0], simex_bid(x, t / 2, t % 2));
        assert_int_equal(last[1], simex_ask(x, t / 2, t % 2));
        if (m->mirrored)
            assert_int_equal(last[0], MICROS - simex_ask(x, t / 2,
                                                         1 - t % 2));
    }
}

static struct news caught;

static void
on_news(void *arg, const struct news *n)
{
    (void)arg;
    if (n->what == NEWS_LEVEL && caught.now_ms == 0)
        caught = *n;
}

static void
a_change_is_told_in_both_shapes(void **state)
{
    const struct listed_event *e = &x->listing->events[4];
    struct face *old = face_new(x, true);
    (void)state;
    caught = (struct news){ .now_ms = 0 };
    simex_listen(x, on_news, NULL);
    assert_true(tide_deep(x, e->first, 0, BIDS));
    quill_start(&q, room, FACE_ROOM);
    face_level_frame(f, &q, &caught, 3, 2);
    j = json_parse(q.s, q.size, NULL);
    assert_string_equal(text(json_root(j), "event_type"), "price_change");
    const struct json_value *c = json_first(get("price_changes"));
    assert_string_equal(text(c, "side"), "BUY");
    assert_string_equal(text(c, "hash"), face_hash(f, e->first * 2));
    c = json_next(c);
    assert_string_equal(text(c, "side"), "SELL");
    assert_string_not_equal(text(c, "hash"), face_hash(f, e->first * 2 + 1));
    assert_null(json_next(c));
    json_destroy(&j);
    quill_start(&q, room, FACE_ROOM);
    face_level_frame(old, &q, &caught, 1, 0);
    j = json_parse(q.s, q.size, NULL);
    assert_null(get("price_changes"));
    assert_int_equal(json_size(get("changes")), 1);
    assert_string_equal(json_string(get("hash")), face_hash(f, e->first * 2));
    face_destroy(&old);
}

static void
a_resolved_event_leaves_the_open_list_with_its_payout(void **state)
{
    const struct listed_event *e = &x->listing->events[0];
    char s[96], path[64], query[128];
    (void)state;
    simex_close(x, 0);
    snprintf(path, sizeof path, "/events/%s", e->id);
    snprintf(query, sizeof query, "token_id=%s",
             x->listing->markets[e->first].token[0]);
    ask(path, "", NULL, 20);
    const struct json_value *m = json_first(get("markets"));
    assert_false(flag(m, "acceptingOrders"));
    assert_false(flag(m, "closed"));
    assert_int_equal(ask("/book", query, NULL, 20), 200);
    assert_int_equal(json_size(get("bids")), 0);
    simex_resolve(x, 0, 1);
    ask(path, "", NULL, 20);
    assert_true(flag(json_root(j), "closed"));
    m = json_next(json_first(get("markets")));
    assert_true(flag(m, "closed"));
    assert_string_equal(text(m, "umaResolutionStatus"), "resolved");
    inner(m, "outcomePrices", 0, s);
    assert_string_equal(s, "1");
    inner(json_first(get("markets")), "outcomePrices", 0, s);
    assert_string_equal(s, "0");
    ask("/events/keyset", "closed=true", NULL, 20);
    assert_int_equal(json_size(get("events")), 1);
    assert_int_equal(ask("/book", query, NULL, 20), 404);
}

static void
a_market_without_a_winner_pays_half_and_names_none(void **state)
{
    const struct listing *l = x->listing;
    uint32_t event = 0;
    char s[96], path[64];
    (void)state;
    while (l->events[event].count != 1)
        event++;
    uint32_t market = l->events[event].first;
    simex_close(x, event);
    simex_resolve(x, event, SIMEX_HALF);
    assert_int_equal(simex_payout(x, market, 1), MICROS / 2);
    snprintf(path, sizeof path, "/markets/%s", l->markets[market].id);
    ask(path, "", NULL, 20);
    assert_true(flag(json_root(j), "closed"));
    for (uint32_t i = 0; i < 2; i++) {
        inner(json_root(j), "outcomePrices", i, s);
        assert_string_equal(s, "0.5");
    }
    struct news n = { .what = NEWS_RESOLVED, .market = market };
    quill_start(&q, room, FACE_ROOM);
    face_resolved_frame(f, &q, &n);
    json_destroy(&j);
    j = json_parse(q.s, q.size, NULL);
    assert_string_equal(text(json_root(j), "winning_asset_id"), "");
}

static void
times_are_iso_dates(void **state)
{
    char s[64];
    struct quill t;
    (void)state;
    quill_start(&t, s, sizeof s);
    face_iso(&t, START);
    quill_text(&t, " ");
    face_iso(&t, INT64_C(951782400000)); /* A leap day. */
    assert_string_equal(s, "2026-11-21T14:33:00Z 2000-02-29T00:00:00Z");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(the_catalogue_has_the_venues_types),
        STAGED(books_have_the_best_level_last_and_mirror_each_other),
        STAGED(a_change_is_told_in_both_shapes),
        STAGED(a_resolved_event_leaves_the_open_list_with_its_payout),
        STAGED(a_market_without_a_winner_pays_half_and_names_none),
        STAGED(times_are_iso_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
