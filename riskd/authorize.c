/* authorize - may I place these orders: yes with a reservation, or every no */
/*
 * 1. A key (group, kind, attempt) that was answered is answered the same
 *    way; with other content it is a CONFLICT.
 * 2. All checks are asked, in the order of checks.def.
 * 3. Yes: the worst case of all legs is reserved in one batch, the grant
 *    and its lines are facts on disk before the answer leaves.
 *
 * The size asked for is granted or refused, never cut: the executor sized it
 * by the same terms, and a smaller basket is a new decision with new prices.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/fees.h"
#include "common/must.h"
#include "common/planted.h"

static const struct check *const checks[] = {
#define CHECK(name) &check_##name,
#include "riskd/checks.def"
};
enum { CHECKS_COUNT = sizeof checks / sizeof checks[0] };

/* Reserved on top, so that a group of which one leg failed can be completed
 * at a worse price: the share of all bought legs but the cheapest (at least
 * one leg did fill, or there is nothing to complete). */
static struct money
patch_allowance(const struct question *a)
{
    int64_t sum = 0, least = INT64_MAX, out;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        int64_t cost = a->cost[i].micros;
        if (a->m->legs.at[i].side == SIDE_buy) {
            sum += cost;
            least = cost < least ? cost : least;
        }
    }
    if (a->m->kind != GRANT_KIND_normal || sum == 0) {
        return (struct money){ 0 };
    }
    must(muldiv_up(sum - least, a->conf->patch_allowance.ppm, MICROS, &out));
    return (struct money){ out };
}

/* Of the group's grants in the same books: completing it is what this was
 * set aside for. */
static bool
has_allowance(const struct promise *p, const struct authorize *m)
{
    return m->kind == GRANT_KIND_patch && p->open && p->allowance.micros > 0 &&
           uuid_equal(&p->grant.group, &m->group) &&
           (p->grant.mode == MODE_live) == (m->mode == MODE_live);
}

bool
riskd_runs(const struct riskd *x, enum strategy strategy)
{
    return !x->switches.off[strategy] && shape_is_on(&x->strategy, strategy);
}

/* Its strategy, or any venue: there is one so far. */
static bool
is_scope_killed(const struct riskd *x, enum strategy strategy)
{
    bool killed = scope_is_killed(&x->switches.scopes[strategy]);
    for (uint32_t v = 0; v < venue_end_; v++) {
        killed = killed ||
                 scope_is_killed(&x->switches.scopes[strategy_end_ + v]);
    }
    return killed;
}

/* Held by who asks, and not promised to sales. */
static int64_t
free_shares(const struct riskd *x, const struct authorize *m,
            const struct hash *token)
{
    bool live = m->mode == MODE_live;
    const struct lot *lot =
        token == NULL
            ? NULL
            : ledger_lot(x->books[live].ledger, token, m->strategy);
    return lot == NULL ? 0
                       : lot->qty.micros - grants_selling(x->grants, live,
                                                          token, m->strategy)
                                               .micros;
}

/* NULL when the market is not known. */
static const struct hash *
other_half(const struct question *a, uint32_t i)
{
    const struct market *m = a->leg[i].market;
    return m == NULL ? NULL : a->leg[i].yes ? &m->no : &m->yes;
}

/* A live purchase spends its dollars, the limit for each share: what better
 * prices leave of them buys more shares, whose fee is due as well.  On paper it
 * is so many shares, at worst all of them at the limit.  Never less than was
 * asked for, and that where the market is not known. */
static int64_t
fee_of_all(const struct question *a, uint32_t i, struct money spent)
{
    const struct market *market = a->leg[i].market;
    const struct leg *leg = &a->m->legs.at[i];
    struct fee_schedule fees = { .known = false };
    struct money most;
    if (market != NULL) {
        fees = fee_of(market);
    }
    bool known = a->m->mode == MODE_live
                     ? fee_most(&fees, leg->limit, spent, &most)
                     : fee_up(&fees, leg->limit, leg->size, &most);
    return known && most.micros > leg->fee.micros ? most.micros
                                                  : leg->fee.micros;
}

static void
look_at_legs(struct riskd *x, struct question *a)
{
    const struct authorize *m = a->m;
    const struct ledger *l = books_of(x, m->mode)->ledger;
    a->converts = m->kind == GRANT_KIND_normal &&
                  shape_of(m->strategy, &m->legs) == SHAPE_CONVERT;
    a->splits = grant_splits(m->kind, m->strategy, &m->legs);
    if (a->splits) { /* The proceeds are not counted: they may not come. */
        a->worst.micros = m->legs.at[0].size.micros;
        riskd_divide(&m->legs, 0, a->worst, a->cost);
        return;
    }
    for (uint32_t i = 0; i < m->legs.count; i++) {
        const struct leg *leg = &m->legs.at[i];
        if (leg->side == SIDE_buy) {
            must(cost_up(leg->limit, leg->size, &a->cost[i]));
            a->cost[i].micros += fee_of_all(a, i, a->cost[i]);
            a->worst.micros += a->cost[i].micros;
        } else if (!a->converts) { /* Else not there yet, nor sold by this. */
            a->free[i].micros = free_shares(x, m, &leg->token);
        }
        if (hedges(a, i)) {
            const struct lot *lot = ledger_lot(l, &leg->token, m->strategy);
            a->free[i].micros = free_shares(x, m, other_half(a, i)) -
                                (lot == NULL ? 0 : lot->qty.micros);
        }
    }
    a->worst.micros += patch_allowance(a).micros;
}

/* Everything the checks look at, from books in which the group's own
 * allowance is already free. */
static void
look_at_books(struct riskd *x, struct question *a, const struct input *in)
{
    const struct authorize *m = a->m;
    struct books *b = books_of(x, m->mode);
    int64_t back = 0;
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        back += has_allowance(p, m) ? p->allowance.micros : 0;
    }
    a->equity = riskd_capital(b);
    a->cash.micros = ledger_account(b->ledger, ACCOUNT_cash).micros + back;
    a->group.micros = grants_group(x->grants, &m->group).micros - back;
    a->event.micros = ledger_event(b->ledger, &m->event).micros - back;
    a->unsettled.micros = ledger_used(b->ledger).micros - back;
    a->day_loss.micros = riskd_day_loss(b, in->wall);
    a->day_halted = riskd_is_halted(x, b, in->wall);
    a->paused = riskd_is_paused(b, in->wall);
    a->room = grants_has_room(x->grants) && ledger_refs_percent(b->ledger) < 90;
}

static void
look(struct riskd *x, struct question *a, const struct input *in)
{
    a->sound = riskd_is_sound(x);
    a->latched = riskd_is_latched(x);
    a->lease =
        x->leased && in->run == x->epoch && in->mono.ns < x->lease_end.ns;
    a->clean = x->held.clean;
    a->clock_known = x->held.clock_known;
    a->clock = x->held.clock;
    a->epoch = x->epoch;
    a->mode_max = riskd_mode_max(x);
    a->strategy_on = riskd_runs(x, a->m->strategy);
    a->scope_killed = is_scope_killed(x, a->m->strategy);
    a->held_back = in->wall.ns < x->switches.paused_until;
    a->size = riskd_size_of(x, a->m->strategy);
    a->age_max = x->strategy.book_age_max;
    a->gross_min = x->strategy.gross_min;
    a->depth_min = x->strategy.depth_min;
    a->bond_least = x->strategy.f_price_min;
    a->bond_most = x->strategy.f_price_max;
    a->slow = riskd_is_slow(x, in->mono);
    a->data_fault = riskd_data_fault(x, in->mono);
    a->liquidity_min = x->strategy.liquidity_min;
    a->naked = books_of(x, a->m->mode)->naked;
    riskd_look_around(x, a);
    riskd_look_at_bonds(x, a);
    riskd_look_at_tail(x, a, in->wall);
    riskd_look_at_paid(x, a);
    look_at_legs(x, a);
    look_at_books(x, a, in);
}

static void
add_reason(struct denial *d, const char *rule, const struct finding *f)
{
    if (PLANTED(reason_dropped) && f->reason == REASON_LATCHED) {
        return;
    }
    if (d->reasons.count == 0) {
        (void)text_set(&d->rule, rule);
        d->value = f->value < 0 ? 0 : (uint64_t)f->value;
        d->limit = f->limit < 0 ? 0 : (uint64_t)f->limit;
    }
    for (uint32_t i = 0; i < d->reasons.count; i++) {
        if (d->reasons.at[i].code == f->reason) {
            return;
        }
    }
    if (d->reasons.count < reasons_cap) {
        d->reasons.at[d->reasons.count++].code = f->reason;
    }
}

/* Fills in what speaks against it; none = yes. */
static void
judge(struct riskd *x, struct question *a, const struct input *in,
      struct outbox *out, struct denial *d)
{
    struct finding f;
    must(checks[0] == &check_fields);
    if (!check_fields.passes(a, &f)) {
        x->counters[RISKD_bad_input]++;
        add_reason(d, check_fields.name, &f);
        return;
    }
    look(x, a, in);
    riskd_rule_on_question(x, a, in, out);
    for (int i = 1; i < CHECKS_COUNT; i++) {
        if ((checks[i]->kinds & (1u << a->m->kind)) != 0 &&
            !checks[i]->passes(a, &f)) {
            bool ruled = f.reason == REASON_RULE && a->ruled != NULL;
            add_reason(d, ruled ? a->ruled : checks[i]->name, &f);
        }
    }
}

static void
deny(struct riskd *x, const struct authorize *m, const struct hash *content,
     const struct denial *d, const struct input *in, struct outbox *out)
{
    struct refused *r = &x->refused[x->refused_next];
    struct to to = input_sender(in);
    x->counters[RISKD_denied]++;
    say_denial(out, d, &to);
    x->refused_next = (x->refused_next + 1) % DENIALS_CAP;
    *r = (struct refused){ true, m->kind, *content, *d };
}

/* The allowance goes back to cash, for the patch that is now reserved. */
static void
free_allowances(struct riskd *x, const struct authorize *m,
                const struct input *in, struct outbox *out)
{
    enum reason why;
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (!has_allowance(p, m)) {
            continue;
        }
        struct books *b = books_of(x, p->grant.mode);
        int64_t amount = p->allowance.micros;
        batch_start(&x->batch, b->mode, &p->grant.auth, &p->grant.auth,
                    in->wall);
        batch_owner(&x->batch, p->grant.strategy, &p->grant.event);
        batch_add(&x->batch, ACCOUNT_reserved, NULL, -amount);
        batch_add(&x->batch, ACCOUNT_cash, NULL, amount);
        must(riskd_book(x, b, in, out, &why));
    }
}

static void
fill_batch(struct riskd *x, const struct question *a, const struct grant *g,
           const struct input *in)
{
    struct batch *b = &x->batch;
    batch_start(b, books_of(x, g->mode)->mode, &g->auth, &g->auth, in->wall);
    batch_owner(b, g->strategy, &g->event);
    batch_add(b, ACCOUNT_cash, NULL, -g->reserved.micros);
    for (uint32_t i = 0; i < g->legs.count; i++) {
        batch_add(b, ACCOUNT_reserved, &g->legs.at[i].token, a->cost[i].micros);
    }
    batch_add(b, ACCOUNT_reserved, NULL, patch_allowance(a).micros);
}

/* Live: so that the signer knows it is ours, and still of use. */
static void
mark(const struct riskd *x, struct grant *g)
{
    if (x->keyed && g->mode == MODE_live && g->ttl.ms > 0) {
        grant_mac(&x->mac_key, g, &g->mac);
    } else {
        memset(&g->mac, 0, sizeof g->mac);
    }
}

/* False when the books have no room for it after all. */
static bool
give(struct riskd *x, const struct question *a, const struct hash *content,
     const struct input *in, struct outbox *out)
{
    const struct authorize *m = a->m;
    struct books *b = books_of(x, m->mode);
    struct to to = input_sender(in);
    struct grant g = { .auth = riskd_id(x, in),
                       .group = m->group,
                       .attempt = m->attempt,
                       .epoch = x->epoch,
                       .kill_gen = x->latch.kill_gen,
                       .kind = m->kind,
                       .mode = m->mode,
                       .strategy = m->strategy,
                       .event = m->event,
                       .legs = m->legs,
                       .reserved = a->worst,
                       .ttl = x->conf.grant_ttl };
    enum reason why;
    fill_batch(x, a, &g, in);
    if (!ledger_has_room(b->ledger, &x->batch, g.legs.count)) {
        return false;
    }
    mark(x, &g);
    free_allowances(x, m, in, out);
    must(grants_enter(x->grants, &g, content, in->mono) != NULL);
    if (PLANTED(sync_skipped)) {
        say_grant_on(out, ROUTE_REPLY | ROUTE_FACTS, &g, &to);
    } else {
        say_grant(out, &g, &to);
    }
    fill_batch(x, a, &g, in);
    must(riskd_book(x, b, in, out, &why));
    x->counters[RISKD_granted]++;
    riskd_count_opened(x, m, in, out);
    return true;
}

/* The same answer, with what is left of its time: none when it would no
 * longer be given. */
static void
repeat_grant(struct riskd *x, const struct promise *p, const struct input *in,
             struct outbox *out)
{
    struct to to = input_sender(in);
    struct grant g = p->grant;
    int64_t left = g.ttl.ms - (in->mono.ns - p->granted.ns) / 1000000;
    bool dead = !p->open || riskd_is_latched(x) || g.epoch != x->epoch ||
                g.kill_gen != x->latch.kill_gen ||
                in->mono.ns < p->granted.ns || left < 0;
    g.ttl.ms = dead ? 0 : left;
    mark(x, &g);
    x->counters[RISKD_repeated]++;
    say_grant_on(out, ROUTE_REPLY, &g, &to);
}

static const struct refused *
find_refused(const struct riskd *x, const struct authorize *m)
{
    for (uint32_t i = 0; i < DENIALS_CAP; i++) {
        const struct refused *r = &x->refused[i];
        if (r->used && r->kind == m->kind && r->denial.attempt == m->attempt &&
            uuid_equal(&r->denial.group, &m->group)) {
            return r;
        }
    }
    return NULL;
}

/* True when the key was answered before, and is again. */
static bool
answer_again(struct riskd *x, const struct authorize *m,
             const struct hash *content, const struct input *in,
             struct outbox *out)
{
    struct to to = input_sender(in);
    const struct promise *p =
        grants_find_key(x->grants, &m->group, m->kind, m->attempt);
    const struct refused *r = p == NULL ? find_refused(x, m) : NULL;
    if (p == NULL && r == NULL) {
        return false;
    }
    if (p != NULL && hash_equal(&p->content, content)) {
        repeat_grant(x, p, in, out);
    } else if (r != NULL && hash_equal(&r->content, content)) {
        x->counters[RISKD_repeated]++;
        say_denial_on(out, ROUTE_REPLY, &r->denial, &to);
    } else {
        struct denial d = { .group = m->group, .attempt = m->attempt };
        struct finding f = { REASON_CONFLICT, 0, 0 };
        x->counters[RISKD_conflicts]++;
        add_reason(&d, "key", &f);
        say_denial(out, &d, &to);
    }
    return true;
}

void
riskd_on_authorize(struct riskd *x, const struct authorize *m,
                   const struct input *in, struct outbox *out)
{
    struct question a = { .m = m, .conf = &x->conf };
    struct denial d = { .group = m->group, .attempt = m->attempt };
    struct hash content = grants_content(x->sha, m->kind, m->mode, m->strategy,
                                         &m->event, &m->legs);
    x->counters[RISKD_asked]++;
    riskd_open(x, in, out);
    if (answer_again(x, m, &content, in, out)) {
        return;
    }
    judge(x, &a, in, out, &d);
    if (d.reasons.count == 0 && give(x, &a, &content, in, out)) {
        return;
    }
    if (d.reasons.count == 0) {
        struct finding f = { REASON_OVERFLOW, 0, 0 };
        add_reason(&d, check_books.name, &f);
    }
    deny(x, m, &content, &d, in, out);
    if (m->mode == MODE_live && riskd_stage(x) == 0 &&
        d.reasons.at[0].code != REASON_BAD_INPUT) {
        riskd_stop(x, in, out, "a live order was asked for in stage 0");
    }
}
