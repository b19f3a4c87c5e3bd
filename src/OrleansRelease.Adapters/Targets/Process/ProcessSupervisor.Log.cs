using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Process;

internal sealed partial class ProcessSupervisor
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Slot} {Version}: instance {Number} {Exit}; started again in {Backoff}")]
    private partial void LogEnded(SlotKey slot, VersionName version, int number, string? exit, TimeSpan backoff);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Slot} {Version}: stopped")]
    private partial void LogStopped(SlotKey slot, VersionName version);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Slot}: its processes are not looked after and its ports are not left out: {Reason}")]
    private partial void LogUnreadable(SlotKey slot, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Slot}: its processes cannot be looked after")]
    private partial void LogSlotFailed(SlotKey slot, Exception exception);
}
