using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.LoadTests.Releases;

/// <summary>One event of a passage or slot on record, and when it was written down, in seconds.</summary>
internal sealed record Written<T>(string Key, double At, T Event);

/// <summary>What the log tells of releases and of slots; read with plain SQL.</summary>
internal sealed class CrowdRecord(string connection) : IAsyncDisposable
{
    private const int SecondsAtMost = 300;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connection) { CommandTimeout = SecondsAtMost });

    /// <summary>How many passages are in each phase.</summary>
    public async Task<ImmutableSortedDictionary<string, long>> PhasesAsync(CancellationToken cancellation)
    {
        await using var command = _source.CreateCommand(
            "SELECT phase, count(*) FROM row WHERE kind = 'passage' GROUP BY phase");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var phases = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation)) phases[reader.GetString(0)] = reader.GetInt64(1);
        return phases.ToImmutable();
    }

    public Task<List<Written<PassageEvent>>> PassagesAsync(CancellationToken cancellation) =>
        EventsAsync<PassageEvent>("passage", cancellation);

    public Task<List<Written<SlotEvent>>> SlotsAsync(CancellationToken cancellation) =>
        EventsAsync<SlotEvent>("slot", cancellation);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<List<Written<T>>> EventsAsync<T>(string kind, CancellationToken cancellation)
    {
        await using var command = _source.CreateCommand(
            "SELECT key, at / 1e6::float8, transition FROM log WHERE kind = @kind ORDER BY key, seq");
        command.Parameters.AddWithValue("kind", kind);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<Written<T>>();
        while (await reader.ReadAsync(cancellation))
        {
            using var transition = JsonDocument.Parse(reader.GetString(2));
            var (key, at) = (reader.GetString(0), reader.GetDouble(1));
            events.AddRange(transition.RootElement.GetProperty("events").EnumerateArray()
                .Select(happened => new Written<T>(key, at, Vocabulary.Read<T>(happened.GetRawText()))));
        }

        return events;
    }
}

/// <summary>How one release fared: times in seconds.</summary>
internal sealed record Fared(
    PassageId Passage, Rank Rank, IReadOnlySet<ServiceName> Services, double Began, double Moved,
    double Returned, int Yielded)
{
    public double Waited => Moved - Began;
}
