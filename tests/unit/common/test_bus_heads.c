/* test_bus_heads - what a PUB lost last is found by its next heartbeat */

/* Over real sockets: a queue that overflows, a subscriber that comes late,
 * replies beside what is published, and heartbeats nobody would say. */

#include "tests/unit/common/bus_kit.h"

static void
publish_beat(struct bus *b, const struct heads *heads)
{
    struct heartbeat m = { .ready = true };
    uint8_t body[1024];

    if (heads)
        m.heads = *heads;
    else
        bus_heads(b, &m.heads);
    size_t size = heartbeat_pack(&m, body, sizeof body);
    assert_true(size > 0);
    bus_publish(b, &(struct bus_out){ .type = TYPE_heartbeat, .body = body,
                                      .body_size = size });
}

static struct bus *
open_both(const char *name)
{
    struct bus *sub = open_sub(name, TYPE_trade);

    bus_hear(sub, TYPE_heartbeat);
    return sub;
}

/* Heartbeats until one is heard, without a loss; and until none is left. */
static void
meet(struct bus *pub, struct bus *sub)
{
    struct bus_in in;
    bool heard = false;

    for (int i = 0; i < 1000 && !heard; i++) {
        publish_beat(pub, NULL);
        heard = await(sub, pub, &in, 10);
    }
    assert_true(heard);
    do
        assert_int_equal(in.lost, 0);
    while (await(sub, pub, &in, 50));
}

static void
the_tail_of_a_loss_shows_with_the_next_heartbeat(void **state)
{
    (void)state;
    enum { SENT = 60000 };
    struct bus_in in;
    struct bus *pub = open_pub(SOURCE_scanner, 1, "scan.pub");
    struct bus *sub = open_both("scan.pub");
    uint64_t lost = 0, heard = 0;

    meet(pub, sub);
    for (int64_t n = 1; n <= SENT; n++)
        publish(pub, n);
    while (await(sub, NULL, &in, 200)) {
        lost += in.lost;
        heard++;
    }
    assert_true(lost + heard < SENT); /* The last of them are missing. */
    publish_beat(pub, NULL);
    assert_true(await(sub, NULL, &in, 1000));
    assert_int_equal(in.e.type, TYPE_heartbeat);
    assert_int_equal(lost + heard + in.lost, SENT);
    assert_int_equal(bus_counts(sub)->lost, lost + in.lost);
    publish_beat(pub, NULL);
    assert_true(await(sub, NULL, &in, 1000));
    assert_int_equal(in.lost, 0);
    bus_close(&pub);
    bus_close(&sub);
}

static void
who_comes_late_or_to_a_new_run_is_told_of_no_loss(void **state)
{
    (void)state;
    struct bus_in in;
    struct bus *sub = open_both("feed.pub");

    for (uint64_t run = 1; run <= 3; run++) {
        struct bus *pub = open_pub(SOURCE_feed, run, "feed.pub");
        for (int64_t n = 1; n <= 100; n++)
            publish(pub, n);
        meet(pub, sub);
        publish(pub, 101);
        publish_beat(pub, NULL);
        for (int i = 0; i < 2; i++) {
            assert_true(await(sub, NULL, &in, 1000));
            assert_int_equal(in.e.run, run);
            assert_int_equal(in.lost, 0);
        }
        bus_close(&pub);
    }
    assert_int_equal(bus_counts(sub)->gaps, 0);
    bus_close(&sub);
}

static void
only_what_was_published_is_in_the_heads(void **state)
{
    (void)state;
    struct why why;
    struct bus_in in;
    struct heads heads;
    unsigned line;
    struct bus *b = open_client(good_hello, "risk.req", &line);
    struct bus *both = open_router(SOURCE_riskd, 1, "risk.req", false);
    assert_true(bus_bind_pub(both, "risk.pub", &why));
    ask(b, line, 7);
    while (!await(both, b, &in, 10))
        bus_tick(b);
    assert_true(bus_reply(both, in.peer,
                          &(struct bus_out){ .type = TYPE_list_open,
                                             .req = 7, .body = in.e.body,
                                             .body_size = in.e.body_size }));
    bus_heads(both, &heads);
    assert_int_equal(heads.count, 0);
    publish(both, 1);
    publish(both, 2);
    publish_beat(both, NULL);
    bus_heads(both, &heads);
    assert_int_equal(heads.count, 2);
    assert_int_equal(heads.at[0].type, TYPE_trade);
    assert_int_equal(heads.at[0].count, 2);
    assert_int_equal(heads.at[1].type, TYPE_heartbeat);
    assert_int_equal(heads.at[1].count, 1);
    bus_close(&b);
    bus_close(&both);
}

static void
a_heartbeat_nobody_would_say_is_dropped(void **state)
{
    (void)state;
    struct bus_in in;
    struct bus *pub = open_pub(SOURCE_feed, 1, "feed.pub");
    struct bus *sub = open_both("feed.pub");
    struct heads bad = { 2, { { TYPE_trade, 900 }, { TYPE_trade, 1 } } };

    meet(pub, sub);
    publish_beat(pub, &bad);
    bus_publish(pub, &(struct bus_out){ .type = TYPE_heartbeat,
                                        .body = (const uint8_t *)"\x90",
                                        .body_size = 1 });
    publish(pub, 5);
    assert_true(await(sub, NULL, &in, 1000));
    assert_int_equal(size_in(&in), 5);
    assert_int_equal(in.lost, 0);
    assert_int_equal(bus_counts(sub)->bad, 2);
    bus_close(&pub);
    bus_close(&sub);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_tail_of_a_loss_shows_with_the_next_heartbeat),
        TEST(who_comes_late_or_to_a_new_run_is_told_of_no_loss),
        TEST(only_what_was_published_is_in_the_heads),
        TEST(a_heartbeat_nobody_would_say_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
