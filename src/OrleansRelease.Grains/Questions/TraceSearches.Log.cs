using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Questions;

internal sealed partial class TraceSearches
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rollout}: it was not told what traces were found")]
    private partial void LogUntold(RolloutId rollout, Exception exception);
}
