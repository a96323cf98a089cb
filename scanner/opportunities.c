/* opportunities - the life of each, from opening to closing, and its telling */

/* One row of fact_arb_scan comes of each opening, so an opening is told at
 * once, an update only when it is material, and a closing always, with the
 * reason.  What was told before a crash is recalled at the start and closed:
 * the condition may hold still, but nobody watched it in between, so it opens
 * anew. */

#include "scanner/opportunities.h"

#include "common/map.h"
#include "common/must.h"

#include <stdlib.h>

/* A call's three turns and its requests. */
_Static_assert(4 * TURN_SAYS * sizeof(struct opportunity) <=
               SCANNER_OUTBOX_BYTES, "what a call says fits its outbox");

struct record {
    struct opportunity m;      /* As it is now. */
    uint32_t key;              /* MAP_NONE = recalled. */
    uint32_t place;            /* In `open`. */
    enum reason ending;        /* Is to be closed for it. */
    bool untold;               /* m is newer than what was told. */
    struct nanos told;         /* Monotonic. */
    struct qty told_sets;
    struct money told_profit;
};

struct opportunities {
    struct scanner_conf conf;
    struct ms ttl, again;
    struct nanos looked;       /* For those to be told again. */
    uint64_t *counters;
    uint64_t made;             /* For ids. */
    uint32_t cap, count, late; /* late: those untold or ending. */
    struct record *at;
    uint32_t *open;            /* Records in use, dense; then the others. */
    uint32_t keys;
    uint32_t *by_key;          /* Record or MAP_NONE. */
    struct map *by_id;         /* Recalled ones only. */
};

struct opportunities *
opportunities_new(uint32_t keys, uint32_t cap, const struct scanner_conf *conf,
                  struct ms ttl, struct ms again, uint64_t *counters)
{
    struct opportunities *o = calloc(1, sizeof *o);

    must(o != NULL && cap > 0 && keys > 0);
    o->conf = *conf;
    o->ttl = ttl;
    o->again = again;
    o->counters = counters;
    o->cap = cap;
    o->keys = keys;
    o->at = calloc(cap, sizeof *o->at);
    o->open = calloc(cap, sizeof *o->open);
    o->by_key = calloc(keys, sizeof *o->by_key);
    o->by_id = map_new(sizeof(struct uuid), cap);
    must(o->at != NULL && o->open != NULL && o->by_key != NULL);
    for (uint32_t i = 0; i < cap; i++)
        o->open[i] = i;
    for (uint32_t i = 0; i < keys; i++)
        o->by_key[i] = MAP_NONE;
    return o;
}

void
opportunities_destroy(struct opportunities **o)
{
    if (*o == NULL)
        return;
    map_destroy(&(*o)->by_id);
    free((*o)->at);
    free((*o)->open);
    free((*o)->by_key);
    free(*o);
    *o = NULL;
}

uint32_t
opportunities_count(const struct opportunities *o)
{
    return o->count;
}

bool
opportunities_is_open(const struct opportunities *o, uint32_t key)
{
    must(key < o->keys);
    return o->by_key[key] != MAP_NONE;
}

static struct record *
take(struct opportunities *o, uint32_t key)
{
    struct record *r;

    if (o->count == o->cap)
        return NULL;
    r = &o->at[o->open[o->count]];
    r->key = key;
    r->place = o->count++;
    r->ending = REASON_none;
    r->untold = false;
    if (key != MAP_NONE)
        o->by_key[key] = (uint32_t)(r - o->at);
    return r;
}

static void
give_back(struct opportunities *o, struct record *r)
{
    uint32_t self = (uint32_t)(r - o->at), last = o->open[--o->count];

    o->open[r->place] = last;
    o->at[last].place = r->place;
    o->open[o->count] = self;
    if (r->key != MAP_NONE)
        o->by_key[r->key] = MAP_NONE;
    else
        map_remove(o->by_id, r->m.scan_id.b);
    if (r->untold)
        o->late--;
    if (r->ending != REASON_none)
        o->late--;
}

static void
set_untold(struct opportunities *o, struct record *r, bool untold)
{
    if (untold && !r->untold)
        o->late++;
    if (!untold && r->untold)
        o->late--;
    r->untold = untold;
}

static void
tell(struct opportunities *o, struct record *r, struct turn *turn)
{
    must(turn->budget > 0);
    turn->budget--;
    r->m.rev++;
    r->told = turn->in->mono;
    r->told_sets = r->m.sets;
    r->told_profit = r->m.profit;
    set_untold(o, r, false);
    say_opportunity(turn->out, &r->m, NULL);
}

static void
copy_basket(struct opportunity *m, const struct basket *b)
{
    m->legs.count = b->legs.count;
    for (uint32_t i = 0; i < b->legs.count; i++)
        m->legs.at[i] = b->legs.at[i];
    m->sets = b->sets;
    m->gross = b->gross;
    m->net = b->net;
    m->cost = b->cost;
    m->fees = b->fees;
    m->lock = b->lock;
    m->locked = b->locked;
    m->profit = b->profit;
    m->capital = b->outlay;
    m->conversion = b->outlook.conversion;
    m->exposed = b->outlook.exposed;
    m->at_risk = b->outlook.at_risk;
    m->hit = b->outlook.hit;
    m->break_even = b->outlook.break_even;
    m->annual = b->outlook.annual;
    m->excess = b->outlook.excess;
    m->pays = b->outlook.pays;
    if (b->profit.micros > m->peak.micros)
        m->peak = b->profit;
}

static void
begin(struct opportunities *o, uint32_t key, enum strategy strategy,
      const struct text *event, const struct basket *basket,
      struct turn *turn)
{
    struct record *r = turn->budget > 0 ? take(o, key) : NULL;

    if (r == NULL) {
        o->counters[SCANNER_not_opened]++;
        return;
    }
    r->m.scan_id = uuid_make(turn->in->wall, SOURCE_scanner,
                             turn->in->own_run, ++o->made);
    r->m.rev = 0;
    r->m.state = OPP_STATE_opened;
    r->m.strategy = strategy;
    r->m.event = *event;
    r->m.peak.micros = 0;
    r->m.opened = turn->in->wall;
    r->m.frame = turn->frame;
    r->m.closed.ns = 0;
    r->m.ttl = o->ttl;
    r->m.reason = REASON_none;
    copy_basket(&r->m, basket);
    basket_used(basket, &r->m.used, &r->m.left_out);
    o->counters[SCANNER_opened]++;
    tell(o, r, turn);
    r->m.state = OPP_STATE_updated;
}

/* Whether now differs from before by the share of before that is worth
 * telling. */
static bool
has_moved(struct ppm by, int64_t before, int64_t now)
{
    wide change = (wide)now - before;

    if (change < 0)
        change = -change;
    return change > 0 && change * MICROS >= (wide)before * by.ppm;
}

static bool
has_other_legs(const struct legs *a, const struct legs *b)
{
    for (uint32_t i = 0; i < a->count && i < b->count; i++) {
        const struct leg *x = &a->at[i], *y = &b->at[i];

        if (x->limit.micros != y->limit.micros ||
            x->book_seq != y->book_seq || x->epoch != y->epoch ||
            x->book_run != y->book_run || x->side != y->side ||
            !hash_equal(&x->token, &y->token))
            return true;
    }
    return a->count != b->count;
}

static bool
may_tell(const struct opportunities *o, const struct record *r,
         const struct turn *turn)
{
    return turn->budget > 0 &&
           turn->in->mono.ns - r->told.ns >=
               o->conf.update_every.ms * 1000000;
}

static void
tell_update(struct opportunities *o, struct record *r, struct turn *turn)
{
    o->counters[SCANNER_updated]++;
    tell(o, r, turn);
}

void
opportunities_hold(struct opportunities *o, uint32_t key,
                   enum strategy strategy, const struct text *event,
                   const struct basket *basket, struct turn *turn)
{
    struct record *r;

    must(key < o->keys);
    if (o->by_key[key] == MAP_NONE) {
        begin(o, key, strategy, event, basket, turn);
        return;
    }
    r = &o->at[o->by_key[key]];
    if (r->ending != REASON_none)
        return;
    if (has_other_legs(&r->m.legs, &basket->legs) ||
        has_moved(o->conf.update_by, r->told_sets.micros,
                  basket->sets.micros) ||
        has_moved(o->conf.update_by, r->told_profit.micros,
                  basket->profit.micros))
        set_untold(o, r, true);
    copy_basket(&r->m, basket);
    /* Else no book is another, and neither is any limit: nor these. */
    if (r->untold)
        basket_used(basket, &r->m.used, &r->m.left_out);
    if (r->untold && may_tell(o, r, turn))
        tell_update(o, r, turn);
}

/* Closes it, or marks it when nothing more may be said. */
static bool
finish(struct opportunities *o, struct record *r, enum reason why,
       struct turn *turn)
{
    must(why != REASON_none);
    if (turn->budget == 0) {
        if (r->ending == REASON_none)
            o->late++;
        r->ending = why;
        return false;
    }
    r->m.state = OPP_STATE_closed;
    r->m.closed = turn->in->wall;
    r->m.reason = why;
    o->counters[SCANNER_closed]++;
    tell(o, r, turn);
    give_back(o, r);
    return true;
}

void
opportunities_end(struct opportunities *o, uint32_t key, enum reason why,
                  struct turn *turn)
{
    must(key < o->keys);
    if (o->by_key[key] != MAP_NONE)
        finish(o, &o->at[o->by_key[key]], why, turn);
}

void
opportunities_end_all(struct opportunities *o, enum reason why,
                      struct turn *turn)
{
    /* A closed one leaves its place to the last. */
    for (uint32_t i = 0; i < o->count;)
        if (!finish(o, &o->at[o->open[i]], why, turn))
            i++;
}

/* The last word of one that goes on for days must not be among the facts that
 * are thrown away: a restart would not know that it was open. */
static void
mark_long_untold(struct opportunities *o, struct nanos mono)
{
    int64_t again = o->again.ms * 1000000;

    if (again == 0 || mono.ns - o->looked.ns < again / 8)
        return;
    o->looked = mono;
    for (uint32_t i = 0; i < o->count; i++) {
        struct record *r = &o->at[o->open[i]];

        if (r->ending == REASON_none && mono.ns - r->told.ns >= again / 2)
            set_untold(o, r, true);
    }
}

void
opportunities_on_tick(struct opportunities *o, struct turn *turn)
{
    mark_long_untold(o, turn->in->mono);
    for (uint32_t i = 0; i < o->count && o->late > 0;) {
        struct record *r = &o->at[o->open[i]];

        if (r->ending != REASON_none && turn->budget > 0) {
            finish(o, r, r->ending, turn);
            continue;
        }
        if (r->untold && r->ending == REASON_none && may_tell(o, r, turn))
            tell_update(o, r, turn);
        i++;
    }
}

void
opportunities_recall(struct opportunities *o, const struct opportunity *m)
{
    uint32_t i = map_find(o->by_id, m->scan_id.b);
    struct record *r;

    if (m->state == OPP_STATE_closed) {
        if (i != MAP_NONE)
            give_back(o, &o->at[i]);
        return;
    }
    r = i == MAP_NONE ? take(o, MAP_NONE) : &o->at[i];
    if (r == NULL) {
        o->counters[SCANNER_not_opened]++;
        return;
    }
    if (i == MAP_NONE) {
        r->ending = REASON_RESTARTED;
        o->late++;
        must(map_put(o->by_id, m->scan_id.b, (uint32_t)(r - o->at)));
    }
    r->m = *m;
}
