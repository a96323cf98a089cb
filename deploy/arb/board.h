/* board - dashboards: pages of panels, each a query and how to draw it
 *
 * Said once, in deploy/dashboards/N_name.sql; Grafana's JSON is made from it
 * (grafana.h), and `arb dashboards` and `arb report` draw it (sheet.h). */
#ifndef DEPLOY_ARB_BOARD_H
#define DEPLOY_ARB_BOARD_H

#include "proto/units.h"
#include "common/why.h"

#include <stdint.h>
#include <stdio.h>

struct pg;
struct pg_rows;

/* How a panel is drawn, and which columns its query must answer with:
 *   stat        one row of numbers (none or NULL: nothing to show)
 *   line, step  time, then one number a line; or time, metric, value
 *   bars        the same, stacked
 *   categories  name, then a number
 *   heat        time, metric (upper bound of a bucket), value
 *   table       anything
 *   csv, jsonl  anything; written to a file of the panel's title */
enum panel_kind {
    PANEL_stat, PANEL_line, PANEL_step, PANEL_bars, PANEL_categories,
    PANEL_heat, PANEL_table, PANEL_csv, PANEL_jsonl, PANEL_KINDS
};
extern const char *const panel_kinds[PANEL_KINDS];

/* Money is dollars, percent a fraction (0.25 is 25 %). */
enum unit {
    UNIT_none, UNIT_usd, UNIT_count, UNIT_percent, UNIT_ms, UNIT_us,
    UNIT_bps, UNITS
};
extern const char *const unit_words[UNITS];

enum { GRID = 24, PANELS_CAP = 32, BOARDS_CAP = 16, SQL_CAP = 8192 };

struct panel {
    uint32_t id;               /* Unique in its board. */
    enum panel_kind kind;
    enum unit unit;
    uint32_t w, h;             /* Of a grid 24 wide. */
    char title[80], note[200]; /* The note may be empty. */
    char empty[80];            /* What stands there when nothing does. */
    char link[24];             /* A board with more of it, or "". */
    char sql[SQL_CAP];
};

struct board {
    char name[24], title[64], about[200];
    uint32_t count;
    struct panel at[PANELS_CAP];
};

struct boards {
    uint32_t count;
    struct board at[BOARDS_CAP];
};

/* Every .sql of a folder, by name; NULL after saying which line is wrong. */
struct boards *boards_read(const char *folder, struct why *why);
void boards_free(struct boards **b);
/* One file; b is emptied first. */
MUST_CHECK bool board_read(const char *path, struct board *b,
                           struct why *why);

/* What the macros of a query stand for. */
struct scope {
    int64_t from, to;          /* Seconds since 1970. */
    int64_t interval;          /* Seconds between points of a chart. */
    char zone[64];             /* As PostgreSQL names time zones. */
    const char *mode, *stage, *strategy; /* Words, commas between them. */
};
/* The query with $__timeFilter(column), $__timeGroup(column, $__interval),
 * $__timeFrom(), $__timeTo() and ${variable:sqlstring} put in, as Grafana
 * does it; quotes in the words are doubled. */
MUST_CHECK bool scope_expand(const struct scope *s, const char *sql,
                             char *out, size_t cap, struct why *why);
/* Reads texts like '2026-03-29 08:00' or 'now' in the zone; NULL from: 24 h
 * before to; NULL to: the last thing in the tables, and then NULL from: the
 * first thing of the last 24 h.  Sets the interval, about 100 in all. */
MUST_CHECK bool scope_set(struct scope *s, struct pg *pg, const char *from,
                          const char *to, struct why *why);
/* The panel's rows; NULL on error. */
struct pg_rows *panel_ask(const struct panel *p, const struct scope *s,
                          struct pg *pg, struct why *why);
/* How PostgreSQL would find them: EXPLAIN's lines. */
struct pg_rows *panel_plan(const struct panel *p, const struct scope *s,
                           struct pg *pg, struct why *why);
/* Has the answer the columns its kind asks for? */
MUST_CHECK bool panel_fits(const struct panel *p, const struct pg_rows *rows,
                           struct why *why);

#endif /* DEPLOY_ARB_BOARD_H */
