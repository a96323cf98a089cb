/* parts - the tables that grow, a partition a day
 *
 * migrations/011_parts.sql makes and drops them; here is remembered which are
 * there, so that a batch asks for none.  They are made days ahead, and for
 * what comes late, or from journals of long ago, when it comes. */
#include "recorder/parts.h"

#include "common/log.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_NS (INT64_C(86400) * 1000000000)
/* From the first of 2020 on, and for as long as anybody will run this. */
enum { FIRST = 18262, DAYS = 1 << 15, WANTS = 4096 };

static const char *const tables[PARTS] = {
    [PART_scan] = "fact_arb_scan",
    [PART_decision] = "fact_arb_decision",
    [PART_ledger] = "fact_arb_ledger",
    [PART_heartbeat] = "fact_arb_heartbeat",
};

struct parts {
    uint8_t known[PARTS][DAYS / 8];
    struct want {
        enum part part;
        int32_t day;
    } wants[WANTS];
    uint32_t count;
    uint64_t stray;
};

struct parts *
parts_new(void)
{
    struct parts *p = calloc(1, sizeof *p);
    must(p != NULL);
    return p;
}

void
parts_destroy(struct parts **p)
{
    free(*p);
    *p = NULL;
}

void
parts_forget(struct parts *p)
{
    memset(p->known, 0, sizeof p->known);
    p->count = 0;
}

/* Of no table more than there are records in a batch. */
void
parts_want(struct parts *p, enum part part, struct nanos at)
{
    int64_t day = at.ns / DAY_NS - (at.ns % DAY_NS < 0) - FIRST;
    if (part == PART_none)
        return;
    /* A time nobody knows is refused where it is written. */
    if (day < 0 || day >= DAYS) {
        if (at.ns != 0 && p->stray++ == 0)
            log_warn("%s: rows of before 2020, or of no day at all, go to "
                     "%s_rest", tables[part], tables[part]);
        return;
    }
    uint8_t *byte = &p->known[part][day / 8], bit = (uint8_t)(1 << day % 8);
    if ((*byte & bit) != 0 || p->count == WANTS)
        return;
    *byte |= bit;
    p->wants[p->count++] = (struct want){ part, (int32_t)day };
}

bool
parts_make(struct parts *p, struct pg *pg, struct why *why)
{
    for (; p->count > 0; p->count--) {
        const struct want *w = &p->wants[p->count - 1];
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT make_part('%s', date '2020-01-01' "
                 "+ %d)", tables[w->part], w->day);
        struct pg_rows *rows = pg_query(pg, sql, NULL, 0, why);
        if (rows == NULL)
            return false;
        if (pg_cell(rows, 0, 0)[0] != 't') {
            log_warn("%s: rows of day %d since 2020, which is far ahead, "
                     "go to %s_rest", tables[w->part], w->day,
                     tables[w->part]);
            p->stray++;
        }
        pg_free(&rows);
    }
    return true;
}

uint64_t
parts_stray(struct parts *p)
{
    uint64_t stray = p->stray;
    p->stray = 0;
    return stray;
}

/* One day of each table, so that a statement never has much to do; false when
 * there is nothing more to drop, or not now. */
static bool
drop_some(struct pg *pg, uint64_t days, uint32_t *dropped, struct why *why)
{
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT * FROM drop_parts(%" PRIu64 ")", days);
    struct pg_rows *rows = pg_query(pg, sql, NULL, 0, why);
    if (rows == NULL)
        return false;
    for (int i = 0; i < pg_count(rows); i++)
        log_info("%s: dropped, all %s rows of it were older than %" PRIu64
                 " days", pg_cell(rows, i, 0), pg_cell(rows, i, 1), days);
    bool any = pg_count(rows) > 0;
    *dropped += (uint32_t)pg_count(rows);
    pg_free(&rows);
    return any;
}

/* Facts are written whether or not this comes off: what prevents it, such as a
 * backup that reads, may be gone the next time. */
bool
parts_keep(struct parts *p, struct pg *pg, uint64_t days, uint32_t *dropped,
           struct why *why)
{
    enum { ROUNDS = 4 };
    *dropped = 0;
    parts_forget(p);
    why->s[0] = '\0';
    if (pg_exec(pg, "SELECT make_parts_ahead()", why))
        for (int i = 0; i < ROUNDS && drop_some(pg, days, dropped, why); i++)
            continue;
    if (why->s[0] != '\0' && pg_alive(pg))
        log_warn("days are neither made nor dropped: %s", why->s);
    return pg_alive(pg);
}
