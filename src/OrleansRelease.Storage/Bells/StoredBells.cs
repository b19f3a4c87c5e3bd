using System.Data.Common;
using System.Globalization;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Bells;

/// <summary>The bells that lie in the store.</summary>
internal sealed class StoredBells(Database database)
{
    /// <summary>The longest page.</summary>
    public const int MaxPage = 500;

    private const string Columns =
        "b.position, b.ring, b.stream_kind, b.stream_key, b.kind, b.key, b.seq, b.prev, b.at";

    // The moment and what is seen at it, of one statement and so of one snapshot. Without a bell the moment alone.
    private const string OnPostgreSql =
        $"SELECT pg_current_snapshot()::text, {Columns} FROM (SELECT 1) AS one "
        + "LEFT JOIN orel_bells(@seen::pg_snapshot, @first::integer, @last::integer, @after, @ring::integer, "
        + "@limit::integer) AS b ON true ORDER BY b.position, b.ring";

    // One writes at a time, so the newest position says all of the moment.
    private const string OnSqlite =
        $"SELECT CAST((SELECT coalesce(max(position), 0) FROM log) AS TEXT), {Columns} FROM (SELECT 1) AS one "
        + "LEFT JOIN (SELECT * FROM bell WHERE position > coalesce(CAST(@seen AS INTEGER), 0) "
        + "AND shard BETWEEN @first AND @last AND (position, ring) > (@after, @ring) "
        + "ORDER BY position, ring LIMIT @limit) AS b ON true ORDER BY b.position, b.ring";

    // Locked in one order by all who delete: two with some of the same would wait for each other for ever.
    private const string DeleteOnPostgreSql =
        "WITH locked AS MATERIALIZED (SELECT b.position, b.ring FROM bell AS b "
        + "JOIN json_array_elements(@ids::json) AS d (id) "
        + "ON b.position = (d.id ->> 0)::bigint AND b.ring = (d.id ->> 1)::integer "
        + "ORDER BY b.position, b.ring FOR UPDATE OF b) "
        + "DELETE FROM bell USING locked WHERE bell.position = locked.position AND bell.ring = locked.ring";

    private const string DeleteOnSqlite =
        "DELETE FROM bell WHERE (position, ring) IN (SELECT value ->> 0, value ->> 1 FROM json_each(@ids))";

    private bool IsShared => database is PostgreSql;

    /// <summary>
    /// Bells of one queue, in order, after one of them: those that can be seen now and could not be at the moment
    /// <paramref name="seen"/>. Null: all.
    /// </summary>
    public async Task<BellPage> ReadAsync(int queue, string? seen, BellId after, CancellationToken cancellation)
    {
        var rows = await database.QueryAsync(
            new Statement(IsShared ? OnPostgreSql : OnSqlite)
                .With("seen", seen).With("first", Queues.First(queue)).With("last", Queues.Last(queue))
                .With("after", after.Position).With("ring", after.Ring).With("limit", MaxPage),
            reader => (Snapshot: reader.GetString(0), Bell: reader.IsDBNull(1) ? null : Read(reader)), cancellation);
        return new(rows[0].Snapshot, [.. rows.Select(row => row.Bell).OfType<StoredBell>()]);
    }

    /// <summary>They were heard, or there is nobody to hear them.</summary>
    public async Task RemoveAsync(IEnumerable<BellId> heard, CancellationToken cancellation)
    {
        var ids = heard.Select(id => string.Create(CultureInfo.InvariantCulture, $"[{id.Position},{id.Ring}]"));
        await database.WriteAsync(
            new Statement(IsShared ? DeleteOnPostgreSql : DeleteOnSqlite).With("ids", $"[{string.Join(',', ids)}]"),
            _ => 0, cancellation);
    }

    private static StoredBell Read(DbDataReader reader) => new(
        new(reader.GetInt64(1), reader.GetInt32(2)), reader.GetString(3), reader.GetString(4), reader.GetString(5),
        reader.GetString(6), reader.GetInt64(7), reader.GetInt64(8), Micros.Time(reader.GetInt64(9)));
}
