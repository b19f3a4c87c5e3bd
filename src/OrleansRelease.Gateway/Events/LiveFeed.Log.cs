using Microsoft.Extensions.Logging;

namespace OrleansRelease.Gateway.Events;

internal sealed partial class LiveFeed
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "the log cannot be followed now")]
    private partial void LogUnreadable(Exception exception);
}
