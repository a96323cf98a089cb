/* sheet - dashboards as one HTML page: charts inline, nothing else needed
 *
 * No script, no font, no picture is fetched: the page can be mailed, and its
 * Content-Security-Policy forbids what it does not need. */
#include "deploy/arb/sheet.h"

#include "common/clock.h"
#include "common/pg.h"
#include "deploy/arb/chart.h"
#include "deploy/arb/markup.h"
#include "deploy/arb/sheet_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
temporary(const char *path, char out[512])
{
    snprintf(out, 512, "%s.part", path);
}

FILE *
sheet_open(const char *path, struct why *why)
{
    char part[512];
    temporary(path, part);
    FILE *out = fopen(part, "we");
    if (out == NULL)
        why_set(why, "%s: %s", part, strerror(errno));
    return out;
}

bool
sheet_close(FILE *out, const char *path, struct why *why)
{
    char part[512];
    temporary(path, part);
    bool ok = ferror(out) == 0 && fflush(out) == 0 && fsync(fileno(out)) == 0;
    ok = fclose(out) == 0 && ok && rename(part, path) == 0;
    return ok || why_set(why, "%s: %s", path, strerror(errno));
}

static bool
put_file(FILE *out, const char *path, struct why *why)
{
    char block[4096];
    size_t size;
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return why_set(why, "%s: %s", path, strerror(errno));
    while ((size = fread(block, 1, sizeof block, f)) > 0)
        fwrite(block, 1, size, out);
    fclose(f);
    return true;
}

static bool
put_range(struct sheet *p, struct why *why)
{
    char from[24], to[24];
    const char *params[] = { from, to, p->scope->zone };
    snprintf(from, sizeof from, "%" PRId64, p->scope->from);
    snprintf(to, sizeof to, "%" PRId64, p->scope->to);
    struct pg_rows *rows = pg_query(
        p->pg, "SELECT to_char(to_timestamp($1::bigint) AT TIME ZONE $3, "
               "'FMDay, DD Mon YYYY, HH24:MI:SS'), to_char(to_timestamp("
               "$2::bigint) AT TIME ZONE $3, CASE WHEN (to_timestamp("
               "$1::bigint) AT TIME ZONE $3)::date = (to_timestamp("
               "$2::bigint) AT TIME ZONE $3)::date THEN 'HH24:MI:SS' ELSE "
               "'FMDay, DD Mon YYYY, HH24:MI:SS' END)",
        params, 3, why);
    if (rows == NULL)
        return false;
    fprintf(p->out, "<b>");
    put_html(p->out, pg_cell(rows, 0, 0));
    fprintf(p->out, "</b> to <b>");
    put_html(p->out, pg_cell(rows, 0, 1));
    fprintf(p->out, "</b> (");
    put_html(p->out, p->scope->zone);
    fprintf(p->out, ")");
    pg_free(&rows);
    return true;
}

static void
put_words(FILE *out, const char *name, const char *words)
{
    fprintf(out, "<span>%s <b>", name);
    for (; *words != '\0'; words++) {
        char one[2] = { *words, '\0' };
        put_html(out, one[0] == ',' ? ", " : one);
    }
    fprintf(out, "</b></span>");
}

bool
sheet_begin(struct sheet *p, const char *title, const char *css,
            const struct boards *boards, struct why *why)
{
    char now[CLOCK_TEXT_CAP];

    fprintf(p->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset="
            "\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, "
            "initial-scale=1\">\n<title>");
    put_html(p->out, title);
    fprintf(p->out, "</title>\n<style>\n");
    if (!put_file(p->out, css, why))
        return false;
    fprintf(p->out, "</style>\n<body>\n<header class=\"top\">\n<h1>");
    put_html(p->out, title);
    fprintf(p->out, "</h1>\n<p class=\"range\">");
    if (!put_range(p, why))
        return false;
    fprintf(p->out, "</p>\n<p class=\"scope\">");
    put_words(p->out, "mode", p->scope->mode);
    put_words(p->out, "stage", p->scope->stage);
    put_words(p->out, "strategy", p->scope->strategy);
    clock_format(clock_wall(), now);
    fprintf(p->out, "<span>drawn <b>%.16sZ</b></span></p>\n", now);
    if (boards != NULL) {
        fprintf(p->out, "<nav>");
        for (uint32_t i = 0; i < boards->count; i++) {
            fprintf(p->out, "<a href=\"#%s\">", boards->at[i].name);
            put_html(p->out, boards->at[i].title);
            fprintf(p->out, "</a>");
        }
        fprintf(p->out, "</nav>\n");
    }
    fprintf(p->out, "</header>\n<main>\n");
    return true;
}

static bool
is_chart(enum panel_kind kind)
{
    return kind == PANEL_line || kind == PANEL_step || kind == PANEL_bars ||
           kind == PANEL_heat;
}

/* True when there was something to draw. */
static bool
draw_chart(struct sheet *p, const struct panel *panel,
           const struct pg_rows *rows)
{
    enum { COLUMN = 55, ROW = 32, ABOVE = 84, MARGIN = 46 };
    struct chart c = { .scope = p->scope, .ticks = p->ticks,
                       .kind = panel->kind, .unit = panel->unit,
                       .w = panel->w * COLUMN - MARGIN,
                       .h = panel->h * ROW - ABOVE };
    bool any = chart_read(&c, rows);

    if (any && c.kind != PANEL_heat)
        part_legend(p->out, &c);
    if (any) {
        fprintf(p->out, "<div class=\"plot\">");
        (c.kind == PANEL_heat ? chart_draw_heat : chart_draw)(p->out, &c);
        fprintf(p->out, "</div>\n");
    }
    chart_free(&c);
    return any;
}

/* What stands under its heading, asked now. */
static bool
put_panel(struct sheet *p, const struct panel *panel, struct why *why)
{
    struct pg_rows *rows = panel_ask(panel, p->scope, p->pg, why);
    bool any = false;

    if (rows == NULL || !panel_fits(panel, rows, why)) {
        pg_free(&rows);
        return false;
    }
    if (is_chart(panel->kind))
        any = draw_chart(p, panel, rows);
    else if (panel->kind == PANEL_stat)
        any = part_stat(p->out, panel, rows);
    else if (panel->kind == PANEL_categories)
        any = part_categories(p->out, panel, rows);
    else if (panel->kind == PANEL_table)
        any = part_table(p->out, rows);
    if (!any) {
        fprintf(p->out, "<p class=\"nothing\">");
        put_html(p->out, panel->kind == PANEL_stat ? "\xe2\x80\x93"
                                                   : panel->empty);
        fprintf(p->out, "</p>\n");
    }
    p->panels++;
    p->drawn += any;
    pg_free(&rows);
    return true;
}

bool
sheet_board(struct sheet *p, const struct board *b, struct why *why)
{
    fprintf(p->out, "<section id=\"%s\">\n<h2>", b->name);
    put_html(p->out, b->title);
    fprintf(p->out, "</h2>\n<p class=\"about\">");
    put_html(p->out, b->about);
    fprintf(p->out, "</p>\n<div class=\"grid\">\n");
    for (uint32_t i = 0; i < b->count; i++) {
        const struct panel *panel = &b->at[i];
        if (panel->kind == PANEL_csv || panel->kind == PANEL_jsonl)
            continue;
        fprintf(p->out, "<article class=\"a-%s w%" PRIu32
                "\">\n<h3>",
                panel_kinds[panel->kind], panel->w);
        if (panel->link[0] != '\0')
            fprintf(p->out, "<a href=\"#%s\">", panel->link);
        put_html(p->out, panel->title);
        fprintf(p->out, "%s</h3>\n", panel->link[0] != '\0' ? "</a>" : "");
        if (panel->note[0] != '\0' && panel->kind != PANEL_stat) {
            fprintf(p->out, "<p class=\"note\">");
            put_html(p->out, panel->note);
            fprintf(p->out, "</p>\n");
        }
        if (!put_panel(p, panel, why))
            return false;
        if (panel->note[0] != '\0' && panel->kind == PANEL_stat) {
            fprintf(p->out, "<p class=\"note\">");
            put_html(p->out, panel->note);
            fprintf(p->out, "</p>\n");
        }
        fprintf(p->out, "</article>\n");
    }
    fprintf(p->out, "</div>\n</section>\n");
    return true;
}

void
sheet_end(struct sheet *p)
{
    fprintf(p->out, "</main>\n<footer>Dutchbook. Money is in dollars, net of "
            "fees where it says profit; times are of the time zone above. "
            "Every number is a query of deploy/dashboards.</footer>\n"
            "</body>\n</html>\n");
}
