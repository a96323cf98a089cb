/* looks - which places are looked at, by which strategies, and how cheaply */

/* A place is an event, a market, or a component of related markets, as the
 * strategy likes it.  Looks are ordered by cost: a reason from the records,
 * kept since they last changed; a glance at the tops; and only if the best
 * prices clear, the walk through the books.  A place marked twice is looked at
 * once. */

#include "scanner/looks.h"

#include "common/must.h"
#include "common/shape.h"
#include "scanner/related.h"
#include "scanner/strategy.h"

#include <stdlib.h>

static const struct strategy_slot *const slots[] = {
#define STRATEGY(letter, file, trade) &strategy_##file,
#include "common/strategies.def"
};
enum { SLOTS = sizeof slots / sizeof slots[0] };

_Static_assert(SLOTS * STRATEGY_WAYS <= 32, "a bit each in open");
_Static_assert(reason_end_ <= UINT8_MAX, "gates hold a reason");

/* A strategy, as configured. */
struct watch {
    bool on;
    uint32_t key;         /* Of place 0, way 0. */
};

/* All that most looks need to know of a place, in a few bytes: with tens of
 * thousands of places, memory touched is time spent. */
struct spot {
    uint32_t event;       /* The event it is of, or is. */
    uint32_t open;        /* A bit for each way of each strategy that may
                             have an opportunity open here. */
    bool is_marked;
    bool is_news;         /* Of an event: renewed since its signal spoke. */
    uint8_t gates[SLOTS]; /* enum reason. */
};

/* The places of one scope, and those marked for a look. */
struct places {
    struct spot *spots;
    uint32_t count;
    uint32_t *marked;
};

enum { SWEEP_FAST = 256 }; /* Events a tick in a pass that is urgent. */

struct looks {
    struct strategy_conf conf;
    struct ms sweep;
    uint64_t *counters;
    struct opportunities *opportunities;
    struct watch watches[SLOTS];
    struct places places[SCOPES];
    struct tails tails;
    struct related *related;
    struct sight sight;
    uint32_t sweep_at;     /* The next event of the pass. */
    struct nanos sweep_began;
    bool sweep_soon;
};

static void
make_places(struct places *p, uint32_t cap)
{
    p->spots = calloc(cap, sizeof *p->spots);
    p->marked = calloc(cap, sizeof *p->marked);
    must(p->spots != NULL && p->marked != NULL);
}

/* Keys: a range for each strategy, one for each of its ways of looking. */
static uint32_t
make_watches(struct looks *l, uint32_t cap)
{
    static const uint32_t most_keys = UINT32_MAX / 2;
    uint32_t keys = 0;

    for (uint32_t i = 0; i < SLOTS; i++) {
        struct watch *w = &l->watches[i];

        w->on = shape_is_on(&l->conf, slots[i]->id);
        w->key = keys;
        must(keys < most_keys && slots[i]->ways <= STRATEGY_WAYS);
        keys += (slots[i]->scope == SCOPE_RELATED ? (uint32_t)TIES_CAP : cap) *
                slots[i]->ways;
    }
    return keys;
}

struct looks *
looks_new(const struct scanner_options *o, const struct universe *u,
          const struct books *books, uint64_t *counters)
{
    struct looks *l = calloc(1, sizeof *l);
    uint32_t cap = (uint32_t)o->own->markets_max;

    must(l != NULL);
    l->conf = *o->strategy;
    l->sweep = o->own->sweep;
    l->counters = counters;
    l->related = related_new(cap);
    l->opportunities = opportunities_new(make_watches(l, cap),
                                         (uint32_t)o->own->opportunities_max,
                                         o->own, o->strategy->ttl,
                                         o->tell_again, counters);
    make_places(&l->places[SCOPE_EVENT], cap);
    make_places(&l->places[SCOPE_MARKET], cap);
    make_places(&l->places[SCOPE_RELATED], TIES_CAP);
    l->sight = (struct sight){
        .universe = u,
        .books = books->at,
        .tops = books->tops,
        .tails = &l->tails,
        .conf = &l->conf,
        .cash_rate = o->cash_rate,
        .related = l->related,
    };
    return l;
}

void
looks_destroy(struct looks **l)
{
    if (*l == NULL)
        return;
    for (uint32_t i = 0; i < SCOPES; i++) {
        free((*l)->places[i].spots);
        free((*l)->places[i].marked);
    }
    related_destroy(&(*l)->related);
    opportunities_destroy(&(*l)->opportunities);
    free(*l);
    *l = NULL;
}

struct opportunities *
looks_opportunities(struct looks *l)
{
    return l->opportunities;
}

static const uint8_t blocked[reason_end_] = {
#define BLOCKED(reason) [REASON_##reason] = SCANNER_blocked_##reason
    BLOCKED(NO_ASK), BLOCKED(NO_BID), BLOCKED(BOOK_UNUSABLE),
    BLOCKED(BOOK_CROSSED), BLOCKED(AUGMENTED), BLOCKED(INCOMPLETE),
    BLOCKED(CLOSED), BLOCKED(LOW_LIQUIDITY), BLOCKED(FEE_UNKNOWN),
    BLOCKED(TOO_MANY_LEGS), BLOCKED(SUM_TOO_LOW), BLOCKED(MIRROR_BROKEN),
    BLOCKED(BELOW_NET), BLOCKED(BELOW_SHARES), BLOCKED(BELOW_MINIMUM),
    BLOCKED(CAPITAL), BLOCKED(NO_SIGNAL), BLOCKED(WINDOW), BLOCKED(UNSURE),
    BLOCKED(TEXT_CHANGED), BLOCKED(PROPOSED),
#undef BLOCKED
    [REASON_BELOW_GROSS] = SCANNER_below_gross,
};

/* The basket at a place, or why there is none: first what costs nothing. */
static enum reason
judge(struct looks *l, const struct strategy_slot *slot, enum reason gate,
      uint32_t place, uint32_t way, struct basket *basket)
{
    enum reason why;

    if (gate == REASON_NOT_NEG_RISK)
        return gate;
    l->counters[SCANNER_looks]++;
    why = slot->glance(&l->sight, place, way);
    if (why != REASON_BELOW_GROSS && gate != REASON_none)
        why = gate;
    if (why == REASON_none)
        why = slot->look(&l->sight, place, way, basket);
    if (why != REASON_none)
        l->counters[blocked[why] != 0 ? blocked[why]
                                      : (uint8_t)SCANNER_blocked_other]++;
    return why;
}

static void
look_at(struct looks *l, uint32_t i, struct spot *spot, uint32_t place,
        struct turn *turn)
{
    const struct strategy_slot *slot = slots[i];
    struct basket basket;

    for (uint32_t way = 0; way < slot->ways; way++) {
        uint32_t key = l->watches[i].key + place * slot->ways + way;
        uint32_t bit = UINT32_C(1) << (i * STRATEGY_WAYS + way);
        enum reason why = judge(l, slot, spot->gates[i], place, way, &basket);

        if (why == REASON_none) {
            opportunities_hold(
                l->opportunities, key, slot->id,
                &universe_event(l->sight.universe, spot->event)->id, &basket,
                turn);
            spot->open |= bit;
        } else if ((spot->open & bit) != 0) {
            /* Prices that moved away are no news: it is simply gone. */
            opportunities_end(l->opportunities, key,
                              why == REASON_BELOW_GROSS ? REASON_GONE : why,
                              turn);
            if (!opportunities_is_open(l->opportunities, key))
                spot->open &= ~bit;
        }
    }
}

static void
mark(struct places *p, uint32_t place)
{
    struct spot *spot = &p->spots[place];

    if (spot->is_marked)
        return;
    spot->is_marked = true;
    p->marked[p->count++] = place;
}

void
looks_mark(struct looks *l, uint32_t market)
{
    mark(&l->places[SCOPE_MARKET], market);
    mark(&l->places[SCOPE_EVENT],
         l->places[SCOPE_MARKET].spots[market].event);
    if (related_of(l->related, market) != MAP_NONE)
        mark(&l->places[SCOPE_RELATED], related_of(l->related, market));
}

void
looks_run(struct looks *l, struct turn *turn)
{
    l->sight.wall = turn->in->wall;
    for (uint32_t scope = 0; scope < SCOPES; scope++) {
        struct places *p = &l->places[scope];

        while (p->count > 0 && turn->budget >= STRATEGY_WAYS) {
            uint32_t place = p->marked[--p->count];
            struct spot *spot = &p->spots[place];

            spot->is_marked = false;
            for (uint32_t i = 0; i < SLOTS; i++)
                if (l->watches[i].on && (uint32_t)slots[i]->scope == scope)
                    look_at(l, i, spot, place, turn);
        }
    }
}

/* What strategies say of it is asked anew. */
static void
renew(struct looks *l, enum scope scope, uint32_t place)
{
    for (uint32_t i = 0; i < SLOTS; i++)
        if (slots[i]->scope == scope)
            l->places[scope].spots[place].gates[i] =
                (uint8_t)slots[i]->gate(&l->sight, place);
}

/* Of the first of its markets that is known: where its money is booked. */
static void
renew_related(struct looks *l, uint32_t component)
{
    const struct kin *k = related_kin(l->related, component);

    renew(l, SCOPE_RELATED, component);
    for (uint32_t i = k->count; i-- > 0;)
        if (k->market[i] != MAP_NONE)
            l->places[SCOPE_RELATED].spots[component].event =
                universe_market(l->sight.universe, k->market[i])->event;
}

void
looks_renew(struct looks *l, uint32_t market)
{
    uint32_t event = universe_market(l->sight.universe, market)->event;
    uint32_t component = related_renew(l->related, l->sight.universe, market);

    renew(l, SCOPE_EVENT, event);
    renew(l, SCOPE_MARKET, market);
    if (component != MAP_NONE)
        renew_related(l, component);
    l->places[SCOPE_MARKET].spots[market].event = event;
    l->places[SCOPE_EVENT].spots[event].event = event;
    l->places[SCOPE_EVENT].spots[event].is_news = true;
    looks_mark(l, market);
}

/* No place for any strategy; where it stands among those marked, it is passed
 * over. */
static void
clear(struct spot *spot)
{
    spot->open = 0;
    for (uint32_t i = 0; i < SLOTS; i++)
        spot->gates[i] = REASON_NOT_NEG_RISK;
}

/* What is open of the relations before ends: nobody may know any more whether
 * it holds.  Where it does, it opens anew. */
void
looks_tie(struct looks *l, const struct ties *ties, struct turn *turn)
{
    struct places *p = &l->places[SCOPE_RELATED];
    uint32_t markets = universe_markets(l->sight.universe);

    for (uint32_t i = 0; i < SLOTS; i++)
        for (uint32_t place = 0; slots[i]->scope == SCOPE_RELATED &&
                                 place < related_count(l->related); place++)
            for (uint32_t way = 0; way < slots[i]->ways; way++)
                opportunities_end(l->opportunities,
                                  l->watches[i].key +
                                      place * slots[i]->ways + way,
                                  REASON_TEXT_CHANGED, turn);
    for (uint32_t place = 0; place < TIES_CAP; place++) {
        clear(&p->spots[place]);
        p->spots[place].is_marked = false;
    }
    p->count = 0;
    related_tie(l->related, ties);
    for (uint32_t market = 0; market < markets; market++)
        if (related_renew(l->related, l->sight.universe, market) != MAP_NONE)
            looks_renew(l, market);
}

/* Its first word, or one behind new records, may make the event's markets a
 * place for G; each moves their chances. */
bool
looks_signal(struct looks *l, const struct signal *m)
{
    uint32_t event = universe_find_event(l->sight.universe, &m->event);
    bool known = tails_find(&l->tails, &m->event) != NULL;
    if (!tails_put(&l->tails, m))
        return false;
    if (event == MAP_NONE)
        return true;
    const struct universe_event *e = universe_event(l->sight.universe, event);
    known = known && !l->places[SCOPE_EVENT].spots[event].is_news;
    for (uint32_t i = 0; i < e->count; i++)
        (known ? looks_mark : looks_renew)(l, e->markets[i]);
    l->places[SCOPE_EVENT].spots[event].is_news = false;
    return true;
}

static bool
is_open_at(const struct looks *l, enum scope scope, uint32_t place)
{
    for (uint32_t i = 0; i < SLOTS; i++)
        for (uint32_t way = 0; way < slots[i]->ways; way++)
            if (slots[i]->scope == scope &&
                opportunities_is_open(l->opportunities,
                                      l->watches[i].key +
                                          place * slots[i]->ways + way))
                return true;
    return false;
}

bool
looks_needs(const struct looks *l, uint32_t event)
{
    const struct universe_event *e = universe_event(l->sight.universe, event);

    for (uint32_t i = 0; i < e->count; i++) {
        uint32_t component = related_of(l->related, e->markets[i]);

        if (is_open_at(l, SCOPE_MARKET, e->markets[i]) ||
            (component != MAP_NONE &&
             is_open_at(l, SCOPE_RELATED, component)))
            return true;
    }
    return is_open_at(l, SCOPE_EVENT, event);
}

void
looks_forget(struct looks *l, uint32_t event)
{
    const struct universe_event *e = universe_event(l->sight.universe, event);

    for (uint32_t i = 0; i < e->count; i++) {
        uint32_t component = related_forget(l->related, e->markets[i]);

        clear(&l->places[SCOPE_MARKET].spots[e->markets[i]]);
        if (component != MAP_NONE)
            renew_related(l, component);
    }
    clear(&l->places[SCOPE_EVENT].spots[event]);
}

/* How far the pass should have come by now. */
static uint32_t
sweep_until(const struct looks *l, uint32_t events, int64_t passed)
{
    int64_t whole = l->sweep.ms * 1000000;

    if (l->sweep_soon)
        return l->sweep_at + SWEEP_FAST;
    if (passed >= whole)
        return events;
    return (uint32_t)((wide)events * passed / whole) + 1;
}

void
looks_sweep(struct looks *l, struct turn *turn)
{
    uint32_t events = universe_events(l->sight.universe), until;
    uint64_t opened = l->counters[SCANNER_opened];
    int64_t passed;

    if (l->sweep_at == 0)
        l->sweep_began = turn->in->mono;
    passed = turn->in->mono.ns - l->sweep_began.ns;
    until = sweep_until(l, events, passed);
    for (; l->sweep_at < until && l->sweep_at < events; l->sweep_at++) {
        const struct universe_event *e = universe_event(l->sight.universe,
                                                        l->sweep_at);

        if (turn->budget < TURN_SAYS / 2)
            break;
        for (uint32_t i = 0; i < e->count; i++)
            looks_mark(l, e->markets[i]);
        looks_run(l, turn);
    }
    if (!l->sweep_soon)
        l->counters[SCANNER_sweep_found] +=
            l->counters[SCANNER_opened] - opened;
    if (l->sweep_at >= events &&
        (l->sweep_soon || passed >= l->sweep.ms * 1000000)) {
        l->sweep_at = 0;
        l->sweep_soon = false;
        l->counters[SCANNER_sweeps]++;
    }
}

void
looks_sweep_soon(struct looks *l)
{
    l->sweep_soon = true;
    l->sweep_at = 0;
}

void
looks_expect(const struct looks *l, uint32_t market)
{
    uint32_t event = l->places[SCOPE_MARKET].spots[market].event;

    __builtin_prefetch(&l->sight.tops[2 * market]);
    __builtin_prefetch(&l->places[SCOPE_EVENT].spots[event], 1);
    __builtin_prefetch(universe_event(l->sight.universe, event));
}
