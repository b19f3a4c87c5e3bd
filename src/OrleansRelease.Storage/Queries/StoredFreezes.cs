using System.Text.Json;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

internal sealed class StoredFreezes(Database database, IStoreFormat format) : IFreezes
{
    private static readonly ActorName Nobody = ActorName.From("unknown");

    // One row for each environment that was ever frozen. Asked once for all that wait for the answer, so it belongs to
    // none of them: whoever asks first must not hold up the others.
    public Task<IReadOnlyDictionary<EnvironmentName, Freeze>> ReadAsync(CancellationToken cancellation) =>
        Task.Run<IReadOnlyDictionary<EnvironmentName, Freeze>>(
            async () =>
            {
                var rows = await database.QueryAsync(
                    new Statement("SELECT key, updated_at, payload FROM row WHERE kind = @kind AND phase = @phase")
                        .With("kind", Kinds.Freeze).With("phase", FreezeDecider.Frozen),
                    reader => (
                        Key: EnvironmentName.From(reader.GetString(0)),
                        Freeze: Read(Micros.Time(reader.GetInt64(1)), reader.GetString(2))),
                    cancellation);
                return rows.ToDictionary(row => row.Key, row => row.Freeze);
            },
            cancellation);

    // No freeze lasts longer than the longest, so not even one that cannot be read lasts for ever.
    private Freeze Read(DateTimeOffset at, string payload)
    {
        try
        {
            var row = Vocabulary.Read<Row<FreezeState>>(payload);
            if (row.Schema <= format.Newest && row.State?.Freeze is { } freeze) return freeze;
        }
        catch (JsonException)
        {
            // Said below.
        }

        return new Freeze(at, at + FreezeLimits.Longest, Nobody, "nobody knows for how long: its row cannot be read");
    }
}
