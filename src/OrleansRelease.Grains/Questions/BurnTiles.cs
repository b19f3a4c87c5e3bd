using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Questions;

/// <summary>Asks a source for the counts that error budgets are spent by, in tiles.</summary>
internal sealed class BurnTiles(Adapters adapters)
{
    private readonly TileReader _reader = new(adapters, BurnOf.Tile, BurnOf.Timeout);

    /// <summary>
    /// The tiles of a stretch of time, or why it is not known; where the source has none, there were no requests.
    /// </summary>
    public async Task<(ImmutableArray<Tile> Tiles, Reading? Missing)> ReadAsync(
        RolloutSpec spec, BurnOf burn, Window stretch, CancellationToken stopping)
    {
        var (counts, problem) = burn.Scope == BurnScope.Candidate
            ? CandidateCounts.Of(burn.Slo, spec, BurnOf.TileLength)
            : (SloCounts.Of(burn.Slo, BurnOf.TileLength), null);
        return counts is null
            ? ([], new Reading.Error(problem ?? "it cannot be asked for all versions"))
            : await _reader.ReadAsync(spec.Metrics, counts, stretch, stopping);
    }
}
