/* chart_heat - histograms over time: darker is more often
 *
 * The buckets of common/stats.h are half octaves from 1.024 us; a row of the
 * chart is one of them. */
#include "deploy/arb/chart.h"

#include "common/pg.h"
#include "deploy/arb/markup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 64, FIRST_NS = 1024, MINUTE = 60 };

/* Which bucket an upper bound in micros of a microsecond belongs to. */
static int
row_of(int64_t bound)
{
    wide ns = FIRST_NS;
    int row = 0;

    for (; row + 1 < ROWS && ns * 12 / 10 < (wide)bound / 1000; row++)
        ns = row % 2 == 0 ? (wide)ns * 1414213562 / 1000000000
                          : (wide)FIRST_NS << ((row + 1) / 2);
    return row;
}

static int64_t
bound_of(int row)
{
    wide ns = (wide)FIRST_NS << (row / 2);
    return (int64_t)(row % 2 ? ns * 1414213562 / 1000000000 : ns) * 1000;
}

/* Steps of darkness: twice as often is one step more. */
static int
shade(int64_t v, int64_t most)
{
    int step = 9;

    while (step > 1 && v < most) {
        v *= 2;
        step--;
    }
    return step;
}

static void
draw_bounds(FILE *out, const struct plane *p, int first, int last)
{
    int every = (last - first) / 5 + 1;

    for (int row = first; row <= last + 1; row += every) {
        char words[SHOWN_TEXT_CAP];
        int64_t y = plane_y(p, row);
        fprintf(out, "<line class=\"grid\" x1=\"%" PRId64 "\" x2=\"%" PRId64
                "\" y1=\"%" PRId64 "\" y2=\"%" PRId64 "\"/><text x=\"%" PRId64
                "\" y=\"%" PRId64 "\" text-anchor=\"end\">%s</text>",
                p->left, p->right, y, y, p->left - 7, y + 4,
                row == 0 ? "0" : number_show(bound_of(row - 1), UNIT_us, true,
                                             words));
    }
}

static void
draw_cells(FILE *out, const struct plane *p, const struct chart *c,
           uint32_t place, int64_t most)
{
    const struct series *s = &c->at[place];
    /* Samples are kept by the minute. */
    int64_t lasts = c->scope->interval > MINUTE ? c->scope->interval : MINUTE;
    int64_t bound;

    if (!number_of(s->name, &bound))
        return;
    int row = row_of(bound);
    int64_t top = plane_y(p, row + 1), size = plane_y(p, row) - top;
    for (uint32_t i = 0; i < s->count; i++) {
        char when[24], words[SHOWN_TEXT_CAP], count[SHOWN_TEXT_CAP];
        int64_t x = plane_x(p, c->scope, s->at[i].t);
        int64_t end = plane_x(p, c->scope, s->at[i].t + lasts);
        if (s->at[i].v <= 0)
            continue;
        point_words(c, s->at[i].t, when);
        fprintf(out, "<rect class=\"h%d\" x=\"%" PRId64 "\" y=\"%" PRId64
                "\" width=\"%" PRId64 "\" height=\"%" PRId64 "\"><title>%s  "
                "below %s: %s</title></rect>", shade(s->at[i].v, most), x,
                top + 1, end - x > 2 ? end - x - 1 : 2,
                size > 2 ? size - 1 : 1, when,
                number_show(bound, UNIT_us, false, words),
                number_show(s->at[i].v, UNIT_count, false, count));
    }
}

void
chart_draw_heat(FILE *out, const struct chart *c)
{
    struct plane p = { 66, (int64_t)c->w - 10, 8, (int64_t)c->h - 24, 0, 0 };
    int first = ROWS, last = 0;
    int64_t most = 1;

    for (uint32_t s = 0; s < c->count; s++) {
        int64_t bound;
        int row = number_of(c->at[s].name, &bound) ? row_of(bound) : 0;
        first = row < first ? row : first;
        last = row > last ? row : last;
        for (uint32_t i = 0; i < c->at[s].count; i++)
            most = c->at[s].at[i].v > most ? c->at[s].at[i].v : most;
    }
    if (last - first < 4)
        last = first + 4;
    p.low = first;
    p.high = last + 1;
    fprintf(out, "<svg viewBox=\"0 0 %" PRIu32 " %" PRIu32 "\" "
            "role=\"img\">", c->w, c->h);
    draw_bounds(out, &p, first, last);
    plane_times(out, &p, c);
    for (uint32_t s = 0; s < c->count; s++)
        draw_cells(out, &p, c, s, most);
    fprintf(out, "</svg>\n");
}
