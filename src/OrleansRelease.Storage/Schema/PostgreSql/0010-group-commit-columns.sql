-- As orel_write_many, which servers of earlier builds go on calling, but each column comes in an array of its own: to cut
-- frames and to read their headers costs the server more than to store what they hold. And PL/pgSQL keeps its plan, where
-- a function in SQL makes one for each call. Rings are an array of objects for each row that rings, else null.
CREATE FUNCTION orel_write_rows(
    _kinds text[], _keys text[], _etags integer[], _ats bigint[], _phases text[], _services text[],
    _environments text[], _versions text[], _spec_hashes text[], _shards integer[], _wakes bigint[],
    _rings text[], _payloads text[], _transitions text[])
RETURNS TABLE (place bigint, seq integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _position bigint := orel_position(pg_current_xact_id());
BEGIN
    RETURN QUERY
    WITH part AS (
        SELECT * FROM unnest(
            _kinds, _keys, _etags, _ats, _phases, _services, _environments, _versions, _spec_hashes, _shards, _wakes,
            _rings, _payloads, _transitions) WITH ORDINALITY AS u (
            kind, key, etag, at, phase, service, environment, version, spec_hash, shard, wake,
            rings, payload, transition, n)
    ), inserted AS (
        INSERT INTO row (kind, key, seq, payload, phase, service, environment, version, spec_hash, shard,
                         next_wake_at, updated_at)
        SELECT kind, key, 1, payload, phase, service, environment, version, spec_hash, shard, wake, at
        FROM part WHERE etag IS NULL
        ORDER BY kind, key
        ON CONFLICT (kind, key) DO NOTHING
        RETURNING kind, key
    ), updated AS (
        UPDATE row SET
            seq = p.etag + 1, payload = p.payload, phase = p.phase, service = p.service, environment = p.environment,
            version = p.version, spec_hash = p.spec_hash, next_wake_at = p.wake, updated_at = p.at,
            failures = 0, retry_at = NULL, quarantined_at = NULL, last_error = NULL
        FROM part p WHERE row.kind = p.kind AND row.key = p.key AND row.seq = p.etag
        RETURNING row.kind, row.key
    ), written AS (
        SELECT p.n, p.kind, p.key, p.etag, coalesce(p.etag, 0) + 1 AS seq, p.at, p.rings, p.transition
        FROM part p JOIN (SELECT * FROM inserted UNION ALL SELECT * FROM updated) w USING (kind, key)
    ), logged AS (
        INSERT INTO log (position, kind, key, seq, at, transition)
        SELECT _position + n, kind, key, seq, at, transition FROM written
    ), rung AS (
        INSERT INTO bell (position, ring, shard, stream_kind, stream_key, kind, key, seq, prev, at)
        SELECT _position + w.n, r.ring, (r.value ->> 'shard')::integer, r.value ->> 'kind', r.value ->> 'key',
               w.kind, w.key, w.seq, (r.value ->> 'previous')::integer, w.at
        FROM written w CROSS JOIN LATERAL json_array_elements(w.rings::json) WITH ORDINALITY AS r (value, ring)
        WHERE w.rings IS NOT NULL
    ), healed AS (
        DELETE FROM failure f USING written w WHERE w.etag IS NULL AND f.kind = w.kind AND f.key = w.key
    )
    SELECT n, written.seq FROM written;
END
$$;
