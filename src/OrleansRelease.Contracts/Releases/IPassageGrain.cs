using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Contracts.Releases;

/// <summary>
/// One release in one environment, by <see cref="PassageId"/>. What slots tell it changes nothing when it comes late or
/// twice; a refusal says that it never will be taken.
/// </summary>
[Alias("orel.passage"), GrainInterfaceType("orel.passage")]
public interface IPassageGrain : IDurableGrain
{
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
}
