-- 2_opportunities - what was found, how long it lived, and why so much of it
-- was left alone.

--| dashboard opportunities Opportunities
--| about What scanner found, how long it lived, and why it was left alone.

--| panel 1 table 14x7 none By strategy
--| note Lifetimes from opening to closing; a hit is an opening that was traded
--| empty No opportunity opened in this time.
SELECT strategy, count(*) AS opened,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM fact_arb_execution e
                                      WHERE e.scan_id = s.scan_id)) AS tried,
       count(*) FILTER (WHERE executed) AS traded,
       count(*) FILTER (WHERE executed) / count(*)::numeric AS hit_ratio,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY lifetime_ms) AS life_p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY lifetime_ms)
           AS life_p95_ms,
       avg(net_profit_pct) / 100 AS net_rate, max(peak_usd) AS best_usd
FROM fact_arb_scan s
WHERE $__timeFilter(scanned_at) AND strategy IN (${strategy:sqlstring})
GROUP BY 1 ORDER BY 1;

--| panel 2 categories 10x7 count How long they lived
--| note Closed openings by lifetime
--| empty No opportunity closed in this time.
SELECT CASE WHEN lifetime_ms < 250 THEN 'below 250 ms'
            WHEN lifetime_ms < 1000 THEN '250 ms to 1 s'
            WHEN lifetime_ms < 4000 THEN '1 s to 4 s'
            WHEN lifetime_ms < 15000 THEN '4 s to 15 s'
            WHEN lifetime_ms < 60000 THEN '15 s to 1 min'
            ELSE '1 min and longer' END AS name, count(*) AS openings
FROM fact_arb_scan
WHERE $__timeFilter(scanned_at) AND closed_at IS NOT NULL
  AND strategy IN (${strategy:sqlstring})
GROUP BY 1 ORDER BY min(lifetime_ms);

--| panel 3 bars 24x7 count Opened
--| note By strategy
--| empty No opportunity opened in this time.
SELECT $__timeGroup(scanned_at, $__interval) AS time, strategy AS metric,
       count(*) AS value
FROM fact_arb_scan
WHERE $__timeFilter(scanned_at) AND strategy IN (${strategy:sqlstring})
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 4 categories 12x8 count Tried, and not traded: why
--| note What executor and riskd said
--| empty Nothing was refused in this time.
--| link risk
SELECT reason || CASE WHEN status = 'DENIED' THEN ' (riskd)' ELSE '' END
           AS name, count(DISTINCT exec_id) AS executions
FROM arb_block
WHERE $__timeFilter(at) AND mode IN (${mode:sqlstring})
  AND strategy IN (${strategy:sqlstring})
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12;

--| panel 5 categories 12x8 count Looked at, and not opened: why
--| note Counted by scanner, once a look
--| empty Scanner counted nothing in this time.
SELECT replace(name, 'blocked_', '') AS name, sum(n) AS looks
FROM arb_counter_minute
WHERE $__timeFilter(minute) AND src = 'scanner'
  AND name LIKE 'blocked\_%'
GROUP BY 1 HAVING sum(n) > 0 ORDER BY 2 DESC, 1 LIMIT 12;

--| panel 6 table 24x9 none The best ones
--| note By what they promised at their best
--| empty No opportunity opened in this time.
SELECT to_char(scanned_at AT TIME ZONE ${tz:sqlstring},
               'MM-DD HH24:MI:SS') AS opened,
       strategy, event_id AS event,
       (SELECT left(question, 60) FROM dim_market m
        WHERE m.market_id = s.market_ids[1]) AS first_question,
       discount_pct / 100 AS gross_rate, net_profit_pct / 100 AS net_rate,
       max_shares AS shares, peak_usd, lifetime_ms AS life_ms,
       CASE WHEN executed THEN 'traded' ELSE 'left' END AS outcome
FROM fact_arb_scan s
WHERE $__timeFilter(scanned_at) AND strategy IN (${strategy:sqlstring})
ORDER BY peak_usd DESC, scanned_at LIMIT 8;
