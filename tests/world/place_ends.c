/* place_ends - events that end while we trade in them, and feed does not hear
 *
 * Soon after one of our orders its event closes, whatever stands open there,
 * and is paid out a while later: to one answer, to none, or by halves.  Half
 * the time feed dies in between and comes back when it is over, so that only
 * who asks will know.  Of a pair somebody else takes a part of one side first,
 * so that one answer is held, be it yes or no. */
#include "tests/world/place.h"

#include "common/map.h"
#include "common/must.h"

static uint32_t
draw_winner(struct world *w, const struct listed_event *e)
{
    if (e->count == 1 && chance_of(&w->chance, 40))
        return SIMEX_HALF;
    return chance_below(&w->chance, e->count + (e->count == 1));
}

void
place_end_soon(struct world *w, const struct intent *m)
{
    struct place *p = w->place;
    const struct listing *l = p->simex->listing;
    uint32_t t = map_find(l->tokens, &m->token);
    must(t != MAP_NONE);
    uint32_t event = l->markets[t / 2].event;
    bool pair = l->events[event].count == 1;
    if (p->ends_count == ENDS ||
        !world_roll(w, w->weather.end_ppm * (pair ? 8 : 1)))
        return;
    const struct plan *plan = &p->simex->plan;
    for (uint32_t i = 0; i < plan->ending_count; i++)
        if (plan->ending[i] == event)
            return; /* It has its time. */
    for (uint32_t i = 0; i < p->ends_count; i++)
        if (p->ends[i].event == event)
            return;
    if (pair && !p->raid) {
        p->raid = true;
        p->raided = *m;
    }
    struct sudden *s = &p->ends[p->ends_count++];
    s->event = event;
    s->winner = draw_winner(w, &l->events[event]);
    s->close_ms = w->now / 1000000 + chance_between(&w->chance, 0, 2000);
    s->resolve_ms = s->close_ms + chance_between(&w->chance, 50, 3000);
    if (chance_of(&w->chance, 50))
        s->up_ms = s->resolve_ms + chance_between(&w->chance, 0, 3000);
}

static void
close_event(struct world *w, const struct sudden *s)
{
    struct place *p = w->place;
    struct node *feed = &w->nodes[SOURCE_feed];
    found_raided(w, p->simex->listing->events[s->event].id);
    world_hit(w, HIT_sudden_end);
    plan_end(p->simex, s->event);
    simex_close(p->simex, s->event);
    if (s->up_ms == 0)
        return;
    if (feed->engine != NULL)
        node_crash(w, feed);
    if (feed->up_at < s->up_ms * 1000000)
        feed->up_at = s->up_ms * 1000000;
}

void
place_ends(struct world *w)
{
    struct place *p = w->place;
    int64_t now_ms = w->now / 1000000;
    for (uint32_t i = 0; i < p->ends_count; i++) {
        const struct sudden *s = &p->ends[i];
        enum listed_state state = p->simex->listing->events[s->event].state;
        if (state == LISTED_OPEN && now_ms >= s->close_ms && !w->frozen)
            close_event(w, s);
        else if (state == LISTED_CLOSED && now_ms >= s->resolve_ms)
            simex_resolve(p->simex, s->event, s->winner);
    }
}
