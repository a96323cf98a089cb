/* test_bus - requests: HELLO, queues, refusals, answers */

/* Real sockets in a folder of the test's own; "client" and "server" are two
 * buses with their own contexts, so everything goes through the kernel. */

#include "tests/unit/common/bus_kit.h"

#include <sys/stat.h>
#include <unistd.h>

static void
a_request_reaches_the_server_and_its_answer_comes_back(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    struct bus *client = open_client(good_hello, "risk.req", &line);
    struct ack m = { true, REASON_none };
    uint8_t body[32];

    ask(client, line, 77);
    assert_true(await(server, client, &in, 3000));
    assert_int_equal(epoch_in(&in), 77);
    assert_int_equal(in.e.src, SOURCE_executor);
    assert_true(in.peer != 0);
    struct bus_out out = { .type = TYPE_ack, .req = in.e.req, .trace = 4,
                           .body = body };
    out.body_size = ack_pack(&m, body, sizeof body);
    assert_true(bus_reply(server, in.peer, &out));
    assert_true(await(client, server, &in, 3000));
    assert_int_equal(in.e.type, TYPE_ack);
    assert_int_equal(in.e.req, 77);
    assert_int_equal(in.e.trace, 4);
    assert_int_equal(in.peer, 0);
    bus_close(&client);
    bus_close(&server);
}

static void
requests_wait_for_a_server_and_arrive_in_their_order(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *client = open_client(good_hello, "risk.req", &line);

    for (uint64_t n = 1; n <= 500; n++)
        ask(client, line, n);
    assert_false(await(client, NULL, &in, 50));
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    for (uint64_t n = 1; n <= 500; n++) {
        assert_true(await(server, client, &in, 5000));
        assert_int_equal(epoch_in(&in), n);
    }
    assert_int_equal(bus_counts(client)->overrun, 0);
    bus_close(&client);
    bus_close(&server);
}

/* faults: F-072 */
static void
a_full_queue_drops_the_oldest_and_counts_them(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *client = open_client(good_hello, "risk.req", &line);

    for (uint64_t n = 1; n <= 1034; n++)
        ask(client, line, n);
    assert_int_equal(bus_counts(client)->overrun, 10);
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    for (uint64_t n = 11; n <= 1034; n++) {
        assert_true(await(server, client, &in, 5000));
        assert_int_equal(epoch_in(&in), n);
    }
    bus_close(&client);
    bus_close(&server);
}

/* faults: F-079 F-088 */
static void
a_line_opens_again_when_its_server_restarted(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *client = open_client(good_hello, "risk.req", &line);

    for (uint64_t run = 1; run <= 3; run++) {
        struct bus *server = open_router(SOURCE_riskd, run, "risk.req", true);
        ask(client, line, run);
        assert_true(await(server, client, &in, 5000));
        assert_int_equal(epoch_in(&in), run);
        assert_true(bus_line_open(client, line));
        bus_close(&server);
        /* The client notices before the next comes. */
        for (int i = 0; i < 500 && bus_line_open(client, line); i++)
            await(client, NULL, &in, 10);
        assert_false(bus_line_open(client, line));
    }
    bus_close(&client);
}

/* Nothing of such a client gets through a ROUTER of that strictness. */
static void
expect_refusal(struct hello hello, bool strict)
{
    unsigned line;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", strict);
    struct bus *client = open_client(hello, "risk.req", &line);

    ask(client, line, 1);
    for (int i = 0; i < 300 && bus_counts(client)->refused == 0; i++)
        assert_false(await(server, client, &in, 10));
    assert_true(bus_counts(client)->refused > 0);
    assert_true(bus_counts(server)->refused > 0);
    assert_false(bus_line_open(client, line));
    assert_false(await(server, client, &in, 100));
    bus_close(&server);
    /* The right server comes: what waited gets through. */
    struct bus_setup setup = { .var = scratch.path, .src = SOURCE_riskd,
                               .run = 2, .hello = hello };
    struct why why;
    server = bus_new(&setup);
    assert_true(bus_bind_router(server, "risk.req", strict, &why));
    assert_true(await(server, client, &in, 5000));
    assert_int_equal(epoch_in(&in), 1);
    bus_close(&client);
    bus_close(&server);
}

/* faults: F-086 */
static void
another_schema_is_refused_and_stands_still(void **state)
{
    (void)state;
    struct hello hello = good_hello;

    hello.schema++;
    expect_refusal(hello, false);
}

static void
another_build_or_risk_section_is_refused_where_money_is(void **state)
{
    (void)state;
    struct hello build = good_hello, config = build, rules = build;

    build.build++;
    config.config_risk++;
    rules.rules++;
    expect_refusal(build, true);
    expect_refusal(config, true);
    expect_refusal(rules, true);
}

static void
another_build_is_welcome_elsewhere(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct hello hello = { GOOD_SCHEMA, 99, 99, 99 };
    struct bus *server = open_router(SOURCE_feed, 1, "feed.snap", false);
    struct bus *client = open_client(hello, "feed.snap", &line);

    ask(client, line, 3);
    assert_true(await(server, client, &in, 3000));
    bus_close(&client);
    bus_close(&server);
}

static void
a_reply_to_somebody_gone_is_counted(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    struct bus *client = open_client(good_hello, "risk.req", &line);
    struct bus_out out = { .type = TYPE_ack };
    uint8_t body[32];
    struct ack m = { true, REASON_none };

    out.body = body;
    out.body_size = ack_pack(&m, body, sizeof body);
    ask(client, line, 1);
    assert_true(await(server, client, &in, 3000));
    uint32_t peer = in.peer;
    bus_close(&client);
    bool sent = true;
    for (int i = 0; i < 300 && sent; i++) {
        await(server, NULL, &in, 10);
        sent = bus_reply(server, peer, &out);
    }
    assert_false(sent);
    assert_true(bus_counts(server)->unsent > 0);
    /* Handles nobody ever had. */
    assert_false(bus_reply(server, 0, &out));
    assert_false(bus_reply(server, UINT32_MAX, &out));
    assert_false(bus_reply(server, peer ^ 1, &out));
    bus_close(&server);
}

static void
more_peers_than_the_table_holds_come_and_go(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);

    for (uint64_t n = 1; n <= 150; n++) {
        struct bus *client = open_client(good_hello, "risk.req", &line);
        ask(client, line, n);
        assert_true(await(server, client, &in, 3000));
        assert_int_equal(epoch_in(&in), n);
        bus_close(&client);
    }
    bus_close(&server);
}

/* faults: F-093 */
static void
the_operators_word_comes_first(void **state)
{
    (void)state;
    unsigned req, ctl;
    struct bus_in in;
    struct why why;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", false);
    assert_true(bus_bind_router(server, "risk.ctl", false, &why));
    struct bus *client = open_client(good_hello, "risk.req", &req);
    assert_true(bus_connect_dealer(client, "risk.ctl", &ctl, &why));

    while (!bus_line_open(client, req) || !bus_line_open(client, ctl))
        assert_false(await(server, client, &in, 1));
    for (uint64_t n = 1; n <= 200; n++)
        ask(client, req, n);
    assert_true(await(server, client, &in, 1000));
    ask(client, ctl, 1000);
    /* Time to arrive; then it overtakes nearly all of the others. */
    usleep(500000);
    bus_wait(server, (struct ms){ 100 });
    unsigned before = 0;
    while (await(server, client, &in, 1000) && epoch_in(&in) != 1000)
        before++;
    assert_int_equal(epoch_in(&in), 1000);
    assert_true(before <= 1);
    bus_close(&client);
    bus_close(&server);
}

static void
a_path_too_long_for_a_socket_is_refused_by_name(void **state)
{
    (void)state;
    char path[BUS_PATH_CAP], var[120];
    struct why why = { "" };

    memset(var, 'v', sizeof var);
    var[107 - strlen("/run/feed.snap.sock")] = '\0';
    assert_true(bus_path(path, var, "feed.snap", &why));
    assert_int_equal(strlen(path), 107);
    var[107 - strlen("/run/feed.snap.sock")] = 'v';
    var[108 - strlen("/run/feed.snap.sock")] = '\0';
    assert_false(bus_path(path, var, "feed.snap", &why));
    assert_non_null(strstr(why.s, "feed.snap.sock"));
    assert_non_null(strstr(why.s, "107"));
}

static void
a_folder_too_deep_for_a_sockets_path_works_all_the_same(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct why why;
    char deep[256], run[280];

    snprintf(deep, sizeof deep, "%s/%0120d", scratch.path, 7);
    snprintf(run, sizeof run, "%s/run", deep);
    assert_int_equal(mkdir(deep, 0700), 0);
    struct bus_setup setup = { .var = deep, .src = SOURCE_riskd, .run = 1,
                               .hello = good_hello };
    struct bus *server = bus_new(&setup);
    assert_false(bus_bind_router(server, "risk.req", true, &why));
    assert_non_null(strstr(why.s, "No such file")); /* No folder yet. */
    bus_close(&server);
    assert_int_equal(mkdir(run, 0700), 0);
    server = bus_new(&setup);
    assert_true(bus_bind_router(server, "risk.req", true, &why));
    setup.src = SOURCE_executor;
    struct bus *client = bus_new(&setup);
    assert_true(bus_connect_dealer(client, "risk.req", &line, &why));
    ask(client, line, 8);
    assert_true(await(server, client, &in, 3000));
    assert_int_equal(epoch_in(&in), 8);
    bus_close(&client);
    bus_close(&server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_reaches_the_server_and_its_answer_comes_back),
        TEST(requests_wait_for_a_server_and_arrive_in_their_order),
        TEST(a_full_queue_drops_the_oldest_and_counts_them),
        TEST(a_line_opens_again_when_its_server_restarted),
        TEST(another_schema_is_refused_and_stands_still),
        TEST(another_build_or_risk_section_is_refused_where_money_is),
        TEST(another_build_is_welcome_elsewhere),
        TEST(a_reply_to_somebody_gone_is_counted),
        TEST(more_peers_than_the_table_holds_come_and_go),
        TEST(the_operators_word_comes_first),
        TEST(a_path_too_long_for_a_socket_is_refused_by_name),
        TEST(a_folder_too_deep_for_a_sockets_path_works_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
