using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>Metrics that are judged together.</summary>
public sealed record AnalysisTemplateManifest(ManifestHead Metadata, AnalysisTemplateSpec Spec)
    : Manifest(Metadata, ManifestKind.AnalysisTemplate);

/// <param name="Metrics">At least one; names are unique here.</param>
/// <param name="Args">Argument and default, used in queries only.</param>
/// <param name="Defaults">Limits of every metric that says nothing.</param>
public sealed record AnalysisTemplateSpec(
    ImmutableArray<MetricDefinition> Metrics,
    ImmutableSortedDictionary<string, string>? Args = null,
    LimitsSpec? Defaults = null);

/// <summary>One metric; its queries still hold their placeholders.</summary>
public sealed record MetricDefinition(
    string Name,
    MetricSource Source,
    Unit? Unit = null,
    ThresholdsSpec? Thresholds = null,
    LimitsSpec? Limits = null,
    bool? DryRun = null,
    CompareSpec? Compare = null,
    HistorySpec? History = null);

/// <summary>With which version a metric is compared, and how much worse the new one may be.</summary>
/// <param name="To">Always the version that is stable.</param>
/// <param name="Margin">A difference of shares of requests.</param>
public sealed record CompareSpec(ComparedVersion To, Quantity? Margin);

public enum ComparedVersion
{
    Stable,
}

/// <summary>What of the service's past a metric is held against, as far as it was said.</summary>
/// <param name="Days">How many days back.</param>
/// <param name="Tolerance">By which part of what is usual it may differ.</param>
/// <param name="Bad">Which difference is bad.</param>
public sealed record HistorySpec(int? Days = null, Quantity? Tolerance = null, BadChange? Bad = null);

/// <summary>Limits of one measurement, in the units they were written in.</summary>
public sealed record ThresholdsSpec(Quantity? Max = null, Quantity? Min = null, Quantity? FailAbove = null)
{
    public static readonly ThresholdsSpec None = new();
}

/// <summary>How often to measure and how many may be bad, as far as it was said.</summary>
public sealed record LimitsSpec(
    TimeSpan? Interval = null,
    TimeSpan? Timeout = null,
    TimeSpan? InitialDelay = null,
    int? Count = null,
    int? FailureLimit = null,
    int? InconclusiveLimit = null,
    int? NoDataLimit = null,
    int? ConsecutiveErrorLimit = null,
    int? ConsecutiveSuccessLimit = null,
    int? MinSamples = null)
{
    public static readonly LimitsSpec None = new();
}

/// <summary>A template where it is used, with what is different there.</summary>
public sealed record AnalysisUse(
    string Template,
    ImmutableSortedDictionary<string, string>? Args = null,
    ImmutableSortedDictionary<string, MetricOverride>? Metrics = null);

/// <summary>What is different about one metric where its template is used.</summary>
public sealed record MetricOverride(
    ThresholdsSpec? Thresholds = null, LimitsSpec? Limits = null, bool? DryRun = null, CompareSpec? Compare = null,
    HistorySpec? History = null);
