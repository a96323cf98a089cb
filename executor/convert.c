/* convert - NO of some outcomes becomes dollars and YES of all others */

/* A group whose legs are such has three parts: what it buys, like any other
 * group; the conversion, of as many full sets as it got; and the sale of what
 * that gives, under grants of its own, since the first has long run out by
 * then.  Where nothing is bought, dollars are split and converted instead, out
 * of the reservation of the first grant.
 *
 * Between the conversion and the sale prices move.  So the bids are looked at
 * again, on books that are proved, and what brings at least what was meant
 * less unwind_limit is sold; the rest waits for bids until the hold is over,
 * and is kept then, until its market resolves.
 *
 * A kill does not stop the conversion: it only takes exposure back. */

#include "executor/state.h"

#include "common/must.h"

#include <string.h>

bool
convert_is_due(const struct group_slot *g)
{
    enum shape shape = shape_of(g->m.strategy, &g->m.legs);

    return !group_is_sale(g) &&
           (shape == SHAPE_CONVERT || shape == SHAPE_MINT);
}

const struct chain_record *
convert_out(const struct executor *x, const struct group_slot *g)
{
    struct uuid ref = live_ref(&g->m.group, VENUE_OP_convert);

    return g->m.mode == MODE_live && convert_is_due(g)
               ? chain_past_out(x->chain, &ref)
               : NULL;
}

/* Live the chain must know the event's questions as we do, and what comes of
 * each must be among the legs: a YES that nobody bids for would be the
 * account's, and in nobody's books. */
enum reason
convert_check(const struct executor *x, const struct opportunity *m,
              enum mode mode)
{
    enum shape shape = shape_of(m->strategy, &m->legs);
    struct venue_call call;

    if (mode != MODE_live ||
        (shape != SHAPE_CONVERT && shape != SHAPE_MINT))
        return REASON_none;
    if (!x->strategy.c_live || shape == SHAPE_MINT)
        return REASON_MODE;
    if (x->strategy.c_fee.ppm > MICROS / 2 || /* Something must come of it. */
        x->strategy.c_fee.ppm % 100 != 0)     /* Bips are what there is. */
        return REASON_BELOW_NET;
    return convert_questions(x, &m->event, &m->legs, &call)
               ? REASON_none
               : REASON_INCOMPLETE;
}

static bool
goes(const struct legs *legs, const struct hash *token)
{
    for (uint32_t i = 0; i < shape_bought(legs); i++)
        if (hash_equal(&legs->at[i].token, token))
            return true;
    return false;
}

bool
convert_questions(const struct executor *x, const struct text *event,
                  const struct legs *legs, struct venue_call *m)
{
    uint32_t at = universe_find_event(x->universe, event);
    const struct universe_event *e;
    uint64_t seen = 0;

    memset(m, 0, sizeof *m);
    if (at == MAP_NONE)
        return false;
    e = universe_event(x->universe, at);
    if (e->count < 2 || e->count > legs_cap || e->count != legs->count)
        return false;
    m->event = universe_market(x->universe, e->markets[0])->m.neg_risk_id;
    for (uint32_t i = 0; i < e->count; i++) {
        const struct market *k =
            &universe_market(x->universe, e->markets[i])->m;
        bool gone = goes(legs, &k->no);

        if (k->event_size != e->count || k->event_index >= e->count ||
            (seen >> k->event_index & 1) != 0 || k->augmented || k->other ||
            hash_is_zero(&k->neg_risk_id) ||
            !hash_equal(&k->neg_risk_id, &m->event))
            return false;
        seen |= UINT64_C(1) << k->event_index;
        m->gone |= (uint64_t)gone << k->event_index;
        m->orders.at[k->event_index].token = gone ? k->no : k->yes;
    }
    m->orders.count = e->count;
    return true;
}

void
convert_begin(struct turn *t)
{
    struct group_slot *g = t->g;
    struct convert *c = &g->convert;

    must(!c->under_way);
    c->under_way = true;
    c->sets = group_bought(g) > 0 ? group_sets(g) : g->m.target;
    group_step(t, GROUP_STATE_holding, BRANCH_none,
               after(after(t->in->mono, t->x->strategy.c_time),
                     t->x->conf.hold));
    work_of(g->m.mode)->convert(t);
}

void
convert_mint(struct turn *t, const struct grant *m)
{
    struct group_slot *g = t->g;

    recent_put(t->x->auths, &m->auth);
    g->allowance = g->convert.auth = m->auth;
    g->granted = *m;
    convert_begin(t);
}

/* --- what it does to positions ----------------------------------------- */

static bool
holds_all(const struct executor *x, const struct group_slot *g,
          const struct settle *m)
{
    for (uint32_t i = 0; i < group_bought(g); i++) {
        const struct position *p = positions_find(x->positions, m->mode,
                                                  &g->m.legs.at[i].token);

        if (p == NULL || p->qty.micros < m->qty.micros)
            return false;
    }
    return true;
}

/* What so many of a token have cost, as positions_take has it. */
static int64_t
basis_of(const struct executor *x, const struct hash *token,
         const struct settle *m)
{
    const struct position *p = positions_find(x->positions, m->mode, token);
    int64_t basis = 0;

    must(p != NULL);
    must(muldiv_up(p->cost.micros, m->qty.micros, p->qty.micros, &basis));
    return basis;
}

/* The rest of the cost, as the limits stand to each other. */
static bool
give_sold(struct executor *x, const struct group_slot *g,
          const struct settle *m, int64_t cost)
{
    const struct legs *legs = &g->m.legs;
    int64_t all = 0, rest = cost;

    for (uint32_t i = group_bought(g); i < legs->count; i++)
        all += legs->at[i].limit.micros;
    for (uint32_t i = group_bought(g); i < legs->count; i++) {
        struct money part = { rest };

        if (i + 1 < legs->count &&
            !muldiv_down(cost, legs->at[i].limit.micros, all, &part.micros))
            return false;
        rest -= part.micros;
        if (positions_give(x->positions, m, m->made, &legs->at[i].token, part,
                           g->m.strategy, &g->m.event) == NULL)
            return false;
    }
    return true;
}

/* What goes leaves at its cost; what the dollars are beyond the cost of all
 * stands with the last of it. */
bool
convert_book(struct executor *x, const struct group_slot *g,
             const struct settle *m)
{
    uint32_t bought = group_bought(g);
    int64_t cost = -m->cash.micros, gain;

    if (!holds_all(x, g, m))
        return false;
    for (uint32_t i = 0; i < bought; i++)
        cost += basis_of(x, &g->m.legs.at[i].token, m);
    gain = bought == g->m.legs.count || cost < 0 ? -cost : 0;
    for (uint32_t i = 0; i < bought; i++) {
        const struct hash *token = &g->m.legs.at[i].token;
        struct money cash = { basis_of(x, token, m) +
                              (i + 1 == bought ? gain : 0) };

        if (positions_take(x->positions, m->mode, token, m->qty, cash,
                           g->m.strategy) ==
            NULL)
            return false;
    }
    return give_sold(x, g, m, cost + gain);
}

/* --- its life ------------------------------------------------------------ */

void
convert_note(struct group_slot *g, const struct settle *m)
{
    g->convert.under_way = true;
    g->convert.auth = m->auth;
    g->convert.gone = m->qty;
    g->convert.made = m->made;
    g->convert.cash = m->cash;
}

static enum exec_status
status_of(const struct group_slot *g)
{
    for (uint32_t i = 0; i < group_bought(g); i++)
        if (g->sums[i].sold.micros > 0)
            return EXEC_STATUS_UNWOUND;
    return g->patched ? EXEC_STATUS_PATCHED : EXEC_STATUS_FILLED;
}

/* Shares of what was converted are left to be sold. */
bool
convert_has_rest(const struct group_slot *g)
{
    for (uint32_t i = group_bought(g); i < g->m.legs.count; i++)
        if (!policy_is_dust(group_held(g, i), g->m.legs.at[i].limit))
            return true;
    return false;
}

static void
end(struct turn *t)
{
    enum reason why = executor_is_latched(t->x) ? REASON_LATCHED
                      : t->g->resolved          ? REASON_RESOLVED
                                                : REASON_NO_BID;

    group_track_naked(t);
    group_finish(t, EXEC_STATUS_ERROR, why,
                 "what the conversion gave could not all be sold");
}

/* The contract's own arithmetic: it keeps amount * bips / 10000, rounded down,
 * and gives the rest.  What is not exactly that is not converted live. */
struct qty
convert_made(struct qty sets, struct ppm fee)
{
    int64_t kept;

    must(muldiv_down(sets.micros, fee.ppm, MICROS, &kept));
    return (struct qty){ sets.micros - kept };
}

struct settle
convert_settle(const struct turn *t)
{
    const struct group_slot *g = t->g;
    const struct convert *c = &g->convert;
    uint32_t bought = group_bought(g);
    struct settle m = { .mode = g->m.mode, .kind = SETTLE_KIND_convert,
                        .token = g->m.legs.at[0].token, .qty = c->sets,
                        .auth = c->auth, .strategy = g->m.strategy };
    const struct universe_market *market = executor_market(t->x, &m.token);
    const struct chain_record *out = convert_out(t->x, g);

    m.made = bought > 0 ? convert_made(c->sets, t->x->strategy.c_fee)
                        : c->sets;
    if (out != NULL) { /* Whatever was bought, or is kept, since. */
        m.qty = out->of.qty;
        m.made = out->of.conversion.made;
    }
    m.cash.micros = bought > 0 ? (int64_t)(bought - 1) * m.made.micros
                               : -c->sets.micros;
    if (bought < g->m.legs.count && bought > 0)
        m.pair = g->m.legs.at[bought].token;
    if (market != NULL)
        m.market = market->m.market;
    return m;
}

void
convert_failed(struct turn *t, enum reason why, const char *words)
{
    group_track_naked(t);
    group_finish(t, EXEC_STATUS_ERROR,
                 why > REASON_none && why < reason_end_ ? why
                                                        : REASON_REFUSED,
                 words[0] != '\0' ? words : "it could not be converted");
}

void
convert_done(struct turn *t, const struct uuid *ref, const char *evidence)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    struct convert *c = &g->convert;
    struct settle m = convert_settle(t);

    m.ref = *ref;
    text_set(&m.evidence, evidence);
    executor_count(x, EXECUTOR_conversions);
    outbox_trace(t->out, g->trace);
    c->req = settle_say(x, &m, t->in, t->out);
    convert_note(g, &m);
    g->until = g->hold_until = after(t->in->mono, x->conf.hold);
    g->next = t->in->mono;
    group_track_naked(t);
    if (!convert_has_rest(g))
        group_finish(t, status_of(g), REASON_none, "");
}

void
convert_judge(struct turn *t)
{
    struct group_slot *g = t->g;

    if (g->convert.gone.micros == 0 || !group_has_ended(g))
        return; /* Its tick goes on; what has traded may still fail. */
    group_track_naked(t);
    if (!convert_has_rest(g)) {
        group_finish(t, status_of(g), REASON_none, "");
    } else if (executor_is_latched(t->x) || g->resolved) {
        end(t);
    } else {
        if (g->hold_until.ns == 0)
            g->hold_until = after(t->in->mono, t->x->conf.hold);
        group_step(t, GROUP_STATE_holding, BRANCH_none, g->hold_until);
        g->next = after(t->in->mono, t->x->conf.hold_retry);
    }
}

void
convert_tick(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    if (g->convert.gone.micros == 0) {
        if (g->resolved && !work_of(g->m.mode)->later)
            group_finish(t, EXEC_STATUS_ERROR, REASON_RESOLVED,
                         "resolved before it was converted");
        else if (t->in->mono.ns >= g->next.ns && requests_room(x->requests) > 0)
            work_of(g->m.mode)->convert(t);
        return;
    }
    if (executor_is_latched(x) || g->resolved ||
        t->in->mono.ns >= g->until.ns)
        end(t);
    else if (g->want == WANT_none && t->in->mono.ns >= g->next.ns &&
             !requests_has(x->requests, g->convert.req))
        group_ask_books(t, WANT_unwind, true);
}

/* riskd has booked it, or says that it never will: a bug of one of us. */
void
convert_acked(struct executor *x, const struct ack *m, const struct input *in,
              struct outbox *out)
{
    for (uint32_t i = 0; in->req != 0 && i < GROUP_SLOTS; i++) {
        struct group_slot *g = &x->slots[i];
        struct turn t = { x, g, in, out };

        if (!g->used || g->convert.req != in->req)
            continue;
        g->convert.req = 0;
        if (!m->ok)
            group_finish(&t, EXEC_STATUS_ERROR,
                         m->reason > REASON_none && m->reason < reason_end_
                             ? m->reason
                             : REASON_BAD_INPUT,
                         "riskd did not book the conversion");
    }
}
