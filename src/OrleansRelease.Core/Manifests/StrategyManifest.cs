using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>A way of moving that many services share.</summary>
public sealed record StrategyManifest(ManifestHead Metadata, StrategyBody Spec)
    : Manifest(Metadata, ManifestKind.Strategy);

/// <summary>A strategy by its name, or written out where it is used.</summary>
[JsonDerivedType(typeof(Named), "named")]
[JsonDerivedType(typeof(Written), "written")]
public abstract record StrategyChoice
{
    private StrategyChoice()
    {
    }

    public sealed record Named(string Name) : StrategyChoice;

    public sealed record Written(StrategyBody Body) : StrategyChoice;
}

/// <summary>How a version gets its traffic.</summary>
[JsonDerivedType(typeof(Canary), "canary")]
[JsonDerivedType(typeof(AllAtOnce), "all-at-once")]
public abstract record StrategyBody
{
    private StrategyBody()
    {
    }

    /// <summary>What judges the new version in the background, where the strategy says so.</summary>
    public ImmutableArray<AnalysisUse>? Analysis { get; init; }

    /// <summary>How long the new version is judged at 100 %, where the strategy says so.</summary>
    public TimeSpan? Verify { get; init; }

    /// <summary>The name of the built-in strategy of this kind.</summary>
    [JsonIgnore]
    public string BuiltInName => this is Canary ? "canary" : "all-at-once";

    /// <summary>
    /// In steps: <see cref="Steps"/> one by one, or <see cref="Weights"/> with a pause after <see cref="Each"/>.
    /// </summary>
    public sealed record Canary(
        ImmutableArray<StepSpec>? Steps = null, ImmutableArray<Weight>? Weights = null, TimeSpan? Each = null)
        : StrategyBody;

    public sealed record AllAtOnce : StrategyBody;
}

/// <summary>One step as it was written.</summary>
[JsonDerivedType(typeof(Deploy), "deploy")]
[JsonDerivedType(typeof(SetWeight), "set-weight")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Analyse), "analysis")]
[JsonDerivedType(typeof(Verify), "verify")]
[JsonDerivedType(typeof(Hook), "hook")]
public abstract record StepSpec
{
    private StepSpec()
    {
    }

    public sealed record Deploy : StepSpec;

    public sealed record SetWeight(Weight Weight) : StepSpec;

    public sealed record Pause(TimeSpan? Duration) : StepSpec;

    public sealed record Analyse(ImmutableArray<AnalysisUse> Templates) : StepSpec;

    public sealed record Verify(TimeSpan Duration) : StepSpec;

    /// <summary>A call of a team's own endpoint; without <see cref="Undo"/> nothing takes it back.</summary>
    public sealed record Hook(
        string Name, string Url, SecretRef? Key, bool? StoresFences = null, RetrySpec? Retry = null,
        HookUndoSpec? Undo = null) : StepSpec;
}

/// <summary>How a hook is asked to take itself back: where it says nothing, as it was asked to run.</summary>
public sealed record HookUndoSpec(string? Url = null, RetrySpec? Retry = null);
