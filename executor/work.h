/* work - how the orders of a group are worked in one mode
 *
 * A group decides what to buy and sell; whether that becomes fills of books
 * (paper) or orders at a venue (live) is in here. */
#ifndef EXECUTOR_WORK_H
#define EXECUTOR_WORK_H

#include "common/outbox.h"

struct executor;
struct group_slot;
struct placed;
struct turn;
struct universe_market;

/* The slot. */
struct order_work {
    enum mode mode;
    bool later; /* What is asked for may come true any time afterwards:
                   splits, and trades while the next attempt is made. */
    /* Why nothing new may be sent now; so many orders, 0 = any at all. */
    enum reason (*check)(const struct executor *x, struct nanos mono,
                         uint32_t orders);
    /* Fills in what the venue knows an order by, and its amounts; why the
     * venue would refuse it. */
    enum reason (*name)(struct turn *t, const struct leg *l,
                        struct intent *m);
    /* The orders at and after index first are in the log: off they go. */
    void (*send)(struct turn *t, uint32_t first);
    /* In states working and cancelling; ends in group_judge once all orders
     * have ended. */
    void (*tick)(struct turn *t);
    /* After a restart; the same. */
    void (*resume)(struct turn *t);
    /* Dollars into the pairs of a group: split_done or split_failed follow,
     * at once or later. */
    void (*split)(struct turn *t);
    /* Full sets of a group into dollars, at once or later. */
    void (*merge)(struct turn *t, const struct settle *m);
    /* A conversion is due; called again at each tick after g->next until
     * convert_done or, where it is later, convert_failed follows. */
    void (*convert)(struct turn *t);
    /* A fill of an earlier run; g and p are NULL where they are gone.  False,
     * and nothing done, when it was never said in this state. */
    bool (*recall)(struct executor *x, const struct fill *m,
                   const struct input *in, struct group_slot *g,
                   struct placed *p);
    /* A market of something we hold has resolved. */
    void (*resolve)(struct executor *x, const struct position *p,
                    const struct universe_market *market,
                    const struct input *in, struct outbox *out);
};

/* Of a mode; halted and shadow have that of paper, which never gets to send
 * anything. */
const struct order_work *work_of(enum mode mode);

extern const struct order_work work_paper, work_live;

#endif /* EXECUTOR_WORK_H */
