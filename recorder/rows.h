/* rows - messages as rows of PostgreSQL, in its binary form */
#ifndef RECORDER_ROWS_H
#define RECORDER_ROWS_H

#include "proto/proto.h"

/* What a row begins with, before the fields of its message. */
struct row_head {
    const char *src;
    uint64_t n;
    uint32_t crc;
    struct nanos wall;
};

struct rows;
struct rows *rows_new(void);
void rows_destroy(struct rows **r);
/* The columns of a message's row, as CREATE TYPE and ALTER TYPE want them
 * ("price" numeric, ADD ATTRIBUTE "price" numeric) and as pg_attribute has
 * them ("price" 1700). */
enum rows_text { ROWS_CREATE, ROWS_ALTER, ROWS_KNOWN };
void rows_columns(const struct schema *sc, enum rows_text as, char *out,
                  size_t cap);
#define ROWS_COLUMNS_CAP 2048

/* Begins an array of such rows; oid is that of their composite type. */
void rows_begin(struct rows *r, const struct schema *sc, uint32_t oid);
/* False when there is no room for it: the array is full.  One message has
 * room in an empty one. */
MUST_CHECK bool rows_add(struct rows *r, const struct row_head *head,
                         const void *msg);
uint32_t rows_count(const struct rows *r);
/* The array as a binary parameter; until rows_begin. */
const char *rows_end(struct rows *r, size_t *size);

#endif /* RECORDER_ROWS_H */
