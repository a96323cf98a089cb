-- 1_overview - one page that says whether all is well, and what it brought.
-- README.md here says what the lines beginning with --| mean.

--| dashboard overview Overview
--| about Money, trades and opportunities in this time, and who is alive.

--| panel 1 stat 4x4 usd Booked
--| note Profit and loss in the ledger, net of fees
--| link money
SELECT coalesce(sum(pnl_usd), 0) AS value FROM arb_pnl
WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring});

--| panel 2 stat 4x4 usd Worth of the trades
--| note When every set held pays what it should
--| link trades
SELECT coalesce(sum(worth_usd), 0) AS value FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring});

--| panel 3 stat 4x4 count Trades
--| note Executions that bought or sold something
--| link trades
SELECT count(*) AS value FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring});

--| panel 4 stat 4x4 percent Win rate
--| note Trades worth more than they cost
--| link trades
SELECT count(*) FILTER (WHERE worth_usd > 0) /
       nullif(count(worth_usd), 0)::numeric AS value
FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring});

--| panel 5 stat 4x4 percent Fill rate
--| note Orders filled whole, of those submitted
--| link trades
SELECT count(*) FILTER (WHERE shares_filled >= shares) /
       nullif(count(*), 0)::numeric AS value
FROM fact_arb_order
WHERE $__timeFilter(intended_at) AND state NOT IN ('intended', 'released')
  AND mode IN (${mode:sqlstring});

--| panel 6 stat 4x4 usd Capital at work
--| note Positions at cost and money promised, now
--| link money
SELECT coalesce(sum(amount), 0) AS value FROM fact_arb_ledger
WHERE booked_at <= $__timeTo() AND account IN ('position', 'reserved')
  AND mode IN (${mode:sqlstring}) AND strategy IN (${strategy:sqlstring});

--| panel 7 step 16x9 usd What the trades brought, so far
--| note Worth is known when a trade is done; booked is what the ledger has been paid
--| empty No trades in this time.
--| link money
SELECT time, metric, sum(sum(usd)) OVER (PARTITION BY metric ORDER BY time)
           AS value
FROM (SELECT $__timeGroup(executed_at, $__interval) AS time,
             'worth' AS metric, worth_usd AS usd FROM arb_trade
      WHERE $__timeFilter(executed_at) AND traded
        AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})
        AND coalesce(stage::text, '-') IN (${stage:sqlstring})
      UNION ALL
      SELECT $__timeGroup(executed_at, $__interval),
             'expected', expected_usd FROM arb_trade
      WHERE $__timeFilter(executed_at) AND traded
        AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})
        AND coalesce(stage::text, '-') IN (${stage:sqlstring})
      UNION ALL
      SELECT $__timeGroup(booked_at, $__interval), 'booked',
             pnl_usd FROM arb_pnl
      WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})
        AND coalesce(stage::text, '-') IN (${stage:sqlstring})) moves
GROUP BY time, metric ORDER BY time, metric;

--| panel 8 categories 8x9 count What became of the opportunities
--| note Each opening once: traded, refused, gone, or not tried
--| empty No opportunity opened in this time.
--| link opportunities
SELECT coalesce(e.status, 'not tried') AS name, count(*) AS openings
FROM fact_arb_scan s
LEFT JOIN fact_arb_execution e USING (scan_id)
WHERE $__timeFilter(s.scanned_at) AND s.strategy IN (${strategy:sqlstring})
GROUP BY 1 ORDER BY 2 DESC, 1;

--| panel 9 bars 12x8 count Opportunities opened
--| note By strategy
--| empty No opportunity opened in this time.
--| link opportunities
SELECT $__timeGroup(scanned_at, $__interval) AS time, strategy AS metric,
       count(*) AS value
FROM fact_arb_scan
WHERE $__timeFilter(scanned_at) AND strategy IN (${strategy:sqlstring})
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 10 table 12x8 none Processes
--| note As last sampled in this time; recorder, which samples, by its samples
--| empty No process was heard in this time.
--| link feed
WITH samples AS (
    SELECT * FROM fact_arb_heartbeat WHERE $__timeFilter(heard_at)),
heard AS (
    (SELECT DISTINCT ON (src) src, CASE WHEN ready THEN 'ready' ELSE
            'not ready' END AS state, mode, run, heard_at, facts_head, build
     FROM samples ORDER BY src, heard_at DESC)
    UNION ALL SELECT 'recorder', 'recording', NULL, NULL, max(heard_at), NULL,
                     NULL FROM samples HAVING count(*) > 0)
SELECT src AS process, state, mode, run,
       to_char(heard_at AT TIME ZONE ${tz:sqlstring}, 'MM-DD HH24:MI:SS')
           AS last_heard, facts_head AS facts, committed AS recorded, build
FROM heard LEFT JOIN (SELECT src, committed FROM journal_cursor) c USING (src)
ORDER BY array_position(ARRAY['feed', 'scanner', 'riskd', 'executor',
                              'recorder'], src);

--| panel 11 table 24x9 none Last trades
--| note Newest first; bin/arb history EXEC_ID tells one of them whole
--| empty No trades in this time.
--| link trades
SELECT to_char(executed_at AT TIME ZONE ${tz:sqlstring},
               'MM-DD HH24:MI:SS') AS at,
       mode, strategy, status, event_id AS event, shares_filled AS shares,
       total_cost AS cost_usd, fees_usd, expected_usd, worth_usd, exec_id
FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring})
ORDER BY executed_at DESC LIMIT 8;
