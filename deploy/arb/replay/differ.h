/* differ - two messages that should be one, told apart field by field */
#ifndef DEPLOY_ARB_REPLAY_DIFFER_H
#define DEPLOY_ARB_REPLAY_DIFFER_H

#include "proto/proto.h"

/* A packed message and its type; body NULL = there is none. */
struct packed {
    uint16_t type;
    const uint8_t *body;
    size_t size;
};

/* Prints a line for every field that differs, or both messages when their
 * types do. */
void differ_print(const struct packed *recorded, const struct packed *now);

#endif /* DEPLOY_ARB_REPLAY_DIFFER_H */
