-- Orleans' ADO.NET provider reads every statement it runs from this table.
CREATE TABLE IF NOT EXISTS orleansquery (
    QueryKey  TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
);

CREATE TABLE store (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    store_id      TEXT    NOT NULL,
    epoch         INTEGER NOT NULL,
    write_version INTEGER NOT NULL
);
INSERT INTO store VALUES (1, lower(hex(randomblob(16))), 1, 1);

-- One row for each durable thing. Times are microseconds since 1970 (UTC).
CREATE TABLE row (
    kind           TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    seq            INTEGER NOT NULL CHECK (seq > 0),
    payload        TEXT    NOT NULL,
    -- Carries the newest transition to the triggers below, which move it to the log: always NULL afterwards.
    transition     TEXT,
    phase          TEXT    NOT NULL,
    service        TEXT,
    environment    TEXT,
    version        TEXT,
    spec_hash      TEXT,
    shard          INTEGER NOT NULL,
    next_wake_at   INTEGER,
    updated_at     INTEGER NOT NULL,
    failures       INTEGER NOT NULL DEFAULT 0,
    retry_at       INTEGER,
    quarantined_at INTEGER,
    last_error     TEXT,
    PRIMARY KEY (kind, key)
);
CREATE INDEX row_due ON row (shard, next_wake_at) WHERE next_wake_at IS NOT NULL AND quarantined_at IS NULL;
CREATE INDEX row_service ON row (kind, service, key);
CREATE INDEX row_environment ON row (kind, environment, phase, key);

-- There is one writer at a time, so the order of positions is the order of commits.
CREATE TABLE log (
    position   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind       TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    transition TEXT    NOT NULL,
    UNIQUE (kind, key, seq)
);

-- Failures of keys that have no row. A row made for them would stand in the way of the first write, and a reader
-- would find a state that nobody decided.
CREATE TABLE failure (
    kind           TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    failures       INTEGER NOT NULL,
    retry_at       INTEGER,
    quarantined_at INTEGER,
    last_error     TEXT,
    PRIMARY KEY (kind, key)
);

CREATE TABLE spec (
    hash TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);

CREATE TRIGGER row_inserted AFTER INSERT ON row BEGIN
    INSERT INTO log (kind, key, seq, at, transition)
    VALUES (NEW.kind, NEW.key, NEW.seq, NEW.updated_at, NEW.transition);
    UPDATE row SET transition = NULL WHERE kind = NEW.kind AND key = NEW.key;
    DELETE FROM failure WHERE kind = NEW.kind AND key = NEW.key;
END;

CREATE TRIGGER row_updated AFTER UPDATE OF seq ON row BEGIN
    INSERT INTO log (kind, key, seq, at, transition)
    VALUES (NEW.kind, NEW.key, NEW.seq, NEW.updated_at, NEW.transition);
    UPDATE row SET transition = NULL WHERE kind = NEW.kind AND key = NEW.key;
END;

-- The payload parameter is a frame: header as JSON, newline, state, newline, transition. The key parameter has a colon
-- in front. No row comes back when the etag is stale, which Orleans reports as an inconsistent state.
INSERT INTO orleansquery VALUES ('WriteToStorageKey', '
WITH cut (header, rest) AS (
    SELECT substr(@PayloadBinary, 1, instr(@PayloadBinary, x''0A'') - 1),
           substr(@PayloadBinary, instr(@PayloadBinary, x''0A'') + 1)
), part (header, payload, transition) AS (
    SELECT CAST(header AS TEXT),
           CAST(substr(rest, 1, instr(rest, x''0A'') - 1) AS TEXT),
           CAST(substr(rest, instr(rest, x''0A'') + 1) AS TEXT)
    FROM cut
)
INSERT INTO row (kind, key, seq, payload, transition, phase, service, environment, version, spec_hash, shard,
                 next_wake_at, updated_at)
SELECT @GrainTypeString, substr(@GrainIdExtensionString, 2), coalesce(@GrainStateVersion, 0) + 1, payload, transition,
       header ->> ''phase'', header ->> ''service'', header ->> ''environment'', header ->> ''version'',
       header ->> ''specHash'', header ->> ''shard'', header ->> ''nextWake'', header ->> ''at''
FROM part
WHERE @GrainStateVersion IS NULL OR EXISTS (
    SELECT 1 FROM row
    WHERE kind = @GrainTypeString AND key = substr(@GrainIdExtensionString, 2) AND seq = @GrainStateVersion)
ON CONFLICT (kind, key) DO UPDATE SET
    seq = excluded.seq, payload = excluded.payload, transition = excluded.transition, phase = excluded.phase,
    service = excluded.service, environment = excluded.environment, version = excluded.version,
    spec_hash = excluded.spec_hash, next_wake_at = excluded.next_wake_at, updated_at = excluded.updated_at,
    failures = 0, retry_at = NULL, quarantined_at = NULL, last_error = NULL
WHERE row.seq = @GrainStateVersion
RETURNING seq AS NewGrainStateVersion');

INSERT INTO orleansquery VALUES ('ReadFromStorageKey', '
SELECT CAST(json_object(
           ''kind'', kind, ''key'', key, ''sequence'', seq, ''at'', updated_at, ''phase'', phase, ''service'', service,
           ''environment'', environment, ''version'', version, ''specHash'', spec_hash, ''shard'', shard,
           ''nextWake'', next_wake_at) || char(10) || payload AS BLOB) AS PayloadBinary,
       seq AS Version
FROM row WHERE kind = @GrainTypeString AND key = substr(@GrainIdExtensionString, 2)');

-- Orleans insists on a statement for clearing. A row is never cleared: what happened to it stays on record.
INSERT INTO orleansquery VALUES ('ClearStorageKey', 'SELECT NULL AS NewGrainStateVersion');
