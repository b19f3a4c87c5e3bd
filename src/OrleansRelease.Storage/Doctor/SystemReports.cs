using System.Collections.Immutable;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Queries;
using OrleansRelease.Storage.Schema;
using OrleansRelease.Storage.Servers;

namespace OrleansRelease.Storage.Doctor;

internal sealed class SystemReports(Database database, IStoreClock clock, IStoreFormat format, TimeProvider time)
    : ISystemReports
{
    /// <summary>How many quarantined rows are named.</summary>
    private const int MaxNamed = 20;

    private const string Late =
        "FROM row WHERE row.shard = n.shard AND next_wake_at <= @late AND quarantined_at IS NULL "
        + "AND (retry_at IS NULL OR retry_at <= @late)";

    private const string AsideIn = "SELECT kind, key, last_error, quarantined_at FROM {0} "
        + "WHERE quarantined_at IS NOT NULL ORDER BY quarantined_at LIMIT @most";

    // Each is ended early, so that it takes no longer however many there are.
    private static readonly string Aside =
        $"SELECT * FROM ({In("row")}) AS of_rows UNION ALL SELECT * FROM ({In("failure")}) AS of_keys";

    public async Task<SystemReport> ReportAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow();
        var (now, epoch, said) = await OneAsync(
            new($"SELECT {database.Clock}, epoch, write_version FROM store"),
            reader => (Micros.Time(reader.GetInt64(0)), reader.GetInt32(1), reader.GetInt32(2)), cancellation);
        // It was asked between the two.
        var here = before + ((time.GetUtcNow() - before) / 2);
        // Together, so that a store that answers slowly is waited for once: it is then that somebody asks.
        var due = OneAsync(
            Overdue(now - SystemProblems.OverdueAfter),
            reader => (reader.GetInt64(0), reader.IsDBNull(1) ? null : (long?)reader.GetInt64(1)), cancellation);
        var newest = Migration.NewestAsync(database, cancellation);
        var servers = ServersAsync(cancellation);
        var quarantined = OneAsync(Quarantined(), reader => reader.GetInt64(0), cancellation);
        var named = database.QueryAsync(
            Named(),
            reader => new QuarantinedRow(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)),
            cancellation);
        var large = OneAsync(Large(), reader => reader.GetInt64(0), cancellation);
        var freezes = new StoredFreezes(database, format).UnreadableAsync(cancellation);
        await Task.WhenAll(due, newest, servers, quarantined, named, large, freezes);
        var (overdue, oldest) = await due;
        return new(
            now, here - now, clock.Epoch, epoch, await newest, Migration.Of(database)[^1].Version, said,
            format.Newest, await servers, await quarantined, [.. await named], overdue,
            oldest is { } micros ? Micros.Time(micros) : null, await large, await freezes);
    }

    /// <summary>All that is asked of the rows: each a few looks into an index, whatever the number of rows.</summary>
    internal static IReadOnlyList<Statement> OfRows(DateTimeOffset late) =>
        [Overdue(late), Quarantined(), Named(), Large()];

    // In the index's own order, or a store in which most are due would be read from one end to the other.
    private static Statement Overdue(DateTimeOffset late) => new Statement(
            $"""
            WITH RECURSIVE n (shard) AS (SELECT 0 UNION ALL SELECT shard + 1 FROM n WHERE shard + 1 < {Shards.Count})
            SELECT CAST(sum(due) AS bigint), min(oldest) FROM (
                SELECT (SELECT count(*) FROM (SELECT 1 {Late} ORDER BY next_wake_at LIMIT @most) AS counted) AS due,
                    (SELECT min(next_wake_at) {Late}) AS oldest FROM n) AS of_shards
            """)
        .With("late", Micros.Of(late)).With("most", SystemProblems.MostCounted);

    private static Statement Quarantined() =>
        new Statement($"SELECT count(*) FROM ({Aside}) AS q").With("most", SystemProblems.MostCounted);

    private static Statement Named() => new Statement(
            $"SELECT kind, key, last_error FROM ({Aside}) AS q ORDER BY quarantined_at, kind, key LIMIT @most")
        .With("most", MaxNamed);

    // The bound stands in the text, as it does in the index that holds these rows alone.
    private static Statement Large() => new Statement(
            $"SELECT count(*) FROM (SELECT 1 FROM row WHERE octet_length(payload) > {RowLimits.WarnBytes} "
            + "ORDER BY octet_length(payload) DESC LIMIT @most) AS counted")
        .With("most", SystemProblems.MostCounted);

    private static string In(string table) => AsideIn.Replace("{0}", table, StringComparison.Ordinal);

    private async Task<ImmutableArray<ServerReport>> ServersAsync(CancellationToken cancellation) =>
    [
        .. (await ConnectedServer.InAsync(database, cancellation))
            .OrderBy(server => server.Name, StringComparer.Ordinal)
            .Select(server => new ServerReport(server.Name, server.Newest)),
    ];

    private async Task<T> OneAsync<T>(
        Statement statement, Func<System.Data.Common.DbDataReader, T> read, CancellationToken cancellation) =>
        (await database.QueryAsync(statement, read, cancellation))[0];
}
