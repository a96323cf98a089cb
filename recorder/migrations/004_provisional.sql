-- 'provisional' stands beside the money as well: what fills moved that the
-- chain has not confirmed.

-- What does not fit together; empty when all is well and nothing is under way.
CREATE OR REPLACE VIEW arb_orphan AS
SELECT 'execution without scan' AS what, exec_id::text AS id
FROM fact_arb_execution e
WHERE NOT EXISTS (SELECT 1 FROM fact_arb_scan s WHERE s.scan_id = e.scan_id)
UNION ALL
SELECT 'fill without order', fill_id FROM fact_arb_fill f
WHERE NOT EXISTS (SELECT 1 FROM fact_arb_order o
                  WHERE o.order_id = f.order_id)
UNION ALL
SELECT 'unbalanced ledger ref', ref::text FROM fact_arb_ledger
WHERE account NOT IN ('shares', 'fees', 'provisional')
GROUP BY ref HAVING sum(amount) <> 0
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
