/* test_wiring_nodes - nodes are asked, over real sockets, and how they answer
 * is counted and told */
#include "executor/wiring_nodes.h"

#include "common/clock.h"
#include "common/loop.h"
#include "tests/unit/common/servers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdbool.h>
#include <sys/mman.h>

/* How the server answers from now on; shared with it. */
static volatile struct {
    int status;
    bool drops;
    char body[200];
    unsigned asked;
} *world;

static struct loop *loop;
static struct nodes *nodes;
static struct executor_conf conf;
static struct nodes_state told;
static uint64_t wanted;

static void
serve(int fd)
{
    char head[4096], out[1024];

    while (read_until(fd, head, sizeof head, "}")) {
        const char *id = strstr(head, "\"id\":");

        world->asked++;
        if (world->drops || id == NULL || !strstr(head, "eth_chainId"))
            _exit(0);
        char body[300];
        int size = snprintf(body, sizeof body,
                            "{\"jsonrpc\":\"2.0\",\"id\":%lu,%s}",
                            strtoul(id + 5, NULL, 10),
                            (const char *)world->body);
        snprintf(out, sizeof out,
                 "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n"
                 "Content-Length: %d\r\n\r\n%s", world->status, size, body);
        write_text(fd, out);
    }
}

static void
answers(int status, const char *body)
{
    world->status = status;
    snprintf((char *)world->body, sizeof world->body, "%s", body);
}

static void
hear(void *arg, const struct nodes_state *m)
{
    assert_ptr_equal(arg, &told);
    assert_true(m->asked > told.asked && m->failed >= told.failed);
    assert_true(m->failed <= m->asked);
    told = *m;
    if (told.asked >= wanted)
        loop_stop(loop);
}

static void
too_late(void *arg)
{
    (void)arg;
    fail_msg("asked %u times", world->asked);
}

/* Runs until so many more came to an end; how many of those failed. */
static uint64_t
failed_of(uint64_t more)
{
    struct nodes_state was = told;
    struct loop_timer *t = loop_timer(loop, (struct ms){ 60000 },
                                      (struct ms){ 0 }, too_late, NULL);

    wanted = was.asked + more;
    loop_run(loop);
    loop_timer_cancel(&t);
    return told.failed - was.failed;
}

static void
open_nodes(uint16_t first, uint16_t second)
{
    const struct nodes_options o = { .loop = loop, .conf = &conf,
                                     .arg = &told, .tell = hear };

    memset(&told, 0, sizeof told);
    snprintf(conf.chain_rpc.s, sizeof conf.chain_rpc.s,
             "http://127.0.0.1:%u/KEY", first);
    conf.chain_rpc_3.s[0] = '\0';
    if (second != 0)
        snprintf(conf.chain_rpc_3.s, sizeof conf.chain_rpc_3.s,
                 "http://127.0.0.1:%u", second);
    nodes = nodes_open(&o);
    assert_non_null(nodes);
}

static void
an_answer_is_one_that_names_our_chain(void **state)
{
    static const struct {
        int status;
        const char *body;
        bool good;
    } all[] = {
        { 200, "\"result\":\"0x89\"", true },
        { 200, "\"result\":\"0x1\"", false },
        { 200, "\"result\":\"0x\"", false },
        { 200, "\"result\":null", false },
        { 200, "\"result\":137", false },
        { 200, "\"result\":\"0x89", false },
        { 500, "\"result\":\"0x89\"", false },
        { 429, "\"error\":{\"code\":-32005,\"message\":\"limit\"}", false },
        { 200, "\"error\":{\"code\":-32601,\"message\":\"none\"}", false },
    };
    uint16_t port;

    (void)state;
    pid_t server = serve_raw(serve, &port);
    open_nodes(port, 0);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        answers(all[i].status, all[i].body);
        (void)failed_of(2); /* One may have left before. */
        uint64_t before = told.asked;
        uint64_t failed = failed_of(3);
        assert_int_equal(failed, all[i].good ? 0 : told.asked - before);
    }
    world->drops = true;
    (void)failed_of(2);
    assert_true(failed_of(3) >= 3);
    nodes_close(&nodes);
    world->drops = false;
    stop_server(server);
}

static void
each_node_is_asked_whatever_the_others_do(void **state)
{
    uint16_t port, nobody;

    (void)state;
    close(listen_here(&nobody));
    pid_t server = serve_raw(serve, &port);
    answers(200, "\"result\":\"0x89\"");
    world->asked = 0;
    open_nodes(nobody, port);
    uint64_t failed = failed_of(20);
    assert_in_range(failed, 1, told.asked - 1);
    assert_in_range(world->asked, told.asked - failed, told.asked + 1);
    stop_server(server);
    (void)failed_of(3);
    assert_true(failed_of(6) >= 6);
    nodes_close(&nodes);
}

static void
those_who_are_asked_by_others_count_as_well(void **state)
{
    struct rpc_question q = { .method = RPC_estimate };
    struct rpc_answer a = { .end = RPC_END_reverted };

    (void)state;
    conf.chain_look.ms = 600000;
    open_nodes(1, 0);
    assert_int_equal(failed_of(1), 1); /* Nobody is there. */
    nodes_count(nodes, &q, &a); /* Nodes may say no. */
    a.end = RPC_END_refused;
    nodes_count(nodes, &q, &a);
    a.end = RPC_END_said;
    nodes_count(nodes, &q, &a);
    a.end = RPC_END_lost;
    nodes_count(nodes, &q, &a);
    nodes_count(NULL, &q, &a);
    assert_int_equal(failed_of(4), 1);
    nodes_close(&nodes);
}

static void
without_a_node_there_is_nothing_to_ask(void **state)
{
    const struct nodes_options o = { .loop = loop, .conf = &conf };

    (void)state;
    conf.chain_rpc.s[0] = conf.chain_rpc_2.s[0] = conf.chain_rpc_3.s[0] =
        '\0';
    assert_null(nodes_open(&o));
    nodes_close(&nodes);
}

static int
set_up(void **state)
{
    (void)state;
    conf = (struct executor_conf){ .chain_id = 137, .chain_look = { 50 },
                                   .http_connect = { 1000 },
                                   .http_total = { 1000 } };
    loop = loop_new();
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    loop_destroy(&loop);
    return 0;
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(an_answer_is_one_that_names_our_chain),
        T(each_node_is_asked_whatever_the_others_do),
        T(those_who_are_asked_by_others_count_as_well),
        T(without_a_node_there_is_nothing_to_ask),
    };

    world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (world == MAP_FAILED)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
