/* venue - a live venue: simex's private side, the account, the user stream
 *
 * What is here belongs to the executor's shell in life (wiring_desk,
 * wiring_user): the stream that comes and goes and does not replay, the look
 * at the venue's clock, and who is told of both. */
#include "tests/world/venue.h"

#include "common/must.h"
#include "executor/executor.h"
#include "tests/simex/face_user.h"
#include "tests/world/place.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROOM = 1 << 20, LOOK_MS = 15000, CLOCK_OFF_MS = 2000, ALARMS = 16
};

struct node *
venue_node(struct world *w)
{
    return &w->nodes[SOURCE_executor];
}

static void
make_account(struct clob *v)
{
    struct desk *d = v->desk;
    struct address a;
    v->pen = pen_new(v->world->seed % 3 != 0);
    must(address_read(pen_owner(v->pen), &a));
    v->person = desk_person(d, &a);
    v->wallet = desk_open_wallet(d, v->person, &a, 0,
                                 v->world->weather.capital_usd * MICROS);
    v->who = d->wallets[v->wallet].who;
    v->key = desk_make_key(d, v->person, 0);
    const struct api_key *k = &d->keys[v->key];
    pen_login(v->pen, k->id, k->secret, k->passphrase);
}

/* Of the user stream: told to whoever is connected at that moment. */
static void
on_event(void *arg, const struct desk_event *e)
{
    struct clob *v = arg;
    struct world *w = v->world;
    struct quill q;
    if (e->what == DESK_TRADE)
        live_traded_there(w, e->trade);
    if (e->what == DESK_PLACEMENT && v->desk->orders[e->order].post_only)
        world_hit(w, HIT_rested);
    if (e->what == DESK_PLACEMENT &&
        v->desk->orders[e->order].state == DESK_DELAYED)
        world_hit(w, HIT_held_back);
    if (!v->up || e->person != v->person || w->now < v->frozen_until ||
        world_roll(w, w->weather.lose_text_ppm))
        return;
    quill_start(&q, v->room, ROOM);
    face_user_frame(v->desk, &q, e);
    for (int times = world_roll(w, w->weather.repeat_ppm) ? 2 : 1; times > 0;
         times--) {
        must(v->frames_count < FRAMES);
        struct frame *f = &v->frames[v->frames_count++];
        *f = (struct frame){ .due = w->now, .link = v->link,
                             .size = q.size, .text = strndup(q.s, q.size) };
        must(f->text != NULL);
        if (!w->calm)
            f->due += chance_between(&w->chance, 0,
                                     times > 1 ? 3000000
                                               : w->weather.delay_us_max) *
                      1000;
    }
}

struct clob *
venue_new(struct world *w, struct simex *x)
{
    struct clob *v = calloc(1, sizeof *v);
    int64_t longest = w->weather.rests ? 500 : 3000; /* Then it may rest. */
    must(v != NULL);
    struct desk_terms terms = {
        .chain = 137, .window_ms = 60000,
        .mined_ms = chance_between(&w->chance, 50, longest),
        .confirmed_ms = chance_between(&w->chance, 50, longest),
        .beat_ms = 15000, .delay_ms = 3000, .early_ms = 60000,
        .orders_rate = 40, .orders_burst = 60,
        .cancels_rate = 80, .cancels_burst = 120,
    };
    v->world = w;
    v->desk = desk_new(x, &terms);
    v->room = malloc(ROOM);
    v->given = calloc(GIVEN, sizeof *v->given);
    must(v->room && v->given);
    make_account(v);
    desk_listen(v->desk, on_event, v);
    return v;
}

void
venue_destroy(struct clob **pv)
{
    struct clob *v = *pv;
    if (v == NULL)
        return;
    venue_trips_destroy(v);
    for (uint32_t i = 0; i < v->frames_count; i++)
        free(v->frames[i].text);
    desk_destroy(&v->desk);
    pen_destroy(&v->pen);
    free(v->room);
    free(v->given);
    free(v);
    *pv = NULL;
}

const struct pen *
venue_pen(const struct clob *v)
{
    return v->pen;
}

bool
venue_begin(struct world *w, struct input *in)
{
    struct node *n = venue_node(w);
    if (n->engine == NULL)
        return false;
    (void)node_begin(w, n, in);
    return true;
}

/* --- the user stream ------------------------------------------------------ */
static void
tell_state(struct world *w)
{
    struct clob *v = w->venue;
    bool up = v->up && v->clock_good;
    struct venue_status m = {
        .state = up ? LINK_STATE_up : LINK_STATE_down,
        .since = { world_wall(w) },
        .clock_known = true,
        .clock = { -w->skew / 1000000 },
    };
    uint32_t venue;
    struct input in;
    must(enum_parse(&venue_words, "polymarket", &venue));
    m.venue = (enum venue)venue;
    if (up == v->told_up || !venue_begin(w, &in))
        return;
    v->told_up = up;
    node_word(w, venue_node(w), &venue_status_schema, &m);
    node_end(w, venue_node(w));
}

static void
drop(struct world *w)
{
    struct clob *v = w->venue;
    v->up = false;
    v->up_at = w->now + (w->calm ? 250
                                 : chance_between(&w->chance, 250, 4000)) *
                            1000000;
    v->drop_at = INT64_MAX;
}

static void
deliver_frames(struct world *w)
{
    struct clob *v = w->venue;
    for (uint32_t i = 0; i < v->frames_count;) {
        struct frame f = v->frames[i];
        struct input in;
        if (f.due > w->now || stands_still(w, venue_node(w))) {
            i++;
            continue;
        }
        memmove(&v->frames[i], &v->frames[i + 1],
                (--v->frames_count - i) * sizeof f);
        if (v->up && f.link == v->link && venue_begin(w, &in)) {
            pen_frame(w, v->pen, f.text, f.size);
            node_end(w, venue_node(w));
        }
        free(f.text);
    }
}

/* The executor may have begun anew: nothing is open, nothing is known. */
void
venue_born(struct world *w)
{
    struct clob *v = w->venue;
    if (v->run == venue_node(w)->run)
        return;
    v->run = venue_node(w)->run;
    v->told_up = v->clock_good = false;
    v->look_at = w->now;
    drop(w);
    pen_start(v->pen);
}

static void
look_at_clock(struct world *w)
{
    struct clob *v = w->venue;
    int64_t off = desk_clock_ms(v->desk) - world_wall(w) / 1000000;
    if (w->now < v->look_at)
        return;
    v->look_at = w->now + (int64_t)LOOK_MS * 1000000;
    v->clock_good = off < CLOCK_OFF_MS && off > -CLOCK_OFF_MS;
}

/* Its alarms, as the wiring carries them: some pull the kill switch. */
static void
carry(struct world *w)
{
    struct executor_alarm alarms[ALARMS];
    uint32_t count = executor_alarms(venue_node(w)->engine, alarms, ALARMS);
    for (uint32_t i = 0; i < count; i++) {
        world_note(w, alarms[i].kill ? "kills" : "warns", alarms[i].words.s);
        live_alarm(w, &alarms[i]);
        told_alarm(w, &alarms[i]);
        if (alarms[i].kill)
            kill_ask(w);
    }
}

void
venue_tick(struct world *w, int64_t now_ms)
{
    if (w->venue == NULL)
        return;
    if (w->frozen) /* Trades settle, orders end; nobody trades. */
        w->venue->desk->x->now_ms = now_ms;
    desk_tick(w->venue->desk);
}

void
venue_step(struct world *w)
{
    struct clob *v = w->venue;
    struct node *n = venue_node(w);
    if (n->engine != NULL && v == NULL)
        carry(w);
    if (v == NULL)
        return;
    if (n->engine != NULL)
        venue_born(w);
    venue_storm(w);
    if (n->engine != NULL && !v->up && !v->told_up && w->now >= v->up_at) {
        v->up = true;
        v->link++;
        v->frozen_until = 0;
        v->drop_at = INT64_MAX;
    } else if (v->up && (w->now >= v->drop_at || n->engine == NULL)) {
        drop(w);
    }
    if (n->engine != NULL && !stands_still(w, n)) {
        look_at_clock(w);
        tell_state(w);
    }
    deliver_frames(w);
    venue_trips(w);
    venue_chain_step(w);
    if (n->engine != NULL)
        carry(w);
}
