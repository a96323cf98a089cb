/* live_pass - everything at the venue gone through: at the start, whenever the
 * user stream came back, and every minute */

/* In this order: what rests there (anything that is not ours, or had ended,
 * stops everything), all trades since our oldest open order, each order that
 * has not ended, and what the account holds.  A step that gets no answer is
 * taken again.  Less held than we should have is no reason to believe that it
 * was sold: nothing new is begun, and it is looked at again. */

#include "executor/state.h"

enum { RETRY = 1000, SHARE_SLACK = 10000 };

static bool
is_ours_looked(const struct executor *x)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++) {
            const struct placed *p = &x->slots[i].orders[k];

            if (x->slots[i].m.mode == MODE_live &&
                !order_is_final(p->order.state) && !p->track.gone &&
                !p->track.refused && p->track.call == 0 &&
                p->track.looked.ns < x->live.pass_began.ns)
                return false;
        }
    return true;
}

static void
look_at_all(struct executor *x, struct nanos mono)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++)
            if (x->slots[i].orders[k].track.next.ns > mono.ns)
                x->slots[i].orders[k].track.next = mono;
}

static void
begin(struct executor *x, struct nanos mono)
{
    struct live *l = &x->live;

    l->pass = PASS_open;
    l->pass_began = mono;
    l->pass_call = 0;
    l->pass_cursor = (struct text){ { 0 } };
    l->pass_at = 0;
    l->pass_wrong = false;
    executor_count(x, EXECUTOR_passes);
}

static void
finish(struct executor *x, struct nanos mono)
{
    struct live *l = &x->live;

    l->clean = !l->pass_wrong;
    l->pass = PASS_idle;
    l->pass_next = after(mono, l->pass_wrong ? x->conf.look_most
                                             : x->conf.reconcile_every);
}

/* The next thing held whose balance is asked; false when that was all. */
static bool
next_held(struct executor *x, struct hash *token)
{
    struct live *l = &x->live;

    *token = (struct hash){ { 0 } };
    if (l->pass_at == 0)
        return true;
    for (; l->pass_at <= positions_count(x->positions); l->pass_at++) {
        const struct position *p = positions_at(x->positions,
                                                l->pass_at - 1);

        if (p->mode != MODE_live || p->qty.micros <= 0)
            continue;
        *token = p->token;
        return true;
    }
    return false;
}

static void
step_held(struct executor *x, const struct input *in, struct outbox *out)
{
    struct venue_call m = { .op = VENUE_OP_look_balance };

    if (x->live.pass_call != 0 || in->mono.ns < x->live.pass_next.ns)
        return;
    if (!next_held(x, &m.token))
        finish(x, in->mono);
    else
        x->live.pass_call = live_ask(x, &m, in, out);
}

void
live_pass_tick(struct executor *x, const struct input *in, struct outbox *out)
{
    struct live *l = &x->live;
    struct venue_call m = { .op = VENUE_OP_look_open };

    if (!l->stream)
        return;
    switch (l->pass) {
    case PASS_idle:
        if (in->mono.ns >= l->pass_next.ns)
            begin(x, in->mono);
        return;
    case PASS_open:
        if (l->pass_call != 0 || in->mono.ns < l->pass_next.ns)
            return;
        m.cursor = l->pass_cursor;
        l->pass_call = live_ask(x, &m, in, out);
        return;
    case PASS_trades:
        l->sweep_due = true;
        if (l->swept.ns < l->pass_began.ns)
            return;
        l->pass = PASS_orders;
        look_at_all(x, in->mono);
        return;
    case PASS_orders:
        if (is_ours_looked(x))
            l->pass = PASS_held;
        return;
    case PASS_held:
        step_held(x, in, out);
        return;
    }
}

void
live_pass_done(struct executor *x, const struct live_call *c,
               const struct venue_done *m, const struct input *in)
{
    struct live *l = &x->live;

    if (c->call != l->pass_call)
        return;
    l->pass_call = 0;
    if (m->end != CALL_END_answered) {
        l->pass_next = after(in->mono, (struct ms){ RETRY });
        return;
    }
    if (l->pass == PASS_held) {
        l->pass_at++;
    } else if (l->pass == PASS_open) {
        l->pass_cursor = m->cursor;
        if (m->cursor.s[0] != '\0')
            return;
        l->pass = PASS_trades;
        l->sweep_next = in->mono;
    }
}

void
live_pass_order(struct executor *x, const struct venue_order *m,
                const struct live_call *c, const struct input *in)
{
    (void)m;
    (void)in;
    if (c->call == x->live.kill_call && c->op == VENUE_OP_look_open)
        x->live.kill_found = true;
}

static void
wrong(struct executor *x, const char *words)
{
    executor_count(x, EXECUTOR_balance_off);
    if (!x->live.pass_wrong)
        executor_alarm(x, false, REASON_BALANCE, words);
    x->live.pass_wrong = true;
}

static bool
is_still(const struct executor *x)
{
    for (uint32_t i = 0; i < LIVE_ERRANDS; i++)
        if (x->live.errand[i].used)
            return false;
    return executor_open(x) == 0;
}

/* riskd's cash, when nothing is under way that it may not have heard of. */
static void
check_cash(struct executor *x, const struct venue_balance *m)
{
    bool known = x->risk_heard && x->risk.mode == MODE_live;
    int64_t ours = x->risk.cash.micros + x->risk.reserved.micros;

    if (known && is_still(x) &&
        m->held.micros + x->conf.cash_slack.micros < ours)
        wrong(x, "less cash at the venue than in our books");
    if (m->allowance.micros <= 0 ||
        (known && m->allowance.micros < ours &&
         m->allowance.micros < m->held.micros))
        wrong(x, "an exchange may take less cash than we have");
}

void
live_pass_balance(struct executor *x, const struct venue_balance *m)
{
    const struct position *p;
    int64_t ours;

    if (m->call != x->live.pass_call)
        return;
    if (hash_is_zero(&m->token)) {
        check_cash(x, m);
        return;
    }
    p = positions_find(x->positions, MODE_live, &m->token);
    if (p == NULL || live_errand_holds(x, &m->token))
        return;
    ours = p->qty.micros -
           trades_unsettled(x->live.trades, &m->token).micros;
    if (m->held.micros + SHARE_SLACK < ours)
        wrong(x, "fewer shares at the venue than in our books");
}
