/* hub_acts - the deeds of mischief
 *
 * An act that could hide or fake a planted situation either waits until its
 * event has none open, or had its time kept free of them from the start
 * (hub_storms).  So what is planted can be demanded to be found. */
#include "tests/simex/hub_own.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

#define BEFORE_MS 500         /* Storms begin so long before the act. */
#define RECONNECT_MS 6000     /* A client is back after a drop by then. */
#define CATCH_UP_MS 2000      /* And after a silence. */
#define RESYNC_MS 8000        /* A token is proved again by then. */
#define LATE_STORM_MS 400     /* Later frames than this hide situations. */

void
hub_storms(struct hub *h)
{
    for (uint32_t i = 0; i < h->mischief.count; i++) {
        const struct act *a = &h->mischief.acts[i];
        int64_t after = 0;
        if (a->kind == ACT_DROP)
            after = RECONNECT_MS;
        else if (a->kind == ACT_SILENCE)
            after = a->length_ms + CATCH_UP_MS;
        else if (a->kind == ACT_LATENCY && a->number > LATE_STORM_MS)
            after = a->length_ms + a->number;
        if (after > 0)
            (void)plan_storm(h->x, a->at_ms - BEFORE_MS, a->at_ms + after);
    }
}

bool
hub_is_quiet(const struct hub *h, uint32_t token)
{
    if (h->silent)
        return true;
    for (uint32_t i = 0; i < h->freezes_count; i++) {
        const struct freeze *z = &h->freezes[i];
        if (z->token == token ||
            (z->token == MAP_NONE &&
             z->event == h->x->listing->markets[token / 2].event))
            return true;
    }
    return false;
}

/* Whether somebody follows a market's first token and nothing is wrong. */
static bool
is_followed(const struct hub *h, uint32_t market)
{
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        if (h->conns[i].open && h->conns[i].knows[market * 2] == KNOWS)
            return true;
    }
    return false;
}

static bool
is_free(const struct hub *h, uint32_t market)
{
    const struct simex *x = h->x;
    uint32_t event = x->listing->markets[market].event;
    return simex_is_open(x, market) && !x->listing->events[event].hidden &&
           x->tide.held[event] == 0 && !plan_is_open(x, event) &&
           !hub_is_quiet(h, market * 2) && is_followed(h, market);
}

/* A market for an act: "any", an event's id (one of its markets) or a token.
 * MAP_NONE when there is none at the moment. */
static uint32_t
choose_market(const struct hub *h, const char *target)
{
    const struct listing *l = h->x->listing;
    uint32_t count = l->markets_count;
    uint32_t token = listing_token(l, target, strlen(target));
    uint32_t start = chance_below(&h->x->chance, count);
    if (token != MAP_NONE)
        return is_free(h, token / 2) ? token / 2 : MAP_NONE;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t m = (start + i) % count;
        if ((strcmp(target, "any") == 0 ||
             strcmp(target, l->events[l->markets[m].event].id) == 0) &&
            is_free(h, m))
            return m;
    }
    return MAP_NONE;
}

/* False when it must wait. */
static bool
do_hash(struct hub *h, const struct act *a)
{
    uint32_t market = choose_market(h, a->target);
    if (market == MAP_NONE)
        return false;
    if (!(a->kind == ACT_GAP ? simex_gap : simex_wrong_hash)(h->x, market))
        return false;
    plan_avoid(h->x, h->x->listing->markets[market].event,
               h->now_ms + RESYNC_MS);
    hub_log_act(h, a, market);
    return true;
}

static bool
do_freeze(struct hub *h, const struct act *a)
{
    const struct listing *l = h->x->listing;
    uint32_t market = choose_market(h, a->target);
    if (market == MAP_NONE || h->freezes_count == FREEZES)
        return false;
    uint32_t event = l->markets[market].event;
    h->freezes[h->freezes_count++] = (struct freeze){
        .event = event, .until_ms = h->now_ms + a->length_ms,
        .token = listing_token(l, a->target, strlen(a->target)),
    };
    tide_hold(h->x, event, true);
    plan_avoid(h->x, event, h->now_ms + a->length_ms + RESYNC_MS);
    hub_log_act(h, a, market);
    return true;
}

static void
do_drop(struct hub *h, const struct act *a)
{
    uint32_t nth = (uint32_t)strtoul(a->target, NULL, 10);
    bool all = strcmp(a->target, "all") == 0, drop[HUB_CONNS] = { false };
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        uint32_t older = 0;
        for (uint32_t k = 0; k < HUB_CONNS; k++)
            older += h->conns[k].open && !h->conns[k].user &&
                     h->conns[k].order < h->conns[i].order;
        drop[i] = h->conns[i].open && !h->conns[i].user &&
                  (all || older == nth);
    }
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        if (drop[i])
            h->out.drop(h->out.arg, i);
    }
}

/* Prices in tenths of a cent from now on. */
static bool
do_tick(struct hub *h, const struct act *a)
{
    uint32_t market = choose_market(h, a->target);
    if (market == MAP_NONE || match_rules(h->x->match, market)->tick <= 1000)
        return false;
    simex_change_tick(h->x, market, 1000);
    hub_log_act(h, a, market);
    return true;
}

static bool
do_act(struct hub *h, const struct act *a)
{
    if (a->kind >= ACT_CHAIN_AWAY) {
        bool done = hub_do_chain(h, a);
        if (done)
            hub_log_act(h, a, MAP_NONE);
        return done;
    }
    if (hub_is_private(a->kind)) {
        hub_do_private(h, a);
        hub_log_act(h, a, MAP_NONE);
        return true;
    }
    switch ((int)a->kind) { /* The private ones are done. */
    case ACT_WRONG_HASH:
    case ACT_GAP:
        return do_hash(h, a);
    case ACT_FREEZE:
        return do_freeze(h, a);
    case ACT_TICK:
        return do_tick(h, a);
    case ACT_DROP:
        do_drop(h, a);
        break;
    case ACT_SILENCE:
        if (h->silent)
            return false;
        h->silent = true;
        h->silent_until = h->now_ms + a->length_ms;
        h->x->tide.all_held++;
        break;
    case ACT_DUPLICATE:
        h->duplicate = true;
        break;
    case ACT_REORDER:
        h->reorder = true;
        break;
    case ACT_LATENCY:
        h->late_until = h->now_ms + a->length_ms;
        h->late_ms = a->number;
        break;
    case ACT_STATUS:
        h->status_until = h->now_ms + a->length_ms;
        h->status = a->number;
        break;
    case ACT_SLOW:
        h->slow_until = h->now_ms + a->length_ms;
        h->slow_ms = a->number;
        break;
    }
    hub_log_act(h, a, MAP_NONE);
    return true;
}

static void
end_quiet(struct hub *h)
{
    bool ended = false;
    if (h->silent && h->now_ms >= h->silent_until) {
        h->silent = false;
        h->x->tide.all_held--;
        ended = true;
    }
    for (uint32_t i = 0; i < h->freezes_count;) {
        if (h->now_ms < h->freezes[i].until_ms) {
            i++;
            continue;
        }
        tide_hold(h->x, h->freezes[i].event, false);
        h->freezes[i] = h->freezes[--h->freezes_count];
        ended = true;
    }
    if (ended)
        hub_catch_up(h);
}

void
hub_acts(struct hub *h)
{
    end_quiet(h);
    for (uint32_t i = 0; i < h->mischief.count; i++) {
        struct act *a = &h->mischief.acts[i];
        int64_t base = a->base_ms ? a->base_ms : h->x->t0_ms;
        if (!a->done && base != 0 && h->now_ms >= base + a->at_ms)
            a->done = do_act(h, a);
    }
}

bool
hub_script(struct hub *h, const char *text, size_t size, struct why *why)
{
    struct mischief *m = &h->mischief, *more = malloc(sizeof *more);
    must(more != NULL);
    bool ok = mischief_read(more, text, size, why);
    uint32_t kept = 0;
    for (uint32_t i = 0; ok && i < m->count; i++) {
        if (!m->acts[i].done)
            m->acts[kept++] = m->acts[i];
    }
    if (ok)
        m->count = kept;
    if (ok && m->count + more->count > ACTS)
        ok = why_set(why, "more than %d acts", ACTS);
    for (uint32_t i = 0; ok && i < more->count; i++) {
        more->acts[i].base_ms = h->now_ms;
        m->acts[m->count++] = more->acts[i];
    }
    free(more);
    if (ok)
        hub_acts(h);
    return ok;
}
