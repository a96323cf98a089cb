/* test_bus_pub - what is published: topics, holes, restarts */

/* A subscriber must know how much it missed, and hear a restarted publisher
 * as a new run and never an old one. */

#include "tests/unit/common/bus_kit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

/* Publishes until the subscriber hears, so that what follows arrives. */
static int64_t
meet(struct bus *pub, struct bus *sub)
{
    struct bus_in in;

    for (int64_t n = -1; n > -1000; n--) {
        publish(pub, n);
        if (await(sub, pub, &in, 10))
            return size_in(&in);
    }
    fail_msg("they never met");
    return 0;
}

static void
what_is_published_is_heard_once_and_in_order(void **state)
{
    (void)state;
    struct bus_in in;
    struct bus *pub = open_pub(SOURCE_feed, 3, "feed.pub");
    struct bus *sub = open_sub("feed.pub", TYPE_trade);

    meet(pub, sub);
    for (int64_t n = 1; n <= 500; n++)
        publish(pub, n);
    for (int64_t n = 1; n <= 500;) {
        assert_true(await(sub, NULL, &in, 1000));
        assert_int_equal(in.lost, 0);
        assert_int_equal(in.e.run, 3);
        if (size_in(&in) < 0)
            continue; /* Said to meet. */
        assert_int_equal(size_in(&in), n);
        n++;
    }
    assert_false(await(sub, NULL, &in, 50));
    bus_close(&pub);
    bus_close(&sub);
}

static void
only_the_types_subscribed_are_heard_and_leave_no_holes(void **state)
{
    (void)state;
    struct bus_in in;
    uint8_t body[64];
    struct counter m = { .value = 1 };
    struct bus *pub = open_pub(SOURCE_feed, 1, "feed.pub");
    struct bus *sub = open_sub("feed.pub", TYPE_trade);

    meet(pub, sub);
    size_t size = counter_pack(&m, body, sizeof body);
    for (int64_t n = 1; n <= 100; n++) {
        bus_publish(pub, &(struct bus_out){ .type = TYPE_counter,
                                            .body = body,
                                            .body_size = size });
        publish(pub, n);
    }
    int64_t last = 0;
    while (last < 100) {
        assert_true(await(sub, NULL, &in, 1000));
        assert_int_equal(in.lost, 0);
        last = size_in(&in);
    }
    assert_int_equal(bus_counts(sub)->gaps, 0);
    bus_close(&pub);
    bus_close(&sub);
}

/* faults: F-071 */
static void
what_a_slow_subscriber_missed_is_told_to_the_message(void **state)
{
    (void)state;
    enum { SENT = 60000 };
    struct bus_in in;
    struct bus *pub = open_pub(SOURCE_scanner, 1, "scan.pub");
    struct bus *sub = open_sub("scan.pub", TYPE_trade);
    uint64_t lost = 0, heard = 0;

    meet(pub, sub);
    while (await(sub, NULL, &in, 50))
        continue;
    for (int64_t n = 1; n <= SENT; n++)
        publish(pub, n);
    while (await(sub, NULL, &in, 200)) {
        assert_int_equal((uint64_t)size_in(&in), lost + heard + in.lost + 1);
        lost += in.lost;
        heard++;
    }
    /* The tail of the loss shows with the next message. */
    publish(pub, SENT + 1);
    assert_true(await(sub, NULL, &in, 1000));
    lost += in.lost;
    heard++;
    assert_int_equal(lost + heard, SENT + 1);
    assert_true(lost > SENT / 2);
    assert_int_equal(bus_counts(sub)->lost, lost);
    bus_close(&pub);
    bus_close(&sub);
}

static void
a_restarted_publisher_is_a_new_run_and_no_hole(void **state)
{
    (void)state;
    struct bus_in in;
    struct bus *sub = open_sub("feed.pub", TYPE_trade);

    for (uint64_t run = 1; run <= 3; run++) {
        struct bus *pub = open_pub(SOURCE_feed, run, "feed.pub");
        meet(pub, sub);
        publish(pub, 1);
        do {
            assert_true(await(sub, NULL, &in, 1000));
            assert_int_equal(in.e.run, run);
            assert_int_equal(in.lost, 0);
        } while (size_in(&in) != 1);
        bus_close(&pub);
    }
    assert_int_equal(bus_counts(sub)->gaps, 0);
    bus_close(&sub);
}

/* faults: F-077 */
static void
an_older_run_is_refused(void **state)
{
    (void)state;
    struct bus_in in;
    struct bus *sub = open_sub("feed.pub", TYPE_trade);
    struct bus *pub = open_pub(SOURCE_feed, 5, "feed.pub");

    meet(pub, sub);
    bus_close(&pub);
    while (await(sub, NULL, &in, 50))
        continue;
    pub = open_pub(SOURCE_feed, 4, "feed.pub");
    for (int i = 0; i < 200 && bus_counts(sub)->old_run == 0; i++) {
        publish(pub, i);
        assert_false(await(sub, NULL, &in, 10));
    }
    assert_true(bus_counts(sub)->old_run > 0);
    bus_close(&pub);
    bus_close(&sub);
}

/* The topic is the type and the token, the envelope what follows. */
static void
a_topic_is_the_type_and_the_token(void **state)
{
    (void)state;
    void *ctx = zmq_ctx_new();
    void *raw = zmq_socket(ctx, ZMQ_SUB);
    uint8_t topic[34] = { 0, TYPE_trade }, got[64], body[512];
    char endpoint[120];
    int wait = 2000;
    struct bus_in in;
    struct bus *pub = open_pub(SOURCE_feed, 0x20007, "feed.pub");
    struct bus *sub = open_sub("feed.pub", TYPE_trade);
    struct envelope e;

    topic[33] = 9;
    zmq_setsockopt(raw, ZMQ_SUBSCRIBE, topic, sizeof topic);
    zmq_setsockopt(raw, ZMQ_RCVTIMEO, &wait, sizeof wait);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/run/feed.pub.sock",
             scratch.path);
    assert_int_equal(zmq_connect(raw, endpoint), 0);
    int size = -1;
    for (int i = 0; i < 200 && size < 0; i++) {
        publish(pub, 1);
        await(sub, pub, &in, 10);
        size = zmq_recv(raw, got, sizeof got, ZMQ_DONTWAIT);
    }
    assert_int_equal(size, sizeof topic);
    assert_memory_equal(got, topic, sizeof topic);
    size = zmq_recv(raw, body, sizeof body, 0);
    assert_true(size > 0);
    assert_true(envelope_unpack(&e, body, (size_t)size, NULL));
    /* A message about a token begins a chain: run and its own number. */
    assert_int_equal(e.trace >> 48, 7);
    assert_int_equal(e.trace & 0xffffffffffff, e.seq);
    zmq_close(raw);
    zmq_ctx_term(ctx);
    bus_close(&pub);
    bus_close(&sub);
}

/* faults: F-073 F-083 */
static void
repeated_and_malformed_messages_are_dropped(void **state)
{
    (void)state;
    void *ctx = zmq_ctx_new();
    void *raw = zmq_socket(ctx, ZMQ_PUB);
    char endpoint[120];
    uint8_t body[128], buf[256], topic[2] = { 0, TYPE_trade };
    struct trade m = { .size = { 1 } };
    struct envelope e = { .ver = (uint8_t)GOOD_SCHEMA, .type = TYPE_trade,
                          .src = SOURCE_feed, .run = 1, .tseq = 0 };
    struct bus_in in;
    int zero = 0;

    e.body = body;
    e.body_size = trade_pack(&m, body, sizeof body);
    zmq_setsockopt(raw, ZMQ_LINGER, &zero, sizeof zero);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/run/feed.pub.sock",
             scratch.path);
    assert_int_equal(zmq_bind(raw, endpoint), 0);
    struct bus *sub = open_sub("feed.pub", TYPE_trade);
    do { /* Until it hears. */
        e.tseq++;
        size_t size = envelope_pack(&e, buf, sizeof buf);
        zmq_send(raw, topic, 2, ZMQ_SNDMORE);
        zmq_send(raw, buf, size, 0);
    } while (!await(sub, NULL, &in, 10) && e.tseq < 1000);
    while (await(sub, NULL, &in, 50))
        continue;
    size_t size = envelope_pack(&e, buf, sizeof buf);
    zmq_send(raw, topic, 2, ZMQ_SNDMORE); /* Said again. */
    zmq_send(raw, buf, size, 0);
    zmq_send(raw, topic, 2, 0);           /* No second frame. */
    zmq_send(raw, topic, 2, ZMQ_SNDMORE); /* Three. */
    zmq_send(raw, buf, size, ZMQ_SNDMORE);
    zmq_send(raw, buf, size, 0);
    zmq_send(raw, topic, 2, ZMQ_SNDMORE); /* Rubbish. */
    zmq_send(raw, buf, size / 2, 0);
    assert_false(await(sub, NULL, &in, 200));
    assert_int_equal(bus_counts(sub)->repeats, 1);
    assert_int_equal(bus_counts(sub)->bad, 3);
    e.tseq += 4;
    size = envelope_pack(&e, buf, sizeof buf);
    zmq_send(raw, topic, 2, ZMQ_SNDMORE);
    zmq_send(raw, buf, size, 0);
    assert_true(await(sub, NULL, &in, 1000));
    assert_int_equal(in.lost, 3);
    zmq_close(raw);
    zmq_ctx_term(ctx);
    bus_close(&sub);
}

struct publisher {
    pid_t pid;
    int go; /* It begins once this is closed. */
};

/* A child that publishes as run `run`, from when it may until it is killed. */
static struct publisher
fork_publisher(uint64_t run)
{
    int ends[2];
    char none;
    assert_int_equal(pipe(ends), 0);
    struct publisher p = { fork_child(), ends[1] };

    if (p.pid != 0) {
        close(ends[0]);
        return p;
    }
    close(ends[1]);
    while (read(ends[0], &none, 1) > 0)
        continue;
    struct bus *pub = open_pub(SOURCE_feed, run, "feed.pub");
    struct bus_in in;
    for (int64_t n = 1;; n++) {
        publish(pub, n);
        bus_wait(pub, (struct ms){ 1 });
        while (bus_next(pub, &in))
            continue;
    }
}

/* faults: F-076 F-088 */
static void
a_publisher_killed_and_started_again_is_heard_again(void **state)
{
    (void)state;
    enum { RUNS = 3 };
    struct bus_in in;
    struct publisher runs[RUNS];
    /* Children first: neither a context nor what its threads hold survives a
     * fork.  The last one first, so that none keeps another's end open. */
    for (unsigned i = RUNS; i-- > 0;)
        runs[i] = fork_publisher(i + 1);
    struct bus *sub = open_sub("feed.pub", TYPE_trade);

    for (unsigned i = 0; i < RUNS; i++) {
        close(runs[i].go);
        for (unsigned heard = 0; heard < 20;) {
            assert_true(await(sub, NULL, &in, 5000));
            assert_int_equal(in.lost, 0);
            heard += in.e.run == i + 1;
        }
        assert_int_equal(kill(runs[i].pid, SIGKILL), 0);
        assert_int_equal(waitpid(runs[i].pid, NULL, 0), runs[i].pid);
    }
    bus_close(&sub);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_published_is_heard_once_and_in_order),
        TEST(only_the_types_subscribed_are_heard_and_leave_no_holes),
        TEST(what_a_slow_subscriber_missed_is_told_to_the_message),
        TEST(a_restarted_publisher_is_a_new_run_and_no_hole),
        TEST(an_older_run_is_refused),
        TEST(a_topic_is_the_type_and_the_token),
        TEST(repeated_and_malformed_messages_are_dropped),
        TEST(a_publisher_killed_and_started_again_is_heard_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
