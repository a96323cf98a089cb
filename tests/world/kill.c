/* kill - when the kill switch is pulled, and cleared
 *
 * At any time, while a group is in a certain state, right after a certain
 * thing was written down, or while a process is dead: whatever comes first.  It
 * takes effect between two inputs, as the gate makes sure in life.  Half of
 * them are cleared after some seconds, and business goes on.  In some worlds
 * the latch's file vanishes later, in force or cleared, with everybody dead or
 * not: then the switch is on, and stays on. */
#include "tests/world/world.h"

#include "common/latch.h"
#include "common/must.h"

static const enum group_state phases[] = {
    GROUP_STATE_preflight, GROUP_STATE_authorizing, GROUP_STATE_authorizing,
    GROUP_STATE_authorizing, GROUP_STATE_working, GROUP_STATE_cancelling,
    GROUP_STATE_holding, GROUP_STATE_done,
};
static const uint16_t types[] = { TYPE_grant, TYPE_grant, TYPE_intent,
                                  TYPE_fill, TYPE_settle, TYPE_execution };
enum {
    PHASES = sizeof phases / sizeof phases[0],
    TYPES = sizeof types / sizeof types[0]
};

void
kill_plan(struct world *w)
{
    struct kill *k = &w->kill;
    struct chance *c = &w->chance;
    uint32_t draw = chance_below(c, (PHASES + TYPES + 3) * 4 / 3);
    *k = (struct kill){ .at = INT64_MAX, .clear_at = INT64_MAX,
                        .gone_at = INT64_MAX };
    k->from = w->now + chance_between(c, w->ms / 8, w->ms * 3 / 4) * 1000000;
    k->clears = chance_of(c, 50) && !w->weather.commands; /* Who does. */
    if (w->weather.clear)
        return;
    if (draw < PHASES) {
        k->when = KILL_IN_PHASE;
        k->phase = phases[draw];
    } else if (draw < PHASES + TYPES) {
        k->when = KILL_AFTER;
        k->type = types[draw - PHASES];
    } else if (draw < PHASES + TYPES + 2) {
        k->when = KILL_WHILE_DOWN;
        k->down = draw % 2 == 0 ? SOURCE_riskd : SOURCE_executor;
    } else if (draw == PHASES + TYPES + 2) {
        k->when = KILL_ANYTIME;
        k->at = k->from;
    }
}

static bool
is_due(const struct world *w, enum kill_when when)
{
    return w->kill.when == when && w->kill.at == INT64_MAX && !w->calm &&
           w->now >= w->kill.from;
}

/* From now to as long as such a state lasts. */
static void
pull_soon(struct world *w)
{
    static const int64_t most_us[] = { 1, 3000, 30000, 200000 };
    int64_t most = most_us[chance_below(&w->chance, 4)];
    w->kill.at = w->now + chance_between(&w->chance, 0, most) * 1000;
}

void
kill_heard(struct world *w, uint16_t type, const void *msg)
{
    const struct group *g = msg;
    if (is_due(w, KILL_AFTER) && type == w->kill.type)
        pull_soon(w);
    if (is_due(w, KILL_IN_PHASE) && type == TYPE_group &&
        g->state == w->kill.phase)
        pull_soon(w);
}

struct latch_state
kill_look(struct world *w, const struct node *n)
{
    struct latch l = { .latched = w->latched, .kill_gen = w->kill_gen,
                       .clear_gen = w->kill_gen - w->latched };
    if (w->latch_gone)
        l = (struct latch){ .latched = false };
    w->latch_old |= latch_doubt(&l, n->latch.latched, n->latch.kill_gen);
    return (struct latch_state){ .latched = l.latched,
                                 .kill_gen = l.kill_gen,
                                 .clear_gen = l.clear_gen };
}

/* Not before riskd knows of the last kill or clearing: what nobody knew of
 * cannot be remembered. */
static void
lose_latch(struct world *w)
{
    struct kill *k = &w->kill;
    const struct node *riskd = &w->nodes[SOURCE_riskd];
    if (w->now < k->gone_at || w->calm || riskd->engine == NULL ||
        !riskd->latch_told || riskd->latch.kill_gen != w->kill_gen ||
        riskd->latch.latched != w->latched)
        return;
    k->gone_at = INT64_MAX;
    k->clears = false;
    w->latch_gone = true;
    world_hit(w, HIT_latch_lost);
    for (int i = SOURCE_riskd; k->all_die && i <= (int)SOURCE_executor; i++)
        if (w->nodes[i].engine != NULL)
            node_crash(w, &w->nodes[i]);
}

void
kill_ask(struct world *w)
{
    w->kill_asked = true;
}

/* What riskd noted since; a kill that came after a clear wins. */
static void
do_noted(struct world *w)
{
    struct kill *k = &w->kill;
    if (k->clears_gen != 0 && w->latched && !w->latch_gone &&
        k->clears_gen == w->kill_gen) {
        world_hit(w, HIT_cleared);
        w->latched = false;
        w->was_cleared = true;
    }
    if (k->pulls && w->latch_gone) {
        w->latch_old = true;
    } else if (k->pulls) {
        world_hit(w, HIT_killed);
        w->latched = true;
        w->kill_gen++;
    }
    k->pulls = false;
    k->clears_gen = 0;
}

void
kill_step(struct world *w)
{
    struct kill *k = &w->kill;
    bool asked = w->kill_asked;
    do_noted(w);
    lose_latch(w);
    if (w->latch_old) {
        w->latched = true;
        w->latch_old = w->latch_gone = false;
        w->kill_gen++;
    }
    if (w->kill_asked && !w->latched)
        k->at = w->now;
    w->kill_asked = false;
    if (is_due(w, KILL_WHILE_DOWN) && w->nodes[k->down].engine == NULL)
        k->at = w->now;
    if (!w->latched && (k->clear_at == INT64_MAX || asked) &&
        w->now >= k->at) {
        world_hit(w, HIT_killed);
        w->latched = true;
        w->kill_gen++;
        k->clear_at = w->now + (chance_of(&w->chance, 60)
                                    ? chance_between(&w->chance, 1000, 8000)
                                    : chance_between(&w->chance, 1, 100)) *
                                   1000000;
        if (k->blink_until != 0)
            k->clear_at = w->now + (k->blink_until - w->now) / 2;
        if (chance_of(&w->chance, 40))
            k->gone_at = w->now +
                         chance_between(&w->chance, 1, 12000) * 1000000;
        k->all_die = chance_of(&w->chance, 50);
    } else if (w->latched && k->clears && w->now >= k->clear_at) {
        world_hit(w, HIT_cleared);
        w->latched = false;
        w->was_cleared = true;
    }
}

const char *
kill_name(const struct world *w)
{
    switch (w->kill.when) {
    case KILL_NEVER: return "never";
    case KILL_ANYTIME: return "at any time";
    case KILL_IN_PHASE: return enum_word(&group_state_words, w->kill.phase);
    case KILL_AFTER: return schema_find(w->kill.type)->name;
    case KILL_WHILE_DOWN: return "in a crash";
    }
    unreachable();
}
