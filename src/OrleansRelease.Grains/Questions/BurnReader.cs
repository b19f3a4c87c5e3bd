using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;

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

    /// <summary>Until a look is answered, its turn included: a row that asks is not overdue for longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan KeptUnused = TimeSpan.FromHours(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    // For all queries of a look. It has one turn and not one for each: else all would have a part, and none the whole.
    private static readonly Patience Patience = new(Turn: TimeSpan.FromMinutes(1), Answer: BurnOf.Timeout * 3);

    // Two looks at a time at one source leave the others' places there to metrics with limits.
    private readonly Asking _asking = new(
        new Bulkheads(new RunnerOptions { CallsPerConnection = 2, ReservedForWaysBack = 0 }), time);

    private readonly BurnTiles _tiles = new(adapters);

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
        var reading = InTurnAsync(asked.Spec, burn, known, (since, end), stopping);
        _kept[key] = new(since, reading) { UsedAt = now };
        return await reading.WaitAsync(limit);
    }

    private async Task<Known> InTurnAsync(
        RolloutSpec spec, BurnOf burn, Known known, (DateTimeOffset Since, DateTimeOffset End) reach,
        CancellationToken stopping)
    {
        try
        {
            return await _asking.WithinAsync(
                Patience, Connections.Of(spec, spec.Metrics!), isWayBack: false,
                token => ReadOnAsync(spec, burn, known, reach, token), stopping);
        }
        catch (TimeoutException late)
        {
            return known with { Missing = new Reading.Error(late.Message), At = time.GetUtcNow() };
        }
    }

    private async Task<Known> ReadOnAsync(
        RolloutSpec spec, BurnOf burn, Known known, (DateTimeOffset Since, DateTimeOffset End) reach,
        CancellationToken stopping)
    {
        var (since, end) = reach;
        known = known with { Missing = null };
        foreach (var stretch in burn.Missing(since, known.UpTo, end))
        {
            var (tiles, missing) = await _tiles.ReadAsync(spec, burn, stretch, stopping);
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

    private void Trim(DateTimeOffset now)
    {
        if (_kept.Count < MostKept) return;
        var useless = _kept.Where(one => now > one.Value.UsedAt + KeptUnused).Select(one => one.Key).ToList();
        if (useless.Count == 0) useless = [_kept.MinBy(one => one.Value.UsedAt).Key];
        foreach (var key in useless) _kept.TryRemove(key, out _);
    }

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
