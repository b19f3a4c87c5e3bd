-- without a transaction
-- What the doctor counts, in indexes that hold only that: rows that have outgrown the size from which it warns, the
-- largest first, and rows in quarantine, the oldest first.
DROP INDEX CONCURRENTLY IF EXISTS row_large;
CREATE INDEX CONCURRENTLY row_large ON row (octet_length(payload)) WHERE octet_length(payload) > 32768;
DROP INDEX CONCURRENTLY IF EXISTS row_quarantined_at;
CREATE INDEX CONCURRENTLY row_quarantined_at ON row (quarantined_at) WHERE quarantined_at IS NOT NULL;
