/* account_read - the part of the account that PostgreSQL knows */
#include "deploy/arb/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tables[] = {
    "fact_arb_scan", "fact_arb_execution", "fact_arb_order", "fact_arb_fill",
    "fact_arb_settlement", "fact_arb_decision", "fact_arb_ledger",
    "fact_arb_risk_event", "fact_arb_command", "fact_arb_alert",
    "fact_arb_daily_pnl",
    "fact_arb_position", "fact_arb_bond_position", "fact_arb_heartbeat",
    "dim_market", "dim_event",
};

/* The first cell of the first row as an integer, 0 when there is none. */
static bool
ask_int(struct pg *pg, const char *sql, int64_t *out, struct why *why)
{
    struct pg_rows *rows = pg_query(pg, sql, NULL, 0, why);
    if (rows == NULL)
        return false;
    const char *text = pg_count(rows) > 0 ? pg_cell(rows, 0, 0) : NULL;
    *out = text == NULL ? 0 : strtoll(text, NULL, 10);
    pg_free(&rows);
    return true;
}

static bool
ask_money(struct pg *pg, const char *sql, struct money *out, struct why *why)
{
    struct pg_rows *rows = pg_query(pg, sql, NULL, 0, why);
    if (rows == NULL)
        return false;
    const char *text = pg_count(rows) > 0 ? pg_cell(rows, 0, 0) : NULL;
    out->micros = 0;
    bool ok = text == NULL ||
              micros_parse(text, strlen(text), &out->micros) ||
              why_set(why, "not an amount: %s", text);
    pg_free(&rows);
    return ok;
}

/* Rows of (word, count) into counts by the word's number. */
static bool
ask_words(struct pg *pg, const char *sql, const struct enum_table *words,
          int64_t *counts, struct why *why)
{
    struct pg_rows *rows = pg_query(pg, sql, NULL, 0, why);
    if (rows == NULL)
        return false;
    for (int r = 0; r < pg_count(rows); r++) {
        uint32_t value;
        if (enum_parse(words, pg_cell(rows, r, 0), &value))
            counts[value] = strtoll(pg_cell(rows, r, 1), NULL, 10);
    }
    pg_free(&rows);
    return true;
}

/* Adds up the histograms of all runs; "{0,3,...}" is PostgreSQL's array. */
static bool
ask_hop(struct pg *pg, struct account_hop *h, struct why *why)
{
    const char *params[] = { h->src, h->hop };
    struct pg_rows *rows = pg_query(
        pg, "SELECT buckets FROM arb_latency WHERE src = $1 AND hop = $2",
        params, 2, why);
    if (rows == NULL)
        return false;
    for (int r = 0; r < pg_count(rows); r++) {
        const char *at = pg_cell(rows, r, 0) + 1;
        for (unsigned b = 0; b < buckets_cap && *at >= '0' && *at <= '9';
             b++) {
            char *end;
            h->histogram.n[b] += strtoull(at, &end, 10);
            at = *end == ',' ? end + 1 : end;
        }
    }
    pg_free(&rows);
    return true;
}

static bool
read_tables(struct tally *a, struct pg *pg, struct why *why)
{
    a->tables_count = sizeof tables / sizeof tables[0];
    for (uint32_t i = 0; i < a->tables_count; i++) {
        char sql[128];
        struct account_table *t = &a->tables[i];
        *t = (struct account_table){ tables[i], 0, -1 };
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i]);
        if (!ask_int(pg, sql, &t->rows, why))
            return false;
    }
    return true;
}

static bool
read_hops(struct tally *a, struct pg *pg, struct why *why)
{
    static const struct account_hop hops[ACCOUNT_HOPS] = {
        { .name = "feed_scan", .src = "scanner", .hop = "feed_scanner" },
        { .name = "scan_exec", .src = "executor", .hop = "scan_exec" },
        { .name = "exec_risk", .src = "executor", .hop = "exec_risk" },
        { .name = "tick_intent", .src = "executor", .hop = "tick_intent" },
        { .name = "order_disk", .src = "executor", .hop = "order_disk" },
        { .name = "order_sign", .src = "executor", .hop = "order_sign" },
        { .name = "order_write", .src = "executor", .hop = "order_write" },
        { .name = "order_answer", .src = "executor", .hop = "order_answer" },
    };
    memcpy(a->hops, hops, sizeof hops);
    for (int i = 0; i < ACCOUNT_HOPS; i++)
        if (!ask_hop(pg, &a->hops[i], why))
            return false;
    return true;
}

#define FEED_COUNTER(name) \
    "SELECT sum(value)::bigint FROM arb_counter WHERE src = 'feed' AND " \
    "name = '" name "'"

#define PNL(mode) \
    "SELECT realised FROM fact_arb_daily_pnl WHERE mode = '" mode "' " \
    "ORDER BY day DESC LIMIT 1"

bool
account_read(struct tally *a, struct pg *pg, struct why *why)
{
    return read_tables(a, pg, why) && read_hops(a, pg, why) &&
           ask_int(pg, "SELECT count(*) FROM dim_market", &a->markets, why) &&
           ask_int(pg, "SELECT 2 * count(*) FROM dim_market", &a->tokens,
                   why) &&
           ask_int(pg, "SELECT count(*) FROM dim_event", &a->events, why) &&
           ask_int(pg, FEED_COUNTER("hash_checked"), &a->hash_checked,
                   why) &&
           ask_int(pg, FEED_COUNTER("hash_mismatch"), &a->hash_mismatch,
                   why) &&
           ask_words(pg, "SELECT strategy, count(*) FROM fact_arb_execution "
                         "WHERE status = 'FILLED' GROUP BY 1",
                     &strategy_words, a->filled, why) &&
           ask_words(pg, "SELECT strategy, count(*) FROM fact_arb_scan "
                         "GROUP BY 1",
                     &strategy_words, a->opportunities, why) &&
           ask_words(pg, "SELECT status, count(*) FROM fact_arb_execution "
                         "GROUP BY 1",
                     &exec_status_words, a->executions, why) &&
           ask_words(pg, "SELECT reason, count(*) FROM fact_arb_execution "
                         "WHERE status <> 'FILLED' AND reason <> 'none' "
                         "GROUP BY 1",
                     &reason_words, a->reasons, why) &&
           ask_words(pg, "SELECT action, count(*) FROM fact_arb_risk_event "
                         "WHERE severity IN ('high', 'critical') GROUP BY 1",
                     &action_words, a->actions, why) &&
           ask_int(pg, "SELECT count(*) FROM fact_arb_order", &a->orders,
                   why) &&
           ask_int(pg, "SELECT count(*) FROM fact_arb_fill", &a->fills,
                   why) &&
           ask_int(pg, "SELECT count(*) FROM arb_orphan", &a->orphans,
                   why) &&
           ask_money(pg, strcmp(a->mode.s, "live") == 0 ? PNL("live")
                                                        : PNL("paper"),
                     &a->pnl, why) &&
           ask_money(pg, "SELECT sum(amount) FROM fact_arb_ledger "
                         "WHERE account NOT IN ('shares', 'fees', "
                         "'provisional')",
                     &a->ledger_sum, why) &&
           ask_money(pg, "SELECT sum(amount) FROM fact_arb_ledger "
                         "WHERE account = 'reserved'",
                     &a->reserved, why) &&
           ask_int(pg, "SELECT count(*) FROM (SELECT ref FROM "
                       "fact_arb_ledger WHERE account NOT IN ('shares', "
                       "'fees', 'provisional') GROUP BY ref HAVING "
                       "sum(amount) <> 0) u",
                   &a->unbalanced, why);
}
