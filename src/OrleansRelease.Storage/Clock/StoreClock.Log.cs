using Microsoft.Extensions.Logging;

namespace OrleansRelease.Storage.Clock;

internal sealed partial class StoreClock
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "the clock was set back by {Ahead}: nothing moves until it is where it was")]
    private partial void LogStandsStill(TimeSpan ahead);
}
