/* chart - the rows of a panel as SVG, with nothing but integers */
#ifndef DEPLOY_ARB_CHART_H
#define DEPLOY_ARB_CHART_H

#include "deploy/arb/board.h"

struct point { int64_t t, v; };    /* Seconds; micros. */

enum { SERIES_CAP = 64, LINES_CAP = 12, TICKS_CAP = 16 };
struct series {
    char name[64];
    uint32_t count;
    struct point *at;              /* By time. */
};

/* Where a time axis has its words. */
struct ticks {
    uint32_t count;
    struct { int64_t at; char words[24]; } at[TICKS_CAP];
};
/* In the scope's time zone; about most of them. */
MUST_CHECK bool ticks_read(struct ticks *t, const struct scope *s,
                           struct pg *pg, uint32_t most, struct why *why);

struct chart {
    const struct scope *scope;
    const struct ticks *ticks;
    enum panel_kind kind;
    enum unit unit;
    uint32_t w, h;                 /* Of the drawing, in pixels. */
    uint32_t count;
    uint32_t left_out;             /* Series there was no room for. */
    struct series at[SERIES_CAP];
};
/* Rows of a line, step, bars or heat panel; false without a point. */
bool chart_read(struct chart *c, const struct pg_rows *rows);
void chart_free(struct chart *c);
/* The class that gives a series its colour: the same word, the same colour,
 * on every page. */
const char *chart_colour(const char *name, uint32_t place);
void chart_draw(FILE *out, const struct chart *c);
void chart_draw_heat(FILE *out, const struct chart *c);

/* What charts share: the frame, and where a value stands in it. */
struct plane {
    int64_t left, right, top, bottom; /* Pixels. */
    int64_t low, high;                /* Values at bottom and top. */
};
int64_t plane_x(const struct plane *p, const struct scope *s, int64_t t);
int64_t plane_y(const struct plane *p, int64_t v);
void plane_times(FILE *out, const struct plane *p, const struct chart *c);
/* The time of day, or the day, of a point: for what is shown when a pointer
 * rests on it. */
void point_words(const struct chart *c, int64_t t, char out[24]);

#endif /* DEPLOY_ARB_CHART_H */
