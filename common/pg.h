/* pg - PostgreSQL, plainly (libpq's door)
 *
 * Blocking, with bounds: 2 s to connect, 10 s for a statement.  An error
 * leaves the connection as libpq has it; callers close and open again. */
#ifndef COMMON_PG_H
#define COMMON_PG_H

#include "proto/units.h"
#include "common/why.h"

struct pg;
struct pg_rows;

/* conninfo as libpq reads it, or the path of a file holding it when it
 * begins with '/' or '.'. */
MUST_CHECK struct pg *pg_open(const char *conninfo, struct why *why);
void pg_close(struct pg **pg);
bool pg_alive(const struct pg *pg);

/* Any number of statements without an answer. */
MUST_CHECK bool pg_exec(struct pg *pg, const char *sql, struct why *why);
/* One statement with text parameters $1.. (NULL = NULL); without parameters
 * any number, of which the last one answers.  NULL on error. */
MUST_CHECK struct pg_rows *pg_query(struct pg *pg, const char *sql,
                                    const char *const *params, int count,
                                    struct why *why);
int pg_count(const struct pg_rows *rows);
int pg_columns(const struct pg_rows *rows);
const char *pg_column(const struct pg_rows *rows, int column);
/* The text of a cell, NULL for NULL; valid until pg_free. */
const char *pg_cell(const struct pg_rows *rows, int row, int column);
void pg_free(struct pg_rows **rows);

/* Statements without an answer, sent and not waited for, each with one
 * parameter in PostgreSQL's binary form.  After one that failed nothing is
 * done until the end, which sends a last one and says whether all went well.
 * Nothing else may be asked between the first give and the end. */
MUST_CHECK bool pg_give(struct pg *pg, const char *sql, const char *bytes,
                        size_t size, struct why *why);
MUST_CHECK bool pg_end(struct pg *pg, const char *sql, struct why *why);
/* Did the last pg_end fail because of the data, so that sending them again
 * would fail again?  No for want of room, locks, or a server. */
bool pg_refused(const struct pg *pg);

#endif /* COMMON_PG_H */
