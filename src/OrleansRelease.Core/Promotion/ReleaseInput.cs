using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Promotion;

/// <summary>All that can come to a release.</summary>
[JsonDerivedType(typeof(Start), "start")]
[JsonDerivedType(typeof(Tick), "tick")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(PassageEnded), "passage-ended")]
[JsonDerivedType(typeof(SoakRead), "soak-read")]
[JsonDerivedType(typeof(SoakReplaced), "soak-replaced")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Resume), "resume")]
[JsonDerivedType(typeof(Address), "address")]
[JsonDerivedType(typeof(TakeBack), "take-back")]
public abstract record ReleaseInput
{
    private ReleaseInput()
    {
    }

    /// <summary>
    /// A person starts it: in this environment, or wherever it may begin now. <see cref="Specs"/> is what was resolved
    /// for that before it was asked. A repetition is the same command whatever has been resolved since.
    /// </summary>
    public sealed record Start(
        ReleaseRoute Route, EnvironmentName? Environment, int? Priority, ImmutableArray<PassageSpecHash> Specs,
        ActorName Actor) : ReleaseInput, IStatesBody
    {
        [JsonIgnore]
        public string Body => BodyOf(Route.Release, Environment, Priority);

        public static string BodyOf(ReleaseName release, EnvironmentName? environment, int? priority) =>
            Vocabulary.Write(new { start = release, environment, priority });
    }

    public sealed record Tick : ReleaseInput;

    public sealed record OutcomeReported(OutcomeReport Report) : ReleaseInput, IReportsOutcome;

    /// <summary>
    /// Said by the passage until it is heard. <see cref="LeavesSome"/>: not all of what it was to take back is back.
    /// </summary>
    public sealed record PassageEnded(PassageId Passage, PassagePhase As, bool LeavesSome = false) : ReleaseInput;

    /// <summary>
    /// What was measured of a completed passage up to <see cref="To"/>; null: the next window has not ended. The next
    /// one can be asked for at <see cref="NextAt"/>. <see cref="Generations"/> is what the slots together have; null:
    /// what they had.
    /// </summary>
    public sealed record SoakRead(
        PassageId Passage, DateTimeOffset To, Verdict? Verdict, string? Detail, DateTimeOffset NextAt,
        long? Generations = null) : ReleaseInput;

    /// <summary>Something of a completed passage is no longer what is stable there.</summary>
    public sealed record SoakReplaced(PassageId Passage, string Reason) : ReleaseInput;

    /// <summary>It does not begin by itself there; where it moves, its passage is meant.</summary>
    public sealed record Pause(EnvironmentName Environment, ActorName Actor, string? Reason) : ReleaseInput;

    public sealed record Resume(EnvironmentName Environment, ActorName Actor, string? Reason) : ReleaseInput;

    /// <summary>
    /// A person takes back what has completed in an environment: <see cref="Reverses"/>, by what was planned for that
    /// before it was asked. A repetition is the same command whatever has been planned since.
    /// </summary>
    public sealed record TakeBack(
        EnvironmentName Environment, PassageId Reverses, WhenBuiltOn WhenBuiltOn, string SpecHash, ActorName Actor,
        string? Reason) : ReleaseInput, IStatesBody
    {
        [JsonIgnore]
        public string Body => BodyOf(Environment, WhenBuiltOn, Reason);

        public static string BodyOf(EnvironmentName environment, WhenBuiltOn whenBuiltOn, string? reason) =>
            Vocabulary.Write(new { takeBack = environment, whenBuiltOn, reason });
    }

    /// <summary>
    /// A command for what moves there. On record with the passage that was meant, so that its repetition means no
    /// other.
    /// </summary>
    public sealed record Address(EnvironmentName Environment, string Verb, ActorName Actor, string? Reason)
        : ReleaseInput;
}

/// <summary>By what a passage through an environment is carried out.</summary>
public sealed record PassageSpecHash(EnvironmentName Environment, string Hash);

/// <summary>What a start began.</summary>
public sealed record ReleaseStarted(ReleaseName Release, ImmutableArray<PassageId> Passages);

/// <summary>
/// Which passage a command meant; null: none, it was the release's own. <see cref="SpecHash"/>: by what it is carried
/// out, where the command began it.
/// </summary>
public sealed record Addressed(PassageId? Passage, string? SpecHash = null);
