-- A bell tells the subscriber of a stream that a transition concerns it: which source's, and which of the source's rang
-- that stream before. It is written with the transition and deleted when it was heard, so what lies here is what has
-- still to be told. The shard is the stream's: each queue of the streams has some.
CREATE TABLE bell (
    position    INTEGER NOT NULL,
    ring        INTEGER NOT NULL,
    shard       INTEGER NOT NULL,
    stream_kind TEXT    NOT NULL,
    stream_key  TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    seq         INTEGER NOT NULL,
    prev        INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (position, ring)
) WITHOUT ROWID;

-- Carries the streams to the triggers below, as the transition is carried: always NULL afterwards.
ALTER TABLE row ADD COLUMN rings TEXT;

DROP TRIGGER row_inserted;
DROP TRIGGER row_updated;

CREATE TRIGGER row_inserted AFTER INSERT ON row BEGIN
    INSERT INTO log (kind, key, seq, at, transition)
    VALUES (NEW.kind, NEW.key, NEW.seq, NEW.updated_at, NEW.transition);
    INSERT INTO bell (position, ring, shard, stream_kind, stream_key, kind, key, seq, prev, at)
    SELECT log.position, r.key + 1, r.value ->> 'shard', r.value ->> 'kind', r.value ->> 'key', NEW.kind, NEW.key,
           NEW.seq, r.value ->> 'previous', NEW.updated_at
    FROM log, json_each(NEW.rings) AS r WHERE log.kind = NEW.kind AND log.key = NEW.key AND log.seq = NEW.seq;
    UPDATE row SET transition = NULL, rings = NULL WHERE kind = NEW.kind AND key = NEW.key;
    DELETE FROM failure WHERE kind = NEW.kind AND key = NEW.key;
END;

CREATE TRIGGER row_updated AFTER UPDATE OF seq ON row BEGIN
    INSERT INTO log (kind, key, seq, at, transition)
    VALUES (NEW.kind, NEW.key, NEW.seq, NEW.updated_at, NEW.transition);
    INSERT INTO bell (position, ring, shard, stream_kind, stream_key, kind, key, seq, prev, at)
    SELECT log.position, r.key + 1, r.value ->> 'shard', r.value ->> 'kind', r.value ->> 'key', NEW.kind, NEW.key,
           NEW.seq, r.value ->> 'previous', NEW.updated_at
    FROM log, json_each(NEW.rings) AS r WHERE log.kind = NEW.kind AND log.key = NEW.key AND log.seq = NEW.seq;
    UPDATE row SET transition = NULL, rings = NULL WHERE kind = NEW.kind AND key = NEW.key;
END;

-- As before, and rings.
UPDATE orleansquery SET QueryText = '
WITH cut (header, rest) AS (
    SELECT substr(@PayloadBinary, 1, instr(@PayloadBinary, x''0A'') - 1),
           substr(@PayloadBinary, instr(@PayloadBinary, x''0A'') + 1)
), part (header, payload, transition) AS (
    SELECT CAST(header AS TEXT),
           CAST(substr(rest, 1, instr(rest, x''0A'') - 1) AS TEXT),
           CAST(substr(rest, instr(rest, x''0A'') + 1) AS TEXT)
    FROM cut
)
INSERT INTO row (kind, key, seq, payload, transition, rings, phase, service, environment, version, spec_hash, shard,
                 next_wake_at, updated_at)
SELECT @GrainTypeString, substr(@GrainIdExtensionString, 2), coalesce(@GrainStateVersion, 0) + 1, payload, transition,
       header ->> ''rings'', header ->> ''phase'', header ->> ''service'', header ->> ''environment'',
       header ->> ''version'', header ->> ''specHash'', header ->> ''shard'', header ->> ''nextWake'', header ->> ''at''
FROM part
WHERE @GrainStateVersion IS NULL OR EXISTS (
    SELECT 1 FROM row
    WHERE kind = @GrainTypeString AND key = substr(@GrainIdExtensionString, 2) AND seq = @GrainStateVersion)
ON CONFLICT (kind, key) DO UPDATE SET
    seq = excluded.seq, payload = excluded.payload, transition = excluded.transition, rings = excluded.rings,
    phase = excluded.phase, service = excluded.service, environment = excluded.environment,
    version = excluded.version, spec_hash = excluded.spec_hash, next_wake_at = excluded.next_wake_at,
    updated_at = excluded.updated_at,
    failures = 0, retry_at = NULL, quarantined_at = NULL, last_error = NULL
WHERE row.seq = @GrainStateVersion
RETURNING seq AS NewGrainStateVersion' WHERE QueryKey = 'WriteToStorageKey';
