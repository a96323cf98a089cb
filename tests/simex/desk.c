/* desk - the private side of the exchange: people, orders, trades, settling
 *
 * Made once over a core, whose ears it becomes.  Everything happens either
 * in a call of the front (desk_place, desk_cancel) or in desk_tick. */
#include "tests/simex/desk.h"

#include "common/map.h"
#include "common/must.h"

#include <stdlib.h>

static void
on_traded(void *arg, const struct match_trade *t)
{
    desk_traded(arg, t);
}

/* The exchange, not its owner, took an order off the book. */
static void
on_gone(void *arg, uint64_t id)
{
    struct desk *d = arg;
    uint32_t slot = d->cancelling ? MAP_NONE : map_find(d->resting, &id);
    if (slot != MAP_NONE)
        desk_lost(d, slot, "MARKET_RESOLVED");
}

static void
on_settle(void *arg, uint32_t event)
{
    desk_settle_event(arg, event);
}

struct desk *
desk_new(struct simex *x, const struct desk_terms *t)
{
    struct desk *d = calloc(1, sizeof *d);
    must(d != NULL);
    d->x = x;
    d->terms = *t;
    d->taking = DESK_NONE;
    d->orders = calloc(DESK_ORDERS_CAP, sizeof *d->orders);
    d->trades = calloc(DESK_TRADES_CAP, sizeof *d->trades);
    d->live = calloc(DESK_LIVE_CAP, sizeof *d->live);
    d->ids = map_new(sizeof(struct hash), DESK_ORDERS_CAP);
    d->resting = map_new(sizeof(uint64_t), DESK_LIVE_CAP);
    d->unseen = calloc(DESK_PEOPLE_CAP *
                           (1 + 2 * (size_t)x->listing->markets_count),
                       sizeof *d->unseen);
    d->scratch = malloc(DESK_SCRATCH);
    d->those = calloc(DESK_LIVE_CAP, sizeof *d->those);
    must(d->scratch && d->those && d->unseen);
    must(d->orders && d->trades && d->live && d->ids && d->resting);
    x->ears = (struct simex_ears){ d, on_traded, on_gone, on_settle };
    return d;
}

void
desk_destroy(struct desk **d)
{
    if (!*d)
        return;
    (*d)->x->ears = (struct simex_ears){ 0 };
    free((*d)->orders);
    free((*d)->trades);
    free((*d)->live);
    free((*d)->unseen);
    free((*d)->scratch);
    free((*d)->those);
    map_destroy(&(*d)->ids);
    map_destroy(&(*d)->resting);
    free(*d);
    *d = NULL;
}

void
desk_listen(struct desk *d, desk_fn *tell, void *arg)
{
    d->tell = tell;
    d->tell_arg = arg;
}

int64_t
desk_clock_ms(const struct desk *d)
{
    int64_t now = d->x->now_ms;
    return now < d->faults.clock_until ? now + d->faults.clock_ms : now;
}

static void
check_beats(struct desk *d)
{
    for (uint32_t i = 0; i < d->people_count; i++) {
        struct person *p = &d->people[i];
        if (p->beat_ms == 0 || d->x->now_ms < p->beat_ms + d->terms.beat_ms)
            continue;
        p->beat_ms = 0;
        desk_cancel_all(d, i, NULL);
    }
}

void
desk_tick(struct desk *d)
{
    desk_tell_trades(d);
    desk_run(d);
    check_beats(d);
    desk_settle(d);
}
