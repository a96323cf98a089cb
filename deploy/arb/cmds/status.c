/* status - arb status: who is alive, in which mode, with what money
 *
 * Listens to every process's heartbeat on the bus for a moment and reads the
 * kill switch from its file, so it tells the truth with everything dead. */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/dollars.h"

#include "common/bus.h"
#include "common/clock.h"
#include "common/daemon.h"
#include "common/latch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LISTEN_MS = 1300 };

static const char *const sockets[] = {
    [SOURCE_feed] = "feed.pub",     [SOURCE_scanner] = "scan.pub",
    [SOURCE_riskd] = "risk.pub",    [SOURCE_executor] = "exec.pub",
    [SOURCE_recorder] = "rec.pub",
};
#define FIRST SOURCE_feed
#define LAST SOURCE_recorder

struct seen {
    bool heard[LAST + 1];
    uint64_t run[LAST + 1];
    struct heartbeat beat[LAST + 1];
    bool risk_heard;
    struct risk_state risk;
    struct recorder_lag lag[LAST + 1];
    struct latch latch;
};

static void
take(struct seen *s, const struct bus_in *in)
{
    const struct envelope *e = &in->e;
    if (e->src < FIRST || e->src > LAST)
        return;
    struct recorder_lag lag;
    switch (e->type) {
    case TYPE_heartbeat:
        s->heard[e->src] = heartbeat_unpack(&s->beat[e->src], e->body,
                                            e->body_size);
        s->run[e->src] = e->run;
        return;
    case TYPE_risk_state:
        s->risk_heard = risk_state_unpack(&s->risk, e->body, e->body_size);
        return;
    case TYPE_recorder_lag:
        if (recorder_lag_unpack(&lag, e->body, e->body_size) &&
            lag.src <= LAST)
            s->lag[lag.src] = lag;
        return;
    }
}

static bool
listen(struct seen *s, const char *var, struct ms patience, struct why *why)
{
    struct bus_setup setup = { .var = var, .src = SOURCE_arb,
                               .hello = { .schema = schema_fingerprint() } };
    struct bus *bus = bus_new(&setup);
    bool ok = true;
    for (int src = FIRST; src <= LAST && ok; src++)
        ok = bus_connect_sub(bus, sockets[src], why);
    bus_hear(bus, TYPE_heartbeat);
    bus_hear(bus, TYPE_risk_state);
    bus_hear(bus, TYPE_recorder_lag);
    int64_t until = clock_mono().ns + patience.ms * 1000000;
    while (ok && clock_mono().ns < until) {
        struct bus_in in;
        bus_wait(bus, (struct ms){ 50 });
        bus_tick(bus);
        for (int i = 0; i < 1000 && bus_next(bus, &in); i++)
            take(s, &in);
    }
    bus_close(&bus);
    return ok;
}

/* The words of whoever killed, without what could drive a terminal. */
static void
print_killed(const struct latch *l)
{
    char reason[sizeof l->reason.s];

    memcpy(reason, l->reason.s, sizeof reason);
    for (char *at = reason; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    printf("KILLED (generation %" PRIu64 ") by %s: %s\n", l->kill_gen,
           l->actor.s, reason);
}

/* The file's word, or that of riskd, which does not forget it. */
static bool
is_killed(const struct seen *s)
{
    return s->latch.latched ||
           (s->risk_heard && s->risk.state == RISK_MODE_latched);
}

static void
print_processes(const struct seen *s)
{
    printf("%-9s %-6s %6s  %-6s %-7s %10s %10s  %s\n", "process", "state",
           "run", "ready", "mode", "facts", "recorded", "build");
    for (int i = FIRST; i <= LAST; i++) {
        const char *name = enum_word(&source_words, (uint32_t)i);
        const struct heartbeat *b = &s->beat[i];
        if (!s->heard[i])
            printf("%-9s down\n", name);
        else
            printf("%-9s up     %6" PRIu64 "  %-6s %-7s %10" PRIu64
                   " %10" PRIu64 "  %s\n", name, s->run[i],
                   b->ready ? "yes" : "no", enum_word(&mode_words, b->mode),
                   b->facts_head, s->lag[i].committed, b->build.s);
    }
}

static void
print_text(const struct seen *s)
{
    print_processes(s);
    if (s->risk_heard) {
        const struct risk_state *r = &s->risk;
        const struct { const char *name; struct money amount; } rows[] = {
            { "cash", r->cash },         { "reserved", r->reserved },
            { "positions", r->exposure }, { "realised", r->realised },
            { "today", r->day_pnl },
        };
        printf("\n");
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            char text[MICROS_TEXT_CAP];
            printf("%s%s $%s", i == 0 ? "" : ", ", rows[i].name,
                   dollars(rows[i].amount, text));
        }
        printf("\nmode %s, risk state %s, stage %" PRIu64 "\n",
               enum_word(&mode_words, r->mode),
               enum_word(&risk_mode_words, r->state), r->stage);
    }
    if (s->latch.latched)
        print_killed(&s->latch);
    else if (is_killed(s))
        printf("KILLED: riskd saw the kill switch on, and its file is gone\n");
    else
        printf("kill switch: open\n");
}

static void
print_json_risk(const struct risk_state *r)
{
    const struct { const char *name; struct money amount; } rows[] = {
        { "cash", r->cash },         { "reserved", r->reserved },
        { "exposure", r->exposure }, { "realised", r->realised },
        { "day_pnl", r->day_pnl },
    };

    printf("{\"mode\":\"%s\",\"state\":\"%s\",\"stage\":%" PRIu64,
           enum_word(&mode_words, r->mode),
           enum_word(&risk_mode_words, r->state), r->stage);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[MICROS_TEXT_CAP];
        printf(",\"%s\":\"%s\"", rows[i].name,
               micros_format(rows[i].amount.micros, text));
    }
    printf("}");
}

static void
print_json(const struct seen *s)
{
    printf("{\"processes\":{");
    for (int i = FIRST; i <= LAST; i++) {
        const struct heartbeat *b = &s->beat[i];
        printf("%s\"%s\":{\"up\":%s,\"run\":%" PRIu64 ",\"ready\":%s,"
               "\"mode\":\"%s\",\"facts\":%" PRIu64 ",\"recorded\":%" PRIu64
               "}", i == FIRST ? "" : ",",
               enum_word(&source_words, (uint32_t)i),
               s->heard[i] ? "true" : "false", s->run[i],
               b->ready ? "true" : "false", enum_word(&mode_words, b->mode),
               b->facts_head, s->lag[i].committed);
    }
    printf("},\"killed\":%s,\"kill_gen\":%" PRIu64 ",\"risk\":",
           is_killed(s) ? "true" : "false", s->latch.kill_gen);
    if (s->risk_heard)
        print_json_risk(&s->risk);
    else
        printf("null");
    printf("}\n");
}

static int
run(int argc, char **argv)
{
    const char *file = NULL;
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    conf_destroy(&conf);
    static struct seen s;
    struct why why;
    latch_read(common.var.s, &s.latch);
    /* risk_state comes at least every 5 s; a heartbeat every half second. */
    if (!listen(&s, common.var.s, (struct ms){ LISTEN_MS }, &why) ||
        (s.heard[SOURCE_riskd] && !s.risk_heard &&
         !listen(&s, common.var.s, (struct ms){ 5000 }, &why)))
        fprintf(stderr, "arb status: %s\n", why.s);
    if (json)
        print_json(&s);
    else
        print_text(&s);
    bool all = true;
    for (int i = FIRST; i <= LAST; i++)
        all = all && s.heard[i];
    return all && !is_killed(&s) ? EXIT_OK : EXIT_WORLD;
}

const struct cmd cmd_status = {
    .name = "status",
    .about = "who is alive, in which mode, with what money",
    .help = "usage: arb status [-c FILE] [--json]\n\n"
            "Exit codes: 0 all five processes are up and the kill switch is\n"
            "open, 1 not, 2 bad usage.\n",
    .run = run,
};
