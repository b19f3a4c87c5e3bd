using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Grains.Releases;

internal sealed partial class PassageGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "release {Passage} is {Phase}, it was {Before}")]
    private partial void LogPhase(string passage, PassagePhase phase, PassagePhase before);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "release {Passage} is back, and its criteria were not seen to hold again: {Note}")]
    private partial void LogUnstable(string passage, string note);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "release {Passage} is aborted, and who stands on it could not be read")]
    private partial void LogNotNamed(string passage, Exception exception);
}
