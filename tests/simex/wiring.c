/* wiring - the simulated exchange on a loop: clock, sockets and files
 *
 * The only part that knows the time.  Every few milliseconds the market
 * place is moved to the wall clock; what it says goes out through the
 * server, and what it planted into files, a line at a time. */
#include "tests/simex/wiring.h"

#include "tests/simex/hub.h"
#include "tests/simex/server.h"
#include "tests/simex/stage.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRIPT_BYTES 65536
#define REPORT_MS 30000

struct wiring {
    struct simex *simex;
    struct face *face;
    struct desk *desk;
    struct chain *chain;
    struct hub *hub;
    struct server *server;
    struct mischief mischief;
    struct loop_timer *timer, *report;
    FILE *planted, *mischief_log;
    uint32_t page;
    char run_file[320];
};

static int64_t
wall_ms(void)
{
    return clock_wall().ns / 1000000;
}

static void
send_frame(void *arg, uint32_t conn, const char *s, size_t size,
           int64_t due_ms)
{
    struct wiring *w = arg;
    int64_t wait_ms = due_ms - wall_ms();
    server_send(w->server, conn, s, size, wait_ms > 0 ? wait_ms : 0);
}

static void
drop(void *arg, uint32_t conn)
{
    struct wiring *w = arg;
    log_info("connection %u is dropped", conn);
    server_drop(w->server, conn);
}

static void
write_line(FILE *f, const char *line, size_t size)
{
    if (fwrite(line, 1, size, f) != size || fflush(f) != 0)
        log_error("cannot write: %s", strerror(errno));
}

static void
say_planted(void *arg, const char *line, size_t size)
{
    struct wiring *w = arg;
    write_line(w->planted, line, size);
}

static void
say_mischief(void *arg, const char *line, size_t size)
{
    struct wiring *w = arg;
    write_line(w->mischief_log, line, size);
}

static uint32_t
opened(void *arg, bool user)
{
    struct wiring *w = arg;
    return user ? hub_open_user(w->hub) : hub_open(w->hub);
}

static void
closed(void *arg, uint32_t conn)
{
    struct wiring *w = arg;
    hub_close(w->hub, conn);
}

static void
heard(void *arg, uint32_t conn, const char *s, size_t size)
{
    struct wiring *w = arg;
    hub_tick(w->hub, wall_ms());
    hub_hear(w->hub, conn, s, size);
}

static void
asked(void *arg, const struct front_request *r, struct quill *q,
      struct front_answer *a)
{
    struct wiring *w = arg;
    hub_tick(w->hub, wall_ms());
    hub_ask(w->hub, r, w->page, q, a);
}

static void
step(void *arg)
{
    struct wiring *w = arg;
    hub_tick(w->hub, wall_ms());
}

static void
report(void *arg)
{
    struct wiring *w = arg;
    uint32_t opened_count = 0;
    for (int i = 0; i < SITUATION_KINDS; i++)
        opened_count += w->simex->plan.opened[i];
    log_info("%llu updates, %llu frames, %u situations, %llu mismatches "
             "provoked",
             (unsigned long long)w->simex->tide.updates,
             (unsigned long long)hub_frames(w->hub), opened_count,
             (unsigned long long)hub_mismatches(w->hub));
}

static bool
make_folder(const char *path, struct why *why)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    return why_set(why, "%s: %s", path, strerror(errno));
}

static FILE *
open_file(const char *var, const char *name, struct why *why)
{
    char path[320];
    snprintf(path, sizeof path, "%s/simex/%s", var, name);
    FILE *f = fopen(path, "w");
    if (!f)
        (void)why_set(why, "%s: %s", path, strerror(errno));
    return f;
}

static bool
open_files(struct wiring *w, const char *var, struct why *why)
{
    char path[320];
    snprintf(path, sizeof path, "%s/run", var);
    if (!make_folder(var, why) || !make_folder(path, why))
        return false;
    snprintf(w->run_file, sizeof w->run_file, "%s/run/simex.json", var);
    snprintf(path, sizeof path, "%s/simex", var);
    if (!make_folder(path, why))
        return false;
    w->planted = open_file(var, "planted.jsonl", why);
    w->mischief_log = open_file(var, "mischief.jsonl", why);
    return w->planted != NULL && w->mischief_log != NULL;
}

static bool
read_script(struct wiring *w, const char *path, struct why *why)
{
    char text[SCRIPT_BYTES];
    if (path[0] == '\0')
        return true;
    FILE *f = fopen(path, "r");
    if (!f)
        return why_set(why, "%s: %s", path, strerror(errno));
    size_t size = fread(text, 1, sizeof text, f);
    fclose(f);
    if (size == sizeof text)
        return why_set(why, "%s: longer than %d bytes", path, SCRIPT_BYTES);
    if (!mischief_read(&w->mischief, text, size, why))
        return why_in(why, "%s", path);
    return true;
}

/* The counts of the stage, where they are told. */
static bool
write_signals(const struct wiring *w, const struct simex_conf *c,
              const char *var, struct why *why)
{
    bool tls = c->cert.s[0] != '\0';
    char room[4096], address[128];
    struct quill q;
    if (!c->plant_more)
        return true;
    snprintf(address, sizeof address, "http%s://%s:%d", tls ? "s" : "",
             tls ? c->host.s : "127.0.0.1", server_port(w->server));
    quill_start(&q, room, sizeof room);
    stage_signals(w->simex->listing, w->simex->terms.start_ms, address, &q);
    FILE *f = open_file(var, "signals.yaml", why);
    if (!f)
        return false;
    write_line(f, q.s, q.size);
    return fclose(f) == 0;
}

/* Written whole under another name first: readers never see a part. */
static bool
write_run_file(const struct wiring *w, const struct simex_conf *c,
               struct why *why)
{
    bool tls = c->cert.s[0] != '\0';
    const char *host = tls ? c->host.s : "127.0.0.1";
    int port = server_port(w->server);
    char path[340], base[128];
    snprintf(base, sizeof base, "%s:%d", host, port);
    snprintf(path, sizeof path, "%s.new", w->run_file);
    FILE *f = fopen(path, "w");
    if (!f)
        return why_set(why, "%s: %s", path, strerror(errno));
    fprintf(f, "{\"port\":%d,\"tls\":%s,\"pid\":%d,\"gamma\":\"http%s://%s\","
            "\"clob\":\"http%s://%s\",\"ws\":\"ws%s://%s/ws/market\","
            "\"ws_user\":\"ws%s://%s/ws/user\",\"chain\":%llu}\n",
            port, tls ? "true" : "false", (int)getpid(), tls ? "s" : "", base,
            tls ? "s" : "", base, tls ? "s" : "", base, tls ? "s" : "", base,
            (unsigned long long)c->chain);
    if (fclose(f) != 0 || rename(path, w->run_file) != 0)
        return why_set(why, "%s: %s", w->run_file, strerror(errno));
    return true;
}

static void
make_place(struct wiring *w, const struct simex_conf *c)
{
    struct simex_terms terms = {
        .seed = c->seed, .start_ms = wall_ms(),
        .events = (uint32_t)c->events, .rate = (uint32_t)c->rate,
        .run_ms = (int64_t)c->seconds * 1000, .warmup_ms = c->warmup.ms,
        .plant_every_ms = c->plant_every.ms, .plant_for_ms = c->plant_for.ms,
        .resolve_ppm = c->resolve_at.ppm,
        .plant_split = c->plant_split, .plant_convert = c->plant_convert,
        .delay_pairs = c->delay_pairs, .plant_more = c->plant_more,
        .counts_ms = c->counts.ms,
        .plant = c->plant.s,
    };
    struct hub_out out = { w, send_frame, drop, say_planted, say_mischief };
    w->page = (uint32_t)c->page;
    w->simex = simex_new(&terms);
    w->face = face_new(w->simex, c->old_shape);
    w->hub = hub_new(w->simex, w->face, &w->mischief, &out);
}

static bool
make_desk(struct wiring *w, const struct simex_conf *c, struct why *why)
{
    struct desk_terms terms = {
        .chain = c->chain, .welcome = c->welcome.micros,
        .allowance = c->allowance.micros,
        .window_ms = c->window.ms, .mined_ms = c->mined.ms,
        .confirmed_ms = c->confirmed.ms, .beat_ms = c->heartbeat.ms,
        .delay_ms = c->delay.ms, .early_ms = c->early.ms,
        .orders_rate = (uint32_t)c->orders_rate,
        .orders_burst = (uint32_t)c->orders_burst,
        .cancels_rate = (uint32_t)c->cancels_rate,
        .cancels_burst = (uint32_t)c->cancels_burst,
    };
    w->desk = desk_new(w->simex, &terms);
    hub_add_desk(w->hub, w->desk);
    struct chain_terms chain = {
        .id = c->chain, .seed = c->seed, .block_ms = c->block.ms,
        .base_fee = c->base_fee * 1000000000,
        .wei = c->pol * UINT64_C(1000000000000000000),
        .relayer_key = c->relayer_key.s,
    };
    w->chain = chain_new(w->desk, &chain);
    hub_add_chain(w->hub, w->chain);
    for (uint32_t i = 0; i < c->accounts.count; i++) {
        if (!desk_open_text(w->desk, c->accounts.at[i].s, why))
            return why_in(why, "simex.accounts");
    }
    return true;
}

/* A run file that is still there is of a run that was killed: whoever traded
 * with it looks for us at its port.  0 when there is none. */
static int
port_before(const struct wiring *w)
{
    int port = 0;
    FILE *f = fopen(w->run_file, "r");
    if (!f)
        return 0;
    if (fscanf(f, "{\"port\":%5d", &port) != 1 || port < 0 || port > 65535)
        port = 0;
    fclose(f);
    return port;
}

static bool
open_server(struct wiring *w, struct loop *l, const struct simex_conf *c,
            struct why *why)
{
    static const struct server_events events = { opened, closed, heard,
                                                 asked };
    int before = c->port == 0 ? port_before(w) : 0;
    if (before != 0)
        w->server = server_open(l, before, c->cert.s, c->key.s, &events, w,
                                why);
    if (!w->server)
        w->server = server_open(l, (int)c->port, c->cert.s, c->key.s,
                                &events, w, why);
    return w->server != NULL;
}

struct wiring *
wiring_open(struct loop *l, const struct simex_conf *c, const char *var,
            struct why *why)
{
    struct wiring *w = calloc(1, sizeof *w);
    must(w != NULL);
    if (!open_files(w, var, why) || !read_script(w, c->mischief.s, why)) {
        wiring_close(&w);
        return NULL;
    }
    make_place(w, c);
    if (!make_desk(w, c, why) || !open_server(w, l, c, why) ||
        !write_signals(w, c, var, why) || !write_run_file(w, c, why)) {
        wiring_close(&w);
        return NULL;
    }
    w->timer = loop_timer(l, c->step, c->step, step, w);
    w->report = loop_timer(l, (struct ms){ REPORT_MS },
                           (struct ms){ REPORT_MS }, report, w);
    return w;
}

int
wiring_port(const struct wiring *w)
{
    return server_port(w->server);
}

void
wiring_close(struct wiring **w)
{
    if (!*w)
        return;
    if ((*w)->timer) {
        report(*w);
        unlink((*w)->run_file);
    }
    loop_timer_cancel(&(*w)->timer);
    loop_timer_cancel(&(*w)->report);
    server_close(&(*w)->server);
    hub_destroy(&(*w)->hub);
    chain_destroy(&(*w)->chain);
    desk_destroy(&(*w)->desk);
    face_destroy(&(*w)->face);
    simex_destroy(&(*w)->simex);
    if ((*w)->planted)
        fclose((*w)->planted);
    if ((*w)->mischief_log)
        fclose((*w)->mischief_log);
    free(*w);
    *w = NULL;
}
