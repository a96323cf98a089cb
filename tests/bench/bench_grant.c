/* bench_grant - may I, and yes: a question to riskd, reserved on disk, answered
 *
 * riskd is the program itself, asked by a daemon that is as small as can be in
 * the executor's place.  One question at a time gives p50 and p99; the floor
 * of both is a raw ZeroMQ round trip and an fdatasync of as many bytes, each
 * measured between the questions.  Then a thousand at once: what is written in
 * one turn bears one time, so the journal tells how many syncs they cost. */
#include "tests/bench/bench.h"

#include "common/daemon.h"
#include "common/journal.h"
#include "common/loop.h"
#include "common/must.h"
#include "executor/executor.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { TRIPS = 500, AT_ONCE = 1000, BYTES = 900, PATH_CAP = 256 };

struct asker {
    struct daemon *daemon;
    bool leased, done;
    uint64_t req, epoch;
    uint32_t asked, granted, answered;  /* answered: of those at once. */
    uint64_t head;                      /* Facts before them. */
    int64_t sent;
    double took[TRIPS], raw_took[TRIPS], sync_took[TRIPS];
    void *raw;
    int file;
    int64_t began, ended;
};

/* The floor's two parts, once each. */
static void
measure_floor(struct asker *x, uint32_t i)
{
    char body[BYTES] = { 0 };
    int64_t from = bench_now();
    zmq_send(x->raw, body, sizeof body, 0);
    must(zmq_recv(x->raw, body, sizeof body, 0) == (int)sizeof body);
    x->raw_took[i] = (double)(bench_now() - from);
    from = bench_now();
    must(write(x->file, body, sizeof body) == (ssize_t)sizeof body);
    must(fdatasync(x->file) == 0);
    x->sync_took[i] = (double)(bench_now() - from);
}

static void
ask_one(struct asker *x, struct outbox *out)
{
    struct authorize m = { .attempt = 1, .epoch = x->epoch,
                           .kind = GRANT_KIND_normal, .mode = MODE_paper,
                           .strategy = STRATEGY_A };
    char event[32];
    x->asked++;
    memcpy(m.group.b, &x->asked, sizeof x->asked);
    m.group.b[15] = 1;
    m.scan_id = m.group;
    (void)snprintf(event, sizeof event, "event %u", x->asked);
    (void)text_set(&m.event, event);
    m.legs.count = 2;
    for (uint32_t i = 0; i < 2; i++) {
        m.legs.at[i] = (struct leg){ .side = SIDE_buy,
                                     .limit = { 450000 }, .avg = { 450000 },
                                     .size = { 100 * MICROS },
                                     .depth = { 1000 * MICROS },
                                     .fee = { 10000 }, .age = { 100 } };
        memcpy(m.legs.at[i].token.b, &x->asked, sizeof x->asked);
        m.legs.at[i].token.b[31] = (uint8_t)(i + 1);
    }
    say_authorize(out, &m, &(struct to){ 0, ++x->req });
}

static void
asker_on_tick(struct asker *x, const struct tick *m, const struct input *in,
              struct outbox *out)
{
    struct lease_request ask = { .epoch = x->epoch, .clean = true };
    (void)m;
    (void)in;
    say_lease_request(out, &ask, &(struct to){ 0, ++x->req });
}

static void
asker_on_lease(struct asker *x, const struct lease *m, const struct input *in,
               struct outbox *out)
{
    (void)in;
    x->epoch = m->epoch;
    if (!x->leased && m->mode != MODE_halted) {
        x->leased = true;
        x->sent = bench_now();
        ask_one(x, out);
    }
}

static void
one_answered(struct asker *x)
{
    if (++x->answered == AT_ONCE) {
        x->ended = bench_now();
        x->done = true;
        loop_stop(daemon_loop(x->daemon));
    }
}

static void
asker_on_grant(struct asker *x, const struct grant *m, const struct input *in,
               struct outbox *out)
{
    struct release release = { .auth = m->auth, .leg = legs_cap,
                               .evidence = EVIDENCE_never_sent };
    (void)in;
    if (x->granted >= TRIPS) {
        one_answered(x);
        return;
    }
    x->took[x->granted] = (double)(bench_now() - x->sent);
    measure_floor(x, x->granted++);
    say_release(out, &release, &(struct to){ 0, ++x->req });
}

/* The room is free again: the next. */
static void
asker_on_ack(struct asker *x, const struct ack *m, const struct input *in,
             struct outbox *out)
{
    (void)m;
    (void)in;
    if (x->granted < TRIPS) {
        x->sent = bench_now();
        ask_one(x, out);
        return;
    }
    x->began = bench_now();
    for (uint32_t i = 0; i < AT_ONCE; i++)
        ask_one(x, out);
}

static void
asker_on_denial(struct asker *x, const struct denial *m,
                const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    if (x->granted < TRIPS) {
        fprintf(stderr, "bench: denied: %s\n", m->rule.s);
        exit(1);
    }
    one_answered(x);
}

HEAR_THUNK(asker, tick)
HEAR_THUNK(asker, lease)
HEAR_THUNK(asker, grant)
HEAR_THUNK(asker, ack)
HEAR_THUNK(asker, denial)

static const struct hear hears[] = {
    HEAR_ROW(tick, self)
    HEAR_ROW(lease, riskd)
    HEAR_ROW(grant, riskd)
    HEAR_ROW(ack, riskd)
    HEAR_ROW(denial, riskd)
    { NULL, 0, false, NULL }
};
static const char *const nothing[] = { NULL };
static const struct program asker_program = {
    .src = SOURCE_executor, .name = "executor", .about = "asks riskd",
    .hears = hears, .section = &executor_section,
    .connects = nothing, .binds = nothing, .counters = nothing,
};

/* Money is synced with its turn, and a turn's facts bear one time. */
static uint32_t
count_syncs(const char *dir, uint64_t after)
{
    char path[PATH_CAP];
    struct why why;
    struct record r;
    uint32_t count = 0;
    int64_t last = 0;
    (void)snprintf(path, sizeof path, "%s/journal/riskd/facts", dir);
    struct journal_reader *in = journal_read(path, after + 1, &why);
    must(in != NULL);
    while (journal_next(in, &r, &why) > 0) {
        if (r.type == TYPE_ledger_entry && r.mono.ns != last) {
            last = r.mono.ns;
            count++;
        }
    }
    journal_reader_close(&in);
    return count;
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void
print(struct asker *x, uint32_t syncs)
{
    static const struct { const char *name; int at; } ranks[] = {
        { "grant_trip_p50", TRIPS / 2 }, { "grant_trip_p99", TRIPS * 99 / 100 },
    };
    qsort(x->took, TRIPS, sizeof x->took[0], compare);
    qsort(x->raw_took, TRIPS, sizeof x->raw_took[0], compare);
    qsort(x->sync_took, TRIPS, sizeof x->sync_took[0], compare);
    for (int i = 0; i < 2; i++) {
        int k = ranks[i].at;
        bench_line(ranks[i].name, "us", x->took[k] / 1000,
                   (x->raw_took[k] + x->sync_took[k]) / 1000);
    }
    bench_line("grants_at_once_syncs", "syncs", syncs, AT_ONCE);
    bench_line("grants_at_once", "us each",
               (double)(x->ended - x->began) / 1000 / AT_ONCE,
               x->took[TRIPS / 2] / 1000);
}

static void
answer_raw(const char *endpoint)
{
    void *context = zmq_ctx_new(), *s = zmq_socket(context, ZMQ_ROUTER);
    must(zmq_bind(s, endpoint) == 0);
    for (;;) {
        char id[256], body[BYTES];
        int id_size = zmq_recv(s, id, sizeof id, 0);
        must(zmq_recv(s, body, sizeof body, 0) == (int)sizeof body);
        zmq_send(s, id, (size_t)id_size, ZMQ_SNDMORE);
        zmq_send(s, body, sizeof body, 0);
    }
}

/* A process that dies with this one. */
static pid_t
start(char *const *argv, const char *endpoint)
{
    pid_t pid = fork();
    must(pid >= 0);
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (argv == NULL)
        answer_raw(endpoint);
    else
        execv(argv[0], argv);
    _exit(1);
}

static void
stop(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* As many as are read before the thousand. */
static uint64_t
facts_of_trips(const char *dir)
{
    char path[PATH_CAP];
    struct why why;
    struct record r;
    uint64_t n = 0;
    uint32_t grants = 0;
    (void)snprintf(path, sizeof path, "%s/journal/riskd/facts", dir);
    struct journal_reader *in = journal_read(path, 1, &why);
    must(in != NULL);
    while (grants <= TRIPS && journal_next(in, &r, &why) > 0) {
        grants += r.type == TYPE_grant;
        n = grants <= TRIPS ? r.n : n;
    }
    journal_reader_close(&in);
    return n;
}

void
bench_grant(const char *dir)
{
    static struct asker x;
    struct executor_conf conf;
    char self[PATH_MAX] = "", riskd[PATH_MAX + 8], var[PATH_CAP + 16];
    char endpoint[PATH_CAP], file[PATH_CAP];
    must(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    *strrchr(self, '/') = '\0';
    (void)snprintf(riskd, sizeof riskd, "%s/riskd", self);
    (void)snprintf(var, sizeof var, "common.var=%s", dir);
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%s/raw.sock", dir);
    (void)snprintf(file, sizeof file, "%s/bare", dir);
    char *argv[] = { riskd, "-s", var, "-s", "common.mode=paper",
                     "-s", "riskd.rules=", "-s", "riskd.gate_data=false",
                     "-s", "riskd.markets_required=false",
                     "-s", "riskd.executions_max=0",
                     "-s", "riskd.grants_open=256",
                     "-s", "capital.initial_usd=1000000", NULL };
    pid_t raw = start(NULL, endpoint), pid = start(argv, NULL);
    void *context = zmq_ctx_new();
    x.raw = zmq_socket(context, ZMQ_DEALER);
    x.file = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    must(x.file >= 0 && zmq_connect(x.raw, endpoint) == 0);
    x.daemon = daemon_start(sizeof argv / sizeof argv[0] - 1, argv,
                            &asker_program, &conf);
    daemon_attach(x.daemon, &x);
    daemon_ready(x.daemon, true);
    (void)daemon_run(x.daemon);
    daemon_stop(&x.daemon);
    stop(pid);
    stop(raw);
    must(x.done);
    print(&x, count_syncs(dir, facts_of_trips(dir)));
    close(x.file);
    zmq_close(x.raw);
    zmq_ctx_term(context);
}
