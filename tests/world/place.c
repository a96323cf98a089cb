/* place - the exchange as the world's feed sees it: simex's core and face
 *
 * Texts are made the moment something happens and reach feed right after,
 * unless they are lost on the way, which feed must notice by itself. */
#include "tests/world/place.h"

#include "common/map.h"
#include "common/must.h"
#include "feed/feed.h"
#include "tests/world/venue.h"

#include <stdlib.h>
#include <string.h>

/* How often feed looks at the listing.  How long a lost text may mislead: until
 * feed holds the next one of that book against its hash and all have heard of
 * it; where none comes until it asks for the REST books (watch_quiet, of all
 * tokens watch_batch every watch_every, three times watch_grace). */
enum { LIST_MS = 10000, NIGHT_MS = 600000, TOLD_MS = 200, ASTRAY_MS = 17000,
       HANG_MS = 20000 };

void
place_queue(struct place *p, uint32_t link, uint32_t market, uint32_t sides)
{
    must(p->texts_count < TEXTS);
    struct text_on_way *t = &p->texts[p->texts_count++];
    t->link = link;
    t->market = market;
    t->sides = sides;
    t->size = p->quill.size;
    t->s = malloc(t->size + 1);
    must(t->s != NULL);
    memcpy(t->s, p->quill.s, t->size + 1);
}

struct quill *
place_begin(struct place *p)
{
    quill_start(&p->quill, p->room, FACE_ROOM);
    return &p->quill;
}

const char *
place_event_of(const struct place *p, uint32_t market)
{
    const struct listing *l = p->simex->listing;
    return l->events[l->markets[market].event].id;
}

/* Sides of a market subscribed on a link. */
static uint32_t
mask_of(const struct place *p, uint32_t market, uint32_t link)
{
    uint32_t mask = 0;
    for (uint32_t side = 0; side < 2; side++)
        if (p->on[2 * market + side] == link + 1)
            mask |= 1u << side;
    return mask;
}

static void
tell_link(struct place *p, const struct news *n, uint32_t link)
{
    uint32_t mask = mask_of(p, n->market, link);
    uint32_t tokens[2], count = 0;
    for (uint32_t side = 0; side < 2; side++)
        if (mask >> side & 1)
            tokens[count++] = 2 * n->market + side;
    if (count == 0)
        return;
    struct quill *q = place_begin(p);
    switch (n->what) {
    case NEWS_LEVEL:
        mask &= face_level_sides(p->face, n) & ~(uint32_t)n->skip;
        if (mask == 0)
            return;
        face_level_frame(p->face, q, n, mask, n->spoil & mask);
        break;
    case NEWS_TRADE:
        mask = 0; /* Whose price is in the next hash. */
        face_trade_frame(p->face, q, n);
        break;
    case NEWS_BOOKS: face_books_frame(p->face, q, tokens, count); break;
    case NEWS_TICK: face_tick_frame(p->face, q, n, tokens[0] & 1); break;
    case NEWS_RESOLVED: face_resolved_frame(p->face, q, n); break;
    case NEWS_LISTED:
    case NEWS_PLANTED: return;
    }
    place_queue(p, link, n->market, mask);
}

static void
on_news(void *arg, const struct news *n)
{
    struct place *p = arg;
    if (n->what == NEWS_PLANTED)
        found_planted(p->world, n->planted, place_event_of(p, n->market));
    for (uint32_t link = 0; link < LINKS; link++)
        if (p->up[link])
            tell_link(p, n, link);
}

struct place *
place_new(struct world *w)
{
    struct place *p = calloc(1, sizeof *p);
    must(p != NULL);
    p->world = w;
    struct simex_terms terms = {
        .seed = w->seed, .start_ms = w->now / 1000000, .events = 16,
        .rate = 100, .run_ms = 60000, .warmup_ms = 3000,
        .plant_every_ms = w->weather.live ? 900 : 1500,
        .plant_for_ms = w->weather.rests ? 12000 : 0,
        .plant = w->weather.pairs ? "BAAA" : NULL,
        .resolve_ppm = 500000, .plant_split = true,
        /* A world in eight in which the venue holds some pairs back. */
        .delay_pairs = w->seed % 8 == 6,
        /* Live nothing is converted: an event in four that is not traded. */
        .plant_convert = !w->weather.live || w->seed % 4 == 1,
    };
    p->simex = simex_new(&terms);
    p->face = face_new(p->simex, w->seed % 4 == 3);
    p->room = malloc(FACE_ROOM);
    must(p->room != NULL);
    simex_listen(p->simex, on_news, p);
    w->place = p;
    if (w->weather.live)
        w->venue = venue_new(w, p->simex);
    simex_start(p->simex, w->now / 1000000);
    must(p->simex->listing->markets_count * 2 <= TOKENS);
    p->next_ms = w->now / 1000000;
    return p;
}

void
place_destroy(struct place **pp)
{
    struct place *p = *pp;
    for (uint32_t i = 0; i < p->texts_count; i++)
        free(p->texts[i].s);
    venue_destroy(&p->world->venue);
    face_destroy(&p->face);
    simex_destroy(&p->simex);
    free(p->room);
    free(p);
    *pp = NULL;
}

static struct node *
feed_node(struct world *w)
{
    return &w->nodes[SOURCE_feed];
}

/* Runs one input through feed; more is said until it says there is none. */
void
place_finish(struct world *w, struct input *in)
{
    struct node *n = feed_node(w);
    node_end(w, n);
    for (int i = 0; i < 64 && n->engine != NULL; i++) {
        struct outbox *out = node_begin(w, n, in);
        bool more = feed_rest(n->engine, in, out);
        node_end(w, n);
        if (!more)
            return;
    }
}

void
place_link(struct world *w, uint32_t link, enum link_state state)
{
    struct node *n = feed_node(w);
    struct input in;
    struct place *p = w->place;
    p->up[link] = state == LINK_STATE_up;
    if (!p->up[link])
        for (uint32_t t = 0; t < TOKENS; t++)
            if (p->on[t] == link + 1)
                p->on[t] = 0;
    p->hangs_until[link] = 0;
    if (n->engine == NULL)
        return;
    struct outbox *out = node_begin(w, n, &in);
    feed_on_link(n->engine, link, state, &in, out);
    place_finish(w, &in);
}

static void
note_text(struct place *p, const struct text_on_way *t, bool lost)
{
    int64_t now = p->world->now;
    int64_t until = now + (lost ? ASTRAY_MS : TOLD_MS) * INT64_C(1000000);
    for (uint32_t side = 0; side < 2; side++) {
        int64_t *astray = &p->astray_until[2 * t->market + side];
        if ((t->sides >> side & 1) && (lost || *astray > until))
            *astray = until;
    }
}

bool
place_is_astray(const struct world *w, const char *event)
{
    const struct place *p = w->place;
    for (uint32_t t = 0; t < 2 * p->simex->listing->markets_count; t++)
        if (p->astray_until[t] > w->now &&
            strcmp(place_event_of(p, t / 2), event) == 0)
            return true;
    return false;
}

bool
place_is_over(const struct world *w, uint32_t event, bool *told)
{
    const struct place *p = w->place;
    int64_t ends_ms = p->simex->listing->events[event].ends_ms;
    *told = ends_ms <= p->listed_ms &&
            p->listed_ms + TOLD_MS <= w->now / 1000000;
    return ends_ms <= p->simex->now_ms;
}

static bool
hangs(const struct world *w, uint32_t link)
{
    return !w->calm && w->now < w->place->hangs_until[link];
}

/* It is there and brings nothing, at times for longer than feed believes in
 * it: nobody knows the books of its tokens. */
static void
hang(struct world *w, uint32_t link)
{
    struct place *p = w->place;
    int64_t ms = chance_between(&w->more, 1, HANG_MS);
    p->hangs_until[link] = w->now + ms * 1000000;
    world_hit(w, HIT_hang);
    for (uint32_t t = 0; t < TOKENS; t++)
        if (p->on[t] == link + 1)
            p->astray_until[t] = w->now + (ms + TOLD_MS) * 1000000;
}

static void
deliver_texts(struct world *w)
{
    struct place *p = w->place;
    struct node *n = feed_node(w);
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < p->texts_count; i++) {
        struct text_on_way t = p->texts[i];
        if (hangs(w, t.link)) {
            p->texts[waiting++] = t;
            continue;
        }
        bool lost = world_roll(w, w->weather.lose_text_ppm);
        bool heard = n->engine != NULL && p->up[t.link] && !lost;
        if (lost)
            world_hit(w, HIT_text_lost);
        if (lost || heard)
            note_text(p, &t, lost);
        if (heard) {
            struct input in;
            struct outbox *out = node_begin(w, n, &in);
            feed_on_frame(n->engine, t.link, t.s, t.size, &in, out);
            place_finish(w, &in);
        }
        free(t.s);
    }
    p->texts_count = waiting;
}

/* The venue itself errs: a wrong hash, or a change that is not told. */
static void
err(struct world *w)
{
    struct simex *x = w->place->simex;
    if (!world_roll(w, w->weather.spoil_ppm))
        return;
    uint32_t market = chance_below(&w->chance, x->listing->markets_count);
    if (chance_of(&w->chance, 50))
        (void)simex_wrong_hash(x, market);
    else
        (void)simex_gap(x, market);
}

void
place_intent(struct world *w, const struct intent *m)
{
    struct place *p = w->place;
    place_end_soon(w, m);
    if (w->weather.waits)
        place_follow_soon(w, m);
    if (w->weather.rests && m->leg == 0 && m->attempt == 1 &&
        chance_of(&w->chance, 50)) {
        world_hit(w, HIT_skim);
        w->venue->desk->faults.skim = 1; /* Of one leg: the others wait. */
    }
    if (p->raid || !world_roll(w, w->weather.raid_ppm))
        return;
    p->raid = true;
    p->raided = *m;
}

/* Takes some of the best level we are after. */
static void
raid(struct world *w)
{
    struct place *p = w->place;
    const struct intent *m = &p->raided;
    uint32_t t = map_find(p->simex->listing->tokens, &m->token);
    bool buys = m->side == SIDE_buy;
    if (!p->raid)
        return;
    p->raid = false;
    must(t != MAP_NONE);
    struct match_order o = {
        .who = WHO_TAKER, .market = t / 2, .token = t % 2, .buy = buys,
        .life = LIFE_FAK,
        .price = buys ? simex_ask(p->simex, t / 2, t % 2)
                      : simex_bid(p->simex, t / 2, t % 2),
        .qty = 5 * MICROS * chance_between(&w->chance, 1, 40),
    };
    if (o.price == 0 || !simex_is_open(p->simex, t / 2))
        return;
    world_hit(w, HIT_raid);
    found_raided(w, place_event_of(p, t / 2));
    (void)simex_order(p->simex, &o);
    p->refill = o;
    p->refill_ms = w->now / 1000000 + chance_between(&w->chance, 10, 3000);
}

/* The same price is offered again, if the situation is still there. */
static void
refill(struct world *w)
{
    struct place *p = w->place;
    const struct match_order *o = &p->refill;
    if (p->refill_ms == 0 || w->now / 1000000 < p->refill_ms)
        return;
    p->refill_ms = 0;
    if (o->buy && plan_is_open(p->simex,
                               p->simex->listing->markets[o->market].event) &&
        o->token < simex_ladders(p->simex, o->market))
        (void)simex_quote(p->simex, WHO_PLANTER, o->market, o->token, ASKS,
                          (uint32_t)(o->price / GRID_STEP), o->qty);
}

static void
step_link(struct world *w, uint32_t link, int64_t now_ms)
{
    struct place *p = w->place;
    struct node *n = feed_node(w);
    if (p->wanted[link] != 0 && p->wanted[link] <= (uint64_t)w->now) {
        p->wanted[link] = 0;
        place_link(w, link, LINK_STATE_up);
    } else if (p->up[link] && world_roll(w, w->weather.drop_ppm)) {
        place_link(w, link, LINK_STATE_down);
        p->wanted[link] = (uint64_t)w->now + 200000000;
    }
    if (p->up[link] && !w->calm && w->weather.pause_ppm > 0 &&
        !hangs(w, link) &&
        chance_below(&w->more, 4000000) < w->weather.pause_ppm)
        hang(w, link);
    if (p->up[link] && n->engine != NULL && !hangs(w, link) &&
        now_ms % 1000 < 10) {
        struct input in;
        node_begin(w, n, &in);
        feed_on_alive(n->engine, link, &in);
        node_end(w, n);
    }
}

void
place_step(struct world *w)
{
    struct place *p = w->place;
    int64_t now_ms = w->now / 1000000;
    if (now_ms < p->next_ms)
        return;
    p->next_ms = now_ms + 10;
    if (!w->frozen) {
        simex_tick(p->simex, now_ms);
        err(w);
        raid(w);
        refill(w);
        place_follow(w);
    }
    venue_tick(w, now_ms);
    place_ends(w);
    deliver_texts(w);
    struct node *n = feed_node(w);
    /* As its wiring does: the listing at once, and again now and then. */
    if (n->engine != NULL && (p->listed_run != n->run ||
                              now_ms - p->listed_ms >= (w->night ? NIGHT_MS
                                                           : LIST_MS))) {
        p->listed_run = n->run;
        p->listed_ms = now_ms;
        place_discover(w);
    }
    for (uint32_t link = 0; link < LINKS; link++)
        step_link(w, link, now_ms);
}

void
place_feed_down(struct world *w)
{
    struct place *p = w->place;
    memset(p->up, 0, sizeof p->up);
    memset(p->hangs_until, 0, sizeof p->hangs_until);
    memset(p->on, 0, sizeof p->on);
    memset(p->wanted, 0, sizeof p->wanted);
}
