using Orleans.Concurrency;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Contracts.Releases;

/// <summary>
/// One release on its way through its environments, by <see cref="ReleaseName"/>: numbers its passages and begins them.
/// </summary>
[Alias("orel.release"), GrainInterfaceType("orel.release")]
public interface IReleaseGrain : IDurableGrain
{
    /// <summary>Numbers the passages and has them begun, in one write.</summary>
    [Alias("start")]
    Task<Answer<ReleaseStarted>> StartAsync(
        ReleaseInput.Start start, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// What an earlier start of the same id was answered, or null when it is not remembered: a repetition is not
    /// resolved again.
    /// </summary>
    [AlwaysInterleave, ReadOnly, Alias("recall")]
    Task<Answer<ReleaseStarted>?> RecallAsync(
        ReleaseStartRequest request, CommandId id, CancellationToken cancellation);

    /// <summary>Numbers the passage that takes back what has completed, and has it begun, in one write.</summary>
    [Alias("take-back")]
    Task<Answer<Addressed>> TakeBackAsync(
        ReleaseInput.TakeBack back, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>What an earlier command of the same id was answered, or null when it is not remembered.</summary>
    [AlwaysInterleave, ReadOnly, Alias("recall-taking-back")]
    Task<Answer<Addressed>?> RecallTakingBackAsync(
        ReleaseRollbackRequest request, CommandId id, CancellationToken cancellation);

    /// <summary>A passage tells how it ended; doubled or late reports change nothing.</summary>
    [Alias("passage-ended")]
    Task PassageEndedAsync(EffectAction.ReportPassage report, CancellationToken cancellation);

    /// <summary>What was measured of what has completed. Doubled or late, it changes nothing.</summary>
    [Alias("soak-read")]
    Task SoakReadAsync(ReleaseInput.SoakRead read, CancellationToken cancellation);

    /// <summary>Something else is stable where it had completed.</summary>
    [Alias("soak-replaced")]
    Task SoakReplacedAsync(ReleaseInput.SoakReplaced replaced, CancellationToken cancellation);

    /// <summary>It does not begin by itself in an environment, or does again; else as <c>AddressAsync</c>.</summary>
    [Alias("pause")]
    Task<Answer<Addressed>> PauseAsync(
        EnvironmentName environment, Command command, bool dryRun, CancellationToken cancellation);

    [Alias("resume")]
    Task<Answer<Addressed>> ResumeAsync(
        EnvironmentName environment, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// Which passage a command for an environment means: on record, so that the repetition of the command means the
    /// same one.
    /// </summary>
    [Alias("address")]
    Task<Answer<Addressed>> AddressAsync(
        EnvironmentName environment, string verb, Command command, bool dryRun, CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("get")]
    Task<Answer<ReleaseView>> GetAsync(CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("explain")]
    Task<Answer<ReleaseExplanation>> ExplainAsync(CancellationToken cancellation);
}

/// <summary>The state of a release and the number of the transition that led to it.</summary>
public sealed record ReleaseView(
    ReleaseName Name, ReleasePhase Phase, long Sequence, DateTimeOffset? NextWake, ReleaseState State);

/// <summary>Take back what this release has completed in an environment.</summary>
public sealed record ReleaseRollbackRequest(
    ReleaseName Release, EnvironmentName Environment, WhenBuiltOn WhenBuiltOn, string? Reason);

/// <summary>
/// The passage that takes back what has completed, <see cref="Reverses"/>, and its way back as it was planned.
/// </summary>
public sealed record ReleaseReversal(PassageId Passage, PassageId Reverses, PlannedRollback WayBack);

/// <summary>Carry this release through its environments; null: wherever it may begin now.</summary>
public sealed record ReleaseStartRequest(ReleaseName Release, EnvironmentName? Environment, int? Priority);
