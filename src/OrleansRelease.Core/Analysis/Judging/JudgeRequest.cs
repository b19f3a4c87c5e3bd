using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>Judge these values by these rules; nothing of it is kept.</summary>
/// <param name="Judge">By whom: burnRate, histogram, history, kayenta, sequential or threshold.</param>
/// <param name="Metrics">1 to 200, with 100,000 values together.</param>
/// <param name="Config">What holds for all metrics.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JudgeRequest(
    [property: Required] string? Judge,
    [property: Required] ImmutableArray<MetricValues>? Metrics,
    JudgeConfig? Config = null)
{
    public const int MostMetrics = 200;

    /// <summary>Of all metrics and both sides; each count of a bucket is one.</summary>
    public const int MostValues = 100_000;

    public const int LongestName = 200;
}

/// <summary>
/// What holds for all metrics. The first four every judge accepts, the answer says which of them had no part in it;
/// the others are for the judges that they name.
/// </summary>
/// <param name="Tolerance">
/// kayenta: the part of the estimated shift by which the interval must stay away from zero; 0.25. history: by which
/// part of what is usual a value may differ in any case; 0.3.
/// </param>
/// <param name="Confidence">
/// kayenta: of the interval, 0.5 to 0.9999; 0.98. sequential, histogram: that nothing which is not worse is called
/// worse, over all metrics and however often they are looked at; 0.99.
/// </param>
/// <param name="PassThreshold">
/// The least score that passes, 0 to 100; 95. Of others than kayenta the score is the verdict only where one of both
/// thresholds is given.
/// </param>
/// <param name="MarginalThreshold">The least score that does not fail, 0 to 100; 75.</param>
/// <param name="Max">threshold, history: a value above fails.</param>
/// <param name="Min">threshold, history: a value below fails.</param>
/// <param name="FailAbove">threshold, history: a value between max and this is inconclusive.</param>
/// <param name="FailureLimit">threshold, history: how many values may fail; 1.</param>
/// <param name="InconclusiveLimit">threshold, history: how many values may be inconclusive; 3.</param>
/// <param name="Margin">sequential, histogram: by how much a share may be worse, such as 0.005; 0.</param>
/// <param name="Objective">burnRate: the share of requests that shall be good, such as 0.999.</param>
/// <param name="PeriodDays">burnRate: the days for which an error budget is, 7 to 90; 30.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JudgeConfig(
    double? Tolerance = null,
    double? Confidence = null,
    double? PassThreshold = null,
    double? MarginalThreshold = null,
    double? Max = null,
    double? Min = null,
    double? FailAbove = null,
    int? FailureLimit = null,
    int? InconclusiveLimit = null,
    double? Margin = null,
    decimal? Objective = null,
    int? PeriodDays = null);

/// <summary>
/// One metric with its values; null stands for a window without one. What is said of it up to <c>EffectSize</c> every
/// judge accepts, the answer says what of it had no part in it.
/// </summary>
/// <param name="Name">Unique here.</param>
/// <param name="Experiment">
/// The new version's values; sequential, burnRate: its bad requests, window by window. Only histogram has none.
/// </param>
/// <param name="Control">
/// The same of what runs beside it, for kayenta and sequential; history: one value of each day before, the last one
/// yesterday's.
/// </param>
/// <param name="Group">The group that it counts in; "default".</param>
/// <param name="Weight">The group's weight in percent; groups without one share what is left of 100.</param>
/// <param name="Direction">
/// increase, decrease or either, the difference that is bad; either. sequential, histogram, history: increase.
/// </param>
/// <param name="NanStrategy">remove or replace (by zero) what is no number; remove.</param>
/// <param name="OutlierStrategy">kayenta: keep or remove; keep.</param>
/// <param name="Critical">It alone can make the score 0.</param>
/// <param name="MustHaveData">Missing values count against its group.</param>
/// <param name="EffectSize">kayenta: how large a difference must be to count.</param>
/// <param name="ExperimentTotals">sequential, burnRate: all requests of the new version in each window.</param>
/// <param name="ControlTotals">sequential: all requests of what runs beside it in each window.</param>
/// <param name="ExperimentBuckets">
/// histogram: how many requests of each window took at most so many seconds, as <c>{"0.1": 90, "+Inf": 100}</c>.
/// </param>
/// <param name="ControlBuckets">histogram: the same of what runs beside it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MetricValues(
    [property: Required] string? Name,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    IReadOnlyList<double?>? Experiment = null,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    IReadOnlyList<double?>? Control = null,
    string? Group = null,
    double? Weight = null,
    string? Direction = null,
    string? NanStrategy = null,
    string? OutlierStrategy = null,
    bool? Critical = null,
    bool? MustHaveData = null,
    EffectSizeLimits? EffectSize = null,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    IReadOnlyList<double?>? ExperimentTotals = null,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    IReadOnlyList<double?>? ControlTotals = null,
    IReadOnlyList<ImmutableSortedDictionary<string, double>?>? ExperimentBuckets = null,
    IReadOnlyList<ImmutableSortedDictionary<string, double>?>? ControlBuckets = null);

/// <summary>How large a difference must be to count.</summary>
/// <param name="Measure">meanRatio (of the means, 1 is none) or cles (share of larger pairs, 0.5 is none).</param>
/// <param name="AllowedIncrease">From here on it is High.</param>
/// <param name="AllowedDecrease">From here down it is Low.</param>
/// <param name="CriticalIncrease">From here on a critical metric makes the score 0.</param>
/// <param name="CriticalDecrease">From here down a critical metric makes the score 0.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EffectSizeLimits(
    string? Measure = null,
    double? AllowedIncrease = null,
    double? AllowedDecrease = null,
    double? CriticalIncrease = null,
    double? CriticalDecrease = null);
