/* wire - a strict cursor over received msgpack bytes */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/units.h"

/* Every wire_get_ consumes one msgpack value and returns true, or returns
 * false and the message is bad.  A value must be in its shortest form, so a
 * message has exactly one spelling. */
struct wire {
    const uint8_t *at;
    const uint8_t *end;
};

/* count is never more than the bytes left: each element takes one. */
MUST_CHECK bool wire_get_array(struct wire *w, uint32_t *count);
MUST_CHECK bool wire_get_int(struct wire *w, int64_t *value);
MUST_CHECK bool wire_get_uint(struct wire *w, uint64_t *value);
MUST_CHECK bool wire_get_bool(struct wire *w, bool *value);
/* The bytes stay where they are: *s points into the message. */
MUST_CHECK bool wire_get_str(struct wire *w, const char **s, uint32_t *size);
MUST_CHECK bool wire_get_bin(struct wire *w, const uint8_t **b, uint32_t *size);

#endif /* PROTO_WIRE_H */
