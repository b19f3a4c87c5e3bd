using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Grains.Rollouts;

internal sealed partial class RolloutGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Rollout} is {Phase}, was {Before}")]
    private partial void LogPhase(string rollout, Phase phase, Phase before);
}
