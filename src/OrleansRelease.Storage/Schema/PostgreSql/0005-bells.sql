-- A bell tells the subscriber of a stream that a transition concerns it: which source's, and which of the source's rang
-- that stream before. It is written with the transition and deleted when it was heard, so what lies here is what has
-- still to be told. The shard is the stream's: each queue of the streams has some.
CREATE TABLE bell (
    position    bigint  NOT NULL,
    ring        integer NOT NULL,
    shard       integer NOT NULL,
    stream_kind text COLLATE "C" NOT NULL,
    stream_key  text COLLATE "C" NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    seq         integer NOT NULL,
    prev        integer NOT NULL,
    at          bigint  NOT NULL,
    PRIMARY KEY (position, ring)
);

-- As before, and rings. Frames of earlier builds name no streams.
CREATE OR REPLACE FUNCTION orel_write(_kind text, _key text, _etag integer, _frame bytea)
RETURNS TABLE (newgrainstateversion integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _first      integer := position('\x0a'::bytea IN _frame);
    _header     json    := convert_from(substring(_frame FROM 1 FOR _first - 1), 'UTF8')::json;
    _rest       bytea   := substring(_frame FROM _first + 1);
    _second     integer := position('\x0a'::bytea IN _rest);
    _payload    text    := convert_from(substring(_rest FROM 1 FOR _second - 1), 'UTF8');
    _transition text    := convert_from(substring(_rest FROM _second + 1), 'UTF8');
    _seq        integer := coalesce(_etag, 0) + 1;
    _at         bigint  := (_header ->> 'at')::bigint;
BEGIN
    IF _etag IS NULL THEN
        INSERT INTO row (kind, key, seq, payload, phase, service, environment, version, spec_hash, shard,
                         next_wake_at, updated_at)
        VALUES (_kind, _key, _seq, _payload, _header ->> 'phase', _header ->> 'service', _header ->> 'environment',
                _header ->> 'version', _header ->> 'specHash', (_header ->> 'shard')::integer,
                (_header ->> 'nextWake')::bigint, _at)
        ON CONFLICT (kind, key) DO NOTHING;
    ELSE
        UPDATE row SET
            seq = _seq, payload = _payload, phase = _header ->> 'phase', service = _header ->> 'service',
            environment = _header ->> 'environment', version = _header ->> 'version',
            spec_hash = _header ->> 'specHash', next_wake_at = (_header ->> 'nextWake')::bigint, updated_at = _at,
            failures = 0, retry_at = NULL, quarantined_at = NULL, last_error = NULL
        WHERE kind = _kind AND key = _key AND seq = _etag;
    END IF;

    -- No row comes back when the etag is stale, which Orleans reports as an inconsistent state.
    IF NOT FOUND THEN
        RETURN;
    END IF;

    INSERT INTO log (position, kind, key, seq, at, transition)
    VALUES (orel_position(pg_current_xact_id()), _kind, _key, _seq, _at, _transition);
    INSERT INTO bell (position, ring, shard, stream_kind, stream_key, kind, key, seq, prev, at)
    SELECT orel_position(pg_current_xact_id()), r.ring, (r.value ->> 'shard')::integer, r.value ->> 'kind',
           r.value ->> 'key', _kind, _key, _seq, (r.value ->> 'previous')::integer, _at
    FROM json_array_elements(_header -> 'rings') WITH ORDINALITY AS r (value, ring);
    IF _etag IS NULL THEN
        DELETE FROM failure WHERE kind = _kind AND key = _key;
    END IF;

    RETURN QUERY SELECT _seq;
END
$$;

CREATE OR REPLACE FUNCTION orel_write_many(_kinds text[], _keys text[], _etags integer[], _frames bytea[])
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
    ), rung AS (
        INSERT INTO bell (position, ring, shard, stream_kind, stream_key, kind, key, seq, prev, at)
        SELECT orel_position(pg_current_xact_id()) + w.n, r.ring, (r.value ->> 'shard')::integer, r.value ->> 'kind',
               r.value ->> 'key', w.kind, w.key, coalesce(w.etag, 0) + 1, (r.value ->> 'previous')::integer,
               (w.header ->> 'at')::bigint
        FROM written w CROSS JOIN LATERAL json_array_elements(w.header -> 'rings') WITH ORDINALITY AS r (value, ring)
    ), healed AS (
        DELETE FROM failure f USING written w WHERE w.etag IS NULL AND f.kind = w.kind AND f.key = w.key
    )
    SELECT n, coalesce(etag, 0) + 1 FROM written
$$;

-- What can be seen of a range of shards now and could not be in an earlier snapshot: exactly what was committed since,
-- whatever the order of ids and however long a stranger's transaction stays open. Without a snapshot: all of it.
CREATE FUNCTION orel_bells(
    _seen pg_snapshot, _first integer, _last integer, _after bigint, _ring integer, _limit integer)
RETURNS SETOF bell LANGUAGE sql STABLE AS $$
    SELECT * FROM (
        SELECT * FROM bell WHERE position >= coalesce(orel_position(pg_snapshot_xmax(_seen)), 0)
        UNION ALL
        SELECT b.* FROM pg_snapshot_xip(_seen) AS x (id)
        JOIN bell b ON b.position >= orel_position(x.id) AND b.position < orel_position(x.id) + 65536
    ) AS b
    WHERE shard BETWEEN _first AND _last AND (position, ring) > (_after, _ring)
    ORDER BY position, ring LIMIT _limit
$$;
