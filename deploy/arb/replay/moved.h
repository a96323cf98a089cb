/* moved - a recorded word of feed, as if it were said now */
#ifndef DEPLOY_ARB_REPLAY_MOVED_H
#define DEPLOY_ARB_REPLAY_MOVED_H

#include "proto/proto.h"

struct moved_by {
    int64_t ns;                /* Now is so much later. */
    uint64_t was, now;         /* feed's run then, and now: books' epochs. */
};

/* False: it is none of those that are published of a market. */
MUST_CHECK bool moved(uint16_t type, void *msg, const struct moved_by *by);

#endif /* DEPLOY_ARB_REPLAY_MOVED_H */
