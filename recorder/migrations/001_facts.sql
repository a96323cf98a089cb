-- 001_facts - the tables that dashboards, reports and people read.
-- Every fact row carries the journal record it was last written from: src,
-- n (its index there) and crc.  Money is NUMERIC dollars, quantities NUMERIC
-- shares, times timestamptz in UTC.

CREATE TABLE journal_cursor (
    src         text PRIMARY KEY,          -- whose facts journal
    committed   bigint NOT NULL,           -- last index that is in the tables
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dim_event (
    event_id    text PRIMARY KEY,
    neg_risk    boolean NOT NULL,
    augmented   boolean NOT NULL,
    markets     integer NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dim_market (
    market_id   text PRIMARY KEY,
    event_id    text NOT NULL,
    venue       text NOT NULL,
    question    text NOT NULL,
    yes_token   text NOT NULL,
    no_token    text NOT NULL,
    neg_risk    boolean NOT NULL,
    open        boolean NOT NULL,
    fee_rate    numeric(10,6),             -- NULL: unknown
    tick        numeric(10,6) NOT NULL,
    min_size    numeric(20,6) NOT NULL,
    liquidity   numeric(20,6) NOT NULL,
    ends_at     timestamptz,
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dim_market_yes ON dim_market (yes_token);
CREATE INDEX dim_market_no ON dim_market (no_token);

-- One row an opening, with its peak and how long it lived.
CREATE TABLE fact_arb_scan (
    scan_id        uuid NOT NULL,
    scanned_at     timestamptz NOT NULL,   -- when it opened
    strategy       text NOT NULL CHECK (strategy ~ '^[A-H]$'),
    event_id       text NOT NULL,
    market_ids     text[],
    total_ask      numeric(10,6),          -- what a set costs
    discount_pct   numeric(10,6),          -- gross, per $1 of payout, percent
    net_profit_pct numeric(10,6),
    max_shares     numeric(20,6),
    est_profit_usd numeric(12,4),
    annualized_pct numeric(10,4),
    legs           jsonb NOT NULL,
    book_snapshot  jsonb,
    executed       boolean NOT NULL DEFAULT false,
    state          text NOT NULL,
    rev            bigint NOT NULL,
    cost_usd       numeric(20,6) NOT NULL,
    fees_usd       numeric(20,6) NOT NULL,
    lock_usd       numeric(20,6) NOT NULL,
    peak_usd       numeric(20,6) NOT NULL,
    closed_at      timestamptz,
    lifetime_ms    bigint,
    reason         text NOT NULL,
    src            text NOT NULL,
    n              bigint NOT NULL,
    crc            bigint NOT NULL,
    PRIMARY KEY (scan_id, scanned_at)
);
CREATE INDEX fact_arb_scan_time ON fact_arb_scan (scanned_at);
CREATE INDEX fact_arb_scan_event ON fact_arb_scan (event_id, scanned_at);

CREATE TABLE fact_arb_execution (
    exec_id        uuid NOT NULL,
    executed_at    timestamptz NOT NULL,   -- when it began
    scan_id        uuid NOT NULL,
    strategy       text NOT NULL,
    status         text NOT NULL,
    shares_target  numeric(20,6) NOT NULL,
    shares_filled  numeric(20,6) NOT NULL DEFAULT 0,
    total_cost     numeric(12,4) NOT NULL,
    realized_pnl   numeric(12,4) NOT NULL,
    legs_result    jsonb,
    error_msg      text,
    mode           text NOT NULL,
    event_id       text NOT NULL,
    shares_naked   numeric(20,6) NOT NULL,
    fees_usd       numeric(20,6) NOT NULL,
    naked_ms       bigint NOT NULL,
    ended_at       timestamptz NOT NULL,
    reason         text NOT NULL,
    src            text NOT NULL,
    n              bigint NOT NULL,
    crc            bigint NOT NULL,
    PRIMARY KEY (exec_id, executed_at)
);
CREATE INDEX fact_arb_execution_time ON fact_arb_execution (executed_at);
CREATE INDEX fact_arb_execution_scan ON fact_arb_execution (scan_id);

-- Strategy F arrives with its issue; the table keeps the documents' shape.
CREATE TABLE fact_arb_bond_position (
    position_id      uuid NOT NULL,
    opened_at        timestamptz NOT NULL,
    market_id        text NOT NULL,
    token_id         text NOT NULL,
    shares           numeric(20,6) NOT NULL,
    buy_price        numeric(10,6) NOT NULL,
    expected_resolve timestamptz,
    status           text NOT NULL DEFAULT 'OPEN'
                     CHECK (status IN ('OPEN', 'SETTLED', 'SOLD')),
    settle_pnl       numeric(12,4),
    src              text NOT NULL,
    n                bigint NOT NULL,
    crc              bigint NOT NULL,
    PRIMARY KEY (position_id, opened_at)
);

-- An order, from intent to its end.
CREATE TABLE fact_arb_order (
    order_id     text NOT NULL,
    intended_at  timestamptz NOT NULL,
    exec_id      uuid NOT NULL,
    auth_id      uuid NOT NULL,
    leg          bigint NOT NULL,
    attempt      bigint NOT NULL,
    mode         text NOT NULL,
    token_id     text NOT NULL,
    side         text NOT NULL,
    price        numeric(10,6) NOT NULL,
    shares       numeric(20,6) NOT NULL,
    tif          text NOT NULL,
    state        text NOT NULL DEFAULT 'intended',
    shares_filled numeric(20,6) NOT NULL DEFAULT 0,
    reason       text,
    sent_at      timestamptz,
    answered_at  timestamptz,
    src          text NOT NULL,
    n            bigint NOT NULL,
    crc          bigint NOT NULL,
    PRIMARY KEY (order_id, intended_at)
);
CREATE INDEX fact_arb_order_exec ON fact_arb_order (exec_id);
CREATE INDEX fact_arb_order_time ON fact_arb_order (intended_at);

CREATE TABLE fact_arb_fill (
    fill_id     text NOT NULL,
    filled_at   timestamptz NOT NULL,
    order_id    text NOT NULL,
    exec_id     uuid NOT NULL,
    leg         bigint NOT NULL,
    mode        text NOT NULL,
    token_id    text NOT NULL,
    side        text NOT NULL,
    price       numeric(10,6) NOT NULL,
    shares      numeric(20,6) NOT NULL,
    fee_usd     numeric(20,6) NOT NULL,
    fee_bps     bigint NOT NULL,
    slippage_bps bigint NOT NULL,
    impact_bps  bigint NOT NULL,
    delay_ms    bigint NOT NULL,
    state       text NOT NULL,
    src         text NOT NULL,
    n           bigint NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (fill_id, filled_at)
);
CREATE UNIQUE INDEX fact_arb_fill_once ON fact_arb_fill (fill_id);
CREATE INDEX fact_arb_fill_exec ON fact_arb_fill (exec_id);
CREATE INDEX fact_arb_fill_time ON fact_arb_fill (filled_at);

CREATE TABLE fact_arb_settlement (
    ref         uuid NOT NULL,
    settled_at  timestamptz NOT NULL,
    mode        text NOT NULL,
    kind        text NOT NULL,
    market_id   text NOT NULL,
    token_id    text NOT NULL,
    pair_id     text,
    shares      numeric(20,6) NOT NULL,
    cash_usd    numeric(20,6) NOT NULL,
    evidence    text NOT NULL,
    src         text NOT NULL,
    n           bigint NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (ref, settled_at)
);

-- riskd's answers: a reservation, or a refusal with its numbers.
CREATE TABLE fact_arb_decision (
    src         text NOT NULL,
    n           bigint NOT NULL,
    decided_at  timestamptz NOT NULL,
    exec_id     uuid NOT NULL,
    attempt     bigint NOT NULL,
    granted     boolean NOT NULL,
    auth_id     uuid,
    kind        text,
    mode        text,
    strategy    text,
    event_id    text,
    reserved_usd numeric(20,6),
    reasons     jsonb,
    rule        text,
    value       numeric(20,0),
    threshold   numeric(20,0),
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n)
);
CREATE INDEX fact_arb_decision_exec ON fact_arb_decision (exec_id);

-- Double entry: the lines of one ref sum to zero, but for 'shares' and
-- 'fees', which stand beside the money.
CREATE TABLE fact_arb_ledger (
    src         text NOT NULL,
    n           bigint NOT NULL,
    booked_at   timestamptz NOT NULL,
    mode        text NOT NULL,
    account     text NOT NULL,
    strategy    text NOT NULL,
    event_id    text NOT NULL,
    token_id    text,
    amount      numeric(20,6) NOT NULL,
    ref         uuid NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n)
);
CREATE INDEX fact_arb_ledger_ref ON fact_arb_ledger (ref);
CREATE INDEX fact_arb_ledger_time ON fact_arb_ledger (booked_at);

CREATE TABLE fact_arb_risk_event (
    src         text NOT NULL,
    n           bigint NOT NULL,
    raised_at   timestamptz NOT NULL,
    rule        text NOT NULL,
    metric      text NOT NULL,
    scope       text NOT NULL,
    value       numeric(20,0) NOT NULL,
    threshold   numeric(20,0) NOT NULL,
    severity    text NOT NULL,
    action      text NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n)
);

CREATE TABLE fact_arb_command (
    src         text NOT NULL,
    n           bigint NOT NULL,
    given_at    timestamptz NOT NULL,
    verb        text NOT NULL,
    target      text NOT NULL,
    value       text NOT NULL,
    actor       text NOT NULL,
    reason      text NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n)
);

-- The last risk_state of each UTC day and mode.
CREATE TABLE fact_arb_daily_pnl (
    day         date NOT NULL,
    mode        text NOT NULL,
    day_pnl     numeric(20,6) NOT NULL,
    realised    numeric(20,6) NOT NULL,
    cash        numeric(20,6) NOT NULL,
    reserved    numeric(20,6) NOT NULL,
    exposure    numeric(20,6) NOT NULL,
    equity      numeric(20,6) NOT NULL,
    high_water  numeric(20,6) NOT NULL,
    src         text NOT NULL,
    n           bigint NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (day, mode)
);

-- Sampled from the bus, not from a journal: how the processes were.
CREATE TABLE fact_arb_heartbeat (
    heard_at    timestamptz NOT NULL,
    src         text NOT NULL,
    run         bigint NOT NULL,
    ready       boolean NOT NULL,
    mode        text NOT NULL,
    config      text NOT NULL,
    build       text NOT NULL,
    facts_head  bigint NOT NULL,
    inputs_head bigint NOT NULL,
    PRIMARY KEY (heard_at, src)
);

-- What each run of each process has counted; kept at its last value.
CREATE TABLE arb_counter (
    src         text NOT NULL,
    run         bigint NOT NULL,
    name        text NOT NULL,
    value       bigint NOT NULL,
    heard_at    timestamptz NOT NULL,
    PRIMARY KEY (src, run, name)
);

-- Latency histograms since each run's start; bucket i (from 0) counts
-- samples below 2^(i/2 + 10) ns.
CREATE TABLE arb_latency (
    src         text NOT NULL,
    run         bigint NOT NULL,
    hop         text NOT NULL,
    buckets     bigint[] NOT NULL,
    heard_at    timestamptz NOT NULL,
    PRIMARY KEY (src, run, hop)
);

-- What is held, by the ledger; shares and cost cannot disagree with it.
CREATE VIEW fact_arb_position AS
SELECT mode, token_id, strategy, event_id,
       sum(amount) FILTER (WHERE account = 'shares')   AS shares,
       sum(amount) FILTER (WHERE account = 'position') AS cost_usd,
       max(booked_at)                                  AS updated_at
FROM fact_arb_ledger
WHERE token_id IS NOT NULL AND account IN ('shares', 'position')
GROUP BY mode, token_id, strategy, event_id
HAVING sum(amount) FILTER (WHERE account = 'shares') <> 0;

-- What does not fit together; empty when all is well and nothing is under way.
CREATE VIEW arb_orphan AS
SELECT 'execution without scan' AS what, exec_id::text AS id
FROM fact_arb_execution e
WHERE NOT EXISTS (SELECT 1 FROM fact_arb_scan s WHERE s.scan_id = e.scan_id)
UNION ALL
SELECT 'fill without order', fill_id FROM fact_arb_fill f
WHERE NOT EXISTS (SELECT 1 FROM fact_arb_order o
                  WHERE o.order_id = f.order_id)
UNION ALL
SELECT 'unbalanced ledger ref', ref::text FROM fact_arb_ledger
WHERE account NOT IN ('shares', 'fees') GROUP BY ref HAVING sum(amount) <> 0
UNION ALL
SELECT 'books and fills disagree', mode || ' ' || token_id FROM (
    SELECT mode, token_id, amount AS shares FROM fact_arb_ledger
    WHERE account = 'shares'
    UNION ALL
    SELECT mode, token_id, CASE side WHEN 'buy' THEN -shares ELSE shares END
    FROM fact_arb_fill WHERE state <> 'failed'
    UNION ALL
    SELECT mode, token_id, CASE kind WHEN 'split' THEN -shares ELSE shares END
    FROM fact_arb_settlement
    UNION ALL
    SELECT mode, pair_id, CASE kind WHEN 'split' THEN -shares ELSE shares END
    FROM fact_arb_settlement WHERE kind IN ('merge', 'split')
) moves GROUP BY mode, token_id HAVING sum(shares) <> 0;
