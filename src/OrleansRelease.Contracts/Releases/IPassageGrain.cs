using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Contracts.Releases;

/// <summary>
/// One release in one environment, by <see cref="PassageId"/>. What slots tell it changes nothing when it comes late or
/// twice; a refusal says that it never will be taken. Commands answer with the passage as it is after them; with
/// <c>dryRun</c> as it would be, and nothing is written.
/// </summary>
[Alias("orel.passage"), GrainInterfaceType("orel.passage")]
public interface IPassageGrain : IDurableGrain
{
    /// <summary>Its release tells it to go. Null when that was taken in, now or before.</summary>
    [Alias("begin")]
    Task<Refusal?> BeginAsync(EffectAction.BeginPassage begin, string specHash, CancellationToken cancellation);

    /// <summary>A slot tells that it is leased to this passage.</summary>
    [Alias("grant")]
    Task<Refusal?> GrantAsync(EffectAction.GrantSlot granted, CancellationToken cancellation);

    /// <summary>A slot tells that somebody who goes first wants it.</summary>
    [Alias("wound")]
    Task<Refusal?> WoundAsync(EffectAction.WoundHolder wanted, CancellationToken cancellation);

    /// <summary>A slot tells that it is not free, where the passage asked not to wait.</summary>
    [Alias("refuse")]
    Task<Refusal?> RefuseAsync(EffectAction.RefuseClaim refused, CancellationToken cancellation);

    /// <summary>A slot tells that somebody newer takes the place of this passage.</summary>
    [Alias("supersede")]
    Task<Refusal?> SupersedeAsync(EffectAction.SupersedePassage superseded, CancellationToken cancellation);

    /// <summary>
    /// A rollout or a slot that this passage follows has decided something. Late, doubled or lost: it costs time alone.
    /// </summary>
    [Alias("bell")]
    Task BellAsync(Bell bell, CancellationToken cancellation);

    /// <summary>What was measured after its way back. Lost, it is due again.</summary>
    [Alias("criteria-read")]
    Task CriteriaReadAsync(PassageInput.CriteriaRead read, CancellationToken cancellation);

    /// <summary>Nothing says by what it would be measured.</summary>
    [Alias("nothing-judged")]
    Task NothingJudgedAsync(PassageInput.NothingJudged nothing, CancellationToken cancellation);

    /// <summary>Nothing more begins; what moves goes on.</summary>
    [Alias("pause")]
    Task<Answer<PassageView>> PauseAsync(Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>Ends a pause, also one that a failed service has made.</summary>
    [Alias("resume")]
    Task<Answer<PassageView>> ResumeAsync(Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// Takes back all that it has moved, in reverse order. One that has not begun yet never will, however late it is
    /// told to.
    /// </summary>
    [Alias("abort")]
    Task<Answer<PassageView>> AbortAsync(Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// The same by somebody who does not want to take the ground from others: where they stand on what it has verified,
    /// or nobody can say so, nothing is taken back, and with <see cref="WhenBuiltOn.Hold"/> it is paused.
    /// </summary>
    [Alias("abort-with-care")]
    Task<Answer<PassageView>> AbortWithCareAsync(
        WhenBuiltOn whenBuiltOn, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>Takes back once more what got stuck on its way back; also lifts a quarantine.</summary>
    [Alias("retry")]
    Task<Answer<PassageView>> RetryAsync(Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>A service whose way back got stuck stays as it is.</summary>
    [Alias("leave")]
    Task<Answer<PassageView>> LeaveAsync(
        ServiceName service, Command command, bool dryRun, CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("get")]
    Task<Answer<PassageView>> GetAsync(CancellationToken cancellation);

    /// <summary>Why it is where it is and what would move it; also of one that cannot be read or decided on.</summary>
    [AlwaysInterleave, ReadOnly, Alias("explain")]
    Task<Answer<PassageExplanation>> ExplainAsync(CancellationToken cancellation);

    /// <summary>The way back that is carried out, or the one that would be if all were stopped now.</summary>
    [AlwaysInterleave, ReadOnly, Alias("plan-back")]
    Task<Answer<PlannedRollback>> PlanBackAsync(CancellationToken cancellation);
}

/// <summary>A passage with what it has still to tell, and the number of the transition that led to it.</summary>
public sealed record PassageView(
    PassageId Id, PassagePhase Phase, long Sequence, DateTimeOffset? NextWake, PassageState State,
    ImmutableArray<OutboxEntry> Effects);
