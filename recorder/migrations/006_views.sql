-- 006_views - what dashboards, reports and people ask, as views; the samples
-- by the minute that charts over time need; indexes; a role that only reads.
-- Rows written before stay as they are: of the time before this migration
-- there are no risk states, latencies or counters by the minute.
-- Days are days of UTC, ratios are fractions (0.25 is a quarter).

-- What riskd was, whenever that changed, and once a minute in between.
CREATE TABLE fact_arb_risk_state (
    src         text NOT NULL,
    n           bigint NOT NULL,
    seen_at     timestamptz NOT NULL,
    mode        text NOT NULL,
    state       text NOT NULL,
    stage       bigint NOT NULL,
    kill_gen    bigint NOT NULL,
    cash        numeric(20,6) NOT NULL,
    reserved    numeric(20,6) NOT NULL,
    exposure    numeric(20,6) NOT NULL,
    equity      numeric(20,6) NOT NULL,
    realised    numeric(20,6) NOT NULL,
    day_pnl     numeric(20,6) NOT NULL,
    high_water  numeric(20,6) NOT NULL,
    reasons     jsonb,
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n)
);
CREATE INDEX fact_arb_risk_state_time ON fact_arb_risk_state (seen_at);

-- What each minute added to arb_latency and arb_counter, which are heard on
-- the bus; kept for a month.
CREATE TABLE arb_latency_minute (
    minute      timestamptz NOT NULL,
    src         text NOT NULL,
    run         bigint NOT NULL,
    hop         text NOT NULL,
    buckets     bigint[] NOT NULL,
    PRIMARY KEY (minute, src, run, hop)
);
CREATE TABLE arb_counter_minute (
    minute      timestamptz NOT NULL,
    src         text NOT NULL,
    run         bigint NOT NULL,
    name        text NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (minute, src, run, name)
);

-- A record makes a row when mode, state, stage, kill generation or reasons
-- are not those of the record before it, or when a minute begins with it.
-- A record that made none is like the last row in all of these; so it does
-- not matter where batches begin and end.
CREATE FUNCTION keep_risk_state(batch row_risk_state[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    last text;
BEGIN
    SELECT concat_ws('|', k.mode, k.state, k.stage, k.kill_gen, k.reasons,
                     date_trunc('minute', k.seen_at))
    INTO last FROM fact_arb_risk_state k
    WHERE k.n < (SELECT min(n) FROM unnest(batch))
    ORDER BY k.n DESC LIMIT 1;
    INSERT INTO fact_arb_risk_state
    SELECT src, n, wall, mode, state, stage, kill_gen, cash, reserved,
           exposure, equity, realised, day_pnl, high_water, reasons, crc
    FROM (SELECT *, lag(sort, 1, last) OVER (ORDER BY n) AS sort_before
          FROM (SELECT *, concat_ws('|', mode, state, stage, kill_gen,
                       reasons, date_trunc('minute', wall)) AS sort
                FROM unnest(batch)) records) in_order
    WHERE sort IS DISTINCT FROM sort_before
    ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION project_risk_state(batch row_risk_state[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_risk_state(batch);
    INSERT INTO fact_arb_daily_pnl AS f
    SELECT DISTINCT ON (1, d.mode)
           (d.wall AT TIME ZONE 'UTC')::date, d.mode, d.day_pnl, d.realised,
           d.cash, d.reserved, d.exposure, d.equity, d.high_water, d.src, d.n,
           d.crc
    FROM unnest(batch) d ORDER BY 1, d.mode, d.n DESC
    ON CONFLICT (day, mode) DO UPDATE SET
        day_pnl = excluded.day_pnl, realised = excluded.realised,
        cash = excluded.cash, reserved = excluded.reserved,
        exposure = excluded.exposure, equity = excluded.equity,
        high_water = excluded.high_water, src = excluded.src,
        n = excluded.n, crc = excluded.crc
    WHERE f.n < excluded.n;
END $$;

-- Given again, as after a commit of unknown outcome, they add nothing.
CREATE OR REPLACE FUNCTION project_counter(batch row_counter[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO arb_counter_minute AS f
    SELECT date_trunc('minute', d.wall), d.src, d.crc, d.name,
           d.value - coalesce(c.value, 0)
    FROM (SELECT DISTINCT ON (src, crc, name) * FROM unnest(batch)
          ORDER BY src, crc, name, n DESC) d
    LEFT JOIN arb_counter c
      ON c.src = d.src AND c.run = d.crc AND c.name = d.name
    WHERE d.value > coalesce(c.value, 0)
    ON CONFLICT (minute, src, run, name) DO UPDATE SET n = f.n + excluded.n;
    DELETE FROM arb_counter_minute WHERE minute < now() - interval '31 days';
    INSERT INTO arb_counter AS f
    SELECT DISTINCT ON (d.src, d.crc, d.name)
           d.src, d.crc, d.name, d.value, d.wall
    FROM unnest(batch) d ORDER BY d.src, d.crc, d.name, d.n DESC
    ON CONFLICT (src, run, name) DO UPDATE SET
        value = excluded.value, heard_at = excluded.heard_at
    WHERE f.heard_at <= excluded.heard_at;
END $$;

CREATE FUNCTION add_buckets(a bigint[], b bigint[], sign bigint)
RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(coalesce(x, 0) + sign * coalesce(y, 0) ORDER BY i)
    FROM unnest(a, b) WITH ORDINALITY AS t (x, y, i)
$$;

CREATE OR REPLACE FUNCTION project_latency(batch row_latency[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO arb_latency_minute AS f
    SELECT date_trunc('minute', d.wall), d.src, d.crc, d.hop,
           add_buckets(d.counts, l.buckets, -1)
    FROM (SELECT DISTINCT ON (src, crc, hop) src, crc, hop, wall,
                 ARRAY(SELECT (b->>'n')::bigint
                       FROM jsonb_array_elements(buckets) b) AS counts
          FROM unnest(batch) ORDER BY src, crc, hop, n DESC) d
    LEFT JOIN arb_latency l
      ON l.src = d.src AND l.run = d.crc AND l.hop = d.hop
    WHERE l.buckets IS DISTINCT FROM d.counts
    ON CONFLICT (minute, src, run, hop) DO UPDATE SET
        buckets = add_buckets(f.buckets, excluded.buckets, 1);
    DELETE FROM arb_latency_minute WHERE minute < now() - interval '31 days';
    INSERT INTO arb_latency AS f
    SELECT DISTINCT ON (d.src, d.crc, d.hop)
           d.src, d.crc, d.hop,
           ARRAY(SELECT (b->>'n')::bigint
                 FROM jsonb_array_elements(d.buckets) b), d.wall
    FROM unnest(batch) d ORDER BY d.src, d.crc, d.hop, d.n DESC
    ON CONFLICT (src, run, hop) DO UPDATE SET
        buckets = excluded.buckets, heard_at = excluded.heard_at
    WHERE f.heard_at <= excluded.heard_at;
END $$;

-- For the questions below, and those of deploy/dashboards.
CREATE INDEX fact_arb_ledger_realised ON fact_arb_ledger (booked_at)
    WHERE account = 'realised';
CREATE INDEX fact_arb_decision_time ON fact_arb_decision (decided_at);
CREATE INDEX fact_arb_risk_event_time ON fact_arb_risk_event (raised_at);
CREATE INDEX fact_arb_settlement_time ON fact_arb_settlement (settled_at);
CREATE INDEX fact_arb_command_time ON fact_arb_command (given_at);

-- The stage riskd was in; NULL: before its states were kept.
CREATE FUNCTION stage_at(at timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT stage FROM fact_arb_risk_state WHERE seen_at <= at
    ORDER BY seen_at DESC LIMIT 1
$$;

-- The duration below which a share q of a histogram's samples lies, in
-- microseconds, interpolated within its bucket as common/stats.h does.
CREATE FUNCTION latency_us(buckets bigint[], q numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT round((least + (power(2, (i - 1) / 2.0 + 10) / 1000 - least) *
                  (q * total - upto + n) / n)::numeric, 1)
    FROM (SELECT i, n, sum(n) OVER (ORDER BY i) AS upto,
                 sum(n) OVER () AS total,
                 CASE i WHEN 1 THEN 0
                        ELSE power(2, (i - 2) / 2.0 + 10) / 1000 END AS least
          FROM unnest(buckets) WITH ORDINALITY AS b (n, i)) s
    WHERE n > 0 AND upto >= q * total ORDER BY i LIMIT 1
$$;

-- Every profit and loss that was booked, net of fees.
CREATE VIEW arb_pnl AS
SELECT booked_at, mode, strategy, event_id, stage_at(booked_at) AS stage,
       -amount AS pnl_usd, ref
FROM fact_arb_ledger WHERE account = 'realised';

CREATE VIEW arb_pnl_day AS
SELECT (booked_at AT TIME ZONE 'UTC')::date AS day, mode, strategy, stage,
       sum(pnl_usd) AS pnl_usd, count(DISTINCT event_id) AS events
FROM arb_pnl GROUP BY 1, 2, 3, 4;

-- An execution beside what its opportunity promised for as many shares.
-- worth_usd is what it realised itself; where it holds full sets instead, what
-- it brings when each pays what its opportunity said a set pays: known at
-- once, booked only when it is paid.  NULL while it is not final.
CREATE VIEW arb_trade AS
SELECT e.executed_at, e.ended_at, e.exec_id, e.scan_id, e.mode, e.strategy,
       stage_at(e.executed_at) AS stage, e.event_id, e.status, e.reason,
       e.shares_target, e.shares_filled, e.total_cost, e.fees_usd,
       e.realized_pnl, e.naked_ms,
       e.status IN ('FILLED', 'PATCHED', 'UNWOUND', 'PARTIAL_HOLD') AS traded,
       CASE WHEN e.status IN ('FILLED', 'PATCHED') AND s.max_shares > 0 AND
                 e.realized_pnl = 0
            THEN round(e.shares_filled * (s.cost_usd + s.fees_usd +
                       s.lock_usd + s.est_profit_usd) / s.max_shares -
                       e.total_cost - e.fees_usd, 4)
            WHEN e.status <> 'PARTIAL_HOLD' THEN e.realized_pnl
            END AS worth_usd,
       CASE WHEN s.max_shares > 0
            THEN round(s.est_profit_usd * e.shares_filled / s.max_shares, 4)
            END AS expected_usd
FROM fact_arb_execution e
LEFT JOIN fact_arb_scan s USING (scan_id);

CREATE VIEW arb_trade_day AS
SELECT (executed_at AT TIME ZONE 'UTC')::date AS day, mode, strategy, stage,
       count(*) AS executions,
       count(*) FILTER (WHERE traded) AS trades,
       count(*) FILTER (WHERE traded AND worth_usd > 0) AS wins,
       round(count(*) FILTER (WHERE traded AND worth_usd > 0) /
             nullif(count(*) FILTER (WHERE traded AND worth_usd IS NOT NULL),
                    0)::numeric, 4) AS win_rate,
       sum(worth_usd) AS worth_usd, sum(expected_usd) AS expected_usd,
       sum(total_cost) AS turnover_usd, sum(fees_usd) AS fees_usd
FROM arb_trade GROUP BY 1, 2, 3, 4;

-- How many openings were tried, and how many of them became trades.
CREATE VIEW arb_hit_ratio_day AS
SELECT (scanned_at AT TIME ZONE 'UTC')::date AS day, strategy,
       count(*) AS opened,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM fact_arb_execution e
                                      WHERE e.scan_id = s.scan_id)) AS tried,
       count(*) FILTER (WHERE executed) AS traded,
       round(count(*) FILTER (WHERE executed) / count(*)::numeric, 4)
           AS hit_ratio
FROM fact_arb_scan s GROUP BY 1, 2;

CREATE VIEW arb_lifetime_day AS
SELECT (scanned_at AT TIME ZONE 'UTC')::date AS day, strategy,
       count(*) AS closed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY lifetime_ms) AS p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY lifetime_ms) AS p95_ms,
       max(lifetime_ms) AS longest_ms, max(peak_usd) AS peak_usd
FROM fact_arb_scan WHERE closed_at IS NOT NULL GROUP BY 1, 2;

-- What was bought and sold, and how often that turned the equity over.
CREATE VIEW arb_turnover_day AS
SELECT f.*, round(f.turnover_usd / nullif(p.equity, 0), 6) AS turns
FROM (SELECT (filled_at AT TIME ZONE 'UTC')::date AS day, mode,
             sum(price * shares) AS turnover_usd, sum(fee_usd) AS fees_usd,
             count(*) AS fills
      FROM fact_arb_fill WHERE state <> 'failed' GROUP BY 1, 2) f
LEFT JOIN fact_arb_daily_pnl p USING (day, mode);

-- Filled of submitted, by orders, by value, and by whole groups.
CREATE VIEW arb_fill_rate_day AS
SELECT o.day, o.mode, o.submitted, o.filled, o.rejected, o.unknown,
       round(o.filled / nullif(o.submitted, 0)::numeric, 4) AS order_rate,
       round(o.filled_usd / nullif(o.submitted_usd, 0), 4) AS value_rate,
       round(g.whole / nullif(g.groups, 0)::numeric, 4) AS group_rate
FROM (SELECT (intended_at AT TIME ZONE 'UTC')::date AS day, mode,
             count(*) AS submitted,
             count(*) FILTER (WHERE shares_filled >= shares) AS filled,
             count(*) FILTER (WHERE state = 'rejected') AS rejected,
             count(*) FILTER (WHERE state = 'unknown') AS unknown,
             sum(price * shares) AS submitted_usd,
             sum(price * shares_filled) AS filled_usd
      FROM fact_arb_order
      WHERE state NOT IN ('intended', 'released') GROUP BY 1, 2) o
LEFT JOIN (SELECT (executed_at AT TIME ZONE 'UTC')::date AS day, mode,
                  count(*) AS groups,
                  count(*) FILTER (WHERE status IN ('FILLED', 'PATCHED'))
                      AS whole
           FROM fact_arb_execution
           WHERE status IN ('FILLED', 'PATCHED', 'UNWOUND', 'PARTIAL_HOLD')
              OR (status = 'ERROR' AND total_cost > 0)
           GROUP BY 1, 2) g USING (day, mode);

-- Against the price meant, weighted by value; more than 0 is against us.
CREATE VIEW arb_slippage_day AS
SELECT (filled_at AT TIME ZONE 'UTC')::date AS day, mode, count(*) AS fills,
       round(sum(slippage_bps * price * shares) /
             nullif(sum(price * shares), 0), 2) AS slippage_bps,
       max(slippage_bps) AS worst_bps,
       round(sum(impact_bps * price * shares) /
             nullif(sum(price * shares), 0), 2) AS impact_bps,
       round(10000 * sum(fee_usd) / nullif(sum(price * shares), 0), 2)
           AS fee_bps,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY delay_ms) AS delay_p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY delay_ms) AS delay_p95_ms
FROM fact_arb_fill WHERE state <> 'failed' GROUP BY 1, 2;

-- Money in positions, at cost with fees, and promised, at the end of each
-- day on which it changed.
CREATE VIEW arb_capital_lock_day AS
SELECT day, mode, strategy,
       sum(position) OVER so_far AS position_usd,
       sum(reserved) OVER so_far AS reserved_usd
FROM (SELECT (booked_at AT TIME ZONE 'UTC')::date AS day, mode, strategy,
             coalesce(sum(amount) FILTER (WHERE account = 'position'), 0)
                 AS position,
             coalesce(sum(amount) FILTER (WHERE account = 'reserved'), 0)
                 AS reserved
      FROM fact_arb_ledger WHERE account IN ('position', 'reserved')
      GROUP BY 1, 2, 3) moves
WINDOW so_far AS (PARTITION BY mode, strategy ORDER BY day);

-- Why opportunities were not traded: what riskd or the executor said.
CREATE VIEW arb_block AS
SELECT e.executed_at AS at, e.mode, e.strategy, e.event_id, e.exec_id,
       e.status, coalesce(why.code, nullif(e.reason, 'none'), e.status)
           AS reason, d.rule
FROM fact_arb_execution e
LEFT JOIN fact_arb_decision d
  ON e.status = 'DENIED' AND d.exec_id = e.exec_id AND NOT d.granted
LEFT JOIN LATERAL (SELECT r->>'code' AS code
                   FROM jsonb_array_elements(d.reasons) r) why ON true
WHERE e.status IN ('DENIED', 'STALE', 'SKIP_CAPITAL', 'ERROR');

-- Since each run's start, all runs of a process together.
CREATE VIEW arb_latency_summary AS
SELECT src, hop, max(heard_at) AS heard_at, sum(n)::bigint AS samples,
       latency_us(array_agg(n ORDER BY i), 0.5) AS p50_us,
       latency_us(array_agg(n ORDER BY i), 0.95) AS p95_us,
       latency_us(array_agg(n ORDER BY i), 0.99) AS p99_us
FROM (SELECT src, hop, i, sum(n)::bigint AS n, max(heard_at) AS heard_at
      FROM arb_latency, unnest(buckets) WITH ORDINALITY AS b (n, i)
      GROUP BY src, hop, i) all_runs
GROUP BY src, hop;

CREATE VIEW arb_latency_step AS
SELECT minute, src, hop, i AS bucket,
       round((power(2, (i - 1) / 2.0 + 10) / 1000)::numeric, 1) AS upper_us, n
FROM arb_latency_minute, unnest(buckets) WITH ORDINALITY AS b (n, i)
WHERE n > 0;

-- Who may look, and nothing else.  It has no password and so cannot log in
-- over a network; deploy/grafana/README.md says how it gets one.
DO $$
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles
                       WHERE rolname = 'dutchbook_reader') THEN
            CREATE ROLE dutchbook_reader LOGIN;
        END IF;
        ALTER ROLE dutchbook_reader SET default_transaction_read_only = on;
        ALTER ROLE dutchbook_reader SET statement_timeout = '30s';
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'no right to make the role dutchbook_reader';
    END;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dutchbook_reader') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO dutchbook_reader; '
                       'GRANT SELECT ON ALL TABLES IN SCHEMA %1$I '
                       'TO dutchbook_reader; '
                       'ALTER DEFAULT PRIVILEGES IN SCHEMA %1$I '
                       'GRANT SELECT ON TABLES TO dutchbook_reader',
                       current_schema());
    END IF;
END $$;
