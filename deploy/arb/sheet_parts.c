/* sheet_parts - what is not a chart: numbers, bars with names, tables */
#include "deploy/arb/sheet_parts.h"

#include "common/pg.h"
#include "deploy/arb/markup.h"

#include <inttypes.h>
#include <string.h>

/* "cost_usd" is shown as "cost": the unit stands in the cells. */
static void
put_name(FILE *out, const char *column)
{
    char name[64];
    enum unit unit;

    snprintf(name, sizeof name, "%s", column);
    if (unit_of(name, &unit) && unit != UNIT_percent)
        *strrchr(name, '_') = '\0';
    for (char *at = name; *at != '\0'; at++)
        *at = *at == '_' ? ' ' : *at;
    put_html(out, name);
}

/* Less than nothing is bad of dollars; of slippage it is good. */
static const char *
loss_class(int64_t v, enum unit unit)
{
    return v < 0 && unit == UNIT_usd ? " minus" : "";
}

/* The narrowest card has room for nine in full size. */
static const char *
width_class(const char *shown)
{
    size_t size = 0;

    for (const char *s = shown; *s != '\0'; s++)
        size += ((unsigned char)*s & 0xc0) != 0x80; /* Of UTF-8: letters. */
    return size <= 9 ? "" : size <= 12 ? " long" : " longest";
}

bool
part_stat(FILE *out, const struct panel *p, const struct pg_rows *rows)
{
    bool any = false;

    for (int c = 0; pg_count(rows) == 1 && c < pg_columns(rows); c++) {
        int64_t v;
        char words[SHOWN_TEXT_CAP];
        if (!number_of(pg_cell(rows, 0, c), &v))
            continue;
        const char *shown = number_show(v, p->unit, false, words);
        fprintf(out, "<p class=\"value%s%s\">", loss_class(v, p->unit),
                width_class(shown));
        put_html(out, shown);
        if (pg_columns(rows) > 1) {
            fprintf(out, " <small>");
            put_name(out, pg_column(rows, c));
            fprintf(out, "</small>");
        }
        fprintf(out, "</p>\n");
        any = true;
    }
    return any;
}

bool
part_categories(FILE *out, const struct panel *p, const struct pg_rows *rows)
{
    int64_t most = 1;
    bool any = false;

    for (int r = 0; r < pg_count(rows); r++) {
        int64_t v;
        if (number_of(pg_cell(rows, r, 1), &v) && v > most)
            most = v;
    }
    fprintf(out, "<div class=\"rows\">\n");
    for (int r = 0; r < pg_count(rows); r++) {
        int64_t v;
        const char *name = pg_cell(rows, r, 0);
        char words[SHOWN_TEXT_CAP];
        if (!number_of(pg_cell(rows, r, 1), &v) || v < 0)
            continue;
        int64_t permille = (int64_t)((wide)v * 1000 / most);
        fprintf(out, "<span>");
        put_html(out, name ? name : "-");
        fprintf(out, "</span><i><i style=\"width:%" PRId64 ".%" PRId64
                "%%\" class=\"%s\"></i></i><b>", permille / 10, permille % 10,
                name ? chart_colour(name, 0) : "c1");
        put_html(out, number_show(v, p->unit, false, words));
        fprintf(out, "</b>\n");
        any = true;
    }
    fprintf(out, "</div>\n");
    return any;
}

/* Words that say how it went get its colour. */
static const char *
tag_of(const char *column, const char *cell)
{
    static const struct { const char *word, *class; } tags[] = {
        { "FILLED", "good" },      { "PATCHED", "fair" },
        { "PARTIAL_HOLD", "fair" }, { "UNWOUND", "fair" },
        { "ERROR", "bad" },        { "DENIED", "fair" },
        { "STALE", "dull" },       { "SKIP_CAPITAL", "dull" },
        { "SHADOWED", "dull" },    { "ready", "good" },
        { "not ready", "bad" },    { "run", "good" },
        { "paused", "fair" },      { "monitor", "fair" },
        { "halt_day", "bad" },     { "latched", "bad" },
        { "filled", "good" },      { "cancelled", "dull" },
        { "rejected", "bad" },     { "unknown", "bad" },
        { "critical", "bad" },     { "high", "bad" },
        { "warning", "fair" },     { "medium", "fair" },
        { "info", "dull" },        { "low", "dull" },
        { "traded", "good" },      { "left", "dull" },
        { "anomaly", "bad" },      { "notice", "fair" },
    };
    static const char *const columns[] = { "status", "state", "severity",
                                           "outcome", "kind" };
    bool tagged = false;

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        tagged = tagged || strcmp(column, columns[i]) == 0;
    for (size_t i = 0; tagged && i < sizeof tags / sizeof tags[0]; i++)
        if (strcmp(cell, tags[i].word) == 0)
            return tags[i].class;
    return NULL;
}

/* A column is one of numbers when every cell that is there is one, and it
 * does not name things. */
static bool
is_numbers(const struct pg_rows *rows, int column)
{
    static const char *const names[] = { "event", "exec_id", "order", "id",
                                         "stage", "day" };
    bool any = false;
    int64_t v;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(pg_column(rows, column), names[i]) == 0)
            return false;
    for (int r = 0; r < pg_count(rows); r++) {
        const char *cell = pg_cell(rows, r, column);
        if (cell != NULL && !number_of(cell, &v))
            return false;
        any = any || cell != NULL;
    }
    return any;
}

static void
put_cell(FILE *out, const char *column, const char *cell, bool number)
{
    enum unit unit = UNIT_none;
    char words[SHOWN_TEXT_CAP];
    int64_t v;

    if (cell == NULL || cell[0] == '\0') {
        fprintf(out, "<td%s></td>", number ? " class=\"n\"" : "");
    } else if (number && number_of(cell, &v)) {
        (void)unit_of(column, &unit);
        fprintf(out, "<td class=\"n%s\">", loss_class(v, unit));
        put_html(out, number_show(v, unit, false, words));
        fprintf(out, "</td>");
    } else if (tag_of(column, cell) != NULL) {
        fprintf(out, "<td><span class=\"tag %s\">", tag_of(column, cell));
        put_html(out, cell);
        fprintf(out, "</span></td>");
    } else {
        fprintf(out, "<td>");
        put_html(out, cell);
        fprintf(out, "</td>");
    }
}

bool
part_table(FILE *out, const struct pg_rows *rows)
{
    enum { COLUMNS_CAP = 32 };
    bool number[COLUMNS_CAP] = { false };
    int columns = pg_columns(rows);

    if (pg_count(rows) == 0)
        return false;
    columns = columns < COLUMNS_CAP ? columns : COLUMNS_CAP;
    fprintf(out, "<div class=\"table\"><table>\n<tr>");
    for (int c = 0; c < columns; c++) {
        number[c] = is_numbers(rows, c);
        fprintf(out, number[c] ? "<th class=\"n\">" : "<th>");
        put_name(out, pg_column(rows, c));
        fprintf(out, "</th>");
    }
    fprintf(out, "</tr>\n");
    for (int r = 0; r < pg_count(rows); r++) {
        fprintf(out, "<tr>");
        for (int c = 0; c < columns; c++)
            put_cell(out, pg_column(rows, c), pg_cell(rows, r, c), number[c]);
        fprintf(out, "</tr>\n");
    }
    fprintf(out, "</table></div>\n");
    return true;
}

void
part_legend(FILE *out, const struct chart *c)
{
    fprintf(out, "<p class=\"legend\">");
    for (uint32_t i = 0; i < c->count; i++) {
        const struct series *s = &c->at[i];
        char words[SHOWN_TEXT_CAP];
        int64_t v = s->at[s->count - 1].v;
        for (uint32_t k = 0; c->kind == PANEL_bars && k + 1 < s->count; k++)
            v += s->at[k].v;
        fprintf(out, "<span><i class=\"%s\"></i>",
                chart_colour(s->name, i));
        put_html(out, s->name);
        fprintf(out, " <b class=\"%s\">", loss_class(v, c->unit));
        put_html(out, number_show(v, c->unit, false, words));
        fprintf(out, "</b></span>");
    }
    if (c->left_out > 0)
        fprintf(out, "<span>and others</span>");
    fprintf(out, "</p>\n");
}
