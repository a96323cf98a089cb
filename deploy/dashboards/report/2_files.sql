-- 2_files - what is written beside the daily report, for other programs.
-- Every line stands for one row of a table; of paper trading only, as the
-- files' names say.

--| dashboard files Files

--| panel 1 csv 24x3 none paper_orders.csv
SELECT order_id, intended_at, exec_id, leg, attempt, token_id, side, price,
       shares, shares_filled, tif, state, reason, sent_at, answered_at
FROM fact_arb_order WHERE $__timeFilter(intended_at) AND mode = 'paper'
ORDER BY intended_at, order_id;

--| panel 2 csv 24x3 none paper_fills.csv
SELECT fill_id, filled_at, order_id, exec_id, leg, token_id, side, price,
       shares, fee_usd, fee_bps, slippage_bps, impact_bps, delay_ms, state
FROM fact_arb_fill WHERE $__timeFilter(filled_at) AND mode = 'paper'
ORDER BY filled_at, fill_id;

--| panel 3 csv 24x3 none paper_positions.csv
SELECT l.token_id, market_id, question,
       CASE l.token_id WHEN yes_token THEN 'yes' WHEN no_token THEN 'no' END
           AS outcome, strategy, l.event_id, shares, cost_usd, since
FROM (SELECT token_id, strategy, event_id,
             sum(amount) FILTER (WHERE account = 'shares') AS shares,
             sum(amount) FILTER (WHERE account = 'position') AS cost_usd,
             min(booked_at) AS since
      FROM fact_arb_ledger
      WHERE mode = 'paper' AND booked_at <= $__timeTo()
        AND token_id IS NOT NULL AND account IN ('shares', 'position')
      GROUP BY 1, 2, 3) l
LEFT JOIN dim_market m ON l.token_id IN (m.yes_token, m.no_token)
WHERE shares <> 0 ORDER BY since, l.token_id;

--| panel 4 csv 24x3 none paper_daily_pnl.csv
SELECT day, day_pnl, realised, cash, reserved, exposure, equity, high_water
FROM fact_arb_daily_pnl
WHERE mode = 'paper' AND day <= ($__timeTo()::timestamptz AT TIME ZONE
      'UTC' - interval '1 second')::date
ORDER BY day;

--| panel 5 jsonl 24x3 none paper_run_log.jsonl
SELECT jsonb_build_object(
           'trace_id', e.exec_id, 'scan_id', e.scan_id,
           'strategy', e.strategy, 'event', e.event_id,
           'began', e.executed_at, 'ended', e.ended_at,
           'decision', (SELECT jsonb_agg(jsonb_build_object(
                            'at', d.decided_at, 'attempt', d.attempt,
                            'gate_status', CASE WHEN granted THEN 'granted'
                                                ELSE 'denied' END,
                            'reserved_usd', d.reserved_usd,
                            'rule', d.rule,
                            'blocked_reason', coalesce(d.reasons, '[]'))
                            ORDER BY d.n)
                        FROM fact_arb_decision d WHERE d.exec_id = e.exec_id),
           'result', jsonb_build_object(
               'status', e.status, 'reason', e.reason,
               'error', e.error_msg, 'shares_target', e.shares_target,
               'shares_filled', e.shares_filled,
               'shares_naked', e.shares_naked, 'cost_usd', e.total_cost,
               'fees_usd', e.fees_usd, 'realised_usd', e.realized_pnl,
               'naked_ms', e.naked_ms),
           'legs', (SELECT jsonb_agg(jsonb_build_object(
                        'leg', leg, 'token', token_id, 'side', side,
                        'price', price, 'shares', shares,
                        'filled', shares_filled, 'state', state)
                        ORDER BY attempt, leg)
                    FROM fact_arb_order o WHERE o.exec_id = e.exec_id)
       ) AS line
FROM fact_arb_execution e
WHERE $__timeFilter(executed_at) AND mode = 'paper'
ORDER BY executed_at, exec_id;
