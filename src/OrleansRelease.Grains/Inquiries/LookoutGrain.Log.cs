using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Inquiries;

internal sealed partial class LookoutGrain
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Environment}: could not look whether a service got worse, and tries again")]
    private partial void LogFailed(EnvironmentName environment, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Environment}: rollouts move under {Services} services, so each is looked at in every "
            + "{Looks}th look only")]
    private partial void LogLate(EnvironmentName environment, int services, int looks);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Slot}: whether it got worse could not be found out")]
    private partial void LogServiceFailed(SlotKey slot, Exception exception);
}
