using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Contracts.Rollouts;

/// <summary>
/// One rollout, by <see cref="RolloutId"/>. Commands answer with the rollout as it is after them; with
/// <c>dryRun</c> as it would be, and nothing is written.
/// </summary>
[Alias("orel.rollout"), GrainInterfaceType("orel.rollout")]
public interface IRolloutGrain : IDurableGrain
{
    /// <summary>The slot tells that its lease is held. Null when it was taken, now or before.</summary>
    [Alias("begin")]
    Task<Refusal?> BeginAsync(EffectAction.BeginRollout begin, CancellationToken cancellation);

    /// <summary>
    /// The environment tells that the rollout may move. A refusal: it never will, and keeps no permit.
    /// </summary>
    [Alias("grant-permit")]
    Task<Refusal?> GrantPermitAsync(CancellationToken cancellation);

    /// <summary>The slot tells that another rollout is to go instead.</summary>
    [Alias("yield")]
    Task YieldAsync(RolloutId by, CancellationToken cancellation);

    /// <summary>The slot tells that a release is to go instead.</summary>
    [Alias("make-way")]
    Task MakeWayAsync(PassageId by, CancellationToken cancellation);

    /// <summary>
    /// Its release stops: it decides nothing forward any more and says what has happened. Where it has not begun it
    /// never will, however late it is told to. Null when that was taken in, now or before.
    /// </summary>
    [Alias("halt")]
    Task<Refusal?> HaltAsync(EffectAction.HaltRollout halt, CancellationToken cancellation);

    /// <summary>Its release is taken back, and its turn has come. Null when it goes back, or has.</summary>
    [Alias("take-back")]
    Task<Refusal?> TakeBackAsync(EffectAction.TakeBackRollout back, CancellationToken cancellation);

    /// <summary>A release takes back what had completed here, and everything that stood on it is back.</summary>
    [Alias("reverse")]
    Task<Refusal?> ReverseAsync(EffectAction.ReverseRollout back, CancellationToken cancellation);

    /// <summary>
    /// A person leaves it as it is, and its release goes on without it: it does nothing more. Null when so.
    /// </summary>
    [Alias("leave")]
    Task<Refusal?> LeaveAsync(EffectAction.LeaveRollout leave, CancellationToken cancellation);

    /// <summary>The slot tells that its release has completed, and its version is stable. Null when so.</summary>
    [Alias("complete")]
    Task<Refusal?> CompleteAsync(EffectAction.CompleteRollout completed, CancellationToken cancellation);

    /// <summary>Some of what the rollout asked has been answered.</summary>
    [Alias("answer")]
    Task AnswerAsync(RolloutInput.Answered answered, CancellationToken cancellation);

    /// <summary>
    /// A service of its environment got worse, and this is what was found; told again it changes nothing, and neither
    /// does what is older, or about others. Null when it was taken in, or changes nothing; a refusal while the store is
    /// written in a format that cannot say it.
    /// </summary>
    [Alias("attribute")]
    Task<Refusal?> AttributeAsync(Finding finding, CancellationToken cancellation);

    [Alias("pause")]
    Task<Answer<RolloutView>> PauseAsync(Command command, bool dryRun, CancellationToken cancellation);

    [Alias("resume")]
    Task<Answer<RolloutView>> ResumeAsync(Command command, bool dryRun, CancellationToken cancellation);

    [Alias("promote")]
    Task<Answer<RolloutView>> PromoteAsync(Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>Tries again what failed; also lifts a quarantine.</summary>
    [Alias("retry")]
    Task<Answer<RolloutView>> RetryAsync(Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// Takes it back. One that still waits for the lease has not begun and is not found here: its slot withdraws it.
    /// </summary>
    [Alias("abort")]
    Task<Answer<RolloutView>> AbortAsync(Command command, bool dryRun, CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("get")]
    Task<Answer<RolloutView>> GetAsync(CancellationToken cancellation);

    /// <summary>
    /// Why it is where it is and what would move it; also of a rollout that still waits for the lease, and of one
    /// whose row cannot be read or decided on.
    /// </summary>
    [AlwaysInterleave, ReadOnly, Alias("explain")]
    Task<Answer<Explanation>> ExplainAsync(CancellationToken cancellation);
}

/// <summary>
/// A rollout with its effects, and the number of the transition that led to it. <see cref="Share"/> is the new
/// version's share of requests, as far as it was confirmed.
/// </summary>
public sealed record RolloutView(
    RolloutId Id, Phase Phase, Weight Share, long Sequence, DateTimeOffset? NextWake, RolloutState State,
    ImmutableArray<OutboxEntry> Effects);
