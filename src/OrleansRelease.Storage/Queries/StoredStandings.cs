using System.Data.Common;
using System.Text.Json;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

/// <summary>
/// One look into an index for a page, and the states of that page alone. A state may be hundreds of times as large as
/// they usually are: one that is stays in the store, so that a page is never more than so much to read.
/// </summary>
internal sealed class StoredStandings(Database database) : IStandings
{
    /// <summary>Larger states are not read.</summary>
    public const int MaxBytes = RowLimits.WarnBytes;

    public Task<IReadOnlyList<Standing>> ListAsync(RowFilter filter, CancellationToken cancellation)
    {
        var conditions = new List<string> { "kind = @kind" };
        if (filter.Service is not null) conditions.Add("service = @service");
        if (filter.Environment is not null) conditions.Add("environment = @environment");
        if (filter.Phase is not null) conditions.Add("phase = @phase");
        if (filter.After is not null) conditions.Add("key > @after");
        var statement = new Statement(
                "SELECT row.key, row.version, row.quarantined_at IS NOT NULL, row.last_error, "
                + "CASE WHEN octet_length(row.payload) <= @bytes THEN row.payload END FROM ("
                + $"SELECT key FROM row WHERE {string.Join(" AND ", conditions)} ORDER BY key LIMIT @limit) AS page "
                + "JOIN row ON row.kind = @kind AND row.key = page.key ORDER BY row.key")
            .With("kind", Kinds.Slot).With("bytes", MaxBytes)
            .With("limit", Math.Clamp(filter.Limit, 1, StoredRows.MaxPage));
        if (filter.Service is { } service) statement.With("service", $"{service}");
        if (filter.Environment is { } environment) statement.With("environment", $"{environment}");
        if (filter.Phase is { } phase) statement.With("phase", phase);
        if (filter.After is { } after) statement.With("after", after);
        return database.QueryAsync(statement, Read, cancellation);
    }

    private static Standing Read(DbDataReader reader)
    {
        var slot = SlotKey.From(reader.GetString(0));
        var stable = reader.IsDBNull(1) ? (VersionName?)null : VersionName.From(reader.GetString(1));
        var aside = reader.GetBoolean(2)
            ? $"it cannot be decided on: {(reader.IsDBNull(3) ? "" : reader.GetString(3))}"
            : null;
        if (reader.IsDBNull(4)) return Standing.WithoutState(slot, stable, aside ?? "too much to show here");
        try
        {
            return Vocabulary.Read<Row<SlotState>>(reader.GetString(4)).State is { } state
                ? Standing.Of(state, aside)
                : Standing.WithoutState(slot, stable, aside ?? "nothing is on record");
        }
        catch (JsonException unreadable)
        {
            return Standing.WithoutState(slot, stable, aside ?? $"it cannot be read: {unreadable.Message}");
        }
    }
}
