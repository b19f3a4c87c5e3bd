using System.Collections.Immutable;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

internal sealed class StoredFreezes(Database database, IStoreFormat format) : IFreezes
{
    // One row for each environment that was ever frozen. Asked once for all that wait for the answer, so it belongs to
    // none of them: whoever asks first must not hold up the others.
    public Task<IReadOnlyDictionary<EnvironmentName, Freeze>> ReadAsync(CancellationToken cancellation) =>
        Task.Run<IReadOnlyDictionary<EnvironmentName, Freeze>>(
            async () => (await FrozenAsync(cancellation))
                .ToDictionary(row => row.Environment, row => row.Freeze ?? Freeze.Unreadable(row.At)),
            cancellation);

    /// <summary>Those that count as frozen because nobody knows better.</summary>
    public async Task<ImmutableArray<UnreadableFreeze>> UnreadableAsync(CancellationToken cancellation) =>
    [
        .. from row in await FrozenAsync(cancellation)
           where row.Freeze is null
           select new UnreadableFreeze(row.Environment, Freeze.Unreadable(row.At).Until),
    ];

    private async Task<IEnumerable<(EnvironmentName Environment, DateTimeOffset At, Freeze? Freeze)>> FrozenAsync(
        CancellationToken cancellation)
    {
        var rows = await database.QueryAsync(
            new Statement("SELECT key, updated_at, payload FROM row WHERE kind = @kind AND phase = @phase")
                .With("kind", Kinds.Freeze).With("phase", FreezeDecider.Frozen),
            reader => (
                Key: EnvironmentName.Parse(reader.GetString(0)), At: Micros.Time(reader.GetInt64(1)),
                Freeze: Read(reader.GetString(2))),
            cancellation);
        // What is no name is the freeze of nothing, and keeps nobody from reading the others.
        return from row in rows where row.Key is not null select (row.Key!.Value, row.At, row.Freeze);
    }

    private Freeze? Read(string payload)
    {
        try
        {
            var row = Vocabulary.Read<Row<FreezeState>>(payload);
            return row.Schema <= format.Newest ? row.State?.Freeze : null;
        }
        catch (Exception)
        {
            // Whatever is wrong with it.
            return null;
        }
    }
}
