-- 008_conversions_bonds - what strategies C and F say beyond the others.
-- A conversion moves every leg of its group's grant; the ledger has a line of
-- each, so fills and books are compared without them, and a conversion that
-- has no lines stands out by itself.  A bond's row is made again of the facts
-- behind it whenever one of them comes, in whatever order they do.

ALTER TABLE fact_arb_scan
    ADD COLUMN capital_usd numeric(20,6),
    ADD COLUMN conversion  text,
    ADD COLUMN exposed_ms  bigint,
    ADD COLUMN at_risk_usd numeric(20,6),
    ADD COLUMN hit_pct     numeric(10,6),
    ADD COLUMN break_even_pct numeric(10,6),
    ADD COLUMN excess_pct  numeric(10,4),
    ADD COLUMN expected_at timestamptz;
COMMENT ON COLUMN fact_arb_scan.capital_usd IS
    'taken at most before anything comes back';
COMMENT ON COLUMN fact_arb_scan.conversion IS
    'C: which way; all NO bought, some of it, or YES minted';
COMMENT ON COLUMN fact_arb_scan.exposed_ms IS
    'from the last fill until it pays or can be sold';
COMMENT ON COLUMN fact_arb_scan.at_risk_usd IS
    'C: lost at most if what the conversion gives finds no bid';
COMMENT ON COLUMN fact_arb_scan.hit_pct IS
    'F: how often such a bond is expected to pay';
COMMENT ON COLUMN fact_arb_scan.break_even_pct IS
    'F: how often it must, fees included';
COMMENT ON COLUMN fact_arb_scan.excess_pct IS
    'F: expected yield of a year less the price of the capital';
COMMENT ON COLUMN fact_arb_scan.expected_at IS
    'when it should pay: the listed end and what comes after it';

ALTER TABLE fact_arb_settlement ADD COLUMN shares_made numeric(20,6);
COMMENT ON COLUMN fact_arb_settlement.shares_made IS
    'of a conversion: YES of each other outcome that came';

ALTER TABLE fact_arb_bond_position
    ADD COLUMN mode      text NOT NULL DEFAULT 'paper',
    ADD COLUMN fees_usd  numeric(20,6) NOT NULL DEFAULT 0;

COMMENT ON COLUMN fact_arb_bond_position.mode IS 'paper or live';
COMMENT ON COLUMN fact_arb_bond_position.fees_usd IS 'of its fills';

-- One row an execution, whatever its fills and the markets say: two of one
-- token, or of two tokens, would stop the executor's facts for good.
CREATE FUNCTION refresh_bonds(execs uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_bond_position AS f (position_id, opened_at,
        market_id, token_id, shares, buy_price, expected_resolve, status,
        settle_pnl, src, n, crc, mode, fees_usd)
    SELECT DISTINCT ON (e.exec_id)
           e.exec_id, e.executed_at, coalesce(m.market_id, ''), b.token_id,
           b.bought, round(b.cost / b.bought, 6),
           (SELECT s.expected_at FROM fact_arb_scan s
            WHERE s.scan_id = e.scan_id),
           CASE WHEN p.ref IS NOT NULL THEN 'SETTLED'
                WHEN b.sold >= b.bought THEN 'SOLD' ELSE 'OPEN' END,
           CASE WHEN p.ref IS NOT NULL OR b.sold >= b.bought
                THEN round(b.proceeds - b.cost - b.fees +
                           coalesce((b.bought - b.sold) * p.rate, 0), 4) END,
           e.src, e.n, e.crc, e.mode, b.fees
    FROM fact_arb_execution e
    JOIN LATERAL (
        SELECT token_id,
               coalesce(sum(shares) FILTER (WHERE side = 'buy'), 0) AS bought,
               coalesce(sum(shares) FILTER (WHERE side = 'sell'), 0) AS sold,
               coalesce(sum(shares * price) FILTER (WHERE side = 'buy'), 0)
                   AS cost,
               coalesce(sum(shares * price) FILTER (WHERE side = 'sell'), 0)
                   AS proceeds,
               sum(fee_usd) AS fees
        FROM fact_arb_fill
        WHERE exec_id = e.exec_id AND state <> 'failed' GROUP BY token_id
    ) b ON b.bought > 0
    LEFT JOIN dim_market m ON b.token_id IN (m.yes_token, m.no_token)
    LEFT JOIN LATERAL (
        SELECT ref, cash_usd / shares AS rate FROM fact_arb_settlement
        WHERE token_id = b.token_id AND mode = e.mode
          AND kind IN ('resolve', 'redeem') AND shares > 0
          AND settled_at >= e.executed_at
        ORDER BY settled_at LIMIT 1
    ) p ON true
    WHERE e.strategy = 'F' AND e.exec_id = ANY(execs)
    ORDER BY e.exec_id, b.bought DESC, b.token_id, m.market_id
    ON CONFLICT (position_id, opened_at) DO UPDATE SET
        market_id = excluded.market_id, token_id = excluded.token_id,
        shares = excluded.shares, buy_price = excluded.buy_price,
        expected_resolve = excluded.expected_resolve,
        status = excluded.status, settle_pnl = excluded.settle_pnl,
        fees_usd = excluded.fees_usd, n = excluded.n, crc = excluded.crc;
END $$;

-- As much as a column holds: what pays within minutes is any yield a year.
CREATE FUNCTION yearly_pct(ppm bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(least(ppm / 10000.0, 999999), -999999)
$$;

-- The functions of before, and what is new after them.
ALTER FUNCTION project_opportunity(row_opportunity[])
    RENAME TO project_opportunity_3;
CREATE FUNCTION project_opportunity(batch row_opportunity[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM project_opportunity_3(batch);
    UPDATE fact_arb_scan f SET
        capital_usd = nullif(d.capital, 0),
        conversion = nullif(d.conversion, 'none'),
        exposed_ms = nullif(d.exposed, 0),
        at_risk_usd = CASE WHEN d.conversion <> 'none' THEN d.at_risk END,
        hit_pct = nullif(d.hit, 0) / 10000.0,
        break_even_pct = nullif(d.break_even, 0) / 10000.0,
        annualized_pct = CASE WHEN d.hit > 0 THEN yearly_pct(d.annual)
                              ELSE f.annualized_pct END,
        excess_pct = CASE WHEN d.hit > 0 THEN yearly_pct(d.excess) END,
        -- No longer than a century.
        expected_at = CASE WHEN d.locked BETWEEN 1 AND 3155760000000
            THEN d.opened + d.locked * interval '1 millisecond' END
    FROM (SELECT DISTINCT ON (scan_id) * FROM unnest(batch)
          ORDER BY scan_id, n DESC) d
    WHERE f.scan_id = d.scan_id AND f.scanned_at = d.opened AND f.n = d.n;
    PERFORM refresh_bonds(ARRAY(
        SELECT e.exec_id FROM fact_arb_execution e, unnest(batch) d
        WHERE e.scan_id = d.scan_id AND d.strategy = 'F'));
END $$;

-- Of what other migrations may say anew: triggers, once a statement.
CREATE FUNCTION refresh_bonds_of_batch() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    execs uuid[] := ARRAY(SELECT DISTINCT e.exec_id FROM fact_arb_execution e
                          JOIN batch USING (exec_id) WHERE e.strategy = 'F');
BEGIN
    IF cardinality(execs) > 0 THEN
        PERFORM refresh_bonds(execs);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER bonds_insert AFTER INSERT ON fact_arb_execution
    REFERENCING NEW TABLE AS batch
    FOR EACH STATEMENT EXECUTE FUNCTION refresh_bonds_of_batch();
CREATE TRIGGER bonds_update AFTER UPDATE ON fact_arb_execution
    REFERENCING NEW TABLE AS batch
    FOR EACH STATEMENT EXECUTE FUNCTION refresh_bonds_of_batch();
CREATE TRIGGER bonds_insert AFTER INSERT ON fact_arb_fill
    REFERENCING NEW TABLE AS batch
    FOR EACH STATEMENT EXECUTE FUNCTION refresh_bonds_of_batch();
CREATE TRIGGER bonds_update AFTER UPDATE ON fact_arb_fill
    REFERENCING NEW TABLE AS batch
    FOR EACH STATEMENT EXECUTE FUNCTION refresh_bonds_of_batch();

-- Bonds written before their market was known get its id as soon as it is.
CREATE FUNCTION name_bonds_of_batch() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fact_arb_bond_position b SET market_id = m.market_id
    FROM batch m
    WHERE b.market_id = '' AND b.token_id IN (m.yes_token, m.no_token);
    RETURN NULL;
END $$;
CREATE TRIGGER bonds_name AFTER INSERT ON dim_market
    REFERENCING NEW TABLE AS batch
    FOR EACH STATEMENT EXECUTE FUNCTION name_bonds_of_batch();

ALTER FUNCTION project_settle(row_settle[]) RENAME TO project_settle_2;
CREATE FUNCTION project_settle(batch row_settle[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM project_settle_2(batch);
    UPDATE fact_arb_settlement f SET shares_made = d.made
    FROM unnest(batch) d WHERE f.ref = d.ref AND d.kind = 'convert';
    PERFORM refresh_bonds(ARRAY(
        SELECT b.position_id FROM fact_arb_bond_position b, unnest(batch) d
        WHERE b.token_id = d.token));
END $$;

CREATE OR REPLACE VIEW arb_orphan AS
-- What sells what is held takes no opportunity: its scan_id is its own.
SELECT 'execution without scan' AS what, exec_id::text AS id
FROM fact_arb_execution e
WHERE e.scan_id <> e.exec_id
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
) moves GROUP BY mode, token_id HAVING sum(shares) <> 0;
