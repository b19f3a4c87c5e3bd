using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Grains.Releases;

internal sealed partial class PassageGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "release {Passage} is {Phase}, it was {Before}")]
    private partial void LogPhase(string passage, PassagePhase phase, PassagePhase before);
}
