-- 3_assumptions - what the day says of the assumptions paper is filled by.

--| dashboard assumptions Assumptions

--| panel 1 table 24x4 none What fills cost that day
--| note Medians and, for delays, what 95 of 100 stay within
--| empty Nothing filled.
SELECT mode, count(*) AS fills,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY fee_bps) AS fee_bps,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY slippage_bps)
           AS slippage_bps,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY slippage_bps)
           AS slippage_p95_bps,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY impact_bps) AS impact_bps,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY delay_ms) AS delay_ms,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY delay_ms) AS delay_p95_ms
FROM fact_arb_fill
WHERE $__timeFilter(filled_at) AND state <> 'failed'
GROUP BY 1 ORDER BY 1;

--| panel 2 table 24x4 none Latencies recorded
--| note Live orders from sending to the venue's answer, as a setting
--| empty No live order was answered.
SELECT orders, format('[0:%s, 0.5:%s, 0.9:%s, 0.99:%s]', p[1], p[2], p[3],
                      p[4]) AS fill_model_latencies
FROM (SELECT count(*) AS orders,
             percentile_disc(ARRAY[0.5, 0.9, 0.99, 1]) WITHIN GROUP (
                 ORDER BY least(60000, ceil(1000 * extract(
                     epoch FROM answered_at - sent_at)))::bigint) AS p
      FROM fact_arb_order
      WHERE $__timeFilter(intended_at) AND mode = 'live' AND
            answered_at >= sent_at) o
WHERE orders > 0;

--| panel 3 table 24x4 none Configurations in force
--| note The executor's, by its heartbeats
--| empty No executor was heard.
SELECT config, mode, build, min(heard_at) AS since, max(heard_at) AS until
FROM fact_arb_heartbeat
WHERE $__timeFilter(heard_at) AND src = 'executor'
GROUP BY 1, 2, 3 ORDER BY since;
