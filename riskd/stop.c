/* stop - riskd pulls the kill switch itself */
/*
 * The engine says a kill command as a fact, as an operator's would be; its
 * shell pulls the latch when it sees that.  From that moment on riskd acts as
 * if it were on, and after a crash in between it says so again: what was
 * written down is done.
 */
#include "riskd/engine.h"

#define AGAIN_NS (10LL * 1000 * 1000 * 1000)

static void
say_stop(struct riskd *x, const struct input *in, struct outbox *out,
         const char *reason)
{
    struct command m = { .verb = VERB_kill };
    (void)text_set(&m.actor, "riskd");
    (void)text_set(&m.reason, reason);
    x->stopping = true;
    x->stop_said = in->mono;
    riskd_audit(x, &m, REASON_none, out);
    say_command(out, &m, NULL);
}

void
riskd_stop(struct riskd *x, const struct input *in, struct outbox *out,
           const char *reason)
{
    if (!x->stopping) {
        x->counters[RISKD_stops]++;
        say_stop(x, in, out, reason);
    }
}

void
riskd_stop_again(struct riskd *x, const struct input *in, struct outbox *out)
{
    bool said = x->stop_said.ns != 0 && in->mono.ns >= x->stop_said.ns &&
                in->mono.ns - x->stop_said.ns < AGAIN_NS;
    if (x->stopping && !said) {
        say_stop(x, in, out, "a kill was asked for, and the latch not pulled");
    }
}
