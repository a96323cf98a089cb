/* place_follow - others trade where an order of paper may wait
 *
 * It is at no venue, so nobody comes for it: what fills it are the trades of
 * others, on its side where it takes, against it where it rests.  Most of them
 * come while it waits, some too early or too late, and in all sizes. */
#include "tests/world/place.h"

#include "common/map.h"
#include "common/must.h"

void
place_follow_soon(struct world *w, const struct intent *m)
{
    struct place *p = w->place;
    int64_t ms = w->now / 1000000;
    for (int64_t n = chance_between(&w->chance, 0, 3); n > 0; n--) {
        p->follows[p->follows_next] = (struct follow){
            ms + chance_between(&w->chance, 10, 4000), *m
        };
        p->follows_next = (p->follows_next + 1) % FOLLOWS;
    }
}

static void
follow(struct world *w, const struct intent *m)
{
    struct place *p = w->place;
    uint32_t t = map_find(p->simex->listing->tokens, &m->token);
    must(t != MAP_NONE);
    bool buys = (m->side == SIDE_buy) != m->post_only;
    struct match_order o = {
        .who = WHO_TAKER, .market = t / 2, .token = t % 2, .buy = buys,
        .life = LIFE_FAK,
        .price = buys ? simex_ask(p->simex, t / 2, t % 2)
                      : simex_bid(p->simex, t / 2, t % 2),
        .qty = MICROS * chance_between(&w->chance, 5, 200),
    };
    if (o.price == 0 || !simex_is_open(p->simex, t / 2))
        return;
    world_hit(w, HIT_follow);
    found_raided(w, place_event_of(p, t / 2));
    (void)simex_order(p->simex, &o);
}

void
place_follow(struct world *w)
{
    for (uint32_t i = 0; i < FOLLOWS; i++) {
        struct follow *f = &w->place->follows[i];
        if (f->ms == 0 || w->now / 1000000 < f->ms)
            continue;
        f->ms = 0;
        follow(w, &f->intent);
    }
}
