/* json_check - the strict pass over a JSON text, before cJSON sees it */
#ifndef COMMON_JSON_CHECK_H
#define COMMON_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "common/why.h"

/* Stands in front of the text of a number, where a string cannot have it:
 * this byte is never part of UTF-8. */
#define JSON_NUMBER_MARK '\xff'

#define JSON_DEPTH_CAP  64
#define JSON_SIZE_CAP   ((size_t)8 << 20)
#define JSON_VALUES_CAP 1000000 /* Nodes: what bounds cJSON's memory. */

/* Bytes the rewritten text needs at most, its NUL included. */
#define JSON_REWRITE_CAP(size) ((size)*5 / 2 + 8)

/* Copies the text s to out (JSON_REWRITE_CAP(size) bytes) with every number
 * 1.5 turned into the string "<mark>1.5", NUL terminated; *out_size is without
 * the NUL.  False with the place when s is not exactly one JSON value. */
bool json_check(const char *s, size_t size, char *out, size_t *out_size,
                struct why *why);

#endif /* COMMON_JSON_CHECK_H */
