using Microsoft.Extensions.Logging;

namespace OrleansRelease.Grains.Restoring;

internal sealed partial class HandLook
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "slot {Slot} was moved by hand while no server ran: requests go to {Shares}")]
    private partial void LogMoved(string slot, string shares);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "whether {Count} slots were moved by hand could not be seen; orel doctor says where they are")]
    private partial void LogUnseen(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "which slots were moved by hand could not be looked up")]
    private partial void LogFailed(Exception exception);
}
