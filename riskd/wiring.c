/* wiring - how a kill or a clear reaches the latch, and state the heartbeat */
/*
 * The engine says a kill command as a fact; that is the moment to pull.  Not
 * inside the turn, which runs under the shared gate, but before the loop
 * sleeps, when the gate is free: latch_pull takes it exclusively.  The next
 * turn reads the latch and the engine answers whoever asked.  A clear goes
 * the same way; the latch is compared with the generation meant once more,
 * under the gate.
 *
 * Two kills need no command: the file <var>/KILL, for as long as it is there,
 * and SIGUSR1.
 */
#include "riskd/wiring.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/daemon.h"
#include "common/latch.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/mac_key.h"
#include "common/must.h"
#include "riskd/riskd.h"

/* protocols: how long a killer waits for the gate before it uses force. */
#define PATIENCE_MS 500

/* The file is looked for so often. */
#define LOOK_MS 100

struct wiring {
    struct daemon *daemon;
    bool kill, clear;           /* Wanted. */
    uint64_t generation;        /* To clear. */
    struct text actor, reason;  /* Of the kill. */
    struct text clear_actor, clear_reason;
    struct loop_timer *look;
};

static const char *
var_of(const struct wiring *w)
{
    return daemon_common(w->daemon)->var.s;
}

static void
want_kill(struct wiring *w, const char *actor, const char *reason)
{
    w->kill = true;
    (void)text_set(&w->actor, actor);
    (void)text_set(&w->reason, reason);
}

static bool
is_for_all(const struct command *m)
{
    return m->target.s[0] == '\0' || strcmp(m->target.s, "all") == 0;
}

static void
hear_said(void *arg, const struct said *said)
{
    struct wiring *w = arg;
    if (said->schema == &command_schema) {
        const struct command *m = said->msg;
        if (m->verb == VERB_kill && is_for_all(m)) {
            want_kill(w, m->actor.s, m->reason.s);
        } else if (m->verb == VERB_clear && is_for_all(m)) {
            w->clear = true;
            w->generation = strtoull(m->value.s, NULL, 10);
            w->clear_actor = m->actor;
            w->clear_reason = m->reason;
        } else if (m->verb == VERB_reload) {
            (void)raise(SIGHUP); /* wiring_rules.c: after this turn. */
        }
    } else if (said->schema == &risk_state_schema) {
        const struct risk_state *m = said->msg;
        daemon_mode(w->daemon, m->mode);
    }
}

static bool
has_kill_file(const struct wiring *w)
{
    char path[sizeof(struct path) + 8];
    (void)snprintf(path, sizeof path, "%s/KILL", var_of(w));
    return access(path, F_OK) == 0;
}

static void
pull(struct wiring *w)
{
    struct latch now;
    struct why why;
    w->kill = false;
    if (latch_pull(var_of(w), w->actor.s, w->reason.s, clock_wall(),
                   (struct ms){ PATIENCE_MS }, &now, &why)) {
        log_warn("killed by %s: %s (generation %llu)", w->actor.s, w->reason.s,
                 (unsigned long long)now.kill_gen);
    } else {
        log_error("cannot pull the latch: %s", why.s);
    }
}

static void
clear(struct wiring *w)
{
    struct latch now;
    struct why why;
    w->clear = false;
    if (has_kill_file(w)) {
        log_error("not cleared: %s/KILL is still there", var_of(w));
    } else if (latch_clear(var_of(w), w->generation, w->clear_actor.s,
                           w->clear_reason.s, clock_wall(), &now, &why)) {
        log_warn("kill %llu cleared by %s: %s",
                 (unsigned long long)w->generation, w->clear_actor.s,
                 w->clear_reason.s);
    } else {
        log_error("not cleared: %s", why.s);
    }
}

/* A kill that came after a clear wins. */
static void
work(void *arg)
{
    struct wiring *w = arg;
    if (w->clear) {
        clear(w);
    }
    if (w->kill) {
        pull(w);
    }
}

static void
look(void *arg)
{
    struct wiring *w = arg;
    struct latch now;
    if (!has_kill_file(w)) {
        return;
    }
    latch_read(var_of(w), &now);
    if (!now.latched) {
        want_kill(w, "file", "the file KILL is there");
    }
}

static void
signalled(void *arg)
{
    want_kill(arg, "signal", "SIGUSR1");
}

bool
wiring_key(struct daemon *d, struct riskd *x)
{
    struct mac_key key;
    struct why why;
    if (daemon_common(d)->mode != MODE_live) {
        return true;
    }
    if (!mac_key_load(daemon_common(d)->var.s, &key, &why)) {
        log_error("no key to mark live grants with: %s", why.s);
        return false;
    }
    riskd_mac_key(x, &key);
    mac_key_wipe(&key);
    return true;
}

struct wiring *
wiring_new(struct daemon *d)
{
    struct wiring *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->daemon = d;
    daemon_on_said(d, hear_said, w);
    struct ms often = { LOOK_MS };
    loop_before_sleep(daemon_loop(d), work, w);
    loop_signal(daemon_loop(d), SIGUSR1, signalled, w);
    w->look = loop_timer(daemon_loop(d), often, often, look, w);
    return w;
}

void
wiring_destroy(struct wiring **w)
{
    loop_timer_cancel(&(*w)->look);
    free(*w);
    *w = NULL;
}
