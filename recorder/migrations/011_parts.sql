-- 011_parts - the tables that grow, a partition a day of UTC; and rows of
-- fact_arb_scan that the recorder makes itself (recorder/scan_row.c) and
-- copies, instead of project_opportunity.
-- What comes by the hundred thousand a day is parted: scans, riskd's answers,
-- the ledger, heartbeats.  Orders, fills and executions are few and are found
-- by ids that know no day: a fill's must be there once, whenever it is told
-- again.  All rows of before are kept.
SET LOCAL statement_timeout = 0;

-- Of each parted table: all before that day was dropped, being old.
CREATE TABLE arb_dropped (
    name        text PRIMARY KEY,
    upto        date NOT NULL
);
COMMENT ON TABLE arb_dropped IS
    'what the recorder dropped, being older than recorder.keep_days';
COMMENT ON COLUMN arb_dropped.name IS 'the parted table';
COMMENT ON COLUMN arb_dropped.upto IS
    'the first day that was not dropped; rows before it are gone';

-- The column a table is parted by.
CREATE FUNCTION part_column(parent text) RETURNS name
LANGUAGE sql STABLE AS $$
    SELECT attname FROM pg_partitioned_table
    JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
    WHERE partrelid = parent::regclass
$$;

-- Its partition of that day, made if need be; false for a day that is none of
-- ours, whose rows go to <parent>_rest.  Made beside the table and attached,
-- so that whoever reads the table need not stop.
CREATE FUNCTION make_part(parent text, day date) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    part text := parent || to_char(day, '"_"YYYYMMDD');
    begins timestamptz := day::timestamp AT TIME ZONE 'UTC';
    ends timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN true;
    END IF;
    IF day < '2020-01-01' OR day > now()::date + 7 THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS '
                   'INCLUDING CONSTRAINTS)', part, parent);
    -- Once that day was far ahead.
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %2$I < '
                   '%4$L RETURNING *) INSERT INTO %5$I SELECT * FROM moved',
                   parent || '_rest', part_column(parent), begins, ends, part);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) '
                   'TO (%L)', parent, part, begins, ends);
    RETURN true;
END $$;

CREATE FUNCTION parted_tables() RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT relname::text FROM pg_class WHERE relkind = 'p' AND
    relnamespace = current_schema()::regnamespace ORDER BY 1
$$;

-- Not urgent: whoever reads for long, such as a backup, is not waited for.
CREATE FUNCTION make_parts_ahead() RETURNS void
LANGUAGE sql SET lock_timeout = '2s' AS $$
    SELECT make_part(parent, now()::date + ahead)
    FROM parted_tables() parent, generate_series(0, 3) ahead
$$;

-- Drops of each table the oldest partition, where all its rows are older than
-- so many days, by the server's clock and by the newest row: a clock that
-- jumped drops nothing.  0 = nothing is; the ledger never is, positions are its
-- sum.  One that somebody reads just now is left for the next time.
CREATE FUNCTION drop_parts(days bigint)
RETURNS TABLE (part text, held bigint)
LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    parent text;
    newest timestamptz;
    day date;
BEGIN
    FOR parent IN SELECT p FROM parted_tables() p
                  WHERE days > 0 AND p <> 'fact_arb_ledger' LOOP
        EXECUTE format('SELECT max(%I) FROM %I', part_column(parent), parent)
            INTO newest;
        FOR part, day IN
            SELECT relname, to_date(right(relname, 8), 'YYYYMMDD')
            FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
            WHERE inhparent = parent::regclass AND relname ~ '_[0-9]{8}$'
            ORDER BY 2 LOOP
            EXIT WHEN newest IS NULL OR (day + 1)::timestamp AT TIME ZONE
                'UTC' > least(now(), newest) - days * interval '1 day';
            BEGIN
                EXECUTE format('SELECT count(*) FROM %I', part) INTO held;
                EXECUTE format('DROP TABLE %I', part);
                INSERT INTO arb_dropped AS d VALUES (parent, day + 1)
                ON CONFLICT (name) DO UPDATE
                    SET upto = greatest(d.upto, excluded.upto);
                RETURN NEXT;
            EXCEPTION WHEN lock_not_available THEN
                NULL;
            END;
            EXIT;
        END LOOP;
    END LOOP;
END $$;

-- The views hang on the tables: they go, and come back as they were.
DO $$
DECLARE
    t record;
    sql text;
BEGIN
    CREATE TEMP TABLE view_was ON COMMIT DROP AS
        SELECT c.oid, relname, pg_get_viewdef(c.oid) AS body FROM pg_class c
        WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace;
    CREATE TEMP TABLE comment_was ON COMMIT DROP AS
        SELECT relname, attname, description FROM view_was v
        JOIN pg_description d ON objoid = v.oid AND
             classoid = 'pg_class'::regclass
        LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid AND
             attnum > 0;
    EXECUTE (SELECT 'DROP VIEW ' || string_agg(format('%I', relname), ', ')
             FROM view_was);
    FOR t IN SELECT * FROM (VALUES
        ('fact_arb_scan', 'scanned_at', 'scan_id, scanned_at'),
        ('fact_arb_decision', 'decided_at', 'src, n, decided_at'),
        ('fact_arb_ledger', 'booked_at', 'src, n, booked_at'),
        ('fact_arb_heartbeat', 'heard_at', 'heard_at, src')
    ) AS v (name, at, key) LOOP
        CREATE TEMP TABLE index_was ON COMMIT DROP AS
            SELECT pg_get_indexdef(indexrelid) AS body FROM pg_index
            WHERE indrelid = t.name::regclass AND NOT indisprimary;
        EXECUTE format('ALTER TABLE %I RENAME TO %I', t.name,
                       t.name || '_whole');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING '
                       'CONSTRAINTS INCLUDING COMMENTS) PARTITION BY RANGE '
                       '(%I)', t.name, t.name || '_whole', t.at);
        EXECUTE format('COMMENT ON TABLE %I IS %L', t.name, obj_description(
                       (t.name || '_whole')::regclass, 'pg_class'));
        EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT',
                       t.name || '_rest', t.name);
        EXECUTE format('SELECT count(make_part(%L, day)) FROM (SELECT '
                       'DISTINCT (%I AT TIME ZONE ''UTC'')::date AS day FROM '
                       '%I) days', t.name, t.at, t.name || '_whole');
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', t.name,
                       t.name || '_whole');
        EXECUTE format('DROP TABLE %I', t.name || '_whole');
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (%s)', t.name, t.key);
        FOR sql IN SELECT body FROM index_was LOOP
            EXECUTE sql;
        END LOOP;
        DROP TABLE index_was;
    END LOOP;
    FOR t IN SELECT * FROM view_was ORDER BY oid LOOP
        EXECUTE format('CREATE VIEW %I AS %s', t.relname, t.body);
    END LOOP;
    FOR t IN SELECT * FROM comment_was LOOP
        EXECUTE format('COMMENT ON %s %I%s IS %L',
                       CASE WHEN t.attname IS NULL THEN 'VIEW'
                            ELSE 'COLUMN' END, t.relname,
                       coalesce('.' || quote_ident(t.attname), ''),
                       t.description);
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dutchbook_reader') THEN
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO '
                       'dutchbook_reader', current_schema());
    END IF;
END $$;

-- Those whose markets were not known yet: few, and looked for with every
-- market that is told.
CREATE INDEX fact_arb_scan_unnamed ON fact_arb_scan (scanned_at)
    WHERE market_ids IS NULL;

-- Rows that were there, or may be: from the session's own scan_again, which
-- is made like fact_arb_scan.
CREATE FUNCTION merge_scans() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_scan AS f SELECT * FROM scan_again
    ON CONFLICT (scan_id, scanned_at) DO UPDATE SET
        market_ids = excluded.market_ids, total_ask = excluded.total_ask,
        discount_pct = excluded.discount_pct,
        net_profit_pct = excluded.net_profit_pct,
        max_shares = excluded.max_shares,
        est_profit_usd = excluded.est_profit_usd,
        annualized_pct = excluded.annualized_pct, legs = excluded.legs,
        book_snapshot = excluded.book_snapshot,
        state = excluded.state, rev = excluded.rev,
        cost_usd = excluded.cost_usd, fees_usd = excluded.fees_usd,
        lock_usd = excluded.lock_usd, peak_usd = excluded.peak_usd,
        closed_at = excluded.closed_at, lifetime_ms = excluded.lifetime_ms,
        reason = excluded.reason, src = excluded.src, n = excluded.n,
        crc = excluded.crc, capital_usd = excluded.capital_usd,
        conversion = excluded.conversion, exposed_ms = excluded.exposed_ms,
        at_risk_usd = excluded.at_risk_usd, hit_pct = excluded.hit_pct,
        break_even_pct = excluded.break_even_pct,
        excess_pct = excluded.excess_pct, expected_at = excluded.expected_at
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
END $$;

-- After such rows, of what opened since then: what was done with them may
-- have been written before.  A clock may have been set back by a day.
CREATE FUNCTION scans_came(ids uuid[], since timestamptz, bonds boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    done uuid[] := ARRAY(SELECT scan_id FROM fact_arb_execution
                         WHERE scan_id = ANY(ids) AND status IN
                         ('FILLED', 'PATCHED', 'UNWOUND', 'PARTIAL_HOLD'));
BEGIN
    IF cardinality(done) > 0 THEN
        UPDATE fact_arb_scan SET executed = true
        WHERE scan_id = ANY(done) AND NOT executed
          AND scanned_at >= since - interval '1 day';
    END IF;
    IF bonds THEN
        PERFORM refresh_bonds(ARRAY(SELECT exec_id FROM fact_arb_execution
                                    WHERE scan_id = ANY(ids)));
    END IF;
END $$;

-- Their keys have their time now.
CREATE OR REPLACE FUNCTION project_grant(batch row_grant[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_decision
    SELECT d.src, d.n, d.wall, d."group", d.attempt, true, d.auth, d.kind,
           d.mode, d.strategy, d.event, d.reserved, NULL, NULL, NULL, NULL,
           d.crc
    FROM unnest(batch) d ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION project_denial(batch row_denial[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_decision
    SELECT d.src, d.n, d.wall, d."group", d.attempt, false, NULL, NULL, NULL,
           NULL, NULL, NULL, d.reasons, d.rule, d.value, d."limit", d.crc
    FROM unnest(batch) d ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION project_ledger_entry(batch row_ledger_entry[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_ledger
    SELECT d.src, d.n, d.wall, d.mode, d.account, d.strategy, d.event, d.token,
           d.amount, d.ref, d.crc
    FROM unnest(batch) d ON CONFLICT DO NOTHING;
END $$;

DROP FUNCTION project_opportunity(row_opportunity[]);
DROP FUNCTION project_opportunity_3(row_opportunity[]);
DROP FUNCTION book_of(jsonb, jsonb, bigint);
DROP FUNCTION yearly_pct(bigint);

-- As before, but for scans that were dropped, and for what found no partition.
CREATE OR REPLACE VIEW arb_orphan AS
-- What sells what is held takes no opportunity: its scan_id is its own.
SELECT 'execution without scan' AS what, exec_id::text AS id
FROM fact_arb_execution e
WHERE e.scan_id <> e.exec_id
  AND e.executed_at >= coalesce((SELECT upto + 1 FROM arb_dropped
                                 WHERE name = 'fact_arb_scan'), '-infinity')
  AND NOT EXISTS (SELECT 1 FROM fact_arb_scan s WHERE s.scan_id = e.scan_id)
UNION ALL
SELECT 'fill without order', fill_id FROM fact_arb_fill f
WHERE NOT EXISTS (SELECT 1 FROM fact_arb_order o
                  WHERE o.order_id = f.order_id)
UNION ALL
SELECT 'unbalanced ledger ref', ref::text FROM fact_arb_ledger
WHERE account NOT IN ('shares', 'fees', 'provisional')
GROUP BY ref HAVING sum(amount) <> 0
UNION ALL
SELECT 'conversion the books do not have', ref::text
FROM fact_arb_settlement s
WHERE kind = 'convert' AND NOT EXISTS (
    SELECT 1 FROM fact_arb_ledger l
    WHERE l.ref = s.ref AND l.account = 'shares')
UNION ALL
SELECT 'books and fills disagree', mode || ' ' || token_id FROM (
    SELECT mode, token_id, amount AS shares FROM fact_arb_ledger l
    WHERE account = 'shares' AND NOT EXISTS (
        SELECT 1 FROM fact_arb_settlement s
        WHERE s.ref = l.ref AND s.kind = 'convert')
    UNION ALL
    SELECT mode, token_id, CASE side WHEN 'buy' THEN -shares ELSE shares END
    FROM fact_arb_fill WHERE state <> 'failed'
    UNION ALL
    SELECT mode, token_id, CASE kind WHEN 'split' THEN -shares ELSE shares END
    FROM fact_arb_settlement WHERE kind <> 'convert'
    UNION ALL
    SELECT mode, pair_id, CASE kind WHEN 'split' THEN -shares ELSE shares END
    FROM fact_arb_settlement WHERE kind IN ('merge', 'split')
) moves GROUP BY mode, token_id HAVING sum(shares) <> 0
UNION ALL
SELECT 'scan of no day of ours', scan_id::text FROM fact_arb_scan_rest
UNION ALL
SELECT 'decision of no day of ours', src || ' ' || n
FROM fact_arb_decision_rest
UNION ALL
SELECT 'ledger line of no day of ours', src || ' ' || n
FROM fact_arb_ledger_rest;
