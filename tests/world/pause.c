/* pause - a process that is not scheduled for a while, or dies of bad news
 *
 * riskd or the executor stands still, mostly right after the executor asked
 * for a grant; what is meant for it waits and comes all at once.  Sometimes
 * everything is killed and cleared meanwhile.  And a process dies soon after
 * what it said about money was lost: nobody is left to say it again but its
 * log.  And books that are asked for are not to be had for a while, so that
 * the quiet ones grow old.  And now and then all die at once.  Drawn from a
 * chance of their own. */
#include "tests/world/world.h"

enum { AFTER_ASKING = 400, LONG_MS = 2500, SHORT_MS = 400, BLINK_ONE_IN = 40,
       BLINK_LEAST_MS = 200, BLINK_MOST_MS = 800, BLINK_KILL_MS = 70,
       DOOM_ONE_IN = 3, DOOM_MS = 400, NO_KILL_MS = 5000,
       BOOKS_LEAST_MS = 3000, BOOKS_MOST_MS = 15000, ALL_DIE_ONE_IN = 16 };

static bool
roll(struct world *w, uint32_t ppm)
{
    return !w->calm && ppm > 0 && chance_below(&w->more, 1000000) < ppm;
}

/* The kill and its end both while it stands still, and a grant waits. */
static void
blink(struct world *w, struct node *n)
{
    struct kill *k = &w->kill;
    if (n->engine == NULL || w->calm || w->weather.pause_ppm == 0 ||
        w->latched || k->when == KILL_NEVER || k->at != INT64_MAX ||
        w->now < w->start + (int64_t)NO_KILL_MS * 1000000 ||
        chance_below(&w->more, BLINK_ONE_IN) != 0)
        return;
    n->still_until = w->now + chance_between(&w->more, BLINK_LEAST_MS,
                                             BLINK_MOST_MS) * 1000000;
    k->at = w->now + (int64_t)BLINK_KILL_MS * 1000000;
    k->blink_until = n->still_until;
    k->clears = true;
    world_hit(w, HIT_pause);
}

static void
stand_still(struct world *w, struct node *n)
{
    int64_t most = chance_of(&w->more, 50) ? LONG_MS : SHORT_MS;
    if (n->engine == NULL || w->now < n->still_until)
        return;
    n->still_until = w->now + chance_between(&w->more, 1, most) * 1000000;
    world_hit(w, HIT_pause);
}

/* As when the machine loses its power. */
static void
all_die(struct world *w)
{
    world_hit(w, HIT_crash_all);
    for (int i = SOURCE_feed; i < (int)NODES; i++)
        if (w->nodes[i].engine != NULL)
            node_crash(w, &w->nodes[i]);
}

void
pause_step(struct world *w)
{
    bool pauses = roll(w, w->weather.pause_ppm);
    uint64_t so_far = w->hits[HIT_pause] + w->hits[HIT_crash_all];
    if (pauses && so_far % ALL_DIE_ONE_IN == 1)
        all_die(w);
    else if (pauses)
        stand_still(w, &w->nodes[chance_of(&w->more, 50) ? SOURCE_riskd
                                                         : SOURCE_executor]);
    if (w->now >= w->no_books_until && roll(w, w->weather.pause_ppm)) {
        w->no_books_until = w->now + chance_between(&w->more, BOOKS_LEAST_MS,
                                                    BOOKS_MOST_MS) * 1000000;
        world_hit(w, HIT_no_books);
    }
    for (int i = SOURCE_feed; i < (int)NODES; i++) {
        struct node *n = &w->nodes[i];
        if (n->doomed_at == 0 || w->now < n->doomed_at)
            continue;
        n->doomed_at = 0;
        if (n->engine != NULL && !w->calm)
            node_crash(w, n);
    }
}

void
pause_asked(struct world *w)
{
    if (roll(w, w->weather.pause_ppm * AFTER_ASKING))
        stand_still(w, &w->nodes[SOURCE_executor]);
    else
        blink(w, &w->nodes[SOURCE_executor]);
}

void
pause_lost(struct world *w, struct node *n, uint16_t type)
{
    bool money = type == TYPE_fill || type == TYPE_settle ||
                 type == TYPE_release;
    if (!money || n->src != SOURCE_executor || w->calm ||
        w->weather.pause_ppm == 0 || n->doomed_at != 0 ||
        chance_below(&w->more, DOOM_ONE_IN) != 0)
        return;
    n->doomed_at = w->now + chance_between(&w->more, 0, DOOM_MS) * 1000000;
    world_hit(w, HIT_doom);
}

bool
stands_still(const struct world *w, const struct node *n)
{
    return n->engine != NULL && w->now < n->still_until;
}
