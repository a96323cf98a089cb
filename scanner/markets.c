/* markets - markets and what is known of them come, change and are forgotten */

/* What is over is forgotten when a new market needs its room, and no sooner.
 * It is needed while something of it is open: its last word must be said.  All
 * that hangs on its numbers goes with it (books, asks, looks), since the next
 * market gets them. */

#include "common/must.h"
#include "scanner/state.h"

enum { OVER_LOOKS = 64 }; /* Events that may be over, a market. */

static void
forget(struct scanner *x, uint32_t event)
{
    const struct universe_event *e = universe_event(x->universe, event);

    looks_forget(x->looks, event);
    for (uint32_t i = 0; i < e->count; i++)
        for (uint32_t side = 0; side < 2; side++) {
            books_forget(x->books, 2 * e->markets[i] + side);
            asks_drop(x->asks, 2 * e->markets[i] + side);
        }
    x->counters[SCANNER_markets_forgotten] += e->count;
    universe_forget(x->universe, event);
}

/* For a market that is new; not at the cost of its own event. */
static void
make_room(struct scanner *x, const struct market *m)
{
    if (!universe_is_full(x->universe) ||
        universe_find_market(x->universe, &m->market) != MAP_NONE)
        return;
    for (uint32_t i = 0; i < OVER_LOOKS; i++) {
        uint32_t over = universe_over(x->universe);

        if (over == MAP_NONE)
            return;
        if (over != universe_find_event(x->universe, &m->event) &&
            !looks_needs(x->looks, over)) {
            forget(x, over);
            return;
        }
        universe_spare(x->universe, over);
    }
}

void
scanner_on_market(struct scanner *x, const struct market *m,
                  const struct input *in, struct outbox *out)
{
    uint32_t i;

    if (!scanner_hear_feed(x, in, out))
        return;
    asks_on_record(x->asks, in);
    make_room(x, m);
    i = universe_put(x->universe, m);
    if (i == MAP_NONE) {
        x->counters[SCANNER_markets_refused]++;
        i = universe_find_market(x->universe, &m->market);
    } else {
        x->counters[SCANNER_markets]++;
        for (uint32_t token = 2 * i; m->open && token <= 2 * i + 1; token++)
            if (!x->books->at[token].whole)
                asks_book(x->asks, token, in->mono);
    }
    if (i != MAP_NONE) /* One that was refused may have been closed by it. */
        looks_renew(x->looks, i);
    scanner_after(x, x->in_frame, in, out);
}

void
scanner_on_resolution(struct scanner *x, const struct resolution *m,
                      const struct input *in, struct outbox *out)
{
    uint32_t market;

    if (!scanner_hear_feed(x, in, out))
        return;
    asks_on_record(x->asks, in);
    if (universe_resolve(x->universe, m, &market))
        looks_renew(x->looks, market);
    else
        x->counters[SCANNER_bad_input]++;
    scanner_after(x, x->in_frame, in, out);
}

void
scanner_on_trade(struct scanner *x, const struct trade *m,
                 const struct input *in, struct outbox *out)
{
    (void)m;
    if (!scanner_hear_feed(x, in, out))
        return;
    x->counters[SCANNER_trades]++;
    scanner_after(x, x->in_frame, in, out);
}

void
scanner_on_signal(struct scanner *x, const struct signal *m,
                  const struct input *in, struct outbox *out)
{
    if (!scanner_hear_feed(x, in, out))
        return;
    x->counters[looks_signal(x->looks, m) ? SCANNER_signals
                                          : SCANNER_bad_input]++;
    scanner_after(x, x->in_frame, in, out);
}
