-- 1_daily - the report a trader reads in the morning, of the day before.

--| dashboard daily Daily report
--| about What was found, done, earned and refused that day.

--| panel 1 stat 4x4 usd Booked
--| note Profit and loss in the ledger, net of fees
SELECT coalesce(sum(pnl_usd), 0) AS value FROM arb_pnl
WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring});

--| panel 2 stat 4x4 usd Worth of the trades
--| note When every set held pays what it should
SELECT coalesce(sum(worth_usd), 0) AS value FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring});

--| panel 3 stat 4x4 count Trades
--| note Executions that bought or sold something
SELECT count(*) AS value FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring});

--| panel 4 stat 4x4 percent Win rate
--| note Trades worth more than they cost
SELECT count(*) FILTER (WHERE worth_usd > 0) /
       nullif(count(worth_usd), 0)::numeric AS value
FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring});

--| panel 5 stat 4x4 count Opportunities
--| note Openings scanner found
SELECT count(*) AS value FROM fact_arb_scan
WHERE $__timeFilter(scanned_at) AND strategy IN (${strategy:sqlstring});

--| panel 6 stat 4x4 percent Fill rate
--| note Orders filled whole, of those submitted
SELECT count(*) FILTER (WHERE shares_filled >= shares) /
       nullif(count(*), 0)::numeric AS value
FROM fact_arb_order
WHERE $__timeFilter(intended_at) AND state NOT IN ('intended', 'released')
  AND mode IN (${mode:sqlstring});

--| panel 7 table 24x6 none What stands out
--| note Found by rules, in words
--| empty Nothing stands out.
WITH trades AS (
    SELECT * FROM arb_trade
    WHERE $__timeFilter(executed_at) AND mode IN (${mode:sqlstring})),
orders AS (
    SELECT count(*) AS submitted,
           count(*) FILTER (WHERE shares_filled >= shares) AS filled,
           count(*) FILTER (WHERE state = 'unknown') AS unknown,
           count(*) FILTER (WHERE state = 'rejected') AS rejected
    FROM fact_arb_order
    WHERE $__timeFilter(intended_at) AND state NOT IN ('intended', 'released')
      AND mode IN (${mode:sqlstring})),
silent AS (
    SELECT src, heard_at, heard_at - lag(heard_at) OVER (
               PARTITION BY src ORDER BY heard_at) AS gap
    FROM fact_arb_heartbeat WHERE $__timeFilter(heard_at)),
hashes AS (
    SELECT coalesce(sum(n) FILTER (WHERE name = 'hash_mismatch'), 0) AS wrong,
           coalesce(sum(n) FILTER (WHERE name = 'hash_checked'), 0) AS checked
    FROM arb_counter_minute WHERE $__timeFilter(minute) AND src = 'feed')
SELECT kind, words FROM (
SELECT 1 AS rank, 'anomaly' AS kind, format('%s was not heard for %s s until '
       '%s', src, round(extract(epoch FROM gap)), to_char(heard_at AT TIME
       ZONE ${tz:sqlstring}, 'HH24:MI:SS')) AS words
FROM silent WHERE gap > interval '2 minutes'
UNION ALL
SELECT 1, 'anomaly', format('%s of %s orders ended with an unknown outcome',
       unknown, submitted) FROM orders WHERE unknown > 0
UNION ALL
SELECT 1, 'anomaly', format('only %s %% of %s orders were filled whole',
       round(100.0 * filled / submitted, 1), submitted)
FROM orders WHERE submitted >= 10 AND filled * 2 < submitted
UNION ALL
SELECT 1, 'anomaly', format('%s rows do not fit together (view arb_orphan)',
       count(*)) FROM arb_orphan HAVING count(*) > 0
UNION ALL
SELECT 1, 'anomaly', format('executions that ended in ERROR: %s, the last: %s',
       count(*), (array_agg(reason ORDER BY executed_at DESC))[1])
FROM trades WHERE status = 'ERROR' HAVING count(*) > 0
UNION ALL
SELECT 1, 'anomaly', format('rule %s fired at %s: %s', rule,
       to_char(min(raised_at) AT TIME ZONE ${tz:sqlstring}, 'HH24:MI'), action)
FROM fact_arb_risk_event
WHERE $__timeFilter(raised_at) AND severity = 'critical'
GROUP BY rule, action
UNION ALL
SELECT 1, 'anomaly', format('%s of %s books had another hash than the venue '
       'said', wrong, checked) FROM hashes WHERE wrong * 100 > checked
UNION ALL
SELECT 2, 'notice', format('the trades are worth %s dollars, %s %% less than '
       'the opportunities promised', round(sum(worth_usd), 2),
       round(100 * sum(expected_usd - worth_usd) / sum(expected_usd)))
FROM trades WHERE traded AND worth_usd IS NOT NULL
HAVING sum(expected_usd) > 0 AND sum(worth_usd) < 0.8 * sum(expected_usd)
UNION ALL
SELECT 2, 'notice', format('%s trades stood naked, the longest for %s s',
       count(*), round(max(naked_ms) / 1000.0, 1))
FROM trades WHERE naked_ms > 0 HAVING count(*) > 0
UNION ALL
SELECT 2, 'notice', format('%s orders were rejected by the venue', rejected)
FROM orders WHERE rejected > 0
UNION ALL
SELECT 2, 'notice', format('%s trades of strategy A in a day: real events '
       'offer a few at most, so look at the books before the profit',
       count(*)) FROM trades WHERE traded AND strategy = 'A'
HAVING count(*) > 24
UNION ALL
SELECT 2, 'notice', format('%s openings of strategy B: on fresh books there '
       'are none, since yes and no are one book', count(*))
FROM fact_arb_scan
WHERE $__timeFilter(scanned_at) AND strategy = 'B' HAVING count(*) > 0
UNION ALL
SELECT 2, 'notice', format('%s was started %s times', src,
       count(DISTINCT run))
FROM fact_arb_heartbeat WHERE $__timeFilter(heard_at)
GROUP BY src HAVING count(DISTINCT run) > 1
UNION ALL
SELECT 2, 'notice', 'no opportunity was found' FROM fact_arb_scan
WHERE $__timeFilter(scanned_at) HAVING count(*) = 0
UNION ALL
SELECT 1, 'anomaly', 'no process was heard all day' FROM fact_arb_heartbeat
WHERE $__timeFilter(heard_at) HAVING count(*) = 0
) found ORDER BY rank, words;

--| panel 8 table 14x7 none Trades
--| note By mode and strategy; a win is worth more than it cost
--| empty No trades that day.
SELECT mode, strategy, count(*) AS executions,
       count(*) FILTER (WHERE traded) AS trades,
       count(*) FILTER (WHERE traded AND worth_usd > 0) AS wins,
       count(*) FILTER (WHERE traded AND worth_usd > 0) /
           nullif(count(worth_usd) FILTER (WHERE traded), 0)::numeric
           AS win_rate,
       sum(total_cost) AS turnover_usd, sum(fees_usd) AS fees_usd,
       sum(expected_usd) FILTER (WHERE traded) AS expected_usd,
       sum(worth_usd) FILTER (WHERE traded) AS worth_usd
FROM arb_trade
WHERE $__timeFilter(executed_at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 9 categories 10x7 count What became of the opportunities
--| note Each opening once
--| empty No opportunity opened that day.
SELECT coalesce(e.status, 'not tried') AS name, count(*) AS openings
FROM fact_arb_scan s
LEFT JOIN fact_arb_execution e USING (scan_id)
WHERE $__timeFilter(s.scanned_at) AND s.strategy IN (${strategy:sqlstring})
GROUP BY 1 ORDER BY 2 DESC, 1;

--| panel 10 step 24x8 usd Through the day
--| note Worth is known when a trade is done; booked is what the ledger was paid
--| empty No trades that day.
SELECT time, metric, sum(sum(usd)) OVER (PARTITION BY metric ORDER BY time)
           AS value
FROM (SELECT $__timeGroup(executed_at, $__interval) AS time,
             'worth' AS metric, worth_usd AS usd FROM arb_trade
      WHERE $__timeFilter(executed_at) AND traded
        AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})
      UNION ALL
      SELECT $__timeGroup(executed_at, $__interval),
             'expected', expected_usd FROM arb_trade
      WHERE $__timeFilter(executed_at) AND traded
        AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})
      UNION ALL
      SELECT $__timeGroup(booked_at, $__interval), 'booked',
             pnl_usd FROM arb_pnl
      WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})) moves
GROUP BY time, metric ORDER BY time, metric;

--| panel 11 table 12x7 none Orders
--| note Submitted, filled and rejected
--| empty No orders that day.
SELECT mode, count(*) AS submitted,
       count(*) FILTER (WHERE shares_filled >= shares) AS filled,
       count(*) FILTER (WHERE shares_filled > 0 AND shares_filled < shares)
           AS partly,
       count(*) FILTER (WHERE state = 'rejected') AS rejected,
       count(*) FILTER (WHERE state = 'unknown') AS unknown,
       count(*) FILTER (WHERE shares_filled >= shares) /
           nullif(count(*), 0)::numeric AS fill_rate,
       sum(price * shares_filled) / nullif(sum(price * shares), 0)
           AS value_rate
FROM fact_arb_order
WHERE $__timeFilter(intended_at) AND state NOT IN ('intended', 'released')
  AND mode IN (${mode:sqlstring})
GROUP BY 1 ORDER BY 1;

--| panel 12 table 12x7 none Slippage against expectation
--| note Fills against the price meant, by value; above 0 is against us
--| empty No fills that day.
SELECT mode, count(*) AS fills,
       sum(slippage_bps * price * shares) / nullif(sum(price * shares), 0)
           AS slippage_bps,
       max(slippage_bps) AS worst_bps,
       count(*) FILTER (WHERE slippage_bps < 250) / count(*)::numeric
           AS below_250_bps_rate,
       10000 * sum(fee_usd) / nullif(sum(price * shares), 0) AS fee_bps,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY delay_ms) AS fill_p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY delay_ms) AS fill_p95_ms
FROM fact_arb_fill
WHERE $__timeFilter(filled_at) AND state <> 'failed'
  AND mode IN (${mode:sqlstring})
GROUP BY 1 ORDER BY 1;

--| panel 13 table 12x8 none Paper against live
--| note The same numbers for both
--| empty No trades that day.
SELECT mode, count(*) AS trades, avg(worth_usd) AS a_trade_usd,
       sum(worth_usd) / nullif(sum(total_cost), 0) AS yield_rate,
       sum(worth_usd) / nullif(sum(expected_usd), 0) AS of_expected_ratio,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM
           ended_at - executed_at) * 1000) AS took_p50_ms,
       max(naked_ms) AS naked_ms
FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN ('paper', 'live')
GROUP BY 1 ORDER BY 1;

--| panel 14 table 12x8 none Missed
--| note Openings that were not traded, and what they promised at their best
--| empty No opportunity was missed.
SELECT strategy, coalesce(nullif(e.reason, 'none'), e.status, 'not tried')
           AS why, count(*) AS openings, sum(s.peak_usd) AS promised_usd,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY lifetime_ms)
           AS life_p50_ms
FROM fact_arb_scan s
LEFT JOIN fact_arb_execution e USING (scan_id, strategy)
WHERE $__timeFilter(s.scanned_at) AND NOT s.executed
  AND strategy IN (${strategy:sqlstring})
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 8;

--| panel 15 table 12x8 none Blocked, and why
--| note Tried and refused by riskd or the executor; seen, not opened by scanner
--| empty Nothing was blocked.
SELECT who, reason, times FROM (
    SELECT 1 AS rank, CASE status WHEN 'DENIED' THEN 'riskd'
                                  ELSE 'executor' END AS who, reason,
           count(DISTINCT exec_id) AS times
    FROM arb_block WHERE $__timeFilter(at) AND mode IN (${mode:sqlstring})
    GROUP BY 2, 3
    UNION ALL
    SELECT 2, 'scanner', replace(name, 'blocked_', ''), sum(n)
    FROM arb_counter_minute
    WHERE $__timeFilter(minute) AND src = 'scanner'
      AND name LIKE 'blocked\_%'
    GROUP BY name HAVING sum(n) > 0) all_blocks
ORDER BY rank, times DESC, reason LIMIT 12;

--| panel 16 table 12x8 none Latency
--| note Of that day's samples
--| empty No latency was measured that day.
WITH samples AS (
    SELECT src, hop, bucket, sum(n)::bigint AS n FROM arb_latency_step
    WHERE $__timeFilter(minute) GROUP BY 1, 2, 3)
SELECT src AS measured_by, hop, sum(n)::bigint AS samples,
       latency_us(array_agg(n ORDER BY bucket), 0.5) AS p50_us,
       latency_us(array_agg(n ORDER BY bucket), 0.95) AS p95_us,
       latency_us(array_agg(n ORDER BY bucket), 0.99) AS p99_us
FROM (SELECT h.src, h.hop, bucket, coalesce(s.n, 0) AS n
      FROM (SELECT DISTINCT src, hop FROM samples) h
      CROSS JOIN generate_series(1, 64) bucket
      LEFT JOIN samples s USING (src, hop, bucket)) whole
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 10;

--| panel 17 table 12x8 none Risk events
--| note What the rules said, by how often
--| empty No rule fired that day.
SELECT severity, action, rule, count(*) AS times,
       to_char(max(raised_at) AT TIME ZONE ${tz:sqlstring}, 'HH24:MI:SS')
           AS last
FROM fact_arb_risk_event WHERE $__timeFilter(raised_at)
GROUP BY 1, 2, 3
ORDER BY array_position(ARRAY['critical', 'high', 'warning', 'medium', 'low',
    'info'], severity), 4 DESC, 3 LIMIT 10;

--| panel 18 table 12x8 none Processes and configuration
--| note Modes, runs, builds and hashes of the configuration that day, as recorder sampled them
--| empty No process was heard that day.
SELECT src AS process, string_agg(DISTINCT mode, ', ') AS modes,
       count(DISTINCT run) AS runs,
       string_agg(DISTINCT left(config, 20), ', ') AS config,
       string_agg(DISTINCT build, ', ') AS build,
       count(*) FILTER (WHERE NOT ready) AS not_ready
FROM fact_arb_heartbeat WHERE $__timeFilter(heard_at)
GROUP BY 1 ORDER BY array_position(ARRAY['feed', 'scanner', 'riskd',
    'executor'], src);

--| panel 19 table 24x6 none The week
--| note Up to this day, from Monday; Sharpe: of 20 days' returns, times the root of 365, with its standard error; not told for less than 10 days
--| empty riskd said nothing that week.
WITH until AS (
    SELECT (($__timeTo()::timestamptz - interval '1 second') AT TIME ZONE
            ${tz:sqlstring})::date AS day),
days AS (
    SELECT d.*, day_pnl / nullif(equity - day_pnl, 0) AS back,
           realised - max(realised) OVER (PARTITION BY mode ORDER BY d.day)
               AS below
    FROM fact_arb_daily_pnl d, until
    WHERE d.day <= until.day AND mode IN (${mode:sqlstring})),
booked AS (
    SELECT (booked_at AT TIME ZONE ${tz:sqlstring})::date AS day, mode,
           sum(pnl_usd) AS usd
    FROM arb_pnl, until
    WHERE booked_at > $__timeTo()::timestamptz - interval '367 days'
      AND booked_at <= $__timeTo() GROUP BY 1, 2),
cost AS (
    SELECT mode, sum(price * shares) AS turnover, sum(fee_usd) AS fees,
           sum(slippage_bps * price * shares) AS slip,
           count(DISTINCT exec_id) AS trades
    FROM fact_arb_fill, until
    WHERE filled_at <= $__timeTo() AND filled_at >= date_trunc('week',
          until.day::timestamp) AT TIME ZONE ${tz:sqlstring}
      AND state <> 'failed' GROUP BY 1)
SELECT to_char(until.day, 'IYYY-"W"IW') AS week, m.mode,
       (SELECT sum(usd) FROM booked b WHERE b.mode = m.mode
        AND b.day >= date_trunc('week', until.day)) AS booked_usd,
       (SELECT sum(usd) FROM booked b WHERE b.mode = m.mode
        AND b.day >= date_trunc('year', until.day)) AS year_usd,
       (SELECT CASE WHEN n >= 10 AND daily IS NOT NULL
               THEN format('%s ± %s (%s days)', round(daily * sqrt(365.0), 2),
                    round(sqrt((1 + daily * daily / 2) / n * 365), 2), n)
               ELSE format('not enough data (%s days)', n) END
        FROM (SELECT count(back) AS n,
                     avg(back) / nullif(stddev_samp(back), 0) AS daily
              FROM days d WHERE d.mode = m.mode AND d.day > until.day - 20) r)
           AS sharpe_20d,
       (SELECT -min(below) FROM days d WHERE d.mode = m.mode)
           AS max_drawdown_usd,
       c.trades, c.turnover AS turnover_usd,
       10000 * c.fees / nullif(c.turnover, 0) AS fee_bps,
       c.slip / nullif(c.turnover, 0) AS slip_bps,
       (10000 * c.fees + c.slip) / nullif(c.turnover, 0) AS total_bps,
       coalesce((SELECT state || ', ' || kill_gen || ' kills'
                 FROM fact_arb_risk_state WHERE seen_at <= $__timeTo()
                 ORDER BY seen_at DESC LIMIT 1), '-') AS kill_switch
FROM until, (SELECT DISTINCT mode FROM days) m
LEFT JOIN cost c USING (mode) ORDER BY m.mode;

--| panel 20 table 12x7 none The last seven days
--| note Booked, by day of the time zone; lost by event
--| empty Nothing was booked this week.
SELECT day, mode, count(*) AS events, sum(usd) AS booked_usd,
       coalesce(sum(usd) FILTER (WHERE usd < 0), 0) AS lost_usd
FROM (SELECT to_char(booked_at AT TIME ZONE ${tz:sqlstring}, 'YYYY-MM-DD Dy')
                 AS day, mode, event_id, sum(pnl_usd) AS usd
      FROM arb_pnl
      WHERE booked_at <= $__timeTo() AND booked_at >
            $__timeTo()::timestamptz - interval '7 days'
        AND mode IN (${mode:sqlstring}) AND strategy IN (${strategy:sqlstring})
      GROUP BY 1, 2, 3) events
GROUP BY 1, 2 ORDER BY 1 DESC, 2;

--| panel 21 table 12x7 none Trades this week, by strategy
--| note The seven days up to this one
--| empty No trades this week.
SELECT mode, strategy, count(*) AS trades,
       count(*) FILTER (WHERE worth_usd > 0) /
           nullif(count(worth_usd), 0)::numeric AS win_rate,
       sum(total_cost) AS turnover_usd, sum(worth_usd) AS worth_usd
FROM arb_trade
WHERE executed_at <= $__timeTo() AND executed_at > $__timeTo()::timestamptz -
      interval '7 days' AND traded AND mode IN (${mode:sqlstring})
GROUP BY 1, 2 ORDER BY 1, 2;
