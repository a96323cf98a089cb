/* row_types - PostgreSQL's composite types for rows of messages */
#ifndef RECORDER_ROW_TYPES_H
#define RECORDER_ROW_TYPES_H

#include "common/pg.h"
#include "proto/proto.h"

/* Sees to it that row_<message> is there and has today's columns; *oid is
 * its number. */
MUST_CHECK bool row_type_make(struct pg *pg, const struct schema *sc,
                              uint32_t *oid, struct why *why);

#endif /* RECORDER_ROW_TYPES_H */
