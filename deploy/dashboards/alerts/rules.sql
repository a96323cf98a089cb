-- rules - what Grafana should wake somebody for: only what riskd, which
-- alerts about everything else, cannot know: that the tables stopped, or do
-- not fit together.  Each query answers one number; above 0 for so many
-- minutes (the second number) it fires.

--| dashboard alerts Alerts

--| panel 1 stat 24x3 count Nothing is recorded any more
--| note No process was sampled for two minutes: recorder, PostgreSQL or all of it is down.
SELECT (coalesce(max(heard_at), '-infinity') < now() - interval '2 minutes')
       ::int AS value
FROM fact_arb_heartbeat;

--| panel 2 stat 24x5 count The tables are behind
--| note A journal has facts that have not reached the tables for minutes; see the panel Journals and tables.
SELECT count(*) AS value
FROM journal_cursor c
JOIN (SELECT DISTINCT ON (src) src, facts_head FROM fact_arb_heartbeat
      WHERE heard_at BETWEEN now() - interval '10 minutes'
                         AND now() - interval '1 minute'
      ORDER BY src, heard_at DESC) h USING (src)
WHERE committed < facts_head;

--| panel 3 stat 24x10 count Rows do not fit together
--| note The view arb_orphan is not empty for ten minutes: an execution without its opportunity, a fill without its order, or a ledger that does not balance.
SELECT count(*) AS value FROM arb_orphan;

--| panel 4 stat 24x5 count A process is up and not ready
--| note Parked, halted or stuck: its log says why.
SELECT count(*) AS value
FROM (SELECT DISTINCT ON (src) ready FROM fact_arb_heartbeat
      WHERE heard_at > now() - interval '2 minutes'
      ORDER BY src, heard_at DESC) last
WHERE NOT ready;
