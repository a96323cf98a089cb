/* test_outbox - what is said, where it goes, and what is a bug */

/* Bugs abort: those are tried in a child process. */

#include "common/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void
what_is_said_stands_in_order_with_its_routes(void **state)
{
    (void)state;
    struct outbox *out = outbox_new(SOURCE_riskd, 1 << 16, 8);
    struct to asker = { 5, 77 };
    struct lease lease = { .epoch = 9 };
    struct ledger_entry line = { .amount = { -5 } };

    outbox_trace(out, 123);
    say_lease(out, &lease, &asker);
    outbox_trace(out, 124);
    say_ledger_entry(out, &line, NULL);
    lease.epoch = 0; /* The outbox has its own copy. */
    assert_int_equal(outbox_count(out), 2);
    const struct said *a = outbox_at(out, 0), *b = outbox_at(out, 1);
    assert_ptr_equal(a->schema, &lease_schema);
    assert_int_equal(a->routes, ROUTE_REPLY);
    assert_int_equal(a->to.peer, 5);
    assert_int_equal(a->to.req, 77);
    assert_int_equal(a->trace, 123);
    assert_int_equal(((const struct lease *)a->msg)->epoch, 9);
    assert_int_equal(b->routes, ROUTE_FACTS | ROUTE_SYNC);
    assert_int_equal(b->to.peer, 0);
    assert_int_equal(b->trace, 124);
    assert_int_equal(((const struct ledger_entry *)b->msg)->amount.micros, -5);
    outbox_clear(out);
    assert_int_equal(outbox_count(out), 0);
    outbox_destroy(&out);
    assert_null(out);
}

static void
a_reply_to_nobody_keeps_its_other_routes(void **state)
{
    (void)state;
    struct outbox *out = outbox_new(SOURCE_riskd, 1 << 16, 8);
    struct grant grant = { .attempt = 1 };
    struct lease lease = { .epoch = 1 };
    struct to nobody = { 0, 4 };

    say_grant(out, &grant, NULL);
    assert_int_equal(outbox_at(out, 0)->routes, ROUTE_FACTS | ROUTE_SYNC);
    say_grant(out, &grant, &nobody);
    assert_int_equal(outbox_at(out, 1)->routes, ROUTE_FACTS | ROUTE_SYNC);
    assert_int_equal(outbox_at(out, 1)->to.req, 4);
    say_lease(out, &lease, NULL);
    assert_int_equal(outbox_count(out), 2);
    outbox_destroy(&out);
}

static void
some_routes_only_can_be_chosen(void **state)
{
    (void)state;
    struct outbox *out = outbox_new(SOURCE_executor, 1 << 16, 8);
    struct fill fill = { .leg = 3 };
    struct to request = { 0, 12 };

    say_fill_on(out, ROUTE_RISK, &fill, &request);
    assert_int_equal(outbox_count(out), 1);
    assert_int_equal(outbox_at(out, 0)->routes, ROUTE_RISK);
    assert_int_equal(outbox_at(out, 0)->to.req, 12);
    outbox_destroy(&out);
}

/* The room behind a list's used part is left alone, so that what is after
 * it must still be right. */
static void
lists_are_copied_to_their_count(void **state)
{
    (void)state;
    struct outbox *out = outbox_new(SOURCE_feed, 1 << 20, 8);
    struct book_snapshot s = { .book_seq = 4, .proved = true };

    s.bids.count = 2;
    s.bids.at[1].price.micros = 480000;
    s.asks.count = levels_cap;
    s.asks.at[levels_cap - 1].size.micros = 7;
    say_book_snapshot(out, &s, NULL);
    s.asks.count = 0;
    say_book_snapshot(out, &s, NULL);
    const struct book_snapshot *a = outbox_at(out, 0)->msg;
    const struct book_snapshot *b = outbox_at(out, 1)->msg;
    assert_int_equal(a->book_seq, 4);
    assert_true(a->proved);
    assert_int_equal(a->bids.count, 2);
    assert_int_equal(a->bids.at[1].price.micros, 480000);
    assert_int_equal(a->asks.count, levels_cap);
    assert_int_equal(a->asks.at[levels_cap - 1].size.micros, 7);
    assert_int_equal(b->asks.count, 0);
    assert_int_equal(b->bids.at[1].price.micros, 480000);
    assert_ptr_equal((uintptr_t)b % 16, 0);
    outbox_destroy(&out);
}

/* Every message of every speaker survives being said, byte for byte. */
static void
every_message_is_copied_whole(void **state)
{
    (void)state;
    static uint8_t msg[1 << 17];
    unsigned said = 0;

    for (uint32_t who = SOURCE_feed; who <= SOURCE_arb; who++) {
        struct outbox *out = outbox_new((enum source)who, sizeof msg, 1);
        for (size_t i = 0; i < schema_all_count; i++) {
            const struct schema *sc = schema_all[i];
            if (link_routes((enum source)who, sc->type) == 0)
                continue;
            struct to to = { 1, 2 };
            memset(msg, 0, sizeof msg);
            for (uint32_t f = 0; f < sc->fields_count; f++) {
                const struct field *d = &sc->fields[f];
                if (d->form == FORM_LIST || d->form == FORM_BYTES)
                    msg[d->offset] = 1; /* A count of one. */
                else
                    msg[d->offset] = (uint8_t)(f + 1);
            }
            outbox_clear(out);
            outbox_say(out, sc, msg, &to);
            const uint8_t *copy = outbox_at(out, 0)->msg;
            for (uint32_t f = 0; f < sc->fields_count; f++)
                assert_int_equal(copy[sc->fields[f].offset],
                                 msg[sc->fields[f].offset]);
            said++;
        }
        outbox_destroy(&out);
    }
    assert_true(said > 30);
}

static void
expect_abort(void (*f)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        close(STDERR_FILENO);
        f();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void
say_what_it_may_not(void)
{
    struct outbox *out = outbox_new(SOURCE_scanner, 1 << 16, 4);
    struct fill fill = { .leg = 1 };

    say_fill(out, &fill, NULL);
}

static void
say_where_it_may_not(void)
{
    struct outbox *out = outbox_new(SOURCE_scanner, 1 << 16, 4);
    struct opportunity o = { .rev = 1 };

    say_opportunity_on(out, ROUTE_RISK, &o, NULL);
}

static void
say_too_often(void)
{
    struct outbox *out = outbox_new(SOURCE_scanner, 1 << 20, 1);
    struct opportunity o = { .rev = 1 };

    say_opportunity(out, &o, NULL);
    say_opportunity(out, &o, NULL);
}

static void
say_too_much(void)
{
    struct outbox *out =
        outbox_new(SOURCE_scanner, sizeof(struct opportunity) + 100, 4);
    struct opportunity o = { .rev = 1 };

    say_opportunity(out, &o, NULL);
    say_opportunity(out, &o, NULL);
}

static void
say_a_list_beyond_its_cap(void)
{
    struct outbox *out = outbox_new(SOURCE_scanner, 1 << 16, 4);
    struct opportunity o = { .rev = 1, .legs.count = legs_cap + 1 };

    say_opportunity(out, &o, NULL);
}

static void
what_only_a_bug_would_say_stops_the_process(void **state)
{
    (void)state;
    expect_abort(say_what_it_may_not);
    expect_abort(say_where_it_may_not);
    expect_abort(say_too_often);
    expect_abort(say_too_much);
    expect_abort(say_a_list_beyond_its_cap);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_stands_in_order_with_its_routes),
        cmocka_unit_test(a_reply_to_nobody_keeps_its_other_routes),
        cmocka_unit_test(some_routes_only_can_be_chosen),
        cmocka_unit_test(lists_are_copied_to_their_count),
        cmocka_unit_test(every_message_is_copied_whole),
        cmocka_unit_test(what_only_a_bug_would_say_stops_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
