using Microsoft.Extensions.Logging;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Wakeups;

internal sealed partial class ShardGrain
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Owner} could not be woken")]
    private partial void LogNotWoken(EffectOwner owner, Exception exception);
}
