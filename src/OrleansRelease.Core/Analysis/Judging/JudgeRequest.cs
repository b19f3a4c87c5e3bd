using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>Judge these values by these rules; nothing of it is kept.</summary>
/// <param name="Judge">By whom: kayenta, sequential or threshold.</param>
/// <param name="Metrics">1 to 200, with 100,000 values together.</param>
/// <param name="Config">What holds for all metrics.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JudgeRequest(
    [property: Required] string? Judge,
    [property: Required] ImmutableArray<MetricValues>? Metrics,
    JudgeConfig? Config = null)
{
    public const int MostMetrics = 200;

    /// <summary>Of all metrics and both sides.</summary>
    public const int MostValues = 100_000;

    public const int LongestName = 200;
}

/// <summary>What holds for all metrics; each judge takes its own fields only.</summary>
/// <param name="Tolerance">
/// kayenta: the part of the estimated shift by which the interval must stay away from zero; 0.25.
/// </param>
/// <param name="Confidence">
/// kayenta: of the interval, 0.5 to 0.9999; 0.98. sequential: that nothing which is not worse is called worse, over all
/// metrics and however often they are looked at; 0.99.
/// </param>
/// <param name="PassThreshold">kayenta: the least score that passes, 0 to 100; 95.</param>
/// <param name="MarginalThreshold">kayenta: the least score that does not fail, 0 to 100; 75.</param>
/// <param name="Max">threshold: a value above fails.</param>
/// <param name="Min">threshold: a value below fails.</param>
/// <param name="FailAbove">threshold: a value between max and this is inconclusive.</param>
/// <param name="FailureLimit">threshold: how many values may fail; 1.</param>
/// <param name="InconclusiveLimit">threshold: how many values may be inconclusive; 3.</param>
/// <param name="Margin">sequential: by how much a share of bad requests may be larger, such as 0.005.</param>
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
    double? Margin = null);

/// <summary>One metric with its values; null stands for a window without one.</summary>
/// <param name="Name">Unique here.</param>
/// <param name="Experiment">The new version's values; sequential: its bad requests, window by window.</param>
/// <param name="Control">The same of what runs beside it; kayenta and sequential compare with them.</param>
/// <param name="Group">kayenta: the group that it counts in; "default".</param>
/// <param name="Weight">kayenta: the group's weight in percent; groups without one share what is left of 100.</param>
/// <param name="Direction">kayenta: increase, decrease or either, the difference that is bad; either.</param>
/// <param name="NanStrategy">kayenta: remove or replace (by zero) what is no number; remove.</param>
/// <param name="OutlierStrategy">kayenta: keep or remove; keep.</param>
/// <param name="Critical">kayenta: it alone can make the score 0.</param>
/// <param name="MustHaveData">kayenta: missing values count against its group.</param>
/// <param name="EffectSize">kayenta: how large a difference must be to count.</param>
/// <param name="ExperimentTotals">sequential: all requests of the new version in each window.</param>
/// <param name="ControlTotals">sequential: all requests of what runs beside it in each window.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MetricValues(
    [property: Required] string? Name,
    [property: Required, JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    IReadOnlyList<double?>? Experiment,
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
    IReadOnlyList<double?>? ControlTotals = null);

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
