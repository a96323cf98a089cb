/* test_requests - what riskd must hear: in order, until acked, and found
 * again after a restart; and the lease, whose time counts from the asking. */
#include "executor/lease.h"
#include "executor/requests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAP = 8 };

static const struct ms every = { 500 };
static const struct nanos start = { 1000000000 };

struct desk {
    struct requests *r;
    struct outbox *out;
};

static struct desk
sit(void)
{
    struct desk d = { requests_new(CAP),
                      outbox_new(SOURCE_executor, 1 << 20, 256) };

    requests_leased(d.r, (struct nanos){ INT64_MAX });
    return d;
}

static void
leave(struct desk *d)
{
    requests_destroy(&d->r);
    outbox_destroy(&d->out);
}

static struct fill
fill_of(uint8_t auth)
{
    return (struct fill){ .auth = { { auth } }, .qty = { MICROS } };
}

/* How many of a type went to riskd since the last look; the last's id. */
static uint32_t
heard(struct desk *d, uint16_t type, uint64_t *req)
{
    uint32_t count = 0;

    for (size_t i = 0; i < outbox_count(d->out); i++) {
        const struct said *s = outbox_at(d->out, i);

        if (s->schema->type == type && s->routes & ROUTE_RISK) {
            count++;
            *req = s->to.req;
        }
    }
    outbox_clear(d->out);
    return count;
}

static void
a_release_waits_for_a_lease(void **state)
{
    struct desk d = sit();
    struct release m = { .auth = { { 1 } } };
    struct nanos late = { start.ns + every.ms * 1000000 };
    uint64_t req;

    (void)state;
    requests_leased(d.r, start);
    requests_release(d.r, &m, start, d.out);
    assert_int_equal(requests_resend(d.r, late, every, d.out), 0);
    assert_int_equal(heard(&d, TYPE_release, &req), 0);
    requests_leased(d.r, (struct nanos){ late.ns + 1 });
    (void)requests_resend(d.r, late, every, d.out);
    assert_int_equal(heard(&d, TYPE_release, &req), 1);
    assert_true(requests_ack(d.r, req));
    leave(&d);
}

static void
a_release_waits_for_the_fills_before_it(void **state)
{
    struct desk d = sit();
    struct fill f = fill_of(1);
    struct release m = { .auth = { { 1 } } };
    uint64_t first, second, req;

    (void)state;
    requests_fill(d.r, &f, start, d.out);
    assert_int_equal(heard(&d, TYPE_fill, &first), 1);
    requests_fill(d.r, &f, start, d.out);
    assert_int_equal(heard(&d, TYPE_fill, &second), 1);
    requests_release(d.r, &m, start, d.out);
    assert_true(requests_has_release(d.r, &m.auth));
    assert_int_equal(heard(&d, TYPE_release, &req), 0);
    assert_true(requests_ack(d.r, second));
    requests_send_new(d.r, start, d.out);
    assert_int_equal(heard(&d, TYPE_release, &req), 0);
    assert_true(requests_ack(d.r, first));
    requests_send_new(d.r, start, d.out);
    assert_int_equal(heard(&d, TYPE_release, &req), 1);
    assert_true(requests_ack(d.r, req));
    assert_int_equal(requests_room(d.r), CAP);
    leave(&d);
}

static void
a_settlement_is_journalled_at_once_and_sent_in_turn(void **state)
{
    struct desk d = sit();
    struct fill f = fill_of(1);
    struct settle m = { .qty = { MICROS } };
    const struct said *s;
    uint64_t req, settle_req;

    (void)state;
    requests_fill(d.r, &f, start, d.out);
    heard(&d, TYPE_fill, &req);
    requests_settle(d.r, &m, start, d.out);
    assert_int_equal(outbox_count(d.out), 1);
    s = outbox_at(d.out, 0);
    assert_int_equal(s->routes, ROUTE_FACTS | ROUTE_SYNC);
    outbox_clear(d.out);
    assert_true(requests_ack(d.r, req));
    requests_send_new(d.r, start, d.out);
    assert_int_equal(outbox_at(d.out, 0)->routes, ROUTE_RISK);
    assert_int_equal(heard(&d, TYPE_settle, &settle_req), 1);
    leave(&d);
}

static void
a_split_goes_at_once_and_what_follows_waits_for_it(void **state)
{
    struct desk d = sit();
    struct fill f = fill_of(1);
    struct settle split = { .kind = SETTLE_KIND_split, .auth = { { 2 } },
                            .qty = { MICROS } };
    struct settle merge = { .kind = SETTLE_KIND_merge, .qty = { MICROS } };
    struct release m = { .auth = { { 2 } } };
    uint64_t fill, first, req;

    (void)state;
    requests_fill(d.r, &f, start, d.out);
    assert_int_equal(heard(&d, TYPE_fill, &fill), 1);
    first = requests_settle(d.r, &split, start, d.out);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    assert_int_equal(req, first);
    assert_true(requests_ack(d.r, fill));
    requests_release(d.r, &m, start, d.out);
    (void)requests_settle(d.r, &merge, start, d.out);
    assert_int_equal(heard(&d, TYPE_release, &req), 0);
    assert_true(requests_ack(d.r, first));
    requests_send_new(d.r, start, d.out);
    assert_int_equal(outbox_count(d.out), 2);
    assert_int_equal(outbox_at(d.out, 0)->schema->type, TYPE_release);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    leave(&d);
}

/* riskd would refuse it for good: the NO it takes are not there before. */
static void
a_conversion_waits_for_what_was_bought(void **state)
{
    struct desk d = sit();
    struct fill f = fill_of(1);
    struct settle m = { .kind = SETTLE_KIND_convert, .auth = { { 1 } },
                        .qty = { MICROS }, .made = { MICROS } };
    uint64_t fill, first, req;

    (void)state;
    requests_fill(d.r, &f, start, d.out);
    assert_int_equal(heard(&d, TYPE_fill, &fill), 1);
    first = requests_settle(d.r, &m, start, d.out); /* One NO: no dollars. */
    assert_int_equal(heard(&d, TYPE_settle, &req), 0);
    m.cash.micros = -MICROS;
    (void)requests_settle(d.r, &m, start, d.out);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    assert_int_not_equal(req, first);
    assert_true(requests_ack(d.r, fill));
    requests_send_new(d.r, start, d.out);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    assert_int_equal(req, first);
    leave(&d);
}

/* faults: F-012 F-013 F-079 */
static void
what_is_not_acked_is_said_again_with_the_same_id(void **state)
{
    struct desk d = sit();
    struct fill f = fill_of(1);
    struct nanos later = { start.ns + 499 * INT64_C(1000000) };
    uint64_t first, again;

    (void)state;
    requests_fill(d.r, &f, start, d.out);
    assert_int_equal(heard(&d, TYPE_fill, &first), 1);
    assert_int_equal(requests_resend(d.r, later, every, d.out), 0);
    later.ns += 1000000;
    assert_int_equal(requests_resend(d.r, later, every, d.out), 1);
    assert_int_equal(outbox_at(d.out, 0)->routes, ROUTE_RISK);
    assert_int_equal(heard(&d, TYPE_fill, &again), 1);
    assert_int_equal(first, again);
    assert_true(requests_ack(d.r, first));
    assert_false(requests_ack(d.r, first));
    assert_false(requests_ack(d.r, 0));
    assert_false(requests_ack(d.r, 12345));
    later.ns += INT64_C(10000000000);
    assert_int_equal(requests_resend(d.r, later, every, d.out), 0);
    leave(&d);
}

static void
room_counts_from_the_oldest_that_is_not_acked(void **state)
{
    struct desk d = sit();
    struct fill f = fill_of(1);
    uint64_t first, req;

    (void)state;
    requests_fill(d.r, &f, start, d.out);
    heard(&d, TYPE_fill, &first);
    for (int i = 0; i < CAP - 1; i++) {
        requests_fill(d.r, &f, start, d.out);
        heard(&d, TYPE_fill, &req);
        assert_true(requests_ack(d.r, req));
    }
    assert_int_equal(requests_room(d.r), 0);
    assert_true(requests_ack(d.r, first));
    assert_int_equal(requests_room(d.r), CAP);
    leave(&d);
}

static void
after_a_restart_only_fills_of_open_reservations_are_said(void **state)
{
    struct desk d = sit();
    struct fill f;
    uint64_t req;

    (void)state;
    for (uint8_t i = 0; i < 20; i++) {
        f = fill_of(i % 3);
        requests_recall_fill(d.r, &f, false);
    }
    assert_int_equal(requests_resend(d.r, start, every, d.out), 0);
    assert_int_equal(heard(&d, TYPE_fill, &req), 0);
    requests_open(d.r, &(struct uuid){ { 2 } });
    requests_unlist(d.r);
    requests_open(d.r, &(struct uuid){ { 1 } });
    requests_recalled(d.r);
    (void)requests_resend(d.r, start, every, d.out);
    /* Of the last 8, numbers 13, 16 and 19 are of reservation 1. */
    assert_int_equal(heard(&d, TYPE_fill, &req), 3);
    leave(&d);
}

/* Whatever is listed: its reservation was closed before it came. */
static void
a_late_fill_of_an_earlier_run_is_said_again(void **state)
{
    struct desk d = sit();
    struct fill f = fill_of(1);
    uint64_t req;

    (void)state;
    requests_recall_fill(d.r, &f, true);
    requests_recalled(d.r);
    (void)requests_resend(d.r, start, every, d.out);
    assert_int_equal(heard(&d, TYPE_fill, &req), 1);
    leave(&d);
}

static void
settlements_of_an_earlier_run_are_said_again(void **state)
{
    struct desk d = sit();
    struct settle m = { .qty = { MICROS } };
    uint64_t req;

    (void)state;
    requests_recall_settle(d.r, &m);
    assert_int_equal(requests_resend(d.r, start, every, d.out), 0);
    requests_recalled(d.r);
    (void)requests_resend(d.r, start, every, d.out);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    leave(&d);
}

static void
splits_of_an_earlier_run_are_said_while_their_grant_is_open(void **state)
{
    struct desk d = sit();
    struct settle m = { .kind = SETTLE_KIND_split, .qty = { MICROS } };
    uint64_t req;

    (void)state;
    for (uint8_t i = 1; i <= 3; i++) {
        m.auth.b[0] = i;
        requests_recall_settle(d.r, &m);
    }
    m.kind = SETTLE_KIND_merge;
    (void)requests_settle(d.r, &m, start, d.out);
    requests_open(d.r, &(struct uuid){ { 2 } });
    assert_int_equal(heard(&d, TYPE_settle, &req), 0);
    requests_recalled(d.r);
    (void)requests_resend(d.r, start, every, d.out);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    assert_true(requests_ack(d.r, req));
    requests_send_new(d.r, start, d.out);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    leave(&d);
}

/* The grant it was bought under has ended by then; riskd books it once. */
static void
a_conversion_of_an_earlier_run_is_said_again(void **state)
{
    struct desk d = sit();
    struct settle m = { .kind = SETTLE_KIND_convert, .auth = { { 1 } },
                        .qty = { MICROS }, .made = { MICROS } };
    uint64_t req;

    (void)state;
    requests_recall_settle(d.r, &m);
    requests_recalled(d.r);
    (void)requests_resend(d.r, start, every, d.out);
    assert_int_equal(heard(&d, TYPE_settle, &req), 1);
    leave(&d);
}

/* --- lease -------------------------------------------------------------- */
static const struct lease usual = { .epoch = 3, .size = { 10000 },
                                    .mode = MODE_paper, .ttl = { 2000 } };

static struct nanos
ms_after(int64_t ms)
{
    return (struct nanos){ start.ns + ms * 1000000 };
}

/* faults: F-092 */
static void
a_lease_counts_from_its_request(void **state)
{
    struct lease_held l = { .held = false };

    (void)state;
    assert_false(lease_is_alive(&l, start));
    lease_asks(&l, 7, start);
    assert_true(lease_takes(&l, &usual, 7));
    assert_true(lease_may_open(&l, ms_after(1499)));
    assert_false(lease_may_open(&l, ms_after(1500)));
    assert_true(lease_is_alive(&l, ms_after(1999)));
    assert_false(lease_is_alive(&l, ms_after(2000)));
}

static void
a_lease_nobody_asked_for_means_nothing(void **state)
{
    struct lease_held l = { .held = false };

    (void)state;
    lease_asks(&l, 7, start);
    assert_false(lease_takes(&l, &usual, 8));
    assert_false(lease_takes(&l, &usual, 0));
    assert_true(lease_takes(&l, &usual, 7));
    assert_false(lease_takes(&l, &usual, 7));
}

/* faults: F-080 F-092 */
static void
an_earlier_answer_does_not_replace_a_later_one(void **state)
{
    struct lease_held l = { .held = false };
    struct lease halted = usual;

    (void)state;
    halted.mode = MODE_halted;
    lease_asks(&l, 7, start);
    lease_asks(&l, 8, ms_after(500));
    assert_true(lease_takes(&l, &halted, 8));
    assert_false(lease_takes(&l, &usual, 7));
    assert_int_equal(l.m.mode, MODE_halted);
}

static void
leases_out_of_range_are_refused(void **state)
{
    struct lease bad[5];
    struct lease_held l = { .held = false };

    (void)state;
    for (int i = 0; i < 5; i++)
        bad[i] = usual;
    bad[0].ttl.ms = -1;
    bad[1].ttl.ms = INT64_MAX;
    bad[2].epoch = 0;
    bad[3].size.bps = 10001;
    bad[4].size.bps = -1;
    for (int i = 0; i < 5; i++) {
        lease_asks(&l, 1, start);
        assert_false(lease_takes(&l, &bad[i], 1));
    }
    assert_false(l.held);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_waits_for_a_lease),
        cmocka_unit_test(a_release_waits_for_the_fills_before_it),
        cmocka_unit_test(a_settlement_is_journalled_at_once_and_sent_in_turn),
        cmocka_unit_test(a_split_goes_at_once_and_what_follows_waits_for_it),
        cmocka_unit_test(a_conversion_waits_for_what_was_bought),
        cmocka_unit_test(a_conversion_of_an_earlier_run_is_said_again),
        cmocka_unit_test(what_is_not_acked_is_said_again_with_the_same_id),
        cmocka_unit_test(room_counts_from_the_oldest_that_is_not_acked),
        cmocka_unit_test(
            after_a_restart_only_fills_of_open_reservations_are_said),
        cmocka_unit_test(a_late_fill_of_an_earlier_run_is_said_again),
        cmocka_unit_test(settlements_of_an_earlier_run_are_said_again),
        cmocka_unit_test(
            splits_of_an_earlier_run_are_said_while_their_grant_is_open),
        cmocka_unit_test(a_lease_counts_from_its_request),
        cmocka_unit_test(a_lease_nobody_asked_for_means_nothing),
        cmocka_unit_test(an_earlier_answer_does_not_replace_a_later_one),
        cmocka_unit_test(leases_out_of_range_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
