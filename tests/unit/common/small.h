/* small - three small daemons in processes of their own, and a guest */

/* The feed publishes one delta a tick and answers snapshot requests; the
 * scanner asks until it is answered, and says an opportunity for each delta
 * it hears; riskd is gated, books a ledger entry for every change of the
 * latch and publishes what it knows of it.  Between them they use every way
 * the shell has.  One engine for all, since handlers share a name per
 * message. */
#ifndef TESTS_UNIT_COMMON_SMALL_H
#define TESTS_UNIT_COMMON_SMALL_H

#include "common/bus.h"
#include "common/clock.h"
#include "common/daemon.h"
#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct small {
    uint64_t book_seq;
    uint64_t counters[1];
    uint64_t markets, recalled, req, rev, lost;
    uint64_t kill_gen;
    bool answered, killed;
};

struct small_conf { conf_count size; };

static const struct conf_row small_rows[] = {
    CONF_ROW(small, count, size, "1", "1", "9", "nothing")
};

static void
small_on_tick(struct small *x, const struct tick *m, const struct input *in,
              struct outbox *out)
{
    struct snapshot_request ask = { .what = ASKED_universe };
    struct book_delta d = { .epoch = in->own_run << 24,
                            .received = in->wall };

    (void)m;
    if (in->src == SOURCE_feed) {
        d.book_seq = ++x->book_seq;
        d.token.b[0] = 7;
        say_book_delta(out, &d, NULL);
        x->counters[0]++;
    } else if (!x->answered && x->req == 0) {
        say_snapshot_request(out, &ask, &(struct to){ 0, ++x->req });
    }
}

static void
small_on_snapshot_request(struct small *x, const struct snapshot_request *m,
                          const struct input *in, struct outbox *out)
{
    struct to to = input_sender(in);
    struct snapshot_end end = { .what = m->what, .sent = 3 };
    struct market market = { .rev = 1 };

    (void)x;
    for (int i = 0; i < 3; i++) {
        market.event_index = (uint64_t)i;
        say_market_on(out, ROUTE_REPLY, &market, &to);
    }
    say_snapshot_end(out, &end, &to);
}

static void
small_on_market(struct small *x, const struct market *m,
                const struct input *in, struct outbox *out)
{
    (void)m;
    (void)out;
    must(in->req == x->req && in->peer == 0);
    x->markets++;
}

static void
small_on_snapshot_end(struct small *x, const struct snapshot_end *m,
                      const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    must(m->sent == x->markets);
    x->answered = true;
}

static void
small_on_gap(struct small *x, const struct gap *m, const struct input *in,
             struct outbox *out)
{
    (void)in;
    (void)out;
    must(m->src == SOURCE_feed);
    x->lost += m->lost;
}

/* rev counts what was said in all runs; gross the markets known, sets the
 * facts recalled, fees what was lost. */
static void
small_on_book_delta(struct small *x, const struct book_delta *m,
                    const struct input *in, struct outbox *out)
{
    struct opportunity o = { .rev = ++x->rev, .state = OPP_STATE_opened };

    o.scan_id = uuid_make(in->wall, SOURCE_scanner, in->own_run, x->rev);
    o.opened = m->received;
    o.sets.micros = (int64_t)x->recalled;
    o.gross.ppm = (int64_t)x->markets;
    o.fees.micros = (int64_t)x->lost;
    say_opportunity(out, &o, NULL);
}

static void
small_recall_opportunity(struct small *x, const struct opportunity *m,
                         const struct input *in)
{
    must(in->run < in->own_run);
    must(m->rev == x->rev + 1 || x->recalled == 0);
    x->rev = m->rev;
    x->recalled++;
}

static void
small_on_latch_state(struct small *x, const struct latch_state *m,
                     const struct input *in, struct outbox *out)
{
    struct ledger_entry entry = { .amount = { (int64_t)m->kill_gen } };
    struct risk_state state = {
        .state = m->latched ? RISK_MODE_latched : RISK_MODE_run,
        .kill_gen = m->kill_gen,
    };

    (void)x;
    (void)in;
    say_ledger_entry(out, &entry, NULL);
    say_risk_state(out, &state, NULL);
}

static void
small_recall_risk_state(struct small *x, const struct risk_state *m,
                        const struct input *in)
{
    (void)in;
    x->kill_gen = m->kill_gen;
    x->killed = m->state == RISK_MODE_latched;
}

HEAR_THUNK(small, tick)
HEAR_THUNK(small, gap)
HEAR_THUNK(small, snapshot_request)
HEAR_THUNK(small, market)
HEAR_THUNK(small, snapshot_end)
HEAR_THUNK(small, book_delta)
HEAR_THUNK(small, latch_state)
RECALL_THUNK(small, opportunity)
RECALL_THUNK(small, risk_state)

static const struct hear feed_hears[] = {
    HEAR_ROW(tick, self)
    HEAR_ROW(snapshot_request, any)
    { NULL, 0, false, NULL }
};
static const struct conf_section feed_section = {
    "feed", "A test's.", small_rows, 1
};
static const char *const feed_binds[] = { "feed.snap", NULL };
static const char *const feed_counters[] = { "ticks_seen", NULL };
static const struct program small_feed = {
    .src = SOURCE_feed, .name = "feed", .about = "a small feed",
    .hears = feed_hears, .section = &feed_section, .binds = feed_binds,
    .counters = feed_counters,
};

static const struct hear scanner_hears[] = {
    HEAR_ROW(tick, self)
    HEAR_ROW(gap, self)
    HEAR_ROW(market, feed)
    HEAR_ROW(snapshot_end, feed)
    HEAR_ROW(book_delta, feed)
    RECALL_ROW(opportunity)
    { NULL, 0, false, NULL }
};
static const struct conf_section scanner_section = {
    "scanner", "A test's.", small_rows, 1
};
static const char *const scanner_connects[] = { "feed.pub", NULL };
static const struct program small_scanner = {
    .src = SOURCE_scanner, .name = "scanner", .about = "a small scanner",
    .hears = scanner_hears, .section = &scanner_section,
    .connects = scanner_connects, .cuts_facts = true,
};

static const struct hear riskd_hears[] = {
    HEAR_ROW(latch_state, self)
    RECALL_ROW(risk_state)
    { NULL, 0, false, NULL }
};
static const struct conf_section riskd_section = {
    "riskd", "A test's.", small_rows, 1
};
static const struct program small_riskd = {
    .src = SOURCE_riskd, .name = "riskd", .about = "a small riskd",
    .hears = riskd_hears, .section = &riskd_section, .gated = true,
};

/* --- running them -------------------------------------------------------- */
struct fixture {
    struct scratch scratch;
    char var[64];
    struct bus *guest;
    unsigned log_line, snap_line;
};

/* As its main would; extra flags end with NULL. */
static inline int
small_main(const struct program *p, const char *var, char *const *extra)
{
    char set_var[120], name[20];
    char *argv[20] = { name, "-s", set_var, "-s", "common.tick=5", "-s",
                       "common.heartbeat=50", "-s", "common.log_level=debug" };
    int argc = 9;
    struct small_conf own;
    static struct small x;

    snprintf(name, sizeof name, "%s", p->name);
    snprintf(set_var, sizeof set_var, "common.var=%s", var);
    for (; extra && *extra; extra++)
        argv[argc++] = *extra;
    optind = 1;
    struct daemon *d = daemon_start(argc, argv, p, &own);
    must(own.size == 1);
    daemon_attach(d, &x);
    if (p->gated)
        daemon_knows_latch(d, x.killed, x.kill_gen);
    if (p->counters)
        daemon_counters(d, x.counters);
    daemon_ready(d, true);
    int code = daemon_run(d);
    daemon_stop(&d);
    return code;
}

/* Its output goes to <var>/<name>.log.  The child begins this program anew
 * (small_begins): the guest's threads may hold any lock at the fork. */
static inline pid_t
start_with(const char *var, const struct program *p, char *const *extra)
{
    char path[256], self[] = "/proc/self/exe", flag[] = "--small";
    char name[20], folder[300];
    char *argv[16] = { self, flag, name, folder };

    snprintf(path, sizeof path, "%s/%s.log", var, p->name);
    snprintf(name, sizeof name, "%s", p->name);
    snprintf(folder, sizeof folder, "%s", var);
    for (int i = 4; extra && *extra && i < 15; i++)
        argv[i] = *extra++;
    pid_t pid = fork_child();
    if (pid != 0)
        return pid;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    execv(self, argv);
    _exit(127);
}

/* First in main(): does not return in a process that start_with began. */
static inline void
small_begins(int argc, char **argv)
{
    static const struct program *const all[] = { &small_feed, &small_scanner,
                                                 &small_riskd };

    if (argc < 4 || strcmp(argv[1], "--small") != 0)
        return;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i]->name, argv[2]) == 0)
            exit(small_main(all[i], argv[3], argv + 4));
    exit(127);
}

static inline pid_t
start(const struct fixture *f, const struct program *p)
{
    return start_with(f->var, p, NULL);
}

static inline int
end_of(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline int
stop(pid_t pid, int signo)
{
    assert_int_equal(kill(pid, signo), 0);
    return end_of(pid);
}

/* What is in the file, NUL terminated; "" when there is none. */
static inline const char *
text_of(const struct fixture *f, const char *name)
{
    static char text[16384];
    char path[160];

    snprintf(path, sizeof path, "%s/%s", f->var, name);
    int fd = open(path, O_RDONLY);
    ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[size > 0 ? size : 0] = '\0';
    if (fd >= 0)
        close(fd);
    return text;
}

static inline int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    char run[80];

    must(f);
    scratch_open(&f->scratch);
    memcpy(f->var, f->scratch.path, sizeof f->var);
    snprintf(run, sizeof run, "%s/run", f->var);
    must(mkdir(run, 0700) == 0);
    *state = f;
    return 0;
}

/* After the forks that must not inherit it. */
static inline void
open_guest(struct fixture *f)
{
    static const uint16_t types[] = { TYPE_heartbeat, TYPE_opportunity,
                                      TYPE_book_delta, TYPE_counter,
                                      TYPE_latency, TYPE_risk_state };
    struct bus_setup setup = { .var = f->var, .src = SOURCE_arb };
    struct why why;

    setup.hello.schema = schema_fingerprint();
    f->guest = bus_new(&setup);
    assert_true(bus_connect_sub(f->guest, "feed.pub", &why));
    assert_true(bus_connect_sub(f->guest, "scan.pub", &why));
    assert_true(bus_connect_sub(f->guest, "risk.pub", &why));
    assert_true(bus_connect_dealer(f->guest, "scan.log", &f->log_line, &why));
    assert_true(bus_connect_dealer(f->guest, "feed.snap", &f->snap_line,
                                   &why));
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        bus_hear(f->guest, types[i]);
}

static inline int
tear_down(void **state)
{
    struct fixture *f = *state;

    bus_close(&f->guest);
    scratch_remove(f->var);
    free(f);
    return 0;
}

/* The next message of that type and speaker, within ms. */
static inline bool
await(struct fixture *f, enum source src, uint16_t type, struct bus_in *in,
      int ms)
{
    int64_t end = clock_mono().ns + ms * INT64_C(1000000);

    do {
        while (bus_next(f->guest, in))
            if (in->e.type == type && in->e.src == src)
                return true;
        bus_wait(f->guest, (struct ms){ 10 });
    } while (clock_mono().ns < end);
    return false;
}

static inline void
expect(struct fixture *f, enum source src, uint16_t type, struct bus_in *in)
{
    if (!await(f, src, type, in, 10000))
        fail_msg("no %s came: %s", schema_find(type)->name,
                 text_of(f, "scanner.log"));
}

static inline void
expect_opportunity(struct fixture *f, struct bus_in *in,
                   struct opportunity *o)
{
    expect(f, SOURCE_scanner, TYPE_opportunity, in);
    assert_true(opportunity_unpack(o, in->e.body, in->e.body_size));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif /* TESTS_UNIT_COMMON_SMALL_H */
