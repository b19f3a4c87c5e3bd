-- without a transaction
-- How many rows are quarantined is asked whenever somebody looks at the numbers; it holds these rows only.
DROP INDEX CONCURRENTLY IF EXISTS row_quarantined;
CREATE INDEX CONCURRENTLY row_quarantined ON row (kind) WHERE quarantined_at IS NOT NULL;
