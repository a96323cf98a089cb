/* dashboards - arb dashboards: the panels as one page, or as Grafana's JSON */
#include "deploy/arb/args.h"
#include "deploy/arb/chart.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/grafana.h"
#include "deploy/arb/look.h"
#include "deploy/arb/sheet.h"

#include "common/pg.h"

#include <stdio.h>
#include <string.h>

static bool
write_page(FILE *out, struct look *l, const struct boards *boards,
           struct why *why)
{
    struct ticks ticks;
    struct sheet p = { .out = out, .pg = l->pg, .scope = &l->scope,
                      .ticks = &ticks };
    char css[512];

    look_file("page.css", css, sizeof css);
    bool ok = ticks_read(&ticks, &l->scope, l->pg, 8, why) &&
              sheet_begin(&p, "Dutchbook", css, boards, why);
    for (uint32_t i = 0; ok && i < boards->count; i++)
        ok = sheet_board(&p, &boards->at[i], why);
    sheet_end(&p);
    if (ok)
        fprintf(stderr, "%u panels, %u with something in them\n", p.panels,
                p.drawn);
    return ok;
}

static bool
write_plan(FILE *out, struct look *l, const struct panel *p, struct why *why)
{
    struct pg_rows *rows = panel_plan(p, &l->scope, l->pg, why);

    for (int i = 0; rows != NULL && i < pg_count(rows); i++)
        fprintf(out, "    %s\n", pg_cell(rows, i, 0));
    bool ok = rows != NULL;
    pg_free(&rows);
    return ok;
}

static bool
write_plans(FILE *out, struct look *l, const struct boards *boards,
            struct why *why)
{
    bool ok = true;

    for (uint32_t i = 0; ok && i < boards->count; i++)
        for (uint32_t k = 0; ok && k < boards->at[i].count; k++) {
            fprintf(out, "%s%s: %s\n", i + k > 0 ? "\n" : "",
                    boards->at[i].title, boards->at[i].at[k].title);
            ok = write_plan(out, l, &boards->at[i].at[k], why);
        }
    return ok;
}

static bool
write_out(struct look *l, const struct boards *boards, const char *path,
          bool (*write)(FILE *, struct look *, const struct boards *,
                        struct why *),
          struct why *why)
{
    if (strcmp(path, "-") == 0)
        return write(stdout, l, boards, why);
    FILE *out = sheet_open(path, why);
    if (out == NULL)
        return false;
    bool ok = write(out, l, boards, why);
    struct why ignored;
    return sheet_close(out, path, ok ? why : &ignored) && ok;
}

static int
run(int argc, char **argv)
{
    const char *html = NULL, *grafana = NULL, *plans = NULL;
    struct look l = LOOK_DEFAULTS;
    const struct arg table[] = {
        LOOK_ARGS(l),
        { "--html", NULL, &html },
        { "--grafana", NULL, &grafana },
        { "--plans", NULL, &plans },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    if ((html != NULL) + (grafana != NULL) + (plans != NULL) != 1) {
        fprintf(stderr, "arb dashboards: expected --html OUT, --grafana "
                        "FOLDER or --plans OUT; see --help\n");
        return EXIT_USAGE;
    }
    struct why why;
    char folder[512];
    look_file("", folder, sizeof folder);
    struct boards *boards = boards_read(folder, &why);
    bool ok = boards != NULL;
    if (ok && grafana != NULL)
        ok = grafana_write(boards, folder, grafana, &why);
    else if (ok)
        ok = look_open(&l, &why) &&
             write_out(&l, boards, html != NULL ? html : plans,
                       html != NULL ? write_page : write_plans, &why);
    if (!ok)
        fprintf(stderr, "arb dashboards: %s\n", why.s);
    look_close(&l);
    boards_free(&boards);
    return ok ? EXIT_OK : EXIT_WORLD;
}

const struct cmd cmd_dashboards = {
    .name = "dashboards",
    .about = "charts of money, trades, risk, latency as one HTML page",
    .help =
        "usage: arb dashboards --html OUT [--from T] [--to T] [--tz ZONE]\n"
        "                      [--mode M,..] [--stage N,..] [--strategy S,..]\n"
        "                      [-c FILE]\n"
        "       arb dashboards --plans OUT [the same]\n"
        "       arb dashboards --grafana FOLDER\n"
        "\n"
        "The panels of deploy/dashboards, asked of PostgreSQL and drawn as\n"
        "one page without script or anything from elsewhere (- = standard\n"
        "output); or how PostgreSQL finds the rows of each (EXPLAIN); or the\n"
        "same panels as Grafana's JSON, for provisioning.\n"
        "\n"
        LOOK_HELP
        "\n"
        "Exit codes: 0 done, 1 no database or a query failed, 2 bad usage.\n",
    .run = run,
};
