using Microsoft.Extensions.Logging;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Restoring;

internal sealed partial class Observer
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Owner}: what is there could not be told")]
    private partial void LogUntold(EffectOwner owner, Exception exception);
}
