/* bus_kit - buses of a test, in one folder */
#ifndef TESTS_UNIT_COMMON_BUS_KIT_H
#define TESTS_UNIT_COMMON_BUS_KIT_H

#include "common/bus.h"
#include "common/clock.h"
#include "common/log.h"
#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sys/stat.h>

static struct scratch scratch;

static inline int
set_up(void **state)
{
    char run[80];

    (void)state;
    scratch_open(&scratch);
    snprintf(run, sizeof run, "%s/run", scratch.path);
    must(mkdir(run, 0700) == 0);
    /* What is refused here is refused on purpose. */
    log_open("test", LOG_ERROR + 1);
    return 0;
}

static inline int
tear_down(void **state)
{
    (void)state;
    scratch_remove(scratch.path);
    return 0;
}

#define GOOD_SCHEMA 0x1122334455667788

static inline struct bus *
open_bus(enum source src, uint64_t run)
{
    struct bus_setup setup = { .var = scratch.path, .src = src, .run = run };

    setup.hello.schema = GOOD_SCHEMA;
    setup.hello.build = 5;
    setup.hello.config_risk = 6;
    return bus_new(&setup);
}

/* A publisher or server that came up, or the test fails. */
static inline struct bus *
open_pub(enum source src, uint64_t run, const char *name)
{
    struct bus *b = open_bus(src, run);
    struct why why;

    if (!bus_bind_pub(b, name, &why))
        fail_msg("%s", why.s);
    return b;
}

static inline struct bus *
open_router(enum source src, uint64_t run, const char *name, bool strict)
{
    struct bus *b = open_bus(src, run);
    struct why why;

    if (!bus_bind_router(b, name, strict, &why))
        fail_msg("%s", why.s);
    return b;
}

static inline struct bus *
open_sub(const char *name, uint16_t type)
{
    struct bus *b = open_bus(SOURCE_recorder, 1);
    struct why why;

    assert_true(bus_connect_sub(b, name, &why));
    bus_hear(b, type);
    return b;
}

static inline struct bus *
open_client(struct hello hello, const char *name, unsigned *line)
{
    struct bus_setup setup = { .var = scratch.path, .src = SOURCE_executor,
                               .run = 1, .hello = hello };
    struct bus *b = bus_new(&setup);
    struct why why;

    assert_true(bus_connect_dealer(b, name, line, &why));
    return b;
}

static const struct hello good_hello = { GOOD_SCHEMA, 5, 6, 0 };

/* Published: a trade whose size is n. */
static inline void
publish(struct bus *b, int64_t n)
{
    uint8_t body[256];
    struct trade m = { .size = { n } };
    size_t size = trade_pack(&m, body, sizeof body);

    m.token.b[31] = 9;
    bus_publish(b, &(struct bus_out){ .type = TYPE_trade, .token = &m.token,
                                      .body = body, .body_size = size });
}

static inline int64_t
size_in(const struct bus_in *in)
{
    struct trade m;

    assert_int_equal(in->e.type, TYPE_trade);
    assert_true(trade_unpack(&m, in->e.body, in->e.body_size));
    return m.size.micros;
}

/* Asked: a list_open of epoch n, as request n. */
static inline void
ask(struct bus *b, unsigned line, uint64_t n)
{
    uint8_t body[32];
    struct list_open m = { n };
    size_t size = list_open_pack(&m, body, sizeof body);

    bus_ask(b, line, &(struct bus_out){ .type = TYPE_list_open, .req = n,
                                        .body = body, .body_size = size });
}

static inline uint64_t
epoch_in(const struct bus_in *in)
{
    struct list_open m;

    assert_int_equal(in->e.type, TYPE_list_open);
    assert_true(list_open_unpack(&m, in->e.body, in->e.body_size));
    assert_int_equal(in->e.req, m.epoch);
    return m.epoch;
}

/* Lets both work until b has a message, or ms are over.  other may be NULL
 * and has what it hears thrown away. */
static inline bool
await(struct bus *b, struct bus *other, struct bus_in *in, int ms)
{
    int64_t end = clock_mono().ns + ms * INT64_C(1000000);
    struct bus_in ignored;

    do {
        if (bus_next(b, in))
            return true;
        if (other) {
            bus_wait(other, (struct ms){ 1 });
            while (bus_next(other, &ignored))
                continue;
        }
        bus_wait(b, (struct ms){ 1 });
    } while (clock_mono().ns < end);
    return false;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif /* TESTS_UNIT_COMMON_BUS_KIT_H */
