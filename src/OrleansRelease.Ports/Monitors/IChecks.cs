using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Ports.Monitors;

/// <summary>
/// Asks what monitors check, as a user of this machine would. Never throws for what the other side does: that is an
/// answer.
/// </summary>
public interface IChecks
{
    /// <summary>One request, within the check's time-out.</summary>
    Task<CheckAnswer> AskAsync(MonitorCheck check, CancellationToken cancellation);

    /// <summary>
    /// Whether anything at all answers at the check's other address, within the same time; whatever is said there.
    /// </summary>
    Task<bool> ReachesNetworkAsync(MonitorCheck check, CancellationToken cancellation);
}
