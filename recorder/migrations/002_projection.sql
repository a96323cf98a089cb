-- 002_projection - from journal records to rows.
-- The recorder gives records of one type at a time to project_<type>, as an
-- array of row_<type>: src, n, crc, wall (when it was written), then the fields
-- of the message.  It makes those types itself, from the tables of proto.
-- (plpgsql, because that remembers how a statement is best done.)
-- Writing a record twice changes nothing; an older record never overwrites a
-- newer one; the same index with other content stops the stream.  What comes
-- from the bus and not from a journal (counters, latencies, markets) is given
-- the same way; then n is only an order, and crc holds the speaker's run.
-- Prices, shares and dollars are decimals, ratios millionths; a time nobody
-- knows and a token that is none are NULL.

CREATE FUNCTION at_ns(ns numeric) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS
$$ SELECT timestamptz 'epoch' + floor(ns / 1000) * interval '1 microsecond' $$;

-- Asked of a row that is in the table, when a record of the same thing comes.
CREATE FUNCTION is_newer(old_src text, old_n bigint, old_crc bigint,
                         src text, n bigint, crc bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF old_src = src AND old_n = n AND old_crc <> crc THEN
        RAISE EXCEPTION 'record %:% is in the tables with other content',
            src, n USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN old_n < n;
END $$;

CREATE FUNCTION markets_of(legs jsonb) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(DISTINCT m.market_id ORDER BY m.market_id)
    FROM jsonb_array_elements(legs) leg
    JOIN dim_market m ON leg->>'token' IN (m.yes_token, m.no_token)
$$;

CREATE FUNCTION project_opportunity(batch row_opportunity[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_scan AS f
    SELECT DISTINCT ON (d.scan_id)
           d.scan_id, d.opened, d.strategy, d.event, markets_of(d.legs),
           CASE WHEN d.sets > 0 THEN round(d.cost / d.sets, 6) END,
           d.gross / 10000.0, d.net / 10000.0, d.sets, d.profit, NULL, d.legs,
           NULL,
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
        est_profit_usd = excluded.est_profit_usd, legs = excluded.legs,
        executed = excluded.executed, state = excluded.state,
        rev = excluded.rev, cost_usd = excluded.cost_usd,
        fees_usd = excluded.fees_usd, lock_usd = excluded.lock_usd,
        peak_usd = excluded.peak_usd, closed_at = excluded.closed_at,
        lifetime_ms = excluded.lifetime_ms, reason = excluded.reason,
        src = excluded.src, n = excluded.n, crc = excluded.crc
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
END $$;

CREATE FUNCTION project_execution(batch row_execution[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_execution AS f
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
           d.naked_time, coalesce(d.ended, d.wall), d.reason, d.src, d.n, d.crc
    FROM unnest(batch) d ORDER BY d.exec_id, d.n DESC
    ON CONFLICT (exec_id, executed_at) DO UPDATE SET
        status = excluded.status, shares_filled = excluded.shares_filled,
        total_cost = excluded.total_cost,
        realized_pnl = excluded.realized_pnl,
        legs_result = excluded.legs_result, error_msg = excluded.error_msg,
        shares_naked = excluded.shares_naked, fees_usd = excluded.fees_usd,
        naked_ms = excluded.naked_ms, ended_at = excluded.ended_at,
        reason = excluded.reason, src = excluded.src, n = excluded.n,
        crc = excluded.crc
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
    UPDATE fact_arb_scan s SET executed = true
    FROM unnest(batch) d
    WHERE s.scan_id = d.scan_id AND NOT s.executed
      AND d.status IN ('FILLED', 'PATCHED', 'UNWOUND', 'PARTIAL_HOLD');
END $$;

-- The row goes on with its orders; an intent never changes it.
CREATE FUNCTION project_intent(batch row_intent[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_order AS f (order_id, intended_at, exec_id, auth_id,
        leg, attempt, mode, token_id, side, price, shares, tif, src, n, crc)
    SELECT d."order", d.wall, d."group", d.auth, d.leg, d.attempt, d.mode,
           d.token, d.side, d.price, d.qty, d.tif, d.src, d.n, d.crc
    FROM unnest(batch) d
    ON CONFLICT (order_id, intended_at) DO UPDATE SET n = f.n
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
END $$;

CREATE FUNCTION project_order(batch row_order[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fact_arb_order f SET
        state = d.state, shares_filled = d.filled,
        reason = nullif(d.reason, 'none'), sent_at = d.sent,
        answered_at = d.answered, n = d.n, crc = d.crc
    FROM (SELECT DISTINCT ON ("order") * FROM unnest(batch)
          ORDER BY "order", n DESC) d
    WHERE f.order_id = d."order"
      AND is_newer(f.src, f.n, f.crc, d.src, d.n, d.crc);
END $$;

CREATE FUNCTION project_fill(batch row_fill[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_fill AS f
    SELECT DISTINCT ON (d.fill_id)
           d.fill_id, min(d.wall) OVER same, d."order", d."group", d.leg,
           d.mode, d.token, d.side, d.price, d.qty, d.fee, d.fee_bps,
           d.slippage, d.impact, d.delay, d.state, d.src, d.n, d.crc
    FROM unnest(batch) d
    WINDOW same AS (PARTITION BY d.fill_id ORDER BY d.n DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ORDER BY d.fill_id, d.n DESC
    ON CONFLICT (fill_id) DO UPDATE SET
        state = excluded.state, fee_usd = excluded.fee_usd,
        src = excluded.src, n = excluded.n, crc = excluded.crc
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
END $$;

CREATE FUNCTION project_settle(batch row_settle[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_settlement AS f
    SELECT DISTINCT ON (d.ref)
           d.ref, d.wall, d.mode, d.kind, d.market, d.token, d.pair, d.qty,
           d.cash, d.evidence, d.src, d.n, d.crc
    FROM unnest(batch) d ORDER BY d.ref, d.n
    ON CONFLICT (ref, settled_at) DO UPDATE SET n = f.n
    WHERE is_newer(f.src, f.n, f.crc, excluded.src, excluded.n, excluded.crc);
END $$;

CREATE FUNCTION project_grant(batch row_grant[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_decision
    SELECT d.src, d.n, d.wall, d."group", d.attempt, true, d.auth, d.kind,
           d.mode, d.strategy, d.event, d.reserved, NULL, NULL, NULL, NULL,
           d.crc
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE FUNCTION project_denial(batch row_denial[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_decision
    SELECT d.src, d.n, d.wall, d."group", d.attempt, false, NULL, NULL, NULL,
           NULL, NULL, NULL, d.reasons, d.rule, d.value, d."limit", d.crc
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE FUNCTION project_ledger_entry(batch row_ledger_entry[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_ledger
    SELECT d.src, d.n, d.wall, d.mode, d.account, d.strategy, d.event, d.token,
           d.amount, d.ref, d.crc
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE FUNCTION project_risk_event(batch row_risk_event[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_risk_event
    SELECT d.src, d.n, d.wall, d.rule, d.metric, d.scope, d.value,
           d.threshold, d.severity, d.action, d.crc
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE FUNCTION project_command(batch row_command[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_command
    SELECT d.src, d.n, d.wall, d.verb, d.target, d.value, d.actor, d.reason,
           d.crc
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE FUNCTION project_risk_state(batch row_risk_state[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
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

-- Markets come from the bus; scans written before their market was known
-- get their market ids as soon as it is.
CREATE FUNCTION project_market(batch row_market[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dim_market AS f
    SELECT DISTINCT ON (d.market)
           d.market, d.event, d.venue, d.question, d.yes, d.no, d.neg_risk,
           d.open, CASE WHEN d.fee_known THEN d.fee_rate / 1000000.0 END,
           d.tick, d.min_size, d.liquidity, d.ends, now()
    FROM unnest(batch) d ORDER BY d.market, d.n DESC
    ON CONFLICT (market_id) DO UPDATE SET
        event_id = excluded.event_id, question = excluded.question,
        neg_risk = excluded.neg_risk, open = excluded.open,
        fee_rate = excluded.fee_rate, tick = excluded.tick,
        min_size = excluded.min_size, liquidity = excluded.liquidity,
        ends_at = excluded.ends_at, updated_at = excluded.updated_at;
    INSERT INTO dim_event
    SELECT d.event, bool_or(d.neg_risk), bool_or(d.augmented),
           max(d.event_size), now()
    FROM unnest(batch) d GROUP BY d.event
    ON CONFLICT (event_id) DO UPDATE SET
        neg_risk = excluded.neg_risk, augmented = excluded.augmented,
        markets = excluded.markets, updated_at = excluded.updated_at;
    UPDATE fact_arb_scan SET market_ids = markets_of(legs)
    WHERE market_ids IS NULL AND legs <> '[]'::jsonb;
END $$;

CREATE FUNCTION project_counter(batch row_counter[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO arb_counter AS f
    SELECT DISTINCT ON (d.src, d.crc, d.name)
           d.src, d.crc, d.name, d.value, d.wall
    FROM unnest(batch) d ORDER BY d.src, d.crc, d.name, d.n DESC
    ON CONFLICT (src, run, name) DO UPDATE SET
        value = excluded.value, heard_at = excluded.heard_at
    WHERE f.heard_at <= excluded.heard_at;
END $$;

CREATE FUNCTION project_latency(batch row_latency[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
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
