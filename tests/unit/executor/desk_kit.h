/* desk_kit - a desk between a small venue and what the engine would hear */
#ifndef TESTS_UNIT_EXECUTOR_DESK_KIT_H
#define TESTS_UNIT_EXECUTOR_DESK_KIT_H

#include "executor/wiring_desk.h"

#include "common/clock.h"
#include "common/loop.h"
#include "tests/unit/common/scratch.h"
#include "tests/unit/executor/desk_server.h"
#include "tests/unit/executor/signer_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <fcntl.h>

static struct scratch scratch;
static struct kit kit;
static struct key *key;
static struct signer_line *line;
static struct loop *loop;
static struct desk *desk;
static uint16_t port;
static pid_t server;
static const char *elsewhere, *trusted; /* Instead of that server. */

/* What the engine would have heard. */
static struct {
    unsigned done, orders, ups, downs, turns, held;
    int64_t clock; /* Theirs less ours. */
    bool in_turn;
    enum reason refuses;
    struct venue_done last;
    struct venue_order order;
} heard;

static inline const struct intent *
find_intent(void *arg, const struct hash *order)
{
    (void)arg;
    for (uint32_t i = 0; i < kit.grant.legs.count; i++)
        if (hash_equal(&kit.intent[i].order, order))
            return &kit.intent[i];
    return NULL;
}

static inline const struct grant *
find_grant(void *arg, const struct uuid *auth)
{
    (void)arg;
    return uuid_equal(auth, &kit.grant.auth) ? &kit.grant : NULL;
}

static inline void
begin_turn(void *arg)
{
    (void)arg;
    assert_false(heard.in_turn);
    heard.in_turn = true;
    heard.turns++;
}

static inline void
end_turn(void *arg)
{
    (void)arg;
    assert_true(heard.in_turn);
    heard.in_turn = false;
}

static inline void
hear(void *arg, const struct schema *sc, const void *m)
{
    (void)arg;
    assert_true(heard.in_turn);
    if (sc->type == TYPE_venue_done) {
        heard.last = *(const struct venue_done *)m;
        heard.done++;
    } else if (sc->type == TYPE_venue_order) {
        heard.order = *(const struct venue_order *)m;
        heard.orders++;
    } else if (sc->type == TYPE_venue_status) {
        const struct venue_status *s = m;
        assert_int_equal(s->connection, 0);
        assert_int_equal(s->venue, VENUE_polymarket);
        bool up = s->state == LINK_STATE_up, was = heard.ups > heard.downs;
        heard.ups += up && !was; /* The same again: only its clock is new. */
        heard.downs += !up && was;
        heard.clock = s->clock_known ? s->clock.ms : INT64_MAX;
    }
}

static inline void
hold(void *arg)
{
    (void)arg;
    heard.held++;
}

static inline void
let_go(void *arg)
{
    (void)arg;
    heard.held--;
}

static inline struct nanos
began(void *arg)
{
    (void)arg;
    return clock_mono();
}

static inline enum reason
refuses(void *arg)
{
    (void)arg;
    return heard.refuses;
}

static inline void
look(void *arg)
{
    bool (*met)(void) = *(bool (**)(void))arg;

    if (met())
        loop_stop(loop);
}

static inline void
time_is_over(void *arg)
{
    *(bool *)arg = true;
    loop_stop(loop);
}

/* Runs until it is so; false after ms. */
static inline bool
until(bool (*met)(void), int64_t ms)
{
    bool over = false;
    struct loop_timer *t = loop_timer(loop, (struct ms){ ms },
                                      (struct ms){ 0 }, time_is_over, &over);
    struct loop_timer *l = loop_timer(loop, (struct ms){ 1 },
                                      (struct ms){ 1 }, look, &met);

    loop_run(loop);
    loop_timer_cancel(&t);
    loop_timer_cancel(&l);
    return !over;
}

static inline bool
is_up(void)
{
    return heard.ups > heard.downs;
}

static inline bool
is_down(void)
{
    return heard.downs == heard.ups;
}

static inline bool
is_done(void)
{
    return heard.done > 0;
}

static inline bool
never(void)
{
    return false;
}

static inline void
open_desk(void)
{
    static char rest[64], user[64];
    const struct desk_options o = {
        .loop = loop, .talk = &talk_polymarket, .signer = line,
        .var = scratch.path, .rest_url = rest, .user_url = user,
        .ca_file = trusted,
        .connect = { 1000 }, .total = { 1000 }, .out = { 200 },
        .warm = { 200 }, .clock_off = { 2000 }, .relogin = { 300 },
        .lanes = 2, .intent = find_intent, .grant = find_grant,
        .begin = begin_turn, .hear = hear, .end = end_turn, .hold = hold,
        .release = let_go, .began = began, .refuses = refuses,
    };

    snprintf(rest, sizeof rest, "http://127.0.0.1:%u", port);
    snprintf(user, sizeof user, "ws://127.0.0.1:%u", port);
    if (elsewhere != NULL) {
        snprintf(rest, sizeof rest, "https://%s", elsewhere);
        snprintf(user, sizeof user, "wss://%s", elsewhere);
    }
    desk = desk_new(&o);
}

static inline int
set_up(void **state)
{
    char path[100];
    struct why why;

    (void)state;
    memset((void *)world, 0, sizeof *world);
    memset(&heard, 0, sizeof heard);
    scratch_open(&scratch);
    snprintf(path, sizeof path, "%s/key", scratch.path);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    must(write(fd, ANVIL_0, 64) == 64);
    close(fd);
    key = key_of_hex(ANVIL_0);
    kit_begin(&kit, key);
    struct signer_setup setup = { .var = scratch.path, .key_file = path,
                                  .funder = "", .chain = CHAIN_POLYGON,
                                  .wait = { 2000 } };
    line = signer_start(&setup, &why);
    must(line && mac_key_load(scratch.path, &kit.terms.mac, &why));
    kit_mark(&kit);
    for (uint32_t i = 0; i < kit.grant.legs.count; i++) {
        kit.intent[i].stamp = (uint64_t)(clock_wall().ns / 1000000);
        kit_name(&kit, &kit.intent[i]);
    }
    loop = loop_new();
    return 0;
}

static inline int
tear_down(void **state)
{
    (void)state;
    desk_destroy(&desk);
    loop_destroy(&loop);
    signer_stop(&line);
    key_destroy(&key);
    scratch_remove(scratch.path);
    return heard.held == 0 ? 0 : -1;
}

static inline void
call(enum venue_op op, uint32_t orders)
{
    static uint64_t calls;
    struct venue_call m = { .call = ++calls, .op = op };

    heard.done = heard.orders = 0;
    m.orders.count = orders;
    for (uint32_t i = 0; i < orders; i++)
        m.orders.at[i].token = kit.intent[i].order;
    desk_call(desk, &m);
    assert_int_equal(heard.done, 0); /* Nothing is heard from inside. */
    assert_true(until(is_done, 5000));
    assert_int_equal(heard.last.call, calls);
    assert_int_equal(heard.last.op, op);
}

static inline int
start(void **state)
{
    (void)state;
    world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    server = serve_raw(desk_serve, &port);
    return world == MAP_FAILED;
}

static inline int
stop(void **state)
{
    (void)state;
    stop_server(server);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif /* TESTS_UNIT_EXECUTOR_DESK_KIT_H */
