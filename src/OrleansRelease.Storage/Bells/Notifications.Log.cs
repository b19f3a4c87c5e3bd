using Microsoft.Extensions.Logging;

namespace OrleansRelease.Storage.Bells;

internal sealed partial class Notifications
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "the other servers could not be told of what was written: they find it by themselves")]
    private partial void LogNotTold(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "what other servers write is not heard of: it is looked for until that is possible again")]
    private partial void LogDeaf(Exception exception);
}
