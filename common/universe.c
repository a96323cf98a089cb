/* universe - the events, markets and tokens followed, by small integers */

/* What feed announces, indexed once so that nobody compares ids again: a
 * market gets a number, its tokens twice that and one more, its event an event
 * number.  All memory is taken at the beginning.
 *
 * A run lasts for months and markets end by the thousand a day, so what is
 * over is forgotten when there is no room.  That goes by events, so that none
 * ever looks smaller than it is: one of which nothing is open stands in a list,
 * the longest over first.  Only the owner knows whether it is needed still, and
 * what else hangs on its numbers; so the owner picks it from there. */

#include "common/universe.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

struct universe {
    uint32_t cap, markets_count, events_count; /* Numbers ever used. */
    uint64_t list;         /* Lists asked for. */
    struct universe_market *markets;
    struct universe_event *events;
    uint32_t *free_markets, *free_events; /* Used once, forgotten. */
    uint32_t free_markets_count, free_events_count;
    uint32_t oldest, newest; /* Events that are over. */
    struct map *by_market, *by_event, *by_token;
};

struct universe *
universe_new(uint32_t markets_cap)
{
    struct universe *u = calloc(1, sizeof *u);

    must(u != NULL);
    must(markets_cap > 0 && markets_cap < MAP_NONE / 2);
    u->cap = markets_cap;
    u->markets = calloc(markets_cap, sizeof *u->markets);
    u->events = calloc(markets_cap, sizeof *u->events);
    u->free_markets = calloc(markets_cap, sizeof *u->free_markets);
    u->free_events = calloc(markets_cap, sizeof *u->free_events);
    must(u->markets != NULL && u->events != NULL);
    must(u->free_markets != NULL && u->free_events != NULL);
    u->oldest = u->newest = MAP_NONE;
    u->by_market = map_new(sizeof(struct text), markets_cap);
    u->by_event = map_new(sizeof(struct text), markets_cap);
    u->by_token = map_new(sizeof(struct hash), 2 * markets_cap);
    return u;
}

void
universe_destroy(struct universe **u)
{
    if (*u == NULL)
        return;
    map_destroy(&(*u)->by_market);
    map_destroy(&(*u)->by_event);
    map_destroy(&(*u)->by_token);
    free((*u)->markets);
    free((*u)->events);
    free((*u)->free_markets);
    free((*u)->free_events);
    free(*u);
    *u = NULL;
}

static bool
has_ids(const struct market *m)
{
    return m->market.s[0] != '\0' && m->event.s[0] != '\0' &&
           !hash_is_zero(&m->yes) && !hash_is_zero(&m->no) &&
           !hash_equal(&m->yes, &m->no);
}

static void
join_over(struct universe *u, uint32_t e)
{
    u->events[e].older = u->newest;
    u->events[e].newer = MAP_NONE;
    if (u->newest == MAP_NONE)
        u->oldest = e;
    else
        u->events[u->newest].newer = e;
    u->newest = e;
}

static void
leave_over(struct universe *u, uint32_t e)
{
    uint32_t older = u->events[e].older, newer = u->events[e].newer;

    if (older == MAP_NONE)
        u->oldest = newer;
    else
        u->events[older].newer = newer;
    if (newer == MAP_NONE)
        u->newest = older;
    else
        u->events[newer].older = older;
}

static bool
is_live(const struct universe_market *m)
{
    return m->m.open && !m->resolved && !m->unlisted;
}

/* Its record changed: its event may be over, or no longer. */
static void
note(struct universe *u, uint32_t market, bool was_live)
{
    uint32_t e = u->markets[market].event;
    struct universe_event *event = &u->events[e];
    bool live = is_live(&u->markets[market]);

    if (live == was_live)
        return;
    if (live && event->live++ == 0)
        leave_over(u, e);
    else if (was_live && --event->live == 0)
        join_over(u, e);
}

/* A refresh of a market we have; only its record may change. */
static uint32_t
refresh(struct universe *u, uint32_t i, const struct market *m)
{
    struct universe_market *at = &u->markets[i];
    struct market *known = &at->m;
    bool was_live = is_live(at);
    bool same = hash_equal(&known->yes, &m->yes) &&
                hash_equal(&known->no, &m->no) &&
                text_equal(&known->event, &m->event);

    at->list = u->list;
    at->unlisted = false;
    if (same)
        *known = *m;
    else
        known->open = false;
    note(u, i, was_live);
    return same ? i : MAP_NONE;
}

/* The event's number, new or known; MAP_NONE when it has no room. */
static uint32_t
room_in_event(struct universe *u, const struct text *id)
{
    uint32_t e = map_find(u->by_event, id->s);

    if (e == MAP_NONE) {
        /* Every event has a market, so there is a number. */
        e = u->free_events_count > 0 ? u->free_events[--u->free_events_count]
                                     : u->events_count++;
        must(map_put(u->by_event, id->s, e));
        u->events[e].id = *id;
        join_over(u, e);
    }
    return u->events[e].count < UNIVERSE_EVENT_MARKETS ? e : MAP_NONE;
}

uint32_t
universe_put(struct universe *u, const struct market *m)
{
    uint32_t i = map_find(u->by_market, m->market.s), e;
    struct universe_event *event;

    if (!has_ids(m))
        return MAP_NONE;
    if (i != MAP_NONE)
        return refresh(u, i, m);
    if (universe_is_full(u) ||
        map_find(u->by_token, &m->yes) != MAP_NONE ||
        map_find(u->by_token, &m->no) != MAP_NONE)
        return MAP_NONE;
    e = room_in_event(u, &m->event);
    if (e == MAP_NONE)
        return MAP_NONE;
    i = u->free_markets_count > 0 ? u->free_markets[--u->free_markets_count]
                                  : u->markets_count++;
    u->markets[i] = (struct universe_market){
        .m = *m, .event = e, .yes = 2 * i, .no = 2 * i + 1, .list = u->list
    };
    event = &u->events[e];
    event->markets[event->count++] = i;
    must(map_put(u->by_market, m->market.s, i));
    must(map_put(u->by_token, &m->yes, 2 * i));
    must(map_put(u->by_token, &m->no, 2 * i + 1));
    note(u, i, false);
    return i;
}

bool
universe_resolve(struct universe *u, const struct resolution *r,
                 uint32_t *market)
{
    uint32_t i = map_find(u->by_market, r->market.s);
    bool was_live;

    if (i == MAP_NONE || r->payout_yes.micros < 0 ||
        r->payout_yes.micros > MICROS)
        return false;
    was_live = is_live(&u->markets[i]);
    u->markets[i].m.open = false;
    u->markets[i].payout_yes = r->payout_yes;
    if (r->final)
        u->markets[i].resolved = true;
    note(u, i, was_live);
    *market = i;
    return true;
}

void
universe_asked(struct universe *u)
{
    u->list++;
}

void
universe_told(struct universe *u)
{
    for (uint32_t i = 0; i < u->markets_count; i++) {
        struct universe_market *m = &u->markets[i];
        bool was_live = is_live(m);

        if (m->event == MAP_NONE || m->list == u->list)
            continue;
        m->unlisted = true;
        note(u, i, was_live);
    }
}

/* --- forgetting ------------------------------------------------------- */

bool
universe_is_full(const struct universe *u)
{
    return u->markets_count - u->free_markets_count == u->cap;
}

uint32_t
universe_over(const struct universe *u)
{
    return u->oldest;
}

void
universe_spare(struct universe *u, uint32_t event)
{
    must(event < u->events_count && u->events[event].count > 0);
    must(u->events[event].live == 0);
    leave_over(u, event);
    join_over(u, event);
}

static void
forget_market(struct universe *u, uint32_t i)
{
    struct universe_market *m = &u->markets[i];

    must(map_remove(u->by_market, m->m.market.s));
    must(map_remove(u->by_token, &m->m.yes));
    must(map_remove(u->by_token, &m->m.no));
    *m = (struct universe_market){ .event = MAP_NONE };
    u->free_markets[u->free_markets_count++] = i;
}

void
universe_forget(struct universe *u, uint32_t event)
{
    struct universe_event *e = &u->events[event];

    must(event < u->events_count && e->count > 0 && e->live == 0);
    for (uint32_t i = 0; i < e->count; i++)
        forget_market(u, e->markets[i]);
    leave_over(u, event);
    must(map_remove(u->by_event, e->id.s));
    *e = (struct universe_event){ 0 };
    u->free_events[u->free_events_count++] = event;
}

uint32_t
universe_markets(const struct universe *u)
{
    return u->markets_count;
}

uint32_t
universe_events(const struct universe *u)
{
    return u->events_count;
}

const struct universe_market *
universe_market(const struct universe *u, uint32_t market)
{
    must(market < u->markets_count);
    return &u->markets[market];
}

const struct universe_event *
universe_event(const struct universe *u, uint32_t event)
{
    must(event < u->events_count);
    return &u->events[event];
}

uint32_t
universe_token(const struct universe *u, const struct hash *token)
{
    return map_find(u->by_token, token);
}

uint32_t
universe_find_market(const struct universe *u, const struct text *id)
{
    return map_find(u->by_market, id->s);
}

uint32_t
universe_find_event(const struct universe *u, const struct text *id)
{
    return map_find(u->by_event, id->s);
}
