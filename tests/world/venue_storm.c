/* venue_storm - the venue's moods, drawn: simex's mischief, one at a time */
#include "tests/world/venue.h"

#include "common/must.h"

#include <stdio.h>

enum { EVERY_MS = 10 };

static void
refuse(struct world *w, struct desk_faults *f)
{
    static const char *const words[] = {
        "not enough balance / allowance",
        "the market is not yet ready to process new orders",
        "could not insert order",
        "invalid amount for a marketable BUY order ($0.5), min size: $1",
    };
    f->refuse = chance_below(&w->chance, 3) + 1;
    snprintf(f->refuse_word, sizeof f->refuse_word, "%s",
             words[chance_below(&w->chance, 4)]);
    world_hit(w, HIT_refused);
}

static void
close_window(struct world *w, struct desk_faults *f)
{
    int64_t until = w->now / 1000000 + chance_between(&w->chance, 50, 4000);
    switch (chance_below(&w->chance, 3)) {
    case 0: f->disabled = until; break;
    case 1: f->cancel_only = until; break;
    default: f->no_allowance = until; break;
    }
    world_hit(w, HIT_window);
}

static void
answer_status(struct world *w)
{
    static const int all[] = { 425, 429, 500, 503, 403 };
    w->venue->status = all[chance_below(&w->chance, 5)];
    w->venue->status_until =
        w->now + chance_between(&w->chance, 20, 3000) * 1000000;
    world_hit(w, HIT_status);
}

static void
falsify(struct world *w, struct desk_faults *f)
{
    switch (chance_below(&w->chance, w->weather.hostile ? 4 : 3)) {
    case 0: f->torn++; break;
    case 1: f->no_id++; break;
    case 2: f->new_word++; break;
    default: f->wrong_id++; break;
    }
    world_hit(w, HIT_answer_false);
}

static void
fail_trades(struct world *w, struct desk_faults *f)
{
    switch (chance_below(&w->chance, 4)) {
    case 0:
        f->retry++;
        world_hit(w, HIT_trade_retried);
        return;
    case 1:
        f->stuck++;
        f->stuck_ms = chance_between(&w->chance, 100, 20000);
        world_hit(w, HIT_trade_retried);
        return;
    default:
        f->fail++;
        world_hit(w, HIT_trade_failed);
    }
}

static void
disturb_stream(struct world *w)
{
    struct clob *v = w->venue;
    v->drop_at = w->now;
    if (chance_of(&w->chance, 50)) {
        world_hit(w, HIT_user_drop);
        return;
    }
    /* Half open: its pings go unanswered for a while before it is cut. */
    v->frozen_until = v->drop_at =
        w->now + chance_between(&w->chance, 100, 15000) * 1000000;
    world_hit(w, HIT_user_freeze);
}

static void
keep_cancels(struct world *w, struct desk_faults *f)
{
    if (chance_of(&w->chance, 50))
        f->keep++;
    else
        f->cut_cancel++;
    world_hit(w, HIT_cancel_lost);
}

static void
lag(struct world *w, struct desk_faults *f)
{
    f->lag_from = w->now / 1000000;
    f->lag_until = f->lag_from + chance_between(&w->chance, 100, 3000);
    w->venue->lagged_ms = f->lag_until;
    world_hit(w, HIT_lag);
}

static void
lose_answers(struct world *w, struct desk_faults *f)
{
    if (chance_of(&w->chance, 50))
        f->cut_after++;
    else
        f->fail_after++;
    world_hit(w, HIT_answer_lost);
}

/* What makes everything stop, and what others do to our orders. */
static void
others(struct world *w)
{
    struct clob *v = w->venue;
    if (w->weather.hostile && chance_of(&w->chance, 80) &&
        desk_plant_foreign(v->desk, v->person)) {
        world_hit(w, HIT_foreign);
        return;
    }
    desk_cancel_all(v->desk, v->person, NULL);
    world_hit(w, HIT_sweep);
}

/* The crowd comes for what rests, now and then. */
static void
meet(struct world *w)
{
    struct desk *d = w->venue->desk;
    if (!w->weather.rests || d->live_count == 0 ||
        !chance_of(&w->chance, 1))
        return;
    world_hit(w, HIT_met);
    desk_meet(d, w->venue->person);
}

void
venue_storm(struct world *w)
{
    struct clob *v = w->venue;
    struct desk_faults *f = &v->desk->faults;
    if (w->calm) {
        *f = (struct desk_faults){ 0 };
        v->status_until = 0;
        v->frozen_until = 0;
        return;
    }
    if (w->now < v->next_storm)
        return;
    v->next_storm = w->now + (int64_t)EVERY_MS * 1000000;
    meet(w);
    if (!world_roll(w, w->weather.venue_ppm))
        return;
    switch (chance_below(&w->chance, 12)) {
    case 0: refuse(w, f); break;
    case 1: close_window(w, f); break;
    case 2: answer_status(w); break;
    case 3: falsify(w, f); break;
    case 4:
    case 5: fail_trades(w, f); break;
    case 6:
    case 7: disturb_stream(w); break;
    case 8: keep_cancels(w, f); break;
    case 9: lag(w, f); break;
    case 10: lose_answers(w, f); break;
    default: others(w); break;
    }
}
