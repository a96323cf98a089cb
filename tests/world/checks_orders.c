/* checks_orders - orders against the grants they are sent under
 *
 * No order without a live grant of this epoch and generation, none beyond it,
 * one per leg; nothing filled beyond its order; one group per opportunity,
 * ended once; after a kill nothing new. */
#include "tests/world/checks.h"

#include "common/must.h"

#include <string.h>

enum { LASTS_MOST_MS = 61000, LATE_MS = 1000 };

void
orders_start(struct checks *c)
{
    map_clear(c->orders);
    map_clear(c->scans);
    map_clear(c->fills);
    map_clear(c->refs);
    map_clear(c->exec.tokens);
    c->sent_count = c->groups_count = c->exec.count = c->trades_count = 0;
    memset(c->statuses, 0, sizeof c->statuses);
    c->filled = c->settled = 0;
    c->earned = 0;
}

/* What is sold to be rid of it is not asked. */
void
orders_ages(const struct world *w, enum grant_kind kind,
            const struct legs *legs)
{
    for (uint32_t i = 0; i < legs->count; i++)
        if (kind != GRANT_KIND_unwind &&
            legs->at[i].age.ms >= w->checks->book_age_max.ms)
            world_fail(w, "a %s on a book %lld ms old",
                       enum_word(&grant_kind_words, kind),
                       (long long)legs->at[i].age.ms);
}

/* Limits of one order. */
static void
check_sizes(const struct world *w, const struct legs *legs)
{
    const struct riskd_conf *most = &w->checks->limits;
    for (uint32_t i = 0; i < legs->count; i++) {
        const struct leg *l = &legs->at[i];
        wide cost = (wide)l->limit.micros * l->size.micros / MICROS;
        if (l->size.micros > most->shares_max.micros)
            world_fail(w, "the limit of an order's shares passed: %lld",
                       (long long)l->size.micros);
        if (most->order_max.micros > 0 && cost > most->order_max.micros)
            world_fail(w, "the limit of an order's money passed: %lld",
                       (long long)cost);
    }
}

static void
check_grant(struct world *w, const struct fact *f, uint64_t i,
            const struct grant *m)
{
    struct checks *c = w->checks;
    if (!c->rebuilding && w->latched)
        world_fail(w, "a grant after the kill");
    orders_ages(w, m->kind, &m->legs);
    if (m->kind == GRANT_KIND_normal)
        check_sizes(w, &m->legs);
    must(c->promises_count < KEYS);
    c->promises[c->promises_count] = (struct promise){
        .strategy = m->strategy, .legs = m->legs, .epoch = m->epoch,
        .kill_gen = m->kill_gen,
        .until = world_time_of(w, f) + m->ttl.ms * 1000000, .n = i,
    };
    if (!map_put(c->auths, &m->auth, c->promises_count++))
        world_fail(w, "one grant twice");
    if (!money_counts(w, m->mode))
        return;
    c->books.granted = true;
    c->books.granted_in = m->event;
    c->books.granted_most = m->kind == GRANT_KIND_normal ? m->reserved.micros
                                                         : 0;
    c->books.granted_size = told_size(&c->told, m->strategy,
                                      c->limits.probation_size);
}

static void
check_leg(struct world *w, const struct intent *m, const struct legs *legs)
{
    if (m->leg >= legs->count)
        world_fail(w, "an intent for a leg that was not granted");
    const struct leg *leg = &legs->at[m->leg];
    if (m->side != leg->side || !hash_equal(&m->token, &leg->token) ||
        m->qty.micros > leg->size.micros ||
        (m->side == SIDE_buy ? m->price.micros > leg->limit.micros
                             : m->price.micros < leg->limit.micros))
        world_fail(w, "an intent beyond its grant");
}

static void
check_intent(struct world *w, uint64_t n, const struct intent *m)
{
    struct checks *c = w->checks;
    uint32_t i = map_find(c->auths, &m->auth);
    if (i == MAP_NONE)
        world_fail(w, "an intent without a grant");
    const struct promise *p = &c->promises[i];
    check_leg(w, m, &p->legs);
    if (!c->rebuilding) {
        if (w->latched)
            world_fail(w, "an intent after the kill");
        if (p->kill_gen != w->kill_gen)
            world_fail(w, "an intent under a grant from before the kill");
        if (p->epoch != w->nodes[SOURCE_executor].run)
            world_fail(w, "an intent under the grant of another run");
        if (w->now > p->until)
            world_fail(w, "an intent after its grant ran out");
        if (w->now > w->lease_until)
            world_fail(w, "an intent after the lease ran out");
        told_sends(w, p->strategy);
    }
    for (uint32_t k = 0; k < c->sent_count; k++)
        if (c->sent[k].leg == m->leg &&
            uuid_equal(&c->sent[k].auth, &m->auth))
            world_fail(w, "two orders under one leg of one grant");
    if (map_find(c->orders, &m->order) != MAP_NONE)
        world_fail(w, "one order id twice");
    must(c->sent_count < KEYS);
    must(map_put(c->orders, &m->order, c->sent_count));
    c->sent[c->sent_count++] = (struct sent){
        .auth = m->auth, .closes = m->closes, .leg = m->leg, .n = n,
        .qty = m->qty.micros,
        .most = m->side == SIDE_buy ? (int64_t)m->maker : INT64_MAX,
        .live = m->mode == MODE_live,
    };
}

static void
check_order(struct world *w, const struct order *m)
{
    struct checks *c = w->checks;
    uint32_t i = map_find(c->orders, &m->order);
    if (i == MAP_NONE)
        world_fail(w, "an order never intended");
    if (c->sent[i].final)
        world_fail(w, "an order that had ended goes on");
    if (m->filled.micros != c->sent[i].filled)
        world_fail(w, "an order says %lld filled, its fills are %lld",
                   (long long)m->filled.micros, (long long)c->sent[i].filled);
    c->sent[i].final = m->state == ORDER_STATE_filled ||
                       m->state == ORDER_STATE_cancelled ||
                       m->state == ORDER_STATE_rejected ||
                       m->state == ORDER_STATE_released;
}

/* A live purchase is bounded by its dollars: better prices give more. */
static void
check_filled(struct world *w, const struct sent *s)
{
    if (s->live && s->most != INT64_MAX ? s->spent > s->most
                                        : s->filled > s->qty)
        world_fail(w, "filled more than was ordered");
}

static void
add_fill(struct sent *s, const struct fill *m, int sign)
{
    struct money cost;
    must(cost_down(m->price, m->qty, &cost));
    s->filled += sign * m->qty.micros;
    s->spent += sign * cost.micros;
}

/* Of a fill that was said before: its settlement goes on, once it ends. */
static void
check_settling(struct world *w, struct traded *t, struct sent *s,
               const struct fill *m)
{
    if (!s->live || t->settled || m->state == t->state)
        world_fail(w, "one fill id twice");
    t->state = m->state;
    if (m->state != FILL_STATE_failed)
        return;
    add_fill(s, m, -1);
    naked_fill(w->checks, s, m, -1);
    money_fill(w, m, true);
}

/* After the end of its order only what the venue told too late. */
static void
check_fill(struct world *w, uint64_t n, const struct fill *m)
{
    struct checks *c = w->checks;
    uint32_t i = map_find(c->orders, &m->order);
    uint32_t k = map_find(c->fills, &m->fill_id);
    if (i == MAP_NONE)
        world_fail(w, "a fill of an order never intended");
    if (k == MAP_NONE) {
        must(c->trades_count < KEYS);
        k = c->trades_count++;
        must(map_put(c->fills, &m->fill_id, k));
        c->trades[k] = (struct traded){ .state = m->state };
        c->filled++;
        if (c->sent[i].final && !c->rebuilding && !live_lags(w))
            world_fail(w, "a fill of an order that had ended");
        add_fill(&c->sent[i], m, 1);
        check_filled(w, &c->sent[i]);
        naked_fill(c, &c->sent[i], m, 1);
        if (m->side == SIDE_sell)
            w->operator.sold = w->now;
        money_fill(w, m, false);
    } else {
        check_settling(w, &c->trades[k], &c->sent[i], m);
    }
    c->trades[k].n = n;
    c->trades[k].settled = m->state == FILL_STATE_confirmed ||
                           m->state == FILL_STATE_failed;
}

static void
check_settle(struct world *w, uint64_t n, const struct settle *m)
{
    struct checks *c = w->checks;
    if (map_find(c->refs, &m->ref) != MAP_NONE)
        world_fail(w, "one settlement twice");
    must(map_put(c->refs, &m->ref, (uint32_t)n));
    c->settled++;
    if (m->kind == SETTLE_KIND_split && m->mode != MODE_live &&
        !c->rebuilding && w->latched) /* Live it was asked for before. */
        world_fail(w, "a split after the kill");
    money_settle(w, m);
}

/* Of no opportunity. */
static bool
is_sale(const struct group *m)
{
    return uuid_equal(&m->group, &m->scan_id);
}

/* One group at a time in an event, which then rests; sales are one for each
 * token, and need none. */
static void
check_event(struct world *w, const struct fact *f, const struct text *event)
{
    const struct checks *c = w->checks;
    for (uint32_t i = 0; i < c->groups_count; i++) {
        const struct team *g = &c->groups[i];
        if (!text_equal(&g->event, event))
            continue;
        if (g->ended == 0)
            world_fail(w, "two groups in one event");
        if (!g->sale &&
            world_time_of(w, f) - g->ended < w->weather.rest_ms * 1000000 &&
            !w->weather.jumps)
            world_fail(w, "a group in an event that rests");
    }
}

static void
check_group(struct world *w, const struct fact *f, const struct group *m)
{
    struct checks *c = w->checks;
    uint32_t i = map_find(c->scans, &m->scan_id);
    if (i == MAP_NONE) {
        must(c->groups_count < KEYS);
        if (!is_sale(m))
            check_event(w, f, &m->event);
        i = c->groups_count++;
        c->groups[i] = (struct team){ .id = m->group, .event = m->event,
                                      .strategy = m->strategy,
                                      .sale = is_sale(m) };
        must(map_put(c->scans, &m->scan_id, i));
    } else if (!uuid_equal(&c->groups[i].id, &m->group)) {
        world_fail(w, "two groups for one opportunity");
    }
    int64_t lasts = m->deadline.ns - f->wall.ns;
    if (m->state != GROUP_STATE_done &&
        (lasts <= 0 || lasts > (int64_t)LASTS_MOST_MS * 1000000))
        world_fail(w, "a group is %s for %lld ms",
                   enum_word(&group_state_words, m->state),
                   (long long)(lasts / 1000000));
    naked_group(&c->groups[i], m);
    c->groups[i].state = m->state;
    c->groups[i].deadline = world_time_of(w, f) + lasts;
}

/* Whatever stands naked has somebody who sees to it, and in time: every group
 * goes on by its deadline, unless it waits for the end of orders, which has
 * none but theirs. */
void
orders_step(struct world *w)
{
    const struct node *n = &w->nodes[SOURCE_executor];
    const struct checks *c = w->checks;
    if (n->engine == NULL || w->weather.jumps)
        return;
    for (uint32_t i = 0; i < c->groups_count; i++) {
        const struct team *g = &c->groups[i];
        int64_t from = g->deadline > n->started ? g->deadline : n->started;
        if (from < n->still_until)
            from = n->still_until;
        if (g->ended == 0 && g->state != GROUP_STATE_cancelling &&
            w->now > from + (int64_t)LATE_MS * 1000000)
            world_fail(w, "a group is %s beyond its deadline",
                       enum_word(&group_state_words, g->state));
    }
}

static void
check_execution(struct world *w, const struct fact *f,
                const struct execution *m)
{
    struct checks *c = w->checks;
    uint32_t i = map_find(c->scans, &m->scan_id);
    if (m->status == EXEC_STATUS_PARTIAL_HOLD)
        return;
    if (i == MAP_NONE || !uuid_equal(&c->groups[i].id, &m->exec_id))
        world_fail(w, "an execution of no group");
    if (c->groups[i].ended != 0)
        world_fail(w, "a group ended twice");
    naked_end(w, &c->groups[i], m);
    c->groups[i].ended = world_time_of(w, f);
    c->statuses[m->status]++;
}

void
orders_fact(struct world *w, const struct fact *f, uint64_t i,
            const void *msg)
{
    switch (f->type) {
    case TYPE_grant: check_grant(w, f, i, msg); return;
    case TYPE_intent: check_intent(w, i, msg); return;
    case TYPE_order: check_order(w, msg); return;
    case TYPE_fill: check_fill(w, i, msg); return;
    case TYPE_settle: check_settle(w, i, msg); return;
    case TYPE_group: check_group(w, f, msg); return;
    case TYPE_execution: check_execution(w, f, msg); return;
    default: return;
    }
}
