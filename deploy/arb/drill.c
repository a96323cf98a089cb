/* drill - the kill switch tried on the running pipeline, and written down
 *
 * Every step is told with what was seen and how long it took; the first that
 * is not as it should be ends the drill, and the record says which.  A drill
 * that fails after the kill leaves it on: that is what a kill is for. */
#include "deploy/arb/drill.h"

#include "deploy/arb/cmd.h"
#include "deploy/arb/ctl.h"

#include "common/clock.h"
#include "common/daemon.h"
#include "common/latch.h"
#include "common/run_file.h"
#include "riskd/riskd.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_MS = 7000, ANSWER_MS = 10000, SLACK_MS = 30000, AGAIN_MS = 2000 };

struct drill {
    struct common_conf common;
    struct riskd_conf riskd;
    const char *operator_key, *admin_key;
    struct bus *bus;        /* Hears risk.pub and exec.pub. */
    struct risk_state risk;
    bool risk_heard;
    enum mode executor;
    bool executor_heard;
    uint64_t generation;    /* Of its kill, 0 = none is known of. */
    bool tried;             /* The kill was asked for. */
    FILE *record;
    bool first;             /* No step written yet. */
    struct nanos step_from;
};

/* Tells and writes down one step; returns ok. */
__attribute__((format(printf, 4, 5))) static bool
step(struct drill *d, const char *name, bool ok, const char *format, ...)
{
    char words[256];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    int64_t took = (clock_mono().ns - d->step_from.ns) / 1000;
    printf("%-4s %-12s %s (%" PRId64 ".%03" PRId64 " s)\n", ok ? "ok" : "BAD",
           name, words, took / 1000000, took / 1000 % 1000);
    fflush(stdout);
    /* The words are ours, and of riskd: plain ASCII without quotes. */
    for (char *c = words; *c != '\0'; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ')
            *c = '\'';
    fprintf(d->record, "%s\n  {\"step\":\"%s\",\"ok\":%s,\"seen\":\"%s\","
            "\"took_us\":%" PRId64 "}", d->first ? "" : ",", name,
            ok ? "true" : "false", words, took);
    d->first = false;
    d->step_from = clock_mono();
    return ok;
}

static void
hear(struct drill *d, const struct bus_in *in)
{
    struct heartbeat beat;
    if (in->e.type == TYPE_risk_state && in->e.src == SOURCE_riskd)
        d->risk_heard = risk_state_unpack(&d->risk, in->e.body,
                                          in->e.body_size) || d->risk_heard;
    if (in->e.type == TYPE_heartbeat && in->e.src == SOURCE_executor &&
        heartbeat_unpack(&beat, in->e.body, in->e.body_size)) {
        d->executor = beat.mode;
        d->executor_heard = true;
    }
}

/* Listens until found says so, or for so long; what it says in the end. */
static bool
listen(struct drill *d, int64_t ms, bool (*found)(const struct drill *d))
{
    int64_t until = clock_mono().ns + ms * 1000000;
    struct bus_in in;
    while (!found(d) && clock_mono().ns < until) {
        bus_wait(d->bus, (struct ms){ 50 });
        for (int i = 0; i < 1000 && bus_next(d->bus, &in); i++)
            hear(d, &in);
    }
    return found(d);
}

static bool
is_up(const struct drill *d)
{
    return d->risk_heard && d->executor_heard;
}

static bool
is_stopped(const struct drill *d)
{
    return d->risk.state == RISK_MODE_latched && d->executor == MODE_halted;
}

static bool
is_open(const struct drill *d)
{
    return d->risk.state != RISK_MODE_latched;
}

static bool
never(const struct drill *d)
{
    (void)d;
    return false;
}

static bool
ask(struct drill *d, enum verb verb, struct ctl_answer *out, struct why *why)
{
    struct command m = { .verb = verb };
    bool clears = verb == VERB_clear;
    (void)text_set(&m.reason, "a drill of the kill switch");
    if (verb == VERB_measured)
        (void)text_set(&m.target, "drill");
    if (clears || verb == VERB_measured)
        snprintf(m.value.s, sizeof m.value.s, "%" PRIu64, d->generation);
    struct ctl *c = ctl_open(d->common.var.s,
                             clears ? d->admin_key : d->operator_key, verb,
                             why);
    bool ok = c != NULL &&
              ctl_ask(c, &m, (struct ms){ ANSWER_MS }, out, why);
    ctl_close(&c);
    return ok;
}

static bool
kill_it(struct drill *d)
{
    struct ctl_answer a;
    struct latch latch;
    struct why why = { "" };
    d->step_from = clock_mono();
    d->tried = true;
    bool ok = ask(d, VERB_kill, &a, &why) && a.ok;
    d->generation = ok ? a.kill_gen : 0;
    if (!step(d, "kill", ok, "%s", why.s[0] ? why.s : a.line[0].s))
        return false;
    latch_read(d->common.var.s, &latch);
    ok = latch.latched && latch.kill_gen == d->generation;
    if (!step(d, "latch", ok, "on disk: generation %" PRIu64 " %s",
              latch.kill_gen, latch.latched ? "on" : "off"))
        return false;
    ok = listen(d, STATE_MS, is_stopped);
    return step(d, "stopped", ok, "riskd %s, executor %s",
                enum_word(&risk_mode_words, (uint32_t)d->risk.state),
                enum_word(&mode_words, (uint32_t)d->executor));
}

static bool
too_early(struct drill *d)
{
    struct ctl_answer a;
    struct why why = { "" };
    bool heard = ask(d, VERB_clear, &a, &why);
    return step(d, "too early", heard && !a.ok, "clear %s: %s",
                heard ? enum_word(&reason_words, a.reason) : "unheard",
                heard ? a.line[0].s : why.s);
}

/* So long as the checks need; then again and again for a while. */
static bool
clear_it(struct drill *d)
{
    int64_t needs = d->riskd.health_every.ms *
                    (int64_t)d->riskd.health_checks;
    struct ctl_answer a = { .ok = false };
    struct why why = { "" };
    struct latch latch;
    (void)listen(d, needs, never);
    int64_t until = clock_mono().ns + (needs + SLACK_MS) * 1000000;
    while (!a.ok && clock_mono().ns < until) {
        if (!ask(d, VERB_clear, &a, &why))
            break;
        if (!a.ok)
            (void)listen(d, AGAIN_MS, never);
    }
    if (!step(d, "clear", a.ok, "%s", a.count > 0 ? a.line[0].s : why.s))
        return false;
    latch_read(d->common.var.s, &latch);
    bool open = !latch.latched && listen(d, STATE_MS, is_open);
    return step(d, "open", open, "latch %s, riskd %s",
                latch.latched ? "on" : "off",
                enum_word(&risk_mode_words, (uint32_t)d->risk.state));
}

static bool
is_on_probation(struct drill *d)
{
    struct ctl_answer a;
    struct why why = { "" };
    bool found = false;
    if (!ask(d, VERB_status, &a, &why))
        return step(d, "probation", false, "%s", why.s);
    for (unsigned i = 0; i < a.count; i++)
        found = found || strstr(a.line[i].s, "on probation") != NULL;
    return step(d, "probation", found, "%s", a.line[0].s);
}

/* Of which kill it was: riskd knows itself whether that one was cleared. */
static bool
tell(struct drill *d)
{
    struct ctl_answer a;
    struct why why = { "" };
    bool heard = ask(d, VERB_measured, &a, &why);
    return step(d, "told", heard && a.ok, "%s",
                heard ? a.line[0].s : why.s);
}

/* One that did not pass is told as none, and a switch that does not kill is
 * the last to be kept quiet; riskd may be what did not. */
static void
tell_failure(struct drill *d)
{
    struct ctl_answer a;
    struct why why;
    d->generation = 0;
    (void)ask(d, VERB_measured, &a, &why);
}

static bool
run_all(struct drill *d)
{
    d->step_from = clock_mono();
    bool up = listen(d, STATE_MS, is_up);
    bool fit = up && d->risk.mode <= MODE_paper &&
               d->risk.mode > MODE_halted && is_open(d);
    return step(d, "ready", fit, "%s, mode %s",
                up ? "riskd and executor are up" : "not all are up",
                enum_word(&mode_words, (uint32_t)d->risk.mode)) &&
           kill_it(d) && too_early(d) && clear_it(d) && is_on_probation(d) &&
           tell(d);
}

static bool
open_all(struct drill *d, char path[400], struct why *why)
{
    struct bus_setup setup = { .var = d->common.var.s, .src = SOURCE_arb,
                               .hello = { .schema = schema_fingerprint() } };
    char folder[320];
    snprintf(folder, sizeof folder, "%.300s/drills", d->common.var.s);
    snprintf(path, 400, "%s/%" PRId64 ".json", folder,
             clock_wall().ns / 1000000);
    if (!make_folder(folder, why))
        return false;
    d->record = fopen(path, "wx");
    if (d->record == NULL)
        return why_set(why, "%s: cannot be written", path);
    d->bus = bus_new(&setup);
    bus_hear(d->bus, TYPE_heartbeat);
    bus_hear(d->bus, TYPE_risk_state);
    return bus_connect_sub(d->bus, "risk.pub", why) &&
           bus_connect_sub(d->bus, "exec.pub", why);
}

int
drill(const struct conf *conf, const char *operator_key, const char *admin_key)
{
    struct drill d = { .common = cmd_common(conf), .first = true,
                       .operator_key = operator_key,
                       .admin_key = admin_key };
    char path[400] = "";
    struct why why = { "" };
    conf_fill(conf, &riskd_section, &d.riskd);
    bool ok = open_all(&d, path, &why);
    if (!ok)
        fprintf(stderr, "arb kill --drill: %s\n", why.s);
    if (d.record != NULL) {
        fprintf(d.record, "{\"drill\":\"kill switch\",\"began_ns\":%" PRId64
                ",\"steps\":[", clock_wall().ns);
        ok = ok && run_all(&d);
        fprintf(d.record, "\n],\"generation\":%" PRIu64 ",\"passed\":%s}\n",
                d.generation, ok ? "true" : "false");
        ok = fclose(d.record) == 0 && ok;
        if (!ok && d.tried)
            tell_failure(&d);
        printf("%s: %s\n", path, ok ? "passed" : "NOT passed");
    }
    bus_close(&d.bus);
    return ok ? EXIT_OK : EXIT_WORLD;
}
