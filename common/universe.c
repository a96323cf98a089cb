/* universe - the events, markets and tokens followed, by small integers */

/* What feed announces, indexed once so that nobody compares ids again: a
 * market gets the next number, its tokens twice that and one more, its event
 * the next event number.  Nothing is ever removed, so numbers stay valid for
 * a run; closed and resolved markets keep their place.  All memory is taken
 * at the beginning. */

#include "common/universe.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

struct universe {
    uint32_t cap, markets_count, events_count;
    struct universe_market *markets;
    struct universe_event *events;
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
    must(u->markets != NULL && u->events != NULL);
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

/* A refresh of a market we have; only its record may change. */
static uint32_t
refresh(struct universe *u, uint32_t i, const struct market *m)
{
    struct market *known = &u->markets[i].m;

    if (!hash_equal(&known->yes, &m->yes) || !hash_equal(&known->no, &m->no) ||
        !text_equal(&known->event, &m->event)) {
        known->open = false;
        return MAP_NONE;
    }
    *known = *m;
    return i;
}

/* The event's number, new or known; MAP_NONE when it has no room. */
static uint32_t
room_in_event(struct universe *u, const struct text *id)
{
    uint32_t e = map_find(u->by_event, id->s);

    if (e == MAP_NONE) {
        e = u->events_count;
        if (!map_put(u->by_event, id->s, e))
            return MAP_NONE;
        u->events[e].id = *id;
        u->events[e].count = 0;
        u->events_count++;
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
    if (u->markets_count == u->cap ||
        map_find(u->by_token, &m->yes) != MAP_NONE ||
        map_find(u->by_token, &m->no) != MAP_NONE)
        return MAP_NONE;
    e = room_in_event(u, &m->event);
    if (e == MAP_NONE)
        return MAP_NONE;
    i = u->markets_count++;
    u->markets[i] = (struct universe_market){
        .m = *m, .event = e, .yes = 2 * i, .no = 2 * i + 1
    };
    event = &u->events[e];
    event->markets[event->count++] = i;
    must(map_put(u->by_market, m->market.s, i));
    must(map_put(u->by_token, &m->yes, 2 * i));
    must(map_put(u->by_token, &m->no, 2 * i + 1));
    return i;
}

bool
universe_resolve(struct universe *u, const struct resolution *r,
                 uint32_t *market)
{
    uint32_t i = map_find(u->by_market, r->market.s);

    if (i == MAP_NONE || r->payout_yes.micros < 0 ||
        r->payout_yes.micros > MICROS)
        return false;
    u->markets[i].m.open = false;
    u->markets[i].payout_yes = r->payout_yes;
    if (r->final)
        u->markets[i].resolved = true;
    *market = i;
    return true;
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
