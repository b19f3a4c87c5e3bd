using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// What is known of one release in one environment. At <see cref="ReadAt"/> what it waits for is read again, although
/// nobody rings. <see cref="Plans"/> counts the plans of its way back, <see cref="Tolerated"/> are services whose
/// failure a person has gone on after, <see cref="Asked"/> slots that will ring when something else is stable there.
/// </summary>
public sealed record PassageState(
    PassageId Id,
    string SpecHash,
    ActorName StartedBy,
    Rank Rank,
    DateTimeOffset CreatedAt,
    PassageStage Stage,
    DateTimeOffset PhaseSince,
    ImmutableArray<Part> Parts,
    DateTimeOffset ReadAt,
    RequiredFact? Required,
    int Plans,
    ImmutableArray<ServiceName> Tolerated,
    ImmutableArray<AskedToRing>? Asked = null);

/// <summary>The slot of a service was asked to ring, under this number.</summary>
public sealed record AskedToRing(ServiceName Service, int Number);

/// <summary>Questions that a passage answers.</summary>
public static class PassageStateQuestions
{
    extension(PassageState state)
    {
        public PassagePhase Phase => state.Stage switch
        {
            PassageStage.Ended ended => ended.As,
            // Whatever else goes on, a person is waited for.
            _ when state.Parts.Any(part => part.Stage is PartStage.Stuck) => PassagePhase.Failed,
            PassageStage.Requiring or PassageStage.Leasing or PassageStage.Looking => PassagePhase.Pending,
            PassageStage.StoodUpon => PassagePhase.Paused,
            PassageStage.Moving => PassagePhase.Progressing,
            PassageStage.Held => PassagePhase.Paused,
            PassageStage.Halting => PassagePhase.RollingBack,
            PassageStage.GoingBack => PassagePhase.RollingBack,
            PassageStage.Stabilising => PassagePhase.Stabilising,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        public bool IsTerminal => state.Stage is PassageStage.Ended;

        /// <summary>Something of it was verified and has stayed.</summary>
        public bool HasCompleted =>
            state.Stage is PassageStage.Ended { As: PassagePhase.Succeeded or PassagePhase.Partial };

        public ImmutableArray<AskedToRing> AllAsked => state.Asked ?? [];

        /// <summary>Nothing has been done in any of its slots.</summary>
        public bool HasDoneNothing => state.Parts.All(part => !part.HasBegun);

        /// <summary>
        /// What a person may have tried again, or leave: what got stuck, and where the way back takes longer than was
        /// announced, whoever has not said that it is back.
        /// </summary>
        public IEnumerable<Part> ForAPerson => state.Parts.Where(part => part.Stage is PartStage.Stuck
            || (state.Stage is PassageStage.GoingBack { Overdue: true } && part.IsOnItsWayBack));

        /// <summary>
        /// What others may stand on while it is under way: as its slots will have it when it completes. What it has
        /// found there already is not taken back; and of a way back of what has completed nothing is verified.
        /// </summary>
        public IReadOnlyDictionary<ServiceName, StableVersion> StoodOn(PassageSpec spec)
        {
            ArgumentNullException.ThrowIfNull(spec);
            if (state.IsTerminal || spec.Reverses is not null)
                return ImmutableDictionary<ServiceName, StableVersion>.Empty;
            var entries = spec.Services.ToDictionary(entry => entry.Service);
            return (from part in state.Parts
                    where part is { Grant: not null, Stage: not (PartStage.Back or PartStage.Left) }
                        && (part.VerifiedAt is not null || part.Stage is PartStage.Verified)
                    let entry = entries[part.Service]
                    where part.Grant!.Baseline != entry.Version
                    select (part, entry)).ToDictionary(
                one => one.part.Service,
                one => new StableVersion(
                    one.entry.Version, one.entry.SpecHash, one.part.VerifiedAt ?? state.CreatedAt,
                    one.part.Grant!.Rollout, state.Id));
        }

        public int UnderWay => state.Parts.Count(part => part.Stage is PartStage.Moving);

        public Part PartOf(ServiceName service) => state.Parts.First(part => part.Service == service);

        /// <summary>The part that this rollout moves; null when none of these leases has this name.</summary>
        public Part? PartOf(RolloutId rollout) =>
            state.Parts.FirstOrDefault(part => part.Grant?.Rollout == rollout);
    }
}

/// <summary>The bounds of a passage.</summary>
public static class PassageLimits
{
    /// <summary>How long everything takes to stop where no server is lost.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a rollout may take to answer that it has stopped: the one failover of a way back may come here.
    /// </summary>
    public static readonly TimeSpan HaltWithin = Bound.Failover + StopWithin;

    /// <summary>How long a change elsewhere may go unknown when every bell is lost.</summary>
    public static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>The same while rollouts stop or go back: what waits for their answers is announced to end.</summary>
    public static readonly TimeSpan ReadBackAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>How many rollouts are being told to begin at once; what each is told is a part of the row.</summary>
    public const int MaxBeginning = 50;

    /// <summary>How soon what is required is read again while it is not there.</summary>
    public static readonly TimeSpan RequiredAgainAfter = Questions.RequiredInterval;

    /// <summary>How long an abort may be held up by reading whom it takes the ground from.</summary>
    public static readonly TimeSpan NamedWithin = TimeSpan.FromSeconds(1);

    /// <summary>How soon who stands on what is to be taken back is read again where that was not possible.</summary>
    public static readonly TimeSpan StandingAgainAfter = TimeSpan.FromSeconds(15);
}
