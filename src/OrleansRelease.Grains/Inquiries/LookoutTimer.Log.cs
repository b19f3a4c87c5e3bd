using Microsoft.Extensions.Logging;

namespace OrleansRelease.Grains.Inquiries;

internal sealed partial class LookoutTimer
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "could not look whether a service got worse, and tries again")]
    private partial void LogFailed(Exception exception);
}
