/* test_tail - bins read from titles, whether they fit together, and which
 * signals are believed */
#include "common/tail.h"

#include "common/remainder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/unit/common/signal_kit.h"

static void
bin_is(const char *question, int64_t low, int64_t high)
{
    struct title t;
    struct tail_bin b;

    assert_true(title_set(&t, question));
    if (!tail_bin(&t, &b))
        fail_msg("no bin: %s", question);
    if (b.low != low || b.high != high)
        fail_msg("%s: %lld..%lld", question, (long long)b.low,
                 (long long)b.high);
}

static void
no_bin(const char *question)
{
    struct title t;
    struct tail_bin b;

    assert_true(title_set(&t, question));
    if (tail_bin(&t, &b))
        fail_msg("a bin: %s: %lld..%lld", question, (long long)b.low,
                 (long long)b.high);
}

static void
titles_say_their_bins_both_ends_included(void **state)
{
    (void)state;
    bin_is("Will Anna Muster post 200-219 tweets from March 17 to March 24, "
           "2026?", 200, 219);
    bin_is("Will Anna Muster post 0-19 tweets in April 2026?", 0, 19);
    bin_is("Will Anna Muster post <40 tweets from March 12 to March 14, "
           "2026?", 0, 39);
    bin_is("Will Anna Muster post < 40 tweets?", 0, 39);
    bin_is("Will Anna Muster post 580+ tweets from March 10 to March 17, "
           "2026?", 580, INT64_MAX);
    bin_is("Will Anna Muster post >500 posts this week?", 501, INT64_MAX);
    bin_is("Will Anna Muster post 1,000-1,039 tweets in April 2026?", 1000,
           1039);
    bin_is("Will Anna Muster tweet 20\xe2\x80\x93" "39 times?", 20, 39);
    bin_is("Will Anna Muster post 700 or more posts?", 700, INT64_MAX);
    bin_is("Will Anna Muster post 19 or fewer posts?", 0, 19);
    bin_is("Will Anna Muster post fewer than 20 posts?", 0, 19);
    bin_is("Will Anna Muster post more than 20 posts?", 21, INT64_MAX);
    bin_is("Will Anna Muster post at least 20 posts?", 20, INT64_MAX);
    bin_is("Will the service go down 3 times in March?", 3, 3);
    bin_is("Will Anna Muster post between 60 and 79 times?", 60, 79);
}

static void
other_titles_say_none(void **state)
{
    (void)state;
    no_bin("Will Anna Muster post tweets in April 2026?");
    no_bin("Will Anna Muster post 20-39 tweets and 5 videos?");
    no_bin("Will the highest temperature be between 84-85\xc2\xb0" "F?");
    no_bin("Will Anna Muster be worth $200-219 in April 2026?");
    no_bin("Will turnout be 40-45%?");
    no_bin("Will Anna Muster post 1.5-2.5 tweets an hour?");
    no_bin("Will Anna Muster post \xe2\x89\xa4 40 tweets?");
    no_bin("Will Bitcoin hit 100?");
    no_bin("");
    no_bin("Will Anna Muster post 9999999999999999999 tweets?");
}

/* --- an event of bins -------------------------------------------------- */

static struct market
market(uint32_t i, uint32_t size, const char *question)
{
    struct market m = { .event_index = i, .event_size = size, .open = true,
                        .ends = { INT64_C(1780286400) * 1000000000 +
                                  6 * KIT_HOUR } };

    m.market.s[0] = 'm';
    m.market.s[1] = (char)('a' + i);
    text_set(&m.event, "e");
    title_set(&m.question, question);
    m.yes.b[0] = (uint8_t)(2 * i + 1);
    m.no.b[0] = (uint8_t)(2 * i + 2);
    return m;
}

static struct universe *
event_of(const char *const *questions, uint32_t count)
{
    struct universe *u = universe_new(16);

    for (uint32_t i = 0; i < count; i++) {
        struct market m = market(i, count, questions[i]);

        assert_int_equal(universe_put(u, &m), i);
    }
    return u;
}

static bool
is_whole(const char *const *questions, uint32_t count)
{
    struct universe *u = event_of(questions, count);
    bool whole = tail_is_whole(u, 0);

    universe_destroy(&u);
    return whole;
}

static const char *const three[] = { "Will it be 20-39 times?",
                                     "Will it be <20 times?",
                                     "Will it be 40+ times?" };

static void
bins_fit_together_or_nothing_is_believed(void **state)
{
    const char *q[] = { three[0], three[1], three[2] };

    (void)state;
    assert_true(is_whole(q, 3));
    assert_false(is_whole(q, 2));
    q[1] = "Will it be <19 times?"; /* 19 is in none. */
    assert_false(is_whole(q, 3));
    q[1] = "Will it be 0-20 times?"; /* 20 is in two. */
    assert_false(is_whole(q, 3));
    q[1] = "Will it be 1-19 times?"; /* 0 is in none. */
    assert_false(is_whole(q, 3));
    q[1] = "Will it be no more than 19 times?"; /* Read as above 19. */
    assert_false(is_whole(q, 3));
    q[1] = "Will it be never?";
    assert_false(is_whole(q, 3));
    q[1] = "Will it be 0-19 times?";
    q[2] = "Will it be 40-59 times?"; /* 60 is in none. */
    assert_false(is_whole(q, 3));
    q[2] = "Will it be 40 times or more?"; /* Read as 40. */
    assert_false(is_whole(q, 3));
}

static void
an_event_that_may_grow_is_not_whole(void **state)
{
    struct universe *u = event_of(three, 3);
    struct market m = market(0, 3, three[0]);

    (void)state;
    m.event_size = 4; /* One is not followed. */
    assert_int_equal(universe_put(u, &m), 0);
    assert_false(tail_is_whole(u, 0));
    m.event_size = 3;
    m.augmented = true;
    assert_int_equal(universe_put(u, &m), 0);
    assert_false(tail_is_whole(u, 0));
    m.augmented = false;
    m.other = true;
    assert_int_equal(universe_put(u, &m), 0);
    assert_false(tail_is_whole(u, 0));
    m.other = false;
    assert_int_equal(universe_put(u, &m), 0);
    assert_true(tail_is_whole(u, 0));
    universe_destroy(&u);
}

/* --- chances ----------------------------------------------------------- */

struct desk {
    struct strategy_conf conf;
    struct tails tails;
    struct universe *u;
    struct signal signal;
    struct tail tail;
};

/* Four hours are left, at most one an hour came; 25 so far. */
static void
open_desk(struct desk *d)
{
    memset(d, 0, sizeof *d);
    d->conf.g_chance_min.ppm = 900000;
    d->conf.g_yield_min.ppm = 30000;
    d->conf.g_left_min.ms = 1800000;
    d->conf.g_left_max.ms = 21600000;
    d->conf.g_age_max.ms = 900000;
    d->u = event_of(three, 3);
    d->signal = kit_signal("e", 25, 1,
                           (struct nanos){ INT64_C(1780286400) * 1000000000 +
                                           2 * KIT_HOUR }, 4);
    d->tail = (struct tail){ .conf = &d->conf, .tails = &d->tails,
                             .market = universe_market(d->u, 0), .yes = true,
                             .wall = d->signal.time };
}

static enum reason
chance(struct desk *d, struct ppm *c)
{
    memset(&d->tails, 0, sizeof d->tails);
    assert_true(tails_put(&d->tails, &d->signal));
    return tail_chance(&d->tail, c);
}

#define REFUSED(why, change)                                          \
    do {                                                              \
        struct desk d;                                                \
        struct ppm c;                                                 \
        open_desk(&d);                                                \
        assert_int_equal(chance(&d, &c), REASON_none);                \
        change;                                                       \
        assert_int_equal(chance(&d, &c), REASON_##why);               \
        assert_int_equal(c.ppm, 0);                                   \
        universe_destroy(&d.u);                                       \
    } while (0)

static void
the_bins_share_all_chances(void **state)
{
    struct desk d;
    struct ppm c, sum = { 0 };

    (void)state;
    open_desk(&d);
    for (uint32_t i = 0; i < 3; i++) {
        d.tail.market = universe_market(d.u, i);
        assert_int_equal(chance(&d, &c), REASON_none);
        sum.ppm += c.ppm;
        d.tail.yes = false;
        assert_int_equal(chance(&d, &c), REASON_none);
        sum.ppm += c.ppm;
        d.tail.yes = true;
    }
    assert_in_range(sum.ppm, 3 * MICROS - 6, 3 * MICROS);
    /* 4 expected, of 14 that stay within 39. */
    d.tail.market = universe_market(d.u, 0);
    assert_int_equal(chance(&d, &c), REASON_none);
    assert_in_range(c.ppm, 999970, 999990);
    universe_destroy(&d.u);
}

static void
a_boundary_belongs_to_its_bin(void **state)
{
    struct desk d;
    struct ppm in, next;

    (void)state;
    open_desk(&d);
    /* Nothing more may come: 39 is in 20-39, 40 in the next. */
    d.signal.count = d.signal.highest = 39;
    for (uint32_t i = 0; i < hours_cap; i++)
        d.signal.hours.at[i].n = 0;
    assert_int_equal(chance(&d, &in), REASON_none);
    assert_in_range(in.ppm, 920000, 925000); /* e^-0.08 */
    d.tail.market = universe_market(d.u, 2);
    assert_int_equal(chance(&d, &next), REASON_none);
    assert_in_range(in.ppm + next.ppm, MICROS - 1, MICROS);
    d.signal.count = d.signal.highest = 40;
    assert_int_equal(chance(&d, &next), REASON_none);
    assert_int_equal(next.ppm, MICROS);
    d.tail.market = universe_market(d.u, 0);
    assert_int_equal(chance(&d, &in), REASON_none);
    assert_int_equal(in.ppm, 0);
    universe_destroy(&d.u);
}

static void
doubt_is_taken_off_what_is_certain_too(void **state)
{
    struct desk d;
    struct ppm c;

    (void)state;
    open_desk(&d);
    d.conf.g_doubt.ppm = 5000;
    d.tail.market = universe_market(d.u, 1); /* <20: passed. */
    d.tail.yes = false;
    d.signal.hours.count = 0; /* No forecast is needed. */
    assert_int_equal(chance(&d, &c), REASON_none);
    assert_int_equal(c.ppm, 995000);
    d.tail.yes = true;
    assert_int_equal(chance(&d, &c), REASON_none);
    assert_int_equal(c.ppm, 0);
    universe_destroy(&d.u);
}

static void
a_signal_that_is_not_right_now_is_none(void **state)
{
    (void)state;
    REFUSED(NO_SIGNAL, text_set(&d.signal.event, "another"));
    REFUSED(NO_SIGNAL, d.signal.count = 24); /* It took one back. */
    REFUSED(NO_SIGNAL, d.signal.time.ns -= 900000000001);
    REFUSED(NO_SIGNAL, d.signal.time.ns += 5000000001);
    REFUSED(NO_SIGNAL, d.signal.starts.ns = d.signal.time.ns + 1);
    REFUSED(NO_SIGNAL, d.signal.ends.ns += KIT_HOUR + 1);
    REFUSED(NO_SIGNAL, d.signal.ends.ns -= KIT_HOUR + 1);
    REFUSED(UNSURE, d.signal.hours.count = REMAINDER_HOURS_MIN - 1);
    REFUSED(UNSURE, d.signal.hours_end.ns -= 24 * KIT_HOUR);
}

/* Both bounds, with the micro before. */
static void
it_is_traded_in_its_last_hours_alone(void **state)
{
    struct desk d;
    struct ppm c;
    static const struct { int64_t left_ms; enum reason why; } all[] = {
        { 21600001, REASON_WINDOW }, { 21600000, REASON_none },
        { 1800000, REASON_none },    { 1799999, REASON_WINDOW },
        { 0, REASON_WINDOW },        { -1, REASON_NO_SIGNAL },
    };

    (void)state;
    open_desk(&d);
    for (int i = 0; i < 6; i++) {
        d.tail.wall.ns = d.signal.ends.ns - all[i].left_ms * 1000000;
        d.signal.time = d.tail.wall;
        d.signal.hours_end.ns = d.tail.wall.ns - d.tail.wall.ns % KIT_HOUR;
        assert_int_equal(chance(&d, &c), all[i].why);
    }
    universe_destroy(&d.u);
}

static void
without_a_listed_end_there_is_no_trade(void **state)
{
    struct desk d;
    struct ppm c;
    struct market m = market(0, 3, three[0]);

    (void)state;
    open_desk(&d);
    m.ends.ns = 0;
    assert_int_equal(universe_put(d.u, &m), 0);
    assert_int_equal(chance(&d, &c), REASON_NO_SIGNAL);
    universe_destroy(&d.u);
}

static void
senseless_signals_are_not_kept(void **state)
{
    struct tails t = { .count = 0 };
    struct signal m = kit_signal("e", 25, 1, (struct nanos){ 1000 * KIT_HOUR },
                                 4), bad;

    (void)state;
#define SENSELESS(change)               \
    do {                                \
        bad = m;                        \
        change;                         \
        assert_false(tails_put(&t, &bad)); \
    } while (0)
    SENSELESS(text_set(&bad.event, ""));
    SENSELESS(bad.starts.ns = -1);
    SENSELESS(bad.ends = bad.starts);
    SENSELESS(bad.time.ns = -1);
    SENSELESS(bad.count = 1000001);
    SENSELESS(bad.highest = UINT64_MAX);
    assert_int_equal(t.count, 0);
    for (int i = 0; i < TAILS_CAP; i++) {
        m.event.s[0] = (char)('A' + i);
        assert_true(tails_put(&t, &m));
        assert_true(tails_put(&t, &m)); /* Again: the same place. */
    }
    assert_int_equal(t.count, TAILS_CAP);
    m.event.s[0] = 'z';
    assert_false(tails_put(&t, &m));
    m.time.ns = m.ends.ns + 1; /* The others are over by then. */
    assert_true(tails_put(&t, &m));
    assert_int_equal(t.count, TAILS_CAP);
    assert_non_null(tails_find(&t, &m.event));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_say_their_bins_both_ends_included),
        cmocka_unit_test(other_titles_say_none),
        cmocka_unit_test(bins_fit_together_or_nothing_is_believed),
        cmocka_unit_test(an_event_that_may_grow_is_not_whole),
        cmocka_unit_test(the_bins_share_all_chances),
        cmocka_unit_test(a_boundary_belongs_to_its_bin),
        cmocka_unit_test(doubt_is_taken_off_what_is_certain_too),
        cmocka_unit_test(a_signal_that_is_not_right_now_is_none),
        cmocka_unit_test(it_is_traded_in_its_last_hours_alone),
        cmocka_unit_test(without_a_listed_end_there_is_no_trade),
        cmocka_unit_test(senseless_signals_are_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
