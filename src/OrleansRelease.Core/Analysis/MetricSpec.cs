using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Analysis;

/// <summary>One metric as it is judged: where its numbers come from, when they are good, how many may be bad.</summary>
/// <param name="Name">Its full name, <c>template/metric</c>.</param>
/// <param name="Source">Where the numbers come from.</param>
/// <param name="Unit">What the source returns.</param>
/// <param name="Thresholds">When one measurement passes.</param>
/// <param name="Limits">How often, and how many may be bad.</param>
/// <param name="DryRun">Measured and shown, never counted.</param>
/// <param name="Compare">With what it is compared, beside its limits; null: with nothing.</param>
/// <param name="History">What of the service's past it is held against, beside its limits; null: nothing.</param>
public sealed record MetricSpec(
    string Name, MetricSource Source, Unit Unit, Thresholds Thresholds, MetricLimits Limits, bool DryRun,
    ComparedTo? Compare = null, ComparedToPast? History = null)
{
    /// <summary>What a window must keep to, as people read it; empty where nothing is said.</summary>
    [JsonIgnore]
    public string LimitsText => string.Join(", ", new[]
    {
        Source is MetricSource.Monitor monitor ? monitor.Check?.Expect.Text ?? $"monitor {monitor.Name}" : "",
        Thresholds.Text(Unit),
        History is { IsShown: var isShown } ? "as usual" + (isShown ? ", never counted" : "") : "",
        Compare is { Margin: var margin }
            ? $"at most {ThresholdJudge.Format(margin, Unit.Ratio)} worse than stable"
            : "",
    }.Where(text => text.Length > 0));

    /// <summary>Whether anything is decided by it, or bounded.</summary>
    [JsonIgnore]
    public bool Counts => !DryRun;

    /// <summary>
    /// The error budget that it is the burn of; null: of none. Such a metric comes of an objective whenever it is
    /// wanted, and is stored nowhere.
    /// </summary>
    [JsonIgnore]
    public BurnOf? Burn => _burn;

    private BurnOf? _burn;

    /// <summary>The same as the burn of an error budget.</summary>
    internal MetricSpec As(BurnOf burn) => new(this) { _burn = burn };
}

public enum Unit
{
    Ratio,
    Seconds,
    Bytes,
    Count,
    PerSecond,
}

/// <summary>
/// In the metric's unit. Above <see cref="Max"/> (or below <see cref="Min"/>) a measurement fails; with
/// <see cref="FailAbove"/> it fails above that and is inconclusive between the two. Of counts, a most is the share of
/// bad requests and a least that of good ones.
/// </summary>
public sealed record Thresholds(double? Max, double? Min, double? FailAbove)
{
    /// <summary>Whether a rollback bound can be computed from this metric.</summary>
    [JsonIgnore]
    public bool IsHard => Max is not null || Min is not null || FailAbove is not null;

    /// <summary>As people read them, in the metric's unit; empty when there is none.</summary>
    public string Text(Unit unit) => string.Join(", ", Texts(unit));

    private IEnumerable<string> Texts(Unit unit)
    {
        if (Max is { } max) yield return $"max {ThresholdJudge.Format(max, unit)}";
        if (Min is { } min) yield return $"min {ThresholdJudge.Format(min, unit)}";
        if (FailAbove is { } failAbove) yield return $"fails above {ThresholdJudge.Format(failAbove, unit)}";
    }
}

/// <summary>
/// A metric fails when more than <see cref="FailureLimit"/> measurements failed, is inconclusive when more than
/// <see cref="InconclusiveLimit"/> were, and has no evidence when more than <see cref="NoDataLimit"/> or
/// <see cref="ConsecutiveErrorLimit"/> in a row had none. It passes after <see cref="Count"/> measurements or
/// <see cref="ConsecutiveSuccessLimit"/> in a row, and with both is inconclusive where the row was not there within the
/// count. A step asks no more of what has passed; in the background it is judged for as long as the rollout moves.
/// </summary>
public sealed record MetricLimits(
    TimeSpan Interval,
    TimeSpan Timeout,
    TimeSpan InitialDelay,
    int? Count,
    int FailureLimit,
    int InconclusiveLimit,
    int NoDataLimit,
    int ConsecutiveErrorLimit,
    int? ConsecutiveSuccessLimit,
    int MinSamples)
{
    /// <summary>From its first question until it has passed, when all pass.</summary>
    [JsonIgnore]
    public TimeSpan LeastToPass => InitialDelay + (Interval * (ConsecutiveSuccessLimit ?? Count ?? 1));
}
