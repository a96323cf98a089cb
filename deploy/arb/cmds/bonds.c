/* bonds - arb bonds: what strategy F has found and what it holds, from
 * PostgreSQL */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/table.h"

#include "common/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Best yield first, after those that are not expected to pay. */
static const char candidates[] =
    "SELECT left(coalesce(m.question, s.event_id), 40) AS question, "
    "CASE WHEN s.legs->0->>'token' = m.no_token THEN 'NO' ELSE 'YES' END "
    "AS side, round(s.total_ask, 4) AS price, "
    "trim_scale(s.max_shares) AS shares, "
    "round(s.break_even_pct, 2) AS breaks_even, "
    "round(s.hit_pct, 2) AS hits, round(s.annualized_pct, 1) AS yearly_pct, "
    "round(s.excess_pct, 1) AS beyond_cash, "
    "to_char(s.expected_at, 'YYYY-MM-DD HH24:MI') AS expected "
    "FROM fact_arb_scan s LEFT JOIN dim_market m "
    "ON s.legs->0->>'token' IN (m.yes_token, m.no_token) "
    "WHERE s.strategy = 'F' AND s.state <> 'closed' "
    "ORDER BY s.annualized_pct DESC NULLS LAST, s.scan_id LIMIT $1";
static const char holdings[] =
    "SELECT to_char(b.opened_at, 'YYYY-MM-DD HH24:MI') AS opened, b.mode, "
    "left(coalesce(m.question, b.market_id), 40) AS question, "
    "CASE WHEN b.token_id = m.no_token THEN 'NO' ELSE 'YES' END AS side, "
    "trim_scale(b.shares) AS shares, trim_scale(b.buy_price) AS price, "
    "to_char(b.expected_resolve, 'YYYY-MM-DD HH24:MI') AS expected, "
    "b.status, b.settle_pnl AS pnl "
    "FROM fact_arb_bond_position b "
    "LEFT JOIN dim_market m ON m.market_id = b.market_id "
    "ORDER BY b.status <> 'OPEN', b.opened_at DESC LIMIT $1";

static int
show(const char *database, const char *sql, const char *most, bool json)
{
    struct why why;
    struct pg *pg = pg_open(database, &why);
    struct pg_rows *rows =
        pg == NULL ? NULL : pg_query(pg, sql, &most, 1, &why);
    int code = rows == NULL ? EXIT_WORLD : EXIT_OK;

    if (rows == NULL)
        fprintf(stderr, "arb bonds: no answer from the database: %s\n",
                why.s);
    else if (json)
        table_json(rows);
    else
        table_text(rows);
    pg_free(&rows);
    pg_close(&pg);
    return code;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *most = "20", *what = "candidates";
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "-n", NULL, &most },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    char database[512];
    int64_t count;

    if (!args_read(argc, argv, table, &what))
        return EXIT_USAGE;
    bool held = strcmp(what, "holdings") == 0;
    if (!held && strcmp(what, "candidates") != 0) {
        fprintf(stderr, "arb bonds: expected candidates or holdings, got "
                        "'%s'; see --help\n", what);
        return EXIT_USAGE;
    }
    if (!args_count("bonds", "-n", most, 1, 100000, &count))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    cmd_database(conf, database, sizeof database);
    conf_destroy(&conf);
    return show(database, held ? holdings : candidates, most, json);
}

const struct cmd cmd_bonds = {
    .name = "bonds",
    .about = "bonds that could be bought now, by yield, and those held",
    .help = "usage: arb bonds [candidates|holdings] [-n ROWS] [-c FILE] "
            "[--json]\n\n"
            "candidates (default): what strategy F finds now, best expected\n"
            "yield of a year first.  breaks_even is how often such a bond "
            "must\npay, hits how often it is expected to (strategy.f_hits), "
            "both in\npercent; expected is not the listed end, but when it "
            "should pay.\n"
            "holdings: what was bought, and what became of it.\n"
            "  -n ROWS   at most so many (20)\n"
            "  --json    one JSON object per line, values as text\n"
            "Exit codes: 0 done, 1 no database, 2 bad usage.\n",
    .run = run,
};
