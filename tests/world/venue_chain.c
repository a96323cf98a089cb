/* venue_chain - splits, merges and redeems, each done once under its name
 *
 * Stands for the chain and for chain.c before it, which has storms of its own
 * (tests/unit/executor/test_chain_storm.c): a deed that was sent is mined
 * some time later, whoever is alive by then; asked again it is not done
 * again. */
#include "tests/world/venue.h"

#include "common/map.h"
#include "common/must.h"
#include "tests/simex/listing.h"
#include "tests/world/place.h"

#include <string.h>

static struct deed *
find(struct clob *v, const struct uuid *ref)
{
    for (uint32_t i = 0; i < v->deeds_count; i++)
        if (uuid_equal(&v->deeds[i].ref, ref))
            return &v->deeds[i];
    return NULL;
}

static int64_t
later(struct world *w, int64_t most_ms)
{
    return w->now + (w->calm ? 100 : chance_between(&w->chance, 50, most_ms)) *
                        1000000;
}

void
venue_chain_call(struct world *w, const struct venue_call *m)
{
    struct clob *v = w->venue;
    struct deed *d = find(v, &m->ref);
    if (d == NULL) {
        must(v->deeds_count < DEEDS);
        d = &v->deeds[v->deeds_count++];
        *d = (struct deed){ .ref = m->ref, .due = later(w, 2500) };
    } else if (d->failed) {
        *d = (struct deed){ .ref = m->ref, .due = later(w, 2500) };
    }
    /* As chain.c: what is not on its way yet does not begin after a kill. */
    d->killed = d->failed = m->op == VENUE_OP_split && w->latched && !d->done &&
                            d->m.call == 0;
    d->m = *m;
    d->run = v->run;
    d->call = m->call;
    d->back_at = d->done || d->killed ? later(w, 500) : 0;
    if (world_roll(w, w->weather.lose_call_ppm)) {
        world_hit(w, HIT_chain_lost);
        d->back_at = later(w, 3000);
    }
}

/* Both tokens of the market together, all there is of them. */
static bool
redeem(struct clob *v, const struct address *wallet, struct deed *d,
       uint32_t t)
{
    struct accounts *a = v->desk->x->accounts;
    for (uint32_t i = 0; i < 2; i++)
        d->took[i] = *accounts_shares(a, v->who, t / 2, t % 2 ^ i);
    if (desk_redeem(v->desk, wallet, t / 2) > 0)
        return true;
    d->took[0] = d->took[1] = 0;
    return false;
}

/* The fact that says what went. */
static void
tell_taken(struct world *w, const struct deed *d)
{
    const struct listing *l = w->venue->desk->x->listing;
    uint32_t t = map_find(l->tokens, &d->m.token);
    struct chain_tx m = {
        .ref = d->m.ref, .op = d->m.op, .market = d->m.market,
        .token = d->m.token, .pair = l->markets[t / 2].key[t % 2 ^ 1],
        .qty = d->m.qty, .strategy = d->m.strategy,
        .purpose = CHAIN_PURPOSE_redeem, .state = CHAIN_STATE_confirmed,
        .nonce = 1, .fee_max = 1, .took = { d->took[0] },
        .pair_took = { d->took[1] },
    };
    must(cost_down((struct price){ place_payout(w, &m.token) }, m.took,
                   &m.cash));
    must(cost_down((struct price){ place_payout(w, &m.pair) }, m.pair_took,
                   &m.pair_cash));
    m.cash.micros += m.pair_cash.micros;
    memcpy(m.tx.b, m.ref.b, sizeof m.ref.b);
    node_word(w, venue_node(w), &chain_tx_schema, &m);
}

static void
mine(struct world *w, struct deed *d)
{
    struct clob *v = w->venue;
    const struct address *wallet = &v->desk->wallets[v->wallet].address;
    uint32_t t = map_find(v->desk->x->listing->tokens, &d->m.token);
    bool ok = false;
    must(t != MAP_NONE);
    if (world_roll(w, 10 * w->weather.lose_call_ppm))
        ok = false; /* Reverted. */
    else if (d->m.op == VENUE_OP_split)
        ok = desk_split(v->desk, wallet, t / 2, d->m.qty.micros);
    else if (d->m.op == VENUE_OP_merge)
        ok = desk_merge(v->desk, wallet, t / 2, d->m.qty.micros);
    else
        ok = redeem(v, wallet, d, t);
    d->done = ok;
    d->failed = !ok;
    if (!ok)
        world_hit(w, HIT_chain_failed);
    world_note(w, ok ? "chain" : "chain refuses",
               enum_word(&venue_op_words, d->m.op));
    if (d->call != 0 && (d->back_at == 0 || d->back_at > w->now))
        d->back_at = later(w, 500);
}

static void
answer(struct world *w, struct deed *d)
{
    struct venue_done m = { .call = d->call, .op = d->m.op,
                            .end = d->done     ? CALL_END_answered
                                   : d->killed ? CALL_END_not_sent
                                   : d->failed ? CALL_END_refused
                                               : CALL_END_unknown,
                            .reason = d->done     ? REASON_none
                                      : d->killed ? REASON_LATCHED
                                      : d->failed ? REASON_BALANCE
                                                  : REASON_TIMEOUT,
                            .sent = { world_wall(w) },
                            .answered = { world_wall(w) } };
    struct input in;
    d->call = 0;
    d->back_at = 0;
    if (d->run != w->venue->run || !venue_begin(w, &in))
        return;
    if (d->done)
        must(text_set(&m.evidence, "0x5eed"));
    if (d->done && d->m.op == VENUE_OP_redeem)
        tell_taken(w, d);
    node_word(w, venue_node(w), &venue_done_schema, &m);
    node_end(w, venue_node(w));
}

void
venue_chain_step(struct world *w)
{
    struct clob *v = w->venue;
    for (uint32_t i = 0; i < v->deeds_count; i++) {
        struct deed *d = &v->deeds[i];
        bool open = !d->done && !d->failed;
        /* Died before it was sent: as if it had never been asked for. */
        if (open && d->run != v->run && d->call != 0) {
            d->call = 0;
            if (chance_of(&w->chance, 50)) {
                *d = v->deeds[--v->deeds_count];
                i--;
                continue;
            }
        }
        if (open && d->due <= w->now)
            mine(w, d);
        if (d->call != 0 && d->back_at != 0 && d->back_at <= w->now &&
            !stands_still(w, &w->nodes[SOURCE_executor]))
            answer(w, d);
    }
}

bool
venue_chain_busy(const struct clob *v)
{
    for (uint32_t i = 0; i < v->deeds_count; i++)
        if ((!v->deeds[i].done && !v->deeds[i].failed) ||
            v->deeds[i].call != 0)
            return true;
    return false;
}
