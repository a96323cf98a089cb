/* zombie - an executor that was only thought dead
 *
 * It is stopped where it stands, for longer than its lease lasts, and another
 * is started and leased meanwhile: in life the lock of its run file would have
 * to be gone for that.  Then it goes on with all it has, a grant in its queue
 * perhaps.  Everybody hears it, but the venue: there it may not even try to
 * send. */
#include "tests/world/world.h"

#include "common/must.h"

enum { ONE_IN = 3, LEASE_MS = 2001, STOPPED_MS = 8000, LIFE_MS = 6000 };

bool
zombie_is(const struct world *w, enum source src, uint64_t run)
{
    return w->zombie.engine != NULL && src == w->zombie.src &&
           run == w->zombie.run;
}

/* riskd knows of the next one: until then this one is none too many. */
bool
zombie_is_awake(const struct world *w)
{
    const struct node *z = &w->zombie;
    return z->engine != NULL && w->now >= z->up_at &&
           w->leased > z->run;
}

bool
zombie_rises(struct world *w, struct node *n)
{
    struct node *z = &w->zombie;
    if (n->src != SOURCE_executor || w->venue == NULL || w->calm ||
        z->engine != NULL || stands_still(w, n) ||
        chance_below(&w->chance, ONE_IN) != 0)
        return false;
    struct outbox *out = z->out ? z->out : outbox_new(n->src, 8u << 20, 8192);
    *z = *n;
    z->out = out;
    z->log = (struct log){ 0 };
    z->up_at = w->now +
               chance_between(&w->chance, LEASE_MS, STOPPED_MS) * 1000000;
    z->stopped = z->up_at + (int64_t)LIFE_MS * 1000000;
    n->engine = NULL;
    n->stopped = w->now;
    n->log.synced = n->log.count;
    n->up_at = w->now + chance_between(&w->chance, 1,
                                       w->weather.down_ms_max) * 1000000;
    w->crashes++;
    world_hit(w, HIT_zombie);
    world_note(w, "seems dead:", "executor");
    return true;
}

void
zombie_step(struct world *w)
{
    struct node *z = &w->zombie;
    if (z->engine == NULL)
        return;
    if (w->calm || w->now >= z->stopped) {
        z->unmake(z);
        z->engine = NULL;
    } else if (zombie_is_awake(w)) {
        world_step_node(w, z);
    }
}

/* What waited in its sockets comes when it wakes. */
void
zombie_hear(struct world *w, const struct packet *p)
{
    struct node *z = &w->zombie;
    bool own = zombie_is(w, p->to, p->to_run);
    if (zombie_is_awake(w) && (own || (p->to == z->src && p->to_run == 0)))
        node_hear(w, z, p);
    else if (own)
        net_defer(&w->net, p, (z->up_at > w->now ? z->up_at : w->now) + 1);
}

static void
check_word(struct world *w, const struct said *s)
{
    const struct venue_call *call = s->msg;
    if (s->schema->type == TYPE_authorize)
        world_fail(w, "a stale executor asks for a grant");
    if (s->schema->type == TYPE_release)
        world_fail(w, "a stale executor releases");
    if (s->schema->type == TYPE_intent)
        world_fail(w, "a stale executor intends an order");
    if ((s->routes & ROUTE_SHELL) && s->schema->type == TYPE_venue_call &&
        (call->op == VENUE_OP_place || call->op == VENUE_OP_split))
        world_fail(w, "a stale executor sends a %s",
                   enum_word(&venue_op_words, call->op));
}

void
zombie_turn(struct world *w)
{
    struct node *z = &w->zombie;
    for (size_t i = 0; i < outbox_count(z->out); i++) {
        const struct said *s = outbox_at(z->out, i);
        story_tell(w, z->src, "stale", s->schema, s->msg);
        check_word(w, s);
        node_send(w, z, s);
    }
    outbox_clear(z->out);
}
