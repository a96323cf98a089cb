/* lease - riskd's permission to go on, and how long it lasts */
#ifndef EXECUTOR_LEASE_H
#define EXECUTOR_LEASE_H

#include "proto/proto.h"

enum { LEASE_ASKED = 8 };

struct lease_held {
    bool held;               /* One was received; see lease_is_alive. */
    struct lease m;
    struct nanos sent;       /* Mono: when it was asked for. */
    struct nanos until;      /* Mono: asked + ttl. */
    struct nanos act_until;  /* Mono: asked + 3/4 ttl. */
    struct nanos next;       /* Mono: when to ask again. */
    uint32_t asked_next;
    struct { uint64_t req; struct nanos sent; } asked[LEASE_ASKED];
};

/* A request goes out now. */
void lease_asks(struct lease_held *l, uint64_t req, struct nanos mono);
/* The answer to req; false when nobody asked that, it is no lease, a later
 * request was answered before, or its epoch is older. */
MUST_CHECK bool lease_takes(struct lease_held *l, const struct lease *m,
                            uint64_t req);
bool lease_may_open(const struct lease_held *l, struct nanos mono);
bool lease_is_alive(const struct lease_held *l, struct nanos mono);

#endif /* EXECUTOR_LEASE_H */
