using Microsoft.Extensions.Logging;

namespace OrleansRelease.Grains.Effects;

internal sealed partial class EffectRunner
{
    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Owner}: attempt {Attempt} at effect {Ordinal} was dropped: too many wait, or this server stops")]
    private partial void LogDropped(EffectOwner owner, int ordinal, int attempt);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Owner}: the outcome of attempt {Attempt} at effect {Ordinal} could not be reported")]
    private partial void LogUnreported(EffectOwner owner, int ordinal, int attempt, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "shutting down with {Count} calls under way")]
    private partial void LogCutOff(int count);
}
