/* test_stats - counters, and histograms whose buckets are where they say */

#include "common/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned
bucket_of(int64_t ns)
{
    struct histogram h = { { 0 } };

    histogram_add(&h, (struct nanos){ ns });
    assert_int_equal(histogram_count(&h), 1);
    for (unsigned i = 0; i < buckets_cap; i++)
        if (h.n[i])
            return i;
    fail();
    return 0;
}

static void
samples_fall_below_their_half_octave_bound(void **state)
{
    (void)state;
    assert_int_equal(bucket_of(INT64_MIN), 0);
    assert_int_equal(bucket_of(-1), 0);
    assert_int_equal(bucket_of(0), 0);
    assert_int_equal(bucket_of(1023), 0);
    assert_int_equal(bucket_of(1024), 1);
    assert_int_equal(bucket_of(1448), 1); /* 2^10.5 = 1448.15 */
    assert_int_equal(bucket_of(1449), 2);
    assert_int_equal(bucket_of(2047), 2);
    assert_int_equal(bucket_of(2048), 3);
    assert_int_equal(bucket_of(2896), 3); /* 2^11.5 = 2896.3 */
    assert_int_equal(bucket_of(2897), 4);
    assert_int_equal(bucket_of((INT64_C(1) << 41) - 1), 62);
    assert_int_equal(bucket_of(INT64_C(1) << 41), 63);
    assert_int_equal(bucket_of(INT64_MAX), 63);
    for (int64_t ns = 1000; ns < INT64_C(1) << 40; ns = ns * 9 / 8)
        assert_in_range(bucket_of(ns * 9 / 8), bucket_of(ns),
                        bucket_of(ns) + 1);
}

static void
quantiles_are_interpolated_within_a_bucket(void **state)
{
    (void)state;
    struct histogram h = { { 0 } };

    assert_int_equal(histogram_at(&h, 500).ns, 0);
    for (int i = 0; i < 100; i++)
        histogram_add(&h, (struct nanos){ 1500 }); /* 1449..2048 */
    assert_in_range(histogram_at(&h, 500).ns, 1740, 1756);
    assert_in_range(histogram_at(&h, 0).ns, 1449, 1449);
    assert_int_equal(histogram_at(&h, 1000).ns, 2048);
    assert_int_equal(histogram_at(&h, 2000).ns, 2048);
    for (int i = 0; i < 100; i++)
        histogram_add(&h, (struct nanos){ 1000000 });
    assert_in_range(histogram_at(&h, 500).ns, 2040, 2048);
    assert_in_range(histogram_at(&h, 990).ns, 741455, 1048576);
    assert_true(histogram_at(&h, 501).ns > 700000);
    histogram_add(&h, (struct nanos){ INT64_MAX });
    assert_int_equal(histogram_at(&h, 1000).ns, INT64_C(1) << 41);
}

static void
a_histogram_travels_unchanged(void **state)
{
    (void)state;
    struct histogram h = { { 0 } }, back;
    struct buckets b;

    histogram_to(&h, &b);
    assert_int_equal(b.count, 0);
    for (int64_t ns = 1; ns < INT64_MAX / 2; ns *= 2)
        histogram_add(&h, (struct nanos){ ns });
    histogram_to(&h, &b);
    assert_true(histogram_from(&back, &b));
    assert_memory_equal(&h, &back, sizeof h);
    b.count = 3;
    assert_true(histogram_from(&back, &b));
    assert_int_equal(back.n[3], 0);
    b.count = buckets_cap + 1;
    assert_false(histogram_from(&back, &b));
}

static void
a_peers_absurd_counts_do_no_harm(void **state)
{
    (void)state;
    struct histogram h;

    memset(&h, 0xff, sizeof h);
    assert_true(histogram_count(&h) == UINT64_MAX);
    for (unsigned p = 0; p <= 1000; p += 250)
        assert_in_range(histogram_at(&h, p).ns, 0, INT64_C(1) << 42);
}

static void
counters_have_names_and_count(void **state)
{
    (void)state;
    static const char *const names[] = { "frames", "bad", NULL };
    struct stats *s = stats_new(names);

    assert_int_equal(stats_size(s), 2);
    assert_string_equal(stats_name(s, 1), "bad");
    stats_count(s, 1, 3);
    stats_count(s, 1, 4);
    assert_int_equal(stats_value(s, 0), 0);
    assert_int_equal(stats_value(s, 1), 7);
    stats_destroy(&s);
    assert_null(s);
    s = stats_new(NULL);
    assert_int_equal(stats_size(s), 0);
    stats_destroy(&s);
}

static void
hops_are_found_by_name(void **state)
{
    (void)state;
    struct stats *s = stats_new(NULL);
    const char *name;

    assert_int_equal(stats_hops(s), 0);
    struct histogram *a = stats_hop(s, "feed_scan");
    struct histogram *b = stats_hop(s, "scan_exec");
    assert_ptr_not_equal(a, b);
    assert_ptr_equal(stats_hop(s, "feed_scan"), a);
    histogram_add(b, (struct nanos){ 5000 });
    assert_int_equal(stats_hops(s), 2);
    assert_int_equal(histogram_count(stats_hop_at(s, 1, &name)), 1);
    assert_string_equal(name, "scan_exec");
    assert_int_equal(histogram_count(stats_hop_at(s, 0, NULL)), 0);
    stats_destroy(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_fall_below_their_half_octave_bound),
        cmocka_unit_test(quantiles_are_interpolated_within_a_bucket),
        cmocka_unit_test(a_histogram_travels_unchanged),
        cmocka_unit_test(a_peers_absurd_counts_do_no_harm),
        cmocka_unit_test(counters_have_names_and_count),
        cmocka_unit_test(hops_are_found_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
