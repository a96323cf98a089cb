/* pg - PostgreSQL, plainly (libpq's door)
 *
 * Blocking, with bounds: 2 s to connect to each host, 10 s for a statement at
 * the server, 15 s of its silence (pg_guard.h).  An error leaves the
 * connection as libpq has it; callers close and open again. */
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
/* Another bound on the server's silence: longer for what takes its time. */
enum { PG_SILENCE_MS = 15000, PG_PATIENCE_MS = 6 * 3600 * 1000 };
void pg_silence(struct pg *pg, struct ms most);

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
/* COPY ... FROM STDIN: begun, its data in any pieces, ended.  A piece is sent
 * while the server reads those before it; what it has against them is said at
 * the end. */
MUST_CHECK bool pg_copy(struct pg *pg, const char *sql, struct why *why);
MUST_CHECK bool pg_copy_put(struct pg *pg, const void *bytes, size_t size,
                            struct why *why);
MUST_CHECK bool pg_copy_end(struct pg *pg, struct why *why);
/* Did the last one that failed do so because of the data, so that sending them
 * again would fail again?  No for want of room, locks, or a server. */
bool pg_refused(const struct pg *pg);
/* Because a key was there already? */
bool pg_repeated(const struct pg *pg);

#endif /* COMMON_PG_H */
