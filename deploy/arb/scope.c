/* scope - the macros of a dashboard's query, as Grafana would put them in
 *
 * Only those the dashboards use; another one is refused, so that a query that
 * works here works there.  Words that somebody typed become SQL strings. */
#include "deploy/arb/board.h"

#include "common/page.h"
#include "common/must.h"
#include "common/pg.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
put_letter(struct page *o, char c)
{
    page_put(o, (const char[]){ c, '\0' });
}

static void
put_time(struct page *o, int64_t seconds)
{
    struct tm tm;
    char text[64];
    time_t at = (time_t)seconds;

    if (gmtime_r(&at, &tm) == NULL ||
        strftime(text, sizeof text, "'%Y-%m-%dT%H:%M:%SZ'", &tm) == 0)
        o->full = true;
    else
        page_put(o, text);
}

/* 'a','b' of a,b; '' of nothing, so that IN (...) stays SQL. */
static void
put_words(struct page *o, const char *words)
{
    page_put(o, "'");
    for (const char *s = words; *s != '\0'; s++)
        if (*s == ',')
            page_put(o, "','");
        else if (*s == '\'')
            page_put(o, "''");
        else
            put_letter(o, *s);
    page_put(o, "'");
}

/* The text up to the first closing bracket, which for Grafana ends it;
 * NULL when there is none. */
static const char *
inside(const char *from, char *out, size_t cap)
{
    size_t size = strcspn(from, ")");

    if (from[size] == '\0' || size >= cap)
        return NULL;
    memcpy(out, from, size);
    out[size] = '\0';
    return from + size + 1;
}

static const char *
expand_function(const struct scope *s, const char *at, struct page *o)
{
    char name[24], arg[256];
    int size = 0;

    if (sscanf(at, "$__%23[a-zA-Z](%n", name, &size) != 1 || size == 0)
        return NULL;
    const char *end = inside(at + size, arg, sizeof arg);
    if (end == NULL)
        return NULL;
    if (strcmp(name, "timeFilter") == 0) {
        page_put(o, arg);
        page_put(o, " BETWEEN ");
        put_time(o, s->from);
        page_put(o, " AND ");
        put_time(o, s->to);
    } else if (strcmp(name, "timeFrom") == 0) {
        put_time(o, s->from);
    } else if (strcmp(name, "timeTo") == 0) {
        put_time(o, s->to);
    } else if (strcmp(name, "timeGroup") == 0) {
        char *comma = strrchr(arg, ',');
        if (comma == NULL || strcmp(comma, ", $__interval") != 0)
            return NULL;
        *comma = '\0';
        page_put(o, "floor(extract(epoch from ");
        page_put(o, arg);
        page_put(o, ")/");
        page_count(o, (uint64_t)s->interval);
        page_put(o, ")*");
        page_count(o, (uint64_t)s->interval);
    } else {
        return NULL;
    }
    return end;
}

static const char *
expand_variable(const struct scope *s, const char *at, struct page *o)
{
    const struct { const char *name, *words; } variables[] = {
        { "${mode:sqlstring}", s->mode },
        { "${stage:sqlstring}", s->stage },
        { "${strategy:sqlstring}", s->strategy },
        { "${tz:sqlstring}", s->zone },
    };

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (strncmp(at, variables[i].name, strlen(variables[i].name)) == 0) {
            put_words(o, variables[i].words);
            return at + strlen(variables[i].name);
        }
    return NULL;
}

bool
scope_expand(const struct scope *s, const char *sql, char *out, size_t cap,
             struct why *why)
{
    struct page o = page_on(out, cap);

    while (*sql != '\0' && !o.full) {
        const char *next = NULL;
        if (*sql != '$') {
            put_letter(&o, *sql++);
            continue;
        }
        next = sql[1] == '{' ? expand_variable(s, sql, &o)
                             : expand_function(s, sql, &o);
        if (next == NULL)
            return why_set(why, "%.30s: no such macro", sql);
        sql = next;
    }
    return page_end(&o) > 0 || why_set(why, "the query becomes too long");
}

static struct pg_rows *
ask(const struct panel *p, const char *before, const struct scope *s,
    struct pg *pg, struct why *why)
{
    enum { CAP = 4 * SQL_CAP };
    char *sql = malloc(CAP);
    struct pg_rows *rows = NULL;
    size_t size = strlen(before);

    must(sql != NULL && size < CAP);
    memcpy(sql, before, size);
    if (scope_expand(s, p->sql, sql + size, CAP - size, why))
        rows = pg_query(pg, sql, NULL, 0, why);
    free(sql);
    if (rows == NULL)
        why_in(why, "panel %" PRIu32 " (%s)", p->id, p->title);
    return rows;
}

struct pg_rows *
panel_ask(const struct panel *p, const struct scope *s, struct pg *pg,
          struct why *why)
{
    return ask(p, "", s, pg, why);
}

struct pg_rows *
panel_plan(const struct panel *p, const struct scope *s, struct pg *pg,
           struct why *why)
{
    return ask(p, "EXPLAIN ", s, pg, why);
}

/* The last thing in the tables, and the first of the day before it. */
static const char everything[] =
    "WITH seen AS (SELECT greatest((SELECT max(heard_at) FROM "
    "fact_arb_heartbeat), (SELECT max(scanned_at) FROM fact_arb_scan), "
    "(SELECT max(booked_at) FROM fact_arb_ledger), (SELECT max(seen_at) FROM "
    "fact_arb_risk_state)) AS last), "
    "bounds AS (SELECT coalesce($2::timestamptz, last + interval '1 second', "
    "now()) AS upto FROM seen) "
    "SELECT floor(extract(epoch FROM coalesce($1::timestamptz, "
    "CASE WHEN $2::text IS NULL THEN least("
    "(SELECT min(heard_at) FROM fact_arb_heartbeat WHERE heard_at > upto - "
    "interval '24 hours'), (SELECT min(scanned_at) FROM fact_arb_scan WHERE "
    "scanned_at > upto - interval '24 hours')) END, upto - interval "
    "'24 hours')))::bigint, ceil(extract(epoch FROM upto))::bigint "
    "FROM bounds";

static int64_t
nice_interval(int64_t range)
{
    static const int64_t steps[] = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800,
        21600, 43200, 86400, 172800, 604800,
    };
    enum { POINTS = 100, STEPS = sizeof steps / sizeof steps[0] };

    for (int i = 0; i < STEPS; i++)
        if (range / steps[i] <= POINTS)
            return steps[i];
    return range / POINTS;
}

bool
scope_set(struct scope *s, struct pg *pg, const char *from, const char *to,
          struct why *why)
{
    const char *zone[] = { s->zone }, *bounds[] = { from, to };
    struct pg_rows *rows = pg_query(
        pg, "SELECT set_config('TimeZone', $1, false)", zone, 1, why);

    if (rows == NULL)
        return why_in(why, "time zone %s", s->zone);
    pg_free(&rows);
    rows = pg_query(pg, everything, bounds, 2, why);
    if (rows == NULL)
        return why_in(why, "from %s to %s", from ? from : "-", to ? to : "-");
    s->from = strtoll(pg_cell(rows, 0, 0), NULL, 10);
    s->to = strtoll(pg_cell(rows, 0, 1), NULL, 10);
    if (from == NULL && to == NULL) /* What is counted by the minute: whole. */
        s->from -= s->from % 60;
    pg_free(&rows);
    s->interval = nice_interval(s->to - s->from);
    return s->from < s->to || why_set(why, "from: expected a time before to");
}
