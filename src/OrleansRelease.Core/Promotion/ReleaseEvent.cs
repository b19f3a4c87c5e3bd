using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Promotion;

/// <summary>All that can have happened to a release. The state is the fold of these over time.</summary>
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(PassageBegun), "passage-begun")]
[JsonDerivedType(typeof(PassageNotBegun), "passage-not-begun")]
[JsonDerivedType(typeof(PassageEnded), "passage-ended")]
[JsonDerivedType(typeof(Soaked), "soaked")]
[JsonDerivedType(typeof(WasReplaced), "was-replaced")]
[JsonDerivedType(typeof(LegHeld), "leg-held")]
[JsonDerivedType(typeof(LegReleased), "leg-released")]
[JsonDerivedType(typeof(ReversalBegun), "reversal-begun")]
public abstract record ReleaseEvent
{
    private ReleaseEvent()
    {
    }

    /// <summary>A person started it, for the first time or again; the way is as the manifests say now.</summary>
    public sealed record Started(ReleaseRoute Route, ActorName Actor, int Priority) : ReleaseEvent;

    public sealed record PassageBegun(EnvironmentName Environment, int Number, DateTimeOffset RankSince)
        : ReleaseEvent;

    /// <summary>What has completed there is taken back, by a passage of this number.</summary>
    public sealed record ReversalBegun(
        EnvironmentName Environment, int Number, PassageId Reverses, ActorName Actor, string? Reason) : ReleaseEvent;

    /// <summary>It could not be resolved there.</summary>
    public sealed record PassageNotBegun(EnvironmentName Environment, int Number, string Reason) : ReleaseEvent;

    /// <summary><see cref="LeavesSome"/>: not all of what it was to take back is back.</summary>
    public sealed record PassageEnded(
        EnvironmentName Environment, int Number, PassagePhase As, bool LeavesSome = false) : ReleaseEvent;

    public sealed record Soaked(EnvironmentName Environment, Soak Soak) : ReleaseEvent;

    public sealed record WasReplaced(EnvironmentName Environment, string Reason) : ReleaseEvent;

    public sealed record LegHeld(EnvironmentName Environment, ActorName Actor, string? Reason) : ReleaseEvent;

    public sealed record LegReleased(EnvironmentName Environment, ActorName Actor, string? Reason) : ReleaseEvent;
}
