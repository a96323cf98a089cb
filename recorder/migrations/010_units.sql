-- The unit of what risk events and alerts saw, beside it.  Rows of before have
-- none: rules and money in them are in millionths, all else is whole.

ALTER TABLE fact_arb_risk_event ADD COLUMN unit text NOT NULL DEFAULT '';
ALTER TABLE fact_arb_alert ADD COLUMN unit text NOT NULL DEFAULT '';

CREATE OR REPLACE FUNCTION project_risk_event(batch row_risk_event[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_risk_event
    SELECT d.src, d.n, d.wall, d.rule, d.metric, d.scope, d.value,
           d.threshold, d.severity, d.action, d.crc, d.unit
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION project_alert(batch row_alert[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_arb_alert
    SELECT d.src, d.n, d.at, d.alert_n, d.step, d.level, d.key, d.severity,
           d.action, d.rule, d.metric, d.scope, d.value, d.threshold, d.times,
           d.first, d.last, d.acked, d.actor, d.crc, d.unit
    FROM unnest(batch) d ON CONFLICT (src, n) DO NOTHING;
END $$;

COMMENT ON COLUMN fact_arb_risk_event.value IS
    'what it saw, in millionths of unit';
COMMENT ON COLUMN fact_arb_risk_event.threshold IS
    'what it allows, in millionths of unit';
COMMENT ON COLUMN fact_arb_risk_event.unit IS
    'of value and threshold; empty before it was said: then only rules and money are in millionths';
COMMENT ON COLUMN fact_arb_alert.value IS 'what it saw, in millionths of unit';
COMMENT ON COLUMN fact_arb_alert.threshold IS
    'what it allows, in millionths of unit';
COMMENT ON COLUMN fact_arb_alert.unit IS 'of value and threshold';
