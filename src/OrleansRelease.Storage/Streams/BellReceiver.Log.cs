using Microsoft.Extensions.Logging;

namespace OrleansRelease.Storage.Streams;

internal sealed partial class BellReceiver
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "bells cannot be read or deleted now; nothing is lost")]
    private partial void LogUnreadable(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{StreamKind} {StreamKey} does not answer")]
    private partial void LogAbsent(string streamKind, string streamKey, Exception exception);
}
