/* status - arb status: who is alive, in which mode, with what money
 *
 * Listens to every process's heartbeat on the bus for a moment and reads the
 * kill switch from its file, so it tells the truth with everything dead. */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/dollars.h"
#include "deploy/arb/seen.h"

#include "common/clock.h"
#include "common/daemon.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool
listen(struct seen *s, const char *var, struct ms patience, struct why *why)
{
    struct bus_setup setup = { .var = var, .src = SOURCE_arb,
                               .hello = { .schema = schema_fingerprint() } };
    struct bus *bus = bus_new(&setup);
    bool ok = seen_connect(bus, why);
    seen_hear(bus);
    int64_t until = clock_mono().ns + patience.ms * 1000000;
    while (ok && clock_mono().ns < until) {
        struct bus_in in;
        bus_wait(bus, (struct ms){ 50 });
        bus_tick(bus);
        for (int i = 0; i < 1000 && bus_next(bus, &in); i++)
            seen_take(s, &in);
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

static void
print_processes(const struct seen *s)
{
    printf("%-9s %-6s %6s  %-6s %-7s %10s %10s  %s\n", "process", "state",
           "run", "ready", "mode", "facts", "recorded", "build");
    for (int i = SEEN_FIRST; i <= SEEN_LAST; i++) {
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
print_health(const struct risk_state *r)
{
    printf("health: data %s, model %s, risk %s; ",
           enum_word(&grade_words, (uint32_t)r->data),
           enum_word(&grade_words, (uint32_t)r->model),
           enum_word(&grade_words, (uint32_t)r->risk));
    if (r->alerts == 0)
        printf("no alerts\n");
    else
        printf("%" PRIu64 " alert%s without an answer, %s (arb alerts)\n",
               r->alerts, r->alerts == 1 ? "" : "s",
               enum_word(&alert_level_words, (uint32_t)r->loudest));
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
        print_health(r);
    }
    if (s->latch.latched)
        print_killed(&s->latch);
    else if (seen_is_killed(s))
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
    printf(",\"data\":\"%s\",\"model\":\"%s\",\"risk\":\"%s\""
           ",\"alerts\":%" PRIu64 ",\"loudest\":\"%s\"",
           enum_word(&grade_words, (uint32_t)r->data),
           enum_word(&grade_words, (uint32_t)r->model),
           enum_word(&grade_words, (uint32_t)r->risk), r->alerts,
           enum_word(&alert_level_words, (uint32_t)r->loudest));
    printf("}");
}

static void
print_json(const struct seen *s)
{
    printf("{\"processes\":{");
    for (int i = SEEN_FIRST; i <= SEEN_LAST; i++) {
        const struct heartbeat *b = &s->beat[i];
        printf("%s\"%s\":{\"up\":%s,\"run\":%" PRIu64 ",\"ready\":%s,"
               "\"mode\":\"%s\",\"facts\":%" PRIu64 ",\"recorded\":%" PRIu64
               "}", i == SEEN_FIRST ? "" : ",",
               enum_word(&source_words, (uint32_t)i),
               s->heard[i] ? "true" : "false", s->run[i],
               b->ready ? "true" : "false", enum_word(&mode_words, b->mode),
               b->facts_head, s->lag[i].committed);
    }
    printf("},\"killed\":%s,\"kill_gen\":%" PRIu64 ",\"risk\":",
           seen_is_killed(s) ? "true" : "false", s->latch.kill_gen);
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
    if (!listen(&s, common.var.s, (struct ms){ SEEN_LISTEN_MS }, &why) ||
        (s.heard[SOURCE_riskd] && !s.risk_heard &&
         !listen(&s, common.var.s, (struct ms){ 5000 }, &why)))
        fprintf(stderr, "arb status: %s\n", why.s);
    if (json)
        print_json(&s);
    else
        print_text(&s);
    bool all = true;
    for (int i = SEEN_FIRST; i <= SEEN_LAST; i++)
        all = all && s.heard[i];
    return all && !seen_is_killed(&s) ? EXIT_OK : EXIT_WORLD;
}

const struct cmd cmd_status = {
    .name = "status",
    .about = "who is alive, in which mode, with what money",
    .help = "usage: arb status [-c FILE] [--json]\n\n"
            "Exit codes: 0 all five processes are up and the kill switch is\n"
            "open, 1 not, 2 bad usage.\n",
    .run = run,
};
