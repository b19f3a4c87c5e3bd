using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Grains.Questions;

/// <summary>
/// Counts the requests that error budgets of rollouts are spent by, in tiles. Days of them are asked for once; after
/// that only the newest is. Nothing waits for a burn, so it has turns of its own, few of them.
/// </summary>
internal sealed class BurnReader(Adapters adapters, TimeProvider time)
{
    /// <summary>Of six days of tiles each at most, some 50 kB.</summary>
    private const int MostKept = 2_000;

    private static readonly TimeSpan KeptUnused = TimeSpan.FromHours(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private static readonly Patience Patience = new(Turn: TimeSpan.FromMinutes(1), Answer: BurnOf.Timeout);

    // Two questions at a time to one source leave the others' places there to metrics with limits.
    private readonly Asking _asking = new(
        new Bulkheads(new RunnerOptions { CallsPerConnection = 2, ReservedForWaysBack = 0 }), time);

    private readonly ConcurrentDictionary<(RolloutId Rollout, string Metric), Kept> _kept = new();

    /// <summary>The windows of a burn, and the counts of its shortest one as the reading. Never throws.</summary>
    public async Task<Measurement> MeasureAsync(
        Asked asked, MetricQuestion question, BurnOf burn, CancellationToken stopping)
    {
        try
        {
            return await ReadAsync(asked, question, burn, stopping);
        }
        catch (Exception failed)
        {
            return new(question.Key, question.Window, new Reading.Error(failed.Message));
        }
    }

    private async Task<Measurement> ReadAsync(
        Asked asked, MetricQuestion question, BurnOf burn, CancellationToken stopping)
    {
        var window = question.Window;
        var since = BurnOf.SinceOf(window);
        var kept = await KnownAsync((asked.Rollout, question.Key), asked.Spec, burn, since, window.End, stopping);
        if (kept.Missing is { } missing) return new(question.Key, window, missing);
        var pairs = BurnJudge.Measure(
            burn.Slo, new TileSeries(BurnOf.Tile, kept.Tiles), window.End,
            burn.Scope == BurnScope.Whole ? since : null);
        return pairs.IsEmpty
            ? new(question.Key, window, new Reading.Error("the counts contradict each other"))
            : new(
                question.Key, window, new Reading.Counts(pairs[0].ShortWindow.Bad, pairs[0].ShortWindow.Total),
                Burn: pairs);
    }

    // Questions of one metric of one rollout come one after the other: nobody else asks this now.
    private async Task<Kept> KnownAsync(
        (RolloutId, string) key, RolloutSpec spec, BurnOf burn, DateTimeOffset since, DateTimeOffset end,
        CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var kept = _kept.TryGetValue(key, out var known) && known.Since == since ? known : new(since, null, [], now);
        if (kept.Missing is not null && now < kept.UsedAt + AfterFailure) return kept;
        kept = kept with { UsedAt = now, Missing = null };
        foreach (var stretch in burn.Missing(since, kept.UpTo, end))
        {
            var (tiles, missing) = await ReadAsync(spec, burn, stretch, stopping);
            kept = missing is null
                ? kept with { UpTo = stretch.End, Tiles = kept.Tiles.AddRange(tiles) }
                : kept with { UsedAt = time.GetUtcNow(), Missing = missing };
            if (missing is not null) break;
        }

        kept = kept with { Tiles = burn.Kept(kept.Tiles, since, end) };
        Trim(now);
        _kept[key] = kept;
        return kept;
    }

    private async Task<(ImmutableArray<Tile> Tiles, Reading? Missing)> ReadAsync(
        RolloutSpec spec, BurnOf burn, Window stretch, CancellationToken stopping)
    {
        if (spec.Metrics is not { } source || adapters.Ranges(source.Adapter) is not { } ranges)
        {
            return ([], new Reading.NoData(
                $"the metrics adapter '{spec.Metrics?.Adapter}' cannot be asked for a stretch of time"));
        }

        var (counts, problem) = burn.Scope == BurnScope.Candidate
            ? CandidateCounts.Of(burn.Slo, spec, BurnOf.TileLength)
            : (SloCounts.Of(burn.Slo, BurnOf.TileLength), null);
        if (counts is null) return ([], new Reading.Error(problem ?? "it cannot be asked for all versions"));
        // One after the other: together they would be two of the few places.
        var totals = await AskAsync(counts.Total);
        var counted = totals is RangeReading.Points ? await AskAsync(counts.Counted) : null;
        return (counted, totals) switch
        {
            (_, RangeReading.Error(var reason)) => ([], new Reading.Error($"total: {reason}")),
            (_, RangeReading.NoData { IsKnown: false } nothing) => ([], new Reading.NoData($"total: {nothing.Reason}")),
            (_, RangeReading.NoData) => ([], null),
            (RangeReading.Error(var reason), _) => ([], new Reading.Error(Of(counts, reason))),
            (RangeReading.NoData nothing, _) when counts.IsGood || !nothing.IsKnown =>
                ([], new Reading.NoData(Of(counts, nothing.Reason))),
            _ => (TilesOf(counts, counted!, totals, stretch), null),
        };

        async Task<RangeReading> AskAsync(string query)
        {
            try
            {
                return await _asking.WithinAsync(
                    Patience, Connections.Of(spec, source), isWayBack: false,
                    token => ranges.ReadRangeAsync(
                        new(source, query, stretch, BurnOf.Tile, BurnOf.Timeout), token), stopping);
            }
            catch (Exception failed)
            {
                return new RangeReading.Error(failed.Message);
            }
        }
    }

    // What is no number says nothing of its tile, and least of all that nothing was bad.
    private static ImmutableArray<Tile> TilesOf(
        SloCounts counts, RangeReading counted, RangeReading totals, Window stretch)
    {
        var tiles = CountedTiles.Of(counts.IsGood, ByTile(counted, stretch), ByTile(totals, stretch));
        return tiles.RemoveAll(tile => double.IsNaN(tile.Bad) || double.IsNaN(tile.Total));
    }

    // A source that scrapes asks for the next whole scrape interval: a moment after the end of the tile.
    private static Dictionary<DateTimeOffset, double> ByTile(RangeReading reading, Window stretch)
    {
        var counts = new Dictionary<DateTimeOffset, double>();
        if (reading is not RangeReading.Points(var points)) return counts;
        foreach (var point in points)
        {
            var tiles = Math.Floor((point.At - stretch.Start + TimeSpan.FromMilliseconds(1)) / BurnOf.Tile);
            if (tiles >= 1) counts[stretch.Start + (BurnOf.Tile * tiles)] = point.Number;
        }

        return counts;
    }

    private void Trim(DateTimeOffset now)
    {
        if (_kept.Count < MostKept) return;
        var useless = _kept.Where(one => now > one.Value.UsedAt + KeptUnused).Select(one => one.Key).ToList();
        if (useless.Count == 0) useless = [_kept.MinBy(one => one.Value.UsedAt).Key];
        foreach (var key in useless) _kept.TryRemove(key, out _);
    }

    private static string Of(SloCounts counts, string reason) => $"{(counts.IsGood ? "good" : "bad")}: {reason}";

    /// <summary>What is known of one burn.</summary>
    /// <param name="Since">When its candidate got its first request.</param>
    /// <param name="UpTo">Up to where tiles were asked for; null: never.</param>
    /// <param name="Tiles">From old to new.</param>
    /// <param name="UsedAt">When it was asked for.</param>
    /// <param name="Missing">Why the newest tiles are missing.</param>
    private sealed record Kept(
        DateTimeOffset Since, DateTimeOffset? UpTo, ImmutableArray<Tile> Tiles, DateTimeOffset UsedAt,
        Reading? Missing = null);
}
