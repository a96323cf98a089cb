/* test_listing - the event whose markets are bins of a count: they leave no
 * number out, and nothing else is another */
#include "tests/simex/listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/tail.h"

static const int64_t start_ms = INT64_C(1780000000000);

static struct listing *
make(uint64_t seed, uint32_t events)
{
    struct chance c;

    chance_start(&c, seed);
    return listing_new(&c, events, start_ms);
}

/* As feed would tell of it. */
static bool
is_whole(const struct listing *l, const struct listed_event *e)
{
    struct universe *u = universe_new(LISTED_EVENT_MARKETS);

    for (uint32_t i = 0; i < e->count; i++) {
        const struct listed_market *lm = &l->markets[e->first + i];
        struct market m = { .event_size = e->count, .event_index = i,
                            .yes = lm->key[0], .no = lm->key[1] };

        text_set(&m.event, e->id);
        text_set(&m.market, lm->condition);
        title_set(&m.question, lm->question);
        assert_int_equal(universe_put(u, &m), i);
    }
    bool whole = tail_is_whole(u, 0);
    universe_destroy(&u);
    return whole;
}

static void
one_event_is_of_a_count_and_the_others_are_as_ever(void **state)
{
    static const uint32_t sizes[] = { 10, 19, 50 };

    (void)state;
    for (uint32_t n = 0; n < 3; n++) {
        struct listing *a = make(n, sizes[n]), *b = make(n, sizes[n]);
        uint32_t changed = 0;

        listing_count(b, start_ms + 14400000);
        for (uint32_t i = 0; i < a->events_count; i++) {
            const struct listed_event *e = &b->events[i];

            if (is_whole(b, e)) {
                changed++;
                assert_false(is_whole(a, &a->events[i]));
                assert_int_equal(i, 18 % sizes[n]);
                assert_in_range(e->ends_ms, start_ms + 14340000,
                                start_ms + 14400000);
                continue;
            }
            assert_memory_equal(&a->events[i], e, sizeof *e);
            assert_memory_equal(&a->markets[e->first], &b->markets[e->first],
                                e->count * sizeof a->markets[0]);
        }
        assert_int_equal(changed, 1);
        listing_destroy(&a);
        listing_destroy(&b);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_event_is_of_a_count_and_the_others_are_as_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
