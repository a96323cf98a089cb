/* board - dashboards read from their files
 *
 * A line that begins with --| says something of the board or begins a panel;
 * what follows a panel up to the next such line is its query, which therefore
 * stays a file of SQL that psql can read. */
#include "deploy/arb/board.h"

#include "common/must.h"
#include "common/pg.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *const panel_kinds[PANEL_KINDS] = {
    [PANEL_stat] = "stat",   [PANEL_line] = "line",
    [PANEL_step] = "step",   [PANEL_bars] = "bars",
    [PANEL_categories] = "categories",
    [PANEL_heat] = "heat",   [PANEL_table] = "table",
    [PANEL_csv] = "csv",     [PANEL_jsonl] = "jsonl",
};

const char *const unit_words[UNITS] = {
    [UNIT_none] = "none", [UNIT_usd] = "usd", [UNIT_count] = "count",
    [UNIT_percent] = "percent", [UNIT_ms] = "ms", [UNIT_us] = "us",
    [UNIT_bps] = "bps",
};

static bool
find_word(const char *word, const char *const *words, uint32_t count,
          uint32_t *out)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0) {
            *out = i;
            return true;
        }
    return false;
}

/* "panel 7 line 16x9 usd What it is": the rest of the line is the title. */
static bool
begin_panel(struct board *b, const char *line, struct why *why)
{
    char kind[16], unit[16];
    uint32_t k, u;
    int at = 0;

    if (b->count == PANELS_CAP)
        return why_set(why, "more than %d panels", PANELS_CAP);
    struct panel *p = &b->at[b->count++];
    memset(p, 0, sizeof *p);
    if (sscanf(line, "panel %" SCNu32 " %15s %" SCNu32 "x%" SCNu32
               " %15s %n", &p->id, kind, &p->w, &p->h, unit, &at) != 5 ||
        line[at] == '\0')
        return why_set(why, "expected: panel ID KIND WxH UNIT TITLE");
    if (!find_word(kind, panel_kinds, PANEL_KINDS, &k) ||
        !find_word(unit, unit_words, UNITS, &u))
        return why_set(why, "%s %s: no such kind or unit", kind, unit);
    if (p->w == 0 || p->w > GRID || p->h < 3 || p->h > 40)
        return why_set(why, "%" PRIu32 "x%" PRIu32 ": expected 1..%d columns, "
                       "3..40 rows", p->w, p->h, GRID);
    for (uint32_t i = 0; i + 1 < b->count; i++)
        if (b->at[i].id == p->id)
            return why_set(why, "panel %" PRIu32 " is there twice", p->id);
    p->kind = (enum panel_kind)k;
    p->unit = (enum unit)u;
    snprintf(p->title, sizeof p->title, "%s", line + at);
    snprintf(p->empty, sizeof p->empty, "Nothing in this time.");
    return true;
}

static bool
take_said(struct board *b, const char *line, struct why *why)
{
    struct panel *p = b->count > 0 ? &b->at[b->count - 1] : NULL;
    struct { const char *word; char *out; size_t cap; } texts[] = {
        { "about ", b->about, sizeof b->about },
        { "note ", p ? p->note : NULL, sizeof p->note },
        { "empty ", p ? p->empty : NULL, sizeof p->empty },
        { "link ", p ? p->link : NULL, sizeof p->link },
    };

    if (strncmp(line, "panel ", 6) == 0)
        return begin_panel(b, line, why);
    if (strncmp(line, "dashboard ", 10) == 0)
        return sscanf(line, "dashboard %23s %63[^\n]", b->name, b->title) ==
                   2 ||
               why_set(why, "expected: dashboard NAME TITLE");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t size = strlen(texts[i].word);
        if (texts[i].out == NULL || strncmp(line, texts[i].word, size) != 0)
            continue;
        int n = snprintf(texts[i].out, texts[i].cap, "%s", line + size);
        return (n > 0 && (size_t)n < texts[i].cap) ||
               why_set(why, "%s: expected 1..%zu bytes", texts[i].word,
                       texts[i].cap - 1);
    }
    return why_set(why, "expected dashboard, about, panel, note, empty or "
                   "link, got '%.20s'", line);
}

static bool
take_line(struct board *b, char *line, struct why *why)
{
    line[strcspn(line, "\r\n")] = '\0';
    if (strncmp(line, "--| ", 4) == 0)
        return take_said(b, line + 4, why);
    if (strncmp(line, "--", 2) == 0 || line[0] == '\0' || b->count == 0)
        return true;
    char *sql = b->at[b->count - 1].sql;
    size_t used = strlen(sql), size = strlen(line);
    if (used + size + 2 > SQL_CAP)
        return why_set(why, "a query of more than %d bytes", SQL_CAP);
    snprintf(sql + used, SQL_CAP - used, "%s%s", used > 0 ? "\n" : "", line);
    used = strlen(sql);
    if (sql[used - 1] == ';') /* A prepared statement has none. */
        sql[used - 1] = '\0';
    return true;
}

static bool
is_whole(const struct board *b, struct why *why)
{
    if (b->name[0] == '\0')
        return why_set(why, "no line --| dashboard NAME TITLE");
    for (uint32_t i = 0; i < b->count; i++)
        if (b->at[i].sql[0] == '\0')
            return why_set(why, "panel %" PRIu32 " has no query",
                           b->at[i].id);
    return true;
}

bool
board_read(const char *path, struct board *b, struct why *why)
{
    char line[1024];
    uint32_t number = 0;
    bool ok = true;
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return why_set(why, "%s: %s", path, strerror(errno));
    memset(b, 0, sizeof *b);
    while (ok && fgets(line, sizeof line, f) != NULL) {
        number++;
        ok = take_line(b, line, why);
    }
    fclose(f);
    if (!ok)
        return why_in(why, "%s:%" PRIu32, path, number);
    return is_whole(b, why) || why_in(why, "%s", path);
}

static int
is_sql(const struct dirent *e)
{
    size_t size = strlen(e->d_name);
    return size > 4 && strcmp(e->d_name + size - 4, ".sql") == 0;
}

static bool
is_new_name(const struct boards *b, struct why *why)
{
    const char *name = b->at[b->count - 1].name;
    for (uint32_t i = 0; i + 1 < b->count; i++)
        if (strcmp(b->at[i].name, name) == 0)
            return why_set(why, "dashboard %s is there twice", name);
    return true;
}

struct boards *
boards_read(const char *folder, struct why *why)
{
    struct boards *b = calloc(1, sizeof *b);
    struct dirent **files;
    char path[512];

    must(b != NULL);
    int count = scandir(folder, &files, is_sql, alphasort);
    bool ok = count > 0 && count <= BOARDS_CAP;
    if (!ok)
        why_set(why, "%s: expected 1..%d files of SQL", folder, BOARDS_CAP);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
        free(files[i]);
        ok = ok && board_read(path, &b->at[b->count++], why) &&
             is_new_name(b, why);
    }
    if (count >= 0)
        free(files);
    if (!ok)
        boards_free(&b);
    return b;
}

void
boards_free(struct boards **b)
{
    free(*b);
    *b = NULL;
}

bool
panel_fits(const struct panel *p, const struct pg_rows *rows, struct why *why)
{
    bool ok = true;
    bool timed = pg_columns(rows) >= 2 &&
                 strcmp(pg_column(rows, 0), "time") == 0;

    switch (p->kind) {
    case PANEL_stat: ok = pg_columns(rows) >= 1 && pg_count(rows) <= 1; break;
    case PANEL_line:
    case PANEL_step:
    case PANEL_bars: ok = timed; break;
    case PANEL_heat:
        ok = timed && pg_columns(rows) == 3 &&
             strcmp(pg_column(rows, 1), "metric") == 0;
        break;
    case PANEL_categories:
        ok = pg_columns(rows) == 2 && strcmp(pg_column(rows, 0), "name") == 0;
        break;
    case PANEL_table:
    case PANEL_csv:
    case PANEL_jsonl:
    case PANEL_KINDS: break;
    }
    return ok || why_set(why, "panel %" PRIu32 " (%s): these are not the "
                         "columns of a %s", p->id, p->title,
                         panel_kinds[p->kind]);
}
