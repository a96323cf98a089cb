-- 014_related - how many dollars a set of related markets pays at least, which
-- its legs do not say: discount_pct and net_profit_pct are of each of them.
ALTER TABLE fact_arb_scan ADD COLUMN set_pays_usd bigint;
COMMENT ON COLUMN fact_arb_scan.set_pays_usd IS
    'E: dollars that a set pays at least, whatever comes';

CREATE OR REPLACE FUNCTION merge_scans() RETURNS void
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
        excess_pct = excluded.excess_pct, expected_at = excluded.expected_at,
        set_pays_usd = excluded.set_pays_usd
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
END $$;
