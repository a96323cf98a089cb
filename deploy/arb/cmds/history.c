/* history - arb history: what was found and done, from PostgreSQL */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/table.h"

#include "common/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct view {
    const char *name;
    const char *sql; /* $1 = most rows. */
} views[] = {
    { "executions",
      "SELECT to_char(executed_at, 'YYYY-MM-DD HH24:MI:SS') AS at, "
      "mode, strategy AS s, event_id AS event, status, "
      "trim_scale(shares_filled) AS shares, total_cost AS cost, "
      "round(fees_usd, 4) AS fees, realized_pnl AS pnl, reason "
      "FROM fact_arb_execution ORDER BY executed_at DESC LIMIT $1" },
    { "scans",
      "SELECT to_char(scanned_at, 'YYYY-MM-DD HH24:MI:SS.MS') AS opened, "
      "strategy AS s, event_id AS event, round(discount_pct, 2) AS gross_pct, "
      "round(net_profit_pct, 2) AS net_pct, trim_scale(max_shares) AS shares, "
      "round(peak_usd, 4) AS peak_usd, lifetime_ms, executed, reason "
      "FROM fact_arb_scan ORDER BY scanned_at DESC LIMIT $1" },
    { "orders",
      "SELECT to_char(intended_at, 'YYYY-MM-DD HH24:MI:SS.MS') AS at, mode, "
      "left(order_id, 12) AS order, leg, side, trim_scale(price) AS price, "
      "trim_scale(shares) AS shares, trim_scale(shares_filled) AS filled, "
      "state, coalesce(reason, '') AS reason "
      "FROM fact_arb_order ORDER BY intended_at DESC, leg LIMIT $1" },
    { "positions",
      "SELECT mode, strategy AS s, event_id AS event, "
      "left(token_id, 12) AS token, trim_scale(shares) AS shares, "
      "trim_scale(cost_usd) AS cost FROM fact_arb_position "
      "ORDER BY updated_at DESC LIMIT $1" },
    { "days",
      "SELECT day, mode, trim_scale(day_pnl) AS day_pnl, "
      "trim_scale(realised) AS realised, trim_scale(cash) AS cash, "
      "trim_scale(exposure) AS exposure, trim_scale(equity) AS equity "
      "FROM fact_arb_daily_pnl ORDER BY day DESC, mode LIMIT $1" },
    { "risk",
      "SELECT to_char(raised_at, 'YYYY-MM-DD HH24:MI:SS') AS at, severity, "
      "action, rule, metric, scope, value, threshold "
      "FROM fact_arb_risk_event ORDER BY raised_at DESC LIMIT $1" },
};

static const struct view *
find(const char *name)
{
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        if (strcmp(views[i].name, name) == 0)
            return &views[i];
    return NULL;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *rows_text = "20", *what = "executions";
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "-n", NULL, &rows_text },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, &what))
        return EXIT_USAGE;
    const struct view *v = find(what);
    char *end;
    unsigned long most = strtoul(rows_text, &end, 10);
    if (v == NULL || *end != '\0' || most == 0 || most > 100000) {
        fprintf(stderr, v == NULL ? "arb history: no view '%s'; see --help\n"
                                  : "arb history: -n: expected 1..100000, "
                                    "got '%s'\n",
                v == NULL ? what : rows_text);
        return EXIT_USAGE;
    }
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    char database[512];
    cmd_database(conf, database, sizeof database);
    conf_destroy(&conf);
    struct why why;
    struct pg *pg = pg_open(database, &why);
    const char *params[] = { rows_text };
    struct pg_rows *rows =
        pg == NULL ? NULL : pg_query(pg, v->sql, params, 1, &why);
    if (rows == NULL) {
        fprintf(stderr, "arb history: no answer from the database: %s\n",
                why.s);
        pg_close(&pg);
        return EXIT_WORLD;
    }
    if (json)
        table_json(rows);
    else
        table_text(rows);
    pg_free(&rows);
    pg_close(&pg);
    return EXIT_OK;
}

const struct cmd cmd_history = {
    .name = "history",
    .about = "what was found, tried, filled and earned (PostgreSQL)",
    .help = "usage: arb history [VIEW] [-n ROWS] [-c FILE] [--json]\n\n"
            "VIEW: executions (default), scans, orders, positions, days,\n"
            "risk; newest first.\n"
            "  -n ROWS   at most so many (20)\n"
            "  --json    one JSON object per line, values as text\n"
            "Exit codes: 0 done, 1 no database, 2 bad usage.\n",
    .run = run,
};
