using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// Judges how fast an error budget is spent, by several pairs of windows: a pair burns when its short and its long
/// window are both above its factor, and one pair of a severity is enough. A page fails. A ticket of the candidate's
/// own requests is inconclusive; of the whole service it is only noted, because the days before a rollout are not its
/// doing.
/// </summary>
public static class BurnJudge
{
    /// <summary>Rises with everything that could change a verdict.</summary>
    public const int Version = 3;

    public const string Name = "burn-rate";

    /// <summary>With its version, as every judge is called.</summary>
    public static string NameOf(int version) => string.Create(CultureInfo.InvariantCulture, $"{Name}/{version}");

    /// <summary>
    /// How likely the bad requests just before a rollout may be where the objective is kept, if they are to be called
    /// an incident: who calls too much so lets harm to others through, who calls too little takes back what mends.
    /// </summary>
    public const double LittleChance = 0.01;

    // More than a double counts one by one is no number of requests.
    private const double MostRequests = 1e15;

    /// <param name="slo">The objective.</param>
    /// <param name="scope">Whose requests were counted.</param>
    /// <param name="series">The counts; the judge looks at three days at most.</param>
    /// <param name="now">The end of every window.</param>
    /// <param name="since">
    /// When the candidate got its first request. What burned the whole service already then does not convict it, and
    /// what was bad before then does not count: else nobody could roll out what puts it out.
    /// </param>
    public static BurnVerdict Judge(
        Slo slo, BurnScope scope, TileSeries series, DateTimeOffset now, DateTimeOffset? since = null)
    {
        return Judge(slo, scope, Measure(slo, series, now, since));
    }

    /// <summary>The same by what was measured before: all that a judgement goes by.</summary>
    /// <param name="slo">The objective.</param>
    /// <param name="scope">Whose requests were counted.</param>
    /// <param name="pairs">Fastest first; none where the counts contradict each other.</param>
    public static BurnVerdict Judge(Slo slo, BurnScope scope, ImmutableArray<PairBurn> pairs)
    {
        ArgumentNullException.ThrowIfNull(slo);
        var (verdict, detail) = pairs.IsEmpty
            ? (Verdict.Error, "the counts contradict each other")
            : Verdicts(slo, scope, pairs);
        return new(slo.Name, scope, verdict, pairs, detail, Version);
    }

    /// <summary>Every pair of windows that end at a time; none where the counts contradict each other.</summary>
    /// <param name="slo">The objective.</param>
    /// <param name="series">The counts; three days of them at most are looked at.</param>
    /// <param name="now">The end of every window.</param>
    /// <param name="since">When the candidate got its first request.</param>
    public static ImmutableArray<PairBurn> Measure(
        Slo slo, TileSeries series, DateTimeOffset now, DateTimeOffset? since = null)
    {
        ArgumentNullException.ThrowIfNull(slo);
        return Measure(slo, BurnPair.For(slo.Window), series, now, since);
    }

    /// <summary>The same of some pairs.</summary>
    internal static ImmutableArray<PairBurn> Measure(
        Slo slo, ImmutableArray<BurnPair> wanted, TileSeries series, DateTimeOffset now, DateTimeOffset? since)
    {
        ArgumentNullException.ThrowIfNull(series);
        foreach (var tile in series.Within(wanted.Max(pair => pair.LongWindow), now))
        {
            if (!IsSound(tile)) return [];
        }

        ImmutableArray<PairBurn> pairs =
        [
            .. wanted.Select(pair => Measure(slo, series, pair, now) with
            {
                BurnedBefore = since is { } start && WasBurning(slo, series, pair, start),
                After = since is { } first && first > now - pair.LongWindow
                    ? Measure(slo, series, first < now ? now - first : TimeSpan.Zero, now)
                    : null,
            }),
        ];
        return pairs;
    }

    private static (Verdict Verdict, string Detail) Verdicts(Slo slo, BurnScope scope, ImmutableArray<PairBurn> pairs)
    {
        var convicting = pairs.Where(pair =>
            scope == BurnScope.Candidate ? pair.Burns : Pages(scope, pair)).ToList();
        if (convicting.FirstOrDefault(IsPage) is { } page) return (Verdict.Fail, Burning(page));
        if (convicting is [var ticket, ..]) return (Verdict.Inconclusive, Burning(ticket));
        // All windows end now, so the shortest one is without requests whenever any is.
        var windows = pairs.SelectMany(pair => new[] { pair.ShortWindow, pair.LongWindow });
        if (windows.Where(window => window.Burn is null).MinBy(window => window.Length) is { } silent)
        {
            return (Verdict.NoData, string.Create(CultureInfo.InvariantCulture,
                $"{silent.Total:0.##} requests in {Duration.Format(silent.Length)}, {slo.Needed} are needed"));
        }

        return pairs.FirstOrDefault(pair => pair.Burns) is { } noted
            ? (Verdict.Pass, Burning(noted) + WhoseElse(noted))
            : (Verdict.Pass, string.Join(", ", pairs.Select(pair =>
                $"{Duration.Format(pair.LongWindow.Length)} {Times(pair.LongWindow.Burn)} of {Times(pair.Factor)}")));
    }

    /// <summary>Whether it convicts a rollout.</summary>
    internal static bool Pages(BurnScope scope, PairBurn pair) => pair.Burns && IsPage(pair)
        && (scope == BurnScope.Candidate || (!pair.BurnedBefore && pair.Evidence.Burn > pair.Factor));

    private static string WhoseElse(PairBurn noted) =>
        noted.BurnedBefore ? ", since before the rollout"
        : IsPage(noted) ? ", by what was before the rollout"
        : ", which is the service's and not only the rollout's";

    private static bool IsPage(PairBurn pair) => IsPage(pair.Pair);

    private static bool IsPage(BurnPair pair) => pair.Severity == BurnSeverity.Page;

    private static PairBurn Measure(Slo slo, TileSeries series, BurnPair pair, DateTimeOffset at) => new(
        pair, pair.FactorFor(slo.Window), Measure(slo, series, pair.ShortWindow, at),
        Measure(slo, series, pair.LongWindow, at), BurnedBefore: false);

    // What goes on convicts nobody who came later, although it has not lasted for as long as the long window asks: the
    // newest minutes say that it goes on, and a bad request that may be chance does not.
    private static bool WasBurning(Slo slo, TileSeries series, BurnPair pair, DateTimeOffset at) =>
        BurnPair.For(slo.Window).Where(one => IsPage(one) && one.ShortWindow <= pair.ShortWindow)
            .Select(one => Measure(slo, series, one.ShortWindow, at))
            .Any(window => window.Burn > pair.FactorFor(slo.Window)
                && RolloutBurn.ChanceOf(window, slo.ErrorShare) <= LittleChance);

    // In this order, with these divisors: the exported rules divide the same way, so the last digit is the same.
    private static WindowBurn Measure(Slo slo, TileSeries series, TimeSpan length, DateTimeOffset at)
    {
        var tiles = series.Within(length, at);
        var (bad, total) = TileSum.Of(tiles);
        return new(
            length, bad, total, total >= slo.Needed ? bad / total / (double)slo.ErrorShare : null,
            series.Interval * tiles.Length);
    }

    /// <summary>Whether its counts can be those of one stretch of time.</summary>
    internal static bool IsSound(Tile tile) =>
        tile.Total <= MostRequests && tile.Bad >= 0 && tile.Bad <= tile.Total;

    /// <summary>What it does, in words that a name can come before.</summary>
    internal static string Burning(PairBurn pair) =>
        $"burns {Over(pair.ShortWindow)} and {Over(pair.LongWindow)}, both above {Times(pair.Factor)} "
        + (IsPage(pair) ? "(page)" : "(ticket)");

    private static string Over(WindowBurn window) => $"{Times(window.Burn)} over {Duration.Format(window.Length)}";

    private static string Times(double? burn) =>
        burn is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) + "×" : "nothing";
}
