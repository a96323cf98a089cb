-- 003_evidence - what scanner saw when it found something, and the yearly
-- yield.  Rows written before stay as they are: their records did not say it.

-- {token: {"asks": [["0.41", "120"], ...]}}, best first ("bids" where the leg
-- sells); "left_out" beside the tokens when that is not all of it.
CREATE FUNCTION book_of(legs jsonb, used jsonb, left_out bigint)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(sides.token, jsonb_build_object(
               sides.side, sides.levels)) ||
           CASE WHEN left_out > 0
                THEN jsonb_build_object('left_out', left_out)
                ELSE '{}' END
    FROM (SELECT l.leg->>'token' AS token,
                 CASE l.leg->>'side' WHEN 'buy' THEN 'asks'
                                     ELSE 'bids' END AS side,
                 jsonb_agg(jsonb_build_array(u.level->'price',
                                             u.level->'size')
                           ORDER BY u.at) AS levels
          FROM jsonb_array_elements(used) WITH ORDINALITY AS u (level, at)
          JOIN jsonb_array_elements(legs) WITH ORDINALITY AS l (leg, at)
            ON (u.level->>'leg')::numeric = l.at - 1
          GROUP BY 1, 2) sides
$$;

COMMENT ON COLUMN fact_arb_scan.book_snapshot IS
    'The price levels max_shares was computed from: of each leg''s book, by '
    'token, [price, shares shown] best first down to the leg''s worst price. '
    'Which book that was, legs says (book_run, epoch, book_seq, book_hash). '
    'left_out: so many between a best and a worst did not fit. NULL: the '
    'record says nothing of them.';
COMMENT ON COLUMN fact_arb_scan.annualized_pct IS
    'net_profit_pct * 365 / days, where days (and parts of one) is how long '
    'the money is locked. NULL when the end is not known, and when it is less '
    'than a day away: nobody repeats a thing like that every day of a year.';

CREATE OR REPLACE FUNCTION project_opportunity(batch row_opportunity[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_scan AS f
    SELECT DISTINCT ON (d.scan_id)
           d.scan_id, d.opened, d.strategy, d.event, markets_of(d.legs),
           CASE WHEN d.sets > 0 THEN round(d.cost / d.sets, 6) END,
           d.gross / 10000.0, d.net / 10000.0, d.sets, d.profit,
           CASE WHEN d.locked >= 86400000
                THEN round(d.net / 10000.0 * 365 * 86400000 / d.locked, 4)
                END,
           d.legs, book_of(d.legs, d.used, d.left_out),
           EXISTS (SELECT 1 FROM fact_arb_execution e
                   WHERE e.scan_id = d.scan_id
                     AND e.status IN ('FILLED', 'PATCHED', 'UNWOUND',
                                      'PARTIAL_HOLD')),
           d.state, d.rev, d.cost, d.fees, d.lock, d.peak, d.closed,
           floor(extract(epoch FROM d.closed - d.opened) * 1000),
           d.reason, d.src, d.n, d.crc
    FROM unnest(batch) d ORDER BY d.scan_id, d.n DESC
    ON CONFLICT (scan_id, scanned_at) DO UPDATE SET
        market_ids = excluded.market_ids, total_ask = excluded.total_ask,
        discount_pct = excluded.discount_pct,
        net_profit_pct = excluded.net_profit_pct,
        max_shares = excluded.max_shares,
        est_profit_usd = excluded.est_profit_usd,
        annualized_pct = excluded.annualized_pct, legs = excluded.legs,
        book_snapshot = excluded.book_snapshot,
        executed = excluded.executed, state = excluded.state,
        rev = excluded.rev, cost_usd = excluded.cost_usd,
        fees_usd = excluded.fees_usd, lock_usd = excluded.lock_usd,
        peak_usd = excluded.peak_usd, closed_at = excluded.closed_at,
        lifetime_ms = excluded.lifetime_ms, reason = excluded.reason,
        src = excluded.src, n = excluded.n, crc = excluded.crc
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
END $$;
