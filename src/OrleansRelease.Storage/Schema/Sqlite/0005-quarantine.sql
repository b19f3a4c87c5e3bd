-- How many rows are quarantined is asked whenever somebody looks at the numbers; it holds these rows only.
CREATE INDEX row_quarantined ON row (kind) WHERE quarantined_at IS NOT NULL;
