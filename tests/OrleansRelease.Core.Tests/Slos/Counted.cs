using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Tests.Slos;

/// <summary>An objective of 99.9 % over 30 days, and counts of it that end at noon.</summary>
internal static class Counted
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 12, 12, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static Slo Availability { get; } = new(
        "availability", 0.999m, TimeSpan.FromDays(30), "golden-signals/errors",
        new MetricSource.Ratio("bad", null, "total"), Minute, TimeSpan.FromSeconds(5), MinSamples: 10);

    /// <summary>So many requests a minute for so many minutes; how many are bad, by minutes before noon.</summary>
    public static TileSeries Series(int minutes, Func<int, double> bad, double total = 1000) => new(
        Minute,
        [
            .. Enumerable.Range(0, minutes).Reverse()
                .Select(before => new Tile(Noon.AddMinutes(-before), bad(before), total)),
        ]);

    public static TileSeries None { get; } = new(Minute, ImmutableArray<Tile>.Empty);
}
