/* test_bus_raw - peers that keep no rules, on a bare socket */

/* Whatever a stranger sends is answered, counted or dropped; the others are
 * served as before. */

#include "tests/unit/common/bus_kit.h"

#include <zmq.h>

struct raw { void *ctx, *socket; };

static struct raw
open_raw(int type, const char *name, bool bound)
{
    struct raw r = { zmq_ctx_new(), NULL };
    char endpoint[160];
    int zero = 0, wait = 1000;

    r.socket = zmq_socket(r.ctx, type);
    zmq_setsockopt(r.socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(r.socket, ZMQ_RCVTIMEO, &wait, sizeof wait);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/run/%s.sock", scratch.path,
             name);
    assert_int_equal(bound ? zmq_bind(r.socket, endpoint)
                           : zmq_connect(r.socket, endpoint), 0);
    return r;
}

static void
close_raw(struct raw *r)
{
    zmq_close(r->socket);
    zmq_ctx_term(r->ctx);
}

static size_t
wrap(uint8_t *buf, size_t cap, struct envelope e, const void *body,
     size_t size)
{
    e.body = body;
    e.body_size = size;
    return envelope_pack(&e, buf, cap);
}

/* faults: F-086 F-089 */
static void
a_stranger_is_told_to_say_hello_and_not_heard(void **state)
{
    (void)state;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    struct raw raw = open_raw(ZMQ_DEALER, "risk.req", false);
    uint8_t body[32], buf[256];
    struct list_open m = { 1 };
    size_t size = list_open_pack(&m, body, sizeof body);
    struct envelope e = { .ver = (uint8_t)GOOD_SCHEMA, .type = TYPE_list_open,
                          .src = SOURCE_executor, .run = 1, .req = 42 };

    size = wrap(buf, sizeof buf, e, body, size);
    zmq_send(raw.socket, buf, size, 0);
    assert_false(await(server, NULL, &in, 200));
    assert_int_equal(bus_counts(server)->strangers, 1);
    int got = zmq_recv(raw.socket, buf, sizeof buf, 0);
    assert_true(got > 0);
    assert_true(envelope_unpack(&e, buf, (size_t)got, NULL));
    assert_int_equal(e.type, TYPE_hello_reply);
    assert_int_equal(e.req, 42);
    struct hello_reply reply;
    assert_true(hello_reply_unpack(&reply, e.body, e.body_size));
    assert_false(reply.ok);
    assert_int_equal(reply.reason, REASON_SCHEMA);
    close_raw(&raw);
    bus_close(&server);
}

/* faults: F-083 */
static void
what_cannot_be_read_is_counted_and_the_rest_goes_on(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    struct raw raw = open_raw(ZMQ_DEALER, "risk.req", false);
    uint8_t buf[256];
    struct envelope e = { .ver = (uint8_t)GOOD_SCHEMA, .type = TYPE_hello,
                          .src = SOURCE_executor, .run = 1 };

    zmq_send(raw.socket, "", 0, 0);                    /* No envelope. */
    zmq_send(raw.socket, "\xc1\xff\xff", 3, 0);        /* No msgpack. */
    size_t size = wrap(buf, sizeof buf, e, "", 0);
    zmq_send(raw.socket, buf, size - 1, 0);            /* Cut short. */
    zmq_send(raw.socket, buf, size, ZMQ_SNDMORE);      /* Two frames. */
    zmq_send(raw.socket, buf, size, 0);
    e.type = 9999;                                     /* Unknown type. */
    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, "", 0), 0);
    e.type = TYPE_list_open;
    e.ver++;                                           /* Other schema. */
    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, "", 0), 0);
    e.ver--;
    e.src = SOURCE_none;                               /* Nobody. */
    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, "", 0), 0);
    assert_false(await(server, NULL, &in, 300));
    assert_int_equal(bus_counts(server)->bad, 7);
    struct bus *client = open_client(good_hello, "risk.req", &line);
    ask(client, line, 5);
    assert_true(await(server, client, &in, 3000));
    assert_int_equal(epoch_in(&in), 5);
    close_raw(&raw);
    bus_close(&client);
    bus_close(&server);
}

/* faults: F-085 */
static void
a_message_too_large_ends_only_its_connection(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    struct raw raw = open_raw(ZMQ_DEALER, "risk.req", false);
    char *huge = calloc(1, 2 << 20);

    zmq_send(raw.socket, huge, 2 << 20, 0);
    assert_false(await(server, NULL, &in, 200));
    struct bus *client = open_client(good_hello, "risk.req", &line);
    ask(client, line, 5);
    assert_true(await(server, client, &in, 3000));
    assert_int_equal(bus_counts(server)->in, 1);
    free(huge);
    close_raw(&raw);
    bus_close(&client);
    bus_close(&server);
}

/* A run number nobody has reached must not shut out whoever is real. */
static void
a_strangers_run_makes_nobodys_old(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    struct raw raw = open_raw(ZMQ_DEALER, "risk.req", false);
    uint8_t body[64], buf[256];
    struct hello bad = good_hello;
    struct envelope e = { .ver = (uint8_t)GOOD_SCHEMA, .type = TYPE_list_open,
                          .src = SOURCE_executor, .run = UINT64_MAX };
    struct list_open m = { 1 };
    size_t size = list_open_pack(&m, body, sizeof body);

    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, body, size), 0);
    bad.build++; /* Nor one that is refused. */
    e.type = TYPE_hello;
    size = hello_pack(&bad, body, sizeof body);
    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, body, size), 0);
    assert_false(await(server, NULL, &in, 200));
    struct bus *client = open_client(good_hello, "risk.req", &line);
    ask(client, line, 5);
    assert_true(await(server, client, &in, 3000));
    assert_int_equal(bus_counts(server)->old_run, 0);
    close_raw(&raw);
    bus_close(&client);
    bus_close(&server);
}

/* faults: F-078 */
static void
a_peer_speaks_only_as_who_said_hello(void **state)
{
    (void)state;
    struct bus_in in;
    struct bus *server = open_router(SOURCE_riskd, 1, "risk.req", true);
    struct raw raw = open_raw(ZMQ_DEALER, "risk.req", false);
    uint8_t body[64], buf[256];
    struct envelope e = { .ver = (uint8_t)GOOD_SCHEMA, .type = TYPE_hello,
                          .src = SOURCE_arb, .run = 0 };
    struct list_open m = { 1 };
    size_t size = hello_pack(&good_hello, body, sizeof body);

    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, body, size), 0);
    e.type = TYPE_list_open;
    size = list_open_pack(&m, body, sizeof body);
    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, body, size), 0);
    assert_true(await(server, NULL, &in, 1000));
    e.src = SOURCE_executor;
    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, body, size), 0);
    e.src = SOURCE_arb;
    e.run = 1;
    zmq_send(raw.socket, buf, wrap(buf, sizeof buf, e, body, size), 0);
    assert_false(await(server, NULL, &in, 300));
    assert_int_equal(bus_counts(server)->strangers, 2);
    close_raw(&raw);
    bus_close(&server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stranger_is_told_to_say_hello_and_not_heard),
        TEST(what_cannot_be_read_is_counted_and_the_rest_goes_on),
        TEST(a_strangers_run_makes_nobodys_old),
        TEST(a_peer_speaks_only_as_who_said_hello),
        TEST(a_message_too_large_ends_only_its_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
