/* test_plan - what is planted can be found, and nothing else
 *
 * A run in virtual time; after every piece of news the event it is about is
 * judged by this test's own arithmetic, from the books alone. */
#include "tests/unit/simex/client.h"

#define START INT64_C(1795000000000)
#define DEPTH_MIN (50 * INT64_C(1000000))

struct sight {               /* A basket below a dollar, as long as it is. */
    uint32_t event;
    bool pair;
    int64_t opened_ms, closed_ms, gross, net, depth;
};

struct watch {
    struct simex *x;
    struct sight sights[512];
    uint32_t count;
    struct situation planted[512];
    uint32_t planted_count;
    uint64_t news[NEWS_PLANTED + 1];
};

/* Own fee: shares x rate x p x (1 - p), here in doubles, for one share. */
static double
fee_of(const struct watch *w, uint32_t market, int64_t price)
{
    double p = (double)price / 1e6;
    return (double)w->x->listing->markets[market].fee_ppm / 1e6 * p * (1 - p);
}

struct sum { int64_t gross, depth; double fees; bool whole; };

static void
add_leg(const struct watch *w, struct sum *s, uint32_t market, uint32_t token,
        bool buy)
{
    const struct simex *x = w->x;
    int64_t price = buy ? simex_ask(x, market, token)
                        : simex_bid(x, market, token);
    s->whole &= price > 0;
    if (price == 0)
        return;
    bool flip = simex_ladders(x, market) == 1 && token == 1;
    uint32_t at = (uint32_t)(price / GRID_STEP);
    int64_t size = match_size(x->match, market, flip ? 0 : token,
                              buy != flip ? ASKS : BIDS,
                              flip ? GRID - at : at);
    s->gross += buy ? -price : price;
    s->fees += fee_of(w, market, price);
    if (size < s->depth)
        s->depth = size;
}

static struct sum
look(const struct watch *w, uint32_t event, bool pair)
{
    const struct listed_event *e = &w->x->listing->events[event];
    struct sum best = { .gross = -MICROS };
    for (int sell = 0; sell <= 1; sell++) {
        struct sum s = { .gross = sell ? -MICROS : MICROS,
                         .depth = INT64_MAX, .whole = true };
        uint32_t legs = pair ? 2 : e->count;
        for (uint32_t i = 0; i < legs; i++)
            add_leg(w, &s, pair ? e->first : e->first + i, pair ? i : 0,
                    !sell);
        if (s.whole && s.gross > best.gross)
            best = s;
    }
    return best;
}

static void
judge(struct watch *w, uint32_t event, int64_t now_ms)
{
    const struct listed_event *e = &w->x->listing->events[event];
    bool pair = e->count == 1;
    struct sum s = look(w, event, pair);
    struct sight *last = NULL;
    for (uint32_t i = 0; i < w->count; i++) {
        if (w->sights[i].event == event && w->sights[i].closed_ms == 0)
            last = &w->sights[i];
    }
    if (!s.whole || s.gross <= 0) {
        if (last)
            last->closed_ms = now_ms;
        return;
    }
    if (!last) {
        assert_true(w->count < 512);
        last = &w->sights[w->count++];
        *last = (struct sight){ .event = event, .pair = pair,
                                .opened_ms = now_ms };
    }
    if (s.gross > last->gross) {
        double years = (double)(e->ends_ms - now_ms) / 3.6e6 / 24 / 365;
        last->gross = s.gross;
        last->depth = s.depth;
        last->net = (int64_t)((double)s.gross - s.fees * 1e6 -
                              (pair ? 0 : 0.04 * years * 1e6));
    }
}

static void
on_news(void *arg, const struct news *n)
{
    struct watch *w = arg;
    w->news[n->what]++;
    if (n->what == NEWS_PLANTED) {
        for (uint32_t i = 0; i < w->planted_count; i++) {
            if (w->planted[i].id == n->planted->id) {
                w->planted[i] = *n->planted;
                return;
            }
        }
        assert_true(w->planted_count < 512);
        w->planted[w->planted_count++] = *n->planted;
        return;
    }
    if (n->what != NEWS_TRADE) /* The books are told right after it. */
        judge(w, w->x->listing->markets[n->market].event, n->now_ms);
}

static struct watch *
run_for(uint64_t seed, int64_t length_ms, int64_t plant_for_ms)
{
    struct watch *w = calloc(1, sizeof *w);
    struct simex_terms terms = {
        .seed = seed, .start_ms = START, .events = 50, .rate = 200,
        .run_ms = 60000, .warmup_ms = 5000, .plant_every_ms = 2500,
        .resolve_ppm = 400000, .plant_split = true, .plant_convert = true,
        .plant_for_ms = plant_for_ms,
    };
    assert_non_null(w);
    w->x = simex_new(&terms);
    simex_listen(w->x, on_news, w);
    simex_start(w->x, START);
    for (int64_t at = 0; at <= length_ms; at += 20)
        simex_tick(w->x, START + at);
    return w;
}

static struct watch *
run(uint64_t seed, int64_t length_ms)
{
    return run_for(seed, length_ms, 0);
}

static void
end(struct watch *w)
{
    struct why why = { "" };
    if (!accounts_agree(w->x->accounts, &why))
        fail_msg("%s", why.s);
    simex_destroy(&w->x);
    free(w);
}

static bool
belongs(const struct sight *s, const struct situation *p)
{
    return s->event == p->event && s->opened_ms >= p->opened_ms &&
           s->opened_ms <= p->closed_ms;
}

static bool
is_stale(const struct situation *p)
{
    return p->kind == DECOY_STALE || p->kind == DECOY_C_STALE;
}

static void
every_sight_is_a_planted_one_and_the_other_way_round(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct watch *w = run(seed, 240000);
        uint32_t found = 0, kinds[SITUATION_KINDS] = { 0 };
        for (uint32_t i = 0; i < w->count; i++) {
            uint32_t matches = 0;
            for (uint32_t k = 0; k < w->planted_count; k++)
                matches += belongs(&w->sights[i], &w->planted[k]) &&
                           !is_stale(&w->planted[k]);
            assert_int_equal(matches, 1);
        }
        for (uint32_t k = 0; k < w->planted_count; k++) {
            const struct situation *p = &w->planted[k];
            uint32_t seen = 0;
            for (uint32_t i = 0; i < w->count; i++) {
                if (!belongs(&w->sights[i], p))
                    continue;
                seen++;
                assert_int_equal(w->sights[i].opened_ms, p->opened_ms);
                assert_int_equal(w->sights[i].gross, p->gross);
                assert_true(p->open ||
                            w->sights[i].closed_ms == p->closed_ms);
            }
            kinds[p->kind]++;
            found += plan_found(p);
            /* A stale decoy is no basket in truth at any moment. */
            assert_int_equal(seen, is_stale(p) ? 0 : 1);
        }
        /* The others come with the stage only (test_stage.c). */
        for (int kind = 0; kind < DECOY_UNDER; kind++)
            assert_true(kinds[kind] > 0);
        assert_true(found >= 35);
        end(w);
    }
}

static void
what_is_to_be_found_pays_and_what_is_not_does_not(void **state)
{
    (void)state;
    struct watch *w = run(11, 240000);
    for (uint32_t i = 0; i < w->count; i++) {
        const struct sight *s = &w->sights[i];
        const struct situation *p = NULL;
        for (uint32_t k = 0; k < w->planted_count; k++) {
            if (belongs(s, &w->planted[k]))
                p = &w->planted[k];
        }
        assert_non_null(p);
        const struct listed_event *e = &w->x->listing->events[p->event];
        const struct listed_market *m = &w->x->listing->markets[e->first];
        if (plan_found(p)) {
            assert_true(s->gross >= 40000 && s->gross <= 62000);
            assert_true(s->net >= 9000 && s->depth >= DEPTH_MIN);
            assert_true(m->fee_known && m->liquidity >= 1000 * MICROS);
            assert_true(p->kind == PLANT_A || p->kind == PLANT_C
                            ? e->kind == EVENT_NEG_RISK
                            : !m->mirrored);
            assert_in_range(p->closed_ms - p->opened_ms, 3000, 8100);
        } else if (p->kind == DECOY_C_UNDER) {
            assert_true(s->gross >= 20000 && s->gross < 30000);
        } else if (p->kind == DECOY_SMALL || p->kind == DECOY_C_SMALL) {
            assert_true(s->gross >= 30000 && s->gross <= 34000);
            assert_true(s->net < 0);
        } else if (p->kind == DECOY_SHALLOW || p->kind == DECOY_C_SHALLOW) {
            assert_true(s->depth < DEPTH_MIN);
        } else if (p->kind == DECOY_AUGMENTED ||
                   p->kind == DECOY_C_AUGMENTED) {
            assert_int_equal(e->kind, EVENT_AUGMENTED);
        } else {
            assert_int_equal(p->kind, DECOY_UNKNOWN_FEE);
            assert_false(m->fee_known);
        }
    }
    end(w);
}

static void
events_end_after_their_basket_and_pay_out(void **state)
{
    (void)state;
    struct watch *w = run(3, 60000);
    const struct listing *l = w->x->listing;
    uint32_t resolved = 0;
    for (uint32_t i = 0; i < w->x->plan.ending_count; i++) {
        const struct listed_event *e = &l->events[w->x->plan.ending[i]];
        uint32_t winners = 0;
        assert_int_equal(e->state, LISTED_RESOLVED);
        assert_true(e->closed_ms >= START + 24000);
        for (uint32_t k = 0; k < e->count; k++) {
            winners += l->markets[e->first + k].winner == 0;
            resolved++;
        }
        if (e->count > 1)
            assert_int_equal(winners, 1);
        for (uint32_t k = 0; i < 2 && k < w->planted_count; k++) {
            if (w->planted[k].event == w->x->plan.ending[i])
                assert_true(w->planted[k].closed_ms + 3000 <= e->closed_ms);
        }
        if (i < 2)
            assert_true(w->x->plan.planted[w->x->plan.ending[i]] > 0);
    }
    assert_int_equal(w->x->plan.ending_count, 3);
    assert_int_equal(w->news[NEWS_RESOLVED], resolved);
    assert_int_equal(w->news[NEWS_LISTED], 1);
    end(w);
}

static void
nothing_stays_open_past_the_end_of_its_event(void **state)
{
    (void)state;
    struct watch *w = run_for(3, 90000, 40000);
    uint32_t cut = 0;
    for (uint32_t i = 0; i < w->planted_count; i++) {
        const struct situation *p = &w->planted[i];
        int64_t ends = w->x->listing->events[p->event].ends_ms;
        assert_true(p->closed_ms < ends + 20); /* A turn of ours. */
        cut += !p->open && p->closed_ms >= ends;
        assert_true(p->open || p->closed_ms >= ends ||
                    p->closed_ms >= p->opened_ms + 40000);
    }
    assert_int_equal(cut, 2);
    end(w);
}

static void
storms_are_kept_free(void **state)
{
    (void)state;
    struct simex_terms terms = { .seed = 2, .start_ms = START, .events = 50,
                                 .rate = 100, .run_ms = 60000,
                                 .plant_every_ms = 1000 };
    struct watch *w = calloc(1, sizeof *w);
    w->x = simex_new(&terms);
    simex_listen(w->x, on_news, w);
    assert_true(plan_storm(w->x, 10000, 15000));
    assert_true(plan_storm(w->x, 30000, 42000));
    simex_start(w->x, START);
    for (int64_t at = 0; at <= 60000; at += 20)
        simex_tick(w->x, START + at);
    for (uint32_t i = 0; i < w->planted_count; i++) {
        int64_t from = w->planted[i].opened_ms - START;
        int64_t to = w->planted[i].closed_ms - START;
        assert_true(to <= 10020 || from >= 15000);
        assert_true(to <= 30020 || from >= 42000);
    }
    assert_true(w->planted_count > 20);
    end(w);
}

/* --- what the stale decoy looks like from outside --- */

struct fooled { uint32_t events, situation; int64_t now; };

static void
client_sums(struct client *c, const struct plan *p, struct fooled *f)
{
    for (uint32_t i = 0; i < PLAN_OPEN; i++) {
        const struct situation *s = &p->open[i];
        if (!s->open || s->kind != DECOY_STALE || f->situation == s->id)
            continue;
        const struct listed_event *e = &c->x->listing->events[s->event];
        int64_t sum = 0;
        bool whole = true;
        for (uint32_t k = 0; k < e->count; k++) {
            const struct client_book *b = &c->books[(e->first + k) * 2];
            uint32_t n = b->counts[1];
            whole &= b->ok && n > 0;
            sum += n > 0 ? b->at[1][n - 1].micros : 0;
        }
        if (whole && sum < MICROS) {
            f->events++;
            f->situation = s->id;
        }
    }
}

static void
on_frame(void *arg, uint32_t conn, const char *s, size_t size, int64_t due)
{
    (void)conn;
    (void)due;
    client_frame(arg, s, size);
}

static void
on_drop(void *arg, uint32_t conn)
{
    (void)arg;
    fail_msg("nothing drops connection %u", conn);
}

static void
on_line(void *arg, const char *line, size_t size)
{
    (void)arg;
    assert_true(size > 0 && line[size - 1] == '\n');
}

static uint32_t
stale_decoys_believed(bool credulous)
{
    struct simex_terms terms = {
        .seed = 5, .start_ms = START, .events = 50, .rate = 100,
        .run_ms = 60000, .plant_every_ms = 1500, .plant_split = true,
    };
    struct simex *x = simex_new(&terms);
    struct face *face = face_new(x, false);
    struct client *c = client_new(x);
    struct hub_out out = { c, on_frame, on_drop, on_line, on_line };
    struct hub *hub = hub_new(x, face, NULL, &out);
    struct fooled f = { 0 };
    c->credulous = credulous;
    uint32_t conn = hub_open(hub);
    client_say(hub, conn, c, CLIENT_FIRST, 0, 410, false);
    for (int64_t at = 0; at <= 120000; at += 20) {
        hub_tick(hub, START + at);
        client_sums(c, &x->plan, &f);
        while (!credulous && c->wrong_count > 0) {
            uint32_t t = c->wrong[--c->wrong_count];
            client_say(hub, conn, c, CLIENT_OFF, t, t + 1, false);
            client_say(hub, conn, c, CLIENT_ON, t, t + 1, false);
        }
    }
    uint32_t planted = x->plan.opened[DECOY_STALE];
    assert_true(planted >= 4 && c->mismatches >= planted);
    client_destroy(&c);
    hub_destroy(&hub);
    face_destroy(&face);
    simex_destroy(&x);
    return f.events;
}

static void
a_stale_decoy_fools_only_who_does_not_prove_books(void **state)
{
    (void)state;
    assert_int_equal(stale_decoys_believed(false), 0);
    assert_true(stale_decoys_believed(true) >= 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sight_is_a_planted_one_and_the_other_way_round),
        cmocka_unit_test(what_is_to_be_found_pays_and_what_is_not_does_not),
        cmocka_unit_test(events_end_after_their_basket_and_pay_out),
        cmocka_unit_test(nothing_stays_open_past_the_end_of_its_event),
        cmocka_unit_test(storms_are_kept_free),
        cmocka_unit_test(a_stale_decoy_fools_only_who_does_not_prove_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
