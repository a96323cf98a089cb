/* bench_bus - one hop between two processes, against raw libzmq
 *
 * A question and its answer, DEALER to ROUTER over ipc; a hop is half of the
 * way there and back.  Ours is what daemons do: both ends sleep in the loop
 * with their sockets in it, a message is packed, stamped, sent, received,
 * checked and unpacked.  The floor is blocking zmq_send and zmq_recv of as
 * many bytes, nothing looked at.
 *
 * Both pairs live from beginning to end and take turns.  Where the scheduler
 * puts threads matters more than anything measured here, so they are bound:
 * asker and answerer to a core each, and then all to one core, where nobody
 * sleeps and the work alone counts. */
#include "tests/bench/bench.h"

#include "common/bus.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { TURNS = 40, TRIPS = 250, BODY_CAP = 512, PATH_CAP = 256 };

static const struct hello hello = { 1, 1, 1, 1 };

/* One end of ours. */
struct end {
    struct loop *loop;
    struct bus *bus;
    unsigned line;
    bool open;
    uint64_t req;
    int left;            /* Questions of this turn. */
    int64_t asked;
    double *took;        /* The next trip's time goes here. */
    size_t wire;         /* Bytes of an envelope. */
    struct fill fill;
    uint8_t packed[BODY_CAP];
};

/* A pair of each kind, and where their times go. */
struct pairs {
    struct end ours;
    void *context, *raw;
    pid_t answerers[2];
    double ours_took[TURNS * TRIPS], raw_took[TURNS * TRIPS];
};

/* The core at one end of those allowed. */
static void
bind_to(const cpu_set_t *allowed, bool last)
{
    cpu_set_t one;
    size_t core = CPU_SETSIZE;
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, allowed) && (core == CPU_SETSIZE || last))
            core = i;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    must(sched_setaffinity(0, sizeof one, &one) == 0);
}

static void
tick_bus(void *arg)
{
    bus_tick(((struct end *)arg)->bus);
}

static void
open_end(struct end *e, const char *dir, enum source src)
{
    struct bus_setup setup = { dir, src, 1, hello };
    memset(e->fill.fill_id.s, 'x', 60);
    e->loop = loop_new();
    e->bus = bus_new(&setup);
}

static void
attach(struct end *e, void (*turn)(void *arg))
{
    bus_attach(e->bus, e->loop);
    loop_before_sleep(e->loop, turn, e);
    loop_timer(e->loop, (struct ms){ 100 }, (struct ms){ 100 }, tick_bus, e);
}

static struct bus_out
pack(struct end *e, uint64_t req)
{
    size_t size = fill_pack(&e->fill, e->packed, sizeof e->packed);
    must(size > 0);
    return (struct bus_out){ .type = TYPE_fill, .req = req,
                             .body = e->packed, .body_size = size };
}

static void
answer_turn(void *arg)
{
    struct end *e = arg;
    struct bus_in in;
    while (bus_next(e->bus, &in)) {
        must(fill_unpack(&e->fill, in.e.body, in.e.body_size));
        struct bus_out out = pack(e, in.e.req);
        must(bus_reply(e->bus, in.peer, &out));
    }
    if (bus_pending(e->bus))
        loop_again(e->loop);
}

static void
answer_ours(const char *dir)
{
    static struct end e;
    struct why why;
    open_end(&e, dir, SOURCE_riskd);
    must(bus_bind_router(e.bus, "risk.req", false, &why));
    attach(&e, answer_turn);
    loop_run(e.loop);
}

static void
ask(struct end *e)
{
    struct bus_out out = pack(e, ++e->req);
    e->asked = bench_now();
    bus_ask(e->bus, e->line, &out);
}

static void
ask_turn(void *arg)
{
    struct end *e = arg;
    struct bus_in in;
    if (!e->open && bus_line_open(e->bus, e->line)) {
        e->open = true;
        loop_stop(e->loop);
    }
    while (bus_next(e->bus, &in)) {
        must(in.e.req == e->req &&
             fill_unpack(&e->fill, in.e.body, in.e.body_size));
        *e->took++ = (double)(bench_now() - e->asked) / 2;
        e->wire = in.raw_size;
        if (--e->left > 0)
            ask(e);
        else
            loop_stop(e->loop);
    }
    if (bus_pending(e->bus))
        loop_again(e->loop);
}

static void
ask_ours(struct end *e)
{
    e->left = TRIPS;
    ask(e);
    loop_run(e->loop);
}

static void
answer_raw(const char *endpoint)
{
    void *context = zmq_ctx_new(), *s = zmq_socket(context, ZMQ_ROUTER);
    must(zmq_bind(s, endpoint) == 0);
    for (;;) {
        char id[256], body[BODY_CAP];
        int id_size = zmq_recv(s, id, sizeof id, 0);
        int size = zmq_recv(s, body, sizeof body, 0);
        must(id_size > 0 && size > 0);
        zmq_send(s, id, (size_t)id_size, ZMQ_SNDMORE);
        zmq_send(s, body, (size_t)size, 0);
    }
}

static void
ask_raw(void *s, size_t wire, double *took)
{
    char body[BODY_CAP] = { 0 };
    for (int i = 0; i < TRIPS; i++) {
        int64_t from = bench_now();
        zmq_send(s, body, wire, 0);
        must(zmq_recv(s, body, sizeof body, 0) == (int)wire);
        took[i] = (double)(bench_now() - from) / 2;
    }
}

/* Runs f(arg) in a process that dies with this one. */
static pid_t
start(void (*f)(const char *arg), const char *arg)
{
    pid_t pid = fork();
    must(pid >= 0);
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    f(arg);
    _exit(1);
}

static void
open_pairs(struct pairs *p, const char *dir, const cpu_set_t *allowed,
           bool apart)
{
    char endpoint[PATH_CAP];
    struct why why;
    snprintf(endpoint, sizeof endpoint, "ipc://%s/run/raw.sock", dir);
    bind_to(allowed, apart);
    p->answerers[0] = start(answer_ours, dir);
    p->answerers[1] = start(answer_raw, endpoint);
    bind_to(allowed, false);
    open_end(&p->ours, dir, SOURCE_executor);
    must(bus_connect_dealer(p->ours.bus, "risk.req", &p->ours.line, &why));
    attach(&p->ours, ask_turn);
    p->context = zmq_ctx_new();
    p->raw = zmq_socket(p->context, ZMQ_DEALER);
    must(zmq_connect(p->raw, endpoint) == 0);
    loop_run(p->ours.loop); /* Until the line is open. */
}

static void
close_pairs(struct pairs *p)
{
    for (int i = 0; i < 2; i++) {
        kill(p->answerers[i], SIGKILL);
        waitpid(p->answerers[i], NULL, 0);
    }
    bus_close(&p->ours.bus);
    loop_destroy(&p->ours.loop);
    zmq_close(p->raw);
    zmq_ctx_term(p->context);
}

static void
measure(const char *name, const char *dir, const cpu_set_t *allowed,
        bool apart)
{
    struct pairs *p = calloc(1, sizeof *p);
    must(p != NULL);
    open_pairs(p, dir, allowed, apart);
    for (int i = -1; i < TURNS; i++) {
        int at = i < 0 ? 0 : i * TRIPS; /* The first turn warms up. */
        p->ours.took = p->ours_took + at;
        ask_ours(&p->ours);
        ask_raw(p->raw, p->ours.wire, p->raw_took + at);
    }
    bench_line(name, "ns", bench_median(p->ours_took, TURNS * TRIPS),
               bench_median(p->raw_took, TURNS * TRIPS));
    close_pairs(p);
    free(p);
}

void
bench_bus(const char *dir)
{
    char path[PATH_CAP];
    cpu_set_t allowed;
    snprintf(path, sizeof path, "%s/run", dir);
    must(mkdir(path, 0700) == 0);
    must(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    log_open("bench", LOG_ERROR);
    measure("bus_hop", dir, &allowed, true);
    measure("bus_hop_one_core", dir, &allowed, false);
    must(sched_setaffinity(0, sizeof allowed, &allowed) == 0);
}
