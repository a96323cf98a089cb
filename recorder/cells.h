/* cells - values of PostgreSQL in its binary form, one behind the other
 *
 * Each is its size and its bytes, big endian.  All return where the next one
 * goes; the caller knows that there is room. */
#ifndef RECORDER_CELLS_H
#define RECORDER_CELLS_H

#include "proto/proto.h"

/* Types by their fixed numbers. */
enum {
    OID_BIGINT = 20, OID_TEXT = 25, OID_TIMESTAMPTZ = 1184,
    OID_NUMERIC = 1700, OID_UUID = 2950,
};

/* A number of so many bytes, without a size. */
uint8_t *cell_raw(uint8_t *at, uint64_t v, unsigned size);
uint8_t *cell_null(uint8_t *at);
uint8_t *cell_sized(uint8_t *at, const void *data, size_t size);
uint8_t *cell_text(uint8_t *at, const char *text);
uint8_t *cell_flag(uint8_t *at, bool v);
uint8_t *cell_bigint(uint8_t *at, uint64_t v);
uint8_t *cell_time(uint8_t *at, int64_t ns);
/* Millionths as a decimal. */
uint8_t *cell_decimal(uint8_t *at, int64_t micros);
/* A list as jsonb, of at most so many bytes. */
uint8_t *cell_json(uint8_t *at, const struct field *f, const void *msg,
                   size_t cap);
/* What an array of one dimension without NULLs begins with, from its type on
 * and counted from 1; its elements follow.  16 + 4 bytes. */
uint8_t *cell_array(uint8_t *at, uint32_t oid, uint32_t count);

#endif /* RECORDER_CELLS_H */
