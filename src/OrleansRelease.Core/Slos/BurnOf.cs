using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>What a metric is that judges a rollout by how fast an error budget is spent.</summary>
/// <param name="Slo">Of which objective.</param>
/// <param name="Scope">Whose requests.</param>
public sealed record BurnOf(Slo Slo, BurnScope Scope)
{
    /// <summary>How long a tile is, and how often it is looked: the shortest window of all pairs.</summary>
    public static readonly TimeSpan Tile = TimeSpan.FromMinutes(5);

    /// <summary>As queries write it.</summary>
    public const string TileLength = "5m";

    /// <summary>
    /// For one query. Nothing waits for a burn, and who asks of three days needs longer than who asks of a minute.
    /// </summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many looks a rollout keeps: each is of hours, and of all objectives together the looks must fit into a row.
    /// </summary>
    public const int KeptLooks = 3;

    /// <summary>What a source has taken in late is asked for again: so much of what is known.</summary>
    private static readonly TimeSpan AskedAgain = Tile * 2;

    private const string Prefix = "slo/";

    private const string OfAll = "/whole";

    // Nothing but a page ends anything: missing numbers and doubts are for the metrics that have limits.
    private static readonly MetricLimits NoLimits = new(
        Tile, Timeout, TimeSpan.Zero, Count: null, FailureLimit: 0, InconclusiveLimit: int.MaxValue,
        NoDataLimit: int.MaxValue, ConsecutiveErrorLimit: int.MaxValue, ConsecutiveSuccessLimit: null, MinSamples: 0);

    /// <summary>
    /// With one slash more than a metric of a template has, so that it is nobody else's name.
    /// </summary>
    public string Name => $"{Prefix}{Slo.Name}{(Scope == BurnScope.Candidate ? "/candidate" : OfAll)}";

    /// <summary>Whether a metric of this name is a burn.</summary>
    public static bool IsName(string metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return metric.StartsWith(Prefix, StringComparison.Ordinal) && metric.IndexOf('/', Prefix.Length) > 0;
    }

    /// <summary>Whether it is one of the requests of all versions.</summary>
    public static bool IsOfAll(string metric) => IsName(metric) && metric.EndsWith(OfAll, StringComparison.Ordinal);

    /// <summary>
    /// Of all versions only what can convict: a ticket of theirs is mostly of the days before the rollout.
    /// </summary>
    private ImmutableArray<BurnPair> Pairs => Scope == BurnScope.Candidate
        ? BurnPair.For(Slo.Window)
        : [.. BurnPair.For(Slo.Window).Where(pair => pair.Severity == BurnSeverity.Page)];

    private TimeSpan Longest => Pairs.Max(pair => pair.LongWindow);

    /// <summary>What convicts, as people read it.</summary>
    public string Text => "burns " + string.Join(" or ", BurnPair.For(Slo.Window)
        .Where(pair => pair.Severity == BurnSeverity.Page)
        .Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"{pair.FactorFor(Slo.Window):0.##}× over {Duration.Format(pair.LongWindow)}")));

    /// <summary>
    /// The burns by which a rollout is judged, beside its metrics: up to two of each objective that its source of
    /// numbers can count in tiles. They have no limits, and are no part of the background that its bound, its price and
    /// its gates rest on: what they convict takes up to hours to be seen.
    /// </summary>
    public static ImmutableArray<MetricSpec> All(RolloutSpec spec) => Of(spec, static burn => burn.CanBeAsked);

    /// <summary>Those of them that a rollout began with.</summary>
    public static ImmutableArray<MetricSpec> Known(RolloutSpec spec, Func<string, bool> isKnown) =>
        Of(spec, burn => isKnown(burn.Name));

    private static ImmutableArray<MetricSpec> Of(RolloutSpec spec, Func<BurnOf, bool> isOne)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Metrics is not { HasRanges: true } || spec.Slos is not { } slos) return [];
        return
        [
            .. from slo in slos
               from scope in new[] { BurnScope.Candidate, BurnScope.Whole }
               let burn = new BurnOf(slo, scope)
               where isOne(burn)
               select burn.Metric(),
        ];
    }

    /// <summary>
    /// When the candidate got its first request, by any window of this metric; of all versions, until when what burned
    /// was found to be somebody else's doing, where that was later.
    /// </summary>
    public static DateTimeOffset SinceOf(Window window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return window.Start - (Tile * window.Number);
    }

    /// <summary>
    /// Every window that ends at a time. Counts that contradict each other are left out, as if nobody had counted
    /// there; none is known where the newest do.
    /// </summary>
    /// <param name="tiles">From old to new.</param>
    /// <param name="since">When the candidate got its first request.</param>
    /// <param name="end">The end of the newest tile.</param>
    public ImmutableArray<PairBurn> Measure(ImmutableArray<Tile> tiles, DateTimeOffset since, DateTimeOffset end) =>
        BurnJudge.Measure(
            Slo, Pairs, new TileSeries(Tile, tiles.RemoveAll(tile => tile.End < end && !BurnJudge.IsSound(tile))), end,
            Scope == BurnScope.Whole ? since : null);

    /// <summary>
    /// The stretches of time that are to be asked for, so that every window that ends at a time is known; each a whole
    /// number of tiles, and from old to new. What is known of them is replaced.
    /// </summary>
    /// <param name="since">When the candidate got its first request: of itself there is nothing before.</param>
    /// <param name="upTo">Up to where the tiles are known; null: none is.</param>
    /// <param name="end">The end of the newest tile.</param>
    public ImmutableArray<Window> Missing(DateTimeOffset since, DateTimeOffset? upTo, DateTimeOffset end)
    {
        var first = Scope == BurnScope.Whole ? since - Longest : since;
        var from = upTo is { } known ? Later(known - AskedAgain, first) : since;
        return
        [
            .. Stretch(upTo is null && first < since, first, since),
            .. Stretch(upTo is null || upTo < end, Later(from, end - Longest), end),
        ];
    }

    private static ImmutableArray<Window> Stretch(bool isMissing, DateTimeOffset from, DateTimeOffset upTo) =>
        isMissing ? [new Window(0, from, upTo)] : [];

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>Those of the tiles that a window which ends at a time, or ended at the first request, needs.</summary>
    public ImmutableArray<Tile> Kept(ImmutableArray<Tile> tiles, DateTimeOffset since, DateTimeOffset end)
    {
        var longest = Longest;
        return tiles.RemoveAll(tile => tile.End <= end - longest && (tile.End <= since - longest || tile.End > since));
    }

    // Of windows of their own only one word is known for a tile in the past: how long it is. And what does not ask for
    // one version counts others.
    private bool CanBeAsked => Slo.Source is MetricSource.Ratio ratio && (Scope == BurnScope.Whole
        ? SloCounts.Of(Slo, TileLength) is not null
        : ratio.Queries.All(query => OneVersion.IsCounted(query)
            && !query.Contains("{{windowStart}}", StringComparison.Ordinal)
            && !query.Contains("{{windowEnd}}", StringComparison.Ordinal)));

    private MetricSpec Metric() => new MetricSpec(
        Name, Slo.Source, Unit.Ratio, new(null, null, null), NoLimits with { MinSamples = Slo.MinSamples },
        DryRun: false).As(this);
}
