using System.Data.Common;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

/// <summary>
/// One statement, and every part of it a look into an index: what has ended is not touched, however much that is.
/// </summary>
internal sealed class StoredTotals(Database database) : ITotals
{
    private static readonly string Open = string.Join(
        ", ", Enum.GetValues<Phase>().Where(phase => !phase.IsOver).Select(phase => $"('{phase}')"));

    private const string InPhase =
        $"FROM row WHERE kind = '{Kinds.Rollout}' AND environment = e.key AND phase = open_phase.phase";

    private static readonly string Text =
        $"""
        WITH RECURSIVE n (shard) AS (SELECT 0 UNION ALL SELECT shard + 1 FROM n WHERE shard + 1 < {Shards.Count}),
        open_phase (phase) AS (VALUES {Open})
        SELECT 'rollouts', open_phase.phase, e.key, (SELECT count(*) {InPhase}), (SELECT min(updated_at) {InPhase})
        FROM row e CROSS JOIN open_phase WHERE e.kind = '{Kinds.Environment}'
        UNION ALL
        SELECT 'quarantined', kind, '', count(*), NULL FROM row WHERE quarantined_at IS NOT NULL GROUP BY kind
        UNION ALL
        SELECT 'quarantined', kind, '', count(*), NULL FROM failure WHERE quarantined_at IS NOT NULL GROUP BY kind
        UNION ALL
        SELECT 'due', '', '', count(*), min(due) FROM (
            SELECT (SELECT min(next_wake_at) FROM row WHERE row.shard = n.shard AND next_wake_at IS NOT NULL
                AND quarantined_at IS NULL AND failures = 0) AS due FROM n) AS first_of_shard
        """;

    public async Task<StoreTotals> AskAsync(CancellationToken cancellation)
    {
        var lines = await database.QueryAsync(new Statement(Text), Read, cancellation);
        return new(
            [
                .. lines.Where(line => line.What == "rollouts")
                    .Select(line => new PhaseTotal(line.First, line.Second, line.Count, line.Oldest)),
            ],
            lines.Where(line => line.What == "quarantined").GroupBy(line => line.First)
                .ToDictionary(kind => kind.Key, kind => kind.Sum(line => line.Count)),
            lines.Single(line => line.What == "due").Oldest);
    }

    private static Line Read(DbDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3),
        reader.IsDBNull(4) ? null : Micros.Time(reader.GetInt64(4)));

    private sealed record Line(string What, string First, string Second, long Count, DateTimeOffset? Oldest);
}
