/* test_stage - on the stage what is planted pays, and nothing else does
 *
 * A run in virtual time.  After every piece of news each place is judged by
 * this test's own arithmetic, from the books alone, with the numbers of the
 * demo's settings (deploy/profiles/demo.yaml). */
#include "tests/unit/simex/client.h"

#include "tests/simex/stage.h"

#include "common/ties.h"

#define START INT64_C(1795000000000)
#define EVENTS 50

struct watch {
    struct simex *x;
    struct situation at[512];
    uint32_t count;
    uint32_t paid[SITUATION_KINDS];   /* Seen to be below what it is worth. */
};

static struct situation *
open_at(struct watch *w, uint32_t event)
{
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t events[STAGE_LEGS];
        uint32_t n = stage_events(w->x->listing, &w->at[i], events);
        for (uint32_t k = 0; k < n && w->at[i].open; k++)
            if (events[k] == event)
                return &w->at[i];
    }
    return NULL;
}

/* What its legs cost at the best asks, fees included; 0: one has none. */
static int64_t
cost_of(const struct watch *w, const struct scene *s)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        int64_t ask = simex_ask(w->x, s->leg[i].market, s->leg[i].token);
        int64_t fee = w->x->listing->markets[s->leg[i].market].fee_ppm;
        if (ask == 0)
            return 0;
        sum += ask + fee * ask / MICROS * (MICROS - ask) / MICROS;
    }
    return sum;
}

/* Less than this, and it is worth buying: 3 % of each dollar that must come,
 * the hit rate less the yield of ten days and the price of money for bonds
 * (0.0028), the chance of a bin with 3 % on top of its price. */
static int64_t
worth(enum situation_kind kind, int64_t pays)
{
    switch (situation_types[kind].strategy[0]) {
    case 'F': return STAGE_HIT - 2813;
    case 'G': return STAGE_SURE * INT64_C(1000) / 1030;
    default: return pays * (MICROS - STAGE_THRESHOLD) + 1;
    }
}

static void
judge(struct watch *w, uint32_t event)
{
    for (int k = FIRST_STAGED; k < SITUATION_KINDS; k++) {
        enum situation_kind kind = (enum situation_kind)k;
        for (uint32_t nth = 0; nth < 2; nth++) {
            struct scene s;
            assert_true(stage_scene(w->x->listing, kind, nth, &s));
            if (w->x->listing->markets[s.leg[0].market].event != event)
                continue;
            int64_t cost = cost_of(w, &s);
            struct situation *open = open_at(w, event);
            if (cost == 0 || cost >= worth(kind, s.pays))
                continue;
            /* Of several kinds one place may serve. */
            assert_non_null(open);
            assert_true(situation_types[open->kind].flaw != FLAW_under &&
                        situation_types[open->kind].flaw != FLAW_fees);
            w->paid[open->kind]++;
        }
    }
}

/* A stage event stays no basket of the others' strategies, but the one that is
 * there for a near miss of theirs. */
static void
judge_sums(const struct watch *w, uint32_t event)
{
    const struct listed_event *e = &w->x->listing->events[event];
    int64_t asks = 0, bids = 0;
    bool whole = true;
    struct scene judged;
    assert_true(stage_scene(w->x->listing, DECOY_A_ENDED, 0, &judged));
    if (e->kind != EVENT_NEG_RISK ||
        w->x->listing->markets[judged.leg[0].market].event == event)
        return;
    for (uint32_t i = e->first; i < e->first + e->count; i++) {
        whole &= simex_ask(w->x, i, 0) > 0;
        asks += simex_ask(w->x, i, 0);
        bids += simex_bid(w->x, i, 0);
    }
    assert_true(!whole || asks > MICROS - STAGE_THRESHOLD);
    assert_true(bids < MICROS + STAGE_THRESHOLD);
}

static void
on_news(void *arg, const struct news *n)
{
    struct watch *w = arg;
    uint32_t event = w->x->listing->markets[n->market].event;
    if (n->what == NEWS_PLANTED) {
        for (uint32_t i = 0; i < w->count; i++) {
            if (w->at[i].id == n->planted->id) {
                w->at[i] = *n->planted;
                return;
            }
        }
        assert_true(w->count < 512);
        w->at[w->count++] = *n->planted;
        judge(w, event); /* Its quotes came before this word. */
        return;
    }
    /* While quotes are put, their situation is not told of yet. */
    if (n->what != NEWS_TRADE && w->x->listing->events[event].stage &&
        w->x->tide.held[event] == 0)
        judge(w, event);
    if (n->what != NEWS_TRADE && w->x->listing->events[event].stage)
        judge_sums(w, event);
}

static void
run(struct watch *w, uint64_t seed, int64_t length_ms)
{
    struct simex_terms terms = {
        .seed = seed, .start_ms = START, .events = EVENTS, .rate = 300,
        .run_ms = 60000, .warmup_ms = 5000, .plant_every_ms = 600,
        .resolve_ppm = 400000, .plant_split = true, .plant_convert = true,
        .plant_more = true,
    };
    w->x = simex_new(&terms);
    simex_listen(w->x, on_news, w);
    simex_start(w->x, START);
    for (int64_t at = 0; at <= length_ms; at += 20)
        simex_tick(w->x, START + at);
}

static void
a_minute_has_every_kind_and_only_what_is_to_be_found_pays(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct watch *w = calloc(1, sizeof *w);
        struct why why = { "" };
        assert_non_null(w);
        run(w, seed, 60000);
        for (int k = 0; k < SITUATION_KINDS; k++) {
            if (w->x->plan.opened[k] == 0)
                fail_msg("seed %d: never \"%s\"", (int)seed,
                         situation_types[k].why);
            if (k >= FIRST_STAGED &&
                situation_types[k].flaw == FLAW_none)
                assert_true(w->paid[k] > 0);
        }
        if (!accounts_agree(w->x->accounts, &why))
            fail_msg("%s", why.s);
        simex_destroy(&w->x);
        free(w);
    }
}

/* A near miss because its result is proposed would be found but for that, and
 * the exchange says that it is. */
static void
what_may_be_challenged_is_planted_as_what_is_to_be_found(void **state)
{
    (void)state;
    static const enum situation_kind judged[] = {
        DECOY_A_ENDED, DECOY_B_ENDED, DECOY_C_ENDED,
    };
    struct watch *w = calloc(1, sizeof *w);
    assert_non_null(w);
    run(w, 5, 60000);
    struct face *f = face_new(w->x, false);
    for (uint32_t i = 0; i < 3; i++) {
        static char room[65536];
        struct quill q;
        struct scene s;
        assert_true(w->paid[judged[i]] > 0);
        assert_true(stage_scene(w->x->listing, judged[i], 0, &s));
        quill_start(&q, room, sizeof room);
        face_market(f, &q, s.leg[0].market, false);
        assert_non_null(strstr(room, "\"acceptingOrders\":true"));
        assert_non_null(strstr(room,
                               "\"umaResolutionStatus\":\"proposed\""));
    }
    face_destroy(&f);
    simex_destroy(&w->x);
    free(w);
}

static void
what_the_crowd_is_drawn_to_be_is_the_same_with_and_without(void **state)
{
    (void)state;
    struct simex_terms terms = { .seed = 9, .start_ms = START,
                                 .events = EVENTS };
    struct simex *a = simex_new(&terms);
    terms.plant_more = true;
    struct simex *b = simex_new(&terms);
    terms.seed = 10;
    struct simex *c = simex_new(&terms);
    uint32_t first = b->listing->events[EVENTS].first;
    assert_int_equal(a->listing->events_count, EVENTS);
    assert_int_equal(a->listing->markets_count, first);
    for (uint32_t i = 0; i < first; i++) {
        assert_string_equal(a->listing->markets[i].condition,
                            b->listing->markets[i].condition);
        assert_int_equal(a->tide.fair[i], b->tide.fair[i]);
    }
    /* And of the stage, whatever the seed. */
    assert_true(b->listing->markets_count > first + 30);
    for (uint32_t i = first; i < b->listing->markets_count; i++)
        assert_string_equal(b->listing->markets[i].token[0],
                            c->listing->markets[i].token[0]);
    simex_destroy(&a);
    simex_destroy(&b);
    simex_destroy(&c);
}

/* Text of a market as the exchange shows it, hashed as scanner's feed does. */
static struct hash
shown(struct face *f, uint32_t market)
{
    static char room[65536];
    struct quill q;
    struct why why;
    quill_start(&q, room, sizeof room);
    face_market(f, &q, market, false);
    struct json *j = json_parse(q.s, q.size, &why);
    assert_non_null(j);
    const struct json_value *o = json_root(j);
    struct hash h = ties_text(json_string(json_get(o, "question")),
                              json_string(json_get(o, "description")),
                              json_string(json_get(o, "resolutionSource")));
    json_destroy(&j);
    return h;
}

static void
the_demo_ties_texts_that_are_there_but_for_one(void **state)
{
    (void)state;
    struct simex_terms terms = { .seed = 3, .start_ms = START,
                                 .events = EVENTS, .plant_more = true };
    struct simex *x = simex_new(&terms);
    struct face *f = face_new(x, false);
    struct complaints bad = { 0, "" };
    struct ties *t = ties_read("deploy/demo-relations.yaml", &bad);
    uint32_t same = 0, other = 0;
    assert_non_null(t);
    for (uint32_t i = 0; i < t->count; i++) {
        for (uint32_t k = 0; k < t->at[i].count; k++) {
            uint32_t m = listing_condition(x->listing, t->at[i].market[k].s);
            assert_true(m != MAP_NONE);
            struct hash h = shown(f, m);
            if (hash_equal(&h, &t->at[i].text[k]))
                same++;
            else
                other++;
        }
    }
    assert_int_equal(same, 14);
    assert_int_equal(other, 2);
    ties_destroy(&t);
    face_destroy(&f);
    simex_destroy(&x);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_minute_has_every_kind_and_only_what_is_to_be_found_pays),
        cmocka_unit_test(
            what_may_be_challenged_is_planted_as_what_is_to_be_found),
        cmocka_unit_test(
            what_the_crowd_is_drawn_to_be_is_the_same_with_and_without),
        cmocka_unit_test(the_demo_ties_texts_that_are_there_but_for_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
