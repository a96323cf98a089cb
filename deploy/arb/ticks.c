/* ticks - where a time axis has its words: at whole hours and days of the
 * time zone, whose clocks may change on the way; so PostgreSQL counts them */
#include "deploy/arb/chart.h"

#include "common/pg.h"

#include <inttypes.h>
#include <stdlib.h>

static const char local_times[] =
    "SELECT extract(epoch FROM at)::bigint, to_char(at AT TIME ZONE $3, $5) "
    "FROM (SELECT DISTINCT t AT TIME ZONE $3 AS at FROM generate_series("
    "date_bin($4::interval, to_timestamp($1::bigint) AT TIME ZONE $3, "
    "timestamp '2001-01-01'), to_timestamp($2::bigint) AT TIME ZONE $3, "
    "$4::interval) t) s WHERE at BETWEEN to_timestamp($1::bigint) AND "
    "to_timestamp($2::bigint) ORDER BY at LIMIT 16";

bool
ticks_read(struct ticks *t, const struct scope *s, struct pg *pg,
           uint32_t most, struct why *why)
{
    static const struct { int64_t s; const char *words; } steps[] = {
        { 1, "HH24:MI:SS" },    { 5, "HH24:MI:SS" },   { 10, "HH24:MI:SS" },
        { 15, "HH24:MI:SS" },   { 30, "HH24:MI:SS" },  { 60, "HH24:MI" },
        { 300, "HH24:MI" },     { 600, "HH24:MI" },    { 900, "HH24:MI" },
        { 1800, "HH24:MI" },    { 3600, "HH24:MI" },   { 7200, "HH24:MI" },
        { 10800, "HH24:MI" },   { 21600, "HH24:MI" },  { 43200, "DD Mon" },
        { 86400, "DD Mon" },    { 172800, "DD Mon" },  { 604800, "DD Mon" },
        { 2419200, "DD Mon" },  { 14515200, "Mon YYYY" },
    };
    enum { STEPS = sizeof steps / sizeof steps[0] };
    int i = 0;
    char from[24], to[24], step[32];

    while (i + 1 < STEPS && (s->to - s->from) / steps[i].s > most)
        i++;
    /* Half a day apart, both of a day would have the same word. */
    if (steps[i].s == 43200)
        i++;
    snprintf(from, sizeof from, "%" PRId64, s->from);
    snprintf(to, sizeof to, "%" PRId64, s->to);
    snprintf(step, sizeof step, "%" PRId64 " seconds", steps[i].s);
    const char *params[] = { from, to, s->zone, step, steps[i].words };
    struct pg_rows *rows = pg_query(pg, local_times, params, 5, why);
    if (rows == NULL)
        return false;
    t->count = 0;
    for (int r = 0; r < pg_count(rows) && t->count < TICKS_CAP; r++) {
        t->at[t->count].at = strtoll(pg_cell(rows, r, 0), NULL, 10);
        snprintf(t->at[t->count].words, sizeof t->at[0].words, "%s",
                 pg_cell(rows, r, 1));
        t->count++;
    }
    pg_free(&rows);
    return true;
}
