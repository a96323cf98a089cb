-- some_days - three weeks of a pipeline that never was, for tests of what is
-- shown: 2026-03-10 to 2026-03-29 UTC (Europe's clocks change on the last).
-- Every number follows from its index: the same each time.  The last days are
-- live at stage 1.  Words from outside are as hostile as they could be.

CREATE FUNCTION chance(i bigint, salt text) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || substr(md5(i || salt), 1, 8))::bit(32)::bigint
           / 4294967296.0
$$;

DO $$ BEGIN
    PERFORM make_part(t, date '2026-03-10' + d)
    FROM parted_tables() t, generate_series(0, 19) d;
END $$;

CREATE TEMP TABLE opening AS
SELECT i, day, opened, strategy, event_id, sets, price, fee, legs,
       CASE WHEN day >= 17 AND strategy = 'B' THEN 'live' ELSE 'paper' END
           AS mode,
       (200 + 30000 * power(chance(i, 'life'), 6))::bigint AS lifetime,
       CASE WHEN chance(i, 'tried') > 0.6 THEN NULL
            WHEN chance(i, 'status') < 0.70 THEN 'FILLED'
            WHEN chance(i, 'status') < 0.76 THEN 'PATCHED'
            WHEN chance(i, 'status') < 0.81 THEN 'UNWOUND'
            WHEN chance(i, 'status') < 0.89 THEN 'STALE'
            WHEN chance(i, 'status') < 0.96 THEN 'DENIED'
            WHEN chance(i, 'status') < 0.99 THEN 'SKIP_CAPITAL'
            ELSE 'ERROR' END AS status,
       (ARRAY['CAPITAL', 'EVENT_LIMIT', 'BOOK_OLD', 'DAILY_LOSS'])
           [1 + floor(chance(i, 'why') * 4)::int] AS why
FROM (SELECT i, i / 200 AS day,
             timestamptz '2026-03-10 00:00+00' + i / 200 * interval '1 day' +
             (i % 200) * interval '7 minutes' + chance(i, 'at') *
             interval '6 minutes' AS opened,
             CASE WHEN chance(i, 's') < 0.5 THEN 'A'
                  WHEN chance(i, 's') < 0.8 THEN 'B' ELSE 'C' END AS strategy,
             'event-' || (i % 40) AS event_id,
             20 + floor(chance(i, 'sets') * 18) * 10 AS sets,
             round(0.955 + chance(i, 'price') * 0.035, 3) AS price,
             round(chance(i, 'fee') * 0.012, 4) AS fee,
             CASE WHEN chance(i, 's') BETWEEN 0.5 AND 0.8 THEN 2
                  ELSE 3 + i % 4 END AS legs
      FROM generate_series(0, 3999) i) raw;

INSERT INTO dim_event
SELECT 'event-' || e, e % 3 > 0, false, 4, '2026-03-10'
FROM generate_series(0, 39) e;
INSERT INTO dim_market
SELECT 'market-' || e || '-' || m, 'event-' || e, 'polymarket',
       CASE WHEN m = 0 THEN '<script>alert("1")</script> & ''x'' ' ||
                            '=HYPERLINK("http://x") ](http://x) | `x`'
            ELSE 'Will candidate ' || m || ' win race ' || e || '?' END,
       e || '0' || m || '1', e || '0' || m || '2', e % 3 > 0, true, 0.04,
       0.01, 5, 12000, '2026-06-01', '2026-03-10'
FROM generate_series(0, 39) e, generate_series(0, 3) m;

INSERT INTO fact_arb_scan
SELECT md5('scan' || i)::uuid, opened, strategy, event_id,
       ARRAY['market-' || i % 40 || '-0'], price, 100 * (1 - price),
       100 * (1 - price - fee), sets, sets * (1 - price - fee), NULL,
       '[]', NULL, coalesce(status IN ('FILLED', 'PATCHED', 'UNWOUND'), false),
       'closed', 3, sets * price, sets * fee, 0, sets * (1 - price - fee) *
       1.1, opened + lifetime * interval '1 ms', lifetime, 'GONE', 'scanner',
       i * 3 + 3, i
FROM opening;

INSERT INTO fact_arb_execution
SELECT md5('exec' || i)::uuid, opened + interval '3 ms', md5('scan' || i)::uuid,
       strategy, status, sets,
       CASE WHEN status IN ('FILLED', 'PATCHED') THEN sets ELSE 0 END,
       CASE WHEN status IN ('FILLED', 'PATCHED', 'UNWOUND')
            THEN sets * (price + CASE status WHEN 'PATCHED' THEN 0.012
                                             ELSE chance(i, 'slip') * 0.002
                                             END) ELSE 0 END,
       CASE status WHEN 'UNWOUND' THEN -round(sets * 0.03, 4) ELSE 0 END,
       '[]', CASE status WHEN 'ERROR' THEN E'<b>bad</b>,\n"quoted" \x1b[31m'
                         END,
       mode, event_id, 0,
       CASE WHEN status IN ('FILLED', 'PATCHED', 'UNWOUND') THEN sets * fee
            ELSE 0 END,
       CASE WHEN status IN ('PATCHED', 'UNWOUND') THEN 1400 + i % 900
            ELSE 0 END,
       opened + interval '180 ms' + i % 90 * interval '1 ms',
       CASE status WHEN 'STALE' THEN 'GONE' WHEN 'DENIED' THEN why
                   WHEN 'ERROR' THEN 'UNANSWERED' ELSE 'none' END,
       'executor', i * 20, i
FROM opening WHERE status IS NOT NULL;

INSERT INTO fact_arb_decision
SELECT 'riskd', i * 10, opened + interval '4 ms', md5('exec' || i)::uuid, 1,
       status <> 'DENIED', CASE WHEN status <> 'DENIED'
                                THEN md5('auth' || i)::uuid END,
       'normal', mode, strategy, event_id,
       CASE WHEN status <> 'DENIED' THEN sets * (price + 0.02) END,
       CASE status WHEN 'DENIED' THEN jsonb_build_array(
           jsonb_build_object('code', why)) END,
       CASE status WHEN 'DENIED' THEN lower(why) END,
       CASE status WHEN 'DENIED' THEN 900000000 END,
       CASE status WHEN 'DENIED' THEN 500000000 END, i
FROM opening WHERE status NOT IN ('STALE', 'SKIP_CAPITAL');

INSERT INTO fact_arb_order
SELECT md5('order' || i || '-' || leg), opened + interval '5 ms',
       md5('exec' || i)::uuid, md5('auth' || i)::uuid, leg, 1, mode,
       i % 40 || '0' || leg % 4 || '1', 'buy', round(price / legs, 3), sets,
       'FAK', CASE WHEN status = 'UNWOUND' AND leg > 0 THEN 'cancelled'
                   WHEN status = 'ERROR' THEN 'rejected' ELSE 'filled' END,
       CASE WHEN status IN ('FILLED', 'PATCHED') OR leg = 0 AND
                 status = 'UNWOUND' THEN sets ELSE 0 END,
       CASE status WHEN 'ERROR' THEN 'REFUSED' END,
       opened + interval '6 ms', opened + interval '150 ms', 'executor',
       i * 20 + 1 + leg, i
FROM opening, generate_series(0, legs - 1) leg
WHERE status IN ('FILLED', 'PATCHED', 'UNWOUND', 'ERROR');

INSERT INTO fact_arb_fill
SELECT CASE leg WHEN 0 THEN '=cmd|' ELSE '' END || order_id,
       intended_at + interval '170 ms', order_id, exec_id, leg, mode,
       token_id, side, price, shares_filled,
       round(shares_filled * price * 0.004, 6), 40,
       CASE WHEN o.n % 7 = 0 THEN 60 WHEN o.n % 11 = 0 THEN -5 ELSE o.n % 4
            END, o.n % 3, 120 + o.n % 130,
       CASE mode WHEN 'live' THEN 'mined' ELSE 'confirmed' END, 'executor',
       o.n + 10, o.crc
FROM fact_arb_order o WHERE shares_filled > 0;

-- Bought at once; paid at once (B), or twenty hours later, one basket in
-- nine with a loss.
INSERT INTO fact_arb_ledger
SELECT 'riskd', 1000000 + row_number() OVER (ORDER BY at, account, i), at,
       mode, account, strategy, event_id, NULL, amount,
       md5(at || mode || i)::uuid, i
FROM (SELECT -1 AS i, timestamptz '2026-03-10' AS at, mode, account,
             'none' AS strategy, '' AS event_id, amount
      FROM (VALUES ('paper', 'cash', 5000), ('paper', 'capital', -5000),
                   ('live', 'cash', 500), ('live', 'capital', -500))
           AS start (mode, account, amount)
      UNION ALL
      SELECT i, opened + interval '180 ms', mode, account, strategy, event_id,
             sign * sets * (price + fee)
      FROM opening, (VALUES ('position', 1), ('cash', -1)) AS line (account, sign)
      WHERE status IN ('FILLED', 'PATCHED', 'UNWOUND')
      UNION ALL
      SELECT i, paid_at, mode, account, strategy, event_id,
             CASE account WHEN 'cash' THEN paid
                          WHEN 'position' THEN -sets * (price + fee)
                          ELSE sets * (price + fee) - paid END
      FROM (SELECT *, opened + CASE strategy WHEN 'B' THEN interval '1 s'
                                             ELSE interval '20 hours' END
                      AS paid_at,
                   CASE WHEN status = 'UNWOUND' OR i % 9 = 0
                        THEN sets * (price + fee) - sets * 0.04
                        ELSE sets END AS paid
            FROM opening WHERE status IN ('FILLED', 'PATCHED', 'UNWOUND')) s,
           (VALUES ('position'), ('cash'), ('realised')) AS line (account)
      WHERE paid_at < '2026-03-30') lines;

INSERT INTO fact_arb_settlement
SELECT md5('settle' || i)::uuid, opened + interval '1 s', mode, 'merge',
       'market-' || i % 40 || '-0', i % 40 || '001', i % 40 || '002', sets,
       sets, '', 'executor', i * 20 + 19, i
FROM opening WHERE status = 'FILLED' AND strategy = 'B';

-- The shares that move with the fills and the merges.
INSERT INTO fact_arb_ledger
SELECT 'riskd', 2000000 + row_number() OVER (ORDER BY at, token_id, shares),
       at, mode, 'shares', strategy, event_id, token_id, shares,
       md5('shares' || at)::uuid, 0
FROM (SELECT filled_at AS at, f.mode, strategy, event_id, token_id, shares
      FROM fact_arb_fill f JOIN fact_arb_execution USING (exec_id)
      UNION ALL
      SELECT settled_at, mode, 'B', '', token, -shares
      FROM fact_arb_settlement, unnest(ARRAY[token_id, pair_id]) token) moves;

INSERT INTO fact_arb_risk_state
SELECT 'riskd', 5000000 + row_number() OVER (ORDER BY at), at, t.mode,
       CASE WHEN at BETWEEN '2026-03-21 14:00+00' AND '2026-03-21 15:30+00'
            THEN 'paused' ELSE 'run' END,
       CASE t.mode WHEN 'live' THEN 1 ELSE 0 END, 0, cash, 0, held, cash + held,
       realised, 0,
       greatest(cash + held, CASE t.mode WHEN 'live' THEN 650 ELSE 5000 END), '[]', 0
FROM (SELECT at, CASE WHEN at >= '2026-03-27' THEN 'live' ELSE 'paper' END
             AS mode
      FROM generate_series(timestamptz '2026-03-10 00:01+00',
                           '2026-03-29 23:51+00', '2 hours') at) t,
     LATERAL (SELECT sum(amount) FILTER (WHERE account = 'cash') AS cash,
                     coalesce(sum(amount) FILTER
                              (WHERE account = 'position'), 0) AS held,
                     coalesce(-sum(amount) FILTER
                              (WHERE account = 'realised'), 0) AS realised
              FROM fact_arb_ledger l
              WHERE l.mode = t.mode AND booked_at <= at) sums;
INSERT INTO fact_arb_daily_pnl
SELECT day, mode, realised - lag(realised, 1, 0) OVER (PARTITION BY mode
                                                      ORDER BY day),
       realised, cash, reserved, exposure, equity, high_water, src, n, crc
FROM (SELECT DISTINCT ON (1, mode) (seen_at AT TIME ZONE 'UTC')::date AS day,
             mode, realised, cash, reserved, exposure, equity, high_water,
             src, n, crc
      FROM fact_arb_risk_state ORDER BY 1, mode, n DESC) last;

INSERT INTO fact_arb_risk_event
SELECT 'riskd', 7000000 + i, timestamptz '2026-03-10' + i * interval '3 h',
       'A-0' || 10 + i % 30, 'daily_loss_usd', 'paper <none>', i * 10000,
       3000000,
       (ARRAY['info', 'warning', 'high', 'critical'])[1 + i % 4],
       (ARRAY['log', 'notify', 'pause', 'halt_new'])[1 + i % 4], i
FROM generate_series(0, 159) i;
INSERT INTO fact_arb_command VALUES
    ('riskd', 7100000, '2026-03-21 13:59+00', 'pause', '', '5400', 'ops',
     '<i>looking</i>', 0),
    ('riskd', 7100001, '2026-03-27 00:00+00', 'stage', '', '1', 'admin',
     'go', 0);

-- The last day's processes, minute by minute.
INSERT INTO fact_arb_heartbeat
SELECT at, src, 3, at <> '2026-03-29 12:00+00' OR src <> 'feed', 'live',
       '0xc0ffee0000000001', 'v1.2.0', 5000 + i * 3, 90000 + i * 60
FROM generate_series(timestamptz '2026-03-29 00:00+00',
                     '2026-03-29 23:59+00', '1 minute') WITH ORDINALITY
     AS t (at, i),
     unnest(ARRAY['feed', 'scanner', 'riskd', 'executor']) src;
INSERT INTO arb_counter_minute
SELECT at, src, 3, name, n
FROM (SELECT at, src, name, round(step * (0.5 + chance(i, name)))::bigint AS n
      FROM generate_series(timestamptz '2026-03-29 00:00+00',
                           '2026-03-29 23:59+00', '1 minute') WITH ORDINALITY
           AS t (at, i),
           (VALUES ('feed', 'frames', 2400), ('feed', 'deltas', 9100),
                   ('feed', 'hash_checked', 800), ('feed', 'books', 50),
                   ('feed', 'hash_mismatch', 0.01), ('feed', 'resyncs', 0.02),
                   ('scanner', 'looks', 5200), ('scanner', 'blocked_NO_ASK',
                   900), ('scanner', 'blocked_BELOW_NET', 40),
                   ('scanner', 'blocked_BELOW_SHARES', 12),
                   ('executor', 'skip_resting', 3)) AS c (src, name, step))
     minutes
WHERE n > 0;
INSERT INTO arb_counter_minute VALUES
    ('2026-03-29 12:00+00', 'feed', 3, 'reconnects', 1),
    ('2026-03-29 12:00+00', 'feed', 3, 'resyncs', 24),
    ('2026-03-29 17:31+00', 'feed', 3, 'hash_mismatch', 2);
INSERT INTO arb_counter
SELECT src, run, name, sum(n), max(minute) FROM arb_counter_minute
GROUP BY 1, 2, 3;
INSERT INTO arb_latency_minute
SELECT at, src, 3, hop,
       ARRAY(SELECT round(peak * exp(-power(b - middle, 2) / 8.0))::bigint +
                    CASE WHEN b = middle + 8 + i % 3 AND i % 17 = 0 THEN 1
                         ELSE 0 END
             FROM generate_series(1, 64) b)
FROM generate_series(timestamptz '2026-03-29 12:00+00',
                     '2026-03-29 23:59+00', '2 minutes') WITH ORDINALITY
     AS t (at, i),
     (VALUES ('scanner', 'feed_scanner', 400, 14),
             ('executor', 'scan_exec', 6, 16),
             ('executor', 'exec_risk', 6, 20),
             ('executor', 'tick_intent', 6, 22),
             ('executor', 'order_answer', 2, 36))
     AS h (src, hop, peak, middle);
INSERT INTO arb_latency
SELECT src, run, hop, array_agg(n ORDER BY i), '2026-03-29 23:58+00'
FROM (SELECT src, run, hop, i, sum(n)::bigint AS n
      FROM arb_latency_minute, unnest(buckets) WITH ORDINALITY AS b (n, i)
      GROUP BY 1, 2, 3, 4) sums
GROUP BY 1, 2, 3;
INSERT INTO journal_cursor VALUES ('riskd', 7100001), ('scanner', 12000),
    ('executor', 80000) ON CONFLICT (src) DO NOTHING;
DROP TABLE opening;
DROP FUNCTION chance;
ANALYZE;
