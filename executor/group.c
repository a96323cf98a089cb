/* group - the life of a group of orders, as a table of allowed steps */

/* A group goes preflight -> authorizing -> working and, when it filled in
 * part, through preflight or holding again with a branch.  group_step is the
 * only place where the state changes; every state but done has a deadline,
 * and each change is a fact, so that a restart goes on where it stood. */

#include "executor/state.h"

#include "common/basket.h"
#include "common/must.h"

#include <string.h>

#define TO(state) (1u << GROUP_STATE_##state)

static const uint32_t steps[group_state_end_] = {
    [GROUP_STATE_preflight] = TO(preflight) | TO(authorizing) | TO(holding) |
                              TO(cancelling) | TO(done),
    [GROUP_STATE_authorizing] = TO(working) | TO(holding) | TO(done) |
                                TO(cancelling) |
                                TO(preflight), /* After a restart. */
    [GROUP_STATE_working] = TO(cancelling) | TO(preflight) | TO(holding) |
                            TO(done),
    [GROUP_STATE_cancelling] = TO(preflight) | TO(holding) | TO(done),
    [GROUP_STATE_holding] = TO(holding) | TO(preflight) | TO(authorizing) |
                            TO(cancelling) | TO(done),
};

bool
group_may(enum group_state from, enum group_state to)
{
    must(from < group_state_end_ && to < group_state_end_);
    return (steps[from] & 1u << to) != 0;
}

/* An empty slot, with the memory it has for books. */
void
group_init(struct executor *x, struct group_slot *g)
{
    struct book *books = g->books;

    must(g >= x->slots && g < x->slots + GROUP_SLOTS && !g->used);
    memset(g, 0, sizeof *g);
    g->books = books;
    g->used = true;
    g->opp_alive = true;
}

static void
say_state(struct turn *t)
{
    struct group_slot *g = t->g;

    outbox_trace(t->out, g->trace);
    say_group(t->out, &g->m, NULL);
}

void
group_step(struct turn *t, enum group_state to, enum branch branch,
           struct nanos until)
{
    struct group_slot *g = t->g;

    must(group_may(g->m.state, to));
    g->m.state = to;
    g->m.branch = branch;
    g->until = until;
    g->m.deadline.ns = to == GROUP_STATE_done
                           ? 0
                           : t->in->wall.ns + until.ns - t->in->mono.ns;
    if (to == GROUP_STATE_holding)
        g->hold_until = until;
    say_state(t);
}

void
group_begin(struct turn *t, const struct opportunity *m, enum mode mode)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    group_init(x, g);
    g->m.group = executor_id(x, t->in);
    g->m.scan_id = m->scan_id;
    g->m.strategy = m->strategy;
    g->m.mode = mode;
    g->m.event = m->event;
    g->m.pays = m->pays;
    g->m.state = GROUP_STATE_preflight;
    g->m.target = m->sets;
    g->m.legs = m->legs;
    g->m.started = t->in->wall;
    g->opened_first = m->state == OPP_STATE_opened && m->rev == 1;
    g->opened = m->opened;
    g->trace = t->in->trace;
    recent_put(x->scans, &m->scan_id);
    executor_count(x, EXECUTOR_groups);
    group_step(t, GROUP_STATE_preflight, BRANCH_none,
               after(t->in->mono, x->conf.books_wait));
    if (mode == MODE_live && live_no_chain(x))
        group_finish(t, EXEC_STATUS_DENIED, REASON_FORBIDDEN,
                     live_no_chain(x));
    else if (shape_of(m->strategy, &m->legs) == SHAPE_NONE)
        group_finish(t, EXEC_STATUS_DENIED, REASON_NOT_HELD,
                     "no way to make what is to be sold");
    else if (split_check(x, m, mode) != REASON_none)
        group_finish(t, EXEC_STATUS_DENIED, split_check(x, m, mode),
                     "no dollar is split live, or the chain is busy");
    else if (mode == MODE_live &&
             shape_of(m->strategy, &m->legs) == SHAPE_RELATED)
        group_finish(t, EXEC_STATUS_DENIED, REASON_MODE,
                     "related markets are traded on paper only");
    else if (convert_check(x, m, mode) != REASON_none)
        group_finish(t, EXEC_STATUS_DENIED, convert_check(x, m, mode),
                     "nothing of this is converted live");
    else
        group_ask_books(t, WANT_preflight, true);
}

struct book *
group_book(const struct group_slot *g, const struct hash *token)
{
    uint32_t leg = group_leg(g, token);

    if (leg != MAP_NONE)
        return &g->books[leg];
    leg = group_closes(g, token);
    return leg == MAP_NONE ? NULL : &g->books[legs_cap + leg];
}

/* The other half of a leg that has more than the others, or an order. */
static void
ask_half(struct turn *t, uint32_t i, struct snapshot_request *m)
{
    struct group_slot *g = t->g;
    struct hash half = executor_half(t->x, &g->m.legs.at[i].token);
    bool open = false;

    for (uint32_t k = 0; k < g->orders_count; k++)
        open |= g->orders[k].leg == i &&
                !hash_is_zero(&g->orders[k].intent.closes) &&
                !order_is_final(g->orders[k].order.state);
    if (hash_is_zero(&half) || group_leg(g, &half) != MAP_NONE ||
        (g->want == WANT_fills
             ? !open
             : group_held(g, i).micros == group_sets(g).micros))
        return;
    g->other[i] = half;
    book_clear(&g->books[legs_cap + i], REASON_BOOK_UNUSABLE);
    m->tokens.at[m->tokens.count++].token = half;
}

/* All legs in one request.  prove: feed fetches what is too old to rest an
 * order on. */
void
group_ask_books(struct turn *t, enum want want, bool prove)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    struct snapshot_request m = { .what = ASKED_books, .prove = prove };

    g->want = want;
    m.tokens.count = g->m.legs.count;
    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        m.tokens.at[i].token = g->m.legs.at[i].token;
        book_clear(&g->books[i], REASON_BOOK_UNUSABLE);
        book_clear(&g->books[legs_cap + i], REASON_BOOK_UNUSABLE);
    }
    for (uint32_t i = 0; want != WANT_preflight && i < g->m.legs.count; i++)
        ask_half(t, i, &m);
    g->filling = false;
    g->books_req = requests_id(x->requests);
    g->books_until = after(t->in->mono, prove ? x->conf.books_wait
                                              : x->conf.books_resend);
    outbox_trace(t->out, g->trace);
    say_snapshot_request(t->out, &m, &(struct to){ 0, g->books_req });
}

void
group_books_ready(struct turn *t)
{
    struct group_slot *g = t->g;
    enum want want = g->want;

    g->want = WANT_none;
    g->books_req = 0;
    switch (want) {
    case WANT_preflight:
        preflight_decide(t);
        return;
    case WANT_fills:
        g->filling = true;
        filling_go(t);
        return;
    case WANT_patch:
        wayout_complete(t, true);
        return;
    case WANT_hold:
        wayout_complete(t, false);
        return;
    case WANT_unwind:
        wayout_back(t);
        return;
    case WANT_none:
        return;
    }
    unreachable();
}

/* No books came. */
static void
books_missing(struct turn *t)
{
    struct group_slot *g = t->g;
    enum want want = g->want;

    executor_count(t->x, EXECUTOR_timeouts);
    g->want = WANT_none;
    g->books_req = 0;
    switch (want) {
    case WANT_preflight:
        group_finish(t, EXEC_STATUS_STALE, REASON_TIMEOUT,
                     "no fresh books in time");
        return;
    case WANT_fills:
        group_ask_books(t, WANT_fills, false);
        return;
    case WANT_patch:
        group_hold(t, BRANCH_hold);
        return;
    case WANT_unwind:
        if (group_is_sale(g))
            group_finish(t, EXEC_STATUS_STALE, REASON_TIMEOUT,
                         "no books in time");
        else
            group_hold(t, BRANCH_unwind);
        return;
    case WANT_hold:
        g->next = after(t->in->mono, t->x->conf.hold_retry);
        return;
    case WANT_none:
        return;
    }
    unreachable();
}

/* Of the books as they were asked for last; what is no book did not move. */
static struct price
most_moved(const struct group_slot *g)
{
    struct price most = { 0 };

    for (uint32_t i = 0; i < g->m.legs.count; i++)
        if (g->books[i].usable && g->books[i].moved.micros > most.micros)
            most = g->books[i].moved;
    return most;
}

void
group_authorize(struct turn *t, enum grant_kind kind, const struct legs *legs)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    enum reason why = work_of(g->m.mode)->check(x, t->in->mono, 0);

    if (!lease_is_alive(&x->lease, t->in->mono))
        why = REASON_NO_LEASE;
    if (why != REASON_none) {
        if (group_is_single(g, kind))
            group_finish(t, EXEC_STATUS_DENIED, why,
                         why == REASON_NO_LEASE ? "the lease ran out"
                                                : "the venue takes nothing");
        else
            group_hold(t, g->m.branch);
        return;
    }
    g->kind = kind;
    g->m.attempt++;
    g->asked = (struct authorize){
        .group = g->m.group,
        .scan_id = g->m.scan_id,
        .attempt = g->m.attempt,
        .epoch = x->lease.m.epoch,
        .kind = kind,
        .mode = g->m.mode,
        .strategy = g->m.strategy,
        .event = g->m.event,
        .legs = *legs,
        .pays = g->m.pays,
        .moved = most_moved(g),
    };
    g->asked_req = requests_id(x->requests);
    g->asked_at = t->in->mono;
    g->next = after(t->in->mono, x->conf.authorize_resend);
    group_step(t, GROUP_STATE_authorizing, g->m.branch,
               after(t->in->mono, x->conf.authorize_wait));
    say_authorize(t->out, &g->asked, &(struct to){ 0, g->asked_req });
}

static void
tick_authorizing(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    if (t->in->mono.ns >= g->until.ns) {
        executor_count(x, EXECUTOR_timeouts);
        x->list_due = true; /* There may be a reservation nobody owns. */
        if (group_is_single(g, g->kind))
            group_finish(t, EXEC_STATUS_ERROR, REASON_TIMEOUT,
                         "no answer from riskd");
        else
            group_hold(t, g->m.branch);
    } else if (t->in->mono.ns >= g->next.ns) {
        g->next = after(t->in->mono, x->conf.authorize_resend);
        outbox_trace(t->out, g->trace);
        say_authorize(t->out, &g->asked, &(struct to){ 0, g->asked_req });
    }
}

static void
tick_working(struct turn *t)
{
    if (t->g->splitting || t->g->split_req != 0)
        split_tick(t);
    else
        work_of(t->g->m.mode)->tick(t);
}

/* The unwind found no bids in time: a new deadline, or the end.  What is worth
 * less than an order is tried for once. */
static void
tick_unwind_late(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    struct stand s = group_stand(g);
    struct measure m = policy_measure(&s);
    bool small = group_track_naked(t).micros < BASKET_LEG_MIN;

    if (lease_is_alive(&x->lease, t->in->mono))
        g->holds++;
    if (m.complete && !m.uneven && group_has_ended(g)) {
        group_finish(t, g->m.attempt > 1 ? EXEC_STATUS_PATCHED
                                         : EXEC_STATUS_FILLED,
                     REASON_NO_BID, "");
        return;
    }
    if (g->holds < (small ? 1 : x->conf.unwind_tries) ||
        !group_has_ended(g)) {
        g->hold_until.ns = 0; /* A new one. */
        group_hold(t, BRANCH_unwind);
        return;
    }
    if (m.owes)
        group_finish(t, EXEC_STATUS_ERROR, REASON_NOT_SETTLED,
                     "what never came was sold, and cannot be bought");
    else
        group_finish(t, EXEC_STATUS_ERROR, REASON_NO_BID,
                     "surplus shares could not be sold within the limit");
}

static void
tick_holding(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    bool over = t->in->mono.ns >= g->until.ns;

    if (g->convert.under_way) {
        convert_tick(t);
        return;
    }
    if (executor_is_latched(x) || g->resolved) {
        g->want = WANT_none;
        g->books_req = 0;
        group_judge(t);
    } else if (g->m.branch == BRANCH_hold &&
               (over || !g->opp_alive || group_is_pressed(t))) {
        if (!over && g->opp_alive)
            executor_count(x, EXECUTOR_naked_bounds);
        group_begin_branch(t, BRANCH_unwind, WANT_unwind);
    } else if (over) {
        g->want = WANT_none;
        g->books_req = 0;
        tick_unwind_late(t);
    } else if (g->want == WANT_none && t->in->mono.ns >= g->next.ns) {
        group_ask_books(t, g->m.branch == BRANCH_unwind ? WANT_unwind
                                                        : WANT_hold, true);
    }
}

void
group_tick(struct turn *t)
{
    struct group_slot *g = t->g;

    if (g->want != WANT_none && t->in->mono.ns >= g->books_until.ns &&
        !(g->m.state == GROUP_STATE_working &&
          t->in->mono.ns >= g->until.ns)) {
        books_missing(t);
        return;
    }
    switch (g->m.state) {
    case GROUP_STATE_preflight:
        return; /* Its deadline is that of the books. */
    case GROUP_STATE_authorizing:
        tick_authorizing(t);
        return;
    case GROUP_STATE_working:
        tick_working(t);
        return;
    case GROUP_STATE_holding:
        tick_holding(t);
        return;
    case GROUP_STATE_cancelling:
        work_of(g->m.mode)->tick(t);
        return;
    case GROUP_STATE_done:
        return;
    case group_state_end_:
        break;
    }
    unreachable();
}
