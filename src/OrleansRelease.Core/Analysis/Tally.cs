using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Analysis;

/// <summary>One window's verdict for one metric, with what it was made from.</summary>
/// <param name="Beside">What all windows up to this one show beside the stable version, where it is compared.</param>
/// <param name="Past">What this window is beside the service's past, where it was held against that.</param>
/// <param name="Burn">How fast an error budget is spent, where the metric is a burn.</param>
public sealed record Judged(
    string Metric, Window Window, Verdict Verdict, double? Number, double? Samples, string Detail, bool Counted,
    Beside? Beside = null, BesidePast? Past = null, BurnVerdict? Burn = null);

/// <summary>A metric of the new version beside the same of the version that is stable.</summary>
/// <param name="Evidence">What is remembered of all windows; of latencies at the cut that <c>Seen</c> is about.</param>
/// <param name="Seen">What it shows.</param>
/// <param name="Latencies">Of latencies what is remembered at every cut.</param>
public sealed record Beside(Evidence Evidence, Compared Seen, CutLatencies? Latencies = null);

/// <summary>What is remembered of latencies at each of some bounds of buckets.</summary>
/// <param name="Cuts">In seconds, upwards: those that the first window of both versions had.</param>
/// <param name="Evidence">Of all windows, in the order of the cuts.</param>
public sealed record CutLatencies(ImmutableArray<double> Cuts, LatencyEvidence Evidence);

/// <summary>
/// The bounded memory of one metric: counters for its limits, how much time usable windows have covered since
/// <see cref="CoveredFrom"/>, and the newest windows for people. Windows tile from <see cref="Start"/>.
/// </summary>
public sealed record Tally(
    DateTimeOffset Start,
    int NextWindow,
    int Passed,
    int Failed,
    int Inconclusive,
    int NoData,
    int Errors,
    int PassedInRow,
    int NoDataInRow,
    int ErrorsInRow,
    int UnusableInRow,
    DateTimeOffset CoveredFrom,
    TimeSpan Covered,
    ImmutableArray<Judged> Recent,
    Beside? Beside = null)
{
    /// <summary>How many good ones there ever were in a row; rows of builds before count from now on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MostPassedInRow { get; init; }

    [JsonIgnore]
    public int LongestRow => Math.Max(MostPassedInRow, PassedInRow);

    /// <summary>How many windows are kept for people to look at; of a burn fewer looks are.</summary>
    public const int RecentWindows = 20;

    public static Tally From(DateTimeOffset start) =>
        new(start, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, start, TimeSpan.Zero, []);

    [JsonIgnore]
    public Judged? Last => Recent.IsEmpty ? null : Recent[^1];

    [JsonIgnore]
    public int Measured => Passed + Failed + Inconclusive;
}
