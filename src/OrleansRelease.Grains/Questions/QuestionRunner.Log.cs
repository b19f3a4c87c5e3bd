using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Questions;

internal sealed partial class QuestionRunner
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rollout}: what it asked could not be answered")]
    private partial void LogUnanswered(RolloutId rollout, Exception exception);
}
