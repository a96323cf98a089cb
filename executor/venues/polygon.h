/* polygon - what the files of the JSON-RPC share */
#ifndef EXECUTOR_VENUES_POLYGON_H
#define EXECUTOR_VENUES_POLYGON_H

#include "common/json.h"
#include "executor/rpc.h"

/* "0x0", "0x1a": no leading zeros, at most 64 bits. */
MUST_CHECK bool polygon_quantity(const struct json_value *v, uint64_t *n);
MUST_CHECK bool polygon_hash(const struct json_value *v, struct hash *h);
MUST_CHECK bool polygon_receipt(const struct rpc_question *q,
                                const struct json_value *v,
                                struct rpc_receipt *r);

#endif /* EXECUTOR_VENUES_POLYGON_H */
