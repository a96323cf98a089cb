-- Whether the pipeline became slower: the median of each hop over the runs of
-- the first third of the time and of the last, in microseconds, and how many
-- samples each is of.
WITH runs AS (
    SELECT hop, buckets, ntile(3) OVER (PARTITION BY src, hop ORDER BY run) AS third
    FROM arb_latency
), cells AS (
    SELECT hop, third, i, sum(n) AS n
    FROM runs, unnest(buckets) WITH ORDINALITY AS b(n, i)
    GROUP BY hop, third, i
), sums AS (
    SELECT *, sum(n) OVER (PARTITION BY hop, third ORDER BY i) AS upto,
           sum(n) OVER (PARTITION BY hop, third) AS total
    FROM cells
), medians AS (
    SELECT hop, third, max(total) AS samples,
           min(2 ^ ((i - 1) / 2.0 + 10)) FILTER (WHERE upto * 2 >= total) / 1000 AS us
    FROM sums WHERE total > 0 GROUP BY hop, third
)
SELECT hop, round(a.us), round(z.us), a.samples, z.samples
FROM medians a JOIN medians z USING (hop)
WHERE a.third = 1 AND z.third = 3 ORDER BY hop;
