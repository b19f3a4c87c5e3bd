-- Orleans' ADO.NET providers read every statement they run from this table; other providers may share it.
CREATE TABLE IF NOT EXISTS orleansquery (
    querykey  varchar(64)   NOT NULL PRIMARY KEY,
    querytext varchar(8000) NOT NULL
);

-- position_base lifts positions above those that came with a restored database: its server counts transactions anew.
CREATE TABLE store (
    id            integer NOT NULL PRIMARY KEY CHECK (id = 1),
    store_id      text    NOT NULL,
    epoch         integer NOT NULL,
    write_version integer NOT NULL,
    position_base bigint  NOT NULL
);
INSERT INTO store VALUES (1, replace(gen_random_uuid()::text, '-', ''), 1, 1, 0);

-- One row for each durable thing. Times are microseconds since 1970 (UTC). Texts sort by their bytes, as in SQLite.
CREATE TABLE row (
    kind           text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    seq            integer NOT NULL CHECK (seq > 0),
    payload        text    NOT NULL,
    phase          text    NOT NULL,
    service        text COLLATE "C",
    environment    text COLLATE "C",
    version        text,
    spec_hash      text,
    shard          integer NOT NULL,
    next_wake_at   bigint,
    updated_at     bigint  NOT NULL,
    failures       integer NOT NULL DEFAULT 0,
    retry_at       bigint,
    quarantined_at bigint,
    last_error     text,
    PRIMARY KEY (kind, key)
);
CREATE INDEX row_due ON row (shard, next_wake_at) WHERE next_wake_at IS NOT NULL AND quarantined_at IS NULL;
CREATE INDEX row_service ON row (kind, service, key);
CREATE INDEX row_environment ON row (kind, environment, phase, key);

-- The position is the id of the writing transaction, shifted. Ids are given in order and commits are not, so a reader
-- stays below the oldest transaction still open (orel_horizon) and then misses nothing. A sequence would not do: its
-- values are drawn in another order than ids.
CREATE TABLE log (
    position   bigint  NOT NULL PRIMARY KEY,
    kind       text COLLATE "C" NOT NULL,
    key        text COLLATE "C" NOT NULL,
    seq        integer NOT NULL,
    at         bigint  NOT NULL,
    transition text    NOT NULL,
    UNIQUE (kind, key, seq)
);

-- Failures of keys that have no row. A row made for them would stand in the way of the first write, and a reader
-- would find a state that nobody decided.
CREATE TABLE failure (
    kind           text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    failures       integer NOT NULL,
    retry_at       bigint,
    quarantined_at bigint,
    last_error     text,
    PRIMARY KEY (kind, key)
);

CREATE TABLE spec (
    hash text COLLATE "C" NOT NULL PRIMARY KEY,
    text text NOT NULL
);

CREATE FUNCTION orel_position(_xid xid8) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT position_base + (_xid::text::bigint << 16) FROM store
$$;

-- STABLE matters: it makes the function see the snapshot of the statement that calls it, not a later one.
CREATE FUNCTION orel_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT orel_position(pg_snapshot_xmin(pg_current_snapshot()))
$$;

-- Called whenever the store is opened. After a restore on another server the log may hold positions that the server's
-- own count has not reached; what is written now must come after them all the same.
CREATE FUNCTION orel_lift_positions() RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE store SET position_base = position_base + newest - orel_position(pg_current_xact_id()) + 1
    FROM (SELECT max(position) AS newest FROM log) AS l
    WHERE newest >= orel_position(pg_current_xact_id())
$$;

-- The frame is: header as JSON, newline, state, newline, transition. Silos read their statements once, at start; that
-- this is a function lets a later migration change what it does under all of them.
CREATE FUNCTION orel_write(_kind text, _key text, _etag integer, _frame bytea)
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
    IF _etag IS NULL THEN
        DELETE FROM failure WHERE kind = _kind AND key = _key;
    END IF;

    RETURN QUERY SELECT _seq;
END
$$;

CREATE FUNCTION orel_read(_kind text, _key text)
RETURNS TABLE (payloadbinary bytea, version integer) LANGUAGE sql STABLE AS $$
    SELECT convert_to(json_build_object(
               'kind', kind, 'key', key, 'sequence', seq, 'at', updated_at, 'phase', phase, 'service', service,
               'environment', environment, 'version', version, 'specHash', spec_hash, 'shard', shard,
               'nextWake', next_wake_at)::text || chr(10) || payload, 'UTF8'),
           seq
    FROM row WHERE kind = _kind AND key = _key
$$;

INSERT INTO orleansquery VALUES
('WriteToStorageKey', 'SELECT * FROM orel_write(
    @GrainTypeString, substr(@GrainIdExtensionString, 2), @GrainStateVersion, @PayloadBinary)'),
('ReadFromStorageKey', 'SELECT * FROM orel_read(@GrainTypeString, substr(@GrainIdExtensionString, 2))'),
-- Orleans insists on a statement for clearing. A row is never cleared: what happened to it stays on record.
('ClearStorageKey', 'SELECT NULL::integer AS newgrainstateversion');
