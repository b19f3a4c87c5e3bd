using Orleans.Placement;
using OrleansRelease.Contracts.Restoring;

namespace OrleansRelease.Grains.Restoring;

/// <summary>Has no state: the server that it is on looks. When that one is gone, another one begins anew.</summary>
[PreferLocalPlacement, GrainType("hand-look")]
internal sealed class HandLookGrain(HandLook look) : Grain, IHandLookGrain
{
    public Task<bool> IsDoneAsync(CancellationToken cancellation) => Task.FromResult(look.Begin());
}
