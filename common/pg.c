/* pg - PostgreSQL, plainly (libpq's door)
 *
 * The recorder writes through this and `arb` reads through it.  Nothing here
 * retries: whoever owns the connection knows what was in flight. */
#include "common/pg.h"

#include "common/must.h"
#include "common/pg_guard.h"

#include <libpq-fe.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct ms silence = { PG_SILENCE_MS };

struct pg {
    PGconn *conn;
    struct pg_guard *guard;
    bool refused;  /* Why the last one failed: by its data, */
    bool repeated; /* by a key that was there. */
};

static bool
pg_why(const struct pg *pg, struct why *why, const char *what)
{
    const char *text = PQerrorMessage(pg->conn);
    return why_set(why, "%s: %.*s", what, (int)strcspn(text, "\n"), text);
}

/* A conninfo kept in a file, so that no password is ever an argument. */
static bool
read_conninfo(const char *path, char *out, size_t cap, struct why *why)
{
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return why_set(why, "%s, which names the database: %s", path,
                       strerror(errno));
    size_t size = fread(out, 1, cap - 1, f);
    fclose(f);
    out[size] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return out[0] != '\0' || why_set(why, "%s: empty", path);
}

struct pg *
pg_open(const char *conninfo, struct why *why)
{
    char text[1024];
    if (conninfo[0] == '/' || conninfo[0] == '.') {
        if (!read_conninfo(conninfo, text, sizeof text, why))
            return NULL;
    } else if (snprintf(text, sizeof text, "%s", conninfo) >=
               (int)sizeof text) {
        why_set(why, "connection text too long");
        return NULL;
    }
    /* A server that is gone without a word is noticed, too. */
    const char *keys[] = { "dbname", "connect_timeout", "application_name",
                           "options", NULL };
    const char *values[] = { text, "2", "dutchbook",
                             "-c statement_timeout=10000 -c timezone=UTC "
                             "-c client_min_messages=warning",
                             NULL };
    struct pg *pg = calloc(1, sizeof *pg);
    must(pg != NULL);
    pg->conn = PQconnectdbParams(keys, values, 1);
    if (PQstatus(pg->conn) == CONNECTION_OK) {
        pg->guard = pg_guard_new(PQsocket(pg->conn), silence);
        return pg;
    }
    pg_why(pg, why, "PostgreSQL");
    pg_close(&pg);
    return NULL;
}

void
pg_close(struct pg **pg)
{
    if (*pg == NULL)
        return;
    pg_guard_destroy(&(*pg)->guard);
    PQfinish((*pg)->conn);
    free(*pg);
    *pg = NULL;
}

bool
pg_alive(const struct pg *pg)
{
    return pg != NULL && PQstatus(pg->conn) == CONNECTION_OK;
}

void
pg_silence(struct pg *pg, struct ms most)
{
    pg_guard_silence(pg->guard, most);
}

/* SQLSTATE's classes of what lies in the data: cardinality, data exceptions,
 * integrity.  All others (no room, no lock, read only, going down) may mend
 * themselves or be mended. */
static void
judge(struct pg *pg, const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

    pg->refused = state != NULL && state[0] == '2' &&
                  (state[1] == '1' || state[1] == '2' || state[1] == '3');
    pg->repeated = state != NULL && strcmp(state, "23505") == 0;
}

bool
pg_exec(struct pg *pg, const char *sql, struct why *why)
{
    pg_guard_wait(pg->guard);
    PGresult *r = PQexec(pg->conn, sql);
    pg_guard_over(pg->guard);
    ExecStatusType status = PQresultStatus(r);
    judge(pg, r);
    PQclear(r);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
           pg_why(pg, why, "PostgreSQL");
}

/* libpq's result itself is what callers hold, under our name for it. */
static const PGresult *
result(const struct pg_rows *rows)
{
    return (const PGresult *)rows;
}

struct pg_rows *
pg_query(struct pg *pg, const char *sql, const char *const *params, int count,
         struct why *why)
{
    pg_guard_wait(pg->guard);
    PGresult *r = count == 0 ? PQexec(pg->conn, sql)
                             : PQexecParams(pg->conn, sql, count, NULL,
                                            params, NULL, NULL, 0);
    pg_guard_over(pg->guard);
    ExecStatusType status = PQresultStatus(r);
    judge(pg, r);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return (struct pg_rows *)r;
    PQclear(r);
    pg_why(pg, why, "PostgreSQL");
    return NULL;
}

int
pg_count(const struct pg_rows *rows)
{
    return PQntuples(result(rows));
}

int
pg_columns(const struct pg_rows *rows)
{
    return PQnfields(result(rows));
}

const char *
pg_column(const struct pg_rows *rows, int column)
{
    return PQfname(result(rows), column);
}

const char *
pg_cell(const struct pg_rows *rows, int row, int column)
{
    if (PQgetisnull(result(rows), row, column))
        return NULL;
    return PQgetvalue(result(rows), row, column);
}

void
pg_free(struct pg_rows **rows)
{
    PQclear((PGresult *)*rows);
    *rows = NULL;
}

bool
pg_give(struct pg *pg, const char *sql, const char *bytes, size_t size,
        struct why *why)
{
    const int binary = 1, length = (int)size;
    must(size <= 1 << 30);
    pg_guard_wait(pg->guard);
    bool sent = PQenterPipelineMode(pg->conn) == 1 &&
                PQsendQueryParams(pg->conn, sql, 1, NULL, &bytes, &length,
                                  &binary, 0) == 1;
    pg_guard_over(pg->guard);
    return sent || pg_why(pg, why, "PostgreSQL");
}

/* Takes the answer of each statement; between two stands a NULL, and behind
 * the last one the mark of the end. */
static bool
take_answers(struct pg *pg, struct why *why)
{
    bool ok = true, ended = false;
    while (!ended && PQstatus(pg->conn) == CONNECTION_OK) {
        pg_guard_wait(pg->guard);
        PGresult *r = PQgetResult(pg->conn);
        ExecStatusType status = PQresultStatus(r);
        ended = r != NULL && status == PGRES_PIPELINE_SYNC;
        if (r != NULL && ok && !ended && status != PGRES_COMMAND_OK &&
            status != PGRES_TUPLES_OK) {
            ok = pg_why(pg, why, "PostgreSQL");
            judge(pg, r);
        }
        PQclear(r);
    }
    pg_guard_over(pg->guard);
    return ok && (ended || pg_why(pg, why, "PostgreSQL"));
}

bool
pg_end(struct pg *pg, const char *sql, struct why *why)
{
    pg->refused = pg->repeated = false;
    pg_guard_wait(pg->guard);
    if (PQenterPipelineMode(pg->conn) != 1 ||
        PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0) != 1 ||
        PQpipelineSync(pg->conn) != 1)
        return pg_why(pg, why, "PostgreSQL");
    bool ok = take_answers(pg, why);
    return (PQexitPipelineMode(pg->conn) == 1 && ok) ||
           (ok && pg_why(pg, why, "PostgreSQL"));
}

bool
pg_copy(struct pg *pg, const char *sql, struct why *why)
{
    pg_guard_wait(pg->guard);
    PGresult *r = PQexec(pg->conn, sql);
    pg_guard_over(pg->guard);
    bool ok = PQresultStatus(r) == PGRES_COPY_IN;
    judge(pg, r);
    PQclear(r);
    return ok || pg_why(pg, why, "PostgreSQL");
}

bool
pg_copy_put(struct pg *pg, const void *bytes, size_t size, struct why *why)
{
    must(size <= 1 << 30);
    pg_guard_wait(pg->guard);
    bool ok = PQputCopyData(pg->conn, bytes, (int)size) == 1;
    pg_guard_over(pg->guard);
    return ok || pg_why(pg, why, "PostgreSQL");
}

bool
pg_copy_end(struct pg *pg, struct why *why)
{
    pg_guard_wait(pg->guard);
    bool ok = PQputCopyEnd(pg->conn, NULL) == 1 ||
              pg_why(pg, why, "PostgreSQL");
    PGresult *r;
    /* Still asking for data: it never heard of their end. */
    for (bool asks = false; !asks && (r = PQgetResult(pg->conn)) != NULL;) {
        asks = PQresultStatus(r) == PGRES_COPY_IN;
        if (ok && PQresultStatus(r) != PGRES_COMMAND_OK) {
            ok = pg_why(pg, why, "PostgreSQL");
            judge(pg, r);
        }
        PQclear(r);
    }
    pg_guard_over(pg->guard);
    return ok;
}

bool
pg_refused(const struct pg *pg)
{
    return pg->refused;
}

bool
pg_repeated(const struct pg *pg)
{
    return pg->repeated;
}
