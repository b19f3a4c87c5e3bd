using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Releases;

internal sealed partial class PassageSources
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "where {Rollout} is could not be read for its release; it is tried again")]
    private partial void LogNotRead(RolloutId rollout, Exception exception);
}
