/* sale - everything that is held is sold, because somebody said so */

/* While riskd's state says flatten, all that is held is offered in rounds: a
 * holding is a group of its own that sells it once, by the way out that ways.c
 * prices, at no less than unwind_limit below what it cost, under a grant that
 * only lets go of what is held; one for each strategy that holds of a token,
 * one after the other, as riskd keeps them apart.  What an open group holds is
 * its own, until it ends; what resolved is paid.  Rounds that sell nothing are
 * hold apart, and after unwind_tries of them it is said that the rest finds no
 * buyer, and nothing is offered before what is held changes or it is said
 * anew: a better bid alone is not looked for.  Nothing of this is kept: after a
 * restart the rounds begin again, with what is still held. */

#include "executor/state.h"

#include "common/must.h"
#include "common/planted.h"

#include <inttypes.h>
#include <stdio.h>

static const int64_t most = INT64_C(1000000) * MICROS; /* In one order. */

/* A strategy's part of a holding. */
struct part {
    const struct position *p;
    enum strategy strategy;
    struct qty qty;
};

static uint32_t
parts_count(const struct executor *x)
{
    return positions_count(x->positions) * strategy_end_;
}

static struct part
part_at(const struct executor *x, uint32_t n)
{
    uint32_t i = n / strategy_end_;
    enum strategy strategy = (enum strategy)(n % strategy_end_);

    return (struct part){ positions_at(x->positions, i), strategy,
                          positions_part(x->positions, i, strategy) };
}

/* What an order could sell of it; 0 where it is not for sale. */
static struct qty
to_sell(const struct executor *x, const struct part *part)
{
    const struct position *p = part->p;
    const struct universe_market *market = executor_market(x, &p->token);
    struct qty q = policy_sell_size(part->qty);

    if (policy_is_dust(q, (struct price){ MICROS }) || p->mode > x->most ||
        (market != NULL && market->resolved))
        return (struct qty){ 0 };
    return q.micros < most ? q : (struct qty){ most };
}

/* What another strategy holds of it is being sold. */
static bool
is_next(const struct executor *x, const struct hash *token)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used && group_is_sale(&x->slots[i]) &&
            group_leg(&x->slots[i], token) != MAP_NONE)
            return true;
    return false;
}

/* Somebody is at it. */
static bool
is_busy(const struct executor *x, const struct position *p)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        const struct group_slot *g = &x->slots[i];

        if (g->used && (group_leg(g, &p->token) != MAP_NONE ||
                        (!group_is_sale(g) &&
                         text_equal(&g->m.event, &p->event))))
            return true;
    }
    return p->mode == MODE_live && live_errand_holds(x, &p->token);
}

static void
begin(struct executor *x, const struct part *part, const struct input *in,
      struct outbox *out)
{
    struct turn t = { x, executor_free_slot(x), in, out };
    struct group_slot *g = t.g;
    const struct position *p = part->p;
    struct leg l = { .token = p->token, .side = SIDE_sell,
                     .size = to_sell(x, part) };

    must(g != NULL);
    group_init(x, g);
    must(muldiv_up(p->cost.micros, MICROS, p->qty.micros, &l.limit.micros));
    if (l.limit.micros <= 0)
        l.limit.micros = 1;
    if (l.limit.micros >= MICROS)
        l.limit.micros = MICROS - 1;
    l.avg = l.limit;
    g->m.group = g->m.scan_id = executor_id(x, in);
    g->m.strategy = part->strategy;
    g->m.mode = p->mode;
    g->m.event = p->event;
    g->m.state = GROUP_STATE_preflight;
    g->m.branch = BRANCH_unwind;
    g->m.target = l.size;
    g->m.legs.count = 1;
    g->m.legs.at[0] = l;
    g->m.started = in->wall;
    executor_count(x, EXECUTOR_groups);
    executor_count(x, EXECUTOR_sales);
    group_step(&t, GROUP_STATE_preflight, BRANCH_unwind,
               after(in->mono, x->conf.books_wait));
    group_ask_books(&t, WANT_unwind, true);
}

static bool
is_selling(const struct executor *x)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used && group_is_sale(&x->slots[i]))
            return true;
    return false;
}

static void
say_unsold(struct executor *x, uint32_t holdings)
{
    char words[sizeof(struct text)];

    (void)snprintf(words, sizeof words,
                   "to be sold, and no buyer within the limit: %" PRIu32
                   " holdings", holdings);
    executor_alarm(x, false, REASON_NO_BID, words);
    x->sale.said = true;
}

/* All positions had their turn, and all of these have ended. */
static void
end_round(struct executor *x, struct nanos mono)
{
    struct sale_round *r = &x->sale;
    uint32_t holdings = 0;
    int64_t left = 0;

    for (uint32_t i = 0; i < parts_count(x); i++) {
        struct part part = part_at(x, i);
        struct qty q = to_sell(x, &part);

        holdings += q.micros > 0;
        left += q.micros;
    }
    r->tries = left != r->left ? 0 : r->tries + 1;
    r->next = after(mono, left != r->left ? x->conf.hold_retry
                                          : x->conf.hold);
    r->left = left;
    r->at = 0;
    if (left == 0 || r->tries == 0)
        r->said = false;
    else if (r->tries >= x->conf.unwind_tries && !r->said)
        say_unsold(x, holdings);
}

void
sale_tick(struct executor *x, const struct input *in, struct outbox *out)
{
    struct sale_round *r = &x->sale;

    if (!x->risk_heard || !x->risk.flatten || executor_is_latched(x) ||
        PLANTED(sale_forgotten)) {
        *r = (struct sale_round){ .left = -1 };
        return;
    }
    if (in->mono.ns < r->next.ns || !x->reconciled || !x->universe_known ||
        !lease_may_open(&x->lease, in->mono) || executor_is_broken(x))
        return;
    for (; r->at < parts_count(x); r->at++) {
        struct part part = part_at(x, r->at);

        if (r->tries >= x->conf.unwind_tries ||
            to_sell(x, &part).micros == 0 || part.p->event.s[0] == '\0')
            continue;
        if (is_next(x, &part.p->token) ||
            executor_open(x) >= x->conf.max_groups)
            return; /* As soon as that has ended, or there is room. */
        if (!is_busy(x, part.p))
            begin(x, &part, in, out);
    }
    if (!is_selling(x))
        end_round(x, in->mono);
}

struct money
sale_cost(const struct group_slot *g)
{
    struct money cost = { 0 };

    if (group_is_sale(g))
        must(cost_up(g->m.legs.at[0].limit, g->sums[0].sold, &cost));
    return cost;
}
