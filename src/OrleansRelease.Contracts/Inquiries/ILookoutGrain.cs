namespace OrleansRelease.Contracts.Inquiries;

/// <summary>
/// Looks whether a service of an environment, by whose name it is called, gets worse while rollouts move there: one for
/// each environment, so that each service is asked about once, however many servers there are.
/// </summary>
[Alias("orel.lookout"), GrainInterfaceType("orel.lookout")]
public interface ILookoutGrain : IGrainWithStringKey
{
    /// <summary>Begins a look where the last one is a while ago; never waits for it.</summary>
    [Alias("look")]
    Task LookAsync(CancellationToken cancellation);
}
