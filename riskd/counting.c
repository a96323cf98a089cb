/* counting - orders, fills and executions, as metrics count them */
/*
 * The end of an order is what the executor has of it, on paper of its fill
 * model, live of the venue: as many shares as were booked of its leg, or its
 * end is not the one in our books.  Fills come first, so what differs for a
 * minute is wrong.  A sale that failed on the chain stays booked as sold, and
 * so counts as wrong.
 */
#include "riskd/ruling.h"

#include <string.h>

#include "riskd/engine.h"

/* Its own grant; of an older executor, the first of its group. */
static const struct promise *
promise_of(const struct riskd *x, const struct order *m)
{
    if (!uuid_is_zero(&m->auth)) {
        const struct promise *p = grants_find(x->grants, &m->auth);
        return p != NULL && m->leg < p->grant.legs.count ? p : NULL;
    }
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (p->serial != 0 && m->leg < p->grant.legs.count &&
            uuid_equal(&p->grant.group, &m->group)) {
            return p;
        }
    }
    return NULL;
}

/* An order counts as filled from 99.99 % on. */
static uint64_t
outcome_of(const struct order *m, struct qty size)
{
    if (m->state == ORDER_STATE_rejected) {
        return 3;
    }
    bool all = m->state == ORDER_STATE_filled ||
               m->state == ORDER_STATE_matched ||
               (wide)m->filled.micros * 10000 >= (wide)size.micros * 9999;
    return all ? 0 : m->filled.micros > 0 ? 1 : 2;
}

/* After that no fill of it is on its way any more. */
#define END_NS (60LL * 1000 * 1000 * 1000)

static bool
is_booked(const struct promise *p, uint64_t leg, int64_t filled)
{
    if (p == NULL || leg >= p->grant.legs.count) {
        return false;
    }
    const struct leg *asked = &p->grant.legs.at[leg];
    const struct held_leg *had = &p->legs[leg];
    return filled == (asked->side == SIDE_buy
                          ? had->bought.micros
                          : asked->size.micros - had->shares.micros);
}

static void
say_end(struct riskd *x, const struct promise *p, const struct hash *order,
        bool wrong, const struct input *in, struct outbox *out)
{
    struct occurrence s = { .kind = OCCURRENCE_KIND_order_end,
                            .at = in->wall, .what = wrong };
    s.mode = p == NULL ? riskd_mode_max(x) : p->grant.mode;
    s.strategy = p == NULL ? STRATEGY_none : p->grant.strategy;
    memcpy(s.ref.b, order->b + sizeof s.ref.b, sizeof s.ref.b);
    riskd_count(x, &s, out);
}

static void
wait_for_booking(struct riskd *x, const struct order *m,
                 const struct input *in, struct outbox *out)
{
    struct ended_order *e = &x->ends[0];
    for (uint32_t i = 0; i < ENDS_CAP; i++) {
        struct ended_order *o = &x->ends[i];
        if (o->used && hash_equal(&o->order, &m->order)) {
            return;
        }
        if (e->used && (!o->used || o->since.ns < e->since.ns)) {
            e = o;
        }
    }
    if (e->used) {
        say_end(x, grants_find(x->grants, &e->auth), &e->order, true, in, out);
    }
    *e = (struct ended_order){ .used = true, .order = m->order,
                               .auth = m->auth, .leg = m->leg,
                               .filled = m->filled.micros,
                               .since = in->mono };
}

void
riskd_watch_ends(struct riskd *x, const struct input *in, struct outbox *out)
{
    for (uint32_t i = 0; i < ENDS_CAP; i++) {
        struct ended_order *e = &x->ends[i];
        const struct promise *p =
            e->used ? grants_find(x->grants, &e->auth) : NULL;
        bool right = e->used && is_booked(p, e->leg, e->filled);
        if (right || (e->used && in->mono.ns - e->since.ns > END_NS)) {
            say_end(x, p, &e->order, !right, in, out);
            e->used = false;
        }
    }
}

static void
count_end(struct riskd *x, const struct order *m, const struct promise *p,
          const struct input *in, struct outbox *out)
{
    bool ends = m->state == ORDER_STATE_filled ||
                m->state == ORDER_STATE_cancelled ||
                m->state == ORDER_STATE_rejected;
    if (!ends || uuid_is_zero(&m->auth)) {
        return;
    }
    if (is_booked(p, m->leg, m->filled.micros)) {
        say_end(x, p, &m->order, false, in, out);
    } else {
        wait_for_booking(x, m, in, out);
    }
}

static void
count_in_both(struct riskd *x, struct occurrence *s, struct outbox *out)
{
    s->mode = MODE_paper;
    riskd_count(x, s, out);
    s->mode = MODE_live;
    riskd_count(x, s, out);
}

/* Generation 0: a part of the business, whose kills have none of their own. */
static struct uuid
kill_ref(enum occurrence_kind kind, uint64_t generation)
{
    struct uuid ref = { { 0 } };
    if (generation != 0) {
        ref.b[0] = (uint8_t)kind;
        memcpy(&ref.b[8], &generation, sizeof generation);
    }
    return ref;
}

void
riskd_count_kills(struct riskd *x, uint64_t generation, uint64_t times,
                  const struct input *in, struct outbox *out)
{
    struct occurrence s = { .kind = OCCURRENCE_KIND_kill, .at = in->wall,
                            .ref = kill_ref(OCCURRENCE_KIND_kill, generation),
                            .what = times };
    count_in_both(x, &s, out);
}

/* Of the last kill, which riskd itself has seen cleared. */
bool
riskd_drill_fits(const struct riskd *x, const struct command *m)
{
    uint64_t generation;
    return !drill_read(m, &generation) || generation == 0 ||
           (generation == x->kill_said && !x->kill_on && !x->stopping);
}

/* A replay found so many of all opportunities to the byte; or a drill ended. */
void
riskd_count_measured(struct riskd *x, const struct command *m,
                     const struct input *in, struct outbox *out)
{
    uint64_t generation;
    if (drill_read(m, &generation)) {
        struct occurrence drill = {
            .kind = OCCURRENCE_KIND_drill, .at = in->wall,
            .ref = kill_ref(OCCURRENCE_KIND_drill, generation),
            .what = generation != 0
        };
        count_in_both(x, &drill, out);
        return;
    }
    struct occurrence s = { .kind = OCCURRENCE_KIND_signals_same,
                            .mode = riskd_mode_max(x), .at = in->wall };
    uint64_t all;
    if (measured_read(&m->value, &s.what, &all)) {
        riskd_count(x, &s, out);
        s.kind = OCCURRENCE_KIND_signals;
        s.what = all;
        riskd_count(x, &s, out);
    }
}

void
riskd_count_order(struct riskd *x, const struct order *m,
                  const struct input *in, struct outbox *out)
{
    const struct promise *p = promise_of(x, m);
    struct occurrence s = { .kind = OCCURRENCE_KIND_order, .at = in->wall,
                        .took = { -1 } };
    int64_t took;
    switch (m->state) {
    case ORDER_STATE_matched:
    case ORDER_STATE_filled:
    case ORDER_STATE_cancelled:
    case ORDER_STATE_rejected: break;
    case ORDER_STATE_unknown: s.kind = OCCURRENCE_KIND_unknown; break;
    case ORDER_STATE_intended:
    case ORDER_STATE_sent:
    case ORDER_STATE_live:
    case ORDER_STATE_released:
    case order_state_end_: return;
    }
    if (p == NULL) {
        return; /* Nobody was ever allowed to send it. */
    }
    s.mode = p->grant.mode;
    s.strategy = p->grant.strategy;
    s.what = outcome_of(m, p->grant.legs.at[m->leg].size);
    memcpy(s.ref.b, m->order.b, sizeof s.ref.b);
    if (m->sent.ns > 0 && m->answered.ns > m->sent.ns &&
        !__builtin_sub_overflow(m->answered.ns, m->sent.ns, &took)) {
        s.took.ms = took / 1000000;
    }
    riskd_count(x, &s, out);
    count_end(x, m, p, in, out);
}

void
riskd_count_fill(struct riskd *x, const struct fill *m,
                 const struct input *in, struct outbox *out)
{
    const struct promise *p = grants_find(x->grants, &m->auth);
    struct occurrence s = { .kind = OCCURRENCE_KIND_fill, .mode = m->mode,
                        .at = in->wall, .ref = riskd_fill_ref(&m->fill_id),
                        .slip = m->slippage };
    if (p != NULL && cost_up(m->price, m->qty, &s.money)) {
        s.strategy = p->grant.strategy;
        riskd_count(x, &s, out);
    }
}

/* What sent nothing, and what has not ended, is none. */
void
riskd_count_execution(struct riskd *x, const struct execution *m,
                      const struct input *in, struct outbox *out)
{
    struct occurrence s = { .kind = OCCURRENCE_KIND_execution, .mode = m->mode,
                        .strategy = m->strategy, .at = in->wall,
                        .ref = m->exec_id, .what = m->status,
                        .money = m->pnl, .cost = m->cost,
                        .took = m->naked_time };
    bool ended = m->status == EXEC_STATUS_FILLED ||
                 m->status == EXEC_STATUS_PATCHED ||
                 m->status == EXEC_STATUS_UNWOUND ||
                 m->status == EXEC_STATUS_ERROR;
    if (ended && (m->mode == MODE_paper || m->mode == MODE_live)) {
        riskd_count(x, &s, out);
    }
}

/* What no frame of feed opened was not late. */
static void
time_opening(struct riskd *x, const struct opportunity *m, struct nanos wall)
{
    int64_t took = m->opened.ns - m->frame.ns;
    if (m->frame.ns <= 0 || m->opened.ns <= 0 || took < 0) {
        return;
    }
    int64_t ms = took / 1000000 + (took % 1000000 > 0);
    bool old = x->detect.at == 0 || wall.ns - x->detect.at > DETECT_NS;
    if (old || ms >= x->detect.ms) {
        x->detect.at = wall.ns;
        x->detect.ms = ms;
    }
}

void
riskd_on_opportunity(struct riskd *x, const struct opportunity *m,
                     const struct input *in, struct outbox *out)
{
    (void)out;
    if (m->state == OPP_STATE_opened && (unsigned)m->strategy < strategy_end_) {
        x->found[m->strategy]++;
        time_opening(x, m, in->wall);
    }
}

/* Once an hour, of those that somebody asks for. */
void
riskd_write_found(struct riskd *x, const struct input *in, struct outbox *out)
{
    static const enum strategy whose[] = { STRATEGY_A, STRATEGY_F,
                                           STRATEGY_G };
    for (size_t i = 0; i < sizeof whose / sizeof whose[0]; i++) {
        struct occurrence s = { .kind = OCCURRENCE_KIND_found, .at = in->wall,
                                .mode = riskd_mode_max(x),
                                .strategy = whose[i],
                                .what = x->found[whose[i]] };
        if (s.what > 0) {
            riskd_count(x, &s, out);
        }
    }
    memset(x->found, 0, sizeof x->found);
}
