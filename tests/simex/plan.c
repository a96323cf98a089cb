/* plan - the situations that are planted, and the decoys
 *
 * Every few seconds the next kind of a fixed round is opened in an event
 * that fits.  Nothing is open while a storm (mischief that would hide it)
 * passes over.  The events that end inside the run get their A first. */
#include "tests/simex/plan.h"

#include "tests/simex/plant.h"
#include "tests/simex/simex.h"
#include "tests/simex/stage.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

#define REST_MS 15000        /* An event rests so long after a situation, */
#define STAGE_REST_MS 2000   /* after a near miss of the stage so long. */
#define SHORT_MS 3000        /* Where there is little time, and of those. */
#define PAYOUT_MS 1000       /* From the end of trading to the payout. */
#define SETTLED_MS 3000      /* From a planted A to the end of its event. */
#define LATE_MS 10000        /* The end of an event as announced is so much
                                later than planned: clients start late. */
#define RETRY_MS 500

static const enum situation_kind turns[] = {
    PLANT_A, DECOY_SMALL, PLANT_A, PLANT_B, DECOY_AUGMENTED, PLANT_A,
    PLANT_C, DECOY_STALE, PLANT_A, DECOY_C_UNDER, DECOY_SHALLOW, PLANT_C,
    PLANT_B_SPLIT, DECOY_C_STALE, PLANT_A, DECOY_C_SMALL, DECOY_UNKNOWN_FEE,
    PLANT_C, DECOY_C_AUGMENTED, PLANT_A, DECOY_C_SHALLOW,
};
/* With the stage (simex.plant_more): one of each strategy first; what is in
 * the same event is ten turns apart. */
static const enum situation_kind more_turns[] = {
    PLANT_A, PLANT_F, PLANT_E, PLANT_C, PLANT_G, PLANT_B, PLANT_E_TWO,
    DECOY_F_UNDER, DECOY_E_FEES, DECOY_SMALL, DECOY_G_UNDER, PLANT_A,
    DECOY_C_UNDER, DECOY_B_FEES, DECOY_C_ENDED, DECOY_E_TEXT,
    DECOY_G_ENDED, PLANT_F, DECOY_F_ENDED, DECOY_B_STALE, PLANT_E,
    DECOY_G_STALE, DECOY_E_STALE, DECOY_G_UNNAMED, DECOY_F_FEES, PLANT_C,
    DECOY_E_UNNAMED, DECOY_SHALLOW, DECOY_E_ENDED, PLANT_G, DECOY_F_STALE,
    DECOY_AUGMENTED, DECOY_B_UNDER, DECOY_E_UNDER, PLANT_B_SPLIT,
    DECOY_G_FEES, DECOY_F_UNNAMED, PLANT_A, DECOY_C_STALE,
    DECOY_UNKNOWN_FEE, DECOY_STALE, DECOY_UNDER, PLANT_C, DECOY_F_SHALLOW,
    DECOY_B_SHALLOW, DECOY_C_AUGMENTED, DECOY_E_SHALLOW, PLANT_A,
    DECOY_G_SHALLOW, DECOY_C_SHALLOW, DECOY_C_SMALL, DECOY_A_ENDED,
    DECOY_B_ENDED,
};
#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof(a)[0]))

const struct situation_type situation_types[SITUATION_KINDS] = {
#define SITUATION(name, strategy, flaw, why) { strategy, flaw, why },
#include "tests/simex/situations.def"
};

static int64_t
ending_at(const struct simex *x, uint32_t nth)
{
    return x->terms.run_ms * x->terms.resolve_ppm / MICROS + nth * 2000;
}

/* Two events for an A that ends in the run, and a binary one. */
static void
choose_ending(struct simex *x)
{
    struct plan *p = &x->plan;
    int64_t gross;
    for (uint32_t e = 0; e < x->listing->events_count; e++) {
        struct listed_event *le = &x->listing->events[e];
        bool first = p->ending_count < 2;
        if (p->ending_count == 3 || x->terms.resolve_ppm == 0)
            return;
        if (first ? !plant_fits(x, PLANT_A, e, &gross)
                  : le->kind != EVENT_BINARY || le->hidden || le->stage)
            continue;
        le->ends_ms = x->terms.start_ms + LATE_MS +
                      ending_at(x, p->ending_count);
        le->ends_ms -= le->ends_ms % 1000;
        p->ending[p->ending_count++] = e;
    }
}

void
plan_new(struct simex *x)
{
    uint32_t events = x->listing->events_count;
    x->plan.free_ms = calloc(events, sizeof *x->plan.free_ms);
    x->plan.planted = calloc(events, sizeof *x->plan.planted);
    must(x->plan.free_ms != NULL && x->plan.planted != NULL);
    choose_ending(x);
}

void
plan_clear(struct simex *x)
{
    free(x->plan.free_ms);
    free(x->plan.planted);
}

bool
plan_storm(struct simex *x, int64_t from_ms, int64_t to_ms)
{
    struct plan *p = &x->plan;
    if (p->storms_count == PLAN_STORMS)
        return false;
    p->storms[p->storms_count++] = (struct storm){ from_ms, to_ms };
    return true;
}

void
plan_avoid(struct simex *x, uint32_t event, int64_t until_ms)
{
    if (x->plan.free_ms[event] < until_ms)
        x->plan.free_ms[event] = until_ms;
}

bool
plan_is_open(const struct simex *x, uint32_t event)
{
    for (uint32_t i = 0; i < PLAN_OPEN; i++) {
        if (x->plan.open[i].open && x->plan.open[i].event == event)
            return true;
    }
    return false;
}

static bool
is_calm(const struct simex *x, int64_t from_ms, int64_t to_ms)
{
    for (uint32_t i = 0; i < x->plan.storms_count; i++) {
        const struct storm *s = &x->plan.storms[i];
        if (from_ms < x->t0_ms + s->to_ms && to_ms > x->t0_ms + s->from_ms)
            return false;
    }
    return true;
}

static bool
is_ending(const struct simex *x, uint32_t event)
{
    for (uint32_t i = 0; i < x->plan.ending_count; i++) {
        if (x->plan.ending[i] == event)
            return true;
    }
    return false;
}

static uint32_t
choose_event(struct simex *x, enum situation_kind kind, int64_t *gross)
{
    uint32_t count = x->listing->events_count;
    if (kind == PLANT_A) {
        for (uint32_t i = 0; i < x->plan.ending_count && i < 2; i++) {
            uint32_t e = x->plan.ending[i];
            if (x->plan.planted[e] == 0 && x->plan.free_ms[e] <= x->now_ms &&
                plant_fits(x, kind, e, gross))
                return e;
        }
    }
    uint32_t start = chance_below(&x->chance, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t e = (start + i) % count;
        if (x->plan.free_ms[e] <= x->now_ms && !is_ending(x, e) &&
            plant_fits(x, kind, e, gross))
            return e;
    }
    return MAP_NONE;
}

static void
tell_planted(struct simex *x, const struct situation *s)
{
    struct news n = { .what = NEWS_PLANTED, .now_ms = x->now_ms,
                      .planted = s };
    n.market = x->listing->events[s->event].first;
    if (x->say)
        x->say(x->say_arg, &n);
}

static enum situation_kind
next_kind(const struct simex *x)
{
    const char *own = x->terms.plant ? x->terms.plant : "";
    size_t size = strlen(own);
    if (size == 0)
        return x->terms.plant_more
                   ? more_turns[x->plan.turn % COUNT(more_turns)]
                   : turns[x->plan.turn % COUNT(turns)];
    switch (own[x->plan.turn % size]) {
    case 'B': return PLANT_B;
    case 'S': return PLANT_B_SPLIT;
    case 'E': return x->terms.plant_more ? PLANT_E_TWO : PLANT_A;
    default: return PLANT_A;
    }
}

/* Near misses of the stage share few events. */
static bool
is_short(enum situation_kind kind)
{
    return kind >= FIRST_STAGED && situation_types[kind].flaw != FLAW_none;
}

/* Nothing is found past the announced end of an event. */
static int64_t
until_its_end(const struct simex *x, uint32_t event, int64_t length)
{
    const struct listed_event *e = &x->listing->events[event];
    int64_t left = e->ends_ms - x->now_ms;
    return !e->stage && left < length ? left : length;
}

static bool
open_next(struct simex *x)
{
    struct plan *p = &x->plan;
    enum situation_kind kind = next_kind(x);
    int64_t length = chance_between(&x->chance, 4000, 8000), gross;
    struct situation *s = NULL;
    if (x->terms.plant_for_ms > 0)
        length = x->terms.plant_for_ms;
    for (uint32_t i = 0; i < PLAN_OPEN && !s; i++) {
        if (!p->open[i].open)
            s = &p->open[i];
    }
    if (kind == PLANT_B_SPLIT && !x->terms.plant_split)
        kind = PLANT_B;
    if (situation_types[kind].strategy[0] == 'C' && !x->terms.plant_convert)
        kind = kind == PLANT_C ? PLANT_A : DECOY_SMALL;
    if (is_short(kind) || !is_calm(x, x->now_ms, x->now_ms + length))
        length = SHORT_MS;
    if (!s || !is_calm(x, x->now_ms, x->now_ms + length))
        return false;
    p->turn++;
    uint32_t event = choose_event(x, kind, &gross);
    if (event == MAP_NONE)
        return false;
    *s = (struct situation){
        .id = ++p->next_id, .kind = kind, .event = event, .open = true,
        .opened_ms = x->now_ms,
        .closed_ms = x->now_ms + until_its_end(x, event, length),
        .gross = gross, .nth = p->opened[kind]++,
    };
    if (kind == PLANT_A)
        p->planted[event]++;
    plant_open(x, s);
    tell_planted(x, s);
    return true;
}

static void
close_due(struct simex *x)
{
    for (uint32_t i = 0; i < PLAN_OPEN; i++) {
        struct situation *s = &x->plan.open[i];
        if (!s->open || s->closed_ms > x->now_ms)
            continue;
        plant_close(x, s);
        s->open = false;
        s->closed_ms = x->now_ms;
        uint32_t events[STAGE_LEGS];
        uint32_t count = stage_events(x->listing, s, events);
        for (uint32_t k = 0; k < count; k++)
            plan_avoid(x, events[k], x->now_ms + (is_short(s->kind)
                                                      ? STAGE_REST_MS
                                                      : REST_MS));
        tell_planted(x, s);
    }
}

/* Exactly one wins, by its chance. */
static uint32_t
draw_winner(struct simex *x, const struct listed_event *e)
{
    int64_t at = chance_below(&x->chance, MICROS);
    for (uint32_t i = 0; i < e->count; i++) {
        at -= x->tide.fair[e->first + i];
        if (at < 0)
            return i;
    }
    return e->count == 1 ? 1 : e->count - 1; /* 1 of 1: the answer is no. */
}

static void
end_events(struct simex *x)
{
    struct plan *p = &x->plan;
    for (uint32_t i = 0; i < p->ending_count; i++) {
        uint32_t event = p->ending[i];
        struct listed_event *e = &x->listing->events[event];
        bool wanted = i < 2 && x->terms.plant_every_ms > 0;
        if (e->state == LISTED_CLOSED &&
            x->now_ms >= e->closed_ms + PAYOUT_MS)
            simex_resolve(x, event, draw_winner(x, e));
        if (e->state != LISTED_OPEN ||
            x->now_ms < x->t0_ms + ending_at(x, i) ||
            plan_is_open(x, event) || x->tide.held[event] > 0)
            continue;
        /* Past its announced end a result is proposed: no A is found then. */
        if (wanted &&
            ((p->planted[event] == 0 && x->now_ms < e->ends_ms) ||
             x->now_ms < p->free_ms[event] - REST_MS + SETTLED_MS))
            continue;
        simex_close(x, event);
    }
}

void
plan_end(struct simex *x, uint32_t event)
{
    for (uint32_t i = 0; i < PLAN_OPEN; i++) {
        struct situation *s = &x->plan.open[i];
        if (s->open && s->event == event && s->closed_ms > x->now_ms)
            s->closed_ms = x->now_ms;
    }
    close_due(x);
}

static void
list_late(struct simex *x)
{
    for (uint32_t e = 0; e < x->listing->events_count; e++) {
        const struct listed_event *le = &x->listing->events[e];
        if (le->hidden && x->now_ms >= x->t0_ms + x->terms.run_ms * 3 / 10)
            simex_list(x, e);
    }
}

void
plan_run(struct simex *x, int64_t now_ms)
{
    struct plan *p = &x->plan;
    if (x->t0_ms == 0)
        return;
    close_due(x);
    end_events(x);
    list_late(x);
    if (x->terms.plant_every_ms == 0 ||
        now_ms < x->t0_ms + x->terms.warmup_ms || now_ms < p->next_ms)
        return;
    p->next_ms = now_ms + (open_next(x) ? x->terms.plant_every_ms : RETRY_MS);
}

bool
plan_found(const struct situation *s)
{
    return situation_types[s->kind].flaw == FLAW_none;
}
