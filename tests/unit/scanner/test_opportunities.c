/* test_opportunities - the life of an opportunity, said message by message */
#include "scanner/opportunities.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 40, CAP = 4, AGAIN_MS = 3600000 };

struct life {
    struct opportunities *o;
    struct outbox *out;
    struct input in;
    struct turn turn;
    uint64_t counters[SCANNER_COUNTERS];
    struct text event;
    struct basket basket;
};

static struct life *
begin_life(void)
{
    static const struct scanner_conf conf = { .update_every = { 200 },
                                              .update_by = { 100000 } };
    static const struct levels asks = {
        .count = 1, .at = { { { 300000 }, { 100 * MICROS } } },
    };
    struct life *l = calloc(1, sizeof *l);

    assert_non_null(l);
    l->o = opportunities_new(KEYS, CAP, &conf, (struct ms){ 2000 },
                             (struct ms){ AGAIN_MS },
                             l->counters);
    l->out = outbox_new(SOURCE_scanner, SCANNER_OUTBOX_BYTES, 64);
    l->in = (struct input){ .mono = { 1000000000 }, .own_run = 3,
                            .wall = { INT64_C(1790000000000000000) } };
    l->turn = (struct turn){ &l->in, l->out, 64, { 0 } };
    text_set(&l->event, "e");
    l->basket.sets.micros = 100 * MICROS;
    l->basket.profit.micros = 4 * MICROS;
    l->basket.legs.count = 1;
    l->basket.legs.at[0].limit.micros = 300000;
    l->basket.legs.at[0].book_seq = 1;
    l->basket.depths[0].side = &asks;
    return l;
}

static void
end_life(struct life *l)
{
    opportunities_destroy(&l->o);
    outbox_destroy(&l->out);
    free(l);
}

static void
wait_ms(struct life *l, int64_t ms)
{
    l->in.mono.ns += ms * 1000000;
    l->in.wall.ns += ms * 1000000;
}

static void
hold(struct life *l, uint32_t key)
{
    opportunities_hold(l->o, key, STRATEGY_B, &l->event, &l->basket,
                       &l->turn);
}

/* What was said last; NULL when nothing was.  Empties the outbox. */
static const struct opportunity *
said(struct life *l)
{
    static struct opportunity last;
    size_t count = outbox_count(l->out);

    if (count == 0)
        return NULL;
    memcpy(&last, outbox_at(l->out, count - 1)->msg, sizeof last);
    outbox_clear(l->out);
    return &last;
}

static void
one_opens_once_and_closes_once(void **state)
{
    struct life *l = begin_life();
    const struct opportunity *m;
    struct uuid id;

    (void)state;
    hold(l, 7);
    m = said(l);
    assert_int_equal(m->state, OPP_STATE_opened);
    assert_int_equal(m->rev, 1);
    assert_int_equal(m->opened.ns, l->in.wall.ns);
    assert_int_equal(m->closed.ns, 0);
    assert_false(uuid_is_zero(&m->scan_id));
    id = m->scan_id;
    hold(l, 7);
    assert_null(said(l));
    wait_ms(l, 1500);
    opportunities_end(l->o, 7, REASON_GONE, &l->turn);
    m = said(l);
    assert_int_equal(m->state, OPP_STATE_closed);
    assert_int_equal(m->reason, REASON_GONE);
    assert_int_equal(m->rev, 2);
    assert_int_equal(m->closed.ns - m->opened.ns, INT64_C(1500000000));
    assert_true(uuid_equal(&m->scan_id, &id));
    assert_int_equal(m->profit.micros, 4 * MICROS);
    opportunities_end(l->o, 7, REASON_GONE, &l->turn);
    assert_null(said(l));
    hold(l, 7);
    assert_false(uuid_equal(&said(l)->scan_id, &id));
    assert_int_equal(l->counters[SCANNER_opened], 2);
    assert_int_equal(l->counters[SCANNER_closed], 1);
    end_life(l);
}

static void
keys_do_not_mix(void **state)
{
    struct life *l = begin_life();

    (void)state;
    hold(l, 0);
    hold(l, KEYS - 1);
    assert_int_equal(opportunities_count(l->o), 2);
    opportunities_end(l->o, 0, REASON_GONE, &l->turn);
    assert_false(opportunities_is_open(l->o, 0));
    assert_true(opportunities_is_open(l->o, KEYS - 1));
    end_life(l);
}

static void
a_tenth_of_sets_or_profit_is_material_and_less_is_not(void **state)
{
    for (int i = 0; i < 4; i++) {
        struct life *l = begin_life();
        int64_t change = i % 2 == 0 ? 10 : 9;
        const struct opportunity *m;

        (void)state;
        hold(l, 1);
        said(l);
        wait_ms(l, 200);
        if (i < 2)
            l->basket.sets.micros -= change * MICROS;
        else
            l->basket.profit.micros += change * 4 * MICROS / 100;
        hold(l, 1);
        m = said(l);
        if (i % 2 == 0) {
            assert_int_equal(m->state, OPP_STATE_updated);
            assert_int_equal(m->rev, 2);
            assert_int_equal(m->sets.micros, l->basket.sets.micros);
        } else {
            assert_null(m);
        }
        end_life(l);
    }
}

static void
another_book_or_limit_is_material(void **state)
{
    for (int i = 0; i < 4; i++) {
        struct life *l = begin_life();
        struct leg *leg = &l->basket.legs.at[0];

        (void)state;
        hold(l, 1);
        said(l);
        wait_ms(l, 200);
        leg->limit.micros += i == 0;
        leg->book_seq += i == 1;
        leg->epoch += i == 2;
        leg->book_run += i == 3;
        hold(l, 1);
        assert_int_equal(said(l)->state, OPP_STATE_updated);
        hold(l, 1);
        assert_null(said(l));
        end_life(l);
    }
}

static void
updates_wait_their_time_and_are_then_told_by_the_tick(void **state)
{
    struct life *l = begin_life();
    const struct opportunity *m;

    (void)state;
    hold(l, 1);
    said(l);
    wait_ms(l, 199);
    l->basket.legs.at[0].book_seq++;
    hold(l, 1);
    assert_null(said(l));
    opportunities_on_tick(l->o, &l->turn);
    assert_null(said(l));
    wait_ms(l, 1);
    opportunities_on_tick(l->o, &l->turn);
    m = said(l);
    assert_int_equal(m->rev, 2);
    assert_int_equal(m->legs.at[0].book_seq, 2);
    wait_ms(l, 500);
    opportunities_on_tick(l->o, &l->turn);
    assert_null(said(l));
    end_life(l);
}

static void
the_peak_is_kept(void **state)
{
    struct life *l = begin_life();
    const struct opportunity *m;

    (void)state;
    hold(l, 1);
    l->basket.profit.micros = 9 * MICROS;
    hold(l, 1);
    l->basket.profit.micros = 2 * MICROS;
    hold(l, 1);
    opportunities_end(l->o, 1, REASON_GONE, &l->turn);
    m = said(l);
    assert_int_equal(m->peak.micros, 9 * MICROS);
    assert_int_equal(m->profit.micros, 2 * MICROS);
    l->basket.profit.micros = 1;
    hold(l, 1);
    assert_int_equal(said(l)->peak.micros, 1);
    end_life(l);
}

static void
more_than_fit_are_not_opened_and_counted(void **state)
{
    struct life *l = begin_life();

    (void)state;
    for (uint32_t key = 0; key < CAP + 2; key++)
        hold(l, key);
    assert_int_equal(opportunities_count(l->o), CAP);
    assert_int_equal(l->counters[SCANNER_not_opened], 2);
    said(l);
    opportunities_end(l->o, CAP, REASON_GONE, &l->turn);
    assert_null(said(l));
    opportunities_end(l->o, 2, REASON_GONE, &l->turn);
    hold(l, CAP);
    assert_int_equal(said(l)->state, OPP_STATE_opened);
    end_life(l);
}

static void
closings_beyond_the_budget_follow_at_the_next_ticks(void **state)
{
    struct life *l = begin_life();

    (void)state;
    for (uint32_t key = 0; key < CAP; key++)
        hold(l, key);
    outbox_clear(l->out);
    l->turn.budget = 1;
    opportunities_end_all(l->o, REASON_FEED_DOWN, &l->turn);
    assert_int_equal(outbox_count(l->out), 1);
    assert_int_equal(opportunities_count(l->o), CAP - 1);
    /* What waits to be closed is neither updated nor opened again. */
    l->turn.budget = 64;
    l->basket.legs.at[0].book_seq++;
    wait_ms(l, 1000);
    outbox_clear(l->out);
    for (uint32_t key = 0; key < CAP; key++)
        if (opportunities_is_open(l->o, key))
            hold(l, key);
    assert_int_equal(outbox_count(l->out), 0);
    l->turn.budget = 2;
    opportunities_on_tick(l->o, &l->turn);
    assert_int_equal(outbox_count(l->out), 2);
    l->turn.budget = 2;
    outbox_clear(l->out);
    opportunities_on_tick(l->o, &l->turn);
    assert_int_equal(outbox_count(l->out), 1);
    assert_int_equal(said(l)->reason, REASON_FEED_DOWN);
    assert_int_equal(opportunities_count(l->o), 0);
    assert_int_equal(l->counters[SCANNER_closed], CAP);
    end_life(l);
}

static void
what_was_open_before_a_restart_is_closed_with_its_next_rev(void **state)
{
    struct life *l = begin_life();
    struct opportunity a = { .rev = 4, .state = OPP_STATE_updated },
                       b = { .rev = 1, .state = OPP_STATE_opened };
    const struct opportunity *m;

    (void)state;
    a.scan_id.b[0] = 1;
    b.scan_id.b[0] = 2;
    a.state = OPP_STATE_opened;
    opportunities_recall(l->o, &a);
    opportunities_recall(l->o, &b);
    a.state = OPP_STATE_updated;
    a.rev = 5;
    opportunities_recall(l->o, &a);
    b.state = OPP_STATE_closed;
    opportunities_recall(l->o, &b);
    opportunities_recall(l->o, &b); /* Closed and unknown: nothing. */
    assert_int_equal(opportunities_count(l->o), 1);
    opportunities_on_tick(l->o, &l->turn);
    assert_int_equal(outbox_count(l->out), 1);
    m = said(l);
    assert_int_equal(m->scan_id.b[0], 1);
    assert_int_equal(m->rev, 6);
    assert_int_equal(m->state, OPP_STATE_closed);
    assert_int_equal(m->reason, REASON_RESTARTED);
    assert_int_equal(opportunities_count(l->o), 0);
    opportunities_on_tick(l->o, &l->turn);
    assert_null(said(l));
    end_life(l);
}

static void
recalls_of_a_long_life_need_no_more_room_than_is_open(void **state)
{
    struct life *l = begin_life();

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        struct opportunity m = { .rev = 1, .state = OPP_STATE_opened };

        memcpy(m.scan_id.b, &i, sizeof i);
        m.scan_id.b[15] = 1;
        opportunities_recall(l->o, &m);
        m.state = OPP_STATE_closed;
        opportunities_recall(l->o, &m);
    }
    assert_int_equal(opportunities_count(l->o), 0);
    assert_int_equal(l->counters[SCANNER_not_opened], 0);
    end_life(l);
}

/* Else a restart would not find it among the facts that are kept. */
static void
one_that_goes_on_is_told_again_though_nothing_changes(void **state)
{
    struct life *l = begin_life();
    int64_t said_at = l->in.mono.ns, most = 0;
    int told = 0;

    (void)state;
    hold(l, 1);
    said(l);
    for (int minute = 0; minute < 600; minute++) {
        const struct opportunity *m;

        wait_ms(l, 60000);
        l->turn.budget = 64;
        opportunities_on_tick(l->o, &l->turn);
        m = said(l);
        if (m == NULL)
            continue;
        assert_int_equal(m->state, OPP_STATE_updated);
        assert_int_equal(m->rev, ++told + 1);
        if (l->in.mono.ns - said_at > most)
            most = l->in.mono.ns - said_at;
        said_at = l->in.mono.ns;
    }
    assert_true(told >= 10 && told <= 40);
    assert_true(most < (int64_t)AGAIN_MS * 1000000);
    end_life(l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_opens_once_and_closes_once),
        cmocka_unit_test(keys_do_not_mix),
        cmocka_unit_test(a_tenth_of_sets_or_profit_is_material_and_less_is_not),
        cmocka_unit_test(another_book_or_limit_is_material),
        cmocka_unit_test(updates_wait_their_time_and_are_then_told_by_the_tick),
        cmocka_unit_test(the_peak_is_kept),
        cmocka_unit_test(more_than_fit_are_not_opened_and_counted),
        cmocka_unit_test(closings_beyond_the_budget_follow_at_the_next_ticks),
        cmocka_unit_test(
            what_was_open_before_a_restart_is_closed_with_its_next_rev),
        cmocka_unit_test(recalls_of_a_long_life_need_no_more_room_than_is_open),
        cmocka_unit_test(
            one_that_goes_on_is_told_again_though_nothing_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
