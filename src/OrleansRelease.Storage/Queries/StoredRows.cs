using System.Data.Common;
using OrleansRelease.Core.Identity;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

internal sealed class StoredRows(Database database) : IRows
{
    /// <summary>The longest page.</summary>
    public const int MaxPage = 1000;

    private const string Columns =
        "kind, key, seq, phase, service, environment, version, spec_hash, updated_at, next_wake_at, failures, "
        + "quarantined_at, last_error";

    public Task<IReadOnlyList<RowSummary>> ListAsync(RowFilter filter, CancellationToken cancellation)
    {
        // Only the conditions that are asked for, so that the database can choose its index.
        var conditions = new List<string> { "kind = @kind" };
        if (filter.Service is not null) conditions.Add("service = @service");
        if (filter.Environment is not null) conditions.Add("environment = @environment");
        if (filter.Phase is not null) conditions.Add("phase = @phase");
        if (filter.After is not null) conditions.Add("key > @after");
        var statement = new Statement(
                $"SELECT {Columns} FROM row WHERE {string.Join(" AND ", conditions)} ORDER BY key LIMIT @limit")
            .With("kind", filter.Kind)
            .With("limit", Math.Clamp(filter.Limit, 1, MaxPage));
        if (filter.Service is { } service) statement.With("service", service.ToString());
        if (filter.Environment is { } environment) statement.With("environment", environment.ToString());
        if (filter.Phase is { } phase) statement.With("phase", phase);
        if (filter.After is { } after) statement.With("after", after);
        return database.QueryAsync(statement, Summary, cancellation);
    }

    public async Task<StoredRow?> GetAsync(string kind, string key, CancellationToken cancellation)
    {
        var found = await database.QueryAsync(
            new Statement($"SELECT {Columns}, payload FROM row WHERE kind = @kind AND key = @key")
                .With("kind", kind).With("key", key),
            reader => new StoredRow(Summary(reader), reader.GetString(13)), cancellation);
        return found.SingleOrDefault();
    }

    private static RowSummary Summary(DbDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3),
        Text(reader, 4) is { } service ? ServiceName.From(service) : null,
        Text(reader, 5) is { } environment ? EnvironmentName.From(environment) : null,
        Text(reader, 6) is { } version ? VersionName.From(version) : null,
        Text(reader, 7), Micros.Time(reader.GetInt64(8)), Time(reader, 9), reader.GetInt32(10), Time(reader, 11),
        Text(reader, 12));

    private static string? Text(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Time(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Micros.Time(reader.GetInt64(column));
}
