-- 4_money - profit and loss, drawdown, and the capital that is locked.

--| dashboard money Profit, drawdown, capital
--| about What was booked, day by day; how far below its best; what is tied up.

--| panel 1 bars 24x8 usd Booked, by day
--| note Of the time zone chosen, net of fees, by strategy
--| empty Nothing was booked in this time.
SELECT extract(epoch FROM date_trunc('day', booked_at AT TIME ZONE
           ${tz:sqlstring}) AT TIME ZONE ${tz:sqlstring}) AS time,
       strategy AS metric, sum(pnl_usd) AS value
FROM arb_pnl
WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
  AND coalesce(stage::text, '-') IN (${stage:sqlstring})
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 2 step 12x8 usd Booked, so far
--| note In this time, by mode
--| empty Nothing was booked in this time.
SELECT time, mode AS metric, sum(usd) OVER (PARTITION BY mode ORDER BY time)
           AS value
FROM (SELECT $__timeGroup(booked_at, $__interval) AS time, mode,
             sum(pnl_usd) AS usd
      FROM arb_pnl
      WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})
        AND coalesce(stage::text, '-') IN (${stage:sqlstring})
      GROUP BY 1, 2) moves
ORDER BY 1, 2;

--| panel 3 step 12x8 usd Drawdown
--| note Booked so far, below its best in this time
--| empty Nothing was booked in this time.
SELECT time, mode AS metric,
       least(usd - greatest(0, max(usd) OVER (PARTITION BY mode
                                              ORDER BY time)), 0) AS value
FROM (SELECT time, mode, sum(usd) OVER (PARTITION BY mode ORDER BY time)
                 AS usd
      FROM (SELECT $__timeGroup(booked_at, $__interval) AS time, mode,
                   sum(pnl_usd) AS usd
            FROM arb_pnl
            WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
              AND strategy IN (${strategy:sqlstring})
              AND coalesce(stage::text, '-') IN (${stage:sqlstring})
            GROUP BY 1, 2) moves) so_far
ORDER BY 1, 2;

--| panel 4 step 12x8 usd Capital locked
--| note Positions at cost and money promised, by strategy
--| empty No money moved in this time.
WITH moves AS (
    SELECT greatest($__timeGroup(booked_at, $__interval),
                    extract(epoch FROM $__timeFrom()::timestamptz)) AS time,
           strategy, sum(amount) AS usd
    FROM fact_arb_ledger
    WHERE booked_at <= $__timeTo() AND account IN ('position', 'reserved')
      AND mode IN (${mode:sqlstring}) AND strategy IN (${strategy:sqlstring})
    GROUP BY 1, 2)
SELECT time, strategy AS metric,
       sum(usd) OVER (PARTITION BY strategy ORDER BY time) AS value
FROM moves ORDER BY 1, 2;

--| panel 5 line 12x8 usd Equity
--| note Cash, reserved and positions as marked, by mode
--| empty riskd said nothing in this time.
SELECT $__timeGroup(seen_at, $__interval) AS time, mode AS metric,
       (array_agg(equity ORDER BY n DESC))[1] AS value
FROM fact_arb_risk_state
WHERE $__timeFilter(seen_at) AND mode IN (${mode:sqlstring})
  AND equity <> 0 -- Said before there was a ledger.
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 6 table 24x10 none By day, mode, strategy and stage
--| note Days of the time zone chosen, newest first; won and lost by event
--| empty Nothing was booked in this time.
SELECT day, mode, strategy, coalesce(stage::text, '-') AS stage,
       count(*) AS events, sum(usd) AS booked_usd,
       coalesce(sum(usd) FILTER (WHERE usd > 0), 0) AS won_usd,
       coalesce(sum(usd) FILTER (WHERE usd < 0), 0) AS lost_usd
FROM (SELECT to_char(booked_at AT TIME ZONE ${tz:sqlstring}, 'YYYY-MM-DD')
                 AS day, mode, strategy, stage, event_id, sum(pnl_usd) AS usd
      FROM arb_pnl
      WHERE $__timeFilter(booked_at) AND mode IN (${mode:sqlstring})
        AND strategy IN (${strategy:sqlstring})
        AND coalesce(stage::text, '-') IN (${stage:sqlstring})
      GROUP BY 1, 2, 3, 4, 5) events
GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4 LIMIT 12;
