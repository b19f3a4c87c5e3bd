using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Freezes;

internal sealed partial class Announcement
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Rollout} could not be told that the freeze of {Environment} has changed; it looks by itself")]
    private partial void LogNotTold(string rollout, EnvironmentName environment, Exception exception);
}
