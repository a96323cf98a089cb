/* report - the daily report beside its HTML: Markdown, JSON, CSV */
#include "deploy/arb/report.h"

#include "common/pg.h"
#include "deploy/arb/markup.h"

#include <inttypes.h>
#include <string.h>

static void
markdown_cell(FILE *out, const char *column, const char *cell)
{
    enum unit unit;
    char words[SHOWN_TEXT_CAP];
    int64_t v;

    if (cell == NULL)
        return;
    if (unit_of(column, &unit) && number_of(cell, &v))
        fputs(number_show(v, unit, false, words), out);
    else
        put_markdown(out, cell);
}

static void
markdown_table(FILE *out, const struct pg_rows *rows)
{
    int columns = pg_columns(rows);

    fputc('|', out);
    for (int c = 0; c < columns; c++) {
        fputc(' ', out);
        put_markdown(out, pg_column(rows, c));
        fputs(" |", out);
    }
    fputs("\n|", out);
    for (int c = 0; c < columns; c++)
        fputs("---|", out);
    for (int r = 0; r < pg_count(rows); r++) {
        fputs("\n|", out);
        for (int c = 0; c < columns; c++) {
            fputc(' ', out);
            markdown_cell(out, pg_column(rows, c), pg_cell(rows, r, c));
            fputs(" |", out);
        }
    }
    fputs("\n\n", out);
}

/* Charts are left to the page: what they show stands in the tables too. */
static bool
is_told(enum panel_kind kind)
{
    return kind == PANEL_stat || kind == PANEL_table ||
           kind == PANEL_categories;
}

static void
markdown_panel(FILE *out, const struct panel *p, const struct pg_rows *rows,
               bool first_stat)
{
    char words[SHOWN_TEXT_CAP];
    int64_t v;

    if (p->kind == PANEL_stat) {
        const char *cell = pg_count(rows) > 0 ? pg_cell(rows, 0, 0) : NULL;
        if (first_stat)
            fputs("| | |\n|---|---|\n", out);
        fputs("| ", out);
        put_markdown(out, p->title);
        fprintf(out, " | %s |\n", number_of(cell, &v)
                ? number_show(v, p->unit, false, words) : "\xe2\x80\x93");
        return;
    }
    fputs("\n## ", out);
    put_markdown(out, p->title);
    fputs("\n\n", out);
    if (pg_count(rows) > 0)
        markdown_table(out, rows);
    else
        fprintf(out, "%s\n\n", p->empty);
}

bool
report_panels(FILE *out, const struct board *b, const struct scope *s,
              struct pg *pg, struct why *why)
{
    bool stats = false;

    for (uint32_t i = 0; i < b->count; i++) {
        if (!is_told(b->at[i].kind))
            continue;
        struct pg_rows *rows = panel_ask(&b->at[i], s, pg, why);
        if (rows == NULL)
            return false;
        markdown_panel(out, &b->at[i], rows, !stats);
        stats = stats || b->at[i].kind == PANEL_stat;
        pg_free(&rows);
    }
    return true;
}

bool
report_markdown(FILE *out, const struct board *b, const struct scope *s,
                const char *day, struct pg *pg, struct why *why)
{
    fprintf(out, "# Dutchbook, %s\n\nThe day of ", day);
    put_markdown(out, s->zone);
    fprintf(out, "; modes ");
    put_markdown(out, s->mode);
    fprintf(out, ". Money is in dollars.\n\n");
    return report_panels(out, b, s, pg, why);
}

/* Numbers stand as numbers, everything else as text. */
static void
json_row(FILE *out, const struct pg_rows *rows, int r)
{
    int64_t v;

    for (int c = 0; c < pg_columns(rows); c++) {
        const char *cell = pg_cell(rows, r, c);
        fputs(c == 0 ? "{" : ",", out);
        put_json(out, pg_column(rows, c));
        fputc(':', out);
        if (number_of(cell, &v) && strlen(cell) <= 16 &&
            (cell[0] != '0' || cell[1] == '\0' || cell[1] == '.'))
            fputs(cell, out);
        else
            put_json(out, cell);
    }
    fputc('}', out);
}

static void
json_panel(FILE *out, const struct panel *p, const struct pg_rows *rows)
{
    fprintf(out, "{\"id\":%" PRIu32 ",\"kind\":\"%s\",\"unit\":\"%s\","
            "\"title\":", p->id, panel_kinds[p->kind], unit_words[p->unit]);
    put_json(out, p->title);
    fprintf(out, ",\"rows\":[");
    for (int r = 0; r < pg_count(rows); r++) {
        if (r > 0)
            fputc(',', out);
        json_row(out, rows, r);
    }
    fprintf(out, "]}");
}

bool
report_json(FILE *out, const struct board *b, const struct scope *s,
            const char *day, struct pg *pg, struct why *why)
{
    fprintf(out, "{\"day\":\"%s\",\"zone\":", day);
    put_json(out, s->zone);
    fprintf(out, ",\"mode\":");
    put_json(out, s->mode);
    fprintf(out, ",\"from\":%" PRId64 ",\"to\":%" PRId64 ",\"panels\":[",
            s->from, s->to);
    for (uint32_t i = 0; i < b->count; i++) {
        struct pg_rows *rows = panel_ask(&b->at[i], s, pg, why);
        if (rows == NULL)
            return false;
        fputs(i == 0 ? "\n" : ",\n", out);
        json_panel(out, &b->at[i], rows);
        pg_free(&rows);
    }
    fprintf(out, "\n]}\n");
    return true;
}

static void
csv_lines(FILE *out, const struct pg_rows *rows)
{
    for (int r = -1; r < pg_count(rows); r++) {
        for (int c = 0; c < pg_columns(rows); c++) {
            const char *cell = r < 0 ? pg_column(rows, c)
                                     : pg_cell(rows, r, c);
            if (c > 0)
                fputc(',', out);
            if (cell != NULL)
                put_csv(out, cell);
        }
        fputs("\r\n", out);
    }
}

bool
report_file(FILE *out, const struct panel *p, const struct scope *s,
            struct pg *pg, struct why *why)
{
    struct pg_rows *rows = panel_ask(p, s, pg, why);

    if (rows == NULL)
        return false;
    if (p->kind == PANEL_csv)
        csv_lines(out, rows);
    /* PostgreSQL has made the object, on one line. */
    for (int r = 0; p->kind == PANEL_jsonl && r < pg_count(rows); r++)
        fprintf(out, "%s\n", pg_cell(rows, r, 0));
    pg_free(&rows);
    return true;
}
