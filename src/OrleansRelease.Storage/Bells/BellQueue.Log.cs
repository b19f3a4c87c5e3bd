using Microsoft.Extensions.Logging;

namespace OrleansRelease.Storage.Bells;

internal sealed partial class BellQueue
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{StreamKind} {StreamKey} has not heard of {Kind} {Key} at {Sequence}: it is told again later")]
    private partial void LogUnheard(string streamKind, string streamKey, long sequence, string kind, string key);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{StreamKind} {StreamKey} is told no more of {Kind} {Key} at {Sequence}: it has to look for itself")]
    private partial void LogForgotten(string streamKind, string streamKey, long sequence, string kind, string key);
}
