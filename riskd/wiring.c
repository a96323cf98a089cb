/* wiring - how a kill command reaches the latch, and state the heartbeat */
/*
 * The engine says a kill command as a fact; that is the moment to pull.  Not
 * inside the turn, which runs under the shared gate, but before the loop
 * sleeps, when the gate is free: latch_pull takes it exclusively.  The next
 * turn reads the latch and the engine answers whoever asked.
 */
#include "riskd/wiring.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/daemon.h"
#include "common/latch.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

/* protocols: how long a killer waits for the gate before it uses force. */
#define PATIENCE_MS 500

struct wiring {
    struct daemon *daemon;
    bool wanted;
    struct text actor, reason;
};

static void
hear_said(void *arg, const struct said *said)
{
    struct wiring *w = arg;
    if (said->schema == &command_schema) {
        const struct command *m = said->msg;
        if (m->verb == VERB_kill) {
            w->wanted = true;
            w->actor = m->actor;
            w->reason = m->reason;
        }
    } else if (said->schema == &risk_state_schema) {
        const struct risk_state *m = said->msg;
        daemon_mode(w->daemon, m->mode);
    }
}

static void
pull(void *arg)
{
    struct wiring *w = arg;
    struct latch now;
    struct why why;
    if (!w->wanted) {
        return;
    }
    w->wanted = false;
    if (latch_pull(daemon_common(w->daemon)->var.s, w->actor.s, w->reason.s,
                   clock_wall(), (struct ms){ PATIENCE_MS }, &now, &why)) {
        log_warn("killed by %s: %s (generation %llu)", w->actor.s, w->reason.s,
                 (unsigned long long)now.kill_gen);
    } else {
        log_error("cannot pull the latch: %s", why.s);
    }
}

struct wiring *
wiring_new(struct daemon *d)
{
    struct wiring *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->daemon = d;
    daemon_on_said(d, hear_said, w);
    loop_before_sleep(daemon_loop(d), pull, w);
    return w;
}

void
wiring_destroy(struct wiring **w)
{
    free(*w);
    *w = NULL;
}
