using Orleans.Concurrency;
using Orleans.Placement;
using OrleansRelease.Contracts.Restoring;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// Has no state: the server that it is on looks. When that one is gone, another one begins anew. Who asks for one slot
/// does not wait for the router of another.
/// </summary>
[PreferLocalPlacement, Reentrant, GrainType("hand-look")]
internal sealed class HandLookGrain(HandLook look) : Grain, IHandLookGrain
{
    public Task<bool> IsDoneAsync(CancellationToken cancellation) => Task.FromResult(look.Begin());

    public Task<bool> IsSeenAsync(string slot, CancellationToken cancellation)
    {
        look.Begin();
        return look.IsSeenAsync(slot, cancellation);
    }
}
