/* test_streams - a publisher's counts against what a subscriber heard
 *
 * By hand where it matters, then any losses, restarts and late joiners
 * against a bookkeeper who sees everything. */
#include "common/streams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct pair {
    struct streams sub;
    uint64_t run, tseq[TYPE_end_];
    uint64_t lost; /* By the last message. */
};

static struct pair *
new_pair(void)
{
    struct pair *p = calloc(1, sizeof *p);

    assert_non_null(p);
    p->run = 3;
    streams_want(&p->sub, TYPE_book_status);
    streams_want(&p->sub, TYPE_resolution);
    streams_want(&p->sub, TYPE_heartbeat);
    return p;
}

static struct envelope
say(struct pair *p, uint16_t type)
{
    return (struct envelope){ .type = type, .src = SOURCE_feed,
                              .run = p->run, .tseq = ++p->tseq[type] };
}

static void
hear(struct pair *p, uint16_t type)
{
    struct envelope e = say(p, type);

    assert_true(streams_hear(&p->sub, &e, &p->lost));
}

static void
beat(struct pair *p)
{
    struct heads heads;
    streams_heads(p->tseq, &heads);
    struct envelope e = say(p, TYPE_heartbeat);

    assert_true(streams_hear(&p->sub, &e, &p->lost));
    assert_int_equal(p->lost, 0);
    assert_true(streams_prove(&p->sub, &e, &heads, &p->lost));
}

static void
the_last_before_a_pause_is_missed_at_the_next_heartbeat(void **state)
{
    struct pair *p = new_pair();

    (void)state;
    beat(p);
    hear(p, TYPE_book_status);
    beat(p);
    assert_int_equal(p->lost, 0);
    (void)say(p, TYPE_book_status);
    (void)say(p, TYPE_resolution);
    (void)say(p, TYPE_resolution);
    beat(p);
    assert_int_equal(p->lost, 3);
    beat(p); /* Told once. */
    assert_int_equal(p->lost, 0);
    hear(p, TYPE_resolution);
    assert_int_equal(p->lost, 0);
    free(p);
}

static void
a_loss_found_by_its_number_is_not_told_again(void **state)
{
    struct pair *p = new_pair();

    (void)state;
    beat(p);
    (void)say(p, TYPE_book_status);
    hear(p, TYPE_book_status); /* Of a run with a base, even the first. */
    assert_int_equal(p->lost, 1);
    beat(p);
    assert_int_equal(p->lost, 0);
    free(p);
}

static void
who_joins_late_has_missed_nothing(void **state)
{
    struct pair *p = new_pair();

    (void)state;
    for (int i = 0; i < 9; i++)
        (void)say(p, TYPE_book_status);
    hear(p, TYPE_resolution);
    assert_int_equal(p->lost, 0);
    beat(p);
    assert_int_equal(p->lost, 0);
    hear(p, TYPE_book_status);
    assert_int_equal(p->lost, 0);
    beat(p);
    assert_int_equal(p->lost, 0);
    free(p);
}

static void
a_heartbeat_that_is_lost_is_no_loss(void **state)
{
    struct pair *p = new_pair();

    (void)state;
    beat(p);
    (void)say(p, TYPE_heartbeat);
    (void)say(p, TYPE_heartbeat);
    beat(p);
    assert_int_equal(p->lost, 0);
    (void)say(p, TYPE_resolution);
    (void)say(p, TYPE_heartbeat);
    beat(p);
    assert_int_equal(p->lost, 1);
    free(p);
}

static void
types_not_subscribed_to_do_not_count(void **state)
{
    struct pair *p = new_pair();

    (void)state;
    beat(p);
    for (int i = 0; i < 5; i++)
        (void)say(p, TYPE_trade);
    beat(p);
    assert_int_equal(p->lost, 0);
    free(p);
}

static void
a_new_run_begins_with_a_base_of_its_own(void **state)
{
    struct pair *p = new_pair();

    (void)state;
    beat(p);
    for (int i = 0; i < 9; i++)
        hear(p, TYPE_book_status);
    p->run++;
    memset(p->tseq, 0, sizeof p->tseq);
    (void)say(p, TYPE_book_status);
    (void)say(p, TYPE_resolution);
    beat(p);
    assert_int_equal(p->lost, 0);
    (void)say(p, TYPE_resolution);
    beat(p);
    assert_int_equal(p->lost, 1);
    free(p);
}

/* After a reconnect the old connection's rest may come behind the new one's
 * heartbeat: told as lost already, it is not heard a second time. */
static void
what_was_told_as_lost_and_comes_late_is_a_repeat(void **state)
{
    struct pair *p = new_pair();

    (void)state;
    beat(p);
    struct envelope late = say(p, TYPE_book_status);
    beat(p);
    assert_int_equal(p->lost, 1);
    assert_false(streams_hear(&p->sub, &late, &p->lost));
    free(p);
}

static void
heads_nobody_says_are_refused_and_change_nothing(void **state)
{
    struct pair *p = new_pair();
    const struct heads bad[] = {
        { 1, { { TYPE_none, 1 } } },
        { 1, { { TYPE_end_, 1 } } },
        { 1, { { UINT64_MAX, 1 } } },
        { 1, { { TYPE_resolution, 0 } } },
        { 2, { { TYPE_resolution, 1 }, { TYPE_resolution, 2 } } },
        { 2, { { TYPE_resolution, 1 }, { TYPE_market, 2 } } },
        { heads_cap + 1, { { TYPE_resolution, 1 } } },
    };
    struct streams before;

    (void)state;
    beat(p);
    before = p->sub;
    struct envelope e = say(p, TYPE_heartbeat);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(streams_prove(&p->sub, &e, &bad[i], &p->lost));
    assert_memory_equal(&before, &p->sub, sizeof before);
    /* Large numbers are only large. */
    const struct heads large = { 1, { { TYPE_resolution, UINT64_MAX } } };
    assert_true(streams_prove(&p->sub, &e, &large, &p->lost));
    assert_true(p->lost == UINT64_MAX);
    free(p);
}

static void
every_process_can_name_all_its_heads(void **state)
{
    (void)state;
    for (uint32_t src = 0; src < source_end_; src++) {
        uint64_t tseq[TYPE_end_] = { 0 };
        struct heads heads;

        tseq[TYPE_heartbeat] = tseq[TYPE_counter] = tseq[TYPE_latency] = 1;
        for (uint32_t type = 0; type < TYPE_end_; type++)
            if (link_routes((enum source)src, type) & ROUTE_PUB)
                tseq[type] = UINT64_MAX;
        streams_heads(tseq, &heads); /* A bug when they do not fit. */
        assert_true(heads.count >= 3);
    }
}

static uint64_t seed = 1;

static uint32_t
below(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

/* What is told, all together, is at every heartbeat exactly what was lost
 * since the first of the run. */
/* faults: F-071 F-090 */
static void
at_each_heartbeat_what_was_told_is_what_was_lost(void **state)
{
    static const uint16_t types[] = { TYPE_book_status, TYPE_resolution,
                                      TYPE_trade, TYPE_heartbeat };
    struct pair *p = new_pair();
    uint64_t told = 0, lost = 0, proofs = 0;
    bool based[TYPE_end_] = { false };

    (void)state;
    for (int i = 0; i < 300000; i++) {
        uint16_t type = types[below(4)];
        bool drops = below(100) < 30;
        if (below(5000) == 0) {
            p->run++;
            memset(p->tseq, 0, sizeof p->tseq);
            memset(based, 0, sizeof based);
            lost = told;
        }
        if (type == TYPE_heartbeat && drops) {
            (void)say(p, type);
        } else if (type == TYPE_heartbeat) {
            beat(p);
            told += p->lost;
            assert_true(told == lost);
            memset(based, true, sizeof based);
            proofs++;
        } else if (drops) {
            (void)say(p, type);
            lost += based[type] && type != TYPE_trade;
        } else if (type != TYPE_trade) {
            hear(p, type);
            based[type] = true;
            told += p->lost;
        }
    }
    assert_true(told > 10000 && proofs > 10000);
    free(p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_last_before_a_pause_is_missed_at_the_next_heartbeat),
        cmocka_unit_test(a_loss_found_by_its_number_is_not_told_again),
        cmocka_unit_test(who_joins_late_has_missed_nothing),
        cmocka_unit_test(a_heartbeat_that_is_lost_is_no_loss),
        cmocka_unit_test(types_not_subscribed_to_do_not_count),
        cmocka_unit_test(a_new_run_begins_with_a_base_of_its_own),
        cmocka_unit_test(what_was_told_as_lost_and_comes_late_is_a_repeat),
        cmocka_unit_test(heads_nobody_says_are_refused_and_change_nothing),
        cmocka_unit_test(every_process_can_name_all_its_heads),
        cmocka_unit_test(at_each_heartbeat_what_was_told_is_what_was_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
