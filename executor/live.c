/* live - the engine at a live venue: birth, ticks, whether it may be used */

/* Nothing new is sent unless the user stream is up, everything at the venue
 * was gone through since it came up, the venue takes orders, and nothing was
 * found that must not be.  Looks, cancels and the heartbeat go on meanwhile. */

#include "executor/state.h"

#include "common/digest.h"
#include "executor/encode/carrier.h"
#include "executor/relayer.h"

#include <string.h>

static const struct recent_kind orders = {
    .size = sizeof(struct past_order),
    .key_at = offsetof(struct past_order, intent.order),
    .key_size = sizeof(struct hash)
};

static const struct recent_kind redemptions = {
    .size = sizeof(struct redeemed),
    .key_at = offsetof(struct redeemed, token),
    .key_size = sizeof(struct hash)
};

void
live_init(struct executor *x, const struct order_identity *id)
{
    struct live *l = &x->live;
    const struct executor_conf *c = &x->conf;

    /* The journal may tell of live days even where live is off now. */
    l->trades = trades_new(LIVE_TRADES);
    l->past = recent_new(&orders, LIVE_PAST);
    l->redeemed = recent_new(&redemptions, LIVE_REDEEMED);
    l->on = x->most == MODE_live;
    if (!l->on)
        return;
    l->id = *id;
    l->venue = &talk_polymarket;
    rate_init(&l->orders, c->orders_rate, c->orders_burst,
              (struct nanos){ 0 });
    rate_init(&l->cancels, c->cancels_rate, c->cancels_burst,
              (struct nanos){ 0 });
    rate_init(&l->reads, c->reads_rate, c->reads_burst, (struct nanos){ 0 });
    rate_init(&l->all, c->requests_rate, c->requests_burst,
              (struct nanos){ 0 });
}

void
live_clear(struct executor *x)
{
    recent_destroy(&x->live.trades);
    recent_destroy(&x->live.past);
    recent_destroy(&x->live.redeemed);
}

bool
live_is_clean(const struct executor *x)
{
    bool meant = !x->lease.held || x->lease.m.mode == MODE_live;

    return !x->live.on || !meant || x->live.clean;
}

bool
live_is_ready(const struct executor *x)
{
    const struct live *l = &x->live;

    return l->on && l->stream && l->clean && l->barred == REASON_none;
}

const char *
live_no_chain(const struct executor *x)
{
    if (x->conf.chain_rpc.s[0] == '\0')
        return "no executor.chain_rpc: no way to redeem";
    if (carrier_relayed(&x->live.id.wallet) &&
        x->conf.relayer_file.s[0] == '\0')
        return RELAYER_MISSING;
    return carrier_barred(&x->live.id.wallet, x->live.id.chain);
}

uint32_t
live_unknown(const struct executor *x)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++)
            count += x->slots[i].orders[k].order.state ==
                     ORDER_STATE_unknown;
    return count;
}

void
live_doubt(struct executor *x, struct nanos mono)
{
    struct live *l = &x->live;

    l->clean = false;
    l->pass = PASS_idle;
    l->pass_next = mono;
}

void
live_bar(struct executor *x, enum reason why, const char *words)
{
    struct live *l = &x->live;

    if (l->barred == REASON_none)
        executor_alarm(x, true, why, words);
    l->barred = why;
    l->bar_gen = x->latch.kill_gen;
    l->killing = true;
    l->kill_empty = 0;
    l->kill_looks = false;
    l->kill_call = 0;
}

/* What an order of a group that goes on is remembered by, when the group has
 * no more room or use for it. */
void
live_remember(struct executor *x, const struct group_slot *g,
              const struct placed *p)
{
    struct past_order m = {
        .intent = p->intent,
        .state = p->order.state,
        .strategy = g->m.strategy,
        .event = g->m.event,
        .ended = x->mono,
    };

    if (g->m.mode == MODE_live && order_is_final(p->order.state))
        recent_put(x->live.past, &m);
}

/* Pairs a group held when it ended and whose merge is no fact yet. */
void
live_recall_done(struct executor *x, struct group_slot *g)
{
    struct turn t = { x, g, NULL, NULL };

    for (uint32_t i = 0; i < g->orders_count; i++)
        live_remember(x, g, &g->orders[i]);
    if (g->m.mode == MODE_live && g->m.target.micros > 0)
        settle_merges(&t);
}

/* Under a ref of its own: the group's, or that of the leg that is closed. */
void
live_add_merge(struct executor *x, const struct group_slot *g,
               const struct settle *m)
{
    uint32_t yes = group_leg(g, &m->token), no = group_leg(g, &m->pair);
    struct uuid of = g->m.group;
    uint8_t bytes[sizeof of.b + 1], hash[32];

    if (yes == MAP_NONE || no == MAP_NONE) {
        memcpy(bytes, of.b, sizeof of.b);
        bytes[sizeof of.b] = (uint8_t)(yes == MAP_NONE ? no : yes);
        sha256(bytes, sizeof bytes, hash);
        memcpy(of.b, hash, sizeof of.b);
    }
    if (!live_errand_add(x, VENUE_OP_merge, &of, m))
        executor_count(x, EXECUTOR_full); /* Done after a restart. */
}

/* The orders of every group, whatever state it is in: trades settle, looks
 * are due.  Under a kill and without a lease all are cancelled. */
static void
watch_orders(struct executor *x, const struct input *in, struct outbox *out)
{
    bool cancel = executor_is_latched(x) ||
                  !lease_is_alive(&x->lease, in->mono);

    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        struct turn t = { x, &x->slots[i], in, out };

        if (!x->slots[i].used || x->slots[i].m.mode != MODE_live)
            continue;
        (void)live_work_orders(
            &t, cancel || executor_is_killed(x, x->slots[i].m.strategy) ||
                    x->slots[i].m.state == GROUP_STATE_cancelling);
        if (x->slots[i].orders_count > 0)
            filling_free(&t);
    }
}

void
live_tick(struct executor *x, const struct input *in, struct outbox *out)
{
    if (!x->live.on)
        return;
    live_expire(x, in, out);
    live_safety_tick(x, in, out);
    watch_orders(x, in, out);
    live_sweep(x, in, out);
    live_pass_tick(x, in, out);
    live_errands_tick(x, in, out);
}
