using System.Globalization;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

/// <summary>
/// Two looks into indexes by key. Most decisions are measurements that say nothing of a step: they are left in the
/// store. Of one that has moved for long, what came first is not looked at.
/// </summary>
internal sealed class StoredPastRollouts(Database database) : IPastRollouts
{
    /// <summary>How many decisions of each rollout are looked at, the newest.</summary>
    public const int MostLookedAt = 1000;

    private static readonly string IsOfAStep = string.Join(
        " OR ", PastSteps.Words.Select(word => $"transition LIKE '%\"{word}\"%'"));

    public async Task<IReadOnlyList<PastRollout>> ReadAsync(
        IReadOnlyCollection<RolloutId> rollouts, CancellationToken cancellation)
    {
        if (rollouts.Count == 0) return [];
        var keys = string.Join(", ", rollouts.Select((_, i) => $"@key{i.ToString(CultureInfo.InvariantCulture)}"));
        var specs = await database.QueryAsync(
            Asked(
                "SELECT key, text FROM row JOIN spec ON spec.hash = row.spec_hash WHERE kind = @kind "
                + $"AND key IN ({keys}) AND phase IN ('{Phase.Succeeded}', '{Phase.RolledBack}')", rollouts),
            reader => (Key: reader.GetString(0), Text: reader.GetString(1)), cancellation);
        var transitions = await database.QueryAsync(
            Asked(string.Join(" UNION ALL ", rollouts.Select((_, i) => NewestOf(i))), rollouts)
                .With("most", MostLookedAt),
            reader => (
                Key: reader.GetString(0), Sequence: reader.GetInt64(1),
                Past: new PastTransition(Micros.Time(reader.GetInt64(2)), reader.GetString(3))),
            cancellation);
        var byKey = transitions.ToLookup(one => one.Key);
        return
        [
            .. specs.Select(spec => new PastRollout(
                RolloutId.From(spec.Key), spec.Text,
                [.. byKey[spec.Key].OrderBy(one => one.Sequence).Select(one => one.Past)])),
        ];
    }

    private static string NewestOf(int i) => string.Create(CultureInfo.InvariantCulture,
        $"SELECT key, seq, at, transition FROM (SELECT key, seq, at, transition FROM log WHERE kind = @kind "
        + $"AND key = @key{i} ORDER BY seq DESC LIMIT @most) AS newest WHERE {IsOfAStep}");

    private static Statement Asked(string text, IReadOnlyCollection<RolloutId> rollouts)
    {
        var statement = new Statement(text).With("kind", Kinds.Rollout);
        foreach (var (rollout, i) in rollouts.Select((rollout, i) => (rollout, i)))
            statement.With($"key{i.ToString(CultureInfo.InvariantCulture)}", $"{rollout}");
        return statement;
    }
}
