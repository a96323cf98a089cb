/* live_safety - the dead man's switch: heartbeats while leased, and a kill that
 * is over when nothing rests */

/* The venue cancels everything when our heartbeats stop, and they stop when
 * the lease does: riskd dead means an empty venue within seconds.  A kill asks
 * for the cancel of everything until two looks in a row find nothing, from the
 * reserve of the buckets if need be. */

#include "executor/state.h"

#include "common/planted.h"

enum { RETRY = 1000, EMPTY_LEAST = 2, NOT_QUIET = 60000 };

static void
beat(struct executor *x, const struct input *in, struct outbox *out)
{
    struct live *l = &x->live;
    struct venue_call m = { .op = VENUE_OP_heartbeat };

    if (executor_mode_at(x, in->mono) != MODE_live &&
        !PLANTED(heartbeat_goes_on)) {
        l->beat_good.ns = 0; /* It stops with the lease. */
        return;
    }
    if (l->beat_good.ns > 0 &&
        in->mono.ns >= after(l->beat_good, x->conf.heartbeat_lost).ns) {
        l->beat_good.ns = 0;
        executor_alarm(x, false, REASON_UNANSWERED,
                       "no heartbeat got through: all is cancelled there");
        live_doubt(x, in->mono);
    }
    if (l->beat_out != 0 || in->mono.ns < l->beat_next.ns)
        return;
    l->beat_out = live_ask(x, &m, in, out);
    if (l->beat_out != 0)
        l->beat_next = after(in->mono, x->conf.heartbeat_every);
}

static void
note_kill(struct executor *x, struct nanos mono)
{
    struct live *l = &x->live;

    if (executor_is_latched(x)) {
        if (l->kill_gen == x->latch.kill_gen && l->kill_seen)
            return;
        l->kill_seen = true;
        l->kill_gen = x->latch.kill_gen;
        l->killing = !PLANTED(kill_leaves_orders);
        l->kill_empty = 0;
        l->kill_looks = false; /* What an earlier one saw proves nothing. */
        l->kill_call = 0;
        l->kill_quiet = after(mono, (struct ms){ NOT_QUIET });
        return;
    }
    if (l->barred != REASON_none && x->latch.kill_gen > l->bar_gen) {
        l->barred = REASON_none; /* Killed for it, and cleared since. */
        live_doubt(x, mono);
    }
}

static void
kill(struct executor *x, const struct input *in, struct outbox *out)
{
    struct live *l = &x->live;
    struct venue_call m = { .op = l->kill_looks ? VENUE_OP_look_open
                                                : VENUE_OP_cancel_all };

    if (!l->killing) {
        l->kill_quiet = after(in->mono, (struct ms){ NOT_QUIET });
        return;
    }
    if (in->mono.ns >= l->kill_quiet.ns) {
        l->kill_quiet = after(in->mono, (struct ms){ NOT_QUIET });
        executor_alarm(x, false, REASON_LATCHED,
                       "killed, and orders may still rest there");
    }
    if (l->kill_call != 0 || in->mono.ns < l->kill_next.ns)
        return;
    l->kill_found = false;
    l->kill_call = live_ask(x, &m, in, out);
    if (l->kill_call != 0 && !l->kill_looks)
        executor_count(x, EXECUTOR_cancels);
}

void
live_safety_tick(struct executor *x, const struct input *in,
                 struct outbox *out)
{
    note_kill(x, in->mono);
    kill(x, in, out);
    beat(x, in, out);
}

static void
beaten(struct executor *x, const struct venue_done *m, struct nanos mono)
{
    struct live *l = &x->live;

    l->beat_out = 0;
    if (m->end == CALL_END_answered) {
        l->beat_good = mono;
        l->beat_broken = false;
        executor_count(x, EXECUTOR_heartbeats);
        return;
    }
    /* A broken chain is begun anew at once, but only once; else a little
     * later. */
    l->beat_broken = !l->beat_broken && m->end == CALL_END_refused &&
                     m->status == 400;
    l->beat_next = l->beat_broken ? mono : after(mono, (struct ms){ RETRY });
    if (l->beat_good.ns == 0)
        l->beat_good = mono;
}

static void
killed(struct executor *x, const struct live_call *c,
       const struct venue_done *m, struct nanos mono)
{
    struct live *l = &x->live;

    l->kill_call = 0;
    if (c->op == VENUE_OP_cancel_all) {
        l->kill_looks = true;
        l->kill_next = mono;
        return;
    }
    l->kill_next = after(mono, x->conf.cancel_every);
    if (m->end != CALL_END_answered || l->kill_found || m->found > 0) {
        l->kill_empty = 0;
        l->kill_looks = false;
        return;
    }
    if (++l->kill_empty < EMPTY_LEAST)
        return;
    l->killing = false;
    l->kill_looks = false;
    executor_count(x, EXECUTOR_kills_quiet);
}

void
live_safety_done(struct executor *x, const struct live_call *c,
                 const struct venue_done *m, const struct input *in)
{
    if (c->op == VENUE_OP_heartbeat)
        beaten(x, m, in->mono);
    else if (c->call == x->live.kill_call)
        killed(x, c, m, in->mono);
}
