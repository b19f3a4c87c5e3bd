using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Trails;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// What one rollout knows; bounded, whatever its length. <see cref="BaselineSpecHash"/> is the specification by which
/// the baseline was deployed: going back to it must not start it as the candidate is started.
/// <see cref="Restored"/> says that the store was restored and what became of that. <see cref="IsKept"/>: its version
/// was stable before and may be running still; taking it down then is the slot's, at its time.
/// <see cref="TakenOverAt"/> is when whoever held the slot before could begin nothing more, where its target would not
/// keep out what it had begun. <see cref="Passage"/> is the release that it is a part of, which it last rang at
/// <see cref="RungAt"/>. <see cref="Trail"/> is what a metric that failed has left to look at.
/// <see cref="Findings"/> has one for each service that got worse and held it, the newest last; null: none.
/// </summary>
public sealed record RolloutState(
    RolloutId Id,
    int Generation,
    VersionName? Baseline,
    VersionName Version,
    string SpecHash,
    ActorName StartedBy,
    DateTimeOffset CreatedAt,
    Stage Stage,
    DateTimeOffset PhaseSince,
    DateTimeOffset StepSince,
    Exposure Exposure,
    ImmutableSortedDictionary<string, Tally> Tallies,
    HealthFact? Health,
    ImmutableArray<Override> Overrides,
    string? BaselineSpecHash = null,
    Restored? Restored = null,
    FreezeFact? Freeze = null,
    RequiredFact? Required = null,
    bool IsKept = false,
    DateTimeOffset? TakenOverAt = null,
    PassageId? Passage = null,
    long RungAt = 0,
    Trail? Trail = null,
    ImmutableArray<TakenFinding>? Findings = null);

/// <summary>
/// Which share of requests the new version has. Since <see cref="FirstAt"/> it may have had some;
/// <see cref="Confirmed"/> is the last share that counters have shown, at <see cref="ConfirmedAt"/>; while
/// <see cref="Changing"/> another one is being set.
/// </summary>
public sealed record Exposure(DateTimeOffset? FirstAt, Weight Confirmed, DateTimeOffset? ConfirmedAt, bool Changing)
{
    public static Exposure None { get; } = new(null, Weight.None, null, false);
}

/// <summary>How many instances were ready when the target was last asked.</summary>
/// <param name="At">Before they were asked for.</param>
/// <param name="Candidate">Of the new version; null: nobody has asked.</param>
/// <param name="Baseline">Of the old one; null: there is none, or the target could not say it.</param>
/// <param name="Which">
/// Those of the old one, as a text that is another one when others are ready; null: nobody has asked.
/// </param>
public sealed record HealthFact(
    DateTimeOffset At, InstanceCount? Candidate, InstanceCount? Baseline, string? Which = null);

/// <summary>What was stable of the services that are required, when that was last read.</summary>
public sealed record RequiredFact(DateTimeOffset At, ImmutableArray<StableOf> Stable)
{
    public VersionName? VersionOf(ServiceName service) =>
        Stable.FirstOrDefault(found => found.Service == service)?.Version;
}

/// <summary>The stable version of a service where a rollout moves; null: there is none.</summary>
public sealed record StableOf(ServiceName Service, VersionName? Version);

public sealed record InstanceCount(int Ready, int Wanted)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => Wanted > 0 && Ready >= Wanted;

    public override string ToString() => $"{Ready} of {Wanted} ready";
}

/// <summary>A rule that a person stepped over, on record.</summary>
public sealed record Override(string What, ActorName Actor, string? Reason, DateTimeOffset At)
{
    /// <summary>It was started whatever its error budgets and its source of numbers said.</summary>
    public const string Emergency = "emergency";
}

/// <summary>Questions that a state answers.</summary>
public static class RolloutStateQuestions
{
    extension(RolloutState state)
    {
        public Phase Phase => state.Stage switch
        {
            Stage.Pending => Phase.Pending,
            Stage.Moving when state.Restored is Restored.Differs => Phase.Paused,
            Stage.Moving { Work: Work.Covering } => Phase.Verifying,
            Stage.Moving => Phase.Progressing,
            Stage.Held => Phase.Paused,
            Stage.GoingBack => Phase.RollingBack,
            Stage.Stuck => Phase.Failed,
            Stage.Verified => Phase.Verified,
            Stage.Halted => Phase.Halted,
            Stage.Ended ended => ended.As,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        /// <summary>What the rollout does within its step; null where it is in none.</summary>
        public Work? Work => state.Stage switch
        {
            Stage.Moving moving => moving.Work,
            Stage.Held held => held.Work,
            _ => null,
        };

        public bool IsTerminal => state.Stage is Stage.Ended;

        /// <summary>It was stopped or left before it began, so it never will: no lease has this generation.</summary>
        public bool HasNeverBegun => state.Generation == 0;

        /// <summary>Its version was stable before it began: it has done nothing, and takes nothing back.</summary>
        public bool IsNeedless => state.Baseline == state.Version;

        /// <summary>It goes forward or may yet, and so has use for a permit.</summary>
        public bool MayMove => state.Stage is Stage.Pending or Stage.Moving or Stage.Held;

        /// <summary>
        /// The versions that have to be seen before anything is done in a restored store. A way back needs the shares
        /// alone: what it misses it starts, and what it takes down may be gone.
        /// </summary>
        public ImmutableArray<VersionName> ToBeSeen => (state.Stage, state.Baseline) switch
        {
            (Stage.GoingBack or Stage.Stuck or Stage.Halted, _) => [],
            (_, { } baseline) when baseline == state.Version => [baseline],
            (_, { } baseline) => [state.Version, baseline],
            _ => [state.Version],
        };

        /// <summary>The new version's share of requests, as far as it was confirmed.</summary>
        public Weight Share => state.Stage switch
        {
            // Whoever overtook it has what it left.
            Stage.Ended { As: Phase.Succeeded } or Stage.Ended { Cause: Cause.Overtaken or Cause.LeftAsItIs } =>
                state.Exposure.Confirmed,
            Stage.Ended => Weight.None,
            Stage.GoingBack or Stage.Stuck when state.IsTrafficRestored => Weight.None,
            _ => state.Exposure.Confirmed,
        };

        /// <summary>Whether a way back has sent all requests to where they came from.</summary>
        public bool IsTrafficRestored => state.Stage switch
        {
            Stage.GoingBack { Plan: var plan, Done: var done } => Restores(plan, done),
            Stage.Stuck { Plan: var plan, Done: var done } => Restores(plan, done),
            _ => false,
        };

        /// <summary>Whether the new version may be getting requests and is judged by them.</summary>
        public bool IsJudged => state.Stage is Stage.Moving or Stage.Held && state.Exposure.FirstAt is not null;
    }

    private static bool Restores(WayBack plan, int done) =>
        plan.Steps.Take(done).Any(step => step is UndoStep.RestoreTraffic);
}
