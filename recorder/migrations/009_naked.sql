-- What stood naked at most, beside for how long.

ALTER TABLE fact_arb_execution
    ADD COLUMN naked_dollars numeric(20,6) NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION project_execution(batch row_execution[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_execution AS f (
        exec_id, executed_at, scan_id, strategy, status, shares_target,
        shares_filled, total_cost, realized_pnl, legs_result, error_msg,
        mode, event_id, shares_naked, fees_usd, naked_ms, ended_at, reason,
        src, n, crc, naked_dollars)
    SELECT DISTINCT ON (d.exec_id)
           d.exec_id, d.started, d.scan_id, d.strategy, d.status, d.target,
           d.filled, d.cost, d.pnl,
           (SELECT jsonb_agg(jsonb_build_object(
                       'leg', o.leg, 'token', o.token_id, 'side', o.side,
                       'price', o.price, 'shares', o.shares,
                       'filled', o.shares_filled, 'state', o.state)
                       ORDER BY o.attempt, o.leg)
            FROM fact_arb_order o WHERE o.exec_id = d.exec_id),
           nullif(d.error, ''), d.mode, d.event, d.naked, d.fees,
           d.naked_time, coalesce(d.ended, d.wall), d.reason, d.src, d.n, d.crc,
           d.naked_dollars
    FROM unnest(batch) d ORDER BY d.exec_id, d.n DESC
    ON CONFLICT (exec_id, executed_at) DO UPDATE SET
        status = excluded.status, shares_filled = excluded.shares_filled,
        total_cost = excluded.total_cost,
        realized_pnl = excluded.realized_pnl,
        legs_result = excluded.legs_result, error_msg = excluded.error_msg,
        shares_naked = excluded.shares_naked, fees_usd = excluded.fees_usd,
        naked_ms = excluded.naked_ms,
        naked_dollars = excluded.naked_dollars, ended_at = excluded.ended_at,
        reason = excluded.reason, src = excluded.src, n = excluded.n,
        crc = excluded.crc
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
    UPDATE fact_arb_scan s SET executed = true
    FROM unnest(batch) d
    WHERE s.scan_id = d.scan_id AND NOT s.executed
      AND d.status IN ('FILLED', 'PATCHED', 'UNWOUND', 'PARTIAL_HOLD');
END $$;

COMMENT ON COLUMN fact_arb_execution.naked_dollars IS
    'most that stood naked at once, at the prices meant; 0 before it was measured';
