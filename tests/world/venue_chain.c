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

/* The market's answers are redeemed together, once. */
static bool
redeem(struct clob *v, const struct address *wallet, uint32_t market)
{
    for (uint32_t i = 0; i < v->deeds_count; i++) {
        const struct deed *o = &v->deeds[i];
        if (o->done && o->m.op == VENUE_OP_redeem &&
            map_find(v->desk->x->listing->tokens, &o->m.token) / 2 == market)
            return true;
    }
    return desk_redeem(v->desk, wallet, market) > 0;
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
        ok = redeem(v, wallet, t / 2);
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
