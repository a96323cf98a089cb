/* history - arb history: what was found and done, from PostgreSQL; or one
 * execution, told whole */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/story.h"
#include "deploy/arb/table.h"

#include "common/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What rows can be chosen by; NULL: the view has no such column. */
enum { BY_strategy, BY_status, BY_event, BY_mode, BY_from, BY_to, BYS };
static const char *const by_names[BYS] = {
    "--strategy", "--status", "--event", "--mode", "--from", "--to",
};

static const struct view {
    const char *name;
    const char *sql;            /* SELECT ... FROM ... */
    const char *order;
    const char *at, *by[BY_from]; /* Columns. */
} views[] = {
    { "executions",
      "SELECT to_char(executed_at, 'YYYY-MM-DD HH24:MI:SS') AS at, "
      "mode, strategy AS s, event_id AS event, status, "
      "trim_scale(shares_filled) AS shares, total_cost AS cost, "
      "round(fees_usd, 4) AS fees, realized_pnl AS pnl, reason, "
      "exec_id FROM fact_arb_execution",
      "executed_at DESC", "executed_at",
      { "strategy", "status", "event_id", "mode" } },
    { "scans",
      "SELECT to_char(scanned_at, 'YYYY-MM-DD HH24:MI:SS.MS') AS opened, "
      "strategy AS s, event_id AS event, round(discount_pct, 2) AS gross_pct, "
      "round(net_profit_pct, 2) AS net_pct, trim_scale(max_shares) AS shares, "
      "round(peak_usd, 4) AS peak_usd, lifetime_ms, executed, reason "
      "FROM fact_arb_scan",
      "scanned_at DESC", "scanned_at",
      { "strategy", "state", "event_id", NULL } },
    { "orders",
      "SELECT to_char(intended_at, 'YYYY-MM-DD HH24:MI:SS.MS') AS at, mode, "
      "left(order_id, 12) AS order, leg, side, trim_scale(price) AS price, "
      "trim_scale(shares) AS shares, trim_scale(shares_filled) AS filled, "
      "state, coalesce(reason, '') AS reason "
      "FROM fact_arb_order",
      "intended_at DESC, leg", "intended_at", { NULL, "state", NULL, "mode" } },
    { "positions",
      "SELECT mode, strategy AS s, event_id AS event, "
      "left(token_id, 12) AS token, trim_scale(shares) AS shares, "
      "trim_scale(cost_usd) AS cost FROM fact_arb_position",
      "updated_at DESC", "updated_at", { "strategy", NULL, "event_id",
                                         "mode" } },
    { "days",
      "SELECT day, mode, trim_scale(day_pnl) AS day_pnl, "
      "trim_scale(realised) AS realised, trim_scale(cash) AS cash, "
      "trim_scale(exposure) AS exposure, trim_scale(equity) AS equity "
      "FROM fact_arb_daily_pnl",
      "day DESC, mode", "day", { NULL, NULL, NULL, "mode" } },
    { "risk",
      "SELECT to_char(raised_at, 'YYYY-MM-DD HH24:MI:SS') AS at, severity, "
      "action, rule, metric, scope, trim_scale(value / 1000000) AS value, "
      "trim_scale(threshold / 1000000) AS threshold, unit "
      "FROM fact_arb_risk_event",
      "raised_at DESC", "raised_at", { NULL, "severity", NULL, NULL } },
};

static const struct view *
find(const char *name)
{
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        if (strcmp(views[i].name, name) == 0)
            return &views[i];
    return NULL;
}

/* Adds " AND column = $n" for what was asked, and its value to params; false
 * after saying what the view cannot be chosen by. */
static bool
choose(const struct view *v, const char *const *by, char *sql, size_t cap,
       const char **params, int *count)
{
    size_t used = (size_t)snprintf(sql, cap, "%s WHERE true", v->sql);

    for (int i = 0; i < BYS; i++) {
        if (by[i] == NULL)
            continue;
        const char *column = i < BY_from ? v->by[i] : v->at;
        if (column == NULL) {
            fprintf(stderr, "arb history: %s have no %s\n", v->name,
                    by_names[i] + 2);
            return false;
        }
        params[(*count)++] = by[i];
        used += (size_t)snprintf(
            sql + used, cap - used,
            i == BY_from ? " AND %s >= $%d" : i == BY_to ? " AND %s < $%d"
                                                         : " AND %s = $%d",
            column, *count);
    }
    snprintf(sql + used, cap - used, " ORDER BY %s LIMIT $%d", v->order,
             *count + 1);
    return true;
}

static int
show(struct pg *pg, const struct view *v, const char *const *by,
     const char *most, bool json)
{
    char sql[2048];
    const char *params[BYS + 1];
    int count = 0;
    struct why why;

    if (!choose(v, by, sql, sizeof sql, params, &count))
        return EXIT_USAGE;
    params[count++] = most;
    struct pg_rows *rows = pg_query(pg, sql, params, count, &why);
    if (rows == NULL) {
        fprintf(stderr, "arb history: %s\n", why.s);
        return EXIT_WORLD;
    }
    if (json)
        table_json(rows);
    else
        table_text(rows);
    pg_free(&rows);
    return EXIT_OK;
}

static struct pg *
connect_to(const char *file, int *code)
{
    struct why why;
    char database[512];
    struct conf *conf = cmd_conf(file, NULL, 0);

    *code = EXIT_USAGE;
    if (conf == NULL)
        return NULL;
    cmd_database(conf, database, sizeof database);
    conf_destroy(&conf);
    *code = EXIT_WORLD;
    struct pg *pg = pg_open(database, &why);
    if (pg == NULL)
        fprintf(stderr, "arb history: no answer from the database: %s\n",
                why.s);
    return pg;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *rows_text = "20", *what = "executions";
    const char *by[BYS] = { NULL };
    bool json = false;
    struct arg table[BYS + 4] = {
        { "-c", NULL, &file },
        { "-n", NULL, &rows_text },
        { "--json", &json, NULL },
    };
    for (int i = 0; i < BYS; i++)
        table[3 + i] = (struct arg){ by_names[i], NULL, &by[i] };
    if (!args_read(argc, argv, table, &what))
        return EXIT_USAGE;
    const struct view *v = find(what);
    int64_t most;
    if (v == NULL && !story_is_id(what)) {
        fprintf(stderr, "arb history: no view '%s', and not the beginning of "
                        "an execution's id; see --help\n", what);
        return EXIT_USAGE;
    }
    if (!args_count("history", "-n", rows_text, 1, 100000, &most))
        return EXIT_USAGE;
    int code;
    struct pg *pg = connect_to(file, &code);
    if (pg == NULL)
        return code;
    code = v == NULL ? story_tell(pg, what, json)
                     : show(pg, v, by, rows_text, json);
    pg_close(&pg);
    return code;
}

const struct cmd cmd_history = {
    .name = "history",
    .about = "what was found, tried, filled and earned (PostgreSQL)",
    .help = "usage: arb history [VIEW] [-n ROWS] [--from T] [--to T]\n"
            "                   [--strategy S] [--status W] [--event E]\n"
            "                   [--mode M] [-c FILE] [--json]\n"
            "       arb history EXEC_ID [-c FILE] [--json]\n\n"
            "VIEW: executions (default), scans, orders, positions, days,\n"
            "risk; newest first.  EXEC_ID, or how one begins (6 letters at\n"
            "least): that execution whole, with its opportunity, decisions,\n"
            "orders, fills, ledger and what happened when.\n"
            "  -n ROWS   at most so many (20)\n"
            "  --from, --to  T: '2026-03-29 08:00' (UTC), 'today', ...\n"
            "  --status  FILLED, DENIED, ...; of scans and orders the state,\n"
            "            of risk the severity\n"
            "  --json    one JSON object per line, values as text\n"
            "Exit codes: 0 done, 1 no database or no such execution, 2 bad\n"
            "usage.\n",
    .run = run,
};
