using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Rollouts;

/// <summary>All that can come to a rollout.</summary>
[JsonDerivedType(typeof(Begin), "begin")]
[JsonDerivedType(typeof(PermitGranted), "permit-granted")]
[JsonDerivedType(typeof(Tick), "tick")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(Answered), "answered")]
[JsonDerivedType(typeof(Attributed), "attributed")]
[JsonDerivedType(typeof(Observed), "observed")]
[JsonDerivedType(typeof(NotObserved), "not-observed")]
[JsonDerivedType(typeof(Yield), "yield")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Resume), "resume")]
[JsonDerivedType(typeof(Promote), "promote")]
[JsonDerivedType(typeof(Retry), "retry")]
[JsonDerivedType(typeof(Abort), "abort")]
[JsonDerivedType(typeof(Halt), "halt")]
[JsonDerivedType(typeof(TakeBack), "take-back")]
[JsonDerivedType(typeof(Complete), "complete")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(Reverse), "reverse")]
public abstract record RolloutInput
{
    private RolloutInput()
    {
    }

    /// <summary>The slot has granted its lease, to it or to its release.</summary>
    public sealed record Begin(
        RolloutId Id, int Generation, VersionName? Baseline, VersionName Version, string SpecHash, ActorName StartedBy,
        string? BaselineSpecHash = null, bool IsKept = false, PassageId? Passage = null, string? Emergency = null)
        : RolloutInput;

    /// <summary>
    /// Its release stops. What it would have moved is said for the case that it has not begun; with
    /// <see cref="Lost"/>, that it has only not begun by the record, which was restored since this lease was given.
    /// </summary>
    public sealed record Halt(
        RolloutId Id, PassageId Passage, VersionName Version, string SpecHash, ActorName StartedBy,
        Grant? Lost = null) : RolloutInput;

    /// <summary>Its release is taken back, and its turn has come. <see cref="Lost"/> as with a halt.</summary>
    public sealed record TakeBack(
        RolloutId Id, PassageId Passage, int Plan, VersionName Version, string SpecHash, ActorName StartedBy,
        Grant? Lost = null) : RolloutInput;

    /// <summary>Its release has completed.</summary>
    public sealed record Complete(PassageId Passage) : RolloutInput;

    /// <summary>A person leaves it as it is, and its release, if it is of one, goes on without it.</summary>
    public sealed record Leave(
        RolloutId Id, PassageId? Passage, VersionName Version, string SpecHash, ActorName StartedBy, ActorName By,
        string? Reason) : RolloutInput;

    /// <summary>
    /// A release takes back what is stable here, <see cref="Version"/>: it never goes forward, and goes back at once.
    /// </summary>
    public sealed record Reverse(
        RolloutId Id, PassageId Passage, int Plan, int Generation, VersionName? Baseline, string? BaselineSpecHash,
        VersionName Version, string SpecHash, ActorName StartedBy) : RolloutInput;

    public sealed record PermitGranted : RolloutInput;

    public sealed record Tick : RolloutInput;

    public sealed record OutcomeReported(OutcomeReport Report) : RolloutInput, IReportsOutcome;

    /// <summary>Some of what was asked has been answered.</summary>
    public sealed record Answered(
        ImmutableArray<Measurement> Measurements, HealthFact? Health, FreezeFact? Freeze = null,
        RequiredFact? Required = null, TracesFact? Traces = null) : RolloutInput;

    /// <summary>A service got worse, and this rollout is one of those that may be why.</summary>
    public sealed record Attributed(Finding Finding) : RolloutInput;

    /// <summary>Somebody has looked at what is there, because the store was restored.</summary>
    public sealed record Observed(Observation Seen) : RolloutInput;

    /// <summary>Somebody has looked, and router or target did not answer.</summary>
    public sealed record NotObserved(string Problem) : RolloutInput;

    /// <summary>The slot wants another rollout to go instead, or a release.</summary>
    public sealed record Yield(PassageId By) : RolloutInput;

    public sealed record Pause(ActorName Actor, string? Reason) : RolloutInput;

    public sealed record Resume(ActorName Actor, string? Reason) : RolloutInput;

    public sealed record Promote(ActorName Actor, string? Reason) : RolloutInput;

    public sealed record Retry(ActorName Actor, string? Reason) : RolloutInput;

    public sealed record Abort(ActorName Actor, string? Reason) : RolloutInput;
}
