using System.Data.Common;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

internal sealed class StoredLog(Database database) : ILog
{
    /// <summary>The longest page.</summary>
    public const int MaxPage = 1000;

    private const string Columns = "position, kind, key, seq, at, transition";

    public Task<IReadOnlyList<LogEntry>> ReadAsync(
        string kind, string key, long afterSequence, int limit, CancellationToken cancellation) =>
        database.QueryAsync(
            new Statement(
                    $"SELECT {Columns} FROM log WHERE kind = @kind AND key = @key AND seq > @after "
                    + "ORDER BY seq LIMIT @limit")
                .With("kind", kind).With("key", key).With("after", afterSequence)
                .With("limit", Math.Clamp(limit, 1, MaxPage)),
            Entry, cancellation);

    public Task<IReadOnlyList<LogEntry>> TailAsync(long afterPosition, int limit, CancellationToken cancellation) =>
        database.QueryAsync(
            new Statement(
                    $"SELECT {Columns} FROM log WHERE position > @after AND {database.Followable} "
                    + "ORDER BY position LIMIT @limit")
                .With("after", afterPosition).With("limit", Math.Clamp(limit, 1, MaxPage)),
            Entry, cancellation);

    // Not the newest of all: whoever follows from here must not have passed one that is still being committed.
    public async Task<long> HeadAsync(CancellationToken cancellation)
    {
        var head = await database.QueryAsync(
            new Statement($"SELECT coalesce(max(position), 0) FROM log WHERE {database.Followable}"),
            reader => reader.GetInt64(0), cancellation);
        return head[0];
    }

    private static LogEntry Entry(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3),
        Micros.Time(reader.GetInt64(4)), reader.GetString(5));
}
