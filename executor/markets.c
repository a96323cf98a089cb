/* markets - markets come, change, resolve, and are forgotten */

/* What is over is forgotten when a new market needs its room, and no sooner.
 * It is needed while a group is open on its event or in it, and while any of
 * its shares are held, in whatever mode: its resolution is still to come, or to
 * be settled. */

#include "executor/state.h"

enum { OVER_LOOKS = 64 }; /* Events that may be over, a market. */

static bool
is_held(const struct executor *x, const struct hash *token)
{
    for (int m = 0; m < (int)mode_end_; m++) {
        const struct position *p = positions_find(x->positions, (enum mode)m,
                                                  token);

        if (p != NULL && p->qty.micros > 0)
            return true;
    }
    return false;
}

static bool
needs(const struct executor *x, const struct universe_event *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        const struct market *m = &universe_market(x->universe,
                                                  e->markets[i])->m;

        if (settle_waits(x, m) || is_held(x, &m->yes) || is_held(x, &m->no))
            return true;
    }
    return false;
}

/* For a market that is new; not at the cost of its own event. */
static void
make_room(struct executor *x, const struct market *m)
{
    if (!universe_is_full(x->universe) ||
        universe_find_market(x->universe, &m->market) != MAP_NONE)
        return;
    for (uint32_t i = 0; i < OVER_LOOKS; i++) {
        uint32_t over = universe_over(x->universe);
        const struct universe_event *e;

        if (over == MAP_NONE)
            return;
        e = universe_event(x->universe, over);
        if (!text_equal(&e->id, &m->event) && !needs(x, e)) {
            x->counters[EXECUTOR_forgotten] += e->count;
            universe_forget(x->universe, over);
            return;
        }
        universe_spare(x->universe, over);
    }
}

void
executor_on_market(struct executor *x, const struct market *m,
                   const struct input *in, struct outbox *out)
{
    (void)out;
    x->universe_heard += in->req != 0 && in->req == x->universe_req;
    held_heard(x, in);
    /* Looked up for us: no news of a market that is followed, unless that is
     * over. */
    if (m->rev == 0 && m->open &&
        universe_find_market(x->universe, &m->market) != MAP_NONE)
        return;
    make_room(x, m);
    if (universe_put(x->universe, m) == MAP_NONE)
        executor_count(x, EXECUTOR_full);
}

void
executor_on_signal(struct executor *x, const struct signal *m,
                   const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    if (!tails_put(&x->tails, m))
        executor_count(x, EXECUTOR_bad_in);
}

void
executor_on_resolution(struct executor *x, const struct resolution *m,
                       const struct input *in, struct outbox *out)
{
    const struct universe_market *market;
    uint32_t i;

    (void)out;
    x->universe_heard += in->req != 0 && in->req == x->universe_req;
    held_heard(x, in);
    if (!universe_resolve(x->universe, m, &i)) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    market = universe_market(x->universe, i);
    x->settle_due |= market->resolved;
    for (uint32_t k = 0; k < GROUP_SLOTS; k++) {
        struct group_slot *g = &x->slots[k];

        if (g->used && (group_leg(g, &market->m.yes) != MAP_NONE ||
                        group_leg(g, &market->m.no) != MAP_NONE))
            g->resolved = true;
    }
}
