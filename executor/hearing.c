/* hearing - what others say, checked and handed to the group it is for */

/* Every field may be wrong.  An answer nobody waits for is counted and
 * dropped, except a grant: its reservation is given back. */

#include "executor/sane.h"

#include "common/planted.h"
#include "executor/state.h"

static bool
is_resting(const struct executor *x, const struct text *event,
           struct nanos wall)
{
    if (PLANTED(rest_ignored))
        return false;
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used && text_equal(&x->slots[i].m.event, event))
            return true;
    for (uint32_t i = 0; i < RESTS_CAP; i++)
        if (wall.ns < x->rests[i].until.ns &&
            text_equal(&x->rests[i].event, event))
            return true;
    return false;
}

static bool
is_sane(const struct opportunity *m)
{
    if (uuid_is_zero(&m->scan_id) || m->event.s[0] == '\0' ||
        !sane_target(m->sets) || m->ttl.ms < 0 || m->ttl.ms > 3600000)
        return false;
    return sane_legs(m->strategy, &m->legs) &&
           shape_is_sane(shape_of(m->strategy, &m->legs), &m->legs, m->pays);
}

/* Whether a group may begin; what is counted when not. */
static bool
may_begin(struct executor *x, const struct opportunity *m,
          const struct input *in, enum executor_counter *why)
{
    *why = EXECUTOR_bad_in;
    if (!is_sane(m))
        return false;
    *why = EXECUTOR_skip_duplicate;
    if (recent_find(x->scans, &m->scan_id) != NULL)
        return false;
    *why = EXECUTOR_skip_expired;
    if (in->mono.ns - in->said.ns > m->ttl.ms * 1000000)
        return false;
    *why = EXECUTOR_skip_broken;
    if (executor_is_broken(x))
        return false;
    *why = EXECUTOR_skip_latched;
    if (executor_is_latched(x))
        return false;
    *why = EXECUTOR_skip_no_lease;
    if (!lease_may_open(&x->lease, in->mono) || !x->reconciled ||
        !x->universe_known)
        return false;
    *why = EXECUTOR_skip_mode;
    if (executor_mode_at(x, in->mono) < MODE_shadow)
        return false;
    *why = EXECUTOR_skip_venue;
    if (work_of(executor_mode_at(x, in->mono))->check(x, in->mono, 0) !=
        REASON_none)
        return false;
    *why = EXECUTOR_skip_resting;
    if (is_resting(x, &m->event, in->wall))
        return false;
    *why = EXECUTOR_skip_busy;
    return executor_open(x) < x->conf.max_groups &&
           executor_free_slot(x) != NULL;
}

/* The group of a scan_id, while it is open. */
static struct group_slot *
group_of_scan(struct executor *x, const struct uuid *scan_id)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used &&
            uuid_equal(&x->slots[i].m.scan_id, scan_id))
            return &x->slots[i];
    return NULL;
}

void
executor_on_opportunity(struct executor *x, const struct opportunity *m,
                        const struct input *in, struct outbox *out)
{
    struct group_slot *g = group_of_scan(x, &m->scan_id);
    struct turn t = { x, g, in, out };
    enum executor_counter why;

    executor_count(x, EXECUTOR_opportunities);
    executor_sample(x, EXECUTOR_HOP_scan_exec, in->mono.ns - in->said.ns);
    if (g != NULL)
        g->opp_alive = m->state != OPP_STATE_closed;
    if (m->state == OPP_STATE_closed)
        return;
    if (!may_begin(x, m, in, &why)) {
        executor_count(x, why);
        return;
    }
    t.g = executor_free_slot(x);
    group_begin(&t, m, executor_mode_at(x, in->mono));
}

static struct group_slot *
group_of_books(struct executor *x, uint64_t req)
{
    for (uint32_t i = 0; req != 0 && i < GROUP_SLOTS; i++)
        if (x->slots[i].used && x->slots[i].books_req == req)
            return &x->slots[i];
    return NULL;
}

/* The book a reply is about; NULL when nobody asked for it. */
static struct book *
book_asked(struct executor *x, const struct input *in,
           const struct hash *token)
{
    struct group_slot *g = group_of_books(x, in->req);
    struct book *b;

    if (in->req == 0)
        return NULL; /* Published for everybody. */
    b = g == NULL ? NULL : group_book(g, token);
    if (b == NULL)
        executor_count(x, EXECUTOR_late);
    return b;
}

void
executor_on_book_snapshot(struct executor *x, const struct book_snapshot *m,
                          const struct input *in, struct outbox *out)
{
    struct book *b = book_asked(x, in, &m->token);

    (void)out;
    if (b != NULL && !book_snapshot_apply(b, m, in->run))
        executor_count(x, EXECUTOR_bad_in);
}

void
executor_on_book_status(struct executor *x, const struct book_status *m,
                        const struct input *in, struct outbox *out)
{
    struct book *b = book_asked(x, in, &m->token);

    (void)out;
    if (b != NULL)
        book_clear(b, m->reason > REASON_none && m->reason < reason_end_
                          ? m->reason
                          : REASON_BOOK_UNUSABLE);
}

static void
books_end(struct executor *x, const struct input *in, struct outbox *out)
{
    struct group_slot *g = group_of_books(x, in->req);
    struct turn t = { x, g, in, out };
    const struct order_venue *venue;

    if (g == NULL) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    venue = x->venues[g->m.mode]; /* NULL: nothing is to be taken off. */
    for (uint32_t i = 0; venue != NULL && i < g->m.legs.count; i++) {
        venue->adjust(x->venue_self[g->m.mode], &g->m.legs.at[i].token,
                      in->wall, &g->books[i]);
        if (g->books[legs_cap + i].usable)
            venue->adjust(x->venue_self[g->m.mode], &g->other[i], in->wall,
                          &g->books[legs_cap + i]);
    }
    x->turn_fills = 0;
    group_books_ready(&t);
}

void
executor_on_snapshot_end(struct executor *x, const struct snapshot_end *m,
                         const struct input *in, struct outbox *out)
{
    if (m->what == ASKED_books && in->src == SOURCE_feed) {
        books_end(x, in, out);
    } else if (m->what == ASKED_universe && in->src == SOURCE_feed &&
               held_end(x, m, in)) {
        return;
    } else if (m->what == ASKED_universe && in->src == SOURCE_feed &&
               in->req == x->universe_req) {
        if (x->universe_heard < m->sent || m->missing > 0)
            return; /* Something got lost: asked again after books_wait. */
        universe_told(x->universe);
        x->universe_known = true;
        x->universe_due = false;
        x->settle_due = true;
    } else if (m->what == ASKED_grants && in->src == SOURCE_riskd &&
               in->req == x->list_req && x->list_req != 0) {
        reconcile_end(x, m->sent, in, out);
    } else {
        executor_count(x, EXECUTOR_late);
    }
}

void
executor_on_risk_state(struct executor *x, const struct risk_state *m,
                       const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    x->risk = *m;
    x->risk_heard = true;
}

void
executor_on_lease(struct executor *x, const struct lease *m,
                  const struct input *in, struct outbox *out)
{
    bool first = !x->lease.held;
    uint64_t epoch = x->lease.m.epoch;

    (void)out;
    if (!lease_takes(&x->lease, m, in->req)) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    executor_count(x, EXECUTOR_leases);
    requests_leased(x->requests, x->lease.until);
    if (first || epoch != m->epoch)
        x->list_due = true;
}

/* The group that waits for this answer; NULL when none does. */
static struct group_slot *
group_asking(struct executor *x, const struct uuid *group, uint64_t attempt)
{
    struct group_slot *g = executor_group(x, group);

    return g != NULL && g->m.state == GROUP_STATE_authorizing &&
                   g->m.attempt == attempt
               ? g
               : NULL;
}

void
executor_on_grant(struct executor *x, const struct grant *m,
                  const struct input *in, struct outbox *out)
{
    struct group_slot *g = group_asking(x, &m->group, m->attempt);
    struct turn t = { x, g, in, out };

    if (uuid_is_zero(&m->auth) || m->legs.count > legs_cap) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    if (x->list_req != 0 && in->req == x->list_req) {
        reconcile_listed(x, m, in, out);
        return;
    }
    if (g != NULL && g->kind == m->kind) {
        executor_sample(x, EXECUTOR_HOP_exec_risk,
                        in->mono.ns - g->asked_at.ns);
        sending_grant(&t, m);
        return;
    }
    executor_count(x, EXECUTOR_late);
    if (recent_find(x->auths, &m->auth) != NULL ||
        requests_has_release(x->requests, &m->auth))
        return; /* The same answer again. */
    executor_count(x, EXECUTOR_grants_void);
    sending_release(x, &m->auth, EVIDENCE_never_sent, in, out);
}

/* Not enough capital is a status of its own, where nothing else speaks
 * against it. */
static enum exec_status
status_of(const struct denial *m)
{
    for (uint32_t i = 0; i < m->reasons.count && i < reasons_cap; i++)
        if (m->reasons.at[i].code != REASON_CAPITAL)
            return EXEC_STATUS_DENIED;
    return m->reasons.count > 0 ? EXEC_STATUS_SKIP_CAPITAL
                                : EXEC_STATUS_DENIED;
}

void
executor_on_denial(struct executor *x, const struct denial *m,
                   const struct input *in, struct outbox *out)
{
    struct group_slot *g = group_asking(x, &m->group, m->attempt);
    struct turn t = { x, g, in, out };
    enum reason why = m->reasons.count > 0 ? m->reasons.at[0].code
                                           : REASON_none;

    if (g == NULL) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    executor_count(x, EXECUTOR_denials);
    executor_sample(x, EXECUTOR_HOP_exec_risk,
                    in->mono.ns - g->asked_at.ns);
    g->no_hedge |= g->kind == GRANT_KIND_hedge;
    g->resting = false;
    if (group_is_single(g, g->kind))
        group_finish(&t, status_of(m), why, m->rule.s);
    else if (executor_is_latched(x) || g->resolved)
        group_judge(&t);
    else
        group_hold(&t, g->m.branch);
}

void
executor_on_ack(struct executor *x, const struct ack *m,
                const struct input *in, struct outbox *out)
{
    if (!m->ok)
        executor_count(x, EXECUTOR_refused);
    if (!requests_ack(x->requests, in->req))
        return;
    requests_send_new(x->requests, in->mono, out);
    split_acked(x, m, in, out);
    convert_acked(x, m, in, out);
}

void
executor_on_latch_state(struct executor *x, const struct latch_state *m,
                        const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    if (!PLANTED(latch_ignored))
        x->latch = *m;
}
