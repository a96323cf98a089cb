/* test_live_storm - seeded chance at a live venue: answers lost, orders that
 * never arrive, streams that come and go, trades that fail, kills, crashes,
 * over a road that loses and repeats; then calm, and the audit against the
 * venue.  SEEDS=200 for a long one. */
#include "tests/unit/executor/audit_live.h"

static void
shake_book(struct floor *f, uint32_t token)
{
    static const int64_t asks[2] = { 23, 76 }, pair[2] = { 45, 50 };
    int64_t ask = token / 2 == 4 ? pair[token % 2] : asks[token % 2];
    int64_t bid = ask - 1 - (int64_t)(floor_random(f) % 3);

    if (token / 2 == 9) { /* Sold for more than a dollar. */
        ask = token % 2 == 0 ? 51 : 60;
        bid = ask - 1 - (int64_t)(floor_random(f) % 3);
    }
    floor_book(f, token, floor_chance(f, 50) ? 0 : bid,
               ask + (floor_chance(f, 60) ? 2 : 0),
               40 + (int64_t)(floor_random(f) % 100));
    floor_level(&f->token[token].asks, (ask + 4) * 10000,
                10 + (int64_t)(floor_random(f) % 100));
    f->token[token].age.ms = floor_chance(f, 10) ? 6000 : 10;
}

static void
shake_kill(struct floor *f)
{
    f->latched = !f->latched;
    f->kill_gen += f->latched;
    floor_say_latch(f);
}

static void
shake_peers(struct floor *f)
{
    switch (floor_random(f) % 8) {
    case 0:
        if (floor_chance(f, 300))
            f->crash_at = f->turns + 1 + floor_random(f) % 30;
        f->crash_journalled = floor_chance(f, 500);
        return;
    case 1:
        f->risk_silent = floor_chance(f, 100);
        return;
    case 2:
        f->venue.stream = !floor_chance(f, 150);
        return;
    case 3:
        f->venue.blind = floor_chance(f, 100);
        return;
    case 4:
        if (f->latched || floor_chance(f, 100))
            shake_kill(f);
        return;
    case 5:
        f->venue.no_cancels = floor_chance(f, 300);
        f->venue.no_chain = floor_chance(f, 300);
        f->venue.refuses = floor_chance(f, 200);
        return;
    case 6:
        floor_flatten(f, floor_chance(f, 100));
        return;
    default:
        f->venue.rest_all = floor_chance(f, 200);
        return;
    }
}

/* NO of the first k of an event bought, YES of the others sold. */
static void
make_conversion(struct floor *f, struct opportunity *m, uint32_t first,
                uint32_t k)
{
    m->strategy = STRATEGY_C;
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t no = first + 2 * i + 1;
        int64_t bid = 26 + (int64_t)(floor_random(f) % 3);

        floor_book(f, no - 1, bid, bid + 2,
                   40 + (int64_t)(floor_random(f) % 100));
        floor_book(f, no, 70, 72, 40 + (int64_t)(floor_random(f) % 100));
        m->legs.at[i].side = i < k ? SIDE_buy : SIDE_sell;
        m->legs.at[i].token = f->token[i < k ? no : no - 1].token;
        m->legs.at[i].limit.micros = i < k ? 720000 : bid * 10000;
    }
}

static void
shake(struct floor *f, uint64_t *scan)
{
    static const char events[] = "abcd";
    uint64_t dice = floor_random(f) % 30;
    char event = events[floor_random(f) % 4];

    if (dice == 0) {
        shake_peers(f);
    } else if (dice < 5) {
        uint32_t first = event == 'a' ? 0 : event == 'b' ? 8
                         : event == 'c' ? 10 : 18;
        struct opportunity m;

        for (uint32_t i = 0; i < (first % 10 == 8 ? 2u : 8u); i++)
            shake_book(f, first + i);
        m = floor_opportunity(f, ++*scan, event);
        if (first % 10 == 0 && floor_chance(f, 500))
            make_conversion(f, &m, first, 1 + floor_random(f) % 4);
        floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    } else {
        shake_book(f, (uint32_t)(floor_random(f) % 20));
    }
}

/* Everything works again, and everything can be sold. */
static void
calm(struct floor *f)
{
    f->lose_permille = f->repeat_permille = 0;
    f->deny_permille = f->shrink_permille = 0;
    f->venue.fate_permille = f->venue.blind_permille = 0;
    f->venue.deaf_permille = f->venue.fail_permille = 0;
    f->risk_silent = f->venue.blind = f->venue.no_cancels = false;
    f->venue.no_chain = f->venue.rest_all = f->venue.refuses = false;
    f->venue.stream = true;
    f->crash_at = 0;
    if (f->latched)
        shake_kill(f);
    for (int k = 0; k < 15; k++) {
        for (uint32_t i = 0; i < 2 * f->markets; i++) {
            f->token[i].age.ms = 10;
            floor_book(f, i, 75, 76, 100000);
        }
        floor_run(f, 8000);
    }
}

static struct floor *
storm(uint64_t seed)
{
    struct floor *f = floor_live();
    uint64_t scan = 0;

    f->seed = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    f->delay_most.ms = (int64_t)(floor_random(f) % (seed % 2 ? 10 : 100));
    f->lose_permille = (unsigned)(floor_random(f) % (seed % 3 ? 5 : 40));
    f->repeat_permille = (unsigned)(floor_random(f) % 100);
    f->shrink_permille = (unsigned)(floor_random(f) % 200);
    f->venue.fate_permille = (unsigned)(floor_random(f) % 300);
    f->venue.fail_permille = (unsigned)(floor_random(f) % 100);
    f->venue.deaf_permille = (unsigned)(floor_random(f) % 300);
    f->venue.blind_permille = (unsigned)(floor_random(f) % 200);
    f->strategy.C = f->strategy.c_live = true;
    f->strategy.c_time.ms = 500;
    f->conf.rest.ms = 500;
    f->conf.hold.ms = 3000;
    f->conf.hold_retry.ms = 100;
    f->conf.fill_wait.ms = 2000;
    f->conf.settle_wait.ms = 1500;
    f->conf.quiet.ms = 4000;
    f->conf.call_wait.ms = 2000;
    f->conf.look_most.ms = 1000;
    f->conf.reconcile_every.ms = 5000;
    floor_new_engine(f);
    for (int i = 0; i < 2500; i++) {
        shake(f, &scan);
        floor_run(f, (int64_t)(floor_random(f) % 6) * 10);
    }
    calm(f);
    return f;
}

/* faults: F-008 F-009 F-011 F-014 F-015 */
static void
whatever_happens_everything_ends_as_the_venue_has_it(void **state)
{
    uint64_t ended[exec_status_end_] = { 0 }, restarts = 0, orders = 0,
             trades = 0, dead = 0, failed = 0, deeds = 0, turned = 0;
    const char *text = getenv("SEEDS"), *first = getenv("SEED");
    uint64_t seeds = text != NULL ? strtoull(text, NULL, 10) : 8;
    uint64_t begin = first != NULL ? strtoull(first, NULL, 10) : 1;

    (void)state;
    for (uint64_t seed = begin; seed < begin + seeds; seed++) {
        struct floor *f;

        if (text != NULL)
            print_message("seed %llu\n", (unsigned long long)seed);
        f = storm(seed);
        audit_live(f);
        restarts += f->restarts;
        orders += f->venue.orders;
        trades += f->venue.trades;
        deeds += f->venue.deeds;
        for (uint32_t i = 0; i < f->venue.deeds; i++)
            turned += f->venue.deed[i].m.op == VENUE_OP_convert;
        for (uint32_t i = 0; i < f->facts; i++) {
            const struct execution *e = f->fact[i].m;
            const struct order *o = f->fact[i].m;
            const struct fill *m = f->fact[i].m;

            if (f->fact[i].schema == &execution_schema)
                ended[e->status]++;
            if (f->fact[i].schema == &order_schema)
                dead += o->reason == REASON_NOT_FOUND;
            if (f->fact[i].schema == &fill_schema)
                failed += m->state == FILL_STATE_failed;
        }
        floor_destroy(f);
    }
    for (int i = 0; i < exec_status_end_; i++)
        print_message("%s %llu, ",
                      enum_word(&exec_status_words, (uint32_t)i),
                      (unsigned long long)ended[i]);
    print_message("%llu starts, %llu orders, %llu trades, %llu failed, "
                  "%llu dead, %llu deeds, %llu of them conversions\n",
                  (unsigned long long)restarts, (unsigned long long)orders,
                  (unsigned long long)trades, (unsigned long long)failed,
                  (unsigned long long)dead, (unsigned long long)deeds,
                  (unsigned long long)turned);
    if (first == NULL && seeds >= 8)
        assert_true(restarts > 2 * seeds && trades > 20 * seeds &&
                    dead > 0 && failed > 0 && turned > 0 && deeds > turned &&
                    ended[EXEC_STATUS_FILLED] > 0 &&
                    ended[EXEC_STATUS_UNWOUND] > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_everything_ends_as_the_venue_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
