/* live_trades - what traded: heard from the stream or found by looking, booked
 * once, undone when it fails */

/* A trade is booked at first sight, provisionally; its settlement is said as
 * it goes on; when it fails it is taken back.  Looks go through all trades
 * since the oldest order that has not ended, page by page: the stream does
 * not replay what was missed. */

#include "executor/state.h"

#include "common/planted.h"

#include <string.h>

enum {
    PAGES_MOST = 500,
    FEE_WAIT = 60000  /* ms: feed has told of a market by then, or never. */
};

static struct bps
share_of(struct money part, struct money whole)
{
    struct bps b = { 0 };

    if (whole.micros <= 0 ||
        !muldiv_up(part.micros, 10000, whole.micros, &b.bps))
        b.bps = 0;
    return b;
}

/* Of the price meant, rounded down; 0 if it is better. */
static struct bps
worse_by(enum side side, struct price got, struct price meant)
{
    int64_t by = side == SIDE_buy ? got.micros - meant.micros
                                  : meant.micros - got.micros;

    return share_of((struct money){ by > 0 ? by : 0 },
                    (struct money){ meant.micros });
}

/* The dearest there is: of a market that feed, which told us of the others,
 * does not tell us of any more. */
static struct fee_schedule
dearest_fees(const struct executor *x)
{
    struct fee_schedule dearest = { true, { 0 }, 1 };

    for (uint32_t i = 0; i < universe_markets(x->universe); i++) {
        struct fee_schedule one = fee_of(&universe_market(x->universe, i)->m);

        if (fee_is_known(&one) && one.rate.ppm > dearest.rate.ppm)
            dearest.rate = one.rate;
    }
    return dearest;
}

/* By the rate the venue says, as it rounds; where it says none makers pay
 * none, and takers by the schedule, rounded against us. */
static struct money
fee_of_trade(struct executor *x, const struct venue_trade *m,
             const struct hash *token)
{
    const struct universe_market *market = executor_market(x, token);
    struct fee_schedule fees = market != NULL ? fee_of(&market->m)
                                              : dearest_fees(x);
    struct fee_schedule said = { true, { m->fee_rate.bps * 100 }, 1 };
    struct money fee = { 0 };

    if (m->fee_rate.bps == 0) {
        if (!m->maker && !fee_up(&fees, m->price, m->qty, &fee))
            fee.micros = 0;
        return fee;
    }
    if (fee_is_known(&fees))
        said.exponent = fees.exponent;
    if (market != NULL && (!fee_is_known(&fees) || m->maker ||
                           fees.rate.ppm != said.rate.ppm)) {
        executor_count(x, EXECUTOR_fee_conflicts);
        executor_alarm(x, false, REASON_CONFLICT,
                       "a trade's fee is not the schedule's");
    }
    if (!fee_down(&said, m->price, m->qty, &fee))
        fee.micros = 0;
    fee.micros += PLANTED(fee_off) && fee.micros > 0;
    return fee;
}

static struct fill
fill_of(struct executor *x, const struct intent *i,
        const struct venue_trade *m, struct nanos sent, struct nanos wall)
{
    struct fill f = {
        .fill_id = trades_name(m),
        .order = i->order,
        .group = i->group,
        .auth = i->auth,
        .leg = i->leg,
        .mode = MODE_live,
        .token = i->token,
        .side = i->side,
        .price = m->price,
        .qty = m->qty,
        .fee = fee_of_trade(x, m, &i->token),
        .state = m->state,
    };
    struct money worth = { 0 };

    if (cost_up(m->price, m->qty, &worth))
        f.fee_bps = share_of(f.fee, worth);
    if (sent.ns > 0 && wall.ns > sent.ns)
        f.delay.ms = (wall.ns - sent.ns) / 1000000;
    return f;
}

/* Not booked now: found again by the next look. */
static void
put_off(struct executor *x)
{
    executor_count(x, EXECUTOR_full);
    x->live.sweep_due = true;
    x->live.sweep_lacks = true;
}

/* Its fee is its market's, which is not told yet after a restart.  One that
 * left the listing meanwhile may never be: then it is booked all the same, by
 * the rate the venue says or else the dearest known, as a trade that is not
 * booked would keep its group, and every look at all trades, from ever ending.
 * While feed told of no market at all, none is the dearest, and all wait.  What
 * failed has no fee. */
static bool
waits_for_fee(struct executor *x, const struct intent *i,
              const struct venue_trade *m, struct nanos mono)
{
    struct live *l = &x->live;

    if (m->state == FILL_STATE_failed || executor_market(x, &i->token) != NULL)
        return false;
    if (l->fee_waits.ns == 0 || !x->universe_known)
        l->fee_waits = mono;
    if (mono.ns < after(l->fee_waits, (struct ms){ FEE_WAIT }).ns)
        return true;
    executor_alarm(x, false, REASON_FEE_UNKNOWN,
                   "a trade is booked without its market's fees");
    return false;
}

static void
track_new(struct turn *t, struct placed *p, const struct fill *f)
{
    struct executor *x = t->x;
    bool rests = p->intent.tif == TIF_GTC || p->intent.tif == TIF_GTD;
    struct venue_order word = {
        .order = f->order,
        .state = rests ? ORDER_STATE_live : ORDER_STATE_matched,
    };

    if (!order_trade(p, f)) {
        executor_count(x, EXECUTOR_overfills);
        executor_alarm(x, false, REASON_OVERFLOW,
                       "an order traded more than was signed");
    }
    p->track.unsettled += !fill_is_settled(f->state);
    live_heard(x, t->g, p, &word, NULL, t->in, t->out);
}

/* Of an order whose group goes on without it, or is gone. */
static void
book_late(struct turn *t, const struct past_order *o, const struct fill *f)
{
    struct executor *x = t->x;
    const struct position *held;
    bool failed = f->state == FILL_STATE_failed;

    executor_count(x, EXECUTOR_trades_late);
    executor_alarm(x, false, REASON_CONFLICT,
                   "a trade of an order that had ended");
    requests_fill(x->requests, f, t->in->mono, t->out);
    held = failed ? positions_unfill(x->positions, f, o->strategy)
                  : positions_fill(x->positions, f, o->strategy, &o->event,
                                   NULL);
    if (held == NULL)
        executor_count(x, EXECUTOR_bad_in);
    else
        say_position(t->out, held, NULL);
    if (t->g != NULL && failed)
        recall_sub(t->g, f);
    else if (t->g != NULL)
        recall_add(t->g, f);
    x->settle_due = true;
}

static void
book_new(struct turn *t, struct placed *p, const struct past_order *o,
         const struct venue_trade *m)
{
    struct executor *x = t->x;
    const struct intent *i = p != NULL ? &p->intent : &o->intent;
    struct fill f = fill_of(x, i, m,
                            p != NULL ? p->order.sent : (struct nanos){ 0 },
                            t->in->wall);
    bool failed = f.state == FILL_STATE_failed;

    if (waits_for_fee(x, i, m, t->in->mono) ||
        requests_room(x->requests) == 0 ||
        positions_room(x->positions) == 0 || !trades_put(x->live.trades, &f)) {
        put_off(x);
        return;
    }
    executor_count(x, EXECUTOR_trades);
    if (p != NULL)
        p->track.traded.micros += f.qty.micros;
    if (failed) {
        executor_count(x, EXECUTOR_trades_failed);
        return; /* Nothing to book, nothing to undo. */
    }
    if (p == NULL || order_is_final(p->order.state)) {
        book_late(t, o, &f);
        return;
    }
    f.slippage = worse_by(f.side, f.price, group_meant(t->g, p));
    outbox_trace(t->out, t->g->trace);
    filling_book(t, &f);
    group_track_naked(t);
    track_new(t, p, &f);
}

/* Its settlement went on, or failed. */
static void
book_on(struct turn *t, struct placed *p, const struct past_order *o,
        const struct venue_trade *m, const struct fill *known)
{
    struct executor *x = t->x;
    struct fill f = *known;

    f.state = m->state;
    if (requests_room(x->requests) == 0 || !trades_put(x->live.trades, &f)) {
        put_off(x);
        return;
    }
    if (f.state == FILL_STATE_failed) {
        executor_count(x, EXECUTOR_trades_failed);
        executor_alarm(x, false, REASON_NOT_SETTLED,
                       "a trade failed to settle and was undone");
    }
    if (p == NULL || order_is_final(p->order.state)) {
        if (f.state == FILL_STATE_failed)
            book_late(t, o, &f);
        else
            requests_fill(x->requests, &f, t->in->mono, t->out);
        return;
    }
    outbox_trace(t->out, t->g->trace);
    if (f.state == FILL_STATE_failed) {
        filling_book(t, &f);
        group_track_naked(t);
        order_untrade(p, &f);
    } else {
        requests_fill(x->requests, &f, t->in->mono, t->out);
    }
    p->track.unsettled -= fill_is_settled(f.state) && p->track.unsettled > 0;
}

void
live_traded(struct executor *x, const struct venue_trade *m,
            const struct input *in, struct outbox *out)
{
    struct group_slot *g;
    struct placed *p = live_order(x, &m->order, &g);
    const struct past_order *o = recent_find(x->live.past, &m->order);
    struct turn t = { x, g, in, out };
    const struct intent *i = p != NULL ? &p->intent
                             : o != NULL ? &o->intent
                                         : NULL;
    struct text name = trades_name(m);
    const struct fill *known = trades_find(x->live.trades, &name);

    if (i == NULL) {
        executor_count(x, EXECUTOR_trades_foreign);
        return;
    }
    if (p == NULL) /* It may go on without that order. */
        t.g = executor_group(x, &i->group);
    if (!hash_is_zero(&m->token) && !hash_equal(&m->token, &i->token)) {
        executor_count(x, EXECUTOR_bad_in);
        executor_alarm(x, false, REASON_BAD_INPUT,
                       "a trade of our order in another token");
        return;
    }
    if (PLANTED(failed_ignored) && m->state == FILL_STATE_failed)
        return;
    switch (trades_judge(x->live.trades, &name, m)) {
    case TRADE_NEW:
        book_new(&t, p, o, m);
        return;
    case TRADE_SAME:
        return;
    case TRADE_FORWARD:
    case TRADE_FAILED:
        book_on(&t, p, o, m, known);
        return;
    case TRADE_CONFLICT:
        if (fill_is_settled(known->state) && known->state != m->state)
            live_bar(x, REASON_CONFLICT, "a settled trade settled anew");
        else
            executor_alarm(x, false, REASON_CONFLICT,
                           "a trade came with other numbers");
        return;
    }
}

/* Trades before that are of no interest to anybody. */
static struct nanos
since(const struct executor *x, const struct input *in)
{
    struct nanos at = in->wall;

    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++) {
            const struct order *o = &x->slots[i].orders[k].order;

            if (!order_is_final(o->state) && o->sent.ns < at.ns)
                at = o->sent;
        }
    if (x->live.since.ns > 0 && x->live.since.ns < at.ns)
        at = x->live.since;
    at.ns -= x->conf.trades_margin.ms * 1000000;
    return at.ns > 0 ? at : (struct nanos){ 0 };
}

void
live_sweep(struct executor *x, const struct input *in, struct outbox *out)
{
    struct live *l = &x->live;
    struct venue_call m = { .op = VENUE_OP_look_trades };

    if (!l->sweep_due || l->sweep_call != 0 ||
        in->mono.ns < l->sweep_next.ns)
        return;
    if (l->sweep_cursor.s[0] == '\0') {
        l->sweep_began = in->mono;
        l->sweep_pages = 0;
        l->sweep_lacks = false;
        l->sweep_since = since(x, in);
        l->sweep_wall = in->wall;
    }
    m.since = l->sweep_since;
    m.cursor = l->sweep_cursor;
    l->sweep_call = live_ask(x, &m, in, out);
}

static void
note_swept(struct executor *x)
{
    struct live *l = &x->live;

    l->swept = l->sweep_began;
    l->since = l->sweep_wall;
    l->sweep_due = false;
    l->fee_waits.ns = 0;
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++) {
            struct track *p = &x->slots[i].orders[k].track;

            if (p->gone && p->gone_at.ns <= l->swept.ns)
                p->sweeps++;
        }
}

void
live_swept(struct executor *x, const struct venue_done *m,
           const struct input *in)
{
    struct live *l = &x->live;

    if (m->call != l->sweep_call)
        return;
    l->sweep_call = 0;
    if (m->end == CALL_END_answered && m->cursor.s[0] != '\0' &&
        ++l->sweep_pages < PAGES_MOST) {
        l->sweep_cursor = m->cursor;
        return;
    }
    if (m->end == CALL_END_answered && m->cursor.s[0] == '\0' &&
        !l->sweep_lacks)
        note_swept(x);
    if (m->end == CALL_END_answered || ++l->sweep_pages >= PAGES_MOST)
        l->sweep_cursor = (struct text){ { 0 } };
    l->sweep_pause.ms = l->sweep_pause.ms == 0 ? x->conf.look_first.ms
                                               : 2 * l->sweep_pause.ms;
    if (l->sweep_pause.ms > x->conf.look_most.ms)
        l->sweep_pause = x->conf.look_most;
    l->sweep_next = after(in->mono, l->sweep_pause);
}
