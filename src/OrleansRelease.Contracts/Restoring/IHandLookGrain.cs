namespace OrleansRelease.Contracts.Restoring;

/// <summary>
/// Whether slots were moved by hand while no server ran: there is one in a cluster, so that each slot is asked about
/// once, whoever starts. The key is 0.
/// </summary>
[Alias("orel.hand-look"), GrainInterfaceType("orel.hand-look")]
public interface IHandLookGrain : IGrainWithIntegerKey
{
    /// <summary>Begins to look where nobody does; never waits. True when each slot was seen.</summary>
    [Alias("is-done")]
    Task<bool> IsDoneAsync(CancellationToken cancellation);

    /// <summary>
    /// Whether this slot was seen, and nobody who holds it has to leave it first. Where it was not, it is looked at
    /// now.
    /// </summary>
    [Alias("is-seen")]
    Task<bool> IsSeenAsync(string slot, CancellationToken cancellation);
}
