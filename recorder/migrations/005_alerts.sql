-- 005_alerts - marks, the audit of operators' words, and alerts.
-- What was journalled before this was applied and is behind the cursor has no
-- rows here; an empty database gets all of it.

-- What a ledger was worth each time riskd looked.
CREATE TABLE fact_arb_mark (
    src         text NOT NULL,
    n           bigint NOT NULL,
    marked_at   timestamptz NOT NULL,
    mode        text NOT NULL,
    day         date NOT NULL,
    equity      numeric(20,6) NOT NULL,
    day_open    numeric(20,6) NOT NULL,
    day_high    numeric(20,6) NOT NULL,
    best        numeric(20,6) NOT NULL,
    lock_usd    numeric(20,6) NOT NULL,
    missing     bigint NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n)
);
CREATE INDEX fact_arb_mark_day ON fact_arb_mark (mode, day);

-- Every word of an operator, done or refused; each row carries the chain of
-- the one before.
CREATE TABLE fact_arb_audit (
    src         text NOT NULL,
    n           bigint NOT NULL,
    said_at     timestamptz NOT NULL,
    audit_no    bigint NOT NULL,
    verb        text NOT NULL,
    target      text NOT NULL,
    value       text NOT NULL,
    actor       text NOT NULL,
    role        text NOT NULL,
    reason      text NOT NULL,
    nonce       bigint NOT NULL,
    expires_at  timestamptz,
    accepted    boolean NOT NULL,
    refused     text NOT NULL,
    chain_before text NOT NULL,
    chain       text NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n),
    UNIQUE (src, audit_no)
);

-- Every step of every alert.
CREATE TABLE fact_arb_alert (
    src         text NOT NULL,
    n           bigint NOT NULL,
    at          timestamptz NOT NULL,
    alert_no    bigint NOT NULL,
    step        text NOT NULL,
    level       text NOT NULL,
    key         text NOT NULL,
    severity    text NOT NULL,
    action      text NOT NULL,
    rule        text NOT NULL,
    metric      text NOT NULL,
    scope       text NOT NULL,
    value       numeric(20,0) NOT NULL,
    threshold   numeric(20,0) NOT NULL,
    times       bigint NOT NULL,
    first_at    timestamptz,
    last_at     timestamptz,
    acked       boolean NOT NULL,
    actor       text NOT NULL,
    crc         bigint NOT NULL,
    PRIMARY KEY (src, n)
);
CREATE INDEX fact_arb_alert_no ON fact_arb_alert (alert_no, n);

-- Each alert as it stands.
CREATE VIEW arb_alert AS
SELECT DISTINCT ON (alert_no) alert_no, level, step, key, severity, action,
       times, first_at, last_at, acked, actor
FROM fact_arb_alert ORDER BY alert_no, n DESC;

CREATE FUNCTION project_mark(batch row_mark[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_mark
    SELECT d.src, d.n, d.wall, d.mode, date '1970-01-01' + d.day::integer,
           d.equity, d.open, d.high, d.best, d.lock, d.missing, d.crc
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE FUNCTION project_audit(batch row_audit[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_audit
    SELECT d.src, d.n, d.wall, d.audit_n, d.verb, d.target, d.value, d.actor,
           d.role, d.reason, d.nonce, d.expires, d.accepted, d.refused,
           d.before, d.chain, d.crc
    FROM unnest(batch) d
    ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE FUNCTION project_alert(batch row_alert[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_alert
    SELECT d.src, d.n, d.at, d.alert_n, d.step, d.level, d.key, d.severity,
           d.action, d.rule, d.metric, d.scope, d.value, d.threshold, d.times,
           d.first, d.last, d.acked, d.actor, d.crc
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;
