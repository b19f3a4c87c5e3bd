using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Inquiries;

namespace OrleansRelease.Contracts.Inquiries;

/// <summary>
/// What was found out about one service of an environment that got worse, by its slot: it is on record before any
/// rollout is told.
/// </summary>
[Alias("orel.inquiry"), GrainInterfaceType("orel.inquiry")]
public interface IInquiryGrain : IDurableGrain
{
    /// <summary>
    /// The service is worse in an objective; older findings than the newest change nothing. Told are those that are
    /// <paramref name="moving"/>.
    /// </summary>
    [Alias("found")]
    Task FoundAsync(
        Finding finding, string objective, ImmutableArray<RolloutId> moving, CancellationToken cancellation);

    /// <summary>The service was seen to be well again at this time, or cannot be looked at any more.</summary>
    [Alias("over")]
    Task OverAsync(DateTimeOffset at, CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("get")]
    Task<Answer<InquiryView>> GetAsync(CancellationToken cancellation);
}

/// <summary>The state of an inquiry and the number of the transition that led to it.</summary>
public sealed record InquiryView(InquiryState State, long Sequence);
