using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Promotion;

/// <summary>
/// One environment on the way of a release. <see cref="Passages"/> counts how often it went through there, which
/// numbers them; <see cref="RankSince"/> is since when it counts as having waited there, given once with the first;
/// <see cref="Held"/>: a person lets it not begin by itself. <see cref="OffTheWay"/>: the way leads elsewhere since,
/// and what it has been through is kept. <see cref="Completed"/> is the number of the passage that has completed
/// there and was not taken back; rows of builds before do not say it.
/// </summary>
public sealed record Leg(
    EnvironmentName Environment, ImmutableArray<ComesAfter> After, LegStage Stage, int Passages = 0,
    DateTimeOffset? RankSince = null, PersonHold? Held = null, bool OffTheWay = false,
    int? Completed = null);

/// <summary>How it stands with a release in one environment.</summary>
[JsonDerivedType(typeof(Ahead), "ahead")]
[JsonDerivedType(typeof(UnderWay), "under-way")]
[JsonDerivedType(typeof(Completed), "completed")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(NotBegun), "not-begun")]
[JsonDerivedType(typeof(Replaced), "replaced")]
public abstract record LegStage
{
    private LegStage()
    {
    }

    /// <summary>It was never begun there.</summary>
    public sealed record Ahead : LegStage;

    /// <summary>
    /// Its newest passage there was begun, and has not said how it ended. With <see cref="Reverses"/> it takes back
    /// what has completed, and this is how it stands again if nothing of that is done.
    /// </summary>
    public sealed record UnderWay(LegStage? Reverses = null) : LegStage;

    /// <summary>All of it was verified and is stable there.</summary>
    public sealed record Completed(Soak Soak) : LegStage;

    /// <summary>It ended otherwise than well.</summary>
    public sealed record Ended(PassagePhase As) : LegStage;

    /// <summary>
    /// What the manifests say does not let it begin there. With <see cref="Reverses"/> it was to take back what has
    /// completed; this is how it stands again when that was asked for once more, and nothing was done.
    /// </summary>
    public sealed record NotBegun(string Reason, LegStage? Reverses = null) : LegStage;

    /// <summary>It had completed, and somebody has moved something of it since: it proves nothing more there.</summary>
    public sealed record Replaced(string Reason) : LegStage;
}

/// <summary>
/// What was measured since it completed. Windows tile up to <see cref="MeasuredTo"/>; <see cref="Covered"/> is the
/// time that usable ones have found good since the last that found something bad, <see cref="Note"/> what was last
/// wrong with one. The next is asked for at <see cref="AskAt"/>. <see cref="Generations"/> is what the slots together
/// had when it was measured last; null: nobody has looked yet.
/// </summary>
public sealed record Soak(
    DateTimeOffset Since, DateTimeOffset MeasuredTo, TimeSpan Covered, DateTimeOffset AskAt, string? Note = null,
    long? Generations = null)
{
    /// <summary>
    /// With what was measured up to a time. What is bad begins the count anew; what says nothing counts as nothing.
    /// </summary>
    public Soak After(
        DateTimeOffset to, Verdict? verdict, string? detail, DateTimeOffset nextAt, long? generations = null) =>
        this with
        {
            MeasuredTo = to,
            AskAt = nextAt,
            Covered = verdict switch
            {
                Verdict.Pass => Covered + (to - MeasuredTo),
                Verdict.Fail => TimeSpan.Zero,
                _ => Covered,
            },
            Note = verdict is null or Verdict.Pass ? Note : detail,
            Generations = generations ?? Generations,
        };

    public static Soak From(DateTimeOffset completed) => new(completed, completed, TimeSpan.Zero, completed);
}
