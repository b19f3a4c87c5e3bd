using System.Data.Common;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

internal sealed class WakeIndex(Database database) : IWakeIndex
{
    /// <summary>The longest pass.</summary>
    public const int MaxRows = 500;

    private const int MaxErrorLength = 2000;

    // The phase of whatever is on its way back: it is looked at before all that goes forward.
    private const string WayBack = nameof(Phase.RollingBack);

    private const string IsDue =
        "next_wake_at <= @now AND quarantined_at IS NULL AND (retry_at IS NULL OR retry_at <= @now)";

    // Each failure doubles the wait, from one second to half a minute.
    private const string Fail =
        "SET failures = {0}.failures + 1, last_error = @error, "
        + "retry_at = @now + 1000000 * (1 << CASE WHEN {0}.failures > 5 THEN 5 ELSE {0}.failures END), "
        + "quarantined_at = CASE WHEN {0}.failures + 1 >= @limit THEN coalesce({0}.quarantined_at, @now) END ";

    private const string Failed = "RETURNING failures, retry_at, quarantined_at IS NOT NULL";

    private static readonly string FailRow =
        "UPDATE row " + Fail.Replace("{0}", "row", StringComparison.Ordinal)
        + "WHERE kind = @kind AND key = @key " + Failed;

    private static readonly string FailKey =
        "INSERT INTO failure (kind, key, failures, retry_at, last_error) "
        + "VALUES (@kind, @key, 1, @now + 1000000, @error) "
        + "ON CONFLICT (kind, key) DO UPDATE " + Fail.Replace("{0}", "failure", StringComparison.Ordinal) + Failed;

    // One look into the index for each shard, whatever the number of rows: 64 of them are cheaper than any grouping.
    public Task<IReadOnlyList<int>> DueShardsAsync(DateTimeOffset now, CancellationToken cancellation) =>
        database.QueryAsync(
            new Statement(
                    "WITH RECURSIVE n (shard) AS (SELECT 0 UNION ALL SELECT shard + 1 FROM n WHERE shard + 1 < @count) "
                    + $"SELECT shard FROM n WHERE EXISTS (SELECT 1 FROM row WHERE row.shard = n.shard AND {IsDue}) "
                    + "ORDER BY shard")
                .With("now", Micros.Of(now)).With("count", Shards.Count),
            reader => reader.GetInt32(0), cancellation);

    public Task<IReadOnlyList<DueRow>> DueRowsAsync(
        int shard, DateTimeOffset now, int limit, CancellationToken cancellation) =>
        database.QueryAsync(
            new Statement(
                    $"SELECT kind, key, next_wake_at, seq FROM row WHERE shard = @shard AND {IsDue} "
                    + "ORDER BY CASE WHEN phase = @back THEN 0 ELSE 1 END, next_wake_at, kind, key LIMIT @limit")
                .With("shard", shard).With("now", Micros.Of(now)).With("back", WayBack)
                .With("limit", Math.Clamp(limit, 1, MaxRows)),
            reader => new DueRow(
                reader.GetString(0), reader.GetString(1), Micros.Time(reader.GetInt64(2)), reader.GetInt64(3)),
            cancellation);

    public async Task<RowFailure> RecordFailureAsync(
        string kind, string key, string error, DateTimeOffset now, CancellationToken cancellation)
    {
        var text = error.Replace("\0", "", StringComparison.Ordinal);
        Statement Bound(string sql) => new Statement(sql)
            .With("kind", kind).With("key", key).With("now", Micros.Of(now))
            .With("error", text.Length > MaxErrorLength ? text[..MaxErrorLength] : text)
            .With("limit", Shards.FailuresToQuarantine);
        var failed = await database.WriteAsync(Bound(FailRow), Failure, cancellation);
        if (failed.Count == 0) failed = await database.WriteAsync(Bound(FailKey), Failure, cancellation);
        return failed[0];
    }

    public async Task ClearFailuresAsync(string kind, string key, CancellationToken cancellation)
    {
        Statement Bound(string sql) => new Statement(sql).With("kind", kind).With("key", key);
        await database.WriteAsync(
            Bound("UPDATE row SET failures = 0, retry_at = NULL, quarantined_at = NULL, last_error = NULL "
                + "WHERE kind = @kind AND key = @key AND failures > 0"),
            _ => 0, cancellation);
        await database.WriteAsync(
            Bound("DELETE FROM failure WHERE kind = @kind AND key = @key"), _ => 0, cancellation);
    }

    private static RowFailure Failure(DbDataReader reader) =>
        new(reader.GetInt32(0), Micros.Time(reader.GetInt64(1)), reader.GetBoolean(2));
}
