/* reconcile - the lease, the universe, and riskd's list against ours */

/* What we need of others before anything is begun: a lease, riskd's open
 * reservations gone through once, and feed's markets.  Each is asked again
 * until answered, and anew when its owner restarted or messages were lost. */

#include "executor/state.h"

void
reconcile_lease(struct executor *x, const struct input *in,
                struct outbox *out)
{
    struct lease_request m = {
        .epoch = x->lease.held ? x->lease.m.epoch : 0,
        .groups = executor_open(x),
        .unknown = live_unknown(x),
        .clean = x->reconciled && live_is_clean(x),
        .clock_known = x->live.clock_known,
        .clock = x->live.clock,
        .nodes_asked = x->nodes.asked,
        .nodes_failed = x->nodes.failed,
    };
    uint64_t req = requests_id(x->requests);

    lease_asks(&x->lease, req, in->mono);
    x->lease.next = after(in->mono, x->conf.lease_every);
    say_lease_request(out, &m, &(struct to){ 0, req });
}

void
executor_on_nodes_state(struct executor *x, const struct nodes_state *m,
                        const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    x->nodes = *m;
}

static void
ask_universe(struct executor *x, const struct input *in, struct outbox *out)
{
    struct snapshot_request m = { .what = ASKED_universe };

    universe_asked(x->universe);
    x->universe_req = requests_id(x->requests);
    x->universe_heard = 0;
    x->universe_next = after(in->mono, x->conf.books_wait);
    say_snapshot_request(out, &m, &(struct to){ 0, x->universe_req });
}

static void
ask_list(struct executor *x, const struct input *in, struct outbox *out)
{
    struct list_open m = { .epoch = x->lease.m.epoch };

    requests_unlist(x->requests);
    x->listed_count = 0;
    x->list_req = requests_id(x->requests);
    x->list_next = after(in->mono, x->conf.books_resend);
    executor_count(x, EXECUTOR_lists);
    say_list_open(out, &m, &(struct to){ 0, x->list_req });
}

void
reconcile_tick(struct executor *x, const struct input *in,
               struct outbox *out)
{
    uint32_t again;

    if (in->mono.ns >= x->lease.next.ns)
        reconcile_lease(x, in, out);
    if (x->universe_due && in->mono.ns >= x->universe_next.ns)
        ask_universe(x, in, out);
    if (x->list_due && in->mono.ns >= x->list_next.ns &&
        lease_is_alive(&x->lease, in->mono))
        ask_list(x, in, out);
    again = requests_resend(x->requests, in->mono, x->conf.resend, out);
    x->counters[EXECUTOR_resent] += again;
}

static bool
is_in_use(const struct group_slot *g, const struct grant *m)
{
    if (g->m.state == GROUP_STATE_authorizing && g->kind == m->kind &&
        g->m.attempt == m->attempt)
        return true; /* Its own answer is on the way. */
    for (uint32_t i = 0; i < g->orders_count; i++)
        if (uuid_equal(&g->orders[i].intent.auth, &m->auth) &&
            !g->orders[i].track.freed)
            return true;
    return uuid_equal(&g->auth, &m->auth) ||
           uuid_equal(&g->allowance, &m->auth);
}

static void
note_listed(struct executor *x, const struct uuid *auth)
{
    for (uint32_t i = 0; i < x->listed_count; i++)
        if (uuid_equal(&x->listed[i], auth))
            return;
    if (x->listed_count < LISTED_CAP)
        x->listed[x->listed_count++] = *auth;
}

/* One open reservation of riskd. */
void
reconcile_listed(struct executor *x, const struct grant *m,
                 const struct input *in, struct outbox *out)
{
    struct group_slot *g = executor_group(x, &m->group);
    struct turn t = { x, g, in, out };

    note_listed(x, &m->auth);
    requests_open(x->requests, &m->auth);
    if (g != NULL && g->splitting && uuid_is_zero(&g->auth)) {
        split_again(&t, m);
        return;
    }
    if ((g != NULL && is_in_use(g, m)) ||
        requests_has_release(x->requests, &m->auth))
        return;
    if (recent_find(x->auths, &m->auth) != NULL) {
        sending_release(x, &m->auth, EVIDENCE_venue_terminal, in, out);
        return;
    }
    executor_count(x, EXECUTOR_orphans);
    sending_release(x, &m->auth, EVIDENCE_never_sent, in, out);
}

/* A list with a hole proves nothing about what is not on it: asked again. */
void
reconcile_end(struct executor *x, uint64_t sent, const struct input *in,
              struct outbox *out)
{
    if (sent != x->listed_count) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    x->list_due = false;
    x->list_req = 0;
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        struct turn t = { x, &x->slots[i], in, out };

        if (t.g->used && t.g->splitting && uuid_is_zero(&t.g->auth))
            split_lost(&t, REASON_CONFLICT,
                       "riskd has no grant of its split");
    }
    requests_recalled(x->requests);
    (void)requests_resend(x->requests, in->mono, x->conf.resend, out);
    if (!x->reconciled) {
        x->reconciled = true;
        reconcile_lease(x, in, out); /* riskd waits to hear it. */
    }
}

/* A peer that restarted has forgotten what it was asked. */
void
executor_on_heartbeat(struct executor *x, const struct heartbeat *m,
                      const struct input *in, struct outbox *out)
{
    (void)m;
    (void)out;
    if (in->src == SOURCE_feed && in->run > x->feed_run) {
        x->feed_run = in->run;
        x->universe_due = true;
        x->universe_next.ns = 0;
        held_forget(x);
    } else if (in->src == SOURCE_riskd && in->run > x->riskd_run) {
        x->riskd_run = in->run;
        x->list_due = true;
        x->lease.next.ns = 0;
    }
}

void
executor_on_gap(struct executor *x, const struct gap *m,
                const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    if (m->src == SOURCE_feed) {
        x->universe_due = true; /* A resolution may be among them. */
        x->universe_next.ns = 0;
        held_renew(x);
    }
}
