/* live_hearing - what our own shell heard of the venue, to whom it belongs */

/* The shell is ours, but what it hands on was said by others: an order or a
 * trade that is not ours, that ended before, or whose numbers make no sense
 * is counted, and what must not be stops everything. */

#include "executor/state.h"

#include "common/planted.h"

/* A reason nobody can trade around: the venue, the account or we are not as
 * configured. */
static void
note_refusal(struct executor *x, enum reason why, const struct text *words,
             struct nanos mono)
{
    struct venue_done pause = { .op = VENUE_OP_place, .retry = { 30000 },
                                .reason = REASON_VENUE_DOWN };

    if (why == REASON_SCHEMA) {
        live_bar(x, why, words->s); /* The protocol is another one. */
    } else if (why == REASON_SIGNATURE || why == REASON_FORBIDDEN) {
        executor_alarm(x, false, why, words->s);
        live_throttled(x, &pause, mono);
    } else if (why == REASON_BALANCE) {
        executor_alarm(x, false, why, words->s);
        live_doubt(x, mono);
    } else if (why == REASON_TICK) {
        executor_alarm(x, false, why, words->s);
    }
}

static bool
order_is_sane(const struct venue_order *m)
{
    return !hash_is_zero(&m->order) && m->state < order_state_end_ &&
           m->reason < reason_end_ && m->matched.micros >= 0 &&
           m->size.micros >= 0;
}

/* One that is no open group's. */
static void
hear_other(struct executor *x, const struct venue_order *m,
           const struct live_call *c)
{
    const struct past_order *p = recent_find(x->live.past, &m->order);

    if (m->state != ORDER_STATE_live || (p == NULL && c == NULL) ||
        PLANTED(foreign_ignored))
        return; /* The stream may be late; a look is not. */
    if (p != NULL && (c == NULL || c->asked.ns <= p->ended.ns))
        return;
    executor_count(x, EXECUTOR_foreign);
    live_bar(x, REASON_FOREIGN,
             p != NULL ? "an order rests that had ended"
                       : "an order rests that is not ours");
}

void
executor_on_venue_order(struct executor *x, const struct venue_order *m,
                        const struct input *in, struct outbox *out)
{
    struct group_slot *g = NULL;
    struct placed *p;
    const struct live_call *c = live_find(x, m->call);

    if (!x->live.on || (m->call != 0 && c == NULL)) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    if (!order_is_sane(m)) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    if (c != NULL)
        live_pass_order(x, m, c, in);
    p = live_order(x, &m->order, &g);
    if (p != NULL && !order_is_final(p->order.state))
        live_heard(x, g, p, m, c, in, out);
    else if (p == NULL)
        hear_other(x, m, c);
    if (c != NULL && c->op == VENUE_OP_place)
        note_refusal(x, m->reason, &m->words, in->mono);
}

void
executor_on_venue_trade(struct executor *x, const struct venue_trade *m,
                        const struct input *in, struct outbox *out)
{
    if (!x->live.on || (m->call != 0 && live_find(x, m->call) == NULL)) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    if (hash_is_zero(&m->order) || m->trade.s[0] == '\0' ||
        m->qty.micros <= 0 || m->qty.micros > BOOK_SIZE_MAX ||
        m->price.micros <= 0 || m->price.micros >= MICROS ||
        m->fee_rate.bps < 0 || m->fee_rate.bps > 10000 ||
        m->state >= fill_state_end_) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    live_traded(x, m, in, out);
}

void
executor_on_venue_balance(struct executor *x, const struct venue_balance *m,
                          const struct input *in, struct outbox *out)
{
    (void)in;
    if (!x->live.on || live_find(x, m->call) == NULL) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    if (m->held.micros < 0 || m->allowance.micros < 0) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    live_pass_balance(x, m);
    if (hash_is_zero(&m->token))
        say_venue_balance(out, m, NULL); /* For the rules. */
}

static void
count_end(struct executor *x, const struct venue_done *m, struct nanos mono)
{
    if (m->end == CALL_END_unknown)
        executor_count(x, EXECUTOR_calls_unknown);
    if (m->end == CALL_END_refused)
        executor_count(x, EXECUTOR_calls_refused);
    if (m->end == CALL_END_answered) {
        if (m->op == VENUE_OP_place)
            x->live.pause.ms = 0;
        return;
    }
    live_throttled(x, m, mono);
    if (m->end == CALL_END_unknown || m->reason == REASON_VENUE_DOWN)
        live_restart_quiet(x, mono); /* What is not found may be to come. */
    if (m->op == VENUE_OP_place && m->reason == REASON_FOREIGN)
        live_bar(x, m->reason, "an order of ours has another id there");
}

void
executor_on_venue_done(struct executor *x, const struct venue_done *m,
                       const struct input *in, struct outbox *out)
{
    struct live_call *at = live_find(x, m->call), c;

    if (!x->live.on) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    if (m->end >= call_end_end_ || m->reason >= reason_end_ ||
        (at != NULL && m->op != at->op)) {
        executor_count(x, EXECUTOR_bad_in); /* It ends by its time. */
        return;
    }
    if (at == NULL) {
        live_errand_done(x, m, in, out); /* Of the chain, or late. */
        return;
    }
    c = *at;
    at->call = 0;
    count_end(x, m, in->mono);
    switch (c.op) {
    case VENUE_OP_place:
        live_placed(x, &c, m, in, out);
        return;
    case VENUE_OP_look_order:
        live_looked(x, &c, m, in);
        return;
    case VENUE_OP_look_trades:
        live_swept(x, m, in);
        return;
    case VENUE_OP_look_open:
        live_safety_done(x, &c, m, in);
        live_pass_done(x, &c, m, in);
        return;
    case VENUE_OP_look_balance:
        live_pass_done(x, &c, m, in);
        return;
    case VENUE_OP_cancel:
    case VENUE_OP_cancel_market:
    case VENUE_OP_cancel_all:
    case VENUE_OP_heartbeat:
        live_safety_done(x, &c, m, in);
        return;
    case VENUE_OP_split:
    case VENUE_OP_merge:
    case VENUE_OP_convert:
    case VENUE_OP_redeem: /* No calls of the venue: live_errands.c. */
    case venue_op_end_:
        break;
    }
}

/* The user stream: what was said while it was down is lost. */
void
executor_on_venue_status(struct executor *x, const struct venue_status *m,
                         const struct input *in, struct outbox *out)
{
    bool up = m->state == LINK_STATE_up;

    (void)out;
    if (!x->live.on || m->connection != 0) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    if (up != x->live.stream && !PLANTED(stream_trusted))
        live_doubt(x, in->mono);
    x->live.stream = up;
    x->live.clock_known = m->clock_known;
    x->live.clock = m->clock;
}

/* A price on the old grid may be off the new one: what is sent is checked
 * against the tick of that moment. */
void
executor_on_tick_size(struct executor *x, const struct tick_size *m,
                      const struct input *in, struct outbox *out)
{
    const struct universe_market *market = executor_market(x, &m->token);
    struct market now;

    (void)in;
    (void)out;
    if (market == NULL || m->new_tick.micros <= 0 ||
        m->new_tick.micros >= MICROS)
        return;
    now = market->m;
    now.tick = m->new_tick;
    if (universe_put(x->universe, &now) == MAP_NONE)
        executor_count(x, EXECUTOR_bad_in);
}
