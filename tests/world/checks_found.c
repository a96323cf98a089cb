/* checks_found - what the scanner found against what was planted
 *
 * An opportunity opens once, is told in order, and closes; it is of a
 * situation that is to be found, in its event and time.  When the market
 * stands still exactly those that are open are found.  In a clear world every
 * one was. */
#include "tests/world/checks.h"

#include "common/must.h"

#include <string.h>

/* From the venue's change to the scanner's word.  And how long something lost
 * of feed may mislead: until a heartbeat proves it, or none was heard for as
 * long as feed then counts as down (heartbeat_miss, a tick, the way).  How long
 * a lost text may is place_is_astray's. */
enum {
    LATE_MS = 100, LATE_ROUGH_MS = 200, UNPROVED_MS = 1600, SILENT_MS = 2200
};

void
found_start(struct checks *c)
{
    map_clear(c->ids);
    c->findings_count = 0;
    c->opened = 0;
}

void
found_planted(struct world *w, const struct situation *s, const char *event)
{
    struct checks *c = w->checks;
    for (uint32_t i = 0; i < c->planted_count; i++)
        if (c->planted[i].s.id == s->id) {
            c->planted[i].s = *s;
            return;
        }
    must(c->planted_count < SITUATIONS);
    c->planted[c->planted_count++] = (struct planted){ .s = *s,
                                                       .event = event };
}

void
found_raided(struct world *w, const char *event)
{
    struct checks *c = w->checks;
    for (uint32_t i = 0; i < c->planted_count; i++)
        if (c->planted[i].s.open && strcmp(c->planted[i].event, event) == 0)
            c->planted[i].raided = true;
}

static void
note_misled(struct world *w, const char *event, int64_t ms)
{
    struct checks *c = w->checks;
    int64_t until = w->now + ms * 1000000;
    uint32_t i = 0;
    while (i < EVENTS && c->misled_of[i] != NULL &&
           strcmp(c->misled_of[i], event) != 0)
        i++;
    must(i < EVENTS);
    c->misled_of[i] = event;
    if (c->misled_until[i] < until)
        c->misled_until[i] = until;
}

/* A delta that is lost leaves a hole as soon as another is heard: at once, or
 * when who is deaf hears again.  What is rare leaves one only later. */
void
checks_lost(struct world *w, const struct node *n, enum source to,
            const struct said *s)
{
    const struct hash *token = NULL;
    int64_t deaf = w->net.deaf_until[n->src][to] - w->now, ms = UNPROVED_MS;
    if (n->src != SOURCE_feed || to != SOURCE_scanner)
        return;
    if (s->schema->type == TYPE_book_delta && deaf > 0) {
        token = &((const struct book_delta *)s->msg)->token;
        ms = deaf / 1000000 + LATE_ROUGH_MS;
    }
    if (s->schema->type == TYPE_book_status)
        token = &((const struct book_status *)s->msg)->token;
    else if (s->schema->type == TYPE_book_snapshot)
        token = &((const struct book_snapshot *)s->msg)->token;
    else if (s->schema->type == TYPE_tick_size)
        token = &((const struct tick_size *)s->msg)->token;
    if (token != NULL)
        note_misled(w, place_event(w, token), ms);
}

static bool
is_misled(const struct world *w, const char *event)
{
    const struct checks *c = w->checks;
    for (uint32_t i = 0; i < EVENTS && c->misled_of[i] != NULL; i++)
        if (strcmp(c->misled_of[i], event) == 0)
            return c->misled_until[i] > w->now || place_is_astray(w, event);
    return place_is_astray(w, event);
}

static enum strategy
strategy_of(const struct situation *s)
{
    char letter = situation_types[s->kind].strategy[0];
    return letter == 'A' ? STRATEGY_A : letter == 'B' ? STRATEGY_B
                                                      : STRATEGY_C;
}

static enum side
side_of(const struct situation *s)
{
    return s->kind == PLANT_B_SPLIT ? SIDE_sell : SIDE_buy;
}

static bool
is_of(const struct planted *p, const struct finding *f)
{
    return plan_found(&p->s) && strcmp(p->event, f->event.s) == 0 &&
           strategy_of(&p->s) == f->strategy && side_of(&p->s) == f->side;
}

/* Bonds are there without being planted. */
static bool
is_natural(const struct finding *f)
{
    return f->strategy == STRATEGY_F;
}

/* There is such a situation, or was just now. */
static bool
is_right(struct world *w, const struct finding *f)
{
    struct checks *c = w->checks;
    int64_t now_ms = w->now / 1000000;
    int64_t late = w->weather.clear ? LATE_MS : LATE_ROUGH_MS;
    bool right = false;
    for (uint32_t i = 0; i < c->planted_count; i++) {
        struct planted *p = &c->planted[i];
        if (!is_of(p, f) ||
            (!p->s.open && now_ms > p->s.closed_ms + late))
            continue;
        p->found = right = true;
    }
    return right || is_natural(f) || is_misled(w, f->event.s);
}

static void
check_opened(struct world *w, const struct finding *f)
{
    struct checks *c = w->checks;
    for (uint32_t i = 0; i < c->findings_count; i++) {
        const struct finding *o = &c->findings[i];
        if (o->open && !is_natural(f) && o->strategy == f->strategy &&
            o->side == f->side &&
            text_equal(&o->event, &f->event))
            world_fail(w, "two opportunities at one place");
    }
    if (!c->rebuilding && !is_right(w, f))
        world_fail(w, "an opportunity %s in event %s, where none is",
                   enum_word(&strategy_words, f->strategy), f->event.s);
}

void
found_fact(struct world *w, const struct opportunity *m)
{
    struct checks *c = w->checks;
    uint32_t i = map_find(c->ids, &m->scan_id);
    if (m->state == OPP_STATE_opened) {
        struct finding f = { m->scan_id, m->rev, m->strategy,
                             m->legs.at[0].side, m->event, true };
        if (i != MAP_NONE || m->rev != 1)
            world_fail(w, "an opportunity opened twice");
        check_opened(w, &f);
        must(c->findings_count < KEYS);
        must(map_put(c->ids, &m->scan_id, c->findings_count));
        c->findings[c->findings_count++] = f;
        c->opened++;
        return;
    }
    struct finding *f = i == MAP_NONE ? NULL : &c->findings[i];
    if (f == NULL || !f->open || m->rev != f->rev + 1)
        world_fail(w, "an opportunity told out of order");
    f->rev = m->rev;
    f->open = m->state != OPP_STATE_closed;
}

uint32_t
found_open(const struct checks *c)
{
    uint32_t open = 0;
    for (uint32_t i = 0; i < c->findings_count; i++)
        open += c->findings[i].open;
    return open;
}

void
found_step(struct world *w)
{
    const struct node *feed = &w->nodes[SOURCE_feed];
    const struct node *scanner = &w->nodes[SOURCE_scanner];
    int64_t since = w->now - (int64_t)SILENT_MS * 1000000;
    if (feed->engine == NULL && feed->stopped < since &&
        scanner->engine != NULL && scanner->started < since &&
        found_open(w->checks) > 0)
        world_fail(w, "an opportunity is open, and feed is not heard");
    if (feed->engine == NULL || feed->started > since ||
        scanner->engine == NULL || scanner->started > since)
        return;
    for (uint32_t i = 0; i < w->checks->findings_count; i++)
        if (w->checks->findings[i].open &&
            !is_right(w, &w->checks->findings[i]))
            world_fail(w, "an opportunity in event %s stays open, where "
                       "none is", w->checks->findings[i].event.s);
}

static bool
has_finding(const struct checks *c, const struct planted *p)
{
    for (uint32_t i = 0; i < c->findings_count; i++)
        if (c->findings[i].open && is_of(p, &c->findings[i]))
            return true;
    return false;
}

/* Of what others took from, any rest may do.  In a market that stands still
 * time goes on, past the end announced for an event in which something is
 * open: that is not traded any more (PROPOSED), from when the listing was read
 * again. */
void
found_quiet(struct world *w)
{
    const struct checks *c = w->checks;
    uint32_t open = 0;
    for (uint32_t i = 0; i < c->findings_count; i++)
        open += c->findings[i].open && is_natural(&c->findings[i]);
    for (uint32_t i = 0; i < c->planted_count; i++) {
        const struct planted *p = &c->planted[i];
        bool found = p->s.open && has_finding(c, p);
        bool told, over = place_is_over(w, p->s.event, &told);
        open += found;
        if (found && over && told)
            world_fail(w, "%s in event %s is found, and a result of it may be "
                       "challenged", situation_types[p->s.kind].why, p->event);
        if (!plan_found(&p->s) || p->raided)
            continue;
        if (p->s.open && !found && !over)
            world_fail(w, "%s in event %s is there and not found",
                       situation_types[p->s.kind].why, p->event);
        if (w->weather.clear && !p->found)
            world_fail(w, "%s in event %s was there from %lld ms for %lld "
                       "and not found", situation_types[p->s.kind].why,
                       p->event,
                       (long long)(p->s.opened_ms - w->start / 1000000),
                       (long long)(p->s.closed_ms - p->s.opened_ms));
    }
    if (open != found_open(c))
        world_fail(w, "quiet, %u situations are there, %u opportunities open",
                   open, found_open(c));
}
