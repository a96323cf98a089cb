/* report - arb report: a day, told */
#include "deploy/arb/args.h"
#include "deploy/arb/assumptions.h"
#include "deploy/arb/chart.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/sheet.h"
#include "deploy/arb/report.h"

#include "common/pg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct day {
    struct look look;
    struct conf *conf;
    struct boards *boards;   /* The report, the files beside it, and what
                                assumptions are compared with. */
    const char *out;
    char name[16], next[16]; /* 2026-03-29, 2026-03-30 */
};

/* 'yesterday' or a date, in the zone that is looked at. */
static bool
find_day(struct day *d, const char *word, struct why *why)
{
    const char *params[] = { word, d->look.zone };
    struct pg_rows *rows = pg_query(
        d->look.pg, "SELECT day, day + 1 FROM (SELECT CASE $1 WHEN "
                    "'yesterday' THEN (now() AT TIME ZONE $2)::date - 1 WHEN "
                    "'today' THEN (now() AT TIME ZONE $2)::date ELSE "
                    "$1::date END AS day) d",
        params, 2, why);
    if (rows == NULL)
        return why_in(why, "--day %s", word);
    snprintf(d->name, sizeof d->name, "%s", pg_cell(rows, 0, 0));
    snprintf(d->next, sizeof d->next, "%s", pg_cell(rows, 0, 1));
    pg_free(&rows);
    return scope_set(&d->look.scope, d->look.pg, d->name, d->next, why);
}

static bool
write_page(struct day *d, FILE *out, struct why *why)
{
    struct ticks ticks;
    char title[64], css[512];
    struct sheet p = { .out = out, .pg = d->look.pg, .scope = &d->look.scope,
                      .ticks = &ticks };

    snprintf(title, sizeof title, "Dutchbook, %s", d->name);
    look_file("page.css", css, sizeof css);
    bool ok = ticks_read(&ticks, &d->look.scope, d->look.pg, 8, why) &&
              sheet_begin(&p, title, css, NULL, why) &&
              sheet_board(&p, &d->boards->at[0], why);
    sheet_end(&p);
    return ok;
}

/* Of the report itself, and of what its paper trades assume. */
static const char *const names[] = {
    "report.html", "report.md", "report.json", "fill_model_spec.yaml",
    "execution_assumptions.md",
};
enum { NAMES = sizeof names / sizeof names[0] };

/* The file's kind by its number: those named, then those of the board. */
static bool
fill_file(struct day *d, uint32_t i, FILE *out, struct why *why)
{
    const struct scope *s = &d->look.scope;
    const struct board *report = &d->boards->at[0];

    if (i == 0)
        return write_page(d, out, why);
    if (i == 1)
        return report_markdown(out, report, s, d->name, d->look.pg, why);
    if (i == 2)
        return report_json(out, report, s, d->name, d->look.pg, why);
    if (i == 3)
        return assumptions_spec(out, d->conf, d->name, why);
    if (i == 4)
        return assumptions_words(out, d->conf, &d->boards->at[2], s, d->name,
                                 d->look.pg, why);
    return report_file(out, &d->boards->at[1].at[i - NAMES], s, d->look.pg,
                       why);
}

static bool
write_all(struct day *d, struct why *why)
{
    char path[512];

    if (mkdir(d->out, 0755) != 0 && errno != EEXIST)
        return why_set(why, "%s: %s", d->out, strerror(errno));
    for (uint32_t i = 0; i < NAMES + d->boards->at[1].count; i++) {
        snprintf(path, sizeof path, "%s/%s", d->out,
                 i < NAMES ? names[i] : d->boards->at[1].at[i - NAMES].title);
        FILE *out = sheet_open(path, why);
        if (out == NULL)
            return false;
        bool ok = fill_file(d, i, out, why);
        struct why other;
        if (!sheet_close(out, path, ok ? why : &other) || !ok)
            return false;
        printf("%s\n", path);
    }
    return true;
}

static bool
tell(struct day *d, const char *word, struct why *why)
{
    char folder[512];

    look_file("report", folder, sizeof folder);
    d->boards = boards_read(folder, why);
    d->conf = cmd_conf(d->look.file, NULL, 0);
    if (d->conf == NULL)
        return why_set(why, "the configuration has mistakes");
    return d->boards != NULL && d->boards->count == 3 &&
           look_open(&d->look, why) && find_day(d, word, why) &&
           write_all(d, why);
}

static int
run(int argc, char **argv)
{
    struct day d = { .look = LOOK_DEFAULTS };
    const char *word = "yesterday";
    const struct arg table[] = {
        LOOK_ARGS(d.look),
        { "--day", NULL, &word },
        { "--out", NULL, &d.out },
        { NULL, NULL, NULL },
    };
    struct why why;

    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    if (d.out == NULL || d.look.from != NULL || d.look.to != NULL) {
        fprintf(stderr, "arb report: expected --out FOLDER, and a --day "
                        "instead of --from and --to; see --help\n");
        return EXIT_USAGE;
    }
    bool ok = tell(&d, word, &why);
    if (!ok)
        fprintf(stderr, "arb report: %s\n", why.s);
    look_close(&d.look);
    boards_free(&d.boards);
    conf_destroy(&d.conf);
    return ok ? EXIT_OK : EXIT_WORLD;
}

const struct cmd cmd_report = {
    .name = "report",
    .about = "a day told: page, Markdown, JSON, and the paper files",
    .help =
        "usage: arb report --out FOLDER [--day D] [--tz ZONE] [--mode M,..]\n"
        "                  [--strategy S,..] [-c FILE]\n"
        "\n"
        "Writes report.html (charts inside, nothing from elsewhere),\n"
        "report.md and report.json; beside them paper_orders.csv,\n"
        "paper_fills.csv, paper_positions.csv, paper_daily_pnl.csv and\n"
        "paper_run_log.jsonl (a line an execution), and what paper fills\n"
        "assume: fill_model_spec.yaml, execution_assumptions.md.  Prints\n"
        "their paths.\n"
        "\n"
        "  --day    2026-03-29, today or yesterday (default), in the zone;\n"
        "           a day on which clocks change is as long as it is\n"
        "  --tz     the day's time zone (UTC)\n"
        "  --mode, --strategy   only those (all)\n"
        "  -c FILE  the configuration; else the shipped one\n"
        "\n"
        "Exit codes: 0 done, 1 no database or a query failed, 2 bad usage.\n",
    .run = run,
};
