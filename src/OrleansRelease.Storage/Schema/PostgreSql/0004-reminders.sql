-- One reminder for each shard, the backstop behind the keepers: it comes also when no keeper asks any more.
CREATE TABLE reminder (
    service     text COLLATE "C" NOT NULL,
    grain       text COLLATE "C" NOT NULL,
    name        text COLLATE "C" NOT NULL,
    start       timestamptz NOT NULL,
    period_ms   bigint      NOT NULL,
    hash        integer     NOT NULL,
    version     integer     NOT NULL,
    PRIMARY KEY (service, grain, name)
);

-- Each server reads those of its part of the ring of hashes.
CREATE INDEX reminder_range ON reminder (service, hash);

INSERT INTO orleansquery VALUES ('ReadReminderRowsKey',
'SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
FROM reminder WHERE service = @ServiceId AND grain = @GrainId');

INSERT INTO orleansquery VALUES ('ReadReminderRowKey',
'SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
FROM reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName');

INSERT INTO orleansquery VALUES ('ReadRangeRows1Key',
'SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
FROM reminder WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash');

-- A range that goes over the end of the ring.
INSERT INTO orleansquery VALUES ('ReadRangeRows2Key',
'SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
FROM reminder WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)');

INSERT INTO orleansquery VALUES ('UpsertReminderRowKey',
'INSERT INTO reminder (service, grain, name, start, period_ms, hash, version)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
ON CONFLICT (service, grain, name) DO UPDATE SET
    start = excluded.start, period_ms = excluded.period_ms, hash = excluded.hash, version = reminder.version + 1
RETURNING version AS Version');

INSERT INTO orleansquery VALUES ('DeleteReminderRowKey',
'WITH gone AS (
    DELETE FROM reminder
    WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
SELECT EXISTS (SELECT 1 FROM gone)');

INSERT INTO orleansquery VALUES ('DeleteReminderRowsKey', 'DELETE FROM reminder WHERE service = @ServiceId');
