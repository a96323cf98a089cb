/* chart - lines, steps and stacked bars over time */
#include "deploy/arb/chart.h"

#include "common/must.h"
#include "common/pg.h"
#include "deploy/arb/markup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { GRID_LINES = 5 };

static struct series *
series_of(struct chart *c, const char *name, uint32_t room)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (strcmp(c->at[i].name, name) == 0)
            return &c->at[i];
    if (c->count == (c->kind == PANEL_heat ? SERIES_CAP : LINES_CAP)) {
        c->left_out++;
        return NULL;
    }
    struct series *s = &c->at[c->count++];
    snprintf(s->name, sizeof s->name, "%s", name);
    s->at = calloc(room, sizeof *s->at);
    must(s->at != NULL);
    return s;
}

bool
chart_read(struct chart *c, const struct pg_rows *rows)
{
    uint32_t room = (uint32_t)pg_count(rows), points = 0;
    bool named = pg_columns(rows) == 3 &&
                 strcmp(pg_column(rows, 1), "metric") == 0;

    for (int r = 0; r < pg_count(rows); r++)
        for (int col = named ? 2 : 1; col < pg_columns(rows); col++) {
            int64_t t, v;
            const char *name = named ? pg_cell(rows, r, 1)
                                     : pg_column(rows, col);
            if (!number_of(pg_cell(rows, r, 0), &t) ||
                !number_of(pg_cell(rows, r, col), &v))
                continue;
            struct series *s = series_of(c, name ? name : "-", room);
            if (s == NULL)
                continue;
            s->at[s->count++] = (struct point){ t / MICROS, v };
            points++;
        }
    return points > 0;
}

void
chart_free(struct chart *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        free(c->at[i].at);
    c->count = 0;
}

const char *
chart_colour(const char *name, uint32_t place)
{
    static const struct { const char *name, *class; } known[] = {
        { "A", "c1" }, { "B", "c2" }, { "C", "c3" }, { "D", "c4" },
        { "E", "c5" }, { "F", "c6" }, { "G", "c7" }, { "H", "c8" },
        { "paper", "c1" }, { "live", "c2" }, { "shadow", "c5" },
        { "worth", "c1" }, { "booked", "c2" }, { "expected", "c9" },
        { "FILLED", "c2" }, { "PATCHED", "c3" }, { "PARTIAL_HOLD", "c7" },
        { "UNWOUND", "c8" }, { "STALE", "c9" }, { "DENIED", "c5" },
        { "SKIP_CAPITAL", "c1" }, { "ERROR", "c6" }, { "SHADOWED", "c4" },
        { "critical", "c6" }, { "high", "c8" }, { "warning", "c3" },
        { "medium", "c3" }, { "low", "c1" }, { "info", "c9" },
        { "not tried", "c9" },
    };
    static const char *const classes[] = { "c1", "c2", "c3", "c5", "c8",
                                           "c7", "c4", "c6", "c9" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].class;
    return classes[place % (sizeof classes / sizeof classes[0])];
}

int64_t
plane_x(const struct plane *p, const struct scope *s, int64_t t)
{
    t = t < s->from ? s->from : t > s->to ? s->to : t;
    return p->left + (int64_t)((wide)(t - s->from) * (p->right - p->left) /
                               (s->to - s->from));
}

int64_t
plane_y(const struct plane *p, int64_t v)
{
    return p->bottom - (int64_t)(((wide)v - p->low) *
                                 (p->bottom - p->top) /
                                 ((wide)p->high - p->low));
}

void
plane_times(FILE *out, const struct plane *p, const struct chart *c)
{
    for (uint32_t i = 0; i < c->ticks->count; i++) {
        int64_t x = plane_x(p, c->scope, c->ticks->at[i].at);
        if (x < p->left + 14 || x > p->right - 12)
            continue;
        fprintf(out, "<line class=\"tick\" x1=\"%" PRId64 "\" x2=\"%" PRId64
                "\" y1=\"%" PRId64 "\" y2=\"%" PRId64 "\"/><text x=\"%" PRId64
                "\" y=\"%" PRId64 "\" text-anchor=\"middle\">", x, x,
                p->bottom, p->bottom + 4, x, p->bottom + 17);
        put_html(out, c->ticks->at[i].words);
        fprintf(out, "</text>");
    }
}

/* The words of the last tick before it are near enough for a day; within a
 * day, minutes are counted from that tick. */
void
point_words(const struct chart *c, int64_t t, char out[24])
{
    const struct ticks *k = c->ticks;
    int hour, minute, second = 0;
    uint32_t i = k->count;

    while (i > 0 && k->at[i - 1].at > t)
        i--;
    if (i > 0 && sscanf(k->at[i - 1].words, "%d:%d:%d", &hour, &minute,
                        &second) >= 2) {
        int64_t at = hour * 3600 + minute * 60 + second + t - k->at[i - 1].at;
        snprintf(out, 24, "%02d:%02d:%02d", (int)(at / 3600 % 24),
                 (int)(at / 60 % 60), (int)(at % 60));
    } else {
        snprintf(out, 24, "%s", i > 0 ? k->at[i - 1].words : "");
    }
}

/* 1, 2 or 5 times a power of ten, so that few lines cover the range. */
static int64_t
nice_step(int64_t range)
{
    int64_t step = 1;

    for (;; step *= 10)
        for (int by = 1; by <= 5; by += by == 1 ? 1 : 3)
            if (range / (step * by) < GRID_LINES || step > INT64_MAX / 100)
                return step * by;
}

static int64_t
floor_to(int64_t v, int64_t step)
{
    return v / step * step - (v % step < 0 ? step : 0);
}

/* A line whose changes nobody would see above zero, such as of all money. */
static bool
is_high(const struct chart *c, int64_t low, int64_t high)
{
    return c->kind == PANEL_line && low > 0 && high - low < high / 4;
}

/* From the values, mostly with zero, to lines that are round numbers. */
static int64_t
fit(struct plane *p, int64_t low, int64_t high, const struct chart *c)
{
    /* What four lines at least stand for. */
    int64_t least = c->unit == UNIT_percent ? MICROS / 400
                    : c->unit == UNIT_usd ? MICROS / 4 : MICROS;

    if (low > 0 && !is_high(c, low, high))
        low = 0;
    if (high < 0)
        high = 0;
    if (high - low < 4 * least)
        high = low + 4 * least;
    int64_t step = nice_step(high - low);
    /* A little below zero needs no line of its own. */
    p->low = low < 0 && -low < step / 4 ? low : floor_to(low, step);
    p->high = floor_to(high + step - 1, step);
    return step;
}

static void
draw_grid(FILE *out, const struct plane *p, const struct chart *c,
          int64_t step)
{
    for (int64_t v = floor_to(p->low + step - 1, step); v <= p->high;
         v += step) {
        char words[SHOWN_TEXT_CAP];
        int64_t y = plane_y(p, v);
        fprintf(out, "<line class=\"%s\" x1=\"%" PRId64 "\" x2=\"%" PRId64
                "\" y1=\"%" PRId64 "\" y2=\"%" PRId64 "\"/><text x=\"%" PRId64
                "\" y=\"%" PRId64 "\" text-anchor=\"end\">%s</text>",
                v == 0 ? "zero" : "grid", p->left, p->right, y, y,
                p->left - 7, y + 4,
                number_show(v, c->unit, p->low <= 0, words));
    }
    plane_times(out, p, c);
}

static void
draw_title(FILE *out, const struct chart *c, const struct series *s,
           const struct point *at)
{
    char when[24], value[SHOWN_TEXT_CAP];

    point_words(c, at->t, when);
    fprintf(out, "<title>%s  ", when);
    put_html(out, s->name);
    fprintf(out, ": %s</title>", number_show(at->v, c->unit, false, value));
}

static void
draw_line(FILE *out, const struct plane *p, const struct chart *c,
          uint32_t place)
{
    const struct series *s = &c->at[place];
    const char *class = chart_colour(s->name, place);
    int64_t y = plane_y(p, 0);

    fprintf(out, "<path class=\"line %s\" d=\"M", class);
    for (uint32_t i = 0; i < s->count; i++) {
        int64_t x = plane_x(p, c->scope, s->at[i].t);
        if (c->kind == PANEL_step && i > 0)
            fprintf(out, " %" PRId64 ",%" PRId64, x, y);
        y = plane_y(p, s->at[i].v);
        fprintf(out, " %" PRId64 ",%" PRId64, x, y);
    }
    if (c->kind == PANEL_step) /* What was reached lasts. */
        fprintf(out, " %" PRId64 ",%" PRId64, p->right, y);
    fprintf(out, "\"/>");
    if (s->count == 1 && c->kind == PANEL_line)
        fprintf(out, "<circle class=\"%s\" r=\"3\" cx=\"%" PRId64
                "\" cy=\"%" PRId64 "\"/>", class,
                plane_x(p, c->scope, s->at[0].t), y);
    for (uint32_t i = 0; i < s->count && s->count <= 300; i++) {
        fprintf(out, "<circle class=\"spot\" r=\"6\" cx=\"%" PRId64
                "\" cy=\"%" PRId64 "\">", plane_x(p, c->scope, s->at[i].t),
                plane_y(p, s->at[i].v));
        draw_title(out, c, s, &s->at[i]);
        fprintf(out, "</circle>");
    }
}

/* How long a bar stands for: the interval, or a day where all of them are
 * days apart (of 23 hours at least, when clocks change). */
static int64_t
spacing(const struct chart *c)
{
    enum { DAY = 86400, LEAST = 82800 };
    int64_t first = c->at[0].at[0].t, interval = c->scope->interval;
    bool apart = true, more = false;

    for (uint32_t s = 0; s < c->count; s++)
        for (uint32_t i = 0; i < c->at[s].count; i++) {
            int64_t away = c->at[s].at[i].t - first;
            away = away < 0 ? -away : away;
            more = more || away != 0;
            apart = apart && (away == 0 || (away + 3600) % DAY <= 7200) &&
                    (away == 0 || away >= LEAST);
        }
    if (!more && first <= c->scope->from) /* One bar is all there is. */
        return c->scope->to - first;
    return apart && more && interval < DAY ? DAY : interval;
}

/* What the series before s have at that time, on the same side of zero. */
static int64_t
below(const struct chart *c, uint32_t s, const struct point *at)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s; i++)
        for (uint32_t k = 0; k < c->at[i].count; k++)
            if (c->at[i].at[k].t == at->t &&
                (c->at[i].at[k].v < 0) == (at->v < 0))
                sum += c->at[i].at[k].v;
    return sum;
}

static void
draw_bars(FILE *out, const struct plane *p, const struct chart *c,
          uint32_t place)
{
    const struct series *s = &c->at[place];
    int64_t gap = spacing(c);

    for (uint32_t i = 0; i < s->count; i++) {
        const struct point *at = &s->at[i];
        int64_t base = below(c, place, at);
        int64_t x = plane_x(p, c->scope, at->t);
        int64_t end = plane_x(p, c->scope, at->t + gap);
        int64_t y1 = plane_y(p, base), y2 = plane_y(p, base + at->v);
        int64_t top = y1 < y2 ? y1 : y2, size = y1 < y2 ? y2 - y1 : y1 - y2;
        int64_t wide_by = end - x > 4 ? end - x - 2 : end - x > 1 ? end - x - 1
                                                                  : 1;
        if (wide_by > 48) { /* In the middle of its time. */
            x += (wide_by - 48) / 2;
            wide_by = 48;
        }
        if (base != 0 && size > 2) /* A gap between what is stacked. */
            size--;
        if (at->v == 0)
            continue;
        fprintf(out, "<rect class=\"%s\" x=\"%" PRId64 "\" y=\"%" PRId64
                "\" width=\"%" PRId64 "\" height=\"%" PRId64 "\">",
                chart_colour(s->name, place), x, top, wide_by,
                size < 1 ? 1 : size);
        draw_title(out, c, s, at);
        fprintf(out, "</rect>");
    }
}

static void
bounds(const struct chart *c, int64_t *low, int64_t *high)
{
    *low = INT64_MAX;
    *high = INT64_MIN;
    for (uint32_t s = 0; s < c->count; s++)
        for (uint32_t i = 0; i < c->at[s].count; i++) {
            const struct point *at = &c->at[s].at[i];
            int64_t v = at->v +
                        (c->kind == PANEL_bars ? below(c, s, at) : 0);
            *low = v < *low ? v : *low;
            *high = v > *high ? v : *high;
        }
    if (*low > *high)
        *low = *high = 0;
}

void
chart_draw(FILE *out, const struct chart *c)
{
    struct plane p = { 58, (int64_t)c->w - 10, 8, (int64_t)c->h - 24, 0, 0 };
    int64_t low, high;

    bounds(c, &low, &high);
    int64_t step = fit(&p, low, high, c);
    fprintf(out, "<svg viewBox=\"0 0 %" PRIu32 " %" PRIu32 "\" "
            "role=\"img\">", c->w, c->h);
    draw_grid(out, &p, c, step);
    for (uint32_t i = 0; i < c->count; i++)
        if (c->kind == PANEL_bars)
            draw_bars(out, &p, c, i);
        else
            draw_line(out, &p, c, i);
    fprintf(out, "</svg>\n");
}
