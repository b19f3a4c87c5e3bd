-- What the doctor counts, in indexes that hold only that: rows that have outgrown the size from which it warns, the
-- largest first, and rows in quarantine, the oldest first.
CREATE INDEX row_large ON row (octet_length(payload)) WHERE octet_length(payload) > 32768;
CREATE INDEX row_quarantined_at ON row (quarantined_at) WHERE quarantined_at IS NOT NULL;
