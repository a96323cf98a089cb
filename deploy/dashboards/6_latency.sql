-- 6_latency - from hop to hop, as heat maps of the histograms by the minute.

--| dashboard latency Latency
--| about How long each hop took: darker is more often, higher is slower.

--| panel 1 table 12x8 none Hops
--| note Since the processes started, all runs together; those with most samples
--| empty No latency was measured yet.
SELECT src AS measured_by, hop, samples, p50_us, p95_us, p99_us
FROM arb_latency_summary ORDER BY samples DESC LIMIT 8;

--| panel 2 heat 12x8 us Book change seen by scanner
--| note From feed to scanner
--| empty No samples in this time.
SELECT $__timeGroup(minute, $__interval) AS time,
       upper_us::text AS metric, sum(n) AS value
FROM arb_latency_step
WHERE $__timeFilter(minute) AND src = 'scanner' AND hop = 'feed_scanner'
GROUP BY 1, upper_us ORDER BY 1, upper_us;

--| panel 3 heat 12x8 us Opportunity seen by executor
--| note From scanner to executor
--| empty No samples in this time.
SELECT $__timeGroup(minute, $__interval) AS time,
       upper_us::text AS metric, sum(n) AS value
FROM arb_latency_step
WHERE $__timeFilter(minute) AND src = 'executor' AND hop = 'scan_exec'
GROUP BY 1, upper_us ORDER BY 1, upper_us;

--| panel 4 heat 12x8 us Answer of riskd
--| note From asking for authorization to the grant
--| empty No samples in this time.
SELECT $__timeGroup(minute, $__interval) AS time,
       upper_us::text AS metric, sum(n) AS value
FROM arb_latency_step
WHERE $__timeFilter(minute) AND src = 'executor' AND hop = 'exec_risk'
GROUP BY 1, upper_us ORDER BY 1, upper_us;

--| panel 5 heat 12x8 us Tick to intent
--| note From the book change to the order written down
--| empty No samples in this time.
SELECT $__timeGroup(minute, $__interval) AS time,
       upper_us::text AS metric, sum(n) AS value
FROM arb_latency_step
WHERE $__timeFilter(minute) AND src = 'executor' AND hop = 'tick_intent'
GROUP BY 1, upper_us ORDER BY 1, upper_us;

--| panel 6 heat 12x8 us Answer of the venue
--| note Live: from the order's last byte to the venue's answer
--| empty No live orders in this time.
SELECT $__timeGroup(minute, $__interval) AS time,
       upper_us::text AS metric, sum(n) AS value
FROM arb_latency_step
WHERE $__timeFilter(minute) AND src = 'executor' AND hop = 'order_answer'
GROUP BY 1, upper_us ORDER BY 1, upper_us;
