-- 7_feed - the market data, the processes, and what is in the tables.

--| dashboard feed Feed and records
--| about Whether books are fresh and proved, and every fact in its table.

--| panel 1 stat 6x4 count Books proved
--| note Compared with the venue's hash
SELECT coalesce(sum(n), 0) AS value FROM arb_counter_minute
WHERE $__timeFilter(minute) AND src = 'feed' AND name = 'hash_checked';

--| panel 2 stat 6x4 count Wrong hashes
--| note Books asked for again because of it
SELECT coalesce(sum(n), 0) AS value FROM arb_counter_minute
WHERE $__timeFilter(minute) AND src = 'feed' AND name = 'hash_mismatch';

--| panel 3 stat 6x4 count Connections lost
--| note Each costs every book until it is asked for again
SELECT coalesce(sum(n), 0) AS value FROM arb_counter_minute
WHERE $__timeFilter(minute) AND src = 'feed' AND name = 'reconnects';

--| panel 4 stat 6x4 count Orphans
--| note Rows that do not fit together, ever; 0 when nothing is under way
SELECT count(*) AS value FROM arb_orphan;

--| panel 5 line 12x8 count Texts and book changes, by the minute
--| note What feed took in
--| empty Feed counted nothing in this time.
SELECT extract(epoch FROM minute) AS time, name AS metric, sum(n) AS value
FROM arb_counter_minute
WHERE $__timeFilter(minute) AND src = 'feed'
  AND name IN ('frames', 'deltas', 'books')
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 6 bars 12x8 count Trouble, by the minute
--| note Wrong hashes, books asked for again, connections lost, failed requests
--| empty No trouble in this time.
SELECT $__timeGroup(minute, $__interval) AS time, name AS metric,
       sum(n) AS value
FROM arb_counter_minute
WHERE $__timeFilter(minute) AND src = 'feed' AND n > 0
  AND name IN ('hash_mismatch', 'resyncs', 'reconnects', 'http_errors',
               'excluded', 'frozen')
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 7 bars 12x8 count Samples of processes that were not ready
--| note Heartbeats that said so
--| empty Every process heard was ready.
SELECT $__timeGroup(heard_at, $__interval) AS time, src AS metric,
       count(*) AS value
FROM fact_arb_heartbeat
WHERE $__timeFilter(heard_at) AND NOT ready
GROUP BY 1, 2 ORDER BY 1, 2;

--| panel 8 table 12x8 none Journals and tables
--| note Facts that are written down, and how many are in the tables
--| empty No journal is known.
SELECT src AS journal, h.facts_head AS facts, committed AS recorded,
       greatest(h.facts_head - committed, 0) AS waiting,
       to_char(c.updated_at AT TIME ZONE ${tz:sqlstring},
               'MM-DD HH24:MI:SS') AS last_row
FROM journal_cursor c
LEFT JOIN (SELECT DISTINCT ON (src) src, facts_head FROM fact_arb_heartbeat
           WHERE $__timeFilter(heard_at) ORDER BY src, heard_at DESC) h
       USING (src)
ORDER BY src;

--| panel 9 table 24x7 none Orphans
--| note What does not fit together
--| empty Every row fits.
SELECT what, left(id, 80) AS id FROM arb_orphan ORDER BY 1, 2 LIMIT 10;
