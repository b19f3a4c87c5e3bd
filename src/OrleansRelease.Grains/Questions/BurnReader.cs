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
/// Counts the requests that error budgets of rollouts are spent by, in tiles. Hours of them are asked for once; after
/// that only the newest are. Nothing waits for a burn, so it has turns of its own, few of them, and what takes longer
/// goes on and is there for the next look.
/// </summary>
internal sealed class BurnReader(Adapters adapters, TimeProvider time)
{
    /// <summary>
    /// A tile is 32 bytes. Of all versions 144 are kept, 5 kB, and of a candidate 288 a day for three days at most,
    /// 28 kB: where half of these are the one and half the other, and every rollout lasts for days, 330 MB.
    /// </summary>
    private const int MostKept = 20_000;

    /// <summary>Until a look is answered: a row that asks is not overdue for longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan KeptUnused = TimeSpan.FromHours(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private static readonly Patience Patience = new(Turn: TimeSpan.FromMinutes(1), Answer: BurnOf.Timeout);

    // Two questions at a time to one source leave the others' places there to metrics with limits.
    private readonly Asking _asking = new(
        new Bulkheads(new RunnerOptions { CallsPerConnection = 2, ReservedForWaysBack = 0 }), time);

    private readonly ConcurrentDictionary<(RolloutId Rollout, string Metric), Kept> _kept = new();

    /// <summary>
    /// The windows of a burn, and the counts of its shortest one as the reading. Never throws, and never takes longer
    /// than some seconds.
    /// </summary>
    public async Task<Measurement> MeasureAsync(
        Asked asked, MetricQuestion question, BurnOf burn, CancellationToken stopping)
    {
        var window = question.Window;
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            var known = await KnownAsync(asked, question, burn, either.Token, stopping);
            return known.Missing is { } missing
                ? new(question.Key, window, missing)
                : Measured(question, burn.Measure(known.Tiles, BurnOf.SinceOf(window), window.End));
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new(question.Key, window, new Reading.NoData("the source has not answered yet"));
        }
        catch (Exception failed)
        {
            return new(question.Key, window, new Reading.Error(failed.Message));
        }
    }

    private static Measurement Measured(MetricQuestion question, ImmutableArray<PairBurn> pairs) => pairs.IsEmpty
        ? new(question.Key, question.Window, new Reading.Error("the counts contradict each other"))
        : new(
            question.Key, question.Window, new Reading.Counts(pairs[0].ShortWindow.Bad, pairs[0].ShortWindow.Total),
            Burn: pairs);

    // Questions of one metric of one rollout come one after the other: nobody else asks this now. What an earlier one
    // has begun goes on, and is waited for before more is asked.
    private async Task<Known> KnownAsync(
        Asked asked, MetricQuestion question, BurnOf burn, CancellationToken limit, CancellationToken stopping)
    {
        var (key, since, end) = (
            (asked.Rollout, question.Key), BurnOf.SinceOf(question.Window), question.Window.End);
        var known = Known.Nothing;
        if (_kept.TryGetValue(key, out var kept) && kept.Since == since && kept.IsUsable)
        {
            kept.UsedAt = time.GetUtcNow();
            known = await kept.Reading.WaitAsync(limit);
        }

        var now = time.GetUtcNow();
        if (known.Missing is null ? known.UpTo >= end : now < known.At + AfterFailure) return known;
        Trim(now);
        var reading = ReadOnAsync(asked.Spec, burn, known, (since, end), stopping);
        _kept[key] = new(since, reading) { UsedAt = now };
        return await reading.WaitAsync(limit);
    }

    private async Task<Known> ReadOnAsync(
        RolloutSpec spec, BurnOf burn, Known known, (DateTimeOffset Since, DateTimeOffset End) reach,
        CancellationToken stopping)
    {
        var (since, end) = reach;
        known = known with { Missing = null };
        foreach (var stretch in burn.Missing(since, known.UpTo, end))
        {
            var (tiles, missing) = await ReadAsync(spec, burn, stretch, stopping);
            if (missing is not null) return known with { Missing = missing, At = time.GetUtcNow() };
            known = known with { UpTo = stretch.End, Tiles = Newer(known.Tiles, tiles) };
        }

        return known with { Tiles = burn.Kept(known.Tiles, since, end), At = time.GetUtcNow() };
    }

    // What a source has taken in late replaces what it said before; what it says nothing of any more, it has said.
    private static ImmutableArray<Tile> Newer(ImmutableArray<Tile> before, ImmutableArray<Tile> tiles) =>
    [
        .. before.ExceptBy(tiles.Select(tile => tile.End), tile => tile.End).Concat(tiles).OrderBy(tile => tile.End),
    ];

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
        var totals = await AskAsync(counts.Total, stretch);
        var counted = totals is RangeReading.Points ? await AskAsync(counts.Counted, stretch) : null;
        return (counted, totals) switch
        {
            (_, RangeReading.Error(var reason)) => ([], new Reading.Error($"total: {reason}")),
            (_, RangeReading.NoData { IsKnown: false } nothing) => ([], new Reading.NoData($"total: {nothing.Reason}")),
            (_, RangeReading.NoData) => ([], null),
            (RangeReading.Error(var reason), _) => ([], new Reading.Error(Of(counts, reason))),
            (RangeReading.NoData nothing, _) when counts.IsGood || !nothing.IsKnown =>
                ([], new Reading.NoData(Of(counts, nothing.Reason))),
            (RangeReading.NoData, _) => (TilesOf(counts, [], ByTile(totals, stretch)), null),
            _ => (await BesideAsync(counts, stretch, counted!, totals, AskAsync), null),
        };

        async Task<RangeReading> AskAsync(string query, Window asked)
        {
            try
            {
                return await _asking.WithinAsync(
                    Patience, Connections.Of(spec, source), isWayBack: false,
                    token => ranges.ReadRangeAsync(
                        new(source, query, asked, BurnOf.Tile, BurnOf.Timeout, IsPatient: true), token), stopping);
            }
            catch (Exception failed)
            {
                return new RangeReading.Error(failed.Message);
            }
        }
    }

    // Where some of it was counted, nothing is known of a tile without a number: a series may have been lost. Only
    // before the first one it may be that nothing bad had happened yet, where the source says so of that time.
    private static async Task<ImmutableArray<Tile>> BesideAsync(
        SloCounts counts, Window stretch, RangeReading counted, RangeReading totals,
        Func<string, Window, Task<RangeReading>> ask)
    {
        var (some, all) = (ByTile(counted, stretch), ByTile(totals, stretch));
        var first = some.Count > 0 ? some.Keys.Min() : stretch.Start;
        var before = all.Keys.Where(end => end < first).ToList();
        var isNone = before.Count > 0 && !counts.IsGood
            && await ask(counts.Counted, stretch with { End = before.Max() }) is RangeReading.NoData { IsKnown: true };
        foreach (var end in all.Keys.Except(some.Keys).ToList())
        {
            if (isNone && end < first) some[end] = 0;
            else all.Remove(end);
        }

        return TilesOf(counts, some, all);
    }

    // What is no number says nothing of its tile, and least of all that nothing was bad.
    private static ImmutableArray<Tile> TilesOf(
        SloCounts counts, Dictionary<DateTimeOffset, double> counted, Dictionary<DateTimeOffset, double> totals) =>
        CountedTiles.Of(counts.IsGood, counted, totals)
            .RemoveAll(tile => double.IsNaN(tile.Bad) || double.IsNaN(tile.Total));

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
    /// <param name="UpTo">Up to where tiles were asked for; null: never.</param>
    /// <param name="Tiles">From old to new.</param>
    /// <param name="At">When the source answered.</param>
    /// <param name="Missing">Why the newest tiles are missing.</param>
    private sealed record Known(
        DateTimeOffset? UpTo, ImmutableArray<Tile> Tiles, DateTimeOffset At, Reading? Missing = null)
    {
        public static Known Nothing { get; } = new(null, [], DateTimeOffset.MinValue);
    }

    /// <summary>What is being found out of one burn, or was.</summary>
    /// <param name="since">When its candidate got its first request.</param>
    /// <param name="reading">All that is known when it has ended.</param>
    private sealed class Kept(DateTimeOffset since, Task<Known> reading)
    {
        public DateTimeOffset Since => since;

        public Task<Known> Reading => reading;

        public DateTimeOffset UsedAt { get; set; }

        public bool IsUsable => !reading.IsCompleted || reading.IsCompletedSuccessfully;
    }
}
