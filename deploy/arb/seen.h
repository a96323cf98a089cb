/* seen - what a guest on the bus knows of the five processes */
#ifndef DEPLOY_ARB_SEEN_H
#define DEPLOY_ARB_SEEN_H

#include "common/bus.h"
#include "common/latch.h"

#define SEEN_FIRST SOURCE_feed
#define SEEN_LAST SOURCE_recorder
enum { SEEN_END = SEEN_LAST + 1 };
/* So long who is up has time to be heard: two heartbeats. */
enum { SEEN_LISTEN_MS = 1300 };

struct seen {
    bool heard[SEEN_END];
    uint64_t run[SEEN_END];
    struct heartbeat beat[SEEN_END];
    bool risk_heard;
    struct risk_state risk;
    struct recorder_lag lag[SEEN_END];
    struct latch latch;
};

/* To everybody who publishes. */
MUST_CHECK bool seen_connect(struct bus *bus, struct why *why);
/* Asks for the messages that seen_take takes. */
void seen_hear(struct bus *bus);
void seen_take(struct seen *s, const struct bus_in *in);
/* The file's word, or that of riskd, which does not forget it. */
bool seen_is_killed(const struct seen *s);

#endif /* DEPLOY_ARB_SEEN_H */
