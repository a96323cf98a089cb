/* net - the bus of the world: packets in order of when they are due
 *
 * Between two processes order is kept, as ZeroMQ keeps it; what is lost is
 * lost in the middle of the stream.  What is asked or answered may come a
 * second time, late and out of order, as over a connection that was thought
 * dead; what is published may be lost for a while, as behind a full queue. */
#include "tests/world/world.h"

#include "common/digest.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { LATE_US = 300000, DEAF_MS = 500, RARE = 200, OLD_MS = 6000,
       AGAIN = 1000000007, ALL_ONE_IN = 3, ALL_TIMES = 6, ALL_PERCENT = 26,
       ALL_SHARES = 450 };

static bool
is_before(const struct packet *a, const struct packet *b)
{
    return a->due < b->due || (a->due == b->due && a->order < b->order);
}

static void
swap(struct packet *a, struct packet *b)
{
    struct packet t = *a;
    *a = *b;
    *b = t;
}

static void
put(struct net *n, const struct packet *p, const void *body, int64_t due,
    uint64_t order)
{
    if (n->count == n->cap) {
        n->cap = n->cap == 0 ? 1024 : 2 * n->cap;
        n->heap = realloc(n->heap, n->cap * sizeof *n->heap);
        must(n->heap != NULL && n->cap < 1 << 22);
    }
    struct packet *q = &n->heap[n->count];
    *q = *p;
    q->body = malloc(p->size + 1);
    must(q->body != NULL);
    memcpy(q->body, body, p->size);
    q->order = order;
    q->due = due;
    for (uint32_t i = n->count++; i > 0;) {
        uint32_t up = (i - 1) / 2;
        if (!is_before(&n->heap[i], &n->heap[up]))
            break;
        swap(&n->heap[i], &n->heap[up]);
        i = up;
    }
}

void
net_defer(struct net *n, const struct packet *p, int64_t due)
{
    put(n, p, p->body, due, p->order); /* Before what came after it. */
}

static bool
is_lost(struct world *w, const struct packet *p)
{
    int64_t *deaf = &w->net.deaf_until[p->from][p->to];
    if (aim_cuts(w, p))
        return true;
    if (p->req == AGAIN)
        return false; /* Nobody would ask for its answer again. */
    if (p->tseq == 0)
        return world_roll(w, w->weather.lose_ask_ppm);
    if (world_roll(w, w->weather.deaf_ppm)) {
        int64_t ms = chance_between(&w->chance, 1, DEAF_MS);
        if (w->now >= *deaf)
            *deaf = w->now + ms * 1000000;
    }
    return world_roll(w, w->weather.lose_ppm * (p->tseq < RARE ? 10 : 1)) ||
           (!w->calm && w->now < *deaf);
}

static int64_t
draw_delay(struct world *w)
{
    return w->calm ? 50
                   : chance_between(&w->chance, 20, w->weather.delay_us_max);
}

bool
net_post(struct world *w, const struct packet *p, const void *body)
{
    struct net *n = &w->net;
    digest_add(w->sha, body, p->size);
    if (p->type == TYPE_settle && p->to == SOURCE_riskd && p->req != AGAIN)
        must(settle_unpack(&n->settled[n->settled_next++ % SETTLED], body,
                           p->size));
    if (is_lost(w, p)) {
        w->lost++;
        world_hit(w, p->tseq == 0 ? HIT_ask_lost : HIT_pub_lost);
        return false;
    }
    int64_t *link = &n->link_due[p->from][p->to];
    int64_t due = w->now + draw_delay(w) * 1000;
    if (due < *link)
        due = *link;
    *link = due;
    put(n, p, body, due, n->order++);
    if (p->tseq == 0 && world_roll(w, w->weather.repeat_ppm)) {
        w->repeated++;
        world_hit(w, HIT_ask_twice);
        put(n, p, body,
            due + chance_between(&w->chance, 0, LATE_US) * 1000, n->order++);
    }
    return true;
}

int64_t
net_next(const struct net *n)
{
    return n->count == 0 ? INT64_MAX : n->heap[0].due;
}

struct packet
net_take(struct net *n)
{
    must(n->count > 0);
    struct packet first = n->heap[0];
    n->heap[0] = n->heap[--n->count];
    for (uint32_t i = 0;;) {
        uint32_t least = i, left = 2 * i + 1, right = 2 * i + 2;
        if (left < n->count && is_before(&n->heap[left], &n->heap[least]))
            least = left;
        if (right < n->count && is_before(&n->heap[right], &n->heap[least]))
            least = right;
        if (least == i)
            break;
        swap(&n->heap[i], &n->heap[least]);
        i = least;
    }
    return first;
}

/* From the executor to riskd, when both are there. */
static struct packet
again(struct world *w, const struct schema *sc, const void *msg)
{
    struct packet p = {
        .from = SOURCE_executor, .to = SOURCE_riskd,
        .from_run = w->nodes[SOURCE_executor].run,
        .to_run = w->nodes[SOURCE_riskd].run, .type = sc->type,
        .req = AGAIN, .said = w->now, .due = w->now, .body = w->packed,
    };
    size_t size = schema_pack(sc, msg, w->packed, PACKED_CAP);
    must(size > 0);
    p.size = (uint32_t)size;
    return p;
}

/* As an executor that begins anew says all it ever settled; before whatever is
 * on its way over another connection. */
void
net_settle_again(struct world *w, const struct fill *m)
{
    const struct net *n = &w->net;
    if (w->calm || w->weather.pause_ppm == 0 ||
        w->nodes[SOURCE_executor].engine == NULL)
        return;
    for (uint32_t i = 0; i < SETTLED; i++) {
        const struct settle *old = &n->settled[i];
        if (uuid_is_zero(&old->ref) ||
            (!hash_equal(&old->token, &m->token) &&
             !hash_equal(&old->pair, &m->token)))
            continue;
        struct packet p = again(w, &settle_schema, old);
        world_hit(w, HIT_settled_again);
        node_hear(w, &w->nodes[SOURCE_riskd], &p);
    }
}

/* As much of it as one trade may be, or one order: some of them are more than
 * an event may be, or all. */
static void
enlarge(const struct world *w, struct legs *legs)
{
    int64_t cost = 0;
    int64_t most = w->weather.capital_usd * MICROS / 100 * ALL_PERCENT;
    for (uint32_t i = 0; i < legs->count; i++)
        cost += (int64_t)((wide)legs->at[i].limit.micros *
                          legs->at[i].size.micros / MICROS);
    for (uint32_t i = 0; i < legs->count && cost > 0; i++) {
        struct leg *l = &legs->at[i];
        int64_t shares = (int64_t)((wide)l->size.micros * most / cost /
                                   MICROS);
        l->size.micros = MICROS * (shares < ALL_SHARES ? shares : ALL_SHARES);
        l->depth = l->size;
    }
}

static void
ask_for_all(struct world *w, struct authorize *m)
{
    enlarge(w, &m->legs);
    for (int i = 0; i < ALL_TIMES; i++) {
        m->group.b[13]++;
        struct packet p = again(w, &authorize_schema, m);
        world_hit(w, HIT_asked_for_all);
        (void)net_post(w, &p, w->packed);
    }
}

void
net_ask_again(struct world *w)
{
    struct node *from = &w->nodes[SOURCE_executor];
    struct node *to = &w->nodes[SOURCE_riskd];
    struct authorize m = *w->asked;
    if (w->asked_run == 0 || w->asked_run != from->run ||
        from->engine == NULL || to->engine == NULL)
        return;
    m.group.b[15] ^= (uint8_t)chance_below(&w->chance, 255) + 1;
    m.group.b[14] ^= (uint8_t)chance_below(&w->chance, 256);
    m.kind = GRANT_KIND_normal;
    m.attempt = 1;
    world_hit(w, HIT_asked_again);
    if (w->weather.pause_ppm > 0 &&
        w->hits[HIT_asked_again] % ALL_ONE_IN == 0) {
        ask_for_all(w, &m);
        return;
    }
    int64_t times = chance_between(&w->chance, 1, 3);
    for (uint32_t i = 0; i < m.legs.count; i++) {
        m.legs.at[i].size.micros *= times;
        m.legs.at[i].depth.micros *= times;
    }
    bool old = w->weather.pause_ppm > 0 && chance_of(&w->more, 25);
    for (uint32_t i = 0; i < m.legs.count; i++)
        m.legs.at[i].age.ms += old ? OLD_MS : 0;
    struct packet p = again(w, &authorize_schema, &m);
    (void)net_post(w, &p, w->packed);
}
