-- Many rows, each of another grain, with their transitions in one statement and so in one commit. Each stands for itself:
-- one whose etag is stale is left out, and the others do not notice. The answer names those that were written, by their
-- place in the arrays. One transaction has room for 65,536 positions in the log, so n is added to its own.
CREATE FUNCTION orel_write_many(_kinds text[], _keys text[], _etags integer[], _frames bytea[])
RETURNS TABLE (place bigint, seq integer) LANGUAGE sql AS $$
    WITH given AS (
        SELECT u.kind, u.key, u.etag, u.n, u.frame, position('\x0a'::bytea IN u.frame) AS first
        FROM unnest(_kinds, _keys, _etags, _frames) WITH ORDINALITY AS u (kind, key, etag, frame, n)
    ), cut AS (
        SELECT kind, key, etag, n, convert_from(substring(frame FROM 1 FOR first - 1), 'UTF8')::json AS header,
               substring(frame FROM first + 1) AS rest
        FROM given
    ), part AS (
        SELECT kind, key, etag, n, header,
               convert_from(substring(rest FROM 1 FOR position('\x0a'::bytea IN rest) - 1), 'UTF8') AS payload,
               convert_from(substring(rest FROM position('\x0a'::bytea IN rest) + 1), 'UTF8') AS transition
        FROM cut
    ), inserted AS (
        INSERT INTO row (kind, key, seq, payload, phase, service, environment, version, spec_hash, shard,
                         next_wake_at, updated_at)
        SELECT kind, key, 1, payload, header ->> 'phase', header ->> 'service', header ->> 'environment',
               header ->> 'version', header ->> 'specHash', (header ->> 'shard')::integer,
               (header ->> 'nextWake')::bigint, (header ->> 'at')::bigint
        FROM part WHERE etag IS NULL
        ORDER BY kind, key
        ON CONFLICT (kind, key) DO NOTHING
        RETURNING kind, key
    ), updated AS (
        UPDATE row SET
            seq = p.etag + 1, payload = p.payload, phase = p.header ->> 'phase', service = p.header ->> 'service',
            environment = p.header ->> 'environment', version = p.header ->> 'version',
            spec_hash = p.header ->> 'specHash', next_wake_at = (p.header ->> 'nextWake')::bigint,
            updated_at = (p.header ->> 'at')::bigint,
            failures = 0, retry_at = NULL, quarantined_at = NULL, last_error = NULL
        FROM part p WHERE row.kind = p.kind AND row.key = p.key AND row.seq = p.etag
        RETURNING row.kind, row.key
    ), written AS (
        SELECT p.* FROM part p JOIN (SELECT * FROM inserted UNION ALL SELECT * FROM updated) w USING (kind, key)
    ), logged AS (
        INSERT INTO log (position, kind, key, seq, at, transition)
        SELECT orel_position(pg_current_xact_id()) + n, kind, key, coalesce(etag, 0) + 1,
               (header ->> 'at')::bigint, transition
        FROM written
    ), healed AS (
        DELETE FROM failure f USING written w WHERE w.etag IS NULL AND f.kind = w.kind AND f.key = w.key
    )
    SELECT n, coalesce(etag, 0) + 1 FROM written
$$;
