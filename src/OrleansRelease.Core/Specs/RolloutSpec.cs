using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Specs;

/// <summary>
/// All that one rollout is carried out by, resolved from the manifests when it was started: immutable, stored once
/// under the hash of its content. <see cref="DegradationBudget"/> is the share of what is left of each error budget
/// that one of its steps may cost at worst; of the metrics of <see cref="MinimumTelemetry"/> there must be numbers
/// before it starts. <see cref="Shed"/> is how its way back sheds load; null: not at all.
/// </summary>
public sealed record RolloutSpec(
    ServiceName Service,
    EnvironmentName Environment,
    VersionName Version,
    string? Digest,
    string? Owner,
    string? Runbook,
    string StrategyName,
    ImmutableArray<Step> Steps,
    ImmutableArray<MetricSpec> Background,
    Readiness Readiness,
    UndecidedRule Undecided,
    TimeSpan RollbackWithin,
    TimeSpan KeepPrevious,
    WhenBusy WhenBusy,
    int MaxParallel,
    TargetConnection Target,
    TrafficConnection Traffic,
    MetricsConnection? Metrics,
    ImmutableArray<Requirement>? Requires = null,
    ImmutableArray<Slo>? Slos = null,
    decimal? DegradationBudget = null,
    ImmutableArray<string>? MinimumTelemetry = null,
    TracesConnection? Traces = null,
    TrailLinks? Links = null,
    ShedRule? Shed = null)
{
    /// <summary>What it moves.</summary>
    [JsonIgnore]
    public SlotKey Slot => new(Service, Environment);

    /// <summary>In the order of its steps.</summary>
    [JsonIgnore]
    public IEnumerable<HookSpec> Hooks => Steps.OfType<Step.Hook>().Select(step => step.Call);

    /// <summary>How many metrics that count are compared with the stable version.</summary>
    [JsonIgnore]
    public int Compared => JudgedOn.Count(metric => metric is { Counts: true, Compare: not null });

    /// <summary>How many metrics that count are held against the past.</summary>
    [JsonIgnore]
    public int HeldAgainstPast => JudgedOn.Count(metric => metric is { Counts: true, History.IsShown: false });

    /// <summary>In the background, and then by its steps.</summary>
    [JsonIgnore]
    public IEnumerable<MetricSpec> JudgedOn =>
        Background.Concat(Steps.OfType<Step.Analyse>().SelectMany(step => step.Metrics));

    /// <summary>The burns of its error budgets by which it is judged too; they are none of its background.</summary>
    [JsonIgnore]
    public ImmutableArray<MetricSpec> Burns => BurnOf.All(this);

    public HookSpec HookOf(string name) => Hooks.First(hook => hook.Name == name);
}

/// <summary>When an instance counts as ready.</summary>
public sealed record Readiness(string Path, TimeSpan Within, TimeSpan WarmUp);

/// <summary>How long to hold without evidence, and what then.</summary>
public sealed record UndecidedRule(TimeSpan Hold, UndecidedThen Then);

public enum UndecidedThen
{
    Rollback,
    Hold,
}

/// <summary>What a second rollout of the same slot does while the first one moves.</summary>
public enum WhenBusy
{
    Queue,
    Supersede,
    Reject,
}
