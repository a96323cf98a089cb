/* story - one execution, told whole: what was seen, asked, sent and booked */
#include "deploy/arb/story.h"

#include "common/pg.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/table.h"

#include <stdio.h>
#include <string.h>

enum { ID_LEAST = 6 };

/* A decision's numbers are in the unit of the check that refused: of money
 * dollars, as on the dashboard of risk (deploy/dashboards/5_risk.sql). */
#define IN_DOLLARS(column) \
    "CASE WHEN rule IN ('order_limit', 'trade_limit', 'event_limit', " \
    "'unsettled_limit', 'position_limit', 'cash', 'bond', 'daily_loss', " \
    "'naked', 'minimum') THEN '$' || trim_scale(" column \
    " / 1000000) ELSE " column "::text END"

/* $1 = the execution's id.  Offsets are milliseconds from when it began. */
static const struct section {
    const char *name, *title, *sql;
} sections[] = {
    { "execution", "Execution",
      "SELECT e.exec_id, e.mode, e.strategy, e.event_id AS event, e.status, "
      "e.reason, coalesce(x.error_msg, '') AS error, "
      "to_char(e.executed_at, 'YYYY-MM-DD HH24:MI:SS.MS') AS began, "
      "round(extract(epoch FROM e.ended_at - e.executed_at) * 1000, 1) || "
      "' ms' AS took, trim_scale(e.shares_filled) || ' of ' || "
      "trim_scale(e.shares_target) AS shares, "
      "trim_scale(x.shares_naked) AS naked_shares, e.naked_ms || ' ms' AS "
      "naked_for, '$' || e.total_cost AS cost, '$' || trim_scale(e.fees_usd) "
      "AS fees, '$' || e.realized_pnl AS realised, '$' || e.worth_usd AS "
      "worth, '$' || e.expected_usd AS expected FROM arb_trade e JOIN "
      "fact_arb_execution x USING (exec_id) WHERE e.exec_id = $1" },
    { "opportunity", "Opportunity",
      "SELECT s.scan_id, to_char(scanned_at, 'HH24:MI:SS.MS') AS opened, "
      "round(extract(epoch FROM e.executed_at - scanned_at) * 1000, 3) || "
      "' ms before' AS it_was, round(discount_pct, 3) || ' %' AS gross, "
      "round(net_profit_pct, 3) || ' %' AS net, '$' || total_ask AS a_set, "
      "trim_scale(max_shares) AS sets, '$' || est_profit_usd AS promised, "
      "'$' || trim_scale(peak_usd) AS at_best, lifetime_ms || ' ms' AS lived, "
      "s.reason AS closed_for FROM fact_arb_scan s JOIN fact_arb_execution e "
      "USING (scan_id) WHERE e.exec_id = $1" },
    { "books", "Books it was seen on",
      "SELECT l.at - 1 AS leg, left(coalesce(m.question, leg->>'token'), 48) "
      "AS question, CASE WHEN leg->>'token' = m.no_token THEN 'no' ELSE 'yes' "
      "END AS outcome, leg->>'side' AS side, leg->>'limit' AS limit, "
      "leg->>'avg' AS avg, leg->>'size' AS size, leg->>'depth' AS depth, "
      "leg->>'fee' AS fee, (leg->>'age') || ' ms' AS age, "
      "left(leg->>'book_hash', 12) AS book, leg->>'book_seq' AS seq "
      "FROM fact_arb_execution e JOIN fact_arb_scan s USING (scan_id), "
      "jsonb_array_elements(s.legs) WITH ORDINALITY AS l (leg, at) LEFT JOIN "
      "dim_market m ON l.leg->>'token' IN (m.yes_token, m.no_token) "
      "WHERE e.exec_id = $1 ORDER BY l.at" },
    { "decisions", "Decisions of riskd",
      "SELECT attempt, CASE WHEN granted THEN 'granted' ELSE 'denied' END AS "
      "answer, kind, '$' || trim_scale(reserved_usd) AS reserved, "
      "(SELECT string_agg(r->>'code', ', ') FROM jsonb_array_elements("
      "reasons) r) AS reasons, rule, " IN_DOLLARS("value") " AS seen, "
      IN_DOLLARS("threshold") " AS allowed "
      "FROM fact_arb_decision WHERE exec_id = $1 ORDER BY n" },
    { "legs", "Orders and fills",
      "SELECT o.leg, o.attempt, left(coalesce(m.question, o.token_id), 48) AS "
      "question, CASE WHEN o.token_id = m.no_token THEN 'no' ELSE 'yes' END "
      "AS outcome, o.side, trim_scale(o.price) AS limit, f.avg, "
      "trim_scale(o.shares) AS shares, trim_scale(o.shares_filled) AS filled, "
      "o.state, coalesce(o.reason, '') AS reason, f.fee, f.slip_bps, "
      "round(extract(epoch FROM answered_at - sent_at) * 1000, 1) AS "
      "answer_ms, left(o.order_id, 12) AS order FROM fact_arb_order o LEFT "
      "JOIN dim_market m ON o.token_id IN (m.yes_token, m.no_token) LEFT JOIN "
      "LATERAL (SELECT round(sum(price * shares) / nullif(sum(shares), 0), "
      "4) AS avg, trim_scale(sum(fee_usd)) AS fee, max(slippage_bps) AS "
      "slip_bps FROM fact_arb_fill f WHERE f.order_id = o.order_id AND "
      "f.exec_id = $1) f ON true WHERE o.exec_id = $1 ORDER BY o.attempt, "
      "o.leg" },
    { "timeline", "What happened when",
      "SELECT to_char(at, 'HH24:MI:SS.MS') AS at, round(extract(epoch FROM at "
      "- (SELECT min(executed_at) FROM fact_arb_execution WHERE exec_id = "
      "$1)) * 1000, 1) AS ms, what FROM ("
      "SELECT scanned_at AS at, 0 AS rank, 'opportunity opened' AS what FROM "
      "fact_arb_scan JOIN fact_arb_execution USING (scan_id) WHERE exec_id = "
      "$1 UNION ALL "
      "SELECT executed_at, 1, 'execution began' FROM fact_arb_execution WHERE "
      "exec_id = $1 UNION ALL "
      "SELECT decided_at, 2, CASE WHEN granted THEN 'riskd granted, $' || "
      "trim_scale(reserved_usd) || ' reserved' ELSE 'riskd denied: ' || rule "
      "END FROM fact_arb_decision WHERE exec_id = $1 UNION ALL "
      "SELECT min(intended_at), 3, count(*) || ' orders intended' FROM "
      "fact_arb_order WHERE exec_id = $1 GROUP BY attempt UNION ALL "
      "SELECT sent_at, 4, 'leg ' || leg || ' sent' FROM fact_arb_order WHERE "
      "exec_id = $1 AND sent_at IS NOT NULL UNION ALL "
      "SELECT answered_at, 5, 'leg ' || leg || ' answered, ' || state FROM "
      "fact_arb_order WHERE exec_id = $1 AND answered_at IS NOT NULL "
      "UNION ALL SELECT filled_at, 6, 'leg ' || leg || ' filled ' || "
      "trim_scale(shares) || ' at ' || trim_scale(price) || ', ' || state "
      "FROM fact_arb_fill WHERE exec_id = $1 UNION ALL "
      "SELECT ended_at, 7, 'ended ' || status FROM fact_arb_execution WHERE "
      "exec_id = $1 UNION ALL "
      "SELECT closed_at, 8, 'opportunity closed, ' || s.reason FROM "
      "fact_arb_scan s JOIN fact_arb_execution USING (scan_id) WHERE exec_id "
      "= $1 AND closed_at IS NOT NULL) t ORDER BY t.at, rank, what" },
    { "ledger", "Ledger of its event since then",
      "SELECT to_char(min(booked_at), 'YYYY-MM-DD HH24:MI:SS.MS') AS first, "
      "account, count(*) AS lines, trim_scale(sum(amount)) AS amount FROM "
      "fact_arb_ledger l JOIN (SELECT event_id, mode, executed_at FROM "
      "fact_arb_execution WHERE exec_id = $1) e ON l.event_id = e.event_id "
      "AND l.mode = e.mode AND booked_at >= executed_at GROUP BY account "
      "ORDER BY account" },
};

bool
story_is_id(const char *word)
{
    size_t size = strlen(word);

    return size >= ID_LEAST && size <= 36 &&
           strspn(word, "0123456789abcdef-") == size;
}

/* One row as lines of names and values, which fits any screen. */
static void
print_lines(const struct pg_rows *rows)
{
    for (int c = 0; c < pg_columns(rows); c++) {
        const char *text = pg_cell(rows, 0, c);
        if (text == NULL || text[0] == '\0')
            continue;
        printf("  %-13s", pg_column(rows, c));
        table_put(stdout, text, SIZE_MAX);
        printf("\n");
    }
}

static void
print_section(const struct section *s, const struct pg_rows *rows, bool json,
              bool first)
{
    bool lines = s == &sections[0] || s == &sections[1];

    if (!json) {
        printf("%s%s\n", first ? "" : "\n", s->title);
        if (pg_count(rows) == 0)
            printf("  none\n");
        else if (lines)
            print_lines(rows);
        else
            table_text(rows);
        return;
    }
    printf("%s\"%s\":[", first ? "{" : ",", s->name);
    for (int r = 0; r < pg_count(rows); r++) {
        printf(r > 0 ? "," : "");
        table_json_row(rows, r);
    }
    printf("]");
}

/* The whole id of the one execution that begins so. */
static bool
find_one(struct pg *pg, const char *begins, char id[40], struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT exec_id FROM fact_arb_execution WHERE exec_id::text LIKE "
            "$1 || '%' ORDER BY executed_at DESC LIMIT 2",
        &begins, 1, why);
    if (rows == NULL)
        return false;
    bool ok = pg_count(rows) == 1;
    if (ok)
        snprintf(id, 40, "%s", pg_cell(rows, 0, 0));
    else
        why_set(why, "%s execution begins with %s",
                pg_count(rows) == 0 ? "no" : "more than one", begins);
    pg_free(&rows);
    return ok;
}

int
story_tell(struct pg *pg, const char *begins, bool json)
{
    char id[40];
    const char *params[] = { id };
    struct why why;
    bool ok = find_one(pg, begins, id, &why);

    for (size_t i = 0; ok && i < sizeof sections / sizeof sections[0]; i++) {
        struct pg_rows *rows = pg_query(pg, sections[i].sql, params, 1, &why);
        ok = rows != NULL;
        if (ok)
            print_section(&sections[i], rows, json, i == 0);
        pg_free(&rows);
    }
    if (ok && json)
        printf("}\n");
    if (!ok)
        fprintf(stderr, "arb history: %s\n", why.s);
    return ok ? EXIT_OK : EXIT_WORLD;
}
