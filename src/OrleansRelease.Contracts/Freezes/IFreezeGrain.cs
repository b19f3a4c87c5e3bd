using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Freezes;

namespace OrleansRelease.Contracts.Freezes;

/// <summary>
/// The stop button of one environment, by its name. Nothing forward starts in it, at any server, later than two seconds
/// after the answer; what has been begun may end, and ways back go on.
/// </summary>
[Alias("orel.freeze"), GrainInterfaceType("orel.freeze")]
public interface IFreezeGrain : IDurableGrain
{
    /// <summary>From now on for so long, by the command's actor and for its reason, which must be there.</summary>
    [Alias("freeze")]
    Task<Answer<FreezeAnswer>> FreezeAsync(
        TimeSpan length, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>Ends it before its time; one that is not frozen stays as it is, and is told so.</summary>
    [Alias("thaw")]
    Task<Answer<FreezeAnswer>> ThawAsync(Command command, bool dryRun, CancellationToken cancellation);
}
