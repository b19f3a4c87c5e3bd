-- Who is in the cluster. Each change of a member raises the version of the list that it was decided on, so that of two
-- servers that judge one another only one is heard. A list belongs to one cluster id: the store's id with its epoch and
-- its place, so servers on a copy of the database never meet those that it was copied with.
CREATE TABLE member_list (
    cluster text COLLATE "C" NOT NULL PRIMARY KEY,
    version integer NOT NULL DEFAULT 0
);

CREATE TABLE member (
    cluster    text COLLATE "C" NOT NULL REFERENCES member_list,
    address    text COLLATE "C" NOT NULL,
    port       integer     NOT NULL,
    generation integer     NOT NULL,
    name       text        NOT NULL,
    host       text        NOT NULL,
    status     integer     NOT NULL,
    proxy_port integer     NOT NULL,
    suspects   text,
    started    timestamptz NOT NULL,
    alive      timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

-- What all servers of this database have to agree on, by name; whoever is first says it.
CREATE TABLE agreed (
    name  text COLLATE "C" NOT NULL PRIMARY KEY,
    value text NOT NULL
);

-- A member is taken in, or changed, only on the newest list; the row of the list is locked first, so two that come at
-- once come one after the other, and the second finds that its list is old.
CREATE FUNCTION orel_member_insert(
    _cluster text, _version integer, _address text, _port integer, _generation integer, _name text, _host text,
    _status integer, _proxy_port integer, _started timestamptz, _alive timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM member_list WHERE cluster = _cluster AND version = _version FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    INSERT INTO member (cluster, address, port, generation, name, host, status, proxy_port, started, alive)
    VALUES (_cluster, _address, _port, _generation, _name, _host, _status, _proxy_port, _started, _alive)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    UPDATE member_list SET version = version + 1 WHERE cluster = _cluster;
    RETURN true;
END $$;

CREATE FUNCTION orel_member_update(
    _cluster text, _version integer, _address text, _port integer, _generation integer, _status integer,
    _suspects text, _alive timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM member_list WHERE cluster = _cluster AND version = _version FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    UPDATE member SET status = _status, suspects = _suspects, alive = _alive
    WHERE cluster = _cluster AND address = _address AND port = _port AND generation = _generation;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    UPDATE member_list SET version = version + 1 WHERE cluster = _cluster;
    RETURN true;
END $$;

-- Read once, when a server starts. The names of parameters and of columns are Orleans'.
INSERT INTO orleansquery VALUES ('InsertMembershipVersionKey',
'WITH made AS (INSERT INTO member_list (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
SELECT EXISTS (SELECT 1 FROM made)');

INSERT INTO orleansquery VALUES ('InsertMembershipKey',
'SELECT orel_member_insert(@DeploymentId, @Version, @Address, @Port, @Generation, @SiloName, @HostName, @Status,
    @ProxyPort, @StartTime, @IAmAliveTime)');

INSERT INTO orleansquery VALUES ('UpdateMembershipKey',
'SELECT orel_member_update(@DeploymentId, @Version, @Address, @Port, @Generation, @Status, @SuspectTimes,
    @IAmAliveTime)');

INSERT INTO orleansquery VALUES ('UpdateIAmAlivetimeKey',
'UPDATE member SET alive = @IAmAliveTime
WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation');

INSERT INTO orleansquery VALUES ('MembershipReadAllKey',
'SELECT m.address AS Address, m.port AS Port, m.generation AS Generation, m.name AS SiloName, m.host AS HostName,
    m.status AS Status, m.proxy_port AS ProxyPort, m.suspects AS SuspectTimes, m.started AS StartTime,
    m.alive AS IAmAliveTime, l.version AS Version
FROM member_list l LEFT JOIN member m USING (cluster) WHERE l.cluster = @DeploymentId');

INSERT INTO orleansquery VALUES ('MembershipReadRowKey',
'SELECT m.address AS Address, m.port AS Port, m.generation AS Generation, m.name AS SiloName, m.host AS HostName,
    m.status AS Status, m.proxy_port AS ProxyPort, m.suspects AS SuspectTimes, m.started AS StartTime,
    m.alive AS IAmAliveTime, l.version AS Version
FROM member_list l LEFT JOIN member m
    ON m.cluster = l.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE l.cluster = @DeploymentId');

INSERT INTO orleansquery VALUES ('GatewaysQueryKey',
'SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
FROM member WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0');

INSERT INTO orleansquery VALUES ('DeleteMembershipTableEntriesKey',
'WITH gone AS (DELETE FROM member WHERE cluster = @DeploymentId) DELETE FROM member_list WHERE cluster = @DeploymentId');

-- 3 is Active: whoever is that is declared dead before it is forgotten.
INSERT INTO orleansquery VALUES ('CleanupDefunctSiloEntriesKey',
'DELETE FROM member WHERE cluster = @DeploymentId AND alive < @IAmAliveTime AND status <> 3');
