-- 3_trades - executions and their legs.

--| dashboard trades Executions and legs
--| about How opportunities were taken: statuses, prices, fills, legs.

--| panel 1 stat 4x4 usd Expected
--| note What the opportunities promised
SELECT coalesce(sum(expected_usd), 0) AS value FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring});

--| panel 2 stat 4x4 usd Against expectation
--| note Worth of the trades less that
SELECT coalesce(sum(worth_usd - expected_usd), 0) AS value FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring});

--| panel 3 stat 4x4 bps Slippage
--| note Fills against the price meant, by value; above 0 is against us
SELECT sum(slippage_bps * price * shares) / nullif(sum(price * shares), 0)
           AS value
FROM fact_arb_fill
WHERE $__timeFilter(filled_at) AND state <> 'failed'
  AND mode IN (${mode:sqlstring});

--| panel 4 stat 4x4 ms Time to fill
--| note Half of the fills took less
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY delay_ms) AS value
FROM fact_arb_fill
WHERE $__timeFilter(filled_at) AND state <> 'failed'
  AND mode IN (${mode:sqlstring});

--| panel 5 stat 4x4 usd Turnover
--| note Shares bought and sold, at their prices
SELECT coalesce(sum(price * shares), 0) AS value FROM fact_arb_fill
WHERE $__timeFilter(filled_at) AND state <> 'failed'
  AND mode IN (${mode:sqlstring});

--| panel 6 stat 4x4 ms Longest naked
--| note A leg without its others
SELECT coalesce(max(naked_ms), 0) AS value FROM fact_arb_execution
WHERE $__timeFilter(executed_at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring});

--| panel 7 bars 14x8 count Executions
--| note By how they ended
--| empty No executions in this time.
SELECT $__timeGroup(executed_at, $__interval) AS time, status AS metric,
       count(*) AS value
FROM fact_arb_execution
WHERE $__timeFilter(executed_at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
GROUP BY 1, 2 ORDER BY 1, array_position(ARRAY['FILLED', 'PATCHED',
    'PARTIAL_HOLD', 'UNWOUND', 'SHADOWED', 'STALE', 'DENIED', 'SKIP_CAPITAL',
    'ERROR'], status);

--| panel 8 table 10x8 none By strategy
--| note Worth against what was promised
--| empty No trades in this time.
SELECT mode, strategy, count(*) AS trades,
       count(*) FILTER (WHERE worth_usd > 0) /
           nullif(count(worth_usd), 0)::numeric AS win_rate,
       sum(expected_usd) AS expected_usd, sum(worth_usd) AS worth_usd,
       sum(worth_usd) / nullif(sum(total_cost), 0) AS yield_rate
FROM arb_trade
WHERE $__timeFilter(executed_at) AND traded AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring})
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 9 table 24x10 none Executions
--| note Newest first
--| empty No executions in this time.
SELECT to_char(executed_at AT TIME ZONE ${tz:sqlstring},
               'MM-DD HH24:MI:SS.MS') AS at,
       mode, strategy, status, event_id AS event, shares_target AS target,
       shares_filled AS filled, total_cost AS cost_usd, fees_usd,
       expected_usd, worth_usd,
       extract(epoch FROM ended_at - executed_at) * 1000 AS took_ms,
       naked_ms, nullif(reason, 'none') AS reason
FROM arb_trade
WHERE $__timeFilter(executed_at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring})
ORDER BY executed_at DESC LIMIT 12;

--| panel 10 table 24x10 none Legs
--| note Orders of the newest executions
--| empty No orders in this time.
SELECT to_char(intended_at AT TIME ZONE ${tz:sqlstring},
               'MM-DD HH24:MI:SS.MS') AS at,
       o.mode, left(exec_id::text, 23) AS execution, leg, attempt,
       left(coalesce(question, o.token_id), 36) AS question,
       CASE WHEN o.token_id = m.no_token THEN 'no' ELSE 'yes' END AS outcome,
       side, price, shares, shares_filled AS filled, state,
       extract(epoch FROM answered_at - sent_at) * 1000 AS answer_ms, reason
FROM (SELECT * FROM fact_arb_order
      WHERE $__timeFilter(intended_at) AND mode IN (${mode:sqlstring})
      ORDER BY intended_at DESC, leg LIMIT 12) o
LEFT JOIN dim_market m ON o.token_id IN (m.yes_token, m.no_token)
ORDER BY intended_at DESC, leg;
