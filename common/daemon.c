/* daemon - the shell every process shares, from its flags to its last line */

/* main() of every process is this file's functions in their order.  What can
 * only be mended by a person ends with 2, which supervision does not restart;
 * what may mend itself ends with 1. */

#include "common/daemon.h"

#include "common/clock.h"
#include "common/daemon_own.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/starts.h"
#include "common/supervised.h"
#include "common/version.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    OUT_BYTES = 64 << 20,
    OUT_COUNT = 65536,
    SYNC_EVERY_MS = 50,
    BUS_EVERY_MS = 100,
    STATS_EVERY_MS = 5000
};

static _Noreturn void
die(int code, const char *format, va_list ap)
{
    char line[600];

    vsnprintf(line, sizeof line, format, ap);
    log_error("%s", line);
    supervised_exit(code);
}

void
daemon_die(int code, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    die(code, format, ap);
}

void
daemon_refuse(const struct daemon *d, const char *format, ...)
{
    va_list ap;

    run_file_ended(&d->run);
    va_start(ap, format);
    die(EXIT_OPERATOR, format, ap);
}

/* When memory runs out the kernel shall take whoever money does not hang on
 * before riskd, executor and its signer; to offer oneself is always allowed. */
static void
offer_oneself(const struct program *p)
{
    enum { OFFER = 500 }; /* Of 1000. */
    FILE *f = p->gated ? NULL : fopen("/proc/self/oom_score_adj", "r+e");
    int was = 0;

    if (!f)
        return;
    if (fscanf(f, "%d", &was) == 1 && was < OFFER) {
        rewind(f);
        fprintf(f, "%d", OFFER);
    }
    if (fclose(f) == EOF)
        log_warn("oom_score_adj: %s", strerror(errno));
}

/* A core would hold positions, limits and keys; and nothing that is started
 * from here needs more rights than we have. */
static void
drop_what_is_not_needed(void)
{
    struct rlimit none = { 0, 0 };

    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef __SANITIZE_ADDRESS__ /* Its leak check has to trace us. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* The message library ends a process that cannot take one connection more:
 * a crowd of them must be larger than what anybody starts with. */
static void
take_descriptors(void)
{
    enum { ENOUGH = 65536 };
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= ENOUGH)
        return;
    r.rlim_cur = r.rlim_max < ENOUGH ? r.rlim_max : ENOUGH;
    setrlimit(RLIMIT_NOFILE, &r);
}

static bool
has_route(const struct program *p, uint32_t route)
{
    for (uint32_t type = 0; type < TYPE_end_; type++)
        if (link_routes(p->src, type) & route)
            return true;
    return false;
}

/* Engines that decide can be replayed; feed keeps raw frames instead. */
static bool
keeps_inputs(const struct daemon *d)
{
    enum source src = d->program->src;

    return d->common.journal_inputs
           && (src == SOURCE_scanner || src == SOURCE_riskd
               || src == SOURCE_executor);
}

static struct journal *
open_journal(struct daemon *d, const char *kind)
{
    char dir[DAEMON_PATH_CAP + 16];
    struct why why;
    uint64_t cut;

    snprintf(dir, sizeof dir, "%s/%s", d->journal_dir, kind);
    struct journal *j = journal_open(dir, d->program->src, d->run.number,
                                     (size_t)d->common.segment_mb << 20, &cut,
                                     &why);
    if (!j)
        daemon_refuse(d, "%s", why.s);
    if (cut > 0)
        log_warn("%s: cut %llu bytes of a batch that was never finished; "
                 "last record %llu", dir, (unsigned long long)cut,
                 (unsigned long long)journal_head(j));
    return j;
}

static void
open_journals(struct daemon *d)
{
    char parent[DAEMON_PATH_CAP];
    struct why why;

    int n = snprintf(parent, sizeof parent, "%s/journal", d->common.var.s);
    int m = snprintf(d->journal_dir, sizeof d->journal_dir, "%s/journal/%s",
                     d->common.var.s, d->program->name);
    must(n > 0 && n < (int)sizeof parent);
    must(m > 0 && m < (int)sizeof d->journal_dir);
    if (!make_folder(parent, &why) || !make_folder(d->journal_dir, &why))
        daemon_die(EXIT_WORLD, "%s", why.s);
    if (has_route(d->program, ROUTE_FACTS))
        d->facts = open_journal(d, "facts");
    if (keeps_inputs(d)) {
        d->inputs = open_journal(d, "inputs");
        journal_keep(d->inputs, (uint32_t)d->common.inputs_keep);
        daemon_keep_settings(d);
    }
    d->logs = logserve_new(d->journal_dir, d->facts);
}

static void
open_gate(struct daemon *d)
{
    struct why why;

    if (!d->program->gated)
        return;
    /* Whoever kills must know whom to stop when we do not let go. */
    if (!gate_sign(d->common.var.s, &why)
        || !latch_reserve(d->common.var.s, &why))
        daemon_die(EXIT_WORLD, "%s", why.s);
    d->gate = gate_open(d->common.var.s, &why);
    if (!d->gate)
        daemon_die(EXIT_WORLD, "%s", why.s);
}

static void
make_stats(struct daemon *d)
{
    static const char *const shell_names[] = {
#define COUNTER(name, help) #name,
#include "common/counters.def"
    };
    unsigned n = 0;

    while (d->program->counters && d->program->counters[n])
        n++;
    d->own_counters = n;
    d->names = calloc(n + SHELL_count_ + 1, sizeof *d->names);
    must(d->names);
    for (unsigned i = 0; i < n; i++)
        d->names[i] = d->program->counters[i];
    for (unsigned i = 0; i < SHELL_count_; i++)
        d->names[n + i] = shell_names[i];
    d->stats = stats_new(d->names);
}

static size_t
largest_message(void)
{
    size_t most = 0;

    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > most)
            most = schema_all[i]->size;
    return most;
}

static void
asked_to_stop(void *arg)
{
    struct daemon *d = arg;

    log_info("asked to stop");
    d->code = 0;
    loop_stop(d->loop);
}

static void
asked_to_reload(void *arg)
{
    (void)arg;
    log_info("heard SIGHUP; settings are read at the start only");
}

static void
lock_run(struct daemon *d)
{
    struct why why;

    switch (run_file_open(&d->run, d->common.var.s, d->program->name, &why)) {
    case RUN_OK: return;
    case RUN_TAKEN:
    case RUN_BROKEN: daemon_die(EXIT_OPERATOR, "%s", why.s);
    case RUN_FAILED: daemon_die(EXIT_WORLD, "%s", why.s);
    }
    unreachable();
}

struct daemon *
daemon_configure(int argc, char **argv, const struct program *p, void *own)
{
    struct daemon *d = calloc(1, sizeof *d);
    must(d);
    supervised_start();
    d->program = p;
    offer_oneself(p);
    daemon_args(d, argc, argv, own);
    d->started = clock_mono();
    d->schema = schema_fingerprint();
    d->digest = conf_digest(d->conf, NULL);
    d->mode = d->common.mode;
    drop_what_is_not_needed();
    take_descriptors();
    signal(SIGPIPE, SIG_IGN);
    return d;
}

void
daemon_open(struct daemon *d)
{
    const struct program *p = d->program;

    must(!d->loop);
    lock_run(d);
    open_gate(d);
    open_journals(d);
    make_stats(d);
    d->out = outbox_new(p->src, OUT_BYTES, OUT_COUNT);
    d->msg = calloc(1, largest_message());
    d->packed = malloc(PACKED_CAP);
    d->wrapped = malloc(ENVELOPE_CAP);
    must(d->msg && d->packed && d->wrapped);
    d->loop = loop_new();
    loop_signal(d->loop, SIGTERM, asked_to_stop, d);
    loop_signal(d->loop, SIGINT, asked_to_stop, d);
    loop_signal(d->loop, SIGHUP, asked_to_reload, d);
    daemon_park(d);
}

struct daemon *
daemon_start(int argc, char **argv, const struct program *p, void *own)
{
    struct daemon *d = daemon_configure(argc, argv, p, own);

    daemon_open(d);
    return d;
}

static void
learn_hears(struct daemon *d)
{
    for (const struct hear *h = d->program->hears; h->schema; h++) {
        if (h->recall)
            continue;
        must(!d->hears[h->schema->type]);
        d->hears[h->schema->type] = h;
    }
}

void
daemon_attach(struct daemon *d, void *engine)
{
    struct why why;

    must(!d->engine);
    d->engine = engine;
    learn_hears(d);
    daemon_recall(d);
    if (!daemon_open_bus(d, &why))
        daemon_refuse(d, "%s", why.s);
    loop_before_sleep(d->loop, daemon_turn, d);
}

static void
tick(void *arg)
{
    struct daemon *d = arg;

    d->tick_due = true;
}

static int
sync_fd(void *arg)
{
    struct errand *e = arg;
    int error = fdatasync(e->fd) == 0 ? 0 : errno;

    close(e->fd);
    return error;
}

static void
sync_done(void *arg, int error)
{
    struct errand *e = arg;

    e->out = false;
    journal_sync_end(e->journal, error);
}

/* Group commit of what is not money, without keeping the loop waiting. */
static void
sync_journals(void *arg)
{
    struct daemon *d = arg;
    struct journal *const journals[] = { d->inputs, d->facts };

    for (size_t i = 0; i < 2; i++) {
        struct errand *e = &d->errands[i];
        if (!journals[i] || e->out)
            continue;
        int fd = journal_sync_begin(journals[i]);
        if (fd < 0)
            continue;
        *e = (struct errand){ journals[i], fd, true };
        loop_work(d->loop, sync_fd, sync_done, e);
    }
}

static void
tick_bus(void *arg)
{
    struct daemon *d = arg;

    bus_tick(d->bus);
}

int
daemon_run(struct daemon *d)
{
    struct ms now = { 0 }, sync = { SYNC_EVERY_MS }, bus = { BUS_EVERY_MS };
    struct ms stats = { STATS_EVERY_MS }, cut = daemon_cut_every(d);
    struct why why;

    must(d->bus);
    d->code = EXIT_WORLD;
    d->tick_due = true;
    struct loop_timer *timers[] = {
        loop_timer(d->loop, d->common.tick, d->common.tick, tick, d),
        loop_timer(d->loop, now, d->common.heartbeat, daemon_beat, d),
        loop_timer(d->loop, stats, stats, daemon_publish_stats, d),
        loop_timer(d->loop, sync, sync, sync_journals, d),
        loop_timer(d->loop, bus, bus, tick_bus, d),
        loop_timer(d->loop, cut, cut, daemon_cut, d),
    };
    if (!run_file_ready(&d->run, &why))
        daemon_die(EXIT_WORLD, "%s", why.s);
    log_info("up: version %s, run %llu, schema %016llx, configuration %016llx",
             dutchbook_version, (unsigned long long)d->run.number,
             (unsigned long long)d->schema, (unsigned long long)d->digest);
    loop_run(d->loop);
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++)
        loop_timer_cancel(&timers[i]);
    daemon_beat(d);
    daemon_publish_stats(d);
    return d->code;
}

void
daemon_stop(struct daemon **daemon)
{
    struct daemon *d = *daemon;

    if (!d)
        return;
    bus_close(&d->bus);
    loop_destroy(&d->loop);
    ctl_list_destroy(&d->ctl);
    logserve_destroy(&d->logs);
    journal_close(&d->inputs);
    journal_close(&d->facts);
    if (d->gate)
        gate_close(&d->gate);
    outbox_destroy(&d->out);
    stats_destroy(&d->stats);
    conf_destroy(&d->conf);
    if (d->code == 0) {
        starts_forget(d->common.var.s, d->program->name);
        run_file_ended(&d->run);
    }
    run_file_close(&d->run);
    log_info("down after %lld s",
             (long long)(clock_mono().ns - d->started.ns) / 1000000000);
    free(d->names);
    free(d->msg);
    free(d->packed);
    free(d->wrapped);
    free(d);
    *daemon = NULL;
}
