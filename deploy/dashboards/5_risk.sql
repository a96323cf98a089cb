-- 5_risk - riskd: its state, what was refused at which limit, which rules
-- fired, what operators asked.

--| dashboard risk Risk
--| about What riskd allowed and refused, and what it did by itself.

--| panel 1 table 8x5 none Now
--| note The last state in this time
--| empty riskd said nothing in this time.
SELECT mode, state, stage, kill_gen AS kills,
       to_char(seen_at AT TIME ZONE ${tz:sqlstring}, 'MM-DD HH24:MI:SS')
           AS seen
FROM fact_arb_risk_state WHERE $__timeFilter(seen_at)
ORDER BY seen_at DESC, n DESC LIMIT 1;

--| panel 2 stat 4x5 percent In positions
--| note Cost of what is held, of equity
SELECT exposure / nullif(equity, 0) AS value FROM fact_arb_risk_state
WHERE $__timeFilter(seen_at) AND mode IN (${mode:sqlstring})
ORDER BY seen_at DESC, n DESC LIMIT 1;

--| panel 3 stat 4x5 percent Promised
--| note Reserved for grants, of equity
SELECT reserved / nullif(equity, 0) AS value FROM fact_arb_risk_state
WHERE $__timeFilter(seen_at) AND mode IN (${mode:sqlstring})
ORDER BY seen_at DESC, n DESC LIMIT 1;

--| panel 4 stat 4x5 percent Below the best
--| note Drawdown of equity from its high water
SELECT (high_water - equity) / nullif(high_water, 0) AS value
FROM fact_arb_risk_state
WHERE $__timeFilter(seen_at) AND mode IN (${mode:sqlstring})
ORDER BY seen_at DESC, n DESC LIMIT 1;

--| panel 5 stat 4x5 count Denials
--| note Authorizations riskd refused
SELECT count(*) AS value FROM fact_arb_decision
WHERE $__timeFilter(decided_at) AND NOT granted;

--| panel 6 line 12x8 percent Use of the capital
--| note Positions and promises, of equity; bin/arb limits shows each limit
--| empty riskd said nothing in this time.
SELECT $__timeGroup(seen_at, $__interval) AS time,
       max(exposure / nullif(equity, 0)) AS positions,
       max(reserved / nullif(equity, 0)) AS promised
FROM fact_arb_risk_state
WHERE $__timeFilter(seen_at) AND mode IN (${mode:sqlstring})
GROUP BY 1 ORDER BY 1;

--| panel 7 bars 12x8 count Rules that fired
--| note By severity
--| empty No rule fired in this time.
SELECT $__timeGroup(raised_at, $__interval) AS time, severity AS metric,
       count(*) AS value
FROM fact_arb_risk_event WHERE $__timeFilter(raised_at)
GROUP BY 1, 2 ORDER BY 1, array_position(ARRAY['info', 'low', 'medium',
    'warning', 'high', 'critical'], severity);

--| panel 8 table 12x9 none Refused at which limit
--| note Seen and allowed: at the last refusal, as the check counts (prices and shares in millionths)
--| empty riskd refused nothing in this time.
SELECT rule, count(*) AS denials, max(why.code) AS reason,
       (array_agg(was.seen ORDER BY n DESC))[1] AS seen,
       (array_agg(was.allowed ORDER BY n DESC))[1] AS allowed,
       to_char(max(decided_at) AT TIME ZONE ${tz:sqlstring},
               'MM-DD HH24:MI:SS') AS last
FROM fact_arb_decision
LEFT JOIN LATERAL (SELECT reasons->0->>'code' AS code) why ON true
LEFT JOIN LATERAL (SELECT CASE WHEN rule IN ('order_limit', 'trade_limit',
    'event_limit', 'unsettled_limit', 'position_limit', 'cash', 'bond',
    'daily_loss', 'naked', 'minimum') THEN 'FM999,999,999,990.00' END AS form) money
    ON true
LEFT JOIN LATERAL (SELECT
    coalesce(to_char(value / 1e6, form) || ' USD', value::text) AS seen,
    coalesce(to_char(threshold / 1e6, form) || ' USD', threshold::text)
        AS allowed) was ON true
WHERE $__timeFilter(decided_at) AND NOT granted
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10;

--| panel 9 table 12x9 none Changes of mode, state, stage and kills
--| note Breakers show as paused, a kill as latched; newest first
--| empty riskd said nothing in this time.
SELECT to_char(seen_at AT TIME ZONE ${tz:sqlstring}, 'MM-DD HH24:MI:SS')
           AS at, mode, state, stage, kill_gen AS kills,
       (SELECT string_agg(r->>'code', ', ')
        FROM jsonb_array_elements(reasons) r) AS reasons
FROM (SELECT *, lag((mode, state, stage, kill_gen)) OVER (ORDER BY n) AS was
      FROM fact_arb_risk_state WHERE $__timeFilter(seen_at)) s
WHERE was IS DISTINCT FROM (mode, state, stage, kill_gen)
ORDER BY seen_at DESC, n DESC LIMIT 10;

--| panel 10 table 14x9 none What the rules said
--| note Newest first; seen and allowed are in the unit beside them
--| empty No rule fired in this time.
SELECT to_char(raised_at AT TIME ZONE ${tz:sqlstring}, 'MM-DD HH24:MI:SS')
           AS at, severity, action, rule, metric, scope,
       value / 1000000 AS seen, threshold / 1000000 AS allowed, unit
FROM fact_arb_risk_event WHERE $__timeFilter(raised_at)
ORDER BY raised_at DESC, n DESC LIMIT 10;

--| panel 11 table 10x9 none What operators asked
--| note Newest first
--| empty No operator asked for anything in this time.
SELECT to_char(given_at AT TIME ZONE ${tz:sqlstring}, 'MM-DD HH24:MI:SS')
           AS at, verb, target, value AS "to", actor, reason
FROM fact_arb_command WHERE $__timeFilter(given_at)
ORDER BY given_at DESC, n DESC LIMIT 10;
