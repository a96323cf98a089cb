/* test_moved - a recorded market is published again, all of it, as of now */
#include "deploy/arb/replay/moved.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAID ((struct nanos){ INT64_C(1000000000) })

static const struct moved_by by = { 500, 3, 7 };

/* Its connection is the recording's own affair. */
static void
every_word_that_feed_publishes_is_published_again(void **state)
{
    uint32_t words = 0;

    (void)state;
    for (size_t i = 0; i < schema_all_count; i++) {
        const struct schema *sc = schema_all[i];
        void *msg = calloc(1, sc->size);

        assert_non_null(msg);
        bool is = (link_routes(SOURCE_feed, sc->type) & ROUTE_PUB) != 0 &&
                  sc->type != TYPE_venue_status &&
                  sc->type != TYPE_heartbeat && sc->type != TYPE_counter &&
                  sc->type != TYPE_latency;
        if (moved(sc->type, msg, &by) != is)
            fail_msg("%s", sc->name);
        words += is;
        free(msg);
    }
    assert_int_equal(words, 8);
}

static void
times_that_are_known_and_epochs_are_those_of_now(void **state)
{
    struct signal s = { .starts = SAID, .ends = SAID, .time = SAID };
    struct trade t = { .venue_time = SAID };
    struct book_delta d = { .epoch = (UINT64_C(3) << 24) + 5,
                            .received = SAID };

    (void)state;
    assert_true(moved(TYPE_signal, &s, &by));
    assert_int_equal(s.starts.ns, SAID.ns + 500);
    assert_int_equal(s.ends.ns, SAID.ns + 500);
    assert_int_equal(s.time.ns, SAID.ns + 500);
    assert_int_equal(s.hours_end.ns, 0);
    assert_true(moved(TYPE_trade, &t, &by));
    assert_int_equal(t.venue_time.ns, SAID.ns + 500);
    assert_true(moved(TYPE_book_delta, &d, &by));
    assert_int_equal(d.epoch, (UINT64_C(7) << 24) + 5);
    assert_int_equal(d.received.ns, SAID.ns + 500);
    assert_int_equal(d.venue_time.ns, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_that_feed_publishes_is_published_again),
        cmocka_unit_test(times_that_are_known_and_epochs_are_those_of_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
