using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Contracts.Restoring;

/// <summary>What acts outside, and looks first after its store was restored; its key is the key of its row.</summary>
[Alias("orel.restored"), GrainInterfaceType("orel.restored")]
public interface IRestoredGrain : IGrainWithStringKey
{
    /// <summary>What was there. A doubled or late look changes nothing.</summary>
    [Alias("observed")]
    Task ObservedAsync(Observation seen, CancellationToken cancellation);

    /// <summary>Router or target did not answer.</summary>
    [Alias("not-observed")]
    Task NotObservedAsync(string problem, CancellationToken cancellation);
}
