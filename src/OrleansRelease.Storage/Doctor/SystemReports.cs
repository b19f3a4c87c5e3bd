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

    private const string Quarantine =
        "SELECT kind, key, last_error, quarantined_at FROM row WHERE quarantined_at IS NOT NULL "
        + "UNION ALL SELECT kind, key, last_error, quarantined_at FROM failure WHERE quarantined_at IS NOT NULL";

    private const string Due =
        "SELECT count(*), min(next_wake_at) FROM row WHERE next_wake_at <= @late AND quarantined_at IS NULL "
        + "AND (retry_at IS NULL OR retry_at <= @late)";

    public async Task<SystemReport> ReportAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow();
        var (now, epoch, said) = await OneAsync(
            new($"SELECT {database.Clock}, epoch, write_version FROM store"),
            reader => (Micros.Time(reader.GetInt64(0)), reader.GetInt32(1), reader.GetInt32(2)), cancellation);
        // It was asked between the two.
        var here = before + ((time.GetUtcNow() - before) / 2);
        var late = Micros.Of(now - SystemProblems.OverdueAfter);
        var (overdue, oldest) = await OneAsync(
            new Statement(Due).With("late", late),
            reader => (reader.GetInt64(0), reader.IsDBNull(1) ? null : (long?)reader.GetInt64(1)), cancellation);
        return new(
            now, here - now, clock.Epoch, epoch, Migration.Newest(database), Migration.Of(database)[^1].Version, said,
            format.Newest, Servers(),
            await OneAsync(new($"SELECT count(*) FROM ({Quarantine}) AS q"), r => r.GetInt64(0), cancellation),
            [.. await database.QueryAsync(
                new Statement(
                        $"SELECT kind, key, last_error FROM ({Quarantine}) AS q ORDER BY quarantined_at LIMIT @most")
                    .With("most", MaxNamed),
                reader => new QuarantinedRow(
                    reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)),
                cancellation)],
            overdue, oldest is { } micros ? Micros.Time(micros) : null,
            await OneAsync(
                new Statement("SELECT count(*) FROM row WHERE octet_length(payload) > @warn")
                    .With("warn", RowLimits.WarnBytes),
                reader => reader.GetInt64(0), cancellation),
            await new StoredFreezes(database, format).UnreadableAsync(cancellation));
    }

    private ImmutableArray<ServerReport> Servers()
    {
        using var connection = database.Open();
        return
        [
            .. ConnectedServer.In(database, connection).OrderBy(server => server.Name, StringComparer.Ordinal)
                .Select(server => new ServerReport(server.Name, server.Newest)),
        ];
    }

    private async Task<T> OneAsync<T>(
        Statement statement, Func<System.Data.Common.DbDataReader, T> read, CancellationToken cancellation) =>
        (await database.QueryAsync(statement, read, cancellation))[0];
}
