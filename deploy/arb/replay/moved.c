/* moved - a recorded word of feed, as if it were said now */

/* Books' epochs begin with feed's run.  Times that are not known stay so. */

#include "deploy/arb/replay/moved.h"

enum { EPOCH_BITS = 24 };

static void
move_epoch(const struct moved_by *by, uint64_t *epoch)
{
    uint64_t was = by->was << EPOCH_BITS;

    *epoch = (by->now << EPOCH_BITS) + (*epoch > was ? *epoch - was : 0);
}

static void
move(const struct moved_by *by, struct nanos *at)
{
    if (at->ns != 0)
        at->ns += by->ns;
}

static void
move_count(const struct moved_by *by, struct signal *m)
{
    move(by, &m->starts);
    move(by, &m->ends);
    move(by, &m->time);
    move(by, &m->hours_end);
}

bool
moved(uint16_t type, void *msg, const struct moved_by *by)
{
    struct book_snapshot *book = msg;
    struct book_delta *delta = msg;
    struct book_status *status = msg;
    struct tick_size *tick = msg;

    if (type == TYPE_book_snapshot) {
        move_epoch(by, &book->epoch);
        move(by, &book->received);
        move(by, &book->venue_time);
    } else if (type == TYPE_book_delta) {
        move_epoch(by, &delta->epoch);
        move(by, &delta->received);
        move(by, &delta->venue_time);
    } else if (type == TYPE_book_status) {
        move_epoch(by, &status->epoch);
    } else if (type == TYPE_tick_size) {
        move_epoch(by, &tick->epoch);
    } else if (type == TYPE_market) {
        move(by, &((struct market *)msg)->ends);
    } else if (type == TYPE_resolution) {
        move(by, &((struct resolution *)msg)->venue_time);
    } else if (type == TYPE_trade) {
        move(by, &((struct trade *)msg)->venue_time);
    } else if (type == TYPE_signal) {
        move_count(by, msg);
    } else {
        return false;
    }
    return true;
}
