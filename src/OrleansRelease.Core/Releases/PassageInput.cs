using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Releases;

/// <summary>What one rollout of a passage had decided by one of its sequences.</summary>
public sealed record PartNews(RolloutId Rollout, long Sequence, PartStage Stage);

/// <summary>All that can come to a passage.</summary>
[JsonDerivedType(typeof(Begin), "begin")]
[JsonDerivedType(typeof(Tick), "tick")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(RequiredRead), "required-read")]
[JsonDerivedType(typeof(SlotGranted), "slot-granted")]
[JsonDerivedType(typeof(SlotWanted), "slot-wanted")]
[JsonDerivedType(typeof(SlotRefused), "slot-refused")]
[JsonDerivedType(typeof(Supersede), "supersede")]
[JsonDerivedType(typeof(Heard), "heard")]
[JsonDerivedType(typeof(RungInVain), "rung-in-vain")]
[JsonDerivedType(typeof(CriteriaRead), "criteria-read")]
[JsonDerivedType(typeof(NothingJudged), "nothing-judged")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Resume), "resume")]
[JsonDerivedType(typeof(Abort), "abort")]
[JsonDerivedType(typeof(Retry), "retry")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(Withdraw), "withdraw")]
[JsonDerivedType(typeof(StandingRead), "standing-read")]
[JsonDerivedType(typeof(StandingNotRead), "standing-not-read")]
public abstract record PassageInput
{
    private PassageInput()
    {
    }

    public sealed record Begin(PassageId Id, string SpecHash, ActorName StartedBy, Rank Rank) : PassageInput;

    public sealed record Tick : PassageInput;

    public sealed record OutcomeReported(OutcomeReport Report) : PassageInput, IReportsOutcome;

    /// <summary>What is stable of the services that it requires.</summary>
    public sealed record RequiredRead(ImmutableArray<StableOf> Stable) : PassageInput;

    /// <summary>A slot is leased to this passage.</summary>
    public sealed record SlotGranted(ServiceName Service, int Claim, Grant Grant) : PassageInput;

    /// <summary>Somebody who goes first wants a slot.</summary>
    public sealed record SlotWanted(ServiceName Service, int Claim, PassageId By) : PassageInput;

    /// <summary>
    /// A slot is not free, and this passage asked not to wait; or it cannot have it for this reason.
    /// </summary>
    public sealed record SlotRefused(ServiceName Service, int Claim, PassageId By, string? Reason = null)
        : PassageInput;

    /// <summary>A newer release takes its place in a slot.</summary>
    public sealed record Supersede(PassageId By) : PassageInput;

    /// <summary>What was read of its rollouts, because a bell rang or time had passed.</summary>
    public sealed record Heard(ImmutableArray<PartNews> News) : PassageInput;

    /// <summary>The slot of a service rings, and nothing is waited for there.</summary>
    public sealed record RungInVain(ServiceName Service) : PassageInput;

    /// <summary>
    /// What was measured after a way back, up to <see cref="To"/>; null: the next window has not ended. The next one
    /// can be asked for at <see cref="NextAt"/>.
    /// </summary>
    public sealed record CriteriaRead(DateTimeOffset To, Verdict? Verdict, string? Detail, DateTimeOffset NextAt)
        : PassageInput;

    /// <summary>Nothing that is there again is judged by anything.</summary>
    public sealed record NothingJudged(string Reason) : PassageInput;

    /// <summary>
    /// Who stands on what is to be taken back, while all its slots are leased, and what would be taken back if it were
    /// planned now.
    /// </summary>
    public sealed record StandingRead(ImmutableArray<StandsOn> By, ImmutableArray<ServiceName> Planned)
        : PassageInput;

    /// <summary>That could not be read; it is tried again.</summary>
    public sealed record StandingNotRead(string Reason) : PassageInput;

    public sealed record Pause(ActorName Actor, string? Reason) : PassageInput;

    public sealed record Resume(ActorName Actor, string? Reason) : PassageInput;

    /// <summary>
    /// It waits for nobody, unless the person has said what is to become of it where others stand on it
    /// (<see cref="WhenBuiltOn"/>). Who does was read just before, and is no part of what the person asked for.
    /// </summary>
    public sealed record Abort(
        ActorName Actor, string? Reason, ImmutableArray<StandsOn>? StandOn = null, string? StandOnNotKnown = null,
        WhenBuiltOn? WhenBuiltOn = null)
        : PassageInput, IStatesBody
    {
        [JsonIgnore]
        public string Body => Vocabulary.Write<PassageInput>(this with { StandOn = null, StandOnNotKnown = null });
    }

    /// <summary>What got stuck, or has not answered in the time announced, is taken back once more.</summary>
    public sealed record Retry(ActorName Actor, string? Reason) : PassageInput;

    /// <summary>A service whose way back got stuck, or does not answer, stays as it is.</summary>
    public sealed record Leave(ServiceName Service, ActorName Actor, string? Reason) : PassageInput;

    /// <summary>
    /// An abort that came before it began: it never will, however late it is told to. Carried out by nothing; repeated,
    /// it is the same command as any other abort.
    /// </summary>
    public sealed record Withdraw(
        PassageId Id, string SpecHash, ActorName Actor, string? Reason, WhenBuiltOn? WhenBuiltOn = null)
        : PassageInput, IStatesBody
    {
        /// <summary>What it is where it has begun meanwhile: who stands on it by then was not read.</summary>
        [JsonIgnore]
        public Abort AsAbort => new(
            Actor, Reason, StandOnNotKnown: WhenBuiltOn is null ? null : "it has begun meanwhile",
            WhenBuiltOn: WhenBuiltOn);

        [JsonIgnore]
        public string Body => AsAbort.Body;
    }
}
