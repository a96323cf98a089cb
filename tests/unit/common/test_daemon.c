/* test_daemon - the shell at work: hears, writes down, says, recalls */

#include "common/journal.h"
#include "tests/unit/common/small.h"

#include <zmq.h>

static void
an_opportunity_follows_a_delta_with_its_trace(void **state)
{
    struct fixture *f = *state;
    struct opportunity o;
    struct bus_in in;
    pid_t feed = start(f, &small_feed), scanner = start(f, &small_scanner);

    open_guest(f);
    /* Once the scanner has its answer it says so in gross. */
    do
        expect_opportunity(f, &in, &o);
    while (o.gross.ppm != 3);
    assert_int_equal(in.e.run, 1);
    assert_int_equal(in.e.trace >> 48, 1);
    assert_true((in.e.trace & 0xffffffffffff) > 0);
    assert_int_equal(stop(scanner, SIGTERM), 0);
    assert_int_equal(stop(feed, SIGINT), 0);
}

/* Every fact heard is one that is recalled, and in the same order (the
 * recall handler checks that). */
/* faults: F-029 */
static void
facts_survive_a_kill_and_are_recalled(void **state)
{
    struct fixture *f = *state;
    struct opportunity o;
    struct bus_in in;
    uint64_t heard = 0;
    pid_t feed = start(f, &small_feed);
    pid_t scanner = start(f, &small_scanner);

    open_guest(f);
    for (uint64_t run = 1; run <= 5; run++) {
        for (int i = 0; i < 20;) {
            expect_opportunity(f, &in, &o);
            if (in.e.run != run)
                continue;
            if (i++ == 0 && run > 1)
                assert_true((uint64_t)o.sets.micros >= heard);
            assert_true(o.rev > heard);
            heard = o.rev;
        }
        assert_int_equal(stop(scanner, SIGKILL), -SIGKILL);
        while (await(f, SOURCE_scanner, TYPE_opportunity, &in, 100)) {
            assert_true(opportunity_unpack(&o, in.e.body, in.e.body_size));
            heard = o.rev;
        }
        if (run < 5) /* Forked with our sockets, which it does not touch. */
            scanner = start(f, &small_scanner);
    }
    assert_int_equal(stop(feed, SIGTERM), 0);
}

static void
a_process_tells_how_it_is(void **state)
{
    struct fixture *f = *state;
    struct heartbeat hb;
    struct bus_in in;
    bool ticks = false;
    pid_t feed = start(f, &small_feed), scanner = start(f, &small_scanner);

    open_guest(f);
    expect(f, SOURCE_feed, TYPE_heartbeat, &in);
    do {
        expect(f, SOURCE_scanner, TYPE_heartbeat, &in);
        assert_true(heartbeat_unpack(&hb, in.e.body, in.e.body_size));
    } while (hb.facts_head < 5);
    assert_true(hb.ready);
    assert_int_equal(hb.mode, MODE_shadow);
    assert_int_equal(hb.schema, schema_fingerprint());
    assert_true(hb.inputs_head > hb.facts_head);
    assert_true(strlen(hb.build.s) > 0);
    /* At the end they say their numbers once more. */
    assert_int_equal(stop(feed, SIGTERM), 0);
    assert_int_equal(stop(scanner, SIGTERM), 0);
    while (await(f, SOURCE_feed, TYPE_counter, &in, 200)) {
        struct counter c;
        assert_true(counter_unpack(&c, in.e.body, in.e.body_size));
        ticks |= strcmp(c.name.s, "ticks_seen") == 0 && c.value > 5;
    }
    assert_true(ticks);
}

static void
latencies_and_counters_come_every_five_seconds(void **state)
{
    struct fixture *f = *state;
    struct bus_in in;
    struct latency l;
    struct counter c;
    pid_t feed = start(f, &small_feed), scanner = start(f, &small_scanner);

    open_guest(f);
    do {
        expect(f, SOURCE_scanner, TYPE_counter, &in);
        assert_true(counter_unpack(&c, in.e.body, in.e.body_size));
    } while (strcmp(c.name.s, "bus_in") != 0);
    assert_true(c.value > 100);
    expect(f, SOURCE_scanner, TYPE_latency, &in);
    assert_true(latency_unpack(&l, in.e.body, in.e.body_size));
    assert_string_equal(l.hop.s, "feed_scanner");
    assert_true(l.buckets.count > 0);
    stop(scanner, SIGTERM);
    stop(feed, SIGTERM);
}

static void
ask_log(struct fixture *f, uint64_t req, uint64_t from, uint64_t max)
{
    struct log_request m = { JOURNAL_facts, from, max };
    uint8_t body[64];
    size_t size = log_request_pack(&m, body, sizeof body);

    bus_ask(f->guest, f->log_line,
            &(struct bus_out){ .type = TYPE_log_request, .req = req,
                               .body = body, .body_size = size });
}

static void
the_log_is_served_by_number_and_what_is_acked_is_kept(void **state)
{
    static struct log_record r;
    struct fixture *f = *state;
    struct opportunity o;
    struct bus_in in;
    pid_t feed = start(f, &small_feed), scanner = start(f, &small_scanner);

    open_guest(f);
    do
        expect_opportunity(f, &in, &o);
    while (o.rev < 30);
    for (uint64_t from = 1; from < 25; from += 7) {
        ask_log(f, from, from, 5);
        for (uint64_t n = from; n < from + 5; n++) {
            expect(f, SOURCE_scanner, TYPE_log_record, &in);
            assert_int_equal(in.e.req, from);
            assert_true(log_record_unpack(&r, in.e.body, in.e.body_size));
            assert_int_equal(r.n, n);
            assert_int_equal(r.type, TYPE_opportunity);
            assert_int_equal(r.run, 1);
            assert_true(opportunity_unpack(&o, r.body.b, r.body.size));
            assert_int_equal(o.rev, n);
        }
    }
    /* Less, where a database that lacks the last took over. */
    for (uint64_t n = 17; n >= 9; n -= 8) {
        struct log_ack ack = { JOURNAL_facts, n };
        uint8_t body[64];
        char expected[24];
        size_t size = log_ack_pack(&ack, body, sizeof body);
        bus_ask(f->guest, f->log_line,
                &(struct bus_out){ .type = TYPE_log_ack, .body = body,
                                   .body_size = size });
        ask_log(f, 99, 1, 1); /* Answered after the ack was taken. */
        expect(f, SOURCE_scanner, TYPE_log_record, &in);
        snprintf(expected, sizeof expected, "%020u\n", (unsigned)n);
        assert_string_equal(text_of(f, "journal/scanner/facts.acked"),
                            expected);
    }
    stop(scanner, SIGTERM);
    stop(feed, SIGTERM);
}

/* inputs hold the envelopes of everything handled, ticks too. */
static void
inputs_hold_everything_that_was_handled(void **state)
{
    struct fixture *f = *state;
    struct opportunity o;
    struct bus_in in;
    struct why why;
    struct record r;
    char dir[128];
    unsigned seen[TYPE_end_] = { 0 };
    pid_t feed = start(f, &small_feed), scanner = start(f, &small_scanner);

    open_guest(f);
    do
        expect_opportunity(f, &in, &o);
    while (o.rev < 10 || o.gross.ppm != 3);
    stop(scanner, SIGTERM);
    stop(feed, SIGTERM);
    snprintf(dir, sizeof dir, "%s/journal/scanner/inputs", f->var);
    struct journal_reader *reader = journal_read(dir, 1, &why);
    assert_non_null(reader);
    while (journal_next(reader, &r, &why) > 0) {
        struct envelope e;
        assert_true(envelope_unpack(&e, r.body, r.body_size, NULL));
        assert_int_equal(e.type, r.type);
        assert_int_equal(e.trace, r.trace);
        assert_int_equal(e.src, r.type == TYPE_tick ? SOURCE_scanner
                                                    : SOURCE_feed);
        seen[r.type]++;
    }
    journal_reader_close(&reader);
    assert_true(seen[TYPE_tick] > 3);
    assert_true(seen[TYPE_book_delta] >= 10);
    assert_int_equal(seen[TYPE_market], 3);
    assert_int_equal(seen[TYPE_snapshot_end], 1);
}

static void
a_request_that_cannot_be_read_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct bus_in in;
    struct snapshot_end end;
    uint8_t body[512];
    struct snapshot_request m = { .what = ASKED_universe };
    size_t size = snapshot_request_pack(&m, body, sizeof body);
    pid_t feed = start(f, &small_feed);

    open_guest(f);
    for (size_t cut = 0; cut < size; cut++) /* Cut, then one that is good. */
        bus_ask(f->guest, f->snap_line,
                &(struct bus_out){ .type = TYPE_snapshot_request, .req = 5,
                                   .body = body, .body_size = cut });
    bus_ask(f->guest, f->snap_line,
            &(struct bus_out){ .type = TYPE_snapshot_request, .req = 6,
                               .body = body, .body_size = size });
    /* The shell's own words are not to be had from outside. */
    bus_ask(f->guest, f->snap_line,
            &(struct bus_out){ .type = TYPE_tick, .req = 7 });
    expect(f, SOURCE_feed, TYPE_snapshot_end, &in);
    assert_int_equal(in.e.req, 6);
    assert_true(snapshot_end_unpack(&end, in.e.body, in.e.body_size));
    assert_false(await(f, SOURCE_feed, TYPE_snapshot_end, &in, 100));
    assert_int_equal(stop(feed, SIGTERM), 0);
    assert_non_null(strstr(text_of(f, "feed.log"), "dropped snapshot_request"));
}

/* Says delta tseq on a bare PUB, as the feed would. */
static void
say_delta(void *pub, uint64_t tseq)
{
    struct book_delta m = { .book_seq = tseq };
    uint8_t topic[34] = { 0, TYPE_book_delta }, body[512], buf[1024];
    struct envelope e = { .ver = (uint8_t)schema_fingerprint(),
                          .type = TYPE_book_delta, .src = SOURCE_feed,
                          .run = 9, .seq = tseq, .tseq = tseq,
                          .body = body };

    e.body_size = book_delta_pack(&m, body, sizeof body);
    size_t size = envelope_pack(&e, buf, sizeof buf);
    zmq_send(pub, topic, sizeof topic, ZMQ_SNDMORE);
    zmq_send(pub, buf, size, 0);
}

/* faults: F-071 */
static void
lost_messages_are_told_to_the_engine_before_the_next(void **state)
{
    struct fixture *f = *state;
    struct opportunity o;
    struct bus_in in;
    char endpoint[128];
    int zero = 0;
    uint64_t tseq = 1;
    pid_t scanner = start(f, &small_scanner);
    void *ctx = zmq_ctx_new(), *pub = zmq_socket(ctx, ZMQ_PUB);

    zmq_setsockopt(pub, ZMQ_LINGER, &zero, sizeof zero);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/run/feed.pub.sock", f->var);
    assert_int_equal(zmq_bind(pub, endpoint), 0);
    open_guest(f);
    do /* Until all three are connected. */
        say_delta(pub, tseq++);
    while (!await(f, SOURCE_scanner, TYPE_opportunity, &in, 20));
    while (await(f, SOURCE_scanner, TYPE_opportunity, &in, 200))
        continue;
    say_delta(pub, tseq++);
    expect_opportunity(f, &in, &o);
    assert_int_equal(o.fees.micros, 0);
    say_delta(pub, tseq += 5);
    expect_opportunity(f, &in, &o);
    assert_int_equal(o.fees.micros, 5);
    say_delta(pub, tseq += 3);
    expect_opportunity(f, &in, &o);
    assert_int_equal(o.fees.micros, 7);
    stop(scanner, SIGTERM);
    zmq_close(pub);
    zmq_ctx_term(ctx);
}

int
main(int argc, char **argv)
{
    small_begins(argc, argv);
    const struct CMUnitTest tests[] = {
        TEST(an_opportunity_follows_a_delta_with_its_trace),
        TEST(facts_survive_a_kill_and_are_recalled),
        TEST(a_process_tells_how_it_is),
        TEST(latencies_and_counters_come_every_five_seconds),
        TEST(the_log_is_served_by_number_and_what_is_acked_is_kept),
        TEST(inputs_hold_everything_that_was_handled),
        TEST(a_request_that_cannot_be_read_changes_nothing),
        TEST(lost_messages_are_told_to_the_engine_before_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
