/* feed_of - feed's answers in a replay, made of the scanner's books */
#ifndef DEPLOY_ARB_REPLAY_FEED_OF_H
#define DEPLOY_ARB_REPLAY_FEED_OF_H

#include "proto/proto.h"

struct scanner;

/* Every word of the answer to m, in order; wall: now. */
void feed_of(const struct scanner *x, const struct snapshot_request *m,
             struct nanos wall,
             void (*say)(void *arg, const struct schema *sc, const void *msg),
             void *arg);

#endif /* DEPLOY_ARB_REPLAY_FEED_OF_H */
